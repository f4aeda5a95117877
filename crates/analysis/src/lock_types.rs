//! Types that must not be copied once they are in use.

use contend_types::{Named, ObjId, PkgId, Qualify, Type, TypeId, World};

/// Deeper nesting is invalid or not worth it.
const MAX_DEPTH: usize = 16;

/// A lock inside of a type, or the type itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockInside {
    /// The type of the lock.
    pub lock: TypeId,
    /// The fields on the way, outer ones first. Arrays are passed without a step.
    pub fields: Vec<ObjId>,
}

impl LockInside {
    /// The first lock in a value of this type, pointers not followed.
    pub fn of(world: &World, ty: TypeId) -> Option<Self> {
        let mut fields = Vec::new();
        find(world, ty, &mut fields, 0).map(|lock| Self { lock, fields })
    }

    /// `mu` or `inner.mu`.
    pub fn path(&self, world: &World) -> String {
        let names: Vec<&str> = self
            .fields
            .iter()
            .map(|&it| world.name(it).as_str())
            .collect();
        names.join(".")
    }
}

fn find(world: &World, ty: TypeId, fields: &mut Vec<ObjId>, depth: usize) -> Option<TypeId> {
    if MAX_DEPTH < depth {
        return None;
    }
    match world.ty(ty) {
        Type::Named { origin, .. } if is_lock(world, world.named(*origin)) => Some(ty),
        Type::Named { .. } => find(world, world.underlying(ty), fields, depth + 1),
        Type::Array { len, element } if *len != 0 => find(world, *element, fields, depth + 1),
        Type::Struct(list) => list.iter().find_map(|field| {
            fields.push(world.original(field.object));
            let found = find(world, field.ty, fields, depth + 1);
            if found.is_none() {
                fields.pop();
            }
            found
        }),
        _ => None,
    }
}

/// The types of `sync` and `sync/atomic`, which say so in their documentation.
fn is_lock(world: &World, named: &Named) -> bool {
    let object = world.object(named.object);
    let Some(package) = object.package else {
        return false;
    };
    let name = object.name.as_str();
    match world.package(package).source.path.as_str() {
        "sync" => {
            matches!(
                name,
                "Cond" | "Map" | "Mutex" | "Once" | "Pool" | "RWMutex" | "WaitGroup"
            )
        }
        // Not Value: a copy of it holds what it held, and is often made on purpose.
        "sync/atomic" => matches!(
            name,
            "Bool" | "Int32" | "Int64" | "Pointer" | "Uint32" | "Uint64" | "Uintptr"
        ),
        _ => false,
    }
}

/// A type in backquotes, as the package would write it.
pub fn type_name(world: &World, ty: TypeId, from: PkgId) -> String {
    format!("`{}`", world.display(ty, Qualify::From(from)))
}
