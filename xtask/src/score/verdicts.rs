//! What docs/precision.md says of findings in real modules: somebody has read them.

use std::fmt::Write as _;
use std::fs;

use anyhow::Context as _;

use super::findings::Finding;
use crate::workspace;

/// A rule may come to tell a defect by another of its accesses: a row of the page stands for
/// findings of its code that are no more lines away than this.
const NEAR: u32 = 15;

/// The rows of the page.
pub(super) struct Verdicts(Vec<Row>);

struct Row {
    module: String,
    path: String,
    line: u32,
    code: String,
    verdict: String,
}

impl Verdicts {
    pub(super) fn of_page() -> anyhow::Result<Self> {
        let page = fs::read_to_string(workspace::root().join("docs/precision.md"))
            .context("reading docs/precision.md")?;
        Ok(Self::read(&page))
    }

    fn read(page: &str) -> Self {
        Self(page.lines().filter_map(Row::read).collect())
    }

    /// What the nearest row says, if there is one near; `None` for a finding that nobody has read.
    pub(super) fn of(&self, module: &str, finding: &Finding) -> Option<&str> {
        let (path, start) = finding.places().next()?;
        let away = |row: &Row| row.line.abs_diff(start.line);
        let near = self.0.iter().filter(|row| {
            row.module == module
                && row.path == path
                && row.code == finding.code
                && away(row) <= NEAR
        });
        near.min_by_key(|row| away(row))
            .map(|row| row.verdict.as_str())
    }

    /// How many of the findings about races are true, as far as they were read; each with the name
    /// of its module.
    pub(super) fn table(&self, findings: &[(&str, &Finding)]) -> String {
        let mut text = String::from(
            "| tier | races | true | benign | false | not read | true of those read |\n\
             |---|---|---|---|---|---|---|\n",
        );
        for tier in ["high", "medium"] {
            let of_tier = findings
                .iter()
                .filter(|(_, it)| it.is_race() && it.confidence == tier);
            let verdicts: Vec<_> = of_tier.map(|(module, it)| self.of(module, it)).collect();
            let count = |verdict| verdicts.iter().filter(|it| **it == verdict).count();
            let [yes, benign, no, unread] =
                [Some("true"), Some("benign"), Some("false"), None].map(count);
            let share = 100.0 * yes as f64 / (verdicts.len() - unread).max(1) as f64;
            let all = verdicts.len();
            let _ = writeln!(
                text,
                "| {tier} | {all} | {yes} | {benign} | {no} | {unread} | {share:.0} % |"
            );
        }
        text
    }
}

impl Row {
    /// Reads `| module | path:line | code | tier | verdict | reason |`.
    fn read(line: &str) -> Option<Self> {
        let cells: Vec<_> = line.strip_prefix("| ")?.split(" | ").collect();
        let &[module, place, code, _, verdict, _] = cells.as_slice() else {
            return None;
        };
        let (path, line) = place.rsplit_once(':')?;
        Some(Self {
            module: module.to_owned(),
            path: path.to_owned(),
            line: line.parse().ok()?,
            code: code.to_owned(),
            verdict: verdict.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::*;

    fn finding(path: &str, line: u32) -> Finding {
        let document = format!(
            r#"{{"warnings": [], "findings": [{{"code": "CT1105", "confidence": "medium", "message": "", "related": [],
                "primary": {{"place": {{"path": "{path}", "start": {{"line": {line}, "offset": 0}}}}}}}}]}}"#
        );
        findings::read(document.as_bytes())
            .expect("a document")
            .remove(0)
    }

    #[test]
    fn the_nearest_row_of_the_page_counts() {
        let page = "| module | place | code | tier | verdict | reason |\n\
                    |---|---|---|---|---|---|\n\
                    | m | a/b.go:10 | CT1105 | medium | true | a reason |\n\
                    | m | a/b.go:20 | CT1105 | high | false | a reason |\n";
        let verdicts = Verdicts::read(page);
        let (first, second, far) = (
            finding("a/b.go", 9),
            finding("a/b.go", 16),
            finding("a/b.go", 90),
        );
        assert_eq!(verdicts.of("m", &first), Some("true"));
        assert_eq!(verdicts.of("m", &second), Some("false"));
        assert_eq!(verdicts.of("m", &far), None);
        assert_eq!(verdicts.of("other", &first), None);
        let table = verdicts.table(&[("m", &first), ("m", &second), ("m", &far)]);
        assert!(
            table.ends_with("| medium | 3 | 1 | 0 | 1 | 1 | 50 % |\n"),
            "{table}"
        );
    }
}
