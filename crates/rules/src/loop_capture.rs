//! CT1101: a goroutine or deferred call uses a variable that the loop goes on to change.

use contend_base::{Location, Span};
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{CallMode, FuncId, InstrKind, PlaceKind};
use contend_types::{LoopVar, ObjId, ObjectKind, VarKind};

use contend_analysis::goroutines::{Spawn, Walk, literal_spawns};
use contend_analysis::package::{BodyFacts, Package};

pub(crate) static RULE: RuleMeta = RuleMeta {
    code: "CT1101",
    name: "loop-capture",
    summary: "a goroutine or deferred call uses a variable that the loop goes on to change",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("loop_capture.md"),
};

pub(crate) fn check(package: &Package, findings: &mut Vec<Finding>) {
    for facts in package.own_bodies() {
        for (id, _) in facts.body.funcs() {
            for later in later_literals(package, facts, id) {
                check_literal(package, facts, id, &later, findings);
            }
        }
    }
}

/// A literal that runs at another time than it stands.
struct Later {
    at: usize,
    literal: FuncId,
    /// `None` for deferred calls.
    spawn: Option<Spawn>,
}

fn later_literals(package: &Package, facts: &BodyFacts, id: FuncId) -> Vec<Later> {
    let func = facts.func(id);
    let mut all: Vec<Later> = literal_spawns(package, facts, id)
        .into_iter()
        .map(|(literal, spawn)| Later {
            at: spawn.at,
            literal,
            spawn: Some(spawn),
        })
        .collect();
    for (at, instr) in func.instrs.iter().enumerate() {
        let InstrKind::Call(call) = instr.kind else {
            continue;
        };
        let call = facts.body.call(call);
        if call.mode == CallMode::Defer
            && let Some(literal) = facts.literals.of_callee(call.callee)
        {
            all.push(Later {
                at,
                literal,
                spawn: None,
            });
        }
    }
    all
}

fn check_literal(
    package: &Package,
    facts: &BodyFacts,
    id: FuncId,
    later: &Later,
    findings: &mut Vec<Finding>,
) {
    for capture in &facts.func(later.literal).captures {
        let variable = capture.variable;
        let kind = package.world.object(variable).kind;
        if kind != ObjectKind::Var(VarKind::Loop(LoopVar::PerLoop)) {
            continue;
        }
        if !is_changed_after(package, facts, id, later, variable) {
            continue;
        }
        let Some(used) = first_read(facts, later.literal, variable) else {
            continue;
        };
        let is_deferred = later.spawn.is_none();
        findings.push(finding(package, facts, variable, used, is_deferred));
    }
}

/// True if the loop may give the variable its next value before the literal is waited for.
fn is_changed_after(
    package: &Package,
    facts: &BodyFacts,
    id: FuncId,
    later: &Later,
    variable: ObjId,
) -> bool {
    let func = facts.func(id);
    let walk = Walk {
        package,
        facts,
        func,
        spawn: later.spawn.as_ref(),
        ends_at_receive: false,
        path: None,
    };
    let after = walk.after(later.at);
    func.instrs
        .iter()
        .enumerate()
        .any(|(at, instr)| match instr.kind {
            InstrKind::Write { place, .. } => {
                after.contains(at) && facts.body.places.kind(place) == PlaceKind::Var(variable)
            }
            _ => false,
        })
}

/// Where a literal, or one inside it, first uses the variable.
fn first_read(facts: &BodyFacts, literal: FuncId, variable: ObjId) -> Option<Span> {
    let is_inside = |id: FuncId| {
        let parents = std::iter::successors(Some(id), |&id| facts.func(id).parent());
        parents.into_iter().any(|id| id == literal)
    };
    let funcs = facts.body.funcs().filter(|&(id, _)| is_inside(id));
    let reads = funcs
        .flat_map(|(_, func)| &func.instrs)
        .filter_map(|instr| match instr.kind {
            InstrKind::Read(place) if facts.body.places.root_var(place) == Some(variable) => {
                Some(instr.span)
            }
            _ => None,
        });
    reads.min()
}

fn finding(
    package: &Package,
    facts: &BodyFacts,
    variable: ObjId,
    used: Span,
    is_deferred: bool,
) -> Finding {
    let object = package.world.object(variable);
    let name = object.name;
    let who = if is_deferred {
        "deferred call"
    } else {
        "goroutine"
    };
    let message =
        format!("this {who} uses loop variable `{name}`, which the loop goes on to change");
    let mut finding = Finding::new(&RULE, facts.location(used), message)
        .here(Role::Read, format!("reads what `{name}` is by then"));
    if let Some(declared) = object.location {
        let declared: Location = declared;
        finding = finding.label(
            Role::Declare,
            declared,
            "one variable for all rounds of the loop",
        );
    }
    finding
        .note("the file is at a language version below Go 1.22")
        .help(format!(
            "copy it inside the loop (`{name} := {name}`), or pass it as an argument"
        ))
        .sure(
            Confidence::High,
            "the language version of the file gives the loop one variable",
        )
        .inside(package.function_name(facts.body))
}
