//! Goroutines that pile up: suspects from one dump or profile.

use contend_dumps::Document;
use contend_finding::Confidence;
use contend_sched::{Group, Roles, Snapshot, Waiting};

use crate::channel::{Places, Spread, spread};
use crate::{Diagnosis, SiteRole, class, site};

/// A pool at rest receives; a pool does not send. So few senders are suspects already.
const SENDERS: usize = 3;
/// Receivers and selects need more, and age.
const RECEIVERS: usize = 50;

/// Leak suspects among the groups of a dump.
pub(crate) fn of_groups(snapshot: &Snapshot<'_>, places: &Places) -> Vec<Diagnosis> {
    let groups = snapshot.groups.iter();
    groups
        .filter_map(|group| of_group(snapshot, group, spread(group, places)))
        .collect()
}

fn of_group(snapshot: &Snapshot<'_>, group: &Group, spread: Spread) -> Option<Diagnosis> {
    if matches!(spread, Spread::One(_)) {
        return None; // a pile at one channel is a verdict of its own
    }
    let n = group.members.len();
    let first = group.members[0];
    snapshot.members[first as usize]
        .goroutine
        .creator
        .as_ref()?;
    let user = snapshot.user_frame(first)?;
    let ages = group.youngest < group.oldest;
    let confidence = match group.waiting {
        Waiting::ChanSend if 100 <= n || ages => Confidence::High,
        Waiting::ChanSend if SENDERS <= n => Confidence::Medium,
        Waiting::ChanReceive | Waiting::Select if RECEIVERS <= n && ages => Confidence::Medium,
        Waiting::ChanReceive | Waiting::Select | Waiting::WaitGroup | Waiting::Cond
            if 1000 <= n =>
        {
            Confidence::Low
        }
        _ => return None,
    };
    let function = snapshot.document.name(user.func);
    let mut diagnosis = Diagnosis::new(
        class("goroutine-leak"),
        format!("{n} goroutines are {} in `{function}`", group.waiting),
    )
    .sure(confidence)
    .at(site::of_member(snapshot, SiteRole::Waits, first, n))
    .at(site::dependency(snapshot, first, n).and_then(|(_, caller)| caller))
    .at(site::of_creator(snapshot, first, n))
    .of(n);
    if ages {
        diagnosis = diagnosis.seen(format!(
            "the youngest has waited for {} minutes, the oldest for {}: they keep coming",
            group.youngest, group.oldest
        ));
    }
    if group.waiting == Waiting::ChanSend {
        diagnosis = diagnosis.seen("a sender that waits has no receiver at that moment");
    }
    if let Spread::Several(channels) = spread {
        diagnosis = diagnosis.seen(format!(
            "they wait at {channels} channels, and nobody waits to receive from any of them"
        ));
    }
    diagnosis.weight += n.ilog2().min(12);
    Some(diagnosis)
}

/// Suspects in goroutine profiles, which have counts but neither waits nor ages.
pub(crate) fn of_profiles(document: &Document<'_>, roles: &Roles) -> Vec<Diagnosis> {
    let mut all = Vec::new();
    for profile in &document.profiles {
        if !profile.is_of_goroutines(document) {
            continue;
        }
        let kind = document.name(profile.kind);
        let proved = kind == "goroutineleak";
        for entry in &profile.entries {
            let stack = document.stack(entry.frames);
            let user = stack
                .iter()
                .find(|frame| !roles.get(frame.func).is_library());
            let Some(user) = user else { continue };
            let share = entry.count as f64 / profile.total.max(1) as f64;
            let suspect = 10 <= entry.count && 0.5 <= share || 1000 <= entry.count;
            if !proved && !suspect {
                continue;
            }
            let n = entry.count as usize;
            let name = document.name(user.func);
            let found = if proved {
                "leaked-goroutine"
            } else {
                "goroutine-leak"
            };
            let mut diagnosis = Diagnosis::new(
                class(found),
                format!("{n} of {} goroutines stand in `{name}`", profile.total),
            )
            .sure(if proved {
                Confidence::High
            } else {
                Confidence::Low
            })
            .at(Some(site::of_frame(document, SiteRole::Waits, user, n, 0)))
            .of(n)
            .seen("a profile with debug=1 has counts and stacks, neither waits nor ages")
            .advise("Fetch debug=2 for the waits, or a second profile to see growth.");
            diagnosis.weight += n.max(1).ilog2().min(12);
            all.push(diagnosis);
        }
    }
    all
}
