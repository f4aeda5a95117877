//! Execution traces: every event against Go's own reader.
//!
//! The reader that is asked is the one of the Go in the PATH. Its package may be imported by the
//! standard library only, so the oracle program is built as a part of that, with an overlay.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::go::Toolchain;
use crate::report::{Outcome, Report};
use crate::workspace;

/// Programs of corpus/traces that write a trace of themselves.
const PROGRAMS: [&str; 3] = ["convoy", "pipeline", "network"];

/// The package that the oracle program becomes.
const PACKAGE: &str = "internal/trace/contendevents";

/// The command: nothing for Go's tests and the programs, or trace files.
pub(super) fn run(go: &Toolchain, report: &mut Report, files: &[&str]) -> anyhow::Result<()> {
    let tool = build(go)?;
    if files.is_empty() {
        report.add("trace testdata", testdata(go, &tool));
        for program in PROGRAMS {
            report.add(&format!("trace {program}"), recorded(go, &tool, program));
        }
    }
    for file in files {
        let answer = compare(&tool, Path::new(file)).map(judge);
        report.add(&format!("trace {file}"), answer);
    }
    Ok(())
}

/// Builds the oracle program inside the standard library.
pub(crate) fn build(go: &Toolchain) -> anyhow::Result<PathBuf> {
    let source = workspace::root().join("corpus/tools/traceevents/main.go");
    let std = PathBuf::from(go.env("GOROOT")?).join("src");
    let home = workspace::cache()?.join("tools");
    fs::create_dir_all(&home)?;
    let overlay = home.join("traceevents.overlay.json");
    let place = std.join(PACKAGE).join("main.go");
    let replace = serde_json::json!({ "Replace": { place.to_string_lossy(): source } });
    fs::write(&overlay, replace.to_string())?;
    let program = home.join("traceevents");
    let mut build = go.command(&std, &["build", "-overlay"]);
    build.arg(&overlay).arg("-o").arg(&program).arg(PACKAGE);
    workspace::output(&mut build)?;
    Ok(program)
}

/// Runs a program of corpus/traces; the answer is the trace that it wrote.
pub(crate) fn record(go: &Toolchain, program: &str, args: &[&str]) -> anyhow::Result<PathBuf> {
    let source = workspace::root().join("corpus/traces").join(program);
    let home = workspace::cache()?.join("traces");
    fs::create_dir_all(&home)?;
    let binary = home.join(program);
    let mut build = go.command(&source, &["build", "-trimpath", "-o"]);
    workspace::output(build.arg(&binary).arg(".").env("CGO_ENABLED", "0"))?;
    let trace = home.join(format!("{program}.trace"));
    let mut run = go.command_for(&binary, &source)?;
    workspace::output(run.arg(&trace).args(args))?;
    Ok(trace)
}

fn recorded(go: &Toolchain, tool: &Path, program: &str) -> anyhow::Result<Outcome> {
    let trace = record(go, program, &[])?;
    compare(tool, &trace).map(judge)
}

fn judge(answer: Result<Same, String>) -> Outcome {
    match answer {
        Ok(Same {
            n_events,
            error: None,
        }) => Outcome::Passed(format!("{n_events} events equal")),
        Ok(Same {
            n_events,
            error: Some(error),
        }) => Outcome::Passed(format!("{n_events} events equal, then both stop: {error}")),
        Err(difference) => Outcome::Failed(difference),
    }
}

/// The tests and fuzz inputs of `internal/trace`.
fn testdata(go: &Toolchain, tool: &Path) -> anyhow::Result<Outcome> {
    let dir = PathBuf::from(go.env("GOROOT")?).join("src/internal/trace/testdata");
    let files = super::fresh(&workspace::cache()?.join("oracle/trace/testdata"))?;
    let mut unpack = Command::new(tool);
    workspace::output(unpack.arg("unpack").arg(&dir).arg(&files))?;
    let mut paths = Vec::new();
    for entry in fs::read_dir(&files)? {
        paths.push(entry?.path());
    }
    paths.sort();
    let (mut valid, mut invalid, mut old, mut n_events) = (0, 0, 0, 0);
    let mut faults = Vec::new();
    for path in &paths {
        if of_old_format(&fs::read(path)?) {
            old += 1;
            continue;
        }
        match compare(tool, path)? {
            Ok(same) => {
                n_events += same.n_events;
                *(if same.error.is_some() {
                    &mut invalid
                } else {
                    &mut valid
                }) += 1;
            }
            Err(difference) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                faults.push(format!("{name}: {difference}"));
            }
        }
    }
    let counts = format!(
        "{valid} valid traces equal, {invalid} invalid ones rejected at the same event, \
         {n_events} events; {old} of the format before Go 1.22"
    );
    Ok(if faults.is_empty() && 0 < valid {
        Outcome::Passed(counts)
    } else {
        Outcome::Failed(format!("{counts}; {}", faults.join("; ")))
    })
}

/// Written by Go 1.21 or older, which Go's reader converts and ours does not read.
fn of_old_format(trace: &[u8]) -> bool {
    use contend_gotrace::{Reader, TraceError};
    matches!(Reader::new(trace), Err(TraceError::OldFormat { .. }))
}

/// What both readers said.
struct Same {
    n_events: usize,
    /// Our reason, if both stopped before the end.
    error: Option<String>,
}

/// Line by line; the inner error is the first difference.
fn compare(tool: &Path, trace: &Path) -> anyhow::Result<Result<Same, String>> {
    let mut theirs = Command::new(tool);
    let mut ours = workspace::example("contend-gotrace", "trace_events")?;
    let mut theirs = lines(theirs.arg("print").arg(trace))?;
    let mut ours = lines(ours.arg(trace))?;
    let mut n_events = 0;
    loop {
        let (their, our) = (theirs.next().transpose()?, ours.next().transpose()?);
        match (their, our) {
            (None, None) => {
                return Ok(Ok(Same {
                    n_events,
                    error: None,
                }));
            }
            (Some(their), Some(our)) if their == our => n_events += 1,
            (Some(their), Some(our)) => {
                // The reasons are worded differently; that both have one is what counts.
                if let (true, Some(reason)) =
                    (their.starts_with("error "), our.strip_prefix("error "))
                {
                    let error = Some(reason.to_owned());
                    return Ok(Ok(Same { n_events, error }));
                }
                return Ok(Err(format!(
                    "event {n_events}: Go says `{their}`, contend says `{our}`"
                )));
            }
            (their, our) => {
                return Ok(Err(format!(
                    "event {n_events}: Go says {their:?}, contend says {our:?}"
                )));
            }
        }
    }
}

fn lines(command: &mut Command) -> anyhow::Result<std::io::Lines<impl BufRead + use<>>> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", command.get_program().display()))?;
    let Some(out) = child.stdout.take() else {
        bail!("a child without output");
    };
    Ok(BufReader::new(out).lines())
}
