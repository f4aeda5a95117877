//! Generic types behind interfaces.
//!
//! Generic code may make interface values of types whose arguments nobody wrote down: `leaf[T]`
//! inside of `tree[T]`. Which instances there are is known to a compiler only; here one generic
//! type stands for all of its instances.

use contend_base::Name;
use contend_types::{InterfaceMethod, ObjId, ObjectKind, Type, TypeId, World};
use rustc_hash::FxHashMap;

/// Generic types by the names of their methods.
pub(super) struct GenericTypes<'a> {
    world: &'a World,
    /// By type: its methods with their signatures.
    types: Vec<FxHashMap<Name, (ObjId, TypeId)>>,
    by_method: FxHashMap<Name, Vec<usize>>,
}

impl<'a> GenericTypes<'a> {
    pub(super) fn new(world: &'a World, types: &[TypeId]) -> Self {
        let mut index = Self {
            world,
            types: Vec::new(),
            by_method: FxHashMap::default(),
        };
        for &ty in types {
            let methods = world.method_set(world.pointer_to(ty));
            for &(name, _) in &methods {
                index
                    .by_method
                    .entry(name)
                    .or_default()
                    .push(index.types.len());
            }
            let entry = |(name, selection): (Name, contend_types::Selection)| {
                (name, (selection.object, selection.ty))
            };
            index.types.push(methods.into_iter().map(entry).collect());
        }
        index
    }

    /// The methods that a call of `wanted` through an interface with these methods may reach.
    pub(super) fn callees(&self, all: &[InterfaceMethod], wanted: &InterfaceMethod) -> Vec<ObjId> {
        let candidates = self.by_method.get(&wanted.name);
        candidates
            .into_iter()
            .flatten()
            .map(|&at| &self.types[at])
            .filter(|methods| all.iter().all(|method| self.may_be(methods, method)))
            .filter_map(|methods| methods.get(&wanted.name).map(|&(object, _)| object))
            .filter(|&object| matches!(self.world.object(object).kind, ObjectKind::Func { .. }))
            .collect()
    }

    fn may_be(&self, methods: &FxHashMap<Name, (ObjId, TypeId)>, wanted: &InterfaceMethod) -> bool {
        let Some(&(object, ty)) = methods.get(&wanted.name) else {
            return false;
        };
        let is_visible = wanted.name.is_exported()
            || self.world.object(object).package == self.world.object(wanted.object).package;
        let (Type::Signature(own), Type::Signature(asked)) =
            (self.world.ty(ty), self.world.ty(wanted.ty))
        else {
            return false;
        };
        let agree = |own: &[TypeId], asked: &[TypeId]| {
            own.len() == asked.len()
                && own
                    .iter()
                    .zip(asked)
                    .all(|(&own, &asked)| self.may_be_type(own, asked))
        };
        is_visible && agree(&own.params, &asked.params) && agree(&own.results, &asked.results)
    }

    /// What mentions a type parameter may be anything.
    fn may_be_type(&self, own: TypeId, asked: TypeId) -> bool {
        own == asked
            || self.world.is_parameterized(own)
            || self.world.is_parameterized(asked)
            || self.world.identical(own, asked)
    }
}
