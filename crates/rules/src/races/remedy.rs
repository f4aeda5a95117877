//! How a race is mended: said by what kind of place it is, and by the locks that one side has already.

use contend_types::{Basic, Type, TypeId, World};

use contend_analysis::accesses::{Access, Subject};
use contend_analysis::manner::Manner;
use contend_analysis::path::Step;
use contend_finding::RuleMeta;

use super::kinds::{
    LAZY_INIT, MAP_HANDLER, MAP_RANGE, NAMED_RESULT, PUBLICATION, WORD_TEAR, is_written_by_reader,
};
use super::report::{CAPTURE_WRITE, MIXED_ATOMIC, Race, lock_name};
use super::unsafe_types::NOT_SAFE;

/// What a reader of the finding is to change.
pub(super) fn remedy(race: &Race, rule: &RuleMeta, first: &Access, second: &Access) -> String {
    match one_sided(race, first, second) {
        Some(text) => text,
        None => by_kind(race, rule, first, second),
    }
}

/// Where one side has a lock, the other one is to have it too.
fn one_sided(race: &Race, first: &Access, second: &Access) -> Option<String> {
    if first.is_atomic || second.is_atomic {
        return None;
    }
    let by_reader = [first, second]
        .into_iter()
        .find(|it| is_written_by_reader(it));
    if let Some(lock) = by_reader.and_then(|it| lock_name(race, it.locks.first()?)) {
        return Some(format!(
            "take `{lock}` by `Lock`, not `RLock`, where it is written"
        ));
    }
    let sides = || {
        [Some(first), Some(second), race.beside]
            .into_iter()
            .flatten()
    };
    let without = sides().find(|it| it.locks.is_empty())?;
    let with = sides().find_map(|it| match it.locks.as_slice() {
        [lock] => Some(lock),
        _ => None,
    })?;
    let lock = lock_name(race, with)?;
    Some(if without.manner == Manner::Iterates {
        format!("hold `{lock}` for the whole iteration, or iterate over a copy made under the lock")
    } else {
        let done = if without.is_write() {
            "written"
        } else {
            "read"
        };
        format!("hold `{lock}` where it is {done} without a lock too")
    })
}

fn by_kind(race: &Race, rule: &RuleMeta, first: &Access, second: &Access) -> String {
    let is = |it: &RuleMeta| it.code == rule.code;
    let text = if is(&MAP_HANDLER) {
        "guard the map by a mutex: each request has a goroutine of its own"
    } else if is(&MAP_RANGE) {
        "guard the map by one mutex on both sides, held for the whole iteration, or iterate over a copy"
    } else if is(&MIXED_ATOMIC) {
        "use it through sync/atomic everywhere: of a type such as `atomic.Int64` there is no plain use"
    } else if is(&LAZY_INIT) {
        "make it under a lock or by a `sync.Once`, or before others know the value"
    } else if is(&PUBLICATION) {
        "read it under the same lock, or make it by a `sync.Once`"
    } else if is(&NAMED_RESULT) {
        "give the goroutine a variable of its own, or wait for it before the function returns"
    } else if is(&NOT_SAFE) {
        "guard it by one mutex on both sides, or give each goroutine one of its own"
    } else if is(&CAPTURE_WRITE) && is_error(race.world, first) {
        "let the goroutine declare a variable of its own (`:=`), and send what others need over a channel"
    } else if is(&CAPTURE_WRITE) && race.is_self {
        "guard it by a mutex, or let each goroutine send its part over a channel"
    } else if first.subject == Subject::Map && race.is_self {
        "guard the map by a mutex, or let each goroutine send its part over a channel"
    } else if first.subject == Subject::Map {
        "guard the map by one mutex on both sides, or let one goroutine own it"
    } else if is_flag(race.world, first) && !(first.is_write() && second.is_write()) {
        "make it an `atomic.Bool`, or guard it by one mutex on both sides"
    } else if is(&WORD_TEAR) {
        "guard it by one mutex on both sides, or keep it in an `atomic.Pointer` or `atomic.Value`"
    } else {
        "guard it by one mutex on both sides, or let one goroutine own it"
    };
    text.to_owned()
}

fn is_error(world: &World, access: &Access) -> bool {
    stored_type(world, access) == Some(world.universe().error)
}

fn is_flag(world: &World, access: &Access) -> bool {
    stored_type(world, access)
        .is_some_and(|it| matches!(world.underlying_type(it), Type::Basic(Basic::Bool)))
}

/// The type of the field or variable itself, where it is that which is accessed.
fn stored_type(world: &World, access: &Access) -> Option<TypeId> {
    let is_whole = matches!(access.path.steps.last(), None | Some(Step::Field(_)));
    access
        .path
        .owner()
        .filter(|_| is_whole)
        .map(|it| world.object_type(it))
}
