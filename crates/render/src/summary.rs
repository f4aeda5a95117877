//! The end of the text formats: how many findings, and what was not looked at.

use std::fmt::Write as _;
use std::io::{self, Write};

use contend_finding::{Coverage, LeftOut, Severity};

use crate::{Report, Style};

impl Report<'_> {
    pub(crate) fn write_summary(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{} {}",
            style.bold(&self.verdict()),
            looked_at(self.coverage)
        )?;
        if 0 < self.coverage.less_sure {
            writeln!(
                out,
                "{} {} of less confidence; `--min-confidence low` shows all",
                style.yellow("Not shown:"),
                count(self.coverage.less_sure, "finding")
            )?;
        }
        for left_out in &self.coverage.left_out {
            let LeftOut {
                count,
                what,
                reason,
            } = left_out;
            writeln!(
                out,
                "{} {count} {what}: {reason}",
                style.yellow("Left out:")
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
    let analysed = match coverage.packages - coverage.analysed.min(coverage.packages) {
        0 if coverage.packages == 1 => "1 package".to_owned(),
        0 => format!("all {packages}"),
        _ => format!("{} of {packages}", coverage.analysed),
    };
    let in_part = match coverage.in_part {
        0 => String::new(),
        1 if coverage.analysed == 1 => ", in part".to_owned(),
        n => format!(", {n} of them in part"),
    };
    format!("Analysed {analysed} ({files}){in_part}.")
}

/// A count with its noun, which is given in the singular.
pub(crate) fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let broken = Coverage {
            in_part: 3,
            ..coverage
        };
        assert_eq!(
            looked_at(&broken),
            "Analysed 41 of 42 packages (812 files), 3 of them in part."
        );
    }
}
