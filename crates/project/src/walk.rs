//! Walks over directory trees: the packages below a directory, and the modules.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::fs::{Entry, EntryKind, FileSystem};
use crate::mains::unreadable;

/// A directory with at least one `.go` file, and what else is in it.
pub(crate) struct PackageDir {
    pub(crate) dir: PathBuf,
    pub(crate) entries: Vec<Entry>,
}

/// Where a walk does not go.
#[derive(Clone, Copy, Default)]
pub(crate) struct Limits<'a> {
    /// Stop at directories with a go.mod of their own.
    pub(crate) stop_at_modules: bool,
    /// Look at directories called `vendor`, but not below them.
    pub(crate) skip_vendor: bool,
    /// Directories of `ignore` lines: `./a/b` below the root, `name` anywhere.
    pub(crate) ignore: &'a [String],
}

/// The directories below and at `root` that hold Go files, sorted by path.
///
/// As for the go command's patterns, `testdata` and names that start with `.` or `_` are left out
/// and links are not followed.
pub(crate) fn package_dirs(
    fs: &dyn FileSystem,
    root: &Path,
    limits: Limits<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<PackageDir> {
    let mut found = Vec::new();
    let mut wave = vec![root.to_path_buf()];
    while !wave.is_empty() {
        let lists: Vec<_> = wave.par_iter().map(|dir| fs.list(dir)).collect();
        let mut next = Vec::new();
        for (dir, list) in std::mem::take(&mut wave).into_iter().zip(lists) {
            let entries = match list {
                Ok(entries) => entries,
                Err(error) => {
                    out.push(unreadable(&dir, &error));
                    continue;
                }
            };
            let is_root = dir == root;
            if limits.stop_at_modules && !is_root && has_go_mod(fs, &dir, &entries) {
                continue;
            }
            if is_root || !limits.skip_vendor || !dir.ends_with("vendor") {
                let subs = entries.iter().filter(|entry| entry.kind == EntryKind::Dir);
                let subs = subs.filter(|entry| !is_skipped(&entry.name));
                let subs = subs.map(|entry| dir.join(&entry.name));
                next.extend(subs.filter(|sub| !is_ignored(root, sub, limits.ignore)));
            }
            if has_go_files(fs, &dir, &entries) {
                found.push(PackageDir { dir, entries });
            }
        }
        wave = next;
    }
    found.sort_by(|a, b| a.dir.cmp(&b.dir));
    found
}

/// The nearest directories below `root` that have a go.mod.
pub(crate) fn nested_modules(fs: &dyn FileSystem, root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![root.to_path_buf()];
    while let Some(dir) = todo.pop() {
        let Ok(entries) = fs.list(&dir) else { continue };
        if has_go_mod(fs, &dir, &entries) {
            found.push(dir);
            continue;
        }
        let subs = entries.iter().filter(|entry| entry.kind == EntryKind::Dir);
        let subs = subs.filter(|entry| !is_skipped(&entry.name));
        let subs = subs.filter(|entry| !matches!(&*entry.name, "vendor" | "node_modules"));
        todo.extend(subs.map(|entry| dir.join(&entry.name)));
    }
    found.sort();
    found
}

/// True if there is a file whose name ends in `.go`, links followed.
pub(crate) fn has_go_files(fs: &dyn FileSystem, dir: &Path, entries: &[Entry]) -> bool {
    entries
        .iter()
        .filter(|entry| entry.name.ends_with(".go"))
        .any(|entry| match entry.kind {
            EntryKind::File => true,
            EntryKind::Link => fs.is_file(&dir.join(&entry.name)),
            EntryKind::Dir | EntryKind::Other => false,
        })
}

fn has_go_mod(fs: &dyn FileSystem, dir: &Path, entries: &[Entry]) -> bool {
    let at = entries.binary_search_by(|entry| (*entry.name).cmp("go.mod"));
    at.is_ok_and(|at| match entries[at].kind {
        EntryKind::File => true,
        EntryKind::Link => fs.is_file(&dir.join("go.mod")),
        EntryKind::Dir | EntryKind::Other => false,
    })
}

fn is_skipped(name: &str) -> bool {
    name.starts_with(['.', '_']) || name == "testdata"
}

fn is_ignored(root: &Path, dir: &Path, ignore: &[String]) -> bool {
    ignore
        .iter()
        .any(|pattern| match pattern.strip_prefix("./") {
            Some(below) => dir.starts_with(root.join(below)),
            None => dir.ends_with(pattern),
        })
}

/// True if `path` matches `pattern`, in which `...` stands for any text.
///
/// `x/...` matches `x` too, and no wild card reaches into a `vendor` element.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    if let Some(base) = pattern.strip_suffix("/...")
        && matches_exactly(base, path)
    {
        return true;
    }
    matches_exactly(pattern, path)
}

fn matches_exactly(pattern: &str, path: &str) -> bool {
    let mut pieces = pattern.split("...");
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        let at = if is_last {
            rest.ends_with(piece).then(|| rest.len() - piece.len())
        } else {
            rest.find(piece)
        };
        let Some(at) = at else { return false };
        if rest[..at].split('/').any(|element| element == "vendor") {
            return false;
        }
        rest = &rest[at + piece.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::Memory;

    #[test]
    fn dots_match_any_text() {
        assert!(matches("a/...", "a") && matches("a/...", "a/b/c") && matches("...", "x/y"));
        assert!(matches("a/.../z", "a/b/z") && matches("a...", "abc"));
        assert!(!matches("a/...", "ab") && !matches("a", "a/b") && !matches("a/...", "b"));
        assert!(!matches("a/...", "a/vendor/x") && matches("a/vendor/...", "a/vendor/x"));
    }

    #[test]
    fn walks_leave_out_what_patterns_leave_out() {
        let mut fs = Memory::default();
        for file in [
            "a.go",
            "b/b.go",
            "b/testdata/t.go",
            "_c/c.go",
            ".d/d.go",
            "e/go.mod",
            "e/e.go",
            "vendor/x/x.go",
            "gen/deep/g.go",
            "docs/readme.md",
            "z/node/n.go",
        ] {
            fs.add(format!("/m/{file}"), *b"");
        }
        fs.add_link("/m/loop", "/m");
        fs.add_unreadable("/m/secret", EntryKind::Dir);
        let ignore = ["./gen".to_owned(), "node".to_owned()];
        let limits = Limits {
            stop_at_modules: true,
            skip_vendor: true,
            ignore: &ignore,
        };
        let mut out = Vec::new();
        let found = package_dirs(&fs, Path::new("/m"), limits, &mut out);
        let dirs: Vec<_> = found.iter().map(|it| it.dir.to_string_lossy()).collect();
        assert_eq!(dirs, ["/m", "/m/b"]);
        assert_eq!(out.len(), 1);
        assert_eq!(nested_modules(&fs, Path::new("/m")), [Path::new("/m/e")]);
    }
}
