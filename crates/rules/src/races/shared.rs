//! Fields and package variables of a whole package, whoever runs the functions that use them.
//!
//! Two kinds of evidence lead to a finding. Either a goroutine that the package starts comes to one
//! access and somebody else to the other; or most accesses hold a lock beside the field and this
//! one does not. Instances of a type are not told apart: what looks like two accesses of one field
//! may be two objects, which is why the second kind asks for a majority.

use std::collections::BTreeMap;

use contend_base::Location;
use contend_finding::{Confidence, Finding, Role};
use contend_ir::FuncId;
use contend_types::{ObjId, ObjectKind, VarKind};

use super::kinds::MAP_HANDLER;
use super::report::{Race, Side, finding, lock_rule};
use contend_analysis::accesses::{Access, Accesses, Subject, is_package_variable};
use contend_analysis::callers::expects_lock;
use contend_analysis::library::{Mode, receiver_name};
use contend_analysis::package::{Package, declared_in};
use contend_analysis::path::Step;
use contend_analysis::roles::{OriginKind, Roles};

/// A field or a package variable, and whether its memory or the map in it is meant.
type Key = (ObjId, Subject);

/// One use of a place.
struct Use {
    access: Access,
    body: usize,
    func: FuncId,
    /// The locks that may be held, by field or variable.
    locks: Vec<(ObjId, Mode)>,
    /// Locks that stand beside the place, in the same structure.
    beside: Vec<ObjId>,
    /// The goroutines that come to it and that a method of the same type starts, or is: only there
    /// the object is likely the same. For package variables any goroutine will do.
    origins: Vec<usize>,
    /// The function says, by name or comment, that its caller holds the lock.
    is_by_lock_holder: bool,
}

pub(crate) fn check(
    package: &Package,
    roles: &Roles,
    accesses: &Accesses,
    findings: &mut Vec<Finding>,
) {
    let mut places: BTreeMap<Key, Vec<Use>> = BTreeMap::new();
    for facts in &package.bodies {
        if package.is_test(facts.body.file) {
            continue;
        }
        for (func, _) in facts.body.funcs() {
            if roles.is_setup(facts.index, func) {
                continue;
            }
            for access in accesses.own(facts.index, func) {
                if let Some((key, it)) = use_of(package, roles, access.clone(), facts.index, func) {
                    places.entry(key).or_default().push(it);
                }
            }
        }
    }
    for uses in places.values() {
        let place = Place {
            package,
            roles,
            uses,
        };
        findings.extend(place.verdict());
    }
}

fn use_of(
    package: &Package,
    roles: &Roles,
    access: Access,
    body: usize,
    func: FuncId,
) -> Option<(Key, Use)> {
    let root = access.path.variable().filter(|_| access.path.is_exact())?;
    let is_global = is_package_variable(package, root);
    let object = match access.path.steps.last() {
        None if is_global => root,
        Some(Step::Field(field)) => *field,
        _ => return None,
    };
    if !is_global && !access.path.steps.contains(&Step::Deref) {
        return None;
    }
    // What a function just made is its own, and of other locals nobody knows whose they are.
    let kind = package.world.object(root).kind;
    let is_receiver = kind == ObjectKind::Var(VarKind::Receiver);
    let is_direct = access.path.steps.len() == 2;
    if !(is_global || is_receiver && is_direct) {
        return None;
    }
    let base = &access.path.steps[..access.path.steps.len().saturating_sub(1)];
    let mut locks: Vec<(ObjId, Mode)> = roles.locks_at_entry(body, func).to_vec();
    let mut beside = Vec::new();
    for held in &access.locks {
        let Some(path) = &held.path else { continue };
        let Some(lock) = path.last_field().or(path.variable()) else {
            continue;
        };
        locks.push((lock, held.mode));
        let is_beside = path.root == access.path.root && path.steps.starts_with(base);
        if is_beside || (is_global && path.steps.is_empty()) {
            beside.push(lock);
        }
    }
    let key = (object, access.subject);
    let expects = expects_lock(package.world, package.files, package.bodies[body].body);
    let it = Use {
        access,
        body,
        func,
        locks,
        beside,
        origins: near_origins(package, roles, (body, func), is_global),
        is_by_lock_holder: expects,
    };
    Some((key, it))
}

fn near_origins(
    package: &Package,
    roles: &Roles,
    (body, func): (usize, FuncId),
    is_global: bool,
) -> Vec<usize> {
    let receiver_of = |body: usize| {
        let object = declared_in(package, body)?;
        receiver_name(package.world, object)
    };
    let own = receiver_of(body);
    let all = roles.origins(body, func).iter().copied();
    all.filter(|&origin| is_global || own == receiver_of(roles.home(origin)))
        .collect()
}

struct Place<'a> {
    package: &'a Package<'a>,
    roles: &'a Roles,
    uses: &'a [Use],
}

impl Place<'_> {
    /// One defect, one finding: the surest kind of evidence speaks.
    fn verdict(&self) -> Option<Finding> {
        if !self.uses.iter().any(|it| it.access.is_write()) {
            return None;
        }
        self.mixed_atomic()
            .or_else(|| self.under_read_lock())
            .or_else(|| self.by_goroutines())
            .or_else(|| self.by_majority())
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
            .filter(|it| !it.access.is_atomic && (it.access.is_write() || atomic.access.is_write()))
            .filter(|it| !Self::have_common_lock(it, atomic))
            .min_by_key(|it| !it.access.is_write())?;
        let found = self.race(plain, atomic, None, None);
        let sure = if plain.locks.is_empty() {
            Confidence::High
        } else {
            Confidence::Medium
        };
        Some(found.sure(sure, "the same field is used through sync/atomic elsewhere"))
    }

    /// A write while the lock that everybody takes is held for reading only.
    fn under_read_lock(&self) -> Option<Finding> {
        let (write, lock) = self.uses.iter().find_map(|it| {
            let only_shared = it.locks.iter().all(|&(_, mode)| mode == Mode::Shared);
            let lock = it
                .beside
                .first()
                .filter(|_| it.access.is_write() && only_shared)?;
            (!it.is_by_lock_holder).then_some((it, *lock))
        })?;
        let other = self
            .uses
            .iter()
            .find(|it| !std::ptr::eq(*it, write) && it.locks.iter().any(|&(held, _)| held == lock));
        let rule = lock_rule(self.package, &write.access);
        let facts = &self.package.bodies[write.body];
        let name = write.access.path.text(self.package.world, facts.body);
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

    /// A goroutine comes to one access, and somebody else to the other.
    fn by_goroutines(&self) -> Option<Finding> {
        let mut best: Option<((bool, bool), &Use, &Use, Start)> = None;
        for write in self.uses.iter().filter(|it| it.access.is_write()) {
            for other in self.uses {
                if Self::have_common_lock(write, other) {
                    continue;
                }
                let Some(start) = self.start(write, other) else {
                    continue;
                };
                let rank = (!other.access.is_write(), !start.is_many);
                if best.as_ref().is_none_or(|(known, ..)| rank < *known) {
                    best = Some((rank, write, other, start));
                }
            }
        }
        let (_, write, other, start) = best?;
        let has_lock = self.uses.iter().any(|it| !it.locks.is_empty());
        let mut found = self.race(write, other, start.of_one, start.of_other);
        let is_map = write.access.subject == Subject::Map;
        if is_map && start.is_by_handler && write.locks.is_empty() && other.locks.is_empty() {
            found.rule = &MAP_HANDLER;
        }
        let sure = match (is_map, has_lock || start.is_many) {
            (true, true) => Confidence::High,
            (true, false) | (false, true) => Confidence::Medium,
            (false, false) => Confidence::Low,
        };
        Some(found.sure(sure, start.reason))
    }

    /// Why two uses may happen at the same time, if they may.
    fn start(&self, one: &Use, other: &Use) -> Option<Start> {
        let of_one = &one.origins[..];
        let of_other = &other.origins[..];
        for &a in of_one {
            let origin = self.roles.origin(a);
            if origin.is_many && of_other.contains(&a) {
                return Some(Start {
                    of_one: Some(origin.start),
                    of_other: None,
                    is_many: true,
                    is_by_handler: origin.kind == OriginKind::Handler,
                    reason: match origin.kind {
                        OriginKind::Handler => "requests are served at the same time",
                        OriginKind::Goroutine => "the goroutine is started many times",
                    },
                });
            }
        }
        for &a in of_one {
            for &b in of_other {
                let (one_origin, other_origin) = (self.roles.origin(a), self.roles.origin(b));
                if a != b && one_origin.start != other_origin.start {
                    let is_many = one_origin.kind == OriginKind::Handler
                        && other_origin.kind == OriginKind::Handler;
                    return Some(Start {
                        of_one: Some(one_origin.start),
                        of_other: Some(other_origin.start),
                        is_many,
                        is_by_handler: is_many,
                        reason: "two goroutines come to it, and nothing orders them",
                    });
                }
            }
        }
        let from_outside = |it: &Use, origins: &[usize], starter: &[usize]| {
            origins.is_empty()
                && self.roles.origins(it.body, it.func).is_empty()
                && self.roles.is_called_from_outside(it.body, it.func)
                && !self.roles.synchronises(it.body, it.func)
                && !starter
                    .iter()
                    .any(|&origin| self.roles.starts(it.body, origin))
        };
        let reason =
            "a goroutine of the package comes to it, and so does whoever calls the package";
        if let Some(&a) = of_one.first()
            && from_outside(other, of_other, of_one)
        {
            return Some(Start {
                of_one: Some(self.roles.origin(a).start),
                of_other: None,
                is_many: false,
                is_by_handler: false,
                reason,
            });
        }
        if let Some(&b) = of_other.first()
            && from_outside(one, of_one, of_other)
        {
            return Some(Start {
                of_one: None,
                of_other: Some(self.roles.origin(b).start),
                is_many: false,
                is_by_handler: false,
                reason,
            });
        }
        None
    }

    /// Most accesses hold a lock that stands beside the field, and this one does not.
    fn by_majority(&self) -> Option<Finding> {
        let mut candidates: Vec<ObjId> = self
            .uses
            .iter()
            .flat_map(|it| it.beside.iter().copied())
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        for lock in candidates {
            let holds = |it: &&Use| it.locks.iter().any(|&(held, _)| held == lock);
            let guarded: Vec<&Use> = self.uses.iter().filter(holds).collect();
            let bare: Vec<&Use> = self
                .uses
                .iter()
                .filter(|it| it.locks.is_empty() && !it.is_by_lock_holder)
                .collect();
            let functions = |uses: &[&Use]| {
                let mut all: Vec<_> = uses.iter().map(|it| (it.body, it.func)).collect();
                all.dedup();
                all.len()
            };
            let (n_guarded, n_bare) = (functions(&guarded), functions(&bare));
            let is_map = self.uses[0].access.subject == Subject::Map;
            let is_majority = if is_map {
                n_bare <= n_guarded
            } else {
                1 < n_guarded && 2 * n_bare <= n_guarded
            };
            let writes = |uses: &[&Use]| uses.iter().any(|it| it.access.is_write());
            if bare.is_empty() || !is_majority || !(writes(&guarded) || writes(&bare)) {
                continue;
            }
            let one = *bare.iter().min_by_key(|it| !it.access.is_write())?;
            let Some(other) = guarded
                .iter()
                .find(|it| it.access.is_write() || one.access.is_write())
            else {
                continue;
            };
            let name = self.package.world.name(lock);
            let found = self.race(one, other, None, None);
            let reason = format!(
                "{n_guarded} of {} functions that use it hold `{name}`",
                n_guarded + n_bare
            );
            let sure = if is_map && one.access.is_write() {
                Confidence::High
            } else {
                Confidence::Medium
            };
            return Some(found.sure(sure, reason));
        }
        None
    }

    fn have_common_lock(one: &Use, other: &Use) -> bool {
        one.is_by_lock_holder
            || other.is_by_lock_holder
            || one.locks.iter().any(|&(lock, mode)| {
                other.locks.iter().any(|&(held, other_mode)| {
                    held == lock && (mode == Mode::Exclusive || other_mode == Mode::Exclusive)
                })
            })
            || one.access.is_atomic && other.access.is_atomic
    }

    fn race(
        &self,
        one: &Use,
        other: &Use,
        of_one: Option<Location>,
        of_other: Option<Location>,
    ) -> Finding {
        let facts = &self.package.bodies[one.body];
        let mut found = finding(&Race {
            package: self.package,
            facts,
            one: Side {
                access: &one.access,
                start: of_one,
            },
            other: Side {
                access: &other.access,
                start: of_other,
            },
            is_self: std::ptr::eq(one, other),
        });
        found.reasons.clear();
        let name = one.access.path.text(self.package.world, facts.body);
        let what = one.access.noun();
        if one.access.is_atomic == other.access.is_atomic {
            found.message = match (one.access.is_write(), other.access.is_write()) {
                (true, true) => {
                    format!("{what}`{name}` is written by goroutines without a common lock")
                }
                _ => format!("{what}`{name}` is read while another goroutine may write to it"),
            };
        }
        found
    }
}

/// Who comes to two uses.
struct Start {
    of_one: Option<Location>,
    of_other: Option<Location>,
    is_many: bool,
    /// Requests come to both.
    is_by_handler: bool,
    reason: &'static str,
}
