//! How a race is told: both accesses, both goroutines, the locks on each side.

use contend_base::{Location, Span};
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};

use contend_analysis::accesses::{Access, Subject, is_package_variable};
use contend_analysis::library::Mode;
use contend_analysis::manner::Manner;
use contend_analysis::origins::Runs;
use contend_analysis::path::Step;
use contend_ir::Body;
use contend_types::World;

use super::kinds::{MAP_HANDLER, kind};
use super::unsafe_types::not_safe;

/// The accesses of so many other fields are shown.
const MAX_LIKEWISE: usize = 2;

pub(crate) static WRITE_WRITE: RuleMeta = RuleMeta {
    code: "CT1001",
    name: "map-write-write",
    summary: "two goroutines write to one map without a common lock",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_write_write.md"),
};

pub(crate) static READ_WRITE: RuleMeta = RuleMeta {
    code: "CT1002",
    name: "map-read-write",
    summary: "a goroutine reads a map while another one writes to it",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_read_write.md"),
};

pub(crate) static MAP_UNDER_RLOCK: RuleMeta = RuleMeta {
    code: "CT1004",
    name: "map-write-under-rlock",
    summary: "a map is written while its lock is held for reading only",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_write_under_rlock.md"),
};

pub(crate) static CAPTURE_WRITE: RuleMeta = RuleMeta {
    code: "CT1102",
    name: "closure-capture-write",
    summary: "a variable that a goroutine's closure captures is written without order",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("closure_capture_write.md"),
};

pub(crate) static FIELD: RuleMeta = RuleMeta {
    code: "CT1105",
    name: "field-lock-inconsistent",
    summary: "a field is written by one goroutine and used by another without a common lock",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("field_lock_inconsistent.md"),
};

pub(crate) static GLOBAL: RuleMeta = RuleMeta {
    code: "CT1106",
    name: "global-mutated",
    summary: "a package variable is written by one goroutine and used by another",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("global_mutated.md"),
};

pub(crate) static MIXED_ATOMIC: RuleMeta = RuleMeta {
    code: "CT1107",
    name: "mixed-atomic-plain",
    summary: "one word is used through sync/atomic and plainly",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("mixed_atomic_plain.md"),
};

/// One side of a race.
pub(crate) struct Side<'a> {
    pub(crate) access: &'a Access,
    /// Where its goroutine starts; `None` for the function that the finding stands in.
    pub(crate) start: Option<Start>,
}

/// The start of a goroutine.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    pub(crate) location: Location,
    /// "started by `go`".
    pub(crate) how: &'static str,
    pub(crate) runs: Runs,
    /// Each call of the function around it starts one, and none is waited for.
    pub(crate) is_by_each_call: bool,
}

/// Two accesses, at least one of them a write, that nothing orders.
pub(crate) struct Race<'a> {
    pub(crate) world: &'a World,
    /// The body whose paths the accesses have, while it is there.
    pub(crate) body: Option<&'a Body>,
    /// The function around the first access.
    pub(crate) function: String,
    pub(crate) one: Side<'a>,
    pub(crate) other: Side<'a>,
    /// Both are the same goroutine, started many times.
    pub(crate) is_self: bool,
    /// One more access that races with one of them, where the two alone say too little.
    pub(crate) beside: Option<&'a Access>,
}

/// True if one more access helps to see what happens: both sides are one place of the source, or
/// one makes what it found to be missing.
pub(crate) fn says_too_little(one: &Access, other: &Access) -> bool {
    one.location == other.location || other.manner == Manner::FirstUse
}

/// Of two accesses that race, the one that a report of two others does not name.
pub(crate) fn new_beside<'a>(
    (one, other): (&'a Access, &'a Access),
    told: (&Access, &Access),
) -> Option<&'a Access> {
    let is_told = |it: &Access| [told.0.location, told.1.location].contains(&it.location);
    match (is_told(one), is_told(other)) {
        (true, false) => Some(other),
        (false, true) => Some(one),
        _ => None,
    }
}

/// The rule that a race between two accesses of one place falls under.
pub(crate) fn rule_of(world: &World, one: &Access, other: &Access) -> &'static RuleMeta {
    if one.subject == Subject::Map {
        return if one.is_write() && other.is_write() {
            &WRITE_WRITE
        } else {
            &READ_WRITE
        };
    }
    if one.is_atomic != other.is_atomic {
        return &MIXED_ATOMIC;
    }
    let root = one.path.variable();
    if root.is_some_and(|variable| is_package_variable(world, variable)) {
        return &GLOBAL;
    }
    if one.path.steps.contains(&Step::Deref) {
        &FIELD
    } else {
        &CAPTURE_WRITE
    }
}

/// The rule that a write under the wrong mode of a lock falls under.
pub(crate) fn lock_rule(world: &World, write: &Access) -> &'static RuleMeta {
    match write.subject {
        Subject::Map => &MAP_UNDER_RLOCK,
        _ => rule_of(world, write, write),
    }
}

pub(crate) fn finding(race: &Race) -> Finding {
    let Race { one, other, .. } = race;
    let is_write_write = one.access.is_write() && other.access.is_write();
    let is_mixed = one.access.is_atomic != other.access.is_atomic;
    let one_first = if is_mixed {
        // The plain access is the one to repair.
        other.access.is_atomic
    } else {
        one.access.is_write()
    };
    let (first, second) = if one_first {
        (one, other)
    } else {
        (other, one)
    };
    let name = one.access.path.text(race.world, race.body);
    let what = one.access.noun();
    let (thing, same) = match one.access.subject {
        Subject::Map => ("the map", "map"),
        _ => ("it", "variable"),
    };
    let not_safe = not_safe(race.world, one.access);
    let message = match (is_write_write, other.start.is_some()) {
        _ if not_safe.is_some() => format!(
            "`{name}` is used by several goroutines, and a `{}` is made for one",
            not_safe.unwrap_or_default()
        ),
        _ if is_mixed => format!(
            "`{name}` is {} plainly and through sync/atomic",
            first.access.verb
        ),
        (true, _) if race.is_self && one.start.is_none() => {
            format!("calls at the same time all write to {what}`{name}`")
        }
        (true, _) if race.is_self && is_handler(one) => {
            format!("calls of one handler at the same time all write to {what}`{name}`")
        }
        (true, _) if race.is_self && is_by_each_call(one) => {
            format!("goroutines that each call starts all write to {what}`{name}`")
        }
        (true, _) if race.is_self => {
            format!("goroutines started in a loop all write to {what}`{name}`")
        }
        (true, true) => format!("two goroutines write to {what}`{name}` without a common lock"),
        (true, false) => {
            format!("{what}`{name}` is written by a goroutine and by the function that started it")
        }
        (false, _) => format!("{what}`{name}` is read while a goroutine may write to it"),
    };
    let verb = if is_write_write && !is_mixed && one.start.is_some() {
        "written by the goroutine"
    } else {
        first.access.verb
    };
    let is_served =
        |side: &Side| (is_handler(side) || race.is_self) && side.access.locks.is_empty();
    let rule = if one.access.subject == Subject::Map
        && is_handler(one)
        && is_served(one)
        && is_served(other)
    {
        &MAP_HANDLER
    } else {
        kind(race.world, one.access, other.access)
    };
    let mut finding = Finding::new(rule, first.access.location, message).here(
        first.access.role(),
        format!("{verb}, {}", locks(race, first.access)),
    );
    if first.access.location != second.access.location {
        let text = format!(
            "also {}, {}",
            second.access.verb,
            locks(race, second.access)
        );
        finding = finding.label(second.access.role(), second.access.location, text);
    }
    if let Some(beside) = race.beside {
        let text = format!("also {}, {}", beside.verb, locks(race, beside));
        finding = finding.label(beside.role(), beside.location, text);
    }
    if let Some(start) = one.start {
        let text = if race.is_self && is_by_each_call(one) {
            "each call starts one: several at a time".to_owned()
        } else if race.is_self && !is_handler(one) {
            "started in a loop: many at a time".to_owned()
        } else {
            started(start, "the goroutine starts here")
        };
        finding = finding.label(Role::Spawn, head(start.location), text);
    }
    if let Some(start) = other.start.filter(|_| !race.is_self) {
        let text = started(start, "the other one starts here");
        finding = finding.label(Role::Spawn, head(start.location), text);
    }
    let mut calls: Vec<Location> = Vec::new();
    for call in [first, second].iter().flat_map(|side| &side.access.calls) {
        if !calls.contains(call) {
            calls.push(*call);
            finding = finding.label(Role::Other, *call, "called here");
        }
    }
    finding
        .help(format!(
            "guard {thing} by one mutex on both sides, or let one goroutine own it"
        ))
        .sure(
            Confidence::High,
            format!("both accesses name the same {same}, and nothing orders them"),
        )
        .inside(race.function.clone())
}

fn is_by_each_call(side: &Side) -> bool {
    side.start.is_some_and(|start| start.is_by_each_call)
}

fn is_handler(side: &Side) -> bool {
    side.start
        .is_some_and(|start| matches!(start.runs, Runs::Many | Runs::Served))
}

fn started(start: Start, otherwise: &str) -> String {
    match start.runs {
        Runs::Once if start.how == "started by `go`" => otherwise.to_owned(),
        Runs::Once | Runs::InTurn => format!("{otherwise}, {}", start.how),
        Runs::Many | Runs::Served | Runs::AtOnce => {
            format!("{}, in goroutines of their own", start.how)
        }
    }
}

fn locks(race: &Race, access: &Access) -> String {
    if access.locks.is_empty() {
        return "no lock held".to_owned();
    }
    let mut names: Vec<String> = access
        .locks
        .iter()
        .map(|held| {
            let shared = if held.mode == Mode::Shared {
                " (for reading)"
            } else {
                ""
            };
            match &held.path {
                Some(path) => {
                    let name = path.text(race.world, race.body);
                    format!("`{name}`{shared}")
                }
                None => format!("a lock of its own{shared}"),
            }
        })
        .collect();
    names.dedup();
    format!("holding {}", names.join(" and "))
}

/// Fields of one value that race for one cause are told together: the accesses of a few of them are
/// shown.
pub(super) fn told_together(mut first: Finding, others: &[Finding]) -> Finding {
    for other in others.iter().take(MAX_LIKEWISE) {
        let is_access = |role| matches!(role, Role::Read | Role::Write);
        let accesses = other.labels.iter().filter(|it| is_access(it.role));
        for access in [&other.primary].into_iter().chain(accesses) {
            let text = format!("another field: {}", access.text);
            first = first.label(access.role, access.location, text);
        }
    }
    match others.len() {
        0 => first,
        1 => first.note("one other field of the same value races in the same way"),
        n_others => first.note(format!(
            "{n_others} other fields of the same value race in the same way"
        )),
    }
}

/// The first bytes of a goroutine's function: its whole body would hide the rest.
fn head(start: Location) -> Location {
    let span = Span::new(start.span.start, start.span.end.min(start.span.start + 6));
    Location::new(start.file, span)
}
