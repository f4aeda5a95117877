//! Called functions that answer yes or no: behind `if done() {` control has come by the ways on which
//! `done` returns true.

use contend_ir::{InstrKind, Operand, PlaceId};

use super::build::Builder;
use super::frame::Frame;
use super::graph::NodeId;

/// Where a called function returns that was written out.
#[derive(Clone, Copy)]
pub(super) struct Answers {
    /// Where it returns true, or something that is not nil.
    pub(super) yes: NodeId,
    pub(super) no: NodeId,
    /// Behind both.
    pub(super) join: NodeId,
}

/// An answer that was not yet asked for in its block.
pub(super) struct Open {
    answers: Answers,
    /// What holds the answer: the result of the call, and variables that were given it.
    places: Vec<PlaceId>,
    /// The nodes behind the call.
    trail: Vec<NodeId>,
}

impl Open {
    /// `result` is what the call left.
    pub(super) fn new(answers: Answers, result: Operand) -> Option<Self> {
        let Operand::Place(result) = result else {
            return None;
        };
        Some(Self {
            answers,
            places: vec![result],
            trail: Vec::new(),
        })
    }

    pub(super) fn holds(&self, place: PlaceId) -> bool {
        self.places.contains(&place)
    }
}

/// What a return answers with: `nil` and `false` are no.
pub(super) fn answer(value: Operand) -> Option<bool> {
    match value {
        Operand::Bool(value) => Some(value),
        Operand::Nil => Some(false),
        _ => None,
    }
}

impl Builder<'_, '_> {
    /// Follows an answer over an instruction that led from `before` to `at`; `None` if the answer
    /// is lost. A variable that others assign does not keep it.
    pub(super) fn follow(
        &self,
        frame: &Frame,
        mut open: Open,
        instr: InstrKind,
        (before, at): (NodeId, NodeId),
    ) -> Option<Open> {
        let mut node = before;
        while node != at {
            let &[next] = self.graph.nodes[node].next.as_slice() else {
                return None;
            };
            if self.graph.nodes[next].starts.is_some() {
                return None;
            }
            open.trail.push(next);
            node = next;
        }
        match instr {
            InstrKind::Write {
                place,
                value: Operand::Place(value),
            } if open.holds(value) => {
                let constants = &self.orders.constants[frame.facts.index];
                if constants.is_only_assigned_in(place, Some(frame.func)) {
                    open.places.push(place);
                }
            }
            InstrKind::Write { place, .. } => open.places.retain(|&it| it != place),
            _ => {}
        }
        Some(open)
    }

    /// Takes the ways of the two answers apart. Returns where control is behind the trail if the
    /// answer was yes, and if it was no.
    pub(super) fn part(&mut self, open: &Open) -> (NodeId, NodeId) {
        let Answers { yes, no, join } = open.answers;
        let mut behind_yes = yes;
        self.graph.nodes[yes].next.clear();
        for &node in &open.trail {
            let copy = self.graph.copy(node);
            self.graph.link(behind_yes, copy);
            behind_yes = copy;
        }
        let Some((&first, &last)) = open.trail.first().zip(open.trail.last()) else {
            return (yes, no);
        };
        self.graph.nodes[join].next.clear();
        self.graph.nodes[no].next.clear();
        self.graph.link(no, first);
        (behind_yes, last)
    }
}
