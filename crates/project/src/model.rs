//! What a load gives: modules, packages, files, and what went wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use contend_base::{Idx, Name};

use crate::context::BuildContext;
use crate::diagnostic::Diagnostic;
use crate::version::GoVersion;

/// A module of a [`Project`].
pub type ModuleId = Idx<Module>;
/// A package of a [`Project`].
pub type PackageId = Idx<Package>;

/// Packages with their files, and the modules they came from.
pub struct Project {
    /// What the files were chosen for.
    pub context: BuildContext,
    /// The version of the standard library that was read.
    pub go_version: GoVersion,
    /// GOROOT, or the virtual directory that stands for the embedded summary.
    pub goroot: PathBuf,
    /// True if the standard library came from the embedded summary.
    pub std_is_summary: bool,
    /// Modules that gave packages, and all main modules; main modules first, then by path.
    pub modules: Vec<Module>,
    /// Versions that the main modules exclude, in order of their lines.
    pub excluded: Vec<Exclusion>,
    /// Packages by import path; variants for a test follow the plain package.
    pub packages: Vec<Package>,
    /// What went wrong, by file and line.
    pub diagnostics: Vec<Diagnostic>,
    /// What was asked for and what was got.
    pub counts: Counts,
}

/// How much of what was asked for could be loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Packages that match the patterns, or would if they could be read.
    pub targets: usize,
    /// Those of `targets` without a broken file, directory or import.
    pub whole_targets: usize,
    /// Imports, of any package, that no package was found for.
    pub missing_imports: usize,
}

/// A module: a tree of packages with one version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Module {
    /// The module path, as in `module` lines.
    pub path: String,
    /// The selected version; empty for main modules.
    pub version: String,
    /// What stands in for it.
    pub replace: Option<Replacement>,
    /// The root directory. In vendor mode dependencies have none of their own.
    pub dir: Option<PathBuf>,
    /// True for the module that is worked on, or each module of the workspace.
    pub is_main: bool,
    /// True if a main module requires it without an `// indirect` mark.
    pub is_direct: bool,
    /// True if the packages came from a vendor directory.
    pub is_vendored: bool,
    /// True if a main module excludes this very version, which a vendor directory holds all the
    /// same.
    pub is_excluded: bool,
    /// Set if its author took this version back.
    pub retraction: Option<Retraction>,
    /// The language version of its files.
    pub go_version: GoVersion,
}

/// A `retract` line of an author, as far as this machine knows: the newest go.mod of the module in
/// the module cache counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retraction {
    /// The version whose go.mod says so.
    pub told_by: String,
    /// Why; may be empty.
    pub reason: String,
}

/// An `exclude` line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exclusion {
    /// The module path.
    pub path: String,
    /// The version that must not be used.
    pub version: String,
    /// The go.mod that says so.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
}

/// What a `replace` line puts in the place of a module.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Replacement {
    /// A module path, or a directory as written.
    pub path: String,
    /// Empty for directories.
    pub version: String,
}

/// One package, or one variant of it that exists for a test.
#[derive(Debug)]
pub struct Package {
    /// The import path; for variants followed by a mark: `a/b [a/b.test]`, as `go list` writes it.
    pub id: Arc<str>,
    /// The import path alone; packages of external tests end in `_test`.
    pub import_path: Name,
    /// The name in the package clauses; blank if no file could be read.
    pub name: Name,
    /// Where its files are.
    pub dir: Arc<Path>,
    /// Which module it belongs to; none for the standard library.
    pub module: Option<ModuleId>,
    /// The language version of files that do not say otherwise.
    pub go_version: GoVersion,
    /// What the package is there for.
    pub variant: Variant,
    /// True for packages of GOROOT.
    pub is_std: bool,
    /// True for packages that match the patterns of the load, and for their tests.
    pub is_target: bool,
    /// The Go files to analyse, sorted by name: `GoFiles` and `CgoFiles` of `go list`, and in
    /// variants for a test the test files.
    pub files: Vec<File>,
    /// Names of `_test.go` files of the package itself. Known for targets only.
    pub test_files: Vec<String>,
    /// Names of `_test.go` files of the package `p_test`. Known for targets only.
    pub xtest_files: Vec<String>,
    /// Go and other files that this configuration leaves out.
    pub ignored_files: Vec<IgnoredFile>,
    /// Files in other languages that a build would use: C, headers, assembly and the like.
    pub other_files: Vec<String>,
    /// Where each import of `files` leads, sorted by path as written. `C` is not among them.
    pub imports: Vec<Import>,
    /// Packages that the build adds for cgo, without an import in any file.
    pub implicit_imports: Vec<PackageId>,
    /// True if something of the package itself could not be read; the diagnostics say what.
    pub is_broken: bool,
}

/// Why there is a package of this path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Variant {
    /// The package as everybody imports it.
    Plain,
    /// The package again because of a test of the package given: with its test files if it is that
    /// package, else because it imports such a variant.
    ForTest(PackageId),
    /// The external test package `p_test` of the package given.
    ExternalTest(PackageId),
}

/// A Go file that belongs to a package.
#[derive(Clone, Debug)]
pub struct File {
    /// The name, without directory.
    pub name: Arc<str>,
    /// The whole path.
    pub path: Arc<str>,
    /// The bytes that were read once; constraints and imports were taken from the same bytes.
    pub text: Arc<[u8]>,
    /// Which list of `go list` it belongs to.
    pub kind: FileKind,
    /// The language version that decides its meaning.
    pub go_version: GoVersion,
}

/// The lists of Go files of a package.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FileKind {
    /// An ordinary file.
    Go,
    /// A file with `import "C"`.
    Cgo,
    /// A test of the package itself.
    Test,
    /// A test of the package from outside.
    ExternalTest,
}

/// A file that this configuration leaves out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct IgnoredFile {
    /// The name, without directory.
    pub name: String,
    /// Why.
    pub reason: Ignored,
}

/// Why a file does not count.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ignored {
    /// `_GOOS`, `_GOARCH` or both at the end of the name.
    Name,
    /// A `//go:build` line, or old `// +build` lines; the text of the first.
    Constraint(String),
    /// It imports C and cgo is off.
    Cgo,
    /// `package documentation`, which the go command leaves out.
    Documentation,
    /// Assembly for the C compiler in a package without cgo.
    Assembly,
}

/// Where an import leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Import {
    /// As written in the source.
    pub path: Name,
    /// The package; `None` if there is none, which a diagnostic tells.
    pub package: Option<PackageId>,
}

impl Project {
    /// The module with this id.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.index()]
    }

    /// The package with this id.
    pub fn package(&self, id: PackageId) -> &Package {
        &self.packages[id.index()]
    }

    /// All packages with their ids.
    pub fn packages(&self) -> impl ExactSizeIterator<Item = (PackageId, &Package)> {
        self.packages
            .iter()
            .enumerate()
            .map(|(at, package)| (Idx::new(at), package))
    }

    /// The plain package of this import path, or the variant of this `go list` name.
    pub fn find(&self, id: &str) -> Option<PackageId> {
        self.packages
            .binary_search_by(|package| (*package.id).cmp(id))
            .ok()
            .map(Idx::new)
    }

    /// What a package needs first: its imports, each once, in order of id.
    pub fn dependencies(&self, id: PackageId) -> Vec<PackageId> {
        let package = self.package(id);
        let imports = package.imports.iter().filter_map(|import| import.package);
        let mut all: Vec<_> = imports
            .chain(package.implicit_imports.iter().copied())
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Package {
    /// The package that `path` means in this package's files.
    pub fn import(&self, path: Name) -> Option<PackageId> {
        let at = self
            .imports
            .binary_search_by(|it| it.path.as_str().cmp(path.as_str()))
            .ok()?;
        self.imports[at].package
    }
}
