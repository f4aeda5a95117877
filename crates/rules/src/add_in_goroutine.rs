//! CT1301: `WaitGroup.Add` inside the goroutine that it counts.

use contend_base::Span;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{FuncId, InstrKind};

use contend_analysis::goroutines::{Region, Spawn, Walk, literal_spawns};
use contend_analysis::library::{WaitGroupOp, wait_group_call};
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::Path;

pub(crate) static RULE: RuleMeta = RuleMeta {
    code: "CT1301",
    name: "add-in-goroutine",
    summary: "`WaitGroup.Add` is called inside the goroutine that it counts",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("add_in_goroutine.md"),
};

pub(crate) fn check(package: &Package, findings: &mut Vec<Finding>) {
    for facts in package.own_bodies() {
        for (id, _) in facts.body.funcs() {
            for (literal, spawn) in literal_spawns(package, facts, id) {
                check_goroutine(package, facts, (literal, &spawn), findings);
            }
        }
    }
}

/// A call of a method of a wait group.
struct GroupCall {
    op: WaitGroupOp,
    group: Path,
    span: Span,
    func: FuncId,
    /// The position in the function's instructions.
    at: usize,
}

fn check_goroutine(
    package: &Package,
    facts: &BodyFacts,
    (literal, spawn): (FuncId, &Spawn),
    findings: &mut Vec<Finding>,
) {
    let calls = group_calls(package, facts);
    let is_inside = |call: &&GroupCall| call.func == literal;
    let func = facts.func(literal);
    let added = calls.iter().filter(is_inside).find(|call| {
        call.op == WaitGroupOp::Add && call.group.variable().is_some_and(|it| func.captures(it))
    });
    let Some(added) = added else { return };
    let of_group = |op: WaitGroupOp| {
        calls
            .iter()
            .filter(move |call| call.op == op && call.group == added.group)
    };
    // Done of its own makes it the goroutine that is counted. Where somebody else counts too, the
    // counter may be above zero all the time.
    let counts_itself = of_group(WaitGroupOp::Done)
        .any(|call| call.func == literal || is_deferred_in(facts, call.func, literal));
    let others_count = of_group(WaitGroupOp::Add).any(|call| call.func != literal);
    let waits: Vec<&GroupCall> = of_group(WaitGroupOp::Wait)
        .filter(|call| call.func == spawn.parent)
        .collect();
    let reached = reached_without_waiting(package, facts, spawn);
    let wait = waits.iter().find(|call| reached.contains(call.at));
    // A wait that comes after another way of waiting, such as a receive, is late enough.
    let is_late = wait.is_none() && !waits.is_empty();
    let spawns_more = !literal_spawns(package, facts, literal).is_empty();
    if others_count || spawns_more || is_late || !counts_itself {
        return;
    }
    let name = added.group.text(package.world, Some(facts.body));
    let message = format!("`{name}` is added to inside the goroutine that it counts");
    let mut finding = Finding::new(&RULE, facts.location(added.span), message)
        .here(Role::Other, "may come after `Wait` has returned")
        .label(
            Role::Spawn,
            facts.location(spawn.span),
            "the goroutine to be counted",
        );
    if let Some(wait) = wait {
        finding = finding.label(
            Role::Wait,
            facts.location(wait.span),
            "waits, or finds nothing to wait for",
        );
    }
    findings.push(
        finding
            .help(format!("call `{name}.Add(1)` before the `go` statement"))
            .sure(
                Confidence::High,
                "nothing else counts for this goroutine before it starts",
            )
            .inside(package.function_name(facts.body)),
    );
}

/// What the function around the goroutine does before it waits for anything.
fn reached_without_waiting(package: &Package, facts: &BodyFacts, spawn: &Spawn) -> Region {
    let walk = Walk {
        package,
        facts,
        func: facts.func(spawn.parent),
        spawn: Some(spawn),
        ends_at_receive: false,
        path: None,
    };
    walk.after(spawn.at)
}

fn group_calls(package: &Package, facts: &BodyFacts) -> Vec<GroupCall> {
    let mut calls = Vec::new();
    for (func, it) in facts.body.funcs() {
        for (at, instr) in it.instrs.iter().enumerate() {
            let InstrKind::Call(id) = instr.kind else {
                continue;
            };
            let call = facts.body.call(id);
            if let Some((op, place)) = wait_group_call(package.world, call)
                && let Some(group) = Path::of(facts.body, place)
            {
                calls.push(GroupCall {
                    op,
                    group,
                    span: instr.span,
                    func,
                    at,
                });
            }
        }
    }
    calls
}

/// True if `inner` is a literal that `outer` runs or defers.
fn is_deferred_in(facts: &BodyFacts, inner: FuncId, outer: FuncId) -> bool {
    facts.func(inner).parent() == Some(outer)
}
