//! From a directory to Go packages: modules, build constraints and the import graph, read from
//! source alone.
//!
//! It follows the go command (go.mod, go.work, vendor directories, minimal version selection, file
//! selection) without running it, and never refuses: what could not be read is a [`Diagnostic`],
//! and the rest is loaded. It knows no types and looks into files no further than their imports.
//! Files are read through a [`FileSystem`]; the environment comes in as a [`Config`].
//!
//! ```
//! use contend_project::{Config, Memory, load};
//!
//! let mut fs = Memory::default();
//! fs.add("/m/go.mod", *b"module example.com/m\ngo 1.24\n");
//! fs.add("/m/a.go", *b"package m\n");
//! fs.add("/m/a_windows.go", *b"package m\n");
//! let mut config = Config::new("/m");
//! config.goos = "linux".into();
//! let project = load(&fs, &config, &["./...".into()]);
//! let package = project.package(project.find("example.com/m").unwrap());
//! assert_eq!(package.files.len(), 1);
//! ```

mod assemble;
mod cache;
mod checksums;
mod config;
mod conflicts;
mod context;
mod diagnostic;
mod directives;
mod fs;
mod gomod;
mod gosum;
mod gowork;
mod graph;
mod load;
mod mains;
mod model;
mod modules_txt;
mod mvs;
mod order;
mod outlines;
mod patterns;
mod resolve;
mod retractions;
mod select;
mod std_lib;
pub mod std_summary;
mod variants;
mod vendoring;
mod version;
mod walk;

pub use config::{Config, ModMode, Tests, WorkspaceMode};
pub use context::BuildContext;
pub use diagnostic::{Diagnostic, DiagnosticKind};
pub use directives::LineError;
pub use fs::{Disk, Entry, EntryKind, FileSystem, Memory, Overlay};
pub use gomod::{GoMod, Line, Replace, Require, Retract};
pub use gosum::GoSum;
pub use gowork::GoWork;
pub use load::load;
pub use model::{
    Counts, Exclusion, File, FileKind, Ignored, IgnoredFile, Import, Module, ModuleId, Package,
    PackageId, Project, Replacement, Retraction, Variant,
};
pub use modules_txt::{ModulesTxt, Vendored};
pub use outlines::{OUTLINES, Outline, outline};
pub use version::GoVersion;
