//! Who comes to the memory of a program: its goroutines and handlers, and whoever calls its packages.

use std::collections::BTreeMap;

use contend_analysis::accesses::{Access, Held};
use contend_analysis::callbacks::Callback;
use contend_analysis::conventions::is_start_name;
use contend_analysis::documented::Invitation;
use contend_analysis::library::{is_example, package_path};
use contend_analysis::package_calls::PackageCalls;
use contend_analysis::program::{Reached, Reaches};
use contend_analysis::roots::{Root, RootKind};
use contend_analysis::summary::{PackageSummary, Summary};
use contend_base::{FileId, Location, Span};
use contend_types::{ObjId, ObjectKind, VarKind, World};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::ProgramUnit;
use super::objects::is_carried;
use super::siblings::Siblings;

/// The goroutines of all packages, and the functions that others may call, each with what it comes to
/// through interfaces and fields.
pub(super) fn all_roots(unit: &ProgramUnit) -> Vec<(Root, Reached)> {
    let reaches = Reaches::new(unit.world, unit.known, unit.packages);
    let packages = unit.packages.iter();
    let values: FxHashSet<ObjId> = packages
        .clone()
        .flat_map(|it| &it.values)
        .copied()
        .collect();
    let later: FxHashSet<ObjId> = packages
        .clone()
        .flat_map(|it| &it.called_later)
        .copied()
        .collect();
    // What an example calls first is no more than that.
    let is_part = |it: &&PackageSummary| {
        let function = it.functions.first();
        !function.is_some_and(|it| is_example(package_path(unit.world, it.function)))
    };
    let packages = packages.filter(is_part);
    let called: FxHashSet<ObjId> = packages.flat_map(|it| &it.called).copied().collect();
    let is_setup = |function: ObjId| {
        called.contains(&function) && !later.contains(&function) && !values.contains(&function)
    };
    let runs = |function| values.contains(&function) || !called.contains(&function);
    let known = unit.packages.iter().flat_map(|package| &package.roots);
    let mut roots: Vec<Root> = known
        .filter(|root| root.unless_called.is_none_or(runs))
        .cloned()
        .collect();
    let services = unit.packages.iter().flat_map(|package| &package.services);
    roots.extend(services.filter_map(|&method| {
        let summary = reaches.declared_at(unit.world.object(method).location?)?;
        Some(of_summary(unit.world, summary, RootKind::Handler))
    }));
    let is_begun = |root: &&Root| root.kind != RootKind::End;
    let homes = roots.iter().filter(is_begun).filter_map(|root| root.home);
    let homes: FxHashSet<ObjId> = homes.collect();
    let mut roots = reached(&reaches, roots);
    let registered = registered(unit, &reaches, &roots);
    roots.extend(reached(&reaches, registered));
    let siblings = Siblings::of(unit);
    let functions = unit.packages.iter().flat_map(|package| &package.functions);
    let is_run = |function| later.contains(&function) || values.contains(&function);
    let outside =
        functions.filter(|it| is_open(unit.world, it, is_run) && !homes.contains(&it.function));
    let outside = outside.map(|it| {
        let is_set_up = it.is_setup && !is_promised(it) || is_setup(it.function);
        let kind = if is_set_up {
            RootKind::OfPackage
        } else if it.is_end {
            RootKind::End
        } else if it.synchronises {
            RootKind::OfPackage
        } else {
            RootKind::Outside
        };
        let mut root = of_summary(unit.world, it, kind);
        if kind == RootKind::Outside
            && matches!(it.invites, None | Some(Invitation::Context))
            && siblings.take_a_lock(it)
        {
            root.invites = Some(Invitation::Siblings);
        }
        if is_setup(it.function) {
            root.package_calls = root.package_calls.map(|_| PackageCalls::AtStart);
        }
        root
    });
    let outside: Vec<Root> = outside.collect();
    roots.extend(reached(&reaches, outside));
    let functions = unit.packages.iter().flat_map(|package| &package.functions);
    let synchronising = functions.filter(|it| {
        is_open(unit.world, it, is_run)
            && !homes.contains(&it.function)
            && it.synchronises
            && !(it.is_setup || it.is_end || is_setup(it.function))
            && !is_start_name(unit.world.name(it.function).as_str())
    });
    let first_reads = synchronising.map(|it| first_reads(unit.world, it));
    roots.extend(first_reads.map(|root| (root, Reached::default())));
    roots
}

/// What a function reads of its value that waits for others itself, before it does so.
fn first_reads(world: &World, summary: &Summary) -> Root {
    let mut root = of_summary(world, summary, RootKind::Outside);
    root.package_calls = None;
    root.invites = None;
    let is_own = |access: &Access| access.path.variable() == summary.receiver;
    root.accesses
        .retain(|it| is_own(it) && !it.is_write() && !it.is_behind_wait && it.start.is_none());
    root
}

/// The roots with what each comes to through interfaces and fields.
fn reached(reaches: &Reaches, roots: Vec<Root>) -> Vec<(Root, Reached)> {
    let roots = roots.into_par_iter().map(|root| {
        let reached = reaches.through(&root);
        (root, reached)
    });
    roots.collect()
}

/// The functions of registries out of which goroutines that run side by side call one each, under the
/// locks that all of these calls hold.
fn registered(unit: &ProgramUnit, reaches: &Reaches, roots: &[(Root, Reached)]) -> Vec<Root> {
    let mut called: BTreeMap<usize, (Root, Vec<Held>, &Callback)> = BTreeMap::new();
    for (root, reached) in roots {
        if !root.is_many {
            continue;
        }
        for accesses in [&root.accesses, &reached.accesses] {
            for it in reaches.registered(accesses) {
                let known = called.entry(it.number).or_insert_with(|| {
                    let root = of_registered(root, it.callback);
                    (root, it.locks.to_vec(), it.callback)
                });
                known.1.retain(|held| it.locks.contains(held));
            }
        }
    }
    let with_accesses = |(root, locks, callback): (Root, Vec<Held>, &Callback)| Root {
        accesses: of_all_calls(unit.world, callback, &locks),
        ..root
    };
    called.into_values().map(with_accesses).collect()
}

/// The goroutines that call a function out of a registry.
fn of_registered(caller: &Root, callback: &Callback) -> Root {
    let how = if caller.kind == RootKind::Handler {
        caller.how
    } else {
        "called by goroutines that run at the same time"
    };
    Root {
        runs: Some(callback.location),
        is_many: true,
        home: callback.home,
        ..Root::new(RootKind::Handler, how, callback.location)
    }
}

/// What a registered function does, under the locks of its callers, to more than what was made for it
/// when it was registered.
fn of_all_calls(world: &World, callback: &Callback, locks: &[Held]) -> Vec<Access> {
    let is_own = |access: &&Access| {
        let variable = access.path.variable();
        let kind = variable.map(|it| world.object(it).kind);
        matches!(kind, Some(ObjectKind::Var(VarKind::Local | VarKind::Param)))
    };
    let accesses = callback.accesses.iter().filter(|it| !is_own(it)).cloned();
    accesses
        .map(|mut access| {
            // A goroutine that it starts does not have them.
            if access.start.is_none() {
                access.locks.extend(locks.iter().cloned());
            }
            access
        })
        .collect()
}

/// A function that others may call in goroutines of their own; in a program, one that the program
/// calls, hands to somebody, or owes to an interface.
fn is_open(world: &World, summary: &Summary, is_run: impl Fn(ObjId) -> bool) -> bool {
    let object = world.object(summary.function);
    let is_main = object
        .package
        .is_none_or(|package| world.package(package).source.name.as_str() == "main");
    object.name.is_exported() && (!is_main || is_run(summary.function) || is_promised(summary))
}

/// An interface lets others call it, whatever its name says.
fn is_promised(summary: &Summary) -> bool {
    summary.invites == Some(Invitation::Interface)
}

fn of_summary(world: &World, summary: &Summary, kind: RootKind) -> Root {
    let nowhere = || Location::new(FileId::new(0), Span::at(0));
    let location = summary.location.unwrap_or_else(nowhere);
    let accesses = summary.accesses.iter().filter(|access| {
        let of = access.path.variable().map(|it| world.object(it).kind);
        let is_after_all = kind == RootKind::End && access.is_behind_wait;
        !is_after_all
            && match of {
                Some(ObjectKind::Var(VarKind::Receiver)) => kind != RootKind::OfPackage,
                Some(ObjectKind::Var(VarKind::Package | VarKind::Field { .. })) => true,
                // What a context carries its owner knows as well.
                Some(ObjectKind::Var(VarKind::Param)) => is_carried(access),
                _ => false,
            }
    });
    let how = match kind {
        RootKind::Handler => "called for each request",
        RootKind::Goroutine | RootKind::Outside | RootKind::End | RootKind::OfPackage => {
            "called by whoever uses the package"
        }
    };
    Root {
        is_many: kind == RootKind::Handler,
        callers_hold: summary.callers_hold.clone(),
        invites: summary.invites,
        package_calls: summary.package_calls,
        home: Some(summary.function),
        accesses: accesses.cloned().collect(),
        ..Root::new(kind, how, location)
    }
}
