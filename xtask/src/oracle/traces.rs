//! Execution traces: every event against Go's own reader.
//!
//! The reader that is asked is the one of the Go in the PATH. Its package may be imported by the
//! standard library only, so the oracle program is built as a part of that, with an overlay.

use std::collections::BTreeMap;
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

/// A Go of each version that writes traces of today's format, to record the programs with.
const VERSIONS: [&str; 6] = [
    "1.22.12", "1.23.12", "1.24.13", "1.25.8", "1.26.6", "1.27.3",
];

/// The command: nothing for Go's tests and the programs, `versions` for the programs under each Go,
/// or trace files.
pub(super) fn run(go: &Toolchain, report: &mut Report, files: &[&str]) -> anyhow::Result<()> {
    let tool = build(go)?;
    if files.is_empty() {
        report.add("trace testdata", testdata(go, &tool));
        for program in PROGRAMS {
            report.add(&format!("trace {program}"), recorded(go, &tool, program));
        }
    }
    if files == ["versions"] {
        for version in VERSIONS {
            for program in PROGRAMS {
                let answer = of_version(go, &tool, version, program);
                report.add(&format!("trace {program}, Go {version}"), answer);
            }
        }
        return Ok(());
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
    record_with(go, "local", program, args)
}

/// As [`record`]; the program is built by the Go that `toolchain` names, fetched if need be.
fn record_with(
    go: &Toolchain,
    toolchain: &str,
    program: &str,
    args: &[&str],
) -> anyhow::Result<PathBuf> {
    let source = workspace::root().join("corpus/traces").join(program);
    let mut home = workspace::cache()?.join("traces");
    if toolchain != "local" {
        home.push(toolchain);
    }
    fs::create_dir_all(&home)?;
    let binary = home.join(program);
    let mut build = go.command(&source, &["build", "-trimpath", "-o"]);
    build.env("CGO_ENABLED", "0").env("GOTOOLCHAIN", toolchain);
    workspace::output(build.arg(&binary).arg("."))?;
    let trace = home.join(format!("{program}.trace"));
    let mut run = go.command_for(&binary, &source)?;
    workspace::output(run.arg(&trace).args(args))?;
    Ok(trace)
}

fn recorded(go: &Toolchain, tool: &Path, program: &str) -> anyhow::Result<Outcome> {
    let trace = record(go, program, &[])?;
    compare(tool, &trace).map(judge)
}

/// Events and sums of waits of a trace that another Go wrote.
fn of_version(
    go: &Toolchain,
    tool: &Path,
    version: &str,
    program: &str,
) -> anyhow::Result<Outcome> {
    let trace = record_with(go, &format!("go{version}"), program, &[])?;
    let events = match judge(compare(tool, &trace)?) {
        Outcome::Passed(text) => text,
        other => return Ok(other),
    };
    Ok(match same_waits(tool, &trace)? {
        Ok(text) => Outcome::Passed(format!("{events}; {text}")),
        Err(difference) => Outcome::Failed(difference),
    })
}

/// Sums of waits by kind: ours, and the one of the runtime's reasons that the official reader
/// gives. The inner error is the first kind that differs by more than a thousandth.
fn same_waits(tool: &Path, trace: &Path) -> anyhow::Result<Result<String, String>> {
    let mut theirs = Command::new(tool);
    let theirs = workspace::output(theirs.arg("waits").arg(trace))?;
    let theirs: BTreeMap<String, i64> = serde_json::from_slice(&theirs)?;
    let mut ours = workspace::contend()?;
    let ours = workspace::output(ours.arg("trace").arg(trace).args(["--format", "json"]))?;
    let ours: serde_json::Value = serde_json::from_slice(&ours)?;
    let mut sums: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (reason, nanos) in &theirs {
        sums.entry(group_of_reason(reason)).or_default().1 += nanos;
    }
    for wait in ours["waits"].as_array().context("no waits")? {
        let kind = wait["kind"].as_str().context("a kind")?;
        sums.entry(group_of_kind(kind)).or_default().0 += wait["total"].as_i64().unwrap_or(0);
    }
    for (group, (our, their)) in &sums {
        if their.abs() < 1000 * (our - their).abs() {
            return Ok(Err(format!(
                "{group}: {our} ns here, {their} ns by Go's reader"
            )));
        }
    }
    Ok(Ok(format!("sums of {} kinds of waits equal", sums.len())))
}

/// Kinds that the runtime has one reason for, and reasons that contend has one kind for.
fn group_of_reason(reason: &str) -> &str {
    match reason {
        "sync" | "sync.(*Cond).Wait" | "chan send" | "chan receive" | "select" | "network"
        | "sleep" => reason,
        "GC mark assist wait for work"
        | "GC background sweeper wait"
        | "wait until GC ends"
        | "GC weak to strong wait" => "collector",
        _ => "other",
    }
}

fn group_of_kind(kind: &str) -> &str {
    match kind {
        "mutex" | "read lock" | "write lock" | "other sync" | "runtime sync" | "WaitGroup" => {
            "sync"
        }
        "Cond" => "sync.(*Cond).Wait",
        "channel send" => "chan send",
        "channel receive" => "chan receive",
        "coroutine" | "unknown reason" => "other",
        kind => kind,
    }
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
