//! What functions do to shared memory, themselves and through the functions they call.

use contend_base::Location;
use contend_finding::Role;
use contend_ir::{Call, CallMode, FuncId, Instr, InstrKind};
use contend_types::{ObjId, ObjectKind, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::binding::{Actual, Formals, is_known_outside, seen_through};
use crate::components::components;
use crate::library::Mode;
use crate::package::{BodyFacts, Package, Started, Target};
use crate::path::{Path, Root, Step};
use crate::uses::{UsesOf, exposed};
use crate::values::Values;

/// Calls are followed this deep.
const MAX_DEPTH: usize = 8;

/// A function that does more than this through its calls is known by the first of it.
const MAX_ACCESSES: usize = 1000;

/// Callers see no more than this of a function.
const MAX_OUTER: usize = 200;

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
}

/// A lock that may be held.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// `None` for a lock that cannot be named where the access is seen from.
    pub path: Option<Path>,
    pub mode: Mode,
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
}

impl Access {
    pub fn is_write(&self) -> bool {
        self.kind == AccessKind::Write
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
            Subject::Variable => "",
        }
    }
}

/// The accesses of all functions of a package.
pub struct Accesses<'a> {
    package: &'a Package<'a>,
    /// Variables that function literals capture or whose address is taken: only these can be
    /// shared without a pointer on the way.
    exposed: Vec<FxHashSet<ObjId>>,
    values: Vec<Values>,
    /// By body and function.
    own: Vec<Vec<Own>>,
    /// What a caller, or the function around a literal, can know of each function.
    outer: Vec<Vec<Vec<Access>>>,
    /// Accesses that were left out because a function makes too many.
    n_cut_off: usize,
}

/// What a function does without the functions that it calls.
struct Own {
    accesses: Vec<Access>,
    locks: LocksAt,
}

impl<'a> Accesses<'a> {
    pub fn new(package: &'a Package<'a>) -> Self {
        let facts = package.bodies.iter();
        let mut accesses = Self {
            package,
            exposed: facts.clone().map(|it| exposed(it.body)).collect(),
            values: facts
                .clone()
                .map(|it| Values::of(package.world, it.body))
                .collect(),
            own: Vec::new(),
            outer: facts
                .map(|facts| vec![Vec::new(); facts.body.funcs.len()])
                .collect(),
            n_cut_off: 0,
        };
        let own = |facts: &BodyFacts| {
            let ids = facts.body.funcs();
            ids.map(|(id, _)| accesses.find_own(facts, id)).collect()
        };
        accesses.own = package.bodies.iter().map(own).collect();
        accesses.find_outer();
        accesses
    }

    /// What the function does itself, in the function literals that it runs, and in the functions
    /// that it calls, in order of its instructions.
    pub fn of(&self, body: usize, func: FuncId) -> Vec<Access> {
        let facts = &self.package.bodies[body];
        let own = &self.own[body][func.index()];
        let mut accesses = Vec::new();
        let mut known = own.accesses.iter().peekable();
        for (at, instr) in facts.func(func).instrs.iter().enumerate() {
            while let Some(access) = known.next_if(|access| access.at == at) {
                accesses.push(access.clone());
            }
            if let InstrKind::Call(call) = instr.kind
                && accesses.len() < MAX_ACCESSES
            {
                self.call(facts, func, facts.body.call(call), at, &mut accesses);
            }
        }
        accesses
    }

    /// What the function does itself.
    pub fn own(&self, body: usize, func: FuncId) -> &[Access] {
        &self.own[body][func.index()].accesses
    }

    /// The locks that may be held at each instruction of a function.
    pub fn locks(&self, body: usize, func: FuncId) -> &LocksAt {
        &self.own[body][func.index()].locks
    }

    /// What a caller of the function can know.
    pub fn outer(&self, body: usize, func: FuncId) -> &[Access] {
        &self.outer[body][func.index()]
    }

    /// Accesses that are in no summary because a function makes too many.
    pub fn n_cut_off(&self) -> usize {
        self.n_cut_off
    }

    fn find_own(&self, facts: &BodyFacts, func: FuncId) -> Own {
        let locks = LocksAt::of(facts, func);
        let mut accesses = Vec::new();
        for (at, instr) in facts.func(func).instrs.iter().enumerate() {
            self.instr(facts, at, instr, &locks, &mut accesses);
        }
        Own { accesses, locks }
    }

    /// Callees first; functions that call each other are looked at twice.
    fn find_outer(&mut self) {
        let nodes: Vec<(usize, FuncId)> = self
            .package
            .bodies
            .iter()
            .flat_map(|facts| facts.body.funcs().map(|(id, _)| (facts.index, id)))
            .collect();
        let number: FxHashMap<(usize, FuncId), usize> =
            nodes.iter().enumerate().map(|(at, &it)| (it, at)).collect();
        let edges: Vec<Vec<usize>> = nodes
            .iter()
            .map(|&(body, func)| {
                let facts = &self.package.bodies[body];
                let calls = facts.func(func).calls().map(|call| facts.body.call(call));
                let callees = calls.filter_map(|call| self.package.callee(facts, call));
                let here = callees.filter_map(|callee| callee.target.here());
                here.filter_map(|it| number.get(&it).copied()).collect()
            })
            .collect();
        for component in components(&edges) {
            let rounds = if component.len() == 1 { 1 } else { 2 };
            for _ in 0..rounds {
                for &node in &component {
                    let (body, func) = nodes[node];
                    let (outer, n_cut_off) = self.outer_of(body, func);
                    self.outer[body][func.index()] = outer;
                    self.n_cut_off += n_cut_off;
                }
            }
        }
    }

    fn outer_of(&self, body: usize, func: FuncId) -> (Vec<Access>, usize) {
        let facts = &self.package.bodies[body];
        let it = facts.func(func);
        let mut known = FxHashSet::default();
        let mut outer = self.of(body, func);
        for access in &mut outer {
            access.path = access.path.without_indexes();
        }
        outer.retain(|access| {
            let key = (
                access.path.clone(),
                access.subject,
                access.kind,
                access.location,
            );
            is_known_outside(self.package.world, it, &access.path) && known.insert(key)
        });
        let n_cut_off = outer.len().saturating_sub(MAX_OUTER);
        if 0 < n_cut_off {
            // What is done nearest to the function says most about it.
            outer.sort_by_key(|access| access.calls.len());
            outer.truncate(MAX_OUTER);
        }
        (outer, n_cut_off)
    }

    fn call(
        &self,
        facts: &BodyFacts,
        caller: FuncId,
        call: &Call,
        at: usize,
        accesses: &mut Vec<Access>,
    ) {
        let runs_here = match call.mode {
            CallMode::Plain => true,
            // Where locks are released at exit, too, the order decides what is held.
            CallMode::Defer => facts.flow(caller).is_none(),
            CallMode::Go => false,
        };
        if !runs_here {
            return;
        }
        let Some(callee) = self.package.callee(facts, call) else {
            return;
        };
        let locks = self.locks(facts.index, caller).at(at);
        for access in self.inside(&callee) {
            if MAX_ACCESSES <= accesses.len() || MAX_DEPTH <= access.calls.len() {
                continue;
            }
            let Some(mut access) = self.seen_by_caller(access, facts, &callee) else {
                continue;
            };
            access.locks.extend(locks.iter().cloned());
            access.calls.insert(0, facts.location(call.span));
            access.at = at;
            accesses.push(access);
        }
    }

    /// What a function does, as far as others can know.
    pub fn inside<'b>(&'b self, started: &'b Started) -> &'b [Access] {
        match &started.target {
            Target::Here { body, function } => self.outer(*body, *function),
            Target::Elsewhere(summary) => &summary.accesses,
        }
    }

    /// An access of a function as the one that runs it names it; `None` if it cannot.
    pub fn seen_by_caller(
        &self,
        access: &Access,
        facts: &BodyFacts,
        callee: &Started,
    ) -> Option<Access> {
        let path = self.rename(&access.path, access.subject, facts, callee)?;
        let lock = |held: &Held| Held {
            path: held
                .path
                .as_ref()
                .and_then(|path| self.rename(path, Subject::Variable, facts, callee)),
            mode: held.mode,
        };
        Some(Access {
            path,
            locks: access.locks.iter().map(lock).collect(),
            ..access.clone()
        })
    }

    fn rename(
        &self,
        path: &Path,
        subject: Subject,
        facts: &BodyFacts,
        callee: &Started,
    ) -> Option<Path> {
        let formals = Formals::of(self.package, facts.index, &callee.target);
        let operand = match formals.actual(self.package.world, path.variable()?, callee)? {
            Actual::Same => return Some(path.clone()),
            Actual::Operand(operand) => operand,
        };
        let (place, rest) = seen_through(path, subject, operand)?;
        self.values[facts.index].path_behind(self.package.world, facts.body, place, rest, subject)
    }

    fn instr(
        &self,
        facts: &BodyFacts,
        at: usize,
        instr: &Instr,
        locks: &LocksAt,
        accesses: &mut Vec<Access>,
    ) {
        let uses = UsesOf {
            world: self.package.world,
            body: facts.body,
            values: &self.values[facts.index],
        };
        let shared = uses
            .instr(instr.kind)
            .into_iter()
            .filter(|it| self.may_be_shared(facts, &it.path, it.subject));
        accesses.extend(shared.map(|it| Access {
            kind: it.kind,
            subject: it.subject,
            is_atomic: it.is_atomic,
            verb: it.verb,
            path: it.path,
            location: facts.location(instr.span),
            locks: locks.at(at).to_vec(),
            at,
            calls: Vec::new(),
            is_behind_wait: false,
        }));
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
        is_package_variable(self.package, variable)
    }
}

pub fn is_package_variable(package: &Package, variable: ObjId) -> bool {
    package.world.object(variable).kind == ObjectKind::Var(VarKind::Package)
}

/// The locks that may be held at the instructions of a function.
#[derive(Default)]
pub struct LocksAt(FxHashMap<usize, Vec<Held>>);

impl LocksAt {
    fn of(facts: &BodyFacts, func: FuncId) -> Self {
        let mut locks = FxHashMap::default();
        if let Some(flow) = facts.flow(func) {
            flow.visit(|point, instr, state| {
                let held = |(lock, mode, _): (usize, Mode, bool)| Held {
                    path: Some(flow.locks[lock].path.clone()),
                    mode,
                };
                let held: Vec<Held> = state.held().map(held).collect();
                if instr.is_some() && !held.is_empty() {
                    locks.insert(point.instr, held);
                }
            });
        }
        Self(locks)
    }

    /// Those at instruction number `at`.
    pub fn at(&self, at: usize) -> &[Held] {
        self.0.get(&at).map_or(&[], Vec::as_slice)
    }
}
