//! CT1115: a value of a type that is made for one goroutine at a time.

use contend_analysis::accesses::{Access, Subject};
use contend_analysis::made_for_one::{made_for_one, type_at};
use contend_finding::{Group, RuleMeta, Severity};
use contend_types::World;

pub(crate) static NOT_SAFE: RuleMeta = RuleMeta {
    code: "CT1115",
    name: "not-threadsafe-type",
    summary: "goroutines share a value of a type that is made for one",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("not_threadsafe_type.md"),
};

/// The type, made for one goroutine, that an access is to a value of.
pub(super) fn not_safe(world: &World, access: &Access) -> Option<String> {
    if access.subject != Subject::Variable {
        return None;
    }
    made_for_one(world, type_at(world, &access.path)?)
}
