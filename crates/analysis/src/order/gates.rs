//! A variable that lets control come to a `go` statement: `if done == nil { done = make(..); go .. }`
//! starts nobody again before somebody has set `done` to nil.

use contend_ir::{
    BlockId, Body, CallMode, Func, FuncId, InstrKind, Operand, PlaceId, SelectKind, Terminator,
};
use contend_types::World;
use rustc_hash::{FxHashMap, FxHashSet};

use super::answers::answer;
use super::branches::{Branches, is_own};

/// What is known of the variable: it is true or not nil, or not; `None` if it may be both.
pub(super) type Known = Option<bool>;

/// Of one function no more variables are tried.
const MAX_TRIED: usize = 4;

/// Larger functions are looked at without gates.
const MAX_BLOCKS: usize = 300;

#[derive(Clone, Copy)]
pub(super) struct Gate {
    place: PlaceId,
}

impl Gate {
    /// The variable whose value is known wherever the function starts a goroutine, and which closes
    /// a way.
    pub(super) fn of(world: &World, body: &Body, id: FuncId, branches: &Branches) -> Option<Self> {
        let func = body.func(id);
        let starts = func.calls().any(|it| body.call(it).mode == CallMode::Go);
        if !starts || MAX_BLOCKS < func.blocks.len() {
            return None;
        }
        let mut tried: Vec<PlaceId> = Vec::new();
        for block in &func.blocks {
            let Terminator::Branch { cond, .. } = block.terminator else {
                continue;
            };
            let Some((place, _)) = branches.says(cond) else {
                continue;
            };
            if tried.contains(&place) || !is_own(world, body, place) || MAX_TRIED <= tried.len() {
                continue;
            }
            tried.push(place);
            let gate = Self { place };
            if gate.is_private(body, id) && gate.closes(body, func, branches) {
                return Some(gate);
            }
        }
        None
    }

    /// True if nobody but the function gives the variable a value, and never by its address.
    fn is_private(self, body: &Body, id: FuncId) -> bool {
        let is_address = |operand: &Operand| *operand == Operand::Addr(self.place);
        let is_lent = |instr: InstrKind| {
            matches!(instr, InstrKind::Write { value, .. } | InstrKind::Send { value, .. }
                if is_address(&value))
        };
        let elsewhere = body.funcs().filter(|(it, _)| *it != id);
        let mut elsewhere = elsewhere.flat_map(|(_, func)| &func.instrs);
        let mut here = body.func(id).instrs.iter();
        !body.operands.iter().any(is_address)
            && !here.any(|it| is_lent(it.kind))
            && !elsewhere.any(|it| {
                is_lent(it.kind)
                    || matches!(it.kind, InstrKind::Write { place, .. } if place == self.place)
            })
    }

    fn closes(self, body: &Body, func: &Func, branches: &Branches) -> bool {
        let mut at_start: FxHashMap<BlockId, Known> = FxHashMap::default();
        let mut is_closed = false;
        let mut seen = FxHashSet::default();
        let mut open: Vec<(BlockId, Known)> = vec![(BlockId::new(0), None)];
        while let Some((block, known)) = open.pop() {
            if !seen.insert((block, known)) {
                continue;
            }
            let starts = func.instrs(func.block(block)).iter().any(|instr| {
                matches!(instr.kind, InstrKind::Call(call) if body.call(call).mode == CallMode::Go)
            });
            if starts && *at_start.entry(block).or_insert(known) != known {
                return false;
            }
            let known = self.behind(body, func, block, known);
            for next in body.successors(func, block) {
                match self.on_way(body, func, branches, (block, next), known) {
                    Some(known) => open.push((next, known)),
                    None => is_closed = true,
                }
            }
        }
        is_closed
    }

    /// What is known at the end of a block.
    pub(super) fn behind(self, body: &Body, func: &Func, block: BlockId, known: Known) -> Known {
        let instrs = func.instrs(func.block(block));
        let mut known = known;
        for (nth, instr) in instrs.iter().enumerate() {
            match instr.kind {
                InstrKind::Declare(variable)
                    if body.places.variable(variable) == Some(self.place) =>
                {
                    known = Some(false);
                }
                InstrKind::Write { place, value } if place == self.place => {
                    let is_made = instrs[..nth].iter().any(|it| {
                        matches!(it.kind, InstrKind::Alloc { dst, .. }
                            if value == Operand::Place(dst))
                    });
                    known = match value {
                        Operand::Addr(_) => Some(true),
                        _ if is_made => Some(true),
                        _ => answer(value),
                    };
                }
                _ => {}
            }
        }
        known
    }

    /// What is known on the way to the next block; `None` if control does not go it.
    pub(super) fn on_way(
        self,
        body: &Body,
        func: &Func,
        branches: &Branches,
        (block, next): (BlockId, BlockId),
        known: Known,
    ) -> Option<Known> {
        match func.block(block).terminator {
            Terminator::Branch {
                cond,
                then,
                otherwise,
            } if then != otherwise => {
                let Some((_, is_yes)) = branches.says(cond).filter(|it| it.0 == self.place) else {
                    return Some(known);
                };
                let means = (next == then) == is_yes;
                known.is_none_or(|it| it == means).then_some(Some(means))
            }
            Terminator::Select(select) if known == Some(false) => {
                // Nobody comes from a channel that is nil.
                let cases = body.selects[select.index()].cases.iter();
                let mut cases = cases.filter(|case| case.target == next);
                let is_open = cases.any(|case| match case.kind {
                    SelectKind::Receive { channel, .. } | SelectKind::Send { channel, .. } => {
                        channel != Operand::Place(self.place)
                    }
                    SelectKind::Default => true,
                });
                is_open.then_some(known)
            }
            _ => Some(known),
        }
    }
}
