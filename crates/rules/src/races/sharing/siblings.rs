//! Methods whose siblings take a lock: what calls them through their common interface comes side by
//! side, or nobody would have put the lock there.

use contend_analysis::library::{defined_type, is_for_tests, may_be_std, package_path};
use contend_analysis::locks::EffectKind;
use contend_analysis::summary::Summary;
use contend_base::Name;
use contend_types::{ObjId, ObjectKind, PkgId, Type, TypeId, World};
use rustc_hash::FxHashMap;

use super::ProgramUnit;

/// Doubles for tests have locks of their own accord.
static DOUBLES: &[&str] = &["Fake", "Mock", "Spy", "Stub", "fake", "mock", "spy", "stub"];

/// The methods that take a lock of their value, and the interfaces that may have them.
pub(super) struct Siblings<'a> {
    world: &'a World,
    locked: FxHashMap<Name, Vec<TypeId>>,
    interfaces: FxHashMap<Name, Vec<TypeId>>,
}

impl<'a> Siblings<'a> {
    pub(super) fn of(unit: &ProgramUnit<'a>) -> Self {
        let world = unit.world;
        let mut siblings = Self {
            world,
            locked: FxHashMap::default(),
            interfaces: FxHashMap::default(),
        };
        let functions = unit.packages.iter().flat_map(|it| &it.functions);
        for summary in functions.filter(|it| takes_own_lock(it)) {
            let name = world.name(summary.function);
            let Some(ty) = pointer_to_receiver(world, summary) else {
                continue;
            };
            if name.is_exported() && !is_double(world, summary) {
                siblings.locked.entry(name).or_default().push(ty);
            }
        }
        siblings.find_interfaces();
        siblings
    }

    fn find_interfaces(&mut self) {
        for package in (0..self.world.package_count()).map(PkgId::new) {
            let package = self.world.package(package);
            if may_be_std(package.source.path.as_str()) {
                // So many types have a `Read` or a `Close` that a lock in one says nothing of another.
                continue;
            }
            let scope = package.scope.get();
            let mut objects: Vec<ObjId> = scope
                .into_iter()
                .flat_map(|it| it.objects.values().copied())
                .collect();
            objects.sort_unstable();
            for ty in objects
                .into_iter()
                .filter_map(|it| plain_interface(self.world, it))
            {
                let methods = &self.world.type_set(ty).methods;
                // One method alone is met by chance.
                for method in methods.iter().filter(|_| 1 < methods.len()) {
                    if self.locked.contains_key(&method.name) {
                        self.interfaces.entry(method.name).or_default().push(ty);
                    }
                }
            }
        }
    }

    /// True for a method of an interface, where the same method of another type takes a lock.
    pub(super) fn take_a_lock(&self, summary: &Summary) -> bool {
        let name = self.world.name(summary.function);
        let (Some(locked), Some(interfaces)) = (self.locked.get(&name), self.interfaces.get(&name))
        else {
            return false;
        };
        let Some(own) = pointer_to_receiver(self.world, summary) else {
            return false;
        };
        interfaces.iter().any(|&interface| {
            let is_it = |ty: TypeId| self.world.implements(ty, interface);
            is_it(own) && locked.iter().any(|&other| other != own && is_it(other))
        })
    }
}

fn pointer_to_receiver(world: &World, summary: &Summary) -> Option<TypeId> {
    let ty = world.deref(world.object_type(summary.receiver?)).0;
    (!world.is_generic(ty) && !world.is_parameterized(ty)).then(|| world.pointer_to(ty))
}

/// True for a method that takes a lock which begins at its receiver.
fn takes_own_lock(summary: &Summary) -> bool {
    let effects = summary.locks.iter().flat_map(|it| &it.effects);
    let mut locks = effects.filter(|it| matches!(it.kind, EffectKind::Locks { .. }));
    summary.receiver.is_some() && locks.any(|it| it.path.variable() == summary.receiver)
}

fn is_double(world: &World, summary: &Summary) -> bool {
    let of = summary.receiver.and_then(|it| defined_type(world, it));
    let name = of.map(|it| world.name(it).as_str()).unwrap_or_default();
    DOUBLES.iter().any(|word| name.contains(word))
        || is_for_tests(package_path(world, summary.function))
}

/// An interface with a name of its own, and without parameters.
fn plain_interface(world: &World, object: ObjId) -> Option<TypeId> {
    if !matches!(world.object(object).kind, ObjectKind::TypeName { .. }) {
        return None;
    }
    let ty = world.object_type(object);
    let is_plain = matches!(world.ty(ty), Type::Named { .. }) && !world.is_generic(ty);
    (is_plain && world.is_interface(ty)).then_some(ty)
}
