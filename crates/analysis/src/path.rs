//! Places that mean the same in all functions of a package.

use std::fmt::Write as _;

use contend_ir::{Body, Key, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, World};

/// A way to memory that can be carried from one body to another.
///
/// Two equal paths of one function are the same memory unless something on the way was assigned in
/// between. Paths through elements whose index is not known do not exist.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Path {
    pub root: Root,
    pub steps: Vec<Step>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Root {
    Var(ObjId),
    /// The value of an expression of the body at hand.
    Temp(PlaceId),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    Field(ObjId),
    Deref,
    Constant(i32),
    /// The element that the value of this place of the body at hand names.
    At(PlaceId),
}

impl Path {
    /// The path of a place, if it is exact.
    pub fn of(body: &Body, place: PlaceId) -> Option<Self> {
        let mut steps = Vec::new();
        let mut at = place;
        let root = loop {
            let (step, base) = match body.places.kind(at) {
                PlaceKind::Var(variable) => break Root::Var(variable),
                PlaceKind::Temp(_) => break Root::Temp(at),
                PlaceKind::Unknown => return None,
                PlaceKind::Field { base, field } => (Step::Field(field), base),
                PlaceKind::Deref { base } => (Step::Deref, base),
                PlaceKind::Element { base, key } | PlaceKind::MapElement { base, key } => match key
                {
                    Key::Any => return None,
                    Key::Int(index) => (Step::Constant(index), base),
                    Key::Place(index) => (Step::At(index), base),
                },
            };
            steps.push(step);
            at = base;
        };
        steps.reverse();
        Some(Self { root, steps })
    }

    /// What this path of a called function is for the caller that passed `argument` for its root.
    pub fn seen_by_caller(&self, body: &Body, argument: Operand) -> Option<Self> {
        let (&first, rest) = self.steps.split_first()?;
        if first != Step::Deref || self.steps.iter().any(|step| matches!(step, Step::At(_))) {
            // What does not go through the pointer is the callee's own copy.
            return None;
        }
        let (mut path, rest) = match argument {
            Operand::Addr(place) => (Self::of(body, place)?, rest),
            Operand::Place(place) => (Self::of(body, place)?, &self.steps[..]),
            _ => return None,
        };
        path.steps.extend_from_slice(rest);
        Some(path)
    }

    /// True if assigning to `written` makes this path lead elsewhere, or is an assignment to a part
    /// of what it leads to.
    pub fn is_changed_by(&self, written: &Self) -> bool {
        self.root == written.root && self.steps.starts_with(&written.steps)
    }

    pub fn variable(&self) -> Option<ObjId> {
        match self.root {
            Root::Var(variable) => Some(variable),
            Root::Temp(_) => None,
        }
    }

    /// The last field on the way, if any.
    pub fn last_field(&self) -> Option<ObjId> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Field(field) => Some(*field),
            _ => None,
        })
    }

    /// The path as one would write it in Go: `a.mu`, `shards[0].m`.
    pub fn text(&self, world: &World, body: &Body) -> String {
        let mut text = match self.root {
            Root::Var(variable) => world.name(variable).to_string(),
            Root::Temp(_) => "(...)".to_owned(),
        };
        for step in &self.steps {
            match step {
                Step::Field(field) => {
                    text.push('.');
                    text.push_str(world.name(*field).as_str());
                }
                Step::Deref => {}
                Step::Constant(index) => {
                    let _ = write!(text, "[{index}]");
                }
                Step::At(index) => match Self::of(body, *index) {
                    Some(index) if matches!(index.root, Root::Var(_)) => {
                        let _ = write!(text, "[{}]", index.text(world, body));
                    }
                    _ => text.push_str("[...]"),
                },
            }
        }
        text
    }
}
