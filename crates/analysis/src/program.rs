//! The whole program: what is reached through interfaces and functions in fields.

use std::sync::Arc;

use contend_base::Location;
use contend_types::{Implementers, ObjId, TypeId, World};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accesses::{Access, Subject};
use crate::callbacks::Callback;
use crate::known::Table;
use crate::path::{Path, Step};
use crate::summary::{PackageSummary, Summary};

/// A method of an interface that more types than this implement says nothing about which of them
/// stands there, nor does a field that more functions are put in.
const MAX_IMPLEMENTERS: usize = 4;

/// Of the functions in a map or a list each is called at some time; of so many nobody shares memory.
const MAX_LISTED: usize = 24;

/// Interfaces are followed this deep.
const MAX_DEPTH: usize = 3;

/// No more than this is added to one goroutine.
const MAX_ADDED: usize = 400;

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

/// The functions behind the methods of interfaces.
pub struct Reaches<'a> {
    world: &'a World,
    by_location: FxHashMap<Location, &'a Arc<Summary>>,
    /// By method and interface.
    behind: FxHashMap<(ObjId, TypeId), Vec<&'a Arc<Summary>>>,
    /// By the place where the field is declared.
    callbacks: FxHashMap<Location, Vec<&'a Callback>>,
}

impl<'a> Reaches<'a> {
    pub fn new(world: &'a World, known: &'a Table, packages: &'a [PackageSummary]) -> Self {
        let by_location = known
            .all()
            .filter_map(|summary| Some((summary.location?, summary)));
        let mut reaches = Self {
            world,
            by_location: by_location.collect(),
            behind: FxHashMap::default(),
            callbacks: FxHashMap::default(),
        };
        reaches.find_behind(packages);
        for callback in packages.iter().flat_map(|package| &package.callbacks) {
            let of_field = reaches.callbacks.entry(callback.field).or_default();
            of_field.push(callback);
        }
        reaches
    }

    /// The function whose name is declared there.
    pub fn declared_at(&self, location: Location) -> Option<&'a Arc<Summary>> {
        self.by_location.get(&location).copied()
    }

    /// What the accesses lead to: each call of a method of an interface, or of a function in a
    /// field, to what may stand behind it.
    pub fn through(&self, accesses: &[Access]) -> Reached {
        let mut reached = Reached::default();
        let mut known = FxHashSet::default();
        let mut fields = FxHashMap::default();
        let is_open =
            |access: &Access| matches!(access.subject, Subject::Call | Subject::Method(..));
        let open = accesses.iter().filter(|it| is_open(it));
        let mut wave: Vec<OfEntry> = open.map(|it| (it.clone(), None)).collect();
        for _ in 0..MAX_DEPTH {
            let mut next: Vec<OfEntry> = Vec::new();
            for (call, entry) in &wave {
                let mut found = Vec::new();
                self.behind_call(call, &mut known, &mut found);
                next.extend(found.into_iter().map(|it| (it, *entry)));
                self.behind_field((call, *entry), &mut fields, &mut next);
            }
            let left = MAX_ADDED.saturating_sub(reached.accesses.len());
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

    fn behind_call(
        &self,
        call: &Access,
        known: &mut FxHashSet<(ObjId, Path)>,
        found: &mut Vec<Access>,
    ) {
        let Subject::Method(method, interface) = call.subject else {
            return;
        };
        for summary in self.behind.get(&(method, interface)).into_iter().flatten() {
            if !known.insert((summary.function, call.path.clone())) {
                continue;
            }
            for access in summary.accesses.iter() {
                found.extend(seen_through(self.world, call, summary, access));
            }
        }
    }

    fn behind_field(
        &self,
        (call, entry): (&Access, Option<Entry>),
        known: &mut FxHashMap<Location, Entry>,
        found: &mut Vec<OfEntry>,
    ) {
        // Of the functions in a map or a list any may be the one.
        let (Subject::Call, Some(field)) = (call.subject, call.path.last_field()) else {
            return;
        };
        let Some(location) = self.world.object(field).location else {
            return;
        };
        let functions = self.callbacks.get(&location).map_or(&[][..], Vec::as_slice);
        let most = if call.path.steps.iter().any(Step::is_element) {
            MAX_LISTED
        } else {
            MAX_IMPLEMENTERS
        };
        let first: Entry = known.values().sum();
        if most < functions.len() || known.insert(location, functions.len()).is_some() {
            return;
        }
        let is_each = call.path.steps.contains(&Step::Each);
        for (number, callback) in functions.iter().enumerate() {
            let entry = entry.or(Some(first + number).filter(|_| is_each));
            let accesses = callback.accesses.iter();
            found.extend(accesses.map(|access| (called_at(call, access.clone()), entry)));
        }
    }

    /// Resolves all methods that somebody calls, each once.
    fn find_behind(&mut self, packages: &[PackageSummary]) {
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
        if called.is_empty() {
            return;
        }
        let implementers = Implementers::new(self.world, self.world.defined_types());
        for (method, interface) in called {
            let set = self.world.type_set(interface);
            let name = self.world.name(method);
            let Some(wanted) = set.methods.iter().find(|it| it.name == name) else {
                continue;
            };
            let callees = implementers.callees(interface, wanted).into_iter();
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

/// An access of a method as the caller of the interface names it.
fn seen_through(
    world: &World,
    call: &Access,
    summary: &Summary,
    access: &Access,
) -> Option<Access> {
    let variable = access.path.variable()?;
    let rename = |path: &Path| {
        let variable = path.variable()?;
        if summary.receiver == Some(variable) {
            let mut whole = call.path.clone();
            whole.steps.extend_from_slice(&path.steps);
            return Some(whole);
        }
        crate::accesses::is_package_variable(world, variable).then(|| path.clone())
    };
    let is_known =
        summary.receiver == Some(variable) || crate::accesses::is_package_variable(world, variable);
    if !is_known {
        return None;
    }
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
    }
    let calls = call.calls.iter().copied().chain([call.location]);
    access.calls.splice(0..0, calls);
    access
}
