//! The type checker's own test files of the Go distribution, `internal/types/testdata`: every file
//! is typed without a panic, and those that Go finds no fault with have no errors.
//!
//! What contend says of the files with errors is not judged: it reports only what leaves something
//! unresolved.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use contend_base::{Name, SourceMap};
use contend_project::{Config, Disk, load};
use contend_types::{GoVersion, PackageFile, PackageSource, PkgId, Sizes, World};
use rustc_hash::FxHashMap;

use crate::go::Toolchain;
use crate::report::{Outcome, Report};

/// Folders of single files; in all others the files of a folder are one package.
const FOLDERS_OF_FILES: [&str; 4] = ["check", "examples", "fixedbugs", "spec"];
/// How many units with unexpected errors a failed step shows.
const SHOWN: usize = 10;
/// The newest language version, for files that name none.
const NEWEST: u16 = 27;

/// Files that are typed together.
struct Unit {
    name: String,
    /// Path and text.
    files: Vec<(PathBuf, Arc<[u8]>)>,
}

impl Unit {
    /// Go finds no fault: no comment announces an error.
    fn is_valid(&self) -> bool {
        let announces = |text: &[u8]| String::from_utf8_lossy(text).contains("ERROR");
        !self.files.iter().any(|(_, text)| announces(text))
    }
}

/// Adds the step to a run.
pub(crate) fn test(go: &Toolchain, report: &mut Report) {
    report.add("types testdata", ask(go));
}

fn ask(go: &Toolchain) -> anyhow::Result<Outcome> {
    let goroot = PathBuf::from(go.env("GOROOT")?);
    let root = goroot.join("src/internal/types/testdata");
    let mut units = Vec::new();
    collect(&root, &mut units)?;
    let suite = Suite::new(&goroot, &units);

    let (mut valid, mut clean, mut foreign) = (0, 0, 0);
    let mut faults = Vec::new();
    for unit in &units {
        let Some(errors) = suite.errors(unit) else {
            faults.push(format!("{}: panic", unit.name));
            continue;
        };
        if !unit.is_valid() {
            continue;
        }
        valid += 1;
        // Go's own tests predeclare a function that the language does not have.
        let uses_assert = errors.iter().any(|error| error == "undefined: assert");
        match errors.first() {
            None => clean += 1,
            Some(_) if uses_assert => foreign += 1,
            Some(first) => faults.push(format!("{}: {first}", unit.name)),
        }
    }
    let counts = format!(
        "{} units without panic, {clean} of {valid} valid ones without errors, {foreign} use a \
         function that only Go's tests declare",
        units.len()
    );
    if faults.is_empty() && 0 < clean {
        return Ok(Outcome::Passed(counts));
    }
    faults.truncate(SHOWN);
    Ok(Outcome::Failed(format!("{counts}\n{}", faults.join("\n"))))
}

/// The units below a folder, in order of path.
fn collect(dir: &Path, units: &mut Vec<Unit>) -> anyhow::Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry?.path());
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            collect(&path, units)?;
        } else if path.extension().is_some_and(|extension| extension == "go") {
            let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            files.push((path, Arc::from(text)));
        }
    }
    if FOLDERS_OF_FILES.iter().any(|name| dir.ends_with(name)) {
        units.extend(files.into_iter().map(|file| Unit {
            name: file.0.display().to_string(),
            files: vec![file],
        }));
    } else if !files.is_empty() {
        let name = dir.display().to_string();
        units.push(Unit { name, files });
    }
    Ok(())
}

/// A world with the packages of the standard library that the units import.
struct Suite {
    world: World,
    files: SourceMap,
    library: FxHashMap<Name, PkgId>,
}

impl Suite {
    fn new(goroot: &Path, units: &[Unit]) -> Self {
        let mut suite = Self {
            world: World::new(Sizes::default()),
            files: SourceMap::default(),
            library: FxHashMap::default(),
        };
        let mut config = Config::new(goroot.join("src"));
        config.goroot = Some(goroot.to_owned());
        let patterns: Vec<String> = imports(units).into_iter().collect();
        let project = load(&Disk, &config, &patterns);
        let mut ids = FxHashMap::default();
        for id in project.topological() {
            let package = project.package(id);
            let files = package.files.iter().map(|file| {
                let version = (file.go_version.major, file.go_version.minor);
                suite.file(&file.path, &file.text, version)
            });
            let imported = |it: &contend_project::Import| Some((it.path, *ids.get(&it.package?)?));
            let package_id = suite.world.add_package(PackageSource {
                path: package.import_path,
                name: package.name,
                files: files.collect(),
                imports: package.imports.iter().filter_map(imported).collect(),
            });
            ids.insert(id, package_id);
            suite.library.insert(package.import_path, package_id);
        }
        let all: Vec<PkgId> = project.topological().iter().map(|id| ids[id]).collect();
        suite.world.check_all_declarations(&all);
        suite
    }

    fn file(&self, path: &str, text: &Arc<[u8]>, (major, minor): (u16, u16)) -> PackageFile {
        PackageFile {
            file: self.files.add(path, Arc::clone(text)),
            text: Arc::clone(text),
            parsed: Arc::new(contend_syntax::parse(text)),
            go_version: GoVersion { major, minor },
        }
    }

    /// All errors of a unit, those of the parser first; `None` if typing it panicked.
    fn errors(&self, unit: &Unit) -> Option<Vec<String>> {
        let attempt = || {
            let file = |(path, text): &(PathBuf, Arc<[u8]>)| {
                self.file(&path.to_string_lossy(), text, (1, language(text)))
            };
            let files: Vec<PackageFile> = unit.files.iter().map(file).collect();
            let syntax = files.iter().flat_map(|file| &file.parsed.errors);
            let mut errors: Vec<String> = syntax.map(|error| error.message.clone()).collect();
            let package = self.world.add_package(PackageSource {
                path: Name::intern(&unit.name),
                name: Name::intern("p"),
                files,
                imports: self.library.clone(),
            });
            self.world.check_declarations(package);
            let infos = self.world.check_package(package);
            let found = infos.iter().flat_map(|info| &info.errors);
            errors.extend(found.map(|error| error.message.clone()));
            errors
        };
        catch_unwind(AssertUnwindSafe(attempt)).ok()
    }
}

/// Import paths that the units mention, `C` aside.
fn imports(units: &[Unit]) -> BTreeSet<String> {
    let texts = units
        .iter()
        .flat_map(|unit| &unit.files)
        .map(|(_, text)| text);
    let mut paths = BTreeSet::new();
    for text in texts {
        let parsed = contend_syntax::parse(text);
        let written = parsed
            .tree
            .imports
            .iter()
            .map(|import| import.path.as_str());
        let standard = |path: &&str| !path.is_empty() && *path != "C" && !path.contains('.');
        paths.extend(written.filter(standard).map(str::to_owned));
    }
    paths
}

/// The minor language version that the first line of a file asks for by `-lang=go1.17`.
fn language(text: &[u8]) -> u16 {
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    let version = first.split("-lang=go1.").nth(1);
    let digits = version.and_then(|rest| rest.split_whitespace().next());
    digits
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(NEWEST)
}
