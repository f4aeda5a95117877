//! The answer for machines. Fields are added, never changed.

use std::io::{self, Write};

use contend_sched::trace::{Holds, Place, Run, Site, Waker};
use schemars::JsonSchema;
use serde::Serialize;

use super::beside::{BesideRecord, record};
use super::spans::{self, SpanRecord};
use super::verdict::{Verdict, verdicts};

/// The version of the format; the first number changes when old readers would misread the new one.
const SCHEMA_VERSION: &str = "1.3";

/// What `contend trace --format json` prints. All times are nanoseconds.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "contend trace")]
struct Document<'a> {
    /// Version of this format.
    schema_version: &'static str,
    /// What dominated.
    headline: String,
    evidence: Vec<String>,
    /// `low`, `medium` or `high`.
    confidence: &'static str,
    /// All findings, the one above first.
    findings: Vec<FindingRecord>,
    length: i64,
    events: u64,
    goroutines: usize,
    /// What is wrong with the trace, if anything is: the first of `losses`.
    error: String,
    /// Parts of the trace that could not be used, and why.
    losses: Vec<String>,
    /// Sums over all goroutines.
    running: i64,
    syscall: i64,
    /// By what was waited for.
    waits: Vec<WaitRecord>,
    /// Places that waited, the largest sum first.
    sites: Vec<SiteRecord<'a>>,
    /// Places in system calls, the largest sum first.
    syscalls: Vec<SiteRecord<'a>>,
    scheduling: SchedulingRecord,
    collections: u64,
    mark: i64,
    assists: u64,
    assist: i64,
    stops: Vec<StopRecord<'a>>,
    /// Regions and tasks that the program marks with `runtime/trace`, by name.
    spans: Vec<SpanRecord<'a>>,
    /// What was recorded beside the trace (`--perf`), on its goroutines.
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<BesideRecord<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct FindingRecord {
    /// Stable name of the cause.
    cause: &'static str,
    headline: String,
    evidence: Vec<String>,
    /// `low`, `medium` or `high`.
    confidence: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct WaitRecord {
    kind: &'static str,
    count: u64,
    total: i64,
}

#[derive(Serialize, JsonSchema)]
struct SiteRecord<'a> {
    kind: &'static str,
    #[serde(flatten)]
    place: PlaceRecord<'a>,
    /// Waits that ended.
    count: u64,
    /// Waits that had not ended.
    open: u64,
    total: i64,
    longest: i64,
    goroutines: usize,
    /// Who ended the waits.
    wakers: Vec<WakerRecord<'a>>,
    /// For locks: who had it meanwhile, by inference.
    keepers: Vec<WakerRecord<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct HoldRecord {
    /// Holds of which it is known, by inference; the figures are upper bounds.
    count: u64,
    total: i64,
    longest: i64,
    /// Half of them took less.
    bound_50: i64,
    /// 99 of 100 took less.
    bound_99: i64,
    /// Holds of which the trace cannot tell since when.
    unknown: u64,
}

#[derive(Serialize, JsonSchema)]
struct PlaceRecord<'a> {
    function: &'a str,
    file: &'a str,
    line: u64,
    /// The innermost function.
    call: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct WakerRecord<'a> {
    /// Empty if the runtime ended the wait.
    function: &'a str,
    file: &'a str,
    line: u64,
    count: u64,
    total: i64,
    /// Of a lock: how long the waker had held it, each time.
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<HoldRecord>,
}

#[derive(Serialize, JsonSchema)]
struct SchedulingRecord {
    count: u64,
    total: i64,
    longest: i64,
    /// 99 of 100 took less.
    bound_99: i64,
}

#[derive(Serialize, JsonSchema)]
struct StopRecord<'a> {
    reason: &'a str,
    count: u64,
    total: i64,
    longest: i64,
}

/// Writes the document.
pub fn write_json(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<FindingRecord> = verdicts(run).into_iter().map(finding).collect();
    let (headline, evidence, confidence) = findings.first().map_or_else(
        || (String::new(), Vec::new(), "low"),
        |it| (it.headline.clone(), it.evidence.clone(), it.confidence),
    );
    let collection = &run.collection;
    let document = Document {
        schema_version: SCHEMA_VERSION,
        headline,
        evidence,
        confidence,
        findings,
        length: run.length_nanos,
        events: run.n_events,
        goroutines: run.n_goroutines,
        error: run
            .losses
            .first()
            .map(|loss| loss.error.to_string())
            .unwrap_or_default(),
        losses: run.losses.iter().map(ToString::to_string).collect(),
        running: run.running_nanos,
        syscall: run.syscall_nanos,
        waits: run
            .waits
            .iter()
            .map(|(kind, (count, total))| WaitRecord {
                kind: kind.words(),
                count: *count,
                total: *total,
            })
            .collect(),
        sites: run
            .sites
            .iter()
            .map(|it| site(it, it.kind.words()))
            .collect(),
        syscalls: run
            .syscalls
            .iter()
            .map(|it| site(it, "system call"))
            .collect(),
        scheduling: SchedulingRecord {
            count: run.latency.count,
            total: run.latency.total_nanos,
            longest: run.latency.max_nanos,
            bound_99: run.latency.bound_nanos(0.99),
        },
        collections: collection.count,
        mark: collection.mark_nanos,
        assists: collection.assists.0,
        assist: collection.assists.1,
        stops: collection
            .stops
            .iter()
            .map(|(reason, (count, total, longest))| StopRecord {
                reason,
                count: *count,
                total: *total,
                longest: *longest,
            })
            .collect(),
        spans: run.spans.iter().map(spans::record).collect(),
        beside: run.beside.as_ref().map(record),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn finding(verdict: Verdict) -> FindingRecord {
    FindingRecord {
        cause: verdict.cause,
        headline: verdict.headline,
        evidence: verdict.evidence,
        confidence: verdict.confidence.word(),
    }
}

fn site<'a>(site: &'a Site, kind: &'static str) -> SiteRecord<'a> {
    let Place {
        function,
        file,
        line,
        call,
    } = &site.place;
    SiteRecord {
        kind,
        place: PlaceRecord {
            function,
            file,
            line: *line,
            call,
        },
        count: site.count,
        open: site.open.count,
        total: site.total_nanos,
        longest: site.max_nanos,
        goroutines: site.n_goroutines,
        wakers: site.wakers.iter().map(waker).collect(),
        keepers: site.keepers.iter().map(waker).collect(),
    }
}

fn waker(waker: &Waker) -> WakerRecord<'_> {
    let place = waker.place.as_ref();
    WakerRecord {
        function: place.map_or("", |place| &place.function),
        file: place.map_or("", |place| &place.file),
        line: place.map_or(0, |place| place.line),
        count: waker.count,
        total: waker.total_nanos,
        holds: holds(&waker.holds),
    }
}

fn holds(holds: &Holds) -> Option<HoldRecord> {
    (holds != &Holds::default()).then(|| HoldRecord {
        count: holds.known.count,
        total: holds.known.total_nanos,
        longest: holds.known.max_nanos,
        bound_50: holds.known.bound_nanos(0.5),
        bound_99: holds.known.bound_nanos(0.99),
        unknown: holds.unknown,
    })
}

/// The schema of the document, as docs/schema/trace.schema.json holds it.
pub fn trace_schema() -> String {
    let schema = schemars::schema_for!(Document<'static>);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
