//! The test data of Go's own race detector: functions named for whether they hold a race.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::Options;
use super::findings::{self, Finding};
use super::functions::Functions;
use super::table::{self, Tally};
use crate::go::Toolchain;
use crate::workspace;

/// Where the data lies in a Go root.
const DATA: &str = "src/runtime/race/testdata";

/// Checks the data as a module of its own and prints the tables.
pub(super) fn score(go: &Toolchain, options: &Options) -> anyhow::Result<()> {
    let module = copy(go)?;
    let functions = Functions::read(&module, |name| expects_race(name).is_some())?;
    let findings = findings::races(&module, options)?;
    let reported = reported(&functions, &findings);

    let mut rows: BTreeMap<&str, Tally> = BTreeMap::new();
    for (index, function) in functions.all.iter().enumerate() {
        let hit = usize::from(reported.contains_key(&index));
        let tally = match expects_race(&function.name) {
            Some(true) => Tally {
                faulty: 1,
                found: hit,
                ..Tally::default()
            },
            Some(false) => Tally {
                sound: 1,
                reported: hit,
                ..Tally::default()
            },
            None => continue,
        };
        rows.entry(&function.file).or_default().add(tally);
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(file, tally)| (file.to_owned(), tally))
        .collect();
    let title = format!("# Race test data of {}", go.version);
    table::print(&title, "file", &rows);
    if options.list {
        list(&functions, &findings, &reported);
    }
    Ok(())
}

/// What the name promises; nothing for functions that are no test. What the detector itself fails
/// is named `...Failing` and promised all the same.
fn expects_race(function: &str) -> Option<bool> {
    if function.starts_with("TestRace") {
        Some(true)
    } else if function.starts_with("TestNoRace") {
        Some(false)
    } else {
        None
    }
}

/// For each function with a finding, which findings have a place in it.
fn reported(functions: &Functions, findings: &[Finding]) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut reported: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (number, finding) in findings.iter().enumerate() {
        for (file, position) in finding.places() {
            if let Some(owner) = functions.owner(file, position.offset) {
                reported.entry(owner).or_default().insert(number);
            }
        }
    }
    reported
}

fn list(functions: &Functions, findings: &[Finding], reported: &BTreeMap<usize, BTreeSet<usize>>) {
    println!("\nmissed:");
    for (index, function) in functions.all.iter().enumerate() {
        if expects_race(&function.name) == Some(true) && !reported.contains_key(&index) {
            println!("  {} {}", function.file, function.name);
        }
    }
    println!("\nreported without a race:");
    for (index, numbers) in reported {
        let function = &functions.all[*index];
        if expects_race(&function.name) == Some(false) {
            println!("  {} {}", function.file, function.name);
            for number in numbers {
                println!("      {}", findings[*number].brief());
            }
        }
    }
    println!("\nin no function, or in a helper of several:");
    let owned: BTreeSet<_> = reported.values().flatten().collect();
    for (number, finding) in findings.iter().enumerate() {
        if !owned.contains(&number) {
            println!("  {}", finding.brief());
        }
    }
}

/// A module with the test files, and nothing of an earlier copy.
fn copy(go: &Toolchain) -> anyhow::Result<PathBuf> {
    let data = Path::new(&go.env("GOROOT")?).join(DATA);
    let module = workspace::target()?.join("score/race-testdata");
    let _ = fs::remove_dir_all(&module);
    fs::create_dir_all(&module)?;
    for entry in fs::read_dir(&data).with_context(|| format!("reading {}", data.display()))? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with("_test.go") {
            fs::copy(entry.path(), module.join(entry.file_name()))?;
        }
    }
    let language = go.version.trim_start_matches("go");
    let text = format!("module example.com/race\n\ngo {language}\n");
    fs::write(module.join("go.mod"), text)?;
    Ok(module)
}
