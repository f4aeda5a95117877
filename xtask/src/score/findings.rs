//! What `contend check --format json` says of a module, as far as scoring needs it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::Options;
use crate::workspace;

/// One finding.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Finding {
    pub(super) code: String,
    pub(super) confidence: String,
    message: String,
    primary: Label,
    related: Vec<Label>,
}

#[derive(Debug, Clone, Deserialize)]
struct Label {
    place: Region,
}

#[derive(Debug, Clone, Deserialize)]
struct Region {
    path: String,
    start: Position,
}

/// Where a place of a finding starts.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) offset: u32,
}

#[derive(Deserialize)]
struct Document {
    findings: Vec<Finding>,
    warnings: Vec<Warning>,
}

#[derive(Deserialize)]
struct Warning {
    message: String,
}

impl Finding {
    /// It speaks of a race: on a map, or on any other shared variable.
    pub(super) fn is_race(&self) -> bool {
        self.code.starts_with("CT10") || self.code.starts_with("CT11")
    }

    /// All its places, the primary one first: file and position.
    pub(super) fn places(&self) -> impl Iterator<Item = (&str, Position)> {
        std::iter::once(&self.primary)
            .chain(&self.related)
            .map(|label| (label.place.path.as_str(), label.place.start))
    }

    /// Place, code and confidence as cells of a table.
    pub(super) fn row(&self) -> String {
        let (path, line) = (&self.primary.place.path, self.primary.place.start.line);
        format!("{path}:{line} | {} | {} |", self.code, self.confidence)
    }

    /// One line about it.
    pub(super) fn brief(&self) -> String {
        let (path, line) = (&self.primary.place.path, self.primary.place.start.line);
        let (code, confidence, message) = (&self.code, &self.confidence, &self.message);
        format!("{path}:{line}: {code} ({confidence}) {message}")
    }
}

/// Checks all packages of the module at `dir`, and returns the findings about races that are at least
/// as sure as asked for.
pub(super) fn races(dir: &Path, options: &Options) -> anyhow::Result<Vec<Finding>> {
    races_from(&options.confidence, dir, options)
}

/// As `races`, from another confidence on than asked for.
pub(super) fn races_from(
    confidence: &str,
    dir: &Path,
    options: &Options,
) -> anyhow::Result<Vec<Finding>> {
    let mut check = contend(options)?;
    check.arg("-C").arg(dir).args([
        "check",
        "--format",
        "json",
        "--min-confidence",
        confidence,
        "./...",
    ]);
    let out = check.output().context("starting contend")?;
    if !matches!(out.status.code(), Some(0 | 1)) {
        let text = String::from_utf8_lossy(&out.stderr);
        bail!("contend ended with {}: {}", out.status, text.trim());
    }
    let mut findings = read(&out.stdout)?;
    findings.retain(Finding::is_race);
    Ok(findings)
}

/// The findings of a document that `contend check --format json` wrote. What contend failed on is an
/// error: a figure without it would say too much.
pub(super) fn read(document: &[u8]) -> anyhow::Result<Vec<Finding>> {
    let document: Document =
        serde_json::from_slice(document).context("reading what contend wrote")?;
    let mut warnings = document.warnings.iter();
    if let Some(failed) = warnings.find(|it| it.message.starts_with("contend failed on")) {
        bail!("{}", failed.message);
    }
    Ok(document.findings)
}

/// The binary that is measured.
pub(super) fn contend(options: &Options) -> anyhow::Result<Command> {
    if !options.debug {
        return workspace::contend();
    }
    workspace::cargo(&["build", "--quiet", "--package", "contend"])?;
    Ok(Command::new(workspace::target()?.join("debug/contend")))
}
