//! The dependency snapshot: which modules and packages a build uses, and where the files that say
//! so disagree.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use contend_project::{Diagnostic, DiagnosticKind, Module, Package, PackageId, Project, Variant};
use schemars::JsonSchema;
use serde::Serialize;

use crate::summary::count;
use crate::{Paths, Style};

/// The version of the snapshot format; see [`crate::SCHEMA_VERSION`].
const DEPS_SCHEMA_VERSION: &str = "1.0";

/// A loaded project as a dependency snapshot.
pub struct Dependencies<'a> {
    /// The project, loaded with its tests.
    pub project: &'a Project,
    /// How paths are shown.
    pub paths: Paths,
}

/// What `contend deps --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "contend dependencies")]
struct Snapshot<'a> {
    /// Version of this format; the first number changes when old readers would misread it.
    schema_version: &'static str,
    /// What was asked for; the files differ from build to build.
    build: Build<'a>,
    /// Modules that the build uses: main modules first, then by path.
    modules: Vec<ModuleRecord<'a>>,
    /// What the main modules exclude, by line; whether the build knows the module or not.
    excluded: Vec<ExclusionRecord<'a>>,
    /// The import graph, by import path; the standard library included.
    packages: Vec<PackageRecord<'a>>,
    /// Where go.mod, go.sum, go.work and vendor/modules.txt disagree, by file and line.
    conflicts: Vec<Problem<'a>>,
    /// What else went wrong, by file and line.
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Build<'a> {
    goos: &'a str,
    goarch: &'a str,
    cgo: bool,
    /// Tags that hold beside those of the platform and the release.
    tags: &'a BTreeSet<String>,
    /// The version of the standard library, such as 1.26.
    go_version: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Module")]
struct ModuleRecord<'a> {
    path: &'a str,
    /// The selected version; null for main modules.
    version: Option<&'a str>,
    /// What stands in for it.
    replace: Option<Replace<'a>>,
    /// The module that is worked on, or one of the workspace.
    main: bool,
    /// A main module requires it without an `// indirect` mark.
    direct: bool,
    /// Its packages come from a vendor directory.
    vendored: bool,
    /// A main module excludes this very version.
    excluded: bool,
    /// Its author took this version back; null if not, as far as the module cache knows.
    retracted: Option<Retracted<'a>>,
    /// The language version of its files.
    go_version: String,
    /// How many of its packages the build uses, tests included.
    packages: usize,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
struct Replace<'a> {
    /// A module path, or a directory as written.
    path: &'a str,
    /// Null for directories.
    version: Option<&'a str>,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
struct Retracted<'a> {
    /// The version of the module whose go.mod says so.
    told_by: &'a str,
    /// Why; may be empty.
    reason: &'a str,
}

/// A version that a main module excludes, with the line that says so.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Exclusion")]
struct ExclusionRecord<'a> {
    module: &'a str,
    version: &'a str,
    path: String,
    /// From 1.
    line: u32,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Package")]
struct PackageRecord<'a> {
    import_path: &'a str,
    /// The path of its module; null for the standard library.
    module: Option<&'a str>,
    /// The version of its module; null for main modules and the standard library.
    version: Option<&'a str>,
    replace: Option<Replace<'a>>,
    direct: bool,
    vendored: bool,
    /// It is one of those that were asked for.
    target: bool,
    /// Import paths, sorted.
    imports: Vec<&'a str>,
    /// What only its tests import, sorted; known for targets.
    test_imports: Vec<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct Problem<'a> {
    message: &'a str,
    path: Option<String>,
    /// From 1; null for the file as a whole.
    line: Option<u32>,
    /// The place that it contradicts.
    other: Option<Spot>,
}

#[derive(Serialize, JsonSchema)]
struct Spot {
    path: String,
    /// From 1; null for the file as a whole.
    line: Option<u32>,
}

/// The JSON schema of what [`Dependencies::write_json`] writes, indented, with a line end.
pub fn dependencies_schema() -> String {
    let schema = schemars::schema_for!(Snapshot);
    format!("{:#}\n", schema.as_value())
}

impl Dependencies<'_> {
    /// True if the files that describe modules disagree.
    pub fn has_conflicts(&self) -> bool {
        self.project.diagnostics.iter().any(is_conflict)
    }

    /// Writes the JSON document, indented, with a line end.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &self.snapshot())?;
        writeln!(out)
    }

    /// Writes the modules as a table, then the conflicts and other problems.
    pub fn write_text(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let snapshot = self.snapshot();
        let is_std = |package: &&PackageRecord| package.module.is_none();
        let n_std = snapshot.packages.iter().filter(is_std).count();
        let (mains, others): (Vec<_>, Vec<_>) = snapshot.modules.iter().partition(|it| it.main);
        for module in mains {
            let packages = count(module.packages, "package");
            let path = style.bold(module.path);
            writeln!(out, "{path} (go {}, {packages})", module.go_version)?;
        }
        let width = |text: fn(&ModuleRecord) -> usize| others.iter().map(|it| text(it)).max();
        let path_width = width(|it| it.path.len()).unwrap_or(0);
        let version_width = width(|it| it.version.unwrap_or_default().len()).unwrap_or(0);
        for module in &others {
            let version = module.version.unwrap_or_default();
            write!(
                out,
                "  {:path_width$}  {version:version_width$}",
                module.path
            )?;
            writeln!(out, "  {}", remarks(module))?;
        }
        let go_version = &snapshot.build.go_version;
        let packages = count(n_std, "package");
        writeln!(out, "  standard library of Go {go_version} ({packages})")?;
        for it in &snapshot.excluded {
            let mark = style.bold("excluded:");
            writeln!(
                out,
                "{mark} {}:{}: {} {}",
                it.path, it.line, it.module, it.version
            )?;
        }
        let marked = |mark: &'static str| move |problem| (mark, problem);
        let conflicts = snapshot.conflicts.iter().map(marked("conflict:"));
        for (mark, problem) in conflicts.chain(snapshot.problems.iter().map(marked("problem:"))) {
            let place = match (&problem.path, problem.line) {
                (Some(path), Some(line)) => format!("{path}:{line}: "),
                (Some(path), None) => format!("{path}: "),
                (None, _) => String::new(),
            };
            writeln!(out, "{} {place}{}", style.yellow(mark), problem.message)?;
        }
        Ok(())
    }

    fn snapshot(&self) -> Snapshot<'_> {
        let project = self.project;
        let context = &project.context;
        let (conflicts, problems): (Vec<_>, Vec<_>) =
            project.diagnostics.iter().partition(|it| is_conflict(it));
        Snapshot {
            schema_version: DEPS_SCHEMA_VERSION,
            build: Build {
                goos: &context.goos,
                goarch: &context.goarch,
                cgo: context.cgo,
                tags: &context.tags,
                go_version: project.go_version.to_string(),
            },
            modules: self.modules(),
            excluded: self.excluded(),
            packages: self.packages(),
            conflicts: conflicts.into_iter().map(|it| self.problem(it)).collect(),
            problems: problems.into_iter().map(|it| self.problem(it)).collect(),
        }
    }

    fn modules(&self) -> Vec<ModuleRecord<'_>> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, package) in plain(self.project) {
            if let Some(id) = package.module {
                *counts.entry(&self.project.module(id).path).or_default() += 1;
            }
        }
        let modules = self.project.modules.iter().map(|module| ModuleRecord {
            path: &module.path,
            version: non_empty(&module.version),
            replace: replace(module),
            main: module.is_main,
            direct: module.is_direct,
            vendored: module.is_vendored,
            excluded: module.is_excluded,
            retracted: module.retraction.as_ref().map(|it| Retracted {
                told_by: &it.told_by,
                reason: &it.reason,
            }),
            go_version: module.go_version.to_string(),
            packages: counts.get(module.path.as_str()).copied().unwrap_or(0),
        });
        modules.collect()
    }

    fn packages(&self) -> Vec<PackageRecord<'_>> {
        let mut test_imports: BTreeMap<PackageId, BTreeSet<&str>> = BTreeMap::new();
        for package in &self.project.packages {
            if let Variant::ForTest(of) | Variant::ExternalTest(of) = package.variant
                && package.is_target
            {
                test_imports.entry(of).or_default().extend(imports(package));
            }
        }
        let packages = plain(self.project).map(|(id, package)| {
            let imports: BTreeSet<&str> = imports(package).collect();
            let mut test_imports = test_imports.remove(&id).unwrap_or_default();
            test_imports.retain(|path| !imports.contains(path));
            self.package(
                package,
                Vec::from_iter(imports),
                Vec::from_iter(test_imports),
            )
        });
        packages.collect()
    }

    fn package<'a>(
        &'a self,
        package: &'a Package,
        imports: Vec<&'a str>,
        test_imports: Vec<&'a str>,
    ) -> PackageRecord<'a> {
        let module = package.module.map(|id| self.project.module(id));
        PackageRecord {
            import_path: package.import_path.as_str(),
            module: module.map(|it| it.path.as_str()),
            version: module.and_then(|it| non_empty(&it.version)),
            replace: module.and_then(replace),
            direct: module.is_some_and(|it| it.is_direct),
            vendored: module.is_some_and(|it| it.is_vendored),
            target: package.is_target,
            imports,
            test_imports,
        }
    }

    fn excluded(&self) -> Vec<ExclusionRecord<'_>> {
        let lines = self.project.excluded.iter();
        let records = lines.map(|it| ExclusionRecord {
            module: &it.path,
            version: &it.version,
            path: self.shown(&it.file),
            line: it.line,
        });
        records.collect()
    }

    fn problem<'a>(&self, diagnostic: &'a Diagnostic) -> Problem<'a> {
        let other = diagnostic.other.as_ref().map(|(path, line)| Spot {
            path: self.shown(path),
            line: from_1(*line),
        });
        Problem {
            message: &diagnostic.message,
            path: diagnostic.file.as_ref().map(|path| self.shown(path)),
            line: from_1(diagnostic.line),
            other,
        }
    }

    fn shown(&self, path: &Path) -> String {
        self.paths.show(&path.to_string_lossy()).into_owned()
    }
}

fn from_1(line: u32) -> Option<u32> {
    (0 < line).then_some(line)
}

fn is_conflict(diagnostic: &Diagnostic) -> bool {
    diagnostic.kind == DiagnosticKind::ModuleConflict
}

fn plain(project: &Project) -> impl Iterator<Item = (PackageId, &Package)> {
    project
        .packages()
        .filter(|(_, package)| package.variant == Variant::Plain)
}

fn imports(package: &Package) -> impl Iterator<Item = &str> {
    package.imports.iter().map(|import| import.path.as_str())
}

fn replace(module: &Module) -> Option<Replace<'_>> {
    let replace = module.replace.as_ref()?;
    Some(Replace {
        path: &replace.path,
        version: non_empty(&replace.version),
    })
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// `direct, vendored, 3 packages, replaced by ../x`
fn remarks(module: &ModuleRecord) -> String {
    let mut remarks = vec![if module.direct { "direct" } else { "indirect" }.to_owned()];
    if module.vendored {
        remarks.push("vendored".to_owned());
    }
    remarks.push(count(module.packages, "package"));
    if let Some(Replace { path, version }) = module.replace {
        let version = version
            .map(|version| format!(" {version}"))
            .unwrap_or_default();
        remarks.push(format!("replaced by {path}{version}"));
    }
    if module.excluded {
        remarks.push("excluded".to_owned());
    }
    if let Some(Retracted { told_by, reason }) = module.retracted {
        let separator = if reason.is_empty() { "" } else { ": " };
        remarks.push(format!("retracted by {told_by}{separator}{reason}"));
    }
    remarks.join(", ")
}
