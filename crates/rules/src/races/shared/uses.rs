//! The uses of fields and package variables: who makes them, under which locks, and by which name the
//! function knows the object.

use std::collections::BTreeMap;

use contend_analysis::accesses::{Access, Accesses, Held, Subject, is_package_variable};
use contend_analysis::library::Mode;
use contend_analysis::package::{Package, declared_in};
use contend_analysis::path::{Path, Step};
use contend_analysis::roles::{BareCall, Roles};
use contend_base::Location;
use contend_ir::FuncId;
use contend_types::{ObjId, ObjectKind, Type, VarKind, World};
use rustc_hash::FxHashSet;

use super::Key;

/// One use of a place.
pub(super) struct Use {
    pub(super) access: Access,
    pub(super) body: usize,
    pub(super) func: FuncId,
    /// The locks that may be held, by field or variable.
    pub(super) locks: Vec<(ObjId, Mode)>,
    /// Those that are held on all ways.
    pub(super) sure: Vec<ObjId>,
    /// Locks that stand beside the place, in the same structure or in one around it.
    pub(super) beside: Vec<ObjId>,
    /// One of them is in the same structure.
    pub(super) is_lock_inside: bool,
    /// The function says, by name or comment, that its caller holds the lock.
    pub(super) is_by_lock_holder: bool,
    /// It is known who runs the function, and so which locks are held around it.
    pub(super) is_placed: bool,
    /// The only goroutine that comes to it.
    pub(super) owner: Option<usize>,
    /// Some goroutine of the package comes to it.
    pub(super) is_in_goroutine: bool,
    /// The function that calls without the lock which others hold around the call.
    pub(super) bare_by: Option<(usize, FuncId)>,
    pub(super) by: Name,
}

/// The name by which a function knows the object that a place is in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// The receiver, or a package variable.
    Own,
    /// That of an element, a parameter or a result, whose own lock is held.
    Locked,
    /// A way from a receiver or parameter to the map of another object, whose lock is not held.
    Far,
    /// An element of a list, whose lock is not held.
    Element,
    /// Another one, and it is read, or written in a goroutine. That says nothing about locks, and
    /// enough beside atomic writes, or beside who takes the lock because of the goroutine.
    Other,
    /// Another one again, which says something about the lock of an owner alone.
    Owned,
}

impl Use {
    /// The function that it stands in.
    pub(super) fn node(&self) -> (usize, FuncId) {
        (self.body, self.func)
    }
}

pub(super) fn uses_by_place(
    package: &Package,
    accesses: &Accesses,
    roles: &Roles,
) -> BTreeMap<Key, Vec<Use>> {
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
                    if !access.calls.is_empty() && it.by < Name::Far {
                        seen.insert(access.location);
                    }
                    let uses = places.entry(key).or_default();
                    uses.extend(without_lock_of_caller(package.world, roles, &it));
                    uses.push(it);
                }
            }
        }
    }
    add_handed_maps(package, accesses, roles, &mut places);
    let is_helper =
        |body: usize| declared_in(package, body).is_some_and(|it| helpers.contains(&it));
    for uses in places.values_mut() {
        uses.retain(|it| {
            let is_own = it.access.calls.is_empty() && it.by < Name::Far;
            !(is_own && seen.contains(&it.access.location) && is_helper(it.body))
        });
        uses.sort_by_key(|it| it.by);
    }
    places
}

/// What functions do to a map that they are handed, or that they are methods of: only their callers
/// know which field it is.
fn add_handed_maps(
    package: &Package,
    accesses: &Accesses,
    roles: &Roles,
    places: &mut BTreeMap<Key, Vec<Use>>,
) {
    let known: FxHashSet<Location> = places
        .iter()
        .filter(|((_, subject), _)| *subject == Subject::Map)
        .flat_map(|(_, uses)| uses.iter().map(|it| it.access.location))
        .collect();
    let with_maps = with_maps(package);
    for facts in package.own_bodies() {
        if package.is_test(facts.body.file) {
            continue;
        }
        for (func, _) in facts.body.funcs() {
            if roles.is_setup(facts.index, func) {
                continue;
            }
            let handed = accesses.outer(facts.index, func).iter().filter(|access| {
                access.subject == Subject::Map
                    && access.calls.len() == 1
                    && access.start.is_none()
                    && !known.contains(&access.location)
                    && access.inside.is_some_and(|it| with_maps.contains(&it))
            });
            for access in handed {
                if let Some((key, it)) = use_of(package, roles, access.clone(), facts.index, func) {
                    places.entry(key).or_default().push(it);
                }
            }
        }
    }
}

/// The methods of map types, and the functions that have a map as parameter.
fn with_maps(package: &Package) -> FxHashSet<ObjId> {
    let world = package.world;
    let is_map = |variable: &ObjId| {
        let (ty, _) = world.deref(world.object_type(*variable));
        matches!(world.underlying_type(ty), Type::Map { .. })
    };
    let bodies = package.own_bodies().iter().filter(|facts| {
        let func = facts.func(FuncId::new(0));
        let mut variables = func.params.iter().flatten().chain(&func.receiver);
        variables.any(is_map)
    });
    bodies
        .filter_map(|facts| declared_in(package, facts.index))
        .collect()
}

/// The use as it is where a caller does not hold the lock that others hold around the call.
fn without_lock_of_caller<'a>(
    world: &World,
    roles: &'a Roles,
    it: &'a Use,
) -> impl Iterator<Item = Use> + use<'a> {
    let is_own = it.access.locks.is_empty() && !it.is_by_lock_holder && it.by == Name::Own;
    let lock = lock_of_caller(world, it).filter(|_| is_own);
    // Which lock guards what is far is not known here.
    let is_far = !it.is_by_lock_holder && it.by == Name::Far;
    let is_bare = move |call: &&BareCall| {
        let lacks = |lock: ObjId| !call.held.iter().any(|&(held, _)| held == lock);
        !call.is_by_way && lock.is_some_and(lacks)
            || is_far && it.locks.iter().any(|&(lock, _)| lacks(lock))
    };
    let calls = roles.bare_calls(it.body, it.func).iter();
    calls.filter(is_bare).map(|call| {
        let mut access = it.access.clone();
        access.calls.insert(0, call.location);
        let (body, func) = call.by;
        let own = it.access.locks.iter().filter_map(|held| {
            let lock = held.path.as_ref()?.owner()?;
            Some((lock, held.mode))
        });
        Use {
            access,
            locks: call.held.iter().copied().chain(own).collect(),
            sure: Vec::new(),
            owner: roles.owner(body, func),
            is_in_goroutine: roles.is_in_goroutine(body, func),
            bare_by: Some(call.by),
            beside: it.beside.clone(),
            ..*it
        }
    })
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
    let is_through_list = access.path.is_through_list();
    let root = access.path.variable();
    let root = root.filter(|_| access.path.is_exact() || is_through_list)?;
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
    let is_given =
        is_receiver || package.world.object(root).kind == ObjectKind::Var(VarKind::Param);
    let is_plain_read =
        access.subject == Subject::Variable && !access.is_atomic && !access.is_write();
    let is_element = is_through_list || is_of_element(package.world, &access);
    let by = if is_element && beside.is_empty() && access.subject == Subject::Variable {
        Name::Element
    } else if is_global || is_receiver && is_direct(package.world, &access) {
        Name::Own
    } else if !beside.is_empty() && !is_fresh {
        Name::Locked
    } else if access.subject == Subject::Map && is_given && !is_fresh {
        Name::Far
    } else if (is_plain_read || access.is_write() && roles.is_in_goroutine(body, func))
        && !is_fresh
        && access.path.steps.len() == 2
    {
        Name::Other
    } else if is_given && !access.is_atomic && access.path.steps.len() == 2 {
        Name::Owned
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
        bare_by: None,
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
pub(super) fn is_inner(world: &World, access: &Access) -> bool {
    let object = object_of(access).len();
    let around = access.path.steps.split_last().map_or(&[][..], |it| it.1);
    let around = around.get(object..).unwrap_or_default();
    around
        .iter()
        .any(|step| matches!(step, Step::Field(field) if !is_embedded(world, *field)))
}

/// An element of an array is told of as the field that the array is.
fn without_element(access: &mut Access) {
    let steps = &mut access.path.steps;
    while let [.., Step::Field(_), last] = &steps[..]
        && last.is_element()
        && access.subject == Subject::Variable
    {
        steps.pop();
    }
}

/// The way to the object that a field belongs to, through the structures that hold it as a part.
pub(super) fn object_of(access: &Access) -> &[Step] {
    let steps = &access.path.steps[..];
    let pointer = steps.iter().rposition(|it| *it == Step::Deref);
    &steps[..pointer.map_or(0, |at| at + 1)]
}

/// A lock in the value that the place is in, which some caller holds.
pub(super) fn lock_of_caller(world: &World, it: &Use) -> Option<ObjId> {
    let (ty, _) = world.deref(world.object_type(it.access.path.variable()?));
    let Type::Struct(fields) = world.ty(world.underlying(ty)) else {
        return None;
    };
    let is_inside = |lock: ObjId| {
        let mut fields = fields.iter();
        fields.any(|field| world.original(field.object) == lock)
    };
    let mut locks = it.locks.iter().map(|&(lock, _)| lock);
    locks.find(|&lock| is_inside(lock))
}

/// The access with the lock of its value that all callers hold around it.
pub(super) fn under_all_locks(world: &World, it: &Use) -> Access {
    let mut access = it.access.clone();
    let lock = lock_of_caller(world, it).filter(|lock| it.sure.contains(lock));
    if let Some(lock) = lock.filter(|_| access.locks.is_empty()) {
        let steps = object_of(&access).iter().copied();
        let path = Path {
            root: access.path.root,
            steps: steps.chain([Step::Field(lock)]).collect(),
        };
        let modes = it.locks.iter().filter(|(held, _)| *held == lock);
        access.locks.push(Held {
            path: Some(path),
            mode: modes
                .map(|it| it.1)
                .min_by_key(|it| *it == Mode::Exclusive)
                .unwrap_or(Mode::Exclusive),
            is_sure: true,
        });
    }
    access
}
