//! Functions that only work on values that nobody else knows yet.

use std::collections::BTreeMap;

use contend_ir::FuncId;
use rustc_hash::FxHashSet;

use super::calls::{Edge, Owner};
use super::{MAX_ROUNDS, Node, is_exported};
use crate::conventions::is_setup_name;
use crate::library::receiver_name;
use crate::package::{Package, declared_in};

/// Methods that are only called on values that their callers have just made, and those that
/// are called by convention before a value is used.
pub(super) fn setup(
    package: &Package,
    edges: &[Edge],
    started: &FxHashSet<Node>,
) -> FxHashSet<Node> {
    let mut setup = FxHashSet::default();
    for facts in package.own_bodies() {
        let object = declared_in(package, facts.index);
        let name = object.map_or("init", |object| package.world.name(object).as_str());
        let node = (facts.index, FuncId::new(0));
        // Packages register with each other before `main`; values are registered at any time.
        let registers_package = ["Register", "register"]
            .iter()
            .any(|word| name.starts_with(word))
            && object.is_some_and(|it| receiver_name(package.world, it).is_none());
        if (is_setup_name(name) || registers_package) && !started.contains(&node) {
            setup.insert(node);
        }
    }
    for _ in 0..MAX_ROUNDS {
        let mut callers: BTreeMap<Node, bool> = BTreeMap::new();
        for edge in edges {
            let owned = match edge.receiver {
                Owner::Caller => true,
                Owner::Same | Owner::Other => setup.contains(&edge.from),
            };
            *callers.entry(edge.to).or_insert(true) &= owned;
        }
        let before = setup.len();
        for (node, is_owned) in callers {
            if is_owned && !started.contains(&node) && !is_exported(package, node) {
                setup.insert(node);
            }
        }
        if setup.len() == before {
            break;
        }
    }
    setup
}
