//! Counting what was looked at.

use contend_base::{FileId, SourceMap};
use contend_finding::{Coverage, LeftOut};
use contend_project::{DiagnosticKind, Package, Project, Variant};
use rustc_hash::FxHashSet;

use crate::Program;
use crate::apply::Applied;
use crate::parse::Sources;

/// What of the packages asked for was analysed, and what was left out.
pub(crate) fn of(
    project: &Project,
    sources: &Sources,
    program: &Program,
    applied: &Applied,
    files: &SourceMap,
) -> Coverage {
    let ours = || sources.files().iter().filter(|file| file.is_target);
    let n_broken = ours().filter(|file| !file.parsed.errors.is_empty()).count();
    let packages = Packages::count(project, sources, applied);
    let is_unreadable = |kind: DiagnosticKind| kind == DiagnosticKind::Unreadable;
    let n_unreadable = project
        .diagnostics
        .iter()
        .filter(|it| is_unreadable(it.kind))
        .count();
    let n_failed = program.failures.len() + applied.failed_declarations.len();

    let mut left_out = Vec::new();
    let mut add = |count: usize, [one, many]: [&str; 2], reason: &str| {
        if 0 < count {
            let what = if count == 1 { one } else { many };
            left_out.push(LeftOut {
                count,
                what: what.to_owned(),
                reason: reason.to_owned(),
            });
        }
    };
    add(
        packages.wanted - packages.usable,
        ["package", "packages"],
        "no file of them could be read",
    );
    add(
        n_unreadable,
        ["file or directory", "files or directories"],
        "could not be read",
    );
    add(n_broken, ["file in part", "files in part"], "syntax errors");
    add(
        n_failed,
        ["declaration", "declarations"],
        "contend failed on them",
    );
    add(
        applied.too_large,
        ["function", "functions"],
        "too large to be followed",
    );
    add(
        project.counts.missing_imports,
        ["import", "imports"],
        "the package was not found",
    );
    add(
        applied.type_errors,
        ["name or expression", "names and expressions"],
        "their meaning could not be found out",
    );

    Coverage {
        packages: packages.wanted,
        analysed: packages.usable,
        in_part: packages.in_part,
        files: ours().count(),
        bytes: ours()
            .map(|source| files.get(source.id).text.len() as u64)
            .sum(),
        suppressed: 0,
        less_sure: 0,
        left_out,
    }
}

/// How many packages were asked for, and what became of them.
struct Packages {
    wanted: usize,
    /// Of which at least one file could be read.
    usable: usize,
    /// Usable ones that lack a file, an import or a declaration.
    in_part: usize,
}

impl Packages {
    fn count(project: &Project, sources: &Sources, applied: &Applied) -> Self {
        let failed: FxHashSet<FileId> = applied
            .failed_declarations
            .iter()
            .map(|(location, _)| location.file)
            .collect();
        let plain = || {
            project
                .packages
                .iter()
                .filter(|it| it.is_target && it.variant == Variant::Plain)
        };
        let files = |package: &Package| {
            let files = package.files.iter().map(|file| sources.get(file));
            files.collect::<Vec<_>>()
        };
        let is_usable = |package: &&Package| {
            let files = files(package);
            let mut trees = files.iter().map(|file| &file.parsed.tree);
            // Without files it holds tests only, or only files of other builds.
            files.is_empty() && !package.is_broken || trees.any(|tree| tree.package.is_some())
        };
        let is_in_part = |package: &&Package| {
            let is_unfound = |import: &contend_project::Import| import.package.is_none();
            package.is_broken
                || package.imports.iter().any(is_unfound)
                || files(package)
                    .iter()
                    .any(|file| !file.parsed.errors.is_empty() || failed.contains(&file.id))
        };
        // A directory that could not be read is a target that gave no package.
        let wanted = project.counts.targets.max(plain().count());
        let usable: Vec<&Package> = plain().filter(is_usable).collect();
        Self {
            wanted,
            usable: usable.len().min(wanted),
            in_part: usable.into_iter().filter(is_in_part).count(),
        }
    }
}
