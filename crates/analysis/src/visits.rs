//! Goroutines that come to functions of other packages.
//!
//! A package sees its own goroutines only. Whether two of its functions run at the same time is
//! often decided by those who import it: their goroutines, and who starts them, come to it by calls.

use std::collections::BTreeMap;

use contend_base::Location;
use contend_ir::{Callee, FuncId};
use contend_types::ObjId;
use rustc_hash::FxHashMap;

use crate::library::{may_be_std, package_path};
use crate::package::Package;
use crate::roles::Roles;
use crate::summary::PackageSummary;

/// From package to package goroutines are followed this far.
const MAX_HOPS: usize = 3;

/// Who comes to a function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Visitor {
    /// Where the goroutine starts.
    pub start: Location,
    pub who: Who,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Who {
    /// The goroutine, which runs once.
    Goroutine,
    /// The goroutine, of which several run at the same time.
    Many,
    /// Whoever started it and went on.
    Starter,
}

/// The functions of other packages that those of a package come to.
#[derive(Clone, Default, Debug)]
pub struct Visits {
    /// By the goroutines of the package, and those who start them.
    pub(crate) by_goroutines: Vec<(ObjId, Visitor)>,
    /// By its exported functions, whoever calls them.
    passages: Vec<(ObjId, Vec<ObjId>)>,
}

impl Visits {
    pub fn of(package: &Package, roles: &Roles) -> Self {
        let mut visits = Self {
            by_goroutines: roles.started_elsewhere().to_vec(),
            passages: Vec::new(),
        };
        let mut callees: BTreeMap<(usize, FuncId), Vec<ObjId>> = BTreeMap::new();
        for facts in package.own_bodies() {
            if package.is_test(facts.body.file) {
                continue;
            }
            for (id, func) in facts.body.funcs() {
                let calls = func.calls().map(|call| facts.body.call(call).callee);
                let mut called: Vec<ObjId> = calls
                    .filter_map(|callee| match callee {
                        Callee::Static(function) if is_elsewhere(package, function) => {
                            Some(function)
                        }
                        _ => None,
                    })
                    .collect();
                called.sort_unstable();
                called.dedup();
                if !called.is_empty() {
                    callees.insert((facts.index, id), called);
                }
            }
        }
        for (&node, called) in &callees {
            for visitor in roles.visitors(package, node) {
                let all = called.iter().map(|&function| (function, visitor));
                visits.by_goroutines.extend(all);
            }
        }
        visits.by_goroutines.sort_unstable();
        visits.by_goroutines.dedup();
        let mut passages: BTreeMap<ObjId, Vec<ObjId>> = BTreeMap::new();
        for (node, called) in callees {
            for from in roles.entries(package, node) {
                passages.entry(from).or_default().extend(&called);
            }
        }
        for (from, mut to) in passages {
            to.sort_unstable();
            to.dedup();
            visits.passages.push((from, to));
        }
        visits
    }
}

/// True for functions of other packages that contend follows.
fn is_elsewhere(package: &Package, function: ObjId) -> bool {
    let path = package_path(package.world, function);
    path != package.world.package(package.id).source.path.as_str() && !may_be_std(path)
}

/// Who comes to the functions of a program from other packages than their own.
pub struct Visitors {
    of: FxHashMap<ObjId, Vec<Visitor>>,
}

impl Visitors {
    pub fn of(packages: &[PackageSummary]) -> Self {
        let mut of: FxHashMap<ObjId, Vec<Visitor>> = FxHashMap::default();
        for &(function, visitor) in packages.iter().flat_map(|it| &it.visits.by_goroutines) {
            let known = of.entry(function).or_default();
            if !known.contains(&visitor) {
                known.push(visitor);
            }
        }
        for _ in 0..MAX_HOPS {
            let mut next: Vec<(ObjId, Visitor)> = Vec::new();
            for (from, to) in packages.iter().flat_map(|it| &it.visits.passages) {
                for &visitor in of.get(from).into_iter().flatten() {
                    next.extend(to.iter().map(|&function| (function, visitor)));
                }
            }
            let mut is_new = false;
            for (function, visitor) in next {
                let known = of.entry(function).or_default();
                if !known.contains(&visitor) {
                    known.push(visitor);
                    is_new = true;
                }
            }
            if !is_new {
                break;
            }
        }
        Self { of }
    }

    /// True if two goroutines, or one and the function that started it, may come to one of the
    /// first and one of the other functions at the same time.
    pub fn run_beside(&self, one: &[ObjId], other: &[ObjId]) -> bool {
        let all = |functions: &[ObjId]| -> Vec<Visitor> {
            let of = functions.iter().filter_map(|it| self.of.get(it));
            of.flatten().copied().collect()
        };
        let others = all(other);
        all(one).iter().any(|a| {
            others.iter().any(|b| match (a.who, b.who) {
                (Who::Starter, Who::Starter) => false,
                (Who::Starter, _) | (_, Who::Starter) => a.start == b.start,
                _ => a.start != b.start || a.who == Who::Many,
            })
        })
    }
}
