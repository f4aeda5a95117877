//! Groups of goroutines that wait for each other in a circle, as requests do that share flights.
//!
//! Who will end a wait is in no trace. But who ended others at that place is, and a flight of
//! `singleflight` is ended by the goroutine that flies it. If such a function stands on the stacks of
//! goroutines that wait themselves, they are what the others wait for. A goroutine can be in a circle
//! of its own: a flight that asks for itself waits until it has landed.

use contend_gotrace::Tables;
use rustc_hash::FxHashMap;

use super::of_site::SiteSums;
use super::places::SiteId;
use super::{Place, WaitKind};
use crate::Role;
use crate::role::role_of;

/// Groups of which each waits for the next, and the last for the first. Of a group alone each
/// goroutine waits for itself, or they wait for each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Different ones.
    pub groups: Vec<Group>,
    /// Of a group alone: the functions that asked for what its goroutines wait for, as they called
    /// each other; the last is the one that waits.
    pub asked: Vec<String>,
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

/// A goroutine that waited or was in a system call when the trace ended.
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
        let circle = |path: &[usize]| {
            let before = path.iter().cycle().skip(path.len() - 1);
            let groups = before.zip(path).map(|(before, at)| group(*before, *at));
            Some(Circle {
                groups: groups.collect::<Option<_>>()?,
                asked: Vec::new(),
            })
        };
        let mut told: Vec<Circle> = circles.iter().filter_map(|it| circle(it)).collect();
        let mut present: Vec<VariantId> = stuck.iter().map(|it| it.variant).collect();
        present.sort_unstable();
        present.dedup();
        let alone = (0..nodes.len()).filter(|at| !circles.iter().flatten().any(|it| it == at));
        told.extend(alone.filter_map(|at| {
            let variant = &self.all[nodes[at] as usize];
            let place = &sites[variant.site as usize].1;
            let asked = self.asked_of_itself(variant, place, &ended_by[at])?;
            self.is_all_that_is_under_way(variant, &present, sites)
                .then_some(Circle {
                    groups: vec![group(at, at)?],
                    asked,
                })
        }));
        told
    }

    /// The functions that asked, if such a wait may be for something further out on its own stack:
    /// for a flight inside a flight, or in a function inside a call of itself that ends such waits.
    fn asked_of_itself(
        &self,
        variant: &Variant,
        place: &Place,
        ended_by: &[(u32, u64)],
    ) -> Option<Vec<String>> {
        let name = |id: &u32| self.functions[*id as usize].clone();
        let mut asked = Vec::new();
        if variant.flight {
            let mut outer = variant.outer.iter();
            while outer.any(|id| self.is_flight_call(*id)) {
                let is_user =
                    |id: &&u32| !role_of(self.functions[**id as usize].as_bytes()).is_library();
                asked.extend(outer.clone().skip(1).find(is_user).map(name));
            }
            asked.reverse();
            asked.push(place.function.clone());
        } else {
            let own = *self.function_ids.get(&place.function)?;
            ended_by.iter().find(|(id, n)| *id == own && 0 < *n)?;
            let all = [&[own], &variant.outer[..]].concat();
            let callers = all.windows(2).filter(|it| it[0] == own);
            asked.extend(callers.map(|it| name(&it[1])));
            asked.reverse();
        }
        (1 < asked.len()).then_some(asked)
    }

    /// Whether every goroutine that could end such a wait, being inside the same calls, is in one
    /// itself. Of those that ran when the trace ended nothing is known.
    fn is_all_that_is_under_way(
        &self,
        variant: &Variant,
        present: &[VariantId],
        sites: &[(Option<WaitKind>, Place)],
    ) -> bool {
        let place = |it: &Variant| &sites[it.site as usize].1.function;
        let own = self.function_ids.get(place(variant));
        let mut others = present.iter().map(|it| &self.all[*it as usize]);
        if variant.flight {
            return others
                .all(|it| it.flight || !it.outer.iter().any(|id| self.is_flight_call(*id)));
        }
        others.all(|it| place(it) == place(variant) || !it.outer.iter().any(|id| Some(id) == own))
    }

    fn is_flight_call(&self, function: u32) -> bool {
        role_of(self.functions[function as usize].as_bytes()) == Role::FlightCall
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
            let flies = names.filter(|(id, _)| self.is_flight_call(*id as u32));
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
