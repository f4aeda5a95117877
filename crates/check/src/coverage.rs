//! Counting what was looked at.

use contend_base::SourceMap;
use contend_finding::{Coverage, LeftOut};
use contend_project::{DiagnosticKind, Package, Project, Variant};

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
    let (n_packages, n_usable) = packages(project, sources);
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
        n_packages - n_usable,
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
        packages: n_packages,
        analysed: n_usable,
        files: ours().count(),
        bytes: ours()
            .map(|source| files.get(source.id).text.len() as u64)
            .sum(),
        suppressed: 0,
        left_out,
    }
}

/// How many packages were asked for, and how many of them could be used at all.
fn packages(project: &Project, sources: &Sources) -> (usize, usize) {
    let plain = || {
        project
            .packages
            .iter()
            .filter(|it| it.is_target && it.variant == Variant::Plain)
    };
    let is_usable = |package: &&Package| {
        let mut trees = package
            .files
            .iter()
            .map(|file| &sources.get(file).parsed.tree);
        // Without files it holds tests only, or only files of other builds.
        trees.len() == 0 && !package.is_broken || trees.any(|tree| tree.package.is_some())
    };
    // A directory that could not be read is a target that gave no package.
    let n_packages = project.counts.targets.max(plain().count());
    (
        n_packages,
        plain().filter(is_usable).count().min(n_packages),
    )
}
