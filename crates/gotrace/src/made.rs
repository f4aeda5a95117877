//! Events in their places, which nobody has taken yet.

use crate::event::Event;

/// How many events are made before the first of them is taken.
const STRETCH: usize = 64;

/// The most that come of one event of the trace: a switch of coroutines is three.
const AT_ONCE: usize = 3;

/// A stretch of the trace in order.
///
/// Events are made in stretches, since what makes them then is a loop, and what takes them a step
/// along a list.
#[derive(Debug)]
pub(crate) struct Made {
    /// Those from `taken` to `length`.
    events: Box<[Event; STRETCH + AT_ONCE]>,
    taken: usize,
    length: usize,
    /// Of all that were ever put.
    last_time: i64,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            events: Box::new([Event::NOTHING; STRETCH + AT_ONCE]),
            taken: 0,
            length: 0,
            last_time: 0,
        }
    }
}

impl Made {
    /// Adds an event, later than the one before it. There is room for those that come of one event,
    /// unless this [`Self::is_full`].
    #[inline]
    pub(crate) fn put(&mut self, mut event: Event) {
        if event.time <= self.last_time {
            event.time = self.last_time.wrapping_add(1);
        }
        self.last_time = event.time;
        self.events[self.length] = event;
        self.length += 1;
    }

    /// The next event. One of them is not taken yet.
    #[inline]
    pub(crate) fn take(&mut self) -> &Event {
        let event = &self.events[self.taken];
        self.taken += 1;
        event
    }

    /// Makes room again.
    pub(crate) fn clear(&mut self) {
        (self.taken, self.length) = (0, 0);
    }

    #[inline]
    pub(crate) fn is_taken(&self) -> bool {
        self.taken == self.length
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        STRETCH <= self.length
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Those from that place on.
    pub(crate) fn from(&mut self, at: usize) -> &mut [Event] {
        &mut self.events[at..self.length]
    }

    /// Takes back those from that place on.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.length = length;
    }

    pub(crate) fn last_time(&self) -> i64 {
        self.last_time
    }
}
