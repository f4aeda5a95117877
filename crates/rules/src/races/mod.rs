//! CT1001, CT1002 and CT11xx: two goroutines use one place and nothing keeps them apart.
//!
//! Two ways lead to a race. [`spawned`] follows one function that starts goroutines and compares
//! what they do with what it does itself: both sides name the very same memory. [`shared`] looks
//! at fields and package variables of the whole package, whoever runs the functions that use them.

mod kinds;
mod report;
mod shared;
mod spawned;

use contend_finding::Finding;

use contend_analysis::accesses::Accesses;
use contend_analysis::package::Package;
use contend_analysis::roles::Roles;

pub(crate) use kinds::{DOUBLE_CHECK, LAZY_INIT, MAP_HANDLER, MAP_RANGE, NAMED_RESULT, WORD_TEAR};
pub(crate) use report::{
    CAPTURE_WRITE, FIELD, GLOBAL, MAP_UNDER_RLOCK, MIXED_ATOMIC, READ_WRITE, WRITE_WRITE,
};

pub(crate) fn check(
    package: &Package,
    roles: &Roles,
    accesses: &Accesses,
    findings: &mut Vec<Finding>,
) {
    let first = findings.len();
    spawned::check(package, accesses, findings);
    let mut of_fields = Vec::new();
    shared::check(package, roles, accesses, &mut of_fields);
    // What the first way found, with both sides for certain, need not be said again.
    of_fields.retain(|found: &Finding| {
        let is_same = |known: &Finding| {
            let labels = known.labels.iter().chain([&known.primary]);
            labels
                .into_iter()
                .any(|label| label.location == found.primary.location)
        };
        !findings[first..].iter().any(is_same)
    });
    findings.extend(of_fields);
}
