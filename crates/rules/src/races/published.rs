//! A value that is set together with a flag: whoever has seen the flag under the lock comes behind
//! those who have set both, and may read the value without it.

use contend_analysis::accesses::{Access, Accesses};
use contend_analysis::package::{BodyFacts, Package};
use contend_analysis::path::Path;
use contend_ir::{BlockId, Body, Func, FuncId, Instr, InstrKind, Operand, PlaceId, Terminator};
use contend_types::ObjId;
use rustc_hash::FxHashSet;

/// Of larger functions nobody sees at a glance what a condition decides.
const MAX_BLOCKS: usize = 300;

/// The fields that each of these functions writes while it holds the lock, beside the one in question.
pub(super) fn set_with(
    accesses: &Accesses,
    writers: impl Iterator<Item = (usize, FuncId)>,
    (object, lock): (ObjId, ObjId),
) -> Vec<ObjId> {
    let set_in = |(body, func): (usize, FuncId)| -> Vec<ObjId> {
        let all = accesses.of(body, func).into_iter();
        let written = all.filter(|it| it.is_write() && holds(it, lock));
        let owners = written.filter_map(|it| it.path.owner());
        owners.filter(|it| *it != object).collect()
    };
    let sets = writers.map(set_in);
    let both = |mut one: Vec<ObjId>, other: Vec<ObjId>| {
        one.retain(|it| other.contains(it));
        one
    };
    sets.reduce(both).unwrap_or_default()
}

/// True if control comes to instruction number `at` only on one side of a condition about one of the
/// fields, which the function has read while it held the lock.
pub(super) fn is_behind_flag(
    (package, accesses): (&Package, &Accesses),
    (body, func, at): (usize, FuncId, usize),
    (fields, lock): (&[ObjId], ObjId),
) -> bool {
    let facts = &package.bodies[body];
    let code = facts.func(func);
    if fields.is_empty() || MAX_BLOCKS < code.blocks.len() {
        return false;
    }
    let is_flag = |it: &Access| {
        let is_of_fields = it.path.owner().is_some_and(|it| fields.contains(&it));
        !it.is_write() && is_of_fields && it.at < at && holds(it, lock)
    };
    let flags = accesses.of(body, func).into_iter().filter(is_flag);
    let seen = derived((facts.body, code), &flags.map(|it| it.at).collect(), at);
    !seen.is_empty() && is_decided(facts, code, at, &seen)
}

/// True if the second access is made under a lock, where a flag is set too, and the first one without
/// it, behind a look at the flag.
pub(super) fn is_shown_by_flag(
    (package, accesses): (&Package, &Accesses),
    (read, write): (&Access, &Access),
) -> bool {
    if read.is_write() || !read.locks.is_empty() || !write.is_write() {
        return false;
    }
    let Some(object) = write.path.owner() else {
        return false;
    };
    let sure = write.locks.iter().filter(|held| held.is_sure);
    let mut locks = sure.filter_map(|held| held.path.as_ref().and_then(Path::owner));
    locks.any(|lock| {
        places_of(package, write).any(|(body, func, _)| {
            let flags = set_with(accesses, [(body, func)].into_iter(), (object, lock));
            let known = (package, accesses);
            places_of(package, read).any(|place| is_behind_flag(known, place, (&flags, lock)))
        })
    })
}

/// The functions of the package that an access and the calls on the way to it stand in, each with the
/// instruction.
fn places_of<'a>(
    package: &'a Package,
    access: &'a Access,
) -> impl Iterator<Item = (usize, FuncId, usize)> + 'a {
    let locations = access.calls.iter().chain([&access.location]);
    locations.flat_map(|&location| {
        let bodies = package.own_bodies().iter();
        let bodies = bodies.filter(move |facts| facts.body.file == location.file);
        bodies.flat_map(move |facts| {
            facts.body.funcs().filter_map(move |(id, func)| {
                let is_it = |instr: &Instr| facts.place_of(instr) == location;
                Some((facts.index, id, func.instrs.iter().rposition(is_it)?))
            })
        })
    })
}

fn holds(access: &Access, lock: ObjId) -> bool {
    let is_it = |path: &Path| path.owner() == Some(lock);
    let mut locks = access.locks.iter();
    locks.any(|held| held.is_sure && held.path.as_ref().is_some_and(is_it))
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
