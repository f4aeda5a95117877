//! Where the goroutines of a program begin, and what they do to memory that others may know.

use contend_base::Location;
use contend_ir::{Body, Callee, Func, FuncId, InstrKind, Operand, PlaceId};
use contend_types::{ObjId, ObjectKind, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accesses::{Access, Accesses, Held, Subject};
use crate::carried::is_put_in_context;
use crate::conventions::{is_setup_name, is_start_name};
use crate::documented::{Invitation, comment};
use crate::ended::at_end;
use crate::given_away::GivenAway;
use crate::goroutines::{Spawn, Walk, spawns, started_value};
use crate::order::waits_for_group;
use crate::origins::{BY_C, Runs};
use crate::package::{BodyFacts, Package, Target, declared_in};
use crate::package_calls::PackageCalls;
use crate::path::{Path, Step};
use crate::promises::by_param;
pub use crate::registrations::Registration;
use crate::registrations::Registrations;
use crate::roles::Roles;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RootKind {
    /// A goroutine that the program starts itself.
    Goroutine,
    /// A function that a library calls from many goroutines.
    Handler,
    /// A function that others may call in any goroutine.
    Outside,
    /// One of them that ends what others do with the value.
    End,
    /// One of them that sets something up, or waits for others: it counts for the state of its package
    /// only.
    OfPackage,
}

/// A place where goroutines begin.
#[derive(Clone, Debug)]
pub struct Root {
    pub kind: RootKind,
    /// "called for each request", as findings say it.
    pub how: &'static str,
    pub start: Location,
    /// The function that it runs. Of the end of one: the function that has run until then.
    pub runs: Option<Location>,
    /// Several of them run at the same time.
    pub is_many: bool,
    /// The function that starts it is called again and again, and does not wait for it.
    pub is_repeated: bool,
    /// Locks under which some calls of a function come that others may call as well.
    pub callers_hold: Vec<ObjId>,
    /// Of a function that others may call: why they may do so at the same time.
    pub invites: Option<Invitation>,
    /// When others call it, if it counts for the state of its package.
    pub package_calls: Option<PackageCalls>,
    /// The function that starts it waits for a group before it returns: to others it is a part of that
    /// function.
    pub is_joined: bool,
    /// What holds it beside others of its home that run in turn with it.
    pub in_turn: Option<PlaceId>,
    /// The declared function around the start; for handlers the handler.
    pub home: Option<ObjId>,
    /// Where a handler is handed over that nobody else may know.
    pub registered: Option<Registration>,
    /// It is none if this function is only ever called, and never used as a value.
    pub unless_called: Option<ObjId>,
    /// What it does to memory that it did not make itself. Paths begin at a receiver, a package
    /// variable, a parameter of the function that starts it, or a variable that it captures.
    pub accesses: Vec<Access>,
    /// The locals among them, each with an object that this goroutine gives to others: another one has
    /// another object there.
    pub given_away: Vec<ObjId>,
    /// The locals among them that a function of package `main` gives to several goroutines: whoever calls
    /// other packages has none of them.
    pub shared_locals: Vec<ObjId>,
}

impl Root {
    /// One of which no more is known than where it starts.
    pub fn new(kind: RootKind, how: &'static str, start: Location) -> Self {
        Self {
            kind,
            how,
            start,
            runs: None,
            is_many: false,
            is_repeated: false,
            callers_hold: Vec::new(),
            invites: None,
            package_calls: None,
            is_joined: false,
            in_turn: None,
            home: None,
            registered: None,
            unless_called: None,
            accesses: Vec::new(),
            given_away: Vec::new(),
            shared_locals: Vec::new(),
        }
    }
}

/// The goroutines that begin in a package; tests are left out.
pub(crate) fn roots(package: &Package, accesses: &Accesses, given_away: &GivenAway) -> Vec<Root> {
    let mut roots = Vec::new();
    let registrations = Registrations::of(package);
    let repeated = repeated(package);
    let with_given_away = |mut root: Root, runs: &Target| {
        let more = given_away.inside(accesses, runs);
        root.given_away = more.iter().filter_map(|it| it.path.variable()).collect();
        root.given_away.dedup();
        root.accesses.extend_from_slice(&more);
        root
    };
    let with_repeats = |root: Root| Root {
        is_repeated: !root.is_joined && root.home.is_some_and(|it| repeated.contains(&it)),
        ..root
    };
    for facts in package.own_bodies() {
        if package.is_test(facts.body.file) {
            continue;
        }
        roots.extend(of_end(package, accesses, facts));
        for (id, _) in facts.body.funcs() {
            let spawns = spawns(package, facts, id);
            for spawn in &spawns {
                let root = of_spawn(package, accesses, facts, (spawn, &spawns));
                let root = root.map(|root| with_given_away(root, &spawn.started.target));
                roots.extend(root.map(with_repeats));
            }
            let of_values = of_values(package, accesses, (facts, id));
            roots.extend(of_values.into_iter().map(with_repeats));
            let handler = of_handler(package, accesses, (facts, id), &registrations);
            let runs = Target::Here {
                body: facts.index,
                function: id,
            };
            roots.extend(handler.map(|root| with_given_away(root, &runs)));
        }
    }
    roots.retain(|root| !root.accesses.is_empty());
    roots
}

/// What a function does when its context is done, which it has waited for.
fn of_end(package: &Package, accesses: &Accesses, facts: &BodyFacts) -> Option<Root> {
    let function = declared_in(package, facts.index)?;
    let start = facts.location(facts.func(FuncId::new(0)).span);
    Some(Root {
        runs: Some(start),
        home: Some(function),
        accesses: at_end(package, accesses, facts),
        ..Root::new(RootKind::End, "called by whoever uses the package", start)
    })
}

/// The functions of the package that are called in a loop, at several places, or from elsewhere; but
/// not those that begin the work of a value, which happens once.
fn repeated(package: &Package) -> FxHashSet<ObjId> {
    let mut n_calls: FxHashMap<ObjId, usize> = FxHashMap::default();
    for facts in package.own_bodies() {
        if package.is_test(facts.body.file) {
            continue;
        }
        for func in &facts.body.funcs {
            let loops = facts.body.loops(func);
            for (id, block) in func.blocks() {
                let is_in_loop = loops.iter().any(|it| it.blocks.contains(&id));
                for instr in func.instrs(block) {
                    if let InstrKind::Call(call) = instr.kind
                        && let Callee::Static(function) = facts.body.call(call).callee
                    {
                        *n_calls.entry(function).or_default() += 1 + usize::from(is_in_loop);
                    }
                }
            }
        }
    }
    let declared = package.own_bodies().iter();
    let declared = declared.filter_map(|facts| declared_in(package, facts.index));
    let is_repeated = |function: &ObjId| {
        let name = package.world.name(*function);
        let is_called = name.is_exported() || n_calls.get(function).is_some_and(|it| 1 < *it);
        is_called && !is_start_name(name.as_str()) && !is_setup_name(name.as_str())
    };
    declared.filter(is_repeated).collect()
}

fn of_spawn(
    package: &Package,
    accesses: &Accesses,
    facts: &BodyFacts,
    (spawn, all): (&Spawn, &[Spawn]),
) -> Option<Root> {
    if package.handler(&spawn.started.target).is_some() {
        // It is a root of its own.
        return None;
    }
    let is_in_loop = {
        let walk = Walk {
            package,
            facts,
            func: facts.func(spawn.parent),
            spawn: Some(spawn),
            ends_at_receive: false,
            path: None,
        };
        walk.after(spawn.at).contains(spawn.at)
    };
    let lent = match spawn.runs {
        Runs::Once | Runs::InTurn => {
            let own = lent_locks(package, accesses, facts, (spawn.parent, spawn.at));
            own.or_else(|| lent_around(package, accesses, facts, spawn))
        }
        Runs::AtOnce => Some(
            accesses
                .locks(facts.index, spawn.parent)
                .at(spawn.at)
                .to_vec(),
        ),
        Runs::Many | Runs::Served => None,
    };
    let is_joined = lent.is_some();
    let around = lent.unwrap_or_default();
    let is_given_to_several = |access: &Access| {
        let variable = access.path.variable();
        let have = |variable: ObjId| all.iter().filter(|it| it.has(variable)).count();
        variable.is_some_and(|variable| 1 < have(variable))
    };
    let mut shared_locals = Vec::new();
    let handed = accesses.of_handed_functions(facts, &spawn.started);
    let inside = accesses.inside(&spawn.started).iter();
    let seen: Vec<Access> = inside
        .filter_map(|access| {
            let mut seen = accesses.seen_by_holders(access, facts, &spawn.started)?;
            let is_given = seen.path.variable().is_some_and(|it| spawn.has(it));
            if is_in_loop && !is_given {
                name_own_element(&mut seen.path);
            }
            Some(seen)
        })
        .chain(handed)
        .filter_map(|mut access| {
            let is_known = is_shared(package, facts, &access, spawn.runs);
            if !is_known && is_given_to_several(&access) {
                let is_program = package.world.package(package.id).source.name.as_str() == "main";
                shared_locals.extend(access.path.variable().filter(|_| is_program));
            } else if !is_known {
                // Which function a field holds is asked later, whoever has the value that it is in.
                match access.subject {
                    Subject::Call => {}
                    Subject::Method(..) => access.path = access.path.of_somebody()?,
                    _ => return None,
                }
            }
            access.locks.extend(around.iter().cloned());
            Some(access)
        })
        .collect();
    let kind = match spawn.runs {
        Runs::Once | Runs::InTurn | Runs::AtOnce => RootKind::Goroutine,
        Runs::Many | Runs::Served => RootKind::Handler,
    };
    Some(Root {
        runs: spawn.started.target.here().map(|(body, func)| {
            let facts = &package.bodies[body];
            facts.location(facts.func(func).span)
        }),
        is_many: spawn.runs.are_many() || is_in_loop,
        is_joined,
        in_turn: spawn.in_turn,
        home: declared_in(package, facts.index),
        accesses: seen,
        shared_locals,
        ..Root::new(kind, spawn.how, facts.location(spawn.span))
    })
}

/// Names the element of a list that was chosen for the goroutine, which does not know the list.
fn name_own_element(path: &mut Path) {
    if let Some(element) = path.steps.iter_mut().find(|it| it.is_element()) {
        *element = Step::Own;
    }
}

/// Goroutines that run what a variable or a field holds, an element of it, or a method of that: which
/// functions these are is asked later.
fn of_values(package: &Package, accesses: &Accesses, at: (&BodyFacts, FuncId)) -> Vec<Root> {
    let (facts, id) = at;
    let func = facts.func(id);
    let calls = func.instrs.iter().enumerate();
    let roots = calls.filter_map(|(nth, instr)| {
        let InstrKind::Call(call) = instr.kind else {
            return None;
        };
        let (value, how) = started_value(package, facts, facts.body.call(call))?;
        let access = accesses.call_of(facts, value, instr.span)?;
        let walk = Walk {
            package,
            facts,
            func,
            spawn: None,
            ends_at_receive: false,
            path: None,
        };
        Some(Root {
            is_many: walk.after(nth).contains(nth),
            is_joined: lent_locks(package, accesses, facts, (id, nth)).is_some(),
            home: declared_in(package, facts.index),
            accesses: vec![access],
            ..Root::new(RootKind::Goroutine, how, facts.location(instr.span))
        })
    });
    roots.collect()
}

/// The same for a goroutine that joins its group in another one of the group: who waits for the group
/// waits for both.
fn lent_around(
    package: &Package,
    accesses: &Accesses,
    facts: &BodyFacts,
    spawn: &Spawn,
) -> Option<Vec<Held>> {
    let around = facts
        .func(spawn.parent)
        .parent()
        .filter(|_| spawn.is_by_group())?;
    let parent = spawns(package, facts, around).into_iter().find(|it| {
        it.is_by_group() && it.started.target.here() == Some((facts.index, spawn.parent))
    })?;
    let own = lent_locks(package, accesses, facts, (around, parent.at));
    own.or_else(|| lent_around(package, accesses, facts, &parent))
}

/// The locks that a function holds from before it starts a goroutine until it has waited: they keep
/// others away from the goroutine too. `None` if it does not wait for a group behind the start.
pub(crate) fn lent_locks(
    package: &Package,
    accesses: &Accesses,
    facts: &BodyFacts,
    (func, start): (FuncId, usize),
) -> Option<Vec<Held>> {
    let waits = |kind: InstrKind| match kind {
        InstrKind::Call(call) => waits_for_group(package.world, facts.body, facts.body.call(call)),
        _ => false,
    };
    let mut later = facts.func(func).instrs.iter().enumerate().skip(start);
    let (wait, _) = later.find(|(_, instr)| waits(instr.kind))?;
    let locks = accesses.locks(facts.index, func);
    let held = locks.at(start).iter();
    Some(
        held.filter(|it| locks.at(wait).contains(it))
            .cloned()
            .collect(),
    )
}

fn of_handler(
    package: &Package,
    accesses: &Accesses,
    (facts, id): (&BodyFacts, FuncId),
    registrations: &Registrations,
) -> Option<Root> {
    let func = facts.func(id);
    let params: Vec<ObjId> = func.params.iter().flatten().copied().collect();
    let function = declared_in(package, facts.index).filter(|_| id == FuncId::new(0));
    let promised = function.and_then(|it| by_param(package.world, it, &params));
    let by_c = function
        .filter(|_| is_called_by_c(package, facts))
        .map(|_| BY_C);
    let handler = || crate::origins::handler(package.world, params.into_iter());
    let how = promised.or(by_c).or_else(handler)?;
    let is_inside_handler = || {
        std::iter::successors(func.parent(), |&at| facts.func(at).parent())
            .any(|at| is_handler(package, facts, at))
    };
    if is_inside_handler() || package.is_made_for_request(facts, id) {
        // What it captures was made for one request.
        return None;
    }
    let shared = accesses
        .outer(facts.index, id)
        .iter()
        .filter(|access| {
            let variable = access.path.variable();
            variable.is_some_and(|it| !func.params.contains(&Some(it)))
        })
        .filter(|access| is_shared(package, facts, access, Runs::Many));
    let registration = registrations.of_handler(facts.index, id);
    let is_once = registration.is_some_and(|it| it.is_once);
    let is_open = function.is_some_and(|it| package.world.name(it).is_exported());
    let kind = if is_once {
        RootKind::Goroutine
    } else {
        RootKind::Handler
    };
    Some(Root {
        runs: Some(facts.location(func.span)),
        is_many: !is_once,
        // What a library may call, a value that holds this one may call in its stead.
        callers_hold: function
            .filter(|_| promised.is_some())
            .map(|it| package.callers.held(it))
            .unwrap_or_default(),
        home: declared_in(package, facts.index),
        registered: registration.filter(|_| !is_open && promised.is_none()),
        unless_called: function.filter(|_| promised.is_none() && by_c.is_none()),
        accesses: shared.cloned().collect(),
        ..Root::new(kind, how, facts.location(func.span))
    })
}

/// True for a function with a line `//export NAME` above it that the C code of its file declares:
/// it is there for C to call back, and no part of a library.
fn is_called_by_c(package: &Package, facts: &BodyFacts) -> bool {
    let mut above = comment(package.files, facts.body);
    let name = above.find_map(|line| Some(line.strip_prefix("//export ")?.trim().to_owned()));
    name.is_some_and(|name| {
        let text = String::from_utf8_lossy(&package.files.get(facts.body.file).text);
        let preamble = text.split("import \"C\"").next().unwrap_or_default();
        let mut lines = preamble.lines().filter(|line| line.contains("extern "));
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        lines.any(|line| line.split(|c| !is_name(c)).any(|word| word == name))
    })
}

/// True for a function that takes what only handlers take.
pub(crate) fn is_handler(package: &Package, facts: &BodyFacts, id: FuncId) -> bool {
    let params = facts.func(id).params.iter().flatten().copied();
    crate::origins::handler(package.world, params).is_some()
}

/// True if the path begins at something that is there for all calls of a function which somebody
/// keeps: not what each call is given.
pub(crate) fn is_known_to_all(package: &Package, facts: &BodyFacts, access: &Access) -> bool {
    is_shared(package, facts, access, Runs::Many)
}

/// True if the path begins at something that others may know: not what was made for this one
/// request, and not what the function around made for this one goroutine.
fn is_shared(package: &Package, facts: &BodyFacts, access: &Access, runs: Runs) -> bool {
    let Some(variable) = access.path.variable() else {
        return false;
    };
    match package.world.object(variable).kind {
        ObjectKind::Var(VarKind::Package | VarKind::Receiver | VarKind::Field { .. }) => true,
        ObjectKind::Var(VarKind::Param) => {
            let owner = facts
                .body
                .funcs()
                .find(|(_, func)| func.params.contains(&Some(variable)));
            owner.is_some_and(|(id, _)| !is_handler(package, facts, id))
        }
        // What a handler captures all of its calls know, and what a constructor returns whoever
        // it returns it to.
        ObjectKind::Var(VarKind::Local | VarKind::Result) => {
            runs.are_many()
                || package.fresh.is_returned(facts.index, variable)
                || is_put_in_context(package.world, facts.body, variable)
        }
        _ => false,
    }
}

/// Declared functions that are called.
pub fn called(package: &Package) -> Vec<ObjId> {
    let bodies = package.own_bodies().iter();
    called_by(bodies.flat_map(|facts| facts.body.funcs().map(move |(_, func)| (facts.body, func))))
}

/// Declared functions that are called by others than those that set something up.
pub fn called_later(package: &Package, roles: &Roles) -> Vec<ObjId> {
    let bodies = package.own_bodies().iter();
    called_by(bodies.flat_map(|facts| later(facts, roles)))
}

/// A call of a declared function, but not in a test.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredCall {
    /// The declared function around the call.
    pub by: Option<ObjId>,
    pub function: ObjId,
    /// It is not only made while something is set up.
    pub is_at_work: bool,
}

/// The calls of declared functions, but not those in tests.
pub fn declared_calls(package: &Package, roles: &Roles) -> Vec<DeclaredCall> {
    let bodies = package.own_bodies().iter();
    let bodies = bodies.filter(|facts| !package.is_test(facts.body.file));
    let calls = bodies.flat_map(|facts| {
        let by = declared_in(package, facts.index);
        let at_work = called_by(later(facts, roles));
        let all = facts.body.funcs().map(|(_, func)| (facts.body, func));
        called_by(all)
            .into_iter()
            .map(move |function| DeclaredCall {
                by,
                function,
                is_at_work: at_work.contains(&function),
            })
    });
    calls.collect()
}

fn called_by<'a>(functions: impl Iterator<Item = (&'a Body, &'a Func)>) -> Vec<ObjId> {
    let calls = functions.flat_map(|(body, func)| func.calls().map(|call| body.call(call)));
    let mut called: Vec<ObjId> = calls
        .filter_map(|call| match call.callee {
            Callee::Static(function) => Some(function),
            _ => None,
        })
        .collect();
    called.sort_unstable();
    called.dedup();
    called
}

/// The functions of a body that do not only set something up.
fn later<'a>(
    facts: &'a BodyFacts<'a>,
    roles: &'a Roles,
) -> impl Iterator<Item = (&'a Body, &'a Func)> {
    let functions = facts.body.funcs();
    functions
        .filter(|(id, _)| !roles.is_setup(facts.index, *id))
        .map(|(_, func)| (facts.body, func))
}

/// Functions that are used as values, and not only called.
pub fn values(package: &Package) -> Vec<ObjId> {
    let mut values = Vec::new();
    for facts in package.own_bodies() {
        let operands = facts.body.operands.iter().copied();
        values.extend(operands.filter_map(function));
        for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
            match instr.kind {
                InstrKind::MethodValue { method, .. } => values.push(method),
                InstrKind::Write { value, .. }
                | InstrKind::MapWrite { value, .. }
                | InstrKind::Convert { value, .. } => values.extend(function(value)),
                _ => {}
            }
        }
    }
    values.sort_unstable();
    values.dedup();
    values
}

fn function(value: Operand) -> Option<ObjId> {
    match value {
        Operand::Func(function) => Some(function),
        _ => None,
    }
}
