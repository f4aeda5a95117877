//! Ground truth of `contend trace`: programs with a known fault, and the same without it.
//!
//! Each program of corpus/causes runs twice. The trace of the fault must name its cause and the
//! function on the first screen; the trace of the twin must name no cause at all. That goroutines
//! waited for a processor is said of either on a machine that is busy, and counts for nothing.
//! Where strace is installed each runs under it once more, and contend reads both.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use crate::go::Toolchain;
use crate::report::{Outcome, Report};
use crate::workspace;

/// The program, the cause that contend should name, and a function that its headline should.
const CAUSES: [(&str, &str, &str); 12] = [
    ("convoy", "lock", "(*store).flush"),
    ("writers", "writer-starvation", "(*index).search"),
    ("deadline", "no-deadline", "main.quote"),
    ("child", "hung-child", "main.convert"),
    ("fds", "fd-exhaustion", "http.Serve"),
    ("directory", "directory", "main.checkpoint"),
    ("circle", "wait-circle", "main.(*people)"),
    ("shared", "wait-circle", "main.(*library)"),
    ("nested", "wait-circle", "main.(*folders)"),
    ("leak", "leak", "main.lookup"),
    ("cgo", "cgo", "main.measure"),
    ("signals", "cgo", "main.sample"),
];

/// What is no fault of the program.
const HARMLESS: [&str; 2] = ["nothing", "scheduling"];

/// How many findings the first screen shows.
const FIRST_SCREEN: usize = 3;

/// The exit code of the program for a cause that it was built without.
const NOT_BUILT_IN: i32 = 3;

#[derive(Deserialize)]
struct Document {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    cause: String,
    headline: String,
    confidence: String,
}

/// The command; names choose among the causes.
pub(super) fn run(go: &Toolchain, report: &mut Report, names: &[&str]) -> anyhow::Result<()> {
    let home = workspace::cache()?.join("causes");
    fs::create_dir_all(&home)?;
    let program = home.join("causes");
    let source = workspace::root().join("corpus/causes");
    let mut build = go.command(&source, &["build", "-o"]);
    workspace::output(build.arg(&program).arg("."))?;
    let contend = workspace::contend()?;
    for (name, cause, function) in CAUSES {
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        for traced in [false, true] {
            let with = if traced { ", with strace" } else { "" };
            if traced && !has_strace() {
                let skipped = Outcome::Skipped("strace is not installed".to_owned());
                report.add(&format!("cause {name}{with}"), Ok(skipped));
                continue;
            }
            let ask = |kind: &str| {
                let recorded = recorded(&program, name, kind, traced)?;
                recorded.map(|it| findings(&contend, &it)).transpose()
            };
            report.add(
                &format!("cause {name}{with}"),
                ask("planted").map(|found| planted(found, cause, function)),
            );
            report.add(
                &format!("cause {name}, mended{with}"),
                ask("fixed").map(mended),
            );
        }
    }
    Ok(())
}

/// A trace, and what strace wrote beside it.
struct Recorded {
    trace: PathBuf,
    strace: Option<PathBuf>,
}

fn has_strace() -> bool {
    let out = Command::new("strace").arg("--version").output();
    out.is_ok_and(|out| out.status.success())
}

/// The trace of a run; `None` if the program lacks it, for want of a C compiler.
fn recorded(
    program: &Path,
    name: &str,
    kind: &str,
    traced: bool,
) -> anyhow::Result<Option<Recorded>> {
    let trace = program.with_file_name(format!("{name}-{kind}.trace"));
    let strace = traced.then(|| trace.with_extension("strace"));
    let mut command = match &strace {
        None => Command::new(program),
        Some(path) => {
            let mut command = Command::new("strace");
            command
                .args(["-f", "-ttt", "-T", "-yy", "-o"])
                .arg(path)
                .arg(program);
            command
        }
    };
    let out = command.args([name, kind]).arg(&trace).output()?;
    match out.status.code() {
        Some(0) => Ok(Some(Recorded { trace, strace })),
        Some(NOT_BUILT_IN) => Ok(None),
        _ => bail!(
            "{name} {kind}: {}",
            String::from_utf8_lossy(&out.stderr).trim()
        ),
    }
}

fn findings(contend: &Command, recorded: &Recorded) -> anyhow::Result<Vec<Finding>> {
    let mut command = workspace::same(contend);
    command
        .arg("trace")
        .arg(&recorded.trace)
        .args(["--format", "json"]);
    if let Some(strace) = &recorded.strace {
        command.arg("--perf").arg(strace);
    }
    let out = workspace::output(&mut command)?;
    let document: Document = serde_json::from_slice(&out).context("reading the findings")?;
    Ok(document.findings)
}

fn planted(found: Option<Vec<Finding>>, cause: &str, function: &str) -> Outcome {
    let Some(found) = found else {
        return Outcome::Skipped("built without C".to_owned());
    };
    let first_screen = || found.iter().take(FIRST_SCREEN);
    let named = |it: &&Finding| it.cause == cause && it.headline.contains(function);
    if let Some(it) = first_screen().find(named) {
        return Outcome::Passed(format!("{} ({})", it.headline, it.confidence));
    }
    let said: Vec<&str> = first_screen().map(|it| it.headline.as_str()).collect();
    Outcome::Failed(format!(
        "wanted {cause} in {function}, got: {}",
        said.join("; ")
    ))
}

fn mended(found: Option<Vec<Finding>>) -> Outcome {
    let Some(found) = found else {
        return Outcome::Skipped("built without C".to_owned());
    };
    let is_wrong = |it: &&Finding| !HARMLESS.contains(&it.cause.as_str());
    if let Some(wrong) = found.iter().find(is_wrong) {
        return Outcome::Failed(wrong.headline.clone());
    }
    let causes: BTreeSet<&str> = found.iter().map(|it| it.cause.as_str()).collect();
    let causes: Vec<&str> = causes.into_iter().collect();
    Outcome::Passed(causes.join(", "))
}
