//! Two folders of dump files, joined line by line; the format is in corpus/tools/README.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::Target;
use crate::report::Outcome;

/// How many examples of one cause are kept for the terminal.
const EXAMPLES: usize = 3;

/// The outcome of a comparison: what was asked, what agreed, and why the rest did not.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Entries of Go's side and how many of them agree, for each kind of entry.
    kinds: BTreeMap<&'static str, (u64, u64)>,
    causes: BTreeMap<String, Cause>,
    misses: Vec<String>,
}

#[derive(Debug, Default)]
struct Cause {
    count: u64,
    examples: Vec<String>,
}

impl Tally {
    pub(crate) fn agree(&mut self, kind: &'static str) {
        let (asked, agreed) = self.kinds.entry(kind).or_default();
        *asked += 1;
        *agreed += 1;
    }

    pub(crate) fn miss(&mut self, kind: &'static str, cause: String, example: String) {
        self.kinds.entry(kind).or_default().0 += 1;
        self.note(cause, example);
    }

    /// Something worth listing that is no entry of Go's side.
    pub(crate) fn note(&mut self, cause: String, example: String) {
        self.misses.push(format!("{cause}: {example}"));
        let cause = self.causes.entry(cause).or_default();
        cause.count += 1;
        if cause.examples.len() < EXAMPLES {
            cause.examples.push(example);
        }
    }

    /// Every miss, one a line.
    pub(crate) fn listing(&self) -> String {
        let mut text = self.misses.join("\n");
        text.push('\n');
        text
    }

    /// The causes, most frequent first, each with a few examples.
    pub(crate) fn causes(&self) -> String {
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by(|a, b| b.1.count.cmp(&a.1.count).then(a.0.cmp(b.0)));
        let mut text = String::new();
        for (name, cause) in causes {
            let _ = writeln!(text, "{:>9}  {name}", cause.count);
            for example in &cause.examples {
                let _ = writeln!(text, "             {example}");
            }
        }
        text
    }

    /// Every kind of entry must reach `least` percent.
    pub(crate) fn judge(&self, least: f64, list: &Path) -> Outcome {
        let mut parts = Vec::new();
        let mut good = !self.kinds.is_empty();
        for (kind, (asked, agreed)) in &self.kinds {
            let percent = *agreed as f64 / (*asked).max(1) as f64 * 100.0;
            good &= least <= percent;
            parts.push(format!("{agreed} of {asked} {kind} agree ({percent:.3} %)"));
        }
        let text = format!("{}; at least {least} % wanted", parts.join(", "));
        if good {
            Outcome::Passed(text)
        } else {
            Outcome::Failed(format!("{text}; {}", list.display()))
        }
    }
}

/// One dump file of Go's side with its counterpart, which may be missing.
pub(crate) struct Pair {
    /// Relative to the dump folder, such as `net/http/server.go.types`.
    pub(crate) name: PathBuf,
    pub(crate) theirs: String,
    pub(crate) ours: Option<String>,
}

/// Calls `visit` for each dump file that Go's side has, in the order of their names.
pub(crate) fn pairs(theirs: &Path, ours: &Path, mut visit: impl FnMut(Pair)) -> anyhow::Result<()> {
    let mut names = Vec::new();
    walk(theirs, Path::new(""), &mut names)?;
    names.sort();
    for name in names {
        let path = theirs.join(&name);
        let text =
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let ours = fs::read_to_string(ours.join(&name)).ok();
        visit(Pair {
            name,
            theirs: text,
            ours,
        });
    }
    Ok(())
}

fn walk(root: &Path, below: &Path, names: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let dir = root.join(below);
    for entry in fs::read_dir(&dir).with_context(|| format!("reading {}", dir.display()))? {
        let entry = entry?;
        let name = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            walk(root, &name, names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

/// Turns offsets of one source file into places that a person can look up.
pub(crate) struct Places {
    name: String,
    text: Vec<u8>,
}

impl Places {
    pub(crate) fn of(target: &Target, dump: &Path) -> Places {
        let source = target.source_of(dump);
        let text = fs::read(&source).unwrap_or_default();
        Places {
            name: dump.with_extension("").display().to_string(),
            text,
        }
    }

    /// `net/http/server.go:12:3 "source text"`.
    pub(crate) fn at(&self, start: usize, end: usize) -> String {
        let start = start.min(self.text.len());
        let end = end.clamp(start, self.text.len());
        let before = &self.text[..start];
        let line = before.split(|byte| *byte == b'\n').count();
        let column = start
            - before
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1)
            + 1;
        let source = String::from_utf8_lossy(&self.text[start..end]);
        let shown: String = source
            .chars()
            .take(60)
            .map(|c| if c < ' ' { ' ' } else { c })
            .collect();
        format!("{}:{line}:{column} `{shown}`", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_below_the_least_agreement_fails() {
        let mut tally = Tally::default();
        tally.agree("uses");
        assert!(matches!(
            tally.judge(99.0, Path::new("x")),
            Outcome::Passed(_)
        ));
        tally.miss("types", "missing".to_owned(), "a.go:1".to_owned());
        assert!(matches!(
            tally.judge(99.0, Path::new("x")),
            Outcome::Failed(_)
        ));
    }

    #[test]
    fn nothing_compared_is_no_pass() {
        assert!(matches!(
            Tally::default().judge(0.0, Path::new("x")),
            Outcome::Failed(_)
        ));
    }

    #[test]
    fn the_most_frequent_cause_comes_first() {
        let mut tally = Tally::default();
        tally.note("rare".to_owned(), "r".to_owned());
        for example in ["1", "2", "3", "4"] {
            tally.note("usual".to_owned(), example.to_owned());
        }
        let text = tally.causes();
        assert!(text.find("usual").unwrap() < text.find("rare").unwrap());
        assert!(!text.contains("  4\n") || text.contains("4  usual"));
    }

    #[test]
    fn places_are_one_based_lines_and_columns() {
        let places = Places {
            name: "a.go".to_owned(),
            text: b"one\ntwo three\n".to_vec(),
        };
        assert_eq!(places.at(8, 13), "a.go:2:5 `three`");
        assert_eq!(places.at(900, 901), "a.go:3:1 ``");
    }
}
