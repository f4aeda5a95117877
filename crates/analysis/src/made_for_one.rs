//! Types that are made for one goroutine at a time, and calls that use them through an interface.

use contend_ir::{Body, Call, Operand};
use contend_types::{ObjId, Type, TypeId, World};

use crate::accesses::Access;
use crate::library::{package_path, receiver_name};
use crate::manner::Manner;
use crate::path::{Path, Step};

/// By package: types whose methods change them, and that take no lock.
static TYPES: &[(&str, &[&str])] = &[
    ("archive/tar", &["Reader", "Writer"]),
    ("archive/zip", &["Writer"]),
    ("bufio", &["ReadWriter", "Reader", "Scanner", "Writer"]),
    ("bytes", &["Buffer", "Reader"]),
    ("compress/gzip", &["Reader", "Writer"]),
    ("container/list", &["List"]),
    ("container/ring", &["Ring"]),
    ("encoding/csv", &["Reader", "Writer"]),
    ("encoding/gob", &["Decoder", "Encoder"]),
    ("encoding/json", &["Decoder", "Encoder"]),
    ("encoding/xml", &["Decoder", "Encoder"]),
    ("hash", &["Hash", "Hash32", "Hash64"]),
    ("hash/maphash", &["Hash"]),
    ("math/big", &["Float", "Int", "Rat"]),
    ("math/rand", &["Rand", "Zipf"]),
    ("math/rand/v2", &["ChaCha8", "PCG", "Rand", "Zipf"]),
    ("strings", &["Builder", "Reader"]),
    ("text/tabwriter", &["Writer"]),
];

/// Functions that write to, or read from, an interface value: package, receiver, start of the
/// names, number of the argument.
static THROUGH_INTERFACE: &[(&str, &str, &str, usize)] = &[
    ("fmt", "", "Fprint", 0),
    ("fmt", "", "Fscan", 0),
    ("html/template", "Template", "Execute", 0),
    ("io", "", "Copy", 0),
    ("io", "", "Copy", 1),
    ("io", "", "ReadAll", 0),
    ("io", "", "ReadFull", 0),
    ("io", "", "WriteString", 0),
    ("text/template", "Template", "Execute", 0),
];

/// The name of a type that is made for one goroutine at a time, as one writes it elsewhere:
/// `bytes.Buffer`.
pub fn made_for_one(world: &World, ty: TypeId) -> Option<String> {
    let (named, _) = world.named_parts(ty)?;
    let object = world.named(named).object;
    let (path, name) = (package_path(world, object), world.name(object));
    let (_, names) = TYPES.iter().find(|(package, _)| *package == path)?;
    let package = path.rsplit('/').find(|it| *it != "v2").unwrap_or(path);
    names
        .contains(&name.as_str())
        .then(|| format!("{package}.{name}"))
}

/// What a call of a library function writes to, or reads from, through an interface.
pub fn used_through_interface(
    world: &World,
    body: &Body,
    call: &Call,
    function: ObjId,
) -> Vec<Operand> {
    let path = package_path(world, function);
    let rows = THROUGH_INTERFACE
        .iter()
        .filter(|(package, ..)| *package == path);
    let mut used = Vec::new();
    for (_, receiver, start, at) in rows {
        let is_it = receiver_name(world, function).unwrap_or_default() == *receiver
            && world.name(function).as_str().starts_with(start);
        if is_it {
            used.extend(body.operands(call.args).get(*at));
        }
    }
    used
}

/// The type of what is at a path; behind an interface the interface itself.
pub fn type_at(world: &World, path: &Path) -> Option<TypeId> {
    let mut ty = world.object_type(path.variable()?);
    for step in &path.steps {
        ty = match step {
            Step::Field(field) => world.object_type(*field),
            Step::Deref => world.deref(ty).0,
            Step::Constant(_)
            | Step::At(_)
            | Step::Each
            | Step::Round(_)
            | Step::Own
            | Step::Entry
            | Step::Part => match world.underlying_type(ty) {
                Type::Array { element, .. } | Type::Slice(element) => *element,
                _ => return None,
            },
            Step::Named(_) | Step::Carried(_) | Step::Room => return None,
        };
    }
    Some(ty)
}

/// True for a use through an interface of a value that may well be made for many.
pub fn is_unknown_value(world: &World, access: &Access) -> bool {
    access.manner == Manner::ThroughInterface
        && type_at(world, &access.path).is_none_or(|ty| made_for_one(world, ty).is_none())
}
