//! What is known about a rule before it runs.

use std::fmt;

/// A rule's identity and documentation. One `static` a rule; findings point to it.
#[derive(Debug)]
pub struct RuleMeta {
    /// `CT` and four digits. Never reused.
    pub code: &'static str,
    /// Kebab-case; reads after the word "allow".
    pub name: &'static str,
    /// One line without full stop: what the rule reports.
    pub summary: &'static str,
    /// How bad a finding is unless the rule says otherwise for that finding.
    pub severity: Severity,
    /// Whether the rule has proven its precision.
    pub group: Group,
    /// The first version of contend that had it.
    pub since: &'static str,
    /// The rule's page in Markdown, which is also its test.
    pub doc: &'static str,
}

impl RuleMeta {
    /// True if `word` is the rule's code (in any case) or its name.
    pub fn is_called(&self, word: &str) -> bool {
        self.code.eq_ignore_ascii_case(word) || self.name == word
    }
}

/// How much harm a finding does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Wrong under some load or some day.
    Warning,
    /// A crash, a deadlock or corrupted data.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Whether a rule is on by default.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Group {
    /// Measured and on by default.
    Stable,
    /// On request only, until its precision is known.
    Preview,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stable => "stable",
            Self::Preview => "preview",
        })
    }
}
