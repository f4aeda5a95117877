//! Typing many packages: declarations in import order, then bodies, all threads at work.

use std::sync::atomic::{AtomicUsize, Ordering};

use contend_syntax::ast::DeclId;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Info, PkgId, World};

/// The import graph of the packages to resolve.
struct Graph {
    packages: Vec<PkgId>,
    /// How many imports of each package are not resolved yet.
    waits_for: Vec<AtomicUsize>,
    /// The packages that import each package.
    importers: Vec<Vec<usize>>,
}

impl World {
    /// Resolves the declarations of `packages` and of everything they import. Each package starts
    /// as soon as its last import is done.
    pub fn check_all_declarations(&self, packages: &[PkgId]) {
        let graph = self.graph(packages);
        let ready: Vec<usize> = (0..graph.packages.len())
            .filter(|&at| graph.waits_for[at].load(Ordering::Relaxed) == 0)
            .collect();
        let graph = &graph;
        rayon::scope(|scope| {
            for at in ready {
                scope.spawn(move |scope| self.resolve_and_release(graph, at, scope));
            }
        });
    }

    fn resolve_and_release<'s>(&'s self, graph: &'s Graph, at: usize, scope: &rayon::Scope<'s>) {
        self.check_declarations(graph.packages[at]);
        for &importer in &graph.importers[at] {
            // The last import to finish starts the importer.
            if graph.waits_for[importer].fetch_sub(1, Ordering::AcqRel) == 1 {
                scope.spawn(move |scope| self.resolve_and_release(graph, importer, scope));
            }
        }
    }

    /// All packages below `packages`, without those that are resolved.
    fn graph(&self, packages: &[PkgId]) -> Graph {
        let mut seen: FxHashSet<PkgId> = FxHashSet::default();
        let mut all = Vec::new();
        let mut work = packages.to_vec();
        while let Some(package) = work.pop() {
            if self.package(package).scope.get().is_some() || !seen.insert(package) {
                continue;
            }
            all.push(package);
            work.extend(self.imports_of(package));
        }
        // Packages were added after their imports: the order of ids is one of work.
        all.sort_unstable();
        let place: FxHashMap<PkgId, usize> = all
            .iter()
            .enumerate()
            .map(|(at, &package)| (package, at))
            .collect();
        let mut importers = vec![Vec::new(); all.len()];
        let mut waits_for = Vec::with_capacity(all.len());
        for (at, &package) in all.iter().enumerate() {
            let mut imports: Vec<usize> = self
                .imports_of(package)
                .filter_map(|import| place.get(&import).copied())
                .collect();
            imports.sort_unstable();
            imports.dedup();
            // An import that was added later is a cycle in disguise: nobody waits for it.
            imports.retain(|&import| import < at);
            waits_for.push(AtomicUsize::new(imports.len()));
            for import in imports {
                importers[import].push(at);
            }
        }
        Graph {
            packages: all,
            waits_for,
            importers,
        }
    }

    fn imports_of(&self, package: PkgId) -> impl Iterator<Item = PkgId> {
        self.package(package).source.imports.values().copied()
    }

    /// Resolves the declarations of `targets` and all they import, then types the bodies of
    /// `targets`. Each [`Info`] is given to `sink`, in no particular order and from any thread,
    /// so that it may be used and dropped while others are made.
    pub fn check_all(&self, targets: &[PkgId], sink: impl Fn(Info) + Sync) {
        self.check_all_declarations(targets);
        let files: Vec<(PkgId, u32)> = targets
            .iter()
            .flat_map(|&package| {
                let count = self.package(package).source.files.len() as u32;
                (0..count).map(move |file| (package, file))
            })
            .collect();
        files.into_par_iter().for_each(|(package, file)| {
            let decls: &[DeclId] = &self.package(package).source.files[file as usize]
                .parsed
                .tree
                .top_level;
            for &decl in decls {
                sink(self.check_decl(package, file, decl));
            }
        });
    }
}
