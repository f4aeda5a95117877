//! CT1108, CT1110, CT1117: each step is atomic, and what is made of the steps is not. CT1109: a step
//! that cannot be atomic everywhere.

mod aba;
mod alignment;
mod made_of;
mod operation;
mod publication;
mod read_modify_write;

use crate::helpers::Found;
use contend_analysis::accesses::Accesses;
use contend_analysis::package::Package;
use contend_analysis::roles::Roles;

pub(crate) use aba::ABA;
pub(crate) use alignment::ALIGNMENT;
pub(crate) use read_modify_write::RMW;

pub(crate) fn check(package: &Package, roles: &Roles, accesses: &Accesses, found: &mut Found) {
    let operations = operation::Operations::new(package);
    read_modify_write::check(&operations, roles, accesses, found);
    aba::check(&operations, &mut found.findings);
    alignment::check(package, &mut found.findings);
    publication::check(&operations, roles, accesses, &mut found.findings);
}
