//! CT1001, CT1002 and CT11xx: two goroutines use one place and nothing keeps them apart.
//!
//! Two ways lead to a race. [`spawned`] follows one function that starts goroutines and compares
//! what they do with what it does itself: both sides name the very same memory. [`shared`] looks
//! at fields and package variables of the whole package, whoever runs the functions that use them.

mod access;
mod report;
mod spawned;

use contend_finding::Finding;

use crate::package::Package;
use access::Accesses;

pub(crate) use report::{CAPTURE_WRITE, FIELD, GLOBAL, MIXED_ATOMIC, READ_WRITE, WRITE_WRITE};

pub(crate) fn check(package: &Package, findings: &mut Vec<Finding>) {
    let accesses = Accesses::new(package);
    spawned::check(package, &accesses, findings);
}
