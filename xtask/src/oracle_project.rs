//! Compares the packages that `project` finds with those of `go list -deps -json`: which packages,
//! which files in which list, and what each import means.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use contend_project::{
    Config, Disk, FileKind, GoVersion, Package, Project, Tests, Variant, WorkspaceMode, load,
};
use serde::Deserialize;

use crate::go::Toolchain;
use crate::oracle;
use crate::report::{Outcome, Report};
use crate::workspace;

const TARGETS: [&str; 6] = ["std", "grpc", "nats", "etcd", "caddy", "prometheus"];
const TAGS: &str = "netgo,purego";
/// How many differing packages a failed step shows.
const SHOWN: usize = 12;

/// One build to compare.
#[derive(Clone, Copy)]
struct Build {
    goos: &'static str,
    goarch: &'static str,
    cgo: bool,
    tags: &'static str,
    tests: bool,
}

/// The platforms of the project's promise, each with and without tags, and the native one also
/// without cgo and with tests.
fn builds() -> Vec<Build> {
    let plain = Build {
        goos: "linux",
        goarch: "amd64",
        cgo: true,
        tags: "",
        tests: false,
    };
    let mut builds = Vec::new();
    for (goos, goarch) in [("linux", "amd64"), ("windows", "amd64"), ("linux", "arm64")] {
        let cgo = (goos, goarch) == ("linux", "amd64");
        for tags in ["", TAGS] {
            builds.push(Build {
                goos,
                goarch,
                cgo,
                tags,
                ..plain
            });
        }
    }
    builds.push(Build {
        cgo: false,
        ..plain
    });
    builds.push(Build {
        goos: "darwin",
        goarch: "arm64",
        cgo: true,
        ..plain
    });
    builds.push(Build {
        tests: true,
        ..plain
    });
    builds
}

impl Build {
    fn name(self) -> String {
        let cgo = if self.cgo { " cgo" } else { "" };
        let tags = if self.tags.is_empty() { "" } else { " tags" };
        let tests = if self.tests { " tests" } else { "" };
        format!("{}/{}{cgo}{tags}{tests}", self.goos, self.goarch)
    }
}

/// Runs the oracle over the targets named in `args` (`std` and names of corpus/modules.txt), or
/// over std and five modules.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let named: Vec<&str> = args
        .iter()
        .map(String::as_str)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    let names = if named.is_empty() {
        TARGETS.to_vec()
    } else {
        named
    };
    let go = Toolchain::find_or_install()?;
    let mut report = Report::default();
    for name in names {
        for build in builds() {
            let title = format!("project {name} {}", build.name());
            report.add(&title, compare(&go, name, build));
        }
    }
    report.close()
}

fn compare(go: &Toolchain, name: &str, build: Build) -> anyhow::Result<Outcome> {
    let target = match oracle::target(go, name)? {
        Ok(target) => target,
        Err(missing) => return Ok(Outcome::Skipped(missing)),
    };
    // The library is asked about from outside, as every other module sees it.
    let dir = if target.is_std() {
        workspace::cache()?
    } else {
        target.dir.clone()
    };
    let theirs = go_list(go, &dir, target.pattern, build)?;
    let start = std::time::Instant::now();
    let project = contend(go, &dir, target.pattern, build)?;
    let elapsed = start.elapsed();
    let ours = records(&project);
    let (text, differing) = difference(&theirs, &ours);
    let all: BTreeSet<_> = theirs.keys().chain(ours.keys()).collect();
    let summary = format!(
        "{} of {} packages equal, {} ms",
        all.len() - differing,
        all.len(),
        elapsed.as_millis()
    );
    if differing == 0 {
        return Ok(Outcome::Passed(summary));
    }
    Ok(Outcome::Failed(format!("{summary}\n{text}")))
}

fn contend(go: &Toolchain, dir: &Path, pattern: &str, build: Build) -> anyhow::Result<Project> {
    let mut config = Config::new(dir);
    build.goos.clone_into(&mut config.goos);
    build.goarch.clone_into(&mut config.goarch);
    config.cgo = build.cgo;
    config.set_tags(build.tags);
    config.goroot = Some(PathBuf::from(go.env("GOROOT")?));
    config.mod_cache = PathBuf::from(go.env("GOMODCACHE")?);
    config.workspace = WorkspaceMode::Off;
    config.tests = if build.tests {
        Tests::Load
    } else {
        Tests::List
    };
    Ok(load(&Disk, &config, &[pattern.to_owned()]))
}

/// One package, as lines `list: name` that must be equal on both sides.
type Record = BTreeSet<String>;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Listed {
    import_path: String,
    dir: String,
    name: String,
    standard: bool,
    dep_only: bool,
    module: Option<ListedModule>,
    deps: Vec<String>,
    imports: Vec<String>,
    import_map: BTreeMap<String, String>,
    go_files: Vec<String>,
    cgo_files: Vec<String>,
    ignored_go_files: Vec<String>,
    test_go_files: Vec<String>,
    #[serde(rename = "XTestGoFiles")]
    xtest_go_files: Vec<String>,
    ignored_other_files: Vec<String>,
    c_files: Vec<String>,
    #[serde(rename = "CXXFiles")]
    cxx_files: Vec<String>,
    m_files: Vec<String>,
    h_files: Vec<String>,
    f_files: Vec<String>,
    s_files: Vec<String>,
    swig_files: Vec<String>,
    #[serde(rename = "SwigCXXFiles")]
    swig_cxx_files: Vec<String>,
    syso_files: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ListedModule {
    path: String,
    version: String,
    go_version: String,
}

const FIELDS: &str = "-json=ImportPath,Dir,Name,Standard,DepOnly,Module,Deps,Imports,ImportMap,\
    GoFiles,CgoFiles,IgnoredGoFiles,TestGoFiles,XTestGoFiles,IgnoredOtherFiles,CFiles,CXXFiles,\
    MFiles,HFiles,FFiles,SFiles,SwigFiles,SwigCXXFiles,SysoFiles";

fn go_list(
    go: &Toolchain,
    dir: &Path,
    pattern: &str,
    build: Build,
) -> anyhow::Result<BTreeMap<String, Record>> {
    let tags = format!("-tags={}", build.tags);
    let mut args = vec!["list", "-e", "-deps", FIELDS, &tags];
    args.extend(build.tests.then_some("-test"));
    args.push(pattern);
    let mut command = go.command(dir, &args);
    command.env("GOOS", build.goos).env("GOARCH", build.goarch);
    command.env("CGO_ENABLED", if build.cgo { "1" } else { "0" });
    let json = workspace::output(&mut command)?;
    let stream = serde_json::Deserializer::from_slice(&json).into_iter::<Listed>();
    let listed: Vec<Listed> = stream.collect::<Result<_, _>>()?;
    // The programs that run tests are generated; they and what only they need are left out.
    let is_runner = |package: &Listed| package.import_path.ends_with(".test");
    let wanted = listed
        .iter()
        .filter(|package| !package.dep_only && !is_runner(package));
    let wanted: BTreeSet<&str> = wanted
        .flat_map(|package| package.deps.iter().chain([&package.import_path]))
        .map(String::as_str)
        .collect();
    let kept = listed
        .iter()
        .filter(|package| wanted.contains(&*package.import_path));
    Ok(kept
        .map(|package| (package.import_path.clone(), package.record()))
        .collect())
}

impl Listed {
    fn record(&self) -> Record {
        let mut record = Record::new();
        record.insert(format!("dir: {}", self.dir));
        record.insert(format!("name: {}", self.name));
        // The go command forgets where external tests of the library are from.
        if !self.import_path.contains("_test [") {
            record.insert(format!("standard: {}", self.standard));
        }
        if let Some(module) = &self.module {
            record.insert(module_line(&module.path, &module.version));
            // It does not say 1.16 where a module says nothing.
            let version = GoVersion::parse(&module.go_version);
            let version = version.unwrap_or(GoVersion::OF_BARE_MODULE);
            record.insert(format!("go: {version}"));
        }
        let mut add = |list: &str, names: &[String]| {
            record.extend(names.iter().map(|name| format!("{list}: {name}")));
        };
        add("go file", &self.go_files);
        add("cgo file", &self.cgo_files);
        // Tests of packages that are only imported are not looked at.
        let is_seen = |name: &&String| !self.dep_only || !name.ends_with("_test.go");
        let ignored: Vec<String> = self
            .ignored_go_files
            .iter()
            .filter(is_seen)
            .cloned()
            .collect();
        add("ignored", &ignored);
        add("ignored", &self.ignored_other_files);
        let others = [
            &self.c_files,
            &self.cxx_files,
            &self.m_files,
            &self.h_files,
            &self.f_files,
            &self.s_files,
            &self.swig_files,
            &self.swig_cxx_files,
            &self.syso_files,
        ];
        for list in others {
            add("other file", list);
        }
        add("import", &self.imports);
        if !self.dep_only {
            add("test file", &self.test_go_files);
            add("external test file", &self.xtest_go_files);
        }
        for (from, to) in &self.import_map {
            record.insert(format!("import map: {from} => {to}"));
        }
        record
    }
}

fn module_line(path: &str, version: &str) -> String {
    format!("module: {path} {version}")
}

fn records(project: &Project) -> BTreeMap<String, Record> {
    let all = project.packages.iter();
    all.map(|package| (package.id.to_string(), record(project, package)))
        .collect()
}

fn record(project: &Project, package: &Package) -> Record {
    let mut record = Record::new();
    record.insert(format!("dir: {}", package.dir.display()));
    record.insert(format!("name: {}", package.name));
    let is_external = matches!(package.variant, Variant::ExternalTest(_));
    if !is_external {
        record.insert(format!("standard: {}", package.is_std));
    }
    if let Some(module) = package.module.map(|module| project.module(module)) {
        record.insert(module_line(&module.path, &module.version));
        record.insert(format!("go: {}", module.go_version));
    }
    let is_plain = package.variant == Variant::Plain;
    for file in &package.files {
        let list = match file.kind {
            FileKind::Cgo => "cgo file",
            FileKind::Go => "go file",
            FileKind::Test | FileKind::ExternalTest => {
                assert!(!is_plain, "plain packages have no test files");
                "go file"
            }
        };
        record.insert(format!("{list}: {}", file.name));
    }
    if package.files.iter().any(|file| file.kind == FileKind::Cgo) {
        record.insert("import: C".to_owned());
    }
    if !is_external {
        let ignored = package.ignored_files.iter().map(|file| &file.name);
        let is_seen = |name: &&String| package.is_target || !name.ends_with("_test.go");
        record.extend(
            ignored
                .filter(is_seen)
                .map(|name| format!("ignored: {name}")),
        );
        record.extend(
            package
                .other_files
                .iter()
                .map(|name| format!("other file: {name}")),
        );
    }
    for import in &package.imports {
        let path = import.path.as_str();
        let id = import.package.map_or(path, |id| &*project.package(id).id);
        record.insert(format!("import: {id}"));
        if id != path {
            record.insert(format!("import map: {path} => {id}"));
        }
    }
    if package.is_target && !is_external {
        record.extend(
            package
                .test_files
                .iter()
                .map(|name| format!("test file: {name}")),
        );
        let external = package.xtest_files.iter();
        record.extend(external.map(|name| format!("external test file: {name}")));
    }
    record
}

/// The first differing packages, and how many there are.
fn difference(
    theirs: &BTreeMap<String, Record>,
    ours: &BTreeMap<String, Record>,
) -> (String, usize) {
    let none = Record::new();
    let all: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    let (mut text, mut count) = (String::new(), 0);
    for path in all {
        let (a, b) = (
            theirs.get(path).unwrap_or(&none),
            ours.get(path).unwrap_or(&none),
        );
        if a == b {
            continue;
        }
        count += 1;
        if count <= SHOWN {
            let _ = writeln!(text, "  {path}");
            for line in a.difference(b).take(SHOWN) {
                let _ = writeln!(text, "    only go list: {line}");
            }
            for line in b.difference(a).take(SHOWN) {
                let _ = writeln!(text, "    only contend: {line}");
            }
        }
    }
    (text, count)
}
