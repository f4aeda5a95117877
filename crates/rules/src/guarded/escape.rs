//! CT1006: a map leaves the lock that guards it.

use contend_analysis::package::BodyFacts;
use contend_analysis::taken::{Part, Taken, returns};
use contend_base::Location;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{AllocKind, FuncId, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::ObjId;

use super::guards::{Container, EntryUse, Guards};
use crate::races::MAP_RANGE;

pub(crate) static ESCAPE: RuleMeta = RuleMeta {
    code: "CT1006",
    name: "map-alias-escape",
    summary: "a map that a lock guards is handed out by reference",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_alias_escape.md"),
};

/// How the map gets out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exit {
    Returned,
    Sent,
    Stored,
}

/// A map on its way out of a function.
struct Escape<'a> {
    facts: &'a BodyFacts<'a>,
    location: Location,
    exit: Exit,
    taken: Taken,
}

pub(super) fn check(guards: &Guards, findings: &mut Vec<Finding>) {
    for (facts, func) in guards.functions() {
        if guards.is_by_lock_holder(facts) {
            continue;
        }
        let mut escapes = returned(guards, facts, func);
        escapes.extend(sent_or_stored(guards, facts, func));
        let mut reported = Vec::new();
        for escape in escapes {
            let container = escape.taken.container;
            if reported.contains(&container) {
                continue;
            }
            if let Some(found) = verdict(guards, func, &escape) {
                reported.push(container);
                findings.push(found);
            }
        }
    }
}

fn returned<'a>(guards: &Guards<'a>, facts: &'a BodyFacts<'a>, func: FuncId) -> Vec<Escape<'a>> {
    let data = facts.func(func);
    if data.parent().is_some() {
        // What a literal returns stays in the function around it, as a rule.
        return Vec::new();
    }
    let mut escapes = Vec::new();
    for (at, values) in returns(data) {
        for &value in facts.body.operands(values) {
            let taken = guards.values.of(facts, func, at, value);
            let taken = taken.into_iter().filter(|it| it.call.is_none());
            escapes.extend(taken.map(|taken| Escape {
                facts,
                location: taken.location,
                exit: Exit::Returned,
                taken,
            }));
        }
    }
    escapes
}

fn sent_or_stored<'a>(
    guards: &Guards<'a>,
    facts: &'a BodyFacts<'a>,
    func: FuncId,
) -> Vec<Escape<'a>> {
    let data = facts.func(func);
    let mut escapes = Vec::new();
    for (at, instr) in data.instrs.iter().enumerate() {
        let (value, exit) = match instr.kind {
            InstrKind::Send { value, .. } => (value, Exit::Sent),
            InstrKind::Write { place, value } if leaves(facts, func, place) => {
                (value, Exit::Stored)
            }
            _ => continue,
        };
        let taken = guards.values.of(facts, func, at, value);
        let taken = taken.into_iter().filter(|it| it.call.is_none());
        escapes.extend(taken.map(|taken| Escape {
            facts,
            location: facts.place_of(instr),
            exit,
            taken,
        }));
    }
    escapes
}

/// True for a field of a value that the function makes and returns, or that its caller gave it to
/// fill.
fn leaves(facts: &BodyFacts, func: FuncId, place: PlaceId) -> bool {
    let PlaceKind::Field { .. } = facts.body.places.kind(place) else {
        return false;
    };
    let made = facts.body.places.root(place);
    let data = facts.func(func);
    if let PlaceKind::Var(variable) = facts.body.places.kind(made)
        && data.params.contains(&Some(variable))
    {
        return true;
    }
    let is_made = data.instrs.iter().any(|instr| {
        matches!(instr.kind, InstrKind::Alloc { dst, kind: AllocKind::Composite | AllocKind::New, .. }
            if dst == made)
    });
    let is_returned = returns(data).any(|(_, values)| {
        let mut values = facts.body.operands(values).iter();
        values.any(|value| *value == Operand::Place(made))
    });
    is_made && is_returned
}

fn verdict(guards: &Guards, func: FuncId, escape: &Escape) -> Option<Finding> {
    let Taken {
        container, part, ..
    } = escape.taken;
    let (known, lock) = guards.guarded(container)?;
    let holds = |locks: &[(ObjId, _)]| locks.iter().any(|&(held, _)| held == lock);
    if matches!(part, Part::Element | Part::Listed) || !holds(&escape.taken.locks) {
        return None;
    }
    let is_inner = guards
        .roles
        .locks_at_entry(escape.facts.index, func)
        .iter()
        .any(|&(held, _)| held == lock);
    if is_inner || known.is_replaced_in(escape.facts.index) {
        return None;
    }
    let write = known
        .uses
        .iter()
        .find(|it| it.is_write && holds(&it.locks))?;
    let outside = used_outside(known, escape, lock);
    let (name, lock_name) = (guards.name(container), guards.name(lock));
    let how = match (part, escape.exit) {
        (Part::Iterator, Exit::Returned) => "an iterator over it is returned",
        (Part::Iterator, _) => "an iterator over it is handed out",
        (_, Exit::Returned) => "it is returned by reference",
        (_, Exit::Sent) => "it is sent by reference",
        (_, Exit::Stored) => "it is put in a value of the caller",
    };
    let rule = if part == Part::Iterator {
        &MAP_RANGE
    } else {
        &ESCAPE
    };
    let mut finding = Finding::new(
        rule,
        escape.location,
        format!("map `{name}` is guarded by `{lock_name}`, and {how}"),
    )
    .here(Role::Other, format!("`{lock_name}` does not go with it"))
    .label(
        Role::Write,
        write.location,
        format!("written, holding `{lock_name}`"),
    );
    finding = match outside {
        Some(used) => finding
            .label(Role::Read, used.location, "used without the lock")
            .sure(Confidence::High, "a caller uses it without the lock"),
        None => finding.sure(
            Confidence::Medium,
            format!("who has it cannot hold `{lock_name}` of this value while they read"),
        ),
    };
    let help = if part == Part::Iterator {
        "collect what the iterator yields while the lock is held"
    } else {
        "hand out a copy: `maps.Clone` while the lock is held"
    };
    Some(
        finding
            .help(help)
            .inside(guards.package.function_name(escape.facts.body)),
    )
}

/// A use by somebody who has the map from the function that lets it out.
fn used_outside<'c>(
    container: &'c Container,
    escape: &Escape,
    lock: ObjId,
) -> Option<&'c EntryUse> {
    container.uses.iter().find(|it| {
        let is_from_here = it
            .taken
            .as_ref()
            .is_some_and(|taken| taken.call.is_some() && taken.location == escape.taken.location);
        is_from_here && it.locks.iter().all(|&(held, _)| held != lock)
    })
}
