//! One use under a lock beside the place says that others may come meanwhile, and others do without it.

use contend_finding::Confidence;
use contend_types::ObjId;

use super::doubts::is_of_value;
use super::uses::{Name, Use};
use super::{ByLocks, Place, n_functions};
use contend_analysis::conventions::{is_last_name, is_start_name};

/// What speaks against more pairs than this is not asked: the surest is among the first.
const MAX_JUDGED: usize = 64;

/// How many more places without the lock are shown.
const MAX_ELSEWHERE: usize = 3;

/// A use without a lock and one with it, and what speaks against them.
pub(super) struct Judged<'u> {
    pub(super) bare: &'u Use,
    pub(super) guarded: &'u Use,
    pub(super) lock: ObjId,
    pub(super) doubts: Vec<&'static str>,
}

/// The first pair that nothing speaks against, unless something speaks of the value itself; or else the
/// first one. With it the functions that use the place without the lock as surely.
pub(super) fn surest(judged: Vec<Judged<'_>>) -> Option<(Judged<'_>, Vec<&Use>)> {
    let is_doubted = |it: &Judged| it.doubts.iter().any(|doubt| is_of_value(doubt));
    if judged.first().is_some_and(is_doubted) {
        return Some((judged.into_iter().next()?, Vec::new()));
    }
    let is_clear = |it: &Judged| it.doubts.is_empty();
    let Some(best) = judged.iter().position(is_clear) else {
        return Some((judged.into_iter().next()?, Vec::new()));
    };
    let mut told = vec![judged[best].bare.node()];
    let mut elsewhere = Vec::new();
    for it in judged.iter().filter(|it| is_clear(it)) {
        if !told.contains(&it.bare.node()) && elsewhere.len() < MAX_ELSEWHERE {
            told.push(it.bare.node());
            elsewhere.push(it.bare);
        }
    }
    Some((judged.into_iter().nth(best)?, elsewhere))
}

impl Place<'_> {
    /// A function writes it under the lock that stands beside it, since its author expects others
    /// meanwhile; and others come to it without the lock, by exported functions or in goroutines.
    /// `is_doubted` if most functions hold a lock and there are doubts that it is missed here.
    pub(super) fn by_promise(&self, is_doubted: bool) -> Option<ByLocks> {
        if self.is_callback() {
            // It is set before it is first called.
            return None;
        }
        let all = || self.uses.iter().chain(self.locked);
        let by_others = self.by_other_names.iter();
        // A function that is named after a lock knows of it.
        let speaks_of_lock = |name: &str| name.to_ascii_lowercase().contains("lock");
        let by_others = by_others.filter(|it| match it.by {
            Name::Far | Name::Element => !self.is_named(it, speaks_of_lock),
            _ => it.access.is_write(),
        });
        let bare: Vec<&Use> = self
            .uses
            .iter()
            .chain(by_others)
            .filter(|it| self.is_open_to_all(it))
            .collect();
        let pairs = all().flat_map(|guarded| {
            let is_promise = self.is_promise(guarded);
            let beside = bare.iter().filter(move |one| {
                let is_meant = match one.by {
                    Name::Other => false,
                    Name::Element => is_promise && guarded.is_lock_inside,
                    Name::Own | Name::Locked | Name::Far | Name::Owned => is_promise,
                };
                (is_meant || self.is_awaited(one, guarded))
                    && !Self::have_lock_beside(one, guarded)
                    && self.may_race(one, guarded)
            });
            beside.map(move |one| (*one, guarded))
        });
        let mut pairs: Vec<(&Use, &Use)> = pairs.collect();
        pairs.sort_by_key(|(one, _)| (!one.access.is_write(), one.access.location));
        let n_bare = n_functions(bare.iter().copied());
        let judged = pairs
            .into_iter()
            .take(MAX_JUDGED)
            .filter_map(|(bare, guarded)| {
                let lock = self.lock_of(guarded)?;
                let mut doubts = self.doubts_of_promise(bare, guarded, lock);
                let n_holding = n_functions(all().filter(|it| self.lock_of(it) == Some(lock)));
                if 2 * n_holding + 1 < n_bare {
                    doubts.push("many more functions use it without a lock than hold one");
                }
                if is_doubted {
                    doubts.extend(self.doubts(bare, guarded, Some(lock)));
                }
                Some(Judged {
                    bare,
                    guarded,
                    lock,
                    doubts,
                })
            });
        let (best, elsewhere) = surest(judged.collect())?;
        let (verb, lock_name) = (best.guarded.access.verb, self.package.world.name(best.lock));
        let reason = format!("it is {verb} elsewhere while `{lock_name}` is held");
        Some(self.told(best, &elsewhere, (Confidence::Medium, reason)))
    }

    /// The pair as a finding, with the other places without the lock.
    pub(super) fn told(
        &self,
        Judged {
            bare,
            guarded,
            lock,
            doubts,
        }: Judged,
        elsewhere: &[&Use],
        (sure, reason): (Confidence, String),
    ) -> ByLocks {
        let mut found = self.race(bare, guarded);
        for it in elsewhere {
            let text = format!(
                "and {} here, without `{}`",
                it.access.verb,
                self.package.world.name(lock)
            );
            found = found.label(it.access.role(), it.access.location, text);
        }
        let facts = &self.package.bodies[bare.body];
        let function = facts.location(facts.func(bare.func).span);
        ByLocks {
            finding: found.sure(sure, reason).doubted(doubts),
            cause: (lock, function),
            is_in_goroutine: bare.is_in_goroutine,
        }
    }

    /// One function writes it under a lock beside it, another one uses it under another lock beside
    /// it.
    pub(super) fn by_other_lock(&self) -> Option<ByLocks> {
        let is_clear = |it: &&Use| {
            let mut locks = it.locks.iter();
            !it.is_by_lock_holder
                && !it.access.is_atomic
                && !it.sure.is_empty()
                && locks.all(|(lock, _)| it.sure.contains(lock) && it.beside.contains(lock))
                && !self.is_named(it, |name| is_last_name(name) || is_start_name(name))
        };
        let clear = || self.uses.iter().filter(is_clear);
        let (write, other) = clear()
            .filter(|it| it.access.is_write())
            .find_map(|write| {
                let is_apart = |it: &&Use| {
                    it.access.path.steps == write.access.path.steps
                        && self.holder(it) == self.holder(write)
                        && !self.uses.iter().any(|both| {
                            both.sure.contains(&it.beside[0])
                                && both.sure.contains(&write.beside[0])
                        })
                        && !Self::have_common_lock(it, write)
                        && it.locks.iter().all(|(lock, _)| !write.sure.contains(lock))
                        && self.may_race(it, write)
                };
                Some((write, clear().find(is_apart)?))
            })?;
        let name = |it: &Use| self.package.world.name(it.beside[0]);
        let reason = format!(
            "one side holds `{}`, the other one `{}`",
            name(write),
            name(other)
        );
        let judged = Judged {
            bare: other,
            guarded: write,
            lock: write.beside[0],
            doubts: Vec::new(),
        };
        Some(self.told(judged, &[], (Confidence::Medium, reason)))
    }
}
