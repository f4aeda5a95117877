//! Counting what was looked at.

use contend_finding::{Coverage, LeftOut};
use contend_project::{DiagnosticKind, Package, Project, Variant};

use crate::parse::Sources;

/// What of the packages asked for was analysed, and what was left out.
pub(crate) fn of(project: &Project, sources: &Sources) -> Coverage {
    let targets = || project.packages.iter().filter(|package| package.is_target);
    let plain = || targets().filter(|package| package.variant == Variant::Plain);
    let is_usable = |package: &Package| {
        package
            .files
            .iter()
            .any(|file| sources.get(file).parsed.tree.package.is_some())
    };
    let usable = plain()
        .filter(|package| has_no_files(package) || is_usable(package))
        .count();
    let ours = || sources.files().iter().filter(|file| file.is_target);
    let broken = ours().filter(|file| !file.parsed.errors.is_empty()).count();
    // A directory that could not be read is a target that gave no package.
    let packages = project.counts.targets.max(plain().count());
    let unreadable = project
        .diagnostics
        .iter()
        .filter(|it| it.kind == DiagnosticKind::Unreadable)
        .count();

    let left_out = [
        (
            packages - usable.min(packages),
            "packages",
            "nothing of them could be read",
        ),
        (unreadable, "files or directories", "could not be read"),
        (broken, "declarations in files", "syntax errors"),
        (
            project.counts.missing_imports,
            "imports",
            "the package was not found",
        ),
    ];
    Coverage {
        packages,
        analysed: usable.min(packages),
        files: ours().count(),
        bytes: targets()
            .flat_map(|it| &it.files)
            .map(|file| file.text.len() as u64)
            .sum(),
        suppressed: 0,
        left_out: left_out
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, what, reason)| LeftOut {
                count,
                what: what.to_owned(),
                reason: reason.to_owned(),
            })
            .collect(),
    }
}

/// True for packages that hold tests only, or only files of other builds.
fn has_no_files(package: &Package) -> bool {
    package.files.is_empty() && !package.is_broken
}
