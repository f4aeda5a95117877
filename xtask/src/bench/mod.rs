//! `cargo xtask bench`: contend and Go's own libraries on the same files, in one run.

mod dump_text;
mod dumps;
mod flame;
mod log_text;
mod logs;
pub(crate) mod measure;
mod perf_text;
pub(crate) mod table;
mod trace;
mod trace_bytes;
mod vet;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use self::measure::{Run, median};
use self::table::{Row, Section};
use crate::go::Toolchain;
use crate::oracle::{self, Target, build_tool, syntax};
use crate::workspace;

/// What was asked for.
struct Plan {
    /// How often the short measurements are repeated; the median counts.
    runs: usize,
    /// Sections by name; all if empty.
    only: Vec<String>,
    /// After how long a run of `go vet` is ended; the table then says so.
    vet_limit: Duration,
    /// Bytes of the generated log.
    log_bytes: u64,
    write: bool,
}

/// The command: `[parse|std|kubernetes|vet|dumps|logs|trace|flame]... [--runs N]
/// [--vet-limit MINUTES] [--log-gb N] [--write]`.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let plan = Plan::of(args)?;
    let go = Toolchain::find_or_install()?;
    let sections: [(&str, Measurement); 8] = [
        ("parse", parse),
        ("std", standard_library),
        ("kubernetes", kubernetes),
        ("vet", vet::vet),
        ("dumps", dumps::dumps),
        ("logs", logs::logs),
        ("trace", trace::trace),
        ("flame", flame::flame),
    ];
    let mut done = Vec::new();
    for (name, measurement) in sections {
        if plan.only.is_empty() || plan.only.iter().any(|only| only == name) {
            let section = measurement(&go, &plan).with_context(|| format!("measuring {name}"))?;
            print!("{}", section.text());
            done.push(section);
        }
    }
    if plan.write {
        let path = workspace::root().join("docs/benchmarks.md");
        let page = fs::read_to_string(&path).context("reading docs/benchmarks.md")?;
        let origin = table::origin(&go.version, plan.runs)?;
        fs::write(&path, table::replaced(&page, &done, &origin))?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

type Measurement = fn(&Toolchain, &Plan) -> anyhow::Result<Section>;

impl Plan {
    fn of(args: &[String]) -> anyhow::Result<Plan> {
        let mut plan = Plan {
            runs: 3,
            only: Vec::new(),
            vet_limit: Duration::from_hours(1),
            log_bytes: 10_000_000_000,
            write: false,
        };
        let mut it = args.iter();
        while let Some(arg) = it.next() {
            match arg.as_str() {
                "--runs" => plan.runs = it.next().context("--runs needs a number")?.parse()?,
                "--vet-limit" => {
                    let minutes = it.next().context("--vet-limit needs minutes")?;
                    plan.vet_limit = Duration::from_mins(minutes.parse()?);
                }
                "--log-gb" => {
                    let gigabytes: f64 = it.next().context("--log-gb needs a number")?.parse()?;
                    plan.log_bytes = (gigabytes * 1e9) as u64;
                }
                "--write" => plan.write = true,
                "parse" | "std" | "kubernetes" | "vet" | "dumps" | "logs" | "trace" | "flame" => {
                    plan.only.push(arg.clone());
                }
                other => bail!("unknown argument `{other}`"),
            }
        }
        if plan.runs == 0 {
            bail!("--runs needs at least 1");
        }
        Ok(plan)
    }
}

/// What `goparse` and the example `parse_files` print.
#[derive(Debug, Clone, Deserialize)]
struct Parsing {
    files: u64,
    source_bytes: u64,
    wall_seconds: f64,
    cpu_seconds: f64,
    tree_bytes: u64,
}

/// Trees and comments kept, the files read before.
///
/// One thread is meant by processor time, with Go's collector on that thread too. What the
/// collector gains from a second core stands in a row of its own, by wall time.
fn parse(go: &Toolchain, plan: &Plan) -> anyhow::Result<Section> {
    let mut section = Section::new("Parsing, trees and comments kept");
    for (name, shown) in [("std", "GOROOT/src"), ("kubernetes", "k8s.io/kubernetes")] {
        let target = fetched(go, name)?;
        let list = syntax::list(&syntax::sources(&target)?);
        let goparse = go.command_for(&build_tool(go, "goparse")?, &target.dir)?;
        let (mut ours, mut one_thread, mut all_cores) = (Vec::new(), Vec::new(), Vec::new());
        // Turn and turn about, so that a busy moment of the machine meets all.
        for _ in 0..plan.runs {
            let mut command = workspace::same(&goparse);
            one_thread.push(parsing(command.env("GOMAXPROCS", "1"), &list)?);
            ours.push(parsing(
                &mut workspace::example("contend-syntax", "parse_files")?,
                &list,
            )?);
            all_cores.push(parsing(&mut workspace::same(&goparse), &list)?);
        }
        let ours_by_wall = middle(&ours, |it| it.wall_seconds)?;
        let ours = middle(&ours, |it| it.cpu_seconds)?;
        let one_thread = middle(&one_thread, |it| it.cpu_seconds)?;
        let all_cores = middle(&all_cores, |it| it.wall_seconds)?;
        let megabytes = ours.source_bytes as f64 / 1e6;
        let (files, bytes) = (ours.files, ours.source_bytes as f64);
        section.rows.push(Row {
            what: format!("{shown}, {files} files, {megabytes:.0} MB: one thread"),
            contend: format!("{:.0} MB/s", megabytes / ours.cpu_seconds),
            go: format!("{:.0} MB/s (go/parser)", megabytes / one_thread.cpu_seconds),
            ratio: Some(one_thread.cpu_seconds / ours.cpu_seconds),
            wanted: "at least 2.5 times".to_owned(),
        });
        section.rows.push(Row {
            what: format!("{shown}: Go's collector on other cores"),
            contend: format!("{:.0} MB/s", megabytes / ours_by_wall.wall_seconds),
            go: format!("{:.0} MB/s (go/parser)", megabytes / all_cores.wall_seconds),
            ratio: Some(all_cores.wall_seconds / ours_by_wall.wall_seconds),
            wanted: "-".to_owned(),
        });
        section.rows.push(Row {
            what: format!("{shown}: memory of the trees for a byte of source"),
            contend: format!("{:.1} B", ours.tree_bytes as f64 / bytes),
            go: format!("{:.1} B (go/ast)", all_cores.tree_bytes as f64 / bytes),
            ratio: Some(all_cores.tree_bytes as f64 / ours.tree_bytes as f64),
            wanted: "at most 7 B".to_owned(),
        });
    }
    Ok(section)
}

fn parsing(command: &mut Command, list: &str) -> anyhow::Result<Parsing> {
    let out = workspace::filter(command, list)?;
    serde_json::from_slice(&out).context("reading what the parser printed")
}

/// The time in the middle.
fn middle_of(mut times: Vec<f64>) -> anyhow::Result<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().context("no run")
}

fn middle(runs: &[Parsing], by: fn(&Parsing) -> f64) -> anyhow::Result<Parsing> {
    let mut sorted = runs.to_vec();
    sorted.sort_by(|a, b| by(a).total_cmp(&by(b)));
    sorted.get(sorted.len() / 2).cloned().context("no run")
}

/// The packages of the standard library without tests, everything from source.
fn standard_library(go: &Toolchain, plan: &Plan) -> anyhow::Result<Section> {
    let mut section = Section::new("The standard library, cold");
    let target = fetched(go, "std")?;
    let tool = build_tool(go, "pkgsload")?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        let mut load = go.command_for(&tool, &target.dir)?;
        theirs.push(measure::run(
            load.arg(target.pattern).env("CGO_ENABLED", "0"),
            &[0],
        )?);
        let mut check = check(go, &target)?;
        ours.push(measure::run(
            check.arg("--no-tests").env("CGO_ENABLED", "0"),
            &[0, 1],
        )?);
    }
    let (ours, theirs) = (
        median(&ours).context("no run")?,
        median(&theirs).context("no run")?,
    );
    section.rows.push(Row {
        what: "`contend check` against packages.Load with LoadAllSyntax: time".to_owned(),
        contend: seconds(ours),
        go: seconds(theirs),
        ratio: Some(theirs.seconds / ours.seconds),
        wanted: "at least 2 times".to_owned(),
    });
    section
        .rows
        .push(memory("the same: peak memory", ours, theirs, "-"));
    Ok(section)
}

/// A very large module with everything that it imports, tests included.
fn kubernetes(go: &Toolchain, plan: &Plan) -> anyhow::Result<Section> {
    let mut section = Section::new("k8s.io/kubernetes with its dependencies");
    let target = fetched(go, "kubernetes")?;
    let mut ours = Vec::new();
    for _ in 0..plan.runs {
        ours.push(measure::run(&mut check(go, &target)?, &[0, 1])?);
    }
    let ours = median(&ours).context("no run")?;
    section.rows.push(alone(
        "`contend check`, cold: time",
        seconds(ours),
        "at most 30 s",
    ));
    section.rows.push(alone(
        "`contend check`, cold: peak memory",
        gigabytes(ours),
        "at most 6 GB",
    ));
    Ok(section)
}

fn check(go: &Toolchain, target: &Target) -> anyhow::Result<Command> {
    let built = workspace::contend()?;
    let mut command = go.command_for(Path::new(built.get_program()), &target.dir)?;
    command.args(["check", target.pattern]);
    Ok(command)
}

fn fetched(go: &Toolchain, name: &str) -> anyhow::Result<Target> {
    oracle::target(go, name)?.map_err(|missing| anyhow::anyhow!("{name} {missing}"))
}

fn alone(what: &str, value: String, wanted: &str) -> Row {
    let (what, wanted) = (what.to_owned(), wanted.to_owned());
    Row {
        what,
        contend: value,
        go: "-".to_owned(),
        ratio: None,
        wanted,
    }
}

fn memory(what: &str, ours: Run, theirs: Run, wanted: &str) -> Row {
    Row {
        what: what.to_owned(),
        contend: gigabytes(ours),
        go: gigabytes(theirs),
        ratio: Some(theirs.peak as f64 / ours.peak as f64),
        wanted: wanted.to_owned(),
    }
}

fn seconds(run: Run) -> String {
    format!("{:.2} s", run.seconds)
}

fn gigabytes(run: Run) -> String {
    format!("{:.2} GB", run.peak as f64 / 1e9)
}
