//! The store that all threads share: types, objects and packages, added and never removed.

use std::sync::{OnceLock, PoisonError, RwLock};

use contend_base::Name;
use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;

use crate::sizes::Sizes;
use crate::ty::{Traits, TypeRef};
use crate::type_set::TypeSet;
use crate::universe::Universe;
use crate::{
    Basic, ChanDir, Named, NamedId, ObjId, Object, Package, PackageSource, PkgId, Signature, Type,
    TypeId, TypeParam, TypeParamId,
};

const SHARDS: usize = 32;

/// Types nested deeper than this become the invalid type. It bounds every recursion over a type's
/// structure, and ends the expansion of types like `type T[P any] struct { next *T[T[P]] }`.
const MAX_DEPTH: u16 = 250;

/// All packages, objects and types of a run.
///
/// Everything may be read from any thread at any time. Ids depend on the order in which threads
/// worked; sort by name or location before output.
pub struct World {
    types: boxcar::Vec<TypeEntry>,
    /// The ids of all types by the hash of their shape.
    shards: [RwLock<HashTable<TypeId>>; SHARDS],
    named: boxcar::Vec<Named>,
    type_params: boxcar::Vec<TypeParam>,
    objects: boxcar::Vec<Object>,
    packages: boxcar::Vec<Package>,
    /// For methods of generic types, the type parameters their receiver declares.
    receiver_params: RwLock<FxHashMap<ObjId, usize>>,
    param_lists: boxcar::Vec<Box<[TypeParamId]>>,
    /// Copies of type parameter lists, by the first parameter, the number of the copy, and the
    /// type arguments of the receiver if it is for an instance of a generic method.
    copies: RwLock<FxHashMap<CopyKey, usize>>,
    universe: OnceLock<Universe>,
    originals: OnceLock<FxHashMap<ObjId, ObjId>>,
    sizes: Sizes,
}

type CopyKey = (TypeParamId, u32, Option<TypeId>);

/// A type and what was found out about it.
struct TypeEntry {
    ty: Type,
    traits: Traits,
    depth: u16,
    /// The underlying type of an instance, once it was asked for.
    underlying: OnceLock<TypeId>,
    type_set: OnceLock<Box<TypeSet>>,
}

impl World {
    /// A world with the universe and package `unsafe` in it.
    pub fn new(sizes: Sizes) -> Self {
        let world = Self {
            types: boxcar::Vec::with_capacity(1 << 12),
            shards: std::array::from_fn(|_| RwLock::default()),
            named: boxcar::Vec::new(),
            type_params: boxcar::Vec::new(),
            objects: boxcar::Vec::with_capacity(1 << 12),
            packages: boxcar::Vec::new(),
            receiver_params: RwLock::default(),
            param_lists: boxcar::Vec::new(),
            copies: RwLock::default(),
            universe: OnceLock::new(),
            originals: OnceLock::new(),
            sizes,
        };
        for (slot, &basic) in Basic::ALL.iter().enumerate() {
            let id = world.intern(Type::Basic(basic));
            assert_eq!(
                id.index(),
                slot,
                "basic types come first, in the order of their enum"
            );
        }
        let universe = Universe::new(&world);
        assert!(
            world.universe.set(universe).is_ok(),
            "the universe is made once"
        );
        world
    }

    /// Says which objects were declared twice, for a package and for the same package with its tests:
    /// the second with the first.
    pub fn set_originals(&self, originals: FxHashMap<ObjId, ObjId>) {
        // There is one project for each world.
        let _ = self.originals.set(originals);
    }

    /// The object that stands for this one in all packages. What bodies name are originals; what a
    /// type holds may be the fields and methods of a package with its tests.
    pub fn original(&self, object: ObjId) -> ObjId {
        let originals = self.originals.get();
        let original = originals.and_then(|it| it.get(&object));
        original.copied().unwrap_or(object)
    }

    /// False if [`original`](Self::original) changes nothing.
    pub fn has_originals(&self) -> bool {
        self.originals.get().is_some_and(|it| !it.is_empty())
    }

    /// The predeclared names and types.
    pub fn universe(&self) -> &Universe {
        self.universe
            .get()
            .expect("set by `new` before anybody else sees the world")
    }

    /// Sizes of the machine that the program is for.
    pub fn sizes(&self) -> &Sizes {
        &self.sizes
    }

    pub fn ty(&self, id: TypeId) -> &Type {
        &self.types[id.index()].ty
    }

    pub fn named(&self, id: NamedId) -> &Named {
        &self.named[id.index()]
    }

    pub fn type_param(&self, id: TypeParamId) -> &TypeParam {
        &self.type_params[id.index()]
    }

    pub fn object(&self, id: ObjId) -> &Object {
        &self.objects[id.index()]
    }

    pub fn package(&self, id: PkgId) -> &Package {
        &self.packages[id.index()]
    }

    /// How many packages were added; `PkgId`s are `0..package_count()`.
    pub fn package_count(&self) -> usize {
        self.packages.count()
    }

    /// How many objects there are; `ObjId`s are `0..object_count()`.
    pub fn object_count(&self) -> usize {
        self.objects.count()
    }

    /// The name of an object.
    pub fn name(&self, id: ObjId) -> Name {
        self.object(id).name
    }

    /// The type of an object, invalid as long as it is not resolved.
    pub fn object_type(&self, id: ObjId) -> TypeId {
        self.object(id)
            .ty
            .get()
            .copied()
            .unwrap_or_else(|| self.basic(Basic::Invalid))
    }

    /// How many types there are.
    pub fn type_count(&self) -> usize {
        self.types.count()
    }

    pub(crate) fn traits(&self, id: TypeId) -> Traits {
        self.types[id.index()].traits
    }

    pub(crate) fn underlying_cell(&self, id: TypeId) -> &OnceLock<TypeId> {
        &self.types[id.index()].underlying
    }

    pub(crate) fn type_set_cell(&self, id: TypeId) -> &OnceLock<Box<TypeSet>> {
        &self.types[id.index()].type_set
    }

    // --- adding ---

    /// Adds a package. Its scope is set later, by whoever resolves it.
    pub fn add_package(&self, source: PackageSource) -> PkgId {
        PkgId::new(self.packages.push(Package::new(source)))
    }

    /// Adds an object.
    pub fn new_object(&self, object: Object) -> ObjId {
        ObjId::new(self.objects.push(object))
    }

    /// Adds the declaration of a defined type.
    pub fn new_named(&self, object: ObjId) -> NamedId {
        let named = Named {
            object,
            type_params: OnceLock::new(),
            underlying: OnceLock::new(),
            methods: OnceLock::new(),
        };
        NamedId::new(self.named.push(named))
    }

    /// Adds the declaration of a type parameter.
    pub fn new_type_param(&self, object: ObjId, index: u32) -> TypeParamId {
        let param = TypeParam {
            object,
            index,
            constraint: OnceLock::new(),
        };
        TypeParamId::new(self.type_params.push(param))
    }

    /// Remembers which type parameters the receiver of a method of a generic type declares, in
    /// the order of the type's own.
    pub fn set_receiver_params(&self, method: ObjId, params: Box<[TypeParamId]>) {
        if params.is_empty() {
            return;
        }
        let slot = self.param_lists.push(params);
        let mut table = self
            .receiver_params
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        table.insert(method, slot);
    }

    /// The type parameters that a method's receiver declares; none for methods of plain types.
    pub fn receiver_params(&self, method: ObjId) -> &[TypeParamId] {
        let table = self
            .receiver_params
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        table
            .get(&method)
            .map_or(&[], |&slot| &self.param_lists[slot])
    }

    /// Copy number `copy` of a list of type parameters, with constraints in terms of the copy.
    /// Asking again for the same copy gives the same parameters.
    pub(crate) fn renamed_params(&self, params: &[TypeParamId], copy: u32) -> &[TypeParamId] {
        self.copied_params(params, (copy, None), &[], &[])
    }

    /// The parameters that a generic method declares itself, for an instance of its receiver:
    /// constraints that mention the receiver's parameters `outer` have `args` in their place.
    pub(crate) fn instance_params(
        &self,
        params: &[TypeParamId],
        outer: &[TypeParamId],
        args: &[TypeId],
    ) -> &[TypeParamId] {
        self.copied_params(params, (0, Some(self.tuple(args))), outer, args)
    }

    fn copied_params(
        &self,
        params: &[TypeParamId],
        copy: (u32, Option<TypeId>),
        outer: &[TypeParamId],
        args: &[TypeId],
    ) -> &[TypeParamId] {
        let Some(&first) = params.first() else {
            return &[];
        };
        let key = (first, copy.0, copy.1);
        let found = self
            .copies
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .copied();
        let slot = found.unwrap_or_else(|| {
            let slot = self.param_lists.push(self.copy_params(params, outer, args));
            let mut table = self.copies.write().unwrap_or_else(PoisonError::into_inner);
            *table.entry(key).or_insert(slot)
        });
        &self.param_lists[slot]
    }

    fn copy_params(
        &self,
        params: &[TypeParamId],
        outer: &[TypeParamId],
        args: &[TypeId],
    ) -> Box<[TypeParamId]> {
        let copy = |&id: &TypeParamId| {
            let old = self.type_param(id);
            self.new_type_param(old.object, old.index)
        };
        let fresh: Box<[TypeParamId]> = params.iter().map(copy).collect();
        let from: Vec<TypeParamId> = params.iter().chain(outer).copied().collect();
        let own = fresh.iter().map(|&id| self.type_param_type(id));
        let to: Vec<TypeId> = own.chain(args.iter().copied()).collect();
        for (&new, &old) in fresh.iter().zip(params) {
            if let Some(&constraint) = self.type_param(old).constraint.get() {
                // The parameter was made above and nobody else has it yet.
                let _ = self
                    .type_param(new)
                    .constraint
                    .set(self.subst(constraint, &from, &to));
            }
        }
        fresh
    }

    // --- interning ---

    /// The id of a type.
    pub fn intern(&self, ty: Type) -> TypeId {
        let hash = hash_of(&ty.as_ref());
        if let Some(id) = self.find(hash, &ty.as_ref()) {
            return id;
        }
        self.insert(hash, ty)
    }

    /// The id of a type whose lists are borrowed; they are copied only if the type is new.
    pub(crate) fn intern_ref(&self, ty: &TypeRef<'_>) -> TypeId {
        let hash = hash_of(ty);
        self.find(hash, ty)
            .unwrap_or_else(|| self.insert(hash, ty.to_type()))
    }

    fn find(&self, hash: u64, ty: &TypeRef<'_>) -> Option<TypeId> {
        let shard = self
            .shard(hash)
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        shard.find(hash, |&id| self.ty(id).as_ref() == *ty).copied()
    }

    fn insert(&self, hash: u64, ty: Type) -> TypeId {
        let (traits, depth) = self.describe(&ty);
        if MAX_DEPTH < depth {
            return self.basic(Basic::Invalid);
        }
        let mut shard = self
            .shard(hash)
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let same = |&id: &TypeId| self.ty(id).as_ref() == ty.as_ref();
        if let Some(&id) = shard.find(hash, same) {
            return id;
        }
        let entry = TypeEntry {
            ty,
            traits,
            depth,
            underlying: OnceLock::new(),
            type_set: OnceLock::new(),
        };
        let id = TypeId::new(self.types.push(entry));
        shard.insert_unique(hash, id, |&id| hash_of(&self.ty(id).as_ref()));
        id
    }

    fn shard(&self, hash: u64) -> &RwLock<HashTable<TypeId>> {
        &self.shards[(hash >> 40) as usize % SHARDS]
    }

    /// Traits and nesting depth of a type from those of its parts.
    fn describe(&self, ty: &Type) -> (Traits, u16) {
        let mut traits = ty.own_traits();
        let mut depth = 0;
        ty.for_each_part(|part| {
            let entry = &self.types[part.index()];
            traits = traits.with_part(entry.traits);
            depth = depth.max(entry.depth + 1);
        });
        (traits, depth)
    }

    /// The type of a basic kind.
    pub fn basic(&self, basic: Basic) -> TypeId {
        TypeId::new(basic as usize)
    }

    /// The type of what could not be typed.
    pub fn invalid(&self) -> TypeId {
        self.basic(Basic::Invalid)
    }

    /// `*element`.
    pub fn pointer_to(&self, element: TypeId) -> TypeId {
        self.intern(Type::Pointer(element))
    }

    /// `[]element`.
    pub fn slice_of(&self, element: TypeId) -> TypeId {
        self.intern(Type::Slice(element))
    }

    /// `[len]element`; `len` is -1 where it could not be computed.
    pub fn array_of(&self, len: i64, element: TypeId) -> TypeId {
        self.intern(Type::Array { len, element })
    }

    /// `map[key]value`.
    pub fn map_of(&self, key: TypeId, value: TypeId) -> TypeId {
        self.intern(Type::Map { key, value })
    }

    /// `chan element` in a direction.
    pub fn chan_of(&self, dir: ChanDir, element: TypeId) -> TypeId {
        self.intern(Type::Chan { dir, element })
    }

    /// The types of several values.
    pub fn tuple(&self, types: &[TypeId]) -> TypeId {
        self.intern_ref(&TypeRef::Tuple(types))
    }

    /// A function type without type parameters.
    pub fn signature(&self, params: &[TypeId], results: &[TypeId], variadic: bool) -> TypeId {
        self.intern_ref(&TypeRef::Signature {
            type_params: &[],
            params,
            results,
            variadic,
        })
    }

    /// A defined type, or the bare generic type if `args` is empty.
    pub fn named_type(&self, origin: NamedId, args: &[TypeId]) -> TypeId {
        self.intern_ref(&TypeRef::Named { origin, args })
    }

    /// The type that a type parameter stands for inside its scope.
    pub fn type_param_type(&self, param: TypeParamId) -> TypeId {
        self.intern(Type::TypeParam(param))
    }

    /// The signature behind a type, if its underlying type is one.
    pub fn as_signature(&self, ty: TypeId) -> Option<&Signature> {
        match self.ty(self.underlying(ty)) {
            Type::Signature(signature) => Some(signature),
            _ => None,
        }
    }
}

impl Default for World {
    /// A world for 64-bit machines.
    fn default() -> Self {
        Self::new(Sizes::default())
    }
}

fn hash_of(ty: &TypeRef<'_>) -> u64 {
    FxBuildHasher.hash_one(ty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_types_have_equal_ids() {
        let world = World::default();
        let int = world.basic(Basic::Int);
        assert_eq!(world.slice_of(int), world.slice_of(int));
        assert_ne!(world.slice_of(int), world.array_of(1, int));
        let list = [int, world.universe().error];
        assert_eq!(world.tuple(&list), world.intern(Type::Tuple(list.into())));
        assert_eq!(world.ty(int), &Type::Basic(Basic::Int));
    }

    #[test]
    fn threads_agree() {
        let world = World::default();
        let make = || {
            let nest = |depth: usize| {
                let start = world.basic(Basic::ALL[depth % 20]);
                (0..depth % 50).fold(start, |ty, _| world.pointer_to(world.slice_of(ty)))
            };
            (0..2000).map(nest).collect::<Vec<_>>()
        };
        let (a, b) = std::thread::scope(|scope| {
            let (a, b) = (scope.spawn(make), scope.spawn(make));
            (a.join().expect("no panic"), b.join().expect("no panic"))
        });
        assert_eq!(a, b);
    }

    #[test]
    fn nesting_has_an_end() {
        let world = World::default();
        let mut ty = world.basic(Basic::Int);
        for _ in 0..100_000 {
            ty = world.slice_of(ty);
        }
        assert!(world.type_count() < 2000);
    }

    #[test]
    fn the_universe_is_there() {
        let world = World::default();
        let universe = world.universe();
        let object = |name: &str| universe.scope.objects[&Name::intern(name)];
        assert_eq!(world.object_type(object("byte")), world.basic(Basic::Uint8));
        assert_eq!(world.object_type(object("any")), universe.any);
        assert_eq!(world.type_string(universe.error), "error");
        let set = world.type_set(universe.error);
        assert_eq!(set.methods.len(), 1);
        assert!(set.is_method_set());
        assert!(world.type_set(universe.comparable).comparable);
        assert!(world.type_set(universe.any).is_all());
        let scope = world.package(universe.unsafe_package).scope.get();
        assert!(scope.is_some_and(|scope| scope.objects.contains_key(&Name::intern("Sizeof"))));
    }
}
