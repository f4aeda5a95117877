//! The next event of each thread, the earliest on top.

use crate::batch::Batch;
use crate::bytes::Bytes;
use crate::error::Breach;
use crate::generation::{Clock, Stream};
use crate::kind::{EventKind, Shape};

/// An event before it has found its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawEvent {
    pub(crate) kind: EventKind,
    pub(crate) time: i64,
    pub(crate) args: [u64; 4],
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
        let mut bytes = Bytes {
            data: &self.batch.data,
            at: self.at,
        };
        let number = bytes.byte().unwrap_or_default();
        let Some(shape) = Shape::timed(number) else {
            return Err(format!("event {number} among the events of a thread").into());
        };
        let step = bytes.number()?;
        for (at, slot) in self.event.args.iter_mut().enumerate() {
            *slot = if at < usize::from(shape.n_args) {
                bytes.number()?
            } else {
                0
            };
        }
        self.at = bytes.at;
        self.last = self.last.wrapping_add(clock.nanos(step));
        self.event.kind = shape.kind;
        self.event.time = self.last;
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
        self.entries.sort_by_key(|entry| entry.time);
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
        loop {
            let mut least = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < entries.len() && entries[child].time < entries[least].time {
                    least = child;
                }
            }
            if least == at {
                return;
            }
            entries.swap(at, least);
            at = least;
        }
    }
}
