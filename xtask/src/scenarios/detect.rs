//! Which of the usual means sees a scenario, and in how many runs: the program itself, GODEBUG, the
//! race detector, `go vet`, and `contend check`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::catalogue::{Scenario, scenarios};
use super::run::{Ended, build, execute};
use crate::go::Toolchain;
use crate::workspace;

/// A run ends here; what still runs counts as `runs on`.
const LIMIT: Duration = Duration::from_secs(1);
/// Runs of a program that ends by itself, and of one that does not.
const RUNS: (usize, usize) = (100, 20);
/// What GODEBUG has against damaged memory. It has nothing against races.
const GODEBUG: &str = "clobberfree=1,gccheckmark=1,invalidptr=1";
/// The page with the table.
const PAGE: &str = "docs/scenario-detection.md";

/// What a run came to: the texts that tell, the first that is found counts.
const ENDS: &[(&str, &str)] = &[
    ("WARNING: DATA RACE", "race"),
    ("fatal error: concurrent map", "map"),
    ("fatal error: all goroutines are asleep", "deadlock"),
    ("fatal error: checkptr", "checkptr"),
    ("found bad pointer in Go heap", "heap"),
    ("fatal error: ", "fatal"),
    ("panic: runtime error: ", "fault"),
    ("panic: ", "panic"),
];

pub(super) fn run(go: &Toolchain, args: &[String]) -> anyhow::Result<()> {
    let write = args.iter().any(|arg| arg == "--write");
    let named: Vec<&str> = args
        .iter()
        .map(String::as_str)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    workspace::cargo(&["build", "--quiet", "--package", "contend"])?;
    let mut text = head(go);
    print!("{text}");
    for scenario in scenarios(&named)? {
        // S scenarios are misuse that every run shows.
        if !scenario.has("faulty") || scenario.id.starts_with('S') {
            continue;
        }
        let row = row(go, &scenario).with_context(|| scenario.id.clone())?;
        println!("{row}");
        let _ = writeln!(text, "{row}");
    }
    if write {
        if !named.is_empty() {
            bail!("--write writes the whole table: name no scenarios");
        }
        fs::write(workspace::root().join(PAGE), text)?;
    }
    Ok(())
}

fn head(go: &Toolchain) -> String {
    format!(
        "# Which means sees which scenario\n\n\
         Written by `cargo xtask scenarios detect --write` with {}, on {} processors. Each faulty\n\
         program ran {} times ({} times where it does not end by itself), for a second at most, as\n\
         it is, with `GODEBUG={GODEBUG}`, and built with `-race`. The figure is the number of runs\n\
         that ended that way; what is missing to the sum ended well or was still running and had\n\
         printed nothing. `go vet` and `contend check` read the source once: the analyzer or the\n\
         rule, if it names a line labelled as part of the fault.\n\n\
         `map` is the map check of the runtime, `deadlock` its \"all goroutines are asleep\",\n\
         `fault` a nil or wild pointer, `heap` the collector's check, `panic` the program's own\n\
         check.\n\n\
         | scenario | runs | as it is | GODEBUG | race detector | go vet | contend check |\n\
         |---|---|---|---|---|---|---|\n",
        go.version,
        std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        RUNS.0,
        RUNS.1,
    )
}

fn row(go: &Toolchain, scenario: &Scenario) -> anyhow::Result<String> {
    let labelled = scenario.labelled()?;
    let arguments = scenario.arguments();
    let plain = build(go, scenario, "faulty", false)?;
    let race = build(go, scenario, "faulty", true)?;
    let first = execute(&plain, &arguments, &[], LIMIT, &plain.with_extension("log"))?;
    let runs = if first.late { RUNS.1 } else { RUNS.0 };
    let again = |program: &Path, environment: &[(&str, &str)]| {
        tally(program, &arguments, environment, runs)
    };
    let halt = [("GORACE", "halt_on_error=1")];
    Ok(format!(
        "| {} | {runs} | {} | {} | {} | {} | {} |",
        scenario.id,
        again(&plain, &[])?,
        again(&plain, &[("GODEBUG", GODEBUG)])?,
        again(&race, &halt)?,
        vet(go, scenario, &labelled)?,
        check(scenario, &labelled)?,
    ))
}

/// `map 97, fault 3`, or `-`.
fn tally(
    program: &Path,
    arguments: &[String],
    environment: &[(&str, &str)],
    runs: usize,
) -> anyhow::Result<String> {
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    let log = program.with_extension("log");
    for _ in 0..runs {
        let ended = execute(program, arguments, environment, LIMIT, &log)?;
        if let Some(end) = end_of(&ended) {
            *ends.entry(end).or_default() += 1;
        }
    }
    Ok(joined(
        ends.iter().map(|(end, count)| format!("{end} {count}")),
    ))
}

fn end_of(ended: &Ended) -> Option<&'static str> {
    let found = ENDS.iter().find(|(text, _)| ended.text.contains(text));
    found.map(|(_, end)| *end)
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        "-".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The analyzers of `go vet` that name a labelled line; `(elsewhere)` if they name another one.
fn vet(go: &Toolchain, scenario: &Scenario, labelled: &BTreeSet<String>) -> anyhow::Result<String> {
    let mut command = go.command(&scenario.dir, &["vet", "-mod=mod", "-json", "./faulty"]);
    let out = command.output().context("starting go vet")?;
    // Comment lines tell the package, between them stands one object for each.
    let both = [out.stdout, out.stderr].concat();
    let text = String::from_utf8_lossy(&both);
    let json: String = text.lines().filter(|line| !line.starts_with('#')).collect();
    let mut seen: BTreeMap<String, bool> = BTreeMap::new();
    for package in serde_json::Deserializer::from_str(&json).into_iter::<Packages>() {
        for (analyzer, places) in package?.into_values().flatten() {
            let Ok(places) = serde_json::from_value::<Vec<Place>>(places) else {
                bail!("go vet could not analyse {}", scenario.id);
            };
            let here = places.iter().any(|place| {
                labelled
                    .iter()
                    .any(|line| place.posn.contains(&format!("{line}:")))
            });
            *seen.entry(analyzer).or_default() |= here;
        }
    }
    Ok(joined(seen.into_iter().map(|(analyzer, here)| {
        if here {
            analyzer
        } else {
            format!("{analyzer} (elsewhere)")
        }
    })))
}

type Packages = BTreeMap<String, BTreeMap<String, serde_json::Value>>;

#[derive(Deserialize)]
struct Place {
    posn: String,
}

#[derive(Deserialize)]
struct Checked {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    code: String,
    primary: Label,
    related: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    place: Region,
}

#[derive(Deserialize)]
struct Region {
    path: String,
    start: Position,
}

#[derive(Deserialize)]
struct Position {
    line: u32,
}

/// The rules that name a labelled line; a report in the repaired or healthy form is said, too.
fn check(scenario: &Scenario, labelled: &BTreeSet<String>) -> anyhow::Result<String> {
    let contend = workspace::target()?.join("debug/contend");
    let mut command = Command::new(contend);
    command.arg("-C").arg(&scenario.dir);
    let out = command
        .args(["check", "--format", "json", "./..."])
        .output()?;
    if !matches!(out.status.code(), Some(0 | 1)) {
        bail!("{}", String::from_utf8_lossy(&out.stderr).trim().to_owned());
    }
    let checked: Checked = serde_json::from_slice(&out.stdout)?;
    let mut codes = BTreeSet::new();
    for finding in checked.findings {
        let primary = &finding.primary.place;
        let form = primary.path.split('/').next().unwrap_or_default();
        let named = std::iter::once(&finding.primary)
            .chain(&finding.related)
            .any(|label| {
                let place = &label.place;
                labelled.contains(&format!("{}:{}", place.path, place.start.line))
            });
        match form {
            "faulty" if named => codes.insert(finding.code),
            "faulty" => codes.insert(format!("{} (elsewhere)", finding.code)),
            "claim" => false, // some of them race on purpose
            form => codes.insert(format!("{} (in {form})", finding.code)),
        };
    }
    Ok(joined(codes.into_iter()))
}
