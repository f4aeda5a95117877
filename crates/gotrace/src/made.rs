//! Events in their places, which nobody has taken yet.

use crate::cursor::{AHEAD, RawEvent};
use crate::event::Event;
use crate::order::Context;

/// How many events are made before the first of them is taken.
const STRETCH: usize = 64;

/// The most that come of one event of the trace: a switch of coroutines is three.
const AT_ONCE: usize = 3;

/// For a stretch, with what comes of the events that a thread has ready when it is nearly full.
const ROOM: usize = STRETCH + AHEAD * AT_ONCE;

/// A stretch of the trace in order.
///
/// Events are made in stretches, since what makes them then is a loop, and what takes them a step
/// along a list.
#[derive(Debug)]
pub(crate) struct Made {
    /// Those from `taken` up to the end.
    events: Box<[Event; ROOM]>,
    taken: usize,
    end: End,
    /// Where those begin that came of one event of the trace, the last.
    last: usize,
}

/// Where the next event goes.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    length: usize,
    /// Of all that were ever put.
    time: i64,
}

/// Puts events, and holds the end of them apart, where it can be in registers.
pub(crate) struct Writer<'a> {
    events: &'a mut [Event; ROOM],
    end: End,
}

impl Writer<'_> {
    /// Adds an event, later than the one before it, on a thread that had this before it.
    ///
    /// There is room for those that a thread has ready, unless [`Made::is_full`].
    #[inline]
    pub(crate) fn put(&mut self, event: &RawEvent, cx: Context) {
        self.end.time = if self.end.time < event.time {
            event.time
        } else {
            self.end.time.wrapping_add(1)
        };
        self.events[self.end.length] = Event {
            kind: event.kind,
            time: self.end.time,
            thread: cx.thread,
            proc: cx.proc,
            goroutine: cx.goroutine,
            args: event.args,
        };
        self.end.length += 1;
    }
}

impl Default for Made {
    fn default() -> Self {
        Self {
            events: Box::new([Event::NOTHING; ROOM]),
            taken: 0,
            end: End::default(),
            last: 0,
        }
    }
}

impl Made {
    /// Lets `write` put events.
    #[inline]
    pub(crate) fn write<T>(&mut self, write: impl FnOnce(&mut Writer<'_>) -> T) -> T {
        let mut writer = Writer {
            events: &mut self.events,
            end: self.end,
        };
        let answer = write(&mut writer);
        self.end = writer.end;
        self.last = self.end.length.saturating_sub(1);
        answer
    }

    /// Adds an event, as [`Writer::put`] does.
    pub(crate) fn put(&mut self, event: &RawEvent, cx: Context) {
        self.write(|out| out.put(event, cx));
    }

    /// The next event. One of them is not taken yet.
    #[inline]
    pub(crate) fn take(&mut self) -> &Event {
        let event = &self.events[self.taken];
        self.taken += 1;
        event
    }

    /// All of them.
    pub(crate) fn events(&self) -> &[Event] {
        &self.events[..self.end.length]
    }

    /// Has a stretch of those events instead; says how many.
    pub(crate) fn refill(&mut self, events: impl Iterator<Item = Event>) -> usize {
        self.clear();
        for (place, event) in self.events[..STRETCH].iter_mut().zip(events) {
            *place = event;
            self.end.length += 1;
        }
        self.end.length
    }

    /// Makes room again.
    pub(crate) fn clear(&mut self) {
        (self.taken, self.end.length, self.last) = (0, 0, 0);
    }

    #[inline]
    pub(crate) fn is_taken(&self) -> bool {
        self.taken == self.end.length
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        STRETCH <= self.end.length
    }

    pub(crate) fn len(&self) -> usize {
        self.end.length
    }

    pub(crate) fn last_time(&self) -> i64 {
        self.end.time
    }

    /// Those from that place on came of one event of the trace.
    pub(crate) fn join_from(&mut self, at: usize) {
        self.last = at;
    }

    /// Those that came of one event of the trace, the last.
    pub(crate) fn last_mut(&mut self) -> &mut [Event] {
        &mut self.events[self.last..self.end.length]
    }

    /// Takes those back but for the first `n_kept` of them.
    pub(crate) fn take_last_back(&mut self, n_kept: usize) {
        self.end.length = self.last + n_kept;
    }
}
