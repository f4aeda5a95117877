//! CT1006: a structure is copied and leaves the lock that guards the maps in it. The copy has the same
//! maps.

use contend_analysis::accesses::is_package_variable;
use contend_analysis::package::BodyFacts;
use contend_analysis::taken::returns;
use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{Callee, Func, FuncId, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, Type};

use super::escape::ESCAPE;
use super::guards::{EntryUse, Guards};

/// A structure that a function copies and returns.
struct Copied {
    /// What is copied.
    of: PlaceId,
    /// The instruction that does so.
    at: usize,
    /// Fields of the copy that are given something else before it is returned.
    renewed: Vec<ObjId>,
}

pub(super) fn check(guards: &Guards, findings: &mut Vec<Finding>) {
    for (facts, id) in guards.functions() {
        let func = facts.func(id);
        // What a literal returns stays in the function around it, as a rule.
        if guards.is_by_lock_holder(facts) || func.parent().is_some() {
            continue;
        }
        let values = returns(func).flat_map(|(_, values)| facts.body.operands(values));
        let copied = values.filter_map(|&value| Copied::of(guards, facts, func, value));
        findings.extend(
            copied
                .into_iter()
                .find_map(|it| verdict(guards, (facts, id), &it)),
        );
    }
}

impl Copied {
    fn of(guards: &Guards, facts: &BodyFacts, func: &Func, value: Operand) -> Option<Self> {
        let (Operand::Place(place) | Operand::Addr(place)) = value else {
            return None;
        };
        let places = &facts.body.places;
        if let Operand::Place(of) = value
            && is_shared_structure(guards, facts, func, of)
        {
            let mut instrs = func.instrs.iter();
            let at = instrs.rposition(|it| matches!(it.kind, InstrKind::Read(it) if it == of))?;
            return Some(Self {
                of,
                at,
                renewed: Vec::new(),
            });
        }
        if !matches!(places.kind(place), PlaceKind::Var(_)) {
            return None;
        }
        let writes = func.instrs.iter().enumerate();
        let writes = writes.filter_map(|(at, instr)| match instr.kind {
            InstrKind::Write { place, value } => Some((at, place, value)),
            _ => None,
        });
        let mut given = writes.clone().filter(|(_, to, _)| *to == place);
        let (at, _, value) = given.next().filter(|_| given.next().is_none())?;
        let Operand::Place(of) = value else {
            return None;
        };
        let renewed = writes.filter_map(|(_, to, _)| match places.kind(to) {
            PlaceKind::Field { base, field } if base == place => Some(field),
            _ => None,
        });
        is_shared_structure(guards, facts, func, of).then(|| Self {
            of,
            at,
            renewed: renewed.collect(),
        })
    }
}

/// True for a structure in something that others know: behind the receiver, or in a package variable.
fn is_shared_structure(guards: &Guards, facts: &BodyFacts, func: &Func, place: PlaceId) -> bool {
    let world = guards.package.world;
    let places = &facts.body.places;
    let is_part = matches!(
        places.kind(place),
        PlaceKind::Field { .. } | PlaceKind::Deref { .. }
    );
    let is_structure = |it| matches!(world.underlying_type(it), Type::Struct(_));
    let root = places.root_var(place);
    is_part
        && places.ty(place).is_some_and(is_structure)
        && root.is_some_and(|it| func.receiver == Some(it) || is_package_variable(world, it))
}

fn verdict(guards: &Guards, (facts, id): (&BodyFacts, FuncId), copied: &Copied) -> Option<Finding> {
    let world = guards.package.world;
    let ty = facts.body.places.ty(copied.of)?;
    let Type::Struct(fields) = world.underlying_type(ty) else {
        return None;
    };
    if is_taken_away(guards, facts, copied.of) {
        return None;
    }
    let held = guards.locks(facts, id, copied.at);
    let at_entry = guards.roles.locks_at_entry(facts.index, id);
    let mut maps = fields.iter().filter(|field| {
        let is_map = matches!(world.underlying_type(field.ty), Type::Map { .. });
        is_map && !copied.renewed.contains(&field.object)
    });
    let (map, lock, write) = maps.find_map(|field| {
        let (known, lock) = guards.guarded(field.object)?;
        let holds = |locks: &[(ObjId, _)]| locks.iter().any(|&(it, _)| it == lock);
        let is_own = holds(&held) && !at_entry.iter().any(|&(it, _)| it == lock);
        let mut uses = known.uses.iter();
        let write = uses.find(|it: &&EntryUse| it.is_write && holds(&it.locks))?;
        let is_open = field.name.is_exported() || known.uses.iter().any(|it| !holds(&it.locks));
        let is_replaced = known.is_replaced_in(facts.index);
        (is_own && is_open && !is_replaced).then_some((field.object, lock, write.location))
    })?;
    let location = facts.place_of(&facts.func(id).instrs[copied.at]);
    Some(
        told(guards, (map, lock), location, write).inside(guards.package.function_name(facts.body)),
    )
}

fn told(
    guards: &Guards,
    (map, lock): (ObjId, ObjId),
    location: Location,
    write: Location,
) -> Finding {
    let (name, lock_name) = (guards.name(map), guards.name(lock));
    Finding::new(
        &ESCAPE,
        location,
        format!(
            "map `{name}` is guarded by `{lock_name}`, and a copy of its structure is returned"
        ),
    )
    .here(Role::Other, "the copy has the same map")
    .label(
        Role::Write,
        write,
        format!("written, holding `{lock_name}`"),
    )
    .sure(
        Confidence::Medium,
        format!("who has the copy cannot hold `{lock_name}` of this value while they read"),
    )
    .help(format!(
        "give the copy a map of its own: `maps.Clone` of `{name}` while the lock is held"
    ))
}

/// True if the function puts something else in the place of what it has copied, itself or by a function
/// that it calls: the maps are its own then.
fn is_taken_away(guards: &Guards, facts: &BodyFacts, of: PlaceId) -> bool {
    let package = guards.package;
    let Some(field) = field_of(facts, of) else {
        return true;
    };
    let called = facts
        .body
        .calls
        .iter()
        .filter_map(|call| match call.callee {
            Callee::Static(_) => package.callee(facts, call)?.target.here(),
            _ => None,
        });
    let called = called.map(|(body, _)| &package.bodies[body]);
    let mut bodies = called.chain([facts]);
    bodies.any(|facts| {
        let mut instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
        instrs.any(|instr| match instr.kind {
            InstrKind::Write { place, .. } => field_of(facts, place) == Some(field),
            _ => false,
        })
    })
}

/// The field or package variable that a place is, or that a pointer to it is in; the receiver behind
/// which it is.
fn field_of(facts: &BodyFacts, place: PlaceId) -> Option<ObjId> {
    match facts.body.places.kind(place) {
        PlaceKind::Field { field, .. } => Some(field),
        PlaceKind::Deref { base } => field_of(facts, base),
        PlaceKind::Var(variable) => Some(variable),
        _ => None,
    }
}
