//! Two uses of one place, and whether they race.

use contend_analysis::accesses::{Access, Subject};
use contend_analysis::conventions::is_last_name;
use contend_analysis::documented::Invitation;
use contend_analysis::library::Mode;
use contend_analysis::manner::Manner;
use contend_analysis::origins::BY_C;
use contend_analysis::path::Path;
use contend_analysis::roots::{Root, RootKind};
use contend_finding::Confidence;
use contend_types::{ObjectKind, VarKind};
use smallvec::{SmallVec, smallvec};

use super::entries::{OF_ENTRY, are_of_entries, are_of_own_entries, is_of_entry};
use super::lasting::goes_on;
use super::objects::{Likeness, is_carried, is_given_away};
use super::setters::FOR_SET_UP;
use super::{Place, Use};
use crate::races::compared::Doing;
use crate::races::report::new_beside;
use crate::races::shared::holding;
use crate::races::spawned::{BY_DEFAULT, FAR, NEAR, fills_in_default};

const OF_PART: &str = "whether the paths lead to one object was not followed";
const BY_SIBLINGS: &str =
    "another value of its interface takes a lock there: calls come side by side";
const FAR_AWAY: &str = "the accesses are many calls away from where the goroutines start";

pub(super) struct Pair<'a> {
    pub(super) one: Use<'a>,
    pub(super) other: Use<'a>,
    pub(super) sure: Confidence,
    pub(super) reason: &'static str,
    /// What speaks against it; of low confidence then.
    pub(super) doubts: Vec<&'static str>,
}

impl<'a> Pair<'a> {
    pub(super) fn confidence(&self) -> Confidence {
        if self.doubts.is_empty() {
            self.sure
        } else {
            Confidence::Low
        }
    }

    /// The access of this pair that is told beside another pair.
    pub(super) fn beside(&self, told: &Self) -> Option<&'a Access> {
        let own = (self.one.access, self.other.access);
        new_beside(own, (told.one.access, told.other.access))
    }
}

/// Two uses whose goroutines may come to one object.
pub(super) struct Meeting<'p, 'u> {
    pub(super) place: &'p Place<'p>,
    pub(super) one: &'p Use<'u>,
    pub(super) other: &'p Use<'u>,
    /// The same two, in order of who comes to them.
    pub(super) first: &'p Use<'u>,
    pub(super) second: &'p Use<'u>,
    pub(super) likeness: Likeness,
    /// The shorter path begins at the very object that the longer one leads to.
    pub(super) is_part_known: bool,
}

impl Place<'_> {
    /// The pair as a race, if its goroutines may run at the same time on one object.
    pub(super) fn pair<'u>(&self, one: &Use<'u>, other: &Use<'u>) -> Option<Pair<'u>> {
        let likeness = self.likeness(one.access, other.access)?;
        let has_goroutine = one.root.kind.min(other.root.kind) < RootKind::Outside;
        // What tells a goroutine to end is mostly set when it has ended; a map is asked for it as well.
        let is_end = one.root.kind.max(other.root.kind) == RootKind::End;
        let is_asked = has_goroutine && (!is_end || one.access.subject == Subject::Map);
        let is_part_known = likeness == Likeness::Part && is_asked && self.meet_in_part(one, other);
        // What is given to others is what they have of that kind.
        let is_given = is_given_away(one) || is_given_away(other);
        let likeness = if is_part_known || is_given {
            likeness.max(Likeness::Whole)
        } else {
            likeness
        };
        if self.are_in_two_programs(one, other)
            || self.are_made_apart(one, other)
            || self.is_being_made(one, other)
            || self.is_being_made(other, one)
        {
            return None;
        }
        let (first, second) = if one.root.kind <= other.root.kind {
            (one, other)
        } else {
            (other, one)
        };
        let meeting = Meeting {
            place: self,
            one,
            other,
            first,
            second,
            likeness,
            is_part_known,
        };
        if meeting.is_same() && meeting.is_of_one_entry()
            || meeting.are_alike()
            || are_of_own_entries(one.access, other.access)
        {
            return None;
        }
        if let Some(doubts) = self.of_package_state(first, second) {
            let reason = "others may call functions of a package at the same time";
            return Some(meeting.pair(Confidence::Medium, reason, doubts));
        }
        let reason = meeting.reason()?;
        if is_before_start(first, second) || is_before_start(second, first) {
            return None;
        }
        if second.root.kind == RootKind::End {
            return Some(meeting.pair(Confidence::Medium, reason, meeting.doubts_of_end()));
        }
        if meeting.is_before_others() {
            return None;
        }
        Some(meeting.pair(meeting.sure(), reason, meeting.doubts()))
    }

    /// True for functions of two packages `main`: two of them are two processes.
    fn are_in_two_programs(&self, one: &Use, other: &Use) -> bool {
        let functions = [one, other]
            .into_iter()
            .flat_map(|it| [it.root.home, it.access.inside]);
        let mut programs = functions.flatten().filter_map(|it| self.program(it));
        let first = programs.next();
        first.is_some_and(|first| programs.any(|it| it != first))
    }

    /// Who calls a function from outside may hold what callers in its package hold: of that function,
    /// or of the one that the access stands in.
    pub(super) fn have_common_lock(&self, one: &Use, other: &Use) -> bool {
        let lent = |to: &Use, of: &Use| {
            let inside = to
                .access
                .inside
                .filter(|_| to.root.kind == RootKind::Outside);
            let inside = inside.and_then(|it| self.functions.get(&it));
            let may_hold = |lock| {
                to.root.callers_hold.contains(&lock)
                    || inside.is_some_and(|it| it.callers_hold.contains(&lock))
            };
            let mut locks = of.access.locks.iter();
            locks.any(|held| {
                let lock = held.path.as_ref().and_then(Path::owner);
                held.mode == Mode::Exclusive && lock.is_some_and(may_hold)
            })
        };
        // Whoever has the value in which both are may call both, and no library knows the inner one.
        let are_of_one_holder = || {
            let is_served =
                one.root.kind == RootKind::Handler || other.root.kind == RootKind::Handler;
            let mut held = one.root.callers_hold.iter();
            is_served
                && one.number != other.number
                && held.any(|it| other.root.callers_hold.contains(it))
        };
        if lent(one, other) || lent(other, one) || are_of_one_holder() {
            return true;
        }
        let (one, other) = (one.access, other.access);
        if one.is_by_lock_holder
            || other.is_by_lock_holder
            || one.is_atomic && other.is_atomic
            || one.is_in_event_loop && other.is_in_event_loop
        {
            return true;
        }
        one.locks.iter().any(|a| {
            other.locks.iter().any(|b| {
                let excludes = a.mode == Mode::Exclusive || b.mode == Mode::Exclusive;
                let is_same = match (&a.path, &b.path) {
                    (Some(a), Some(b)) => {
                        a.owner() == b.owner() || a.is_behind_pointer() || b.is_behind_pointer()
                    }
                    // A lock that cannot be named may be any.
                    _ => true,
                };
                is_same && excludes
            })
        })
    }
}

impl<'u> Meeting<'_, 'u> {
    fn pair(&self, sure: Confidence, reason: &'static str, doubts: Vec<&'static str>) -> Pair<'u> {
        Pair {
            one: *self.one,
            other: *self.other,
            sure,
            reason,
            doubts,
        }
    }

    /// One root comes to both.
    pub(super) fn is_same(&self) -> bool {
        self.one.number == self.other.number
    }

    /// True for what one goroutine does that runs once, in a function of a list.
    fn is_of_one_entry(&self) -> bool {
        let root = self.one.root;
        self.one.entry.is_some()
            && self.one.entry == self.other.entry
            && root.kind == RootKind::Goroutine
            && !root.is_repeated
    }

    /// Two goroutines come by one call to a function that is kept, and to a variable of the one around
    /// it: they are of two values, and what is kept by the one does not come to the other.
    fn are_alike(&self) -> bool {
        let (one, other) = (self.one, self.other);
        let variable = one.access.path.variable();
        let kind = variable.map(|it| self.place.world.object(it).kind);
        !self.is_same()
            && one.is_reached
            && other.is_reached
            && one.access.calls.last() == other.access.calls.last()
            && matches!(kind, Some(ObjectKind::Var(VarKind::Local | VarKind::Param)))
    }

    /// Both goroutines come to it through functions or interfaces, and not by a variable that there is
    /// once: whose field it is, and conditions on what these are called with, were not followed.
    fn is_through_unknown(&self) -> bool {
        let (one, other) = (self.one, self.other);
        let variable = one.access.path.variable();
        let kind = variable.map(|it| self.place.world.object(it).kind);
        one.is_reached
            && other.is_reached
            && !self.is_of_handler()
            && match kind {
                Some(ObjectKind::Var(VarKind::Local | VarKind::Package)) => false,
                Some(ObjectKind::Var(VarKind::Field { .. })) => true,
                _ => !self.is_map(),
            }
    }

    pub(super) fn is_map(&self) -> bool {
        self.one.access.subject == Subject::Map
    }

    fn is_guarded(&self) -> bool {
        self.place.guard.is_some_and(|guard| 1 < guard.held)
    }

    /// Whoever calls the package is one of the two.
    pub(super) fn is_outside(&self) -> bool {
        self.second.root.kind == RootKind::Outside
    }

    /// The goroutines of a loop run beside each other, whoever waits for all of them.
    fn are_siblings(&self) -> bool {
        self.is_same() && self.first.root.is_many
    }

    /// How many calls the farther access is away from where its goroutine starts.
    pub(super) fn n_calls(&self) -> usize {
        let n_calls = |it: &Use| it.access.calls.len();
        n_calls(self.one).max(n_calls(self.other))
    }

    fn are_all(&self, is: impl Fn(Invitation) -> bool) -> bool {
        let invites = [self.first.root.invites, self.second.root.invites];
        invites.into_iter().all(|it| it.is_some_and(&is))
    }

    fn are_promised(&self) -> bool {
        self.are_all(|it| it == Invitation::Interface)
    }

    fn are_documented(&self) -> bool {
        self.are_all(|it| matches!(it, Invitation::Documentation | Invitation::Interface))
    }

    /// Why the two may run at the same time; `None` if nothing says so.
    fn reason(&self) -> Option<&'static str> {
        let (first, second) = (self.first, self.second);
        match (first.root.kind, second.root.kind) {
            (RootKind::Goroutine, RootKind::Goroutine | RootKind::Outside | RootKind::End)
                if first.root.is_joined
                    && !self.are_siblings()
                    && (second.root.is_joined || RootKind::Outside <= second.root.kind) =>
            {
                // Nobody knows whether others call the function meanwhile that waits for it.
                None
            }
            (RootKind::Goroutine, RootKind::Outside | RootKind::End) if has_no_caller(first) => {
                None
            }
            // A function that has run until its context was done knows the order of its goroutines, or is
            // one of them itself.
            (RootKind::Goroutine, RootKind::End) if second.root.runs.is_some() => None,
            (RootKind::Goroutine, RootKind::Goroutine) => {
                let is_apart = !run_in_turn(first.root, second.root) && !self.is_told_at_start();
                is_apart.then_some("two goroutines come to it, and nothing orders them")
            }
            (RootKind::Handler, RootKind::Handler) if self.is_same() => {
                Some("its goroutines run at the same time")
            }
            (RootKind::Goroutine | RootKind::Handler, RootKind::Handler) => {
                Some("two goroutines come to it, and nothing orders them")
            }
            (RootKind::Goroutine, RootKind::Outside) => Some(
                "a goroutine of the package comes to it, and so does whoever calls the package",
            ),
            (RootKind::Handler, RootKind::Outside)
                if self.is_guarded() || second.access.manner == Manner::Changes =>
            {
                Some("handlers come to it, and so does whoever calls the package")
            }
            (RootKind::Outside, RootKind::Outside) if Likeness::Whole <= self.likeness => {
                self.reason_outside()
            }
            (RootKind::Goroutine, RootKind::End) if is_told_to_end(first, second) => {
                Some("it tells a goroutine to end, which reads it meanwhile")
            }
            (RootKind::Handler, RootKind::End)
                if is_told_to_end(first, second) && self.is_by_last() =>
            {
                Some("it is set when the work ends, and requests read it meanwhile")
            }
            (RootKind::Goroutine, RootKind::End) if self.is_made_meanwhile() => {
                Some("a goroutine sets it, which who ends its work does not wait for")
            }
            (RootKind::Goroutine | RootKind::Handler, RootKind::End)
                if self.is_map() && first.access.locks.is_empty() =>
            {
                Some("a goroutine of the package comes to it, which may not have ended")
            }
            _ => None,
        }
    }

    /// True for two goroutines that one function starts, which knows their order and tells of the race
    /// itself if it sees what they come to: not what they make themselves.
    fn is_told_at_start(&self) -> bool {
        let (one, other) = (self.one, self.other);
        let is_near = self.is_same() || one.root.home == other.root.home;
        let is_seen = !one.is_reached || !other.is_reached;
        if is_given_away(one) || is_given_away(other) {
            return false;
        }
        let are_several = self.first.root.is_many || self.first.root.is_repeated;
        is_near
            && one.access.start == other.access.start
            && (is_seen || !are_several || !self.place.is_one_for_all(one))
    }

    /// Why whoever calls a package may do so in two goroutines.
    fn reason_outside(&self) -> Option<&'static str> {
        // What a comment says of a type is often meant for a part of it, but the maps are in it.
        if (self.is_map() || self.are_promised()) && self.are_all(|_| true) {
            return Some(if self.are_promised() {
                "its interface lets several goroutines call it at the same time"
            } else if self.are_documented() {
                "its documentation lets several goroutines call it at the same time"
            } else if self.are_all(|it| it == Invitation::Siblings) {
                BY_SIBLINGS
            } else {
                "each call has a context of its own, so calls may well run at the same time"
            });
        }
        if self.place.are_looked_up(self.first, self.second) {
            return Some("whoever looks the value up is given the same one");
        }
        if self.place.is_filled_by_reader(self.first, self.second) {
            return Some("callers take it for a reader, but it fills the map");
        }
        if !self.place.is_unguarded(self.first, self.second) {
            return None;
        }
        Some(if self.is_map() {
            "no lock is there for callers that come side by side"
        } else if self.are_all(|it| it == Invitation::Siblings) {
            BY_SIBLINGS
        } else {
            "callers take it for a reader, but it keeps what it finds"
        })
    }

    /// What speaks for it, counted.
    fn strength(&self) -> usize {
        let n_reasons = usize::from(self.is_map())
            + usize::from(self.is_guarded())
            + usize::from(self.first.root.is_many && !self.is_outside())
            + usize::from(self.likeness != Likeness::Part)
            + usize::from(is_given_away(self.one) || is_given_away(self.other))
            + usize::from(self.likeness == Likeness::Same)
            + usize::from(self.is_outside() && self.is_by_goroutine() && self.know_lock());
        n_reasons.saturating_sub(self.distance() / FAR)
    }

    /// True if both sides take a lock of the value elsewhere: they know that others come meanwhile. What the
    /// one calls that comes from outside may well wait for the other, further on.
    fn know_lock(&self) -> bool {
        let is_near = self.second.access.calls.len() < NEAR;
        let takes = |it: &Use| {
            it.root.accesses.iter().any(|access| {
                let mut locks = access.locks.iter().filter_map(|held| held.path.as_ref());
                locks.any(|lock| lock.variable() == it.access.path.variable())
            })
        };
        is_near && takes(self.one) && takes(self.other)
    }

    /// How sure it is where nothing speaks against it.
    fn sure(&self) -> Confidence {
        let is_by_c = |it: &Use| it.root.how == BY_C;
        let is_likely = self.strength() == 2
            // The threads of C may well take turns.
            || is_by_c(self.first)
            || is_by_c(self.second)
            || self.is_outside() && !self.is_guarded()
            || self.likeness == Likeness::Part
            || is_given_away(self.one)
            || is_given_away(self.other)
            || NEAR < self.n_calls()
            || !self.is_map()
            || are_of_entries(self.one.access, self.other.access)
            // Which of the values with such a field it is was not asked.
            || self.one.is_reached && self.other.is_reached;
        if is_likely {
            Confidence::Medium
        } else {
            Confidence::High
        }
    }

    fn doubts_of_end(&self) -> Vec<&'static str> {
        holding([
            (self.likeness == Likeness::Part, OF_PART),
            (
                if self.is_map() && goes_on(self.first) {
                    FAR <= self.n_calls()
                } else {
                    NEAR <= self.n_calls()
                },
                FAR_AWAY,
            ),
        ])
    }

    fn doubts(&self) -> Vec<&'static str> {
        let Self {
            place, one, other, ..
        } = *self;
        let (first, second) = (self.first, self.second);
        let is_weak = self.strength() < 2 && !self.is_read_past_lock();
        let n_calls = self.distance();
        let is_outside = self.is_outside();
        holding([
            (is_weak && self.likeness == Likeness::Part, OF_PART),
            (
                is_weak && self.likeness != Likeness::Part && n_calls < FAR,
                "no lock guards it, and one goroutine of a kind comes to it",
            ),
            (is_weak && FAR <= n_calls || FAR + NEAR <= n_calls, FAR_AWAY),
            (
                self.is_set_up() || self.is_put_at_start(),
                "it is mostly set up before the goroutines start",
            ),
            (self.is_in_turn(), "the two goroutines may well take turns"),
            (
                self.is_compared(),
                "the function that starts the goroutine may wait in between",
            ),
            (fills_in_default(one.access, other.access), BY_DEFAULT),
            (
                !self.is_map() && are_of_entries(one.access, other.access),
                OF_ENTRY,
            ),
            (
                is_beside_lock(one.access, other.access)
                    || is_beside_lock(other.access, one.access),
                "who has the object alone may hold the lock beside its list",
            ),
            (is_outside && self.is_made_ready(), FOR_SET_UP),
            (
                is_outside && second.access.is_for_one,
                "the value is made for one goroutine at a time",
            ),
            (
                self.is_through_unknown(),
                "what the functions are called with that are kept was not followed",
            ),
            (
                is_outside && !self.is_map() && is_carried(second.access),
                "who puts a value into a context may well use it alone at first",
            ),
            (
                is_outside && place.is_callback(one.access),
                "a callback is set before it is first called",
            ),
            (
                first.root.kind == RootKind::Outside && !self.are_documented(),
                "that calls run at the same time is only likely",
            ),
            (
                (self.is_same() || self.are_promised()) && place.is_made_for_tests(one),
                "its package is for tests, which ask one question after the other",
            ),
            (
                [one, other]
                    .into_iter()
                    .any(|it| place.is_test_double(it) || place.is_double(it)),
                "a test puts it in the place of what programs use",
            ),
            (
                [one, other]
                    .iter()
                    .all(|it| it.root.kind == RootKind::Handler && place.is_of_request(it.access)),
                "each request has a value of its own",
            ),
            (
                self.is_same() && place.reads_connection(one),
                "by convention one goroutine at a time reads a connection",
            ),
        ])
    }

    /// True for what a goroutine sets near its start, and the function itself uses which ends its work,
    /// before it waits for anybody.
    fn is_made_meanwhile(&self) -> bool {
        let (made, end) = (self.first.access, self.second.access);
        let home = self.second.root.home;
        made.is_write()
            && made.subject == Subject::Variable
            && made.calls.len() <= 1
            && self.is_by_last()
            && end.inside == home
            && end.locks.is_empty()
            && !end.is_behind_wait
    }

    /// True for what is more often written before others know the value: not what a goroutine writes, nor
    /// work that goes on, nor what was found where others find it as well.
    fn is_before_others(&self) -> bool {
        let (first, second) = (self.first, self.second);
        let is_changed =
            first.root.kind < RootKind::Outside && second.access.manner == Manner::Changes;
        let is_later = self.is_map()
            || self.is_guarded()
            || self.is_by_goroutine()
            || is_changed
            || is_of_entry(second.access)
            || self.place.is_kept_unguarded(first, second)
            || is_carried(second.access);
        self.is_outside() && !is_later
    }

    /// True for what a goroutine writes, and others read: not for a default that it fills in.
    fn is_by_goroutine(&self) -> bool {
        let (first, second) = (self.first, self.second);
        first.root.kind < RootKind::Outside
            && first.access.is_write()
            && !second.access.is_write()
            && first.access.manner != Manner::FirstUse
    }

    /// True for a function after which nobody uses the value, and for the end of one that has run until
    /// its context was done.
    fn is_by_last(&self) -> bool {
        let root = self.second.root;
        let name = root.home.map(|it| self.place.world.name(it));
        root.runs.is_some() || name.is_some_and(|it| is_last_name(it.as_str()))
    }

    /// A setter of a value that has no lock is for the time before its goroutines start, and so is a map
    /// of callbacks; other maps are filled at any time.
    fn is_set_up(&self) -> bool {
        let (first, second) = (self.first.access, self.second.access);
        self.is_outside()
            && !first.is_write()
            && first.locks.is_empty()
            && second.locks.is_empty()
            && second.manner != Manner::Changes
            && (!self.is_map() || self.place.holds_callbacks(self.one.access))
    }

    /// True for a field that a setter writes which nobody is seen to call when the program is at work, nor
    /// promises to call side by side with others; a goroutine or handler reads it.
    fn is_made_ready(&self) -> bool {
        let second = self.second.root;
        !self.is_map()
            && self.first.root.kind < RootKind::Outside
            && self.second.access.is_write()
            && second.invites.is_none()
            && second.home.is_some_and(|it| self.place.setters.has(it))
    }

    /// What one goroutine of a kind and another one do is often a matter of beginning and end.
    fn is_in_turn(&self) -> bool {
        let has_handler = self.second.root.kind == RootKind::Handler;
        let is_shared = self.is_of_package() && self.go_on() || self.is_of_listed();
        !self.is_outside()
            && !has_handler
            && !self.is_map()
            && !self.is_guarded()
            && !is_shared
            && !self.are_siblings()
    }

    /// A function that knows the order has compared them.
    fn is_compared(&self) -> bool {
        let (one, other) = (self.one, self.other);
        let is_beside_itself = self.is_same() && one.access.start == other.access.start;
        !is_beside_itself && self.place.compared.has(&doings(one), &doings(other))
    }
}

/// True for a local that a function gives to its goroutines alone.
fn has_no_caller(it: &Use) -> bool {
    let variable = it.access.path.variable();
    variable.is_some_and(|variable| it.root.shared_locals.contains(&variable))
}

/// True for what a function does before it starts the other goroutine, or registers the handler.
fn is_before_start(one: &Use, other: &Use) -> bool {
    let (access, root) = (one.access.location, other.root);
    let start = root.home.map(|home| (home, root.start));
    let registered = root.registered.map(|it| (it.home, it.at));
    let mut starts = start.into_iter().chain(registered);
    root.kind < RootKind::Outside
        && starts.any(|(home, start)| {
            one.access.inside == Some(home)
                && access.file == start.file
                && access.span.end <= start.span.start
        })
}

/// True for what is done to an object of a list under a lock, and what is done to an object that is
/// not known to be in the list.
fn is_beside_lock(of_list: &Access, alone: &Access) -> bool {
    of_list.path.is_through_list() && !of_list.locks.is_empty() && !alone.path.is_through_list()
}

/// True for two callbacks that a library runs one after the other.
fn run_in_turn(one: &Root, other: &Root) -> bool {
    one.in_turn.is_some() && (one.home, one.in_turn) == (other.home, other.in_turn)
}

/// True for what a goroutine reads, and a function writes which ends its work, before it waits for
/// anybody.
fn is_told_to_end(goroutine: &Use, end: &Use) -> bool {
    let (read, write) = (goroutine.access, end.access);
    !read.is_write()
        && write.is_write()
        && read.subject == Subject::Variable
        && read.locks.is_empty()
}

/// The names under which a function that starts the goroutine knows the access.
fn doings(it: &Use) -> SmallVec<[Doing; 2]> {
    let access = it.access.location;
    if let Some((start, _)) = it.access.start {
        return smallvec![(start, access)];
    }
    let of = [Some(it.root.start), it.root.runs].into_iter().flatten();
    of.map(|of| (of, access)).collect()
}
