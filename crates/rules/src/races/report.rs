//! How a race is told: both accesses, both goroutines, the locks on each side.

use contend_base::Location;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};

use contend_analysis::accesses::{Access, Held, Subject, is_package_variable};
use contend_analysis::library::Mode;
use contend_analysis::manner::Manner;
use contend_analysis::origins::Runs;
use contend_analysis::path::Step;
use contend_ir::Body;
use contend_types::World;

use super::kinds::{MAP_HANDLER, kind};
use super::remedy::remedy;
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
    let is_mixed = one.access.is_atomic != other.access.is_atomic;
    let one_first = if is_mixed {
        // The plain access is the one to repair.
        other.access.is_atomic
    } else {
        one.access.is_write()
    };
    let (first, second) = if one_first {
        (one.access, other.access)
    } else {
        (other.access, one.access)
    };
    let is_write_write = first.is_write() && second.is_write();
    let verb = if is_write_write && !is_mixed && one.start.is_some() {
        "written by the goroutine"
    } else {
        first.verb
    };
    let rule = rule(race);
    let mut finding = Finding::new(rule, first.location, headline(race, first))
        .here(first.role(), format!("{verb}, {}", locks(race, first)));
    if first.location != second.location {
        finding = also(finding, race, second);
    }
    if let Some(beside) = race.beside {
        finding = also(finding, race, beside);
    }
    let same = match one.access.subject {
        Subject::Map => "map",
        _ => "variable",
    };
    with_ways(finding, race, [first, second])
        .help(remedy(race, rule, first, second))
        .sure(
            Confidence::High,
            format!("both accesses name the same {same}, and nothing orders them"),
        )
        .inside(race.function.clone())
}

/// What races, in one sentence.
fn headline(race: &Race, first: &Access) -> String {
    let Race { one, other, .. } = race;
    let name = one.access.path.text(race.world, race.body);
    let what = one.access.noun();
    if let Some(not_safe) = not_safe(race.world, one.access) {
        return format!(
            "`{name}` is used by several goroutines, and a `{not_safe}` is made for one"
        );
    }
    if one.access.is_atomic != other.access.is_atomic {
        return format!("`{name}` is {} plainly and through sync/atomic", first.verb);
    }
    if !one.access.is_write() || !other.access.is_write() {
        return format!("{what}`{name}` is read while a goroutine may write to it");
    }
    if !race.is_self {
        return match other.start {
            Some(_) => format!("two goroutines write to {what}`{name}` without a common lock"),
            None => {
                format!(
                    "{what}`{name}` is written by a goroutine and by the function that started it"
                )
            }
        };
    }
    let who = if one.start.is_none() {
        "calls at the same time"
    } else if is_handler(one) {
        "calls of one handler at the same time"
    } else if is_by_each_call(one) {
        "goroutines that each call starts"
    } else {
        "goroutines started in a loop"
    };
    format!("{who} all write to {what}`{name}`")
}

/// Of a map that requests alone use there is more to say than what its accesses are.
fn rule(race: &Race) -> &'static RuleMeta {
    let Race { one, other, .. } = race;
    let is_served =
        |side: &Side| (is_handler(side) || race.is_self) && side.access.locks.is_empty();
    if one.access.subject == Subject::Map && is_handler(one) && is_served(one) && is_served(other) {
        &MAP_HANDLER
    } else {
        kind(race.world, one.access, other.access)
    }
}

fn also(finding: Finding, race: &Race, access: &Access) -> Finding {
    let text = format!("also {}, {}", access.verb, locks(race, access));
    finding.label(access.role(), access.location, text)
}

/// Where each goroutine starts, and the calls that lead from there to its access.
fn with_ways(mut finding: Finding, race: &Race, accesses: [&Access; 2]) -> Finding {
    let Race { one, other, .. } = race;
    if let Some(start) = one.start {
        let text = if race.is_self && is_by_each_call(one) {
            "each call starts one: several at a time".to_owned()
        } else if race.is_self && !is_handler(one) {
            "started in a loop: many at a time".to_owned()
        } else {
            started(start, "the goroutine starts here")
        };
        finding = finding.label(Role::Spawn, start.location, text);
    }
    if let Some(start) = other.start.filter(|_| !race.is_self) {
        let text = started(start, "the other one starts here");
        finding = finding.label(Role::Spawn, start.location, text);
    }
    let mut calls: Vec<Location> = Vec::new();
    for call in accesses.iter().flat_map(|it| &it.calls) {
        if !calls.contains(call) {
            calls.push(*call);
            finding = finding.label(Role::Other, *call, "called here");
        }
    }
    finding
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
            let shared = match held.mode {
                Mode::Shared => " (for reading)",
                Mode::Exclusive => "",
            };
            match lock_name(race, held) {
                Some(name) => format!("`{name}`{shared}"),
                None => format!("a lock of its own{shared}"),
            }
        })
        .collect();
    names.dedup();
    format!("holding {}", names.join(" and "))
}

/// What the function at hand calls a lock, if it has a name there.
pub(super) fn lock_name(race: &Race, held: &Held) -> Option<String> {
    let path = held.path.as_ref()?;
    Some(path.text(race.world, race.body))
}

/// What is told together where it is not said otherwise, and of what it is a part.
pub(super) const FIELDS: (&str, &str) = ("field", "value");

/// Fields of one value that race for one cause are told together: the accesses of a few of them are
/// shown.
pub(super) fn told_together(
    mut first: Finding,
    others: &[Finding],
    (what, of): (&str, &str),
) -> Finding {
    for other in others.iter().take(MAX_LIKEWISE) {
        let is_access = |role| matches!(role, Role::Read | Role::Write);
        let accesses = other.labels.iter().filter(|it| is_access(it.role));
        for access in [&other.primary].into_iter().chain(accesses.take(1)) {
            let text = format!("another {what}: {}", access.text);
            first = first.label(access.role, access.location, text);
        }
    }
    match others.len() {
        0 => first,
        1 => first.note(format!(
            "one other {what} of the same {of} races in the same way"
        )),
        n_others => first.note(format!(
            "{n_others} other {what}s of the same {of} race in the same way"
        )),
    }
}
