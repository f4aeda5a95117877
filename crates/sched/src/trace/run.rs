//! Events to sums.

use std::collections::BTreeMap;

use contend_gotrace::{Change, Event, EventKind, GoState, Loss, NONE, Reader, Tables};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Place, Site, WaitKind, Waker};

/// What a trace says of a run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// From the first event to the last.
    pub length_nanos: i64,
    /// All events.
    pub n_events: u64,
    /// Goroutines that were seen.
    pub n_goroutines: usize,
    /// Sums over all goroutines.
    pub running_nanos: i64,
    /// In system calls, of all goroutines.
    pub syscall_nanos: i64,
    /// Waits by what is waited for: how many, and their sum.
    pub waits: BTreeMap<WaitKind, (u64, i64)>,
    /// Waits by place, the largest sum first.
    pub sites: Vec<Site>,
    /// System calls by place, the largest sum first; no wakers.
    pub syscalls: Vec<Site>,
    /// How long runnable goroutines waited for a P.
    pub latency: Latency,
    /// Collections and stops of the world.
    pub collection: Collection,
    /// What of the trace is missing. Sums are of the rest.
    pub losses: Vec<Loss>,
}

/// Waits of runnable goroutines for a P.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub total_nanos: i64,
    /// The longest.
    pub max_nanos: i64,
    /// How many took less than two to the power of the index, in nanoseconds, and at least half.
    pub powers: Vec<u64>,
}

/// What the collector took.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// Collections that ended.
    pub count: u64,
    /// Their mark phases, which run beside the program.
    pub mark_nanos: i64,
    /// Times a goroutine had to help, and their sum.
    pub assists: (u64, i64),
    /// Stops of the world by reason: how many, their sum, the longest.
    pub stops: BTreeMap<String, (u64, i64, i64)>,
}

impl Latency {
    fn add(&mut self, nanos: i64) {
        self.count += 1;
        self.total_nanos += nanos;
        self.max_nanos = self.max_nanos.max(nanos);
        let power = (64 - nanos.max(0).leading_zeros()) as usize;
        if self.powers.len() <= power {
            self.powers.resize(power + 1, 0);
        }
        self.powers[power] += 1;
    }

    /// A bound that this share of the waits stays below.
    pub fn bound_nanos(&self, share: f64) -> i64 {
        let wanted = (self.count as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (power, count) in self.powers.iter().enumerate() {
            seen += count;
            if wanted <= seen {
                return self.max_nanos.min(1 << power.min(62));
            }
        }
        self.max_nanos
    }
}

/// Reads the rest of the trace.
pub fn run_of(mut reader: Reader<'_>) -> Run {
    let mut sums = Sums::default();
    while let Some((event, tables)) = reader.next() {
        sums.take(event, tables);
    }
    let mut losses = reader.losses().to_vec();
    if let Some(error) = reader.error() {
        losses.push(Loss {
            generation: 0,
            error: error.clone(),
            missing: "the rest of the trace".to_owned(),
        });
    }
    sums.close(losses)
}

/// Index of a kind and place.
type SiteId = u32;

#[derive(Debug)]
struct Member {
    state: GoState,
    since: i64,
    /// Where it waits or is in a system call.
    site: SiteId,
    /// For the assist that is under way.
    assist: Option<i64>,
    /// How it got the last lock that it had to wait for.
    handoff: Option<u32>,
}

/// A lock that went from one goroutine to a waiting one.
#[derive(Clone, Copy, Debug)]
struct Handoff {
    at: i64,
    /// Where the new holder had waited.
    site: SiteId,
    /// Where the old holder let go.
    waker: u32,
    /// How the old holder had got its last lock.
    before: Option<u32>,
}

#[derive(Debug, Default)]
struct SiteSums {
    count: u64,
    total: i64,
    max: i64,
    n_open: u64,
    goroutines: FxHashSet<i64>,
    wakers: FxHashMap<u32, (u64, i64)>,
    keepers: FxHashMap<u32, (u64, i64)>,
}

#[derive(Debug, Default)]
struct Sums {
    run: Run,
    first: i64,
    last: i64,
    members: FxHashMap<i64, Member>,
    n_goroutines: FxHashSet<i64>,
    /// `None` for system calls.
    sites: Vec<(Option<WaitKind>, Place)>,
    site_ids: FxHashMap<(Option<WaitKind>, Place), SiteId>,
    of_sites: Vec<SiteSums>,
    /// Of this generation: by reason and stack.
    by_stack: FxHashMap<(u64, u64), SiteId>,
    places: Vec<Place>,
    place_ids: FxHashMap<Place, u32>,
    wakers_by_stack: FxHashMap<u64, u32>,
    handoffs: Vec<Handoff>,
    marking: Option<i64>,
    stopped: FxHashMap<i64, i64>,
}

/// The waker of what the runtime wakes itself.
const RUNTIME: u32 = u32::MAX;

/// Reason id of a system call, which no string has.
const SYSCALL: u64 = u64::MAX;

impl Sums {
    fn take(&mut self, event: &Event, tables: &Tables) {
        self.run.n_events += 1;
        let before = std::mem::replace(&mut self.last, event.time);
        match event.kind {
            EventKind::Sync => {
                if event.args[1] != 0 {
                    self.leave_off(before);
                }
                if self.first == 0 {
                    self.first = event.time;
                }
                self.by_stack.clear();
                self.wakers_by_stack.clear();
            }
            EventKind::GCBegin | EventKind::GCActive => {
                self.marking.get_or_insert(event.time);
            }
            EventKind::GCEnd => {
                if let Some(start) = self.marking.take() {
                    self.run.collection.count += 1;
                    self.run.collection.mark_nanos += event.time - start;
                }
            }
            EventKind::STWBegin => {
                self.stopped.insert(event.goroutine, event.time);
            }
            EventKind::STWEnd => {
                if let Some(start) = self.stopped.remove(&event.goroutine) {
                    let nanos = event.time - start;
                    let reason = tables.string(event.args[0]).to_owned();
                    let stop = self.run.collection.stops.entry(reason).or_default();
                    *stop = (stop.0 + 1, stop.1 + nanos, stop.2.max(nanos));
                }
            }
            EventKind::GCMarkAssistBegin => {
                if let Some(member) = self.members.get_mut(&event.goroutine) {
                    member.assist = Some(event.time);
                }
            }
            EventKind::GCMarkAssistEnd => {
                let member = self.members.get_mut(&event.goroutine);
                if let Some(start) = member.and_then(|member| member.assist.take()) {
                    let (count, nanos) = self.run.collection.assists;
                    self.run.collection.assists = (count + 1, nanos + event.time - start);
                }
            }
            _ => {
                if let Some(Change::Goroutine(id, from, to)) = event.change() {
                    self.change(event, id, from, to, tables);
                }
            }
        }
    }

    fn change(&mut self, event: &Event, id: i64, from: GoState, to: GoState, tables: &Tables) {
        if from == to {
            // The state again at the start of a generation.
            return;
        }
        let site = match (to, event.kind) {
            (GoState::Waiting, EventKind::GoBlock) => {
                self.site(event.args[0], event.stack(), tables)
            }
            // It waited before the trace began, or was created so: no reason is known.
            (GoState::Waiting, _) => self.site(0, event.stack(), tables),
            (GoState::Syscall, _) => self.site(SYSCALL, event.stack(), tables),
            _ => 0,
        };
        let mut handoff = self.members.get(&id).and_then(|member| member.handoff);
        self.n_goroutines.insert(id);
        if let Some(member) = self.members.get(&id) {
            let (since, old) = (member.since, member.site);
            let nanos = event.time - since;
            match member.state {
                GoState::Running => self.run.running_nanos += nanos,
                GoState::Runnable if to == GoState::Running => self.run.latency.add(nanos),
                GoState::Syscall => {
                    self.run.syscall_nanos += nanos;
                    self.ended(old, id, nanos, None);
                }
                GoState::Waiting => {
                    let waker = self.waker(event, tables);
                    self.ended(old, id, nanos, Some(waker));
                    if self.sites[old as usize].0.is_some_and(WaitKind::is_lock) {
                        let holder = self.members.get(&event.goroutine);
                        let new = Handoff {
                            at: event.time,
                            site: old,
                            waker,
                            before: holder.and_then(|holder| holder.handoff),
                        };
                        self.blame(since, new);
                        handoff = Some(self.handoffs.len() as u32);
                        self.handoffs.push(new);
                    }
                }
                _ => {}
            }
        }
        if to == GoState::NotExist {
            self.members.remove(&id);
            return;
        }
        let assist = self.members.get(&id).and_then(|member| member.assist);
        let member = Member {
            state: to,
            // What it did before the trace began is not known; only the part inside counts.
            since: event.time,
            site,
            assist,
            handoff,
        };
        self.members.insert(id, member);
    }

    fn ended(&mut self, site: SiteId, goroutine: i64, nanos: i64, waker: Option<u32>) {
        let Some(sums) = self.of_sites.get_mut(site as usize) else {
            return;
        };
        sums.count += 1;
        sums.total += nanos;
        sums.max = sums.max.max(nanos);
        sums.goroutines.insert(goroutine);
        if let Some(waker) = waker {
            let entry = sums.wakers.entry(waker).or_default();
            *entry = (entry.0 + 1, entry.1 + nanos);
        }
    }

    /// Divides a wait among those who had the lock meanwhile.
    ///
    /// Who wakes a waiter is often the one that was woken just before, and hands on what another
    /// kept for long. So the wait is followed back from holder to holder, as long as each lets go
    /// in the function in which it had waited; beyond that the lock might be another one.
    fn blame(&mut self, since: i64, last: Handoff) {
        const MOST: usize = 256;
        let (mut end, mut step) = (last.at, last);
        for _ in 0..MOST {
            let before = step.before.map(|index| self.handoffs[index as usize]);
            let same = before.filter(|before| {
                let let_go = self.places.get(step.waker as usize);
                let waited = &self.sites[before.site as usize].1;
                since < before.at && let_go.is_some_and(|it| it.function == waited.function)
            });
            let start = same.map_or(since, |before| before.at);
            let keepers = &mut self.of_sites[last.site as usize].keepers;
            let entry = keepers.entry(step.waker).or_default();
            *entry = (entry.0 + 1, entry.1 + end - start);
            let Some(before) = same else {
                return;
            };
            (end, step) = (start, before);
        }
    }

    fn waker(&mut self, event: &Event, tables: &Tables) -> u32 {
        let stack = event.stack();
        if event.goroutine == NONE || stack == 0 {
            return RUNTIME;
        }
        if let Some(known) = self.wakers_by_stack.get(&stack) {
            return *known;
        }
        let place = Place::of(stack, tables);
        let next = self.places.len() as u32;
        let id = *self.place_ids.entry(place.clone()).or_insert(next);
        if id == next {
            self.places.push(place);
        }
        self.wakers_by_stack.insert(stack, id);
        id
    }

    fn site(&mut self, reason: u64, stack: u64, tables: &Tables) -> SiteId {
        if let Some(known) = self.by_stack.get(&(reason, stack)) {
            return *known;
        }
        let kind = (reason != SYSCALL).then(|| WaitKind::of(tables.string(reason), stack, tables));
        let key = (kind, Place::of(stack, tables));
        let next = self.sites.len() as SiteId;
        let id = *self.site_ids.entry(key.clone()).or_insert(next);
        if id == next {
            self.sites.push(key);
            self.of_sites.push(SiteSums::default());
        }
        self.by_stack.insert((reason, stack), id);
        id
    }

    /// What goroutines do after `end` is not known, so what they did until then is all there is.
    fn leave_off(&mut self, end: i64) {
        let mut open: Vec<(i64, Member)> = self.members.drain().collect();
        open.sort_by_key(|(id, _)| *id);
        for (id, member) in open {
            let nanos = end - member.since;
            match member.state {
                GoState::Running => self.run.running_nanos += nanos,
                GoState::Waiting | GoState::Syscall => {
                    if member.state == GoState::Syscall {
                        self.run.syscall_nanos += nanos;
                    }
                    if let Some(sums) = self.of_sites.get_mut(member.site as usize) {
                        sums.n_open += 1;
                        sums.total += nanos;
                        sums.max = sums.max.max(nanos);
                        sums.goroutines.insert(id);
                    }
                }
                _ => {}
            }
        }
        self.marking = None;
        self.stopped.clear();
    }

    fn close(mut self, losses: Vec<Loss>) -> Run {
        self.run.losses = losses;
        self.leave_off(self.last);
        let places = self.places;
        for ((kind, place), sums) in self.sites.into_iter().zip(self.of_sites) {
            let wakers = ranked(sums.wakers, &places);
            let keepers = ranked(sums.keepers, &places);
            let site = Site {
                kind: kind.unwrap_or(WaitKind::Other),
                place,
                count: sums.count,
                total_nanos: sums.total,
                max_nanos: sums.max,
                n_open: sums.n_open,
                n_goroutines: sums.goroutines.len(),
                wakers,
                keepers,
            };
            if let Some(kind) = kind {
                let entry = self.run.waits.entry(kind).or_default();
                *entry = (
                    entry.0 + site.count + site.n_open,
                    entry.1 + site.total_nanos,
                );
                self.run.sites.push(site);
            } else {
                self.run.syscalls.push(site);
            }
        }
        let order = |a: &Site, b: &Site| (b.total_nanos, &a.place).cmp(&(a.total_nanos, &b.place));
        self.run.sites.sort_by(order);
        self.run.syscalls.sort_by(order);
        self.run.n_goroutines = self.n_goroutines.len();
        self.run.length_nanos = self.last - self.first;
        self.run
    }
}

/// The largest sum first.
fn ranked(sums: FxHashMap<u32, (u64, i64)>, places: &[Place]) -> Vec<Waker> {
    let mut wakers: Vec<Waker> = sums
        .into_iter()
        .map(|(waker, (count, total_nanos))| Waker {
            place: places.get(waker as usize).cloned(),
            count,
            total_nanos,
        })
        .collect();
    wakers.sort_by(|a, b| (b.total_nanos, &a.place).cmp(&(a.total_nanos, &b.place)));
    wakers
}
