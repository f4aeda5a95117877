//! Every recording of corpus/dumps against its label and against the labelled lines of the program
//! that made it: the first verdict must be right and name one of them.

#![expect(
    clippy::disallowed_methods,
    reason = "the recordings are a folder of files"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use contend_diagnose::{Diagnosis, diagnose};
use contend_finding::Severity;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}

struct Recording {
    name: String,
    scenario: String,
    mode: String,
    version: String,
    first: Option<Diagnosis>,
}

fn recordings() -> Vec<Recording> {
    let mut paths: Vec<_> = fs::read_dir(corpus().join("dumps"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    paths.iter().map(|path| recording(path)).collect()
}

fn recording(path: &Path) -> Recording {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut parts = name.split('.');
    let (scenario, mode) = (parts.next().unwrap(), parts.next().unwrap());
    let text = fs::read(path).unwrap();
    Recording {
        scenario: scenario.to_owned(),
        mode: mode.to_owned(),
        version: parts.take(2).collect::<Vec<_>>().join("."),
        first: diagnose(&contend_dumps::parse(&text)).into_iter().next(),
        name,
    }
}

/// The right classes of each scenario and mode.
fn labels() -> BTreeMap<(String, String), Vec<String>> {
    let text = fs::read_to_string(corpus().join("dumps/labels.tsv")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let classes = cells[2].split(' ').map(str::to_owned).collect();
            ((cells[0].to_owned(), cells[1].to_owned()), classes)
        })
        .collect()
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_first_verdict_on_every_recording_is_the_labelled_one() {
    let labels = labels();
    let mut wrong = Vec::new();
    for recording in recordings() {
        let label = labels
            .get(&(recording.scenario, recording.mode))
            .unwrap_or_else(|| panic!("{} has no label", recording.name));
        let first = recording.first.map_or("nothing", |found| found.class.id);
        if !label.iter().any(|class| class == first) {
            wrong.push(format!(
                "{}: {first}, not {}",
                recording.name,
                label.join(" or ")
            ));
        }
    }
    none(&wrong);
}

#[test]
fn what_only_looks_like_a_fault_is_not_accused() {
    let recordings = recordings();
    let healthy = recordings.iter().filter(|r| r.mode == "healthy");
    let accused: Vec<_> = healthy
        .filter(|r| {
            r.first
                .as_ref()
                .is_none_or(|f| f.severity != Severity::Info)
        })
        .map(|r| r.name.clone())
        .collect();
    none(&accused);
    assert!(recordings.iter().any(|r| r.mode == "healthy"));
}

#[test]
fn every_form_of_a_scenario_is_recorded_under_at_least_four_versions_of_go() {
    let mut versions: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for label in labels().into_keys() {
        versions.insert(label, BTreeSet::new());
    }
    for r in recordings() {
        let minor: Vec<_> = r.version.split('.').take(2).collect();
        let minor = minor.join(".");
        versions
            .entry((r.scenario, r.mode))
            .or_default()
            .insert(minor);
    }
    let few: Vec<_> = versions
        .iter()
        .filter(|(_, versions)| versions.len() < 4)
        .map(|(form, versions)| format!("{form:?}: {versions:?}"))
        .collect();
    none(&few);
}

/// The lines with `// fault:` of the faulty form, as `file:line`.
fn labelled_lines(scenario: &str) -> BTreeSet<String> {
    let folder = corpus().join("scenarios").join(scenario).join("faulty");
    let mut lines = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let labelled = text
            .lines()
            .zip(1..)
            .filter(|(l, _)| l.contains("// fault:"));
        lines.extend(labelled.map(|(_, number)| format!("{file}:{number}")));
    }
    lines
}

#[test]
fn the_first_verdict_names_a_labelled_line_of_the_program() {
    let mut wrong = Vec::new();
    for recording in recordings().iter().filter(|r| r.mode != "healthy") {
        let labelled = labelled_lines(&recording.scenario);
        let sites = recording.first.iter().flat_map(|found| &found.sites);
        let named: Vec<String> = sites
            .map(|site| {
                let file = site.file.rsplit('/').next().unwrap_or_default();
                format!("{file}:{}", site.line)
            })
            .collect();
        // The collector finds the damage of M08 in a stack without a line of the program.
        let nowhere = named.is_empty() || recording.scenario == "M08";
        if !nowhere && !named.iter().any(|site| labelled.contains(site)) {
            wrong.push(format!("{}: {named:?}, not {labelled:?}", recording.name));
        }
    }
    none(&wrong);
}

#[test]
fn a_function_with_a_slash_behind_its_receiver_gets_a_verdict() {
    let goroutine = |id| {
        format!(
            "goroutine {id} [select, 3 minutes]:\nmain.(*connPool).Get/a/b/long/way.c(0x1)\n\
             \t/src/pool.go:7 +0x1\ncreated by main.main in goroutine 1\n\t/src/main.go:3 +0x2\n\n"
        )
    };
    let text = (1..=12).map(goroutine).collect::<Vec<_>>().concat();
    let document = contend_dumps::parse(text.as_bytes());
    let diagnosis = contend_diagnose::diagnose(&document);
    assert!(!diagnosis.is_empty());
}
