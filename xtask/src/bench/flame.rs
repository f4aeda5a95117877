//! Flame graphs: folding what `perf script` printed, beside inferno, and pages of many stacks.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::table::{Row, Section};
use super::{Plan, measure, middle_of, perf_text};
use crate::go::Toolchain;
use crate::workspace;

/// The peer, a program of its own: its licence (CDDL) keeps it out of ours.
const INFERNO: &str = "0.12.8";
/// Makes about 100 MB of text.
const SAMPLES: u64 = 110_000;
/// Distinct stacks of the page.
const STACKS: u64 = 1_000_000;

/// What the example `flame_speed` prints.
#[derive(Debug, Clone, Deserialize)]
struct Page {
    frames: u64,
    cpu_seconds: f64,
    #[serde(rename = "page_bytes")]
    size: u64,
}

/// By processor time, one core.
pub(super) fn flame(_: &Toolchain, plan: &Plan) -> anyhow::Result<Section> {
    let mut section = Section::new("Flame graphs, one core");
    let text = generated()?;
    let megabytes = fs::metadata(&text)?.len() as f64 / 1e6;
    let contend = workspace::contend()?;
    let ours = |text: &PathBuf| {
        let mut command = workspace::same(&contend);
        command.arg("flame").arg(text).args(["--format", "folded"]);
        command
    };
    let inferno = inferno()?;
    let theirs = |text: &PathBuf| {
        let mut command = Command::new(&inferno);
        // Ours marks frames of the kernel always.
        command.args(["--nthreads", "1", "--kernel"]).arg(text);
        command
    };
    same_stacks(&mut ours(&text), &mut theirs(&text))?;
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        our_times.push(measure::cpu_seconds(&ours(&text))?);
        their_times.push(measure::cpu_seconds(&theirs(&text))?);
    }
    let (our, their) = (middle_of(our_times)?, middle_of(their_times)?);
    section.rows.push(Row {
        what: format!("folding {megabytes:.0} MB of `perf script`, {SAMPLES} samples"),
        contend: format!("{:.0} MB/s", megabytes / our),
        go: format!("{:.0} MB/s (inferno {INFERNO}, Rust)", megabytes / their),
        ratio: Some(their / our),
        wanted: "at least 2 times".to_owned(),
    });
    let mut pages = Vec::new();
    let example = workspace::example("contend-profile", "flame_speed")?;
    for _ in 0..plan.runs {
        let out = workspace::output(workspace::same(&example).arg(STACKS.to_string()))?;
        pages.push(serde_json::from_slice::<Page>(&out).context("reading what it printed")?);
    }
    let time = middle_of(pages.iter().map(|page| page.cpu_seconds).collect())?;
    let page = pages.first().context("no run")?;
    section.rows.push(Row {
        what: format!(
            "{STACKS} distinct stacks ({} frames) to a page of {:.0} MB",
            page.frames,
            page.size as f64 / 1e6
        ),
        contend: format!("{time:.2} s"),
        go: "-".to_owned(),
        ratio: None,
        wanted: "under 3 s".to_owned(),
    });
    Ok(section)
}

fn generated() -> anyhow::Result<PathBuf> {
    let dir = workspace::cache()?.join("bench-perf");
    fs::create_dir_all(&dir)?;
    let path = dir.join(format!("{SAMPLES}.txt"));
    let mut out = BufWriter::new(File::create(&path)?);
    perf_text::write(SAMPLES, &mut out)?;
    out.flush()?;
    Ok(path)
}

/// Two programs that fold differently must not be compared.
fn same_stacks(ours: &mut Command, theirs: &mut Command) -> anyhow::Result<()> {
    let sorted = |command: &mut Command| {
        let text = String::from_utf8(workspace::output(command)?)?;
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        anyhow::Ok(lines)
    };
    let (ours, theirs) = (sorted(ours)?, sorted(theirs)?);
    let first = ours.iter().zip(&theirs).find(|(our, their)| our != their);
    if let Some((our, their)) = first {
        bail!("folded differently: `{our}` here, `{their}` by inferno");
    }
    if ours.len() != theirs.len() {
        bail!("{} stacks here, {} by inferno", ours.len(), theirs.len());
    }
    Ok(())
}

/// Installs inferno into the cache, if it is not there.
fn inferno() -> anyhow::Result<PathBuf> {
    let home = workspace::cache()?.join(format!("tools/inferno-{INFERNO}"));
    let program = home.join("bin/inferno-collapse-perf");
    if !program.exists() {
        println!("installing inferno {INFERNO} to compare with");
        let mut install = Command::new("cargo");
        install.args([
            "install",
            "--quiet",
            "--locked",
            "inferno",
            "--version",
            INFERNO,
        ]);
        install.arg("--root").arg(&home);
        // As its users have it, not with the settings of this workspace.
        install.current_dir(workspace::cache()?);
        workspace::output(&mut install)?;
    }
    Ok(program)
}
