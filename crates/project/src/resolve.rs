//! From an import path to a directory: the standard library, main modules, vendor directories and
//! the module cache, in the order of the go command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use crate::cache;
use crate::config::Config;
use crate::fs::{Entry, FileSystem};
use crate::gomod::GoMod;
use crate::mains::{MainModule, Mains, Vendor, clean};
use crate::mvs::{Graph, ModuleVersion, Pruning, Summary};
use crate::std_lib::{StdLib, may_be_std};
use crate::version::{self, GoVersion};
use crate::walk::has_go_files;

/// Finds packages. Shared by all threads of a load.
pub(crate) struct Resolver<'a> {
    pub(crate) fs: &'a dyn FileSystem,
    std_fs: &'a dyn FileSystem,
    pub(crate) config: &'a Config,
    pub(crate) mains: &'a Mains,
    std: Option<&'a StdLib>,
    pruning: Pruning,
    /// The modules that the main modules name, by path.
    roots: BTreeMap<Arc<str>, ModuleVersion>,
    graph: OnceLock<Graph>,
    module_roots: Mutex<FxHashMap<ModuleVersion, Result<ModuleRoot, Arc<str>>>>,
    summaries: Mutex<FxHashMap<ModuleVersion, Result<Summary, String>>>,
    module_marks: Mutex<FxHashMap<PathBuf, bool>>,
}

/// Where a module's files are.
#[derive(Clone)]
pub(crate) struct ModuleRoot {
    pub(crate) dir: Arc<Path>,
    /// True for directories that somebody edits: they may hold other modules.
    pub(crate) is_local: bool,
}

/// A package that was found.
pub(crate) struct Found {
    pub(crate) origin: Origin,
    pub(crate) dir: PathBuf,
    pub(crate) entries: Vec<Entry>,
}

/// Who gives a package.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Origin {
    Std,
    /// A module; main modules have an empty version.
    Module(ModuleVersion),
    /// The vendor directory; the module path is unknown if modules.txt does not list the package.
    Vendored(Option<ModuleVersion>),
}

/// Why there is no package.
#[derive(Clone, Debug)]
pub(crate) enum NotFound {
    Missing(String),
    Ambiguous(String),
    /// The module that should give it is not on this machine.
    NoModule(ModuleVersion, Arc<str>),
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(
        fs: &'a dyn FileSystem,
        std_fs: &'a dyn FileSystem,
        config: &'a Config,
        mains: &'a Mains,
        std: Option<&'a StdLib>,
    ) -> Self {
        let mut roots: BTreeMap<Arc<str>, ModuleVersion> = BTreeMap::new();
        let pruning = match (&mains.work, &mains.modules[..]) {
            (None, [main]) => {
                for module in main.requirements(mains) {
                    let slot = roots
                        .entry(module.path.clone())
                        .or_insert_with(|| module.clone());
                    if version::compare(&slot.version, &module.version).is_lt() {
                        *slot = module;
                    }
                }
                Pruning::for_main(main.gomod.go_version())
            }
            _ => Pruning::Workspace,
        };
        for main in &mains.modules {
            let module = ModuleVersion::new(&main.path, "");
            roots.insert(module.path.clone(), module);
        }
        Self {
            fs,
            std_fs,
            config,
            mains,
            std,
            pruning,
            roots,
            graph: OnceLock::new(),
            module_roots: Mutex::default(),
            summaries: Mutex::default(),
            module_marks: Mutex::default(),
        }
    }

    /// The package of this import path.
    pub(crate) fn find(&self, path: &str) -> Result<Found, NotFound> {
        if let Some(problem) = invalid_path(path) {
            return Err(NotFound::Missing(problem));
        }
        let mut found = Vec::new();
        if may_be_std(path)
            && let Some(package) = self.find_std(path)
        {
            return Ok(package);
        }
        // Modules may use such names too, as long as the library has no package there.
        if let Some(vendor) = &self.mains.vendor {
            self.find_vendored(path, vendor, &mut found);
            return self.only(path, found, &[]);
        }
        let mut failures = Vec::new();
        if self.pruning != Pruning::Unpruned || self.is_graph_broken() {
            self.find_in_modules(
                path,
                |prefix| self.roots.get(prefix).cloned(),
                &mut found,
                &mut failures,
            );
            if !found.is_empty() {
                return self.only(path, found, &failures);
            }
        }
        failures.clear();
        self.find_in_modules(
            path,
            |prefix| self.selected(prefix),
            &mut found,
            &mut failures,
        );
        self.only(path, found, &failures)
    }

    /// A package of the standard library, its own vendored ones (`vendor/...`) included.
    pub(crate) fn find_std(&self, path: &str) -> Option<Found> {
        let dir = self.std?.src.join(path);
        let entries = self.std_fs.list(&dir).ok()?;
        has_go_files(self.std_fs, &dir, &entries).then_some(Found {
            origin: Origin::Std,
            dir,
            entries,
        })
    }

    /// What an import of the standard library means: it has a vendor directory of its own.
    pub(crate) fn std_import(&self, path: &str) -> String {
        let vendored = format!("vendor/{path}");
        let is_vendored = !may_be_std(path)
            && self
                .std
                .is_some_and(|std| self.std_fs.is_dir(&std.src.join(&vendored)));
        if is_vendored {
            vendored
        } else {
            path.to_owned()
        }
    }

    fn find_vendored(&self, path: &str, vendor: &Vendor, found: &mut Vec<Found>) {
        for main in &self.mains.modules {
            found.extend(self.in_module(path, main.prefix(), &main.dir, true).map(
                |(dir, entries)| Found {
                    origin: Origin::Module(ModuleVersion::new(&main.path, "")),
                    dir,
                    entries,
                },
            ));
        }
        let listed = vendor.module_of(path);
        if listed.is_none() && vendor.only_listed {
            return;
        }
        let module = listed.map(|module| ModuleVersion::new(&module.path, &module.version));
        found.extend(
            self.in_module(path, "", &vendor.dir, false)
                .map(|(dir, entries)| Found {
                    origin: Origin::Vendored(module),
                    dir,
                    entries,
                }),
        );
    }

    fn find_in_modules(
        &self,
        path: &str,
        selected: impl Fn(&str) -> Option<ModuleVersion>,
        found: &mut Vec<Found>,
        failures: &mut Vec<(ModuleVersion, Arc<str>)>,
    ) {
        // Longer module paths first, to report the most specific failure.
        for end in prefix_ends(path) {
            let Some(module) = selected(&path[..end]) else {
                continue;
            };
            match self.module_root(&module) {
                Ok(root) => {
                    let package = self.in_module(path, &module.path, &root.dir, root.is_local);
                    found.extend(package.map(|(dir, entries)| Found {
                        origin: Origin::Module(module.clone()),
                        dir,
                        entries,
                    }));
                }
                Err(reason) => failures.push((module, reason)),
            }
        }
    }

    fn only(
        &self,
        path: &str,
        mut found: Vec<Found>,
        failures: &[(ModuleVersion, Arc<str>)],
    ) -> Result<Found, NotFound> {
        match found.len() {
            0 => {}
            1 => return Ok(found.remove(0)),
            _ => {
                let dirs: Vec<String> = found
                    .iter()
                    .map(|it| it.dir.display().to_string())
                    .collect();
                let message = format!("{path} is in two places: {}", dirs.join(" and "));
                return Err(NotFound::Ambiguous(message));
            }
        }
        if let Some((module, reason)) = failures.first() {
            return Err(NotFound::NoModule(module.clone(), reason.clone()));
        }
        Err(NotFound::Missing(self.missing_message(path)))
    }

    fn missing_message(&self, path: &str) -> String {
        if may_be_std(path) {
            return match self.std {
                Some(std) => format!(
                    "package {path} is not in std of Go {}, and patterns of directories start with ./",
                    std.version
                ),
                None => format!("package {path} is not found: there is no standard library"),
            };
        }
        if self.mains.vendor.is_some() {
            return format!("package {path} is not in the vendor directory");
        }
        let prefixes = prefix_ends(path);
        let module = prefixes
            .into_iter()
            .find_map(|end| self.selected(&path[..end]));
        match module {
            Some(module) => format!("module {module} has no package {path}"),
            None => format!("no required module provides package {path}"),
        }
    }

    /// The directory of a package inside a module, if it has Go files.
    fn in_module(
        &self,
        path: &str,
        prefix: &str,
        root: &Path,
        is_local: bool,
    ) -> Option<(PathBuf, Vec<Entry>)> {
        let inside = match path.strip_prefix(prefix)? {
            "" => "",
            inside if prefix.is_empty() => inside,
            inside => inside.strip_prefix('/')?,
        };
        let dir = if inside.is_empty() {
            root.to_path_buf()
        } else {
            root.join(inside)
        };
        if is_local && self.is_behind_module(root, &dir) {
            return None;
        }
        let entries = self.fs.list(&dir).ok()?;
        has_go_files(self.fs, &dir, &entries).then_some((dir, entries))
    }

    /// True if a directory on the way from `root` to `dir` is a module of its own.
    fn is_behind_module(&self, root: &Path, dir: &Path) -> bool {
        dir.ancestors().take_while(|&dir| dir != root).any(|dir| {
            if let Some(&known) = lock(&self.module_marks).get(dir) {
                return known;
            }
            let is_module = self.fs.is_file(&dir.join("go.mod"));
            lock(&self.module_marks).insert(dir.to_path_buf(), is_module);
            is_module
        })
    }

    /// The selected version of a module, by the whole graph.
    pub(crate) fn selected(&self, path: &str) -> Option<ModuleVersion> {
        if let Some(main) = self.mains.get(path) {
            return Some(ModuleVersion::new(&main.path, ""));
        }
        let (path, version) = self.graph().selected.get_key_value(path)?;
        Some(ModuleVersion {
            path: path.clone(),
            version: version.clone(),
        })
    }

    fn is_graph_broken(&self) -> bool {
        !self.graph().failed.is_empty()
    }

    /// The module graph; read when it is first needed.
    pub(crate) fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| {
            let roots: Vec<ModuleVersion> = match self.pruning {
                Pruning::Workspace => self.main_versions().collect(),
                _ => self
                    .roots
                    .values()
                    .filter(|root| !root.version.is_empty())
                    .cloned()
                    .collect(),
            };
            let mut graph = Graph::load(self.pruning, &roots, |module| self.summary(module));
            for main in self.main_versions() {
                graph.selected.insert(main.path, main.version);
            }
            graph
        })
    }

    fn main_versions(&self) -> impl Iterator<Item = ModuleVersion> + '_ {
        self.mains
            .modules
            .iter()
            .map(|main| ModuleVersion::new(&main.path, ""))
    }

    /// The language and requirements of a module, replacements applied.
    pub(crate) fn summary(&self, module: &ModuleVersion) -> Result<Summary, String> {
        if let Some(main) = self.main(module) {
            let require = main.requirements(self.mains);
            return Ok(Summary {
                go_version: main.gomod.go_version(),
                require,
            });
        }
        if let Some(known) = lock(&self.summaries).get(module) {
            return known.clone();
        }
        let summary = self.read_go_mod(module).map(|(_, gomod)| {
            let all = gomod
                .require
                .iter()
                .map(|it| ModuleVersion::new(&it.path, &it.version));
            let require = all
                .filter(|module| !self.mains.is_excluded(module))
                .collect();
            Summary {
                go_version: gomod.go_version(),
                require,
            }
        });
        lock(&self.summaries).insert(module.clone(), summary.clone());
        summary
    }

    pub(crate) fn main(&self, module: &ModuleVersion) -> Option<&'a MainModule> {
        if module.version.is_empty() {
            self.mains.get(&module.path)
        } else {
            None
        }
    }

    /// The go.mod of a module, replacements applied, and where it is.
    pub(crate) fn read_go_mod(&self, module: &ModuleVersion) -> Result<(PathBuf, GoMod), String> {
        let (actual, dir) = self.actual(module);
        let files = match dir {
            Some(dir) => vec![dir.join("go.mod")],
            None => vec![
                cache::download(&self.config.mod_cache, &actual, "mod"),
                cache::module_dir(&self.config.mod_cache, &actual).join("go.mod"),
            ],
        };
        for file in &files {
            if let Ok(text) = self.fs.read(file) {
                return Ok((file.clone(), GoMod::parse(&text)));
            }
        }
        Err(format!("its go.mod is not at {}", files[0].display()))
    }

    /// What stands in for a module, itself if nothing does; a directory if it is one.
    pub(crate) fn actual(&self, module: &ModuleVersion) -> (ModuleVersion, Option<PathBuf>) {
        let Some(replaced) = self.mains.replacement(module) else {
            return (module.clone(), None);
        };
        let line = replaced.line;
        if line.new_version.is_empty() {
            return (
                module.clone(),
                Some(clean(&replaced.base.join(&line.new_path))),
            );
        }
        (ModuleVersion::new(&line.new_path, &line.new_version), None)
    }

    /// Where a module's files are, or why they are not there.
    pub(crate) fn module_root(&self, module: &ModuleVersion) -> Result<ModuleRoot, Arc<str>> {
        if let Some(main) = self.main(module) {
            return Ok(ModuleRoot {
                dir: main.dir.as_path().into(),
                is_local: true,
            });
        }
        if let Some(known) = lock(&self.module_roots).get(module) {
            return known.clone();
        }
        let (actual, dir) = self.actual(module);
        let is_local = dir.is_some();
        let dir = dir.unwrap_or_else(|| cache::module_dir(&self.config.mod_cache, &actual));
        let root = if self.fs.is_dir(&dir) {
            Ok(ModuleRoot {
                dir: dir.into(),
                is_local,
            })
        } else if is_local {
            Err(format!("its replacement {} is not there", dir.display()).into())
        } else {
            Err(
                format!("{actual} is not in the module cache (`go mod download` fetches it)")
                    .into(),
            )
        };
        lock(&self.module_roots).insert(module.clone(), root.clone());
        root
    }

    /// The language version of a module.
    pub(crate) fn go_version(&self, module: &ModuleVersion) -> GoVersion {
        self.summary(module)
            .map_or(GoVersion::OF_BARE_MODULE, |summary| summary.go_version)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A map that a panicking thread left behind is whole: inserts are single steps.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The ends of `a/b/c`, `a/b` and `a`.
fn prefix_ends(path: &str) -> Vec<usize> {
    let slashes = path
        .bytes()
        .enumerate()
        .filter(|&(_, b)| b == b'/')
        .map(|(at, _)| at);
    let mut ends: Vec<usize> = slashes.chain([path.len()]).collect();
    ends.reverse();
    ends
}

fn invalid_path(path: &str) -> Option<String> {
    let is_relative =
        path == "." || path == ".." || path.starts_with("./") || path.starts_with("../");
    if is_relative {
        return Some(format!(
            "import path {path:?} is relative, which modules do not allow"
        ));
    }
    let bad_element =
        |element: &str| element.is_empty() || element.starts_with('.') && element.ends_with('.');
    let is_bad = path.contains(['@', '\\', ':', '\0', ' ']) || path.split('/').any(bad_element);
    is_bad.then(|| format!("import path {path:?} is not valid"))
}
