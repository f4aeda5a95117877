//! The format for people: each finding with its code frames, then a summary.

use std::io::{self, Write};

use annotate_snippets::{Group, Level, Origin, normalize_untrusted_str};
use contend_base::Location;
use contend_finding::{Finding, Place, Severity, Warning};

use crate::frame::frames;
use crate::{Report, Style};

impl Report<'_> {
    /// Writes all findings with code frames, and the summary.
    pub fn write_full(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let renderer = style.renderer();
        for finding in self.findings {
            let rendered = renderer.render(&[self.group(finding)]);
            writeln!(out, "{rendered}\n")?;
        }
        self.write_summary(style, out)
    }

    /// Writes what went wrong on the way, one paragraph each. It belongs on standard error.
    pub fn write_warnings(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let renderer = style.renderer();
        for warning in self.warnings {
            writeln!(out, "{}\n", renderer.render(&[self.warning_group(warning)]))?;
        }
        Ok(())
    }

    fn group<'a>(&'a self, finding: &'a Finding) -> Group<'a> {
        let title = level(finding.severity)
            .primary_title(finding.message.as_str())
            .id(finding.rule.code)
            .elements(frames(
                &finding.primary,
                &finding.labels,
                self.files,
                &self.paths,
            ));
        let notes = finding
            .notes
            .iter()
            .map(|note| Level::NOTE.message(normalize_untrusted_str(note)));
        let help = finding
            .help
            .iter()
            .map(|help| Level::HELP.message(normalize_untrusted_str(help)));
        title
            .elements(notes)
            .elements(help)
            .element(verdict(finding))
    }

    fn warning_group<'a>(&'a self, warning: &'a Warning) -> Group<'a> {
        let title = Level::WARNING.primary_title(warning.message.as_str());
        let group = match &warning.place {
            Place::Run => Group::with_title(title),
            Place::Path(path) => title.element(Origin::path(self.paths.show(path))),
            Place::Line(path, line) => {
                title.element(Origin::path(self.paths.show(path)).line(*line as usize))
            }
            Place::Source(location) => title.element(self.origin(*location)),
        };
        let help = warning
            .help
            .iter()
            .map(|help| Level::HELP.message(normalize_untrusted_str(help)));
        group.elements(help)
    }

    fn origin(&self, location: Location) -> Origin<'_> {
        let file = self.files.get(location.file);
        let at = file.line_column(location.span.start);
        Origin::path(self.paths.show(&file.path))
            .line(at.line as usize)
            .char_column(at.column as usize)
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

/// The last line of a finding: the name to use in a suppression, and how sure it is and why.
fn verdict(finding: &Finding) -> annotate_snippets::Message<'static> {
    let mut text = format!("{}, {} confidence", finding.rule.name, finding.confidence);
    if !finding.reasons.is_empty() {
        text.push_str(": ");
        text.push_str(&finding.reasons.join("; "));
    }
    Level::NOTE
        .with_name("rule")
        .message(normalize_untrusted_str(&text))
}
