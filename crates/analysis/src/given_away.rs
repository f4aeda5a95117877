//! Objects that a goroutine makes or is handed, and gives to others while it goes on with them.
//!
//! `c := newClient(conn); h.join <- c; c.read()`: whoever receives from `h.join` knows `c` from then on. A
//! server puts each of its connections where other goroutines find it, and its own goroutine works on.

use std::sync::Arc;

use contend_ir::{
    BlockId, CallMode, FuncId, InstrKind, Operand, PlaceId, PlaceKind, SelectKind, Terminator,
};
use contend_types::{ObjId, ObjectKind, Type, VarKind};
use rustc_hash::FxHashSet;

use crate::accesses::{Access, Accesses, Subject};
use crate::goroutines::{Region, Walk};
use crate::package::{BodyFacts, Package, Target, declared_in};
use crate::path::{Path, Root, Step, Steps};

/// Functions that hand a parameter on to one that gives it away are looked at so often.
const MAX_ROUNDS: usize = 3;

/// So many calls away from where a goroutine starts its objects are looked for.
const MAX_CALLS: usize = 2;

/// The parameters that declared functions of a package give to others.
pub(crate) struct GivenAway {
    params: FxHashSet<(ObjId, usize)>,
}

/// Where others come to know an object.
#[derive(Clone, Copy)]
enum Known {
    Behind(usize),
    From(BlockId),
}

impl GivenAway {
    pub(crate) fn of(package: &Package) -> Self {
        let mut given = Self {
            params: FxHashSet::default(),
        };
        for _ in 0..MAX_ROUNDS {
            let before = given.params.len();
            for facts in package.own_bodies() {
                let func = facts.func(FuncId::new(0));
                let Some(function) = declared_in(package, facts.index) else {
                    continue;
                };
                let found = given.events(package, facts, FuncId::new(0));
                let found = found.into_iter().filter_map(|(variable, _)| {
                    let at = func.params.iter().position(|it| *it == Some(variable))?;
                    Some((function, at))
                });
                let found: Vec<_> = found.collect();
                given.params.extend(found);
            }
            if given.params.len() == before {
                break;
            }
        }
        given
    }

    /// What a function that runs as a goroutine does to objects in its locals when others know them
    /// already, itself and in the functions of the package that it calls.
    pub(crate) fn inside(&self, accesses: &Accesses, started: &Target) -> Arc<[Access]> {
        match started {
            Target::Here { body, function } => self
                .accesses(accesses, (*body, *function), MAX_CALLS)
                .into(),
            Target::Elsewhere(summary) => Arc::clone(&summary.given_away),
        }
    }

    fn accesses(
        &self,
        accesses: &Accesses,
        (body, id): (usize, FuncId),
        n_calls: usize,
    ) -> Vec<Access> {
        let package = accesses.package;
        let facts = &package.bodies[body];
        let mut found = self.own(accesses, facts, id);
        if n_calls == 0 {
            return found;
        }
        let calls = facts.func(id).calls().map(|it| facts.body.call(it));
        for call in calls.filter(|it| it.mode == CallMode::Plain) {
            let callee = package.callee(facts, call).and_then(|it| it.target.here());
            let Some(callee) = callee.filter(|it| *it != (body, id)) else {
                continue;
            };
            let location = facts.location(call.span);
            let inside = self.accesses(accesses, callee, n_calls - 1).into_iter();
            found.extend(inside.map(|access| Access {
                calls: [&[location], &access.calls[..]].concat(),
                ..access
            }));
        }
        found
    }

    fn own(&self, accesses: &Accesses, facts: &BodyFacts, id: FuncId) -> Vec<Access> {
        let package = accesses.package;
        let events = self.events(package, facts, id);
        let events = events.into_iter().filter(|(variable, _)| {
            let kind = package.world.object(*variable).kind;
            kind == ObjectKind::Var(VarKind::Local)
        });
        let known: Vec<(ObjId, Region)> = events
            .map(|(variable, from)| (variable, behind(package, facts, id, variable, from)))
            .collect();
        if known.is_empty() {
            return Vec::new();
        }
        let is_known = |access: &Access| {
            let is_inside = access.path.steps.contains(&Step::Deref);
            let is_memory = matches!(access.subject, Subject::Map | Subject::Variable);
            let variable = access.path.variable();
            let mut known = known.iter();
            is_inside
                && is_memory
                && known.any(|(it, later)| variable == Some(*it) && later.contains(access.at))
        };
        let mut found = accesses.of(facts.index, id);
        found.retain(is_known);
        found
    }

    /// The variables whose objects a function gives to others, and where.
    fn events(&self, package: &Package, facts: &BodyFacts, id: FuncId) -> Vec<(ObjId, Known)> {
        let func = facts.func(id);
        let mut events = Vec::new();
        let mut add = |value: Operand, from: Known| {
            events.extend(pointer(package, facts, value).map(|it| (it, from)));
        };
        for (at, instr) in func.instrs.iter().enumerate() {
            let from = Known::Behind(at);
            match instr.kind {
                InstrKind::Send { value, .. } => add(value, from),
                InstrKind::MapWrite {
                    element: place,
                    value,
                } if is_known_to_others(package, facts, place) => add(value, from),
                InstrKind::Append {
                    slice: Operand::Place(list),
                    args,
                    ..
                } if is_known_to_others(package, facts, list) => {
                    let args = facts.body.operands(args).iter();
                    args.for_each(|&value| add(value, from));
                }
                InstrKind::Call(call) => {
                    let call = facts.body.call(call);
                    let callee = package.callee(facts, call);
                    let here = callee.and_then(|it| it.target.here());
                    let function = here
                        .filter(|it| it.1 == FuncId::new(0))
                        .and_then(|it| declared_in(package, it.0));
                    let Some(function) = function else {
                        continue;
                    };
                    for (nth, &value) in facts.body.operands(call.args).iter().enumerate() {
                        if self.params.contains(&(function, nth)) {
                            add(value, from);
                        }
                    }
                }
                _ => {}
            }
        }
        for (_, block) in func.blocks() {
            let Terminator::Select(select) = block.terminator else {
                continue;
            };
            for case in &facts.body.selects[select.index()].cases {
                if let SelectKind::Send { value, .. } = case.kind {
                    add(value, Known::From(case.target));
                }
            }
        }
        events
    }
}

/// The variable of a function that holds this pointer to a structure.
fn pointer(package: &Package, facts: &BodyFacts, value: Operand) -> Option<ObjId> {
    let Operand::Place(place) = value else {
        return None;
    };
    let PlaceKind::Var(variable) = facts.body.places.kind(place) else {
        return None;
    };
    let world = package.world;
    let Type::Pointer(element) = world.underlying_type(world.object_type(variable)) else {
        return None;
    };
    matches!(world.underlying_type(*element), Type::Struct(_)).then_some(variable)
}

/// True for a map or a list that the function has not made itself.
fn is_known_to_others(package: &Package, facts: &BodyFacts, place: PlaceId) -> bool {
    let Some(path) = Path::of(facts.body, place) else {
        return false;
    };
    let Some(variable) = path.variable() else {
        return false;
    };
    match package.world.object(variable).kind {
        ObjectKind::Var(VarKind::Package) => true,
        ObjectKind::Var(VarKind::Receiver | VarKind::Param) => path.steps.contains(&Step::Deref),
        _ => false,
    }
}

/// What comes behind, until somebody is waited for, who may be the one that has got the object.
fn behind(
    package: &Package,
    facts: &BodyFacts,
    id: FuncId,
    variable: ObjId,
    from: Known,
) -> Region {
    let path = Path {
        root: Root::Var(variable),
        steps: Steps::new(),
    };
    let walk = Walk {
        package,
        facts,
        func: facts.func(id),
        spawn: None,
        ends_at_receive: true,
        path: Some(&path),
    };
    match from {
        Known::Behind(at) => walk.after(at),
        Known::From(block) => walk.beginning_at(block),
    }
}
