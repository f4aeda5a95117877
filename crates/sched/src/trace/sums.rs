//! Events to sums.

use contend_gotrace::{ById, Change, Event, EventKind, GoState, Loss, NONE, Tables};
use rustc_hash::{FxHashMap, FxHashSet};

use super::circles::Stuck;
use super::holders::{Handoff, Handoffs, Pause};
use super::member::{Member, Now};
use super::of_site::Open;
use super::places::{Places, SYSCALL, SiteId};
use super::site::reason_of;
use super::spans::{Done, Spans};
use super::{Run, Site, Spent, WaitKind};

#[derive(Debug, Default)]
pub(super) struct Sums {
    run: Run,
    first: i64,
    last: i64,
    members: ById<Member>,
    n_goroutines: FxHashSet<i64>,
    places: Places,
    /// Goroutines that waited or were in system calls when the trace or a sound part of it ended.
    stuck: Vec<Stuck>,
    handoffs: Handoffs,
    spans: Spans,
    marking: Option<i64>,
    stopped: FxHashMap<i64, i64>,
}

impl Sums {
    pub(super) fn take(&mut self, event: &Event, tables: &Tables) {
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
                self.places.forget_stacks();
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
                if let Some(member) = self.members.get_mut(event.goroutine) {
                    member.assist = Some(event.time);
                }
            }
            EventKind::GCMarkAssistEnd => {
                let member = self.members.get_mut(event.goroutine);
                if let Some(start) = member.and_then(|member| member.assist.take()) {
                    let (count, nanos) = self.run.collection.assists;
                    self.run.collection.assists = (count + 1, nanos + event.time - start);
                }
            }
            EventKind::UserRegionBegin
            | EventKind::UserRegionEnd
            | EventKind::UserTaskBegin
            | EventKind::UserTaskEnd => self.span(event, tables),
            _ => {
                if let Some(Change::Goroutine(id, from, to)) = event.change() {
                    self.change(event, id, from, to, tables);
                }
            }
        }
    }

    /// A region or task begins or ends; it does so in a goroutine that runs.
    fn span(&mut self, event: &Event, tables: &Tables) {
        let (goroutine, time) = (event.goroutine, event.time);
        let running = self
            .members
            .get_mut(goroutine)
            .map_or(time, |it| it.now.since);
        let [task, name, ..] = event.args;
        match event.kind {
            EventKind::UserRegionBegin => {
                let name = tables.string(name);
                self.spans.begin_region(goroutine, name, time, running);
            }
            EventKind::UserRegionEnd => {
                let name = tables.string(name);
                self.spans.end_region(goroutine, name, time, running);
            }
            EventKind::UserTaskBegin => {
                let task = (task, tables.string(event.args[2]));
                self.spans.begin_task(task, goroutine, time, running);
            }
            _ => self.spans.end_task(task, goroutine, time),
        }
    }

    /// What a goroutine did, or does, since then.
    fn done(&self, state: GoState, site: SiteId, since: i64) -> Done {
        let kind = self.places.sites.get(site as usize).and_then(|it| it.0);
        Done {
            spent: Spent::of(state, kind),
            site,
            since,
        }
    }

    fn change(&mut self, event: &Event, id: i64, from: GoState, to: GoState, tables: &Tables) {
        if from == to {
            // The state again at the start of a generation.
            return;
        }
        let (site, variant) = match to {
            GoState::Waiting => self.places.site(reason_of(event), event.stack(), tables),
            GoState::Syscall => self.places.site(SYSCALL, event.stack(), tables),
            _ => (0, 0),
        };
        let creator = match event.kind {
            EventKind::GoCreate | EventKind::GoCreateBlocked => {
                Some(self.places.waker(event, tables))
            }
            _ => None,
        };
        let since = event.time;
        let now = Now {
            state: to,
            since,
            site,
            variant,
        };
        // What it did before the trace began is not known; only the part inside counts.
        let before = if let Some(member) = self.members.get_mut(id) {
            Some(std::mem::replace(&mut member.now, now))
        } else {
            self.n_goroutines.insert(id);
            self.members.insert(id, Member::new(now, creator));
            None
        };
        if let Some(before) = &before {
            self.leave(event, id, before, to, tables);
        }
        if self.spans.is_active() {
            if let Some(before) = before {
                let done = self.done(before.state, before.site, before.since);
                self.spans.leave(id, &done, event.time, event.goroutine);
            }
            if to == GoState::NotExist {
                self.spans.end(id);
            } else {
                let creator = before.map_or(event.goroutine, |_| NONE);
                self.spans.enter(id, &self.done(to, site, since), creator);
            }
        }
        if to == GoState::NotExist {
            self.members.remove(id);
        }
    }

    /// What a goroutine did until now is over; then it does `to`.
    fn leave(&mut self, event: &Event, id: i64, before: &Now, to: GoState, tables: &Tables) {
        let nanos = event.time - before.since;
        let pause = Pause {
            start: before.since,
            end: event.time,
            site: before.site,
        };
        match before.state {
            GoState::Running => self.run.running_nanos += nanos,
            GoState::Runnable if to == GoState::Running => self.run.latency.add(nanos),
            GoState::Syscall => {
                self.run.syscall_nanos += nanos;
                self.ended(id, before.site, nanos, None);
                let asks = self.places.doing[before.site as usize].asks();
                if let Some(member) = self.members.get_mut(id) {
                    member.pause = Some(pause);
                    member.asks = member.asks.or(asks);
                }
            }
            GoState::Waiting => {
                let waker = self.places.waker(event, tables);
                self.ended(id, before.site, nanos, Some(waker));
                let is_lock = self.places.sites[before.site as usize]
                    .0
                    .is_some_and(WaitKind::is_lock);
                let handoff = is_lock.then(|| self.hand_on(event, before, waker));
                if let Some(member) = self.members.get_mut(id) {
                    // A lock was had after the wait for it, so that wait is no pause inside.
                    member.pause = handoff.is_none().then_some(pause);
                    member.handoff = handoff.or(member.handoff);
                }
            }
            _ => {}
        }
    }

    /// A lock goes to who waited for it, from who runs.
    fn hand_on(&mut self, event: &Event, waited: &Now, waker: u32) -> u64 {
        let holder = self.members.get_mut(event.goroutine);
        let (before, pause) = holder.map_or((None, None), |it| (it.handoff, it.pause));
        let new = Handoff {
            at: event.time,
            site: waited.site,
            waker,
            before,
            pause,
        };
        self.blame(waited.since, new);
        self.handoffs.push(new)
    }

    /// A wait or system call of a goroutine is over.
    fn ended(&mut self, goroutine: i64, site: SiteId, nanos: i64, waker: Option<u32>) {
        let Some(sums) = self.places.sums.get_mut(site as usize) else {
            return;
        };
        sums.count += 1;
        sums.total += nanos;
        sums.max = sums.max.max(nanos);
        if let Some(member) = self.members.get_mut(goroutine) {
            sums.ended_of_new += u64::from(member.creator.is_some());
            if member.is_new_at(site) {
                sums.goroutines.insert(goroutine);
            }
        }
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
        let held = self.held(&last);
        let holds = &mut self.places.sums[last.site as usize].holds;
        holds.entry(last.waker).or_default().add(held);
        for _ in 0..MOST {
            let let_go = self.places.wakers.get(step.waker as usize);
            let before = step.before.and_then(|index| self.handoffs.get(index));
            let same = before.filter(|before| {
                let waited = &self.places.sites[before.site as usize].1;
                since < before.at && let_go.is_some_and(|it| it.function == waited.function)
            });
            let start = same.map_or(since, |before| before.at);
            let kept = self.places.sums[last.site as usize]
                .keepers
                .entry(step.waker)
                .or_default();
            kept.count += 1;
            kept.total += end - start;
            if let Some(pause) = step.pause
                && let Some(let_go) = let_go
                && self.places.sites[pause.site as usize].1.function == let_go.function
            {
                let inside = pause.overlap(start, end);
                if 0 < inside {
                    *kept.inside.entry(pause.site).or_default() += inside;
                }
            }
            let Some(before) = same else {
                return;
            };
            (end, step) = (start, before);
        }
    }

    /// How long the one who let go had had the lock, if it had waited for it in the function that
    /// let go. If it let go and took it again meanwhile that is too much.
    fn held(&self, last: &Handoff) -> Option<i64> {
        let before = self.handoffs.get(last.before?)?;
        let let_go = self.places.wakers.get(last.waker as usize)?;
        let waited = &self.places.sites[before.site as usize].1;
        (waited.function == let_go.function).then_some(last.at - before.at)
    }

    /// What goroutines do after `end` is not known, so what they did until then is all there is.
    fn leave_off(&mut self, end: i64) {
        self.stuck.clear();
        for (id, member) in self.members.take_all() {
            let now = member.now;
            let nanos = end - now.since;
            if matches!(now.state, GoState::Waiting | GoState::Syscall) {
                let variant = now.variant;
                self.stuck.push(Stuck { variant, nanos });
            }
            match now.state {
                GoState::Running => self.run.running_nanos += nanos,
                GoState::Waiting | GoState::Syscall => {
                    if now.state == GoState::Syscall {
                        self.run.syscall_nanos += nanos;
                    }
                    if let Some(sums) = self.places.sums.get_mut(now.site as usize) {
                        sums.open.push(Open {
                            since: now.since,
                            nanos,
                            creator: member.creator,
                            asked: member.asks == Some(true),
                        });
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
        self.spans.leave_off();
    }

    pub(super) fn close(mut self, losses: Vec<Loss>) -> Run {
        self.run.losses = losses;
        self.leave_off(self.last);
        let Places {
            sites,
            doing,
            sums,
            variants,
            wakers,
            ..
        } = self.places;
        let place = |site: SiteId| sites[site as usize].1.clone();
        self.run.spans = self.spans.close(place, self.first);
        self.run.length_nanos = self.last - self.first;
        let length = self.run.length_nanos;
        self.run.circles = variants.circles(&self.stuck, length, &sites, &sums, &wakers);
        for (index, sums) in sums.into_iter().enumerate() {
            let kind = sites[index].0;
            let site = sums.told(index, &sites, doing[index], &wakers);
            if let Some(kind) = kind {
                let entry = self.run.waits.entry(kind).or_default();
                *entry = (
                    entry.0 + site.count + site.open.count,
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
        self.run
    }
}
