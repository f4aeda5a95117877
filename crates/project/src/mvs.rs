//! Minimal version selection: of each module the highest version that anybody asks for.
//!
//! With the pruning of Go 1.17: what a module with a complete go.mod requires is read, but not what
//! those requirements require in turn.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;

use crate::version::{self, GoVersion};

/// A module at a version; the version of a main module is empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ModuleVersion {
    pub(crate) path: Arc<str>,
    pub(crate) version: Arc<str>,
}

impl ModuleVersion {
    pub(crate) fn new(path: &str, version: &str) -> Self {
        Self {
            path: path.into(),
            version: version.into(),
        }
    }
}

impl fmt::Display for ModuleVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.version {
            "" => f.write_str(&self.path),
            version => write!(f, "{}@{version}", self.path),
        }
    }
}

/// What selection needs of a go.mod file.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    pub(crate) go_version: GoVersion,
    pub(crate) require: Vec<ModuleVersion>,
}

impl Summary {
    fn is_complete(&self) -> bool {
        self.go_version >= COMPLETE_SINCE
    }
}

/// From this `go` line on, go.mod files name all that their packages need.
pub(crate) const COMPLETE_SINCE: GoVersion = GoVersion::new(1, 17);

/// How far the requirements of a module are followed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Pruning {
    /// Stop behind modules with complete go.mod files.
    Pruned,
    /// Follow everything.
    Unpruned,
    /// As pruned, but from the modules of a workspace.
    Workspace,
}

impl Pruning {
    pub(crate) fn for_main(go_version: GoVersion) -> Self {
        if go_version >= COMPLETE_SINCE {
            Self::Pruned
        } else {
            Self::Unpruned
        }
    }
}

/// The module graph, as far as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    /// The version of each module that counts.
    pub(crate) selected: BTreeMap<Arc<str>, Arc<str>>,
    /// The requirements of the modules that were read.
    pub(crate) requirements: BTreeMap<ModuleVersion, Vec<ModuleVersion>>,
    /// Modules whose go.mod could not be read, with the reason.
    pub(crate) failed: BTreeMap<ModuleVersion, String>,
}

impl Graph {
    /// Reads the graph below `roots`. `read` gives the summary of a module, or says why not; it is
    /// called once for each module version, from several threads.
    pub(crate) fn load(
        pruning: Pruning,
        roots: &[ModuleVersion],
        read: impl Fn(&ModuleVersion) -> Result<Summary, String> + Sync,
    ) -> Self {
        let mut loader = Loader {
            graph: Self::default(),
            seen: BTreeSet::new(),
            summaries: BTreeMap::new(),
        };
        for root in roots {
            loader.graph.raise(root);
        }
        let start = roots.iter().map(|root| (root.clone(), pruning)).collect();
        loader.run(start, &read);
        if pruning == Pruning::Workspace {
            loader.reach_selected(roots, &read);
        }
        loader.graph
    }

    fn raise(&mut self, module: &ModuleVersion) {
        let version = self
            .selected
            .entry(module.path.clone())
            .or_insert_with(|| module.version.clone());
        if version::compare(version, &module.version).is_lt() {
            version.clone_from(&module.version);
        }
    }
}

struct Loader {
    graph: Graph,
    seen: BTreeSet<(ModuleVersion, Pruning)>,
    summaries: BTreeMap<ModuleVersion, Option<Summary>>,
}

impl Loader {
    fn run<R>(&mut self, start: Vec<(ModuleVersion, Pruning)>, read: &R)
    where
        R: Fn(&ModuleVersion) -> Result<Summary, String> + Sync,
    {
        let mut wave = start;
        while !wave.is_empty() {
            wave.retain(|step| self.seen.insert(step.clone()));
            self.read_new(&wave, read);
            let mut next = Vec::new();
            for (module, pruning) in &wave {
                let Some(Some(summary)) = self.summaries.get(module) else {
                    continue;
                };
                let complete = summary.is_complete();
                if *pruning == Pruning::Pruned && complete {
                    continue;
                }
                let follow = if *pruning == Pruning::Unpruned || !complete {
                    Pruning::Unpruned
                } else {
                    Pruning::Pruned
                };
                next.extend(
                    summary
                        .require
                        .iter()
                        .map(|module| (module.clone(), follow)),
                );
            }
            next.sort();
            next.dedup();
            wave = next;
        }
    }

    fn read_new<R>(&mut self, wave: &[(ModuleVersion, Pruning)], read: &R)
    where
        R: Fn(&ModuleVersion) -> Result<Summary, String> + Sync,
    {
        let mut new: Vec<&ModuleVersion> = wave.iter().map(|(module, _)| module).collect();
        new.retain(|module| !self.summaries.contains_key(module));
        new.dedup();
        let results: Vec<_> = new.par_iter().map(|module| read(module)).collect();
        for (module, result) in new.into_iter().zip(results) {
            let summary = match result {
                Ok(summary) => {
                    for required in &summary.require {
                        self.graph.raise(required);
                    }
                    self.graph
                        .requirements
                        .insert(module.clone(), summary.require.clone());
                    Some(summary)
                }
                Err(reason) => {
                    self.graph.failed.insert(module.clone(), reason);
                    None
                }
            };
            self.summaries.insert(module.clone(), summary);
        }
    }

    /// In a workspace the requirements of a module may be raised by another one, and then those of
    /// the version that was selected count: read them until nothing changes.
    fn reach_selected<R>(&mut self, roots: &[ModuleVersion], read: &R)
    where
        R: Fn(&ModuleVersion) -> Result<Summary, String> + Sync,
    {
        let mut paths: BTreeSet<Arc<str>> = roots.iter().map(|root| root.path.clone()).collect();
        let mut done: BTreeSet<ModuleVersion> = BTreeSet::new();
        loop {
            let selected = |path: &Arc<str>| ModuleVersion {
                path: path.clone(),
                version: self.graph.selected.get(path).cloned().unwrap_or_default(),
            };
            let mut todo: BTreeSet<ModuleVersion> = BTreeSet::new();
            for path in &paths {
                let module = selected(path);
                if !done.contains(&module) {
                    todo.insert(module);
                    continue;
                }
                for required in self.graph.requirements.get(&module).into_iter().flatten() {
                    let chosen = selected(&required.path);
                    let raised = version::compare(&chosen.version, &required.version).is_gt();
                    if raised && !done.contains(&chosen) {
                        todo.insert(chosen);
                    }
                }
            }
            if todo.is_empty() {
                return;
            }
            let steps = todo
                .iter()
                .map(|module| (module.clone(), Pruning::Workspace))
                .collect();
            self.run(steps, read);
            paths.extend(todo.iter().map(|module| module.path.clone()));
            done.extend(todo);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(pruning: Pruning, files: &[(&str, u16, &[&str])], roots: &[&str]) -> Vec<String> {
        let module = |text: &str| {
            let (path, version) = text.split_once('@').expect("path@version");
            ModuleVersion::new(path, version)
        };
        let roots: Vec<_> = roots.iter().map(|root| module(root)).collect();
        let graph = Graph::load(pruning, &roots, |wanted| {
            let found = files.iter().find(|(name, ..)| module(name) == *wanted);
            let (_, minor, require) = found.ok_or_else(|| "missing".to_owned())?;
            let require = require.iter().map(|text| module(text)).collect();
            Ok(Summary {
                go_version: GoVersion::new(1, *minor),
                require,
            })
        });
        graph
            .selected
            .iter()
            .map(|(path, version)| format!("{path}@{version}"))
            .collect()
    }

    const FILES: &[(&str, u16, &[&str])] = &[
        ("a@v1.0.0", 17, &["b@v1.2.0"]),
        ("b@v1.1.0", 17, &[]),
        ("b@v1.2.0", 17, &["c@v1.5.0"]),
        ("c@v1.5.0", 16, &[]),
    ];

    #[test]
    fn the_highest_of_the_minimal_versions_is_selected() {
        let unpruned = select(Pruning::Unpruned, FILES, &["a@v1.0.0", "b@v1.1.0"]);
        assert_eq!(unpruned, ["a@v1.0.0", "b@v1.2.0", "c@v1.5.0"]);
    }

    #[test]
    fn complete_modules_are_not_followed() {
        let pruned = select(Pruning::Pruned, FILES, &["a@v1.0.0", "b@v1.1.0"]);
        assert_eq!(pruned, ["a@v1.0.0", "b@v1.2.0"]);
    }

    #[test]
    fn cycles_and_missing_modules_end() {
        let files: &[(&str, u16, &[&str])] = &[
            ("a@v1.0.0", 16, &["b@v1.0.0"]),
            ("b@v1.0.0", 16, &["a@v1.0.1", "gone@v1.0.0"]),
        ];
        let selected = select(Pruning::Unpruned, files, &["a@v1.0.0"]);
        assert_eq!(selected, ["a@v1.0.1", "b@v1.0.0", "gone@v1.0.0"]);
    }
}
