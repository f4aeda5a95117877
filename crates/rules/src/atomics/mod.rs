//! CT1108, CT1110, CT1117: each step is atomic, and what is made of the steps is not.

mod aba;
mod made_of;
mod operation;
mod publication;
mod read_modify_write;

use contend_analysis::accesses::Accesses;
use contend_analysis::package::Package;
use contend_analysis::roles::Roles;
use contend_finding::Finding;

pub(crate) use aba::ABA;
pub(crate) use read_modify_write::RMW;

pub(crate) fn check(
    package: &Package,
    roles: &Roles,
    accesses: &Accesses,
    findings: &mut Vec<Finding>,
) {
    let operations = operation::Operations::new(package);
    read_modify_write::check(&operations, roles, accesses, findings);
    aba::check(&operations, findings);
    publication::check(&operations, roles, accesses, findings);
}
