//! The rules that follow values through one function, applied to functions whose small helpers are
//! written out.

use std::cmp::Reverse;

use contend_analysis::accesses::Accesses;
use contend_analysis::package::Package;
use contend_analysis::roles::Roles;
use contend_analysis::summary::PackageSummary;
use contend_analysis::visits::Visitors;
use contend_base::Location;
use contend_finding::{Finding, Label, Role};
use contend_ir::FuncId;
use contend_types::ObjId;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{atomics, guarded};

/// What the rules found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) findings: Vec<Finding>,
    /// Defects if two functions run at the same time, which goroutines of the package do not.
    pub(crate) if_beside: Vec<(Finding, [Node; 2])>,
}

/// A function of the package: its body and its number there.
type Node = (usize, FuncId);

/// A defect if one of the first functions runs beside one of the others: goroutines of other
/// packages decide.
pub struct IfBeside {
    finding: Finding,
    one: Vec<ObjId>,
    other: Vec<ObjId>,
}

/// Those of the defects that goroutines of the program make.
pub(crate) fn settle(packages: &[PackageSummary], all: Vec<IfBeside>) -> Vec<Finding> {
    if all.is_empty() {
        return Vec::new();
    }
    let visitors = Visitors::of(packages);
    let is_one = |it: &IfBeside| visitors.run_beside(&it.one, &it.other);
    all.into_iter()
        .filter(is_one)
        .map(|it| it.finding)
        .collect()
}

/// `wide` is the package with its small functions written out where they are called. `roles` are
/// those of the package as it is written: who calls whom is asked there.
pub(crate) fn check(
    wide: (&Package, &Accesses),
    (package, accesses): (&Package, &Accesses),
    roles: &Roles,
    findings: &mut Vec<Finding>,
) -> Vec<IfBeside> {
    let mut all = Found::default();
    guarded::check(wide.0, roles, wide.1, &mut all);
    atomics::check(wide.0, roles, wide.1, &mut all);
    let doubtful = all.if_beside.iter_mut().map(|(finding, _)| finding);
    show_calls(wide.0, all.findings.iter_mut().chain(doubtful));
    guarded::check_calls(package, roles, accesses, &mut all);
    // A helper that several functions call is told of once.
    all.findings.sort_by_key(|it| Reverse(it.confidence));
    let mut known = FxHashSet::default();
    all.findings
        .retain(|it| known.insert((it.rule.code, it.primary.location)));
    findings.append(&mut all.findings);
    let doubtful = all.if_beside.into_iter();
    let doubtful = doubtful.map(|(finding, [one, other])| IfBeside {
        finding,
        one: roles.entries(package, one),
        other: roles.entries(package, other),
    });
    doubtful
        .filter(|it| !it.one.is_empty() && !it.other.is_empty())
        .collect()
}

/// Shows how the function that a finding is about comes to places in its helpers.
fn show_calls<'f>(package: &Package, findings: impl Iterator<Item = &'f mut Finding>) {
    let mut calls: FxHashMap<(String, Location), Location> = FxHashMap::default();
    for facts in package.own_bodies() {
        if facts.body.written_out.is_empty() {
            continue;
        }
        let function = package.function_name(facts.body);
        for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
            if let Some(call) = facts.call_of(instr) {
                let place = (function.clone(), facts.place_of(instr));
                calls.entry(place).or_insert(call);
            }
        }
    }
    for found in findings {
        let places = found.labels.iter().chain([&found.primary]);
        let shown = places
            .filter_map(|it| calls.get(&(found.function.clone(), it.location)))
            .copied();
        for call in shown.collect::<Vec<_>>() {
            if !found.labels.iter().any(|it| it.location == call) {
                found.labels.push(Label {
                    location: call,
                    text: "called here".to_owned(),
                    role: Role::Other,
                });
            }
        }
    }
}
