//! CT1008 and CT1009: what was looked up under the lock is used without it.

use std::collections::BTreeMap;

use contend_analysis::goroutines::{Region, Walk};
use contend_analysis::library::Mode;
use contend_analysis::package::BodyFacts;
use contend_analysis::taken::{Part, Taken};
use contend_analysis::waiting::runs_once;
use contend_base::Location;
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_ir::{FuncId, InstrKind, Operand, PlaceId, PlaceKind, RangeKind};
use contend_types::{ObjId, Type};

use super::guards::Guards;
use crate::helpers::Found;

pub(crate) static POINTEE: RuleMeta = RuleMeta {
    code: "CT1008",
    name: "map-value-pointer",
    summary: "the lock guards the lookup, and what was found is changed without it",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_value_pointer.md"),
};

pub(crate) static NESTED: RuleMeta = RuleMeta {
    code: "CT1009",
    name: "map-nested",
    summary: "a map or slice inside of a guarded map is used after the lock was released",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_nested.md"),
};

/// What is used of an entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// Memory that the entry points to.
    Memory,
    /// The entries of a map.
    Map,
    /// The elements of a slice.
    Slice,
}

/// The map, the fields on the way from its entry, and what is there.
type Key = (ObjId, Vec<ObjId>, Subject);

/// One use of what an entry of a map leads to.
struct Use {
    body: usize,
    func: FuncId,
    location: Location,
    is_write: bool,
    locks: Vec<(ObjId, Mode)>,
    taken: Taken,
    /// It was taken out of the map before: it may be the function's own by now.
    removes: bool,
    is_by_lock_holder: bool,
    /// The function made the entry and has put it in the map, and did not look it up.
    is_put: bool,
    /// The function waits for somebody before.
    is_behind_wait: bool,
}

pub(super) fn check(guards: &Guards, all: &mut Found) {
    let mut uses: BTreeMap<Key, Vec<Use>> = BTreeMap::new();
    for (facts, func) in guards.functions() {
        // What runs a literal that is handed to it may hold a lock.
        if runs_once(guards.package.world, facts.body, &facts.literals, func)
            || !guards.roles.is_placed(facts.index, func)
        {
            continue;
        }
        for (at, instr) in facts.func(func).instrs.iter().enumerate() {
            for (place, subject, is_write) in accesses(facts, func, instr.kind) {
                if let Some((key, taken, is_put)) =
                    key_of(guards, facts, (func, at), place, subject)
                {
                    let found = Use {
                        body: facts.index,
                        func,
                        location: facts.place_of(instr),
                        is_write,
                        locks: guards.locks(facts, func, at),
                        removes: takes_out(guards, facts, key.0, &taken, (func, at)),
                        is_put,
                        is_behind_wait: waits_between(guards, facts, func, (taken.at, at)),
                        taken,
                        is_by_lock_holder: guards.is_by_lock_holder(facts),
                    };
                    uses.entry(key).or_default().push(found);
                }
            }
        }
    }
    // One finding for a map, however many fields of its entries.
    let mut of_maps: BTreeMap<(ObjId, usize), Finding> = BTreeMap::new();
    for (key, uses) in &uses {
        let (found, if_beside) = verdict(guards, key, uses);
        all.if_beside.extend(if_beside);
        if let Some((bare, found)) = found {
            let location = found.primary.location;
            of_maps
                .entry((key.0, bare))
                .and_modify(|first| {
                    if first.primary.location != location
                        && !first.labels.iter().any(|it| it.location == location)
                    {
                        first.labels.push(found.primary.clone());
                    }
                })
                .or_insert(found);
        }
    }
    all.findings.extend(of_maps.into_values());
}

/// The places whose memory, map or slice an instruction uses.
fn accesses(facts: &BodyFacts, func: FuncId, kind: InstrKind) -> Vec<(PlaceId, Subject, bool)> {
    let base = |place: PlaceId| facts.body.places.kind(place).base();
    let element = |place: PlaceId, is_write: bool| match facts.body.places.kind(place) {
        PlaceKind::Element { base, .. } => vec![(base, Subject::Slice, is_write)],
        _ => vec![(place, Subject::Memory, is_write)],
    };
    let map = |place: Option<PlaceId>, is_write: bool| {
        place
            .map(|place| (place, Subject::Map, is_write))
            .into_iter()
            .collect()
    };
    match kind {
        InstrKind::Read(place) => element(place, false),
        InstrKind::Write { place, .. } => element(place, true),
        InstrKind::MapRead { element, .. } => map(base(element), false),
        InstrKind::MapWrite { element, .. } | InstrKind::MapDelete { element } => {
            map(base(element), true)
        }
        InstrKind::MapLen(place) => map(Some(place), false),
        InstrKind::MapClear(place) => map(Some(place), true),
        InstrKind::Next {
            over: Operand::Place(place),
            kind: RangeKind::Map,
            ..
        } => map(Some(place), false),
        InstrKind::Next {
            over: Operand::Place(place),
            kind: RangeKind::Slice,
            ..
        } => vec![(place, Subject::Slice, false)],
        // `append(list[:i], ...)` moves what is behind.
        InstrKind::Append {
            slice: Operand::Place(slice),
            ..
        } => {
            let cut = facts.func(func).instrs.iter().find_map(|it| match it.kind {
                InstrKind::Slice {
                    dst,
                    base: Operand::Place(base),
                    ..
                } if dst == slice => Some(base),
                _ => None,
            });
            cut.map(|base| (base, Subject::Slice, true))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The entry that a place belongs to, where it belongs to one.
fn key_of(
    guards: &Guards,
    facts: &BodyFacts,
    (func, at): (FuncId, usize),
    place: PlaceId,
    subject: Subject,
) -> Option<(Key, Taken, bool)> {
    let mut fields = Vec::new();
    let mut n_pointers = 0;
    let mut step = place;
    loop {
        match facts.body.places.kind(step) {
            PlaceKind::Field { base, field } if n_pointers == 0 => {
                fields.push(field);
                step = base;
            }
            PlaceKind::Deref { base } if n_pointers == 0 => {
                n_pointers = 1;
                step = base;
            }
            _ => break,
        }
    }
    // A field of the entry itself is a copy; the memory of a variable is its own.
    let is_entry_itself = n_pointers == 0;
    if is_entry_itself && (!fields.is_empty() || subject == Subject::Memory) {
        return None;
    }
    fields.reverse();
    let is_named = matches!(
        facts.body.places.kind(step),
        PlaceKind::Var(_) | PlaceKind::Temp(_) | PlaceKind::MapElement { .. }
    );
    if !is_named {
        return None;
    }
    let found = guards.values.of(facts, func, at, Operand::Place(step));
    let looked_up = found.into_iter().find(|it| it.part == Part::Element);
    let is_put = looked_up.is_none();
    let taken = looked_up.or_else(|| guards.values.put(facts, func, at, step))?;
    if !guards.is_sync_map(taken.container) {
        guards.guarded(taken.container)?;
    }
    let is_whole = subject == Subject::Memory && fields.is_empty();
    let subject = match facts.body.places.ty(place) {
        Some(ty) if is_whole => match guards.package.world.underlying_type(ty) {
            Type::Slice(_) => Subject::Slice,
            Type::Map { .. } => Subject::Map,
            _ => subject,
        },
        _ => subject,
    };
    let fields = [&taken.fields[..], &fields].concat();
    Some(((taken.container, fields, subject), taken, is_put))
}

/// What a function may come to behind one of its instructions.
fn behind(guards: &Guards, facts: &BodyFacts, func: FuncId, at: usize, is_free: bool) -> Region {
    let walk = Walk {
        package: guards.package,
        facts,
        func: facts.func(func),
        spawn: None,
        ends_at_receive: is_free,
        path: None,
    };
    walk.after(at)
}

/// True if the function waits for somebody between two of its instructions.
fn waits_between(
    guards: &Guards,
    facts: &BodyFacts,
    func: FuncId,
    (from, to): (Option<usize>, usize),
) -> bool {
    from.is_some_and(|from| from != to && !behind(guards, facts, func, from, true).contains(to))
}

/// True if what is used was taken out of the map: others do not find it any more.
fn takes_out(
    guards: &Guards,
    facts: &BodyFacts,
    container: ObjId,
    taken: &Taken,
    (func, at): (FuncId, usize),
) -> bool {
    let is_behind = |facts: &BodyFacts, id, from, at| {
        from == at || behind(guards, facts, id, from, false).contains(at)
    };
    if taken.body != facts.index {
        // Where it was looked up in the other function, it is removed behind that.
        let maker = &guards.package.bodies[taken.body];
        return maker.body.funcs().any(|(id, it)| {
            let mut instrs = it.instrs.iter();
            let Some(from) = instrs.position(|it| maker.place_of(it) == taken.location) else {
                return false;
            };
            let mut removals = removals(guards, maker, id, container);
            removals.any(|removal| is_behind(maker, id, from, removal))
        });
    }
    removals(guards, facts, func, container).any(|removal| {
        taken
            .at
            .is_none_or(|from| is_behind(facts, func, from, removal))
            && is_behind(facts, func, removal, at)
    })
}

/// The instructions that take an entry out of the map, or put another map in its place.
fn removals<'a>(
    guards: &'a Guards,
    facts: &'a BodyFacts,
    func: FuncId,
    container: ObjId,
) -> impl Iterator<Item = usize> + 'a {
    let instrs = facts.func(func).instrs.iter().enumerate();
    let removals = instrs.filter(move |(_, instr)| match instr.kind {
        InstrKind::MapDelete { element } => {
            let map = facts.body.places.kind(element).base();
            map.is_some_and(|map| guards.values.direct(facts, map) == Some(container))
        }
        InstrKind::Write { place, .. } => guards.values.direct(facts, place) == Some(container),
        _ => false,
    });
    removals.map(|(at, _)| at)
}

/// What is a defect if two functions run at the same time.
type IfBeside = (Finding, [(usize, FuncId); 2]);

/// The finding with the body of the use without a lock; and the first of those that are defects if
/// two functions run at the same time.
fn verdict(
    guards: &Guards,
    key: &Key,
    uses: &[Use],
) -> (Option<(usize, Finding)>, Option<IfBeside>) {
    let mut if_beside = None;
    let container = &key.0;
    // A sync.Map guards its entries as long as a call of it lasts.
    let is_sync_map = guards.is_sync_map(*container);
    let lock = match guards.guarded(*container) {
        Some((_, lock)) if !is_sync_map => lock,
        _ => *container,
    };
    let holds = |it: &Use| it.is_by_lock_holder || it.locks.iter().any(|&(held, _)| held == lock);
    if let Some(one) = uses.iter().find(|it| is_under_read_lock(it, lock)) {
        return (
            Some((one.body, under_read_lock(guards, key, lock, one))),
            None,
        );
    }
    let is_bare = |it: &&Use| {
        let was_guarded = is_sync_map || it.taken.locks.iter().any(|&(held, _)| held == lock);
        let is_free = it.locks.is_empty() && !it.is_by_lock_holder && !it.is_behind_wait;
        is_free && was_guarded && !it.removes && !it.is_put
    };
    let mut bare: Vec<&Use> = uses.iter().filter(is_bare).collect();
    bare.sort_by_key(|it| !it.is_write);
    for one in bare {
        let mut others: Vec<&Use> = uses
            .iter()
            .filter(|it| !std::ptr::eq(*it, one) && (it.is_write || one.is_write))
            .filter(|it| it.body != one.body || it.func != one.func || holds(it) || it.is_put)
            // Who finishes the entry before it lets go of the lock comes before all that find it.
            .filter(|it| !(it.is_put && holds(it)))
            .collect();
        others.sort_by_key(|it| (!holds(it), !it.is_write));
        // What the other goroutine that comes here does may be the line above.
        let in_same = uses.iter().find(|it| {
            let is_here = (it.body, it.func) == (one.body, one.func);
            is_here && it.is_write != one.is_write && it.location != one.location && !holds(it)
        });
        let is_nested = is_nested(key);
        let sure = match others.first() {
            Some(other) if holds(other) => match (is_nested, one.is_write) {
                (true, true) => Confidence::High,
                _ => Confidence::Medium,
            },
            Some(other) if run_beside(guards, one, other) => Confidence::Medium,
            _ if one.is_write && run_beside(guards, one, one) => Confidence::Medium,
            first => {
                // Goroutines of other packages may come here.
                let beside = match first {
                    Some(other) => Some(*other),
                    None => one.is_write.then_some(one),
                };
                if let (None, Some(beside)) = (&if_beside, beside) {
                    let other = others.first().copied();
                    let sides = (one, other, in_same);
                    let found = finding(guards, key, lock, sides, Confidence::Medium);
                    let nodes = [(one.body, one.func), (beside.body, beside.func)];
                    if_beside = Some((found, nodes));
                }
                match first {
                    None if one.is_write && is_nested => Confidence::Low,
                    _ => continue,
                }
            }
        };
        let other = others.first().copied();
        let found = finding(guards, key, lock, (one, other, in_same), sure);
        return (Some((one.body, found)), if_beside);
    }
    (None, if_beside)
}

/// True for a write that keeps nobody out who reads the entry, or writes it in the same way.
fn is_under_read_lock(it: &Use, lock: ObjId) -> bool {
    let is_shared = |&(held, mode): &(ObjId, Mode)| held == lock && mode == Mode::Shared;
    it.is_write
        && !it.is_by_lock_holder
        && !it.is_put
        && !it.removes
        && it.locks.iter().all(is_shared)
        && !it.locks.is_empty()
}

fn under_read_lock(guards: &Guards, key: &Key, lock: ObjId, one: &Use) -> Finding {
    let thing = thing(guards, key);
    let name = guards.name(lock);
    let rule = if is_nested(key) { &NESTED } else { &POINTEE };
    let text = format!("{thing} is written while `{name}` is held for reading only");
    let mut found = Finding::new(rule, one.location, text).here(
        Role::Write,
        "readers hold the lock at the same time, and so may other writers",
    );
    if one.taken.location != one.location {
        found = found.label(Role::Other, one.taken.location, "looked up here");
    }
    found
        .help(format!("take `{name}` for writing, or make it atomic"))
        .sure(
            Confidence::Medium,
            "a read lock does not keep anybody apart who reads too",
        )
        .inside(
            guards
                .package
                .function_name(guards.package.bodies[one.body].body),
        )
}

fn run_beside(guards: &Guards, one: &Use, other: &Use) -> bool {
    guards
        .roles
        .run_beside((one.body, one.func), (other.body, other.func))
}

/// True if the entry is a map or a slice itself.
fn is_nested((_, fields, subject): &Key) -> bool {
    *subject != Subject::Memory && fields.is_empty()
}

/// What of an entry is used, as findings name it.
fn thing(guards: &Guards, key: &Key) -> String {
    let (container, fields, subject) = key;
    let (map, is_nested) = (guards.name(*container), is_nested(key));
    let fields: Vec<String> = fields.iter().map(|&it| guards.name(it)).collect();
    match subject {
        Subject::Memory if fields.is_empty() => format!("what an entry of map `{map}` points to"),
        Subject::Memory => format!("`{}` of an entry of map `{map}`", fields.join(".")),
        Subject::Map if is_nested => format!("a map inside of map `{map}`"),
        Subject::Map => format!("map `{}` of an entry of map `{map}`", fields.join(".")),
        Subject::Slice if is_nested => format!("a slice inside of map `{map}`"),
        Subject::Slice => format!("slice `{}` of an entry of map `{map}`", fields.join(".")),
    }
}

fn finding(
    guards: &Guards,
    key: &Key,
    lock: ObjId,
    (one, other, beside): (&Use, Option<&Use>, Option<&Use>),
    sure: Confidence,
) -> Finding {
    let is_sync_map = guards.is_sync_map(key.0);
    let (map, lock) = (guards.name(key.0), guards.name(lock));
    let thing = thing(guards, key);
    let verb = |it: &Use| if it.is_write { "written" } else { "read" };
    let role = |it: &Use| if it.is_write { Role::Write } else { Role::Read };
    let rule = if is_nested(key) { &NESTED } else { &POINTEE };
    let mut found = Finding::new(
        rule,
        one.location,
        if is_sync_map {
            format!("{thing} is {} without a lock", verb(one))
        } else {
            format!("{thing} is {} after `{lock}` was released", verb(one))
        },
    )
    .here(role(one), format!("{}, no lock held", verb(one)));
    if one.taken.location != one.location {
        let text = if is_sync_map {
            format!("looked up here; `{map}` guards no more than the lookup")
        } else {
            format!("looked up here, holding `{lock}`")
        };
        found = found.label(Role::Other, one.taken.location, text);
    }
    let reason = if let Some(other) = other {
        let held = if other.locks.is_empty() {
            "no lock held".to_owned()
        } else {
            let names: Vec<String> = other
                .locks
                .iter()
                .map(|&(lock, _)| format!("`{}`", guards.name(lock)))
                .collect();
            format!("holding {}", names.join(" and "))
        };
        found = found.label(
            role(other),
            other.location,
            format!("also {}, {held}", verb(other)),
        );
        "the entry stays in the map, where others find it".to_owned()
    } else {
        if let Some(beside) = beside {
            let text = format!("also {}, no lock held", verb(beside));
            found = found.label(role(beside), beside.location, text);
        }
        "several goroutines come here, and may find the same entry".to_owned()
    };
    found
        .help(if is_sync_map {
            "give the entry a lock of its own".to_owned()
        } else {
            format!("keep `{lock}` until the entry is no longer used")
        })
        .sure(sure, reason)
        .inside(
            guards
                .package
                .function_name(guards.package.bodies[one.body].body),
        )
}
