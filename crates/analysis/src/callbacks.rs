//! Functions that are kept in fields and called later, in whatever goroutine comes to the call.
//!
//! `p.onUpdate = a.handle` makes a goroutine that calls `p.onUpdate` come to what `a.handle` does.
//! Which value a field belongs to is not asked: a field of callbacks has few functions.

use contend_base::Location;
use contend_ir::{Body, Call, Callee, FuncId, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, ObjectKind, VarKind, World};
use rustc_hash::FxHashMap;

use crate::accesses::{Access, Accesses};
use crate::package::{BodyFacts, Package, Started, Target, declared_in};
use crate::roots::is_known_to_all;

/// The parameter of a function that goes into a field: its number, and where the field is declared.
pub type Keep = (usize, Location);

/// A function that a field may hold.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Where the field is declared.
    pub field: Location,
    /// What the function does to memory that others may know.
    pub accesses: Vec<Access>,
}

/// The functions that a package puts into fields.
pub fn callbacks(package: &Package, accesses: &Accesses) -> Vec<Callback> {
    let keeps: FxHashMap<ObjId, Vec<Keep>> = package
        .own_bodies()
        .iter()
        .filter_map(|facts| {
            let kept = kept(package.world, facts.body);
            Some((declared_in(package, facts.index)?, kept)).filter(|(_, kept)| !kept.is_empty())
        })
        .collect();
    let mut callbacks = Vec::new();
    for facts in package.own_bodies() {
        if package.is_test(facts.body.file) {
            continue;
        }
        for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
            let stored = match instr.kind {
                InstrKind::Write { .. } | InstrKind::MapWrite { .. } | InstrKind::Append { .. } => {
                    put(package.world, facts.body, instr.kind)
                }
                InstrKind::Call(call) => handed(package, facts, facts.body.call(call), &keeps),
                _ => continue,
            };
            for (value, field) in stored {
                if let Some(function) = package.function_value(facts, value) {
                    let accesses = known(package, accesses, facts, &function);
                    callbacks.push(Callback { field, accesses });
                }
            }
        }
    }
    callbacks.retain(|it| !it.accesses.is_empty());
    callbacks
}

/// The parameters of a function that it puts into fields.
pub fn kept(world: &World, body: &Body) -> Vec<Keep> {
    let params = &body.func(FuncId::new(0)).params;
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let kept = instrs.filter_map(|instr| {
        let &(Operand::Place(value), field) = put(world, body, instr.kind).first()? else {
            return None;
        };
        let PlaceKind::Var(variable) = body.places.kind(value) else {
            return None;
        };
        let number = params.iter().position(|&it| it == Some(variable))?;
        world.as_signature(world.object_type(variable))?;
        Some((number, field))
    });
    kept.collect()
}

/// What an instruction puts into a field, or into the map or the list that a field is.
fn put(world: &World, body: &Body, kind: InstrKind) -> Vec<(Operand, Location)> {
    let (place, values) = match kind {
        InstrKind::Write { place, value } => (Some(place), vec![value]),
        InstrKind::MapWrite { element, value } => (body.places.kind(element).base(), vec![value]),
        InstrKind::Append {
            slice: Operand::Place(list),
            args,
            spread: false,
            ..
        } => (Some(list), body.operands(args).to_vec()),
        _ => (None, Vec::new()),
    };
    let field = place.and_then(|place| field_at(world, body, place));
    let field = field.into_iter();
    field
        .flat_map(|field| values.iter().map(move |&value| (value, field)))
        .collect()
}

fn field_at(world: &World, body: &Body, place: PlaceId) -> Option<Location> {
    match body.places.kind(place) {
        PlaceKind::Field { field, .. } => world.object(field).location,
        _ => None,
    }
}

/// What a call hands to a function that keeps it.
fn handed(
    package: &Package,
    facts: &BodyFacts,
    call: &Call,
    keeps: &FxHashMap<ObjId, Vec<Keep>>,
) -> Vec<(Operand, Location)> {
    let Callee::Static(function) = call.callee else {
        return Vec::new();
    };
    let elsewhere = || match package.callee(facts, call)?.target {
        Target::Elsewhere(summary) => Some(summary.keeps.to_vec()),
        Target::Here { .. } => None,
    };
    let keeps = keeps.get(&function).cloned().or_else(elsewhere);
    let args = facts.body.operands(call.args);
    let handed = keeps.into_iter().flatten();
    let handed = handed.filter_map(|(number, field)| Some((*args.get(number)?, field)));
    handed.collect()
}

/// What a function does to memory that others know, whoever calls it: not to what it is called with.
/// A method that is a value goes by the variable whose method it is.
fn known(
    package: &Package,
    accesses: &Accesses,
    facts: &BodyFacts,
    function: &Started,
) -> Vec<Access> {
    let params = match &function.target {
        Target::Here { body, function } => &package.bodies[*body].func(*function).params[..],
        Target::Elsewhere(_) => &[],
    };
    let is_given = |it: &Access| params.contains(&it.path.variable());
    let inside = accesses.inside(function).iter();
    inside
        .filter(|it| is_known_to_all(package, facts, it) && !is_given(it))
        .map(|it| {
            let of_variable = accesses.seen_by_holders(it, facts, function);
            let is_local = |seen: &Access| {
                let kind = seen.path.variable().map(|it| package.world.object(it).kind);
                kind == Some(ObjectKind::Var(VarKind::Local)) && seen.path.steps == it.path.steps
            };
            of_variable.filter(is_local).unwrap_or_else(|| it.clone())
        })
        .collect()
}
