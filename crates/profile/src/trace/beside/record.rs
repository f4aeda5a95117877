//! What `--format json` says of it. All times are nanoseconds.

use contend_sched::trace::beside::{Agreement, Alignment, Beside, CallGroup, Outcome, Placed};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
pub(crate) struct BesideRecord<'a> {
    /// `exact`, `referred`, `fitted` or `failed`.
    clock: &'static str,
    /// Times are off by at most so much; 99 of 100 if fitted.
    clock_error: i64,
    samples: PlacedRecord,
    calls: PlacedRecord,
    /// Of the system calls of the trace, those that were recorded.
    entered: AgreementRecord,
    /// Of recorded calls with a stack, those whose user frame is that of the trace.
    frames: AgreementRecord,
    /// Of samples with a stack, those that ran what their goroutine was started with.
    roots: AgreementRecord,
    /// System calls of goroutines, those that cost most first.
    blocked: Vec<GroupRecord<'a>>,
    /// System calls of threads without a goroutine.
    idle: Vec<IdleRecord<'a>>,
    /// The last system call of each goroutine.
    goroutines: Vec<GoroutineRecord<'a>>,
    /// Samples by what goroutines were started with, and what they did.
    running: Vec<RunningRecord<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct PlacedRecord {
    all: u64,
    on_goroutine: u64,
    on_runtime: u64,
    /// On threads of which the trace does not speak.
    on_stranger: u64,
    /// Of other processes, such as children.
    on_others: u64,
    /// Before or after the trace.
    outside: u64,
}

#[derive(Serialize, JsonSchema)]
struct AgreementRecord {
    agree: u64,
    differ: u64,
}

#[derive(Serialize, JsonSchema)]
struct GroupRecord<'a> {
    call: &'a str,
    /// What kind of thing it was about: `TCP`, `pipe`, `file`; empty if unknown.
    object: &'a str,
    function: &'a str,
    file: &'a str,
    line: u64,
    goroutines: usize,
    count: u64,
    total: i64,
    longest: i64,
    /// EINTR.
    interrupted: u64,
    /// EAGAIN.
    not_ready: u64,
    /// Had not ended.
    open: u64,
    /// Other errors: name and how many.
    failed: Vec<(&'static str, u64)>,
    /// Waits in the poller after EAGAIN.
    waits: u64,
    wait_total: i64,
    wait_longest: i64,
    /// Waits that had not ended.
    wait_open: u64,
    /// Descriptor and other arguments of the longest.
    example: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct IdleRecord<'a> {
    call: &'a str,
    count: u64,
    total: i64,
}

#[derive(Serialize, JsonSchema)]
struct GoroutineRecord<'a> {
    goroutine: i64,
    /// The last user frame before the call.
    function: &'a str,
    file: &'a str,
    line: u64,
    call: &'a str,
    descriptor: Option<i32>,
    /// What the descriptor is; empty if unknown.
    about: &'a str,
    /// `open`, `done`, `interrupted`, `not ready`, or the error.
    outcome: &'static str,
    /// `null` if it had not ended.
    nanos: Option<i64>,
    /// How many calls the goroutine made.
    calls: u64,
}

#[derive(Serialize, JsonSchema)]
struct RunningRecord<'a> {
    started_with: &'a str,
    function: &'a str,
    samples: u64,
}

pub(crate) fn record(beside: &Beside) -> BesideRecord<'_> {
    let (clock, clock_error) = match beside.alignment {
        Alignment::Exact => ("exact", 0),
        Alignment::Referred { error_nanos } => ("referred", error_nanos),
        Alignment::Fitted { error_nanos, .. } => ("fitted", error_nanos),
        Alignment::Failed => ("failed", 0),
    };
    let idle = beside.runtime.iter().filter(|it| 0 < it.idle.0);
    BesideRecord {
        clock,
        clock_error,
        samples: placed(beside.samples),
        calls: placed(beside.calls),
        entered: agreement(beside.entered),
        frames: agreement(beside.frames),
        roots: agreement(beside.roots),
        blocked: beside.groups.iter().map(group).collect(),
        idle: idle
            .map(|it| IdleRecord {
                call: &it.name,
                count: it.idle.0,
                total: it.idle.1,
            })
            .collect(),
        goroutines: beside
            .goroutines
            .iter()
            .map(|it| GoroutineRecord {
                goroutine: it.goroutine,
                function: &it.place.function,
                file: &it.place.file,
                line: it.place.line,
                call: &it.call.name,
                descriptor: it.call.descriptor.as_ref().map(|it| it.0),
                about: it.call.descriptor.as_ref().map_or("", |it| &it.1),
                outcome: match it.call.outcome {
                    Outcome::Open => "open",
                    Outcome::Done => "done",
                    Outcome::Interrupted => "interrupted",
                    Outcome::NotReady => "not ready",
                    Outcome::Failed(error) => error,
                },
                nanos: it.call.end.map(|end| end - it.call.start),
                calls: it.count,
            })
            .collect(),
        running: beside
            .running
            .iter()
            .map(|(root, user, samples)| RunningRecord {
                started_with: root,
                function: user,
                samples: *samples,
            })
            .collect(),
    }
}

fn placed(placed: Placed) -> PlacedRecord {
    PlacedRecord {
        all: placed.all,
        on_goroutine: placed.on_goroutine,
        on_runtime: placed.on_runtime,
        on_stranger: placed.on_stranger,
        on_others: placed.on_others,
        outside: placed.outside,
    }
}

fn agreement(agreement: Agreement) -> AgreementRecord {
    AgreementRecord {
        agree: agreement.agree,
        differ: agreement.differ,
    }
}

fn group(group: &CallGroup) -> GroupRecord<'_> {
    GroupRecord {
        call: &group.name,
        object: &group.object,
        function: &group.place.function,
        file: &group.place.file,
        line: group.place.line,
        goroutines: group.goroutines.len(),
        count: group.count,
        total: group.total_nanos,
        longest: group.max_nanos,
        interrupted: group.interrupted,
        not_ready: group.not_ready,
        open: group.open,
        failed: group.failed.iter().map(|(error, n)| (*error, *n)).collect(),
        waits: group.awaited.count,
        wait_total: group.awaited.total_nanos,
        wait_longest: group.awaited.max_nanos,
        wait_open: group.awaited.open,
        example: &group.example,
    }
}
