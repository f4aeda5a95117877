//! The end of the text formats: how many findings, and what was not looked at.

use std::fmt::Write as _;
use std::io::{self, Write};

use contend_finding::{Coverage, Severity};

use crate::{Report, Style};

impl Report<'_> {
    pub(crate) fn write_summary(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{} {}",
            style.bold(&self.verdict()),
            looked_at(self.coverage)
        )?;
        for left_out in &self.coverage.left_out {
            let what = count(left_out.count, &left_out.what);
            writeln!(
                out,
                "{} {what}: {}",
                style.yellow("Left out:"),
                left_out.reason
            )?;
        }
        Ok(())
    }

    fn verdict(&self) -> String {
        let of = |severity| {
            self.findings
                .iter()
                .filter(|it| it.severity == severity)
                .count()
        };
        let counts: Vec<String> = [
            (of(Severity::Error), "error"),
            (of(Severity::Warning), "warning"),
            (of(Severity::Info), "note"),
        ]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| count(n, what))
        .collect();
        let mut text = match counts.as_slice() {
            [] => "No findings.".to_owned(),
            [only] => format!("Found {only}."),
            [first, last] => format!("Found {first} and {last}."),
            [first, second, ..] => format!("Found {first}, {second} and {}.", counts[2]),
        };
        if self.coverage.suppressed > 0 {
            let silenced = count(self.coverage.suppressed, "finding");
            // Writing to a string cannot fail.
            let _ = write!(text, " {silenced} suppressed by comments.");
        }
        text
    }
}

fn looked_at(coverage: &Coverage) -> String {
    let files = count(coverage.files, "file");
    let packages = count(coverage.packages, "package");
    if coverage.packages == 0 {
        return "There were no packages to analyse.".to_owned();
    }
    match coverage.packages - coverage.analysed.min(coverage.packages) {
        0 if coverage.packages == 1 => format!("Analysed 1 package ({files})."),
        0 => format!("Analysed all {packages} ({files})."),
        _ => format!("Analysed {} of {packages} ({files}).", coverage.analysed),
    }
}

/// A count with its noun. The noun is given in the singular form for `error`, and as a plural for
/// phrases such as "function bodies", which already end in s.
pub(crate) fn count(n: usize, noun: &str) -> String {
    match (n, noun.strip_suffix("ies"), noun.strip_suffix('s')) {
        (1, Some(stem), _) => format!("1 {stem}y"),
        (1, None, Some(stem)) => format!("1 {stem}"),
        (1, None, None) => format!("1 {noun}"),
        (_, None, None) => format!("{n} {noun}s"),
        _ => format!("{n} {noun}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_follow_their_count() {
        let texts = [
            count(1, "error"),
            count(2, "error"),
            count(1, "function bodies"),
        ];
        assert_eq!(texts, ["1 error", "2 errors", "1 function body"]);
        assert_eq!(count(3, "packages"), "3 packages");
        assert_eq!(count(1, "packages"), "1 package");
    }

    #[test]
    fn what_was_missed_is_said() {
        let coverage = Coverage {
            packages: 42,
            analysed: 41,
            files: 812,
            ..Coverage::default()
        };
        assert_eq!(
            looked_at(&coverage),
            "Analysed 41 of 42 packages (812 files)."
        );
    }
}
