//! The format for editors and grep: one line a finding.

use std::io::{self, Write};

use crate::{Report, Style};

impl Report<'_> {
    /// Writes `path:line:column: severity[code] message` for each finding, and the summary.
    /// Columns count bytes, as Go's tools do.
    pub fn write_concise(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        for finding in self.findings {
            let location = finding.primary.location;
            let file = self.files.get(location.file);
            let path = self.paths.show(&file.path);
            let at = file.line_column(location.span.start);
            let id = style.severity(finding.severity, &format!("[{}]", finding.rule.code));
            let message = annotate_snippets::normalize_untrusted_str(&finding.message);
            writeln!(out, "{path}:{at}: {id} {message}")?;
        }
        self.write_summary(style, out)
    }
}
