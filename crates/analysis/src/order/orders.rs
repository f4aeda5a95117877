//! What is known about all functions of a package before any of them is written out.

use contend_ir::FuncId;
use rustc_hash::FxHashSet;

use super::branches::Constants;
use super::build::Builder;
use super::fields::{Assigned, FieldLiterals};
use super::graph::Threads;
use super::meets::Meets;
use crate::accesses::Accesses;
use crate::package::{BodyFacts, Package};

/// What is known about the functions of a package, to write them out.
pub struct Orders<'a> {
    pub(super) package: &'a Package<'a>,
    pub(super) accesses: &'a Accesses<'a>,
    pub(super) constants: Vec<Constants>,
    pub(super) meets: &'a Meets,
    /// By body: the function and instruction where a lock is released that was not taken there.
    pub(super) lent: Vec<FxHashSet<(FuncId, usize, usize)>>,
    pub(super) assigned: Assigned,
    pub(super) field_literals: FieldLiterals,
}

impl<'a> Orders<'a> {
    pub fn new(package: &'a Package<'a>, accesses: &'a Accesses<'a>, meets: &'a Meets) -> Self {
        Self {
            package,
            accesses,
            constants: package
                .bodies
                .iter()
                .map(|facts| Constants::of(package.world, facts.body))
                .collect(),
            meets,
            lent: package.bodies.iter().map(lent).collect(),
            assigned: Assigned::of(package),
            field_literals: FieldLiterals::of(package),
        }
    }

    /// True if the function starts goroutines, itself or in a function that it calls.
    pub fn is_of_interest(&self, facts: &BodyFacts, id: FuncId) -> bool {
        self.meets.starts((facts.index, id))
            || facts.func(id).calls().any(|call| {
                let callee = self.package.callee(facts, facts.body.call(call));
                let target = callee.and_then(|it| self.package.at_hand(&it.target));
                target.is_some_and(|it| self.meets.starts(it))
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
