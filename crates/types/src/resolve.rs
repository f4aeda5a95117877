//! The names a package declares, and where each is declared.

use contend_base::Name;
use contend_syntax::ast::{ExprId, IdentId};
use rustc_hash::FxHashMap;

use crate::{ObjId, PkgId, TypeError, TypeParamId};

/// What the declaration phase leaves behind for the phase that types bodies.
///
/// A declaration is looked at twice: once to learn its type, once more to record facts about its
/// expressions. The objects made the first time are kept here by their place in the source, so
/// that the second look meets the same objects, and thus the same types.
#[derive(Default)]
pub(crate) struct Resolved {
    pub(crate) files: Vec<FileScope>,
    /// Parameters of generic aliases.
    pub(crate) alias_params: FxHashMap<ObjId, Box<[TypeParamId]>>,
    /// What only the declaration phase can see: cycles and names declared twice.
    pub(crate) errors: Vec<TypeError>,
}

/// The names that only one file sees, and the objects declared in it.
#[derive(Default)]
pub(crate) struct FileScope {
    /// Imports by local name.
    pub(crate) imports: FxHashMap<Name, ObjId>,
    /// Packages imported with a dot.
    pub(crate) dot_imports: Vec<PkgId>,
    /// Objects of declared names: package level, fields, interface methods, type parameters.
    pub(crate) idents: FxHashMap<IdentId, ObjId>,
    /// Objects declared by an expression: embedded fields by their type, and the type parameters
    /// of receivers.
    pub(crate) exprs: FxHashMap<ExprId, ObjId>,
}
