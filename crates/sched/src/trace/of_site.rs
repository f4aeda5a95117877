//! What is summed of one kind of waits at one place, and what is told of it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::places::SiteId;
use super::{Doing, Holds, Inside, OpenWaits, Place, Site, WaitKind, Waker};

#[derive(Debug, Default)]
pub(super) struct SiteSums {
    pub(super) count: u64,
    pub(super) total: i64,
    pub(super) max: i64,
    /// Waits that ended, of goroutines whose start the trace saw.
    pub(super) ended_of_new: u64,
    pub(super) open: Vec<Open>,
    pub(super) goroutines: FxHashSet<i64>,
    pub(super) wakers: FxHashMap<u32, (u64, i64)>,
    pub(super) keepers: FxHashMap<u32, Kept>,
    /// By who let go.
    pub(super) holds: FxHashMap<u32, Holds>,
}

/// A wait that had not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) since: i64,
    pub(super) nanos: i64,
    pub(super) creator: Option<u32>,
    pub(super) asked: bool,
}

/// The part of waits for a lock during which somebody had it.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) count: u64,
    pub(super) total: i64,
    /// What the keeper itself waited for meanwhile, in the function that let go.
    pub(super) inside: FxHashMap<SiteId, i64>,
}

impl SiteSums {
    /// `sites` are the kinds and places of all, among them this one at `index`; `places` are those
    /// of wakers.
    pub(super) fn told(
        self,
        index: usize,
        sites: &[(Option<WaitKind>, Place)],
        doing: Doing,
        places: &[Place],
    ) -> Site {
        let (kind, place) = sites[index].clone();
        let inside = inside(&self.keepers, sites);
        let keepers = self
            .keepers
            .into_iter()
            .map(|(waker, kept)| (waker, (kept.count, kept.total)));
        Site {
            kind: kind.unwrap_or(WaitKind::Other),
            place,
            doing,
            count: self.count,
            total_nanos: self.total,
            max_nanos: self.max,
            n_goroutines: self.goroutines.len(),
            wakers: ranked(self.wakers, self.holds, places),
            keepers: ranked(keepers, FxHashMap::default(), places),
            inside,
            open: open_waits(&self.open, places),
            ended_of_new: self.ended_of_new,
        }
    }
}

/// What the chief keeper waited for while it had the lock.
fn inside(keepers: &FxHashMap<u32, Kept>, sites: &[(Option<WaitKind>, Place)]) -> Option<Inside> {
    let order = |(waker, kept): &(&u32, &Kept)| (kept.total, std::cmp::Reverse(**waker));
    let (_, chief) = keepers.iter().max_by_key(order)?;
    let order = |(site, nanos): &(&SiteId, &i64)| (**nanos, std::cmp::Reverse(**site));
    let (site, nanos) = chief.inside.iter().max_by_key(order)?;
    let (kind, place) = &sites[*site as usize];
    Some(Inside {
        kind: *kind,
        place: place.clone(),
        total_nanos: *nanos,
    })
}

fn open_waits(open: &[Open], places: &[Place]) -> OpenWaits {
    let new = || open.iter().filter(|it| it.creator.is_some());
    let mut creators: FxHashMap<u32, u64> = FxHashMap::default();
    for wait in open {
        if let Some(creator) = wait.creator {
            *creators.entry(creator).or_default() += 1;
        }
    }
    let chief = creators
        .iter()
        .max_by_key(|(id, count)| (**count, std::cmp::Reverse(**id)));
    let first = new().map(|it| it.since).min();
    let last = new().map(|it| it.since).max();
    OpenWaits {
        count: open.len() as u64,
        longest_nanos: open.iter().map(|it| it.nanos).max().unwrap_or(0),
        of_new: new().count() as u64,
        new_spread_nanos: first.zip(last).map_or(0, |(first, last)| last - first),
        after_asking: open.iter().filter(|it| it.asked).count() as u64,
        creator: chief.and_then(|(id, _)| places.get(*id as usize).cloned()),
    }
}

/// The largest sum first.
fn ranked(
    sums: impl IntoIterator<Item = (u32, (u64, i64))>,
    mut holds: FxHashMap<u32, Holds>,
    places: &[Place],
) -> Vec<Waker> {
    let mut wakers: Vec<Waker> = sums
        .into_iter()
        .map(|(waker, (count, total_nanos))| Waker {
            place: places.get(waker as usize).cloned(),
            count,
            total_nanos,
            holds: holds.remove(&waker).unwrap_or_default(),
        })
        .collect();
    wakers.sort_by(|a, b| (b.total_nanos, &a.place).cmp(&(a.total_nanos, &b.place)));
    wakers
}
