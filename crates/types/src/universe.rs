//! The names that every Go file sees without importing them, and package `unsafe`.

use std::sync::OnceLock;

use contend_base::{Name, known};
use rustc_hash::FxHashMap;

use crate::constant::Constant;
use crate::{
    Basic, Builtin, InterfaceMethod, NamedId, ObjId, Object, ObjectKind, PackageSource, PkgId,
    Scope, Type, TypeId, World,
};

/// Predeclared names and the types that the language itself mentions.
pub struct Universe {
    pub scope: Scope,
    /// The type `error`, its declaration, and its method.
    pub error: TypeId,
    pub error_named: NamedId,
    pub error_method: ObjId,
    /// `any`, which is the empty interface.
    pub any: TypeId,
    pub comparable: TypeId,
    pub comparable_named: NamedId,
    pub empty_struct: TypeId,
    /// The types of no values.
    pub empty_tuple: TypeId,
    pub nil: ObjId,
    pub iota: ObjId,
    pub unsafe_package: PkgId,
    /// `byte` and `rune` as names; their types are `uint8` and `int32`.
    pub byte: ObjId,
    pub rune: ObjId,
    /// The name `any`.
    pub any_name: ObjId,
}

const BUILTINS: [(&str, Builtin); 18] = [
    ("append", Builtin::Append),
    ("cap", Builtin::Cap),
    ("clear", Builtin::Clear),
    ("close", Builtin::Close),
    ("complex", Builtin::Complex),
    ("copy", Builtin::Copy),
    ("delete", Builtin::Delete),
    ("imag", Builtin::Imag),
    ("len", Builtin::Len),
    ("make", Builtin::Make),
    ("max", Builtin::Max),
    ("min", Builtin::Min),
    ("new", Builtin::New),
    ("panic", Builtin::Panic),
    ("print", Builtin::Print),
    ("println", Builtin::Println),
    ("real", Builtin::Real),
    ("recover", Builtin::Recover),
];

const UNSAFE_BUILTINS: [(&str, Builtin); 8] = [
    ("Add", Builtin::UnsafeAdd),
    ("Alignof", Builtin::UnsafeAlignof),
    ("Offsetof", Builtin::UnsafeOffsetof),
    ("Sizeof", Builtin::UnsafeSizeof),
    ("Slice", Builtin::UnsafeSlice),
    ("SliceData", Builtin::UnsafeSliceData),
    ("String", Builtin::UnsafeString),
    ("StringData", Builtin::UnsafeStringData),
];

impl Universe {
    /// Fills an empty world.
    pub(crate) fn new(world: &World) -> Self {
        let mut names = Declarer {
            world,
            scope: Scope::default(),
            package: None,
        };
        for &basic in &Basic::ALL {
            if basic != Basic::Invalid && basic != Basic::UnsafePointer && !basic.is_untyped() {
                names.type_name(basic.name(), false, world.basic(basic));
            }
        }
        let byte = names.type_name("byte", true, world.basic(Basic::Uint8));
        let rune = names.type_name("rune", true, world.basic(Basic::Int32));
        let any = world.intern(Type::Interface {
            methods: [].into(),
            embedded: [].into(),
        });
        let any_name = names.type_name("any", true, any);
        let (error, error_named, error_method) = names.error();
        let (comparable, comparable_named) = names.comparable();

        let untyped_bool = world.basic(Basic::UntypedBool);
        names.constant("true", untyped_bool, Constant::Bool(true));
        names.constant("false", untyped_bool, Constant::Bool(false));
        let iota = names.constant("iota", world.basic(Basic::UntypedInt), Constant::Int(0));
        let nil = names.add("nil", ObjectKind::Nil, Some(world.basic(Basic::UntypedNil)));
        for (name, builtin) in BUILTINS {
            names.add(
                name,
                ObjectKind::Builtin(builtin),
                Some(world.basic(Basic::Invalid)),
            );
        }
        Self {
            scope: names.scope,
            error,
            error_named,
            error_method,
            any,
            comparable,
            comparable_named,
            empty_struct: world.intern(Type::Struct([].into())),
            empty_tuple: world.tuple(&[]),
            nil,
            iota,
            unsafe_package: unsafe_package(world),
            byte,
            rune,
            any_name,
        }
    }
}

fn unsafe_package(world: &World) -> PkgId {
    let package = world.add_package(PackageSource {
        path: known::UNSAFE,
        name: known::UNSAFE,
        files: Vec::new(),
        imports: FxHashMap::default(),
    });
    let mut names = Declarer {
        world,
        scope: Scope::default(),
        package: Some(package),
    };
    names.type_name("Pointer", false, world.basic(Basic::UnsafePointer));
    for (name, builtin) in UNSAFE_BUILTINS {
        names.add(
            name,
            ObjectKind::Builtin(builtin),
            Some(world.basic(Basic::Invalid)),
        );
    }
    let fresh = world.package(package).scope.set(names.scope).is_ok();
    assert!(fresh, "the package was made here");
    package
}

struct Declarer<'a> {
    world: &'a World,
    scope: Scope,
    package: Option<PkgId>,
}

impl Declarer<'_> {
    fn add(&mut self, name: &str, kind: ObjectKind, ty: Option<TypeId>) -> ObjId {
        let name = Name::intern(name);
        let object = self.object(name, kind, ty, None);
        self.scope.objects.insert(name, object);
        object
    }

    fn object(
        &self,
        name: Name,
        kind: ObjectKind,
        ty: Option<TypeId>,
        value: Option<Constant>,
    ) -> ObjId {
        self.world.new_object(Object {
            name,
            kind,
            package: self.package,
            location: None,
            ty: ty.map_or_else(OnceLock::new, OnceLock::from),
            value: value.map_or_else(OnceLock::new, OnceLock::from),
        })
    }

    fn type_name(&mut self, name: &str, is_alias: bool, ty: TypeId) -> ObjId {
        self.add(name, ObjectKind::TypeName { is_alias }, Some(ty))
    }

    fn constant(&mut self, name: &str, ty: TypeId, value: Constant) -> ObjId {
        let name = Name::intern(name);
        let object = self.object(name, ObjectKind::Const, Some(ty), Some(value));
        self.scope.objects.insert(name, object);
        object
    }

    /// A defined type whose underlying type is made from the type itself.
    fn named(
        &mut self,
        name: Name,
        underlying: impl FnOnce(TypeId) -> TypeId,
    ) -> (TypeId, NamedId) {
        let object = self.add(
            name.as_str(),
            ObjectKind::TypeName { is_alias: false },
            None,
        );
        let id = self.world.new_named(object);
        let ty = self.world.named_type(id, &[]);
        let underlying = underlying(ty);
        let named = self.world.named(id);
        let fresh = named.underlying.set(underlying).is_ok()
            && named.type_params.set([].into()).is_ok()
            && named.methods.set([].into()).is_ok()
            && self.world.object(object).ty.set(ty).is_ok();
        assert!(fresh, "the declaration was made here");
        (ty, id)
    }

    fn error(&mut self) -> (TypeId, NamedId, ObjId) {
        let world = self.world;
        let signature = world.signature(&[], &[world.basic(Basic::String)], false);
        let object = self.object(
            known::ERROR_METHOD,
            ObjectKind::InterfaceMethod,
            Some(signature),
            None,
        );
        let (ty, named) = self.named(known::ERROR, |_| {
            let method = InterfaceMethod {
                object,
                name: known::ERROR_METHOD,
                ty: signature,
            };
            world.intern(Type::Interface {
                methods: [method].into(),
                embedded: [].into(),
            })
        });
        (ty, named, object)
    }

    /// `comparable` cannot be written in Go. Its interface embeds the type itself, which type
    /// sets know to mean "all comparable types".
    fn comparable(&mut self) -> (TypeId, NamedId) {
        let world = self.world;
        self.named(known::COMPARABLE, |itself| {
            world.intern(Type::Interface {
                methods: [].into(),
                embedded: [itself].into(),
            })
        })
    }
}
