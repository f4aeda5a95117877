//! What is known about all functions of a package before any of them is written out.

use contend_ir::{CallMode, Callee, FuncId, InstrKind, RangeKind, Terminator};
use contend_types::Builtin;
use rustc_hash::FxHashSet;

use super::branches::Constants;
use super::build::{Builder, MAX_DEPTH};
use super::fields::{Assigned, FieldLiterals};
use super::graph::Threads;
use super::sync_calls::sync_call;
use crate::accesses::Accesses;
use crate::goroutines::started;
use crate::origins::started_by;
use crate::package::{BodyFacts, Package};

/// What is known about the functions of a package, to write them out.
pub struct Orders<'a> {
    pub(super) package: &'a Package<'a>,
    pub(super) accesses: &'a Accesses<'a>,
    pub(super) constants: Vec<Constants>,
    /// By body and function: it starts goroutines or waits for some, itself or through calls.
    pub(super) meets: Vec<Vec<bool>>,
    /// By body and function: it starts goroutines itself.
    starts: Vec<Vec<bool>>,
    /// By body: the function and instruction where a lock is released that was not taken there.
    pub(super) lent: Vec<FxHashSet<(FuncId, usize, usize)>>,
    pub(super) assigned: Assigned,
    pub(super) field_literals: FieldLiterals,
}

impl<'a> Orders<'a> {
    pub fn new(package: &'a Package<'a>, accesses: &'a Accesses<'a>) -> Self {
        let starts = |facts: &BodyFacts| {
            let ids = facts.body.funcs();
            ids.map(|(id, _)| starts_goroutines(package, facts, id))
                .collect()
        };
        let mut orders = Self {
            package,
            accesses,
            constants: package
                .bodies
                .iter()
                .map(|facts| Constants::of(package.world, facts.body))
                .collect(),
            meets: Vec::new(),
            starts: package.bodies.iter().map(starts).collect(),
            lent: package.bodies.iter().map(lent).collect(),
            assigned: Assigned::of(package),
            field_literals: FieldLiterals::of(package),
        };
        orders.meets = orders.find_meets();
        orders
    }

    fn find_meets(&self) -> Vec<Vec<bool>> {
        let package = self.package;
        let mut meets: Vec<Vec<bool>> = package
            .bodies
            .iter()
            .map(|facts| {
                let ids = facts.body.funcs();
                ids.map(|(id, _)| meets_others(package, facts, id))
                    .collect()
            })
            .collect();
        for _ in 0..MAX_DEPTH {
            let mut is_new = false;
            for facts in &package.bodies {
                for (id, func) in facts.body.funcs() {
                    if meets[facts.index][id.index()] {
                        continue;
                    }
                    let found = func.calls().any(|call| {
                        let callee = package.callee(facts, facts.body.call(call));
                        callee
                            .and_then(|it| it.target.here())
                            .is_some_and(|(body, function)| meets[body][function.index()])
                    });
                    meets[facts.index][id.index()] |= found;
                    is_new |= found;
                }
            }
            if !is_new {
                break;
            }
        }
        meets
    }

    /// True if the function starts goroutines, itself or in a function that it calls.
    pub fn is_of_interest(&self, facts: &BodyFacts, id: FuncId) -> bool {
        if self.starts[facts.index][id.index()] {
            return true;
        }
        facts.func(id).calls().any(|call| {
            let callee = self.package.callee(facts, facts.body.call(call));
            callee
                .and_then(|it| it.target.here())
                .is_some_and(|(body, function)| self.starts[body][function.index()])
        })
    }

    /// The function with its goroutines.
    pub fn threads(&self, facts: &'a BodyFacts<'a>, id: FuncId) -> Threads {
        let mut graph = Builder::new(self, facts).build(id);
        graph.finish();
        graph.end_dead_ways();
        graph.find_loops();
        graph.hold_once();
        graph
    }
}

fn lent(facts: &BodyFacts) -> FxHashSet<(FuncId, usize, usize)> {
    let mut lent = FxHashSet::default();
    for (id, _) in facts.body.funcs() {
        if let Some(flow) = facts.flow(id) {
            lent.extend(flow.lent().into_iter().map(|(at, lock)| (id, at, lock)));
        }
    }
    lent
}

fn starts_goroutines(package: &Package, facts: &BodyFacts, id: FuncId) -> bool {
    facts.func(id).calls().any(|call| {
        let call = facts.body.call(call);
        match call.mode {
            CallMode::Go => true,
            CallMode::Plain => !started(package, facts, call).is_empty(),
            CallMode::Defer => false,
        }
    })
}

fn meets_others(package: &Package, facts: &BodyFacts, id: FuncId) -> bool {
    let func = facts.func(id);
    let by_instr = func.instrs.iter().any(|instr| match instr.kind {
        InstrKind::Send { .. } | InstrKind::Receive { .. } | InstrKind::Close(_) => true,
        InstrKind::Next { kind, .. } => kind == RangeKind::Chan,
        InstrKind::Call(call) => {
            let call = facts.body.call(call);
            call.mode == CallMode::Go
                || matches!(call.callee, Callee::Builtin(Builtin::Close))
                || sync_call(package.world, facts.body, call).is_some()
                || started_by(package.world, facts.body, call).is_some()
        }
        _ => false,
    });
    let selects = |block: &contend_ir::Block| matches!(block.terminator, Terminator::Select(_));
    by_instr || func.blocks.iter().any(selects)
}
