//! What functions hand to each other: function values to those that they call, and what they made
//! to those that call them.

use std::rc::Rc;

use contend_ir::{Call, FuncId, InstrKind, Operand, PlaceId, PlaceKind, Terminator};
use contend_types::ObjId;

use super::build::Builder;
use super::frame::{Args, Frame, is_formal};
use super::graph::NodeId;
use crate::accesses::Subject;
use crate::binding::{Actual, Formals};
use crate::package::{BodyFacts, Started, Target};
use crate::path::{Path, Step, Steps};

/// A variable of a function that its caller knows as a result: `w` in `return w` or `return &w`.
pub(super) struct Kept {
    variable: ObjId,
    is_address: bool,
    /// Where the caller puts the result.
    place: PlaceId,
}

impl<'a> Builder<'_, 'a> {
    /// The function that a value is which was handed down to this one, and the frame that made it.
    pub(super) fn handed(
        &self,
        frame: &Rc<Frame<'a>>,
        value: Operand,
    ) -> Option<(Rc<Frame<'a>>, Started)> {
        let package = self.orders.package;
        self.handed_down(frame, value, |up, actual| {
            package.function_value(up, actual)
        })
    }

    /// The method of an interface value that was handed down to this function from one that knows its
    /// type, and the frame of that one.
    pub(super) fn handed_object(
        &self,
        frame: &Rc<Frame<'a>>,
        value: Operand,
        method: ObjId,
    ) -> Option<(Rc<Frame<'a>>, Started)> {
        let package = self.orders.package;
        self.handed_down(frame, value, |up, actual| {
            package.method_of(up, actual, method)
        })
    }

    /// What a value stands for, by the first of the callers that knows it, and the frame of that one.
    fn handed_down(
        &self,
        frame: &Rc<Frame<'a>>,
        value: Operand,
        given: impl Fn(&BodyFacts, Operand) -> Option<Started>,
    ) -> Option<(Rc<Frame<'a>>, Started)> {
        let package = self.orders.package;
        let mut variable = self.variable(frame.facts, value)?;
        let mut frame = Rc::clone(frame);
        while let Some((up, started)) = frame.up.clone() {
            if is_formal(&frame, variable) {
                let formals = Formals::of(package, up.facts.index, &started.target);
                let Actual::Operand(actual) = formals.actual(package.world, variable, &started)?
                else {
                    return None;
                };
                if let Some(given) = given(up.facts, actual) {
                    return Some((up, given));
                }
                variable = self.variable(up.facts, actual)?;
            } else if frame.facts.index != up.facts.index {
                return None;
            }
            frame = up;
        }
        None
    }

    /// The literal that is in a field, where it belongs to a function that runs this one.
    pub(super) fn kept_in_field(
        &self,
        frame: &Rc<Frame<'a>>,
        value: Operand,
    ) -> Option<(Rc<Frame<'a>>, Started)> {
        let Operand::Place(place) = value else {
            return None;
        };
        let path = self
            .orders
            .accesses
            .path(frame.facts, place, Subject::Call)?;
        let Some(Step::Field(field)) = path.steps.last() else {
            return None;
        };
        let (body, function) = self.orders.field_literals.of_field(*field)?;
        let mut home = Rc::clone(frame);
        while home.facts.index != body {
            let (up, _) = home.up.clone()?;
            home = up;
        }
        let started = Started {
            target: Target::Here { body, function },
            receiver: None,
            args: Args::new(),
        };
        Some((home, started))
    }

    /// The variable that a value is read from.
    fn variable(&self, facts: &BodyFacts, value: Operand) -> Option<ObjId> {
        let Operand::Place(place) = value else {
            return None;
        };
        let path = self.orders.accesses.path(facts, place, Subject::Map)?;
        path.variable().filter(|_| path.steps.is_empty())
    }

    /// What the caller of a function knows of its variables. Their places begin a new life here.
    pub(super) fn kept(
        &mut self,
        frame: &Rc<Frame<'a>>,
        call: &Call,
        (body, function): (usize, FuncId),
    ) -> Vec<Kept> {
        let callee = &self.orders.package.bodies[body];
        if callee.func(function).parent().is_some() || body == frame.facts.index {
            return Vec::new();
        }
        let mut kept = Vec::new();
        let results = frame.facts.body.operands(call.results);
        for (index, &result) in results.iter().enumerate() {
            let Operand::Place(result) = result else {
                continue;
            };
            if let Some((variable, is_address)) = self.returned(callee, function, index)
                && let Some(place) = stored_at(frame, result)
            {
                self.begun.insert((frame.facts.index, result));
                if let PlaceKind::Var(variable) = frame.facts.body.places.kind(place) {
                    self.begun_variables.insert((frame.facts.index, variable));
                }
                kept.push(Kept {
                    variable,
                    is_address,
                    place,
                });
            }
        }
        kept
    }

    /// Where results go begins a new life before the call that makes them.
    pub(super) fn begin(&mut self, frame: &Rc<Frame<'a>>, kept: &[Kept], at: NodeId) -> NodeId {
        let mut at = at;
        for it in kept {
            at = self.graph.after(at);
            match frame.facts.body.places.kind(it.place) {
                PlaceKind::Var(variable) => self.graph.nodes[at].declares = Some(variable),
                _ => self.graph.nodes[at].assigns = self.path(frame, it.place, Subject::Variable),
            }
        }
        at
    }

    /// The variable that every return gives back as this result, unless it gives nothing.
    fn returned(
        &self,
        facts: &BodyFacts<'a>,
        function: FuncId,
        index: usize,
    ) -> Option<(ObjId, bool)> {
        let mut found = None;
        for block in &facts.func(function).blocks {
            let Terminator::Return(list) = block.terminator else {
                continue;
            };
            let one = match *facts.body.operands(list).get(index)? {
                Operand::Nil => continue,
                value @ Operand::Place(_) => (self.variable(facts, value)?, false),
                Operand::Addr(place) => match facts.body.places.kind(place) {
                    PlaceKind::Var(variable) => (variable, true),
                    _ => return None,
                },
                _ => return None,
            };
            if found.replace(one).is_some_and(|it| it != one) {
                return None;
            }
        }
        found
    }

    /// A path that begins at a variable of a called function, as the caller names it.
    pub(super) fn given_back(
        &self,
        frame: &Frame<'a>,
        up: &Frame<'a>,
        path: &Path,
        subject: Subject,
    ) -> Option<Path> {
        let variable = path.variable()?;
        let kept = frame.kept.iter().find(|it| it.variable == variable)?;
        let mut steps = Steps::new();
        if kept.is_address {
            steps.push(Step::Deref);
        }
        steps.extend_from_slice(&path.steps);
        if subject == Subject::Variable && !steps.contains(&Step::Deref) {
            // A copy of what the caller has.
            return None;
        }
        let values = &self.orders.accesses.values[up.facts.index];
        let world = self.orders.package.world;
        values.path_behind(world, up.facts.body, kept.place, &steps, subject)
    }
}

/// The one place where a function puts a result; the result itself where a loop goes through it.
fn stored_at(frame: &Frame, result: PlaceId) -> Option<PlaceId> {
    let func = frame.facts.func(frame.func);
    let is_ranged =
        |kind| matches!(kind, InstrKind::Next { over, .. } if over == Operand::Place(result));
    if func.instrs.iter().any(|instr| is_ranged(instr.kind)) {
        return Some(result);
    }
    let mut stored = func.instrs.iter().filter_map(|instr| match instr.kind {
        InstrKind::Write { place, value } if value == Operand::Place(result) => Some(place),
        _ => None,
    });
    let place = stored.next()?;
    stored.next().is_none().then_some(place)
}
