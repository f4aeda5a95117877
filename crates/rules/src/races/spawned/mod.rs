//! A goroutine against the function around it, against its siblings and against itself.
//!
//! The function and the goroutines that it starts are written out as one graph, in which all sides
//! are named by paths of the function. Two accesses of one place race if nothing orders them and no
//! lock keeps them apart.

mod doubts;

use std::collections::BTreeMap;

use contend_base::{FileId, Location, SourceMap, Span};
use contend_finding::{Finding, Role};
use contend_ir::FuncKind;
use contend_types::{LoopVar, ObjId, ObjectKind, VarKind, World};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::compared::Doing;
pub(super) use doubts::{BY_DEFAULT, FAR, NEAR, fills_in_default};

use super::report::{
    FIELDS, Race, Side, Start, finding, new_beside, says_too_little, told_together,
};
use contend_analysis::accesses::{Access, Accesses, Held, Subject};
use contend_analysis::callers::expects_lock;
use contend_analysis::library::{Mode, is_for_tests, package_path};
use contend_analysis::made_for_one::is_unknown_value;
use contend_analysis::manner::Manner;
use contend_analysis::order::{Again, Concurrency, Meets, NodeId, Orders, ThreadId, Threads};
use contend_analysis::origins::Runs;
use contend_analysis::package::{BodyFacts, Package, declared_in};
use contend_analysis::path::{Overlap, Path, Root, Step};

/// Of one place in one goroutine no more pairs are compared, those with what is around it first.
const MAX_COMPARED: usize = 10_000;

/// Of one place in one goroutine the order of no more pairs is looked at.
const MAX_PAIRS: usize = 100;

/// Returns what each function that starts goroutines has compared.
pub(crate) fn check(
    package: &Package,
    accesses: &Accesses,
    meets: &Meets,
    findings: &mut Vec<Finding>,
) -> Vec<Vec<Doing>> {
    let orders = Orders::new(package, accesses, meets);
    let passed_on = doubts::passed_on(package);
    let of_body = |facts: &BodyFacts| -> (Vec<Finding>, Vec<Vec<Doing>>) {
        let (mut found, mut compared) = (Vec::new(), Vec::new());
        for (id, _) in facts.body.funcs() {
            if !orders.is_of_interest(facts, id) {
                continue;
            }
            let threads = orders.threads(facts, id);
            let around = Around {
                package,
                accesses,
                facts,
                threads: &threads,
                passed_on: &passed_on,
            };
            found.extend(around.check());
            if !package.is_test(facts.body.file) && !threads.is_exhausted() {
                compared.push(around.doings(facts.location(facts.func(id).span)));
            }
        }
        (found, compared)
    };
    let of_bodies: Vec<_> = package.own_bodies().par_iter().map(of_body).collect();
    let (found, compared): (Vec<_>, Vec<_>) = of_bodies.into_iter().unzip();
    // A function that is called by several is told of once.
    let mut known = FxHashSet::default();
    findings.extend(found.into_iter().flatten().filter(|found| {
        let places = found.labels.iter().chain([&found.primary]);
        let accesses = places.filter(|it| matches!(it.role, Role::Read | Role::Write));
        let mut places: Vec<Location> = accesses.map(|it| it.location).collect();
        places.sort_unstable_by_key(|it| (it.file, it.span));
        known.insert(places)
    }));
    compared.into_iter().flatten().collect()
}

/// A function that starts goroutines, with all of them.
struct Around<'a> {
    package: &'a Package<'a>,
    accesses: &'a Accesses<'a>,
    facts: &'a BodyFacts<'a>,
    threads: &'a Threads,
    passed_on: &'a FxHashSet<Location>,
}

/// An access of a thread.
#[derive(Clone, Copy)]
struct At<'a> {
    thread: ThreadId,
    node: NodeId,
    access: &'a Access,
}

/// Two accesses that nothing orders, the first one in a goroutine.
#[derive(Clone, Copy)]
struct Pair<'a> {
    one: At<'a>,
    other: At<'a>,
}

impl<'a> Pair<'a> {
    /// The access of this pair that is told beside another pair, which alone says too little.
    fn beside(&self, told: &Self) -> Option<&'a Access> {
        let (one, other) = (told.one.access, told.other.access);
        let own = (self.one.access, self.other.access);
        new_beside(own, (one, other)).filter(|_| says_too_little(one, other))
    }
}

/// What is told together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// All fields of a value that a goroutine comes to by one call.
    Fields(Root, Span),
    /// All fields of a variable that two goroutines use without a lock.
    Bare(Root, (ThreadId, ThreadId)),
    /// All maps of a value that two functions use in two goroutines.
    Maps(Root, (ThreadId, ThreadId), (ObjId, ObjId)),
    /// All variables that a goroutine assigns in one line: `x, y, err = f()`.
    Assigned((ThreadId, ThreadId), (FileId, u32)),
}

impl Cause {
    /// What is told together, and of what it is a part.
    fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Fields(..) | Self::Bare(..) | Self::Maps(..) => FIELDS,
            Self::Assigned(..) => ("variable", "assignment"),
        }
    }
}

type ByPath<'a> = BTreeMap<(&'a Path, Subject), Vec<At<'a>>>;

impl<'a> Around<'a> {
    fn check(&self) -> Vec<Finding> {
        let mut concurrency = Concurrency::new(self.threads);
        let all: Vec<ByPath> = (0..self.threads.threads.len())
            .map(|thread| self.by_path(thread))
            .collect();
        let mut findings = Vec::new();
        let mut causes: BTreeMap<Cause, Vec<Finding>> = BTreeMap::new();
        let mut places: BTreeMap<(&Path, Subject), Vec<Pair>> = BTreeMap::new();
        for (thread, of_thread) in all.iter().enumerate().skip(1) {
            for (&(path, subject), here) in of_thread {
                if self.threads.is_exhausted() {
                    break;
                }
                let beside = all[..=thread].iter();
                let others = beside.flat_map(|it| overlapping(it, path, subject));
                let both = others.flat_map(|other| {
                    here.iter().map(move |&one| match other.thread {
                        0 => Pair { one, other },
                        // The goroutine that starts first is told of first.
                        _ => Pair {
                            one: other,
                            other: one,
                        },
                    })
                });
                let both = both.take(MAX_COMPARED);
                let mut pairs: Vec<Pair> = both.filter(|pair| self.may_race(pair)).collect();
                if pairs.is_empty() {
                    continue;
                }
                concurrency.look_at(path, subject);
                if !self.is_one_place(&concurrency, thread, path) {
                    continue;
                }
                if MAX_PAIRS < pairs.len() {
                    pairs.select_nth_unstable_by_key(MAX_PAIRS, |it| self.rank(it));
                    pairs.truncate(MAX_PAIRS);
                }
                pairs.sort_by_cached_key(|it| self.rank(it));
                let found = self.together(&mut concurrency, &pairs, path);
                if self.threads.is_exhausted() {
                    // The last answers were given in haste.
                    break;
                }
                places.entry((path, subject)).or_default().extend(found);
            }
        }
        for ((path, subject), pairs) in places {
            let Some(pair) = pairs.iter().min_by_key(|pair| self.rank(pair)) else {
                continue;
            };
            let others = pairs.iter().filter(|it| it.beside(pair).is_some());
            let beside = others.min_by_key(|it| self.rank(it));
            let found = self.finding(pair, beside.and_then(|it| it.beside(pair)));
            match cause(self.package.files, path, subject, pair) {
                Some(cause) => causes.entry(cause).or_default().push(found),
                None => findings.push(found),
            }
        }
        findings.extend(causes.into_iter().map(|(cause, mut found)| {
            let first = found.remove(0);
            told_together(first, &found, cause.parts())
        }));
        findings
    }

    /// All accesses that were compared, each with its goroutine.
    fn doings(&self, function: Location) -> Vec<Doing> {
        let threads = self.threads.threads.iter();
        let doings = threads.flat_map(|thread| {
            let of = thread.start.unwrap_or(function);
            let accesses = thread.accesses.iter();
            accesses.map(move |(_, access)| (of, access.location))
        });
        let mut doings: Vec<Doing> = doings.collect();
        doings.sort_unstable();
        doings.dedup();
        doings
    }

    fn by_path(&self, thread: ThreadId) -> ByPath<'a> {
        let mut paths = ByPath::new();
        let accesses = self.threads.threads[thread].accesses.iter();
        for (node, access) in accesses.filter(|(_, it)| is_memory(it.subject)) {
            let at = At {
                thread,
                node: *node,
                access,
            };
            paths
                .entry((&access.path, access.subject))
                .or_default()
                .push(at);
        }
        paths
    }

    /// True if the path means the same place in the goroutine and around it: the goroutine does not
    /// assign to anything on the way.
    fn is_one_place(&self, concurrency: &Concurrency, thread: ThreadId, path: &Path) -> bool {
        let Root::Var(variable) = path.root else {
            // A list that a loop goes through as it comes from the function that made it.
            return path.steps.iter().any(Step::is_element) && !concurrency.is_changed_in(thread);
        };
        let kind = self.package.world.object(variable).kind;
        if kind == ObjectKind::Var(VarKind::Loop(LoopVar::PerLoop)) && path.steps.is_empty() {
            // The rule about loop variables says more.
            return false;
        }
        !concurrency.is_changed_in(thread)
    }

    /// What can be said of two accesses without their order.
    fn may_race(&self, pair: &Pair<'a>) -> bool {
        let Pair { one, other } = pair;
        let has_write = one.access.is_write() || other.access.is_write();
        let are_atomic = one.access.is_atomic && other.access.is_atomic;
        let is_unknown = |at: &At| {
            is_unknown_value(self.package.world, at.access)
                || is_unknown_room(self.package.world, at.access)
        };
        has_write
            && !are_atomic
            && !is_unknown(one)
            && !is_unknown(other)
            && self.is_started(pair)
            && !self.threads.run_in_turn(one.thread, other.thread)
            && !self.is_inside_one_call(pair)
            && !self.have_common_lock(one, other)
            && (other.thread != 0 || !self.caller_may_hold(one.access))
    }

    fn have_common_lock(&self, one: &At<'a>, other: &At<'a>) -> bool {
        let own = |it: &At<'a>| it.access.locks.iter();
        let held = |it: &At<'a>, other: &At| {
            let lent = self.threads.lent(it.thread, other.thread);
            it.access.locks.iter().chain(lent)
        };
        let is_kept_off = |it: &At<'a>, other: &At<'a>| {
            let mut lent = self.threads.lent_beside(it.thread, other.thread);
            lent.any(|first| own(other).any(|second| excludes(first, second)))
        };
        one.access.is_in_event_loop && other.access.is_in_event_loop
            || held(one, other).any(|first| held(other, one).any(|second| excludes(first, second)))
            || is_kept_off(one, other)
            || is_kept_off(other, one)
    }

    /// Who registers a handler has usually not begun to serve; and a test sends its requests one
    /// after the other, unless it says otherwise.
    fn is_started(&self, pair: &Pair) -> bool {
        let is_test = self.package.is_test(self.facts.body.file) || self.is_made_for_tests();
        match self.threads.threads[pair.one.thread].runs {
            Runs::Once | Runs::InTurn => true,
            Runs::Many => pair.other.thread != 0 && !is_test,
            Runs::Served => !is_test,
            Runs::AtOnce => pair.other.thread != 0,
        }
    }

    /// True for a function of a package that helps tests: they mostly ask one question after the other.
    fn is_made_for_tests(&self) -> bool {
        let function = declared_in(self.package, self.facts.index);
        function.is_some_and(|it| is_for_tests(package_path(self.package.world, it)))
    }

    /// True if both sides stand in one function that is called here: it is looked at by itself. Of
    /// calls in a loop only the function around them knows.
    fn is_inside_one_call(&self, pair: &Pair) -> bool {
        // What the function around everything hands it the called function does not see.
        let inside = pair.one.access.inside;
        let is_its_own = inside.is_some()
            && inside == pair.other.access.inside
            && inside != declared_in(self.package, self.facts.index);
        let call = |around: ThreadId, at: At| {
            if at.thread == around {
                return at.access.calls.first().copied();
            }
            let (call, again) = self.threads.call_to(around, at.thread)?;
            let is_one = match again {
                Again::Never => true,
                Again::Starts => is_its_own,
                Again::Calls => false,
            };
            is_one.then_some(call)
        };
        let mut around = self.threads.around(pair.one.thread, pair.other.thread);
        around.any(|it| call(it, pair.one).is_some() && call(it, pair.one) == call(it, pair.other))
    }

    /// True if the function around the goroutine may be called with the lock held that the
    /// goroutine takes itself.
    fn caller_may_hold(&self, access: &Access) -> bool {
        if access.locks.is_empty() {
            return false;
        }
        let by_caller = match self.facts.body.funcs.first().map(|func| func.kind) {
            Some(FuncKind::Declared(function)) => access.locks.iter().any(|held| {
                let lock = held.path.as_ref().and_then(Path::owner);
                lock.is_some_and(|lock| self.package.callers.may_hold(function, lock))
            }),
            _ => false,
        };
        by_caller || expects_lock(self.package.world, self.package.files, self.facts.body)
    }

    /// The first pair that nothing orders, and one more where it says too little.
    fn together(
        &self,
        concurrency: &mut Concurrency,
        pairs: &[Pair<'a>],
        path: &Path,
    ) -> Vec<Pair<'a>> {
        let mut together = pairs
            .iter()
            .filter(|pair| self.are_together(concurrency, pair, path));
        let Some(first) = together.next() else {
            return Vec::new();
        };
        let beside = together.find(|it| it.beside(first).is_some());
        [first].into_iter().chain(beside).copied().collect()
    }

    fn are_together(&self, concurrency: &mut Concurrency, pair: &Pair, path: &Path) -> bool {
        let Pair { one, other } = *pair;
        if self.is_over(one, other)
            || self.is_over(other, one)
            || self.is_made_before(one)
            || self.is_made_before(other)
            || self.threads.are_of_one_entry(one.node, other.node)
        {
            return false;
        }
        if one.thread == other.thread {
            return !is_per_round(self.package, path)
                && concurrency.are_together_in_many(one.node, other.node, path);
        }
        let (a, b) = ((one.thread, one.node), (other.thread, other.node));
        concurrency.are_together(a, b, path)
    }

    /// True for what a `sync.Once` does before it starts the goroutine of the other side.
    fn is_over(&self, at: At, goroutine: At) -> bool {
        self.threads.is_once_before(at.access, goroutine.thread)
    }

    /// True for a first use behind another one, which has left nothing to be made.
    fn is_made_before(&self, at: At) -> bool {
        let all = || self.threads.threads[at.thread].accesses.iter();
        let is_same = |it: &Access| {
            it.subject == at.access.subject
                && it.path == at.access.path
                && it.location != at.access.location
        };
        if at.access.manner != Manner::FirstUse {
            return false;
        }
        let mut uses = all().filter(|(_, it)| is_same(it) && it.manner == Manner::FirstUse);
        uses.any(|(_, made)| {
            let asks = |it: &Access| {
                is_same(it)
                    && !it.is_write()
                    && it.calls == made.calls
                    && it.location.file == made.location.file
                    && it.location.span.start < made.location.span.start
            };
            let asked = all().filter(|(_, it)| asks(it));
            let asked = asked.max_by_key(|(_, it)| it.location.span.start);
            asked.is_some_and(|(node, _)| self.threads.comes_behind(at.node, *node))
        })
    }

    fn finding(&self, pair: &Pair, beside: Option<&Access>) -> Finding {
        let Pair { one, other } = *pair;
        let start = |thread: ThreadId| {
            let it = &self.threads.threads[thread];
            Some(Start {
                location: it.start?,
                how: it.how,
                runs: it.runs,
                is_by_each_call: false,
            })
        };
        let race = Race {
            world: self.package.world,
            body: Some(self.facts.body),
            function: self.package.function_name(self.facts.body),
            one: Side {
                access: one.access,
                start: start(one.thread),
            },
            other: Side {
                access: other.access,
                start: start(other.thread),
            },
            is_self: one.thread == other.thread,
            beside,
        };
        self.judged(pair, finding(&race))
    }

    /// The race to report first: two writes rather than a read, the function around rather than a
    /// sibling, few calls, then the first in the source.
    fn rank(&self, pair: &Pair) -> impl Ord + use<> {
        let place = |location: Location| (location.file, location.span);
        let (one, other) = (pair.one.access, pair.other.access);
        (
            !(one.is_write() && other.is_write()),
            pair.other.thread != 0,
            self.n_calls(one) + self.n_calls(other),
            place(one.location),
            place(other.location),
        )
    }
}

/// True for the room behind a slice that the function was given: nobody knows whether there is any.
fn is_unknown_room(world: &World, access: &Access) -> bool {
    let kind = access.path.variable().map(|it| world.object(it).kind);
    access.path.steps[..] == [Step::Deref, Step::Room]
        && kind == Some(ObjectKind::Var(VarKind::Param))
}

/// A structure that is handed on is one cause, however many of its fields; and so are the maps of
/// one value that two functions use without any lock.
fn cause(files: &SourceMap, path: &Path, subject: Subject, pair: &Pair) -> Option<Cause> {
    let Pair { one, other } = pair;
    let is_bare = one.access.locks.is_empty() && other.access.locks.is_empty();
    if subject == Subject::Map {
        let inside = one.access.inside.zip(other.access.inside);
        let is_field = !path.steps.is_empty();
        return inside
            .filter(|_| is_bare && is_field)
            .map(|inside| Cause::Maps(path.root, (one.thread, other.thread), inside));
    }
    if path.steps.is_empty() && one.access.is_write() {
        let location = one.access.location;
        let line = files
            .get(location.file)
            .line_column(location.span.start)
            .line;
        return Some(Cause::Assigned(
            (one.thread, other.thread),
            (location.file, line),
        ));
    }
    if let Some(call) = one.access.calls.first() {
        return Some(Cause::Fields(path.root, call.span));
    }
    let is_inside = !path.steps.is_empty() && is_bare;
    is_inside.then_some(Cause::Bare(path.root, (one.thread, other.thread)))
}

fn is_memory(subject: Subject) -> bool {
    matches!(subject, Subject::Map | Subject::Variable)
}

/// The accesses to memory that a path leads to, or to a part of it, or to what it is a part of.
fn overlapping<'b>(
    accesses: &'b ByPath<'b>,
    path: &'b Path,
    subject: Subject,
) -> impl Iterator<Item = At<'b>> {
    let of_root = accesses
        .iter()
        .skip_while(|((it, _), _)| it.root < path.root)
        .take_while(|((it, _), _)| it.root == path.root);
    of_root
        .filter(move |((it, of), _)| {
            // A map holds no other map, but a structure holds its fields.
            let is_whole = subject == Subject::Map && *it != path;
            *of == subject && !is_whole && it.overlap(path) == Overlap::Sure
        })
        .flat_map(|(_, accesses)| accesses.iter().copied())
}

/// Who holds the one keeps out who holds the other.
fn excludes(one: &Held, other: &Held) -> bool {
    (one.mode == Mode::Exclusive || other.mode == Mode::Exclusive) && is_same_lock(one, other)
}

/// Two names may stand for one lock as long as they end in the same field of something that a
/// pointer leads to.
fn is_same_lock(one: &Held, other: &Held) -> bool {
    match (&one.path, &other.path) {
        (Some(one), Some(other)) => {
            let by_pointer = one.steps.contains(&Step::Deref) || other.steps.contains(&Step::Deref);
            let has_field = one.last_field().is_some() && one.last_field() == other.last_field();
            one == other
                || (by_pointer && has_field && one.root != other.root)
                || one.is_behind_pointer()
                || other.is_behind_pointer()
        }
        _ => true,
    }
}

/// True if each round of a loop has a variable of its own where the path starts.
fn is_per_round(package: &Package, path: &Path) -> bool {
    path.variable().is_some_and(|variable| {
        let kind = package.world.object(variable).kind;
        kind == ObjectKind::Var(VarKind::Loop(LoopVar::PerIteration))
    })
}
