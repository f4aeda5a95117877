//! The events of one thread, out of the bytes of its batches.

use crate::batch::Batch;
use crate::bytes::{BadNumber, SHORT, WINDOW, number_in, short_number};
use crate::error::Breach;
use crate::generation::{Clock, Stream};
use crate::kind::{EventKind, Shape};

/// How many events of a thread are read at a time: few enough that those of all threads stay in
/// the nearest cache, and enough that reading them is a loop of its own, whose branches follow what
/// one thread does.
const AHEAD: usize = 16;

/// An event before it has found its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawEvent {
    pub(crate) kind: EventKind,
    pub(crate) time: i64,
    pub(crate) args: [u64; 4],
}

impl RawEvent {
    const NOTHING: Self = Self {
        kind: EventKind::Sync,
        time: 0,
        args: [0; 4],
    };

    /// Reads the event at the front, which comes after one at the time `last`; gives how many bytes
    /// it takes. `None` if it may not be a sound one of short numbers.
    #[inline]
    fn read_short(&mut self, bytes: &[u8; SHORT], last: i64, clock: Clock) -> Option<usize> {
        let shape = Shape::timed(bytes[0])?;
        let (step, mut at) = short_number(bytes, 1)?;
        self.kind = shape.kind;
        self.time = last.wrapping_add(clock.nanos(step));
        self.args = [0; 4];
        // Written out, since a loop would count where this only compares.
        let n_args = shape.n_args;
        if 0 < n_args {
            (self.args[0], at) = short_number(bytes, at)?;
            if 1 < n_args {
                (self.args[1], at) = short_number(bytes, at)?;
                if 2 < n_args {
                    (self.args[2], at) = short_number(bytes, at)?;
                    if 3 < n_args {
                        (self.args[3], at) = short_number(bytes, at)?;
                    }
                }
            }
        }
        Some(at)
    }

    /// As [`Self::read_short`], for any event.
    fn read(
        &mut self,
        window: &[u8; WINDOW],
        last: i64,
        clock: Clock,
    ) -> Result<usize, Box<Breach>> {
        let Some(shape) = Shape::timed(window[0]) else {
            let number = window[0];
            return Err(format!("event {number} among the events of a thread").into());
        };
        let mut at = 1;
        let step = number_in(window, &mut at)?;
        self.args = [0; 4];
        for slot in self.args.iter_mut().take(usize::from(shape.n_args)) {
            *slot = number_in(window, &mut at)?;
        }
        self.kind = shape.kind;
        self.time = last.wrapping_add(clock.nanos(step));
        Ok(at)
    }
}

/// A place in the batches of one thread.
#[derive(Debug)]
pub(crate) struct Cursor {
    thread: i64,
    /// Those after the one that is being read.
    batches: std::vec::IntoIter<Batch>,
    batch: Batch,
    /// Some events of the batch, the first `n_events` of these.
    events: Vec<RawEvent>,
    n_events: usize,
    /// The one before which this stands.
    next: usize,
    /// Where they begin and end in the batch.
    begin: usize,
    end: usize,
    /// Time of the last of them; 0 before the first of a batch.
    last: i64,
}

impl Cursor {
    /// Stands before the first event once it has read on.
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            thread: stream.thread,
            batches: stream.batches.into_iter(),
            batch: Batch::default(),
            events: Vec::new(),
            n_events: 0,
            next: 0,
            begin: 0,
            end: 0,
            last: 0,
        }
    }

    pub(crate) fn thread(&self) -> i64 {
        self.thread
    }

    /// The event before which this stands.
    #[inline]
    pub(crate) fn event(&self) -> &RawEvent {
        &self.events[self.next]
    }

    /// Moves on to the next event, if it was read already.
    #[inline]
    pub(crate) fn step(&mut self) -> bool {
        self.next += 1;
        self.next < self.n_events
    }

    /// Bytes after the event before which this stands.
    pub(crate) fn rest(&self) -> u64 {
        let (mut at, mut event) = (self.begin, RawEvent::NOTHING);
        for _ in 0..self.n_events.min(self.next + 1) {
            // What was read before can be read again.
            let window = window_of(self.batch.data.get(at..).unwrap_or_default());
            at += event.read(&window, 0, Clock::default()).unwrap_or_default();
        }
        let ahead: usize = self.batches.as_slice().iter().map(|it| it.data.len()).sum();
        (ahead + self.batch.data.len() - at) as u64
    }

    /// Reads the next events, after those that were read before; false if there is none, and an
    /// error only if the first of them is broken.
    #[inline(never)]
    pub(crate) fn read_on(&mut self, clock: Clock) -> Result<bool, Box<Breach>> {
        (self.n_events, self.next, self.begin) = (0, 0, self.end);
        if self.batch.data.len() <= self.end && !self.next_batch() {
            return Ok(false);
        }
        let base = clock.nanos(self.batch.time);
        let data = &self.batch.data[..];
        // An event takes two bytes or more.
        let wanted = AHEAD.min(1 + (data.len() - self.end) / 2);
        if self.events.len() < wanted {
            self.events.resize(wanted, RawEvent::NOTHING);
        }
        let (mut ahead, mut last, mut n_events) = (&data[self.end..], self.last, 0);
        for event in &mut self.events {
            if last == 0 {
                last = base;
            }
            let bytes = ahead.first_chunk();
            let length = bytes.and_then(|bytes| event.read_short(bytes, last, clock));
            let Some(length) = length else { break };
            ahead = ahead.get(length..).unwrap_or_default();
            last = event.time;
            n_events += 1;
        }
        (self.end, self.last, self.n_events) = (data.len() - ahead.len(), last, n_events);
        if n_events == 0 {
            self.read_long(clock)?;
        }
        Ok(true)
    }

    /// Reads one event, of whatever numbers, where the bytes may end inside it.
    #[cold]
    fn read_long(&mut self, clock: Clock) -> Result<(), Box<Breach>> {
        let ahead = self.batch.data.get(self.end..).unwrap_or_default();
        let event = &mut self.events[0];
        let length = event.read(&window_of(ahead), self.last, clock)?;
        if ahead.len() < length {
            return Err(BadNumber::Ended.into());
        }
        self.last = event.time;
        self.end += length;
        self.n_events = 1;
        Ok(())
    }

    /// Lets go of the batch that was read; false if it was the last.
    fn next_batch(&mut self) -> bool {
        for batch in self.batches.by_ref() {
            if !batch.data.is_empty() {
                self.batch = batch;
                (self.begin, self.end, self.last) = (0, 0, 0);
                return true;
            }
        }
        false
    }
}

/// The bytes at the front, and zeros after the end.
fn window_of(bytes: &[u8]) -> [u8; WINDOW] {
    let mut window = [0; WINDOW];
    let length = bytes.len().min(WINDOW);
    window[..length].copy_from_slice(&bytes[..length]);
    window
}
