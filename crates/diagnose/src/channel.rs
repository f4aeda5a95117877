//! Verdicts on channel pages: senders that pile up at one channel.

use contend_finding::Confidence;
use contend_sched::{ChannelPage, Group, Snapshot, Waiting};
use rustc_hash::FxHashMap;

use crate::{Diagnosis, SiteRole, class, site};

/// So few senders are a pile: whoever sends expects to be received soon.
const SENDERS: usize = 3;

/// How the senders of a group lie on channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// All at one channel, with this slot among the pages.
    One(usize),
    /// At so many channels.
    Several(usize),
    /// The dump has no addresses.
    Unknown,
}

/// The slot of the channel that each sender waits at.
pub(crate) type Places = FxHashMap<u32, usize>;

/// Where the senders of `pages` are.
pub(crate) fn places(pages: &[ChannelPage]) -> Places {
    let all = pages.iter().enumerate();
    all.flat_map(|(slot, page)| page.senders.iter().map(move |member| (*member, slot)))
        .collect()
}

/// How the members of `group` lie on channels.
pub(crate) fn spread(group: &Group, places: &Places) -> Spread {
    if group.waiting != Waiting::ChanSend {
        return Spread::Unknown;
    }
    let mut at: Vec<usize> = group
        .members
        .iter()
        .filter_map(|member| places.get(member).copied())
        .collect();
    at.sort_unstable();
    at.dedup();
    match at[..] {
        [] => Spread::Unknown,
        [slot] => Spread::One(slot),
        _ => Spread::Several(at.len()),
    }
}

/// Senders that wait at one channel, of the groups that lie on one channel only.
pub(crate) fn pile_ups(
    snapshot: &Snapshot<'_>,
    pages: &[ChannelPage],
    places: &Places,
) -> Vec<Diagnosis> {
    let groups = snapshot.groups.iter();
    let piles = groups.filter(|group| SENDERS <= group.members.len());
    piles
        .filter_map(|group| match spread(group, places) {
            Spread::One(slot) => pile_up(snapshot, group, &pages[slot]),
            _ => None,
        })
        .collect()
}

fn pile_up(snapshot: &Snapshot<'_>, group: &Group, page: &ChannelPage) -> Option<Diagnosis> {
    let first = group.members[0];
    snapshot.user_frame(first)?;
    let n = group.members.len();
    let old = 1 <= group.oldest;
    let mut diagnosis = Diagnosis::new(
        class("channel-pile-up"),
        format!(
            "{} in `{}` to send to one channel, and nobody receives from it",
            site::waiters(n),
            site::function(snapshot, first)
        ),
    )
    .sure(if old {
        Confidence::High
    } else {
        Confidence::Medium
    })
    .seen(format!("they wait at the channel at 0x{:x}", page.address))
    .at(site::of_member(snapshot, SiteRole::Waits, first, n))
    .at(site::dependency(snapshot, first, n).and_then(|(_, caller)| caller))
    .at(site::of_creator(snapshot, first, n))
    .of(n);
    if n < page.senders.len() {
        diagnosis = diagnosis.seen(format!(
            "{} more send to it from elsewhere",
            page.senders.len() - n
        ));
    }
    if old {
        diagnosis = diagnosis.seen(format!(
            "they have waited for {} to {} minutes",
            group.youngest, group.oldest
        ));
    }
    diagnosis.weight += n.ilog2().min(10);
    Some(diagnosis)
}
