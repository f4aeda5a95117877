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
    Named {
        origin: NamedId,
        args: Box<[TypeId]>,
    },
    TypeParam(TypeParamId),
    Pointer(TypeId),
    Slice(TypeId),
    /// `len` is -1 where it could not be computed.
    Array {
        len: i64,
        element: TypeId,
    },
    Map {
        key: TypeId,
        value: TypeId,
    },
    Chan {
        dir: ChanDir,
        element: TypeId,
    },
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

/// A [`Type`] whose lists are borrowed, for looking one up without building it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TypeRef<'a> {
    Basic(Basic),
    Named {
        origin: NamedId,
        args: &'a [TypeId],
    },
    TypeParam(TypeParamId),
    Pointer(TypeId),
    Slice(TypeId),
    Array {
        len: i64,
        element: TypeId,
    },
    Map {
        key: TypeId,
        value: TypeId,
    },
    Chan {
        dir: ChanDir,
        element: TypeId,
    },
    Struct(&'a [StructField]),
    Tuple(&'a [TypeId]),
    Signature {
        type_params: &'a [TypeParamId],
        params: &'a [TypeId],
        results: &'a [TypeId],
        variadic: bool,
    },
    Interface {
        methods: &'a [InterfaceMethod],
        embedded: &'a [TypeId],
    },
    Union(&'a [Term]),
}

impl TypeRef<'_> {
    pub(crate) fn to_type(self) -> Type {
        match self {
            Self::Basic(basic) => Type::Basic(basic),
            Self::Named { origin, args } => Type::Named {
                origin,
                args: args.into(),
            },
            Self::TypeParam(param) => Type::TypeParam(param),
            Self::Pointer(element) => Type::Pointer(element),
            Self::Slice(element) => Type::Slice(element),
            Self::Array { len, element } => Type::Array { len, element },
            Self::Map { key, value } => Type::Map { key, value },
            Self::Chan { dir, element } => Type::Chan { dir, element },
            Self::Struct(fields) => Type::Struct(fields.into()),
            Self::Tuple(types) => Type::Tuple(types.into()),
            Self::Signature {
                type_params,
                params,
                results,
                variadic,
            } => Type::Signature(Signature {
                type_params: type_params.into(),
                params: params.into(),
                results: results.into(),
                variadic,
            }),
            Self::Interface { methods, embedded } => Type::Interface {
                methods: methods.into(),
                embedded: embedded.into(),
            },
            Self::Union(terms) => Type::Union(terms.into()),
        }
    }
}

impl Type {
    pub(crate) fn as_ref(&self) -> TypeRef<'_> {
        match self {
            Self::Basic(basic) => TypeRef::Basic(*basic),
            Self::Named { origin, args } => TypeRef::Named {
                origin: *origin,
                args,
            },
            Self::TypeParam(param) => TypeRef::TypeParam(*param),
            Self::Pointer(element) => TypeRef::Pointer(*element),
            Self::Slice(element) => TypeRef::Slice(*element),
            Self::Array { len, element } => TypeRef::Array {
                len: *len,
                element: *element,
            },
            Self::Map { key, value } => TypeRef::Map {
                key: *key,
                value: *value,
            },
            Self::Chan { dir, element } => TypeRef::Chan {
                dir: *dir,
                element: *element,
            },
            Self::Struct(fields) => TypeRef::Struct(fields),
            Self::Tuple(types) => TypeRef::Tuple(types),
            Self::Signature(signature) => TypeRef::Signature {
                type_params: &signature.type_params,
                params: &signature.params,
                results: &signature.results,
                variadic: signature.variadic,
            },
            Self::Interface { methods, embedded } => TypeRef::Interface { methods, embedded },
            Self::Union(terms) => TypeRef::Union(terms),
        }
    }

    /// Calls `f` with every type this one is written with, in source order.
    pub fn for_each_part(&self, mut f: impl FnMut(TypeId)) {
        match self {
            Self::Basic(_) | Self::TypeParam(_) => {}
            Self::Named { args: types, .. } | Self::Tuple(types) => {
                types.iter().copied().for_each(f);
            }
            Self::Pointer(element)
            | Self::Slice(element)
            | Self::Array { element, .. }
            | Self::Chan { element, .. } => f(*element),
            Self::Map { key, value } => {
                f(*key);
                f(*value);
            }
            Self::Struct(fields) => fields.iter().for_each(|field| f(field.ty)),
            Self::Signature(signature) => {
                signature
                    .params
                    .iter()
                    .chain(&signature.results)
                    .copied()
                    .for_each(f);
            }
            Self::Interface { methods, embedded } => {
                methods.iter().for_each(|method| f(method.ty));
                embedded.iter().copied().for_each(f);
            }
            Self::Union(terms) => terms.iter().for_each(|term| f(term.ty)),
        }
    }

    /// What is true of the type because of its outermost constructor.
    pub(crate) fn own_traits(&self) -> Traits {
        match self {
            Self::TypeParam(_) => Traits {
                parameterized: true,
                loose: false,
            },
            Self::Struct(fields) => Traits {
                parameterized: false,
                loose: !fields.is_empty(),
            },
            Self::Interface { .. } | Self::Union(_) => Traits {
                parameterized: false,
                loose: true,
            },
            Self::Array { len, .. } => Traits {
                parameterized: false,
                loose: *len < 0,
            },
            Self::Signature(signature) => {
                let generic = !signature.type_params.is_empty();
                Traits {
                    parameterized: generic,
                    loose: generic,
                }
            }
            _ => Traits::default(),
        }
    }
}

/// Facts about a type that save walking it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Traits {
    /// A type parameter occurs in it.
    pub(crate) parameterized: bool,
    /// A type with another id may be identical to it.
    pub(crate) loose: bool,
}

impl Traits {
    pub(crate) fn with_part(self, part: Self) -> Self {
        Self {
            parameterized: self.parameterized || part.parameterized,
            loose: self.loose || part.loose,
        }
    }
}

impl Basic {
    /// All kinds in the order of the enum.
    pub const ALL: [Self; 26] = [
        Self::Invalid,
        Self::Bool,
        Self::Int,
        Self::Int8,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::Uint,
        Self::Uint8,
        Self::Uint16,
        Self::Uint32,
        Self::Uint64,
        Self::Uintptr,
        Self::Float32,
        Self::Float64,
        Self::Complex64,
        Self::Complex128,
        Self::String,
        Self::UnsafePointer,
        Self::UntypedBool,
        Self::UntypedInt,
        Self::UntypedRune,
        Self::UntypedFloat,
        Self::UntypedComplex,
        Self::UntypedString,
        Self::UntypedNil,
    ];

    /// The name as Go writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid type",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint => "uint",
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Uintptr => "uintptr",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Complex64 => "complex64",
            Self::Complex128 => "complex128",
            Self::String => "string",
            Self::UnsafePointer => "unsafe.Pointer",
            Self::UntypedBool => "untyped bool",
            Self::UntypedInt => "untyped int",
            Self::UntypedRune => "untyped rune",
            Self::UntypedFloat => "untyped float",
            Self::UntypedComplex => "untyped complex",
            Self::UntypedString => "untyped string",
            Self::UntypedNil => "untyped nil",
        }
    }

    pub fn is_untyped(self) -> bool {
        Self::UntypedBool <= self
    }

    pub fn is_boolean(self) -> bool {
        matches!(self, Self::Bool | Self::UntypedBool)
    }

    pub fn is_integer(self) -> bool {
        matches!(self, Self::UntypedInt | Self::UntypedRune)
            || (Self::Int <= self && self <= Self::Uintptr)
    }

    pub fn is_unsigned(self) -> bool {
        Self::Uint <= self && self <= Self::Uintptr
    }

    pub fn is_float(self) -> bool {
        matches!(self, Self::Float32 | Self::Float64 | Self::UntypedFloat)
    }

    pub fn is_complex(self) -> bool {
        matches!(
            self,
            Self::Complex64 | Self::Complex128 | Self::UntypedComplex
        )
    }

    pub fn is_numeric(self) -> bool {
        self.is_integer() || self.is_float() || self.is_complex()
    }

    pub fn is_string(self) -> bool {
        matches!(self, Self::String | Self::UntypedString)
    }

    pub fn is_ordered(self) -> bool {
        self.is_integer() || self.is_float() || self.is_string()
    }

    /// Constants may have this type.
    pub fn is_constant_type(self) -> bool {
        self.is_boolean() || self.is_numeric() || self.is_string()
    }

    /// The type that an untyped value takes where nothing else asks for one; itself for others.
    pub fn default_kind(self) -> Self {
        match self {
            Self::UntypedBool => Self::Bool,
            Self::UntypedInt => Self::Int,
            Self::UntypedRune => Self::Int32,
            Self::UntypedFloat => Self::Float64,
            Self::UntypedComplex => Self::Complex128,
            Self::UntypedString => Self::String,
            other => other,
        }
    }
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
