//! The next event of each thread, the earliest on top.

use crate::batch::Batch;
use crate::bytes::{BadNumber, WINDOW, number_in};
use crate::error::Breach;
use crate::generation::{Clock, Stream};
use crate::kind::{EventKind, Shape};
use crate::ties;

/// An event before it has found its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawEvent {
    pub(crate) kind: EventKind,
    pub(crate) time: i64,
    pub(crate) args: [u64; 4],
}

impl RawEvent {
    /// Reads the event at the front, which comes after one at the time `last`; gives how many bytes
    /// it takes.
    #[expect(
        clippy::inline_always,
        reason = "measured: it stands in two places, of which one is hot"
    )]
    #[inline(always)]
    fn read(
        &mut self,
        window: &[u8; WINDOW],
        last: &mut i64,
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
        *last = last.wrapping_add(clock.nanos(step));
        self.kind = shape.kind;
        self.time = *last;
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
    at: usize,
    /// Time of the last event; 0 before the first of a batch.
    last: i64,
    pub(crate) event: RawEvent,
}

impl Cursor {
    /// Stands before the first event.
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            thread: stream.thread,
            batches: stream.batches.into_iter(),
            batch: Batch::default(),
            at: 0,
            last: 0,
            event: RawEvent {
                kind: EventKind::Sync,
                time: 0,
                args: [0; 4],
            },
        }
    }

    pub(crate) fn thread(&self) -> i64 {
        self.thread
    }

    /// Bytes that were not read.
    pub(crate) fn rest(&self) -> u64 {
        let ahead: usize = self.batches.as_slice().iter().map(|it| it.data.len()).sum();
        (ahead + self.batch.data.len() - self.at) as u64
    }

    /// Reads the next event; false at the end of the thread's batches.
    #[inline]
    pub(crate) fn advance(&mut self, clock: Clock) -> Result<bool, Box<Breach>> {
        if self.batch.data.len() <= self.at && !self.next_batch() {
            return Ok(false);
        }
        if self.last == 0 {
            self.last = clock.nanos(self.batch.time);
        }
        let ahead = self.batch.data.get(self.at..).unwrap_or_default();
        let Some(window) = ahead.first_chunk() else {
            return self.advance_near_end(clock);
        };
        self.at += self.event.read(window, &mut self.last, clock)?;
        Ok(true)
    }

    /// As [`Self::advance`], where the bytes may end inside the event.
    #[cold]
    fn advance_near_end(&mut self, clock: Clock) -> Result<bool, Box<Breach>> {
        let ahead = self.batch.data.get(self.at..).unwrap_or_default();
        let mut window = [0; WINDOW];
        window[..ahead.len()].copy_from_slice(ahead);
        let length = self.event.read(&window, &mut self.last, clock)?;
        if ahead.len() < length {
            return Err(BadNumber::Ended.into());
        }
        self.at += length;
        Ok(true)
    }

    /// Lets go of the batch that was read; false if it was the last.
    #[cold]
    fn next_batch(&mut self) -> bool {
        for batch in self.batches.by_ref() {
            if !batch.data.is_empty() {
                self.batch = batch;
                self.at = 0;
                self.last = 0;
                return true;
            }
        }
        false
    }
}

/// The next event of a thread, before the others of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) time: i64,
    /// Which cursor stands before it.
    pub(crate) cursor: u32,
    /// The place of the thread in the table of the order.
    pub(crate) slot: u32,
}

/// A binary heap over cursors.
///
/// Written out, because events at the same time must come in the order that Go's reader gives
/// them, and that order follows from how its heap moves entries.
#[derive(Debug, Default)]
pub(crate) struct Heap {
    entries: Vec<Entry>,
}

impl Heap {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn get(&self, at: usize) -> Entry {
        self.entries[at]
    }

    pub(crate) fn insert(&mut self, entry: Entry) {
        self.entries.push(entry);
        self.sift_up(self.entries.len() - 1);
    }

    /// The entry at that place has a new time.
    #[inline]
    pub(crate) fn update(&mut self, at: usize, time: i64) {
        self.entries[at].time = time;
        if at == 0 || self.sift_up(at) == at {
            self.sift_down(at);
        }
    }

    pub(crate) fn remove(&mut self, mut at: usize) {
        while 0 < at {
            self.entries.swap((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        self.entries.swap_remove(0);
        self.sift_down(0);
    }

    /// A sorted heap is a heap still.
    pub(crate) fn sort(&mut self) {
        ties::sort(&mut self.entries);
    }

    fn sift_up(&mut self, mut at: usize) -> usize {
        while 0 < at && self.entries[at].time < self.entries[(at - 1) / 2].time {
            self.entries.swap((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        at
    }

    #[inline]
    fn sift_down(&mut self, mut at: usize) {
        let entries = &mut self.entries[..];
        let Some(&moving) = entries.get(at) else {
            return;
        };
        let mut child = 2 * at + 1;
        while let Some(first) = entries.get(child) {
            let mut least = first;
            if let Some(second) = entries.get(child + 1)
                && second.time < first.time
            {
                least = second;
                child += 1;
            }
            if moving.time <= least.time {
                break;
            }
            entries[at] = *least;
            at = child;
            child = 2 * at + 1;
        }
        entries[at] = moving;
    }
}
