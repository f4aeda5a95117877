//! CT1005: what was found out about a map under its lock is acted on under the lock, but not under
//! the same hold of it.

use contend_analysis::locks::{Hold, LockFlow};
use contend_analysis::package::BodyFacts;
use contend_base::Span;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{
    AllocKind, Callee, FuncId, InstrKind, Key, Operand, PlaceId, PlaceKind, Terminator,
};
use contend_types::{ObjId, Type};

use super::guards::Guards;
use super::unchanging::is_unchanging;

pub(crate) static SPLIT: RuleMeta = RuleMeta {
    code: "CT1005",
    name: "map-lock-split",
    summary: "a map is looked at in one critical section and changed in another",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_lock_split.md"),
};

/// A look at, or a change of, one entry of a map or one field.
struct Step {
    at: usize,
    /// The entry or the field.
    element: PlaceId,
    is_entry: bool,
    is_write: bool,
    /// The calls that took the lock held here, by lock.
    sections: Vec<(usize, Vec<Span>)>,
}

pub(super) fn check(guards: &Guards, findings: &mut Vec<Finding>) {
    for (facts, func) in guards.functions() {
        if let Some(flow) = facts.flow(func) {
            findings.extend(of_function(guards, facts, func, flow));
        }
    }
}

fn of_function(
    guards: &Guards,
    facts: &BodyFacts,
    func: FuncId,
    flow: &LockFlow,
) -> Option<Finding> {
    let steps = steps(facts, flow);
    let writes = steps.iter().filter(|it| it.is_write);
    for write in writes {
        let checks = steps
            .iter()
            .filter(|it| !it.is_write && it.element == write.element && it.at < write.at);
        let Some(check) = checks.clone().find(|it| is_other_section(it, write)) else {
            continue;
        };
        // Who looks again before acting has understood.
        if checks.clone().any(|it| is_same_section(it, write)) {
            continue;
        }
        let found = if !write.is_entry {
            lost_update(guards, facts, func, flow, check, write)
        } else if decides(facts, func, check) && is_key_stable(facts, func, check, write) {
            finding(guards, facts, func, flow, check, write)
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn steps(facts: &BodyFacts, flow: &LockFlow) -> Vec<Step> {
    let mut steps = Vec::new();
    flow.visit(|point, instr, state| {
        let (element, is_write) = match instr.map(|instr| instr.kind) {
            Some(InstrKind::MapRead { element, .. } | InstrKind::Read(element)) => (element, false),
            Some(InstrKind::MapWrite { element, .. } | InstrKind::Write { place: element, .. }) => {
                (element, true)
            }
            _ => return,
        };
        let is_field = matches!(
            facts.body.places.kind(element),
            PlaceKind::Field { base, .. }
                if matches!(facts.body.places.kind(base), PlaceKind::Deref { .. })
        );
        let is_exact = matches!(
            facts.body.places.kind(element),
            PlaceKind::MapElement {
                key: Key::Place(_) | Key::Int(_),
                ..
            }
        );
        if !is_exact && !is_field {
            return;
        }
        let sections = (0..flow.locks.len()).filter_map(|lock| {
            let sites: Vec<Span> = state
                .ways(lock)
                .iter()
                .filter_map(|way| match way.hold {
                    Hold::Held { site, .. } => Some(site),
                    _ => None,
                })
                .collect();
            (!sites.is_empty()).then_some((lock, sites))
        });
        steps.push(Step {
            at: point.instr,
            element,
            is_entry: is_exact,
            is_write,
            sections: sections.collect(),
        });
    });
    steps
}

/// True if one lock is held at both, and was taken anew in between on every way.
fn is_other_section(one: &Step, other: &Step) -> bool {
    one.sections.iter().any(|(lock, sites)| {
        other.sections.iter().any(|(other_lock, other_sites)| {
            lock == other_lock && sites.iter().all(|site| !other_sites.contains(site))
        })
    })
}

fn is_same_section(one: &Step, other: &Step) -> bool {
    one.sections.iter().any(|(lock, sites)| {
        other.sections.iter().any(|(other_lock, other_sites)| {
            lock == other_lock && sites.iter().any(|site| other_sites.contains(site))
        })
    })
}

/// True if a branch depends on what was found in the map.
fn decides(facts: &BodyFacts, func: FuncId, check: &Step) -> bool {
    let data = facts.func(func);
    let InstrKind::MapRead { element, ok } = data.instrs[check.at].kind else {
        return false;
    };
    let found = ok.into_iter().chain([element]).collect();
    let known = made_of(facts, func, check.at, found);
    decides_branch(facts, func, &known)
}

/// True if a branch depends on one of the values.
pub(super) fn decides_branch(facts: &BodyFacts, func: FuncId, values: &[PlaceId]) -> bool {
    facts.func(func).blocks.iter().any(|block| {
        matches!(block.terminator, Terminator::Branch { cond: Operand::Place(cond), .. }
            if values.contains(&cond))
    })
}

/// The places whose values are made of the known ones, behind an instruction.
pub(super) fn made_of(
    facts: &BodyFacts,
    func: FuncId,
    from: usize,
    mut known: Vec<PlaceId>,
) -> Vec<PlaceId> {
    for instr in &facts.func(func).instrs[from..] {
        let is_known =
            |operand: Operand| matches!(operand, Operand::Place(place) if known.contains(&place));
        match instr.kind {
            InstrKind::Write { place, value } if is_known(value) => known.push(place),
            InstrKind::Operation {
                dst, left, right, ..
            } if is_known(left) || is_known(right) => known.push(dst),
            InstrKind::Convert { dst, value, .. } | InstrKind::TypeAssert { dst, value, .. }
                if is_known(value) =>
            {
                known.push(dst);
            }
            _ => {}
        }
    }
    known
}

/// A field is read in one section, and what was made of it is written in another.
fn lost_update(
    guards: &Guards,
    facts: &BodyFacts,
    func: FuncId,
    flow: &LockFlow,
    check: &Step,
    write: &Step,
) -> Option<Finding> {
    let data = facts.func(func);
    let InstrKind::Write {
        value: Operand::Place(value),
        ..
    } = data.instrs[write.at].kind
    else {
        return None;
    };
    let is_read = matches!(data.instrs[check.at].kind, InstrKind::Read(_));
    let is_operation = data
        .instrs
        .iter()
        .any(|instr| matches!(instr.kind, InstrKind::Operation { dst, .. } if dst == value));
    let known = made_of(facts, func, check.at, vec![check.element]);
    if !is_read || !is_operation || !known.contains(&value) {
        return None;
    }
    let PlaceKind::Field { field, .. } = facts.body.places.kind(write.element) else {
        return None;
    };
    let lock = common_lock(guards, facts, flow, check, write)?;
    let name = guards.name(field);
    Some(
        Finding::new(
            &SPLIT,
            facts.place_of(&data.instrs[write.at]),
            format!("`{name}` is written with a value made of it before `{lock}` was released"),
        )
        .here(Role::Write, "what others wrote in between is lost")
        .label(
            Role::Read,
            facts.place_of(&data.instrs[check.at]),
            format!("read under an earlier hold of `{lock}`"),
        )
        .help("read it again after taking the lock, or keep it from the read to the write")
        .sure(
            Confidence::Medium,
            "each section holds the lock, and the change spans both",
        )
        .inside(guards.package.function_name(facts.body)),
    )
}

/// The lock that is held at both, as one writes it.
fn common_lock(
    guards: &Guards,
    facts: &BodyFacts,
    flow: &LockFlow,
    check: &Step,
    write: &Step,
) -> Option<String> {
    let (lock, _) = write
        .sections
        .iter()
        .find(|(lock, _)| check.sections.iter().any(|(other, _)| other == lock))?;
    let path = &flow.locks[*lock].path;
    Some(path.text(guards.package.world, Some(facts.body)))
}

/// True if the key is not assigned to between the two.
fn is_key_stable(facts: &BodyFacts, func: FuncId, check: &Step, write: &Step) -> bool {
    let PlaceKind::MapElement { key, .. } = facts.body.places.kind(write.element) else {
        return false;
    };
    let Key::Place(key) = key else { return true };
    !is_assigned_between(facts, func, key, check.at..write.at)
}

/// True if what a place is made of is assigned by one of the instructions.
pub(super) fn is_assigned_between(
    facts: &BodyFacts,
    func: FuncId,
    value: PlaceId,
    between: std::ops::Range<usize>,
) -> bool {
    let mut instrs = facts.func(func).instrs[between].iter();
    instrs.any(|instr| match instr.kind {
        InstrKind::Write { place, .. } => facts.body.places.is_prefix(place, value),
        _ => false,
    })
}

fn finding(
    guards: &Guards,
    facts: &BodyFacts,
    func: FuncId,
    flow: &LockFlow,
    check: &Step,
    write: &Step,
) -> Option<Finding> {
    let data = facts.func(func);
    let map = facts.body.places.kind(write.element).base()?;
    let container = guards.values.container(facts, func, write.at, map)?;
    let lock = common_lock(guards, facts, flow, check, write)?;
    let InstrKind::MapWrite { value, .. } = data.instrs[write.at].kind else {
        return None;
    };
    let name = guards.name(container);
    if !makes_anew(guards, facts, func, write.at, value) {
        return None;
    }
    let (sure, reason) = if is_unchanging(guards.package, facts, value) {
        (
            Confidence::Low,
            "what is put in never changes, and that of the second is as good as that of the first",
        )
    } else {
        (
            Confidence::Medium,
            "what is put in is made anew, and whoever comes second replaces that of the first",
        )
    };
    Some(
        Finding::new(
            &SPLIT,
            facts.place_of(&data.instrs[write.at]),
            format!(
                "map `{name}` is changed on grounds of a look at it before `{lock}` was released"
            ),
        )
        .here(Role::Write, "written without looking again")
        .label(
            Role::Read,
            facts.place_of(&data.instrs[check.at]),
            format!("looked at under an earlier hold of `{lock}`"),
        )
        .help("look again after taking the lock, or keep it from the look to the change")
        .sure(sure, reason)
        .inside(guards.package.function_name(facts.body)),
    )
}

/// True if two of the values are two things: a second connection, not a second answer to the same
/// question.
fn makes_anew(guards: &Guards, facts: &BodyFacts, func: FuncId, at: usize, value: Operand) -> bool {
    let Operand::Place(place) = value else {
        return false;
    };
    let has_identity = facts.body.places.ty(place).is_some_and(|ty| {
        matches!(
            guards.package.world.underlying_type(ty),
            Type::Pointer(_)
                | Type::Chan { .. }
                | Type::Interface { .. }
                | Type::Map { .. }
                | Type::TypeParam(_)
        )
    });
    has_identity && !made_values(guards, facts, func, at, place).is_empty()
}

/// The values made by this function, or by one that makes things, that may be at a place.
pub(super) fn made_values(
    guards: &Guards,
    facts: &BodyFacts,
    func: FuncId,
    at: usize,
    place: PlaceId,
) -> Vec<PlaceId> {
    let values = match facts.body.places.kind(place) {
        PlaceKind::Var(variable) => guards.values.reaching(facts, func, at, variable),
        _ => vec![(at, Operand::Place(place))],
    };
    let values = values.into_iter().filter_map(|(_, value)| match value {
        Operand::Place(made) if is_new(guards, facts, func, value) => Some(made),
        _ => None,
    });
    values.collect()
}

/// An allocation of this function, or what a function that makes things returned.
fn is_new(guards: &Guards, facts: &BodyFacts, func: FuncId, value: Operand) -> bool {
    let Operand::Place(place) = value else {
        return false;
    };
    let data = facts.func(func);
    data.instrs.iter().any(|instr| match instr.kind {
        InstrKind::Alloc { dst, kind, .. } => dst == place && kind != AllocKind::Slice,
        InstrKind::Call(call) => {
            let call = facts.body.call(call);
            let makes = match call.callee {
                Callee::Static(function) | Callee::Interface(function) => makes(guards, function),
                // A function that was given for the purpose.
                Callee::Value(_) => true,
                _ => false,
            };
            makes && facts.body.operands(call.results).contains(&value)
        }
        _ => false,
    })
}

/// True for functions whose name says that each call makes another thing.
fn makes(guards: &Guards, function: ObjId) -> bool {
    let name = guards.name(function).to_lowercase();
    let words = [
        "new", "make", "create", "dial", "open", "connect", "start", "listen", "build", "spawn",
    ];
    words.iter().any(|word| name.starts_with(word))
}
