//! Objects that are known by two names: as an element of a list, and alone.
//!
//! After `list = append(list, w)` whoever goes through `list` comes to what `w` points to, and after
//! `for _, w := range list` the same is done by way of `w`. Three names follow from that:
//!
//! - What a loop does to the objects that a list of pointers holds is done to all of them, and known to
//!   whoever knows the list: [`Values::in_list`].
//! - What is done to an element of a list that only one variable was put into may be done to what that
//!   variable has, or had in another round: [`Values::alone`].
//! - What a goroutine does to the variable that it was started with, it does to one of the elements of
//!   the list: [`Values::listed`]. It is another one for each such goroutine ([`Step::Own`]).
//!
//! Which element it is, is not asked. That holds for lists that are walked through, where all
//! elements are come to; of two elements by number nothing is said.

use contend_ir::{Body, InstrKind, Operand, PlaceId};
use contend_types::{ObjId, ObjectKind, Type, VarKind, World};
use rustc_hash::FxHashMap;

use crate::accesses::Subject;
use crate::path::{Path, Step, Steps};
use crate::values::{Follow, Values};

/// The one variable that is put into a list or map of pointers; `None` for several.
#[derive(Default)]
pub(crate) struct Listed(FxHashMap<PlaceId, Option<PlaceId>>);

impl Listed {
    pub(crate) fn of(body: &Body) -> Self {
        let mut listed = Self::default();
        let mut grown: FxHashMap<PlaceId, (PlaceId, Option<PlaceId>)> = FxHashMap::default();
        for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
            match instr.kind {
                InstrKind::Append {
                    dst,
                    slice: Operand::Place(list),
                    args,
                    spread,
                } => {
                    let element = match *body.operands(args) {
                        [Operand::Place(element)] if !spread => Some(element),
                        _ => None,
                    };
                    grown.insert(dst, (list, element));
                }
                InstrKind::Write {
                    place,
                    value: Operand::Place(value),
                } => {
                    if let Some(&(list, element)) = grown.get(&value)
                        && list == place
                    {
                        listed.add(list, element);
                    }
                }
                InstrKind::MapWrite { element, value } => {
                    if let Some(map) = body.places.kind(element).base() {
                        let value = match value {
                            Operand::Place(value) => Some(value),
                            _ => None,
                        };
                        listed.add(map, value);
                    }
                }
                _ => {}
            }
        }
        listed
    }

    fn add(&mut self, list: PlaceId, element: Option<PlaceId>) {
        self.0
            .entry(list)
            .and_modify(|known| {
                if *known != element {
                    *known = None;
                }
            })
            .or_insert(element);
    }
}

impl Values {
    /// A path that begins at the variable of a loop through pointers, by the name of the list. Nothing
    /// where a function literal captures the variable: each round has one of its own then.
    pub(crate) fn in_list(&self, world: &World, body: &Body, path: &Path) -> Option<Path> {
        let variable = path.variable()?;
        let is_of_loop = matches!(
            world.object(variable).kind,
            ObjectKind::Var(VarKind::Loop(_) | VarKind::Local)
        );
        if !is_of_loop || path.steps.first() != Some(&Step::Deref) {
            return None;
        }
        let list = self.ranged_over(body, body.places.variable(variable)?)?;
        if body.funcs.iter().any(|func| func.captures(variable)) {
            return None;
        }
        self.by_list((world, body), list, Step::Each, path)
    }

    /// A path that begins at a variable with an entry that was looked up in a map, by the name of the map.
    pub(crate) fn in_map(
        &self,
        world: &World,
        body: &Body,
        path: &Path,
        subject: Subject,
    ) -> Option<Path> {
        let named = self.named(world, body, path.clone(), subject, Follow::Entries);
        (named.root != path.root && named.steps.contains(&Step::Entry)).then_some(named)
    }

    /// The path of a pointer that stands in a list or a map, by the name of that: which element it is, is not
    /// asked.
    pub(crate) fn as_element(&self, world: &World, body: &Body, place: PlaceId) -> Option<Path> {
        let behind = (place, &[Step::Deref][..]);
        let path = self.path_by(world, body, behind, Subject::Variable, Follow::Entries)?;
        let mut path = self.in_list(world, body, &path).unwrap_or(path);
        let is_pointer = path.steps.pop() == Some(Step::Deref);
        let last = path.steps.pop().filter(Step::is_element)?;
        let is_of_slice = path.steps.last() == Some(&Step::Deref);
        path.steps.push(match last {
            Step::Each | Step::Round(_) if is_of_slice => Step::Part,
            Step::Each | Step::Round(_) => Step::Entry,
            known => known,
        });
        is_pointer.then_some(path)
    }

    /// A path through an element of a list, by the one variable that is put into the list.
    pub(crate) fn alone(&self, world: &World, body: &Body, path: &Path) -> Option<Path> {
        let list = body.places.variable(path.variable()?)?;
        let element = self.lists().element(list)?;
        let rest = match *path.steps {
            [Step::Deref, element, Step::Deref, ..] if element.is_element() => &path.steps[2..],
            [element, Step::Deref, ..] if element.is_element() => &path.steps[1..],
            _ => return None,
        };
        let mut named = self.variable(world, body, element)?;
        named.steps.extend_from_slice(rest);
        Some(named)
    }

    /// What a goroutine does to a variable, by the name of the list that the variable is put into.
    pub(crate) fn listed(&self, world: &World, body: &Body, path: &Path) -> Option<Path> {
        if path.steps.first() != Some(&Step::Deref) {
            return None;
        }
        let is_it = |element: PlaceId| {
            let element = self.variable(world, body, element);
            element.is_some_and(|it| it.root == path.root)
        };
        let mut lists = self.lists().all();
        let (list, _) = lists.find(|&(_, element)| is_it(element))?;
        self.by_list((world, body), list, Step::Own, path)
    }

    /// What lies at the end of a path from an element of a list, by the name of the list.
    fn by_list(
        &self,
        (world, body): (&World, &Body),
        list: PlaceId,
        element: Step,
        path: &Path,
    ) -> Option<Path> {
        let mut named = self.path(world, body, list, Subject::Map)?;
        named.steps.extend(to_element(world, body, list, element)?);
        named.steps.extend_from_slice(&path.steps);
        // What a function lists has no name of its own, but its elements have.
        Some(self.whole(world, body, named, Subject::Map))
    }

    /// The variable that an element was before it was put into a list.
    fn variable(&self, world: &World, body: &Body, element: PlaceId) -> Option<Path> {
        let path = self.path(world, body, element, Subject::Map)?;
        let is_local = path
            .variable()
            .is_some_and(|it| is_local(world, it) && path.steps.is_empty());
        is_local.then_some(path)
    }
}

fn is_local(world: &World, variable: ObjId) -> bool {
    world.object(variable).kind == ObjectKind::Var(VarKind::Local)
}

/// The steps from a list, or a map, to its elements.
fn to_element(world: &World, body: &Body, list: PlaceId, element: Step) -> Option<Steps> {
    match world.underlying_type(body.places.ty(list)?) {
        Type::Slice(_) => Some(Steps::from_slice(&[Step::Deref, element])),
        Type::Map { .. } => Some(Steps::from_slice(&[element])),
        _ => None,
    }
}

impl Listed {
    /// What is put into a list.
    pub(crate) fn element(&self, list: PlaceId) -> Option<PlaceId> {
        *self.0.get(&list)?
    }

    /// All lists that one variable is put into, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (PlaceId, PlaceId)> + '_ {
        let mut all: Vec<_> = self
            .0
            .iter()
            .filter_map(|(&list, &element)| Some((list, element?)))
            .collect();
        all.sort_unstable();
        all.into_iter()
    }
}
