//! Bottom-up: what a function does through the functions that it calls.

use std::iter;
use std::sync::Arc;

use contend_ir::{Call, CallMode, Callee, Func, FuncId, InstrKind};
use contend_types::{ObjId, World};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accesses::{
    Access, AccessKind, Accesses, Handed, Held, Subject, is_of_somebody, is_package_variable,
};
use crate::binding::{
    Actual, Formals, behind, is_copied_lock, is_given, is_known_outside, seen_through,
};
use crate::components::levels;
use crate::conventions::is_end_name;
use crate::event_loops::is_for_event_loop;
use crate::goroutines::started;
use crate::library::{package_path, receiver_name};
use crate::manner::Manner;
use crate::origins::{Runs, started_by};
use crate::package::{BodyFacts, Package, Started, Target, declared_in};
use crate::path::{Path, Step};

use crate::roots::lent_locks;
use crate::values::Follow;

/// Calls are followed this deep.
const MAX_DEPTH: usize = 8;

/// A function that does more than this through its calls is known by the first of it.
const MAX_ACCESSES: usize = 400;

/// Callers see no more than this of a function.
const MAX_OUTER: usize = 80;

/// Nor more calls than this of what is in fields of somebody.
const MAX_CALLS: usize = 24;

/// Of a function that reads one place again and again callers see the first reads.
const MAX_READS: usize = 3;

/// Larger circles of functions that call each other are looked at once.
const MAX_CIRCLE: usize = 64;

/// A call, and the function that it stands in.
struct Site<'a> {
    facts: &'a BodyFacts<'a>,
    func: FuncId,
    /// The number of the instruction.
    at: usize,
    call: &'a Call,
    is_wanted: Wanted<'a>,
}

/// The paths that one asks for, as the function at hand names them.
type Wanted<'a> = &'a dyn Fn(&Path) -> bool;

impl Accesses<'_> {
    /// What the function does itself, in the function literals that it runs, and in the functions
    /// that it calls, in order of its instructions. What goroutines do that it starts is not here.
    pub fn of(&self, body: usize, func: FuncId) -> Vec<Access> {
        let mut accesses = self.with_goroutines(body, func, &|_| true);
        accesses.retain(|access| access.start.is_none());
        accesses
    }

    /// As [`of`](Self::of), with what the goroutines do that it starts, on the paths that are
    /// wanted.
    fn with_goroutines(&self, body: usize, func: FuncId, is_wanted: Wanted) -> Vec<Access> {
        let facts = &self.package.bodies[body];
        let mut accesses = Vec::new();
        let mut own = self.own(body, func).iter().peekable();
        for (at, instr) in facts.func(func).instrs.iter().enumerate() {
            while let Some(access) = own.next_if(|access| access.at == at) {
                if is_wanted(&access.path) || self.is_call_around(facts, func, access) {
                    accesses.push(access.clone());
                } else if let Some(path) = self.in_wanted(facts, access, &access.path, is_wanted) {
                    let access = access.clone();
                    accesses.push(Access { path, ..access });
                } else if let Some(path) = of_somebody(access) {
                    let access = access.clone();
                    accesses.push(Access { path, ..access });
                }
            }
            if let InstrKind::Call(call) = instr.kind
                && accesses.len() < MAX_ACCESSES
            {
                let call = facts.body.call(call);
                let site = Site {
                    facts,
                    func,
                    at,
                    call,
                    is_wanted,
                };
                self.call(&site, &mut accesses);
            }
        }
        accesses
    }

    /// True for a call of what an element of a list holds that the function around a literal has: it knows
    /// the list, whether the literal does or is only given the element.
    fn is_call_around(&self, facts: &BodyFacts, func: FuncId, access: &Access) -> bool {
        let func = facts.func(func);
        let variable = access.path.variable();
        let declared = variable.and_then(|it| self.package.world.object(it).location);
        func.parent().is_some()
            && access.subject == Subject::Call
            && access.path.steps.contains(&Step::Each)
            && declared.is_some_and(|it| !func.span.contains(it.span.start))
    }

    /// What is done to the objects of a list in a loop, or to an entry of a map, if that list or map is asked
    /// for.
    fn in_wanted(
        &self,
        facts: &BodyFacts,
        access: &Access,
        path: &Path,
        is_wanted: Wanted,
    ) -> Option<Path> {
        let (values, world) = (&self.values[facts.index], self.package.world);
        let in_list = values.in_list(world, facts.body, path);
        let path = in_list.or_else(|| values.in_map(world, facts.body, path, access.subject))?;
        is_wanted(&path).then_some(path)
    }

    /// Those of a function that the functions around it may know, as it names them.
    pub(crate) fn of_shared(&self, body: usize, func: FuncId) -> Vec<Access> {
        let facts = &self.package.bodies[body];
        let it = facts.func(func);
        // What a function put into a copy that it was given is its own.
        let is_own = |path: &Path| {
            is_parameter(it, path) && self.values[body].leads_to_own(facts.body, path)
        };
        let is_wanted = |path: &Path| {
            is_known_outside(self.package.world, facts.body, it, path) && !is_own(path)
        };
        self.with_goroutines(body, func, &is_wanted)
    }

    /// Callees first; functions that call each other in a small circle are looked at twice.
    pub(crate) fn find_outer(&mut self) {
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
            .map(|&node| {
                let runs = self.runs(node).into_iter();
                runs.filter_map(|it| number.get(&it).copied()).collect()
            })
            .collect();
        for level in levels(&edges) {
            let (single, circles): (Vec<_>, Vec<_>) = level
                .into_iter()
                .partition(|component| component.len() == 1);
            let singles: Vec<_> = single
                .par_iter()
                .flatten()
                .map(|&node| (node, self.outer_of(nodes[node])))
                .collect();
            for (node, found) in singles {
                self.set_outer(nodes[node], found);
            }
            for circle in circles {
                let rounds = if circle.len() <= MAX_CIRCLE { 2 } else { 1 };
                for &node in iter::repeat_n(&circle, rounds).flatten() {
                    let found = self.outer_of(nodes[node]);
                    self.set_outer(nodes[node], found);
                }
            }
        }
    }

    fn set_outer(&mut self, (body, func): (usize, FuncId), found: (Vec<Access>, usize)) {
        let (outer, n_cut_off) = found;
        self.outer[body][func.index()] = outer.into();
        self.n_cut_off += n_cut_off;
    }

    /// The functions of the package that a function calls, starts, or hands to others.
    fn runs(&self, (body, func): (usize, FuncId)) -> Vec<(usize, FuncId)> {
        let facts = &self.package.bodies[body];
        let mut runs = Vec::new();
        for call in facts.func(func).calls() {
            let call = facts.body.call(call);
            let callee = self.package.callee(facts, call);
            let handed = self.package.run_by_library(facts, call);
            runs.extend(
                callee
                    .into_iter()
                    .chain(handed)
                    .filter_map(|it| it.target.here()),
            );
        }
        runs
    }

    fn outer_of(&self, (body, func): (usize, FuncId)) -> (Vec<Access>, usize) {
        let mut outer = self.of_shared(body, func);
        for access in &mut outer {
            access.path = access.path.without_indexes();
        }
        drop_repetitions(&mut outer);
        let world = self.package.world;
        let is_of_somebody = |it: &Access| {
            it.path
                .variable()
                .is_some_and(|it| is_of_somebody(world, it))
        };
        let mut n_calls = 0;
        outer.retain(|it| {
            n_calls += usize::from(is_of_somebody(it));
            n_calls <= MAX_CALLS || !is_of_somebody(it)
        });
        let n_cut_off = outer
            .len()
            .saturating_sub(MAX_OUTER + n_calls.min(MAX_CALLS));
        if 0 < n_cut_off {
            // What is done nearest to the function says most about it, and what is done to all objects
            // of a list, or to some entry of a map, least.
            outer.sort_by_key(|access| {
                let is_of_entry = access.path.steps.contains(&Step::Entry);
                let is_of_many = is_of_entry || access.path.is_through_list();
                (is_of_many, access.calls.len())
            });
            outer.truncate(MAX_OUTER + n_calls.min(MAX_CALLS));
        }
        (outer, n_cut_off)
    }

    fn call(&self, site: &Site, accesses: &mut Vec<Access>) {
        let Site { facts, call, .. } = *site;
        let world = self.package.world;
        let callee = self.package.callee(facts, call);
        match call.mode {
            CallMode::Plain => {
                if let Some((row, argument)) = started_by(world, facts.body, call) {
                    let started = self.package.function_value(facts, argument);
                    match (started, row.runs) {
                        (Some(started), Runs::Once | Runs::InTurn) => {
                            self.started(site, &started, row.how, accesses);
                        }
                        (Some(started), Runs::AtOnce) => self.run(site, &started, accesses),
                        _ => {}
                    }
                } else if let Some(callee) = callee {
                    self.run(site, &callee, accesses);
                } else if !is_once(self, call) || is_of_end(self.package, facts) {
                    for run in self.package.run_by_library(facts, call) {
                        if self.package.handler(&run.target).is_none() {
                            self.run(site, &run, accesses);
                        }
                    }
                }
            }
            // Where locks are released at exit, too, the order decides what is held.
            CallMode::Defer => {
                if let Some(callee) = callee.filter(|_| facts.flow(site.func).is_none()) {
                    self.run(site, &callee, accesses);
                }
            }
            CallMode::Go => {
                let all = started(self.package, facts, call);
                for (it, _, how) in all {
                    self.started(site, &it, how, accesses);
                }
            }
        }
    }

    /// What a function does that runs here.
    fn run(&self, site: &Site, callee: &Started, accesses: &mut Vec<Access>) {
        let around = self.locks(site.facts.index, site.func).at(site.at);
        let call = site.facts.location(site.call.span);
        let is_queued = is_for_event_loop(self.package.world, site.call);
        for access in self.inside(callee) {
            if MAX_ACCESSES <= accesses.len() || MAX_DEPTH <= access.calls.len() {
                continue;
            }
            match access.subject {
                Subject::Call if access.path.steps.is_empty() => {
                    self.called_back(site, callee, access, accesses);
                }
                Subject::Method(method, _) if access.path.steps.is_empty() => {
                    self.called_on(site, callee, (access, method), accesses);
                }
                _ => {}
            }
            let path = self.wanted_run(site, access, callee);
            let Some(path) = path.or_else(|| of_somebody(access)) else {
                continue;
            };
            let mut locks = self.locks_seen(access, site.facts, callee);
            if access.has_ended() {
                locks.extend_from_slice(around);
            }
            let calls = [&[call], &access.calls[..]].concat();
            let at = site.at;
            accesses.push(Access {
                handed: self.handed_on(access, site.facts, callee),
                repeats: access.repeats || access.start.is_none() && self.is_repeated(site),
                is_in_event_loop: access.is_in_event_loop || is_queued && access.start.is_none(),
                ..access.seen_as(path, locks, calls, at)
            });
        }
    }

    /// What a function does that is handed to `callee`, which calls it at `access`.
    fn called_back(
        &self,
        site: &Site,
        callee: &Started,
        access: &Access,
        accesses: &mut Vec<Access>,
    ) {
        let formals = Formals::of(self.package, site.facts.index, &callee.target);
        let actual = access
            .path
            .variable()
            .and_then(|it| formals.actual(self.package.world, it, callee));
        let Some(Actual::Operand(operand)) = actual else {
            return;
        };
        let Some(given) = self.package.function_value(site.facts, operand) else {
            return;
        };
        self.runs_handed(site, callee, (access, &given), accesses);
    }

    /// What a method does that `callee` calls at `access` of an interface value that it is handed here.
    fn called_on(
        &self,
        site: &Site,
        callee: &Started,
        (access, method): (&Access, ObjId),
        accesses: &mut Vec<Access>,
    ) {
        let formals = Formals::of(self.package, site.facts.index, &callee.target);
        let actual = access
            .path
            .variable()
            .and_then(|it| formals.actual(self.package.world, it, callee));
        if let Some(Actual::Operand(operand)) = actual
            && let Some(given) = self.package.method_of(site.facts, operand, method)
        {
            self.runs_handed(site, callee, (access, &given), accesses);
        }
    }

    /// True for a call that is done again and again.
    fn is_repeated(&self, site: &Site) -> bool {
        self.repeats(site.facts.index, site.func, site.at)
    }

    /// What a function does that `callee` is handed and runs at `access`.
    fn runs_handed(
        &self,
        site: &Site,
        callee: &Started,
        (access, given): (&Access, &Started),
        accesses: &mut Vec<Access>,
    ) {
        let around = self.locks(site.facts.index, site.func).at(site.at);
        let call = site.facts.location(site.call.span);
        for inner in self.inside(given) {
            if MAX_ACCESSES <= accesses.len() || MAX_DEPTH <= inner.calls.len() {
                continue;
            }
            let path = match self.parameter(&inner.path, given) {
                Some(at) => access.path_behind_argument(at, inner).and_then(|path| {
                    let path = self.rename(&path, inner.subject, site.facts, callee)?;
                    (site.is_wanted)(&path).then_some(path)
                }),
                None => self
                    .wanted(site, inner, given)
                    .or_else(|| of_somebody(inner)),
            };
            let Some(path) = path else {
                continue;
            };
            let mut locks = self.locks_seen(inner, site.facts, given);
            if inner.start.is_none() {
                locks.extend(self.locks_seen(access, site.facts, callee));
                if access.start.is_none() {
                    locks.extend_from_slice(around);
                }
            }
            let calls = [&[call, access.location], &inner.calls[..]].concat();
            accesses.push(Access {
                start: inner.start.or(access.start),
                repeats: inner.repeats
                    || inner.start.is_none()
                        && (access.repeats || access.start.is_none() && self.is_repeated(site)),
                is_in_event_loop: inner.is_in_event_loop
                    || inner.start.is_none()
                        && (access.is_in_event_loop
                            || is_for_event_loop(self.package.world, site.call)),
                ..inner.seen_as(path, locks, calls, site.at)
            });
        }
    }

    /// The number of the parameter that a path of the function begins at.
    fn parameter(&self, path: &Path, function: &Started) -> Option<usize> {
        let (body, function) = function.target.here()?;
        let params = &self.package.bodies[body].func(function).params;
        let variable = path.variable()?;
        params.iter().position(|&param| param == Some(variable))
    }

    /// What a call of a function value is handed, as the caller names it.
    fn handed_on(
        &self,
        access: &Access,
        facts: &BodyFacts,
        callee: &Started,
    ) -> Arc<[Option<Handed>]> {
        if access.handed.is_empty() {
            return Arc::default();
        }
        let rename = |path: &Path, subject| self.rename(path, subject, facts, callee);
        let handed = access.handed.iter().map(|it| match it.as_ref()? {
            Handed::Value(path) => rename(path, Subject::Map).map(Handed::Value),
            Handed::Address(path) => rename(path, Subject::Variable).map(Handed::Address),
        });
        handed.collect()
    }

    /// What a function does that becomes a goroutine here.
    fn started(
        &self,
        site: &Site,
        callee: &Started,
        how: &'static str,
        accesses: &mut Vec<Access>,
    ) {
        let call = site.facts.location(site.call.span);
        let lent = lent_locks(self.package, self, site.facts, (site.func, site.at));
        for access in self.inside(callee) {
            if MAX_ACCESSES <= accesses.len() || MAX_DEPTH <= access.calls.len() {
                continue;
            }
            let path = self.wanted(site, access, callee);
            let path = path.map(|it| own_entry(it, &access.path));
            let Some(path) = path.or_else(|| of_somebody(access)) else {
                continue;
            };
            let mut locks = self.locks_seen(access, site.facts, callee);
            let lent = lent.as_ref().filter(|_| access.has_ended());
            locks.extend(lent.into_iter().flatten().cloned());
            accesses.push(Access {
                start: access.start.or(Some((call, how))),
                is_joined: lent.is_some(),
                ..access.seen_as(path, locks, access.calls.clone(), site.at)
            });
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
        self.seen(access, facts, callee, Follow::Contents)
    }

    /// The same, as those name it who know the value that the function belongs to, and not what the
    /// one that runs it put there.
    pub(crate) fn seen_by_holders(
        &self,
        access: &Access,
        facts: &BodyFacts,
        callee: &Started,
    ) -> Option<Access> {
        self.seen(access, facts, callee, Follow::Names)
    }

    /// What the functions do that a goroutine is handed where it starts, and calls: `go watch(c.reload)`, as
    /// [`seen_by_holders`](Self::seen_by_holders).
    pub(crate) fn of_handed_functions(&self, facts: &BodyFacts, started: &Started) -> Vec<Access> {
        let formals = Formals::of(self.package, facts.index, &started.target);
        let calls = self.inside(started).iter().filter(|access| {
            access.subject == Subject::Call
                && access.path.steps.is_empty()
                && access.start.is_none()
        });
        let mut accesses = Vec::new();
        for call in calls {
            let actual = call
                .path
                .variable()
                .and_then(|it| formals.actual(self.package.world, it, started));
            let Some(Actual::Operand(operand)) = actual else {
                continue;
            };
            let Some(given) = self.package.function_value(facts, operand) else {
                continue;
            };
            // What it is called with is not followed here.
            let own = self
                .inside(&given)
                .iter()
                .filter(|it| self.parameter(&it.path, &given).is_none());
            accesses.extend(own.filter_map(|access| {
                let mut seen = self.seen_by_holders(access, facts, &given)?;
                let calls = call.calls.iter().chain([&call.location]);
                seen.calls.splice(0..0, calls.copied());
                Some(seen)
            }));
        }
        accesses
    }

    fn seen(
        &self,
        access: &Access,
        facts: &BodyFacts,
        callee: &Started,
        follow: Follow,
    ) -> Option<Access> {
        let path = self.rename_by(&access.path, access.subject, facts, callee, follow)?;
        let path = own_entry(path, &access.path);
        let locks = self.locks_seen(access, facts, callee);
        Some(access.seen_as(path, locks, access.calls.clone(), access.at))
    }

    /// The path of a callee's access as the function at hand names it, if it is asked for.
    fn wanted(&self, site: &Site, access: &Access, callee: &Started) -> Option<Path> {
        let path = self.rename(&access.path, access.subject, site.facts, callee)?;
        (site.is_wanted)(&path).then_some(path)
    }

    /// The same of a callee that runs here: what it does to the object of a round is done to those of
    /// the list, unless it leaves that to a goroutine.
    fn wanted_run(&self, site: &Site, access: &Access, callee: &Started) -> Option<Path> {
        let path = self.rename(&access.path, access.subject, site.facts, callee)?;
        if (site.is_wanted)(&path) {
            return Some(path);
        }
        let is_own = access.start.is_none();
        self.in_wanted(site.facts, access, &path, site.is_wanted)
            .filter(|_| is_own)
    }

    fn locks_seen(&self, access: &Access, facts: &BodyFacts, callee: &Started) -> Vec<Held> {
        let lock = |held: &Held| Held {
            path: held
                .path
                .as_ref()
                .and_then(|path| self.rename(path, Subject::Variable, facts, callee)),
            ..*held
        };
        let is_copy = |held: &&Held| {
            let path = held.path.as_ref();
            path.is_some_and(|path| is_copied_lock(self.package.world, path))
        };
        let locks = access.locks.iter().filter(|held| !is_copy(held));
        locks.map(lock).collect()
    }

    /// A path of a function as the one that runs it names it; `None` if it cannot.
    pub fn rename(
        &self,
        path: &Path,
        subject: Subject,
        facts: &BodyFacts,
        callee: &Started,
    ) -> Option<Path> {
        self.rename_by(path, subject, facts, callee, Follow::Contents)
    }

    fn rename_by(
        &self,
        path: &Path,
        subject: Subject,
        facts: &BodyFacts,
        callee: &Started,
        follow: Follow,
    ) -> Option<Path> {
        let formals = Formals::of(self.package, facts.index, &callee.target);
        let operand = match formals.actual(self.package.world, path.variable()?, callee)? {
            Actual::Same => return Some(path.clone()),
            Actual::Operand(operand) => operand,
        };
        let way = seen_through(path, subject, operand)?;
        let (values, world) = (&self.values[facts.index], self.package.world);
        if path.steps[..] == [Step::Deref, Step::Room]
            && !self.may_have_room(facts, way.0)
            && !is_given(world, facts.body, way.0)
        {
            return None;
        }
        values.path_by(world, facts.body, way, subject, follow)
    }
}

impl Access {
    /// True for what is over when the function goes on that was asked for.
    fn has_ended(&self) -> bool {
        self.start.is_none() || self.is_joined
    }

    /// What `inner` comes to by the parameter of this number of the function that is called here,
    /// as the caller names it.
    fn path_behind_argument(&self, at: usize, inner: &Self) -> Option<Path> {
        let handed = self.handed.get(at)?.as_ref()?;
        handed.behind(&inner.path.steps, inner.subject)
    }

    /// The same access under that name, with the locks that it is known to hold then.
    pub(crate) fn behind_argument(&self, world: &World, at: usize, inner: &Self) -> Option<Self> {
        let handed = self.handed.get(at)?.as_ref()?;
        let lock = |held: &Held| {
            let path = held.path.as_ref();
            let path = path.and_then(|path| match path.variable() {
                it if it == inner.path.variable() => handed.behind(&path.steps, Subject::Variable),
                Some(it) if is_package_variable(world, it) => Some(path.clone()),
                _ => None,
            });
            Held { path, ..*held }
        };
        let path = self.path_behind_argument(at, inner)?;
        let locks = inner.locks.iter().map(lock).collect();
        Some(inner.seen_as(path, locks, inner.calls.clone(), inner.at))
    }
}

impl Handed {
    /// What lies behind a parameter that was given this; `None` for the callee's own copy.
    fn behind(&self, steps: &[Step], subject: Subject) -> Option<Path> {
        let (from, is_address) = match self {
            Self::Address(from) => (from, true),
            Self::Value(from) => (from, false),
        };
        let rest = behind(steps, subject, is_address)?;
        let mut path = from.clone();
        path.steps.extend_from_slice(rest);
        Some(path)
    }
}

/// The path of what a goroutine does to the entry of a map that it was started with: another one has another
/// entry.
fn own_entry(path: Path, inside: &Path) -> Path {
    let mut path = path;
    let n_before = path.steps.len().saturating_sub(inside.steps.len());
    for step in &mut path.steps[..n_before] {
        if *step == Step::Entry {
            *step = Step::Own;
        }
    }
    path
}

/// The path of a call of what is in a field, where nobody can name whose field it is.
fn of_somebody(access: &Access) -> Option<Path> {
    let path = access.path.of_somebody();
    path.filter(|_| access.subject.is_call())
}

/// True if the path begins at what the function was given.
fn is_parameter(func: &Func, path: &Path) -> bool {
    path.variable()
        .is_some_and(|it| func.receiver == Some(it) || func.params.contains(&Some(it)))
}

/// Leaves out accesses that say no more than others: the same at the same place, the reads of what is
/// changed there (`n++`), and all but the first few reads of one place under the same locks.
fn drop_repetitions(accesses: &mut Vec<Access>) {
    if accesses.len() < 2 {
        return;
    }
    let writes = accesses.iter().filter(|it| it.is_write());
    let changed: FxHashSet<_> = writes
        .map(|it| (&it.path, it.subject, it.location, it.start))
        .collect();
    let mut read_too = FxHashSet::default();
    let mut places = FxHashSet::default();
    let mut reads: FxHashMap<_, usize> = FxHashMap::default();
    let mut is_kept = Vec::with_capacity(accesses.len());
    for access in &*accesses {
        let what = (&access.path, access.subject, access.kind);
        let mut is_again = false;
        if access.kind == AccessKind::Read && !access.is_atomic {
            if changed.contains(&(&access.path, access.subject, access.location, access.start)) {
                read_too.insert((access.path.clone(), access.subject, access.location));
                is_kept.push(false);
                continue;
            }
            let most = if access.calls.is_empty() {
                MAX_READS
            } else {
                1
            };
            let n = reads
                .entry((what, &access.locks, access.start))
                .or_default();
            *n += 1;
            is_again = most < *n;
        }
        is_kept.push(!is_again && places.insert((what, access.location, access.start)));
    }
    let mut is_kept = is_kept.into_iter();
    accesses.retain(|_| is_kept.next().unwrap_or_default());
    for access in accesses
        .iter_mut()
        .filter(|it| !read_too.is_empty() && it.is_write())
    {
        let what = (access.path.clone(), access.subject, access.location);
        if access.manner == Manner::Plain && read_too.contains(&what) {
            access.manner = Manner::Changes;
        }
    }
}

/// True in a function that by its name ends what others do with the value: what it does once comes
/// before nobody else.
fn is_of_end(package: &Package, facts: &BodyFacts) -> bool {
    let function = declared_in(package, facts.index);
    function.is_some_and(|it| is_end_name(package.world.name(it).as_str()))
}

/// What `Once` runs is in order with everybody who waits for it.
fn is_once(accesses: &Accesses, call: &Call) -> bool {
    let Callee::Static(function) = call.callee else {
        return false;
    };
    let world = accesses.package.world;
    package_path(world, function) == "sync"
        && (receiver_name(world, function) == Some("Once")
            || world.name(function).as_str().starts_with("Once"))
}
