//! Values that nobody changes once they are made: of two that are made alike one is as good as the
//! other.

use contend_analysis::package::{BodyFacts, Package};
use contend_base::Location;
use contend_ir::{InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::Type;

/// True for a pointer to a structure that only its package can change, and which changes none of its
/// fields once it is made.
pub(super) fn is_unchanging(package: &Package, facts: &BodyFacts, value: Operand) -> bool {
    let world = package.world;
    let Operand::Place(place) = value else {
        return false;
    };
    let Some(ty) = facts.body.places.ty(place) else {
        return false;
    };
    let (pointee, is_pointer) = world.deref(ty);
    let Some((named, _)) = world.named_parts(pointee).filter(|_| is_pointer) else {
        return false;
    };
    let object = world.object(world.named(named).object);
    let Type::Struct(fields) = world.underlying_type(pointee) else {
        return false;
    };
    let path = |package| &world.package(package).source.path;
    let is_own = object
        .package
        .is_some_and(|it| path(it) == path(package.id));
    let location = |field| world.object(field).location;
    is_own
        && !object.name.is_exported()
        && !fields
            .iter()
            .any(|it| changes(package, location(it.object)))
}

/// True if the package changes a field of something that it has not just made, or what is in it.
/// A field is known by its place: the variants of a package have objects of their own.
fn changes(package: &Package, field: Option<Location>) -> bool {
    let is_field = |facts: &BodyFacts, place: PlaceId| match facts.body.places.kind(place) {
        PlaceKind::Field { field: it, .. } => package.world.object(it).location == field,
        _ => false,
    };
    package.bodies.iter().any(|facts| {
        let places = &facts.body.places;
        let is_old = |place: PlaceId| {
            let root = places.root_var(place);
            places.path(place).any(|it| is_field(facts, it))
                && root.is_none_or(|it| !package.fresh.is_fresh(facts.index, it))
        };
        let is_lent = |value: Operand| matches!(value, Operand::Addr(place) if is_old(place));
        let receivers = facts.body.calls.iter().filter_map(|it| it.receiver);
        let mut handed = facts.body.operands.iter().copied().chain(receivers);
        let mut instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
        handed.any(is_lent)
            || instrs.any(|instr| match instr.kind {
                InstrKind::Write { place, value } => is_old(place) || is_lent(value),
                InstrKind::MapWrite { element, .. } | InstrKind::MapDelete { element } => {
                    is_old(element)
                }
                InstrKind::MapClear(place) => is_old(place),
                _ => false,
            })
    })
}
