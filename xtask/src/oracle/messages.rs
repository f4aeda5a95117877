//! The texts of fatal errors, throws and panics in the sources of the installed Go, against the
//! table of `contend-diagnose`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use contend_diagnose::{Kind, message};

use crate::go::Toolchain;
use crate::report::{Outcome, Report};

/// Folders whose files all concern concurrency.
const PACKAGES: &[&str] = &[
    "sync",
    "sync/atomic",
    "internal/sync",
    "internal/concurrent",
    "internal/runtime/maps",
    "iter",
    "unique",
];

/// Files of the runtime that do: channels, scheduler, locks, timers, maps, panics, the collector
/// and the heap. Files of single operating systems, tracing and profiling are left out.
const RUNTIME: &[&str] = &[
    "chan",
    "select",
    "sema",
    "proc",
    "coro",
    "rwmutex",
    "map",
    "map_swiss",
    "map_noswiss",
    "synctest",
    "time",
    "preempt",
    "netpoll",
    "cgocall",
    "signal_unix",
    "sigqueue",
    "panic",
    "mwbbuf",
    "lfstack",
    "mgc",
    "mgcmark",
    "mgcmark_greenteagc",
    "mgcsweep",
    "mgcwork",
    "mheap",
    "mbitmap",
    "mcache",
    "mcentral",
    "mspanset",
    "stack",
    "checkptr",
    "unsafe",
    "mgcstack",
    "lockrank_on",
];

/// Texts that say nothing about concurrency although they stand in these files.
const OTHER: &[&str] = &[
    "unreachable",
    "unimplemented",
    "not reached",
    "can't happen",
    "panic",
    "overflow",
    "Bad varint",
    "floating point error",
    "integer divide by zero",
    "integer overflow",
    "negative shift amount",
    "out-of-range immediate for simd intrinsic",
    "arg size to reflect.call more than 1GB",
];

/// What calls them, and what they become.
const CALLS: &[(&str, Kind)] = &[
    ("throw(", Kind::Fatal),
    ("fatal(", Kind::Fatal),
    ("panic(", Kind::Panic),
];

/// The command and the step of a test run.
pub(super) fn test(go: &Toolchain, report: &mut Report) {
    report.add("messages", compare(go));
}

fn compare(go: &Toolchain) -> anyhow::Result<Outcome> {
    let source = PathBuf::from(go.env("GOROOT")?).join("src");
    if !source.join("runtime/proc.go").exists() {
        return Ok(Outcome::Skipped(format!(
            "{} comes without the sources of the runtime",
            go.version
        )));
    }
    let mut texts: BTreeMap<(bool, String), String> = BTreeMap::new();
    for file in files(&source)? {
        let text = fs::read_to_string(source.join(&file))?;
        for (kind, said) in said(&text) {
            texts
                .entry((kind == Kind::Fatal, said))
                .or_insert_with(|| file.display().to_string());
        }
    }
    let total = texts.len();
    let unknown: Vec<String> = texts
        .into_iter()
        .filter(|((fatal, text), _)| {
            let kind = if *fatal { Kind::Fatal } else { Kind::Panic };
            let other = OTHER.contains(&text.as_str()) || text.starts_with("memHash");
            message(text.trim(), kind).is_none() && !other
        })
        .map(|((fatal, text), file)| {
            format!(
                "{} `{text}` of {file}",
                if fatal { "fatal error" } else { "panic" }
            )
        })
        .collect();
    Ok(if unknown.is_empty() && 100 < total {
        Outcome::Passed(format!("all {total} texts of {} are known", go.version))
    } else {
        Outcome::Failed(format!(
            "{} of {total} texts of {} are unknown:\n      {}",
            unknown.len(),
            go.version,
            unknown.join("\n      ")
        ))
    })
}

/// The files to read, relative to `source`.
fn files(source: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for package in PACKAGES.iter().chain(&["runtime"]) {
        let Ok(entries) = fs::read_dir(source.join(package)) else {
            continue; // not every version has every package
        };
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".go") else {
                continue;
            };
            let of_runtime = RUNTIME.contains(&stem) || stem.starts_with("lock_");
            if !stem.ends_with("_test") && (*package != "runtime" || of_runtime) {
                found.push(Path::new(package).join(&name));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The literal texts that a source file says as its last words. What is put together at run time
/// is not seen.
fn said(source: &str) -> Vec<(Kind, String)> {
    let mut all = Vec::new();
    for line in source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        for (call, kind) in CALLS {
            for (at, _) in line.match_indices(call) {
                let whole_word = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                if let Some(text) = literal(&line[at + call.len()..]).filter(|_| whole_word) {
                    all.push((*kind, text));
                }
            }
        }
    }
    all
}

/// The string literal at the start of an argument, inside the errors that the runtime wraps it in.
/// A text that goes on with `+` is a beginning; it counts as it stands.
fn literal(argument: &str) -> Option<String> {
    let mut rest = argument;
    for wrap in ["plainError(", "error(", "errorString("] {
        rest = rest.strip_prefix(wrap).unwrap_or(rest);
    }
    let text = rest.strip_prefix('"')?;
    Some(text[..text.find('"')?].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_where_they_are_said() {
        let source = "func f() {\n\tthrow(\"bad g status\")\n\t// panic(\"no\")\n\t\
                      panic(plainError(\"send on closed channel\"))\n\trethrow(\"no\")\n}\n";
        assert_eq!(
            said(source),
            [
                (Kind::Fatal, "bad g status".to_owned()),
                (Kind::Panic, "send on closed channel".to_owned())
            ]
        );
    }
}
