//! The import graph while it grows: nodes are found, scanned, and lead to more nodes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use contend_base::{Name, known};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::config::{Config, Tests};
use crate::context::BuildContext;
use crate::fs::FileSystem;
use crate::model::FileKind;
use crate::mvs::ModuleVersion;
use crate::patterns::Target;
use crate::resolve::{Found, NotFound, Origin, Resolver};
use crate::select::{Chosen, Scan, Scanner};
use crate::version::GoVersion;

/// The import graph. Node numbers follow the order of discovery, which the input alone decides.
#[derive(Default)]
pub(crate) struct ImportGraph {
    pub(crate) nodes: Vec<Node>,
    by_path: FxHashMap<Arc<str>, usize>,
}

/// A package that is wanted.
pub(crate) struct Node {
    pub(crate) path: Arc<str>,
    pub(crate) is_target: bool,
    pub(crate) is_named: bool,
    /// `None` only while the graph grows.
    pub(crate) state: Option<Result<Visit, NotFound>>,
}

/// What was found for a node.
pub(crate) struct Visit {
    pub(crate) origin: Origin,
    pub(crate) dir: PathBuf,
    pub(crate) go_version: GoVersion,
    pub(crate) scan: Scan,
    pub(crate) imports: Vec<Edge>,
    pub(crate) test_imports: Vec<Edge>,
    pub(crate) external_test_imports: Vec<Edge>,
    pub(crate) implicit: Vec<usize>,
}

/// An import as written, and the node it means.
#[derive(Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) path: Name,
    pub(crate) node: usize,
}

/// What a graph is grown from.
pub(crate) struct Grower<'a> {
    pub(crate) fs: &'a dyn FileSystem,
    pub(crate) std_fs: &'a dyn FileSystem,
    pub(crate) config: &'a Config,
    pub(crate) cx: &'a BuildContext,
    /// The context for files of the standard library, which may be for fewer platforms.
    pub(crate) std_cx: &'a BuildContext,
    pub(crate) resolver: &'a Resolver<'a>,
    pub(crate) std_version: GoVersion,
}

/// A visit whose imports are not yet numbers.
struct Raw {
    found: (Origin, PathBuf),
    go_version: GoVersion,
    scan: Scan,
    /// Paths as written and as meant, for the three lists of files.
    imports: [Vec<(Name, Arc<str>)>; 3],
    implicit: Vec<&'static str>,
}

impl Grower<'_> {
    /// Visits the targets and everything they import, wave by wave.
    pub(crate) fn grow(&self, targets: Vec<Target>) -> ImportGraph {
        let mut graph = ImportGraph::default();
        let mut wave: Vec<(usize, Option<Found>)> = Vec::new();
        for target in targets {
            let (at, is_new) = graph.node(&target.path);
            graph.nodes[at].is_target = true;
            graph.nodes[at].is_named |= target.is_named;
            if is_new {
                wave.push((at, target.found));
            }
        }
        while !wave.is_empty() {
            let jobs: Vec<_> = wave
                .into_iter()
                .map(|(at, found)| {
                    (
                        at,
                        graph.nodes[at].path.clone(),
                        graph.nodes[at].is_target,
                        found,
                    )
                })
                .collect();
            let results: Vec<_> = jobs
                .into_par_iter()
                .map(|(at, path, is_target, found)| (at, self.visit(&path, is_target, found)))
                .collect();
            wave = Vec::new();
            for (at, result) in results {
                let state = result.map(|raw| graph.connect(raw, &mut wave));
                graph.nodes[at].state = Some(state);
            }
        }
        graph
    }

    fn visit(&self, path: &str, is_target: bool, found: Option<Found>) -> Result<Raw, NotFound> {
        let found = found.map_or_else(|| self.resolver.find(path), Ok)?;
        let is_std = found.origin == Origin::Std;
        let go_version = self.language(&found.origin);
        let scanner = Scanner {
            fs: if is_std { self.std_fs } else { self.fs },
            cx: if is_std { self.std_cx } else { self.cx },
            dir: &found.dir,
            go_version,
            with_tests: is_target && self.config.tests != Tests::Skip,
        };
        let scan = scanner.scan(&found.entries);
        let load_tests = is_target && self.config.tests == Tests::Load;
        let tests: [&[Chosen]; 2] = if load_tests {
            [&scan.tests, &scan.external_tests]
        } else {
            [&[], &[]]
        };
        let imports =
            [&scan.files[..], tests[0], tests[1]].map(|files| self.imports(files, is_std));
        let implicit = self.implicit(path, &scan, is_std);
        Ok(Raw {
            found: (found.origin, found.dir),
            go_version,
            scan,
            imports,
            implicit,
        })
    }

    fn language(&self, origin: &Origin) -> GoVersion {
        match origin {
            Origin::Std => self.std_version,
            Origin::Module(module) => self.resolver.go_version(module),
            Origin::Vendored(module) => {
                let vendor = self.resolver.mains.vendor.as_ref();
                let listed = vendor.zip(module.as_ref()).and_then(|(vendor, module)| {
                    vendor
                        .list
                        .modules
                        .iter()
                        .find(|it| it.path == *module.path)
                });
                listed
                    .and_then(|module| module.go)
                    .unwrap_or(GoVersion::OF_BARE_MODULE)
            }
        }
    }

    fn imports(&self, files: &[Chosen], is_std: bool) -> Vec<(Name, Arc<str>)> {
        let all = files.iter().flat_map(|chosen| &chosen.imports);
        let mut paths: Vec<&'static str> = all.map(|(path, _)| path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.retain(|path| *path != known::C.as_str());
        let meant = |path: &'static str| -> Arc<str> {
            if is_std {
                self.resolver.std_import(path).into()
            } else {
                path.into()
            }
        };
        paths
            .into_iter()
            .map(|path| (Name::intern(path), meant(path)))
            .collect()
    }

    /// What a build adds to the imports: see `cmd/go/internal/load`, Go 1.26.
    fn implicit(&self, path: &str, scan: &Scan, is_std: bool) -> Vec<&'static str> {
        let mut added = Vec::new();
        let is_cgo = scan
            .files
            .iter()
            .any(|chosen| chosen.file.kind == FileKind::Cgo);
        let is_swig = scan
            .others
            .iter()
            .any(|it| it.ends_with(".swig") || it.ends_with(".swigcxx"));
        if is_cgo || is_swig {
            added.push("unsafe");
            if !(is_std && path == "runtime/cgo") {
                added.push("runtime/cgo");
            }
            let early = [
                "runtime/cgo",
                "runtime/race",
                "runtime/msan",
                "runtime/asan",
            ];
            if !(is_std && early.contains(&path)) {
                added.push("syscall");
            }
        }
        if is_swig {
            added.push("sync");
        }
        if scan.name == Some(known::MAIN) && !scan.files.is_empty() {
            added.push("runtime");
            if self.cx.goarch == "arm" {
                added.push("math");
            }
            for mode in &self.config.instrumentation {
                added.push(match &**mode {
                    "race" => "runtime/race",
                    "msan" => "runtime/msan",
                    _ => "runtime/asan",
                });
            }
        }
        added
    }
}

impl ImportGraph {
    /// The node of an import path; true if it is new.
    fn node(&mut self, path: &str) -> (usize, bool) {
        if let Some(&at) = self.by_path.get(path) {
            return (at, false);
        }
        let at = self.nodes.len();
        let path: Arc<str> = path.into();
        self.by_path.insert(path.clone(), at);
        self.nodes.push(Node {
            path,
            is_target: false,
            is_named: false,
            state: None,
        });
        (at, true)
    }

    fn connect(&mut self, raw: Raw, wave: &mut Vec<(usize, Option<Found>)>) -> Visit {
        let mut reach = |path: &str| {
            let (node, is_new) = self.node(path);
            if is_new {
                wave.push((node, None));
            }
            node
        };
        let [imports, test_imports, external_test_imports] = raw.imports.map(|list| {
            list.into_iter()
                .map(|(path, meant)| Edge {
                    path,
                    node: reach(&meant),
                })
                .collect()
        });
        let implicit = raw.implicit.into_iter().map(reach).collect();
        let (origin, dir) = raw.found;
        Visit {
            origin,
            dir,
            go_version: raw.go_version,
            scan: raw.scan,
            imports,
            test_imports,
            external_test_imports,
            implicit,
        }
    }
}

impl Node {
    /// The visit, if the package was found.
    pub(crate) fn visit(&self) -> Option<&Visit> {
        self.state.as_ref()?.as_ref().ok()
    }
}

impl Visit {
    /// The module the package is from.
    pub(crate) fn module(&self) -> Option<&ModuleVersion> {
        match &self.origin {
            Origin::Std | Origin::Vendored(None) => None,
            Origin::Module(module) | Origin::Vendored(Some(module)) => Some(module),
        }
    }

    /// True if no file at all belongs to the build.
    pub(crate) fn is_empty(&self) -> bool {
        self.scan.files.is_empty()
            && self.scan.tests.is_empty()
            && self.scan.external_tests.is_empty()
    }

    /// The directory, shared.
    pub(crate) fn shared_dir(&self) -> Arc<Path> {
        self.dir.as_path().into()
    }
}
