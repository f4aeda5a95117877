//! Types. A [`TypeId`] names an immutable [`Type`] in the [`World`](crate::World).
//!
//! Types are interned: asking twice for `[]int` gives the same id. Structs, interfaces and generic
//! signatures remember the declarations of their fields, methods and type parameters, so two that
//! stand at different places of the source have different ids though Go calls them identical.
//! Compare with [`World::identical`](crate::World::identical), which is one comparison of integers
//! in nearly all cases.
//!
//! Aliases have no type of their own: a use of an alias is its target.

use std::sync::OnceLock;

use contend_base::{Idx, Name};
pub use contend_syntax::ast::ChanDir;

use crate::ObjId;

pub type TypeId = Idx<Type>;
pub type NamedId = Idx<Named>;
pub type TypeParamId = Idx<TypeParam>;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    Basic(Basic),
    /// A defined type; `args` is empty for types without parameters and for the bare generic type.
    Named { origin: NamedId, args: Box<[TypeId]> },
    TypeParam(TypeParamId),
    Pointer(TypeId),
    Slice(TypeId),
    /// `len` is -1 where it could not be computed.
    Array { len: i64, element: TypeId },
    Map { key: TypeId, value: TypeId },
    Chan { dir: ChanDir, element: TypeId },
    Struct(Box<[StructField]>),
    /// The types of several values: results of a call, never the type of one expression otherwise.
    Tuple(Box<[TypeId]>),
    Signature(Signature),
    Interface {
        /// Methods written in this very interface, in source order.
        methods: Box<[InterfaceMethod]>,
        /// Embedded interfaces, unions and plain types, in source order.
        embedded: Box<[TypeId]>,
    },
    /// `~int | string`, only as an embedded element or constraint.
    Union(Box<[Term]>),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Basic {
    /// The type of what could not be typed. Compatible with everything, reported once.
    Invalid,
    Bool,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
    Float32,
    Float64,
    Complex64,
    Complex128,
    String,
    UnsafePointer,
    UntypedBool,
    UntypedInt,
    UntypedRune,
    UntypedFloat,
    UntypedComplex,
    UntypedString,
    UntypedNil,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct StructField {
    /// The declaration; the same for all instances of a generic struct.
    pub object: ObjId,
    pub name: Name,
    pub ty: TypeId,
    pub embedded: bool,
    /// The unquoted tag, empty if there is none.
    pub tag: Name,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct InterfaceMethod {
    /// The declaration; the same for all instances of a generic interface.
    pub object: ObjId,
    pub name: Name,
    /// A [`Type::Signature`].
    pub ty: TypeId,
}

/// A function type without its receiver. Parameter names are not part of it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Signature {
    pub type_params: Box<[TypeParamId]>,
    /// The last one is a slice where `variadic`.
    pub params: Box<[TypeId]>,
    pub results: Box<[TypeId]>,
    pub variadic: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Term {
    pub tilde: bool,
    pub ty: TypeId,
}

/// The declaration of a defined type.
#[derive(Debug)]
pub struct Named {
    /// The type name.
    pub object: ObjId,
    /// Set when the declaration's head is resolved; empty for types without parameters.
    pub type_params: OnceLock<Box<[TypeParamId]>>,
    /// In terms of `type_params`. Never a [`Type::Named`]. Set when the declaration is resolved.
    pub underlying: OnceLock<TypeId>,
    /// Methods declared on the type or its pointer, in source order of the package's files. Set
    /// before any type of the package is resolved; their own types follow later.
    pub methods: OnceLock<Box<[ObjId]>>,
}

/// The declaration of a type parameter, of a type, a function, a method or a receiver.
#[derive(Debug)]
pub struct TypeParam {
    /// The type name.
    pub object: ObjId,
    /// The position in its list.
    pub index: u32,
    /// An interface type, or a [`Type::Named`] that is one. Set when the list is resolved.
    pub constraint: OnceLock<TypeId>,
}
