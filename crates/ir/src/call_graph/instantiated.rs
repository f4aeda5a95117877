//! Which types can stand behind an interface.

use contend_types::{NamedId, ObjectKind, PkgId, Type, TypeId, World};
use rustc_hash::FxHashSet;

use crate::func::Body;

/// The types of which an interface somewhere may hold a value.
///
/// They are the types that the bodies convert to interfaces, and what reflection gets at from
/// there: fields, elements, what methods take and return. Type arguments count too, since generic code
/// may convert them. Of packages that were not lowered, and of those that such packages import,
/// every declared type counts.
pub(super) fn instantiated(world: &World, bodies: &[Body]) -> Instantiated {
    let mut walk = Walk {
        world,
        seen: FxHashSet::default(),
        open: Vec::new(),
        generic: FxHashSet::default(),
    };
    for body in bodies {
        for &ty in &body.boxed {
            walk.add(ty);
        }
    }
    for ty in world.defined_types() {
        if let Type::Named { args, .. } = world.ty(ty) {
            args.iter().for_each(|&arg| walk.add(arg));
        }
    }
    let lowered: FxHashSet<PkgId> = bodies.iter().map(|body| body.package).collect();
    let mut unseen = FxHashSet::default();
    for index in 0..world.package_count() {
        let package = PkgId::new(index);
        if !lowered.contains(&package) {
            unseen.insert(package);
            unseen.extend(world.package(package).source.imports.values());
        }
    }
    let mut unseen: Vec<PkgId> = unseen.into_iter().collect();
    unseen.sort_unstable();
    for package in unseen {
        walk.add_declared(package);
    }
    walk.finish()
}

/// Types whose values interfaces may hold.
pub(super) struct Instantiated {
    pub(super) types: Vec<TypeId>,
    /// Generic types that generic code makes interface values of: their instances may be more than
    /// are in `types`.
    pub(super) generic: Vec<TypeId>,
}

struct Walk<'a> {
    world: &'a World,
    seen: FxHashSet<TypeId>,
    open: Vec<TypeId>,
    /// Generic types that were met with a type parameter as argument: all their instances count.
    generic: FxHashSet<NamedId>,
}

impl Walk<'_> {
    fn add(&mut self, ty: TypeId) {
        if self.seen.insert(ty) {
            self.open.push(ty);
        }
    }

    fn add_declared(&mut self, package: PkgId) {
        let Some(scope) = self.world.package(package).scope.get() else {
            return;
        };
        let mut types: Vec<TypeId> = scope
            .objects
            .values()
            .filter(|&&object| {
                matches!(
                    self.world.object(object).kind,
                    ObjectKind::TypeName { is_alias: false }
                )
            })
            .filter_map(|&object| self.world.object(object).ty.get().copied())
            .collect();
        types.sort_unstable();
        for ty in types {
            self.add(ty);
            if let Type::Named { origin, .. } = self.world.ty(ty)
                && self.world.is_generic(ty)
            {
                self.generic.insert(*origin);
            }
        }
    }

    fn finish(mut self) -> Instantiated {
        self.follow();
        // Instances met on the way may bring in more.
        let instances: Vec<TypeId> = self
            .world
            .defined_types()
            .filter(|&ty| match self.world.ty(ty) {
                Type::Named { origin, args } => !args.is_empty() && self.generic.contains(origin),
                _ => false,
            })
            .collect();
        for ty in instances {
            self.add(ty);
        }
        self.follow();
        let mut types: Vec<TypeId> = self.seen.into_iter().collect();
        types.sort_unstable();
        let bare = |&origin: &NamedId| {
            let object = self.world.named(origin).object;
            self.world.object(object).ty.get().copied()
        };
        let mut generic: Vec<TypeId> = self.generic.iter().filter_map(bare).collect();
        generic.sort_unstable();
        Instantiated { types, generic }
    }

    fn follow(&mut self) {
        while let Some(ty) = self.open.pop() {
            let world = self.world;
            if let Type::Named { origin, args } = world.ty(ty) {
                if !args.is_empty() && world.is_parameterized(ty) {
                    self.generic.insert(*origin);
                }
                self.add(world.underlying(ty));
                for &method in world.named(*origin).methods.get().into_iter().flatten() {
                    if let Some(&signature) = world.object(method).ty.get() {
                        self.add(signature);
                    }
                }
            } else {
                let mut parts = Vec::new();
                world.ty(ty).for_each_part(|part| parts.push(part));
                for part in parts {
                    self.add(part);
                }
            }
        }
    }
}
