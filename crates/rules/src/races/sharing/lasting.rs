//! What speaks for a race whatever lies between the start of a goroutine and an access.

use contend_analysis::accesses::Access;
use contend_analysis::conventions::{is_sort_name, is_start_name};
use contend_analysis::library::Mode;
use contend_analysis::path::Path;
use contend_analysis::roots::RootKind;
use contend_types::{ObjectKind, VarKind};

use super::Use;
use super::objects::Likeness;
use super::pair::Meeting;

impl Meeting<'_, '_> {
    /// How many calls the farther access is away, where that says whether both come to one object at one
    /// time: of goroutines that go on, a variable that there is once and the maps of a known object need
    /// no near way.
    pub(super) fn distance(&self) -> usize {
        let is_one = self.is_of_package() || self.is_map() && self.is_part_known;
        if is_one && self.go_on() {
            0
        } else {
            self.n_calls()
        }
    }

    /// True for a variable of a package.
    pub(super) fn is_of_package(&self) -> bool {
        let variable = self.one.access.path.variable();
        let kind = variable.map(|it| self.place.world.object(it).kind);
        self.likeness == Likeness::Same && kind == Some(ObjectKind::Var(VarKind::Package))
    }

    /// True for a variable of the function around one that stands in a list: each of the goroutines that
    /// are started again and again runs all functions of the list.
    pub(super) fn is_of_listed(&self) -> bool {
        let variable = self.one.access.path.variable();
        let kind = variable.map(|it| self.place.world.object(it).kind);
        self.is_same()
            && self.one.entry.is_some()
            && self.one.entry == self.other.entry
            && kind == Some(ObjectKind::Var(VarKind::Local))
    }

    /// Both begin at the value of a handler, which there is once for all calls of it.
    pub(super) fn is_of_handler(&self) -> bool {
        let world = self.place.world;
        let is_receiver = |it: &Use| {
            let kind = it.access.path.variable().map(|it| world.object(it).kind);
            kind == Some(ObjectKind::Var(VarKind::Receiver))
        };
        self.second.root.kind == RootKind::Handler
            && Likeness::Whole <= self.likeness
            && is_receiver(self.one)
            && is_receiver(self.other)
    }

    /// Both come to it again and again, in goroutines of the program.
    pub(super) fn go_on(&self) -> bool {
        goes_on(self.first) && goes_on(self.second)
    }

    /// A goroutine that goes on and whoever calls the package: one of the two changes it under a lock of
    /// the same value, and the other one reads it without any. Whoever put the lock there expects others.
    pub(super) fn is_read_past_lock(&self) -> bool {
        let is_past = |write: &Use, read: &Use| {
            write.access.is_write()
                && !read.access.is_write()
                && !self.is_called_to_sort(read)
                && read.access.locks.is_empty()
                && holds_own_lock(write.access)
        };
        goes_on(self.first)
            && self.is_outside()
            && !self.place.is_made_for_tests(self.one)
            && (is_past(self.one, self.other) || is_past(self.other, self.one))
    }

    /// True for a method that `sort` or `heap` calls, for somebody who has the lock.
    fn is_called_to_sort(&self, it: &Use) -> bool {
        let home = it.root.home.filter(|_| it.access.inside == it.root.home);
        home.is_some_and(|it| is_sort_name(self.place.world.name(it).as_str()))
    }

    /// True for what a method stores without a lock that begins the work of the value.
    pub(super) fn is_put_at_start(&self) -> bool {
        let (home, access) = (self.second.root.home, self.second.access);
        let is_start = |it| is_start_name(self.place.world.name(it).as_str());
        self.is_outside()
            && self.is_part_known
            && !self.is_map()
            && access.is_write()
            && access.locks.is_empty()
            && home.is_some_and(is_start)
    }
}

/// True for a handler, for one of many goroutines, and for what a goroutine does again and again.
pub(super) fn goes_on(it: &Use) -> bool {
    it.access.repeats || it.root.is_many
}

/// True if a lock is held that the value has beside what is accessed.
fn holds_own_lock(access: &Access) -> bool {
    let owner = access.path.without_last_field();
    let mut locks = access.locks.iter();
    locks.any(|held| {
        let lock = held.path.as_ref().and_then(Path::without_last_field);
        held.mode == Mode::Exclusive && lock.is_some() && lock == owner
    })
}
