//! What goroutines do last for others to wait for, and what comes behind such a wait.
//!
//! Groups and channels are known by their fields or variables, whichever value these are of.

use contend_base::Location;
use contend_ir::{CallMode, Callee, FuncId, InstrKind, Operand, RangeKind};
use contend_types::{Builtin, ObjId};

use crate::binding::{Actual, Formals};
use crate::library::{WaitGroupOp, wait_group_call};
use crate::order::{Order, awaited_group, done_group, order};
use crate::package::{BodyFacts, Package, Started, Target};
use crate::path::Path;
use crate::roles::{Node, Roles};

/// Callers are asked this far up whether they have waited.
const MAX_CALLS: u32 = 3;

/// An instruction of a function.
pub type Point = (Node, usize);

pub struct Ends<'a> {
    /// As its roles were found in it.
    pub package: &'a Package<'a>,
    pub roles: &'a Roles,
}

impl Ends<'_> {
    /// True if only goroutines come to `node` that were waited for on all ways to a place in another
    /// function.
    pub fn are_over(&self, node: Node, (other, place): (Node, Location)) -> bool {
        let goroutines = self.roles.only_goroutines(node);
        let Some(point) = self.point(other, place).filter(|_| !goroutines.is_empty()) else {
            return false;
        };
        goroutines.iter().all(|&(runs, start)| {
            let ends = self.ends_of(runs, start);
            !ends.is_empty() && self.is_behind(&ends, point, MAX_CALLS)
        })
    }

    fn point(&self, (body, func): Node, place: Location) -> Option<Point> {
        let facts = &self.package.bodies[body];
        let (_, func_at) = facts.body.funcs().find(|(id, _)| *id == func)?;
        let mut instrs = func_at.instrs.iter();
        let at = instrs.position(|instr| facts.place_of(instr) == place)?;
        Some(((body, func), at))
    }

    /// The groups and channels by which a goroutine tells that it has ended, whichever way it goes.
    fn ends_of(&self, (body, func): Node, start: Option<Point>) -> Vec<ObjId> {
        let facts = &self.package.bodies[body];
        let mut ends: Vec<ObjId> = start
            .and_then(|it| self.counted_by(it))
            .into_iter()
            .collect();
        let named = |operand: Operand| {
            let variable = path_of(facts, operand)?.owner()?;
            self.given(variable, (body, func), start).or(Some(variable))
        };
        for call in facts.func(func).calls() {
            let call = facts.body.call(call);
            if call.mode != CallMode::Defer {
                continue;
            }
            ends.extend(self.told_by(facts, call).and_then(named));
            if let Some(literal) = facts.literals.of_callee(call.callee) {
                let calls = facts.func(literal).calls();
                let told = calls.filter_map(|it| self.told_by(facts, facts.body.call(it)));
                ends.extend(told.filter_map(named));
            }
        }
        ends
    }

    /// The group whose `Go` starts a goroutine.
    fn counted_by(&self, ((body, func), at): Point) -> Option<ObjId> {
        let facts = &self.package.bodies[body];
        let InstrKind::Call(call) = facts.func(func).instrs[at].kind else {
            return None;
        };
        match wait_group_call(self.package.world, facts.body.call(call))? {
            (WaitGroupOp::Go, group) => Path::of(facts.body, group)?.owner(),
            _ => None,
        }
    }

    /// The group or channel by which a call tells of an end.
    fn told_by(&self, facts: &BodyFacts, call: &contend_ir::Call) -> Option<Operand> {
        match call.callee {
            Callee::Builtin(Builtin::Close) => facts.body.operands(call.args).first().copied(),
            _ => done_group(self.package.world, facts.body, call),
        }
    }

    /// What a goroutine was given for a variable of the function that it runs.
    fn given(&self, variable: ObjId, (body, func): Node, start: Option<Point>) -> Option<ObjId> {
        let ((starter, parent), at) = start?;
        let facts = &self.package.bodies[starter];
        let InstrKind::Call(call) = facts.func(parent).instrs[at].kind else {
            return None;
        };
        let started = self.package.callee(facts, facts.body.call(call))?;
        let target = Target::Here {
            body,
            function: func,
        };
        let formals = Formals::of(self.package, starter, &target);
        match formals.actual(self.package.world, variable, &started)? {
            Actual::Same => None,
            Actual::Operand(operand) => path_of(facts, operand)?.owner(),
        }
    }

    /// True if all ways to a point come from a wait for one of the ends.
    fn is_behind(&self, ends: &[ObjId], ((body, func), at): Point, depth: u32) -> bool {
        let facts = &self.package.bodies[body];
        let instrs = facts.func(func).instrs.iter().enumerate();
        let mut waits = instrs.filter(|(_, instr)| self.waits(facts, instr.kind, ends));
        waits.any(|(wait, _)| wait != at && order(facts, func, wait, at) == Order::Always)
            || 0 < depth && self.is_run_behind(ends, (body, func), depth - 1)
    }

    /// True if whoever runs the function has waited before.
    fn is_run_behind(&self, ends: &[ObjId], node: Node, depth: u32) -> bool {
        if self.roles.is_open(self.package, node) {
            return false;
        }
        let starts = self.roles.starts_of(node);
        let callers = self.roles.callers_of(node);
        let calls = callers.iter().map(|&caller| self.calls_in(caller, node));
        let calls: Option<Vec<Vec<Point>>> = calls
            .map(|calls| Some(calls).filter(|it| !it.is_empty()))
            .collect();
        let (Some(starts), Some(calls)) = (starts, calls) else {
            return false;
        };
        let mut points = starts
            .into_iter()
            .chain(calls.into_iter().flatten())
            .peekable();
        points.peek().is_some() && points.all(|point| self.is_behind(ends, point, depth))
    }

    fn calls_in(&self, (body, func): Node, callee: Node) -> Vec<Point> {
        let facts = &self.package.bodies[body];
        let instrs = facts.func(func).instrs.iter().enumerate();
        let calls = instrs.filter(|(_, instr)| {
            let called = self.called(facts, instr.kind);
            called.is_some_and(|it| it.target.here() == Some(callee))
        });
        calls.map(|(at, _)| ((body, func), at)).collect()
    }

    fn called(&self, facts: &BodyFacts, kind: InstrKind) -> Option<Started> {
        let InstrKind::Call(call) = kind else {
            return None;
        };
        let call = facts.body.call(call);
        let callee = self.package.callee(facts, call);
        callee.filter(|_| call.mode == CallMode::Plain)
    }

    /// True for an instruction that waits for one of the ends, itself or in the function that it calls.
    fn waits(&self, facts: &BodyFacts, kind: InstrKind, ends: &[ObjId]) -> bool {
        let waits_in = |(body, func): (usize, FuncId)| {
            let facts = &self.package.bodies[body];
            let mut instrs = facts.func(func).instrs.iter();
            instrs.any(|it| self.waits_itself(facts, it.kind, ends))
        };
        let called = || self.called(facts, kind)?.target.here();
        self.waits_itself(facts, kind, ends) || called().is_some_and(waits_in)
    }

    fn waits_itself(&self, facts: &BodyFacts, kind: InstrKind, ends: &[ObjId]) -> bool {
        let awaited = match kind {
            InstrKind::Receive { channel, .. }
            | InstrKind::Next {
                over: channel,
                kind: RangeKind::Chan,
                ..
            } => Some(channel),
            InstrKind::Call(call) => {
                let call = facts.body.call(call);
                awaited_group(self.package.world, facts.body, call)
                    .filter(|_| call.mode == CallMode::Plain)
            }
            _ => None,
        };
        let owner = awaited.and_then(|it| path_of(facts, it)?.owner());
        owner.is_some_and(|it| ends.contains(&it))
    }
}

fn path_of(facts: &BodyFacts, operand: Operand) -> Option<Path> {
    match operand {
        Operand::Place(place) | Operand::Addr(place) => Path::of(facts.body, place),
        _ => None,
    }
}
