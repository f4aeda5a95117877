//! Fields and package variables against the locks of a package, whoever runs the functions that use
//! them: most accesses hold a lock beside the field and this one does not, or it is held in the
//! wrong mode, or one word is used atomically and plainly.
//!
//! Instances of a type are not told apart: what looks like two accesses of one field may be two
//! objects, which is why the first kind of evidence asks for a majority.

use std::collections::{BTreeMap, BTreeSet};

use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{Block, FuncId, InstrKind, Operand, PlaceId, Terminator};
use contend_types::{ObjId, ObjectKind, Type, VarKind, World};
use rustc_hash::FxHashSet;

use super::published::{is_behind_flag, set_with};
use super::report::{Race, Side, finding, lock_rule};
use contend_analysis::accesses::{Access, Accesses, Subject, is_package_variable};
use contend_analysis::asked::asks;
use contend_analysis::ends::Ends;
use contend_analysis::library::Mode;
use contend_analysis::locks::LockFlow;
use contend_analysis::manner::Manner;
use contend_analysis::package::{Package, declared_in};
use contend_analysis::path::{Path, Step};
use contend_analysis::roles::{Roles, is_last_name, is_sort_name, is_start_name};
use contend_analysis::waiting::runs_once;

/// A field or a package variable, and whether its memory or the map in it is meant.
pub(crate) type Key = (ObjId, Subject);

/// One use of a place.
struct Use {
    access: Access,
    body: usize,
    func: FuncId,
    /// The locks that may be held, by field or variable.
    locks: Vec<(ObjId, Mode)>,
    /// Those that are held on all ways.
    sure: Vec<ObjId>,
    /// Locks that stand beside the place, in the same structure or in one around it.
    beside: Vec<ObjId>,
    /// One of them is in the same structure.
    is_lock_inside: bool,
    /// The function says, by name or comment, that its caller holds the lock.
    is_by_lock_holder: bool,
    /// It is known who runs the function, and so which locks are held around it.
    is_placed: bool,
    /// The only goroutine that comes to it.
    owner: Option<usize>,
    /// Some goroutine of the package comes to it.
    is_in_goroutine: bool,
    by: Name,
}

/// The name by which a function knows the object that a place is in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    /// The receiver, or a package variable.
    Own,
    /// That of an element, a parameter or a result, whose own lock is held.
    Locked,
    /// Another one, and it is read, or written in a goroutine. That says nothing about locks, and
    /// enough beside atomic writes, or beside who takes the lock because of the goroutine.
    Other,
}

impl Use {
    /// The function that it stands in.
    fn node(&self) -> (usize, FuncId) {
        (self.body, self.func)
    }
}

/// What is known about a field or a package variable of a package.
pub struct OfField {
    pub(crate) key: Key,
    /// It holds whoever runs the functions.
    pub(crate) is_certain: bool,
    pub(crate) finding: Finding,
    /// The lock that a function does not take, and the function: other fields that the lock guards
    /// may be used there too.
    pub(crate) cause: Option<(ObjId, Location)>,
}

/// A lock that functions of a package hold where they use a field or variable.
#[derive(Clone, Copy)]
pub struct Guard {
    pub(crate) key: Key,
    pub(crate) lock: ObjId,
    /// How many functions hold it, and how many there are.
    pub(crate) held: usize,
    pub(crate) all: usize,
}

/// The package without its small functions written out, and what its functions do with all that they
/// call.
type AsWritten<'a> = (&'a Package<'a>, &'a Accesses<'a>);

/// The fields and variables that some uses of are suspicious.
pub(crate) fn check(
    (package, accesses): (&Package, &Accesses),
    as_written: AsWritten,
    roles: &Roles,
) -> Vec<OfField> {
    let known = ((package, accesses), as_written);
    let verdict = |(key, uses): (&Key, &Vec<Use>)| Place::new(known, roles, uses).verdict(*key);
    let places = uses_by_place(package, accesses, roles);
    places.iter().filter_map(verdict).collect()
}

/// The locks that guard fields and variables.
pub(crate) fn guards(package: &Package, accesses: &Accesses, roles: &Roles) -> Vec<Guard> {
    let known = ((package, accesses), (package, accesses));
    let guard = |(key, uses): (&Key, &Vec<Use>)| Place::new(known, roles, uses).guard(*key);
    let places = uses_by_place(package, accesses, roles);
    places.iter().filter_map(guard).collect()
}

fn uses_by_place(package: &Package, accesses: &Accesses, roles: &Roles) -> BTreeMap<Key, Vec<Use>> {
    let mut places: BTreeMap<Key, Vec<Use>> = BTreeMap::new();
    let helpers = package.helpers();
    // What helpers do that is seen where they are written out, under the locks of their callers.
    let mut seen = FxHashSet::default();
    for facts in package.own_bodies() {
        if package.is_test(facts.body.file) {
            continue;
        }
        for (func, _) in facts.body.funcs() {
            let is_setup = roles.is_setup(facts.index, func);
            for access in accesses.own(facts.index, func) {
                // Set-up that takes the lock of a map is not alone, whatever its name.
                let is_guarded_map = access.subject == Subject::Map && !access.locks.is_empty();
                if is_setup && !is_guarded_map && !is_of_element(package.world, access) {
                    continue;
                }
                if let Some((key, it)) = use_of(package, roles, access.clone(), facts.index, func) {
                    if !access.calls.is_empty() && it.by != Name::Other {
                        seen.insert(access.location);
                    }
                    places.entry(key).or_default().push(it);
                }
            }
        }
    }
    let is_helper =
        |body: usize| declared_in(package, body).is_some_and(|it| helpers.contains(&it));
    for uses in places.values_mut() {
        uses.retain(|it| {
            let is_own = it.access.calls.is_empty() && it.by != Name::Other;
            !(is_own && seen.contains(&it.access.location) && is_helper(it.body))
        });
        uses.sort_by_key(|it| it.by);
    }
    places
}

/// True for an element of a collection: whoever sets the collection up has not made it just now.
fn is_of_element(world: &World, access: &Access) -> bool {
    let root = access.path.variable().map(|it| world.object(it).kind);
    matches!(root, Some(ObjectKind::Var(VarKind::Loop(_))))
}

fn use_of(
    package: &Package,
    roles: &Roles,
    mut access: Access,
    body: usize,
    func: FuncId,
) -> Option<(Key, Use)> {
    without_element(&mut access);
    let root = access.path.variable().filter(|_| access.path.is_exact())?;
    let is_global = is_package_variable(package.world, root);
    let object = match access.path.steps.last() {
        None if is_global => root,
        Some(Step::Field(field)) => *field,
        _ => return None,
    };
    if !is_global && !access.path.steps.contains(&Step::Deref) {
        return None;
    }
    let base = object_of(&access);
    let mut locks: Vec<(ObjId, Mode)> = roles.locks_at_entry(body, func).to_vec();
    let mut sure = roles.sure_locks_at_entry(body, func).to_vec();
    let (mut beside, mut is_lock_inside) = (Vec::new(), false);
    let (_, holder) = access.path.steps.split_last().unzip();
    for held in &access.locks {
        let Some(path) = &held.path else { continue };
        let Some(lock) = path.owner() else {
            continue;
        };
        locks.push((lock, held.mode));
        sure.extend(held.is_sure.then_some(lock));
        let inside = path.steps.strip_prefix(base);
        let is_same_object =
            |inside: &[Step]| !inside.iter().rev().skip(1).any(|it| *it == Step::Deref);
        let is_beside = path.root == access.path.root && inside.is_some_and(is_same_object);
        if is_beside || (is_global && path.steps.is_empty()) {
            beside.push(lock);
            is_lock_inside |= holder.is_some_and(|holder| path.steps.starts_with(holder));
        }
    }
    // What a function just made is its own, and of other locals nobody knows whose they are, unless
    // they are locked.
    let is_receiver = package.world.object(root).kind == ObjectKind::Var(VarKind::Receiver);
    let is_fresh = package.fresh.is_fresh(body, root);
    let is_plain_read =
        access.subject == Subject::Variable && !access.is_atomic && !access.is_write();
    let by = if is_global || is_receiver && is_direct(package.world, &access) {
        Name::Own
    } else if !beside.is_empty() && !is_fresh {
        Name::Locked
    } else if (is_plain_read || access.is_write() && roles.is_in_goroutine(body, func))
        && !is_fresh
        && access.path.steps.len() == 2
    {
        Name::Other
    } else {
        return None;
    };
    let key = (object, access.subject);
    let it = Use {
        access,
        body,
        func,
        locks,
        sure,
        beside,
        is_lock_inside,
        is_by_lock_holder: package.bodies[body].expects_lock,
        is_placed: roles.is_placed(body, func),
        owner: roles.owner(body, func),
        is_in_goroutine: roles.is_in_goroutine(body, func),
        by,
    };
    Some((key, it))
}

/// True for a field of what a variable points to, or of a structure that is a part of it or embedded
/// there.
fn is_direct(world: &World, access: &Access) -> bool {
    let [Step::Deref, parts @ .., _] = &access.path.steps[..] else {
        return false;
    };
    let is_part = |(step, next): (&Step, &Step)| match (step, next) {
        (Step::Field(field), Step::Deref) => is_embedded(world, *field),
        (step, _) => matches!(step, Step::Field(_) | Step::Deref),
    };
    let nexts = access.path.steps[2..].iter();
    parts.iter().zip(nexts).all(is_part)
}

fn is_embedded(world: &World, field: ObjId) -> bool {
    matches!(
        world.object(field).kind,
        ObjectKind::Var(VarKind::Field { embedded: true })
    )
}

/// True for a field of a structure that is a part of another one under a name of its own: it may well
/// have its own rules.
fn is_inner(world: &World, access: &Access) -> bool {
    let around = access.path.steps.split_last().map_or(&[][..], |it| it.1);
    around
        .iter()
        .any(|step| matches!(step, Step::Field(field) if !is_embedded(world, *field)))
}

/// An element of an array is told of as the field that the array is.
fn without_element(access: &mut Access) {
    let steps = &mut access.path.steps;
    let is_element = |step: &Step| matches!(step, Step::Each | Step::At(_) | Step::Constant(_));
    while let [.., Step::Field(_), last] = &steps[..]
        && is_element(last)
        && access.subject == Subject::Variable
    {
        steps.pop();
    }
}

/// The way to the object that a field belongs to, through the structures that hold it as a part.
fn object_of(access: &Access) -> &[Step] {
    let steps = &access.path.steps[..];
    let pointer = steps.iter().rposition(|it| *it == Step::Deref);
    &steps[..pointer.map_or(0, |at| at + 1)]
}

struct Place<'a> {
    package: &'a Package<'a>,
    accesses: &'a Accesses<'a>,
    as_written: AsWritten<'a>,
    roles: &'a Roles,
    /// Those by the receiver's name.
    uses: &'a [Use],
    locked: &'a [Use],
    by_other_names: &'a [Use],
}

impl<'a> Place<'a> {
    fn new(
        ((package, accesses), as_written): ((&'a Package<'a>, &'a Accesses<'a>), AsWritten<'a>),
        roles: &'a Roles,
        uses: &'a [Use],
    ) -> Self {
        let (uses, others) = uses.split_at(uses.partition_point(|it| it.by == Name::Own));
        let n_locked = others.partition_point(|it| it.by == Name::Locked);
        let (locked, by_other_names) = others.split_at(n_locked);
        Self {
            package,
            accesses,
            as_written,
            roles,
            uses,
            locked,
            by_other_names,
        }
    }
}

impl Place<'_> {
    /// One defect, one finding: the surest kind of evidence speaks.
    fn verdict(&self, key: Key) -> Option<OfField> {
        let mut all = self.uses.iter().chain(self.locked);
        let is_written = all.any(|it| it.access.is_write())
            || self.by_other_names.iter().any(|it| it.access.is_write());
        if self.uses.is_empty() || !is_written {
            return None;
        }
        let certain = self.mixed_atomic().or_else(|| self.under_read_lock());
        let is_certain = certain.is_some();
        let (finding, cause) = match certain {
            Some(finding) => (finding, None),
            None => self
                .by_majority()
                .or_else(|| self.by_promise())
                .or_else(|| self.by_other_lock())?,
        };
        Some(OfField {
            key,
            is_certain,
            finding,
            cause,
        })
    }

    /// The lock that most functions hold where they use it.
    fn guard(&self, key: Key) -> Option<Guard> {
        let is_map = self.uses.first()?.access.subject == Subject::Map;
        let n_holding = |lock: ObjId| {
            let holding = || self.uses.iter().filter(|it| it.beside.contains(&lock));
            let is_guard = is_map || holding().any(|it| it.access.is_write());
            if is_guard { n_functions(holding()) } else { 0 }
        };
        let locks: BTreeSet<ObjId> = self
            .uses
            .iter()
            .flat_map(|it| it.beside.iter().copied())
            .collect();
        let (held, lock) = locks
            .into_iter()
            .map(|lock| (n_holding(lock), lock))
            .max()?;
        if held == 0 {
            return None;
        }
        Some(Guard {
            key,
            lock,
            held,
            all: n_functions(self.uses.iter()),
        })
    }

    fn mixed_atomic(&self) -> Option<Finding> {
        let atomic = self
            .uses
            .iter()
            .find(|it| it.access.is_atomic && it.access.is_write());
        let atomic = atomic.or_else(|| self.uses.iter().find(|it| it.access.is_atomic))?;
        let plain = self
            .uses
            .iter()
            .chain(
                self.by_other_names
                    .iter()
                    .filter(|it| !it.access.is_write()),
            )
            .filter(|it| !it.access.is_atomic && (it.access.is_write() || atomic.access.is_write()))
            .filter(|it| !self.runs_once(it))
            .filter(|it| !Self::have_common_lock(it, atomic))
            .min_by_key(|it| !it.access.is_write())?;
        let found = self.race(plain, atomic);
        let sure = if self.is_doubtful(plain, atomic) {
            Confidence::Low
        } else if plain.is_in_goroutine && plain.locks.is_empty() {
            Confidence::High
        } else {
            Confidence::Medium
        };
        Some(found.sure(sure, "the same field is used through sync/atomic elsewhere"))
    }

    fn runs_once(&self, it: &Use) -> bool {
        let facts = &self.package.bodies[it.body];
        runs_once(self.package.world, facts.body, &facts.literals, it.func)
    }

    /// A write while the lock that everybody takes is held for reading only.
    fn under_read_lock(&self) -> Option<Finding> {
        let (write, lock) = self.uses.iter().find_map(|it| {
            let only_shared = it.locks.iter().all(|&(_, mode)| mode == Mode::Shared);
            let lock = it
                .beside
                .first()
                .filter(|_| it.access.is_write() && only_shared)?;
            (!it.is_by_lock_holder && !self.is_of_one_goroutine(it)).then_some((it, *lock))
        })?;
        let other = self
            .uses
            .iter()
            .find(|it| !std::ptr::eq(*it, write) && it.locks.iter().any(|&(held, _)| held == lock));
        let rule = lock_rule(self.package.world, &write.access);
        let facts = &self.package.bodies[write.body];
        let name = write.access.path.text(self.package.world, Some(facts.body));
        let lock = self.package.world.name(lock);
        let what = write.access.noun();
        let mut found = Finding::new(
            rule,
            write.access.location,
            format!("{what}`{name}` is written while `{lock}` is held for reading only"),
        )
        .here(
            Role::Write,
            "readers hold the lock at the same time, and so may other writers",
        );
        if let Some(other) = other {
            let text = format!("also {}", other.access.verb);
            found = found.label(other.access.role(), other.access.location, text);
        }
        Some(
            found
                .help(format!("take `{lock}` by `Lock` where it is written"))
                .sure(
                    Confidence::High,
                    "a read lock does not keep anybody apart who reads too",
                )
                .inside(self.package.function_name(facts.body)),
        )
    }

    /// True if all that use the place are run by the same goroutine.
    fn is_of_one_goroutine(&self, it: &Use) -> bool {
        it.owner.is_some() && self.uses.iter().all(|other| other.owner == it.owner)
    }

    /// Most accesses hold a lock that stands beside the field, and this one does not.
    fn by_majority(&self) -> Option<(Finding, Option<(ObjId, Location)>)> {
        let mut candidates: Vec<ObjId> = self
            .uses
            .iter()
            .flat_map(|it| it.beside.iter().copied())
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        for lock in candidates {
            let holds = |it: &&Use| it.sure.contains(&lock);
            let plain = || self.uses.iter().filter(|it| !it.access.is_atomic);
            let guarded: Vec<&Use> = plain().filter(holds).collect();
            let bare: Vec<&Use> = plain()
                .filter(|it| it.locks.is_empty() && !it.is_by_lock_holder && it.is_placed)
                .collect();
            let n_guarded = n_functions(guarded.iter().copied());
            let n_bare = n_functions(bare.iter().copied());
            let is_map = self.uses[0].access.subject == Subject::Map;
            let is_majority = if is_map {
                n_bare <= n_guarded
            } else {
                1 < n_guarded && 2 * n_bare <= n_guarded
            };
            let writes = |uses: &[&Use]| uses.iter().any(|it| it.access.is_write());
            // A lock that is never held for a write of a plain field hardly guards it: it is
            // written once, before others know it.
            let is_guarded = writes(&guarded) || is_map && writes(&bare);
            if !is_majority || !is_guarded {
                continue;
            }
            let mut pairs = bare.iter().filter_map(|one| {
                let beside = guarded.iter().filter(|other| self.may_race(one, other));
                let other = beside.min_by_key(|other| self.is_own_write(one, other))?;
                Some((one, other))
            });
            let Some((one, other)) = pairs
                .by_ref()
                .min_by_key(|(one, other)| (!one.access.is_write(), self.is_own_write(one, other)))
            else {
                continue;
            };
            let name = self.package.world.name(lock);
            let found = self.race(one, other);
            let reason = format!(
                "{n_guarded} of {} functions that use it hold `{name}`",
                n_guarded + n_bare
            );
            let is_alone = n_guarded == 1 && !self.roles.run_beside(one.node(), other.node());
            let is_apart = !is_map && self.is_apart(one, other, lock);
            let sure = if is_alone || is_apart || self.is_doubtful(one, other) {
                Confidence::Low
            } else if is_map && one.access.is_write() && one.is_in_goroutine {
                Confidence::High
            } else {
                Confidence::Medium
            };
            let facts = &self.package.bodies[one.body];
            let function = facts.location(facts.func(one.func).span);
            return Some((found.sure(sure, reason), Some((lock, function))));
        }
        None
    }

    /// A function writes it under the lock that stands beside it, since its author expects others
    /// meanwhile; and others come to it without the lock, by exported functions or in goroutines.
    fn by_promise(&self) -> Option<(Finding, Option<(ObjId, Location)>)> {
        if self.is_callback() {
            // It is set before it is first called.
            return None;
        }
        let all = || self.uses.iter().chain(self.locked);
        let by_goroutine = self.by_other_names.iter();
        let by_goroutine = by_goroutine.filter(|it| it.access.is_write());
        let bare: Vec<&Use> = self
            .uses
            .iter()
            .chain(by_goroutine)
            .filter(|it| self.is_open_to_all(it))
            .collect();
        let pairs = all().flat_map(|guarded| {
            let is_promise = self.is_promise(guarded);
            let beside = bare.iter().filter(move |one| {
                let is_meant = is_promise && one.by != Name::Other || self.is_awaited(one, guarded);
                is_meant && self.may_race(one, guarded)
            });
            beside.map(move |one| (*one, guarded))
        });
        let (one, guarded) =
            pairs.min_by_key(|(one, _)| (!one.access.is_write(), one.access.location))?;
        let lock = self.lock_of(guarded)?;
        let holding = all().filter(|it| self.lock_of(it) == Some(lock));
        let (n_holding, n_bare) = (n_functions(holding), n_functions(bare.iter().copied()));
        let is_usual = 2 * n_holding + 1 < n_bare;
        let writer = self.package.bodies[guarded.body].func(guarded.func);
        let sure = if is_usual
            || is_inner(self.package.world, &one.access)
            || self.is_apart(one, guarded, lock)
            || one.is_in_goroutine && asks(writer)
            || self.is_for_others(one, guarded, lock)
            || one.access.is_for_one
        {
            Confidence::Low
        } else {
            Confidence::Medium
        };
        let (verb, lock_name) = (guarded.access.verb, self.package.world.name(lock));
        let reason = format!("it is {verb} elsewhere while `{lock_name}` is held");
        let facts = &self.package.bodies[one.body];
        let function = facts.location(facts.func(one.func).span);
        let found = self.race(one, guarded).sure(sure, reason);
        Some((found, Some((lock, function))))
    }

    /// One function writes it under a lock beside it, another one uses it under another lock beside
    /// it.
    fn by_other_lock(&self) -> Option<(Finding, Option<(ObjId, Location)>)> {
        let is_clear = |it: &&Use| {
            let mut locks = it.locks.iter();
            !it.is_by_lock_holder
                && !it.access.is_atomic
                && !it.sure.is_empty()
                && locks.all(|(lock, _)| it.sure.contains(lock) && it.beside.contains(lock))
                && !self.is_named(it, |name| is_last_name(name) || is_start_name(name))
        };
        let clear = || self.uses.iter().filter(is_clear);
        let (write, other) = clear()
            .filter(|it| it.access.is_write())
            .find_map(|write| {
                let is_apart = |it: &&Use| {
                    it.access.path.steps == write.access.path.steps
                        && self.holder(it) == self.holder(write)
                        && !self.uses.iter().any(|both| {
                            both.sure.contains(&it.beside[0])
                                && both.sure.contains(&write.beside[0])
                        })
                        && !Self::have_common_lock(it, write)
                        && it.locks.iter().all(|(lock, _)| !write.sure.contains(lock))
                        && self.may_race(it, write)
                };
                Some((write, clear().find(is_apart)?))
            })?;
        let name = |it: &Use| self.package.world.name(it.beside[0]);
        let reason = format!(
            "one side holds `{}`, the other one `{}`",
            name(write),
            name(other)
        );
        let found = self.race(other, write).sure(Confidence::Medium, reason);
        let facts = &self.package.bodies[other.body];
        let function = facts.location(facts.func(other.func).span);
        Some((found, Some((write.beside[0], function))))
    }

    /// The type of the value that the place is in.
    fn holder(&self, it: &Use) -> Option<ObjId> {
        let world = self.package.world;
        let (ty, _) = world.deref(world.object_type(it.access.path.variable()?));
        let (named, _) = world.named_parts(ty)?;
        Some(world.original(world.named(named).object))
    }

    /// True if one way alone leads to both, and others take the lock too: it keeps these away.
    fn is_for_others(&self, bare: &Use, guarded: &Use, lock: ObjId) -> bool {
        let ways = |node| {
            let mut entries = self.roles.entries(self.package, node);
            entries.sort_unstable();
            let (body, func) = node;
            (
                self.roles.owner(body, func),
                self.roles.is_in_goroutine(body, func),
                entries,
            )
        };
        let way = ways(bare.node());
        let (owner, is_in_goroutine, entries) = &way;
        let is_one =
            (owner.is_some() || !is_in_goroutine) && owner.iter().len() + entries.len() == 1;
        let takes = |flow: &LockFlow| {
            let mut locks = flow.locks.iter();
            locks.any(|it| it.path.last_field() == Some(lock))
        };
        let are_others = || {
            self.package.bodies.iter().any(|facts| {
                let mut ids = facts.body.funcs().map(|(id, _)| id);
                ids.any(|id| facts.flow(id).is_some_and(takes) && ways((facts.index, id)) != way)
            })
        };
        is_one && way == ways(guarded.node()) && are_others()
    }

    /// True for a use without a lock that others may come to at any time.
    fn is_open_to_all(&self, it: &Use) -> bool {
        let is_write = it.access.is_write();
        let is_alone = |name: &str| is_last_name(name) || is_write && is_start_name(name);
        it.locks.is_empty()
            && !it.access.is_atomic
            && !it.is_by_lock_holder
            && it.is_placed
            && !self.is_named(it, |name| is_alone(name) || is_sort_name(name))
            && (it.is_in_goroutine || !self.roles.entries(self.package, it.node()).is_empty())
    }

    /// True for a read under the lock of what a goroutine writes without it: who reads takes the lock
    /// because of that goroutine.
    fn is_awaited(&self, bare: &Use, guarded: &Use) -> bool {
        bare.access.is_write()
            && bare.is_in_goroutine
            && bare.owner != guarded.owner
            && guarded.is_lock_inside
            && !guarded.access.is_atomic
            && !self.is_named(guarded, is_start_name)
    }

    /// True for a write under the lock beside it, which says that others may come meanwhile. A map
    /// is filled at any time, so a read says as much.
    fn is_promise(&self, it: &Use) -> bool {
        let is_map = it.access.subject == Subject::Map;
        (it.access.is_write() || is_map)
            && !it.access.is_atomic
            && self.lock_of(it).is_some()
            // The lock may still be held when `LockFor` has returned.
            && !self.is_named(it, |name| is_start_name(name) || name.contains("Lock"))
            && !self.runs_once(it)
    }

    fn is_callback(&self) -> bool {
        let world = self.package.world;
        let last = |it: &Use| it.access.path.last_field().or(it.access.path.variable());
        let object = self.uses.first().and_then(last);
        object.is_some_and(|object| {
            let ty = world.underlying(world.object_type(object));
            matches!(world.ty(ty), Type::Signature { .. })
        })
    }

    /// The lock that it holds beside the place, or that its caller does, as the function says.
    fn lock_of(&self, it: &Use) -> Option<ObjId> {
        let world = self.package.world;
        let of_caller = || {
            let (ty, _) = world.deref(world.object_type(it.access.path.variable()?));
            let Type::Struct(fields) = world.ty(world.underlying(ty)) else {
                return None;
            };
            let mut locks = it.locks.iter().map(|&(lock, _)| lock);
            locks.find(|lock| {
                fields
                    .iter()
                    .any(|field| world.original(field.object) == *lock)
            })
        };
        let is_expected = it.is_by_lock_holder && object_of(&it.access) == [Step::Deref];
        let beside = it.beside.first().copied();
        beside.or_else(|| of_caller().filter(|_| is_expected))
    }

    fn is_named(&self, it: &Use, is: impl Fn(&str) -> bool) -> bool {
        let around = [it.access.inside, declared_in(self.package, it.body)];
        let mut names = around
            .into_iter()
            .flatten()
            .map(|function| self.package.world.name(function));
        names.any(|name| is(name.as_str()))
    }

    /// Who alone writes may read without the lock, and so may who starts behind the write. A map is
    /// filled again and again.
    fn may_race(&self, one: &Use, other: &Use) -> bool {
        let is_map = one.access.subject == Subject::Map;
        // The methods of an embedded structure do not know the lock of the one around it.
        let knows_lock =
            other.is_lock_inside || other.access.path.steps.len() <= one.access.path.steps.len();
        knows_lock
            && (one.access.is_write() || other.access.is_write())
            && (one.owner.is_none() || one.owner != other.owner)
            && (is_map || !self.starts_behind(one, other))
            && (is_map || !self.starts_behind(other, one))
            && !self.is_over(one, other)
            && !self.is_over(other, one)
    }

    /// True if the function around the use, or the one that comes to it, says that nobody else uses
    /// the place just then.
    fn is_apart(&self, bare: &Use, guarded: &Use, lock: ObjId) -> bool {
        self.is_own_write(bare, guarded)
            || self.is_of_writer(bare)
            || self.is_behind_first_use(bare, lock)
            || self.is_behind_flag(bare, lock)
            || self.is_plain_setter(bare)
    }

    /// True for a read that a flag lets control come to, where the lock was held to look at the flag,
    /// and who writes under the lock sets both.
    fn is_behind_flag(&self, bare: &Use, lock: ObjId) -> bool {
        let writes = || self.uses.iter().filter(|it| it.access.is_write());
        if bare.access.is_write() || !writes().all(|it| it.sure.contains(&lock)) {
            return false;
        }
        let Some(object) = bare.access.path.owner() else {
            return false;
        };
        let flags = set_with(self.accesses, writes().map(Use::node), (object, lock));
        let at = (bare.body, bare.func, bare.access.at);
        is_behind_flag((self.package, self.accesses), at, (&flags, lock))
    }

    /// True for a write in a function that assigns what it is handed and does nothing else: it is
    /// usually called before others know the value.
    fn is_plain_setter(&self, bare: &Use) -> bool {
        let func = self.package.bodies[bare.body].func(bare.func);
        let is_straight = |block: &Block| {
            matches!(
                block.terminator,
                Terminator::Jump(_) | Terminator::Return(_)
            )
        };
        let mut own = self.accesses.own(bare.body, bare.func).iter();
        own.all(Access::is_write)
            && func.calls().next().is_none()
            && func.blocks.iter().all(is_straight)
    }

    /// True for a read behind a write of the same function, which one goroutine runs at a time.
    fn is_own_write(&self, bare: &Use, guarded: &Use) -> bool {
        let node = bare.node();
        node == guarded.node()
            && !bare.access.is_write()
            && guarded.access.at < bare.access.at
            && !self.roles.run_beside(node, node)
    }

    /// True for a read in the one function that all writes come from, itself or through calls, and
    /// that one goroutine runs at a time: the lock keeps others from reading meanwhile.
    fn is_of_writer(&self, bare: &Use) -> bool {
        let is_reached = |it: &Use, by| {
            let node = it.node();
            self.roles.is_reached_through(self.package, node, by)
        };
        let is_global = |it: ObjId| is_package_variable(self.package.world, it);
        let is_of_value = !bare.access.path.variable().is_some_and(is_global);
        let is_writer = |&by: &(usize, FuncId)| {
            let mut writes = self.uses.iter().filter(|it| it.access.is_write());
            is_reached(bare, by)
                && writes.all(|it| is_reached(it, by))
                && (!self.roles.run_beside(by, by)
                    || is_of_value && self.roles.are_for_own_values(by))
        };
        !bare.access.is_write() && self.roles.callers(bare.node()).iter().any(is_writer)
    }

    /// True for a read of what is written on first use only, where the function has used it before
    /// under the lock: by then nobody writes any more.
    fn is_behind_first_use(&self, bare: &Use, lock: ObjId) -> bool {
        let mut writes = self.uses.iter().filter(|it| it.access.is_write());
        let is_only_first = !bare.access.is_write()
            && writes.all(|it| it.access.manner == Manner::FirstUse && it.sure.contains(&lock));
        is_only_first && self.uses_before(bare, lock)
    }

    /// True if the function comes to the same place under the lock before, by a call.
    fn uses_before(&self, bare: &Use, lock: ObjId) -> bool {
        let (package, accesses) = self.as_written;
        let facts = &package.bodies[bare.body];
        let is_before = |location: Location| {
            let here = bare.access.location;
            location.file == here.file && location.span.end <= here.span.start
        };
        facts.func(bare.func).instrs.iter().any(|instr| {
            let InstrKind::Call(call) = instr.kind else {
                return false;
            };
            let callee = package.callee(facts, facts.body.call(call));
            let Some(callee) = callee.filter(|_| is_before(facts.place_of(instr))) else {
                return false;
            };
            accesses.inside(&callee).iter().any(|access| {
                let mut locks = access.locks.iter();
                let is_held = locks.any(|held| {
                    let path = held.path.as_ref();
                    held.is_sure && path.and_then(Path::owner) == Some(lock)
                });
                is_held
                    && access.subject == bare.access.subject
                    && access.path.owner() == bare.access.path.owner()
            })
        })
    }

    /// True if the first use is in goroutines that start behind the second.
    fn starts_behind(&self, one: &Use, other: &Use) -> bool {
        let (body, func, at) = (other.body, other.func, other.access.at);
        let behind = ((body, func), at);
        self.roles.starts_behind(self.package, one.node(), behind)
    }

    /// True if the first use is in goroutines that were waited for before the second.
    fn is_over(&self, one: &Use, other: &Use) -> bool {
        let ends = Ends {
            package: self.as_written.0,
            roles: self.roles,
        };
        let call = other.access.calls.first();
        let place = call.copied().unwrap_or(other.access.location);
        ends.are_over(one.node(), (other.node(), place))
    }

    /// True for functions that close a channel of the value and make no other: they tell its
    /// goroutines to end.
    fn ends_value(&self, it: &Use) -> bool {
        let body = self.package.bodies[it.body].body;
        let root = it.access.path.variable();
        let instrs = || body.funcs.iter().flat_map(|func| &func.instrs);
        let is_made = |channel: PlaceId| {
            instrs().any(
                |instr| matches!(instr.kind, InstrKind::Write { place, .. } if place == channel),
            )
        };
        instrs().any(|instr| match instr.kind {
            InstrKind::Close(Operand::Place(channel)) => {
                body.places.root_var(channel) == root && !is_made(channel)
            }
            _ => false,
        })
    }

    /// At the end of a value nobody else uses it, nor before it starts to work, and a callback is set
    /// before it is first called. What is made for one goroutine at a time its callers know. A function that is not exported may have few callers, who know when
    /// they may: unless goroutines are seen to come to both sides, others with the lock are no proof
    /// then.
    fn is_doubtful(&self, bare: &Use, guarded: &Use) -> bool {
        let Some(function) = declared_in(self.package, bare.body) else {
            return false;
        };
        let name = self.package.world.name(function);
        is_last_name(name.as_str())
            || bare.access.is_write() && is_start_name(name.as_str())
            || self.is_callback()
            || self.ends_value(bare)
            || bare.access.is_for_one
            || !name.is_exported() && !self.roles.run_beside(bare.node(), guarded.node())
    }

    fn have_common_lock(one: &Use, other: &Use) -> bool {
        one.is_by_lock_holder
            || other.is_by_lock_holder
            || one.locks.iter().any(|&(lock, mode)| {
                other.locks.iter().any(|&(held, other_mode)| {
                    held == lock && (mode == Mode::Exclusive || other_mode == Mode::Exclusive)
                })
            })
            || one.access.is_atomic && other.access.is_atomic
    }

    fn race(&self, one: &Use, other: &Use) -> Finding {
        let body = self.package.bodies[one.body].body;
        let mut found = finding(&Race {
            world: self.package.world,
            body: Some(body),
            function: self.package.function_name(body),
            one: Side {
                access: &one.access,
                start: None,
            },
            other: Side {
                access: &other.access,
                start: None,
            },
            is_self: std::ptr::eq(one, other),
            beside: None,
        });
        found.reasons.clear();
        name_without_goroutines(&mut found, self.package.world, &one.access, &other.access);
        found
    }
}

fn n_functions<'a>(uses: impl Iterator<Item = &'a Use>) -> usize {
    let mut all: Vec<_> = uses.map(Use::node).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

/// The headline where no single function knows both sides.
pub(super) fn name_without_goroutines(
    found: &mut Finding,
    world: &World,
    one: &Access,
    other: &Access,
) {
    let name = one.path.text(world, None);
    let what = one.noun();
    if one.is_atomic == other.is_atomic {
        found.message = match (one.is_write(), other.is_write()) {
            (true, true) => {
                format!("{what}`{name}` is written by goroutines without a common lock")
            }
            _ => format!("{what}`{name}` is read while another goroutine may write to it"),
        };
    }
}
