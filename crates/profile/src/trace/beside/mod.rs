//! What was recorded beside a trace, as `sched` joins it: from perf, from strace.

mod from_perf;
mod from_proc;
mod from_strace;
mod page;
mod record;

use contend_sched::trace::beside::{Alignment, Clock, Recorded};
use from_proc::Descriptors;

use crate::names::Names;

pub use contend_sched::trace::beside::Anchors;
pub(super) use page::{write_agreement, write_pages};
pub(super) use record::{BesideRecord, record};

/// A recording, ready to be joined.
#[derive(Debug, Default)]
pub struct Source {
    /// `perf` or `strace`.
    pub tool: &'static str,
    /// What it recorded.
    pub recorded: Recorded,
    /// Names of descriptors, if that is what was recorded.
    descriptors: Option<Descriptors>,
    /// What could not be read or is missing, each in a sentence.
    pub remarks: Vec<String>,
}

/// Reads `perf.data`, what `perf script` prints, what strace writes, or what `contend record` took
/// from `/proc`; `Err` if it is none.
pub fn read_recording(bytes: &[u8], names: &Names) -> Result<Source, &'static str> {
    if Descriptors::looks_like(bytes) {
        return Ok(Source {
            tool: "/proc",
            descriptors: Some(Descriptors::read(bytes)),
            ..Source::default()
        });
    }
    if contend_strace::looks_like(bytes) {
        return Ok(from_strace::source(contend_strace::read(bytes)));
    }
    if contend_perf::is_data(bytes) || contend_perf::looks_like(bytes) {
        return Ok(from_perf::source(&contend_perf::read(bytes), names));
    }
    Err("neither perf.data, nor the text of perf script or strace -f -ttt -T, nor proc.txt")
}

/// Brings recordings onto the clock of the trace and makes one of them.
///
/// System calls are taken from the first that has some, so that none counts twice. Gives how well
/// the clocks agree: the worst of all.
pub fn aligned(mut sources: Vec<Source>, anchors: &Anchors) -> (Recorded, Alignment) {
    let mut all = Recorded::default();
    let mut worst = Alignment::Exact;
    let descriptors = sources.extract_if(.., |it| it.descriptors.is_some());
    let descriptors: Vec<Descriptors> = descriptors.filter_map(|it| it.descriptors).collect();
    for mut source in sources {
        for descriptors in &descriptors {
            descriptors.name(&mut source.recorded);
        }
        let alignment = source.recorded.align(anchors);
        if error_of(&worst) < error_of(&alignment) {
            worst = alignment.clone();
        }
        if alignment != Alignment::Failed {
            add(&mut all, source.recorded);
        }
    }
    (all, worst)
}

/// Whether the trace must be looked through for what it says of clocks, before they can be joined.
pub fn need_anchors(sources: &[Source]) -> bool {
    let exact = |it: &Source| it.descriptors.is_some() || it.recorded.clock == Clock::Monotonic;
    !sources.iter().all(exact)
}

fn error_of(alignment: &Alignment) -> i64 {
    match alignment {
        Alignment::Exact => 0,
        Alignment::Referred { error_nanos } | Alignment::Fitted { error_nanos, .. } => *error_nanos,
        Alignment::Failed => i64::MAX,
    }
}

fn add(all: &mut Recorded, other: Recorded) {
    if all.calls.is_empty() {
        all.calls = other.calls;
    }
    all.samples.extend(other.samples);
    all.samples.sort_by_key(|it| it.time);
    all.signals.extend(other.signals);
    all.signals.sort_by_key(|it| it.time);
    let is_first = all.end == 0;
    all.start = if is_first {
        other.start
    } else {
        all.start.min(other.start)
    };
    all.end = all.end.max(other.end);
}
