//! What instructions do to things.

use contend_base::Span;
use contend_ir::{
    Call, CallMode, Callee, FuncId, InstrKind, Operand, PlaceId, PlaceKind, RangeKind, SelectKind,
    Terminator,
};
use contend_types::{ObjId, ObjectKind, Type, VarKind};

use contend_analysis::library::{
    LockOp, Mode, WaitGroupOp, function_name, lock_call, package_path, wait_group_call,
};
use contend_analysis::package::{BodyFacts, Package};

use super::aliases::{Holder, Renamed, Spot, Temps, is_thing, local_root, spot_of, text_of};
use super::inside::maps_in;
use super::{Thing, is_std};

/// What is done to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Looked up, measured, read.
    Reads,
    /// Walked over.
    Iterates,
    /// Changed or set.
    Writes,
    /// Set to nil.
    Clears,
    /// Handed to a function that may do anything with it.
    Hands,
    /// Put into a field of another value, which from there on is another name of it.
    Shares,
    Sends,
    Receives,
    Closes,
    /// Of a WaitGroup: counts up.
    Adds,
    /// Of a WaitGroup: counts down.
    Dones,
    Waits,
    Locks,
    ReadLocks,
    Unlocks,
    ReadUnlocks,
}

impl Deed {
    /// True if it changes what others see.
    pub fn changes(self) -> bool {
        matches!(self, Self::Writes | Self::Clears | Self::Closes)
    }

    /// For the margin of a line: `write`.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Reads => "read",
            Self::Iterates => "walk",
            Self::Writes => "write",
            Self::Clears => "set to nil",
            Self::Hands => "handed on",
            Self::Shares => "second name",
            Self::Sends => "send",
            Self::Receives => "receive",
            Self::Closes => "close",
            Self::Adds => "Add",
            Self::Dones => "Done",
            Self::Waits => "Wait",
            Self::Locks => "Lock",
            Self::ReadLocks => "RLock",
            Self::Unlocks => "Unlock",
            Self::ReadUnlocks => "RUnlock",
        }
    }

    /// For machines and people: `writes`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Iterates => "iterates",
            Self::Writes => "writes",
            Self::Clears => "sets to nil",
            Self::Hands => "hands on",
            Self::Shares => "gives another name to",
            Self::Sends => "sends",
            Self::Receives => "receives",
            Self::Closes => "closes",
            Self::Adds => "adds",
            Self::Dones => "counts down",
            Self::Waits => "waits",
            Self::Locks => "locks",
            Self::ReadLocks => "locks for reading",
            Self::Unlocks => "unlocks",
            Self::ReadUnlocks => "unlocks for reading",
        }
    }
}

/// A deed that was found.
pub(super) struct Found {
    pub(super) spot: Spot,
    pub(super) text: String,
    pub(super) deed: Deed,
    pub(super) through: Option<String>,
    /// The thing has another name here.
    pub(super) is_alias: bool,
    /// The variable that the way to the thing starts at.
    pub(super) root: Option<ObjId>,
    pub(super) span: Span,
    /// The number of the instruction.
    pub(super) instr: usize,
}

struct Finder<'a> {
    package: &'a Package<'a>,
    facts: &'a BodyFacts<'a>,
    thing: Thing,
    temps: &'a Temps,
    renamed: &'a Renamed,
    out: Vec<Found>,
}

/// What a function does to things of one kind.
pub(super) fn of_function(
    package: &Package,
    facts: &BodyFacts,
    id: FuncId,
    thing: Thing,
    temps: &Temps,
    renamed: &Renamed,
) -> Vec<Found> {
    let mut finder = Finder {
        package,
        facts,
        thing,
        temps,
        renamed,
        out: Vec::new(),
    };
    let func = facts.func(id);
    for (number, instr) in func.instrs.iter().enumerate() {
        let first = finder.out.len();
        match thing {
            Thing::Map => finder.map(instr.kind),
            Thing::Channel => finder.channel(instr.kind),
            Thing::WaitGroup | Thing::Lock => {
                if let InstrKind::Call(call) = instr.kind {
                    finder.sync(facts.body.call(call));
                }
            }
            Thing::Reference | Thing::Slice | Thing::Variable => finder.reference(instr.kind),
        }
        for found in &mut finder.out[first..] {
            found.span = instr.span;
            found.instr = number;
        }
    }
    if thing == Thing::Channel {
        for (_, block) in func.blocks() {
            if let Terminator::Select(select) = block.terminator {
                let last = block.instrs.as_usize().end.saturating_sub(1);
                for case in &facts.body.selects[select.index()].cases {
                    let first = finder.out.len();
                    match case.kind {
                        SelectKind::Send { channel, .. } => finder.operand(channel, Deed::Sends),
                        SelectKind::Receive { channel, .. } => {
                            finder.operand(channel, Deed::Receives);
                        }
                        SelectKind::Default => {}
                    }
                    for found in &mut finder.out[first..] {
                        found.span = case.span;
                        found.instr = last;
                    }
                }
            }
        }
    }
    finder.out
}

impl Finder<'_> {
    fn operand(&mut self, operand: Operand, deed: Deed) {
        if let Operand::Place(place) | Operand::Addr(place) = operand {
            self.place(place, deed);
        }
    }

    /// Where the map, or what else it is, of a place really lies.
    fn spot(&self, place: PlaceId) -> Option<Spot> {
        let renamed = || {
            let PlaceKind::Field { field, .. } = self.facts.body.places.kind(place) else {
                return None;
            };
            let root = local_root(self.package, self.facts, place)?;
            let field = self.package.world.original(field);
            self.renamed.get(&(root, field)).copied()
        };
        let is_map = self.thing == Thing::Map;
        let renamed = is_map.then(renamed).flatten();
        renamed.or_else(|| spot_of(self.facts, self.temps, place))
    }

    fn place(&mut self, place: PlaceId, deed: Deed) {
        let Some(spot) = self.spot(place) else {
            return;
        };
        let text = text_of(self.package, self.facts, place, spot.holder);
        self.push(place, spot, text, deed, None);
    }

    fn push(
        &mut self,
        place: PlaceId,
        spot: Spot,
        text: String,
        deed: Deed,
        through: Option<String>,
    ) {
        self.out.push(Found {
            is_alias: spot_of(self.facts, self.temps, place)
                .is_some_and(|it| self.is_map(place) && it.holder != spot.holder),
            spot,
            text,
            deed,
            through,
            root: self.facts.body.places.root_var(place),
            span: Span::at(0),
            instr: 0,
        });
    }

    fn map(&mut self, kind: InstrKind) {
        let places = &self.facts.body.places;
        let map_of = |element| places.kind(element).base();
        let found = match kind {
            InstrKind::MapRead { element, .. } => map_of(element).map(|it| (it, Deed::Reads)),
            InstrKind::MapLen(map) => Some((map, Deed::Reads)),
            InstrKind::Next {
                over: Operand::Place(map),
                kind: RangeKind::Map,
                ..
            } => Some((map, Deed::Iterates)),
            InstrKind::MapWrite { element, .. } | InstrKind::MapDelete { element } => {
                map_of(element).map(|it| (it, Deed::Writes))
            }
            InstrKind::MapClear(map) => Some((map, Deed::Writes)),
            _ => None,
        };
        if let Some((place, deed)) = found {
            self.place(place, deed);
        }
        if let InstrKind::Write {
            place,
            value: Operand::Place(value),
        } = kind
            && let PlaceKind::Field { .. } = places.kind(place)
            && self.spot(place) != spot_of(self.facts, self.temps, place)
        {
            self.place(value, Deed::Shares);
        }
        match kind {
            InstrKind::Call(call) => self.handed(self.facts.body.call(call)),
            InstrKind::MapWrite {
                element: place,
                value: Operand::Place(value) | Operand::Addr(value),
            }
            | InstrKind::Write {
                place,
                value: Operand::Place(value) | Operand::Addr(value),
            } if self.is_boxed(place, value) => self.value(value, Deed::Hands, None),
            _ => {}
        }
    }

    /// True if a value becomes an interface value at this place.
    fn is_boxed(&self, place: PlaceId, value: PlaceId) -> bool {
        let is_interface = |place| {
            let ty = self.facts.body.places.ty(place);
            ty.is_some_and(|ty| self.package.world.is_interface(ty))
        };
        is_interface(place) && !is_interface(value)
    }

    /// What a call is handed: maps, and values with maps in them. The standard library uses them on
    /// the spot.
    fn handed(&mut self, call: &Call) {
        let world = self.package.world;
        let (Callee::Static(callee) | Callee::Interface(callee)) = call.callee else {
            return;
        };
        let is_std = is_std(self.package, callee);
        let name = world.name(callee).as_str();
        let through = is_std.then(|| function_name(world, callee));
        if let Some(Operand::Place(place) | Operand::Addr(place)) = call.receiver
            && is_std
            && self.is_map(place)
        {
            let changes = matches!(name, "Set" | "Add" | "Del" | "Delete");
            let deed = if changes { Deed::Writes } else { Deed::Reads };
            self.value(place, deed, through.as_deref());
        }
        let is_maps = is_std && package_path(world, callee) == "maps";
        let is_sync = matches!(package_path(world, callee), "sync" | "sync/atomic");
        for (number, arg) in self.facts.body.operands(call.args).iter().enumerate() {
            let (Operand::Place(place) | Operand::Addr(place)) = *arg else {
                continue;
            };
            let is_map = self.is_map(place);
            let deed = match (is_std, name) {
                (true, "Copy" | "DeleteFunc" | "Insert") if is_maps && number == 0 => Deed::Writes,
                (true, "Unmarshal" | "Decode") => Deed::Writes,
                (true, "Put" | "Store" | "LoadOrStore" | "Swap") if is_sync => Deed::Hands,
                (true, _) if is_map || self.takes_all(callee, number) => Deed::Iterates,
                _ => Deed::Hands,
            };
            self.value(place, deed, through.as_deref());
        }
    }

    /// True if a parameter takes values of all types, and so can only look into them.
    fn takes_all(&self, callee: ObjId, number: usize) -> bool {
        let world = self.package.world;
        let Some(signature) = world.as_signature(world.object_type(callee)) else {
            return false;
        };
        let last = signature.params.len().saturating_sub(1);
        let Some(&param) = signature.params.get(number.min(last)) else {
            return false;
        };
        let param = match world.underlying_type(param) {
            Type::Slice(element) if signature.variadic && last <= number => *element,
            _ => param,
        };
        matches!(
            world.underlying_type(param),
            Type::Interface { methods, embedded } if methods.is_empty() && embedded.is_empty()
        )
    }

    fn is_map(&self, place: PlaceId) -> bool {
        let ty = self.facts.body.places.ty(place);
        ty.is_some_and(|ty| is_thing(self.package.world, Thing::Map, ty))
    }

    /// A map, or all maps that a value leads to.
    fn value(&mut self, place: PlaceId, deed: Deed, through: Option<&str>) {
        let Some(ty) = self.facts.body.places.ty(place) else {
            return;
        };
        let spot = self.spot(place);
        let text = spot.map_or_else(String::new, |it| {
            text_of(self.package, self.facts, place, it.holder)
        });
        if let Some(spot) = spot.filter(|_| self.is_map(place)) {
            self.push(place, spot, text.clone(), deed, through.map(str::to_owned));
        }
        for (field, way) in maps_in(self.package.world, ty) {
            let text = format!("{text}{way}");
            let is_own = way.matches(['.', '[']).count() == 1;
            let renamed = self.renamed.get(&(place, field)).filter(|_| is_own);
            let spot = renamed.copied().unwrap_or(Spot::of(Holder::Object(field)));
            self.push(place, spot, text, deed, through.map(str::to_owned));
            if renamed.is_some()
                && let Some(found) = self.out.last_mut()
            {
                found.is_alias = true;
            }
        }
    }

    fn channel(&mut self, kind: InstrKind) {
        match kind {
            InstrKind::Send { channel, .. } => self.operand(channel, Deed::Sends),
            InstrKind::Receive { channel, .. } => self.operand(channel, Deed::Receives),
            InstrKind::Close(channel) => self.operand(channel, Deed::Closes),
            InstrKind::Next {
                over,
                kind: RangeKind::Chan,
                ..
            } => self.operand(over, Deed::Receives),
            InstrKind::Call(call) => {
                let call = self.facts.body.call(call);
                let is_close =
                    matches!(call.callee, Callee::Builtin(contend_types::Builtin::Close));
                if is_close && let Some(channel) = self.facts.body.operands(call.args).first() {
                    self.operand(*channel, Deed::Closes);
                }
            }
            _ => {}
        }
    }

    fn sync(&mut self, call: &Call) {
        let world = self.package.world;
        if self.thing == Thing::WaitGroup {
            if let Some((op, place)) = wait_group_call(world, call) {
                match op {
                    WaitGroupOp::Add | WaitGroupOp::Go => self.place(place, Deed::Adds),
                    WaitGroupOp::Done => self.place(place, Deed::Dones),
                    WaitGroupOp::Wait => self.place(place, Deed::Waits),
                }
            }
            return;
        }
        let Some(lock) = lock_call(world, self.facts.body, call) else {
            return;
        };
        let deed = match lock.op {
            LockOp::Lock(Mode::Exclusive) | LockOp::TryLock(Mode::Exclusive) => Deed::Locks,
            LockOp::Lock(Mode::Shared) | LockOp::TryLock(Mode::Shared) => Deed::ReadLocks,
            LockOp::Unlock(Mode::Exclusive) => Deed::Unlocks,
            LockOp::Unlock(Mode::Shared) => Deed::ReadUnlocks,
        };
        // A deferred call runs at the end; it is written where it stands.
        if call.mode != CallMode::Go {
            self.place(lock.place, deed);
        }
    }

    fn reference(&mut self, kind: InstrKind) {
        match kind {
            InstrKind::Read(place) if self.is_reference(place) => self.place(place, Deed::Reads),
            InstrKind::Write { place, value } if self.is_reference(place) => {
                let deed = match value {
                    Operand::Nil => Deed::Clears,
                    _ => Deed::Writes,
                };
                self.place(place, deed);
            }
            _ => {}
        }
    }

    /// True for fields, package variables and captured ones: those that may be nil, slices, or all.
    fn is_reference(&self, place: PlaceId) -> bool {
        let world = self.package.world;
        let is_shared = match self.facts.body.places.kind(place) {
            PlaceKind::Field { .. } => true,
            PlaceKind::Var(variable) => {
                matches!(
                    world.object(variable).kind,
                    ObjectKind::Var(VarKind::Package)
                ) || self.facts.body.funcs.iter().any(|it| it.captures(variable))
            }
            _ => false,
        };
        let ty = self.facts.body.places.ty(place);
        is_shared
            && ty.is_some_and(|ty| {
                let ty = world.underlying_type(ty);
                match self.thing {
                    Thing::Slice => matches!(ty, Type::Slice(_)),
                    Thing::Variable => true,
                    _ => matches!(
                        ty,
                        Type::Pointer(_) | Type::Interface { .. } | Type::Signature(_)
                    ),
                }
            })
    }
}
