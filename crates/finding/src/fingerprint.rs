//! Order and identity of findings: the same for the same input, and stable when lines move.

use std::collections::BTreeMap;
use std::fmt;

use contend_base::{Location, SourceFile, SourceMap};

use crate::Finding;

/// Names a finding across versions of the program.
///
/// It is a hash of the rule's code, the enclosing function, the text of the line without its white
/// space, and the ordinal among findings equal in all of these. No line number and no path is in
/// it, so code that moves keeps its fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Fingerprint(pub u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Sorts findings by path, offset, code and message, and gives each its fingerprint.
pub fn finish(findings: &mut [Finding], files: &SourceMap) {
    let key = |finding: &Finding| {
        let Location { file, span } = finding.primary.location;
        (
            files.get(file).path.clone(),
            span,
            finding.rule.code,
            finding.message.clone(),
        )
    };
    findings.sort_by_cached_key(key);
    let mut seen: BTreeMap<u64, u32> = BTreeMap::new();
    for finding in findings {
        let content = content_hash(finding, files.get(finding.primary.location.file));
        let ordinal = seen.entry(content).or_default();
        finding.fingerprint = Fingerprint(fnv1a(content, &ordinal.to_le_bytes()));
        *ordinal += 1;
    }
}

fn content_hash(finding: &Finding, file: &SourceFile) -> u64 {
    let line = file.line_column(finding.primary.location.span.start).line;
    let mut hash = fnv1a(FNV_OFFSET, finding.rule.code.as_bytes());
    // A byte that no text holds keeps the parts apart.
    hash = fnv1a(hash, &[0xff]);
    hash = fnv1a(hash, finding.function.as_bytes());
    hash = fnv1a(hash, &[0xff]);
    for byte in file
        .slice(file.line_span(line))
        .iter()
        .filter(|b| !b.is_ascii_whitespace())
    {
        hash = fnv1a(hash, &[*byte]);
    }
    hash
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// FNV-1a: written out here because fingerprints are kept in files and must never change with a
/// library's version.
fn fnv1a(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME)
    })
}

#[cfg(test)]
mod tests {
    use contend_base::Span;

    use super::*;
    use crate::{Group, RuleMeta, Severity};

    static RULE: RuleMeta = RuleMeta {
        code: "CT0001",
        name: "test",
        summary: "a test",
        severity: Severity::Error,
        group: Group::Stable,
        since: "0.1",
        doc: "",
    };

    fn fingerprints(text: &str) -> Vec<String> {
        let files = SourceMap::default();
        let file = files.add("a.go", text.as_bytes());
        let mut findings: Vec<Finding> = text
            .match_indices("mu.Lock")
            .map(|(at, found)| Span::new(at as u32, (at + found.len()) as u32))
            .map(|span| Finding::new(&RULE, Location::new(file, span), "locked").inside("p.f"))
            .collect();
        findings.reverse();
        finish(&mut findings, &files);
        findings
            .iter()
            .map(|finding| finding.fingerprint.to_string())
            .collect()
    }

    #[test]
    fn moved_and_reindented_lines_keep_their_fingerprint() {
        assert_eq!(
            fingerprints("mu.Lock()\n"),
            fingerprints("\n\n\t\tmu.Lock()\r\n")
        );
    }

    #[test]
    fn equal_lines_are_told_apart_in_order() {
        let twice = fingerprints("mu.Lock()\nmu.Lock()\n");
        assert_ne!(twice[0], twice[1]);
        assert_eq!(twice[0], fingerprints("mu.Lock()\n")[0]);
    }

    #[test]
    fn the_hash_is_fnv1a() {
        assert_eq!(fnv1a(FNV_OFFSET, b"foobar"), 0x8594_4171_f739_67e8);
    }
}
