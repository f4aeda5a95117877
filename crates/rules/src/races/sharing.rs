//! Fields and variables against the goroutines of the whole program.
//!
//! Each goroutine is known by what it does to memory that it did not make itself, in paths from
//! where it starts: the receiver of a handler, a captured variable, a package variable. Two
//! accesses that end at one field race if their goroutines run at the same time, no lock keeps
//! them apart, and the paths may lead to one object.

use std::collections::BTreeMap;

use contend_base::{FileId, Location, SourceMap, Span};
use contend_finding::{Confidence, Finding};
use contend_types::{ObjId, ObjectKind, PkgId, Type, TypeId, VarKind, World};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};

use super::compared::{Compared, Doing};
use super::package_state::{is_package_state, may_fill_as_reader};
use super::report::{Race, Side, Start, finding, new_beside, says_too_little, told_together};
use super::shared::{Guard, Key, OfField, holding, name_without_goroutines};
use super::spawned::{BY_DEFAULT, FAR, NEAR, fills_in_default};
use contend_analysis::accesses::{Access, Subject};
use contend_analysis::documented::Invitation;
use contend_analysis::joined::Joined;
use contend_analysis::known::Table;
use contend_analysis::library::{
    Mode, defined_type, function_name, is_for_tests, is_test, package_path,
};
use contend_analysis::made_for_one::is_unknown_value;
use contend_analysis::origins::{BY_C, Runs};
use contend_analysis::package_calls::PackageCalls;
use contend_analysis::path::{Path, Step};
use contend_analysis::program::{Entry, Reached, Reaches};
use contend_analysis::roots::{Root, RootKind};
use contend_analysis::summary::{PackageSummary, Summary};

/// What the packages of a program left, in order of package.
pub struct ProgramUnit<'a> {
    pub world: &'a World,
    pub files: &'a SourceMap,
    pub known: &'a Table,
    pub packages: &'a [PackageSummary],
    pub of_fields: Vec<OfField>,
    pub guards: Vec<Guard>,
    /// Where races are told already, with both sides for certain, and how sure they are.
    pub told: &'a FxHashMap<Location, Confidence>,
    /// What was compared already by functions that know the order.
    pub compared: &'a Compared,
}

const OF_PART: &str = "whether the paths lead to one object was not followed";
const FAR_AWAY: &str = "the accesses are many calls away from where the goroutines start";

/// More pairs than this of one place say nothing new.
const MAX_USES: usize = 200;

pub(crate) fn check(unit: ProgramUnit) -> Vec<Finding> {
    let roots = all_roots(&unit);
    let mut places: BTreeMap<(Option<Location>, Key), Vec<Use>> = BTreeMap::new();
    let joints = unit.packages.iter().flat_map(|package| &package.joints);
    let joined = Joined::new(joints.copied());
    for (number, (root, reached)) in roots.iter().enumerate() {
        let own = root.accesses.iter().map(|it| (it, false, None));
        let others = reached.accesses.iter().zip(&reached.entries);
        let others = others.map(|(it, entry)| (it, true, *entry));
        for (access, is_reached, entry) in own.chain(others) {
            let it = Use {
                number,
                root,
                access,
                is_reached,
                entry,
            };
            add(unit.world, &joined, &mut places, it);
        }
    }
    let is_run = |it: &Use| {
        let is_open = it.root.kind < RootKind::Outside || it.root.invites.is_some();
        is_open || is_package_state(unit.world, it) || may_fill_as_reader(it)
    };
    places.retain(|_, uses| uses.iter().any(is_run));
    let functions = unit.packages.iter().flat_map(|it| &it.functions);
    let callers_hold: FxHashMap<ObjId, &[ObjId]> = functions
        .map(|it| (it.function, it.callers_hold.as_slice()))
        .collect();
    let functions = unit.packages.iter().flat_map(|it| &it.functions);
    let package_calls: FxHashMap<ObjId, Option<PackageCalls>> = functions
        .map(|it| (it.function, it.package_calls))
        .collect();
    let guards: FxHashMap<Key, Guard> = unit.guards.iter().map(|it| (it.key, *it)).collect();
    let mut found: BTreeMap<Key, Verdict> = BTreeMap::new();
    for ((_, key), uses) in &places {
        let place = Place {
            world: unit.world,
            files: unit.files,
            compared: unit.compared,
            joined: &joined,
            callers_hold: &callers_hold,
            package_calls: &package_calls,
            uses,
            guard: guards.get(key).copied(),
        };
        if let Some(verdict) = place.verdict() {
            found.insert(*key, verdict);
        }
    }
    // What is told with both sides for certain need not be said again, unless it is surer than that
    // whoever runs the functions.
    let told = |finding: &Finding| unit.told.get(&finding.primary.location);
    let is_told = |it: &OfField| {
        told(&it.finding).is_some_and(|sure| !it.is_certain || it.finding.confidence <= *sure)
    };
    let mut of_locks = Vec::new();
    for of_field in unit.of_fields {
        let known = found.get(&of_field.key);
        let is_surer = known.is_none_or(|it| it.finding.confidence < of_field.finding.confidence);
        if of_field.is_certain || is_surer {
            found.remove(&of_field.key);
            if !is_told(&of_field) {
                of_locks.push((of_field.cause, of_field.finding));
            }
        }
    }
    let mut findings = grouped(of_locks);
    let found = found.into_values().map(|it| (it.cause, it.finding));
    let found = grouped(found.collect()).into_iter();
    findings.extend(found.filter(|it| told(it).is_none()));
    findings
}

/// The goroutines of all packages, and the functions that others may call, each with what it comes to
/// through interfaces and fields.
fn all_roots(unit: &ProgramUnit) -> Vec<(Root, Reached)> {
    let reaches = Reaches::new(unit.world, unit.known, unit.packages);
    let packages = unit.packages.iter();
    let values: FxHashSet<ObjId> = packages
        .clone()
        .flat_map(|it| &it.values)
        .copied()
        .collect();
    let later: FxHashSet<ObjId> = packages
        .clone()
        .flat_map(|it| &it.called_later)
        .copied()
        .collect();
    let called: FxHashSet<ObjId> = packages.flat_map(|it| &it.called).copied().collect();
    let is_setup = |function: ObjId| {
        called.contains(&function) && !later.contains(&function) && !values.contains(&function)
    };
    let runs = |function| values.contains(&function) || !called.contains(&function);
    let known = unit.packages.iter().flat_map(|package| &package.roots);
    let mut roots: Vec<Root> = known
        .filter(|root| root.unless_called.is_none_or(runs))
        .cloned()
        .collect();
    let services = unit.packages.iter().flat_map(|package| &package.services);
    roots.extend(services.filter_map(|&method| {
        let summary = reaches.declared_at(unit.world.object(method).location?)?;
        Some(of_summary(unit.world, summary, RootKind::Handler))
    }));
    let homes: FxHashSet<ObjId> = roots.iter().filter_map(|root| root.home).collect();
    let mut roots: Vec<(Root, Reached)> = roots
        .into_par_iter()
        .map(|root| {
            let reached = reaches.through(&root.accesses);
            (root, reached)
        })
        .collect();
    let functions = unit.packages.iter().flat_map(|package| &package.functions);
    let is_run = |function| later.contains(&function) || values.contains(&function);
    let outside =
        functions.filter(|it| is_open(unit.world, it, is_run) && !homes.contains(&it.function));
    roots.extend(outside.map(|it| {
        let is_set_up = it.is_setup && !is_promised(it) || is_setup(it.function);
        let kind = if is_set_up {
            RootKind::OfPackage
        } else if it.is_end {
            RootKind::End
        } else if it.synchronises {
            RootKind::OfPackage
        } else {
            RootKind::Outside
        };
        let mut root = of_summary(unit.world, it, kind);
        if is_setup(it.function) {
            root.package_calls = root.package_calls.map(|_| PackageCalls::AtStart);
        }
        (root, Reached::default())
    }));
    roots
}

/// A function that others may call in goroutines of their own; in a program, one that the program
/// calls, hands to somebody, or owes to an interface.
fn is_open(world: &World, summary: &Summary, is_run: impl Fn(ObjId) -> bool) -> bool {
    let object = world.object(summary.function);
    let is_main = object
        .package
        .is_none_or(|package| world.package(package).source.name.as_str() == "main");
    object.name.is_exported() && (!is_main || is_run(summary.function) || is_promised(summary))
}

/// An interface lets others call it, whatever its name says.
fn is_promised(summary: &Summary) -> bool {
    summary.invites == Some(Invitation::Interface)
}

fn of_summary(world: &World, summary: &Summary, kind: RootKind) -> Root {
    let nowhere = || Location::new(FileId::new(0), Span::at(0));
    let location = summary.location.unwrap_or_else(nowhere);
    let accesses = summary.accesses.iter().filter(|access| {
        let of = access.path.variable().map(|it| world.object(it).kind);
        let is_after_all = kind == RootKind::End && access.is_behind_wait;
        !is_after_all
            && match of {
                Some(ObjectKind::Var(VarKind::Receiver)) => kind != RootKind::OfPackage,
                Some(ObjectKind::Var(VarKind::Package)) => true,
                _ => false,
            }
    });
    Root {
        kind,
        how: match kind {
            RootKind::Handler => "called for each request",
            RootKind::Goroutine | RootKind::Outside | RootKind::End | RootKind::OfPackage => {
                "called by whoever uses the package"
            }
        },
        start: location,
        is_many: kind == RootKind::Handler,
        is_repeated: false,
        callers_hold: summary.callers_hold.clone(),
        invites: summary.invites,
        package_calls: summary.package_calls,
        is_joined: false,
        in_turn: None,
        home: Some(summary.function),
        registered: None,
        unless_called: None,
        runs: None,
        accesses: accesses.cloned().collect(),
    }
}

/// One access of one goroutine.
#[derive(Clone, Copy)]
pub(super) struct Use<'a> {
    pub(super) number: usize,
    pub(super) root: &'a Root,
    pub(super) access: &'a Access,
    /// The goroutine comes to it through an interface or a function in a field.
    is_reached: bool,
    /// By a function of this entry of a list, each of which is called once.
    entry: Option<Entry>,
}

fn add<'a>(
    world: &World,
    joined: &Joined,
    places: &mut BTreeMap<(Option<Location>, Key), Vec<Use<'a>>>,
    it: Use<'a>,
) {
    let access = it.access;
    if matches!(access.subject, Subject::Call | Subject::Method(..)) {
        return;
    }
    let object = match access.path.steps.last() {
        Some(Step::Field(field)) => *field,
        None => match access.path.variable() {
            Some(variable) => variable,
            None => return,
        },
        Some(_) => return,
    };
    let object = match access.subject {
        Subject::Map => joined.first(object),
        _ => object,
    };
    let place = (world.object(object).location, (object, access.subject));
    let uses = places.entry(place).or_default();
    if uses.len() < MAX_USES {
        uses.push(it);
    }
}

/// A race with what it is about.
struct Verdict {
    finding: Finding,
    /// Where its two goroutines start, and the structure: other fields of it may race likewise.
    cause: Option<(Location, Location, Option<ObjId>)>,
}

/// Fields that race for one cause are one defect: those of one structure in the same two
/// goroutines, and those that one function uses without the lock that guards them.
fn grouped<C: Ord>(verdicts: Vec<(Option<C>, Finding)>) -> Vec<Finding> {
    let mut groups: BTreeMap<C, Vec<Finding>> = BTreeMap::new();
    let mut findings = Vec::new();
    for (cause, finding) in verdicts {
        match cause {
            Some(cause) => groups.entry(cause).or_default().push(finding),
            None => findings.push(finding),
        }
    }
    for mut group in groups.into_values() {
        // What stops the process comes first.
        let is_of_map = |it: &Finding| it.rule.code.starts_with("CT10");
        group.sort_by_key(|it| {
            let sure = std::cmp::Reverse(it.confidence);
            (sure, !is_of_map(it), it.primary.location)
        });
        let first = group.remove(0);
        findings.push(told_together(first, &group));
    }
    findings
}

pub(super) struct Place<'a> {
    pub(super) world: &'a World,
    files: &'a SourceMap,
    compared: &'a Compared,
    joined: &'a Joined,
    /// By function, the locks that some caller in its package holds.
    callers_hold: &'a FxHashMap<ObjId, &'a [ObjId]>,
    /// By function, when others call it, as far as the state of its package goes.
    pub(super) package_calls: &'a FxHashMap<ObjId, Option<PackageCalls>>,
    pub(super) uses: &'a [Use<'a>],
    guard: Option<Guard>,
}

/// How likely it is that two paths lead to one object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// One path goes on where the other begins.
    Part,
    /// Both are the same way from the same kind of value.
    Whole,
    /// Both begin at the same variable.
    Same,
}

struct Pair<'a> {
    one: Use<'a>,
    other: Use<'a>,
    sure: Confidence,
    reason: &'static str,
    /// What speaks against it; of low confidence then.
    doubts: Vec<&'static str>,
}

impl<'a> Pair<'a> {
    fn confidence(&self) -> Confidence {
        if self.doubts.is_empty() {
            self.sure
        } else {
            Confidence::Low
        }
    }

    /// The access of this pair that is told beside another pair.
    fn beside(&self, told: &Self) -> Option<&'a Access> {
        let own = (self.one.access, self.other.access);
        new_beside(own, (told.one.access, told.other.access))
    }
}

impl Place<'_> {
    fn verdict(&self) -> Option<Verdict> {
        let (best, n_pairs) = self.best(|_| true)?;
        let another = says_too_little(best.one.access, best.other.access)
            .then(|| self.best(|pair| pair.beside(&best).is_some()))
            .flatten();
        let beside = another.and_then(|(pair, _)| pair.beside(&best));
        Some(self.told(&best, beside, n_pairs - 1))
    }

    /// The pair to tell of, of those that are wanted, and how many there are.
    fn best(&self, is_wanted: impl Fn(&Pair) -> bool) -> Option<(Pair<'_>, usize)> {
        let mut best: Option<Pair> = None;
        let mut n_pairs = 0;
        for (at, one) in self.uses.iter().enumerate() {
            for other in &self.uses[at..] {
                let has_write = one.access.is_write() || other.access.is_write();
                let is_unknown = |it: &Use| is_unknown_value(self.world, it.access);
                if !has_write
                    || is_unknown(one)
                    || is_unknown(other)
                    || self.have_common_lock(one, other)
                {
                    continue;
                }
                let Some(pair) = self.pair(one, other).filter(|it| is_wanted(it)) else {
                    continue;
                };
                n_pairs += 1;
                if best.as_ref().is_none_or(|known| rank(&pair) < rank(known)) {
                    best = Some(pair);
                }
            }
        }
        best.map(|pair| (pair, n_pairs))
    }

    /// The pair as a race, if its goroutines may run at the same time on one object.
    fn pair<'u>(&self, one: &Use<'u>, other: &Use<'u>) -> Option<Pair<'u>> {
        let likeness = self.likeness(one.access, other.access)?;
        let functions = [one, other]
            .into_iter()
            .flat_map(|it| [it.root.home, it.access.inside]);
        let mut programs = functions.flatten().filter_map(|it| self.program(it));
        if let Some(first) = programs.next()
            && programs.any(|it| it != first)
        {
            return None;
        }
        if self.are_made_apart(one, other) {
            return None;
        }
        let is_same = one.number == other.number;
        let is_one_entry = is_same && one.entry.is_some() && one.entry == other.entry;
        if is_one_entry && one.root.kind == RootKind::Goroutine && !one.root.is_repeated {
            return None;
        }
        let is_beside_itself = is_same && one.access.start == other.access.start;
        let is_compared = !is_beside_itself && self.compared.has(&doings(one), &doings(other));
        let (first, second) = if one.root.kind <= other.root.kind {
            (one, other)
        } else {
            (other, one)
        };
        if let Some(doubts) = self.of_package_state(first, second) {
            return Some(Pair {
                one: *one,
                other: *other,
                sure: Confidence::Medium,
                reason: "others may call functions of a package at the same time",
                doubts,
            });
        }
        let is_guarded = self.guard.is_some_and(|guard| 1 < guard.held);
        let is_map = one.access.subject == Subject::Map;
        let are_all = |is: fn(&Option<Invitation>) -> bool| {
            is(&first.root.invites) && is(&second.root.invites)
        };
        let are_invited = are_all(Option::is_some);
        let is_promised = are_all(|it| *it == Some(Invitation::Interface));
        let are_documented =
            are_all(|it| matches!(it, Some(Invitation::Documentation | Invitation::Interface)));
        // The goroutines of a loop run beside each other, whoever waits for all of them.
        let are_siblings = is_same && first.root.is_many;
        let reason = match (first.root.kind, second.root.kind) {
            (RootKind::Goroutine, RootKind::Goroutine | RootKind::Outside | RootKind::End)
                if first.root.is_joined
                    && !are_siblings
                    && (second.root.is_joined || RootKind::Outside <= second.root.kind) =>
            {
                // Nobody knows whether others call the function meanwhile that waits for it.
                return None;
            }
            (RootKind::Goroutine, RootKind::Goroutine) if run_in_turn(one.root, other.root) => {
                return None;
            }
            (RootKind::Goroutine, RootKind::Goroutine) => {
                let is_near = is_same || one.root.home == other.root.home;
                if is_near && one.access.start == other.access.start {
                    // Told by the function that starts them, which knows their order, if it sees
                    // what they come to.
                    let is_seen = !one.is_reached || !other.is_reached;
                    let are_several = first.root.is_many || first.root.is_repeated;
                    if is_seen || !are_several || !self.is_one_for_all(one) {
                        return None;
                    }
                }
                "two goroutines come to it, and nothing orders them"
            }
            (RootKind::Handler, RootKind::Handler) if is_same => {
                "its goroutines run at the same time"
            }
            (RootKind::Goroutine | RootKind::Handler, RootKind::Handler) => {
                "two goroutines come to it, and nothing orders them"
            }
            (RootKind::Goroutine, RootKind::Outside) => {
                "a goroutine of the package comes to it, and so does whoever calls the package"
            }
            (RootKind::Handler, RootKind::Outside) if is_guarded => {
                "handlers come to it, and so does whoever calls the package"
            }
            // What a comment says of a type is often meant for a part of it, but the maps are in it.
            (RootKind::Outside, RootKind::Outside)
                if (is_map || is_promised) && are_invited && Likeness::Whole <= likeness =>
            {
                if is_promised {
                    "its interface lets several goroutines call it at the same time"
                } else if are_documented {
                    "its documentation lets several goroutines call it at the same time"
                } else {
                    "each call has a context of its own, so calls may well run at the same time"
                }
            }
            (RootKind::Outside, RootKind::Outside)
                if Likeness::Whole <= likeness && self.is_filled_by_reader(first, second) =>
            {
                "callers take it for a reader, but it fills the map"
            }
            (RootKind::Goroutine, RootKind::End) if is_told_to_end(first, second) => {
                "it tells a goroutine to end, which reads it meanwhile"
            }
            (RootKind::Goroutine, RootKind::End) if is_map && first.access.locks.is_empty() => {
                "a goroutine of the package comes to it, which may not have ended"
            }
            _ => return None,
        };
        if is_before_start(first, second) || is_before_start(second, first) {
            return None;
        }
        let is_outside = second.root.kind == RootKind::Outside;
        if is_outside && !is_map && !is_guarded && !self.changes(second) {
            // What is written before others know it is more often the reason.
            return None;
        }
        let n_calls = one.access.calls.len().max(other.access.calls.len());
        if second.root.kind == RootKind::End {
            let doubts = holding([
                (likeness == Likeness::Part, OF_PART),
                (NEAR <= n_calls, FAR_AWAY),
            ]);
            return Some(Pair {
                one: *one,
                other: *other,
                sure: Confidence::Medium,
                reason,
                doubts,
            });
        }
        let has_handler = second.root.kind == RootKind::Handler;
        // What one goroutine of a kind and another one do is often a matter of beginning and end.
        let is_in_turn = !is_outside && !has_handler && !is_map && !is_guarded && !are_siblings;
        let strength = usize::from(is_map)
            + usize::from(is_guarded)
            + usize::from(first.root.is_many && !is_outside)
            + usize::from(likeness != Likeness::Part)
            + usize::from(likeness == Likeness::Same);
        // A setter of a value that has no lock is for the time before its goroutines start, and so
        // is a map of callbacks; other maps are filled at any time.
        let is_set_up = is_outside
            && !first.access.is_write()
            && first.access.locks.is_empty()
            && second.access.locks.is_empty()
            && (!is_map || self.holds_callbacks(one.access));
        let strength = strength.saturating_sub(n_calls / FAR);
        let is_weak = strength < 2;
        let doubts = holding([
            (is_weak && likeness == Likeness::Part, OF_PART),
            (
                is_weak && likeness != Likeness::Part && n_calls < FAR,
                "no lock guards it, and one goroutine of a kind comes to it",
            ),
            (is_weak && FAR <= n_calls || FAR + NEAR <= n_calls, FAR_AWAY),
            (is_set_up, "it is mostly set up before the goroutines start"),
            (is_in_turn, "the two goroutines may well take turns"),
            (
                is_compared,
                "the function that starts the goroutine may wait in between",
            ),
            (fills_in_default(one.access, other.access), BY_DEFAULT),
            (
                is_beside_lock(one.access, other.access)
                    || is_beside_lock(other.access, one.access),
                "who has the object alone may hold the lock beside its list",
            ),
            (
                is_outside && second.access.is_for_one,
                "the value is made for one goroutine at a time",
            ),
            (
                is_outside && self.is_callback(one.access),
                "a callback is set before it is first called",
            ),
            (
                first.root.kind == RootKind::Outside && !are_documented,
                "that calls run at the same time is only likely",
            ),
            (
                (is_same || is_promised) && self.is_made_for_tests(one),
                "its package is for tests, which ask one question after the other",
            ),
            (
                self.is_test_double(one) || self.is_test_double(other),
                "a test puts it in the place of what programs use",
            ),
        ]);
        let sure = match strength {
            2 => Confidence::Medium,
            // The threads of C may well take turns.
            _ if first.root.how == BY_C || second.root.how == BY_C => Confidence::Medium,
            _ if is_outside && !is_guarded => Confidence::Medium,
            _ if likeness == Likeness::Part || !(is_map || is_guarded) => Confidence::Medium,
            _ if NEAR < n_calls || !is_map => Confidence::Medium,
            // Which of the values with such a field it is was not asked.
            _ if one.is_reached && other.is_reached => Confidence::Medium,
            _ => Confidence::High,
        };
        Some(Pair {
            one: *one,
            other: *other,
            sure,
            reason,
            doubts,
        })
    }

    /// True for `n += x`: work that goes on, and no setting up.
    fn changes(&self, it: &Use) -> bool {
        let is_read_too = |other: &&Use| {
            other.number == it.number
                && !other.access.is_write()
                && other.access.location == it.access.location
        };
        it.access.is_write() && self.uses.iter().any(|other| is_read_too(&other))
    }

    /// True if the path begins at a variable, or, in goroutines that each call of a function starts, at
    /// the receiver of the method that made what is called: not at what each goroutine of a loop is
    /// given.
    fn is_one_for_all(&self, it: &Use) -> bool {
        let variable = it.access.path.variable();
        variable.is_some_and(|variable| match self.world.object(variable).kind {
            ObjectKind::Var(VarKind::Package | VarKind::Local) => true,
            ObjectKind::Var(VarKind::Receiver) => !it.root.is_many,
            _ => false,
        })
    }

    /// True for the fields of two objects that two functions have made, each for a goroutine of its
    /// own.
    fn are_made_apart(&self, one: &Use, other: &Use) -> bool {
        let made = |it: &Use| {
            let steps = it.access.path.steps.iter();
            let is_inside = steps.filter(|step| **step == Step::Deref).count() <= 1;
            let variable = it.access.path.variable()?;
            let is_local = self.world.object(variable).kind == ObjectKind::Var(VarKind::Local);
            // Of the locals that a goroutine which runs once is given only new objects are known.
            let is_new = it.root.kind == RootKind::Goroutine && is_local && is_inside;
            is_new.then_some(variable)
        };
        matches!((made(one), made(other)), (Some(one), Some(other)) if one != other)
    }

    /// True for what a value does that a test puts in the place of the real one.
    fn is_test_double(&self, it: &Use) -> bool {
        is_test(self.files, it.access.location.file)
    }

    /// True for what a double does that a package keeps for tests, which mostly ask it one question
    /// after the other.
    fn is_made_for_tests(&self, it: &Use) -> bool {
        let function = it.access.inside;
        function.is_some_and(|it| is_for_tests(package_path(self.world, it)))
    }

    /// True for a field or variable of function type: it is set before it is first called.
    fn is_callback(&self, access: &Access) -> bool {
        let object = access
            .path
            .steps
            .last()
            .map_or(access.path.variable(), |_| access.path.last_field());
        object.is_some_and(|it| self.is_function(self.world.object_type(it)))
    }

    fn is_function(&self, ty: TypeId) -> bool {
        matches!(self.world.underlying_type(ty), Type::Signature { .. })
    }

    /// The package `main` that a function belongs to: two of them are two processes.
    fn program(&self, function: ObjId) -> Option<PkgId> {
        let package = self.world.object(function).package?;
        let is_main = self.world.package(package).source.name.as_str() == "main";
        is_main.then_some(package)
    }

    /// True for a map of functions, or of lists of them.
    fn holds_callbacks(&self, access: &Access) -> bool {
        let Some(object) = place(access) else {
            return false;
        };
        let ty = self.world.object_type(object);
        let Type::Map { value, .. } = self.world.ty(self.world.underlying(ty)) else {
            return false;
        };
        match self.world.underlying_type(*value) {
            Type::Slice(element) => self.is_function(*element),
            _ => self.is_function(*value),
        }
    }

    fn likeness(&self, one: &Access, other: &Access) -> Option<Likeness> {
        let (a, b) = (one.path.variable()?, other.path.variable()?);
        let (a_fields, b_fields) = (self.fields(one), self.fields(other));
        if a == b && a_fields == b_fields {
            return Some(Likeness::Same);
        }
        let is_typed = |variable| {
            matches!(
                self.world.object(variable).kind,
                ObjectKind::Var(VarKind::Receiver | VarKind::Param | VarKind::Local)
            )
        };
        if !is_typed(a) && !is_typed(b) {
            return None;
        }
        let same_type = match (defined_type(self.world, a), defined_type(self.world, b)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        };
        if same_type && a_fields == b_fields && is_typed(a) && is_typed(b) {
            return Some(Likeness::Whole);
        }
        let (long, short, short_root) = if a_fields.len() < b_fields.len() {
            (b_fields, a_fields, a)
        } else {
            (a_fields, b_fields, b)
        };
        let is_part = is_typed(short_root) && !short.is_empty() && long.ends_with(&short);
        is_part.then_some(Likeness::Part)
    }

    /// The fields on the way, the last one under the name of those that hold the same map.
    fn fields(&self, access: &Access) -> Vec<ObjId> {
        let mut fields = fields(access);
        if let Some(last) = fields.last_mut().filter(|_| access.subject == Subject::Map) {
            *last = self.joined.first(*last);
        }
        fields
    }

    /// Who calls a function from outside may hold what callers in its package hold: of that function,
    /// or of the one that the access stands in.
    fn have_common_lock(&self, one: &Use, other: &Use) -> bool {
        let lent = |to: &Use, of: &Use| {
            let inside = to
                .access
                .inside
                .filter(|_| to.root.kind == RootKind::Outside);
            let inside = inside.and_then(|it| self.callers_hold.get(&it).copied());
            let may_hold = |lock| {
                to.root.callers_hold.contains(&lock) || inside.is_some_and(|it| it.contains(&lock))
            };
            let mut locks = of.access.locks.iter();
            locks.any(|held| {
                let lock = held.path.as_ref().and_then(Path::owner);
                held.mode == Mode::Exclusive && lock.is_some_and(may_hold)
            })
        };
        if lent(one, other) || lent(other, one) {
            return true;
        }
        let (one, other) = (one.access, other.access);
        if one.is_by_lock_holder || other.is_by_lock_holder || one.is_atomic && other.is_atomic {
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

    fn told(&self, pair: &Pair, beside: Option<&Access>, n_others: usize) -> Verdict {
        let Pair { one, other, .. } = pair;
        let is_self = one.number == other.number && one.access.location == other.access.location;
        let function = one.access.inside.map(|it| function_name(self.world, it));
        let mut found = finding(&Race {
            world: self.world,
            body: None,
            function: function.unwrap_or_default(),
            one: side(one),
            other: side(other),
            is_self,
            beside,
        });
        found.reasons.clear();
        if !is_self {
            name_without_goroutines(&mut found, self.world, one.access, other.access);
        }
        found = found.sure(pair.sure, pair.reason);
        found = found.doubted(pair.doubts.iter().copied());
        if let Some(guard) = self.guard {
            let lock = self.world.name(guard.lock);
            let text = format!(
                "`{lock}` is held in {} of the {} functions of its package that use it",
                guard.held, guard.all
            );
            found = found
                .help(format!("take `{lock}` on both sides"))
                .note(text);
        }
        if 0 < n_others {
            let s = if n_others == 1 { "" } else { "s" };
            found = found.note(format!(
                "{n_others} more pair{s} of accesses race in the same way"
            ));
        }
        let root = one.access.path.variable();
        let cause = (
            one.root.start.min(other.root.start),
            one.root.start.max(other.root.start),
            root.and_then(|it| defined_type(self.world, it)),
        );
        Verdict {
            finding: found,
            cause: (one.access.subject != Subject::Map).then_some(cause),
        }
    }
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

fn side<'a>(it: &Use<'a>) -> Side<'a> {
    let start = match (it.access.start, it.root.kind) {
        (Some((location, how)), _) => Some(Start {
            location,
            how,
            runs: Runs::Once,
            is_by_each_call: false,
        }),
        (None, RootKind::Outside | RootKind::End | RootKind::OfPackage) => None,
        (None, kind) => Some(Start {
            location: it.root.start,
            how: it.root.how,
            runs: if kind == RootKind::Handler {
                Runs::Many
            } else {
                Runs::Once
            },
            is_by_each_call: it.root.is_repeated && !it.root.is_many,
        }),
    };
    Side {
        access: it.access,
        start,
    }
}

/// The surest first, then two writes, then what is nearest to where the goroutines start.
fn rank(pair: &Pair) -> impl Ord + use<> {
    let Pair { one, other, .. } = pair;
    (
        std::cmp::Reverse(pair.confidence()),
        !(one.access.is_write() && other.access.is_write()),
        one.access.calls.len() + other.access.calls.len(),
        (one.access.location, other.access.location),
        (one.root.start, other.root.start),
    )
}

/// The field or the variable that is accessed.
fn place(access: &Access) -> Option<ObjId> {
    match access.path.steps.last() {
        Some(Step::Field(field)) => Some(*field),
        _ => access.path.variable(),
    }
}

fn fields(access: &Access) -> Vec<ObjId> {
    let fields = access.path.steps.iter().filter_map(|step| match step {
        Step::Field(field) => Some(*field),
        _ => None,
    });
    fields.collect()
}
