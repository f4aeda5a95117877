//! What a trace says of a run, in numbers.

use std::collections::BTreeMap;

use contend_gotrace::{Event, Loss, Reader, Tables};

use super::beside::Beside;
use super::sums::Sums;
use super::{Circle, Lanes, Site, Span, WaitKind, Watcher};

/// What a trace says of a run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// From the first event to the last.
    pub length_nanos: i64,
    /// All events.
    pub n_events: u64,
    /// Goroutines that were seen.
    pub n_goroutines: usize,
    /// Sums over all goroutines.
    pub running_nanos: i64,
    /// In system calls, of all goroutines.
    pub syscall_nanos: i64,
    /// Waits by what is waited for: how many, and their sum.
    pub waits: BTreeMap<WaitKind, (u64, i64)>,
    /// Waits by place, the largest sum first.
    pub sites: Vec<Site>,
    /// System calls by place, the largest sum first; no wakers.
    pub syscalls: Vec<Site>,
    /// How long runnable goroutines waited for a P.
    pub latency: Latency,
    /// Collections and stops of the world.
    pub collection: Collection,
    /// Groups that wait for each other when the trace ends.
    pub circles: Vec<Circle>,
    /// Regions and tasks by name; regions first, then by their sum.
    pub spans: Vec<Span>,
    /// What of the trace is missing. Sums are of the rest.
    pub losses: Vec<Loss>,
    /// What was recorded beside the trace, if anything was.
    pub beside: Option<Beside>,
}

/// Many lengths of time, such as waits of runnable goroutines for a P.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub total_nanos: i64,
    /// The longest.
    pub max_nanos: i64,
    /// How many took less than two to the power of the index, in nanoseconds, and at least half.
    pub powers: Vec<u64>,
}

/// What the collector took.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// Collections that ended.
    pub count: u64,
    /// Their mark phases, which run beside the program.
    pub mark_nanos: i64,
    /// Times a goroutine had to help, and their sum.
    pub assists: (u64, i64),
    /// Stops of the world by reason: how many, their sum, the longest.
    pub stops: BTreeMap<String, (u64, i64, i64)>,
}

impl Latency {
    pub(super) fn add(&mut self, nanos: i64) {
        self.count += 1;
        self.total_nanos += nanos;
        self.max_nanos = self.max_nanos.max(nanos);
        let power = (64 - nanos.max(0).leading_zeros()) as usize;
        if self.powers.len() <= power {
            self.powers.resize(power + 1, 0);
        }
        self.powers[power] += 1;
    }

    /// A bound that this share of the waits stays below.
    pub fn bound_nanos(&self, share: f64) -> i64 {
        let wanted = (self.count as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (power, count) in self.powers.iter().enumerate() {
            seen += count;
            if wanted <= seen {
                return self.max_nanos.min(1 << power.min(62));
            }
        }
        self.max_nanos
    }
}

/// Reads the rest of the trace.
pub fn run_of(reader: Reader<'_>) -> Run {
    read(reader, |_, _| {})
}

/// Reads the rest of the trace, and tells of every stretch of it.
pub fn watched_run_of(reader: Reader<'_>, lanes: &mut Lanes, watcher: &mut dyn Watcher) -> Run {
    let run = read(reader, |event, tables| lanes.take(event, tables, watcher));
    lanes.close(watcher);
    run
}

fn read(mut reader: Reader<'_>, mut also: impl FnMut(&Event, &Tables)) -> Run {
    let mut sums = Sums::default();
    while let Some((event, tables)) = reader.next() {
        sums.take(event, tables);
        also(event, tables);
    }
    finish(sums, &reader)
}

/// What the sums come to, and what the reader missed.
pub(super) fn finish(sums: Sums, reader: &Reader<'_>) -> Run {
    let mut losses = reader.losses().to_vec();
    if let Some(error) = reader.error() {
        losses.push(Loss {
            generation: 0,
            error: error.clone(),
            missing: "the rest of the trace".to_owned(),
        });
    }
    sums.close(losses)
}
