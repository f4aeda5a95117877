//! Trees and errors of the parser, compared with go/parser and go/ast.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::{MODULES, Target, build_tool};
use crate::go::Toolchain;
use crate::report::{Outcome, Report};
use crate::workspace;

/// Folders of the Go distribution that hold files which must not parse.
const INVALID: [&str; 5] = [
    "src/internal/types/testdata",
    "src/cmd/compile/internal/syntax/testdata",
    "src/cmd/compile/internal/types2/testdata",
    "src/go/parser/testdata",
    "test",
];

/// The least share, in percent, of invalid files with an error on the line of go/parser's first.
const LEAST: f64 = 95.0;

/// How many differing files are named.
const SHOWN: usize = 10;

/// The modules whose files are counted beside the standard library in a full run.
pub(super) fn every_target() -> Vec<&'static str> {
    let mut names = vec!["std"];
    names.extend(MODULES);
    names.extend(["hugo", "traefik", "kubernetes"]);
    names
}

/// Adds one step for each target, and for `std` one about invalid files.
pub(super) fn test(go: &Toolchain, report: &mut Report, names: &[&str]) {
    for name in names {
        report.add(&format!("syntax {name}"), nodes(go, name));
        if *name == "std" {
            report.add("syntax errors", invalid(go));
        }
    }
}

/// Whether every file parses, with as many nodes of each kind as go/ast has.
fn nodes(go: &Toolchain, name: &str) -> anyhow::Result<Outcome> {
    let target = match super::target(go, name)? {
        Ok(target) => target,
        Err(missing) => return Ok(Outcome::Skipped(missing)),
    };
    let list = list(&sources(&target)?);
    let mut theirs = go.command_for(&build_tool(go, "gocount")?, &target.dir)?;
    let theirs = String::from_utf8(workspace::filter(&mut theirs, &list)?)?;
    let mut ours = workspace::example("contend-syntax", "count_nodes")?;
    let ours = String::from_utf8(workspace::filter(&mut ours, &list)?)?;
    compare_counts(&theirs, &ours)
}

fn compare_counts(theirs: &str, ours: &str) -> anyhow::Result<Outcome> {
    ensure!(
        theirs.lines().count() == ours.lines().count() && !theirs.is_empty(),
        "the two sides saw {} and {} files",
        theirs.lines().count(),
        ours.lines().count()
    );
    let (mut equal, mut invalid, mut differing) = (0, 0, Vec::new());
    for (want, got) in theirs.lines().zip(ours.lines()) {
        if !want.contains("\"errors\":0,") {
            invalid += 1;
        } else if want == got {
            equal += 1;
        } else {
            differing.push(format!("go      {want}\ncontend {got}"));
        }
    }
    let text =
        format!("{equal} files with equal counts of nodes, {invalid} that go/parser refuses");
    if differing.is_empty() {
        return Ok(Outcome::Passed(text));
    }
    let shown = differing
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    Ok(Outcome::Failed(format!(
        "{text}, {} differ:\n{shown}",
        differing.len()
    )))
}

/// Whether files that go/parser refuses have an error on the same line.
fn invalid(go: &Toolchain) -> anyhow::Result<Outcome> {
    let goroot = PathBuf::from(go.env("GOROOT")?);
    let mut files = Vec::new();
    for folder in INVALID {
        let folder = goroot.join(folder);
        // The compiler's own tests are not part of every distribution.
        if folder.exists() {
            walk(&folder, &mut files, &|path| is_test_source(path), &|_| true)?;
        }
    }
    let list = list(&files);
    let mut theirs = go.command_for(&build_tool(go, "goerrors")?, &goroot)?;
    let theirs = String::from_utf8(workspace::filter(&mut theirs, &list)?)?;
    let mut ours = workspace::example("contend-syntax", "parse_files")?;
    let ours = String::from_utf8(workspace::filter(ours.arg("errors"), &list)?)?;
    compare_errors(&theirs, &ours, &goroot)
}

fn compare_errors(theirs: &str, ours: &str, root: &Path) -> anyhow::Result<Outcome> {
    let (mut agreed, mut asked, mut stricter, mut missed) = (0, 0, 0, Vec::new());
    for (want, got) in theirs.lines().zip(ours.lines()) {
        let (path, want) = want.split_once('\t').context("a line without a tab")?;
        let (same, got) = got.split_once('\t').context("a line without a tab")?;
        ensure!(path == same, "the two sides saw {path} and {same}");
        let Some(first) = want.split(' ').next().filter(|line| !line.is_empty()) else {
            stricter += usize::from(!got.is_empty());
            continue;
        };
        asked += 1;
        if got.split(' ').any(|line| line == first) {
            agreed += 1;
        } else {
            let path = Path::new(path)
                .strip_prefix(root)
                .unwrap_or(Path::new(path));
            missed.push(format!(
                "{}: go/parser {want}, contend {got}",
                path.display()
            ));
        }
    }
    let percent = f64::from(agreed) / f64::from(asked.max(1)) * 100.0;
    let text = format!(
        "{agreed} of {asked} invalid files with an error on the same line ({percent:.1} %), \
         at least {LEAST} % wanted; {stricter} files refused that go/parser accepts"
    );
    let shown = missed
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    if 0 < asked && LEAST <= percent {
        return Ok(Outcome::Passed(text));
    }
    Ok(Outcome::Failed(format!("{text}\n{shown}")))
}

/// The Go files of a tree outside testdata, in the order of their paths.
pub(crate) fn sources(target: &Target) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let is_go = |path: &Path| path.extension().is_some_and(|extension| extension == "go");
    let is_wanted = |path: &Path| path.file_name().is_none_or(|name| name != "testdata");
    walk(&target.dir, &mut files, &is_go, &is_wanted)?;
    Ok(files)
}

/// The file names as the programs read them from standard input.
pub(crate) fn list(files: &[PathBuf]) -> String {
    let mut text = String::new();
    for path in files {
        let _ = writeln!(text, "{}", path.display());
    }
    text
}

fn is_test_source(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("go" | "go2" | "src"))
}

fn walk(
    dir: &Path,
    files: &mut Vec<PathBuf>,
    wanted: &dyn Fn(&Path) -> bool,
    enter: &dyn Fn(&Path) -> bool,
) -> anyhow::Result<()> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))? {
        entries.push(entry?);
    }
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() && enter(&path) {
            walk(&path, files, wanted, enter)?;
        } else if kind.is_file() && wanted(&path) {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(errors: u8, idents: u8) -> String {
        format!("{{\"file\":\"a.go\",\"errors\":{errors},\"counts\":{{\"Ident\":{idents}}}}}\n")
    }

    #[test]
    fn another_count_or_an_error_of_ours_fails() {
        let good = compare_counts(&count(0, 3), &count(0, 3)).unwrap();
        assert!(matches!(good, Outcome::Passed(_)));
        for ours in [count(0, 4), count(1, 3)] {
            let bad = compare_counts(&count(0, 3), &ours).unwrap();
            assert!(matches!(bad, Outcome::Failed(_)), "{ours}");
        }
        assert!(compare_counts(&count(0, 3), "").is_err());
        assert!(compare_counts("", "").is_err());
    }

    #[test]
    fn the_line_of_the_first_error_must_be_among_ours() {
        let verdict = |want: &str, got: &str| compare_errors(want, got, Path::new("/")).unwrap();
        assert!(matches!(
            verdict("/a.go\t3 9\n", "/a.go\t1 3\n"),
            Outcome::Passed(_)
        ));
        assert!(matches!(
            verdict("/a.go\t3 9\n", "/a.go\t9\n"),
            Outcome::Failed(_)
        ));
        assert!(matches!(
            verdict("/a.go\t3\n", "/a.go\t\n"),
            Outcome::Failed(_)
        ));
        let none_invalid = verdict("/a.go\t\n", "/a.go\t\n");
        assert!(matches!(none_invalid, Outcome::Failed(_)));
    }
}
