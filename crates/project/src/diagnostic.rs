//! What a load could not do, or did in spite of something: for people, with file and line.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Something wrong with the project as it lies there. The load went on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Diagnostic {
    /// The file it is about, if it is about one.
    pub file: Option<PathBuf>,
    /// The line, from 1; 0 for the file as a whole.
    pub line: u32,
    /// The place that it contradicts, if it does.
    pub other: Option<(PathBuf, u32)>,
    /// What sort of thing.
    pub kind: DiagnosticKind,
    /// A whole sentence without the full stop.
    pub message: String,
    /// Import path of the package that is the poorer for it.
    pub package: Option<Arc<str>>,
}

/// The sorts of [`Diagnostic`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DiagnosticKind {
    /// A line of go.mod, go.work or modules.txt that makes no sense.
    ModuleSyntax,
    /// Files that describe modules contradict each other.
    ModuleConflict,
    /// A module that is needed and not on this machine.
    MissingModule,
    /// An import that leads nowhere.
    MissingPackage,
    /// An import that leads to two places.
    AmbiguousImport,
    /// An import that Go's rules on `internal` forbid.
    InternalImport,
    /// Packages that import each other in a circle.
    ImportCycle,
    /// A file or directory that could not be read.
    Unreadable,
    /// A Go file whose package clause, imports or constraints make no sense.
    FileHeader,
    /// Two packages in one directory.
    MixedPackages,
    /// A pattern that matches no package.
    NoMatch,
    /// A `go` line that is newer than the standard library or this tool.
    NewerGo,
    /// Something of the environment that was not understood.
    Environment,
    /// The standard library could not be found.
    NoStd,
}

impl DiagnosticKind {
    /// True if something was left out because of it.
    pub fn is_loss(self) -> bool {
        !matches!(
            self,
            Self::ModuleConflict
                | Self::InternalImport
                | Self::NoMatch
                | Self::NewerGo
                | Self::Environment
        )
    }
}

impl Diagnostic {
    pub(crate) fn new(kind: DiagnosticKind, message: impl Into<String>) -> Self {
        Self {
            file: None,
            line: 0,
            other: None,
            kind,
            message: message.into(),
            package: None,
        }
    }

    pub(crate) fn at(mut self, file: impl Into<PathBuf>, line: u32) -> Self {
        self.file = Some(file.into());
        self.line = line;
        self
    }

    pub(crate) fn against(mut self, file: impl Into<PathBuf>, line: u32) -> Self {
        self.other = Some((file.into(), line));
        self
    }

    pub(crate) fn of_package(mut self, package: impl Into<Arc<str>>) -> Self {
        self.package = Some(package.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), 0) => write!(f, "{}: {}", file.display(), self.message),
            (Some(file), line) => write!(f, "{}:{line}: {}", file.display(), self.message),
            (None, _) => f.write_str(&self.message),
        }
    }
}
