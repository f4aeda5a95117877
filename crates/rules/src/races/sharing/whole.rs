//! Writes of whole structures: `*c = next` writes each field of `c`, which others read one by one.

use contend_analysis::accesses::{Access, Subject};
use contend_analysis::path::{Path, Step};
use contend_analysis::program::Reached;
use contend_analysis::roots::Root;
use contend_types::{ObjId, Type, World};

/// Larger structures than this are told of by their first fields.
const MAX_FIELDS: usize = 24;

/// Adds to what a goroutine does the writes of the fields of what it writes as a whole.
pub(super) fn with_fields((root, reached): &mut (Root, Reached), world: &World) {
    let own = of_fields(world, &root.accesses);
    root.accesses.extend(own.into_iter().map(|(it, _)| it));
    for (access, whole) in of_fields(world, &reached.accesses) {
        reached.accesses.push(access);
        reached.entries.push(reached.entries[whole]);
    }
}

/// The writes of fields, each with the number of the access that it is a part of.
fn of_fields(world: &World, accesses: &[Access]) -> Vec<(Access, usize)> {
    let is_whole = |access: &Access| {
        access.is_write() && access.subject == Subject::Variable && !access.is_atomic
    };
    let mut parts = Vec::new();
    for (at, access) in accesses.iter().enumerate().filter(|(_, it)| is_whole(it)) {
        for field in fields(world, &access.path) {
            let mut part = access.clone();
            part.path.steps.push(Step::Field(field));
            parts.push((part, at));
        }
    }
    parts
}

/// The fields of the structure that a path leads to, if it is one.
fn fields(world: &World, path: &Path) -> Vec<ObjId> {
    let (holder, is_behind) = match path.steps[..] {
        [.., Step::Field(field), Step::Deref] => (Some(field), true),
        [Step::Deref] => (path.variable(), true),
        [.., Step::Field(field)] => (Some(field), false),
        [] => (path.variable(), false),
        _ => (None, false),
    };
    let Some(ty) = holder.map(|it| world.object_type(it)) else {
        return Vec::new();
    };
    let (to, is_pointer) = world.deref(ty);
    if is_pointer != is_behind {
        return Vec::new();
    }
    let Type::Struct(fields) = world.ty(world.underlying(to)) else {
        return Vec::new();
    };
    let fields = fields.iter().take(MAX_FIELDS);
    fields.map(|field| world.original(field.object)).collect()
}
