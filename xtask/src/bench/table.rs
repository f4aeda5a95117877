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

    /// The section for a terminal.
    pub(super) fn text(&self) -> String {
        format!("## {}\n\n{}\n", self.title, self.table())
    }

    fn table(&self) -> String {
        let mut text = String::from("| measure | contend | Go | contend is better by | wanted |\n");
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
        text
    }
}

/// Where and when sections were measured, as a line below their titles.
pub(crate) fn origin(go: &str, runs: usize) -> anyhow::Result<String> {
    let mut git = Command::new("git");
    let git = git.current_dir(workspace::root());
    let commit = workspace::output(git.args(["rev-parse", "--short", "HEAD"]))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    Ok(format!(
        "Measured at commit {commit}: {}, {go}, {runs} runs.",
        machine()
    ))
}

/// The page with `sections` in place of those of the same titles; new ones stand at the end.
///
/// What else the page has is kept, so that a section can be measured without the others.
pub(super) fn replaced(page: &str, sections: &[Section], origin: &str) -> String {
    let mut chunks: Vec<(String, String)> = Vec::new();
    for line in page.lines() {
        match line.strip_prefix("## ") {
            Some(title) => chunks.push((title.to_owned(), String::new())),
            // Text before the first section is written anew.
            None => {
                if let Some((_, text)) = chunks.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    for section in sections {
        let body = format!("\n{origin}\n\n{}", section.table());
        match chunks.iter_mut().find(|(title, _)| *title == section.title) {
            Some((_, text)) => *text = body,
            None => chunks.push((section.title.clone(), body)),
        }
    }
    let mut text = PREAMBLE.to_owned();
    for (title, body) in chunks {
        let _ = write!(text, "\n## {title}\n\n{}\n", body.trim());
    }
    text
}

const PREAMBLE: &str = "\
# Benchmarks

Written by `cargo xtask bench --write`; `cargo xtask bench PART --write` measures a section again and
leaves the others. Each section says at which commit it was measured, all its figures in one run.
A figure is the median of the runs (one run for `go vet` and for the log, where they were run); peak
memory is the highest of them. Cold means that no program keeps anything from an earlier run; the
files themselves may be in the operating system's cache, for both sides. Peak memory counts a
program and its children together.
";

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

    fn section(title: &str, ours: &str) -> Section {
        let mut section = Section::new(title);
        section.rows.push(Row {
            what: "std".to_owned(),
            contend: ours.to_owned(),
            go: "5 s".to_owned(),
            ratio: Some(2.5),
            wanted: "-".to_owned(),
        });
        section
    }

    #[test]
    fn a_section_is_a_markdown_table() {
        let text = section("Parsing", "2 s").text();
        assert!(text.starts_with("## Parsing\n\n| measure |"));
        assert!(text.ends_with("| std | 2 s | 5 s | 2.50 | - |\n\n"));
    }

    #[test]
    fn one_section_is_replaced_and_the_others_stay() {
        let both = [section("Parsing", "2 s"), section("Dumps", "3 s")];
        let page = replaced("# Old\n\n## By hand\n\nText.\n", &both, "Measured at a1.");
        let later = replaced(&page, &[section("Parsing", "1 s")], "Measured at b2.");
        assert!(later.starts_with(PREAMBLE));
        assert!(later.contains("\n## By hand\n\nText.\n"));
        assert!(later.contains("## Parsing\n\nMeasured at b2.\n\n| measure"));
        assert!(later.contains("| std | 1 s |") && !later.contains("| std | 2 s |"));
        assert!(later.contains("## Dumps\n\nMeasured at a1."));
        assert_eq!(replaced(&later, &[], ""), later);
    }
}
