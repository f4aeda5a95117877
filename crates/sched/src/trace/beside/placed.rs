//! What comes out of the join.

use std::collections::BTreeMap;

use super::Alignment;
use super::calls::{CallGroup, RuntimeCalls};
use super::recorded::Call;
use crate::trace::Place;

/// What was recorded beside a trace, on its goroutines.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// How the times were brought onto one clock.
    pub alignment: Alignment,
    /// Where the samples fell.
    pub samples: Placed,
    /// Where the system calls fell.
    pub calls: Placed,
    /// System calls of the trace, whether they were recorded.
    pub entered: Agreement,
    /// Of system calls with a recorded stack: whether its last user frame is that of the trace.
    pub frames: Agreement,
    /// Samples on goroutines with a recorded stack: whether its outermost function is the one that
    /// the goroutine was started with.
    pub roots: Agreement,
    /// Samples by what the goroutine was started with and what it did, the most first.
    pub running: Vec<(String, String, u64)>,
    /// System calls of goroutines, those that cost most first.
    pub groups: Vec<CallGroup>,
    /// System calls of the runtime for itself, by name.
    pub runtime: Vec<RuntimeCalls>,
    /// Of each goroutine that made a system call the last one, by goroutine.
    pub goroutines: Vec<LastCall>,
    /// Calls that change directories, by directory: how many, their sum, how many failed because
    /// the name was taken.
    pub directories: BTreeMap<String, (u64, i64, u64)>,
    /// Calls that failed for want of a descriptor, and those that got one after the last of them.
    pub exhausted: (u64, u64),
    /// Signals by name: all, and those that hit a thread whose goroutine was in C.
    pub signals: BTreeMap<String, (u64, u64)>,
}

/// Where things that were recorded fell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// All of them.
    pub all: u64,
    /// On a goroutine.
    pub on_goroutine: u64,
    /// On a thread that had no goroutine then: the scheduler, the collector, idle threads.
    pub on_runtime: u64,
    /// On threads of which the trace does not speak.
    pub on_stranger: u64,
    /// On threads of other processes, such as children.
    pub on_others: u64,
    /// Before or after the trace.
    pub outside: u64,
}

/// Whether two sources say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// They do.
    pub agree: u64,
    /// They do not.
    pub differ: u64,
}

/// The last system call of a goroutine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastCall {
    /// The goroutine.
    pub goroutine: i64,
    /// The call.
    pub call: Call,
    /// The last user frame before it.
    pub place: Place,
    /// How many calls it made.
    pub count: u64,
}

impl Agreement {
    pub(super) fn count(&mut self, agree: bool) {
        if agree {
            self.agree += 1;
        } else {
            self.differ += 1;
        }
    }

    /// From 0 to 1; `None` if there was nothing to compare.
    pub fn rate(self) -> Option<f64> {
        let all = self.agree + self.differ;
        (0 < all).then(|| self.agree as f64 / all as f64)
    }
}
