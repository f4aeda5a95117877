//! Fields and variables against the goroutines of the whole program.
//!
//! Each goroutine is known by what it does to memory that it did not make itself, in paths from
//! where it starts: the receiver of a handler, a captured variable, a package variable. Two
//! accesses that end at one field race if their goroutines run at the same time, no lock keeps
//! them apart, and the paths may lead to one object.

mod callers;
mod entries;
mod lasting;
mod objects;
mod pair;
mod setters;
mod siblings;
mod unguarded;
mod whole;

use std::collections::BTreeMap;

use contend_analysis::accesses::{Access, Subject};
use contend_analysis::back_references::BackReferences;
use contend_analysis::joined::Joined;
use contend_analysis::known::Table;
use contend_analysis::library::{defined_type, function_name};
use contend_analysis::made_for_one::is_unknown_value;
use contend_analysis::origins::Runs;
use contend_analysis::path::Step;
use contend_analysis::program::Entry;
use contend_analysis::roots::{Root, RootKind};
use contend_analysis::summary::{PackageSummary, Summary};
use contend_base::{Location, SourceMap};
use contend_finding::{Confidence, Finding};
use contend_types::{ObjId, World};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::callers::all_roots;
use self::pair::Pair;
use self::setters::{FOR_SET_UP, Setters};
use self::unguarded::{changes_looked_up, may_be_shared};
use self::whole::with_fields;
use super::compared::Compared;
use super::package_state::{is_package_state, may_fill_as_reader};
use super::report::{FIELDS, Race, Side, Start, finding, says_too_little, told_together};
use super::shared::{Guard, Key, OfField, name_without_goroutines};

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

/// More pairs than this of one place say nothing new.
const MAX_USES: usize = 200;

pub(crate) fn check(unit: ProgramUnit) -> Vec<Finding> {
    let mut roots = all_roots(&unit);
    roots
        .par_iter_mut()
        .for_each(|it| with_fields(it, unit.world));
    let mut places: BTreeMap<(Option<Location>, Key), Vec<Use>> = BTreeMap::new();
    let joints = unit.packages.iter().flat_map(|package| &package.joints);
    let joined = Joined::new(joints.copied());
    let references = unit.packages.iter().flat_map(|it| &it.references);
    let back = BackReferences::new(&references.copied());
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
        is_open
            || is_package_state(unit.world, it)
            || may_fill_as_reader(it)
            || may_be_shared(unit.world, it)
            || changes_looked_up(unit.world, it)
    };
    places.retain(|_, uses| uses.iter().any(is_run));
    let functions = unit.packages.iter().flat_map(|it| &it.functions);
    let functions = functions.map(|it| (it.function, it.as_ref()));
    let functions: FxHashMap<ObjId, &Summary> = functions.collect();
    let guards: FxHashMap<Key, Guard> = unit.guards.iter().map(|it| (it.key, *it)).collect();
    let setters = Setters::of(&unit);
    let mut found: BTreeMap<Key, Verdict> = BTreeMap::new();
    for ((_, key), uses) in &places {
        let place = Place {
            world: unit.world,
            files: unit.files,
            compared: unit.compared,
            joined: &joined,
            back: &back,
            functions: &functions,
            setters: &setters,
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
    for mut of_field in unit.of_fields {
        // Others are registered in a map at any time.
        if of_field.key.1 != Subject::Map && setters.are_all(&of_field.writers) {
            of_field.finding = of_field.finding.doubted([FOR_SET_UP]);
        }
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
        findings.push(told_together(first, &group, FIELDS));
    }
    findings
}

pub(super) struct Place<'a> {
    pub(super) world: &'a World,
    files: &'a SourceMap,
    compared: &'a Compared,
    joined: &'a Joined,
    back: &'a BackReferences,
    pub(super) functions: &'a FxHashMap<ObjId, &'a Summary>,
    setters: &'a Setters,
    pub(super) uses: &'a [Use<'a>],
    guard: Option<Guard>,
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
