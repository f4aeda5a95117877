//! Groups of goroutines that wait for each other in a circle, as requests do that share flights.
//!
//! Who will end a wait is in no trace. But who ended others at that place is, and a flight of
//! `singleflight` is ended by the goroutine that flies it. If such a function stands on the stacks of
//! goroutines that wait themselves, they are what the others wait for.

use contend_gotrace::Tables;
use rustc_hash::FxHashMap;

use super::of_site::SiteSums;
use super::places::SiteId;
use super::{Place, WaitKind};
use crate::Role;
use crate::role::role_of;

/// Groups of which each waits for the next, and the last for the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Different ones.
    pub groups: Vec<Group>,
}

/// Goroutines that wait at one place inside the same calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they wait for.
    pub kind: WaitKind,
    /// Where.
    pub place: Place,
    /// The function that called the one in which they wait; empty if there is none.
    pub caller: String,
    /// The function on their stacks that would end the waits of the group before.
    pub within: String,
    /// How many waits of the group before such a function has ended; 0 if it is known from the
    /// library and not from the trace.
    pub n_seen: u64,
    /// How many they are.
    pub n_goroutines: u64,
    /// How long the longest has waited.
    pub longest_nanos: i64,
}

/// A place to wait, and the calls in which that is.
pub(super) type VariantId = u32;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Variant {
    site: SiteId,
    /// Functions that called the one that waits, the innermost first.
    outer: Vec<u32>,
    /// Whether it waits for a flight.
    flight: bool,
}

/// All stacks that goroutines waited with.
#[derive(Debug, Default)]
pub(super) struct Variants {
    functions: Vec<String>,
    function_ids: FxHashMap<String, u32>,
    all: Vec<Variant>,
    ids: FxHashMap<Variant, VariantId>,
}

/// A goroutine that waited when the trace ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stuck {
    pub(super) variant: VariantId,
    pub(super) nanos: i64,
}

/// A wait of this share of the run counts.
const LONG: f64 = 0.25;

impl Variants {
    /// Of deeper stacks the outermost calls do not count.
    const DEEPEST: usize = 64;

    pub(super) fn of(
        &mut self,
        site: SiteId,
        place: &Place,
        stack: u64,
        tables: &Tables,
    ) -> VariantId {
        let names = || tables.stack(stack).map(|it| tables.string(it.function));
        let mut inner = names().take_while(|name| *name != place.function);
        let flight = inner.any(|name| role_of(name.as_bytes()) == Role::Flight);
        let outer = names().skip_while(|name| *name != place.function).skip(1);
        let outer: Vec<&str> = outer.take(Self::DEEPEST).collect();
        let outer = outer.into_iter().map(|name| self.function(name)).collect();
        let variant = Variant {
            site,
            outer,
            flight,
        };
        let next = self.all.len() as VariantId;
        let id = *self.ids.entry(variant.clone()).or_insert(next);
        if id == next {
            self.all.push(variant);
        }
        id
    }

    fn function(&mut self, name: &str) -> u32 {
        if let Some(known) = self.function_ids.get(name) {
            return *known;
        }
        let id = self.functions.len() as u32;
        self.functions.push(name.to_owned());
        self.function_ids.insert(name.to_owned(), id);
        id
    }

    /// Circles among goroutines that have waited for long when the trace ends.
    pub(super) fn circles(
        &self,
        stuck: &[Stuck],
        length: i64,
        sites: &[(Option<WaitKind>, Place)],
        sums: &[SiteSums],
        places: &[Place],
    ) -> Vec<Circle> {
        // How many there are of each, and the longest wait.
        let mut groups: FxHashMap<VariantId, (u64, i64)> = FxHashMap::default();
        for it in stuck {
            if LONG * length as f64 <= it.nanos as f64 {
                let group = groups.entry(it.variant).or_default();
                *group = (group.0 + 1, group.1.max(it.nanos));
            }
        }
        let mut nodes: Vec<VariantId> = groups.keys().copied().collect();
        nodes.sort_unstable();
        let ended_by: Vec<Vec<(u32, u64)>> = nodes
            .iter()
            .map(|node| self.ended_by(&self.all[*node as usize], sites, sums, places))
            .collect();
        let edge = |from: usize, to: usize| {
            let outer = &self.all[nodes[to] as usize].outer;
            let found = ended_by[from].iter().find(|(name, _)| outer.contains(name));
            found.copied()
        };
        let mut circles: Vec<Vec<usize>> = Vec::new();
        for first in 0..nodes.len() {
            if circles.iter().flatten().any(|node| *node == first) {
                continue;
            }
            if let Some(path) = shortest_way_back(first, nodes.len(), |a, b| edge(a, b).is_some()) {
                circles.push(path);
            }
        }
        let group = |before: usize, at: usize| {
            let variant = &self.all[nodes[at] as usize];
            let (kind, place) = &sites[variant.site as usize];
            let (n_goroutines, longest_nanos) = groups[&nodes[at]];
            let (within, n_seen) = edge(before, at)?;
            let caller = variant
                .outer
                .first()
                .map(|it| &self.functions[*it as usize]);
            Some(Group {
                kind: (*kind)?,
                place: place.clone(),
                caller: caller.cloned().unwrap_or_default(),
                within: self.functions[within as usize].clone(),
                n_seen,
                n_goroutines,
                longest_nanos,
            })
        };
        let circle = |path: Vec<usize>| {
            let before = path.iter().cycle().skip(path.len() - 1);
            let groups = before.zip(&path).map(|(before, at)| group(*before, *at));
            Some(Circle {
                groups: groups.collect::<Option<_>>()?,
            })
        };
        circles.into_iter().filter_map(circle).collect()
    }

    /// Functions that end such waits, and how many each has ended; nothing for waits that the
    /// runtime ends too, for the network or a timer.
    fn ended_by(
        &self,
        variant: &Variant,
        sites: &[(Option<WaitKind>, Place)],
        sums: &[SiteSums],
        places: &[Place],
    ) -> Vec<(u32, u64)> {
        let kind = sites[variant.site as usize].0;
        let partner = matches!(
            kind,
            Some(
                WaitKind::Mutex
                    | WaitKind::ReadLock
                    | WaitKind::WriteLock
                    | WaitKind::WaitGroup
                    | WaitKind::Cond
                    | WaitKind::ChanSend
                    | WaitKind::ChanReceive
            )
        );
        if !partner {
            return Vec::new();
        }
        let mut ended_by = Vec::new();
        if variant.flight {
            let names = self.functions.iter().enumerate();
            let flies = names.filter(|(_, name)| role_of(name.as_bytes()) == Role::FlightCall);
            ended_by.extend(flies.map(|(id, _)| (id as u32, 0)));
        }
        let wakers = sums[variant.site as usize].wakers.iter();
        let known = wakers.map(|(waker, (count, _))| Some((places.get(*waker as usize)?, *count)));
        let Some(known) = known.collect::<Option<Vec<(&Place, u64)>>>() else {
            return Vec::new();
        };
        // What is on no stack that waits is no part of a circle.
        let id = |place: &Place| self.function_ids.get(&place.function).copied();
        let known = known.into_iter();
        ended_by.extend(known.filter_map(|(place, count)| Some((id(place)?, count))));
        ended_by.sort_unstable_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        ended_by
    }
}

/// From `first` over others to itself; one alone is no circle.
fn shortest_way_back(
    first: usize,
    n: usize,
    leads: impl Fn(usize, usize) -> bool,
) -> Option<Vec<usize>> {
    let mut from: Vec<Option<usize>> = vec![None; n];
    let mut queue = std::collections::VecDeque::from([first]);
    while let Some(at) = queue.pop_front() {
        if at != first && leads(at, first) {
            let mut path = vec![at];
            while let Some(before) = path.last().and_then(|it| from[*it]) {
                path.push(before);
            }
            path.reverse();
            return Some(path);
        }
        for (next, from) in from.iter_mut().enumerate() {
            if next != first && from.is_none() && leads(at, next) {
                *from = Some(at);
                queue.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_back() {
        let edges = [(0, 1), (1, 2), (2, 0), (2, 2), (3, 0), (4, 4)];
        let leads = |a: usize, b: usize| edges.contains(&(a, b));
        assert_eq!(shortest_way_back(0, 5, leads), Some(vec![0, 1, 2]));
        assert_eq!(shortest_way_back(3, 5, leads), None);
        assert_eq!(shortest_way_back(4, 5, leads), None);
    }
}
