//! What several packages and kinds of evidence say about one access is one defect.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use contend_base::{FileId, Location, SourceMap};
use contend_finding::{Confidence, Finding};
use contend_syntax::parse_header;

use super::is_race;
use crate::guarded::{NESTED, POINTEE};

/// Keeps the surest of the races at one access, and doubts those in files that a tool wrote.
pub fn settle(files: &SourceMap, findings: &mut Vec<Finding>) {
    let mut is_generated: BTreeMap<FileId, bool> = BTreeMap::new();
    let mut best: BTreeMap<(Location, &str), (usize, usize)> = BTreeMap::new();
    for finding in findings.iter_mut().filter(|it| is_race(it)) {
        let file = finding.primary.location.file;
        let of_tool = *is_generated
            .entry(file)
            .or_insert_with(|| parse_header(&files.get(file).text).is_generated);
        if of_tool && finding.confidence != Confidence::Low {
            finding.confidence = Confidence::Low;
            finding
                .reasons
                .push("the file is generated, and made for a known use".to_owned());
        }
    }
    yield_to_entries(findings);
    for (at, finding) in findings.iter().enumerate().filter(|(_, it)| is_race(it)) {
        let known = best
            .entry(key(finding))
            .and_modify(|(_, n)| *n += 1)
            .or_insert((at, 0));
        if rank(finding) < rank(&findings[known.0]) {
            known.0 = at;
        }
    }
    let mut number = 0;
    findings.retain_mut(|finding| {
        let at = number;
        number += 1;
        match best.get(&key(finding)) {
            Some(&(surest, n_others)) if is_race(finding) => {
                if surest == at && 0 < n_others {
                    let s = if n_others == 1 { "" } else { "s" };
                    finding
                        .notes
                        .push(format!("the same access races in {n_others} more way{s}"));
                }
                surest == at
            }
            _ => true,
        }
    });
}

/// What was looked up in a map that guards the lookup only is told of as that: the rules about entries
/// say why it is a race.
fn yield_to_entries(findings: &mut Vec<Finding>) {
    let is_of_entry = |it: &Finding| [POINTEE.code, NESTED.code].contains(&it.rule.code);
    let sure = findings
        .iter()
        .filter(|it| is_of_entry(it) && it.confidence != Confidence::Low);
    let labels = sure.flat_map(|it| it.labels.iter().chain([&it.primary]));
    let told: BTreeSet<Location> = labels.map(|it| it.location).collect();
    findings.retain(|it| is_of_entry(it) || !is_race(it) || !told.contains(&it.primary.location));
}

fn key(finding: &Finding) -> (Location, &'static str) {
    (finding.primary.location, finding.rule.code)
}

/// The surest first, then the shortest story.
fn rank(finding: &Finding) -> impl Ord + use<'_> {
    (
        Reverse(finding.confidence),
        finding.labels.len(),
        &finding.function,
        finding.rule.code,
    )
}
