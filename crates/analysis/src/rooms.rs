//! How many values the channels in fields and variables have room for.

use contend_ir::{AllocKind, Body, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::ObjId;
use rustc_hash::FxHashMap;

/// The room of a channel that is made with what a variable says: who lets a variable say how many may
/// go on means more than one.
const AS_MANY_AS_ASKED: i32 = i32::MAX;

/// A field or variable, and the room of its channels.
pub(crate) type Room = (ObjId, i32);

/// By field or variable, the least room of the channels that it is given; without those that
/// are given a channel from elsewhere.
#[derive(Default)]
pub(crate) struct Rooms(FxHashMap<ObjId, Option<i32>>);

impl Rooms {
    pub(crate) fn of_bodies<'b>(bodies: impl Iterator<Item = &'b Body>) -> Self {
        let mut rooms = Self::default();
        for body in bodies {
            rooms.add(body);
        }
        rooms
    }

    pub(crate) fn of(&self, object: ObjId) -> Option<i32> {
        self.0.get(&object).copied().flatten()
    }

    /// The rooms of the fields and variables that a body names, in order.
    pub(crate) fn named_in(&self, body: &Body) -> Vec<Room> {
        let places = (0..body.places.len()).map(PlaceId::new);
        let named = places.filter_map(|place| object(body, place));
        let mut rooms: Vec<Room> = named.filter_map(|it| Some((it, self.of(it)?))).collect();
        rooms.sort_unstable();
        rooms.dedup();
        rooms
    }

    /// Adds what another package knows.
    pub(crate) fn extend(&mut self, rooms: &[Room]) {
        self.0
            .extend(rooms.iter().map(|&(it, room)| (it, Some(room))));
    }

    fn add(&mut self, body: &Body) {
        let mut made: FxHashMap<PlaceId, i32> = FxHashMap::default();
        for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
            if let Some((channel, room)) = made_by(&instr.kind) {
                made.insert(channel, room);
                continue;
            }
            let InstrKind::Write { place, value } = instr.kind else {
                continue;
            };
            let room = match value {
                Operand::Place(value) => made.get(&value).copied(),
                _ => None,
            };
            made.extend(room.map(|room| (place, room)));
            if let Some(object) = object(body, place) {
                let of_object = self.0.entry(object).or_insert(room);
                *of_object = of_object.zip(room).map(|(known, room)| known.min(room));
            }
        }
    }
}

fn object(body: &Body, place: PlaceId) -> Option<ObjId> {
    match body.places.kind(place) {
        PlaceKind::Field { field: object, .. } | PlaceKind::Var(object) => Some(object),
        _ => None,
    }
}

/// The channel that an instruction makes, and its room.
pub(crate) fn made_by(instr: &InstrKind) -> Option<(PlaceId, i32)> {
    match *instr {
        InstrKind::Alloc {
            dst,
            kind: AllocKind::Chan,
            size,
            ..
        } => Some(match size {
            Operand::Int(room) => (dst, room),
            _ => (dst, AS_MANY_AS_ASKED),
        }),
        _ => None,
    }
}
