//! CT1001, CT1002 and CT11xx: two goroutines use one place and nothing keeps them apart.
//!
//! Three ways lead to a race. [`spawned`] follows one function that starts goroutines and compares
//! what they do with what it does itself: both sides name the very same memory. [`shared`] looks at
//! the fields and variables of a package and the locks around them, whoever runs its functions.
//! [`sharing`] compares the goroutines and handlers of the whole program.

mod compared;
mod grown_in_loop;
mod kinds;
mod late_store;
mod package_state;
mod pooled;
mod published;
mod remedy;
mod report;
mod sent;
mod settle;
mod shared;
mod sharing;
mod spawned;
mod unsafe_types;

use contend_finding::Finding;

pub use compared::Compared;

pub(crate) use grown_in_loop::check as check_loops;
pub(crate) use kinds::{
    LAZY_INIT, MAP_HANDLER, MAP_RANGE, NAMED_RESULT, PUBLICATION, SLICE_APPEND, WORD_TEAR,
};
pub(crate) use late_store::check as check_late_stores;
pub(crate) use pooled::check as check_pooled;
pub(crate) use report::{
    CAPTURE_WRITE, FIELD, GLOBAL, MAP_UNDER_RLOCK, MIXED_ATOMIC, READ_WRITE, WRITE_WRITE,
    new_beside, says_too_little,
};
pub(crate) use sent::check as check_sent;
pub use settle::settle;
pub use shared::{Guard, OfField};
pub(crate) use shared::{check as check_locks, guards};
pub use sharing::ProgramUnit;
pub(crate) use sharing::check as check_program;
pub(crate) use spawned::check as check_spawned;
pub(crate) use unsafe_types::NOT_SAFE;

/// The rules about races have codes that begin so.
pub(crate) fn is_race(finding: &Finding) -> bool {
    ["CT10", "CT11"]
        .iter()
        .any(|family| finding.rule.code.starts_with(family))
}

/// Several functions may start goroutines that come to one access: the first of them tells of it.
pub(crate) fn say_once(findings: &mut Vec<Finding>) {
    let mut known: Vec<(contend_base::Location, usize)> = Vec::new();
    let mut told: Vec<Finding> = Vec::new();
    for finding in findings.drain(..) {
        let place = finding.primary.location;
        if let Some(at) = known.iter().position(|(it, _)| *it == place) {
            known[at].1 += 1;
        } else {
            known.push((place, 0));
            told.push(finding);
        }
    }
    for (finding, (_, others)) in told.iter_mut().zip(known) {
        if 0 < others {
            let s = if others == 1 { "" } else { "s" };
            finding.notes.push(format!(
                "{others} more pair{s} of accesses race in the same way"
            ));
        }
    }
    *findings = told;
}
