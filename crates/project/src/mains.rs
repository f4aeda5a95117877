//! The modules that are worked on: one go.mod, or a go.work with several.

use std::path::{Component, Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::config::{Config, ModMode, WorkspaceMode};
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::directives::LineError;
use crate::fs::FileSystem;
use crate::gomod::{GoMod, Replace};
use crate::gowork::GoWork;
use crate::modules_txt::{ModulesTxt, Vendored};
use crate::mvs::ModuleVersion;
use crate::version::GoVersion;
use crate::walk;

/// The main modules, and the files beside them that steer a load.
pub(crate) struct Mains {
    pub(crate) modules: Vec<MainModule>,
    pub(crate) work: Option<Workspace>,
    /// Set in vendor mode.
    pub(crate) vendor: Option<Vendor>,
}

/// One main module.
pub(crate) struct MainModule {
    pub(crate) path: String,
    pub(crate) dir: PathBuf,
    /// The go.mod file, or what `-modfile` names; it may be missing.
    pub(crate) file: PathBuf,
    pub(crate) gomod: GoMod,
    /// False if `gomod` is made up, because no file could be read.
    pub(crate) is_written: bool,
    /// True for the module `std` itself: import paths are relative to its directory.
    pub(crate) is_std: bool,
}

pub(crate) struct Workspace {
    pub(crate) file: PathBuf,
    pub(crate) gowork: GoWork,
}

pub(crate) struct Vendor {
    pub(crate) dir: PathBuf,
    pub(crate) list: ModulesTxt,
    /// From Go 1.23 on, packages that modules.txt does not name are not there.
    pub(crate) only_listed: bool,
    /// Where in the list the module of each package is.
    by_package: FxHashMap<String, usize>,
}

/// A `replace` that counts, and the directory from which its own path is taken.
pub(crate) struct Replaced<'a> {
    pub(crate) line: &'a Replace,
    pub(crate) file: &'a Path,
    pub(crate) base: &'a Path,
}

impl Mains {
    /// Finds the main modules for `config.dir`. With `only_std` nobody asked for any.
    pub(crate) fn find(
        fs: &dyn FileSystem,
        config: &Config,
        only_std: bool,
        out: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut mains = Self {
            modules: Vec::new(),
            work: None,
            vendor: None,
        };
        let nearest = ancestor_with(fs, &config.dir, "go.mod");
        mains.read_workspace(fs, config, nearest.as_deref(), out);
        if mains.modules.is_empty() {
            mains.work = None;
            match nearest {
                Some(dir) => mains.modules.push(MainModule::read(fs, config, &dir, out)),
                None if only_std => mains.modules.push(MainModule::without_file(&config.dir)),
                None => mains.improvise(fs, config, out),
            }
        }
        mains.vendor = mains.find_vendor(fs, config, out);
        mains
    }

    fn read_workspace(
        &mut self,
        fs: &dyn FileSystem,
        config: &Config,
        nearest: Option<&Path>,
        out: &mut Vec<Diagnostic>,
    ) {
        let file = match &config.workspace {
            WorkspaceMode::Off => return,
            WorkspaceMode::File(file) => Some(file.clone()),
            WorkspaceMode::Search => {
                ancestor_with(fs, &config.dir, "go.work").map(|dir| dir.join("go.work"))
            }
        };
        let Some(file) = file else { return };
        let text = match fs.read(&file) {
            Ok(text) => text,
            Err(error) => {
                out.push(unreadable(&file, &error));
                return;
            }
        };
        let gowork = GoWork::parse(&text);
        report_lines(&file, &gowork.errors, out);
        let base = file.parent().unwrap_or(Path::new("")).to_path_buf();
        for used in &gowork.uses {
            let dir = clean(&base.join(&used.value));
            if !fs.is_file(&dir.join("go.mod")) {
                let message = format!("the workspace uses {:?}, where no go.mod is", used.value);
                out.push(
                    Diagnostic::new(DiagnosticKind::MissingModule, message).at(&file, used.line),
                );
                continue;
            }
            self.modules.push(MainModule::read(fs, config, &dir, out));
        }
        if let Some(nearest) = nearest
            && config.workspace == WorkspaceMode::Search
            && !self.modules.iter().any(|module| module.dir == nearest)
        {
            let message = format!(
                "the workspace does not use {}, which is analysed on its own",
                nearest.display()
            );
            out.push(Diagnostic::new(DiagnosticKind::ModuleConflict, message).at(&file, 0));
            self.modules.clear();
            return;
        }
        self.work = Some(Workspace { file, gowork });
    }

    /// Without go.mod: all modules below the directory, or else the directory as a module.
    fn improvise(&mut self, fs: &dyn FileSystem, config: &Config, out: &mut Vec<Diagnostic>) {
        let nested = walk::nested_modules(fs, &config.dir);
        for dir in &nested {
            self.modules.push(MainModule::read(fs, config, dir, out));
        }
        if !nested.is_empty() {
            let message = format!(
                "no go.mod here; the {} modules below are analysed as one workspace",
                nested.len()
            );
            out.push(Diagnostic::new(DiagnosticKind::Environment, message).at(&config.dir, 0));
            let file = config.dir.join("go.work");
            self.work = Some(Workspace {
                file,
                gowork: GoWork::default(),
            });
            return;
        }
        let module = MainModule::without_file(&config.dir);
        let message = format!(
            "no go.mod found; the directory is analysed as module {}",
            module.path
        );
        out.push(Diagnostic::new(DiagnosticKind::Environment, message).at(&config.dir, 0));
        self.modules.push(module);
    }

    fn find_vendor(
        &self,
        fs: &dyn FileSystem,
        config: &Config,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Vendor> {
        let (base, go_line) = match &self.work {
            Some(work) => (work.base(), work.gowork.go.as_ref()),
            None => (
                &*self.modules.first()?.dir,
                self.modules.first()?.gomod.go.as_ref(),
            ),
        };
        if matches!(config.mod_mode, Some(ModMode::Mod | ModMode::Readonly))
            || self.modules.first()?.is_std
        {
            return None;
        }
        let dir = base.join("vendor");
        let file = dir.join("modules.txt");
        if !fs.is_dir(&dir) {
            if config.mod_mode == Some(ModMode::Vendor) {
                let message = "-mod=vendor is set and there is no vendor directory";
                out.push(Diagnostic::new(DiagnosticKind::ModuleConflict, message).at(&dir, 0));
            }
            return None;
        }
        let text = fs.read(&file).unwrap_or_default();
        let list = ModulesTxt::parse(&text);
        if config.mod_mode.is_none() {
            let version = go_line.and_then(|go| GoVersion::parse(&go.value))?;
            if version < GoVersion::new(1, 14) || list.is_workspace != self.work.is_some() {
                return None;
            }
        }
        report_lines(&file, &list.errors, out);
        let only_listed = self.go_version() >= GoVersion::new(1, 23);
        let by_package = list.modules.iter().enumerate().flat_map(|(at, module)| {
            module
                .packages
                .iter()
                .map(move |package| (package.clone(), at))
        });
        let by_package = by_package.collect();
        Some(Vendor {
            dir,
            list,
            only_listed,
            by_package,
        })
    }

    /// The language version of the workspace, or of the only module.
    pub(crate) fn go_version(&self) -> GoVersion {
        match (&self.work, self.modules.first()) {
            (Some(work), _) => work.gowork.go_version(),
            (None, Some(module)) => module.gomod.go_version(),
            (None, None) => GoVersion::OF_BARE_MODULE,
        }
    }

    /// The main module of this path.
    pub(crate) fn get(&self, path: &str) -> Option<&MainModule> {
        self.modules.iter().find(|module| module.path == path)
    }

    /// The main module with the most specific directory around `dir`.
    pub(crate) fn containing(&self, dir: &Path) -> Option<&MainModule> {
        let around = self
            .modules
            .iter()
            .filter(|module| dir.starts_with(&module.dir));
        around.max_by_key(|module| module.dir.components().count())
    }

    /// What stands in for `module`. Lines for one version win over lines for all, and go.work wins
    /// over the go.mod files.
    pub(crate) fn replacement(&self, module: &ModuleVersion) -> Option<Replaced<'_>> {
        if self.get(&module.path).is_some() {
            return None;
        }
        let work = self
            .work
            .iter()
            .map(|work| (&work.gowork.replace, &*work.file, work.base()));
        let mods = self
            .modules
            .iter()
            .map(|main| (&main.gomod.replace, &*main.file, &*main.dir));
        work.chain(mods).find_map(|(lines, file, base)| {
            // Of two equal lines the last one counts.
            let find = |version: Option<&str>| {
                let mut lines = lines.iter().rev();
                lines.find(|it| it.path == *module.path && it.version.as_deref() == version)
            };
            let line = find(Some(&module.version)).or_else(|| find(None))?;
            Some(Replaced { line, file, base })
        })
    }

    /// All `replace` lines with their files: those of go.work, then those of the modules.
    pub(crate) fn replaces(&self) -> impl Iterator<Item = (&Path, &Replace)> {
        let work = self.work.iter().flat_map(|work| {
            let lines = work.gowork.replace.iter();
            lines.map(|line| (&*work.file, line))
        });
        let mods = self.modules.iter().flat_map(|main| {
            let lines = main.gomod.replace.iter();
            lines.map(|line| (&*main.file, line))
        });
        work.chain(mods)
    }

    /// The line that says that this version must not be used, and whose go.mod it is in.
    pub(crate) fn exclusion(&self, module: &ModuleVersion) -> Option<(&MainModule, u32)> {
        self.modules.iter().find_map(|main| {
            let mut lines = main.gomod.exclude.iter();
            let line = lines.find(|line| {
                let (path, version) = &line.value;
                *path == *module.path && *version == *module.version
            })?;
            Some((main, line.line))
        })
    }

    /// True if a main module says that this version must not be used.
    pub(crate) fn is_excluded(&self, module: &ModuleVersion) -> bool {
        self.exclusion(module).is_some()
    }

    /// The line that requires this version of a module, or else another one.
    pub(crate) fn require_line(&self, module: &ModuleVersion) -> Option<(&Path, u32)> {
        let of_module = || {
            self.modules.iter().flat_map(|main| {
                let lines = main.gomod.require.iter();
                let lines = lines.filter(|line| line.path == *module.path);
                lines.map(|line| (&*main.file, line))
            })
        };
        let exact = of_module().find(|(_, line)| line.version == *module.version);
        let (file, line) = exact.or_else(|| of_module().next())?;
        Some((file, line.line))
    }
}

impl Vendor {
    /// The module that modules.txt names for a package.
    pub(crate) fn module_of(&self, package: &str) -> Option<&Vendored> {
        self.by_package
            .get(package)
            .map(|&at| &self.list.modules[at])
    }
}

impl Workspace {
    /// The directory from which paths in go.work are taken.
    pub(crate) fn base(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }
}

impl MainModule {
    fn read(fs: &dyn FileSystem, config: &Config, dir: &Path, out: &mut Vec<Diagnostic>) -> Self {
        let file = match &config.mod_file {
            Some(file) => config.dir.join(file),
            None => dir.join("go.mod"),
        };
        let text = match fs.read(&file) {
            Ok(text) => text,
            Err(error) => {
                out.push(unreadable(&file, &error));
                return Self {
                    file,
                    ..Self::without_file(dir)
                };
            }
        };
        let gomod = GoMod::parse(&text);
        report_lines(&file, &gomod.errors, out);
        let path = if let Some(module) = &gomod.module {
            module.value.clone()
        } else {
            let fallback = Self::without_file(dir).path;
            let message = format!("no module line; taken to be `module {fallback}`");
            out.push(Diagnostic::new(DiagnosticKind::ModuleSyntax, message).at(&file, 0));
            fallback
        };
        let is_std = path == "std" && dir.ends_with("src") && fs.is_dir(&dir.join("runtime"));
        Self {
            path,
            dir: dir.to_path_buf(),
            file,
            gomod,
            is_written: true,
            is_std,
        }
    }

    fn without_file(dir: &Path) -> Self {
        let name = dir
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Self {
            path: name.unwrap_or_else(|| "main".to_owned()),
            dir: dir.to_path_buf(),
            file: dir.join("go.mod"),
            // What has no go.mod was never asked which language it wants: the newest.
            gomod: GoMod::parse(format!("go {}", GoVersion::NEWEST_KNOWN).as_bytes()),
            is_written: false,
            is_std: false,
        }
    }

    /// What import paths of its packages start with; empty for `std`.
    pub(crate) fn prefix(&self) -> &str {
        if self.is_std { "" } else { &self.path }
    }

    /// The import path of the package in `dir`, if the directory is inside.
    pub(crate) fn import_path(&self, dir: &Path) -> Option<String> {
        let inside = dir.strip_prefix(&self.dir).ok()?;
        let parts = inside
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        let prefix = Some(self.prefix().into())
            .filter(|prefix: &std::borrow::Cow<'_, str>| !prefix.is_empty());
        Some(
            prefix
                .into_iter()
                .chain(parts)
                .collect::<Vec<_>>()
                .join("/"),
        )
    }

    /// Its requirements, without the excluded versions.
    pub(crate) fn requirements(&self, mains: &Mains) -> Vec<ModuleVersion> {
        let all = self
            .gomod
            .require
            .iter()
            .map(|it| ModuleVersion::new(&it.path, &it.version));
        all.filter(|module| !mains.is_excluded(module)).collect()
    }
}

fn ancestor_with(fs: &dyn FileSystem, dir: &Path, name: &str) -> Option<PathBuf> {
    dir.ancestors()
        .find(|dir| fs.is_file(&dir.join(name)))
        .map(Path::to_path_buf)
}

/// Resolves `.` and `..` by the text alone, as the go command does.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let poppable =
                    matches!(cleaned.components().next_back(), Some(Component::Normal(_)));
                if poppable {
                    cleaned.pop();
                } else if !cleaned.has_root() {
                    cleaned.push("..");
                }
            }
            _ => cleaned.push(part),
        }
    }
    cleaned
}

pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(
        DiagnosticKind::Unreadable,
        format!("cannot be read: {error}"),
    )
    .at(path, 0)
}

pub(crate) fn report_lines(file: &Path, errors: &[LineError], out: &mut Vec<Diagnostic>) {
    out.extend(errors.iter().map(|error| {
        Diagnostic::new(DiagnosticKind::ModuleSyntax, &*error.message).at(file, error.line)
    }));
}
