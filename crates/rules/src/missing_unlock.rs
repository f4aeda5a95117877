//! CT1202: a path leaves the function, or goes around the loop, with the lock held.

use contend_base::Span;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{BlockId, FuncKind, InstrKind, Loop, Operand, Terminator};
use rustc_hash::FxHashMap;

use contend_analysis::library::is_unlock;
use contend_analysis::locks::{Hold, LockFlow, LockState};
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::Path;

pub(crate) static RULE: RuleMeta = RuleMeta {
    code: "CT1202",
    name: "missing-unlock",
    summary: "a path leaves the function with a lock still held",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("missing_unlock.md"),
};

pub(crate) fn check(package: &Package, findings: &mut Vec<Finding>) {
    for facts in package.own_bodies() {
        if hands_locks_on(package, facts) {
            continue;
        }
        for flow in facts.flows.iter().flatten() {
            check_function(package, facts, flow, findings);
        }
    }
}

/// Functions that are named for what they do to a lock leave it to their callers.
fn hands_locks_on(package: &Package, facts: &BodyFacts) -> bool {
    let Some(FuncKind::Declared(object)) = facts.body.funcs.first().map(|func| func.kind) else {
        return false;
    };
    let name = package.world.name(object).as_str();
    name.starts_with("lock")
        || ["Lock", "nlock", "cquire"]
            .iter()
            .any(|word| name.contains(word))
}

fn check_function(
    package: &Package,
    facts: &BodyFacts,
    flow: &LockFlow,
    findings: &mut Vec<Finding>,
) {
    let mut leaks: Vec<Leak> = Vec::new();
    let candidates: Vec<bool> = (0..flow.locks.len())
        .map(|lock| is_candidate(package, facts, flow, lock))
        .collect();
    if !candidates.contains(&true) {
        return;
    }
    let mut is_lent = vec![false; flow.locks.len()];
    let mut at_start: FxHashMap<BlockId, LockState> = FxHashMap::default();
    let mut at_end: FxHashMap<BlockId, LockState> = FxHashMap::default();
    flow.visit(|point, instr, state| {
        for (lock, is_lent) in is_lent.iter_mut().enumerate() {
            *is_lent |= state.ways(lock).any(|hold| hold == Hold::Released);
        }
        at_start.entry(point.block).or_insert_with(|| state.clone());
        if instr.is_some() {
            return;
        }
        at_end.insert(point.block, state.clone());
        let block = flow.func.block(point.block);
        if flow.is_plain_return(point.block) {
            for (lock, site) in certain(flow, state) {
                leaks.push(Leak {
                    lock,
                    site,
                    exit: block.end_span,
                    is_loop: false,
                });
            }
        }
    });
    leaks.extend(around_loops(flow, &at_start, &at_end));
    leaks.retain(|leak| candidates[leak.lock] && !is_lent[leak.lock]);
    leaks.sort_by_key(|leak| (leak.site, leak.is_loop, leak.exit));
    leaks.dedup_by_key(|leak| leak.site);
    findings.extend(leaks.iter().map(|leak| finding(package, facts, flow, leak)));
}

/// A lock that is still held at `exit`.
struct Leak {
    lock: usize,
    site: Span,
    exit: Span,
    is_loop: bool,
}

/// The locks that are held for sure on some way, with the call that took them.
fn certain(flow: &LockFlow, state: &LockState) -> Vec<(usize, Span)> {
    (0..flow.locks.len())
        .filter_map(|lock| Some((lock, state.ways(lock).certainly_held()?.0)))
        .collect()
}

/// True for mutexes that this function itself releases, and nobody else does for it.
fn is_candidate(package: &Package, facts: &BodyFacts, flow: &LockFlow, lock: usize) -> bool {
    let lock = &flow.locks[lock];
    let is_handed_over = lock
        .path
        .last_field()
        .is_some_and(|field| package.summaries.handed_over.contains(&field));
    lock.is_mutex
        && lock.has_unlock
        && !is_handed_over
        && !is_unlocked_elsewhere(package, facts, flow, &lock.path)
}

/// True if a literal or a method value of the body may unlock it at some other time.
fn is_unlocked_elsewhere(
    package: &Package,
    facts: &BodyFacts,
    flow: &LockFlow,
    path: &Path,
) -> bool {
    let by_literal = facts.flows.iter().flatten().any(|other| {
        !std::ptr::eq(other.func, flow.func)
            && other
                .locks
                .iter()
                .any(|lock| lock.has_unlock && lock.path == *path)
    });
    let by_value = facts
        .body
        .funcs
        .iter()
        .flat_map(|func| &func.instrs)
        .any(|instr| {
            let InstrKind::MethodValue {
                receiver: Operand::Addr(place),
                method,
                ..
            } = instr.kind
            else {
                return false;
            };
            is_unlock(package.world, method) && Path::of(facts.body, place).as_ref() == Some(path)
        });
    by_literal || by_value
}

/// Locks that the first thing in a loop takes, and that are still held when the next round begins.
fn around_loops(
    flow: &LockFlow,
    at_start: &FxHashMap<BlockId, LockState>,
    at_end: &FxHashMap<BlockId, LockState>,
) -> Vec<Leak> {
    let predecessors = flow.body.predecessors(flow.func);
    let mut leaks = Vec::new();
    for Loop { head, back, .. } in flow.body.loops(flow.func) {
        let taken_first = first_locks(flow, head);
        for from in back {
            let Some(state) = at_end.get(&from) else {
                continue;
            };
            for (lock, site) in certain(flow, state) {
                // A loop that is entered with the lock held releases it in between.
                let is_free_before = at_start
                    .get(&head)
                    .is_some_and(|state| state.ways(lock).any(|hold| hold == Hold::Untouched));
                if taken_first.contains(&site) && is_free_before {
                    let end = way_back(flow, &predecessors, at_end, from, lock);
                    let exit = flow.func.block(end).end_span;
                    leaks.push(Leak {
                        lock,
                        site,
                        exit,
                        is_loop: true,
                    });
                }
            }
        }
    }
    leaks
}

/// The block where the round ends with the lock held: in loops with three clauses `continue` leads
/// to the last clause, and `from` is that clause.
fn way_back(
    flow: &LockFlow,
    predecessors: &[Vec<BlockId>],
    at_end: &FxHashMap<BlockId, LockState>,
    from: BlockId,
    lock: usize,
) -> BlockId {
    let is_clause = flow
        .func
        .block(from)
        .instrs
        .as_usize()
        .all(|at| flow.effects(at).is_empty());
    let is_held = |block: &&BlockId| {
        at_end
            .get(block)
            .is_some_and(|state| state.ways(lock).certainly_held().is_some())
    };
    let before = predecessors[from.index()].iter().find(is_held);
    match before {
        Some(&before) if is_clause && predecessors[from.index()].len() > 1 => before,
        _ => from,
    }
}

/// Calls that take a lock each time the loop goes around: before the first decision in its body.
fn first_locks(flow: &LockFlow, head: BlockId) -> Vec<Span> {
    let mut block = match flow.func.block(head).terminator {
        Terminator::Branch { then, .. } => then,
        _ => head,
    };
    let mut sites = Vec::new();
    for _ in 0..flow.func.blocks.len() {
        for at in flow.func.block(block).instrs.as_usize() {
            if !flow.effects(at).is_empty() {
                sites.push(flow.func.instrs[at].span);
            }
        }
        match flow.func.block(block).terminator {
            Terminator::Jump(next) if next != head => block = next,
            _ => break,
        }
    }
    sites
}

fn finding(package: &Package, facts: &BodyFacts, flow: &LockFlow, leak: &Leak) -> Finding {
    let name = flow.locks[leak.lock]
        .path
        .text(package.world, Some(facts.body));
    let (message, text) = if leak.is_loop {
        let message = format!("`{name}` is still held when the loop goes around");
        (message, "still locked when the next round locks it again")
    } else {
        let message = format!("`{name}` is not released on every path");
        (message, "still locked when the function returns here")
    };
    Finding::new(&RULE, facts.location(leak.site), message)
        .here(Role::Lock, "locked here")
        .label(Role::Exit, facts.location(short(leak.exit)), text)
        .help(format!(
            "`defer` the unlock right after the lock, or unlock `{name}` on this path too"
        ))
        .sure(
            Confidence::High,
            "the function releases the lock on its other paths",
        )
        .inside(package.function_name(facts.body))
}

/// The end of a block stands for the block.
fn short(span: Span) -> Span {
    if span.len() > 200 {
        Span::new(span.end - 1, span.end)
    } else {
        span
    }
}
