//! A goroutine against the function around it, against its siblings and against itself.
//!
//! The function and the goroutines that it starts are written out as one graph, in which all sides
//! are named by paths of the function. Two accesses of one place race if nothing orders them and no
//! lock keeps them apart.

use std::collections::BTreeMap;

use contend_base::{Location, Span};
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{Callee, FuncId, FuncKind, InstrKind};
use contend_types::{LoopVar, ObjId, ObjectKind, VarKind, World};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::compared::Doing;
use super::published::is_shown_by_flag;
use super::report::{Race, Side, Start, finding, new_beside, says_too_little, told_together};
use super::shared::holding;
use contend_analysis::accesses::{Access, Accesses, Held, Subject};
use contend_analysis::callers::expects_lock;
use contend_analysis::library::{Mode, is_for_tests, package_path};
use contend_analysis::made_for_one::is_unknown_value;
use contend_analysis::manner::Manner;
use contend_analysis::order::{Again, Concurrency, Meets, NodeId, Orders, ThreadId, Threads};
use contend_analysis::origins::{BY_INFORMER, Runs};
use contend_analysis::package::{BodyFacts, Package, declared_in};
use contend_analysis::path::{Overlap, Path, Root, Step};

/// Over so many calls it can still be seen whose objects both sides work on.
pub(super) const NEAR: usize = 2;

/// Each so many calls between the start of a goroutine and an access make it less likely that both
/// sides work on one object, and that control comes all the way.
pub(super) const FAR: usize = 4;

/// Why a write of both sides does no harm that stands where a default is filled in.
pub(super) const BY_DEFAULT: &str = "both fill in one constant, and only as long as nobody has";

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
    let passed_on = passed_on(package);
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
    /// All maps of a value that two functions use in two goroutines.
    Maps(Root, (ThreadId, ThreadId), (ObjId, ObjId)),
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
            match cause(path, subject, pair) {
                Some(cause) => causes.entry(cause).or_default().push(found),
                None => findings.push(found),
            }
        }
        findings.extend(causes.into_values().map(|mut found| {
            let first = found.remove(0);
            told_together(first, &found)
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
        held(one, other).any(|first| held(other, one).any(|second| excludes(first, second)))
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
        let n_calls = self.n_calls(one.access) + self.n_calls(other.access);
        let found = finding(&race);
        let here = self.facts.func(FuncId::new(0)).span;
        let is_called = |it: ThreadId| {
            let start = self.threads.threads[it].start;
            start.is_some_and(|start| {
                start.file != self.facts.body.file || !here.contains(start.span.start)
            })
        };
        let grows = |access: &Access| access.path.steps.last() == Some(&Step::Room);
        if grows(one.access) {
            found.sure(
                Confidence::Medium,
                "both may write to the room behind the last element",
            )
        } else if self.threads.is_behind_stall(pair.one.node)
            || self.threads.is_behind_stall(pair.other.node)
        {
            found.sure(
                Confidence::Low,
                "nobody receives what is sent before, so control may never come to it",
            )
        } else if self.comes_when_told(pair) {
            found.sure(
                Confidence::Low,
                "the goroutine comes to it only when it is told to, and nobody in sight has told it by then",
            )
        } else if self.is_shown_by_flag(pair) {
            found.sure(
                Confidence::Low,
                "a flag lets control come to it, which was seen under the lock that sets both",
            )
        } else if one.thread == other.thread && self.threads.sets_up_service(one.node) {
            found.sure(
                Confidence::Low,
                "the goroutine sets itself up to serve, and who starts it again may know that the one before has ended",
            )
        } else if fills_in_default(one.access, other.access) {
            found.sure(Confidence::Low, BY_DEFAULT)
        } else if self.is_before_informer(pair) {
            found.sure(
                Confidence::Low,
                "informers are mostly started when everything else is set up",
            )
        } else if self.is_caused_by_test(pair) {
            found.sure(
                Confidence::Low,
                "a test mostly sends itself what the library calls it for",
            )
        } else if self.is_inside_tested(pair) {
            found.sure(
                Confidence::Low,
                "a test looks at what it tests, whose goroutines it may know to be busy with something else",
            )
        } else if self.is_of_double(pair) {
            found.sure(
                Confidence::Low,
                "a test puts it in the place of what programs use",
            )
        } else if NEAR < n_calls {
            let n_pointers = one.access.path.steps.iter();
            let n_pointers = n_pointers.filter(|step| **step == Step::Deref).count();
            let is_far = is_called(one.thread) || is_called(other.thread) || 2 < n_pointers;
            let n_most = one.access.calls.len().max(other.access.calls.len());
            let doubts = holding([
                (
                    self.is_of_tested(pair),
                    "what orders what is tested is mostly in it",
                ),
                (
                    one.access.is_for_one || other.access.is_for_one,
                    "the value is made for one goroutine at a time",
                ),
                (
                    FAR + NEAR <= n_most,
                    "so many that something in between is likely to order them",
                ),
                (
                    is_far && 0 < n_pointers && !is_guarded_elsewhere(pair),
                    "no lock guards it, and the way to it is long",
                ),
            ]);
            let reason = "the accesses are several calls away from where the goroutine starts";
            found.sure(Confidence::Medium, reason).doubted(doubts)
        } else if is_called(one.thread) || is_called(other.thread) {
            found.sure(
                Confidence::Medium,
                "the goroutine starts in a function that is called here",
            )
        } else if self.is_own_start(pair) {
            found.sure(
                Confidence::Low,
                "the goroutine would have to be faster than the assignment of what started it",
            )
        } else if is_doubtful(pair) {
            let sure = if self.is_of_tested(pair) {
                Confidence::Low
            } else {
                Confidence::Medium
            };
            found.sure(sure, "what orders the uses of a field is often elsewhere")
        } else {
            found
        }
    }

    /// How many calls away an access is: what reads or sets a field, or calls what it is handed, and
    /// no more, is no call.
    fn n_calls(&self, access: &Access) -> usize {
        let is_step = |function| self.package.is_step(function);
        let n_steps = usize::from(access.inside.is_some_and(is_step));
        let calls = access.calls.iter();
        let calls = calls.filter(|it| !self.passed_on.contains(it));
        calls.count().saturating_sub(n_steps)
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

    /// True if one side waits for an event first that the other side is too early for.
    fn comes_when_told(&self, pair: &Pair) -> bool {
        let point = |at: At| (at.thread, at.node);
        let (one, other) = (point(pair.one), point(pair.other));
        self.threads.comes_when_told(one, other) || self.threads.comes_when_told(other, one)
    }

    fn is_shown_by_flag(&self, pair: &Pair) -> bool {
        let (one, other) = (pair.one.access, pair.other.access);
        let known = (self.package, self.accesses);
        is_shown_by_flag(known, (one, other)) || is_shown_by_flag(known, (other, one))
    }

    /// True for what an informer calls, and what the function does that registers it there.
    fn is_before_informer(&self, pair: &Pair) -> bool {
        let is_handler = self.threads.threads[pair.one.thread].how == BY_INFORMER;
        is_handler && pair.other.thread == 0 && pair.other.access.is_write()
    }

    /// True if a library calls one side for something that the test on the other side sends.
    fn is_caused_by_test(&self, pair: &Pair) -> bool {
        let is_in_turn = |at: At| self.threads.threads[at.thread].runs == Runs::InTurn;
        self.package.is_test(self.facts.body.file)
            && (is_in_turn(pair.one) || is_in_turn(pair.other))
    }

    /// True for a test on one side, and what it tests on the other.
    fn is_of_tested(&self, pair: &Pair) -> bool {
        let is_tested = |at: At| !self.package.is_test(at.access.location.file);
        self.package.is_test(self.facts.body.file) && (is_tested(pair.one) || is_tested(pair.other))
    }

    /// True for what a value does that a test hands to what it tests.
    fn is_of_double(&self, pair: &Pair) -> bool {
        let is_test = |at: At| self.package.is_test(at.access.location.file);
        !self.package.is_test(self.facts.body.file) && (is_test(pair.one) || is_test(pair.other))
    }

    /// True if what is tested starts the goroutine, and not a test.
    fn is_inside_tested(&self, pair: &Pair) -> bool {
        let is_tested = |at: At| {
            let start = self.threads.threads[at.thread].start;
            start.is_some_and(|start| !self.package.is_test(start.file))
        };
        self.package.is_test(self.facts.body.file) && (is_tested(pair.one) || is_tested(pair.other))
    }

    /// True for `x = time.AfterFunc(d, f)` against what `f` does with `x`.
    fn is_own_start(&self, pair: &Pair) -> bool {
        let Pair { one, other } = pair;
        let start = self.threads.threads[one.thread].start;
        let (write, start) = match start {
            Some(start) if other.access.is_write() && other.thread == 0 => {
                (other.access.location, start)
            }
            _ => return false,
        };
        if write.file != start.file || start.span.start < write.span.end {
            return false;
        }
        let between = Span::new(write.span.end, start.span.start);
        let between = self.package.files.get(write.file).slice(between);
        between
            .iter()
            .all(|byte| matches!(byte, b' ' | b':' | b'='))
    }
}

/// The calls by which functions of one step run what they are handed: `func on(do func()) { do() }`.
fn passed_on(package: &Package) -> FxHashSet<Location> {
    let bodies = package.own_bodies().iter();
    let steps = bodies.filter(|facts| {
        declared_in(package, facts.index).is_some_and(|function| package.is_step(function))
    });
    let calls = steps.flat_map(|facts| {
        let instrs = facts.func(FuncId::new(0)).instrs.iter();
        instrs.filter_map(|instr| match instr.kind {
            InstrKind::Call(call) => {
                let call = facts.body.call(call);
                matches!(call.callee, Callee::Value(_)).then(|| facts.location(call.span))
            }
            _ => None,
        })
    });
    calls.collect()
}

/// True for the room behind a slice that the function was given: nobody knows whether there is any.
fn is_unknown_room(world: &World, access: &Access) -> bool {
    let kind = access.path.variable().map(|it| world.object(it).kind);
    access.path.steps[..] == [Step::Deref, Step::Room]
        && kind == Some(ObjectKind::Var(VarKind::Param))
}

/// Fields behind a pointer are often used in an order that this function does not see. Goroutines
/// that all write, and maps, are more certain.
fn is_doubtful(pair: &Pair) -> bool {
    let Pair { one, other } = pair;
    let is_mixed = one.access.is_atomic != other.access.is_atomic;
    let all_write = one.thread == other.thread && one.access.is_write() && other.access.is_write();
    let is_field = one.access.path.steps.contains(&Step::Deref);
    is_mixed || (is_field && !all_write && one.access.subject != Subject::Map)
}

/// True if both sides are the one place where a default is filled in.
pub(super) fn fills_in_default(one: &Access, other: &Access) -> bool {
    one.manner == Manner::Default && one.location == other.location && other.is_write()
}

/// True for a map that is used under a lock on one side and without any on the other: whoever
/// wrote the lock expects others.
fn is_guarded_elsewhere(pair: &Pair) -> bool {
    let (one, other) = (pair.one.access, pair.other.access);
    one.subject == Subject::Map && one.locks.is_empty() != other.locks.is_empty()
}

/// A structure that is handed on is one cause, however many of its fields; and so are the maps of
/// one value that two functions use without any lock.
fn cause(path: &Path, subject: Subject, pair: &Pair) -> Option<Cause> {
    let Pair { one, other } = pair;
    if subject == Subject::Map {
        let is_bare = one.access.locks.is_empty() && other.access.locks.is_empty();
        let inside = one.access.inside.zip(other.access.inside);
        let is_field = !path.steps.is_empty();
        return inside
            .filter(|_| is_bare && is_field)
            .map(|inside| Cause::Maps(path.root, (one.thread, other.thread), inside));
    }
    let call = one.access.calls.first()?;
    Some(Cause::Fields(path.root, call.span))
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
