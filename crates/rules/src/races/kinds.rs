//! What kind of race it is: the rule that says most about two accesses of one place.

use contend_finding::{Group, RuleMeta, Severity};
use contend_types::{ObjectKind, VarKind, World};

use contend_analysis::accesses::{Access, Held, Subject};
use contend_analysis::library::Mode;
use contend_analysis::manner::Manner;
use contend_analysis::path::Step;

use super::report::{CAPTURE_WRITE, MAP_UNDER_RLOCK, rule_of};
use super::unsafe_types::{NOT_SAFE, not_safe};

pub(crate) static MAP_RANGE: RuleMeta = RuleMeta {
    code: "CT1003",
    name: "map-range-write",
    summary: "a map is iterated while another goroutine writes to it",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_range_write.md"),
};

pub(crate) static MAP_HANDLER: RuleMeta = RuleMeta {
    code: "CT1007",
    name: "map-handler-global",
    summary: "a handler of requests changes a map that all requests share",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_handler_global.md"),
};

pub(crate) static NAMED_RESULT: RuleMeta = RuleMeta {
    code: "CT1103",
    name: "named-return-capture",
    summary: "a goroutine uses a named result that the function returns meanwhile",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("named_return_capture.md"),
};

pub(crate) static SLICE_APPEND: RuleMeta = RuleMeta {
    code: "CT1104",
    name: "slice-append-race",
    summary: "goroutines append to slices that share one array",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("slice_append.md"),
};

pub(crate) static PUBLICATION: RuleMeta = RuleMeta {
    code: "CT1110",
    name: "unsafe-publication",
    summary: "an object is visible to others before it is ready",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("unsafe_publication.md"),
};

pub(crate) static LAZY_INIT: RuleMeta = RuleMeta {
    code: "CT1111",
    name: "lazy-init-race",
    summary: "a value is made on first use by goroutines that may all be first",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("lazy_init_race.md"),
};

pub(crate) static WORD_TEAR: RuleMeta = RuleMeta {
    code: "CT1112",
    name: "word-tear",
    summary: "an interface value is replaced while another goroutine uses it",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("word_tear.md"),
};

/// The most specific rule for a race.
pub(super) fn kind(world: &World, one: &Access, other: &Access) -> &'static RuleMeta {
    let general = rule_of(world, one, other);
    if one.is_atomic != other.is_atomic {
        return general;
    }
    if one.subject == Subject::Map {
        let iterates = one.manner == Manner::Iterates || other.manner == Manner::Iterates;
        return if is_written_by_reader(one) || is_written_by_reader(other) {
            &MAP_UNDER_RLOCK
        } else if iterates {
            &MAP_RANGE
        } else {
            general
        };
    }
    if one.path.steps.last() == Some(&Step::Room) {
        return &SLICE_APPEND;
    }
    if not_safe(world, one).is_some() {
        return &NOT_SAFE;
    }
    let is_returned = one.manner == Manner::Returned || other.manner == Manner::Returned;
    if is_returned && is_named_result(world, one) {
        return &NAMED_RESULT;
    }
    let (write, beside) = if one.is_write() {
        (one, other)
    } else {
        (other, one)
    };
    match write.manner {
        Manner::FirstUse if !write.locks.is_empty() && beside.locks.is_empty() => &PUBLICATION,
        Manner::FirstUse => &LAZY_INIT,
        // Of a captured variable there is more to say.
        Manner::Interface if general.code != CAPTURE_WRITE.code => &WORD_TEAR,
        _ => general,
    }
}

/// True for a write under a lock that is held for reading, and no other.
pub(super) fn is_written_by_reader(access: &Access) -> bool {
    let is_shared = |held: &Held| held.mode == Mode::Shared;
    access.is_write() && !access.locks.is_empty() && access.locks.iter().all(is_shared)
}

fn is_named_result(world: &World, access: &Access) -> bool {
    access.path.steps.is_empty()
        && access
            .path
            .variable()
            .is_some_and(|variable| world.object(variable).kind == ObjectKind::Var(VarKind::Result))
}
