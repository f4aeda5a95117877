//! Every recording of corpus/dumps against its label: the first verdict must be right.

#![expect(
    clippy::disallowed_methods,
    reason = "the recordings are a folder of files"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use contend_diagnose::diagnose;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/dumps")
}

/// `(scenario, mode, right classes)`.
fn labels() -> Vec<(String, String, Vec<String>)> {
    let text = fs::read_to_string(corpus().join("labels.tsv")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let classes = cells[2].split(' ').map(str::to_owned).collect();
            (cells[0].to_owned(), cells[1].to_owned(), classes)
        })
        .collect()
}

#[test]
fn the_first_verdict_on_every_recording_is_the_labelled_one() {
    let labels = labels();
    let mut wrong = Vec::new();
    let mut versions = BTreeSet::new();
    let mut paths: Vec<_> = fs::read_dir(corpus())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    for path in &paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut parts = name.split('.');
        let (scenario, mode) = (parts.next().unwrap(), parts.next().unwrap());
        versions.insert(parts.take(2).collect::<Vec<_>>().join("."));
        let label = labels
            .iter()
            .find(|(s, m, _)| s == scenario && m == mode)
            .unwrap_or_else(|| panic!("{name} has no label"));
        let text = fs::read(path).unwrap();
        let document = contend_dumps::parse(&text);
        let verdicts = diagnose(&document);
        let first = verdicts
            .first()
            .map_or("nothing", |verdict| verdict.class.id);
        if !label.2.iter().any(|class| class == first) {
            wrong.push(format!("{name}: {first}, not {}", label.2.join(" or ")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        paths.len(),
        wrong.join("\n")
    );
    assert!(4 <= versions.len(), "too few Go versions: {versions:?}");
}
