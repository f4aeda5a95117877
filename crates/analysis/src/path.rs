//! Places that mean the same in all functions of a package.

use std::fmt::Write as _;

use contend_ir::{Body, Key, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, ObjectKind, World};
use smallvec::SmallVec;

/// A way to memory that can be carried from one body to another.
///
/// Two equal paths of one function are the same memory unless something on the way was assigned in
/// between. Paths through elements whose index is not known do not exist.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Path {
    pub root: Root,
    pub steps: Steps,
}

/// Most ways are short.
pub type Steps = SmallVec<[Step; 4]>;

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
    /// The element of a map with this constant key.
    Named(u32),
    /// The element that the value of this place of the body at hand names.
    At(PlaceId),
    /// What a context carries under a key: the package variable that is the key, or the type that
    /// was made for it. What all callers of this method are handed.
    Carried(ObjId),
    /// All elements.
    Each,
    /// All elements, one in each round of a loop that counts with this variable.
    Round(PlaceId),
    /// The element that the goroutine at hand was started with. Each such goroutine has another one.
    Own,
    /// Elements that are not known.
    Part,
    /// The entry of a map under a key that is not known.
    Entry,
    /// The room behind the last element, where `append` writes.
    Room,
}

impl Step {
    /// True for a step to elements of a slice or an array.
    fn is_to_elements(self) -> bool {
        matches!(
            self,
            Self::Each | Self::Round(_) | Self::Constant(_) | Self::At(_) | Self::Own | Self::Part
        )
    }

    /// True for a step to some element of a collection, whichever it is.
    pub fn is_element(&self) -> bool {
        self.is_to_elements() || matches!(self, Self::Named(_) | Self::Entry)
    }

    fn is_all(self) -> bool {
        matches!(self, Self::Each | Self::Round(_))
    }
}

/// How two paths of one root relate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overlap {
    /// They lead to the same memory, or one to a part of what the other leads to.
    Sure,
    /// Both go through an element that is not known.
    Unknown,
    No,
}

impl Path {
    /// The path of a place, if it is exact.
    pub fn of(body: &Body, place: PlaceId) -> Option<Self> {
        let mut steps = Steps::new();
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
                    Key::Const(number) => (Step::Named(number), base),
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

    /// Whether an access to one path is an access to the other. A structure holds its fields and an
    /// array its elements, but nobody holds what he points to.
    pub fn overlap(&self, other: &Self) -> Overlap {
        if self.root != other.root {
            return Overlap::No;
        }
        let mut is_known = true;
        for (one, two) in self.steps.iter().zip(&other.steps) {
            match (one, two) {
                (
                    Step::At(_) | Step::Own | Step::Part,
                    Step::Constant(_) | Step::At(_) | Step::Own | Step::Part,
                )
                | (Step::Constant(_), Step::At(_) | Step::Own | Step::Part)
                | (Step::Entry, Step::Entry | Step::Own | Step::Constant(_) | Step::Named(_))
                | (Step::Own | Step::Constant(_) | Step::Named(_), Step::Entry) => {
                    is_known = false;
                }
                (Step::Round(counter), Step::At(index))
                | (Step::At(index), Step::Round(counter))
                    if counter == index =>
                {
                    is_known = false;
                }
                (one, two)
                    if (one.is_all() && two.is_element()) || (one.is_element() && two.is_all()) => {
                }
                _ if one == two => {}
                _ => return Overlap::No,
            }
        }
        let shared = self.steps.len().min(other.steps.len());
        let longer = if shared < self.steps.len() {
            &self.steps
        } else {
            &other.steps
        };
        if longer[shared..].contains(&Step::Deref) {
            return Overlap::No;
        }
        if is_known {
            Overlap::Sure
        } else {
            Overlap::Unknown
        }
    }

    /// The path as another function names it, which does not know the index variables of this one.
    pub fn without_indexes(&self) -> Self {
        let step = |step: &Step| match step {
            Step::At(_) => Step::Part,
            Step::Round(_) => Step::Each,
            other => *other,
        };
        Self {
            root: self.root,
            steps: self.steps.iter().map(step).collect(),
        }
    }

    /// True for what is done to the objects that a list of pointers holds.
    pub fn is_through_list(&self) -> bool {
        let mut pairs = self.steps.windows(2);
        pairs.any(|pair| pair == [Step::Each, Step::Deref])
    }

    /// True if the path goes through nothing but fields, pointers and constant indexes.
    pub fn is_exact(&self) -> bool {
        let is_exact = |step: &Step| {
            matches!(
                step,
                Step::Field(_)
                    | Step::Deref
                    | Step::Constant(_)
                    | Step::Named(_)
                    | Step::Carried(_)
            )
        };
        self.steps.iter().all(is_exact)
    }

    pub fn variable(&self) -> Option<ObjId> {
        match self.root {
            Root::Var(variable) => Some(variable),
            Root::Temp(_) => None,
        }
    }

    /// True for what is known by a pointer alone: the same may be elsewhere under another name.
    pub fn is_behind_pointer(&self) -> bool {
        self.steps.last() == Some(&Step::Deref)
    }

    /// The path from the field on that it goes through last, whoever has that field: what is called there
    /// can be asked without knowing whose it is. Nothing without such a field.
    pub fn of_somebody(&self) -> Option<Self> {
        let is_field = |step: &Step| matches!(step, Step::Field(_) | Step::Carried(_));
        let at = self.steps.iter().rposition(is_field)?;
        let (Step::Field(field) | Step::Carried(field)) = self.steps[at] else {
            return None;
        };
        let path = Self {
            root: Root::Var(field),
            steps: Steps::from_slice(&self.steps[at + 1..]),
        };
        Some(path.without_indexes())
    }

    /// The last field on the way, if any.
    pub fn last_field(&self) -> Option<ObjId> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Field(field) => Some(*field),
            _ => None,
        })
    }

    /// The way to the value whose field this is, or leads to by a pointer there.
    pub fn without_last_field(&self) -> Option<Self> {
        let ([before @ .., Step::Field(_), Step::Deref] | [before @ .., Step::Field(_)]) =
            &self.steps[..]
        else {
            return None;
        };
        Some(Self {
            root: self.root,
            steps: Steps::from_slice(before),
        })
    }

    /// What names it in all functions: the last field on the way, or the variable itself.
    pub fn owner(&self) -> Option<ObjId> {
        self.last_field().or(self.variable())
    }

    /// The path as one would write it in Go: `a.mu`, `shards[0].m`. Without a body, places of it
    /// have no names.
    pub fn text(&self, world: &World, body: Option<&Body>) -> String {
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
                Step::Carried(key) => {
                    let name = world.name(*key);
                    let _ = match world.object(*key).kind {
                        ObjectKind::Func { .. } => write!(text, ".{name}()"),
                        _ => write!(text, ".Value({name})"),
                    };
                }
                Step::Deref | Step::Each | Step::Round(_) | Step::Room => {}
                Step::Named(_) | Step::Own | Step::Part | Step::Entry => text.push_str("[...]"),
                Step::Constant(index) => {
                    let _ = write!(text, "[{index}]");
                }
                Step::At(index) => match body.and_then(|body| Self::of(body, *index)) {
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
