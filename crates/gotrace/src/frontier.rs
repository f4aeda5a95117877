//! The next event of each thread, the earliest on top.

use crate::ties;

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

    /// The earliest.
    #[inline]
    pub(crate) fn first(&self) -> Option<Entry> {
        self.entries.first().copied()
    }

    /// Up to when the earliest stays in its place.
    #[inline]
    pub(crate) fn bound(&self) -> i64 {
        match self.entries[..] {
            [_, left, right, ..] => left.time.min(right.time),
            [_, left] => left.time,
            _ => i64::MAX,
        }
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
