//! More than one crash or dump: the same again, crash loops, growth.

use std::collections::hash_map::Entry;

use contend_dumps::{Document, NameId, Profile};
use contend_finding::{Confidence, Severity};
use contend_sched::{Roles, Snapshot};
use rustc_hash::FxHashMap;

use crate::{Diagnosis, Site, SiteRole, class, site};

/// So many equal crashes are a loop.
const LOOP: u32 = 3;

/// Makes one verdict of equal ones and adds those that only repetition shows; the most telling
/// first.
pub fn conclude(all: Vec<Diagnosis>) -> Vec<Diagnosis> {
    let mut merged = merge(all);
    left_locked(&mut merged);
    let repeated = merged.iter().filter(|d| ends_process(d) && LOOP <= d.times);
    let loops: Vec<Diagnosis> = repeated.map(crash_loop).collect();
    merged.extend(loops);
    // That another dump of the same run shows nothing is no news.
    if merged.iter().any(|d| d.severity != Severity::Info) {
        merged.retain(|d| d.class.id != "no-fault-seen");
    }
    merged.sort_by(|a, b| b.weight.cmp(&a.weight).then(a.order.cmp(&b.order)));
    merged
}

fn merge(all: Vec<Diagnosis>) -> Vec<Diagnosis> {
    let mut merged: Vec<Diagnosis> = Vec::new();
    for diagnosis in all {
        let same = merged.iter_mut().find(|known| {
            known.class.id == diagnosis.class.id && place(known) == place(&diagnosis)
        });
        match same {
            Some(known) => known.times += diagnosis.times,
            None => merged.push(diagnosis),
        }
    }
    merged
}

/// Says of locks whose holder is not to be seen that an earlier panic in the same function, which
/// somebody recovered, may have left them locked.
fn left_locked(all: &mut [Diagnosis]) {
    let sites = |diagnosis: &Diagnosis, roles: &[SiteRole]| -> Vec<String> {
        let sites = diagnosis.sites.iter();
        let sites = sites.filter(|site| roles.contains(&site.role));
        sites.map(|site| site.function.clone()).collect()
    };
    let panicked: Vec<String> = all
        .iter()
        .filter(|it| it.recovered)
        .flat_map(|it| sites(it, &[SiteRole::Failed, SiteRole::Called]))
        .collect();
    for diagnosis in all {
        let is_lock = matches!(diagnosis.class.id, "lock-pile-up" | "lock-without-holder");
        if !is_lock || !sites(diagnosis, &[SiteRole::Holds]).is_empty() {
            continue;
        }
        let waits = sites(diagnosis, &[SiteRole::Waits]);
        let Some(function) = waits.iter().find(|it| panicked.contains(it)) else {
            continue;
        };
        diagnosis.evidence.push(format!(
            "an earlier panic went through `{function}` and was recovered: if it came between Lock \
             and Unlock, the lock stays locked for ever"
        ));
        let advice = format!("Unlock by defer on the line behind Lock in `{function}`.");
        diagnosis.advice.insert(0, advice);
        // It explains the panic's other half, too.
        diagnosis.weight = diagnosis.weight.max(95);
    }
}

fn ends_process(diagnosis: &Diagnosis) -> bool {
    !diagnosis.class.is_hang
        && !diagnosis.recovered
        && !diagnosis.class.id.starts_with("data-race")
        && diagnosis.class.actor == "goroutine"
}

fn place(diagnosis: &Diagnosis) -> (&str, &str) {
    let site = diagnosis.sites.first();
    site.map_or(("", diagnosis.headline.as_str()), |site| {
        (site.function.as_str(), "")
    })
}

fn crash_loop(diagnosis: &Diagnosis) -> Diagnosis {
    let mut found = Diagnosis::new(
        class("crash-loop"),
        format!(
            "the process died {} times of the same fault: {}",
            diagnosis.times, diagnosis.headline
        ),
    )
    .of(diagnosis.goroutines);
    found.sites.clone_from(&diagnosis.sites);
    found.way.clone_from(&diagnosis.way);
    found.repeats = Some(diagnosis.class);
    found.times = diagnosis.times;
    found.order = diagnosis.order;
    found.evidence.push(format!(
        "each time: {} ({})",
        diagnosis.class.title, diagnosis.class.id
    ));
    found
        .advice
        .extend(diagnosis.steps().next().map(str::to_owned));
    found
}

/// How many goroutines of one origin and one wait a dump has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCount {
    /// What they do, as the header says it.
    pub state: String,
    /// Where they wait: the innermost place of the user's code.
    pub place: Site,
    /// The function that started them; empty for the main goroutine.
    pub creator: String,
    /// How many.
    pub count: usize,
}

/// The groups of a dump without those of the runtime. Lines of code do not tell groups apart, so
/// that two builds can be compared.
pub fn group_counts(snapshot: &Snapshot<'_>) -> Vec<GroupCount> {
    let document = snapshot.document;
    let mut counts: Vec<GroupCount> = Vec::new();
    let mut known: FxHashMap<(NameId, NameId, Option<NameId>), usize> = FxHashMap::default();
    for group in &snapshot.groups {
        let first = group.members[0];
        if snapshot.is_system(first) {
            continue;
        }
        let n = group.members.len();
        let Some(frame) = site::frame(snapshot, first) else {
            continue;
        };
        let goroutine = snapshot.members[first as usize].goroutine;
        let creator = goroutine.creator.map(|creator| creator.frame.func);
        match known.entry((goroutine.state, frame.func, creator)) {
            Entry::Occupied(slot) => counts[*slot.get()].count += n,
            Entry::Vacant(slot) => {
                slot.insert(counts.len());
                counts.push(GroupCount {
                    state: document.name(goroutine.state).into_owned(),
                    place: site::of_frame(document, SiteRole::Waits, frame, n, goroutine.id),
                    creator: creator.map_or_else(String::new, |c| document.name(c).into_owned()),
                    count: n,
                });
            }
        }
    }
    counts
}

/// The groups of a goroutine profile, which has neither waits nor creators.
pub fn profile_counts(
    document: &Document<'_>,
    roles: &Roles,
    profile: &Profile,
) -> Vec<GroupCount> {
    let mut counts: Vec<GroupCount> = Vec::new();
    let mut known: FxHashMap<NameId, usize> = FxHashMap::default();
    for entry in &profile.entries {
        let mut stack = document.stack(entry.frames).iter();
        let Some(frame) = stack.find(|frame| !roles.get(frame.func).is_library()) else {
            continue;
        };
        let n = entry.count as usize;
        match known.entry(frame.func) {
            Entry::Occupied(slot) => counts[*slot.get()].count += n,
            Entry::Vacant(slot) => {
                slot.insert(counts.len());
                counts.push(GroupCount {
                    state: String::new(),
                    place: site::of_frame(document, SiteRole::Waits, frame, n, 0),
                    creator: String::new(),
                    count: n,
                });
            }
        }
    }
    counts
}

impl GroupCount {
    /// What groups of several dumps must have in common to be one.
    fn key(&self) -> Key<'_> {
        (&self.state, &self.place.function, &self.creator)
    }
}

type Key<'g> = (&'g str, &'g str, &'g str);

fn by_key(groups: &[GroupCount]) -> FxHashMap<Key<'_>, usize> {
    groups
        .iter()
        .map(|group| (group.key(), group.count))
        .collect()
}

/// A group in two dumps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The group, with the later count if it is there.
    pub group: GroupCount,
    /// How many before.
    pub before: usize,
    /// How many after.
    pub after: usize,
}

/// What changed from one dump to another; the largest change first. Groups of equal size are left
/// out.
pub fn compare(before: &[GroupCount], after: &[GroupCount]) -> Vec<Change> {
    let (counts_before, counts_after) = (by_key(before), by_key(after));
    let mut changes: Vec<Change> = Vec::new();
    for group in after {
        changes.push(Change {
            before: counts_before.get(&group.key()).copied().unwrap_or(0),
            after: group.count,
            group: group.clone(),
        });
    }
    for group in before {
        if !counts_after.contains_key(&group.key()) {
            changes.push(Change {
                before: group.count,
                after: 0,
                group: group.clone(),
            });
        }
    }
    changes.retain(|change| change.before != change.after);
    changes.sort_by_key(|change| std::cmp::Reverse(change.before.abs_diff(change.after)));
    changes
}

/// Groups that grow over several dumps, in the order of `dumps`.
pub fn over_time(dumps: &[Vec<GroupCount>]) -> Vec<Diagnosis> {
    let [first, .., last] = dumps else {
        return Vec::new();
    };
    let mut all = Vec::new();
    let series: Vec<_> = dumps.iter().map(|dump| by_key(dump)).collect();
    for change in compare(first, last) {
        let counts: Vec<usize> = series
            .iter()
            .map(|dump| dump.get(&change.group.key()).copied().unwrap_or(0))
            .collect();
        let steady = counts.windows(2).all(|pair| pair[0] <= pair[1]);
        let grown = change.after.saturating_sub(change.before);
        if !steady || grown < 3 || change.after < change.before * 5 / 4 {
            continue;
        }
        let list: Vec<String> = counts.iter().map(ToString::to_string).collect();
        let mut found = Diagnosis::new(
            class("goroutine-growth"),
            format!(
                "goroutines in `{}`{} grow from {} to {}",
                change.group.place.function,
                match &change.group.state[..] {
                    "" => String::new(),
                    state => format!(" ({state})"),
                },
                change.before,
                change.after
            ),
        )
        .sure(if 2 < dumps.len() {
            Confidence::High
        } else {
            Confidence::Medium
        })
        .at(Some(change.group.place.clone()))
        .seen(format!("counts in order: {}", list.join(", ")))
        .of(change.after);
        if !change.group.creator.is_empty() {
            found = found.seen(format!("started by `{}`", change.group.creator));
        }
        found.weight += grown.ilog2().min(10);
        all.push(found);
    }
    all
}
