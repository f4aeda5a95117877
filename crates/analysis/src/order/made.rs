//! Handlers that other functions make: `page(hub)` in `mux.Handle("/", page(hub))`.

use std::rc::Rc;

use contend_ir::{Call, InstrKind, Operand};

use super::build::Builder;
use super::frame::{Args, Frame};
use super::objects::only_value;
use crate::package::{BodyFacts, Started, Target};

/// A handler, the frame that knows what it captures, and how findings say that it is called.
type Made<'a> = (Rc<Frame<'a>>, Started, &'static str);

impl<'a> Builder<'_, 'a> {
    /// The handlers among the arguments of a call that functions at hand have made.
    pub(super) fn made_handlers(&mut self, frame: &Rc<Frame<'a>>, call: &Call) -> Vec<Made<'a>> {
        let args = frame.facts.body.operands(call.args);
        args.iter()
            .filter_map(|&arg| self.made_handler(frame, arg))
            .collect()
    }

    fn made_handler(&mut self, frame: &Rc<Frame<'a>>, value: Operand) -> Option<Made<'a>> {
        let package = self.orders.package;
        let maker = maker(frame.facts, value)?;
        let started = package.callee(frame.facts, maker)?;
        let (body, function) = package.at_hand(&started.target)?;
        let facts = &package.bodies[body];
        let mut literals = facts.returned_literals();
        let literal = literals.next().filter(|_| literals.next().is_none())?;
        let target = Target::Here {
            body,
            function: literal,
        };
        let how = package.handler(&target)?;
        let home = Rc::new(Frame {
            instance: self.instance(frame, body),
            facts,
            func: function,
            thread: frame.thread,
            called_by: None,
            given: Vec::new(),
            up: Some((Rc::clone(frame), Rc::new(started))),
            calls: frame.calls.clone(),
            outermost: frame.outermost,
            held: Vec::new(),
            is_in_event_loop: frame.is_in_event_loop,
            depth: frame.depth + 1,
            kept: Vec::new(),
        });
        let handler = Started {
            target,
            receiver: None,
            args: Args::new(),
        };
        Some((home, handler, how))
    }
}

/// The call whose first result a value is.
fn maker<'b>(facts: &BodyFacts<'b>, value: Operand) -> Option<&'b Call> {
    let Operand::Place(place) = value else {
        return None;
    };
    let stored = facts
        .body
        .places
        .root_var(place)
        .and_then(|variable| only_value(facts, variable));
    let is_it = |result: &Operand| {
        let result = match result {
            Operand::Place(it) => Some(*it),
            _ => None,
        };
        result.is_some() && (result == Some(place) || result == stored)
    };
    let mut instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
    instrs.find_map(|instr| match instr.kind {
        InstrKind::Call(call) => {
            let call = facts.body.call(call);
            let first = facts.body.operands(call.results).first();
            first.filter(|it| is_it(it)).map(|_| call)
        }
        _ => None,
    })
}
