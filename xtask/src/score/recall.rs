//! Faults that a later release of a real module mended: how many of them `contend check` finds in the
//! release before.
//!
//! docs/recall.md says how the list was made. A part of it may be looked at when rules are written; the
//! rest is held out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::Options;
use super::findings::{self, Finding};
use super::page;
use super::table::percent;
use crate::corpus::{self, Module};
use crate::go::Toolchain;

const LIST: &str = "corpus/recall.tsv";
const PAGE: &str = "docs/recall.md";
const SECTION: &str = "The table: `cargo xtask score recall`";

/// One line of the list.
#[derive(Debug)]
struct Fault {
    module: String,
    version: String,
    /// The search that it came from: `first`, `maps`, which looked for maps alone, or `third`, which
    /// looked for copies too.
    set: String,
    held_out: bool,
    family: String,
    /// The lines that may stand for each side of the race.
    sides: [BTreeSet<Line>; 2],
    text: String,
}

/// A line of a file, named from the folder of its module.
type Line = (String, u32);

/// How near the findings came to a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Missed,
    /// Shown on demand only.
    Low,
    /// Shown by default, with one side, and another line in the place of the other.
    OneSide,
    BothSides,
}

impl Grade {
    fn word(self) -> &'static str {
        match self {
            Grade::Missed => "missed",
            Grade::Low => "low",
            Grade::OneSide => "one side",
            Grade::BothSides => "found",
        }
    }
}

/// Fetches what is missing, checks each release, and prints the table.
pub(super) fn score(go: &Toolchain, options: &Options) -> anyhow::Result<()> {
    let faults = read()?;
    let faults: Vec<_> = faults.iter().filter(|it| it.is_asked(options)).collect();
    let releases: BTreeSet<_> = faults.iter().map(|fault| fault.release()).collect();
    let mut findings = BTreeMap::new();
    for (module, version) in releases {
        println!("{module}@{version}");
        let dir = corpus::fetch(go, &Module::old(module, version))
            .with_context(|| format!("fetching {module}"))?;
        let found = findings::races_from("low", &dir, options)?;
        findings.insert((module, version), found);
    }
    let graded: Vec<_> = faults
        .into_iter()
        .map(|fault| (fault, grade(fault, &findings[&fault.release()])))
        .collect();
    let text = format!("{}\n{}", summary(&graded), rows(&graded));
    println!("\n{text}");
    if options.write {
        page::replace_section(PAGE, SECTION, &text)?;
    }
    Ok(())
}

impl Fault {
    fn is_asked(&self, options: &Options) -> bool {
        let names = &options.names;
        names.is_empty() || names.iter().any(|name| self.module.contains(name.as_str()))
    }

    fn release(&self) -> (&str, &str) {
        (&self.module, &self.version)
    }

    fn half(&self) -> &'static str {
        if self.held_out {
            "held out"
        } else {
            "development"
        }
    }
}

/// The faults in the order of the list.
fn read() -> anyhow::Result<Vec<Fault>> {
    let path = crate::workspace::root().join(LIST);
    let text = fs::read_to_string(&path).with_context(|| format!("reading {LIST}"))?;
    parse(&text)
}

fn parse(text: &str) -> anyhow::Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.starts_with('#') {
            continue;
        }
        let fault = parse_fault(line).with_context(|| format!("{LIST}:{number}"))?;
        faults.push(fault);
    }
    Ok(faults)
}

fn parse_fault(line: &str) -> anyhow::Result<Fault> {
    let columns: Vec<_> = line.split('\t').collect();
    let [module, version, set, half, family, one, other, text] = columns[..] else {
        bail!("expected eight columns, not {}", columns.len());
    };
    let held_out = match half {
        "development" => false,
        "held-out" => true,
        other => bail!("a half is development or held-out, not `{other}`"),
    };
    Ok(Fault {
        module: module.to_owned(),
        version: version.to_owned(),
        set: set.to_owned(),
        held_out,
        family: family.to_owned(),
        sides: [parse_lines(one)?, parse_lines(other)?],
        text: text.to_owned(),
    })
}

/// Lines as `a.go:1,2;b/c.go:3`.
fn parse_lines(text: &str) -> anyhow::Result<BTreeSet<Line>> {
    let mut lines = BTreeSet::new();
    for part in text.split(';') {
        let (file, numbers) = part.split_once(':').context("a place is FILE:LINE")?;
        for number in numbers.split(',') {
            lines.insert((file.to_owned(), number.parse()?));
        }
    }
    Ok(lines)
}

/// What the best finding says of the fault.
fn grade(fault: &Fault, findings: &[Finding]) -> Grade {
    let grades = findings.iter().map(|finding| {
        let named: BTreeSet<Line> = finding
            .places()
            .map(|(path, position)| (path.to_owned(), position.line))
            .collect();
        let sides = fault.sides.iter();
        match sides.filter(|side| !side.is_disjoint(&named)).count() {
            0 => Grade::Missed,
            _ if finding.confidence == "low" => Grade::Low,
            1 => Grade::OneSide,
            _ => Grade::BothSides,
        }
    });
    grades.max().unwrap_or(Grade::Missed)
}

fn summary(graded: &[(&Fault, Grade)]) -> String {
    let mut text = String::from(
        "| set | half | faults | found by default | | with both sides | at low only | missed |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    let sets: BTreeSet<_> = graded.iter().map(|(fault, _)| &*fault.set).collect();
    for set in sets.into_iter().chain(["all"]) {
        for half in ["development", "held out", "all"] {
            let counted = graded.iter().filter(|(fault, _)| {
                (set == "all" || fault.set == set) && (half == "all" || fault.half() == half)
            });
            let grades: Vec<_> = counted.map(|(_, grade)| *grade).collect();
            let count = |wanted: Grade| grades.iter().filter(|it| **it == wanted).count();
            let found = count(Grade::OneSide) + count(Grade::BothSides);
            let _ = writeln!(
                text,
                "| {set} | {half} | {} | {found} | {} | {} | {} | {} |",
                grades.len(),
                percent(found, grades.len()),
                count(Grade::BothSides),
                count(Grade::Low),
                count(Grade::Missed)
            );
        }
    }
    text
}

fn rows(graded: &[(&Fault, Grade)]) -> String {
    let mut text = String::from(
        "| release | set | half | of a | one side | the other | result | fault |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for (fault, grade) in graded {
        let _ = writeln!(
            text,
            "| {}@{} | {} | {} | {} | {} | {} | {} | {} |",
            fault.module,
            fault.version,
            fault.set,
            fault.half(),
            fault.family,
            first(&fault.sides[0]),
            first(&fault.sides[1]),
            grade.word(),
            fault.text
        );
    }
    text
}

/// The first line, and whether there are more.
fn first(lines: &BTreeSet<Line>) -> String {
    let Some((file, number)) = lines.first() else {
        return String::new();
    };
    let name = Path::new(file).file_name().unwrap_or_default();
    let more = if lines.len() == 1 { "" } else { " …" };
    format!("{}:{number}{more}", name.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_list_is_read() {
        let faults = read().expect("the list");
        assert!(faults.iter().any(|fault| fault.held_out));
        assert!(faults.iter().any(|fault| !fault.held_out));
        assert!(faults.iter().all(|fault| fault.version.starts_with('v')));
    }

    #[test]
    fn a_line_has_eight_columns_and_places_have_lines() {
        let faults = parse("# list\nm\tv1.0.0\tfirst\theld-out\tmap\ta.go:1,2;b.go:3\ta.go:9\twhy")
            .expect("a fault");
        assert_eq!(faults[0].sides[0].len(), 3);
        assert!(faults[0].held_out);
        assert!(parse("m\tv1.0.0\theld-out").is_err());
        assert!(parse("m\tv1.0.0\tfirst\tother\tmap\ta.go:1\ta.go:9\twhy").is_err());
        assert!(parse("m\tv1.0.0\tfirst\theld-out\tmap\ta.go\ta.go:9\twhy").is_err());
    }
}
