//! Looks at a flag under a lock: what is read behind one, without the lock, comes behind those who have
//! set the flag together with it.

use contend_base::Location;
use contend_ir::{BlockId, Body, Func, FuncId, InstrKind, Operand, PlaceId, Terminator};
use contend_types::ObjId;
use rustc_hash::FxHashSet;

use crate::accesses::{Access, Accesses};
use crate::package::BodyFacts;
use crate::path::Path;

/// Of larger functions nobody sees at a glance what a condition decides.
const MAX_BLOCKS: usize = 300;

/// A read without a lock, and a flag that the function has seen under a lock before: control comes to
/// the read on one side of that only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shown {
    pub read: Location,
    pub flag: ObjId,
    pub lock: ObjId,
}

/// True for an access under this lock, whatever way control has come.
pub fn holds(access: &Access, lock: ObjId) -> bool {
    let is_it = |path: &Path| path.owner() == Some(lock);
    let mut locks = access.locks.iter();
    locks.any(|held| held.is_sure && held.path.as_ref().is_some_and(is_it))
}

/// True if control comes to instruction number `at` only on one side of a condition about one of the
/// fields, which the function has read while it held the lock.
pub fn is_behind_flag(
    (facts, func): (&BodyFacts, FuncId),
    accesses: &Accesses,
    at: usize,
    (fields, lock): (&[ObjId], ObjId),
) -> bool {
    let code = facts.func(func);
    if fields.is_empty() || MAX_BLOCKS < code.blocks.len() {
        return false;
    }
    let all = accesses.of(facts.index, func);
    let is_of_fields = |it: &Access| it.path.owner().is_some_and(|it| fields.contains(&it));
    let seen = all.iter().filter(|it| is_of_fields(it));
    is_decided_by((facts, code), &seen_under(seen, lock), at)
}

/// Where a function reads these under the lock.
fn seen_under<'a>(reads: impl Iterator<Item = &'a Access>, lock: ObjId) -> Vec<usize> {
    let reads = reads.filter(|it| !it.is_write() && holds(it, lock));
    reads.map(|it| it.at).collect()
}

/// True if control comes to instruction number `at` on one side only of a condition about what is read
/// before at these places.
fn is_decided_by((facts, code): (&BodyFacts, &Func), reads: &[usize], at: usize) -> bool {
    let before: FxHashSet<usize> = reads.iter().copied().filter(|it| *it < at).collect();
    if before.is_empty() {
        return false;
    }
    let about = derived((facts.body, code), &before, at);
    !about.is_empty() && is_decided(facts, code, at, &about)
}

/// The reads of a declared function that flags show.
pub(crate) fn shown(accesses: &Accesses, facts: &BodyFacts) -> Vec<Shown> {
    let id = FuncId::new(0);
    if facts.flow(id).is_none() {
        return Vec::new();
    }
    let own = accesses.own(facts.index, id);
    let is_field = |it: &&Access| !it.is_write() && it.path.last_field().is_some();
    let mut flags: Vec<(ObjId, ObjId)> = own
        .iter()
        .filter(is_field)
        .flat_map(|it| {
            let locks = it.locks.iter().filter(|held| held.is_sure);
            let locks = locks.filter_map(|held| held.path.as_ref()?.owner());
            locks.filter_map(|lock| Some((it.path.owner()?, lock)))
        })
        .collect();
    flags.sort_unstable();
    flags.dedup();
    let code = facts.func(id);
    if flags.is_empty() || MAX_BLOCKS < code.blocks.len() {
        return Vec::new();
    }
    let shown = flags.iter().flat_map(|&(flag, lock)| {
        let seen = own.iter().filter(|it| it.path.owner() == Some(flag));
        let seen = seen_under(seen, lock);
        let bare = own.iter().filter(is_field).filter(|it| it.locks.is_empty());
        let bare = bare.filter(move |it| is_decided_by((facts, code), &seen, it.at));
        bare.map(move |read| Shown {
            read: read.location,
            flag,
            lock,
        })
    });
    shown.collect()
}

/// The places whose values come from what the instructions `reads` read, up to number `end`.
fn derived(
    (body, func): (&Body, &Func),
    reads: &FxHashSet<usize>,
    end: usize,
) -> FxHashSet<PlaceId> {
    let mut known = FxHashSet::default();
    for (at, instr) in func.instrs[..end].iter().enumerate() {
        let is_known =
            |operand: Operand| matches!(operand, Operand::Place(it) if known.contains(&it));
        let new = match instr.kind {
            InstrKind::Read(place) if reads.contains(&at) => Some(place),
            InstrKind::Write { place, value } if is_known(value) => Some(place),
            InstrKind::Convert { dst, value, .. } if is_known(value) => Some(dst),
            InstrKind::Operation {
                dst, left, right, ..
            } if is_known(left) || is_known(right) => Some(dst),
            InstrKind::Call(call) if reads.contains(&at) => {
                let results = body.operands(body.call(call).results).iter();
                known.extend(results.filter_map(|&result| match result {
                    Operand::Place(place) => Some(place),
                    _ => None,
                }));
                None
            }
            _ => None,
        };
        known.extend(new);
    }
    known
}

/// True if a condition about the places lies on all ways to the instruction, and leads to it on one
/// side only.
fn is_decided(facts: &BodyFacts, func: &Func, at: usize, about: &FxHashSet<PlaceId>) -> bool {
    let holds_it = |block: BlockId| func.block(block).instrs.as_usize().contains(&at);
    let comes = |from: BlockId, without: BlockId| {
        let mut open = vec![from];
        let mut seen = FxHashSet::default();
        while let Some(block) = open.pop() {
            if block == without || !seen.insert(block) {
                continue;
            }
            if holds_it(block) {
                return true;
            }
            open.extend(facts.body.successors(func, block));
        }
        false
    };
    func.blocks().any(|(id, block)| match block.terminator {
        Terminator::Branch {
            cond: Operand::Place(cond),
            then,
            otherwise,
        } => {
            about.contains(&cond)
                && !holds_it(id)
                && !comes(BlockId::new(0), id)
                && comes(then, id) != comes(otherwise, id)
        }
        _ => false,
    })
}
