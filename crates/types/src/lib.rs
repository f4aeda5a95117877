//! What every expression of a Go program is: objects, types, constants, selections, captures.
//!
//! Input is trees of whole packages in import order; output is a [`World`] of packages, objects
//! and types that all threads share, and one [`Info`] per declaration body that was asked for.
//! Code that does not compile is typed as far as it goes; what could not be resolved is listed.
//!
//! The crate knows no rules, no control flow and no files on disk. It does not reject programs:
//! only errors that leave something unresolved are kept.

pub mod constant;
mod info;
mod object;
mod package;
mod resolve;
mod ty;
mod world;

pub use info::{Capture, ExprFact, Info, Mode, Selection, SelectionKind, TypeError};
pub use object::{Builtin, LoopVar, ObjId, Object, ObjectKind, VarKind};
pub use package::{GoVersion, Package, PackageFile, PackageSource, PkgId, Scope};
pub use ty::{
    Basic, InterfaceMethod, Named, NamedId, Signature, StructField, Term, Type, TypeId, TypeParam,
    TypeParamId,
};
pub use world::World;
