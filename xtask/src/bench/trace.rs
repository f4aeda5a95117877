//! Execution traces: contend and Go's own reader on the same recorded traces.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::table::{Row, Section};
use super::{Plan, measure, middle_of, trace_bytes};
use crate::go::Toolchain;
use crate::oracle::traces;
use crate::workspace;

/// What `traceevents count` and the example `trace_events --count` print.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Reading {
    bytes: u64,
    events: u64,
    cpu_seconds: f64,
}

impl Reading {
    fn seconds_of_event(&self) -> f64 {
        self.cpu_seconds / self.events as f64
    }
}

/// The trace for the memory of a summary: generations, which the runtime ends after about a second,
/// and bytes of each.
const LARGE: (u64, usize) = (50, 20_000_000);

/// How many traces of a program are read: no two recordings have the same events.
const RECORDINGS: usize = 3;

/// How long a program writes a trace, in milliseconds: some generations.
const LENGTH: &str = "3000";

/// Reading in order, validated, by processor time on one core; and the summary of a large trace.
pub(super) fn trace(go: &Toolchain, plan: &Plan) -> anyhow::Result<Section> {
    let mut section = Section::new("Execution traces, one core");
    let tool = traces::build(go)?;
    let example = workspace::example("contend-gotrace", "trace_events")?;
    for program in ["pipeline", "network"] {
        let mut pairs = Vec::new();
        for _ in 0..RECORDINGS {
            let trace = traces::record(go, program, &[LENGTH])?;
            // Turn and turn about, so that a busy moment of the machine meets both.
            for _ in 0..plan.runs {
                let ours = reading(workspace::same(&example).arg("--count").arg(&trace))?;
                let mut go = Command::new(&tool);
                let theirs = reading(go.env("GOMAXPROCS", "1").arg("count").arg(&trace))?;
                if ours.events != theirs.events {
                    bail!("{} events here, {} in Go", ours.events, theirs.events);
                }
                pairs.push((ours, theirs));
            }
        }
        section.rows.push(row(program, &pairs)?);
    }
    let large = large()?;
    let mut summary = workspace::contend()?;
    let run = measure::run(summary.arg("trace").arg(&large), &[0])?;
    let size = fs::metadata(&large)?.len() as f64 / 1e9;
    section.rows.push(Row {
        what: format!("`contend trace` of a generated trace of {size:.2} GB: peak memory"),
        contend: format!("{:.2} GB", run.peak as f64 / 1e9),
        go: "-".to_owned(),
        ratio: None,
        wanted: "at most 1 GB".to_owned(),
    });
    section.rows.push(Row {
        what: "the same: time".to_owned(),
        contend: format!("{:.1} s", run.seconds),
        go: "-".to_owned(),
        ratio: None,
        wanted: "-".to_owned(),
    });
    Ok(section)
}

/// Medians over all pairs of readings, ours and Go's of one trace one after the other.
fn row(program: &str, pairs: &[(Reading, Reading)]) -> anyhow::Result<Row> {
    let middle =
        |value: fn(&(Reading, Reading)) -> f64| middle_of(pairs.iter().map(value).collect());
    let megabytes = middle(|(it, _)| it.bytes as f64 / 1e6)?;
    let events = middle(|(it, _)| it.events as f64 / 1e6)?;
    let speed = |seconds_of_event: f64| {
        let events_per_second = 1.0 / seconds_of_event / 1e6;
        let bytes = megabytes / events;
        format!(
            "{:.0} MB/s, {events_per_second:.1} M events/s",
            bytes * events_per_second
        )
    };
    Ok(Row {
        what: format!(
            "{program}, {RECORDINGS} traces of about {megabytes:.0} MB, {events:.1} M events: \
             ordered and validated"
        ),
        contend: speed(middle(|(ours, _)| ours.seconds_of_event())?),
        go: format!(
            "{} (internal/trace)",
            speed(middle(|(_, theirs)| theirs.seconds_of_event())?)
        ),
        ratio: Some(middle(|(ours, theirs)| {
            theirs.cpu_seconds / ours.cpu_seconds
        })?),
        wanted: "at least 4 times".to_owned(),
    })
}

fn reading(command: &mut Command) -> anyhow::Result<Reading> {
    serde_json::from_slice(&workspace::output(command)?).context("reading what the reader printed")
}

/// The generated trace of 1 GB.
fn large() -> anyhow::Result<PathBuf> {
    let dir = workspace::cache()?.join("bench-traces");
    fs::create_dir_all(&dir)?;
    let path = dir.join("large.trace");
    let mut out = BufWriter::new(File::create(&path)?);
    trace_bytes::write(LARGE.0, LARGE.1, &mut out)?;
    out.flush()?;
    Ok(path)
}
