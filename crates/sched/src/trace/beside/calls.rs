//! System calls by what they were and who made them.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::recorded::{Call, Outcome};
use crate::trace::{Doing, Place};

/// System calls of one kind from one place.
#[derive(Clone, Debug)]
pub struct CallGroup {
    /// `read`.
    pub name: String,
    /// What kind of thing they were about: `TCP`, `pipe`, `file`; empty if unknown.
    pub object: String,
    /// Where the goroutines called.
    pub place: Place,
    /// What the standard library did for them.
    pub doing: Doing,
    /// How many.
    pub count: u64,
    /// What they took together; those that had not ended, up to the end of the recording.
    pub total_nanos: i64,
    /// The longest.
    pub max_nanos: i64,
    /// Different goroutines.
    pub goroutines: FxHashSet<i64>,
    /// How many a signal interrupted.
    pub interrupted: u64,
    /// How many found the descriptor not ready.
    pub not_ready: u64,
    /// How many had not ended.
    pub open: u64,
    /// How many failed otherwise, by the error.
    pub failed: BTreeMap<&'static str, u64>,
    /// What the goroutines then waited in the poller, because it was not ready.
    pub awaited: Awaited,
    /// The one that took longest, waiting included, in words: descriptor and details.
    pub example: String,
    example_nanos: i64,
}

/// Waits in the poller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Awaited {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub total_nanos: i64,
    /// The longest.
    pub max_nanos: i64,
    /// How many had not ended when the trace did.
    pub open: u64,
    /// The longest of these.
    pub open_max_nanos: i64,
}

/// System calls that the runtime made for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuntimeCalls {
    /// `futex`.
    pub name: String,
    /// Of threads without a goroutine: they wait for work, or look after the others.
    pub idle: (u64, i64),
    /// While a goroutine was on the thread: to wake others, for memory.
    pub beside_goroutine: (u64, i64),
}

impl CallGroup {
    pub(super) fn new(call: &Call, object: &str, place: Place, doing: Doing) -> Self {
        Self {
            name: call.name.clone(),
            object: object.to_owned(),
            place,
            doing,
            count: 0,
            total_nanos: 0,
            max_nanos: 0,
            goroutines: FxHashSet::default(),
            interrupted: 0,
            not_ready: 0,
            open: 0,
            failed: BTreeMap::new(),
            awaited: Awaited::default(),
            example: String::new(),
            example_nanos: -1,
        }
    }

    pub(super) fn add(&mut self, call: &Call, goroutine: i64, nanos: i64) {
        self.count += 1;
        self.total_nanos += nanos;
        self.max_nanos = self.max_nanos.max(nanos);
        self.goroutines.insert(goroutine);
        match call.outcome {
            Outcome::Open => self.open += 1,
            Outcome::Done => {}
            Outcome::Interrupted => self.interrupted += 1,
            Outcome::NotReady => self.not_ready += 1,
            Outcome::Failed(error) => *self.failed.entry(error).or_default() += 1,
        }
        self.offer(call, nanos);
    }

    /// A wait in the poller that followed such a call.
    pub(super) fn add_wait(&mut self, call: &Call, nanos: i64, open: bool) {
        let awaited = &mut self.awaited;
        awaited.count += 1;
        awaited.total_nanos += nanos;
        awaited.max_nanos = awaited.max_nanos.max(nanos);
        if open {
            awaited.open += 1;
            awaited.open_max_nanos = awaited.open_max_nanos.max(nanos);
        }
        self.offer(call, nanos);
    }

    fn offer(&mut self, call: &Call, nanos: i64) {
        if self.example_nanos < nanos {
            self.example_nanos = nanos;
            self.example = call.words();
        }
    }

    /// Whether one of them kept a goroutine for long, or a signal sent it back.
    pub fn is_blocked(&self) -> bool {
        const LONG: i64 = 1_000_000;
        0 < self.interrupted
            || 0 < self.open
            || LONG <= self.max_nanos
            || LONG <= self.awaited.max_nanos
    }

    /// All that goroutines spent on them.
    pub fn cost_nanos(&self) -> i64 {
        self.total_nanos + self.awaited.total_nanos
    }
}

impl Call {
    /// `read(7, TCP 127.0.0.1:5->127.0.0.1:6)`.
    pub(super) fn words(&self) -> String {
        let mut parts = Vec::new();
        if let Some((number, what)) = &self.descriptor {
            parts.push(if what.is_empty() {
                format!("fd {number}")
            } else {
                format!("fd {number} is {what}")
            });
        }
        for text in [&self.path, &self.details] {
            if !text.is_empty() {
                parts.push(text.clone());
            }
        }
        parts.join(", ")
    }

    /// `TCP` of `TCP:[127.0.0.1:5->127.0.0.1:6]`.
    pub(super) fn object(&self) -> &str {
        let what = self.descriptor.as_ref().map_or("", |it| it.1.as_str());
        if what.starts_with('/') {
            return "file";
        }
        let end = what.find([':', ' ', '[']).unwrap_or(what.len());
        match &what[..end] {
            "anon_inode" => what[end..].trim_matches([':', '[', ']', '<']),
            kind => kind,
        }
    }
}
