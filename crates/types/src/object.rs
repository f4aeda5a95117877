//! Objects: what names stand for.

use std::sync::OnceLock;

use contend_base::{Idx, Location, Name};
use contend_syntax::ast::{DeclId, FuncId};

use crate::constant::Constant;
use crate::{PkgId, TypeId};

pub type ObjId = Idx<Object>;

/// Something with a name.
///
/// Fields and methods of generic types have one object, whatever the instance; the type of the
/// instance's field stands in the struct type or the [`Selection`](crate::Selection).
#[derive(Debug)]
pub struct Object {
    pub name: Name,
    pub kind: ObjectKind,
    /// `None` for the universe.
    pub package: Option<PkgId>,
    /// Of the name's declaration; `None` for the universe and unnamed parameters.
    pub location: Option<Location>,
    /// Set when the declaration is resolved. Functions have their [`Type::Signature`]
    /// (crate::Type::Signature) without receiver, type names the type they name.
    pub ty: OnceLock<TypeId>,
    /// The value of a constant. Set together with `ty`.
    pub value: OnceLock<Constant>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectKind {
    /// An import of the file scope.
    PkgName {
        imported: PkgId,
    },
    Const,
    TypeName {
        is_alias: bool,
    },
    Var(VarKind),
    /// A function or a concrete method. `decl` and `func` are in file number `file` of the package.
    /// `pointer_receiver` is for methods only: the receiver is written `*T`.
    Func {
        file: u32,
        decl: DeclId,
        func: FuncId,
        is_method: bool,
        pointer_receiver: bool,
    },
    /// A method of an interface.
    InterfaceMethod,
    Label,
    Builtin(Builtin),
    Nil,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VarKind {
    Package,
    Local,
    /// Declared by a `for` statement with `:=`.
    Loop(LoopVar),
    Receiver,
    Param,
    Result,
    Field {
        embedded: bool,
    },
}

/// What a closure that captures a loop variable sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoopVar {
    /// A fresh variable for each iteration: the file is at Go 1.22 or newer.
    PerIteration,
    /// One variable for the whole loop: the file is older.
    PerLoop,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Builtin {
    Append,
    Cap,
    Clear,
    Close,
    Complex,
    Copy,
    Delete,
    Imag,
    Len,
    Make,
    Max,
    Min,
    New,
    Panic,
    Print,
    Println,
    Real,
    Recover,
    UnsafeAdd,
    UnsafeAlignof,
    UnsafeOffsetof,
    UnsafeSizeof,
    UnsafeSlice,
    UnsafeSliceData,
    UnsafeString,
    UnsafeStringData,
}
