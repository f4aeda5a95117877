//! CT1001, CT1005, CT1006, CT1008, CT1009, CT1114: a lock guards a map, and what belongs to the map
//! is used outside of it.
//!
//! First it is found out which lock guards which map: [`Guards`]. Then the values are followed that
//! leave the lock: the map itself, its entries, and decisions that were made on them.

mod copied;
mod entries;
mod escape;
mod guards;
mod load_store;
mod other_element;
mod split;
mod split_calls;
mod two_locks;
mod unchanging;

use contend_analysis::accesses::Accesses;
use contend_analysis::library::{package_path, receiver_name};
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::roles::Roles;
use contend_analysis::taken::Values;
use contend_ir::Callee;

pub(crate) use entries::{NESTED, POINTEE};
pub(crate) use escape::ESCAPE;
pub(crate) use split::SPLIT;

use crate::helpers::Found;
use guards::Guards;

pub(crate) fn check(package: &Package, roles: &Roles, accesses: &Accesses, found: &mut Found) {
    if !is_of_interest(package) {
        return;
    }
    let values = Values::new(package, accesses);
    let guards = Guards::new(package, roles, &values);
    escape::check(&guards, &mut found.findings);
    copied::check(&guards, &mut found.findings);
    entries::check(&guards, found);
    split::check(&guards, &mut found.findings);
    load_store::check(&guards, &mut found.findings);
    two_locks::check(&guards, &mut found.findings);
    other_element::check(&guards, &mut found.findings);
}

/// The rules about calls of functions that lock by themselves.
pub(crate) fn check_calls(
    package: &Package,
    roles: &Roles,
    accesses: &Accesses,
    found: &mut Found,
) {
    if is_of_interest(package) {
        let values = Values::new(package, accesses);
        let guards = Guards::new(package, roles, &values);
        split_calls::check(&guards, accesses, found);
    }
}

fn is_of_interest(package: &Package) -> bool {
    let mut bodies = package.own_bodies().iter();
    bodies.any(|facts| guards_something(package, facts))
}

/// True if locks or a `sync.Map` are used.
fn guards_something(package: &Package, facts: &BodyFacts) -> bool {
    facts.flows.iter().any(Option::is_some)
        || facts.body.calls.iter().any(|call| match call.callee {
            Callee::Static(method) => {
                call.receiver.is_some()
                    && package_path(package.world, method) == "sync"
                    && receiver_name(package.world, method) == Some("Map")
            }
            _ => false,
        })
}
