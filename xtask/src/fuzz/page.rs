//! `docs/fuzzing.md`: how long each target ran without a crash.

use std::fmt::Write as _;

const HEAD: &str = "\
# Fuzzing

Every reader of foreign bytes has a target in `fuzz/fuzz_targets`. `cargo xtask fuzz TARGET...
--minutes N` builds it with coverage on stable Rust, lets it run for so many minutes of processor
time, begins with the committed inputs and with what earlier runs kept, and writes this page.

Minutes, executions and commits count from the last crash on: a crash sets its row back, is mended,
and its input becomes a test. An execution that takes longer than five minutes is a crash too. Edges are the
places of the program that some input reached.

| target | commits | minutes without a crash | executions | edges reached | crashes found |
|---|---|---|---|---|---|
";

/// The page as data.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    rows: Vec<Row>,
}

/// What one target did since its last crash.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    target: String,
    /// The first and the last commit that ran.
    commits: Option<(String, String)>,
    minutes: u64,
    executions: u64,
    edges: u64,
    crashes: u64,
}

impl Page {
    /// Reads the table of a page. Lines that are no row of it are the head, and written anew.
    pub(super) fn read(text: &str) -> Page {
        Page {
            rows: text.lines().filter_map(Row::read).collect(),
        }
    }

    /// The row of a target; a new one at its place by name.
    pub(super) fn row(&mut self, target: &str) -> &mut Row {
        let found = self
            .rows
            .binary_search_by(|row| row.target.as_str().cmp(target));
        let at = found.unwrap_or_else(|at| {
            let new = Row {
                target: target.to_owned(),
                ..Row::default()
            };
            self.rows.insert(at, new);
            at
        });
        &mut self.rows[at]
    }

    pub(super) fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for row in &self.rows {
            row.write(&mut text);
        }
        text
    }
}

impl Row {
    /// Counts a run without a crash.
    pub(super) fn add(&mut self, commit: &str, minutes: u64, executions: u64, edges: u64) {
        let first = match self.commits.take() {
            Some((first, _)) => first,
            None => commit.to_owned(),
        };
        self.commits = Some((first, commit.to_owned()));
        self.minutes += minutes;
        self.executions += executions;
        self.edges = edges;
    }

    /// Counts a crash, and begins again.
    pub(super) fn crashed(&mut self) {
        *self = Row {
            target: std::mem::take(&mut self.target),
            crashes: self.crashes + 1,
            ..Row::default()
        };
    }

    fn read(line: &str) -> Option<Row> {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let &["", target, commits, minutes, executions, edges, crashes, ""] = cells.as_slice()
        else {
            return None;
        };
        let commits = match commits.split_once("..") {
            Some((first, last)) => Some((first.to_owned(), last.to_owned())),
            None if commits == "-" => None,
            None => Some((commits.to_owned(), commits.to_owned())),
        };
        Some(Row {
            target: target.to_owned(),
            commits,
            minutes: minutes.parse().ok()?,
            executions: executions.parse().ok()?,
            edges: edges.parse().ok()?,
            crashes: crashes.parse().ok()?,
        })
    }

    fn write(&self, out: &mut String) {
        let commits = match &self.commits {
            Some((first, last)) if first == last => first.clone(),
            Some((first, last)) => format!("{first}..{last}"),
            None => "-".to_owned(),
        };
        let Row {
            target,
            minutes,
            executions,
            edges,
            crashes,
            ..
        } = self;
        let _ = writeln!(
            out,
            "| {target} | {commits} | {minutes} | {executions} | {edges} | {crashes} |"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_add_up_and_the_page_is_read_as_it_was_written() {
        let mut page = Page::default();
        page.row("races").add("aaa", 10, 5000, 40);
        page.row("dumps").add("aaa", 10, 1000, 50);
        page.row("dumps").add("bbb", 5, 500, 60);
        let text = page.text();
        assert!(text.ends_with(
            "| dumps | aaa..bbb | 15 | 1500 | 60 | 0 |\n| races | aaa | 10 | 5000 | 40 | 0 |\n"
        ));
        assert_eq!(Page::read(&text), page);
    }

    #[test]
    fn a_crash_sets_a_row_back_and_stays_counted() {
        let mut page = Page::default();
        page.row("jvm").add("aaa", 10, 1000, 50);
        page.row("jvm").crashed();
        let mut page = Page::read(&page.text());
        assert!(page.text().ends_with("| jvm | - | 0 | 0 | 0 | 1 |\n"));
        page.row("jvm").add("ccc", 10, 900, 51);
        assert!(page.text().ends_with("| jvm | ccc | 10 | 900 | 51 | 1 |\n"));
    }
}
