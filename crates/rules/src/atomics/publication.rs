//! CT1110: an object is changed after others can see it.
//!
//! An object becomes visible when it is stored in an atomic, sent through a channel, or put under
//! a lock where others find it under the lock. An object that was loaded from an atomic is visible
//! from the start.

use contend_analysis::accesses::Accesses;
use contend_analysis::library::Mode;
use contend_analysis::package::BodyFacts;
use contend_analysis::path::{Path, Root, Step};
use contend_analysis::roles::Roles;
use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::{
    AllocKind, Callee, Func, FuncId, InstrKind, Operand, PlaceId, PlaceKind, Terminator,
};
use contend_types::{ObjId, ObjectKind, Type, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::operation::{Kind, Operation, Operations};
use crate::races::PUBLICATION;

pub(super) fn check(
    operations: &Operations,
    roles: &Roles,
    accesses: &Accesses,
    findings: &mut Vec<Finding>,
) {
    let mut search = Search {
        operations,
        roles,
        accesses,
        readers: FxHashMap::default(),
        given_away: FxHashMap::default(),
    };
    search.collect_readers();
    search.collect_given_away();
    for facts in operations.package.own_bodies() {
        if operations.package.is_test(facts.body.file) {
            continue;
        }
        for (func, _) in facts.body.funcs() {
            findings.extend(search.published(facts, func));
            findings.extend(search.loaded(facts, func));
        }
    }
}

/// A read of a field through a pointer.
struct Reader {
    body: usize,
    func: FuncId,
    at: usize,
    location: Location,
}

struct Search<'a> {
    operations: &'a Operations<'a>,
    roles: &'a Roles,
    accesses: &'a Accesses<'a>,
    /// By field.
    readers: FxHashMap<ObjId, Vec<Reader>>,
    /// Parameters that a function makes visible to others: by body and position.
    given_away: FxHashMap<(usize, usize), Visible>,
}

/// Through what others see an object.
#[derive(Clone, Debug)]
enum Visible {
    /// An atomic variable.
    Atomic(ObjId),
    /// A structure that is used under these locks.
    Under(Vec<ObjId>),
    Channel,
}

/// The moment an object becomes visible.
struct Event {
    at: usize,
    variable: ObjId,
    /// The variable is the object, and not a pointer to it.
    is_object: bool,
    visible: Visible,
}

impl<'a> Search<'a> {
    fn functions(&self) -> impl Iterator<Item = (&'a BodyFacts<'a>, FuncId, &'a Func)> {
        let package = self.operations.package;
        let bodies = package.own_bodies().iter();
        let bodies = bodies.filter(|facts| !package.is_test(facts.body.file));
        bodies.flat_map(|facts| facts.body.funcs().map(move |(id, func)| (facts, id, func)))
    }

    fn collect_readers(&mut self) {
        let mut readers: FxHashMap<ObjId, Vec<Reader>> = FxHashMap::default();
        for (facts, id, func) in self.functions() {
            for (at, instr) in func.instrs.iter().enumerate() {
                let InstrKind::Read(place) = instr.kind else {
                    continue;
                };
                let PlaceKind::Field { base, field } = facts.body.places.kind(place) else {
                    continue;
                };
                if matches!(facts.body.places.kind(base), PlaceKind::Deref { .. }) {
                    readers.entry(field).or_default().push(Reader {
                        body: facts.index,
                        func: id,
                        at,
                        location: facts.place_of(instr),
                    });
                }
            }
        }
        self.readers = readers;
    }

    fn collect_given_away(&mut self) {
        let mut given: FxHashMap<(usize, usize), Visible> = FxHashMap::default();
        for (facts, id, func) in self.functions() {
            if id != FuncId::new(0) {
                continue;
            }
            for event in self.events(facts, id) {
                let position = func
                    .params
                    .iter()
                    .position(|it| *it == Some(event.variable));
                if let Some(position) = position
                    && !event.is_object
                {
                    given.insert((facts.index, position), event.visible);
                }
            }
        }
        self.given_away = given;
    }

    fn locks(&self, facts: &BodyFacts, func: FuncId, at: usize) -> Vec<(ObjId, Mode)> {
        let held = self.accesses.locks(facts.index, func).at(at).iter();
        let own = held.filter_map(|held| {
            let path = held.path.as_ref()?;
            Some((path.owner()?, held.mode))
        });
        let entry = self.roles.locks_at_entry(facts.index, func);
        own.chain(entry.iter().copied()).collect()
    }

    /// What makes objects of local variables visible in a function.
    fn events(&self, facts: &BodyFacts, id: FuncId) -> Vec<Event> {
        let operations = self.operations.of(facts.index, id);
        let mut events: Vec<Event> = operations
            .iter()
            // A compare-and-swap that failed has stored nothing.
            .filter(|it| matches!(it.kind, Kind::Store | Kind::Swap))
            .filter_map(|it| {
                let visible = Visible::Atomic(it.owner?);
                self.event(facts, it.at, *it.values.last()?, visible)
            })
            .collect();
        for (at, instr) in facts.func(id).instrs.iter().enumerate() {
            match instr.kind {
                InstrKind::Send { value, .. } => {
                    events.extend(self.event(facts, at, value, Visible::Channel));
                }
                InstrKind::MapWrite {
                    element: place,
                    value,
                } if self.is_seen_by_others(facts, place) => {
                    events.extend(self.under_lock(facts, id, at, value));
                }
                InstrKind::Write { place, value }
                    if self.is_seen_by_others(facts, place)
                        && !matches!(facts.body.places.kind(place), PlaceKind::Var(_)) =>
                {
                    events.extend(self.under_lock(facts, id, at, value));
                }
                InstrKind::Append { args, .. } => {
                    for &value in facts.body.operands(args) {
                        events.extend(self.under_lock(facts, id, at, value));
                    }
                }
                InstrKind::Call(call) => {
                    let call = facts.body.call(call);
                    let callee = self.operations.package.callee(facts, call);
                    let Some((body, function)) = callee.and_then(|it| it.target.here()) else {
                        continue;
                    };
                    if function != FuncId::new(0) {
                        continue;
                    }
                    for (position, &value) in facts.body.operands(call.args).iter().enumerate() {
                        if let Some(visible) = self.given_away.get(&(body, position)) {
                            events.extend(self.event(facts, at, value, visible.clone()));
                        }
                    }
                }
                _ => {}
            }
        }
        events
    }

    fn under_lock(
        &self,
        facts: &BodyFacts,
        id: FuncId,
        at: usize,
        value: Operand,
    ) -> Option<Event> {
        let locks = self.locks(facts, id, at);
        let locks: Vec<ObjId> = locks.into_iter().map(|(lock, _)| lock).collect();
        if locks.is_empty() {
            return None;
        }
        self.event(facts, at, value, Visible::Under(locks))
    }

    /// True if the place is not in a local variable.
    fn is_seen_by_others(&self, facts: &BodyFacts, place: PlaceId) -> bool {
        Path::of(facts.body, place).map_or_else(
            || true,
            |path| {
                path.steps.contains(&Step::Deref)
                    || path
                        .variable()
                        .is_some_and(|it| self.kind(it) == VarKind::Package)
            },
        )
    }

    fn kind(&self, variable: ObjId) -> VarKind {
        match self.operations.package.world.object(variable).kind {
            ObjectKind::Var(kind) => kind,
            _ => VarKind::Field { embedded: false },
        }
    }

    fn event(
        &self,
        facts: &BodyFacts,
        at: usize,
        value: Operand,
        visible: Visible,
    ) -> Option<Event> {
        let (place, is_object) = match value {
            Operand::Place(place) => (place, false),
            Operand::Addr(place) => (place, true),
            _ => return None,
        };
        let PlaceKind::Var(variable) = facts.body.places.kind(place) else {
            return None;
        };
        let is_local = matches!(
            self.kind(variable),
            VarKind::Local | VarKind::Param | VarKind::Loop(_)
        );
        let ty = facts.body.places.ty(place)?;
        let is_pointer = matches!(
            self.operations.package.world.underlying_type(ty),
            Type::Pointer(_)
        );
        (is_local && (is_object || is_pointer)).then_some(Event {
            at,
            variable,
            is_object,
            visible,
        })
    }

    /// True if the object is put into something that the function has made itself, and that nobody
    /// else knows yet.
    fn is_put_into_own(&self, facts: &BodyFacts, id: FuncId, event: &Event, all: &[Event]) -> bool {
        let InstrKind::Write { place, .. } = facts.func(id).instrs[event.at].kind else {
            return false;
        };
        facts.body.places.root_var(place).is_some_and(|holder| {
            self.operations.package.fresh.is_fresh(facts.index, holder)
                && !all.iter().any(|it| it.variable == holder)
        })
    }

    fn published(&self, facts: &BodyFacts, id: FuncId) -> Option<Finding> {
        let events = self.events(facts, id);
        for event in &events {
            if self.is_put_into_own(facts, id, event, &events) {
                continue;
            }
            let is_atomic = matches!(event.visible, Visible::Atomic(_));
            if !is_atomic && !is_made_here(facts, id, event.variable) {
                continue;
            }
            if self.kind(event.variable) == VarKind::Param && !is_atomic {
                continue;
            }
            let later = self.changes_after(facts, id, event);
            for (at, field) in later {
                if let Some(found) = self.verdict(facts, id, event, at, field) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// The writes to fields of the object that follow without a lock and before anybody was waited
    /// for.
    fn changes_after(&self, facts: &BodyFacts, id: FuncId, event: &Event) -> Vec<(usize, ObjId)> {
        let func = facts.func(id);
        let mut changes = Vec::new();
        let Some((block, _)) = func
            .blocks()
            .find(|(_, block)| block.instrs.as_usize().contains(&event.at))
        else {
            return changes;
        };
        let mut seen = FxHashSet::default();
        let mut open = vec![(block, event.at + 1)];
        while let Some((block, from)) = open.pop() {
            let data = func.block(block);
            let range = data.instrs.as_usize();
            let mut goes_on = !matches!(data.terminator, Terminator::Select(_));
            for at in from.max(range.start)..range.end {
                let instr = func.instrs[at].kind;
                if self.ends_walk(facts, instr, event.variable) {
                    goes_on = false;
                    break;
                }
                if let Some(field) = changed_field(facts, instr, event)
                    && self.locks(facts, id, at).is_empty()
                {
                    changes.push((at, field));
                }
            }
            if goes_on {
                for to in facts.body.successors(func, block) {
                    if seen.insert(to) {
                        open.push((to, 0));
                    }
                }
            }
        }
        changes.sort_unstable();
        changes
    }

    /// True for what gives the variable another object, or waits for somebody.
    fn ends_walk(&self, facts: &BodyFacts, kind: InstrKind, variable: ObjId) -> bool {
        match kind {
            InstrKind::Declare(it) => it == variable,
            InstrKind::Write { place, .. } => {
                facts.body.places.kind(place) == PlaceKind::Var(variable)
            }
            InstrKind::Next { key, value, .. } => [key, value]
                .iter()
                .any(|&it| facts.body.places.kind(it) == PlaceKind::Var(variable)),
            InstrKind::Receive { .. } => true,
            InstrKind::Call(call) => {
                let package = self.operations.package;
                let call = facts.body.call(call);
                package.waiting.call_waits(package.world, call)
                    && !matches!(call.callee, Callee::Value(_))
            }
            _ => false,
        }
    }

    fn verdict(
        &self,
        facts: &BodyFacts,
        id: FuncId,
        event: &Event,
        at: usize,
        field: ObjId,
    ) -> Option<Finding> {
        let world = self.operations.package.world;
        let readers = self.readers.get(&field).map_or(&[][..], Vec::as_slice);
        let elsewhere = readers
            .iter()
            .filter(|it| (it.body, it.func) != (facts.index, id));
        let (reader, how, sure) = match &event.visible {
            Visible::Atomic(owner) => {
                let loads = |it: &&Reader| {
                    let operations = self.operations.of(it.body, it.func).iter();
                    operations
                        .clone()
                        .any(|it| it.kind == Kind::Load && it.owner == Some(*owner))
                };
                let reader = elsewhere.clone().find(loads);
                let sure = if reader.is_some() {
                    Confidence::High
                } else {
                    Confidence::Medium
                };
                let reader = reader.or_else(|| elsewhere.clone().next())?;
                (reader, "stored in an atomic", sure)
            }
            Visible::Under(locks) => {
                let holds = |it: &&Reader| {
                    let facts = &self.operations.package.bodies[it.body];
                    let held = self.locks(facts, it.func, it.at);
                    held.iter().any(|(lock, _)| locks.contains(lock))
                };
                let reader = elsewhere.clone().find(holds)?;
                (reader, "put where others find it", Confidence::Medium)
            }
            Visible::Channel => {
                let reader = elsewhere.clone().next()?;
                (reader, "sent to another goroutine", Confidence::Medium)
            }
        };
        let instrs = &facts.func(id).instrs;
        let object = world.name(event.variable);
        let name = world.name(field);
        Some(
            Finding::new(
                &PUBLICATION,
                facts.place_of(&instrs[at]),
                format!("`{object}.{name}` is written after `{object}` was {how}"),
            )
            .here(Role::Write, "written, no lock held")
            .label(
                Role::Other,
                facts.place_of(&instrs[event.at]),
                format!("`{object}` is visible to others from here on"),
            )
            .label(
                Role::Read,
                reader.location,
                format!("`{name}` is read here"),
            )
            .help("finish the object first, then let others see it")
            .sure(
                sure,
                "nothing orders the write before the reads of those who see the object",
            )
            .inside(self.operations.package.function_name(facts.body)),
        )
    }

    /// An object that was loaded from an atomic is changed in place.
    fn loaded(&self, facts: &BodyFacts, id: FuncId) -> Option<Finding> {
        if self.roles.is_setup(facts.index, id) {
            return None;
        }
        let func = facts.func(id);
        let loads: Vec<&Operation> = self
            .operations
            .of(facts.index, id)
            .iter()
            .filter(|it| it.kind == Kind::Load)
            .collect();
        if loads.is_empty() {
            return None;
        }
        for (at, instr) in func.instrs.iter().enumerate() {
            let (place, is_map) = match instr.kind {
                InstrKind::Write { place, .. } => (place, false),
                InstrKind::MapWrite { element, .. } | InstrKind::MapDelete { element } => {
                    (facts.body.places.kind(element).base()?, true)
                }
                _ => continue,
            };
            let Some(path) = Path::of(facts.body, place) else {
                continue;
            };
            let load = loads
                .iter()
                .find(|it| it.at < at && comes_from(facts, func, &path, it));
            let Some(load) = load else { continue };
            let n_pointers = path.steps.iter().filter(|it| **it == Step::Deref).count();
            let is_inside = (is_map && n_pointers <= 1) || n_pointers == 1;
            if !is_inside || !self.locks(facts, id, at).is_empty() {
                continue;
            }
            if let Some(found) = self.changed_in_place(facts, id, (at, is_map), load, &path) {
                return Some(found);
            }
        }
        None
    }

    fn changed_in_place(
        &self,
        facts: &BodyFacts,
        id: FuncId,
        (at, is_map): (usize, bool),
        load: &Operation,
        path: &Path,
    ) -> Option<Finding> {
        let package = self.operations.package;
        let owner = load.owner?;
        let others = self
            .operations
            .functions()
            .filter(|(other, func, operations)| {
                (other.index, *func) != (facts.index, id)
                    && operations
                        .iter()
                        .any(|it| it.kind == Kind::Load && it.owner == Some(owner))
            });
        let others: Vec<(usize, FuncId, Location)> = others
            .map(|(other, func, operations)| {
                let at = operations.iter().find(|it| it.owner == Some(owner));
                let whole = other.location(other.func(func).span);
                (other.index, func, at.map_or(whole, |it| it.location))
            })
            .collect();
        let field = path.last_field();
        let reader = match field.and_then(|it| self.readers.get(&it)) {
            Some(readers) => readers
                .iter()
                .find(|it| {
                    others
                        .iter()
                        .any(|other| (other.0, other.1) == (it.body, it.func))
                })
                .map(|it| it.location),
            None if is_map => others.first().map(|it| it.2),
            None => None,
        }?;
        let world = package.world;
        let instrs = &facts.func(id).instrs;
        let name = path.text(world, Some(facts.body));
        let what = if is_map { "map " } else { "" };
        Some(
            Finding::new(
                &PUBLICATION,
                facts.place_of(&instrs[at]),
                format!(
                    "{what}`{name}` is changed in place, and everybody who loads `{}` has it",
                    world.name(owner)
                ),
            )
            .here(Role::Write, "written, no lock held")
            .label(
                Role::Other,
                facts.place_of(&instrs[load.at]),
                "loaded here: the object is shared",
            )
            .label(Role::Read, reader, "read here by others")
            .help("make a copy, change it, and store the copy")
            .sure(
                if is_map {
                    Confidence::High
                } else {
                    Confidence::Medium
                },
                "the load orders what came before the store, and nothing that comes after",
            )
            .inside(package.function_name(facts.body)),
        )
    }
}

/// True if the variable holds an object that the function allocates.
fn is_made_here(facts: &BodyFacts, id: FuncId, variable: ObjId) -> bool {
    let instrs = || facts.func(id).instrs.iter();
    let values = instrs().filter_map(|instr| match instr.kind {
        InstrKind::Write {
            place,
            value: Operand::Place(value),
        } if facts.body.places.kind(place) == PlaceKind::Var(variable) => Some(value),
        _ => None,
    });
    let values: Vec<PlaceId> = values.collect();
    instrs().any(|instr| {
        matches!(instr.kind, InstrKind::Alloc { dst, kind: AllocKind::New | AllocKind::Composite, .. }
            if values.contains(&dst))
    })
}

/// The field of the object that an instruction writes to.
fn changed_field(facts: &BodyFacts, kind: InstrKind, event: &Event) -> Option<ObjId> {
    let place = match kind {
        InstrKind::Write { place, .. } => place,
        InstrKind::MapWrite { element, .. } => facts.body.places.kind(element).base()?,
        _ => return None,
    };
    let path = Path::of(facts.body, place)?;
    if path.root != Root::Var(event.variable) {
        return None;
    }
    let steps = if event.is_object {
        path.steps.as_slice()
    } else {
        path.steps.strip_prefix(&[Step::Deref])?
    };
    match steps {
        [.., Step::Field(field)] if steps.iter().all(|it| matches!(it, Step::Field(_))) => {
            Some(*field)
        }
        _ => None,
    }
}

/// True if the path starts at what an atomic load returned.
fn comes_from(facts: &BodyFacts, func: &Func, path: &Path, load: &Operation) -> bool {
    let Some(result) = load.result else {
        return false;
    };
    let mut known = vec![result];
    for instr in &func.instrs[load.at..] {
        match instr.kind {
            InstrKind::TypeAssert { dst, value, .. } | InstrKind::Convert { dst, value, .. }
                if value_in(&known, value) =>
            {
                known.push(dst);
            }
            InstrKind::Write { place, value }
                if matches!(facts.body.places.kind(place), PlaceKind::Var(_))
                    && value_in(&known, value) =>
            {
                known.push(place);
            }
            _ => {}
        }
    }
    match path.root {
        Root::Temp(place) => known.contains(&place),
        Root::Var(variable) => known
            .iter()
            .any(|&it| facts.body.places.kind(it) == PlaceKind::Var(variable)),
    }
}

fn value_in(known: &[PlaceId], value: Operand) -> bool {
    matches!(value, Operand::Place(place) if known.contains(&place))
}
