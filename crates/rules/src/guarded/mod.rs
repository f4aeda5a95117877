//! CT1005, CT1006, CT1008, CT1009: a lock guards a map, and what belongs to the map is used
//! outside of it.
//!
//! First it is found out which lock guards which map: [`Guards`]. Then the values are followed that
//! leave the lock: the map itself, its entries, and decisions that were made on them.

mod entries;
mod escape;
mod guards;
mod split;

use contend_analysis::accesses::Accesses;
use contend_analysis::package::Package;
use contend_analysis::roles::Roles;
use contend_analysis::taken::Values;
use contend_finding::Finding;

pub(crate) use entries::{NESTED, POINTEE};
pub(crate) use escape::ESCAPE;
pub(crate) use split::SPLIT;

use guards::Guards;

pub(crate) fn check(
    package: &Package,
    roles: &Roles,
    accesses: &Accesses,
    findings: &mut Vec<Finding>,
) {
    if package
        .bodies
        .iter()
        .all(|facts| facts.flows.iter().all(Option::is_none))
    {
        return;
    }
    let values = Values::new(package, accesses);
    let guards = Guards::new(package, roles, &values);
    escape::check(&guards, findings);
    entries::check(&guards, findings);
    split::check(&guards, findings);
}
