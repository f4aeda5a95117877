//! From what the user typed to directories of packages.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::fs::FileSystem;
use crate::mains::{MainModule, clean, unreadable};
use crate::mvs::ModuleVersion;
use crate::resolve::{Found, Origin, Resolver};
use crate::std_lib::StdLib;
use crate::walk::{self, Limits, PackageDir};

/// A package that a pattern stands for.
pub(crate) struct Target {
    pub(crate) path: String,
    /// Where it is, if the pattern told.
    pub(crate) found: Option<Found>,
    /// True if it was named and not just met by a wild card: then it must have files.
    pub(crate) is_named: bool,
}

/// What patterns are expanded in.
pub(crate) struct Expander<'a> {
    pub(crate) fs: &'a dyn FileSystem,
    pub(crate) std_fs: &'a dyn FileSystem,
    pub(crate) config: &'a Config,
    pub(crate) resolver: &'a Resolver<'a>,
    pub(crate) std: Option<&'a StdLib>,
}

impl Expander<'_> {
    /// The packages of all patterns, in their order; one may be there more than once.
    pub(crate) fn expand(&self, patterns: &[String], out: &mut Vec<Diagnostic>) -> Vec<Target> {
        let mut targets = Vec::new();
        for pattern in patterns {
            let before = targets.len();
            self.expand_one(pattern, &mut targets, out);
            if targets.len() == before {
                let message = format!("the pattern {pattern} matches no package");
                out.push(Diagnostic::new(DiagnosticKind::NoMatch, message));
            }
        }
        targets
    }

    fn expand_one(&self, pattern: &str, targets: &mut Vec<Target>, out: &mut Vec<Diagnostic>) {
        if is_local(pattern) {
            return self.expand_local(pattern, targets, out);
        }
        match pattern {
            "std" => self.expand_std("...", targets, out),
            "all" => self.expand_mains("...", targets, out),
            _ if !pattern.contains("...") => {
                let path = pattern.trim_end_matches('/').to_owned();
                targets.push(Target {
                    path,
                    found: None,
                    is_named: true,
                });
            }
            _ => {
                let before = targets.len();
                self.expand_mains(pattern, targets, out);
                if targets.len() == before {
                    self.expand_dependencies(pattern, targets, out);
                }
                if targets.len() == before {
                    self.expand_std(pattern, targets, out);
                }
            }
        }
    }

    fn expand_local(&self, pattern: &str, targets: &mut Vec<Target>, out: &mut Vec<Diagnostic>) {
        let absolute = clean(&self.config.dir.join(pattern));
        let text = absolute.to_string_lossy().into_owned();
        let Some(wild) = text.find("...") else {
            return self.expand_dir(&absolute, targets, out);
        };
        let root = PathBuf::from(text[..wild].rsplit_once('/').map_or(
            "/",
            |(root, _)| match root {
                "" => "/",
                root => root,
            },
        ));
        let mains = &self.resolver.mains.modules;
        let inside: Vec<&MainModule> = mains
            .iter()
            .filter(|main| main.dir.starts_with(&root))
            .collect();
        let around = self.resolver.mains.containing(&root);
        let roots: Vec<(&Path, Option<&MainModule>)> = match around {
            Some(main) => vec![(&root, Some(main))],
            None if inside.is_empty() => vec![(&root, None)],
            None => inside
                .into_iter()
                .map(|main| (&*main.dir, Some(main)))
                .collect(),
        };
        for (root, main) in roots {
            for package in self.walk_local(root, main, out) {
                let path = package.dir.to_string_lossy();
                if walk::matches(&text, &path) {
                    targets.extend(self.target_in(package, main, false));
                }
            }
        }
    }

    fn walk_local(
        &self,
        root: &Path,
        main: Option<&MainModule>,
        out: &mut Vec<Diagnostic>,
    ) -> Vec<PackageDir> {
        let ignore = main.map(ignored_dirs).unwrap_or_default();
        let limits = Limits {
            stop_at_modules: true,
            skip_vendor: true,
            ignore: &ignore,
        };
        let mut found = walk::package_dirs(self.fs, root, limits, out);
        if let Some(main) = main {
            // Packages of a vendor directory belong to other modules.
            found.retain(|package| !package.dir.starts_with(main.dir.join("vendor")));
        }
        found
    }

    fn expand_dir(&self, dir: &Path, targets: &mut Vec<Target>, out: &mut Vec<Diagnostic>) {
        let entries = match self.fs.list(dir) {
            Ok(entries) => entries,
            Err(error) => return out.push(unreadable(dir, &error)),
        };
        let package = PackageDir {
            dir: dir.to_path_buf(),
            entries,
        };
        if walk::has_go_files(self.fs, dir, &package.entries) {
            let main = self.resolver.mains.containing(dir);
            targets.extend(self.target_in(package, main, true));
        }
    }

    /// The package in a directory: of the main module around it, else of the standard library.
    fn target_in(
        &self,
        package: PackageDir,
        main: Option<&MainModule>,
        is_named: bool,
    ) -> Option<Target> {
        let PackageDir { dir, entries } = package;
        if let Some(main) = main.filter(|main| !main.is_std) {
            let path = main.import_path(&dir)?;
            let origin = Origin::Module(ModuleVersion::new(&main.path, ""));
            return Some(Target {
                path,
                found: Some(Found {
                    origin,
                    dir,
                    entries,
                }),
                is_named,
            });
        }
        let std = self.std?;
        let path = dir
            .strip_prefix(&std.src)
            .ok()?
            .to_string_lossy()
            .into_owned();
        if path.is_empty() || path == "builtin" || path == "cmd" || path.starts_with("cmd/") {
            return None;
        }
        Some(Target {
            path,
            found: Some(Found {
                origin: Origin::Std,
                dir,
                entries,
            }),
            is_named,
        })
    }

    fn expand_std(&self, pattern: &str, targets: &mut Vec<Target>, out: &mut Vec<Diagnostic>) {
        let Some(std) = self.std else { return };
        let limits = Limits {
            stop_at_modules: true,
            ..Limits::default()
        };
        for package in walk::package_dirs(self.std_fs, &std.src, limits, out) {
            let Some(target) = self.target_in(package, None, false) else {
                continue;
            };
            let matches = pattern == "..." || walk::matches(pattern, &target.path);
            if matches && (self.config.cgo || target.path != "runtime/cgo") {
                targets.push(target);
            }
        }
    }

    fn expand_mains(&self, pattern: &str, targets: &mut Vec<Target>, out: &mut Vec<Diagnostic>) {
        for main in &self.resolver.mains.modules {
            for package in self.walk_local(&main.dir, Some(main), out) {
                let target = self.target_in(package, Some(main), false);
                targets.extend(target.filter(|target| walk::matches(pattern, &target.path)));
            }
        }
    }

    fn expand_dependencies(
        &self,
        pattern: &str,
        targets: &mut Vec<Target>,
        out: &mut Vec<Diagnostic>,
    ) {
        let literal = pattern.split("...").next().unwrap_or_default();
        let graph = self.resolver.graph();
        for (path, version) in graph
            .selected
            .iter()
            .filter(|(_, version)| !version.is_empty())
        {
            // Either the module is inside the pattern or the pattern inside the module.
            if !path.starts_with(literal) && !literal.starts_with(&**path) {
                continue;
            }
            let module = ModuleVersion {
                path: path.clone(),
                version: version.clone(),
            };
            let Ok(root) = self.resolver.module_root(&module) else {
                continue;
            };
            let limits = Limits {
                stop_at_modules: root.is_local,
                skip_vendor: true,
                ..Limits::default()
            };
            for PackageDir { dir, entries } in walk::package_dirs(self.fs, &root.dir, limits, out) {
                let Ok(inside) = dir.strip_prefix(&root.dir) else {
                    continue;
                };
                let inside = inside.to_string_lossy();
                let path = match &*inside {
                    "" => path.to_string(),
                    inside => format!("{path}/{inside}"),
                };
                if walk::matches(pattern, &path) {
                    let origin = Origin::Module(module.clone());
                    let found = Some(Found {
                        origin,
                        dir,
                        entries,
                    });
                    targets.push(Target {
                        path,
                        found,
                        is_named: false,
                    });
                }
            }
        }
    }
}

fn ignored_dirs(main: &MainModule) -> Vec<String> {
    main.gomod
        .ignore
        .iter()
        .map(|line| line.value.clone())
        .collect()
}

fn is_local(pattern: &str) -> bool {
    pattern == "."
        || pattern == ".."
        || pattern.starts_with("./")
        || pattern.starts_with("../")
        || Path::new(pattern).is_absolute()
}
