//! Most functions that use a place hold one lock of another value, that of its owner; this one does
//! not.

use std::collections::BTreeSet;

use contend_analysis::accesses::Subject;
use contend_finding::Confidence;
use contend_types::ObjId;

use super::promise::{Judged, surest};
use super::uses::Use;
use super::{ByLocks, Place, n_functions};

/// So many functions that hold the lock for one that does not are no chance.
const MIN_SURE: usize = 3;

impl Place<'_> {
    /// The evidence of a structure without a lock of its own, which another one guards.
    pub(super) fn by_owner(&self) -> Option<ByLocks> {
        let all = || {
            let named = self.uses.iter().chain(self.locked);
            named.chain(self.by_other_names).chain(self.owned)
        };
        let plain = || all().filter(|it| !it.access.is_atomic);
        if self.is_callback() || all().any(|it| !it.beside.is_empty()) {
            return None;
        }
        let locks: BTreeSet<ObjId> = plain().flat_map(locks_taken).collect();
        locks.into_iter().find_map(|lock| {
            let takes = |it: &&Use| locks_taken(it).any(|taken| taken == lock);
            let guarded: Vec<&Use> = plain().filter(takes).collect();
            let is_bare = |it: &&Use| it.locks.is_empty() && !it.is_by_lock_holder && it.is_placed;
            let bare: Vec<&Use> = plain().filter(is_bare).collect();
            let n_guarded = n_functions(guarded.iter().copied());
            let n_bare = n_functions(bare.iter().copied());
            let is_written = guarded.iter().any(|it| it.access.is_write());
            if n_guarded < 2 || n_guarded < 2 * n_bare || !is_written {
                return None;
            }
            let open = bare.iter().filter(|it| self.is_open_to_all(it));
            let mut pairs: Vec<(&Use, &Use)> = open
                .flat_map(|one| {
                    let beside = guarded.iter().filter(|other| self.may_race(one, other));
                    beside.map(|other| (*one, *other))
                })
                .collect();
            pairs.sort_by_key(|(one, _)| (!one.access.is_write(), one.access.location));
            let are_few = n_guarded < MIN_SURE || n_guarded < MIN_SURE * n_bare;
            let judged = pairs.into_iter().map(|(bare, guarded)| {
                let mut doubts = self.doubts(bare, guarded, Some(lock));
                // Plain fields are often for the time before the owner knows the value.
                if are_few || bare.access.subject != Subject::Map {
                    doubts.push("the lock is not beside it, but in another value");
                }
                doubts.extend(self.doubts_of_place(bare, guarded, lock));
                Judged {
                    bare,
                    guarded,
                    lock,
                    doubts,
                }
            });
            let (best, elsewhere) = surest(judged.collect())?;
            let reason = format!(
                "{n_guarded} of {} functions that use it hold `{}` of its owner",
                n_guarded + n_bare,
                self.package.world.name(lock)
            );
            Some(self.told(best, &elsewhere, (Confidence::Medium, reason)))
        })
    }
}

/// The locks of other values that the function itself holds for sure.
fn locks_taken(it: &Use) -> impl Iterator<Item = ObjId> + use<'_> {
    let sure = it.access.locks.iter().filter(|held| held.is_sure);
    sure.filter_map(|held| held.path.as_ref()?.last_field())
}
