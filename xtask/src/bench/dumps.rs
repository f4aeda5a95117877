//! Goroutine dumps: contend and the Go libraries that read them, on the same generated dump.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::table::{Row, Section};
use super::{Plan, dump_text};
use crate::go::Toolchain;
use crate::oracle::build_tool;
use crate::workspace;

/// Goroutines of the dump that all but panicparse read.
const LARGE: u64 = 100_000;
/// Goroutines of the dump for panicparse: it does not finish the large one.
const SMALL: u64 = 10_000;

/// What `dumpread` and the example `read_dump` print.
#[derive(Debug, Clone, Deserialize)]
struct Reading {
    bytes: u64,
    goroutines: u64,
    frames: u64,
    read_seconds: f64,
    cpu_seconds: f64,
    peak_bytes: u64,
}

/// Reading, grouping and diagnosing on one core, by processor time.
pub(super) fn dumps(go: &Toolchain, plan: &Plan) -> anyhow::Result<Section> {
    let mut section = Section::new("Goroutine dumps, one core");
    let tool = build_tool(go, "dumpread")?;
    let example = workspace::example("contend-diagnose", "read_dump")?;
    let example = PathBuf::from(example.get_program());
    let one = |program: &Path, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args);
        command.env("RAYON_NUM_THREADS", "1").env("GOMAXPROCS", "1");
        let out = workspace::output(&mut command)?;
        serde_json::from_slice::<Reading>(&out).context("reading what the reader printed")
    };
    for (goroutines, peer) in [(LARGE, "gostackparse"), (SMALL, "panicparse")] {
        let path = generated(goroutines)?;
        let file = path.to_str().context("a path that is no text")?;
        let (mut grouped, mut diagnosed, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..plan.runs {
            grouped.push(one(&example, &[file, "group"])?);
            theirs.push(one(&tool, &[peer, file])?);
            diagnosed.push(one(&example, &[file, "diagnose"])?);
        }
        same_counts(&grouped[0], &theirs[0])?;
        let (grouped, diagnosed) = (middle(&grouped)?, middle(&diagnosed)?);
        let theirs = middle(&theirs)?;
        let size = format!(
            "{goroutines} goroutines, {:.0} MB, {} frames",
            grouped.bytes as f64 / 1e6,
            grouped.frames
        );
        let row = |what: &str, ours: &Reading, cpu: f64, wanted: &str| Row {
            what: format!("{size}: {what}"),
            contend: speed(ours, cpu),
            go: format!("{} ({peer})", speed(&theirs, theirs.cpu_seconds)),
            ratio: Some(theirs.cpu_seconds / cpu),
            wanted: wanted.to_owned(),
        };
        let large = goroutines == LARGE;
        let wanted = |text: &'static str| if large { text } else { "-" };
        section
            .rows
            .push(row("read", &grouped, grouped.read_seconds, "-"));
        section.rows.push(row(
            "read and grouped",
            &grouped,
            grouped.cpu_seconds,
            wanted("at least 1000 MB/s"),
        ));
        section.rows.push(Row {
            what: format!("{size}: read and diagnosed"),
            contend: format!("{:.3} s", diagnosed.cpu_seconds),
            go: "-".to_owned(),
            ratio: None,
            wanted: wanted("under 0.5 s").to_owned(),
        });
        section.rows.push(Row {
            what: format!("{size}: peak memory for a byte of dump, diagnosed"),
            contend: format!("{:.2} B", per_byte(&diagnosed)),
            go: format!("{:.2} B ({peer})", per_byte(&theirs)),
            ratio: Some(per_byte(&theirs) / per_byte(&diagnosed)),
            wanted: wanted("at most 1.5 B").to_owned(),
        });
    }
    for (shape, file) in RECORDED {
        let path = workspace::root().join("corpus/dumps").join(file);
        let path = path.to_str().context("a path that is no text")?;
        let ours = one(&example, &[path, "group"])?;
        let theirs = ["gostackparse", "panicparse"].map(|peer| {
            // A reader that gives up has read nothing.
            let goroutines = one(&tool, &[peer, path]).map_or(0, |reading| reading.goroutines);
            format!("{goroutines} ({peer})")
        });
        section.rows.push(Row {
            what: format!("{shape}, `{file}`: goroutines read"),
            contend: ours.goroutines.to_string(),
            go: theirs.join(", "),
            ratio: None,
            wanted: "all".to_owned(),
        });
    }
    Ok(section)
}

/// Recorded dumps whose headers say more than the generated ones.
const RECORDED: [(&str, &str); 2] = [
    ("SIGQUIT", "B06.quit.go1.27.3.txt"),
    ("fatal error, GOTRACEBACK=system", "M01.system.go1.27.3.txt"),
];

fn speed(reading: &Reading, cpu: f64) -> String {
    format!("{:.0} MB/s", reading.bytes as f64 / 1e6 / cpu)
}

fn per_byte(reading: &Reading) -> f64 {
    reading.peak_bytes as f64 / reading.bytes as f64
}

/// Two readers of one dump that count differently must not be compared.
fn same_counts(ours: &Reading, theirs: &Reading) -> anyhow::Result<()> {
    if (ours.goroutines, ours.frames) != (theirs.goroutines, theirs.frames) {
        bail!(
            "{} goroutines and {} frames here, {} and {} in Go",
            ours.goroutines,
            ours.frames,
            theirs.goroutines,
            theirs.frames
        );
    }
    Ok(())
}

fn middle(runs: &[Reading]) -> anyhow::Result<Reading> {
    let mut sorted = runs.to_vec();
    sorted.sort_by(|a, b| a.cpu_seconds.total_cmp(&b.cpu_seconds));
    sorted.get(sorted.len() / 2).cloned().context("no run")
}

/// The generated dump, written if it is not there yet.
fn generated(goroutines: u64) -> anyhow::Result<PathBuf> {
    let dir = workspace::cache()?.join("bench-dumps");
    fs::create_dir_all(&dir)?;
    let path = dir.join(format!("{goroutines}.txt"));
    let mut out = BufWriter::new(File::create(&path)?);
    dump_text::write(goroutines, &mut out)?;
    out.flush()?;
    Ok(path)
}
