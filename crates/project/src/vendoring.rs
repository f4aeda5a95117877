//! Where go.mod, or go.work with its modules, and vendor/modules.txt contradict each other.
//!
//! The go command refuses to build from such a vendor directory. Here each difference is a conflict
//! with the lines of both files, and what is vendored counts.

use std::path::{Path, PathBuf};

use crate::conflicts::{Names, target_of};
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::gomod::Require;
use crate::mains::{MainModule, Mains, Replaced, Vendor, clean};
use crate::modules_txt::Vendored;
use crate::mvs::{COMPLETE_SINCE, ModuleVersion};
use crate::version::GoVersion;

/// Since this version modules.txt says which modules go.mod names itself.
const EXPLICIT_SINCE: GoVersion = GoVersion::new(1, 14);

/// Reports every difference, those of go.mod in order of its lines first.
pub(crate) fn compare(mains: &Mains, names: &Names<'_>, out: &mut Vec<Diagnostic>) {
    let Some(vendor) = &mains.vendor else { return };
    let comparison = Comparison {
        mains,
        names,
        vendor,
        file: vendor.dir.join("modules.txt"),
        marks_explicit: mains.work.is_some() || mains.go_version() >= EXPLICIT_SINCE,
    };
    for main in &mains.modules {
        let requires = main.gomod.require.iter();
        out.extend(requires.filter_map(|require| comparison.of_require(main, require)));
    }
    comparison.of_replaces(out);
    for module in &vendor.list.modules {
        out.extend(comparison.of_listed(module));
        out.extend(comparison.of_listed_replacement(module));
    }
}

struct Comparison<'a> {
    mains: &'a Mains,
    names: &'a Names<'a>,
    vendor: &'a Vendor,
    file: PathBuf,
    marks_explicit: bool,
}

impl Comparison<'_> {
    fn of_require(&self, main: &MainModule, require: &Require) -> Option<Diagnostic> {
        let Require { path, version, .. } = require;
        if self.mains.get(path).is_some() {
            return None;
        }
        let list = self.names.short(&self.file);
        let (other, fault) = if let Some(listed) = self.listed(path, version) {
            if listed.explicit || !self.marks_explicit {
                return None;
            }
            let fault = format!("{list}:{} does not mark it as explicit", listed.line);
            (listed.line, fault)
        } else if let Some(listed) = self.other_version(path) {
            let fault = format!("{list}:{} has {}", listed.line, listed.version);
            (listed.line, fault)
        } else if self.marks_explicit {
            (0, format!("{list} does not have this module"))
        } else {
            return None;
        };
        let message = format!("{path} {version} is required, but {fault}");
        let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
        let conflict = conflict.at(&main.file, require.line);
        Some(conflict.against(&self.file, other))
    }

    fn listed(&self, path: &str, version: &str) -> Option<&Vendored> {
        let mut modules = self.vendor.list.modules.iter();
        modules.find(|it| it.path == path && it.version == version)
    }

    fn other_version(&self, path: &str) -> Option<&Vendored> {
        let mut modules = self.vendor.list.modules.iter();
        modules.find(|it| it.path == path && !it.version.is_empty())
    }

    /// All `replace` lines: also one that hits no vendored module may change what is selected.
    fn of_replaces(&self, out: &mut Vec<Diagnostic>) {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for (_, replace) in self.mains.replaces() {
            let old = (
                &*replace.path,
                replace.version.as_deref().unwrap_or_default(),
            );
            if !seen.contains(&old) {
                seen.push(old);
                out.extend(self.of_replaced(&ModuleVersion::new(old.0, old.1)));
            }
        }
    }

    fn of_replaced(&self, old: &ModuleVersion) -> Option<Diagnostic> {
        // Main modules are not replaced, whatever the lines say.
        let replaced = self.mains.replacement(old)?;
        let shown = spaced(old);
        let target = target_of(replaced.line);
        let list = self.names.short(&self.file);
        let listed = self.listed(&old.path, &old.version);
        let (other, message) = match listed.filter(|it| !it.new_path.is_empty()) {
            Some(listed) if self.is_same(&replaced, listed) => return None,
            Some(listed) => {
                let vendored = [&*listed.new_path, &*listed.new_version].join(" ");
                let vendored = vendored.trim_end();
                let line = listed.line;
                let message = format!(
                    "{shown} is replaced by {target}, but {list}:{line} has it replaced by {vendored}"
                );
                (line, message)
            }
            // modules.txt did not list such replacements before Go 1.14.
            None if !self.marks_explicit && (old.version.is_empty() || listed.is_none()) => {
                return None;
            }
            None => {
                let line = listed.map_or(0, |it| it.line);
                let place = match line {
                    0 => list,
                    line => format!("{list}:{line}"),
                };
                let message = format!(
                    "{shown} is replaced by {target}, but {place} does not mark it as replaced"
                );
                (line, message)
            }
        };
        let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
        let conflict = conflict.at(replaced.file, replaced.line.line);
        Some(conflict.against(&self.file, other))
    }

    /// In a workspace, modules.txt writes directories from the directory of go.work.
    fn is_same(&self, replaced: &Replaced<'_>, listed: &Vendored) -> bool {
        let line = replaced.line;
        if line.new_version != listed.new_version {
            return false;
        }
        let root = self.vendor.dir.parent().unwrap_or(Path::new(""));
        line.new_path == listed.new_path
            || self.mains.work.is_some()
                && line.new_version.is_empty()
                && clean(&replaced.base.join(&line.new_path)) == clean(&root.join(&listed.new_path))
    }

    fn of_listed(&self, module: &Vendored) -> Option<Diagnostic> {
        let Vendored { path, version, .. } = module;
        let is_required = self.mains.modules.iter().any(|main| {
            let mut lines = main.gomod.require.iter();
            lines.any(|it| it.path == *path)
        });
        // A line with another version was compared with this one already.
        if version.is_empty() || is_required || self.mains.get(path).is_some() {
            return None;
        }
        let is_complete = self.mains.work.is_none() && self.mains.go_version() >= COMPLETE_SINCE;
        let owner = self.owner();
        let message = if module.explicit {
            format!("{path} {version} is marked as explicit, but {owner} does not require it")
        } else if is_complete && !module.packages.is_empty() {
            format!("{path} {version} is vendored, but {owner} does not have this module")
        } else {
            return None;
        };
        Some(self.at_listed(module, message))
    }

    fn of_listed_replacement(&self, module: &Vendored) -> Option<Diagnostic> {
        let old = ModuleVersion::new(&module.path, &module.version);
        if module.new_path.is_empty() || self.mains.replacement(&old).is_some() {
            return None;
        }
        let message = format!(
            "{} is marked as replaced by {}, but {} does not replace it",
            spaced(&old),
            module.new_path,
            self.owner()
        );
        Some(self.at_listed(module, message))
    }

    fn at_listed(&self, module: &Vendored, message: String) -> Diagnostic {
        let conflict = Diagnostic::new(DiagnosticKind::ModuleConflict, message);
        let conflict = conflict.at(&self.file, module.line);
        match (&self.mains.work, self.mains.modules.first()) {
            (None, Some(main)) => conflict.against(&main.file, 0),
            (Some(work), _) => conflict.against(&work.file, 0),
            (None, None) => conflict,
        }
    }

    /// Who should have said it.
    fn owner(&self) -> &'static str {
        if self.mains.work.is_some() {
            "the workspace"
        } else {
            "go.mod"
        }
    }
}

fn spaced(module: &ModuleVersion) -> String {
    format!("{} {}", module.path, module.version)
        .trim_end()
        .to_owned()
}
