//! What every expression of a Go program is: objects, types, constants, selections, captures.
//!
//! Input is trees of whole packages in import order; output is a [`World`] of packages, objects
//! and types that all threads share, and one [`Info`] per declaration body that was asked for.
//! Code that does not compile is typed as far as it goes; what could not be resolved is listed.
//!
//! The crate knows no rules, no control flow and no files on disk. It does not reject programs:
//! only errors that leave something unresolved are kept.

mod assign;
mod builtin;
mod call;
mod canonical;
mod check;
pub mod constant;
mod convert;
mod cycle;
mod decl;
mod declare;
mod display;
mod dump;
mod expr;
mod identical;
mod implementers;
mod implements;
mod index;
mod infer;
mod info;
mod literal;
mod lookup;
mod method_set;
mod object;
mod operand;
mod package;
mod predicates;
mod resolve;
mod scope;
mod selector;
mod signature;
mod sizes;
#[cfg(test)]
mod snippet;
mod stmt;
mod subst;
mod ty;
mod type_set;
mod typexpr;
mod unify;
mod universe;
mod waves;
mod world;

pub use canonical::Canonical;
pub use constant::{Constant, NotRepresentable};
pub use display::{DisplayType, Qualify};
pub use dump::dump_file;
pub use implementers::Implementers;
pub use implements::{MissingMethod, MissingReason};
pub use infer::{InferArg, InferError};
pub use info::{Capture, ExprFact, Info, Mode, Selection, SelectionKind, TypeError};
pub use lookup::{Lookup, Selected};
pub use object::{Builtin, LoopVar, ObjId, Object, ObjectKind, VarKind};
pub use package::{GoVersion, Package, PackageFile, PackageSource, PkgId, Scope};
pub use sizes::Sizes;
pub use ty::{
    Basic, ChanDir, InterfaceMethod, Named, NamedId, Signature, StructField, Term, Type, TypeId,
    TypeParam, TypeParamId,
};
pub use type_set::TypeSet;
pub use universe::Universe;
pub use world::World;
