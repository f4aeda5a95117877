//! Which lock guards which map.

use std::collections::BTreeMap;

use contend_analysis::accesses::Accesses;
use contend_analysis::callers::expects_lock;
use contend_analysis::library::{Mode, package_path};
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::roles::Roles;
use contend_analysis::taken::{Part, Taken, Values};
use contend_base::Location;
use contend_ir::{FuncId, InstrKind, Operand, PlaceId, RangeKind};
use contend_types::{ObjId, Type};

/// One use of the entries of a map.
pub(super) struct EntryUse {
    pub(super) location: Location,
    pub(super) is_write: bool,
    pub(super) locks: Vec<(ObjId, Mode)>,
    /// How the function came to the map, where it did not name it.
    pub(super) taken: Option<Taken>,
}

/// A field or package variable that holds a map.
pub(super) struct Container {
    pub(super) uses: Vec<EntryUse>,
    /// The lock that is held where the entries are used.
    pub(super) lock: Option<ObjId>,
    /// The functions that put another map in its place.
    replaced_in: Vec<usize>,
}

/// The maps of a package, each with its lock.
pub(super) struct Guards<'a> {
    pub(super) package: &'a Package<'a>,
    pub(super) roles: &'a Roles,
    pub(super) values: &'a Values<'a>,
    pub(super) containers: BTreeMap<ObjId, Container>,
}

impl<'a> Guards<'a> {
    pub(super) fn new(package: &'a Package<'a>, roles: &'a Roles, values: &'a Values<'a>) -> Self {
        let mut guards = Self {
            package,
            roles,
            values,
            containers: BTreeMap::new(),
        };
        for (facts, func) in guards.functions() {
            guards.collect(facts, func);
        }
        for container in guards.containers.values_mut() {
            container.lock = container.find_lock();
        }
        guards
    }

    /// The functions that may run beside others, with their bodies.
    pub(super) fn functions(&self) -> Vec<(&'a BodyFacts<'a>, FuncId)> {
        let (package, roles) = (self.package, self.roles);
        let bodies = package.own_bodies().iter();
        let bodies = bodies.filter(|facts| !package.is_test(facts.body.file));
        bodies
            .flat_map(|facts| facts.body.funcs().map(move |(func, _)| (facts, func)))
            .filter(|(facts, func)| {
                // A method that takes a lock expects others, whatever its name says.
                let is_method = facts.func(*func).receiver.is_some();
                let locks = is_method && facts.flow(*func).is_some();
                !roles.is_setup(facts.index, *func) || locks
            })
            .collect()
    }

    fn collect(&mut self, facts: &BodyFacts, func: FuncId) {
        for (at, instr) in facts.func(func).instrs.iter().enumerate() {
            if let InstrKind::Write { place, .. } = instr.kind
                && let Some(container) = self.values.direct(facts, place)
                && self.is_map(facts, place)
            {
                self.container(container).replaced_in.push(facts.index);
            }
            let Some((map, is_write)) = entry_access(facts, instr.kind) else {
                continue;
            };
            let (container, taken) = if let Some(container) = self.values.direct(facts, map) {
                (container, None)
            } else {
                let found = self.values.of(facts, func, at, Operand::Place(map));
                let whole = found.into_iter().find(|it| it.part == Part::Whole);
                let Some(taken) = whole else { continue };
                (taken.container, Some(taken))
            };
            let locks = self.locks(facts, func, at);
            self.container(container).uses.push(EntryUse {
                location: facts.place_of(instr),
                is_write,
                locks,
                taken,
            });
        }
    }

    fn container(&mut self, container: ObjId) -> &mut Container {
        self.containers.entry(container).or_insert(Container {
            uses: Vec::new(),
            lock: None,
            replaced_in: Vec::new(),
        })
    }

    fn is_map(&self, facts: &BodyFacts, place: PlaceId) -> bool {
        let ty = facts.body.places.ty(place);
        ty.is_some_and(|ty| matches!(self.package.world.underlying_type(ty), Type::Map { .. }))
    }

    /// The locks held at an instruction, by the function itself or by its callers.
    pub(super) fn locks(&self, facts: &BodyFacts, func: FuncId, at: usize) -> Vec<(ObjId, Mode)> {
        let mut locks = self.values.locks(facts, func, at);
        locks.extend(self.roles.locks_at_entry(facts.index, func));
        locks
    }

    /// The map with the lock that guards it, if there is one.
    pub(super) fn guarded(&self, container: ObjId) -> Option<(&Container, ObjId)> {
        let known = self.containers.get(&container)?;
        Some((known, known.lock?))
    }

    pub(super) fn accesses(&self) -> &'a Accesses<'a> {
        self.values.accesses()
    }

    /// True for a field or variable of type `sync.Map`.
    pub(super) fn is_sync_map(&self, container: ObjId) -> bool {
        let world = self.package.world;
        let named = world.named_parts(world.object_type(container));
        named.is_some_and(|(named, _)| {
            let object = world.named(named).object;
            world.name(object).as_str() == "Map" && package_path(world, object) == "sync"
        })
    }

    /// True if the function says that its caller holds a lock.
    pub(super) fn is_by_lock_holder(&self, facts: &BodyFacts) -> bool {
        expects_lock(self.package.world, self.package.files, facts.body)
    }

    pub(super) fn name(&self, object: ObjId) -> String {
        self.package.world.name(object).to_string()
    }
}

impl Container {
    /// The lock that most uses hold. Those who have the map from a function that returned it say
    /// nothing about its lock.
    fn find_lock(&self) -> Option<ObjId> {
        let direct = || {
            let is_direct = |it: &&EntryUse| it.taken.as_ref().is_none_or(|it| it.call.is_none());
            self.uses.iter().filter(is_direct)
        };
        let mut locks: Vec<ObjId> = direct()
            .flat_map(|it| it.locks.iter().map(|&(lock, _)| lock))
            .collect();
        locks.sort_unstable();
        locks.dedup();
        let holders = |lock: ObjId| {
            let holds = |it: &&EntryUse| it.locks.iter().any(|&(held, _)| held == lock);
            direct().filter(holds).count()
        };
        let lock = locks
            .into_iter()
            .max_by_key(|&lock| (holders(lock), lock))?;
        (direct().count() < 2 * holders(lock)).then_some(lock)
    }

    /// True if the function takes the map away: what it has then is its own.
    pub(super) fn is_replaced_in(&self, body: usize) -> bool {
        self.replaced_in.contains(&body)
    }
}

/// The map that an instruction uses the entries of, and whether it changes it.
pub(super) fn entry_access(facts: &BodyFacts, kind: InstrKind) -> Option<(PlaceId, bool)> {
    let map_of = |element| facts.body.places.kind(element).base();
    Some(match kind {
        InstrKind::MapRead { element, .. } => (map_of(element)?, false),
        InstrKind::MapLen(map)
        | InstrKind::Next {
            over: Operand::Place(map),
            kind: RangeKind::Map,
            ..
        } => (map, false),
        InstrKind::MapWrite { element, .. } | InstrKind::MapDelete { element } => {
            (map_of(element)?, true)
        }
        InstrKind::MapClear(map) => (map, true),
        _ => return None,
    })
}
