//! A function as it runs in one place of the graph, and how what it names is called outside of it.

use std::rc::Rc;

use contend_base::Location;
use contend_ir::{Call, FuncId, Operand, PlaceId};
use contend_types::{ObjId, ObjectKind, VarKind};
use smallvec::SmallVec;

use super::build::Builder;
use super::given::Given;
use super::graph::{NodeId, ThreadId};
use super::handed::Kept;
use crate::accesses::{Access, Held, Subject};
use crate::binding::{is_copied_lock, seen_through};
use crate::package::{BodyFacts, Started};
use crate::path::Path;

/// What a call hands over.
pub(super) type Args = SmallVec<[Operand; 4]>;

/// A function as it runs in one place of the graph.
pub(super) struct Frame<'a> {
    pub(super) facts: &'a BodyFacts<'a>,
    pub(super) func: FuncId,
    pub(super) thread: ThreadId,
    /// Who runs it, and with what; `None` for the function around everything.
    pub(super) up: Option<(Rc<Frame<'a>>, Rc<Started>)>,
    /// Who calls it, and with what, if it was handed down to that one as a value.
    pub(super) called_by: Option<(Rc<Frame<'a>>, Args)>,
    /// The calls on the way from the start of the thread.
    pub(super) calls: Vec<Location>,
    /// Where the thread makes the first of them.
    pub(super) outermost: Option<NodeId>,
    /// Locks that are held around the call.
    pub(super) held: Vec<Held>,
    /// The goroutine of a user interface runs it.
    pub(super) is_in_event_loop: bool,
    pub(super) depth: usize,
    /// The number of the call of the declared function: each has variables of its own.
    pub(super) instance: usize,
    /// What who runs it knows of its variables.
    pub(super) kept: Vec<Kept>,
    /// The variables whose values are known from who runs it.
    pub(super) given: Vec<Given>,
}

impl Frame<'_> {
    /// True if the function runs already, further up.
    pub(super) fn has(&self, body: usize, func: FuncId) -> bool {
        self.around()
            .any(|it| it.facts.index == body && it.func == func)
    }

    /// The same below the function around everything.
    pub(super) fn has_inside(&self, body: usize, func: FuncId) -> bool {
        self.around()
            .any(|it| it.up.is_some() && it.facts.index == body && it.func == func)
    }

    fn around(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |it| it.up.as_ref().map(|(up, _)| &**up))
    }

    pub(super) fn is_first_of_thread(&self) -> bool {
        self.up
            .as_ref()
            .is_none_or(|(up, _)| up.thread != self.thread)
    }
}

impl<'a> Builder<'_, 'a> {
    /// The locks around an instruction.
    pub(super) fn held_at(&self, frame: &Rc<Frame<'a>>, nth: usize) -> Vec<Held> {
        let locks = self.orders.accesses.locks(frame.facts.index, frame.func);
        let own = locks
            .at(nth)
            .iter()
            .filter(|held| !self.is_copy(frame, held));
        let own = own.map(|held| self.held_above(frame, held.clone()));
        frame.held.iter().cloned().chain(own).collect()
    }

    /// A lock of the function by the name that the function around everything has for it.
    pub(super) fn held_above(&self, frame: &Rc<Frame<'a>>, held: Held) -> Held {
        Held {
            path: held
                .path
                .and_then(|path| self.renamed(frame, path, Subject::Variable)),
            ..held
        }
    }

    pub(super) fn access_above(&self, frame: &Rc<Frame<'a>>, access: Access) -> Option<Access> {
        let path = self.renamed(frame, access.path, access.subject)?;
        let locks = access.locks.into_iter();
        let locks = locks.filter(|held| !self.is_copy(frame, held));
        let lock = |held| self.held_above(frame, held);
        Some(Access {
            path,
            locks: locks.map(lock).collect(),
            ..access
        })
    }

    /// True for a lock that the function was given as a copy.
    pub(super) fn is_copy(&self, frame: &Frame<'a>, held: &Held) -> bool {
        frame.up.is_some()
            && held
                .path
                .as_ref()
                .is_some_and(|path| is_copied_lock(self.orders.package.world, path))
    }

    pub(super) fn path(
        &self,
        frame: &Rc<Frame<'a>>,
        place: PlaceId,
        subject: Subject,
    ) -> Option<Path> {
        let path = self.orders.accesses.path(frame.facts, place, subject)?;
        self.renamed(frame, path, subject)
    }

    /// Literals know the variables of the function around them; each call of another function has
    /// variables of its own.
    pub(super) fn instance(&mut self, frame: &Frame, body: usize) -> usize {
        if frame.facts.index == body {
            return frame.instance;
        }
        self.n_instances += 1;
        self.n_instances
    }

    /// The path of a place that begins at a variable of a called function, and that function.
    pub(super) fn local(
        &self,
        frame: &Rc<Frame<'a>>,
        place: PlaceId,
        subject: Subject,
    ) -> Option<(Path, Rc<Frame<'a>>)> {
        let path = self.orders.accesses.path(frame.facts, place, subject)?;
        let variable = path.variable()?;
        let mut frame = Rc::clone(frame);
        while let Some((up, _)) = frame.up.clone() {
            if is_formal(&frame, variable) {
                return None;
            }
            if frame.facts.index != up.facts.index {
                let kind = self.orders.package.world.object(variable).kind;
                let is_local = kind == ObjectKind::Var(VarKind::Local);
                return is_local.then_some((path, frame));
            }
            frame = up;
        }
        None
    }

    pub(super) fn renamed(
        &self,
        frame: &Rc<Frame<'a>>,
        path: Path,
        subject: Subject,
    ) -> Option<Path> {
        let mut path = path;
        let mut frame = Rc::clone(frame);
        let mut is_of_goroutine = false;
        while let Some((up, started)) = frame.up.clone() {
            if let Some((path_there, caller)) = self.named_by_caller(&frame, &path, subject) {
                path = path_there?;
                frame = caller;
                continue;
            }
            // Between a function and the literals in it all variables keep their names.
            let is_near = frame.facts.index == up.facts.index
                && path
                    .variable()
                    .is_some_and(|variable| !is_formal(&frame, variable));
            if !is_near {
                let known = known_in(&up, &frame, path.clone());
                let around = (&*frame, &*up, &*started);
                path = match self.named_above(around, &known, subject) {
                    Some(path) => path,
                    None if is_of_goroutine => {
                        let world = self.orders.package.world;
                        let values = &self.orders.accesses.values[frame.facts.index];
                        let listed = values.listed(world, frame.facts.body, &path)?;
                        let listed = known_in(&up, &frame, listed);
                        self.named_above(around, &listed, subject)?
                    }
                    None => return None,
                };
            }
            is_of_goroutine |= frame.thread != up.thread;
            frame = up;
        }
        Some(path)
    }
}

impl<'a> Builder<'_, 'a> {
    /// A path of a function by the name that who runs it has.
    fn named_above(
        &self,
        (frame, up, started): (&Frame<'a>, &Frame<'a>, &Started),
        path: &Path,
        subject: Subject,
    ) -> Option<Path> {
        let named = self
            .orders
            .accesses
            .rename(path, subject, up.facts, started);
        named.or_else(|| self.given_back(frame, up, path, subject))
    }

    /// A path that begins at a parameter of a function that was handed down as a value, as the one
    /// names it that calls it; the frame of that one. The path is `None` if he has no name for it.
    fn named_by_caller(
        &self,
        frame: &Frame<'a>,
        path: &Path,
        subject: Subject,
    ) -> Option<(Option<Path>, Rc<Frame<'a>>)> {
        let (caller, args) = frame.called_by.as_ref()?;
        let variable = path.variable()?;
        let params = &frame.facts.func(frame.func).params;
        let at = params.iter().position(|&param| param == Some(variable))?;
        let operand = args.get(at).filter(|_| args.len() == params.len());
        let named = operand.and_then(|&operand| {
            let path = known_in(caller, frame, path.clone());
            let (place, rest) = seen_through(&path, subject, operand)?;
            let values = &self.orders.accesses.values[caller.facts.index];
            let world = self.orders.package.world;
            values.path_behind(world, caller.facts.body, place, rest, subject)
        });
        Some((named, Rc::clone(caller)))
    }
}

/// Who calls a function, and with what, where he was handed it by the one at `home`.
pub(super) fn called_by<'a>(
    frame: &Rc<Frame<'a>>,
    home: &Rc<Frame<'a>>,
    call: &Call,
) -> Option<(Rc<Frame<'a>>, Args)> {
    let args = frame.facts.body.operands(call.args);
    let is_handed = !Rc::ptr_eq(frame, home);
    is_handed.then(|| (Rc::clone(frame), Args::from_slice(args)))
}

/// A path of `frame` without what only its own body can name: the values that index elements.
fn known_in(outer: &Frame, frame: &Frame, path: Path) -> Path {
    if outer.facts.index == frame.facts.index {
        path
    } else {
        path.without_indexes()
    }
}

/// True for the variables by which a function is handed something.
pub(super) fn is_formal(frame: &Frame, variable: ObjId) -> bool {
    let func = frame.facts.func(frame.func);
    func.receiver == Some(variable) || func.params.contains(&Some(variable))
}
