//! Atomic operations behind small functions: those that return what they load, and those that store
//! what they are given.

use contend_analysis::accesses::{Accesses, Subject};
use contend_analysis::package::{BodyFacts, Started};
use contend_analysis::path::Path;
use contend_ir::{Call, CallMode, FuncId, InstrKind, Operand, PlaceId, Terminator};

use super::made_of::{leads_to, made_of};
use super::operation::{Kind, Operation, Operations};

/// The operations of a function with those behind its calls, in order, each with the path of its
/// variable.
pub(super) fn with_calls(
    operations: &Operations,
    accesses: &Accesses,
    facts: &BodyFacts,
    func: FuncId,
) -> Vec<(Option<Path>, Operation)> {
    let own = operations.of(facts.index, func).iter().map(|it| {
        let path = it
            .place
            .and_then(|place| accesses.path(facts, place, Subject::Variable));
        (path, it.clone())
    });
    let mut all: Vec<_> = own.collect();
    for (at, instr) in facts.func(func).instrs.iter().enumerate() {
        let InstrKind::Call(call) = instr.kind else {
            continue;
        };
        let call = facts.body.call(call);
        if call.mode == CallMode::Plain
            && let Some(callee) = operations.package.callee(facts, call)
        {
            all.extend(behind(operations, accesses, facts, (at, call), &callee));
        }
    }
    all.sort_by_key(|(_, it)| it.at);
    all
}

fn behind(
    operations: &Operations,
    accesses: &Accesses,
    facts: &BodyFacts,
    (at, call): (usize, &Call),
    callee: &Started,
) -> Vec<(Option<Path>, Operation)> {
    let Some((body, func)) = callee.target.here() else {
        return Vec::new();
    };
    let inside = operations.of(body, func);
    // What does both is a defect, or none, by itself.
    let [it] = inside else {
        return Vec::new();
    };
    let there = &operations.package.bodies[body];
    let Some(path) = it
        .place
        .and_then(|place| accesses.path(there, place, Subject::Variable))
        .and_then(|path| accesses.rename(&path, Subject::Variable, facts, callee))
    else {
        return Vec::new();
    };
    let (values, result) = match it.kind {
        Kind::Load => match returned(there, func, it) {
            Some(index) => (Vec::new(), result_of(facts, call, index)),
            None => return Vec::new(),
        },
        Kind::Store => match stored(there, func, it) {
            Some(constant) if constant.is_empty() => {
                (facts.body.operands(call.args).to_vec(), None)
            }
            Some(constant) => (constant, None),
            None => return Vec::new(),
        },
        _ => (Vec::new(), None),
    };
    let found = Operation {
        at,
        kind: it.kind,
        place: None,
        owner: it.owner,
        values,
        result,
        location: it.location,
        is_behind_call: true,
    };
    vec![(Some(path), found)]
}

fn result_of(facts: &BodyFacts, call: &Call, index: usize) -> Option<PlaceId> {
    match *facts.body.operands(call.results).get(index)? {
        Operand::Place(place) => Some(place),
        _ => None,
    }
}

/// The result that is made of what a function loads.
fn returned(facts: &BodyFacts, func: FuncId, load: &Operation) -> Option<usize> {
    let known = made_of(facts, func, load.result?, load.at);
    let blocks = facts.func(func).blocks.iter();
    let mut lists = blocks.filter_map(|block| match block.terminator {
        Terminator::Return(list) => Some(facts.body.operands(list)),
        _ => None,
    });
    lists.find_map(|list| list.iter().position(|it| leads_to(facts, &known, *it)))
}

/// What a function stores: nothing here if it is what it was given, else constants.
fn stored(facts: &BodyFacts, func: FuncId, store: &Operation) -> Option<Vec<Operand>> {
    let params = &facts.func(func).params;
    let is_given = |operand: &Operand| match *operand {
        Operand::Place(place) | Operand::Addr(place) => facts
            .body
            .places
            .root_var(place)
            .is_some_and(|it| params.contains(&Some(it))),
        _ => false,
    };
    if store.values.iter().any(is_given) {
        return Some(Vec::new());
    }
    let is_constant = |operand: &Operand| !matches!(operand, Operand::Place(_) | Operand::Addr(_));
    let all = store.values.iter().all(is_constant) && !store.values.is_empty();
    all.then(|| store.values.clone())
}
