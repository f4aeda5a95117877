//! CT1117: a compare-and-swap succeeds because a value came back, and what was read through it is
//! out of date.

use contend_analysis::package::{BodyFacts, declared_in};
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{AllocKind, FuncId, InstrKind, Key, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, ObjectKind, VarKind};

use super::operation::{Kind, Operation, Operations};

pub(crate) static ABA: RuleMeta = RuleMeta {
    code: "CT1117",
    name: "aba-compare-and-swap",
    summary: "a compare-and-swap cannot tell a value that came back from one that never left",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("aba_compare_and_swap.md"),
};

/// Values are followed over so many variables.
const MAX_DEPTH: u32 = 4;

pub(super) fn check(operations: &Operations, findings: &mut Vec<Finding>) {
    for (facts, func, found) in operations.functions() {
        for swap in found.iter().filter(|it| it.kind == Kind::CompareAndSwap) {
            findings.extend(verdict(operations, facts, func, found, swap));
        }
    }
}

fn verdict(
    operations: &Operations,
    facts: &BodyFacts,
    func: FuncId,
    found: &[Operation],
    swap: &Operation,
) -> Option<Finding> {
    let &[old, new] = swap.values.as_slice() else {
        return None;
    };
    let load = found.iter().rev().find(|it| {
        let is_before = it.kind == Kind::Load && it.place == swap.place && it.at < swap.at;
        is_before
            && it
                .result
                .is_some_and(|it| stands_for(facts, func, old, it, 0))
    })?;
    let link = read_through(facts, func, new, load.result?, 0)?;
    let (sure, reason) = match link {
        Link::Index => (
            Confidence::High,
            "an index is free again as soon as its element was taken out".to_owned(),
        ),
        Link::Pointer => {
            let put_back = put_back(operations, swap.owner?)?;
            (
                Confidence::Medium,
                format!(
                    "`{put_back}` puts nodes in that the caller had before, so a node can come back"
                ),
            )
        }
    };
    let world = operations.package.world;
    let name = swap
        .owner
        .map_or_else(String::new, |it| world.name(it).to_string());
    let instrs = &facts.func(func).instrs;
    Some(
        Finding::new(
            &ABA,
            facts.place_of(&instrs[swap.at]),
            format!("`{name}` may have changed and come back before this compare-and-swap"),
        )
        .here(
            Role::Write,
            "succeeds although what was read through the old value is out of date",
        )
        .label(
            Role::Read,
            facts.place_of(&instrs[load.at]),
            "the old value is loaded here",
        )
        .help("swap a version together with the value, or let new nodes be allocated for each push")
        .sure(sure, reason)
        .inside(operations.package.function_name(facts.body)),
    )
}

/// How the new value was found from the old one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    /// `nodes[old].next`.
    Index,
    /// `old.next`.
    Pointer,
}

/// True if an operand is the value `of`, under this or another name.
fn stands_for(facts: &BodyFacts, func: FuncId, operand: Operand, of: PlaceId, depth: u32) -> bool {
    let Operand::Place(place) = operand else {
        return false;
    };
    place == of
        || depth < MAX_DEPTH
            && values_of(facts, func, place)
                .iter()
                .any(|&value| stands_for(facts, func, value, of, depth + 1))
}

/// The values that are written to a variable, or that a conversion was made of.
fn values_of(facts: &BodyFacts, func: FuncId, place: PlaceId) -> Vec<Operand> {
    let instrs = facts.func(func).instrs.iter();
    instrs
        .filter_map(|instr| match instr.kind {
            InstrKind::Write { place: to, value }
                if to == place
                    && matches!(
                        facts.body.places.kind(to),
                        PlaceKind::Var(_) | PlaceKind::Temp(_)
                    ) =>
            {
                Some(value)
            }
            InstrKind::Convert { dst, value, .. } if dst == place => Some(value),
            _ => None,
        })
        .collect()
}

/// How `operand` was read from memory that the value `of` leads to.
fn read_through(
    facts: &BodyFacts,
    func: FuncId,
    operand: Operand,
    of: PlaceId,
    depth: u32,
) -> Option<Link> {
    let Operand::Place(place) = operand else {
        return None;
    };
    for step in facts.body.places.path(place) {
        match facts.body.places.kind(step) {
            PlaceKind::Element {
                key: Key::Place(index),
                ..
            } if stands_for(facts, func, Operand::Place(index), of, 0) => return Some(Link::Index),
            PlaceKind::Deref { base } if stands_for(facts, func, Operand::Place(base), of, 0) => {
                return Some(Link::Pointer);
            }
            _ => {}
        }
    }
    if depth < MAX_DEPTH {
        let values = values_of(facts, func, place);
        let loaded = loaded_from(facts, func, place);
        let all = values.into_iter().chain(loaded);
        return all
            .into_iter()
            .find_map(|value| read_through(facts, func, value, of, depth + 1));
    }
    None
}

/// The atomic that a value was loaded from: `old.next.Load()`.
fn loaded_from(facts: &BodyFacts, func: FuncId, place: PlaceId) -> Option<Operand> {
    facts
        .func(func)
        .instrs
        .iter()
        .find_map(|instr| match instr.kind {
            InstrKind::Call(call) => {
                let call = facts.body.call(call);
                let is_result = facts
                    .body
                    .operands(call.results)
                    .contains(&Operand::Place(place));
                match call.receiver {
                    Some(Operand::Addr(from)) if is_result => Some(Operand::Place(from)),
                    _ => None,
                }
            }
            _ => None,
        })
}

/// A function that swaps in a node it was given, or that it did not make: one that may have been
/// there before. What small functions do with what they are given is asked of their callers.
fn put_back(operations: &Operations, owner: ObjId) -> Option<String> {
    let world = operations.package.world;
    let helpers = operations.package.helpers();
    operations.functions().find_map(|(facts, func, found)| {
        let declared = declared_in(operations.package, facts.index);
        let is_helper = declared.is_some_and(|it| helpers.contains(&it));
        let is_popped = |new: Operand| {
            let mut loaded = found.iter().filter_map(|it| it.result);
            loaded.any(|it| read_through(facts, func, new, it, 0).is_some())
        };
        let gives = found.iter().any(|it| {
            it.kind == Kind::CompareAndSwap
                && it.owner == Some(owner)
                && it.values.get(1).is_some_and(|&new| {
                    let is_given = is_parameter(operations, facts, new) && !is_helper;
                    (is_given || it.is_behind_call && !is_popped(new)) && !is_made(facts, func, new)
                })
        });
        gives.then(|| {
            let name = |it| world.name(it).to_string();
            declared.map_or_else(|| "another function".to_owned(), name)
        })
    })
}

fn is_parameter(operations: &Operations, facts: &BodyFacts, value: Operand) -> bool {
    let Operand::Place(place) = value else {
        return false;
    };
    match facts.body.places.kind(place) {
        PlaceKind::Var(variable) => {
            operations.package.world.object(variable).kind == ObjectKind::Var(VarKind::Param)
        }
        _ => false,
    }
}

fn is_made(facts: &BodyFacts, func: FuncId, value: Operand) -> bool {
    let Operand::Place(place) = value else {
        return false;
    };
    let mut values = values_of(facts, func, place);
    values.push(value);
    facts.func(func).instrs.iter().any(|instr| {
        matches!(instr.kind, InstrKind::Alloc { dst, kind: AllocKind::New, .. }
            if values.contains(&Operand::Place(dst)))
    })
}
