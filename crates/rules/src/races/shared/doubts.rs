//! What speaks for two uses of one place that may meet, and what against it.

use contend_analysis::accesses::{Access, Subject, is_package_variable};
use contend_analysis::asked::asks;
use contend_analysis::conventions::{is_last_name, is_sort_name, is_start_name};
use contend_analysis::flags::is_behind_flag;
use contend_analysis::library::{Mode, defined_type};
use contend_analysis::locks::LockFlow;
use contend_analysis::manner::Manner;
use contend_analysis::package::declared_in;
use contend_analysis::path::Step;
use contend_analysis::waiting::runs_once;
use contend_ir::{Block, FuncId, Terminator};
use contend_types::{ObjId, ObjectKind, Type, VarKind};

use super::Place;
use super::uses::{Name, Use, is_inner, lock_of_caller, object_of};
use crate::races::published::set_with;

const FOR_OTHERS: &str = "one goroutine comes to both, and the lock keeps others away";
const OF_WRITER: &str = "all writes come from the goroutine that reads it";
const PLAIN_SETTER: &str = "a plain setter is mostly called before others know the value";

/// True for what speaks of the value and those who use it, whichever two of its uses are looked at.
pub(super) fn is_of_value(doubt: &str) -> bool {
    [FOR_OTHERS, OF_WRITER, PLAIN_SETTER].contains(&doubt)
}

impl Place<'_> {
    pub(super) fn runs_once(&self, it: &Use) -> bool {
        let facts = &self.package.bodies[it.body];
        runs_once(self.package.world, facts.body, &facts.literals, it.func)
    }

    /// The type of the value that the place is in.
    pub(super) fn holder(&self, it: &Use) -> Option<ObjId> {
        defined_type(self.package.world, it.access.path.variable()?)
    }

    /// True if one way alone leads to both, and others take the lock too: it keeps these away.
    pub(super) fn is_for_others(&self, bare: &Use, guarded: &Use, lock: ObjId) -> bool {
        let ways = |node| {
            let mut entries = self.roles.entries(self.package, node);
            entries.sort_unstable();
            let (body, func) = node;
            (
                self.roles.owner(body, func),
                self.roles.is_in_goroutine(body, func),
                entries,
            )
        };
        let way = ways(bare.node());
        let (owner, is_in_goroutine, entries) = &way;
        let is_one =
            (owner.is_some() || !is_in_goroutine) && owner.iter().len() + entries.len() == 1;
        let takes = |flow: &LockFlow| {
            let mut locks = flow.locks.iter();
            locks.any(|it| it.path.last_field() == Some(lock))
        };
        let are_others = || {
            self.package.bodies.iter().any(|facts| {
                let mut ids = facts.body.funcs().map(|(id, _)| id);
                ids.any(|id| facts.flow(id).is_some_and(takes) && ways((facts.index, id)) != way)
            })
        };
        is_one && way == ways(guarded.node()) && are_others()
    }

    /// True for a use without a lock that others may come to at any time.
    pub(super) fn is_open_to_all(&self, it: &Use) -> bool {
        let is_alone = |name: &str| is_last_name(name) || is_start_name(name);
        let is_far = matches!(it.by, Name::Far | Name::Element);
        (it.beside.is_empty() && (is_far || lock_of_caller(self.package.world, it).is_none()))
            && !it.access.is_atomic
            && !it.is_by_lock_holder
            && it.is_placed
            && !self.is_named(it, |name| is_alone(name) || is_sort_name(name))
            && (it.is_in_goroutine
                || !self
                    .roles
                    .entries(self.package, it.bare_by.unwrap_or(it.node()))
                    .is_empty())
    }

    /// True for a plain field in a function that is not exported, and that no goroutine is seen to come
    /// to: its callers may know when they may. So may a goroutine that itself calls functions which
    /// expect the lock.
    pub(super) fn is_inner_step(&self, it: &Use, guarded: &Use) -> bool {
        let function = declared_in(self.package, it.body);
        let is_exported = function.is_some_and(|it| self.package.world.name(it).is_exported());
        let is_plain = it.access.subject != Subject::Map;
        is_plain && !is_exported && (!it.is_in_goroutine || guarded.is_by_lock_holder)
    }

    /// One caller of several takes no lock, and no goroutine is seen to be that caller; a plain field is
    /// used under a lock of others, on all ways that lead there.
    pub(super) fn doubts_of_way(it: &Use) -> Vec<&'static str> {
        holding([
            (
                it.bare_by.is_some() && !it.is_in_goroutine,
                "one caller of several takes no lock",
            ),
            (
                it.access.subject != Subject::Map && !it.sure.is_empty(),
                "another lock is always held here",
            ),
        ])
    }

    /// True for the map of another value in a function that is handed that value, or in a method of a type
    /// that is not exported and that no goroutine is seen to come to: callers may know when they may.
    fn is_of_caller(&self, it: &Use) -> bool {
        let world = self.package.world;
        let root = it.access.path.variable();
        let is_open = root.is_some_and(|root| {
            let is_receiver = world.object(root).kind == ObjectKind::Var(VarKind::Receiver);
            let ty = defined_type(world, root);
            let is_exported = ty.is_some_and(|it| world.name(it).is_exported());
            is_receiver && (is_exported || it.is_in_goroutine)
        });
        it.by == Name::Far && !is_open
    }

    /// True for a read under the lock of what a goroutine writes without it: who reads takes the lock
    /// because of that goroutine.
    pub(super) fn is_awaited(&self, bare: &Use, guarded: &Use) -> bool {
        bare.access.is_write()
            && bare.is_in_goroutine
            && bare.owner != guarded.owner
            && guarded.is_lock_inside
            && !guarded.access.is_atomic
            && !self.is_named(guarded, is_start_name)
    }

    /// True for a write under the lock beside it, which says that others may come meanwhile. A map
    /// is filled at any time, so a read says as much.
    pub(super) fn is_promise(&self, it: &Use) -> bool {
        let is_map = it.access.subject == Subject::Map;
        (it.access.is_write() || is_map)
            && !it.access.is_atomic
            && self.lock_of(it).is_some()
            // The lock may still be held when `LockFor` has returned.
            && !self.is_named(it, |name| is_start_name(name) || name.contains("Lock"))
            && !self.runs_once(it)
            && !self.is_option(it)
    }

    /// True for a literal that a function returns and that only sets what is in the value it is handed: an
    /// option, which whoever makes the value calls.
    fn is_option(&self, it: &Use) -> bool {
        let facts = &self.package.bodies[it.body];
        let root = it.access.path.variable();
        let mut params = facts.func(it.func).params.iter().flatten();
        let lock = self.lock_of(it);
        let is_step =
            |access: &Access| access.path.steps.is_empty() || access.path.last_field() == lock;
        let mut own = self.accesses.own(it.body, it.func).iter();
        facts.returned_literals().any(|literal| literal == it.func)
            && params.any(|param| Some(*param) == root)
            && own.all(|access| access.is_write() || is_step(access))
    }

    pub(super) fn is_callback(&self) -> bool {
        let world = self.package.world;
        let last = |it: &Use| it.access.path.last_field().or(it.access.path.variable());
        let object = self.uses.first().and_then(last);
        object.is_some_and(|object| {
            let ty = world.underlying(world.object_type(object));
            matches!(world.ty(ty), Type::Signature { .. })
        })
    }

    /// The lock that it holds beside the place, or that its caller does, as the function says.
    pub(super) fn lock_of(&self, it: &Use) -> Option<ObjId> {
        let is_direct = object_of(&it.access) == [Step::Deref];
        let is_held = |lock: &ObjId| is_direct && (it.is_by_lock_holder || it.sure.contains(lock));
        let beside = it.beside.first().copied();
        beside.or_else(|| lock_of_caller(self.package.world, it).filter(is_held))
    }

    pub(super) fn is_named(&self, it: &Use, is: impl Fn(&str) -> bool) -> bool {
        let caller = it
            .bare_by
            .and_then(|(body, _)| declared_in(self.package, body));
        let around = [it.access.inside, declared_in(self.package, it.body), caller];
        let mut names = around
            .into_iter()
            .flatten()
            .map(|function| self.package.world.name(function));
        names.any(|name| is(name.as_str()))
    }

    /// Who alone writes may read without the lock, and so may who starts behind the write. A map is
    /// filled again and again.
    pub(super) fn may_race(&self, one: &Use, other: &Use) -> bool {
        let is_map = one.access.subject == Subject::Map;
        // The methods of an embedded structure do not know the lock of the one around it.
        let knows_lock =
            other.is_lock_inside || other.access.path.steps.len() <= one.access.path.steps.len();
        knows_lock
            && (one.access.is_write() || other.access.is_write())
            && (one.owner.is_none() || one.owner != other.owner)
            && (is_map || !self.starts_behind(one, other))
            && (is_map || !self.starts_behind(other, one))
            && !self.is_over(one, other)
            && !self.is_over(other, one)
    }

    /// What the function around the use, or the one that comes to it, says about others that might use
    /// the place just then.
    pub(super) fn doubts_of_place(
        &self,
        bare: &Use,
        guarded: &Use,
        lock: ObjId,
    ) -> Vec<&'static str> {
        holding([
            (
                self.is_own_write(bare, guarded),
                "the function that reads it has written it just before",
            ),
            (self.is_of_writer(bare), OF_WRITER),
            (
                self.is_behind_first_use(bare, lock),
                "it was used under the lock before, and is written on first use only",
            ),
            (
                self.is_behind_flag(bare, lock),
                "a flag lets control come to it, which was seen under the lock",
            ),
            (self.is_plain_setter(bare), PLAIN_SETTER),
        ])
    }

    /// What speaks against a place that is written under a lock and used without it elsewhere.
    pub(super) fn doubts_of_promise(
        &self,
        bare: &Use,
        guarded: &Use,
        lock: ObjId,
    ) -> Vec<&'static str> {
        let writer = self.package.bodies[guarded.body].func(guarded.func);
        let mut doubts = holding([
            (
                is_inner(self.package.world, &bare.access),
                "it is in a part of the value that has a name of its own",
            ),
            (
                bare.is_in_goroutine && asks(writer),
                "the goroutine may answer who writes it",
            ),
            (self.is_for_others(bare, guarded, lock), FOR_OTHERS),
            (
                self.is_inner_step(bare, guarded),
                "functions of the package alone call the one that uses it",
            ),
            (
                self.is_of_caller(bare),
                "who hands the value over may know when nobody else uses it",
            ),
            (
                bare.access.is_for_one,
                "the value is made for one goroutine at a time",
            ),
        ]);
        doubts.extend(self.doubts_of_place(bare, guarded, lock));
        doubts.extend(Self::doubts_of_way(bare));
        doubts
    }

    /// The writes, by whatever name.
    fn writes(&self) -> impl Iterator<Item = &Use> {
        let all = self.uses.iter().chain(self.locked);
        all.chain(self.by_other_names)
            .chain(self.owned)
            .filter(|it| it.access.is_write())
    }

    /// True for a read that a flag lets control come to, where the lock was held to look at the flag,
    /// and who writes under the lock sets both.
    fn is_behind_flag(&self, bare: &Use, lock: ObjId) -> bool {
        let writes = || self.writes();
        if bare.access.is_write() || !writes().all(|it| it.sure.contains(&lock)) {
            return false;
        }
        let Some(object) = bare.access.path.owner() else {
            return false;
        };
        let flags = set_with(self.accesses, writes().map(Use::node), (object, lock));
        let at = (&self.package.bodies[bare.body], bare.func);
        is_behind_flag(at, self.accesses, bare.access.at, (&flags, lock))
    }

    /// True for a write in a function that assigns what it is handed and does nothing else: it is
    /// usually called before others know the value.
    fn is_plain_setter(&self, bare: &Use) -> bool {
        let func = self.package.bodies[bare.body].func(bare.func);
        let is_straight = |block: &Block| {
            matches!(
                block.terminator,
                Terminator::Jump(_) | Terminator::Return(_)
            )
        };
        let mut own = self.accesses.own(bare.body, bare.func).iter();
        own.all(Access::is_write)
            && func.calls().next().is_none()
            && func.blocks.iter().all(is_straight)
    }

    /// True for a read behind a write of the same function, which one goroutine runs at a time.
    pub(super) fn is_own_write(&self, bare: &Use, guarded: &Use) -> bool {
        let node = bare.node();
        node == guarded.node()
            && !bare.access.is_write()
            && guarded.access.at < bare.access.at
            && !self.roles.run_beside(node, node)
    }

    /// True for a read in the one function that all writes come from, itself or through calls, and
    /// that one goroutine runs at a time: the lock keeps others from reading meanwhile.
    fn is_of_writer(&self, bare: &Use) -> bool {
        let is_reached = |it: &Use, by| {
            let node = it.node();
            self.roles.is_reached_through(self.package, node, by)
        };
        let is_global = |it: ObjId| is_package_variable(self.package.world, it);
        let is_of_value = !bare.access.path.variable().is_some_and(is_global);
        let is_writer = |&by: &(usize, FuncId)| {
            let mut writes = self.writes();
            is_reached(bare, by)
                && writes.all(|it| is_reached(it, by))
                && (!self.roles.run_beside(by, by)
                    || is_of_value && self.roles.are_for_own_values(by))
        };
        !bare.access.is_write() && self.roles.callers(bare.node()).iter().any(is_writer)
    }

    /// True for a read of what is written on first use only, where the function has used it before
    /// under the lock: by then nobody writes any more.
    fn is_behind_first_use(&self, bare: &Use, lock: ObjId) -> bool {
        let mut writes = self.writes();
        let is_only_first = !bare.access.is_write()
            && writes.all(|it| it.access.manner == Manner::FirstUse && it.sure.contains(&lock));
        is_only_first && self.use_before(bare, lock).is_some()
    }

    /// What speaks against others who use the place with the lock: unless goroutines are seen to come
    /// to both sides, they are no proof for a function that is not exported.
    pub(super) fn doubts(
        &self,
        bare: &Use,
        guarded: &Use,
        lock: Option<ObjId>,
    ) -> Vec<&'static str> {
        let Some(function) = declared_in(self.package, bare.body) else {
            return Vec::new();
        };
        let name = self.package.world.name(function);
        let is_last = |is_end: bool| is_end && !lock.is_some_and(|it| self.minds_others(bare, it));
        holding([
            (
                is_last(is_last_name(name.as_str())),
                "nobody uses a value any more when it ends",
            ),
            (
                is_start_name(name.as_str()),
                "nobody else uses a value before it starts to work",
            ),
            (
                self.is_callback(),
                "a callback is set before it is first called",
            ),
            (
                is_last(self.ends_value(bare)),
                "the function closes a channel of the value, which tells its goroutines to end",
            ),
            (
                bare.access.is_for_one,
                "the value is made for one goroutine at a time",
            ),
            (
                self.is_part_of_another(bare, guarded),
                "it is a part of two structures, and one alone has the lock",
            ),
            (
                !name.is_exported() && !self.roles.run_beside(bare.node(), guarded.node()),
                "callers of a function that is not exported may know when they may",
            ),
        ])
    }

    /// True for a part that two structures embed, of which one alone has the lock.
    fn is_part_of_another(&self, bare: &Use, guarded: &Use) -> bool {
        let is_embedded = |it: &Use| 2 < it.access.path.steps.len();
        let are_own = bare.by == Name::Own && guarded.by == Name::Own;
        let are_several = self.holder(bare) != self.holder(guarded);
        are_own && are_several && is_embedded(bare) && is_embedded(guarded)
    }

    pub(super) fn have_common_lock(one: &Use, other: &Use) -> bool {
        one.is_by_lock_holder || other.is_by_lock_holder || Self::have_same_lock(one, other)
    }

    /// True if the first, whose lock is known, has one that the second has too; the lock that the
    /// callers of the first hold, as it says, may be any that the second has.
    pub(super) fn have_lock_beside(bare: &Use, guarded: &Use) -> bool {
        guarded.is_by_lock_holder && !bare.locks.is_empty() || Self::have_same_lock(bare, guarded)
    }

    fn have_same_lock(one: &Use, other: &Use) -> bool {
        one.locks.iter().any(|&(lock, mode)| {
            other.locks.iter().any(|&(held, other_mode)| {
                held == lock && (mode == Mode::Exclusive || other_mode == Mode::Exclusive)
            })
        }) || one.access.is_atomic && other.access.is_atomic
    }
}

/// Those of the doubts that hold.
pub(in crate::races) fn holding<const N: usize>(
    doubts: [(bool, &'static str); N],
) -> Vec<&'static str> {
    let holding = doubts.into_iter().filter(|(holds, _)| *holds);
    holding.map(|(_, doubt)| doubt).collect()
}
