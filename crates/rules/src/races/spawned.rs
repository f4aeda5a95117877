//! A goroutine against the function that starts it.
//!
//! What a goroutine does is compared with what the function around it does after the start and
//! before it waits, with the other goroutines started there, and with itself where it is started
//! in a loop. Both sides are named by paths of the function around them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use contend_base::Location;
use contend_finding::{Confidence, Finding};
use contend_ir::{FuncId, FuncKind, InstrKind};
use contend_types::{LoopVar, ObjectKind, VarKind};

use super::report::{Race, Side, Start, finding};
use contend_analysis::accesses::{Access, Accesses, Subject, is_package_variable};
use contend_analysis::callers::expects_lock;
use contend_analysis::goroutines::{Region, Spawn, Walk, changes, spawns};
use contend_analysis::library::Mode;
use contend_analysis::made_for_one::is_unknown_value;
use contend_analysis::origins::Runs;
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::{Overlap, Path, Root};

pub(crate) fn check(package: &Package, accesses: &Accesses, findings: &mut Vec<Finding>) {
    for facts in &package.bodies {
        for (id, _) in facts.body.funcs() {
            let spawns = spawns(package, facts, id);
            if !spawns.is_empty() {
                let around = Around {
                    package,
                    accesses,
                    facts,
                    id,
                    spawns: &spawns,
                };
                around.check(findings);
            }
        }
    }
}

/// A function that starts goroutines.
struct Around<'a> {
    package: &'a Package<'a>,
    accesses: &'a Accesses<'a>,
    facts: &'a BodyFacts<'a>,
    id: FuncId,
    spawns: &'a [Spawn],
}

/// Two accesses that nothing orders.
struct Pair<'a> {
    /// In the goroutine.
    one: &'a Access,
    other: &'a Access,
    /// The goroutine of `other`; `None` for the function around both.
    other_spawn: Option<&'a Spawn>,
}

type ByPath<'b> = BTreeMap<(Path, Subject), Vec<&'b Access>>;

fn by_path(accesses: &[Access]) -> ByPath<'_> {
    let mut paths = ByPath::new();
    for access in accesses {
        let key = (access.path.clone(), access.subject);
        paths.entry(key).or_default().push(access);
    }
    paths
}

/// The accesses to memory that a path leads to, or to a part of it, or to what it is a part of.
fn overlapping<'b>(
    accesses: &'b ByPath<'b>,
    path: &'b Path,
    subject: Subject,
) -> impl Iterator<Item = &'b Access> {
    let start = Path {
        root: path.root,
        steps: Vec::new(),
    };
    let of_root = accesses
        .range((start, Subject::Map)..)
        .take_while(|((it, _), _)| it.root == path.root);
    of_root
        .filter(move |((it, of), _)| {
            *of == subject
                && match subject {
                    // Two unknown entries may be two maps.
                    Subject::Map => it == path && path.is_exact(),
                    Subject::Variable => it.overlap(path) == Overlap::Sure,
                    Subject::Call | Subject::Method(..) => false,
                }
        })
        .flat_map(|(_, accesses)| accesses.iter().copied())
}

impl Around<'_> {
    fn check(&self, findings: &mut Vec<Finding>) {
        let own = self.accesses.of(self.facts.index, self.id);
        let own = by_path(&own);
        let inside: Vec<Vec<Access>> = self.spawns.iter().map(|it| self.inside(it)).collect();
        let inside: Vec<ByPath> = inside.iter().map(|it| by_path(it)).collect();
        for (at, spawn) in self.spawns.iter().enumerate() {
            let mut through_calls = BTreeMap::new();
            for ((path, subject), all) in &inside[at] {
                if !self.is_one_place(spawn, path, *subject) {
                    continue;
                }
                let beside = self.beside(spawn, path);
                let free = self.before_any_wait(spawn, all);
                let mut pairs = Vec::new();
                for &one in &free {
                    let others = overlapping(&own, path, *subject);
                    pairs.extend(
                        others
                            // Who registers a handler has usually not begun to serve.
                            .filter(|it| spawn.runs == Runs::Once && beside.contains(it.at))
                            .map(|other| Pair {
                                one,
                                other,
                                other_spawn: None,
                            }),
                    );
                    for (sibling, other_spawn) in self.spawns.iter().enumerate().skip(at + 1) {
                        if !beside.contains(other_spawn.at) {
                            continue;
                        }
                        let others = overlapping(&inside[sibling], path, *subject);
                        pairs.extend(others.map(|other| Pair {
                            one,
                            other,
                            other_spawn: Some(other_spawn),
                        }));
                    }
                }
                let is_in_loop = beside.contains(spawn.at) && !is_per_round(self.package, path);
                // A test sends its requests one after the other, unless it says otherwise.
                let is_test = self.package.is_test(self.facts.body.file);
                if is_in_loop || (spawn.runs == Runs::Many && !is_test) {
                    for &one in all {
                        let others = all.iter().filter(|_| path.overlap(path) == Overlap::Sure);
                        pairs.extend(others.map(|&other| Pair {
                            one,
                            other,
                            other_spawn: Some(spawn),
                        }));
                    }
                }
                pairs.retain(|pair| self.is_race(spawn, pair));
                let Some(pair) = worst(&pairs) else { continue };
                let found = self.finding(spawn, pair);
                if *subject == Subject::Map || pair.one.calls.is_empty() {
                    findings.push(found);
                } else {
                    // A structure that is handed on is one cause, however many of its fields.
                    let cause = (path.root, pair.one.calls.first().map(|it| it.span));
                    through_calls
                        .entry(cause)
                        .or_insert_with(Vec::new)
                        .push(found);
                }
            }
            for mut found in through_calls.into_values() {
                let others = found.len() - 1;
                let first = found.swap_remove(0);
                findings.push(match others {
                    0 => first,
                    1 => first.note("one other field of the same value races in the same way"),
                    _ => first.note(format!(
                        "{others} other fields of the same value race in the same way"
                    )),
                });
            }
        }
    }

    /// What a goroutine does, in paths of the function that starts it.
    fn inside(&self, spawn: &Spawn) -> Vec<Access> {
        let started = &spawn.started;
        let inside: Cow<[Access]> = match started.target.here() {
            Some((body, function)) => self.accesses.of(body, function).into(),
            None => self.accesses.inside(started).into(),
        };
        let seen = inside
            .iter()
            .filter_map(|access| self.accesses.seen_by_caller(access, self.facts, started));
        seen.collect()
    }

    /// What the function around it does at the same time.
    fn beside(&self, spawn: &Spawn, path: &Path) -> Region {
        let walk = Walk {
            package: self.package,
            facts: self.facts,
            func: self.facts.func(self.id),
            spawn: Some(spawn),
            ends_at_receive: false,
            path: Some(path),
        };
        walk.after(spawn.at)
    }

    /// Accesses that the goroutine may come to without waiting for anybody.
    fn before_any_wait<'b>(&self, spawn: &Spawn, accesses: &[&'b Access]) -> Vec<&'b Access> {
        let accesses = accesses.iter().copied();
        let Some((body, function)) = spawn.started.target.here() else {
            return accesses.filter(|access| !access.is_behind_wait).collect();
        };
        let facts = &self.package.bodies[body];
        let walk = Walk {
            package: self.package,
            facts,
            func: facts.func(function),
            spawn: None,
            ends_at_receive: true,
            path: None,
        };
        let free = walk.whole();
        accesses.filter(|access| free.contains(access.at)).collect()
    }

    /// True if the path means the same place in the goroutine and around it: it starts at a
    /// variable that both know, and the goroutine does not assign to anything on the way.
    fn is_one_place(&self, spawn: &Spawn, path: &Path, subject: Subject) -> bool {
        let Root::Var(variable) = path.root else {
            return false;
        };
        let kind = self.package.world.object(variable).kind;
        if kind == ObjectKind::Var(VarKind::Loop(LoopVar::PerLoop)) && path.steps.is_empty() {
            // The rule about loop variables says more.
            return false;
        }
        let (Some(function), Some((_, id))) =
            (spawn.literal(self.package), spawn.started.target.here())
        else {
            return true;
        };
        let is_known =
            function.captures(variable) || is_package_variable(self.package.world, variable);
        is_known && !self.assigns(id, path, subject, 0)
    }

    fn assigns(&self, id: FuncId, path: &Path, subject: Subject, depth: u32) -> bool {
        let facts = self.facts;
        facts.func(id).instrs.iter().any(|instr| match instr.kind {
            InstrKind::Write { place, .. } => {
                let is_itself = subject == Subject::Variable
                    && Path::of(facts.body, place).as_ref() == Some(path);
                !is_itself && changes(facts.body, path, place)
            }
            InstrKind::Call(call) => {
                let literal = facts.literals.of_callee(facts.body.call(call).callee);
                literal
                    .is_some_and(|inner| depth < 4 && self.assigns(inner, path, subject, depth + 1))
            }
            _ => false,
        })
    }

    fn is_race(&self, spawn: &Spawn, pair: &Pair) -> bool {
        let has_write = pair.one.is_write() || pair.other.is_write();
        let are_atomic = pair.one.is_atomic && pair.other.is_atomic;
        let is_unknown = |access| is_unknown_value(self.package.world, access);
        let is_known = !is_unknown(pair.one) && !is_unknown(pair.other);
        has_write
            && is_known
            && !are_atomic
            && !self.have_common_lock(spawn, pair)
            && (pair.other_spawn.is_some() || !self.caller_may_hold(pair))
    }

    /// True if the function around the goroutine may be called with the lock held that the
    /// goroutine takes itself.
    fn caller_may_hold(&self, pair: &Pair) -> bool {
        if pair.one.locks.is_empty() {
            return false;
        }
        let by_caller = match self.facts.body.funcs.first().map(|func| func.kind) {
            Some(FuncKind::Declared(function)) => pair.one.locks.iter().any(|held| {
                let field = held.path.as_ref().and_then(Path::last_field);
                field.is_some_and(|field| self.package.callers.may_hold(function, field))
            }),
            _ => false,
        };
        by_caller || expects_lock(self.package.world, self.package.files, self.facts.body)
    }

    /// Locks that only one side can name may be the same lock under two names: they count as
    /// common.
    fn have_common_lock(&self, spawn: &Spawn, pair: &Pair) -> bool {
        let function = spawn.literal(self.package);
        let is_named_by_both = |path: &Path| {
            path.variable().is_some_and(|variable| {
                function.is_none_or(|it| it.captures(variable))
                    || is_package_variable(self.package.world, variable)
            })
        };
        pair.one.locks.iter().any(|one| {
            pair.other.locks.iter().any(|other| {
                let excludes = one.mode == Mode::Exclusive || other.mode == Mode::Exclusive;
                let is_same = match (&one.path, &other.path) {
                    (Some(one), Some(other)) => {
                        one == other || !is_named_by_both(one) || !is_named_by_both(other)
                    }
                    _ => true,
                };
                is_same && excludes
            })
        })
    }

    fn finding(&self, spawn: &Spawn, pair: &Pair) -> Finding {
        let is_self = pair
            .other_spawn
            .is_some_and(|other| std::ptr::eq(other, spawn));
        let start = |spawn: &Spawn| Start {
            location: self.facts.location(spawn.span),
            how: spawn.how,
            runs: spawn.runs,
        };
        let race = Race {
            world: self.package.world,
            body: Some(self.facts.body),
            function: self.package.function_name(self.facts.body),
            one: Side {
                access: pair.one,
                start: Some(start(spawn)),
            },
            other: Side {
                access: pair.other,
                start: pair.other_spawn.map(start),
            },
            is_self,
        };
        let n_calls = pair.one.calls.len() + pair.other.calls.len();
        let found = finding(&race);
        let is_served =
            spawn.runs == Runs::Many || pair.other_spawn.is_some_and(|it| it.runs == Runs::Many);
        if is_served && self.package.is_test(self.facts.body.file) {
            return found.sure(
                Confidence::Low,
                "a test that sends its requests one after the other has no race here",
            );
        }
        match n_calls {
            0..=2 => found,
            _ => found.sure(
                Confidence::Medium,
                "the accesses are several calls away from where the goroutine starts",
            ),
        }
    }
}

/// True if each round of a loop has a variable of its own where the path starts.
fn is_per_round(package: &Package, path: &Path) -> bool {
    path.variable().is_some_and(|variable| {
        let kind = package.world.object(variable).kind;
        kind == ObjectKind::Var(VarKind::Loop(LoopVar::PerIteration))
    })
}

/// The race to report: two writes rather than a read, the function around rather than a sibling,
/// then the first in the source.
fn worst<'a>(pairs: &'a [Pair<'a>]) -> Option<&'a Pair<'a>> {
    let place = |location: Location| (location.file, location.span);
    pairs.iter().min_by_key(|pair| {
        let is_write_write = pair.one.is_write() && pair.other.is_write();
        (
            !is_write_write,
            pair.other_spawn.is_some(),
            place(pair.one.location),
            place(pair.other.location),
        )
    })
}
