//! CT1113: a goroutine reports through `t` when its test may be over.
//!
//! The testing package panics then, or blames the test that runs by that time. Only tests are told
//! of in which nothing behind the start can wait for anybody: of calls that are not known to
//! be quiet it is assumed that they wait.

use contend_analysis::goroutines::spawns;
use contend_analysis::library::package_path;
use contend_analysis::origins::Runs;
use contend_analysis::package::{BodyFacts, Package};
use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{
    Call, CallMode, Callee, Func, FuncId, Instr, InstrKind, Operand, RangeKind, SelectKind,
    Terminator,
};
use contend_types::{ObjId, World};
use rustc_hash::FxHashSet;

use crate::parallel_tests::RULE;

/// Functions call each other this deep where they are asked whether they wait.
const MAX_DEPTH: usize = 4;

pub(crate) fn check(package: &Package, findings: &mut Vec<Finding>) {
    for facts in package.own_bodies() {
        if !package.is_test(facts.body.file) {
            continue;
        }
        for (id, func) in facts.body.funcs() {
            if !func
                .params
                .iter()
                .flatten()
                .any(|&it| is_test(package.world, it))
            {
                continue;
            }
            // A handler runs while the test waits for the answer to what it asks.
            let spawns = spawns(package, facts, id).into_iter();
            for spawn in spawns.filter(|it| !matches!(it.runs, Runs::Many | Runs::Served)) {
                let goroutine = spawn.started.target.here();
                let Some(report) = report_in(package, goroutine, 0) else {
                    continue;
                };
                if !may_return(package, facts, func, spawn.at) {
                    continue;
                }
                let start = facts.location(spawn.span);
                if is_whole_test(package.world, facts, func) {
                    findings.push(finding(package, facts, (report, start), None));
                } else if let Some((caller, call)) = called_by_test(package, facts, id) {
                    findings.push(finding(package, caller, (report, start), Some(call)));
                }
            }
        }
    }
}

fn is_test(world: &World, variable: ObjId) -> bool {
    let (ty, _) = world.deref(world.object_type(variable));
    world.named_parts(ty).is_some_and(|(named, _)| {
        let object = world.named(named).object;
        package_path(world, object) == "testing"
            && matches!(world.name(object).as_str(), "T" | "TB")
    })
}

/// True for `func TestX(t *testing.T)`, and for the function of a subtest.
pub(crate) fn is_whole_test(world: &World, facts: &BodyFacts, func: &Func) -> bool {
    let is_alone = func.params.len() == 1 && func.receiver.is_none();
    let name = match facts.body.funcs.first().map(|it| it.kind) {
        Some(contend_ir::FuncKind::Declared(object)) => world.name(object).as_str(),
        _ => "",
    };
    is_alone && (func.parent().is_some() || name.starts_with("Test"))
}

/// Where the goroutine, or a function that it calls, fails its test or logs for it.
fn report_in(package: &Package, target: Option<(usize, FuncId)>, depth: usize) -> Option<Location> {
    let (body, function) = target.filter(|_| depth < MAX_DEPTH)?;
    let facts = &package.bodies[body];
    let func = facts.func(function);
    func.instrs.iter().find_map(|instr| {
        let InstrKind::Call(call) = instr.kind else {
            return None;
        };
        let call = facts.body.call(call);
        if call.mode != CallMode::Plain {
            return None;
        }
        if reports(package.world, facts, func, call) {
            return Some(facts.place_of(instr));
        }
        let given = facts.body.operands(call.args).iter();
        let given = given.filter_map(|&it| package.function_value(facts, it));
        let mut run = package.callee(facts, call).into_iter().chain(given);
        run.find_map(|it| report_in(package, it.target.here(), depth + 1))
    })
}

/// True for `t.Error` and its like, where `t` is the test of the function around.
fn reports(world: &World, facts: &BodyFacts, func: &Func, call: &Call) -> bool {
    let (Callee::Static(method) | Callee::Interface(method)) = call.callee else {
        return false;
    };
    let words = ["Error", "Fatal", "Log", "Fail"];
    let name = world.name(method).as_str();
    let Some(Operand::Place(receiver) | Operand::Addr(receiver)) = call.receiver else {
        return false;
    };
    let of = facts.body.places.root_var(receiver);
    package_path(world, method) == "testing"
        && words.iter().any(|word| name.starts_with(word))
        && of.is_some_and(|it| is_test(world, it) && !is_own(func, it))
}

/// True for a parameter of a literal: it is the test of a subtest.
fn is_own(func: &Func, variable: ObjId) -> bool {
    func.parent().is_some() && func.params.contains(&Some(variable))
}

/// The test that calls a helper, and where, if it may end without having waited.
fn called_by_test<'p>(
    package: &'p Package,
    helper: &BodyFacts,
    id: FuncId,
) -> Option<(&'p BodyFacts<'p>, Location)> {
    if id != FuncId::new(0) {
        return None;
    }
    let tests = package.own_bodies().iter();
    let mut tests = tests.filter(|facts| package.is_test(facts.body.file));
    tests.find_map(|facts| {
        let mut funcs = facts.body.funcs().map(|(_, func)| func);
        funcs.find_map(|func| {
            let is_call = |instr: &Instr| match instr.kind {
                InstrKind::Call(call) => {
                    let callee = package.callee(facts, facts.body.call(call));
                    callee.and_then(|it| it.target.here()) == Some((helper.index, id))
                }
                _ => false,
            };
            let at = func.instrs.iter().position(is_call)?;
            let is_open = is_whole_test(package.world, facts, func)
                && func
                    .params
                    .iter()
                    .flatten()
                    .any(|&it| is_test(package.world, it))
                && may_return(package, facts, func, at);
            is_open.then(|| (facts, facts.place_of(&func.instrs[at])))
        })
    })
}

/// True if control comes from behind instruction number `at` to a return without anything that may
/// wait, and nothing that is deferred waits either.
fn may_return(package: &Package, facts: &BodyFacts, func: &Func, at: usize) -> bool {
    let may_wait = |instr: &Instr| may_wait(package, facts, instr, 0);
    let is_deferred = |instr: &&Instr| match instr.kind {
        InstrKind::Call(call) => facts.body.call(call).mode == CallMode::Defer,
        _ => false,
    };
    if func.instrs.iter().filter(is_deferred).any(may_wait) {
        return false;
    }
    let holds = |range: std::ops::Range<usize>| range.contains(&at);
    let block = func
        .blocks()
        .find(|(_, block)| holds(block.instrs.as_usize()));
    let Some((first, _)) = block else {
        return false;
    };
    let mut open = vec![(first, at + 1)];
    let mut entered = FxHashSet::default();
    while let Some((id, from)) = open.pop() {
        let block = func.block(id);
        let range = block.instrs.as_usize();
        if func.instrs[from.max(range.start)..range.end]
            .iter()
            .any(may_wait)
        {
            continue;
        }
        match block.terminator {
            Terminator::Return(_) => return true,
            Terminator::Select(_) => {}
            _ => {
                let next = facts.body.successors(func, id).into_iter();
                open.extend(next.filter(|it| entered.insert(*it)).map(|it| (it, 0)));
            }
        }
    }
    false
}

fn may_wait(package: &Package, facts: &BodyFacts, instr: &Instr, depth: usize) -> bool {
    match instr.kind {
        InstrKind::Receive { .. } => true,
        InstrKind::Next { kind, .. } => matches!(kind, RangeKind::Chan | RangeKind::Func),
        InstrKind::Call(call) => call_may_wait(package, facts, facts.body.call(call), depth),
        _ => false,
    }
}

fn call_may_wait(package: &Package, facts: &BodyFacts, call: &Call, depth: usize) -> bool {
    if call.mode == CallMode::Go || matches!(call.callee, Callee::Builtin(_)) {
        return false;
    }
    if let Some((body, function)) = package.callee(facts, call).and_then(|it| it.target.here()) {
        let inner = &package.bodies[body];
        let func = inner.func(function);
        let selects = func.blocks.iter().any(|block| match block.terminator {
            Terminator::Select(select) => {
                let mut cases = inner.body.selects[select.index()].cases.iter();
                cases.any(|case| matches!(case.kind, SelectKind::Receive { .. }))
            }
            _ => false,
        });
        return selects
            || depth == MAX_DEPTH
            || func
                .instrs
                .iter()
                .any(|it| may_wait(package, inner, it, depth + 1));
    }
    match call.callee {
        Callee::Static(function) => !is_quiet(package.world, function),
        _ => true,
    }
}

/// True for functions of the standard library that never wait for another goroutine.
fn is_quiet(world: &World, function: ObjId) -> bool {
    let name = world.name(function).as_str();
    match package_path(world, function) {
        "testing" => !matches!(name, "Run" | "Cleanup" | "Parallel"),
        "sync" => matches!(name, "Add" | "Done" | "Unlock" | "RUnlock"),
        "context" => name.starts_with("With") || matches!(name, "Background" | "TODO"),
        "time" => name != "Sleep",
        package => matches!(
            package,
            "bytes"
                | "errors"
                | "fmt"
                | "maps"
                | "math"
                | "math/rand"
                | "os"
                | "path"
                | "path/filepath"
                | "reflect"
                | "slices"
                | "sort"
                | "strconv"
                | "strings"
                | "sync/atomic"
                | "unicode"
        ),
    }
}

fn finding(
    package: &Package,
    test: &BodyFacts,
    (report, start): (Location, Location),
    call: Option<Location>,
) -> Finding {
    let message = "a goroutine reports through `t` when its test may be over";
    let found = Finding::new(&RULE, report, message.to_owned())
        .here(
            Role::Write,
            "panics, or blames another test, if the test has returned",
        )
        .label(Role::Spawn, start, "the goroutine starts here");
    let found = match call {
        Some(call) => found.label(Role::Other, call, "called here"),
        None => found,
    };
    found
        .help("wait for the goroutine before the test returns, with a `WaitGroup` or a channel")
        .sure(
            Confidence::Medium,
            "nothing in the test waits for the goroutine",
        )
        .inside(package.function_name(test.body))
}
