//! What functions do to shared memory, themselves and through the functions they call.

use std::cell::RefCell;
use std::rc::Rc;

use contend_base::Location;
use contend_finding::Role;
use contend_ir::{Call, CallMode, Callee, FuncId, Instr, InstrKind, Operand, PlaceId, RangeKind};
use contend_types::{ObjId, ObjectKind, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::goroutines::has_moving_index;
use crate::library::{Mode, package_path};
use crate::package::{BodyFacts, Package, Started};
use crate::path::{Path, Root, Step};

/// Calls are followed this deep.
const MAX_DEPTH: u32 = 8;

/// A function that does more than this through its calls is known by the first of it.
const MAX_ACCESSES: usize = 400;

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

/// By body and function.
type Known = FxHashMap<(usize, FuncId), Rc<Vec<Access>>>;

/// The accesses of all functions of a package, found when they are asked for.
pub struct Accesses<'a> {
    package: &'a Package<'a>,
    /// Variables that function literals capture or whose address is taken: only these can be
    /// shared without a pointer on the way.
    exposed: Vec<FxHashSet<ObjId>>,
    aliases: Vec<FxHashMap<ObjId, Path>>,
    known: RefCell<Known>,
}

impl<'a> Accesses<'a> {
    pub fn new(package: &'a Package<'a>) -> Self {
        let aliases = package
            .bodies
            .iter()
            .map(|facts| aliases(package, facts))
            .collect();
        Self {
            package,
            exposed: package.bodies.iter().map(exposed).collect(),
            aliases,
            known: RefCell::default(),
        }
    }

    /// What the function does itself, in the function literals that it runs, and in the functions
    /// of the package that it calls.
    pub fn of(&self, body: usize, func: FuncId) -> Rc<Vec<Access>> {
        self.collect(body, func, 0)
    }

    /// What the function does itself.
    pub fn own(&self, body: usize, func: FuncId) -> Vec<Access> {
        let facts = &self.package.bodies[body];
        let locks = locks_at(facts, func);
        let mut accesses = Vec::new();
        for (at, instr) in facts.func(func).instrs.iter().enumerate() {
            self.instr(facts, at, instr, &locks, &mut accesses);
        }
        accesses
    }

    fn collect(&self, body: usize, func: FuncId, depth: u32) -> Rc<Vec<Access>> {
        let key = (body, func);
        if let Some(known) = self.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        // A function that calls itself adds nothing to what it does.
        self.known.borrow_mut().insert(key, Rc::default());
        let facts = &self.package.bodies[body];
        let locks = locks_at(facts, func);
        let mut accesses = Vec::new();
        for (at, instr) in facts.func(func).instrs.iter().enumerate() {
            self.instr(facts, at, instr, &locks, &mut accesses);
            if let InstrKind::Call(call) = instr.kind
                && depth < MAX_DEPTH
                && accesses.len() < MAX_ACCESSES
            {
                let call = facts.body.call(call);
                self.call(facts, func, call, (at, depth), &locks, &mut accesses);
            }
        }
        let accesses = Rc::new(accesses);
        self.known.borrow_mut().insert(key, Rc::clone(&accesses));
        accesses
    }

    fn call(
        &self,
        facts: &BodyFacts,
        caller: FuncId,
        call: &Call,
        (at, depth): (usize, u32),
        locks: &[Vec<Held>],
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
        let inner = self.collect(callee.body, callee.function, depth + 1);
        for access in inner.iter() {
            if MAX_ACCESSES <= accesses.len() {
                return;
            }
            let Some(mut access) = self.seen_by_caller(access, facts, &callee) else {
                continue;
            };
            access.locks.extend(locks[at].iter().cloned());
            access.calls.insert(0, facts.location(call.span));
            access.at = at;
            accesses.push(access);
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
        let variable = path.variable()?;
        if self.is_package_variable(variable) {
            return Some(path.clone());
        }
        let func = self.package.bodies[callee.body].func(callee.function);
        if callee.body == facts.index && func.captures(variable) {
            return Some(path.clone());
        }
        let argument = if func.receiver == Some(variable) {
            callee.receiver?
        } else {
            let at = func.params.iter().position(|&it| it == Some(variable))?;
            *callee
                .args
                .get(at)
                .filter(|_| callee.args.len() == func.params.len())?
        };
        if path.steps.iter().any(|step| matches!(step, Step::At(_))) {
            return None;
        }
        let (place, rest) = match argument {
            Operand::Addr(place) if path.steps.first() == Some(&Step::Deref) => {
                (place, &path.steps[1..])
            }
            // A struct or a map header is copied for the callee; what it points to is not.
            Operand::Place(place)
                if subject == Subject::Map || path.steps.contains(&Step::Deref) =>
            {
                (place, &path.steps[..])
            }
            _ => return None,
        };
        let mut renamed = self.path(facts, place, Subject::Variable)?;
        renamed.steps.extend_from_slice(rest);
        Some(renamed)
    }

    /// The path of what is accessed at a place. A variable that only ever stands for another path
    /// is that path, except that the variable itself is no other memory; a map in it is the same.
    fn path(&self, facts: &BodyFacts, place: PlaceId, subject: Subject) -> Option<Path> {
        let path = Path::of(facts.body, place)?;
        let alias = path
            .variable()
            .and_then(|variable| self.aliases[facts.index].get(&variable));
        match alias {
            Some(alias) if subject == Subject::Map || !path.steps.is_empty() => {
                let mut whole = alias.clone();
                whole.steps.extend_from_slice(&path.steps);
                Some(whole)
            }
            _ => Some(path),
        }
    }

    fn instr(
        &self,
        facts: &BodyFacts,
        at: usize,
        instr: &Instr,
        locks: &[Vec<Held>],
        accesses: &mut Vec<Access>,
    ) {
        let mut add = |subject, kind, verb, place: PlaceId, is_atomic| {
            if has_moving_index(facts.body, place) {
                return;
            }
            let path = self.path(facts, place, subject);
            let path = path.filter(|path| self.may_be_shared(facts, path, subject));
            accesses.extend(path.map(|path| Access {
                kind,
                subject,
                is_atomic,
                verb,
                path,
                location: facts.location(instr.span),
                locks: locks[at].clone(),
                at,
                calls: Vec::new(),
            }));
        };
        if let Some((place, kind, verb)) = map_access(facts, instr.kind) {
            add(Subject::Map, kind, verb, place, false);
            return;
        }
        match instr.kind {
            InstrKind::Read(place) => {
                add(Subject::Variable, AccessKind::Read, "read", place, false);
            }
            InstrKind::Write { place, .. } => {
                add(
                    Subject::Variable,
                    AccessKind::Write,
                    "written",
                    place,
                    false,
                );
            }
            InstrKind::Call(call) => {
                let call = facts.body.call(call);
                if call.mode != CallMode::Plain {
                    return;
                }
                if let Some((place, kind)) = self.atomic_call(facts, call) {
                    let verb = match kind {
                        AccessKind::Read => "read atomically",
                        AccessKind::Write => "written atomically",
                    };
                    add(Subject::Variable, kind, verb, place, true);
                }
            }
            _ => {}
        }
    }

    /// A function of `sync/atomic` that is given the address of a place.
    fn atomic_call(&self, facts: &BodyFacts, call: &Call) -> Option<(PlaceId, AccessKind)> {
        let Callee::Static(function) = call.callee else {
            return None;
        };
        if call.receiver.is_some() || package_path(self.package.world, function) != "sync/atomic" {
            return None;
        }
        let &Operand::Addr(place) = facts.body.operands(call.args).first()? else {
            return None;
        };
        let is_load = self
            .package
            .world
            .name(function)
            .as_str()
            .starts_with("Load");
        let kind = if is_load {
            AccessKind::Read
        } else {
            AccessKind::Write
        };
        Some((place, kind))
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

/// The locks that may be held at each instruction.
pub fn locks_at(facts: &BodyFacts, func: FuncId) -> Vec<Vec<Held>> {
    let mut locks = vec![Vec::new(); facts.func(func).instrs.len()];
    if let Some(flow) = facts.flow(func) {
        flow.visit(|point, instr, state| {
            if instr.is_some() {
                let held = |(lock, mode, _): (usize, Mode, bool)| Held {
                    path: Some(flow.locks[lock].path.clone()),
                    mode,
                };
                locks[point.instr] = state.held().map(held).collect();
            }
        });
    }
    locks
}

fn exposed(facts: &BodyFacts) -> FxHashSet<ObjId> {
    let body = facts.body;
    let captured = body
        .funcs
        .iter()
        .flat_map(|func| &func.captures)
        .map(|capture| capture.variable);
    let mut exposed: FxHashSet<ObjId> = captured.collect();
    let operands = body.operands.iter();
    exposed.extend(operands.filter_map(|operand| match operand {
        Operand::Addr(place) => body.places.root_var(*place),
        _ => None,
    }));
    exposed
}

/// Local variables that are given a value once, which is what stands at a longer path.
fn aliases(package: &Package, facts: &BodyFacts) -> FxHashMap<ObjId, Path> {
    let body = facts.body;
    let mut written: FxHashMap<ObjId, Option<Path>> = FxHashMap::default();
    for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
        let (place, value) = match instr.kind {
            InstrKind::Write { place, value } => (place, Some(value)),
            InstrKind::Next { key, value, .. } => {
                for place in [key, value] {
                    if let contend_ir::PlaceKind::Var(variable) = body.places.kind(place) {
                        written.insert(variable, None);
                    }
                }
                continue;
            }
            _ => continue,
        };
        let contend_ir::PlaceKind::Var(variable) = body.places.kind(place) else {
            continue;
        };
        if package.world.object(variable).kind != ObjectKind::Var(VarKind::Local) {
            continue;
        }
        let path = match value {
            Some(Operand::Place(from)) if !has_moving_index(body, from) => Path::of(body, from),
            _ => None,
        };
        let path = path.filter(|path| {
            matches!(path.root, Root::Var(root) if root != variable) && !path.steps.is_empty()
        });
        let is_first = !written.contains_key(&variable);
        written.insert(variable, path.filter(|_| is_first));
    }
    let aliases = written.into_iter();
    aliases
        .filter_map(|(variable, path)| Some((variable, path?)))
        .collect()
}

fn map_access(facts: &BodyFacts, kind: InstrKind) -> Option<(PlaceId, AccessKind, &'static str)> {
    let of_element = |element| facts.body.places.kind(element).base();
    Some(match kind {
        InstrKind::MapRead { element, .. } => (of_element(element)?, AccessKind::Read, "read"),
        InstrKind::MapLen(map) => (map, AccessKind::Read, "read"),
        InstrKind::Next {
            over: Operand::Place(map),
            kind: RangeKind::Map,
            ..
        } => (map, AccessKind::Read, "read"),
        InstrKind::MapWrite { element, .. } => (of_element(element)?, AccessKind::Write, "written"),
        InstrKind::MapDelete { element } => (of_element(element)?, AccessKind::Write, "written"),
        InstrKind::MapClear(map) => (map, AccessKind::Write, "written"),
        _ => return None,
    })
}
