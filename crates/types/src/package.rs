//! Packages: what goes in, and what names they declare.

use std::sync::{Arc, OnceLock};

use contend_base::{FileId, Idx, Name};
use contend_syntax::Parsed;
use rustc_hash::FxHashMap;

use crate::ObjId;
use crate::resolve::Resolved;

pub type PkgId = Idx<Package>;

/// A Go language version, `1.22` as `(1, 22)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GoVersion {
    pub major: u16,
    pub minor: u16,
}

/// A package to be typed. All packages it imports were added before it.
pub struct PackageSource {
    /// The import path as resolved, `fmt`, `vendor/golang.org/x/net/dns/dnsmessage`. Test variants
    /// and the external test package have paths of their own.
    pub path: Name,
    /// The name of its package clause.
    pub name: Name,
    /// The files that belong to it, in the order of `go list`: sorted by file name.
    pub files: Vec<PackageFile>,
    /// Import path as written to package. Paths that are absent here could not be loaded: what is
    /// used of them has the invalid type.
    pub imports: FxHashMap<Name, PkgId>,
}

pub struct PackageFile {
    pub file: FileId,
    /// The bytes that `parsed` was made from: the values of literals are read from them.
    pub text: Arc<[u8]>,
    pub parsed: Arc<Parsed>,
    /// The language version of this file: module's `go` line and `//go:build` combined.
    pub go_version: GoVersion,
}

/// A package of the world.
pub struct Package {
    pub source: PackageSource,
    /// Set once all package-level declarations are resolved.
    pub scope: OnceLock<Scope>,
    /// What the resolver found, for the bodies; set together with `scope`.
    pub(crate) resolved: OnceLock<Resolved>,
}

impl Package {
    pub(crate) fn new(source: PackageSource) -> Self {
        Self {
            source,
            scope: OnceLock::new(),
            resolved: OnceLock::new(),
        }
    }
}

/// Names to objects.
#[derive(Default, Debug)]
pub struct Scope {
    pub objects: FxHashMap<Name, ObjId>,
}
