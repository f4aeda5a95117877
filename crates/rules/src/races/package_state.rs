//! Maps of a package that its exported functions change without any lock.
//!
//! The state of a package belongs to all who use it, and functions of a package may be called from
//! several goroutines unless their documentation says something else (<https://go.dev/doc/comment#func>).
//! Most programs fill such a map before they begin their work, though: what speaks for a change
//! later decides how sure a finding is.

use contend_analysis::accesses::{Subject, is_package_variable};
use contend_analysis::documented::Invitation;
use contend_analysis::library::receiver_name;
use contend_analysis::manner::Manner;
use contend_analysis::package_calls::PackageCalls;
use contend_analysis::path::Step;
use contend_analysis::roots::RootKind;
use contend_types::{ObjId, Type, World};

use super::shared::holding;
use super::sharing::{Place, Use};

/// A method with one of these words in its name says that it writes.
static ADDERS: &[&str] = &[
    "Add", "Alloc", "Append", "Create", "Decode", "Ensure", "Insert", "Load", "Next", "Parse",
    "Push", "Put", "Read", "Register", "Set", "Store", "Update", "Visit",
];

/// True for a use without a lock of a map that a package holds.
pub(super) fn is_package_state(world: &World, it: &Use) -> bool {
    let is_plain = |step: &Step| matches!(step, Step::Field(_) | Step::Deref);
    let access = it.access;
    access.subject == Subject::Map
        && access.start.is_none()
        && access.locks.is_empty()
        && !access.is_for_one
        && access.path.steps.iter().all(is_plain)
        && (access.path.variable()).is_some_and(|it| is_package_variable(world, it))
        && (it.root.kind == RootKind::Handler || it.root.package_calls.is_some())
}

/// True for a change of a map by a method that returns something.
pub(super) fn may_fill_as_reader(it: &Use) -> bool {
    it.access.subject == Subject::Map
        && it.access.is_write()
        && it.access.manner != Manner::Removes
        && it.root.kind == RootKind::Outside
        && it.root.package_calls == Some(PackageCalls::ToGet)
}

impl Place<'_> {
    /// The doubts whether others come to a map of the package at the same time, by functions that all
    /// may call; `None` if it is no such map.
    pub(super) fn of_package_state(&self, first: &Use, second: &Use) -> Option<Vec<&'static str>> {
        let are_both = [first, second]
            .iter()
            .all(|it| RootKind::Handler <= it.root.kind && is_package_state(self.world, it));
        let is_by_call = second.root.package_calls.is_some();
        if !are_both || !is_by_call || self.is_for_set_up(first) || self.is_for_set_up(second) {
            return None;
        }
        let is_beside = |it: &Use| {
            let is_promised = matches!(
                it.root.invites,
                Some(Invitation::Interface | Invitation::Documentation)
            );
            it.root.kind == RootKind::Handler || is_promised
        };
        let is_change = |write: &Use, other: &Use| {
            write.access.is_write()
                && (self.is_later(write)
                    || is_beside(other) && self.calls(write) != Some(PackageCalls::AtStart))
        };
        let is_later = is_change(first, second) || is_change(second, first);
        Some(holding([(
            !is_later,
            "it is mostly filled before the program begins its work",
        )]))
    }

    /// True if the function around the use says that it sets something up.
    fn is_for_set_up(&self, it: &Use) -> bool {
        let inside = it.access.inside.filter(|&it| self.is_exported(it));
        let summary = inside.and_then(|it| self.functions.get(&it));
        summary.is_some_and(|it| it.package_calls.is_none())
    }

    /// When others come to the use: by the function around it, if all may call that, or by the one where
    /// they come from.
    fn calls(&self, it: &Use) -> Option<PackageCalls> {
        if it.root.package_calls == Some(PackageCalls::AtStart) {
            return it.root.package_calls;
        }
        let by_name = |calls: &PackageCalls| {
            matches!(calls, PackageCalls::ToRegister | PackageCalls::AtStart)
        };
        let inside = it.access.inside.filter(|&it| self.is_exported(it));
        let of_inside = inside.and_then(|it| self.functions.get(&it)?.package_calls);
        of_inside.filter(by_name).or(it.root.package_calls)
    }

    fn is_exported(&self, function: ObjId) -> bool {
        self.world.name(function).is_exported()
    }

    /// True for a write that happens when the program is at work.
    fn is_later(&self, write: &Use) -> bool {
        match self.calls(write) {
            None => true,
            Some(PackageCalls::ToGet) => {
                self.is_filled_by(write) || self.loses_entries() || self.is_by_object(write)
            }
            Some(PackageCalls::AtAnyTime) => {
                let is_method = |it| receiver_name(self.world, it).is_some();
                let is_by_method = write.access.inside.is_some_and(is_method);
                self.loses_entries() || is_by_method && self.is_by_object(write)
            }
            Some(PackageCalls::ToRegister | PackageCalls::AtStart) => false,
        }
    }

    /// True for a map that a method fills which returns what it finds there: nothing of it says that it
    /// writes.
    pub(super) fn is_filled_by_reader(&self, first: &Use, second: &Use) -> bool {
        let is_reader = |it: &Use| {
            let name = it.root.home.map(|it| self.world.name(it).as_str());
            let speaks_of_it = |name: &str| ADDERS.iter().any(|word| name.contains(word));
            it.root.package_calls == Some(PackageCalls::ToGet) && !name.is_some_and(speaks_of_it)
        };
        let fills = |it: &Use| may_fill_as_reader(it) && self.is_filled_by(it);
        is_reader(first) && is_reader(second) && (fills(first) || fills(second))
    }

    /// True if the function looks into the map, too, where it adds to it.
    fn is_filled_by(&self, write: &Use) -> bool {
        let mut uses = self.uses.iter();
        uses.any(|it| it.number == write.number && !it.access.is_write())
    }

    fn loses_entries(&self) -> bool {
        let mut uses = self.uses.iter();
        uses.any(|it| it.access.manner == Manner::Removes)
    }

    /// True for a map of the objects of the program, which come and go.
    fn is_by_object(&self, write: &Use) -> bool {
        let last = write.access.path.last_field();
        let Some(map) = last.or(write.access.path.variable()) else {
            return false;
        };
        let ty = self.world.object_type(map);
        let Type::Map { key, .. } = self.world.underlying_type(ty) else {
            return false;
        };
        matches!(self.world.underlying_type(*key), Type::Pointer(_))
    }
}
