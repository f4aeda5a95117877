//! The maps that a value holds: whoever encodes or prints it walks over them.

use contend_types::{ObjId, Type, TypeId, World};

/// Structures inside structures are looked into this deep.
const DEPTH: usize = 6;
/// A value with more maps is a configuration, and says nothing.
const MOST: usize = 24;

/// The fields with maps that a value of this type leads to, with the way to each: `.stats.counts`.
pub(super) fn maps_in(world: &World, ty: TypeId) -> Vec<(ObjId, String)> {
    let mut found = Vec::new();
    walk(world, ty, None, &mut String::new(), DEPTH, &mut found);
    found
}

fn walk(
    world: &World,
    ty: TypeId,
    field: Option<ObjId>,
    way: &mut String,
    depth: usize,
    found: &mut Vec<(ObjId, String)>,
) {
    if depth == 0 || MOST <= found.len() {
        return;
    }
    match world.underlying_type(ty) {
        Type::Map { value, .. } => {
            if let Some(field) = field
                && found.iter().all(|(known, _)| *known != field)
            {
                found.push((field, way.clone()));
            }
            walk(world, *value, None, way, depth - 1, found);
        }
        Type::Pointer(inner) => walk(world, *inner, field, way, depth, found),
        Type::Slice(inner) | Type::Array { element: inner, .. } => {
            let len = way.len();
            way.push_str("[...]");
            walk(world, *inner, None, way, depth - 1, found);
            way.truncate(len);
        }
        Type::Struct(fields) => {
            for field in fields {
                let len = way.len();
                way.push('.');
                way.push_str(field.name.as_str());
                walk(
                    world,
                    field.ty,
                    Some(world.original(field.object)),
                    way,
                    depth - 1,
                    found,
                );
                way.truncate(len);
            }
        }
        _ => {}
    }
}
