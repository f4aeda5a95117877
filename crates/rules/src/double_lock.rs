//! CT1201: a lock is taken by the goroutine that holds it.

use contend_base::{Location, Span};
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{CallMode, Func, FuncId, InstrKind};
use rustc_hash::FxHashSet;

use contend_analysis::library::{Mode, lock_call};
use contend_analysis::locks::{EffectKind, LockFlow};
use contend_analysis::package::{BodyFacts, Package};

pub(crate) static RULE: RuleMeta = RuleMeta {
    code: "CT1201",
    name: "double-lock",
    summary: "a goroutine takes a lock that it already holds",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("double_lock.md"),
};

pub(crate) fn check(package: &Package, findings: &mut Vec<Finding>) {
    for facts in package.own_bodies() {
        for flow in facts.flows.iter().flatten() {
            check_function(package, facts, flow, findings);
        }
    }
}

/// One lock of a lock that is held.
struct Again<'a> {
    lock: usize,
    first: Span,
    held: Mode,
    wanted: Mode,
    /// The call that takes it: the lock itself, or a function that locks inside, at `inside`.
    call: Span,
    inside: Option<Location>,
    flow: &'a LockFlow<'a>,
}

fn check_function(
    package: &Package,
    facts: &BodyFacts,
    flow: &LockFlow,
    findings: &mut Vec<Finding>,
) {
    let mut known = FxHashSet::default();
    flow.visit(|point, instr, state| {
        let Some(instr) = instr else { return };
        let InstrKind::Call(id) = instr.kind else {
            return;
        };
        let call = facts.body.call(id);
        if call.mode != CallMode::Plain {
            return;
        }
        let is_lock = lock_call(package.world, facts.body, call).is_some();
        for &(lock, effect) in flow.effects(point.instr) {
            let (wanted, inside) = match effect {
                EffectKind::Acquires(mode) if is_lock => (mode, None),
                EffectKind::Locks { mode, site } => (mode, Some(site)),
                _ => continue,
            };
            let Some((first, held)) = state.ways(lock).certainly_held() else {
                continue;
            };
            let is_both_shared = held == Mode::Shared && wanted == Mode::Shared;
            // The same call again is a loop that forgot to unlock: another rule's business.
            if is_both_shared || first == instr.span || !flow.locks[lock].is_mutex {
                continue;
            }
            if is_handed_between_goroutines(facts, flow, lock) {
                continue;
            }
            if known.insert((lock, instr.span)) {
                let call = instr.span;
                let again = Again {
                    lock,
                    first,
                    held,
                    wanted,
                    call,
                    inside,
                    flow,
                };
                findings.push(finding(package, facts, &again));
            }
        }
    });
}

/// True if this function or another one of the body is a goroutine, and the other one releases the
/// lock without having taken it: the second lock waits for that.
fn is_handed_between_goroutines(facts: &BodyFacts, flow: &LockFlow, lock: usize) -> bool {
    let started: Vec<FuncId> = facts
        .body
        .calls
        .iter()
        .filter(|call| call.mode == CallMode::Go)
        .filter_map(|call| facts.literals.of_callee(call.callee))
        .collect();
    let is_goroutine = |id: FuncId| {
        std::iter::successors(Some(id), |&id| facts.func(id).parent())
            .any(|id| started.contains(&id))
    };
    let is_own = |func: &Func| std::ptr::eq(func, flow.func);
    let own_is_goroutine = facts
        .body
        .funcs()
        .any(|(id, func)| is_own(func) && is_goroutine(id));
    facts.body.funcs().any(|(id, func)| {
        let is_other_goroutine = !is_own(func) && (own_is_goroutine || is_goroutine(id));
        is_other_goroutine
            && facts.flow(id).is_some_and(|other| {
                let mut lent = other.lent().into_iter();
                lent.any(|(_, it)| other.locks[it].path == flow.locks[lock].path)
            })
    })
}

fn finding(package: &Package, facts: &BodyFacts, again: &Again) -> Finding {
    let path = &again.flow.locks[again.lock].path;
    let name = path.text(package.world, Some(facts.body));
    let message = match (again.held, again.wanted) {
        (Mode::Shared, Mode::Exclusive) => {
            format!("`{name}` is locked for writing by the goroutine that holds it for reading")
        }
        (Mode::Exclusive, Mode::Shared) => {
            format!("`{name}` is locked for reading by the goroutine that holds it for writing")
        }
        _ => format!("`{name}` is locked by the goroutine that already holds it"),
    };
    let here = match again.inside {
        Some(_) => "this call locks it again and waits for ever",
        None => "locked again, which waits for ever",
    };
    let mut finding = Finding::new(&RULE, facts.location(again.call), message)
        .here(Role::Lock, here)
        .label(Role::Lock, facts.location(again.first), "first locked here")
        .help("release the lock before, or call a variant that expects it to be held")
        .sure(
            Confidence::High,
            "the same lock on one path, without a release in between",
        )
        .inside(package.function_name(facts.body));
    if let Some(inside) = again.inside {
        finding = finding.label(Role::Lock, inside, "the lock that is called");
    }
    finding
}
