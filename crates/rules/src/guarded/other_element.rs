//! CT1001: a table of locks stands beside a table of maps, and the map is chosen by one value, its
//! lock by another.

use contend_analysis::library::{LockOp, Mode, lock_call};
use contend_analysis::package::BodyFacts;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{Body, CallMode, FuncId, InstrKind, Key, Operand, PlaceId, PlaceKind, Terminator};
use contend_types::ObjId;
use rustc_hash::FxHashSet;

use super::guards::{Guards, entry_access};
use crate::races::WRITE_WRITE;

/// Expressions are not taken apart deeper than this.
const MAX_DEPTH: usize = 8;

pub(super) fn check(guards: &Guards, findings: &mut Vec<Finding>) {
    for (facts, func) in guards.functions() {
        if facts.flow(func).is_some() {
            findings.extend(finding(guards, facts, func));
        }
    }
}

/// An element of a table.
struct Chosen {
    /// What the table is a part of; the table itself, where the lock is in the element.
    holder: PlaceId,
    /// The variables that choose the element.
    by: FxHashSet<ObjId>,
    /// The field that holds the lock or the map.
    last: ObjId,
}

fn finding(guards: &Guards, facts: &BodyFacts, func: FuncId) -> Option<Finding> {
    let (package, body) = (guards.package, facts.body);
    let instrs = &facts.func(func).instrs;
    let taken = instrs.iter().filter_map(|instr| {
        let InstrKind::Call(call) = instr.kind else {
            return None;
        };
        let call = body.call(call);
        let lock = lock_call(package.world, body, call)?;
        let is_lock = call.mode == CallMode::Plain && matches!(lock.op, LockOp::Lock(_));
        let chosen = chosen(body, pointed_to(body, lock.place)).filter(|_| is_lock)?;
        Some((chosen, facts.place_of(instr)))
    });
    let taken: Vec<_> = taken.collect();
    // Who takes several of them takes that of this element, too.
    let [(lock, location)] = &taken[..] else {
        return None;
    };
    let used = instrs.iter().enumerate().find_map(|(at, instr)| {
        let (map, is_write) = entry_access(facts, instr.kind)?;
        let used = chosen(body, map).filter(|_| is_write)?;
        let held = guards.locks(facts, func, at);
        let is_only = held.iter().all(|&it| it == (lock.last, Mode::Exclusive));
        let is_other = used.holder == lock.holder
            && !used.by.is_empty()
            && !lock.by.is_empty()
            && used.by.is_disjoint(&lock.by);
        let is_compared = || are_compared(body, func, &used.by, &lock.by);
        (is_other && is_only && !held.is_empty() && !is_compared()).then_some((used.last, instr))
    });
    let (last, instr) = used?;
    let name = guards.name(last);
    let locks = guards.name(lock.last);
    let text =
        format!("an entry of a map in `{name}` is written under the lock of another element");
    Some(
        Finding::new(&WRITE_WRITE, facts.place_of(instr), text)
            .here(
                Role::Write,
                "written: others with this key may hold another lock",
            )
            .label(
                Role::Lock,
                *location,
                format!("the lock in `{locks}` is chosen by another value"),
            )
            .help("choose the lock by the value that chooses the map")
            .sure(
                Confidence::Medium,
                "the map and its lock are chosen by values that have nothing in common",
            )
            .inside(package.function_name(body)),
    )
}

/// The place that a pointer was given once: `lock := &s.locks[i]`.
fn pointed_to(body: &Body, place: PlaceId) -> PlaceId {
    let PlaceKind::Deref { base } = body.places.kind(place) else {
        return place;
    };
    match only_value(body, base) {
        Some(Operand::Addr(place)) => place,
        _ => place,
    }
}

/// `s.shards[i]` or `s.shards[i].m`: the element, and who chooses it.
fn chosen(body: &Body, place: PlaceId) -> Option<Chosen> {
    let (element, inner) = match body.places.kind(place) {
        PlaceKind::Field { base, field } => (base, Some(field)),
        _ => (place, None),
    };
    let PlaceKind::Element { base, key } = body.places.kind(element) else {
        return None;
    };
    let Key::Place(key) = key else {
        return None;
    };
    let mut by = FxHashSet::default();
    if !choosers(body, Operand::Place(key), &mut by, 0) {
        return None;
    }
    match (inner, body.places.kind(base)) {
        (Some(last), _) => Some(Chosen {
            holder: base,
            by,
            last,
        }),
        (
            None,
            PlaceKind::Field {
                base: holder,
                field,
            },
        ) => Some(Chosen {
            holder,
            by,
            last: field,
        }),
        _ => None,
    }
}

/// Finds the variables that an expression is made of; returns false if not all of it is understood.
fn choosers(body: &Body, value: Operand, found: &mut FxHashSet<ObjId>, depth: usize) -> bool {
    let place = match value {
        Operand::Place(place) => place,
        Operand::Int(_) | Operand::Const => return true,
        _ => return false,
    };
    if depth == MAX_DEPTH {
        return false;
    }
    match body.places.kind(place) {
        PlaceKind::Var(variable) => {
            if let Some(value) = only_value(body, place) {
                return choosers(body, value, found, depth + 1);
            }
            found.insert(variable);
            true
        }
        PlaceKind::Temp(_) => made_of(body, place).is_some_and(|operands| {
            let mut operands = operands.into_iter();
            operands.all(|it| choosers(body, it, found, depth + 1))
        }),
        _ => false,
    }
}

/// The operands of the instruction that gives a temp its value. The length of an array is a constant.
fn made_of(body: &Body, temp: PlaceId) -> Option<Vec<Operand>> {
    let mut instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    instrs.find_map(|instr| match instr.kind {
        InstrKind::Operation {
            dst, left, right, ..
        } if dst == temp => Some(vec![left, right]),
        InstrKind::Convert { dst, value, .. } if dst == temp => Some(vec![value]),
        _ => None,
    })
}

/// The value of a variable that is given one just once.
fn only_value(body: &Body, variable: PlaceId) -> Option<Operand> {
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let mut values = instrs.filter_map(|instr| match instr.kind {
        InstrKind::Write { place, value } if place == variable => Some(value),
        _ => None,
    });
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// True if a condition of the function is about a variable of each side: it may know that they choose
/// the same.
fn are_compared(
    body: &Body,
    func: FuncId,
    one: &FxHashSet<ObjId>,
    other: &FxHashSet<ObjId>,
) -> bool {
    let func = body.func(func);
    func.blocks.iter().any(|block| {
        let Terminator::Branch { cond, .. } = block.terminator else {
            return false;
        };
        let mut about = FxHashSet::default();
        choosers(body, cond, &mut about, 0);
        !about.is_disjoint(one) && !about.is_disjoint(other)
    })
}
