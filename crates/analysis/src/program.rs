//! The whole program: what is reached through interfaces and functions in fields.

use std::sync::Arc;

use contend_base::Location;
use contend_types::{Implementers, Lookup, ObjId, ObjectKind, TypeId, VarKind, World};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accesses::{Access, Held, Subject, is_of_somebody, is_package_variable};
use crate::callbacks::Callback;
use crate::holders::{Holders, callees};
use crate::known::Table;
use crate::path::{Path, Step};
use crate::roots::{Root, RootKind};
use crate::summary::{PackageSummary, Summary};

/// A method of an interface that more types than this implement says nothing about which of them
/// stands there.
const MAX_IMPLEMENTERS: usize = 4;

/// Of the functions in a map or a list each is called at some time; of so many nobody shares memory.
const MAX_LISTED: usize = 24;

/// The same where the types are known that come there, or the functions.
const MAX_HELD: usize = 8;

/// Interfaces are followed this deep.
const MAX_DEPTH: usize = 5;

/// No more than this is added to a goroutine: one that works off tasks comes to most of its package.
const MAX_ADDED: usize = 1000;

/// Nor more than this to a function that others may call: there are many of them.
const MAX_ADDED_OUTSIDE: usize = 60;

/// What a goroutine comes to through interfaces and fields.
#[derive(Default)]
pub struct Reached {
    pub accesses: Vec<Access>,
    /// By access, the entry of a list whose function does it, where a loop comes to each entry once.
    pub entries: Vec<Option<Entry>>,
}

/// The number of an entry of a list.
pub type Entry = usize;

/// An access, and the entry of a list whose function does it.
type OfEntry = (Access, Option<Entry>);

/// A function of a registry, as one call comes to it.
pub struct Registered<'a, 'c> {
    pub number: usize,
    pub callback: &'a Callback,
    /// Those that are held around the call.
    pub locks: &'c [Held],
}

/// Gives numbers to entries.
#[derive(Default)]
struct Numbers(Entry);

impl Numbers {
    fn next(&mut self) -> Entry {
        self.0 += 1;
        self.0
    }
}

/// How many functions or types may be the one that is called where a path leads.
fn most(path: &Path) -> usize {
    if path.steps.iter().any(Step::is_element) {
        MAX_LISTED
    } else {
        MAX_HELD
    }
}

/// The functions behind the methods of interfaces.
pub struct Reaches<'a> {
    world: &'a World,
    by_location: FxHashMap<Location, &'a Arc<Summary>>,
    /// By method and interface; nothing for those that many types implement.
    behind: FxHashMap<(ObjId, TypeId), Vec<&'a Arc<Summary>>>,
    holders: Holders<'a>,
}

impl<'a> Reaches<'a> {
    pub fn new(world: &'a World, known: &'a Table, packages: &'a [PackageSummary]) -> Self {
        let by_location = known
            .all()
            .filter_map(|summary| Some((summary.location?, summary)));
        let implementers = Implementers::new(world, world.defined_types());
        let mut reaches = Self {
            world,
            by_location: by_location.collect(),
            behind: FxHashMap::default(),
            holders: Holders::new(world, &implementers, packages),
        };
        reaches.find_behind(&implementers, packages);
        reaches
    }

    /// The function whose name is declared there.
    pub fn declared_at(&self, location: Location) -> Option<&'a Arc<Summary>> {
        self.by_location.get(&location).copied()
    }

    /// What the accesses lead to: each call of a method of an interface, or of a function in a
    /// field, to what may stand behind it.
    pub fn through(&self, root: &Root) -> Reached {
        let (accesses, home) = (&root.accesses, root.home);
        let most = if root.kind < RootKind::Outside {
            MAX_ADDED
        } else {
            MAX_ADDED_OUTSIDE
        };
        let mut reached = Reached::default();
        let mut known = FxHashSet::default();
        let mut functions = FxHashSet::default();
        let mut places = FxHashSet::default();
        let mut numbers = Numbers::default();
        let is_open = |access: &Access| access.subject.is_call();
        let open = accesses.iter().filter(|it| is_open(it));
        let mut wave: Vec<OfEntry> = open.map(|it| (it.clone(), None)).collect();
        for _ in 0..MAX_DEPTH {
            let mut next: Vec<OfEntry> = Vec::new();
            for (call, entry) in &wave {
                let call = (call, *entry);
                self.behind_method(call, (&mut known, &mut numbers), &mut next);
                self.behind_value(call, home, (&mut functions, &mut numbers), &mut next);
            }
            // One place is one access, by whichever of its names.
            next.retain(|(it, _)| places.insert((it.location, it.subject, it.kind, it.start)));
            let left = most.saturating_sub(reached.accesses.len());
            next.truncate(left);
            wave = next.iter().filter(|(it, _)| is_open(it)).cloned().collect();
            for (access, entry) in next {
                reached.accesses.push(access);
                reached.entries.push(entry);
            }
            if wave.is_empty() {
                break;
            }
        }
        reached
    }

    /// The functions of a map or a list that the calls of many goroutines come to where there are too many
    /// of them to say which is called: each is, by some goroutine, under the locks of the call. By number. A
    /// field that many functions are put in is one of many values, each with its own.
    pub fn registered<'c>(&self, accesses: &'c [Access]) -> Vec<Registered<'a, 'c>> {
        let of_lists = |it: &&Access| {
            it.subject == Subject::Call && it.path.steps.iter().any(Step::is_element)
        };
        let calls = accesses.iter().filter(of_lists);
        let functions = calls.flat_map(|call| {
            let all: Vec<_> = self.holders.functions(self.world, &call.path).collect();
            let are_many = MAX_LISTED < all.len();
            let all = if are_many { all } else { Vec::new() };
            let called_there = |(number, callback)| Registered {
                number,
                callback,
                locks: &call.locks,
            };
            all.into_iter().map(called_there)
        });
        functions.collect()
    }

    fn behind_method(
        &self,
        (call, entry): (&Access, Option<Entry>),
        (known, numbers): (&mut FxHashSet<(ObjId, Path)>, &mut Numbers),
        found: &mut Vec<OfEntry>,
    ) {
        let Subject::Method(method, interface) = call.subject else {
            return;
        };
        let of_holder;
        let behind = if let Some(all) = self.behind.get(&(method, interface)) {
            all
        } else {
            of_holder = self.of_holder(call, method);
            &of_holder
        };
        let is_each = call.path.steps.contains(&Step::Each);
        for summary in behind {
            if !known.insert((summary.function, call.path.clone())) {
                continue;
            }
            let entry = entry.or_else(|| is_each.then(|| numbers.next()));
            for access in summary.accesses.iter() {
                let seen = seen_through(self.world, call, summary, access);
                found.extend(seen.map(|it| (it, entry)));
            }
        }
    }

    /// The methods of the types that come to where one is called of many.
    fn of_holder(&self, call: &Access, method: ObjId) -> Vec<&'a Arc<Summary>> {
        let types = self.holders.types(self.world, &call.path).iter();
        let object = self.world.object(method);
        let methods = types.filter_map(|&ty| {
            match self.world.lookup(ty, true, object.package, object.name) {
                Lookup::Method(selected) => {
                    let declared = self.world.original(selected.object);
                    self.declared_at(self.world.object(declared).location?)
                }
                _ => None,
            }
        });
        let mut behind: Vec<_> = methods.collect();
        behind.sort_by_key(|it| it.location);
        behind.dedup_by_key(|it| it.location);
        if most(&call.path) < behind.len() {
            behind.clear();
        }
        behind
    }

    fn behind_value(
        &self,
        (call, entry): (&Access, Option<Entry>),
        home: Option<ObjId>,
        (known, numbers): (&mut FxHashSet<usize>, &mut Numbers),
        found: &mut Vec<OfEntry>,
    ) {
        if call.subject != Subject::Call {
            return;
        }
        let functions: Vec<_> = self.holders.functions(self.world, &call.path).collect();
        // Of the functions in a map or a list any may be the one.
        if most(&call.path) < functions.len() {
            return;
        }
        let is_each = call.path.steps.contains(&Step::Each);
        for (number, callback) in functions {
            if !known.insert(number) {
                continue;
            }
            let entry = entry.or_else(|| is_each.then(|| numbers.next()));
            // Who calls the function around it has variables of his own there, and so has each request
            // that puts it into a value of its own.
            let makes_own = callback.home != home && self.comes_through(call, callback.home);
            let handler = callback
                .handler
                .filter(|_| is_of_some_value(self.world, call));
            let is_own = |access: &Access| {
                is_local(self.world, access)
                    && (makes_own
                        || handler.is_some_and(|it| is_declared_in(self.world, access, it)))
            };
            let accesses = callback.accesses.iter().filter(|it| !is_own(it));
            found.extend(accesses.map(|access| (called_at(call, access.clone()), entry)));
            let handed = callback.behind_params.iter().filter_map(|(at, access)| {
                let seen = call.behind_argument(self.world, *at, access)?;
                is_kept(self.world, &seen.path).then(|| (called_at(call, seen), entry))
            });
            found.extend(handed);
        }
    }

    /// True for what is called by way of the function.
    fn comes_through(&self, call: &Access, function: Option<ObjId>) -> bool {
        let Some(around) = function.and_then(|it| declaration(self.world, it)) else {
            return false;
        };
        let mut calls = call.calls.iter().chain([&call.location]);
        calls.any(|it| {
            it.file == around.file
                && around.span.start <= it.span.start
                && it.span.end <= around.span.end
        })
    }

    /// Resolves all methods that somebody calls, each once.
    fn find_behind(&mut self, implementers: &Implementers, packages: &[PackageSummary]) {
        let of_functions = packages
            .iter()
            .flat_map(|package| &package.functions)
            .flat_map(|it| it.accesses.iter());
        let of_roots = packages
            .iter()
            .flat_map(|package| &package.roots)
            .flat_map(|it| &it.accesses);
        let mut called: Vec<(ObjId, TypeId)> = of_functions
            .chain(of_roots)
            .filter_map(|access| match access.subject {
                Subject::Method(method, interface) => Some((method, interface)),
                _ => None,
            })
            .collect();
        called.sort_unstable();
        called.dedup();
        for (method, interface) in called {
            let callees = callees(self.world, implementers, (method, interface)).into_iter();
            let mut behind: Vec<_> = callees
                .filter_map(|it| self.declared_at(self.world.object(it).location?))
                .collect();
            behind.sort_by_key(|it| it.location);
            behind.dedup_by_key(|it| it.location);
            if (1..=MAX_IMPLEMENTERS).contains(&behind.len()) {
                self.behind.insert((method, interface), behind);
            }
        }
    }
}

/// Where the declaration of a function stands, with its body.
fn declaration(world: &World, function: ObjId) -> Option<Location> {
    let object = world.object(function);
    let ObjectKind::Func { file, decl, .. } = object.kind else {
        return None;
    };
    let file = &world.package(object.package?).source.files[file as usize];
    Some(Location::new(file.file, file.parsed.tree.decl(decl).span))
}

/// True for what others know than the goroutine that was given it, or has made it.
fn is_kept(world: &World, path: &Path) -> bool {
    let kind = path.variable().map(|it| world.object(it).kind);
    matches!(
        kind,
        Some(ObjectKind::Var(
            VarKind::Receiver | VarKind::Package | VarKind::Field { .. }
        ))
    )
}

fn is_local(world: &World, access: &Access) -> bool {
    let variable = access.path.variable();
    variable.is_some_and(|it| world.object(it).kind == ObjectKind::Var(VarKind::Local))
}

/// True for a call of what a field of some value holds, or a context carries: of which one is not known.
fn is_of_some_value(world: &World, call: &Access) -> bool {
    let variable = call.path.variable();
    let is_carried = matches!(call.path.steps.first(), Some(Step::Carried(_)));
    (is_carried || variable.is_some_and(|it| is_of_somebody(world, it)))
        && !call.path.steps.iter().any(Step::is_element)
}

/// True if the variable that the path begins at is declared there.
fn is_declared_in(world: &World, access: &Access, function: Location) -> bool {
    let declared = access
        .path
        .variable()
        .and_then(|it| world.object(it).location);
    declared.is_some_and(|it| {
        it.file == function.file
            && function.span.start <= it.span.start
            && it.span.end <= function.span.end
    })
}

/// An access of a method as the caller of the interface names it.
fn seen_through(
    world: &World,
    call: &Access,
    summary: &Summary,
    access: &Access,
) -> Option<Access> {
    let is_named = |it| is_package_variable(world, it) || is_of_somebody(world, it);
    let rename = |path: &Path| {
        let variable = path.variable()?;
        if summary.receiver == Some(variable) {
            let mut whole = call.path.clone();
            whole.steps.extend_from_slice(&path.steps);
            return Some(whole);
        }
        is_named(variable).then(|| path.clone())
    };
    let mut seen = access.clone();
    seen.path = rename(&access.path)?;
    for lock in &mut seen.locks {
        lock.path = lock.path.as_ref().and_then(rename);
    }
    Some(called_at(call, seen))
}

/// An access of the function that is called there.
fn called_at(call: &Access, access: Access) -> Access {
    let mut access = access;
    if access.start.is_none() {
        access.locks.extend(call.locks.iter().cloned());
        access.start = call.start;
        access.repeats |= call.repeats;
        access.is_in_event_loop |= call.is_in_event_loop;
    }
    let calls = call.calls.iter().copied().chain([call.location]);
    access.calls.splice(0..0, calls);
    access
}
