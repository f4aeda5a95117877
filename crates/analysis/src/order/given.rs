//! What is known of the variables of a function from those who run it: `run(cfg, false)` never comes
//! behind `if start {`, and behind `return nil` no deferred call finds an `err`.

use std::ops::Range;

use contend_ir::{BlockId, Call, CallMode, Func, FuncId, InstrKind, Operand, PlaceId, Terminator};

use super::branches::Branches;
use super::build::Builder;
use super::frame::Frame;
use super::sync_calls::constant;
use crate::package::{BodyFacts, Started};

/// In larger graphs constants write out no function that meets nobody.
const MAX_NODES_BEFORE: usize = 400;

/// A variable of a function and the one value that it has as long as the function runs.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) place: PlaceId,
    /// Nil counts as 0.
    pub(super) value: i64,
}

/// The ways through a function, backwards.
struct Ways<'a> {
    facts: &'a BodyFacts<'a>,
    func: &'a Func,
    branches: Branches<'a>,
}

impl Ways<'_> {
    /// The value that all ways to an instruction leave in a variable.
    fn value_before(&self, place: PlaceId, nth: usize) -> Option<i64> {
        let mut blocks = self.func.blocks();
        let (start, _) = blocks.find(|(_, block)| block.instrs.as_usize().contains(&nth))?;
        let predecessors = self.facts.body.predecessors(self.func);
        let mut value = None;
        let mut seen = vec![start];
        let mut open = vec![(start, nth)];
        while let Some((block, end)) = open.pop() {
            let first = self.func.block(block).instrs.as_usize().start;
            let found = match self.written(place, first..end) {
                Some(Operand::Nil) => vec![0],
                Some(value) => vec![constant(value)?],
                None if predecessors[block.index()].is_empty() => return None,
                None => {
                    let mut asked = Vec::new();
                    for &before in &predecessors[block.index()] {
                        if let Some(value) = self.asked(place, (before, block)) {
                            asked.push(value);
                        } else if !seen.contains(&before) {
                            seen.push(before);
                            open.push((before, self.func.block(before).instrs.as_usize().end));
                        }
                    }
                    asked
                }
            };
            for found in found {
                if *value.get_or_insert(found) != found {
                    return None;
                }
            }
        }
        value
    }

    /// What the last of the instructions that gives the variable a value gives it.
    fn written(&self, place: PlaceId, instrs: Range<usize>) -> Option<Operand> {
        let mut instrs = self.func.instrs[instrs].iter().rev();
        instrs.find_map(|instr| match instr.kind {
            InstrKind::Write { place: it, value } if it == place => Some(value),
            InstrKind::Declare(variable) => {
                let is_it = self.facts.body.places.variable(variable) == Some(place);
                is_it.then_some(Operand::Nil)
            }
            _ => None,
        })
    }

    /// What a way from one block to the next tells of the variable: that it is nil, or false.
    fn asked(&self, place: PlaceId, (block, next): (BlockId, BlockId)) -> Option<i64> {
        let Terminator::Branch {
            cond,
            then,
            otherwise,
        } = self.func.block(block).terminator
        else {
            return None;
        };
        let (asked, is_yes) = self.branches.says(cond)?;
        let is_no = asked == place && then != otherwise && (next == then) != is_yes;
        is_no.then_some(0)
    }
}

impl<'a> Builder<'_, 'a> {
    /// What a function is given that `home` knows and `frame` runs by a call: its constant arguments,
    /// and the variables of the function around a literal. `nth` is the instruction that runs it.
    pub(super) fn given(
        &self,
        (frame, nth, call): (&Frame<'a>, usize, &Call),
        (home, started): (&Frame<'a>, &Started),
    ) -> Vec<Given> {
        let Some((body, function)) = self.orders.package.at_hand(&started.target) else {
            return Vec::new();
        };
        let mut given = self.given_args(home, started, body, function);
        let is_literal = self.orders.package.bodies[body].func(function).parent();
        if is_literal.is_some() && home.facts.index == body {
            given.extend(&home.given);
            if call.mode == CallMode::Defer && std::ptr::eq(frame, home) {
                given.extend(self.kept_until(frame.facts, (frame.func, nth), function));
            }
        }
        given
    }

    fn given_args(
        &self,
        home: &Frame<'a>,
        started: &Started,
        body: usize,
        function: FuncId,
    ) -> Vec<Given> {
        let facts = &self.orders.package.bodies[body];
        let params = &facts.func(function).params;
        // A helper of a test waits for what is far away: that it need not is kept in sight.
        let is_test = self.orders.package.is_test(facts.body.file);
        if is_test || params.len() != started.args.len() {
            return Vec::new();
        }
        let pairs = params.iter().zip(&started.args);
        let given = pairs.filter_map(|(param, &arg)| {
            let place = facts.body.places.variable((*param)?)?;
            let is_kept = self.orders.constants[body].is_only_assigned_in(place, None);
            let value = self.known(home, arg).filter(|_| is_kept)?;
            Some(Given { place, value })
        });
        given.collect()
    }

    fn known(&self, frame: &Frame<'a>, value: Operand) -> Option<i64> {
        match value {
            Operand::Nil => Some(0),
            Operand::Place(place) => {
                let given = frame.given.iter().find(|it| it.place == place);
                let given = given.map(|it| it.value);
                given.or_else(|| self.orders.constants[frame.facts.index].value(value))
            }
            _ => constant(value),
        }
    }

    /// The captured variables that have one value on all ways to where the deferred calls run.
    fn kept_until(
        &self,
        facts: &BodyFacts,
        (id, nth): (FuncId, usize),
        literal: FuncId,
    ) -> Vec<Given> {
        let constants = &self.orders.constants[facts.index];
        let world = self.orders.package.world;
        let ways = Ways {
            facts,
            func: facts.func(id),
            branches: Branches::of(world, facts.body, id, constants, &[]),
        };
        let captures = facts.func(literal).captures.iter();
        let places = captures.filter_map(|it| facts.body.places.variable(it.variable));
        let kept = places.filter(|&place| constants.is_only_assigned_in(place, Some(id)));
        kept.filter_map(|place| {
            let value = ways.value_before(place, nth)?;
            Some(Given { place, value })
        })
        .collect()
    }

    /// True if what a function is given by a call decides a way in it, and it does something that
    /// others may see.
    pub(super) fn is_decided(
        &self,
        frame: &Frame<'a>,
        (call, nth): (&Call, usize),
        started: &Started,
    ) -> bool {
        if MAX_NODES_BEFORE < self.graph.nodes.len()
            || self.orders.accesses.inside(started).is_empty()
        {
            return false;
        }
        let given = self.given((frame, nth, call), (frame, started));
        let here = self.orders.package.at_hand(&started.target);
        let Some((body, id)) = here.filter(|_| !given.is_empty()) else {
            return false;
        };
        let package = self.orders.package;
        let facts = &package.bodies[body];
        let constants = &self.orders.constants[body];
        let branches = Branches::of(package.world, facts.body, id, constants, &given);
        let mut blocks = facts.func(id).blocks.iter();
        blocks.any(|block| match block.terminator {
            Terminator::Branch {
                cond,
                then,
                otherwise,
            } => branches.only_way(cond, then, otherwise).is_some(),
            _ => false,
        })
    }
}
