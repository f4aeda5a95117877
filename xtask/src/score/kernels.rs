//! Our own pairs: each fault at its labelled lines, and silence on the fixed twin.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Options;
use super::findings::{self, Finding};
use super::labels::{self, Kernel, Line};
use super::table::{self, Tally};
use crate::workspace;

/// How near the findings came to one fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    /// No finding has a place at a labelled line.
    Missed,
    /// A finding is there, under a code that the kernel does not expect.
    OtherCode,
    /// A finding with an expected code has one labelled line.
    OneSide,
    /// It has more of them, or all that there are.
    BothSides,
}

/// The folder of the pairs, a Go module.
pub(super) fn folder() -> PathBuf {
    workspace::root().join("corpus/kernels")
}

/// The folder of the pairs that were written by somebody who knew nothing of the rules.
pub(super) fn fresh() -> PathBuf {
    workspace::root().join("corpus/fresh")
}

/// The folder of the pairs that are small projects, with packages, handlers and options.
pub(super) fn projects() -> PathBuf {
    workspace::root().join("corpus/projects")
}

/// Checks all pairs of a folder in one run and prints the table.
pub(super) fn score(folder: &Path, options: &Options) -> anyhow::Result<()> {
    let kernels = labels::read(folder, &options.names)?;
    let findings = findings::races(folder, options)?;
    let mut rows: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut grades: BTreeMap<Grade, usize> = BTreeMap::new();
    for kernel in &kernels {
        let of_kernel = grades_of(kernel, &findings);
        let tally = tally(kernel, &of_kernel, &findings);
        for grade in of_kernel {
            *grades.entry(grade).or_default() += 1;
        }
        rows.entry(&kernel.want[0]).or_default().add(tally);
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(code, tally)| (code.to_owned(), tally))
        .collect();
    table::print("# Kernels, by the code that fits best", "code", &rows);
    let count = |grade| grades.get(&grade).copied().unwrap_or_default();
    println!(
        "\n{} found with both sides, {} with one, {} at the lines but under another code, {} missed",
        count(Grade::BothSides),
        count(Grade::OneSide),
        count(Grade::OtherCode),
        count(Grade::Missed)
    );
    if options.list {
        list(&kernels, &findings);
    }
    Ok(())
}

/// Checks all pairs in `folder` in one run and returns the counts of each kernel by its name.
pub(super) fn tallies(folder: &Path, options: &Options) -> anyhow::Result<BTreeMap<String, Tally>> {
    let kernels = labels::read(folder, &options.names)?;
    let findings = findings::races(folder, options)?;
    let tally = |kernel: &Kernel| tally(kernel, &grades_of(kernel, &findings), &findings);
    Ok(kernels
        .iter()
        .map(|kernel| (kernel.name.clone(), tally(kernel)))
        .collect())
}

/// How near the findings came to each fault of the kernel.
fn grades_of(kernel: &Kernel, findings: &[Finding]) -> Vec<Grade> {
    let faulty = of(findings, &kernel.form("faulty"));
    let faults = kernel.faults.values();
    faults
        .map(|lines| grade(&faulty, lines, &kernel.want))
        .collect()
}

fn tally(kernel: &Kernel, grades: &[Grade], findings: &[Finding]) -> Tally {
    Tally {
        faulty: grades.len(),
        found: grades
            .iter()
            .filter(|grade| **grade >= Grade::OneSide)
            .count(),
        sound: 1,
        reported: usize::from(!of(findings, &kernel.form("fixed")).is_empty()),
    }
}

/// The findings with their first place in one form of a kernel.
fn of<'a>(findings: &'a [Finding], form: &str) -> Vec<&'a Finding> {
    let inside = |path: &str| {
        path.strip_prefix(form)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    findings
        .iter()
        .filter(|finding| {
            finding
                .places()
                .next()
                .is_some_and(|(path, _)| inside(path))
        })
        .collect()
}

fn grade(findings: &[&Finding], lines: &BTreeSet<Line>, want: &[String]) -> Grade {
    let graded = findings.iter().map(|finding| {
        let hit = hits(finding, lines);
        if hit == 0 {
            Grade::Missed
        } else if !is_expected(want, finding) {
            Grade::OtherCode
        } else if hit < lines.len().min(2) {
            Grade::OneSide
        } else {
            Grade::BothSides
        }
    });
    graded.max().unwrap_or(Grade::Missed)
}

/// True for the codes that a kernel names, and for all races where it says `race`.
fn is_expected(want: &[String], finding: &Finding) -> bool {
    want.iter().any(|it| *it == finding.code || it == "race")
}

/// How many of the lines the finding names.
fn hits(finding: &Finding, lines: &BTreeSet<Line>) -> usize {
    let named: BTreeSet<Line> = finding
        .places()
        .map(|(path, position)| (path.to_owned(), position.line))
        .collect();
    named.intersection(lines).count()
}

fn list(kernels: &[Kernel], findings: &[Finding]) {
    println!();
    for kernel in kernels {
        let faulty = of(findings, &kernel.form("faulty"));
        for (id, lines) in &kernel.faults {
            let grade = grade(&faulty, lines, &kernel.want);
            if grade < Grade::BothSides {
                let want = kernel.want.join(" ");
                println!("{grade:?} {} {id} (wants {want})", kernel.name);
            }
        }
        for finding in faulty {
            let at_a_label = kernel.faults.values().any(|lines| 0 < hits(finding, lines));
            let expected = is_expected(&kernel.want, finding);
            if !at_a_label {
                println!("Unlabelled {}", finding.brief());
            } else if !expected {
                println!("    {}", finding.brief());
            }
        }
        for finding in of(findings, &kernel.form("fixed")) {
            println!("FalseReport {}", finding.brief());
        }
    }
}
