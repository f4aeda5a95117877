//! What a value carries that its methods hand to everybody: `ctx.Value(key)` is a part of `ctx`, and the
//! same one wherever the key is the same; what an atomic pointer loads is a part of the pointer, what a
//! flight brings is a part of its group, and what is looked up in a `sync.Map` a part of the map.
//!
//! Keys of a `sync.Map` are not told apart: it is there for goroutines that look up each other's
//! entries. Whoever takes entries out again has them for himself.

use contend_base::Name;
use contend_ir::{Body, Call, Callee, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::{Lookup, ObjId, ObjectKind, VarKind, World};

use crate::accessors::{HandedOut, Share};
use crate::library::{package_path, receiver_name};
use crate::path::{Path, Root, Step, Steps};

/// Methods whose first result all their callers share: package, type, name.
const SHARED: [(&str, &str, &str); 6] = [
    ("sync/atomic", "Value", LOAD),
    ("sync/atomic", "Pointer", LOAD),
    ("go.uber.org/atomic", "Pointer", LOAD),
    ("sync", "Map", LOAD),
    ("sync", "Map", LOAD_OR_STORE),
    ("golang.org/x/sync/singleflight", "Group", "Do"),
];

const LOAD: &str = "Load";
const LOAD_OR_STORE: &str = "LoadOrStore";

/// What a call returns that is a part of its receiver.
pub(crate) fn carried(world: &World, body: &Body, call: &Call) -> Option<HandedOut> {
    let (holder, key) = by_context(world, body, call).or_else(|| by_method(world, body, call))?;
    Some(HandedOut {
        place: Some(holder),
        path: Path {
            root: Root::Temp(holder),
            steps: Steps::from_slice(&[Step::Carried(key)]),
        },
        is_address: false,
        share: Share::Whole,
    })
}

/// A context, and the key of what it is asked for.
fn by_context(world: &World, body: &Body, call: &Call) -> Option<(PlaceId, ObjId)> {
    let (Callee::Interface(method), Some(Operand::Place(context))) = (call.callee, call.receiver)
    else {
        return None;
    };
    let is_it = world.name(method).as_str() == "Value" && package_path(world, method) == "context";
    let key = *body.operands(call.args).first().filter(|_| is_it)?;
    let Operand::Place(key) = key else {
        return None;
    };
    Some((context, key_object(world, body, key)?))
}

/// The key of what a call asks a context for.
pub(crate) fn context_key(world: &World, body: &Body, call: &Call) -> Option<ObjId> {
    by_context(world, body, call).map(|(_, key)| key)
}

/// The key under which a call puts a value into a context.
pub(crate) fn put_in_context(world: &World, body: &Body, call: &Call) -> Option<ObjId> {
    let Callee::Static(function) = call.callee else {
        return None;
    };
    let is_it =
        world.name(function).as_str() == "WithValue" && package_path(world, function) == "context";
    match *body.operands(call.args).get(1).filter(|_| is_it)? {
        Operand::Place(key) => key_object(world, body, key),
        _ => None,
    }
}

/// A value with a method that hands its callers the same, and the method.
fn by_method(world: &World, body: &Body, call: &Call) -> Option<(PlaceId, ObjId)> {
    let (Callee::Static(method), Some(Operand::Place(holder) | Operand::Addr(holder))) =
        (call.callee, call.receiver)
    else {
        return None;
    };
    let name = world.name(method);
    let is_it = |row: &&(&str, &str, &str)| {
        row.2 == name.as_str()
            && row.0 == package_path(world, method)
            && Some(row.1) == receiver_name(world, method)
    };
    let row = SHARED.iter().find(is_it)?;
    // Who has exchanged what was loaded for something else is alone with it.
    let is_owned = matches!(row.2, LOAD | LOAD_OR_STORE) && takes(world, body, row.0);
    // What is stored is loaded by others, who name it by their own method.
    let key = if row.2 == LOAD_OR_STORE {
        loading(world, body, holder)?
    } else {
        method
    };
    (!is_owned).then_some((holder, key))
}

/// The method `Load` of what is at a place.
fn loading(world: &World, body: &Body, holder: PlaceId) -> Option<ObjId> {
    let ty = world.deref(body.places.ty(holder)?).0;
    match world.lookup(ty, true, None, Name::intern(LOAD)) {
        Lookup::Method(load) => Some(world.original(load.object)),
        _ => None,
    }
}

/// True if the function exchanges values of atomics, or takes entries out of maps of package sync.
fn takes(world: &World, body: &Body, package: &str) -> bool {
    let (end, names): (&str, &[&str]) = if package == "sync" {
        let names = &["CompareAndDelete", "Delete", "LoadAndDelete", "Swap"];
        (package, names)
    } else {
        ("atomic", &["CAS", "CompareAndSwap", "Swap"])
    };
    body.calls.iter().any(|call| {
        matches!(call.callee, Callee::Static(function)
            if names.contains(&world.name(function).as_str())
                && package_path(world, function).ends_with(end))
    })
}

/// What tells a key from others: the package variable that holds it, or the type that was made for
/// it.
fn key_object(world: &World, body: &Body, key: PlaceId) -> Option<ObjId> {
    if let PlaceKind::Var(variable) = body.places.kind(key) {
        let is_global = world.object(variable).kind == ObjectKind::Var(VarKind::Package);
        return is_global.then_some(variable);
    }
    let mut instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let is_made = instrs.any(|it| matches!(it.kind, InstrKind::Alloc { dst, .. } if dst == key));
    let (named, _) = world.named_parts(body.places.ty(key).filter(|_| is_made)?)?;
    Some(world.named(named).object)
}

/// True for a variable that the body puts into a context: whoever gets that may ask for it.
pub(crate) fn is_put_in_context(world: &World, body: &Body, variable: ObjId) -> bool {
    body.calls.iter().any(|call| {
        let value = body.operands(call.args).get(2);
        let is_it = matches!(value, Some(Operand::Place(place) | Operand::Addr(place))
            if body.places.kind(*place) == PlaceKind::Var(variable));
        is_it && put_in_context(world, body, call).is_some()
    })
}

/// The result of a call that makes a context which carries nothing.
pub(crate) fn bare_context(world: &World, body: &Body, call: &Call) -> Option<PlaceId> {
    let Callee::Static(function) = call.callee else {
        return None;
    };
    let is_bare = matches!(world.name(function).as_str(), "Background" | "TODO")
        && package_path(world, function) == "context";
    match body.operands(call.results).first().filter(|_| is_bare)? {
        Operand::Place(result) => Some(*result),
        _ => None,
    }
}
