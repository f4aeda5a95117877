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

/// The trace for the memory of a summary: generations, which the runtime ends after about a second,
/// and bytes of each.
const LARGE: (u64, usize) = (50, 20_000_000);

/// Reading in order, validated, by processor time on one core; and the summary of a large trace.
pub(super) fn trace(go: &Toolchain, plan: &Plan) -> anyhow::Result<Section> {
    let mut section = Section::new("Execution traces, one core");
    let tool = traces::build(go)?;
    let example = workspace::example("contend-gotrace", "trace_events")?;
    for program in ["pipeline", "network"] {
        let trace = traces::record(go, program, &[])?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..plan.runs {
            ours.push(reading(
                workspace::same(&example).arg("--count").arg(&trace),
            )?);
            let mut go = Command::new(&tool);
            theirs.push(reading(go.env("GOMAXPROCS", "1").arg("count").arg(&trace))?);
        }
        section.rows.push(row(program, &ours, &theirs)?);
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

fn row(program: &str, ours: &[Reading], theirs: &[Reading]) -> anyhow::Result<Row> {
    let (our, their) = (
        ours.first().context("no run")?,
        theirs.first().context("no run")?,
    );
    if our.events != their.events {
        bail!("{} events here, {} in Go", our.events, their.events);
    }
    let time = |all: &[Reading]| middle_of(all.iter().map(|it| it.cpu_seconds).collect());
    let (our_time, their_time) = (time(ours)?, time(theirs)?);
    let speed = |seconds: f64| {
        format!(
            "{:.0} MB/s, {:.1} M events/s",
            our.bytes as f64 / 1e6 / seconds,
            our.events as f64 / 1e6 / seconds
        )
    };
    Ok(Row {
        what: format!(
            "{program}, {:.0} MB, {} events: ordered and validated",
            our.bytes as f64 / 1e6,
            our.events
        ),
        contend: speed(our_time),
        go: format!("{} (internal/trace)", speed(their_time)),
        ratio: Some(their_time / our_time),
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
