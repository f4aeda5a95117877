//! The rules that follow values through one function, applied to functions whose small helpers are
//! written out.

use std::cmp::Reverse;

use contend_analysis::PackageUnit;
use contend_analysis::accesses::Accesses;
use contend_analysis::package::Package;
use contend_analysis::roles::Roles;
use contend_analysis::written_out::written_out;
use contend_base::Location;
use contend_finding::{Finding, Label, Role};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{atomics, guarded};

/// `roles` are those of the package as it is written: who calls whom is asked there.
pub(crate) fn check(
    unit: &PackageUnit,
    package: &Package,
    roles: &Roles,
    accesses: &Accesses,
    findings: &mut Vec<Finding>,
) {
    let mut found = Vec::new();
    match written_out(package) {
        Some(bodies) => {
            let unit = PackageUnit {
                bodies: &bodies,
                ..*unit
            };
            let package = Package::new(&unit);
            let accesses = Accesses::new(&package);
            guarded::check(&package, roles, &accesses, &mut found);
            atomics::check(&package, roles, &accesses, &mut found);
            show_calls(&package, &mut found);
        }
        None => {
            guarded::check(package, roles, accesses, &mut found);
            atomics::check(package, roles, accesses, &mut found);
        }
    }
    guarded::check_calls(package, roles, accesses, &mut found);
    // A helper that several functions call is told of once.
    found.sort_by_key(|it| Reverse(it.confidence));
    let mut known = FxHashSet::default();
    found.retain(|it| known.insert((it.rule.code, it.primary.location)));
    findings.append(&mut found);
}

/// Shows how the function that a finding is about comes to places in its helpers.
fn show_calls(package: &Package, findings: &mut [Finding]) {
    let mut calls: FxHashMap<(String, Location), Location> = FxHashMap::default();
    for facts in &package.bodies {
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
