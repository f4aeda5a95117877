//! What functions do to shared memory, themselves and through the functions they call.

use std::sync::Arc;

use contend_base::{Location, Span};
use contend_finding::Role;
use contend_ir::{CallMode, Callee, FuncId, Instr, InstrKind, Operand, PlaceId};
use contend_types::{ObjId, ObjectKind, TypeId, VarKind, World};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::binding::is_given;
use crate::library::{Mode, is_below_memory_model, may_be_std, package_path};
use crate::locks::Hold;
use crate::manner::{Manner, Manners};
use crate::package::{BodyFacts, Package, declared_in};
use crate::path::{Path, Root, Step};
use crate::renewed::Renewed;
use crate::repeating::Repeating;
use crate::uses::{Use, UsesOf, exposed};
use crate::values::{Follow, Values};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AccessKind {
    Read,
    Write,
}

/// What is accessed at the end of a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// The entries of the map whose header is there.
    Map,
    /// The memory itself.
    Variable,
    /// Nothing: the function that is there is called.
    Call,
    /// Nothing: this method of the value there, which is of this interface, is called.
    Method(ObjId, TypeId),
}

impl Subject {
    /// True for a call whose function is asked for later: any element of a collection may be the one.
    pub fn is_call(self) -> bool {
        matches!(self, Self::Call | Self::Method(..))
    }
}

/// A lock that may be held.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Held {
    /// `None` for a lock that cannot be named where the access is seen from.
    pub path: Option<Path>,
    pub mode: Mode,
    /// On all ways to the access, or it is the function itself that takes it: not only functions
    /// that it calls may have left it locked.
    pub is_sure: bool,
}

/// One access to memory that another goroutine may know.
#[derive(Clone, Debug)]
pub struct Access {
    pub kind: AccessKind,
    pub subject: Subject,
    /// Through `sync/atomic`.
    pub is_atomic: bool,
    /// What it does, for people: "read", "written".
    pub verb: &'static str,
    pub path: Path,
    pub location: Location,
    pub locks: Vec<Held>,
    /// The position in the function that was asked for; that of the call for accesses in a
    /// function that is called there.
    pub at: usize,
    /// The calls on the way to the access, outer ones first.
    pub calls: Vec<Location>,
    /// Every way to it waits for somebody first. Known of functions of other packages only.
    pub is_behind_wait: bool,
    pub manner: Manner,
    /// The declared function around it.
    pub inside: Option<ObjId>,
    /// That function says, by name or comment, that its caller holds the lock.
    pub is_by_lock_holder: bool,
    /// It says that it is made for one goroutine at a time.
    pub is_for_one: bool,
    /// It runs in the one goroutine of a user interface, to which the function is handed.
    pub is_in_event_loop: bool,
    /// It happens in a goroutine that starts on the way, and how that is started.
    pub start: Option<(Location, &'static str)>,
    /// That goroutine has ended when the function returns that was asked for.
    pub is_joined: bool,
    /// It stands in a loop without end, or a call on the way does: it is done again and again.
    pub repeats: bool,
    /// Of a call of an unknown function: what it is handed, argument by argument.
    pub handed: Arc<[Option<Handed>]>,
}

/// What a function value is called with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Handed {
    /// What is stored there.
    Value(Path),
    /// The address of what is there.
    Address(Path),
}

impl Access {
    pub fn is_write(&self) -> bool {
        self.kind == AccessKind::Write
    }

    /// The same access as the function sees it that comes to it through these calls.
    pub(crate) fn seen_as(
        &self,
        path: Path,
        locks: Vec<Held>,
        calls: Vec<Location>,
        at: usize,
    ) -> Self {
        Self {
            path,
            locks,
            at,
            calls,
            handed: Arc::clone(&self.handed),
            ..*self
        }
    }

    pub fn role(&self) -> Role {
        match self.kind {
            AccessKind::Read => Role::Read,
            AccessKind::Write => Role::Write,
        }
    }

    /// What stands before the name of the place in a message.
    pub fn noun(&self) -> &'static str {
        match self.subject {
            Subject::Map => "map ",
            Subject::Variable | Subject::Call | Subject::Method(..) => "",
        }
    }
}

/// The accesses of all functions of a package.
pub struct Accesses<'a> {
    pub(crate) package: &'a Package<'a>,
    /// Variables that function literals capture or whose address is taken: only these can be
    /// shared without a pointer on the way.
    exposed: Vec<FxHashSet<ObjId>>,
    pub(crate) values: Vec<Values>,
    /// By body and function.
    own: Vec<Vec<Own>>,
    /// What a caller, or the function around a literal, can know of each function.
    pub(crate) outer: Vec<Vec<Arc<[Access]>>>,
    /// Accesses that were left out because a function makes too many.
    pub(crate) n_cut_off: usize,
}

/// What a function does without the functions that it calls.
struct Own {
    accesses: Vec<Access>,
    locks: LocksAt,
    repeating: Repeating,
}

impl<'a> Accesses<'a> {
    pub fn new(package: &'a Package<'a>) -> Self {
        let mut accesses = Self::of_each(package);
        accesses.find_outer();
        accesses
    }

    /// What each function does itself, and nothing of what others know of it.
    pub fn of_each(package: &'a Package<'a>) -> Self {
        let facts = package.bodies.iter();
        let mut accesses = Self {
            package,
            exposed: facts.clone().map(|it| exposed(it.body)).collect(),
            values: facts
                .clone()
                .map(|it| Values::of(package.world, it.body, &package.accessors))
                .collect(),
            own: Vec::new(),
            outer: facts
                .map(|facts| vec![Arc::default(); facts.body.funcs.len()])
                .collect(),
            n_cut_off: 0,
        };
        let path = package.world.package(package.id).source.path;
        let is_looked_at = !is_below_memory_model(path.as_str());
        let own = |facts: &BodyFacts| {
            let ids = facts.body.funcs().map(|(id, _)| id);
            ids.map(|id| accesses.find_own(facts, id, is_looked_at))
                .collect()
        };
        accesses.own = package.bodies.par_iter().map(own).collect();
        accesses
    }

    /// What the function does itself.
    pub fn own(&self, body: usize, func: FuncId) -> &[Access] {
        &self.own[body][func.index()].accesses
    }

    /// What instruction number `at` does itself.
    pub fn own_at(&self, body: usize, func: FuncId, at: usize) -> &[Access] {
        let own = self.own(body, func);
        let first = own.partition_point(|access| access.at < at);
        let last = own.partition_point(|access| access.at <= at);
        &own[first..last]
    }

    /// A read of a place that no instruction shows: that of a named result by a return.
    pub fn read_of(&self, facts: &BodyFacts, place: PlaceId, span: Span) -> Option<Access> {
        let path = self.path(facts, place, Subject::Variable)?;
        let is_shared = self.may_be_shared(facts, &path, Subject::Variable);
        is_shared.then(|| Access {
            verb: "returned",
            manner: Manner::Returned,
            ..self.implied(facts, (path, Subject::Variable), span)
        })
    }

    /// The call of the function value or of a method at a place, in a goroutine that does nothing else.
    pub(crate) fn call_of(
        &self,
        facts: &BodyFacts,
        (place, subject): (PlaceId, Subject),
        span: Span,
    ) -> Option<Access> {
        let path = self.path(facts, place, subject)?;
        let is_known = matches!(path.root, Root::Var(_));
        is_known.then(|| self.implied(facts, (path, subject), span))
    }

    /// A read that no instruction shows.
    fn implied(&self, facts: &BodyFacts, (path, subject): (Path, Subject), span: Span) -> Access {
        Access {
            kind: AccessKind::Read,
            subject,
            is_atomic: false,
            verb: "called",
            path,
            location: facts.location(span),
            locks: Vec::new(),
            at: 0,
            calls: Vec::new(),
            is_behind_wait: false,
            is_joined: false,
            repeats: false,
            manner: Manner::Plain,
            inside: declared_in(self.package, facts.index),
            is_by_lock_holder: facts.expects_lock,
            is_for_one: facts.is_for_one,
            is_in_event_loop: false,
            start: None,
            handed: Arc::default(),
        }
    }

    /// The path of a place, under the name that it has everywhere.
    pub fn path(&self, facts: &BodyFacts, place: PlaceId, subject: Subject) -> Option<Path> {
        self.values[facts.index].path(self.package.world, facts.body, place, subject)
    }

    /// True if `append` may find room behind the last element of the slice at this place.
    pub fn may_have_room(&self, facts: &BodyFacts, place: PlaceId) -> bool {
        self.values[facts.index].may_have_room(place)
    }

    /// The locks that may be held at each instruction of a function.
    pub fn locks(&self, body: usize, func: FuncId) -> &LocksAt {
        &self.own[body][func.index()].locks
    }

    /// What a caller of the function can know.
    pub fn outer(&self, body: usize, func: FuncId) -> &Arc<[Access]> {
        &self.outer[body][func.index()]
    }

    /// Accesses that are in no summary because a function makes too many.
    pub fn n_cut_off(&self) -> usize {
        self.n_cut_off
    }

    /// True for an instruction that a function comes to again and again.
    pub(crate) fn repeats(&self, body: usize, func: FuncId, at: usize) -> bool {
        self.own[body][func.index()].repeating.has(at)
    }

    fn find_own(&self, facts: &BodyFacts, func: FuncId, is_looked_at: bool) -> Own {
        let mut locks = LocksAt::of(facts, func, |path| {
            let values = &self.values[facts.index];
            values.whole(self.package.world, facts.body, path, Subject::Variable)
        });
        let channels = &self.package.channel_locks;
        channels.visit(facts.body, func, |at, place| {
            if let Some(path) = self.path(facts, place, Subject::Variable) {
                locks.add(at, path);
            }
        });
        let mut accesses = Vec::new();
        let it = facts.func(func);
        let repeating = Repeating::of(self.package.world, facts.body, it);
        if !is_looked_at {
            return Own {
                accesses,
                locks,
                repeating,
            };
        }
        let manners = Manners::of(facts.body, it);
        let renewed = Renewed::of(self.package, facts, func);
        for (at, instr) in it.instrs.iter().enumerate() {
            let first = accesses.len();
            self.instr(facts, at, instr, &locks, &mut accesses);
            for access in &mut accesses[first..] {
                access.repeats = repeating.has(at);
                if access.manner == Manner::Plain {
                    access.manner = manners.at(self.package.world, facts.body, it, at);
                }
            }
        }
        accesses.retain(|it| !renewed.has(it));
        Own {
            accesses,
            locks,
            repeating,
        }
    }

    fn instr(
        &self,
        facts: &BodyFacts,
        at: usize,
        instr: &Instr,
        locks: &LocksAt,
        accesses: &mut Vec<Access>,
    ) {
        let own_sources = &self.package.own_sources;
        if own_sources.is_asked(self.package.world, facts.body, instr.kind) {
            return;
        }
        let uses = UsesOf {
            world: self.package.world,
            body: facts.body,
            values: &self.values[facts.index],
            reused: &self.package.reused,
            roomy: &self.package.roomy,
        };
        let unresolved = unresolved_call(self.package, facts, instr.kind).and_then(|call| {
            let (place, subject) = call;
            let world = self.package.world;
            let path = uses.values.path(world, facts.body, place, subject)?;
            let path = match path.root {
                Root::Var(_) => path,
                Root::Temp(_) => path.of_somebody()?,
            };
            Some(Use::call(path, subject))
        });
        let shared = uses
            .instr(instr.kind)
            .into_iter()
            .chain(unresolved)
            .filter(|it| self.may_be_shared(facts, &it.path, it.subject));
        accesses.extend(shared.map(|it| Access {
            kind: it.kind,
            subject: it.subject,
            is_atomic: it.is_atomic,
            verb: it.verb,
            path: it.path,
            location: facts.place_of(instr),
            locks: locks.at(at).to_vec(),
            at,
            calls: facts.call_of(instr).into_iter().collect(),
            is_behind_wait: false,
            is_joined: false,
            repeats: false,
            manner: it.manner,
            inside: declared_in(self.package, facts.index),
            is_by_lock_holder: facts.expects_lock,
            is_for_one: facts.is_for_one,
            is_in_event_loop: false,
            start: None,
            handed: if it.subject == Subject::Call {
                self.handed(facts, instr.kind)
            } else {
                Arc::default()
            },
        }));
    }

    /// What a call hands over, as the function at hand names it.
    fn handed(&self, facts: &BodyFacts, kind: InstrKind) -> Arc<[Option<Handed>]> {
        let InstrKind::Call(call) = kind else {
            return Arc::default();
        };
        let args = facts.body.operands(facts.body.call(call).args).iter();
        let values = &self.values[facts.index];
        let path = |place, subject| {
            let by_entries = Follow::Entries;
            values.path_by(
                self.package.world,
                facts.body,
                (place, &[]),
                subject,
                by_entries,
            )
        };
        let handed = args.map(|&arg| match arg {
            Operand::Place(place) => path(place, Subject::Map).map(Handed::Value),
            Operand::Addr(place) => path(place, Subject::Variable).map(Handed::Address),
            _ => None,
        });
        handed.collect()
    }

    fn may_be_shared(&self, facts: &BodyFacts, path: &Path, subject: Subject) -> bool {
        let Root::Var(variable) = path.root else {
            return false;
        };
        let is_own = subject == Subject::Variable && !path.steps.contains(&Step::Deref);
        !is_own
            || self.is_package_variable(variable)
            || self.exposed[facts.index].contains(&variable)
    }

    fn is_package_variable(&self, variable: ObjId) -> bool {
        is_package_variable(self.package.world, variable)
    }
}

pub fn is_package_variable(world: &World, variable: ObjId) -> bool {
    world.object(variable).kind == ObjectKind::Var(VarKind::Package)
}

/// True for the root of a path to what is called in a field, whoever has the field.
pub fn is_of_somebody(world: &World, variable: ObjId) -> bool {
    matches!(
        world.object(variable).kind,
        ObjectKind::Var(VarKind::Field { .. })
    )
}

/// The locks that may be held at the instructions of a function.
#[derive(Default)]
pub struct LocksAt(FxHashMap<usize, Vec<Held>>);

impl LocksAt {
    /// The locks of a function, under the names that `whole` gives them.
    fn of(facts: &BodyFacts, func: FuncId, whole: impl Fn(Path) -> Path) -> Self {
        let mut locks = FxHashMap::default();
        if let Some(flow) = facts.flow(func) {
            flow.visit(|point, instr, state| {
                let held = |(lock, mode, is_on_all_ways): (usize, Mode, bool)| Held {
                    path: Some(whole(flow.locks[lock].path.clone())),
                    mode,
                    is_sure: is_on_all_ways || flow.acquires(lock),
                };
                let own = state.held().filter(|it| !flow.is_only_tried(state, it.0));
                let handed = (0..flow.locks.len()).filter_map(|lock| {
                    let mode = flow.taken_before(lock)?;
                    let is_untouched = state.ways(lock).any(|hold| hold == Hold::Untouched);
                    is_untouched.then_some((lock, mode, true))
                });
                let held: Vec<Held> = own.chain(handed).map(held).collect();
                if instr.is_some() && !held.is_empty() {
                    locks.insert(point.instr, held);
                }
            });
        }
        Self(locks)
    }

    fn add(&mut self, at: usize, path: Path) {
        let held = Held {
            path: Some(path),
            mode: Mode::Exclusive,
            is_sure: true,
        };
        let known = self.0.entry(at).or_default();
        if !known.contains(&held) {
            known.push(held);
        }
    }

    /// Those at instruction number `at`.
    pub fn at(&self, at: usize) -> &[Held] {
        self.0.get(&at).map_or(&[], Vec::as_slice)
    }
}

/// A call of a function value or of a method of an interface: what it runs is known to callers or
/// to the whole program only. Of the library's own interfaces those of package io are asked for, where
/// they are parameters.
fn unresolved_call(
    package: &Package,
    facts: &BodyFacts,
    kind: InstrKind,
) -> Option<(PlaceId, Subject)> {
    let InstrKind::Call(call) = kind else {
        return None;
    };
    let call = facts.body.call(call);
    match (call.mode, call.callee, call.receiver) {
        (CallMode::Plain, Callee::Value(Operand::Place(place)), _)
            if package.callee(facts, call).is_none() =>
        {
            Some((place, Subject::Call))
        }
        (
            CallMode::Plain,
            Callee::Interface(method),
            Some(Operand::Place(place) | Operand::Addr(place)),
        ) => {
            // Of a writer or reader that the function is given its caller may know what it is.
            let path = package_path(package.world, method);
            let is_asked =
                !may_be_std(path) || path == "io" && is_given(package.world, facts.body, place);
            is_asked.then_some((place, Subject::Method(method, call.receiver_ty?)))
        }
        _ => None,
    }
}
