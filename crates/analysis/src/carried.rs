//! What a context carries: `ctx.Value(key)` is a part of `ctx`, and the same one wherever the key is
//! the same.

use contend_ir::{Body, Call, Callee, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, ObjectKind, VarKind, World};

use crate::accessors::HandedOut;
use crate::library::package_path;
use crate::path::{Path, Root, Step, Steps};

/// What `Value` of a context returns.
pub(crate) fn carried(world: &World, body: &Body, call: &Call) -> Option<HandedOut> {
    let (Callee::Interface(method), Some(Operand::Place(context))) = (call.callee, call.receiver)
    else {
        return None;
    };
    let is_it = world.name(method).as_str() == "Value" && package_path(world, method) == "context";
    let key = *body.operands(call.args).first().filter(|_| is_it)?;
    let Operand::Place(key) = key else {
        return None;
    };
    let step = Step::Carried(key_object(world, body, key)?);
    Some(HandedOut {
        place: Some(context),
        path: Path {
            root: Root::Temp(context),
            steps: Steps::from_slice(&[step]),
        },
        is_address: false,
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
