//! Random numbers whose source somebody else wrote.
//!
//! A `rand.Rand` keeps nothing itself but what `Read` leaves: what makes it unsafe is its source. The
//! sources of the library take no lock; one that the program brings may well do.

use contend_ir::{Body, Callee, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, World};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::library::{package_path, receiver_name};

/// The fields and package variables that only ever hold a `rand.Rand` with a source of the program.
#[derive(Default)]
pub(crate) struct OwnSources(FxHashSet<ObjId>);

impl OwnSources {
    pub(crate) fn of_package(world: &World, bodies: &[Body]) -> Self {
        let mut known: FxHashMap<ObjId, bool> = FxHashMap::default();
        for body in bodies {
            let made = made(world, body);
            if made.is_empty() {
                continue;
            }
            for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
                if let InstrKind::Write {
                    place,
                    value: Operand::Place(value),
                } = instr.kind
                    && let PlaceKind::Var(object) | PlaceKind::Field { field: object, .. } =
                        body.places.kind(place)
                {
                    let is_own = made.get(&value).copied();
                    known
                        .entry(object)
                        .and_modify(|known| *known &= is_own == Some(true))
                        .or_insert(is_own == Some(true));
                }
            }
        }
        let own = known.into_iter().filter(|(_, is_own)| *is_own);
        Self(own.map(|(object, _)| object).collect())
    }

    /// True if a call asks such a value for a number, which changes nothing but its source.
    pub(crate) fn is_asked(&self, world: &World, body: &Body, kind: InstrKind) -> bool {
        let InstrKind::Call(call) = kind else {
            return false;
        };
        let call = body.call(call);
        let (Callee::Static(method), Some(Operand::Place(place) | Operand::Addr(place))) =
            (call.callee, call.receiver)
        else {
            return false;
        };
        let place = match body.places.kind(place) {
            PlaceKind::Deref { base } => base,
            _ => place,
        };
        let (PlaceKind::Var(object) | PlaceKind::Field { field: object, .. }) =
            body.places.kind(place)
        else {
            return false;
        };
        self.0.contains(&object)
            && receiver_name(world, method) == Some("Rand")
            && is_random(world, method)
            && !matches!(world.name(method).as_str(), "Read" | "Seed")
    }
}

/// The results of `rand.New` in a body, and whether the source is of a type of the program.
fn made(world: &World, body: &Body) -> FxHashMap<PlaceId, bool> {
    let made = body.calls.iter().filter_map(|call| {
        let Callee::Static(function) = call.callee else {
            return None;
        };
        let is_new = is_random(world, function) && world.name(function).as_str() == "New";
        let &Operand::Place(result) = body.operands(call.results).first().filter(|_| is_new)?
        else {
            return None;
        };
        let is_own = match body.operands(call.args).first()? {
            Operand::Addr(_) => true,
            Operand::Place(source) => body.places.ty(*source).is_some_and(|ty| {
                let ty = world.deref(ty).0;
                let named = world.named_parts(ty).filter(|_| !world.is_interface(ty));
                named.is_some_and(|(named, _)| !is_random(world, world.named(named).object))
            }),
            _ => false,
        };
        Some((result, is_own))
    });
    made.collect()
}

fn is_random(world: &World, function: ObjId) -> bool {
    matches!(package_path(world, function), "math/rand" | "math/rand/v2")
}
