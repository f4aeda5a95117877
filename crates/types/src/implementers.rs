//! Which types implement an interface.

use std::sync::{Arc, Mutex, PoisonError};

use contend_base::Name;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::lookup::Lookup;
use crate::{InterfaceMethod, ObjId, ObjectKind, Type, TypeId, World};

/// An index of concrete types by the names of their methods, for asking many interfaces.
///
/// Built once; questions may come from any thread.
pub struct Implementers<'a> {
    world: &'a World,
    /// The types, in the order they were given.
    types: Vec<TypeId>,
    by_method: FxHashMap<Name, Vec<u32>>,
    /// What was answered: an interface is asked for once for each of its methods, and may have
    /// a hundred.
    answers: Mutex<FxHashMap<TypeId, Arc<[TypeId]>>>,
}

impl<'a> Implementers<'a> {
    /// An index over `types`; interfaces, type parameters and generic types without arguments
    /// among them are left out. Of a type `T`, both `T` and `*T` are considered.
    pub fn new(world: &'a World, types: impl IntoIterator<Item = TypeId>) -> Self {
        let mut index = Self {
            world,
            types: Vec::new(),
            by_method: FxHashMap::default(),
            answers: Mutex::default(),
        };
        let mut known = FxHashSet::default();
        let mut names = Vec::new();
        for ty in types {
            let ty = world.deref(ty).0;
            let concrete =
                !world.is_interface(ty) && !world.is_generic(ty) && !world.is_parameterized(ty);
            if !concrete || !known.insert(ty) {
                continue;
            }
            names.clear();
            world.method_names(ty, &mut names);
            if names.is_empty() {
                continue;
            }
            let slot = index.types.len() as u32;
            index.types.push(ty);
            for &name in &names {
                index.by_method.entry(name).or_default().push(slot);
            }
        }
        index
    }

    /// The types that implement an interface: `T` where values do, else `*T`. Every type
    /// implements an interface without methods; for those the answer is empty.
    pub fn of(&self, interface: TypeId) -> Arc<[TypeId]> {
        let answers = || self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = answers().get(&interface) {
            return Arc::clone(known);
        }
        let found: Arc<[TypeId]> = self.find(interface);
        Arc::clone(answers().entry(interface).or_insert(found))
    }

    fn find(&self, interface: TypeId) -> Arc<[TypeId]> {
        let set = self.world.type_set(interface);
        let candidates = self.candidates(&set.methods);
        let implementer = |&slot: &u32| {
            let ty = self.types[slot as usize];
            if self.world.implements(ty, interface) {
                return Some(ty);
            }
            let pointer = self.world.pointer_to(ty);
            self.world.implements(pointer, interface).then_some(pointer)
        };
        candidates.iter().filter_map(implementer).collect()
    }

    /// The declared methods that a call of `method` through `interface` may reach, without
    /// repetition: those of embedded types where a type inherits the method.
    pub fn callees(&self, interface: TypeId, method: &InterfaceMethod) -> Vec<ObjId> {
        let package = self.world.object(method.object).package;
        let mut known = FxHashSet::default();
        let callee = |ty: TypeId| match self.world.lookup_raw(ty, true, package, method.name) {
            Lookup::Method(selected)
                if matches!(
                    self.world.object(selected.object).kind,
                    ObjectKind::Func { .. }
                ) =>
            {
                Some(selected.object)
            }
            _ => None,
        };
        let types = self.of(interface);
        let callees = types.iter().copied().filter_map(callee);
        callees.filter(|&object| known.insert(object)).collect()
    }

    /// The types that have methods of all these names.
    fn candidates(&self, methods: &[InterfaceMethod]) -> Vec<u32> {
        let slots = |method: &InterfaceMethod| {
            self.by_method
                .get(&method.name)
                .map_or(&[][..], Vec::as_slice)
        };
        let mut lists: Vec<&[u32]> = methods.iter().map(slots).collect();
        lists.sort_unstable_by_key(|slots| slots.len());
        let Some((rarest, others)) = lists.split_first() else {
            return Vec::new();
        };
        let has_all = |slot: &u32| others.iter().all(|list| list.binary_search(slot).is_ok());
        rarest.iter().copied().filter(has_all).collect()
    }
}

impl World {
    /// All defined types that were met so far, instances included, generic types without
    /// arguments and types that mention type parameters left out.
    pub fn defined_types(&self) -> impl Iterator<Item = TypeId> + '_ {
        (0..self.type_count()).map(TypeId::new).filter(|&ty| {
            matches!(self.ty(ty), Type::Named { .. })
                && !self.is_parameterized(ty)
                && !self.is_generic(ty)
        })
    }

    /// The names of all methods that a type or its pointer has, through embedded fields too.
    /// Some of them may turn out to be ambiguous.
    fn method_names(&self, ty: TypeId, names: &mut Vec<Name>) {
        let mut open = vec![ty];
        let mut seen: FxHashSet<TypeId> = FxHashSet::from_iter([ty]);
        while let Some(next) = open.pop() {
            if let Type::Named { origin, .. } = self.ty(next) {
                let methods = self.named(*origin).methods.get();
                names.extend(
                    methods
                        .into_iter()
                        .flatten()
                        .map(|&method| self.name(method)),
                );
            }
            match self.underlying_type(next) {
                Type::Struct(fields) => {
                    for field in fields.iter().filter(|field| field.embedded) {
                        let inner = self.deref(field.ty).0;
                        if seen.insert(inner) {
                            open.push(inner);
                        }
                    }
                }
                Type::Interface { .. } => {
                    names.extend(self.type_set(next).methods.iter().map(|method| method.name));
                }
                _ => {}
            }
        }
        names.sort_unstable();
        names.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snippet::Snippet;

    #[test]
    fn values_pointers_and_instances() {
        let snippet = Snippet::new(
            "type I interface { Close() error; Name() string }
            type A struct{}
            func (A) Close() error { return nil }
            func (A) Name() string { return \"\" }
            type B struct{ A }
            func (*B) Name() string { return \"\" }
            type G[T any] struct{ t T }
            func (G[T]) Close() error { return nil }
            func (*G[T]) Name() string { return \"\" }
            type N struct{}
            func (N) Close() error { return nil }
            var g G[int]",
        );
        let world = &snippet.world;
        let index = Implementers::new(world, world.defined_types());
        let interface = snippet.ty("I");
        let mut found: Vec<String> = index
            .of(interface)
            .iter()
            .map(|&ty| world.type_string(ty))
            .collect();
        found.sort();
        assert_eq!(found, ["*p.B", "*p.G[int]", "p.A"]);
        let method = world.type_set(interface).methods[1];
        assert_eq!(method.name.as_str(), "Name");
        assert_eq!(index.callees(interface, &method).len(), 3);
        let close = world.type_set(interface).methods[0];
        // B inherits from A.
        assert_eq!(index.callees(interface, &close).len(), 2);
    }
}
