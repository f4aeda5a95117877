//! CT1114: a mutex is taken that is a copy: nobody else can have it.

use contend_analysis::accesses::{Access, Accesses};
use contend_analysis::library::{LockOp, lock_call};
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::{Path, Root, Step, Steps};
use contend_base::Location;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{CallMode, FuncId, InstrKind, Operand, PlaceKind};
use contend_types::{ObjId, ObjectKind, VarKind};

pub(crate) static RULE: RuleMeta = RuleMeta {
    code: "CT1114",
    name: "copied-lock-guards-nothing",
    summary: "a mutex is taken on a copy, where it keeps nobody out",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("copied_lock.md"),
};

pub(crate) fn check(package: &Package, accesses: &Accesses, findings: &mut Vec<Finding>) {
    for facts in package.own_bodies() {
        for (func, _) in facts.body.funcs() {
            let mut reported = Vec::new();
            for copy in copies(package, facts, func) {
                if !reported.contains(&copy.path) {
                    reported.push(copy.path.clone());
                    findings.push(finding(package, accesses, facts, func, &copy));
                }
            }
        }
    }
}

/// A lock of a copied mutex.
struct Copied {
    path: Path,
    location: Location,
    kind: CopyKind,
    /// Where the copy was made, if it stands in this function.
    made: Option<Location>,
}

#[derive(Clone, Copy)]
enum CopyKind {
    Receiver,
    Param,
    Loop,
    Local,
}

fn copies(package: &Package, facts: &BodyFacts, func: FuncId) -> Vec<Copied> {
    let mut copies = Vec::new();
    for instr in &facts.func(func).instrs {
        let InstrKind::Call(call) = instr.kind else {
            continue;
        };
        let call = facts.body.call(call);
        let Some(lock) = lock_call(package.world, facts.body, call) else {
            continue;
        };
        if !lock.is_mutex || call.mode != CallMode::Plain || !matches!(lock.op, LockOp::Lock(_)) {
            continue;
        }
        let Some(path) = Path::of(facts.body, lock.place) else {
            continue;
        };
        // Behind a pointer, the mutex is the one that all have.
        let is_inside = path.steps.iter().all(|step| matches!(step, Step::Field(_)));
        let Root::Var(variable) = path.root else {
            continue;
        };
        if !is_inside {
            continue;
        }
        if let Some((kind, made)) = copy_kind(package, facts, variable) {
            copies.push(Copied {
                path,
                location: facts.place_of(instr),
                kind,
                made,
            });
        }
    }
    copies
}

fn copy_kind(
    package: &Package,
    facts: &BodyFacts,
    variable: ObjId,
) -> Option<(CopyKind, Option<Location>)> {
    let ObjectKind::Var(kind) = package.world.object(variable).kind else {
        return None;
    };
    match kind {
        VarKind::Receiver => Some((CopyKind::Receiver, None)),
        VarKind::Param => Some((CopyKind::Param, None)),
        VarKind::Loop(_) | VarKind::Local => of_local(package, facts, variable),
        _ => None,
    }
}

/// A local variable whose every value is a copy of something that stays.
fn of_local(
    package: &Package,
    facts: &BodyFacts,
    variable: ObjId,
) -> Option<(CopyKind, Option<Location>)> {
    let mut found = None;
    for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
        let InstrKind::Write { place, value } = instr.kind else {
            continue;
        };
        if facts.body.places.kind(place) != PlaceKind::Var(variable) {
            continue;
        }
        let Operand::Place(from) = value else {
            return None;
        };
        let is_loop = is_loop_value(facts, value);
        let is_other_place = match facts.body.places.kind(from) {
            PlaceKind::Temp(_) | PlaceKind::Unknown => is_loop,
            PlaceKind::Var(other) => is_shared(package, facts, other),
            _ => true,
        };
        if !is_other_place {
            return None;
        }
        let kind = if is_loop {
            CopyKind::Loop
        } else {
            CopyKind::Local
        };
        found = Some((kind, Some(facts.place_of(instr))));
    }
    found
}

/// The value of a `range` over values.
fn is_loop_value(facts: &BodyFacts, value: Operand) -> bool {
    let instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
    instrs.into_iter().any(|instr| {
        matches!(instr.kind, InstrKind::Next { value: it, .. } if value == Operand::Place(it))
    })
}

/// True for variables that somebody else can have: a copy of another local is often all there is.
fn is_shared(package: &Package, facts: &BodyFacts, variable: ObjId) -> bool {
    package.world.object(variable).kind == ObjectKind::Var(VarKind::Package)
        || facts.body.funcs.iter().any(|func| func.captures(variable))
}

fn finding(
    package: &Package,
    accesses: &Accesses,
    facts: &BodyFacts,
    func: FuncId,
    copy: &Copied,
) -> Finding {
    let name = copy.path.text(package.world, Some(facts.body));
    let root = Path {
        root: copy.path.root,
        steps: Steps::new(),
    };
    let root = root.text(package.world, Some(facts.body));
    let (what, help) = match copy.kind {
        CopyKind::Receiver => (
            format!("the receiver `{root}` is a copy made for this call"),
            format!("make `{root}` a pointer receiver"),
        ),
        CopyKind::Param => (
            format!("the parameter `{root}` is a copy made for this call"),
            format!("pass a pointer for `{root}`"),
        ),
        CopyKind::Loop => (
            format!("the loop variable `{root}` is a copy made in each round"),
            "range over indexes, and take the address of the element".to_owned(),
        ),
        CopyKind::Local => (
            format!("the variable `{root}` is a copy"),
            format!("let `{root}` be a pointer to the original"),
        ),
    };
    let mut found = Finding::new(
        &RULE,
        copy.location,
        format!("`{name}` is locked on a copy, and keeps nobody out"),
    )
    .here(Role::Lock, what)
    .help(help)
    .inside(package.function_name(facts.body));
    if let Some(made) = copy.made {
        found = found.label(Role::Copy, made, "copied here");
    }
    match unguarded(accesses, facts, func, &copy.path) {
        Some(access) => found
            .label(
                access.role(),
                access.location,
                format!("{}, shared by all copies", access.verb),
            )
            .sure(
                Confidence::High,
                "each copy has a mutex of its own, and all lead to the same memory",
            ),
        None => found.sure(Confidence::Medium, "each copy has a mutex of its own"),
    }
}

/// An access under the lock to memory that other copies lead to as well.
fn unguarded(accesses: &Accesses, facts: &BodyFacts, func: FuncId, lock: &Path) -> Option<Access> {
    let all = accesses.of(facts.index, func);
    let under = all.into_iter().filter(|access| {
        let holds = access
            .locks
            .iter()
            .any(|held| held.path.as_ref() == Some(lock));
        let is_shared = access.path.steps.contains(&Step::Deref)
            || access.subject == contend_analysis::accesses::Subject::Map
            || access.path.root != lock.root;
        holds && is_shared
    });
    under.min_by_key(|access| !access.is_write())
}
