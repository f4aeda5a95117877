//! CT1106: a test replaces a package variable while a goroutine reads it that an earlier test has
//! left running.
//!
//! Tests run one after the other, in the order of their files and lines; what a test starts and
//! never ends runs beside all that come behind it.

use contend_analysis::accesses::{Access, Accesses, Subject, is_package_variable};
use contend_analysis::goroutines::{Spawn, spawns};
use contend_analysis::package::{BodyFacts, Package, declared_in};
use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{BlockId, Callee, FuncId, InstrKind, Terminator};
use contend_types::ObjId;

use crate::late_reports::is_whole_test;
use crate::races::GLOBAL;

/// What a goroutine does over more calls than this is far from where it starts.
const MAX_CALLS: usize = 2;

pub(crate) fn check(package: &Package, accesses: &Accesses, findings: &mut Vec<Finding>) {
    let bodies = package.own_bodies().iter();
    let tests: Vec<&BodyFacts> = bodies.filter(|facts| is_test(package, facts)).collect();
    let writes: Vec<(&BodyFacts, &Access)> = tests
        .iter()
        .flat_map(|&facts| replaced(package, accesses, facts).map(move |it| (facts, it)))
        .collect();
    if writes.is_empty() {
        return;
    }
    let left: Vec<(ObjId, &BodyFacts, Location)> = tests
        .iter()
        .flat_map(|&facts| left_by(package, facts))
        .collect();
    for facts in package.own_bodies() {
        let Some(function) = declared_in(package, facts.index) else {
            continue;
        };
        for (id, _) in facts.body.funcs() {
            for spawn in spawns(package, facts, id) {
                let mut callers = left.iter().filter(|it| it.0 == function);
                let Some(&(_, leaver, call)) = callers.next() else {
                    continue;
                };
                let again = rounds(package, &spawn);
                let reads = accesses.inside(&spawn.started).iter();
                let reads =
                    reads.filter(|it| is_read(it) && again.iter().any(|at| at.contains(&it.at)));
                let pair = reads.into_iter().find_map(|read| {
                    let later = |it: &&(&BodyFacts, &Access)| {
                        it.1.path.root == read.path.root && is_before(package, leaver, it.0)
                    };
                    Some((read, writes.iter().find(later)?))
                });
                if let Some((read, (test, write))) = pair {
                    let start = facts.location(spawn.span);
                    findings.push(finding(package, (test, write, read), (start, call)));
                }
            }
        }
    }
}

fn is_test(package: &Package, facts: &BodyFacts) -> bool {
    let func = facts.func(FuncId::new(0));
    package.is_test(facts.body.file) && is_whole_test(package.world, facts, func)
}

fn is_bare(access: &Access) -> bool {
    access.locks.is_empty()
        && !access.is_atomic
        && access.subject == Subject::Variable
        && access.path.steps.is_empty()
}

fn is_read(access: &Access) -> bool {
    !access.is_write() && is_bare(access) && access.calls.len() <= MAX_CALLS
}

/// The package variables that a test gives another value.
fn replaced<'a>(
    package: &'a Package,
    accesses: &'a Accesses,
    facts: &BodyFacts,
) -> impl Iterator<Item = &'a Access> {
    let own = accesses.own(facts.index, FuncId::new(0)).iter();
    own.filter(|access| {
        let variable = access.path.variable();
        let is_global = variable.is_some_and(|it| is_package_variable(package.world, it));
        access.is_write() && is_bare(access) && is_global
    })
}

/// The functions that a test calls which ends nothing: what they start goes on.
fn left_by<'a>(
    package: &Package,
    facts: &'a BodyFacts,
) -> Vec<(ObjId, &'a BodyFacts<'a>, Location)> {
    let instrs = || facts.body.funcs.iter().flat_map(|func| &func.instrs);
    let words = [
        "stop", "close", "shut", "cancel", "clean", "wait", "kill", "quit", "done", "finish", "end",
    ];
    let ends = |function: ObjId| {
        let name = package.world.name(function).as_str().to_ascii_lowercase();
        words.iter().any(|word| name.contains(word))
    };
    let ends_something = instrs().any(|instr| match instr.kind {
        InstrKind::Close(_) | InstrKind::Send { .. } => true,
        InstrKind::Call(call) => match facts.body.call(call).callee {
            Callee::Static(function) | Callee::Interface(function) => ends(function),
            Callee::Builtin(_) => false,
            Callee::Literal(_) | Callee::Value(_) | Callee::Unknown => true,
        },
        _ => false,
    });
    if ends_something {
        return Vec::new();
    }
    let called = instrs().filter_map(|instr| match instr.kind {
        InstrKind::Call(call) => match facts.body.call(call).callee {
            Callee::Static(function) => Some((function, facts, facts.place_of(instr))),
            _ => None,
        },
        _ => None,
    });
    called.collect()
}

/// The instructions that a goroutine comes to again and again, waiting in between until it is told to
/// end.
fn rounds(package: &Package, spawn: &Spawn) -> Vec<std::ops::Range<usize>> {
    let Some((body, function)) = spawn.started.target.here() else {
        return Vec::new();
    };
    let facts = &package.bodies[body];
    let func = facts.func(function);
    let waits = |&id: &BlockId| {
        let block = func.block(id);
        let mut instrs = func.instrs(block).iter();
        matches!(block.terminator, Terminator::Select(_))
            || instrs.any(|it| matches!(it.kind, InstrKind::Receive { .. }))
    };
    let loops = facts.body.loops(func).into_iter();
    let waiting = loops.filter(|it| it.blocks.iter().any(waits));
    let blocks = waiting.flat_map(|it| it.blocks);
    blocks.map(|id| func.block(id).instrs.as_usize()).collect()
}

/// True if the first of two tests runs before the second.
fn is_before(package: &Package, one: &BodyFacts, other: &BodyFacts) -> bool {
    let key = |facts: &BodyFacts| {
        let file = package.files.get(facts.body.file);
        (file.path.clone(), facts.func(FuncId::new(0)).span)
    };
    key(one) < key(other)
}

fn finding(
    package: &Package,
    (test, write, read): (&BodyFacts, &Access, &Access),
    (start, call): (Location, Location),
) -> Finding {
    let name = write.path.text(package.world, Some(test.body));
    let text =
        format!("`{name}` is replaced by a test while a goroutine of an earlier test reads it");
    let found = Finding::new(&GLOBAL, write.location, text)
        .here(Role::Write, "written, no lock held")
        .label(Role::Read, read.location, "also read, no lock held")
        .label(Role::Spawn, start, "the goroutine starts here")
        .label(
            Role::Other,
            call,
            "called here, by a test that ends nothing",
        );
    let calls = read.calls.iter();
    let found = calls.fold(found, |found, &call| {
        found.label(Role::Other, call, "called here")
    });
    found
        .help("end the goroutine before its test returns, or give each value what it reads when it is made")
        .sure(
            Confidence::Medium,
            "nothing ends the goroutine before the next test begins",
        )
        .inside(package.function_name(test.body))
}
