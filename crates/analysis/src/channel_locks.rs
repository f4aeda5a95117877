//! Channels with room for one value that a type or a package uses as a lock: to send is to lock
//! and to receive is to unlock, or the other way round where the channel is filled at first.
//!
//! Such a channel is a field or a package variable, carries no data, is made with room for one
//! wherever it is made, and some function both takes and gives back.

use std::collections::BTreeMap;

use contend_ir::{
    AllocKind, BlockId, Body, Func, FuncId, InstrKind, Operand, PlaceId, PlaceKind, SelectKind,
    Terminator,
};
use contend_types::{Basic, ObjId, ObjectKind, Type, TypeId, VarKind, World};
use rustc_hash::{FxHashMap, FxHashSet};

/// What is done to a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    Send,
    Receive,
}

/// The channels of a package that are locks, with what takes them.
#[derive(Default)]
pub struct ChannelLocks {
    taken_by: FxHashMap<ObjId, Turn>,
}

impl ChannelLocks {
    pub fn of_package(world: &World, bodies: &[Body]) -> Self {
        let made = made(world, bodies);
        let mut locks = Self::default();
        for (&channel, makers) in &made {
            let mut turns = bodies.iter().enumerate().map(|(at, body)| {
                let turns = turns_of(body, channel);
                (makers.contains(&at), turns)
            });
            let is_filled = turns
                .clone()
                .any(|(makes, turns)| makes && turns.contains(&Turn::Send));
            let taken_by = if is_filled { Turn::Receive } else { Turn::Send };
            let is_lock = turns.any(|(makes, turns)| {
                let is_user = !makes || !is_filled;
                is_user
                    && turns.first() == Some(&taken_by)
                    && turns.iter().any(|it| *it != taken_by)
            });
            if is_lock {
                locks.taken_by.insert(channel, taken_by);
            }
        }
        locks
    }

    /// Calls `visit` with each instruction at which such a channel may be held, and the place that
    /// names it.
    pub fn visit(&self, body: &Body, id: FuncId, mut visit: impl FnMut(usize, PlaceId)) {
        if self.taken_by.is_empty() {
            return;
        }
        let func = body.func(id);
        for (start, channel, place) in self.taken(body, func) {
            for at in self.held_behind(body, func, start, channel) {
                visit(at, place);
            }
        }
    }

    /// Where the function takes such a channel: the point behind.
    fn taken(&self, body: &Body, func: &Func) -> Vec<((BlockId, usize), ObjId, PlaceId)> {
        let mut taken = Vec::new();
        for (id, block) in func.blocks() {
            for at in block.instrs.as_usize() {
                if let Some((turn, place)) = turn(func.instrs[at].kind)
                    && let Some(channel) = object(body, place)
                    && self.taken_by.get(&channel) == Some(&turn)
                {
                    taken.push(((id, at + 1), channel, place));
                }
            }
            if let Terminator::Select(select) = block.terminator {
                for case in &body.selects[select.index()].cases {
                    if let Some((turn, place)) = turn_of_case(case.kind)
                        && let Some(channel) = object(body, place)
                        && self.taken_by.get(&channel) == Some(&turn)
                    {
                        let first = func.block(case.target).instrs.as_usize().start;
                        taken.push(((case.target, first), channel, place));
                    }
                }
            }
        }
        taken
    }

    /// What control may come to before the channel is given back.
    fn held_behind(
        &self,
        body: &Body,
        func: &Func,
        start: (BlockId, usize),
        channel: ObjId,
    ) -> Vec<usize> {
        let gives_back = |it: Option<(Turn, PlaceId)>| {
            it.is_some_and(|(turn, place)| {
                object(body, place) == Some(channel) && self.taken_by.get(&channel) != Some(&turn)
            })
        };
        let mut held = Vec::new();
        let mut seen = FxHashSet::default();
        let mut open = vec![start];
        while let Some((id, first)) = open.pop() {
            let block = func.block(id);
            let mut is_held = true;
            for at in first..block.instrs.as_usize().end {
                if gives_back(turn(func.instrs[at].kind)) {
                    is_held = false;
                    break;
                }
                held.push(at);
            }
            if !is_held {
                continue;
            }
            let ends: Vec<BlockId> = match block.terminator {
                Terminator::Select(select) => body.selects[select.index()]
                    .cases
                    .iter()
                    .filter(|case| gives_back(turn_of_case(case.kind)))
                    .map(|case| case.target)
                    .collect(),
                _ => Vec::new(),
            };
            for to in body.successors(func, id) {
                if !ends.contains(&to) && seen.insert(to) {
                    open.push((to, func.block(to).instrs.as_usize().start));
                }
            }
        }
        held
    }
}

/// The channels without data that are made with room for one wherever they are made, and the
/// bodies that make them.
fn made(world: &World, bodies: &[Body]) -> BTreeMap<ObjId, Vec<usize>> {
    let mut made: BTreeMap<ObjId, Option<Vec<usize>>> = BTreeMap::new();
    for (index, body) in bodies.iter().enumerate() {
        let mut with_room: FxHashSet<PlaceId> = FxHashSet::default();
        for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
            match instr.kind {
                InstrKind::Alloc {
                    dst,
                    kind: AllocKind::Chan,
                    size: Operand::Int(1),
                    ..
                } => {
                    with_room.insert(dst);
                }
                InstrKind::Write { place, value } => {
                    let Some(channel) = object(body, place) else {
                        continue;
                    };
                    if !is_signal(world, world.object_type(channel)) || !is_shared(world, channel) {
                        continue;
                    }
                    let is_one = matches!(value, Operand::Place(it) if with_room.contains(&it));
                    let makers = made.entry(channel).or_insert_with(|| Some(Vec::new()));
                    match makers {
                        Some(makers) if is_one => makers.push(index),
                        _ => *makers = None,
                    }
                }
                _ => {}
            }
        }
    }
    made.into_iter()
        .filter_map(|(channel, makers)| Some((channel, makers?)))
        .collect()
}

/// What a body does to a channel, in order of the source.
fn turns_of(body: &Body, channel: ObjId) -> Vec<Turn> {
    let mut turns = Vec::new();
    for func in &body.funcs {
        let own = func
            .instrs
            .iter()
            .filter_map(|instr| Some((instr.span, turn(instr.kind)?)));
        let selects = func
            .blocks
            .iter()
            .filter_map(|block| match block.terminator {
                Terminator::Select(select) => Some(&body.selects[select.index()].cases),
                _ => None,
            });
        let cases = selects
            .flatten()
            .filter_map(|case| Some((case.span, turn_of_case(case.kind)?)));
        let of_channel = own
            .chain(cases)
            .filter(|(_, (_, place))| object(body, *place) == Some(channel));
        turns.extend(of_channel.map(|(span, (turn, _))| (span, turn)));
    }
    turns.sort_by_key(|(span, _)| *span);
    turns.into_iter().map(|(_, turn)| turn).collect()
}

fn turn(kind: InstrKind) -> Option<(Turn, PlaceId)> {
    match kind {
        InstrKind::Send {
            channel: Operand::Place(place),
            ..
        } => Some((Turn::Send, place)),
        InstrKind::Receive {
            channel: Operand::Place(place),
            ..
        } => Some((Turn::Receive, place)),
        _ => None,
    }
}

fn turn_of_case(kind: SelectKind) -> Option<(Turn, PlaceId)> {
    match kind {
        SelectKind::Send {
            channel: Operand::Place(place),
            ..
        } => Some((Turn::Send, place)),
        SelectKind::Receive {
            channel: Operand::Place(place),
            ..
        } => Some((Turn::Receive, place)),
        _ => None,
    }
}

/// The field or variable at a place.
fn object(body: &Body, place: PlaceId) -> Option<ObjId> {
    match body.places.kind(place) {
        PlaceKind::Var(variable) => Some(variable),
        PlaceKind::Field { field, .. } => Some(field),
        _ => None,
    }
}

fn is_shared(world: &World, object: ObjId) -> bool {
    matches!(
        world.object(object).kind,
        ObjectKind::Var(VarKind::Field { .. } | VarKind::Package)
    )
}

/// A channel whose values say nothing: of empty structures or truth values.
fn is_signal(world: &World, ty: TypeId) -> bool {
    let Type::Chan { element, .. } = world.ty(world.underlying(ty)) else {
        return false;
    };
    match world.ty(world.underlying(*element)) {
        Type::Struct(fields) => fields.is_empty(),
        Type::Basic(basic) => *basic == Basic::Bool,
        _ => false,
    }
}
