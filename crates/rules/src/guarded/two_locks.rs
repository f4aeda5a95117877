//! CT1114: a structure is given the map of another one of its type, and each has a lock of its own.

use contend_analysis::accesses::Subject;
use contend_analysis::package::BodyFacts;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{FuncId, InstrKind, Operand, PlaceKind};
use contend_types::{ObjId, Type};

use super::guards::{EntryUse, Guards};
use crate::copied_lock::RULE;

pub(super) fn check(guards: &Guards, findings: &mut Vec<Finding>) {
    let package = guards.package;
    for facts in package.own_bodies() {
        if package.is_test(facts.body.file) {
            continue;
        }
        for (id, func) in facts.body.funcs() {
            for at in 0..func.instrs.len() {
                findings.extend(finding(guards, facts, id, at));
            }
        }
    }
}

fn finding(guards: &Guards, facts: &BodyFacts, func: FuncId, at: usize) -> Option<Finding> {
    let package = guards.package;
    let instr = &facts.func(func).instrs[at];
    let InstrKind::Write {
        place,
        value: Operand::Place(value),
    } = instr.kind
    else {
        return None;
    };
    let PlaceKind::Field { base, field } = facts.body.places.kind(place) else {
        return None;
    };
    let (container, lock) = guards.guarded(field)?;
    let from = guards.accesses().path(facts, value, Subject::Map)?;
    let to = guards.accesses().path(facts, place, Subject::Map)?;
    let structure = facts.body.places.ty(base)?;
    if from.last_field() != Some(field) || from == to || !has_lock(guards, structure, lock) {
        return None;
    }
    let write = container.uses.iter().find(|it| holds(it, lock))?;
    let (map, lock) = (guards.name(field), guards.name(lock));
    Some(
        Finding::new(
            &RULE,
            facts.place_of(instr),
            format!("two structures share map `{map}`, and each has a lock `{lock}` of its own"),
        )
        .here(Role::Copy, "the map of another structure, without its lock")
        .label(
            Role::Write,
            write.location,
            format!("written, holding the `{lock}` of one of them"),
        )
        .help("share a pointer to the structure, or give the new one a copy: `maps.Clone`")
        .sure(
            Confidence::Medium,
            "who holds the lock of one keeps nobody out who comes by the other",
        )
        .inside(package.function_name(facts.body)),
    )
}

fn holds(it: &EntryUse, lock: ObjId) -> bool {
    it.is_write && it.locks.iter().any(|&(held, _)| held == lock)
}

/// True if the lock is a part of the structure, and not behind a pointer.
fn has_lock(guards: &Guards, structure: contend_types::TypeId, lock: ObjId) -> bool {
    let world = guards.package.world;
    let is_pointer = |ty| matches!(world.underlying_type(ty), Type::Pointer(_));
    matches!(world.underlying_type(structure), Type::Struct(fields)
        if fields.iter().any(|it| world.original(it.object) == lock && !is_pointer(it.ty)))
}
