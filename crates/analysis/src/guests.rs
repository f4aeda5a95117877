//! Functions of other packages whose bodies are at hand where they are called.
//!
//! A summary says what a function does, and not in which order: whom it waits for, and which of its
//! goroutines has ended when it returns. A package sees the bodies of those that have to do with
//! goroutines, as guests beside its own.

use std::sync::Arc;

use contend_ir::{Body, Callee, FuncId, InstrKind, Operand, PlaceKind};
use contend_types::ObjId;
use rustc_hash::FxHashSet;

use crate::known::Known;
use crate::order::Meets;
use crate::package::{BodyFacts, Package, declared_in};

/// Larger functions are known by their summaries only.
const MAX_INSTRS: usize = 300;

/// Guests of guests of guests are the last.
const MAX_HOPS: usize = 3;

/// All guests of a package together have no more instructions than its own bodies, or than this.
const MIN_ROOM: usize = 2000;

/// The functions of a package that others look at where they call them, by the numbers of their
/// bodies: those that have to do with goroutines, and those that these hand a function on to.
pub(crate) fn invited(package: &Package, meets: &Meets) -> FxHashSet<usize> {
    let is_small = |facts: &&BodyFacts| n_instrs(facts.body) <= MAX_INSTRS;
    let small = || package.own_bodies().iter().filter(is_small);
    let meet = small().filter(|it| meets.contains((it.index, FuncId::new(0))));
    let mut invited: FxHashSet<usize> = meet.clone().map(|it| it.index).collect();
    let named: FxHashSet<ObjId> = meet.flat_map(|it| functions(it.body)).collect();
    invited.extend(small().filter_map(|facts| {
        let function = declared_in(package, facts.index)?;
        (named.contains(&function) && calls_what_it_is_given(facts)).then_some(facts.index)
    }));
    invited
}

fn calls_what_it_is_given(facts: &BodyFacts) -> bool {
    let body = facts.body;
    let params = &facts.func(FuncId::new(0)).params;
    body.calls.iter().any(|call| match call.callee {
        Callee::Value(Operand::Place(place)) => match body.places.kind(place) {
            PlaceKind::Var(variable) => params.contains(&Some(variable)),
            _ => false,
        },
        _ => false,
    })
}

/// The functions of other packages that those of a package call, start or hand on, and that are
/// looked at there.
pub fn guests(bodies: &[Body], known: &Known) -> Vec<Arc<Body>> {
    let mut room = bodies.iter().map(n_instrs).sum::<usize>().max(MIN_ROOM);
    let mut seen = FxHashSet::default();
    let mut guests: Vec<Arc<Body>> = Vec::new();
    let mut named: Vec<ObjId> = bodies.iter().flat_map(functions).collect();
    for _ in 0..MAX_HOPS {
        named.sort_unstable();
        named.dedup();
        let new = named.into_iter().filter(|it| seen.insert(*it));
        let bodies = new.filter_map(|it| known.get(it)?.body.clone());
        let invited: Vec<Arc<Body>> = bodies
            .take_while(|body| {
                let is_room = n_instrs(body) <= room;
                room = room.saturating_sub(n_instrs(body));
                is_room
            })
            .collect();
        named = invited.iter().flat_map(|it| functions(it)).collect();
        guests.extend(invited);
    }
    guests
}

fn n_instrs(body: &Body) -> usize {
    body.funcs.iter().map(|func| func.instrs.len()).sum()
}

/// The declared functions that a body names.
fn functions(body: &Body) -> Vec<ObjId> {
    let called = body.calls.iter().filter_map(|call| match call.callee {
        Callee::Static(function) => Some(function),
        _ => None,
    });
    let function = |operand: Operand| match operand {
        Operand::Func(function) => Some(function),
        _ => None,
    };
    let handed = body.operands.iter().copied().filter_map(function);
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let taken = instrs.filter_map(|instr| match instr.kind {
        InstrKind::MethodValue { method, .. } => Some(method),
        InstrKind::Write { value, .. } | InstrKind::Convert { value, .. } => function(value),
        _ => None,
    });
    called.chain(handed).chain(taken).collect()
}
