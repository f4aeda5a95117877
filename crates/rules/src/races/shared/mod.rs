//! Fields and package variables against the locks of a package, whoever runs the functions that use
//! them: most accesses hold a lock beside the field and this one does not, or it is held in the
//! wrong mode, or one word is used atomically and plainly.
//!
//! Instances of a type are not told apart: what looks like two accesses of one field may be two
//! objects, which is why the first kind of evidence asks for a majority.

mod course;
mod doubts;
mod owner;
mod promise;
mod uses;

use std::collections::BTreeSet;

use contend_analysis::accesses::{Access, Accesses, Subject};
use contend_analysis::library::Mode;
use contend_analysis::package::{Package, declared_in};
use contend_analysis::roles::Roles;
use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_types::{ObjId, World};

pub(in crate::races) use self::doubts::holding;
use self::promise::{Judged, surest};
use self::uses::{Name, Use, under_all_locks, uses_by_place};
use super::report::{Race, Side, finding, lock_rule};

/// A field or a package variable, and whether its memory or the map in it is meant.
pub(crate) type Key = (ObjId, Subject);

/// What is known about a field or a package variable of a package.
pub struct OfField {
    pub(crate) key: Key,
    /// It holds whoever runs the functions.
    pub(crate) is_certain: bool,
    pub(crate) finding: Finding,
    /// The lock that a function does not take, and the function: other fields that the lock guards
    /// may be used there too.
    pub(crate) cause: Option<(ObjId, Location)>,
    pub(crate) writers: Writers,
}

/// Who writes a field or variable that is used without a lock.
#[derive(Default)]
pub(crate) struct Writers {
    /// The declared functions.
    pub(crate) functions: Vec<ObjId>,
    /// Some goroutine of the package comes to the use without a lock.
    pub(crate) is_in_goroutine: bool,
}

/// A finding on grounds of locks.
struct ByLocks {
    finding: Finding,
    cause: (ObjId, Location),
    /// Some goroutine of the package comes to the use without a lock.
    is_in_goroutine: bool,
}

/// A lock that functions of a package hold where they use a field or variable.
#[derive(Clone, Copy)]
pub struct Guard {
    pub(crate) key: Key,
    pub(crate) lock: ObjId,
    /// How many functions hold it, and how many there are.
    pub(crate) held: usize,
    pub(crate) all: usize,
}

/// The package without its small functions written out, and what its functions do with all that they
/// call.
type AsWritten<'a> = (&'a Package<'a>, &'a Accesses<'a>);

/// The fields and variables that some uses of are suspicious.
pub(crate) fn check(
    (package, accesses): (&Package, &Accesses),
    as_written: AsWritten,
    roles: &Roles,
) -> Vec<OfField> {
    let known = ((package, accesses), as_written);
    let verdict = |(key, uses): (&Key, &Vec<Use>)| Place::new(known, roles, uses).verdict(*key);
    let places = uses_by_place(package, accesses, roles);
    places.iter().filter_map(verdict).collect()
}

/// The locks that guard fields and variables.
pub(crate) fn guards(package: &Package, accesses: &Accesses, roles: &Roles) -> Vec<Guard> {
    let known = ((package, accesses), (package, accesses));
    let guard = |(key, uses): (&Key, &Vec<Use>)| Place::new(known, roles, uses).guard(*key);
    let places = uses_by_place(package, accesses, roles);
    places.iter().filter_map(guard).collect()
}

struct Place<'a> {
    package: &'a Package<'a>,
    accesses: &'a Accesses<'a>,
    as_written: AsWritten<'a>,
    roles: &'a Roles,
    /// Those by the receiver's name.
    uses: &'a [Use],
    locked: &'a [Use],
    by_other_names: &'a [Use],
    /// Those that only speak of the lock of an owner.
    owned: &'a [Use],
}

impl<'a> Place<'a> {
    fn new(
        ((package, accesses), as_written): ((&'a Package<'a>, &'a Accesses<'a>), AsWritten<'a>),
        roles: &'a Roles,
        uses: &'a [Use],
    ) -> Self {
        let (uses, others) = uses.split_at(uses.partition_point(|it| it.by == Name::Own));
        let n_locked = others.partition_point(|it| it.by == Name::Locked);
        let (locked, others) = others.split_at(n_locked);
        let n_by_name = others.partition_point(|it| it.by < Name::Owned);
        let (by_other_names, owned) = others.split_at(n_by_name);
        Self {
            package,
            accesses,
            as_written,
            roles,
            uses,
            locked,
            by_other_names,
            owned,
        }
    }
}

impl Place<'_> {
    /// One defect, one finding: the surest kind of evidence speaks.
    fn verdict(&self, key: Key) -> Option<OfField> {
        let named = self.uses.iter().chain(self.locked);
        let mut all = named.chain(self.by_other_names).chain(self.owned);
        if !all.any(|it| it.access.is_write()) {
            return None;
        }
        let certain = self.mixed_atomic().or_else(|| self.under_read_lock());
        if let Some(finding) = certain {
            return Some(OfField {
                key,
                is_certain: true,
                finding,
                cause: None,
                writers: Writers::default(),
            });
        }
        let found = self.by_locks()?;
        Some(OfField {
            key,
            is_certain: false,
            finding: found.finding,
            cause: Some(found.cause),
            writers: Writers {
                functions: self.writers(),
                is_in_goroutine: found.is_in_goroutine,
            },
        })
    }

    /// The declared functions that write it.
    fn writers(&self) -> Vec<ObjId> {
        let all = self.uses.iter().chain(self.locked);
        let all = all.chain(self.by_other_names).chain(self.owned);
        let writes = all.filter(|it| it.access.is_write());
        let mut writers: Vec<ObjId> = writes
            .filter_map(|it| declared_in(self.package, it.body))
            .collect();
        writers.sort_unstable();
        writers.dedup();
        writers
    }

    /// The locks as evidence. A majority that is doubtful yields to a promise that is not.
    fn by_locks(&self) -> Option<ByLocks> {
        if self.uses.is_empty() {
            return self.by_owner();
        }
        let Some(by_majority) = self.by_majority() else {
            let by_promise = self.by_promise(false);
            return by_promise
                .or_else(|| self.by_other_lock())
                .or_else(|| self.by_owner());
        };
        let is_surer = |it: &ByLocks| by_majority.finding.confidence < it.finding.confidence;
        let by_promise = self.by_promise(true);
        Some(by_promise.filter(is_surer).unwrap_or(by_majority))
    }

    /// The lock that most functions hold where they use it.
    fn guard(&self, key: Key) -> Option<Guard> {
        let is_map = self.uses.first()?.access.subject == Subject::Map;
        let n_holding = |lock: ObjId| {
            let holding = || self.uses.iter().filter(|it| it.beside.contains(&lock));
            let is_guard = is_map || holding().any(|it| it.access.is_write());
            if is_guard { n_functions(holding()) } else { 0 }
        };
        let locks: BTreeSet<ObjId> = self
            .uses
            .iter()
            .flat_map(|it| it.beside.iter().copied())
            .collect();
        let (held, lock) = locks
            .into_iter()
            .map(|lock| (n_holding(lock), lock))
            .max()?;
        if held == 0 {
            return None;
        }
        Some(Guard {
            key,
            lock,
            held,
            all: n_functions(self.uses.iter()),
        })
    }

    fn mixed_atomic(&self) -> Option<Finding> {
        let atomic = self
            .uses
            .iter()
            .find(|it| it.access.is_atomic && it.access.is_write());
        let atomic = atomic.or_else(|| self.uses.iter().find(|it| it.access.is_atomic))?;
        let plain = self
            .uses
            .iter()
            .chain(
                self.by_other_names
                    .iter()
                    .filter(|it| !it.access.is_write()),
            )
            .filter(|it| !it.access.is_atomic && (it.access.is_write() || atomic.access.is_write()))
            .filter(|it| !self.runs_once(it))
            .filter(|it| !Self::have_common_lock(it, atomic))
            .min_by_key(|it| !it.access.is_write())?;
        let found = self.race(plain, atomic);
        let sure = if plain.is_in_goroutine && plain.locks.is_empty() {
            Confidence::High
        } else {
            Confidence::Medium
        };
        let found = found.sure(sure, "the same field is used through sync/atomic elsewhere");
        Some(found.doubted(self.doubts(plain, atomic, None)))
    }

    /// A write while the lock that everybody takes is held for reading only.
    fn under_read_lock(&self) -> Option<Finding> {
        let (write, lock) = self.uses.iter().find_map(|it| {
            let only_shared = it.locks.iter().all(|&(_, mode)| mode == Mode::Shared);
            let lock = it
                .beside
                .first()
                .filter(|_| it.access.is_write() && !it.access.is_atomic && only_shared)?;
            (!it.is_by_lock_holder && !self.is_of_one_goroutine(it)).then_some((it, *lock))
        })?;
        let other = self
            .uses
            .iter()
            .find(|it| !std::ptr::eq(*it, write) && it.locks.iter().any(|&(held, _)| held == lock));
        let rule = lock_rule(self.package.world, &write.access);
        let facts = &self.package.bodies[write.body];
        let name = write.access.path.text(self.package.world, Some(facts.body));
        let lock = self.package.world.name(lock);
        let what = write.access.noun();
        let mut found = Finding::new(
            rule,
            write.access.location,
            format!("{what}`{name}` is written while `{lock}` is held for reading only"),
        )
        .here(
            Role::Write,
            "readers hold the lock at the same time, and so may other writers",
        );
        if let Some(other) = other {
            let text = format!("also {}", other.access.verb);
            found = found.label(other.access.role(), other.access.location, text);
        }
        Some(
            found
                .help(format!("take `{lock}` by `Lock` where it is written"))
                .sure(
                    Confidence::High,
                    "a read lock does not keep anybody apart who reads too",
                )
                .inside(self.package.function_name(facts.body)),
        )
    }

    /// True if all that use the place are run by the same goroutine.
    fn is_of_one_goroutine(&self, it: &Use) -> bool {
        it.owner.is_some() && self.uses.iter().all(|other| other.owner == it.owner)
    }

    /// Most accesses hold a lock that stands beside the field, and this one does not.
    fn by_majority(&self) -> Option<ByLocks> {
        let mut candidates: Vec<ObjId> = self
            .uses
            .iter()
            .flat_map(|it| it.beside.iter().copied())
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        for lock in candidates {
            let holds = |it: &&Use| it.sure.contains(&lock);
            let plain = || self.uses.iter().filter(|it| !it.access.is_atomic);
            let guarded: Vec<&Use> = plain().filter(holds).collect();
            let bare: Vec<&Use> = plain()
                .filter(|it| it.locks.is_empty() && !it.is_by_lock_holder && it.is_placed)
                .collect();
            let n_guarded = n_functions(guarded.iter().copied());
            let n_bare = n_functions(bare.iter().copied());
            let is_map = self.uses[0].access.subject == Subject::Map;
            let is_majority = if is_map {
                n_bare <= n_guarded
            } else {
                1 < n_guarded && 2 * n_bare <= n_guarded
            };
            let writes = |uses: &[&Use]| uses.iter().any(|it| it.access.is_write());
            // A lock that is never held for a write of a plain field hardly guards it: it is
            // written once, before others know it.
            let is_guarded = writes(&guarded) || is_map && writes(&bare);
            if !is_majority || !is_guarded {
                continue;
            }
            let pairs = bare.iter().filter_map(|one| {
                let beside = guarded.iter().filter(|other| self.may_race(one, other));
                let other = beside.min_by_key(|other| self.is_own_write(one, other))?;
                Some((*one, *other))
            });
            let mut pairs: Vec<(&Use, &Use)> = pairs.collect();
            pairs.sort_by_key(|(one, other)| {
                (!one.access.is_write(), self.is_own_write(one, other))
            });
            let judged = pairs.into_iter().map(|(bare, guarded)| {
                let mut doubts = self.doubts(bare, guarded, Some(lock));
                if n_guarded == 1 && !self.roles.run_beside(bare.node(), guarded.node()) {
                    doubts.push("one function alone holds the lock");
                }
                if !is_map {
                    doubts.extend(self.doubts_of_place(bare, guarded, lock));
                }
                doubts.extend(Self::doubts_of_way(bare));
                Judged {
                    bare,
                    guarded,
                    lock,
                    doubts,
                }
            });
            let Some((best, elsewhere)) = surest(judged.collect()) else {
                continue;
            };
            let name = self.package.world.name(lock);
            let reason = format!(
                "{n_guarded} of {} functions that use it hold `{name}`",
                n_guarded + n_bare
            );
            let sure = if is_map && best.bare.access.is_write() && best.bare.is_in_goroutine {
                Confidence::High
            } else {
                Confidence::Medium
            };
            return Some(self.told(best, &elsewhere, (sure, reason)));
        }
        None
    }

    fn race(&self, one: &Use, other: &Use) -> Finding {
        let body = self.package.bodies[one.body].body;
        let world = self.package.world;
        let is_self = std::ptr::eq(one, other);
        // Values without a name are those of one body.
        let shown = (one.body == other.body).then_some(body);
        let (one, other) = (under_all_locks(world, one), under_all_locks(world, other));
        let mut found = finding(&Race {
            world,
            body: shown,
            function: self.package.function_name(body),
            one: Side {
                access: &one,
                start: None,
            },
            other: Side {
                access: &other,
                start: None,
            },
            is_self,
            beside: None,
        });
        found.reasons.clear();
        name_without_goroutines(&mut found, world, &one, &other);
        found
    }
}

fn n_functions<'a>(uses: impl Iterator<Item = &'a Use>) -> usize {
    let mut all: Vec<_> = uses.map(Use::node).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

/// The headline where no single function knows both sides.
pub(in crate::races) fn name_without_goroutines(
    found: &mut Finding,
    world: &World,
    one: &Access,
    other: &Access,
) {
    let name = one.path.text(world, None);
    let what = one.noun();
    if one.is_atomic == other.is_atomic {
        found.message = match (one.is_write(), other.is_write()) {
            (true, true) => {
                format!("{what}`{name}` is written by goroutines without a common lock")
            }
            _ => format!("{what}`{name}` is read while another goroutine may write to it"),
        };
    }
}
