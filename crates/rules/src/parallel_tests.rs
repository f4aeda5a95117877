//! CT1113: tests that run in parallel use one variable.
//!
//! A subtest that calls `t.Parallel` pauses until the test around it has returned, and then runs
//! beside its siblings: what the test itself does comes before all of them. Tests of a package that
//! call it run beside each other.

use std::collections::BTreeMap;

use contend_analysis::accesses::{Access, Accesses, Subject, is_package_variable};
use contend_analysis::library::{Mode, package_path};
use contend_analysis::made_for_one::is_unknown_value;
use contend_analysis::package::{BodyFacts, Package, Started};
use contend_analysis::path::{Path, Root};
use contend_base::Location;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{Call, CallMode, Callee, Func, FuncId, InstrKind};
use contend_types::{LoopVar, ObjId, ObjectKind, VarKind};

use crate::races::{new_beside, says_too_little};

pub(crate) static RULE: RuleMeta = RuleMeta {
    code: "CT1113",
    name: "parallel-test-shared",
    summary: "tests that run in parallel change a variable that they share",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("parallel_tests.md"),
};

pub(crate) fn check(package: &Package, accesses: &Accesses, findings: &mut Vec<Finding>) {
    let mut tests = Vec::new();
    for facts in package.own_bodies() {
        if !package.is_test(facts.body.file) {
            continue;
        }
        for (id, func) in facts.body.funcs() {
            let subtests = subtests(package, accesses, facts, func);
            report(package, &subtests, |_| true, findings);
            if func.parent().is_none() && func.params.len() == 1 {
                tests.extend(whole_test(package, accesses, facts, id, func));
            }
        }
    }
    let is_shared = |path: &Path| {
        let root = path.variable();
        root.is_some_and(|it| is_package_variable(package.world, it))
    };
    report(package, &tests, is_shared, findings);
}

/// A test that runs beside others.
struct Parallel<'a> {
    facts: &'a BodyFacts<'a>,
    /// Where it starts.
    start: Location,
    accesses: Vec<Access>,
    /// It is started many times, with these variables being new each time.
    rounds: Option<Vec<ObjId>>,
}

/// A method of `testing.T`.
fn is_method_of_test(package: &Package, call: &Call, name: &str) -> bool {
    match call.callee {
        Callee::Static(method) => {
            package_path(package.world, method) == "testing"
                && package.world.name(method).as_str() == name
                && call.receiver.is_some()
        }
        _ => false,
    }
}

/// The position behind which a function runs beside others.
fn parallel_from(package: &Package, facts: &BodyFacts, func: &Func) -> Option<usize> {
    func.instrs.iter().position(|instr| match instr.kind {
        InstrKind::Call(call) => {
            let call = facts.body.call(call);
            call.mode == CallMode::Plain && is_method_of_test(package, call, "Parallel")
        }
        _ => false,
    })
}

fn subtests<'a>(
    package: &Package,
    accesses: &Accesses,
    facts: &'a BodyFacts<'a>,
    func: &Func,
) -> Vec<Parallel<'a>> {
    let mut found = Vec::new();
    for (at, instr) in func.instrs.iter().enumerate() {
        let InstrKind::Call(call) = instr.kind else {
            continue;
        };
        let call = facts.body.call(call);
        if !is_method_of_test(package, call, "Run") {
            continue;
        }
        let Some(&argument) = facts.body.operands(call.args).get(1) else {
            continue;
        };
        let Some(started) = package.function_value(facts, argument) else {
            continue;
        };
        let Some((body, function)) = started.target.here() else {
            continue;
        };
        let inner = &package.bodies[body];
        let Some(from) = parallel_from(package, inner, inner.func(function)) else {
            continue;
        };
        found.push(Parallel {
            facts,
            start: facts.location(instr.span),
            accesses: seen(accesses, facts, &started, from),
            rounds: rounds(facts, func, at),
        });
    }
    found
}

/// What a subtest does after it has called `t.Parallel`, as the test around it names it.
fn seen(accesses: &Accesses, facts: &BodyFacts, started: &Started, from: usize) -> Vec<Access> {
    let Some((body, function)) = started.target.here() else {
        return Vec::new();
    };
    let inside = accesses.of(body, function).into_iter();
    inside
        .filter(|access| from < access.at)
        .filter_map(|access| accesses.seen_by_caller(&access, facts, started))
        .collect()
}

/// The variables that are new in each round of the loop around an instruction, if there is one.
fn rounds(facts: &BodyFacts, func: &Func, at: usize) -> Option<Vec<ObjId>> {
    let mut loops = facts.body.loops(func).into_iter();
    let inner = loops.rfind(|it| {
        let mut blocks = it.blocks.iter();
        blocks.any(|&block| func.block(block).instrs.as_usize().contains(&at))
    })?;
    let declared = inner.blocks.iter().flat_map(|&block| {
        let instrs = func.instrs(func.block(block)).iter();
        instrs.filter_map(|instr| match instr.kind {
            InstrKind::Declare(variable) => Some(variable),
            _ => None,
        })
    });
    Some(declared.collect())
}

fn whole_test<'a>(
    package: &Package,
    accesses: &Accesses,
    facts: &'a BodyFacts<'a>,
    id: FuncId,
    func: &Func,
) -> Option<Parallel<'a>> {
    let from = parallel_from(package, facts, func)?;
    let mut inside = accesses.of(facts.index, id);
    inside.retain(|access| from < access.at);
    Some(Parallel {
        facts,
        start: facts.location(func.span),
        accesses: inside,
        rounds: None,
    })
}

fn report(
    package: &Package,
    tests: &[Parallel],
    is_shared: impl Fn(&Path) -> bool,
    findings: &mut Vec<Finding>,
) {
    let mut places: BTreeMap<(&Path, Subject), Vec<(&Parallel, &Access)>> = BTreeMap::new();
    for test in tests {
        for access in test.accesses.iter().filter(|it| is_shared(&it.path)) {
            let is_memory = matches!(access.subject, Subject::Map | Subject::Variable);
            if is_memory && access.path.is_exact() && !is_unknown_value(package.world, access) {
                let key = (&access.path, access.subject);
                places.entry(key).or_default().push((test, access));
            }
        }
    }
    // A structure that tests share is one cause, however many of its fields.
    let mut told: Vec<(Root, Location)> = Vec::new();
    for uses in places.values() {
        let pairs = uses.iter().enumerate().flat_map(|(at, one)| {
            let others = uses[at..].iter();
            others.map(move |other| (one, other))
        });
        let mut races = pairs.filter(|(one, other)| is_race(package, one, other));
        let Some((one, other)) = races.next() else {
            continue;
        };
        let pair = (one.1, other.1);
        let beside = says_too_little(pair.0, pair.1)
            .then(|| races.find_map(|(one, other)| new_beside((one.1, other.1), pair)))
            .flatten();
        let cause = (one.1.path.root, one.0.start);
        if !told.contains(&cause) {
            told.push(cause);
            findings.push(finding(package, one, other, beside));
        }
    }
}

fn is_race(package: &Package, one: &(&Parallel, &Access), other: &(&Parallel, &Access)) -> bool {
    let ((test, first), (other_test, second)) = (one, other);
    let is_same_test = std::ptr::eq(*test, *other_test);
    let is_concurrent = !is_same_test
        || test.rounds.as_ref().is_some_and(|new_each_time| {
            first.path.variable().is_some_and(|root| {
                let kind = package.world.object(root).kind;
                !new_each_time.contains(&root)
                    && kind != ObjectKind::Var(VarKind::Loop(LoopVar::PerIteration))
            })
        });
    let has_lock = first.locks.iter().any(|held| {
        second.locks.iter().any(|it| {
            let excludes = held.mode == Mode::Exclusive || it.mode == Mode::Exclusive;
            excludes && (held.path == it.path || held.path.is_none() || it.path.is_none())
        })
    });
    is_concurrent
        && !has_lock
        && (first.is_write() || second.is_write())
        && !(first.is_atomic || second.is_atomic)
}

fn finding(
    package: &Package,
    one: &(&Parallel, &Access),
    other: &(&Parallel, &Access),
    beside: Option<&Access>,
) -> Finding {
    let (one, other) = if one.1.is_write() {
        (one, other)
    } else {
        (other, one)
    };
    let ((test, write), (other_test, second)) = (one, other);
    let name = write.path.text(package.world, Some(test.facts.body));
    let what = write.noun();
    let mut found = Finding::new(
        &RULE,
        write.location,
        format!("tests that run in parallel share {what}`{name}`, and one of them changes it"),
    )
    .here(Role::Write, write.verb);
    let also = [*second].into_iter().chain(beside);
    for access in also.filter(|it| it.location != write.location) {
        let text = format!("also {}", access.verb);
        found = found.label(access.role(), access.location, text);
    }
    let runs = if test.rounds.is_some() {
        "this test runs in parallel, once for each round"
    } else {
        "this test runs in parallel"
    };
    found = found.label(Role::Spawn, test.start, runs);
    if !std::ptr::eq(*test, *other_test) {
        found = found.label(Role::Spawn, other_test.start, "and so does this one");
    }
    for side in [write, second] {
        for &call in &side.calls {
            found = found.label(Role::Other, call, "called here");
        }
    }
    let found = found.help("give each test a value of its own, or do not run them in parallel");
    let found = if is_conditional(package, write) || is_far_inside(package, write) {
        found.sure(
            Confidence::Low,
            "`t.Parallel` lets the tests run at the same time, but what is tested changes it on a condition, or far inside",
        )
    } else {
        found.sure(
            Confidence::High,
            "`t.Parallel` lets the tests run at the same time",
        )
    };
    found.inside(package.function_name(test.facts.body))
}

/// True if what is tested makes further calls on the way to the access: each may have a condition.
fn is_far_inside(package: &Package, access: &Access) -> bool {
    let calls = access.calls.iter();
    1 < calls.filter(|call| !package.is_test(call.file)).count()
}

/// True if one of the functions between the test and the access does it, or makes the next call,
/// behind a condition. Tests are taken to do what they say.
fn is_conditional(package: &Package, access: &Access) -> bool {
    let mut way = access.calls.iter().chain([&access.location]);
    way.any(|place| {
        if package.is_test(place.file) {
            return false;
        }
        let bodies = package.own_bodies().iter();
        let mut bodies = bodies.filter(|facts| facts.body.file == place.file);
        bodies.any(|facts| {
            let mut funcs = facts.body.funcs();
            funcs.any(|(_, func)| {
                let mut blocks = func.blocks();
                let at = blocks.find(|(_, block)| {
                    let mut instrs = func.instrs(block).iter();
                    instrs.any(|instr| instr.span == place.span)
                });
                at.is_some_and(|(block, _)| facts.body.is_conditional(func, block))
            })
        })
    })
}
