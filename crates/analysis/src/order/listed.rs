//! Functions that stand in a list, a map, or the last arguments of a call: any of them may be the one
//! that is called.

use std::rc::Rc;

use contend_ir::{Call, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::ObjId;

use super::build::Builder;
use super::calls::MAX_LISTED;
use super::frame::{Frame, is_formal};
use super::graph::{NodeId, ObjectId};
use crate::accesses::Subject;
use crate::origins::Runs;
use crate::package::{BodyFacts, Started};
use crate::path::{Path, Step};

/// One function of a list.
pub(super) struct Listed<'a> {
    /// Who knows what it is given.
    pub(super) home: Rc<Frame<'a>>,
    pub(super) started: Started,
    /// The list has it once, and a loop comes to each entry once.
    pub(super) is_once: bool,
}

impl<'a> Builder<'_, 'a> {
    /// The functions that a value may be which comes from a list in sight.
    pub(super) fn listed(&self, frame: &Rc<Frame<'a>>, value: Operand) -> Vec<Listed<'a>> {
        let Operand::Place(place) = value else {
            return Vec::new();
        };
        let accesses = self.orders.accesses;
        let path = accesses.path(frame.facts, place, Subject::Call);
        let Some(path) = path else {
            return Vec::new();
        };
        let (home, functions, is_each) = match element(&path) {
            Some((variable, field, is_each)) => {
                let (home, functions) = self.in_list(frame, variable, field);
                (home, functions, is_each)
            }
            None => (around(frame), self.in_literal(frame.facts, &path), true),
        };
        if MAX_LISTED < functions.len() {
            return Vec::new();
        }
        let is_same = |one: &Started, other: &Started| {
            one.target.here() == other.target.here() && one.receiver == other.receiver
        };
        let n_times = |it: &Started| functions.iter().filter(|other| is_same(it, other)).count();
        let is_once: Vec<bool> = functions
            .iter()
            .map(|it| is_each && n_times(it) == 1)
            .collect();
        let all = functions.into_iter().zip(is_once);
        let listed = all.map(|(started, is_once)| Listed {
            home: Rc::clone(&home),
            started,
            is_once,
        });
        listed.collect()
    }

    /// The functions in a list that a variable of this function or of one around it has, and the frame
    /// where they are put there.
    fn in_list(
        &self,
        frame: &Rc<Frame<'a>>,
        variable: ObjId,
        field: Option<ObjId>,
    ) -> (Rc<Frame<'a>>, Vec<Started>) {
        let package = self.orders.package;
        let (mut frame, mut variable) = (Rc::clone(frame), variable);
        while let Some((up, started)) = frame.up.clone() {
            if is_formal(&frame, variable) {
                let Some(args) = last_args(&frame, variable, &started) else {
                    return (up, Vec::new());
                };
                let functions: Vec<Started> = args
                    .iter()
                    .filter_map(|&it| package.function_value(up.facts, it))
                    .collect();
                if functions.len() == args.len() && field.is_none() {
                    return (up, functions);
                }
                match args {
                    [Operand::Place(list)] => match up.facts.body.places.kind(*list) {
                        PlaceKind::Var(it) => variable = it,
                        _ => return (up, Vec::new()),
                    },
                    _ => return (up, Vec::new()),
                }
            } else if frame.facts.index != up.facts.index {
                break;
            }
            frame = up;
        }
        let list = frame.facts.body.places.variable(variable);
        let functions = list.map(|it| self.put_in(frame.facts, it, field));
        (frame, functions.unwrap_or_default())
    }

    /// The functions of a list that has no name: `for _, run := range []func(){a, b}`.
    fn in_literal(&self, facts: &BodyFacts, path: &Path) -> Vec<Started> {
        let field = match path.steps.as_slice() {
            [] => None,
            [Step::Field(field)] | [Step::Deref, Step::Field(field)] => Some(*field),
            _ => return Vec::new(),
        };
        let values = &self.orders.accesses.values[facts.index];
        let entry = path
            .variable()
            .and_then(|it| facts.body.places.variable(it));
        let list = entry.and_then(|it| values.ranged_over(facts.body, it));
        let list = list.map(|it| self.put_in(facts, it, field));
        list.unwrap_or_default()
    }

    /// The functions that a function puts into a list of its own, or into this field of its elements.
    fn put_in(&self, facts: &BodyFacts, list: PlaceId, field: Option<ObjId>) -> Vec<Started> {
        let body = facts.body;
        let instrs = || body.funcs.iter().flat_map(|func| &func.instrs);
        let is_made = |place: PlaceId| {
            let is_it = |kind| matches!(kind, InstrKind::Write { place: to, value } if to == list && value == Operand::Place(place));
            place == list || instrs().any(|instr| is_it(instr.kind))
        };
        let is_in_list = |place: PlaceId| match body.places.kind(place) {
            PlaceKind::Element { base, .. } | PlaceKind::MapElement { base, .. } => is_made(base),
            _ => false,
        };
        let values = instrs().flat_map(|instr| match (instr.kind, field) {
            (InstrKind::Write { place, value }, Some(field)) => {
                let is_it = matches!(body.places.kind(place),
                    PlaceKind::Field { field: it, .. } if it == field);
                if is_it { vec![value] } else { Vec::new() }
            }
            (
                InstrKind::Write { place, value }
                | InstrKind::MapWrite {
                    element: place,
                    value,
                },
                None,
            ) if is_in_list(place) => vec![value],
            (
                InstrKind::Append {
                    slice: Operand::Place(slice),
                    args,
                    spread: false,
                    ..
                },
                None,
            ) if is_made(slice) => body.operands(args).to_vec(),
            _ => Vec::new(),
        });
        values
            .filter_map(|value| self.orders.package.function_value(facts, value))
            .collect()
    }

    /// A goroutine that runs what was handed down to this function, or one for each function of a list.
    pub(super) fn spawn_value(
        &mut self,
        frame: &Rc<Frame<'a>>,
        value: Operand,
        by: (usize, Option<&Call>, Option<ObjectId>),
        how: &'static str,
        at: NodeId,
    ) -> NodeId {
        let how = (Runs::Once, how);
        if let Some(given) = self.handed(frame, value) {
            return self.spawn(frame, given, by, how, at);
        }
        let mut at = at;
        for it in self.listed(frame, value) {
            at = self.spawn(frame, (it.home, it.started), by, how, at);
            if let Some(thread) = self.graph.nodes[at].starts {
                self.graph.threads[thread].is_of_entry = it.is_once;
            }
        }
        at
    }

    /// Control comes to one of the functions, or to none.
    pub(super) fn one_of(
        &mut self,
        frame: &Rc<Frame<'a>>,
        listed: Vec<Listed<'a>>,
        (call, nth): (&Call, usize),
        at: NodeId,
    ) -> NodeId {
        let join = self.graph.node(frame.thread);
        self.graph.link(at, join);
        for it in listed {
            let here = self.orders.package.at_hand(&it.started.target);
            if here.is_none_or(|(body, func)| frame.has(body, func)) {
                continue;
            }
            let first = self.graph.nodes.len();
            let held = self.held_at(frame, nth);
            let home = (it.home, it.started);
            let behind = self.inline(frame, home, (call, nth, Vec::new()), held, at);
            self.graph.link(behind, join);
            if it.is_once {
                self.graph.mark_entry(first);
            }
        }
        join
    }
}

/// The declared function around a literal, as it runs here.
fn around<'a>(frame: &Rc<Frame<'a>>) -> Rc<Frame<'a>> {
    let mut frame = Rc::clone(frame);
    while let Some((up, _)) = frame.up.clone()
        && up.facts.index == frame.facts.index
    {
        frame = up;
    }
    frame
}

/// The variable with a list, the field of its elements if they are structures, and whether a loop
/// comes to each of them.
fn element(path: &Path) -> Option<(ObjId, Option<ObjId>, bool)> {
    let variable = path.variable()?;
    let steps = path
        .steps
        .strip_prefix(&[Step::Deref])
        .unwrap_or(&path.steps);
    let (first, rest) = steps.split_first()?;
    let field = match rest {
        [] => None,
        [Step::Field(field)] | [Step::Deref, Step::Field(field)] => Some(*field),
        _ => return None,
    };
    first
        .is_element()
        .then_some((variable, field, *first == Step::Each))
}

/// What a function was given for a parameter that is a list: the list, or all that the last, variadic
/// one was given.
fn last_args<'s>(frame: &Frame, variable: ObjId, started: &'s Started) -> Option<&'s [Operand]> {
    let params = &frame.facts.func(frame.func).params;
    let at = params.iter().position(|&it| it == Some(variable))?;
    if at + 1 == params.len() {
        return started.args.get(at..);
    }
    started.args.get(at..=at)
}
