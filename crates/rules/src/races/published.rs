//! A value that is set together with a flag: whoever has seen the flag under the lock comes behind
//! those who have set both, and may read the value without it.
//!
//! Functions of other packages are known by what their summaries say: what they write under the lock,
//! and what they read behind a flag.

use contend_analysis::accesses::{Access, Accesses};
use contend_analysis::flags::{holds, is_behind_flag};
use contend_analysis::package::Package;
use contend_analysis::path::Path;
use contend_ir::{FuncId, Instr};
use contend_types::ObjId;

/// The fields that each of these functions writes while it holds the lock, beside the one in question.
pub(super) fn set_with(
    accesses: &Accesses,
    writers: impl Iterator<Item = (usize, FuncId)>,
    (object, lock): (ObjId, ObjId),
) -> Vec<ObjId> {
    let sets = writers.map(|(body, func)| written_under(&accesses.of(body, func), (object, lock)));
    let both = |mut one: Vec<ObjId>, other: Vec<ObjId>| {
        one.retain(|it| other.contains(it));
        one
    };
    sets.reduce(both).unwrap_or_default()
}

/// The fields that are written under the lock, beside the one in question.
fn written_under(accesses: &[Access], (object, lock): (ObjId, ObjId)) -> Vec<ObjId> {
    let written = accesses
        .iter()
        .filter(|it| it.is_write() && holds(it, lock));
    let owners = written.filter_map(|it| it.path.owner());
    owners.filter(|it| *it != object).collect()
}

/// True if the second access is made under a lock, where a flag is set too, and the first one without
/// it, behind a look at the flag.
pub(super) fn is_shown_by_flag(
    known: (&Package, &Accesses),
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
        let flags = flags_set(known, write, (object, lock));
        flags
            .iter()
            .any(|flags| is_read_behind(known, read, (flags, lock)))
    })
}

/// What each function on the way to a write sets with it.
fn flags_set(
    (package, accesses): (&Package, &Accesses),
    write: &Access,
    about: (ObjId, ObjId),
) -> Vec<Vec<ObjId>> {
    let here = places_of(package, write);
    let mut sets: Vec<Vec<ObjId>> = here
        .map(|(body, func, _)| written_under(&accesses.of(body, func), about))
        .collect();
    let elsewhere = write.inside.and_then(|it| package.elsewhere(it));
    sets.extend(elsewhere.map(|it| written_under(&it.accesses, about)));
    sets
}

fn is_read_behind(
    (package, accesses): (&Package, &Accesses),
    read: &Access,
    (flags, lock): (&[ObjId], ObjId),
) -> bool {
    let mut here = places_of(package, read);
    let elsewhere = read.inside.and_then(|it| package.elsewhere(it));
    let mut shown = elsewhere.into_iter().flat_map(|it| it.shown.iter());
    here.any(|(body, func, at)| {
        let facts = &package.bodies[body];
        is_behind_flag((facts, func), accesses, at, (flags, lock))
    }) || shown.any(|it| it.read == read.location && it.lock == lock && flags.contains(&it.flag))
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
