//! The format for machines. The schema is committed and versioned: fields are added, never changed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use contend_base::{Location, SourceMap};
use contend_finding::{Coverage, Finding, Label, Place, Severity, Warning};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Paths, Report};

/// The version of the findings format. The first number changes when a reader of the older
/// version would misread the new one.
pub const SCHEMA_VERSION: &str = "1.0";

/// What `contend check --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "contend findings")]
struct Document<'a> {
    /// Version of this format; the first number changes when old readers would misread it.
    schema_version: &'static str,
    /// Who wrote this.
    tool: Tool,
    /// Counts, and what was left out.
    summary: Summary<'a>,
    /// The rules that the findings name, by code.
    rules: BTreeMap<&'static str, Rule>,
    /// Sorted by path, offset and code.
    findings: Vec<FindingRecord<'a>>,
    /// What went wrong without stopping the run.
    warnings: Vec<WarningRecord<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Summary<'a> {
    errors: usize,
    warnings: usize,
    infos: usize,
    /// Findings silenced by comments in the source.
    suppressed: usize,
    /// Findings left out because they are less sure than was asked for.
    less_sure: usize,
    /// Packages that were asked for.
    packages: usize,
    /// Those of them that were analysed, if only in part.
    analysed: usize,
    /// Those of the analysed ones of which something was left out.
    in_part: usize,
    /// Source files of the analysed packages.
    files: usize,
    /// What was not looked at, and why.
    left_out: Vec<LeftOut<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct LeftOut<'a> {
    count: usize,
    what: &'a str,
    reason: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Rule {
    /// Kebab-case; the name to use in a suppression.
    name: &'static str,
    summary: &'static str,
    /// `info`, `warning` or `error`.
    severity: String,
    /// `stable` or `preview`.
    group: String,
    /// The first version of contend that had the rule.
    since: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct FindingRecord<'a> {
    /// Such as CT1001; a key of `rules`.
    code: &'static str,
    /// `info`, `warning` or `error`.
    severity: String,
    /// `low`, `medium` or `high`.
    confidence: String,
    /// Why the confidence is what it is.
    reasons: &'a [String],
    message: &'a str,
    /// The function around the primary place, with its package; empty where there is none.
    function: &'a str,
    /// Names the finding across versions of the program; 16 hexadecimal digits.
    fingerprint: String,
    /// The place to look at first.
    primary: LabelRecord<'a>,
    /// The other places that belong to it, in reading order.
    related: Vec<LabelRecord<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    fix: Option<FixRecord<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Label")]
struct LabelRecord<'a> {
    /// What the place is: `write`, `read`, `lock`, `unlock`, `spawn`, `wait`, `exit`, `copy`,
    /// `declare` or `other`.
    role: String,
    /// A few words about it; may be empty.
    text: &'a str,
    place: Region,
}

/// A run of bytes in a file.
#[derive(Serialize, JsonSchema)]
struct Region {
    /// Relative to the current directory where it is below it; separated by `/`.
    path: String,
    start: Position,
    end: Position,
}

#[derive(Serialize, JsonSchema)]
struct Position {
    /// From 1.
    line: u32,
    /// In bytes, from 1.
    column: u32,
    /// In bytes from the start of the file, from 0.
    offset: u32,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct FixRecord<'a> {
    title: &'a str,
    /// `safe`, `unsafe` or `suggestion`.
    applicability: String,
    /// All or none.
    edits: Vec<EditRecord<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct EditRecord<'a> {
    replace: Region,
    text: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Warning")]
struct WarningRecord<'a> {
    message: &'a str,
    path: Option<String>,
    /// From 1.
    line: Option<u32>,
    help: Option<&'a str>,
}

impl Report<'_> {
    /// Writes the JSON document, indented, with a line end.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &self.document())?;
        writeln!(out)
    }

    fn document(&self) -> Document<'_> {
        let places = Places {
            files: self.files,
            paths: &self.paths,
        };
        Document {
            schema_version: SCHEMA_VERSION,
            tool: Tool {
                name: "contend",
                version: env!("CARGO_PKG_VERSION"),
            },
            summary: summary(self.findings, self.coverage),
            rules: self
                .findings
                .iter()
                .map(|finding| (finding.rule.code, rule(finding)))
                .collect(),
            findings: self
                .findings
                .iter()
                .map(|finding| places.finding(finding))
                .collect(),
            warnings: self
                .warnings
                .iter()
                .map(|warning| places.warning(warning))
                .collect(),
        }
    }
}

/// The JSON schema of what [`Report::write_json`] writes, indented, with a line end.
pub fn findings_schema() -> String {
    let schema = schemars::schema_for!(Document);
    format!("{:#}\n", schema.as_value())
}

fn summary<'a>(findings: &[Finding], coverage: &'a Coverage) -> Summary<'a> {
    let of = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let left_out = coverage.left_out.iter().map(|it| LeftOut {
        count: it.count,
        what: &it.what,
        reason: &it.reason,
    });
    Summary {
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        infos: of(Severity::Info),
        suppressed: coverage.suppressed,
        packages: coverage.packages,
        analysed: coverage.analysed,
        in_part: coverage.in_part,
        less_sure: coverage.less_sure,
        files: coverage.files,
        left_out: left_out.collect(),
    }
}

fn rule(finding: &Finding) -> Rule {
    let rule = finding.rule;
    Rule {
        name: rule.name,
        summary: rule.summary,
        severity: rule.severity.to_string(),
        group: rule.group.to_string(),
        since: rule.since,
    }
}

struct Places<'a> {
    files: &'a SourceMap,
    paths: &'a Paths,
}

impl Places<'_> {
    fn finding<'f>(&self, finding: &'f Finding) -> FindingRecord<'f> {
        let fix = finding.fix.as_ref().map(|fix| FixRecord {
            title: &fix.title,
            applicability: fix.applicability.to_string(),
            edits: fix
                .edits
                .iter()
                .map(|edit| EditRecord {
                    replace: self.region(edit.location),
                    text: &edit.text,
                })
                .collect(),
        });
        FindingRecord {
            code: finding.rule.code,
            severity: finding.severity.to_string(),
            confidence: finding.confidence.to_string(),
            reasons: &finding.reasons,
            message: &finding.message,
            function: &finding.function,
            fingerprint: finding.fingerprint.to_string(),
            primary: self.label(&finding.primary),
            related: finding
                .labels
                .iter()
                .map(|label| self.label(label))
                .collect(),
            notes: &finding.notes,
            help: finding.help.as_deref(),
            fix,
        }
    }

    fn label<'f>(&self, label: &'f Label) -> LabelRecord<'f> {
        LabelRecord {
            role: label.role.to_string(),
            text: &label.text,
            place: self.region(label.location),
        }
    }

    fn region(&self, location: Location) -> Region {
        let file = self.files.get(location.file);
        let position = |offset| {
            let at = file.line_column(offset);
            Position {
                line: at.line,
                column: at.column,
                offset,
            }
        };
        Region {
            path: self.paths.show(&file.path).into_owned(),
            start: position(location.span.start),
            end: position(location.span.end),
        }
    }

    fn warning<'f>(&self, warning: &'f Warning) -> WarningRecord<'f> {
        let show = |path: &str| Some(self.paths.show(path).into_owned());
        let (path, line) = match &warning.place {
            Place::Run => (None, None),
            Place::Path(path) => (show(path), None),
            Place::Line(path, line) => (show(path), Some(*line)),
            Place::Source(location) => {
                let file = self.files.get(location.file);
                (
                    show(&file.path),
                    Some(file.line_column(location.span.start).line),
                )
            }
        };
        WarningRecord {
            message: &warning.message,
            path,
            line,
            help: warning.help.as_deref(),
        }
    }
}
