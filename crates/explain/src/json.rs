//! The answer for machines. Fields are added, never changed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use contend_diagnose::{Diagnosis, Site};
use contend_rules::Thing;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Crossing, Explanation, GroupLine, Joined};

/// The version of the format; the first number changes when old readers would misread the new one.
pub const SCHEMA_VERSION: &str = "1.0";

/// What `contend explain --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "contend explanation")]
struct Document<'a> {
    /// Version of this format.
    schema_version: &'static str,
    /// The most telling first.
    diagnoses: Vec<DiagnosisRecord<'a>>,
    /// Groups of equal goroutines, the largest first.
    groups: Vec<GroupRecord<'a>>,
    /// What was read.
    summary: SummaryRecord<'a>,
    /// What a crash is about in the source, if `--source` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceRecord<'a>>,
    /// What happened when, in order of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    timeline: Vec<EventRecord<'a>>,
    /// How the metrics stood to each `--threshold`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thresholds: Vec<ThresholdRecord<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct ThresholdRecord<'a> {
    /// As it was given.
    threshold: &'a str,
    /// The metric that has its name.
    series: &'a str,
    source: &'a str,
    /// When the metric was beyond it; empty if it never was.
    periods: Vec<PeriodRecord>,
    /// The highest value, or the lowest one where `<` was given.
    farthest: f64,
}

#[derive(Serialize, JsonSchema)]
struct PeriodRecord {
    /// Milliseconds since 1970.
    from_millis: i64,
    /// Missing if the metric was beyond it to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_millis: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct EventRecord<'a> {
    /// Milliseconds since 1970.
    millis: i64,
    /// The time is that of the last line before that has one.
    is_after: bool,
    text: &'a str,
    source: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct SourceRecord<'a> {
    /// The number of the diagnosis that it belongs to, from 0.
    diagnosis: usize,
    /// The map as written where the program died; empty if it is not known or no map.
    map: &'a str,
    /// `map`, `channel`, `waitgroup`, `lock`, `reference`, `slice` or `variable`;
    /// empty if it is not known.
    thing: &'static str,
    /// The thing as written where the program died; empty if it is not known.
    name: &'a str,
    /// The lock that most uses are under; empty if there is none.
    lock: &'a str,
    uses: Vec<UseRecord<'a>>,
    /// Calls of the own code that come to uses in other code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<EntryRecord<'a>>,
    /// The source is not, or probably not, the version that crashed; `notes` say why.
    is_drifted: bool,
    notes: &'a [String],
}

#[derive(Serialize, JsonSchema)]
struct UseRecord<'a> {
    file: &'a str,
    line: u32,
    text: &'a str,
    function: &'a str,
    writes: bool,
    /// What is done: `reads`, `iterates`, `writes`, `sends`, `closes`, `unlocks` and so on.
    does: &'static str,
    /// The function of a library that does it.
    #[serde(skip_serializing_if = "str::is_empty")]
    through: &'a str,
    /// `held`, `held-by-caller`, `read-lock-only`, `other-lock` or `none`.
    guard: &'static str,
    /// The program died here.
    is_crash: bool,
}

#[derive(Serialize, JsonSchema)]
struct EntryRecord<'a> {
    file: &'a str,
    line: u32,
    text: &'a str,
    function: &'a str,
    /// The function that is called.
    calls: &'a str,
    does: &'static str,
    /// In which goroutines, in words.
    goroutines: &'a [String],
}

#[derive(Serialize, JsonSchema)]
struct DiagnosisRecord<'a> {
    /// Kebab-case; never changed.
    class: &'static str,
    title: &'static str,
    /// `info`, `warning` or `error`.
    severity: String,
    /// `low`, `medium` or `high`.
    confidence: &'static str,
    /// One sentence about this case.
    headline: &'a str,
    meaning: &'static str,
    not_proved: &'static str,
    other_side: &'static str,
    evidence: &'a [String],
    sites: Vec<SiteRecord<'a>>,
    /// What to do, the first step first.
    fix: Vec<&'a str>,
    /// What would tell more.
    next: Vec<&'a str>,
    /// Goroutines that are part of it.
    goroutines: usize,
    /// How often the same was seen.
    times: u32,
}

#[derive(Serialize, JsonSchema)]
struct SiteRecord<'a> {
    role: &'static str,
    function: &'a str,
    /// As printed in the dump; empty if unknown.
    file: &'a str,
    /// 0 if unknown.
    line: u32,
    goroutines: usize,
    /// The number of one of them, 0 if none is known.
    example: u64,
}

#[derive(Serialize, JsonSchema)]
struct GroupRecord<'a> {
    source: &'a str,
    count: usize,
    state: &'a str,
    function: &'a str,
    place: &'a str,
    creator: &'a str,
    youngest_minutes: u32,
    oldest_minutes: u32,
    example: u64,
    /// The labels that all of them have.
    labels: BTreeMap<&'a str, &'a str>,
    /// The whole stack, innermost first.
    stack: Vec<FrameRecord<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct FrameRecord<'a> {
    function: &'a str,
    /// `FILE:LINE`; empty if unknown.
    place: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct SummaryRecord<'a> {
    inputs: usize,
    dumps: usize,
    goroutines: usize,
    frames: usize,
    races: usize,
    profiles: usize,
    godebug_lines: usize,
    java_threads: usize,
    log_lines: u64,
    unknown_lines: u64,
    unknown_samples: &'a [String],
    dropped_lines: u64,
}

/// Writes the explanation as one JSON document.
pub fn write_json(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let summary = &explanation.summary;
    let document = Document {
        schema_version: SCHEMA_VERSION,
        diagnoses: explanation.diagnoses.iter().map(diagnosis).collect(),
        groups: explanation.groups.iter().map(group).collect(),
        summary: SummaryRecord {
            inputs: summary.inputs,
            dumps: summary.dumps,
            goroutines: summary.goroutines,
            frames: summary.frames,
            races: summary.races,
            profiles: summary.profiles,
            godebug_lines: summary.godebug_lines,
            java_threads: summary.java_threads,
            log_lines: summary.log_lines,
            unknown_lines: summary.unknown_lines,
            unknown_samples: &summary.unknown_samples,
            dropped_lines: summary.dropped_lines,
        },
        source: explanation.source.as_ref().map(source),
        timeline: explanation
            .timeline
            .iter()
            .map(|event| EventRecord {
                millis: event.millis,
                is_after: event.is_after,
                text: &event.text,
                source: &event.source,
            })
            .collect(),
        thresholds: explanation.thresholds.iter().map(threshold).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// The schema of [`write_json`]'s document.
pub fn explanation_schema() -> String {
    let schema = schemars::schema_for!(Document<'static>);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn diagnosis(diagnosis: &Diagnosis) -> DiagnosisRecord<'_> {
    let class = diagnosis.class;
    DiagnosisRecord {
        class: class.id,
        title: class.title,
        severity: diagnosis.severity.to_string(),
        confidence: match diagnosis.confidence {
            contend_finding::Confidence::Low => "low",
            contend_finding::Confidence::Medium => "medium",
            contend_finding::Confidence::High => "high",
        },
        headline: &diagnosis.headline,
        meaning: class.meaning,
        not_proved: class.not_proved,
        other_side: class.other_side,
        evidence: &diagnosis.evidence,
        sites: diagnosis.sites.iter().map(site).collect(),
        fix: diagnosis.steps().collect(),
        next: diagnosis.next.iter().map(String::as_str).collect(),
        goroutines: diagnosis.goroutines,
        times: diagnosis.times,
    }
}

fn threshold(crossing: &Crossing) -> ThresholdRecord<'_> {
    let periods = crossing.periods.iter();
    ThresholdRecord {
        threshold: &crossing.threshold,
        series: &crossing.series,
        source: &crossing.source,
        periods: periods
            .map(|(from_millis, to_millis)| PeriodRecord {
                from_millis: *from_millis,
                to_millis: *to_millis,
            })
            .collect(),
        farthest: crossing.farthest,
    }
}

fn site(site: &Site) -> SiteRecord<'_> {
    SiteRecord {
        role: site.role.word().trim_end_matches('?'),
        function: &site.function,
        file: &site.file,
        line: site.line,
        goroutines: site.goroutines,
        example: site.example,
    }
}

fn source(joined: &Joined) -> SourceRecord<'_> {
    SourceRecord {
        diagnosis: joined.verdict,
        map: if joined.thing == Some(Thing::Map) {
            &joined.name
        } else {
            ""
        },
        thing: joined.thing.map_or("", Thing::id),
        name: &joined.name,
        lock: &joined.lock,
        uses: joined
            .accesses
            .iter()
            .map(|access| UseRecord {
                file: &access.file,
                line: access.line,
                text: &access.text,
                function: &access.function,
                writes: access.deed.changes(),
                does: access.deed.word(),
                through: &access.through,
                guard: access.guard.id(),
                is_crash: access.is_crash,
            })
            .collect(),
        calls: joined
            .entries
            .iter()
            .map(|entry| EntryRecord {
                file: &entry.file,
                line: entry.line,
                text: &entry.text,
                function: &entry.function,
                calls: &entry.by,
                does: entry.deed.word(),
                goroutines: &entry.goroutines,
            })
            .collect(),
        is_drifted: joined.is_drifted,
        notes: &joined.notes,
    }
}

fn group(group: &GroupLine) -> GroupRecord<'_> {
    GroupRecord {
        source: &group.source,
        count: group.count,
        state: &group.state,
        function: &group.function,
        place: &group.place,
        creator: &group.creator,
        youngest_minutes: group.minutes.0,
        oldest_minutes: group.minutes.1,
        example: group.example,
        labels: group.labels.iter().map(|(k, v)| (&k[..], &v[..])).collect(),
        stack: group
            .stack
            .iter()
            .map(|(function, place)| FrameRecord { function, place })
            .collect(),
    }
}
