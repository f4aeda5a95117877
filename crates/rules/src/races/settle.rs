//! What several packages and kinds of evidence say about one access is one defect.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use contend_base::{FileId, Location, SourceMap};
use contend_finding::{Confidence, Finding};
use contend_syntax::parse_header;

use super::is_race;

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
