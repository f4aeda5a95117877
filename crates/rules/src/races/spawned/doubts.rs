//! How sure a race is that a function and its goroutines have with each other: what speaks against
//! the two sides coming to one place at one time.

use contend_base::{Location, Span};
use contend_finding::{Confidence, Finding};
use contend_ir::{Callee, FuncId, InstrKind};
use rustc_hash::FxHashSet;

use super::{Around, At, Pair};
use crate::races::published::is_shown_by_flag;
use crate::races::shared::holding;
use contend_analysis::accesses::{Access, Subject};
use contend_analysis::manner::Manner;
use contend_analysis::order::ThreadId;
use contend_analysis::origins::{BY_INFORMER, Runs};
use contend_analysis::package::{Package, declared_in};
use contend_analysis::path::Step;

/// Over so many calls it can still be seen whose objects both sides work on.
pub(in crate::races) const NEAR: usize = 2;

/// Each so many calls between the start of a goroutine and an access make it less likely that both
/// sides work on one object, and that control comes all the way.
pub(in crate::races) const FAR: usize = 4;

/// Why a write of both sides does no harm that stands where a default is filled in.
pub(in crate::races) const BY_DEFAULT: &str =
    "both fill in one constant, and only as long as nobody has";

impl Around<'_> {
    /// The finding about a pair, as sure as what is known of the pair lets it be.
    pub(super) fn judged(&self, pair: &Pair, found: Finding) -> Finding {
        let Pair { one, other } = *pair;
        let is_called = self.starts_elsewhere(one.thread) || self.starts_elsewhere(other.thread);
        if one.access.path.steps.last() == Some(&Step::Room) {
            let reason = "both may write to the room behind the last element";
            found.sure(Confidence::Medium, reason)
        } else if let Some(doubt) = self.doubt(pair) {
            found.sure(Confidence::Low, doubt)
        } else if NEAR < self.n_calls(one.access) + self.n_calls(other.access) {
            let reason = "the accesses are several calls away from where the goroutine starts";
            let doubts = self.doubts_of_distance(pair, is_called);
            found.sure(Confidence::Medium, reason).doubted(doubts)
        } else if is_called {
            let reason = "the goroutine starts in a function that is called here";
            found.sure(Confidence::Medium, reason)
        } else if self.is_own_start(pair) {
            let reason =
                "the goroutine would have to be faster than the assignment of what started it";
            found.sure(Confidence::Low, reason)
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

    /// The first reason to believe that the two sides do not meet, however near they are.
    fn doubt(&self, pair: &Pair) -> Option<&'static str> {
        let Pair { one, other } = *pair;
        let is_behind_stall = |at: At| self.threads.is_behind_stall(at.node);
        let sets_up_itself = one.thread == other.thread && self.threads.sets_up_service(one.node);
        let doubts = holding([
            (
                is_behind_stall(one) || is_behind_stall(other),
                "nobody receives what is sent before, so control may never come to it",
            ),
            (
                self.comes_when_told(pair),
                "the goroutine comes to it only when it is told to, and nobody in sight has told it by then",
            ),
            (
                self.is_shown_by_flag(pair),
                "a flag lets control come to it, which was seen under the lock that sets both",
            ),
            (
                sets_up_itself,
                "the goroutine sets itself up to serve, and who starts it again may know that the one before has ended",
            ),
            (fills_in_default(one.access, other.access), BY_DEFAULT),
            (
                self.is_before_informer(pair),
                "informers are mostly started when everything else is set up",
            ),
            (
                self.is_caused_by_test(pair),
                "a test mostly sends itself what the library calls it for",
            ),
            (
                self.is_inside_tested(pair),
                "a test looks at what it tests, whose goroutines it may know to be busy with something else",
            ),
            (
                self.is_of_double(pair),
                "a test puts it in the place of what programs use",
            ),
        ]);
        doubts.first().copied()
    }

    /// What else speaks against two sides that are many calls apart.
    fn doubts_of_distance(&self, pair: &Pair, is_called: bool) -> Vec<&'static str> {
        let Pair { one, other } = *pair;
        let n_pointers = one.access.path.steps.iter();
        let n_pointers = n_pointers.filter(|step| **step == Step::Deref).count();
        let is_far = is_called || 2 < n_pointers;
        let n_most = one.access.calls.len().max(other.access.calls.len());
        holding([
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
                // A map is mostly made with the value that it is in, and stays there.
                is_far && 0 < n_pointers && one.access.subject != Subject::Map,
                "no lock guards it, and the way to it is long",
            ),
        ])
    }

    /// True if the goroutine starts in another function, which this one calls.
    fn starts_elsewhere(&self, thread: ThreadId) -> bool {
        let here = self.facts.func(FuncId::new(0)).span;
        let start = self.threads.threads[thread].start;
        start.is_some_and(|start| {
            start.file != self.facts.body.file || !here.contains(start.span.start)
        })
    }

    /// How many calls away an access is: what reads or sets a field, or calls what it is handed, and
    /// no more, is no call.
    pub(super) fn n_calls(&self, access: &Access) -> usize {
        let is_step = |function| self.package.is_step(function);
        let n_steps = usize::from(access.inside.is_some_and(is_step));
        let calls = access.calls.iter();
        let calls = calls.filter(|it| !self.passed_on.contains(it));
        calls.count().saturating_sub(n_steps)
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
pub(super) fn passed_on(package: &Package) -> FxHashSet<Location> {
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
pub(in crate::races) fn fills_in_default(one: &Access, other: &Access) -> bool {
    one.manner == Manner::Default && one.location == other.location && other.is_write()
}
