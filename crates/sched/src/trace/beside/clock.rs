//! One clock for both.

use std::collections::BTreeMap;

use contend_gotrace::{EventKind, Reader, Tables};

use super::Recorded;
use super::fit::fit;

/// Stands for a thread that a recording does not name.
const NO_THREAD: i64 = 0;

/// What recorded times count, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// That of traces on Linux, `CLOCK_MONOTONIC`.
    Monotonic,
    /// Since 1970.
    Wall,
    /// Since midnight in some time zone, to so many nanoseconds.
    Day(i64),
    /// Another one; the recording said what the wall clock showed at one moment on it.
    Referred {
        /// A moment on it.
        nanos: i64,
        /// The wall clock then.
        wall_nanos: i64,
    },
    /// Another one.
    #[default]
    Unknown,
}

/// What a trace says that helps to find it on another clock.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    /// Moments on the trace's clock and on the wall clock.
    pub(super) walls: Vec<(i64, i64)>,
    /// System calls: thread, time, and the name if the stack tells it.
    pub(super) begins: Vec<(i64, i64, String)>,
}

/// How recorded times were brought onto the trace's clock.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Alignment {
    /// Both used one clock.
    Exact,
    /// By moments that are known on both, which disagree by at most so much.
    Referred {
        /// Nanoseconds.
        error_nanos: i64,
    },
    /// By system calls that both saw.
    Fitted {
        /// How many.
        pairs: usize,
        /// 99 of 100 are off by at most so much, in nanoseconds.
        error_nanos: i64,
        /// How much faster the other clock runs, in parts of a million.
        drift_ppm: f64,
    },
    /// Not at all, and why.
    #[default]
    Failed,
}

/// Reads the rest of a trace for what it says of clocks.
pub fn anchors_of(mut reader: Reader<'_>) -> Anchors {
    /// More do not make it more exact.
    const MOST: usize = 1 << 20;
    let mut anchors = Anchors::default();
    while let Some((event, tables)) = reader.next() {
        match event.kind {
            EventKind::Sync => {
                if let Some(clock) = tables.clock() {
                    let wall = clock.wall_seconds * 1_000_000_000 + clock.wall_nanos;
                    anchors.walls.push((clock.trace, wall));
                }
            }
            EventKind::GoSyscallBegin if anchors.begins.len() < MOST => {
                let name = call_of(event.stack(), tables).to_owned();
                anchors.begins.push((event.thread, event.time, name));
            }
            _ => {}
        }
    }
    anchors
}

/// The system call that a stack ends in: `read` of `syscall.read`; empty if it is none.
fn call_of(stack: u64, tables: &Tables) -> &str {
    let innermost = tables.stack(stack).next();
    let name = innermost.map_or("", |frame| tables.string(frame.function));
    name.strip_prefix("syscall.").unwrap_or("")
}

impl Recorded {
    /// Brings all times onto the trace's clock.
    pub fn align(&mut self, anchors: &Anchors) -> Alignment {
        if self.calls.iter().all(|it| it.thread == NO_THREAD) {
            self.find_thread(anchors);
        }
        match self.clock {
            Clock::Monotonic => return Alignment::Exact,
            Clock::Wall if !anchors.walls.is_empty() => {
                let error_nanos = self.by_wall(&anchors.walls, 0);
                return Alignment::Referred { error_nanos };
            }
            Clock::Day(step) => {
                if let Some(midnight) = self.midnight(&anchors.walls) {
                    let error_nanos = self.by_wall(&anchors.walls, midnight).max(step);
                    return Alignment::Referred { error_nanos };
                }
            }
            // A clock that is no wall clock may be slewed otherwise, or stand still in between; a
            // fit says by how much, but needs system calls.
            Clock::Referred { nanos, wall_nanos }
                if self.calls.is_empty() && !anchors.walls.is_empty() =>
            {
                let error_nanos = self.by_wall(&anchors.walls, wall_nanos - nanos);
                return Alignment::Referred { error_nanos };
            }
            _ => {}
        }
        let begins: Vec<_> = anchors
            .begins
            .iter()
            .map(|it| (it.0, it.1, it.2.as_str()))
            .collect();
        let calls = self.calls.iter();
        let starts: Vec<_> = calls
            .map(|it| (it.thread, it.start, it.name.as_str()))
            .collect();
        let Some(fit) = fit(&begins, &starts) else {
            return Alignment::Failed;
        };
        self.shift(|time| fit.to_trace(time));
        self.clock = Clock::Monotonic;
        Alignment::Fitted {
            pairs: fit.pairs,
            error_nanos: fit.error_nanos,
            drift_ppm: fit.drift * 1e6,
        }
    }

    /// When the day began on the wall clock; `None` if that could be one time or another.
    ///
    /// Time zones differ by quarters of hours. Of a recording that is shorter only one of them makes
    /// it one of the same minutes as the trace.
    fn midnight(&self, walls: &[(i64, i64)]) -> Option<i64> {
        const QUARTER: i64 = 900_000_000_000;
        let (first, last) = (walls.first()?.1, walls.last()?.1);
        if QUARTER / 2 < self.end - self.start || QUARTER / 2 < last - first {
            return None;
        }
        let ahead = i64::midpoint(first, last) - i64::midpoint(self.start, self.end);
        Some((ahead + QUARTER / 2).div_euclid(QUARTER) * QUARTER)
    }

    /// `ahead` makes the times those of the wall clock. Gives how much the moments disagree.
    fn by_wall(&mut self, walls: &[(i64, i64)], ahead: i64) -> i64 {
        let offset = |(trace, wall): &(i64, i64)| wall - trace;
        self.shift(|time| {
            let time = time + ahead;
            let nearest = walls.iter().min_by_key(|(_, wall)| (wall - time).abs());
            time - nearest.map_or(0, offset)
        });
        self.clock = Clock::Monotonic;
        let least = walls.iter().map(offset).min().unwrap_or(0);
        let most = walls.iter().map(offset).max().unwrap_or(0);
        // Text has microseconds.
        (most - least).max(1_000)
    }

    /// Of a recording of one thread that does not say which: the one of the trace that made the
    /// most of these calls at such times.
    fn find_thread(&mut self, anchors: &Anchors) {
        let mut by_thread: BTreeMap<i64, Vec<_>> = BTreeMap::new();
        for (thread, time, name) in &anchors.begins {
            let begins = by_thread.entry(*thread).or_default();
            begins.push((NO_THREAD, *time, name.as_str()));
        }
        let calls = self.calls.iter();
        let starts: Vec<_> = calls
            .map(|it| (NO_THREAD, it.start, it.name.as_str()))
            .collect();
        let fits = by_thread
            .iter()
            .filter_map(|(thread, begins)| Some((fit(begins, &starts)?.pairs, *thread)));
        if let Some((_, thread)) = fits.max() {
            for call in &mut self.calls {
                call.thread = thread;
            }
            for signal in &mut self.signals {
                signal.thread = thread;
            }
        }
    }

    fn shift(&mut self, to_trace: impl Fn(i64) -> i64) {
        for call in &mut self.calls {
            call.start = to_trace(call.start);
            call.end = call.end.map(&to_trace);
        }
        for sample in &mut self.samples {
            sample.time = to_trace(sample.time);
        }
        for signal in &mut self.signals {
            signal.time = to_trace(signal.time);
        }
        self.start = to_trace(self.start);
        self.end = to_trace(self.end);
    }
}
