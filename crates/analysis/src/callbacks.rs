//! Functions that are kept in fields and called later, in whatever goroutine comes to the call.
//!
//! `p.onUpdate = a.handle` makes a goroutine that calls `p.onUpdate` come to what `a.handle` does, and so
//! does `p.tasks <- a.handle` if it calls what it receives from there.
//! Which value a field belongs to is not asked: a field of callbacks has few functions.

use contend_base::Location;
use contend_ir::{Body, Call, Callee, FuncId, InstrKind, Operand, PlaceId, PlaceKind, SelectKind};
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
        let instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
        let by_instrs = instrs.flat_map(|instr| match instr.kind {
            InstrKind::Call(call) => handed(package, facts, facts.body.call(call), &keeps),
            kind => put(package.world, facts.body, kind),
        });
        let sent = sent_in_selects(package.world, facts.body);
        for (value, field) in by_instrs.chain(sent) {
            if let Some(function) = package.function_value(facts, value) {
                let accesses = known(package, accesses, facts, &function);
                callbacks.push(Callback { field, accesses });
            }
        }
    }
    callbacks.retain(|it| !it.accesses.is_empty());
    callbacks
}

/// The parameters of a function that it puts into fields, itself or inside of a literal that calls them.
pub fn kept(world: &World, body: &Body) -> Vec<Keep> {
    let params = &body.func(FuncId::new(0)).params;
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let put = instrs.flat_map(|instr| put(world, body, instr.kind).into_iter().take(1));
    let mut kept = Vec::new();
    for (value, field) in put.chain(sent_in_selects(world, body)) {
        for variable in called_by(body, value) {
            let number = params.iter().position(|&it| it == Some(variable));
            let is_function = world.as_signature(world.object_type(variable)).is_some();
            kept.extend(number.filter(|_| is_function).map(|it| (it, field)));
        }
    }
    kept
}

/// The variables whose function a value calls when it is called: the variable that it is, or those that
/// a literal calls.
fn called_by(body: &Body, value: Operand) -> Vec<ObjId> {
    let variable = |operand: Operand| match operand {
        Operand::Place(place) => match body.places.kind(place) {
            PlaceKind::Var(variable) => Some(variable),
            _ => None,
        },
        _ => None,
    };
    if let Some(variable) = variable(value) {
        return vec![variable];
    }
    let mut instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let literal = instrs.find_map(|instr| match instr.kind {
        InstrKind::Closure { dst, func } if value == Operand::Place(dst) => Some(func),
        _ => None,
    });
    let calls = literal
        .into_iter()
        .flat_map(|literal| body.func(literal).calls());
    let called = calls.filter_map(|call| match body.call(call).callee {
        Callee::Value(value) => variable(value),
        _ => None,
    });
    called.collect()
}

/// What the `select` statements of a body send into channels that are fields.
fn sent_in_selects(world: &World, body: &Body) -> impl Iterator<Item = (Operand, Location)> {
    let cases = body.selects.iter().flat_map(|select| &select.cases);
    cases.filter_map(move |case| match case.kind {
        SelectKind::Send {
            channel: Operand::Place(channel),
            value,
        } => Some((value, field_at(world, body, channel)?)),
        _ => None,
    })
}

/// What an instruction puts into a field, or into the map, the list or the channel that a field is.
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
        InstrKind::Send {
            channel: Operand::Place(channel),
            value,
        } => (Some(channel), vec![value]),
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
