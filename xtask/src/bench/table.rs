//! The figures as Markdown.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::workspace;

/// Measurements that belong together.
#[derive(Debug)]
pub(super) struct Section {
    title: String,
    pub(super) rows: Vec<Row>,
}

/// One comparison.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) what: String,
    pub(super) contend: String,
    pub(super) go: String,
    /// How many times better contend is.
    pub(super) ratio: Option<f64>,
    pub(super) wanted: String,
}

impl Section {
    pub(super) fn new(title: &str) -> Section {
        Section {
            title: title.to_owned(),
            rows: Vec::new(),
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("## {}\n\n", self.title);
        text.push_str("| measure | contend | Go | contend is better by | wanted |\n");
        text.push_str("|---|---|---|---|---|\n");
        for row in &self.rows {
            let ratio = row
                .ratio
                .map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
            let Row {
                what,
                contend,
                go,
                wanted,
                ..
            } = row;
            let _ = writeln!(text, "| {what} | {contend} | {go} | {ratio} | {wanted} |");
        }
        text.push('\n');
        text
    }
}

/// The whole page, with what is needed to read the figures.
pub(super) fn page(go: &str, runs: usize, sections: &[Section]) -> anyhow::Result<String> {
    let mut git = Command::new("git");
    let commit = workspace::output(
        git.args(["rev-parse", "--short", "HEAD"])
            .current_dir(workspace::root()),
    )?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let mut text = format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench --write`, all in one run, at commit {commit}: {}, {go}.\n\
         Each figure is the median of {runs} runs (one run for `go vet`, where it was run); peak memory is the \
         highest of them.\nCold means that no program keeps anything from an earlier run; the files \
         themselves may be in the\noperating system's cache, for both sides. Peak memory counts a \
         program and its children together.\n\n",
        machine()
    );
    for section in sections {
        text.push_str(&section.text());
    }
    Ok(format!("{}\n", text.trim_end()))
}

/// Cores, memory and kind of processor, as far as the system says.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or_default();
    let cpu = cpu.trim_matches([' ', '\t', ':']);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .unwrap_or_default();
    let kib: u64 = memory.trim().trim_end_matches(" kB").parse().unwrap_or(0);
    format!(
        "{cores} cores ({cpu}), {} GB of memory",
        kib * 1024 / 1_000_000_000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_a_markdown_table() {
        let mut section = Section::new("Parsing");
        section.rows.push(Row {
            what: "std".to_owned(),
            contend: "2 s".to_owned(),
            go: "5 s".to_owned(),
            ratio: Some(2.5),
            wanted: "-".to_owned(),
        });
        assert!(
            section
                .text()
                .ends_with("| std | 2 s | 5 s | 2.50 | - |\n\n")
        );
    }
}
