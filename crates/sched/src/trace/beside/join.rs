//! The trace and the recording, side by side.

use std::collections::BTreeMap;

use contend_gotrace::{Change, Event, EventKind, GoState, NONE, Reader, Tables};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Alignment;
use super::calls::{CallGroup, RuntimeCalls};
use super::placed::{Beside, LastCall};
use super::recorded::{Call, Outcome, Recorded, Sample};
use super::threads::Threads;
use crate::trace::run::{Run, finish};
use crate::trace::sums::Sums;
use crate::trace::{Doing, Place};

/// Reads the rest of a trace beside a recording whose times are the trace's.
pub fn run_beside(
    mut reader: Reader<'_>,
    recorded: &Recorded,
    alignment: Alignment,
) -> (Run, Beside) {
    let mut sums = Sums::default();
    let mut join = Join::new(recorded, alignment);
    while let Some((event, tables)) = reader.next() {
        join.take(event, tables);
        sums.take(event, tables);
    }
    (finish(sums, &reader), join.close())
}

#[derive(Clone, Copy)]
enum Item {
    Call(u32),
    Sample(u32),
    Signal(u32),
}

/// The last call of a goroutine.
struct Last {
    /// Index of the call.
    call: u32,
    group: u32,
    place: u32,
    count: u64,
}

struct Join<'r> {
    recorded: &'r Recorded,
    /// By time, and how many are placed.
    items: Vec<(i64, Item)>,
    next: usize,
    begun: bool,
    beside: Beside,
    threads: Threads,
    places: Vec<(Place, Doing)>,
    place_ids: FxHashMap<(Place, Doing), u32>,
    /// Of this generation.
    by_stack: FxHashMap<u64, u32>,
    roots_by_stack: FxHashMap<u64, u32>,
    names: Vec<String>,
    name_ids: FxHashMap<String, u32>,
    /// What each goroutine was started with.
    roots: FxHashMap<i64, u32>,
    /// Samples by goroutine, outermost and user's function.
    sampled: FxHashMap<(i64, u32, u32), u64>,
    groups: FxHashMap<(String, String, u32), u32>,
    runtime: BTreeMap<String, RuntimeCalls>,
    last: FxHashMap<i64, Last>,
    /// Since when goroutines wait in the poller after a call that was not ready.
    waiting: FxHashMap<i64, i64>,
    /// Threads in a system call of the trace, and whether it was recorded.
    expected: FxHashMap<i64, bool>,
    /// The processes whose threads run goroutines.
    processes: FxHashSet<i64>,
    /// Calls of threads that the trace does not know.
    strangers: Vec<u32>,
    end: i64,
}

/// Stacks that may be cut off have no outermost function.
const DEEPEST: usize = 126;

impl<'r> Join<'r> {
    fn new(recorded: &'r Recorded, alignment: Alignment) -> Self {
        let calls = (0..)
            .zip(&recorded.calls)
            .map(|(at, it)| (it.start, Item::Call(at)));
        let samples = (0..)
            .zip(&recorded.samples)
            .map(|(at, it)| (it.time, Item::Sample(at)));
        let signals = (0..)
            .zip(&recorded.signals)
            .map(|(at, it)| (it.time, Item::Signal(at)));
        let mut items: Vec<(i64, Item)> = calls.chain(samples).chain(signals).collect();
        items.sort_by_key(|(time, _)| *time);
        Self {
            recorded,
            items,
            next: 0,
            begun: false,
            beside: Beside {
                alignment,
                ..Beside::default()
            },
            threads: Threads::default(),
            places: Vec::new(),
            place_ids: FxHashMap::default(),
            by_stack: FxHashMap::default(),
            roots_by_stack: FxHashMap::default(),
            names: Vec::new(),
            name_ids: FxHashMap::default(),
            roots: FxHashMap::default(),
            sampled: FxHashMap::default(),
            groups: FxHashMap::default(),
            runtime: BTreeMap::new(),
            last: FxHashMap::default(),
            waiting: FxHashMap::default(),
            expected: FxHashMap::default(),
            processes: FxHashSet::default(),
            strangers: Vec::new(),
            end: 0,
        }
    }

    fn take(&mut self, event: &Event, tables: &Tables) {
        while let Some((time, item)) = self.items.get(self.next).copied()
            && time < event.time
        {
            self.next += 1;
            self.place_item(item, !self.begun);
        }
        if event.kind == EventKind::Sync {
            self.by_stack.clear();
            self.roots_by_stack.clear();
            if event.args[1] != 0 {
                self.threads.clear();
                self.waiting.clear();
                self.expected.clear();
            }
        } else {
            self.begun = true;
            self.end = event.time;
        }
        self.learn_root(event, tables);
        self.leave_call(event);
        let (places, ids, by_stack) = (&mut self.places, &mut self.place_ids, &mut self.by_stack);
        self.threads.take(event, |stack| {
            *by_stack.entry(stack).or_insert_with(|| {
                let key = (Place::of(stack, tables), Doing::of(stack, tables));
                *ids.entry(key.clone()).or_insert_with(|| {
                    places.push(key);
                    places.len() as u32 - 1
                })
            })
        });
        self.enter_call(event);
        self.follow_wait(event, tables);
    }

    /// The outermost function of any stack of a goroutine is the one that it was started with.
    fn learn_root(&mut self, event: &Event, tables: &Tables) {
        let (goroutine, stack) = match event.kind {
            EventKind::GoCreate | EventKind::GoCreateBlocked => {
                (event.args[0] as i64, event.args[1])
            }
            EventKind::GoStatusStack => (event.args[0] as i64, event.stack()),
            _ => (event.goroutine, event.stack()),
        };
        if goroutine == NONE || stack == 0 || self.roots.contains_key(&goroutine) {
            return;
        }
        let root = *self.roots_by_stack.entry(stack).or_insert_with(|| {
            let frames = tables.stack(stack);
            if frames.len() == 0 || DEEPEST < frames.len() {
                return u32::MAX;
            }
            let name = frames
                .last()
                .map_or("", |frame| tables.string(frame.function));
            intern(name, &mut self.names, &mut self.name_ids)
        });
        if root != u32::MAX {
            self.roots.insert(goroutine, root);
        }
    }

    fn enter_call(&mut self, event: &Event) {
        let inside = self.threads.get(event.thread).and_then(|it| it.inside);
        if event.kind != EventKind::GoSyscallBegin
            || self.recorded.calls.is_empty()
            || event.time < self.recorded.start
        {
            return;
        }
        // C may compute without a system call.
        let is_call = inside.is_some_and(|place| self.places[place as usize].1 != Doing::C);
        if is_call {
            self.expected.insert(event.thread, false);
        }
    }

    fn leave_call(&mut self, event: &Event) {
        let ends = [
            EventKind::GoSyscallEnd,
            EventKind::GoSyscallEndBlocked,
            EventKind::GoDestroySyscall,
        ];
        if ends.contains(&event.kind)
            && let Some(seen) = self.expected.remove(&event.thread)
            && event.time < self.recorded.end
        {
            self.beside.entered.count(seen);
        }
    }

    /// A goroutine that found a descriptor not ready goes on to wait for it.
    fn follow_wait(&mut self, event: &Event, tables: &Tables) {
        match event.change() {
            Some(Change::Goroutine(id, GoState::Running, GoState::Waiting))
                if event.kind == EventKind::GoBlock
                    && tables.string(event.args[0]) == "network" =>
            {
                let last = self
                    .last
                    .get(&id)
                    .map(|it| self.recorded.calls[it.call as usize].outcome);
                if last == Some(Outcome::NotReady) {
                    self.waiting.insert(id, event.time);
                }
            }
            Some(Change::Goroutine(id, GoState::Waiting, to)) if to != GoState::Waiting => {
                if let Some(since) = self.waiting.remove(&id) {
                    self.add_wait(id, event.time - since, false);
                }
            }
            _ => {}
        }
    }

    fn add_wait(&mut self, goroutine: i64, nanos: i64, open: bool) {
        if let Some(last) = self.last.get(&goroutine) {
            let call = &self.recorded.calls[last.call as usize];
            self.beside.groups[last.group as usize].add_wait(call, nanos, open);
        }
    }

    fn place_item(&mut self, item: Item, outside: bool) {
        let recorded = self.recorded;
        match item {
            Item::Call(at) => {
                let call = &recorded.calls[at as usize];
                let thread = call.thread;
                self.beside.calls.all += 1;
                match self.threads.get(thread) {
                    _ if outside => self.beside.calls.outside += 1,
                    None => self.strangers.push(at),
                    Some(doer) if doer.goroutine == NONE => {
                        self.beside.calls.on_runtime += 1;
                        self.add_runtime(call, false);
                    }
                    Some(doer) => {
                        self.beside.calls.on_goroutine += 1;
                        self.processes.insert(call.process);
                        self.add_call(at, doer.goroutine, doer.inside);
                    }
                }
            }
            Item::Sample(at) => {
                let sample = &recorded.samples[at as usize];
                self.beside.samples.all += 1;
                match self.threads.get(sample.thread) {
                    _ if outside => self.beside.samples.outside += 1,
                    None => self.beside.samples.on_stranger += 1,
                    Some(doer) if doer.goroutine == NONE => self.beside.samples.on_runtime += 1,
                    Some(doer) => {
                        self.beside.samples.on_goroutine += 1;
                        self.add_sample(sample, doer.goroutine);
                    }
                }
            }
            Item::Signal(at) => {
                let signal = &recorded.signals[at as usize];
                let inside = self.threads.get(signal.thread).and_then(|it| it.inside);
                let in_c = inside.is_some_and(|it| self.places[it as usize].1 == Doing::C);
                let counts = self.beside.signals.entry(signal.name.clone()).or_default();
                *counts = (counts.0 + 1, counts.1 + u64::from(in_c && !outside));
            }
        }
    }

    fn add_sample(&mut self, sample: &Sample, goroutine: i64) {
        let root = intern(&sample.root, &mut self.names, &mut self.name_ids);
        let user = intern(&sample.user, &mut self.names, &mut self.name_ids);
        *self.sampled.entry((goroutine, root, user)).or_default() += 1;
    }

    /// How long it took, up to the end of the recording if it had not ended.
    fn nanos(&self, call: &Call) -> i64 {
        (call.end.unwrap_or(self.recorded.end) - call.start).max(0)
    }

    fn add_runtime(&mut self, call: &Call, beside_goroutine: bool) {
        let nanos = self.nanos(call);
        let sums = self.runtime.entry(call.name.clone()).or_default();
        let sum = if beside_goroutine {
            &mut sums.beside_goroutine
        } else {
            &mut sums.idle
        };
        *sum = (sum.0 + 1, sum.1 + nanos);
    }

    fn add_call(&mut self, at: u32, goroutine: i64, inside: Option<u32>) {
        let call = &self.recorded.calls[at as usize];
        if call.name == "rt_sigreturn" {
            // The end of a signal's handler, which seems to return what the interrupted call did.
            self.add_runtime(call, true);
            return;
        }
        let place = match inside {
            Some(place) => place,
            // The runtime does not tell the trace of calls that cannot block.
            None if call.user.is_empty() => {
                self.add_runtime(call, true);
                return;
            }
            None => self.place_of(&call.user, &call.name),
        };
        if inside.is_some() {
            if let Some(seen) = self.expected.get_mut(&call.thread) {
                *seen = true;
            }
            if !call.user.is_empty() {
                let same = self.places[place as usize].0.function == call.user;
                self.beside.frames.count(same);
            }
        }
        if is_of_directory(&call.name) && !call.path.is_empty() {
            self.add_directory(call);
        }
        match call.outcome {
            Outcome::Failed("EMFILE" | "ENFILE") => {
                self.beside.exhausted = (self.beside.exhausted.0 + 1, 0);
            }
            Outcome::Done if makes_descriptor(&call.name) => self.beside.exhausted.1 += 1,
            _ => {}
        }
        let nanos = self.nanos(call);
        let key = (call.name.clone(), call.object().to_owned(), place);
        let next = self.beside.groups.len() as u32;
        let group = *self.groups.entry(key).or_insert(next);
        if group == next {
            let (place, doing) = self.places[place as usize].clone();
            let new = CallGroup::new(call, call.object(), place, doing);
            self.beside.groups.push(new);
        }
        self.beside.groups[group as usize].add(call, goroutine, nanos);
        let count = self.last.get(&goroutine).map_or(0, |it| it.count) + 1;
        let last = Last {
            call: at,
            group,
            place,
            count,
        };
        self.last.insert(goroutine, last);
    }

    fn place_of(&mut self, function: &str, call: &str) -> u32 {
        let place = Place {
            function: function.to_owned(),
            file: String::new(),
            line: 0,
            call: call.to_owned(),
        };
        let next = self.places.len() as u32;
        let id = *self
            .place_ids
            .entry((place.clone(), Doing::Other))
            .or_insert(next);
        if id == next {
            self.places.push((place, Doing::Other));
        }
        id
    }

    fn add_directory(&mut self, call: &Call) {
        let nanos = self.nanos(call);
        let directory = call
            .path
            .rfind('/')
            .map_or(".", |at| &call.path[..at.max(1)]);
        let taken = u64::from(call.outcome == Outcome::Failed("EEXIST"));
        let sums = self
            .beside
            .directories
            .entry(directory.to_owned())
            .or_default();
        *sums = (sums.0 + 1, sums.1 + nanos, sums.2 + taken);
    }

    fn close(mut self) -> Beside {
        // What comes after the last event is outside.
        while let Some((_, item)) = self.items.get(self.next).copied() {
            self.next += 1;
            self.place_item(item, true);
        }
        let mut waiting: Vec<(i64, i64)> = self.waiting.drain().collect();
        waiting.sort_unstable();
        for (goroutine, since) in waiting {
            self.add_wait(goroutine, self.end - since, true);
        }
        self.close_strangers();
        self.close_samples();
        let mut beside = self.beside;
        beside.groups.sort_by(|a, b| {
            let key = |it: &CallGroup| (it.name.clone(), it.object.clone(), it.place.clone());
            b.cost_nanos()
                .cmp(&a.cost_nanos())
                .then_with(|| key(a).cmp(&key(b)))
        });
        for (name, mut sums) in self.runtime {
            sums.name = name;
            beside.runtime.push(sums);
        }
        beside
            .runtime
            .sort_by(|a, b| (b.idle.1, &a.name).cmp(&(a.idle.1, &b.name)));
        let goroutines = self.last.into_iter().map(|(goroutine, last)| LastCall {
            goroutine,
            call: self.recorded.calls[last.call as usize].clone(),
            place: self.places[last.place as usize].0.clone(),
            count: last.count,
        });
        beside.goroutines = goroutines.collect();
        beside.goroutines.sort_by_key(|it| it.goroutine);
        beside
    }

    /// Threads that never run a goroutine belong to the runtime, if to this process.
    fn close_strangers(&mut self) {
        for at in std::mem::take(&mut self.strangers) {
            let call = &self.recorded.calls[at as usize];
            if call.process == 0 || self.processes.contains(&call.process) {
                self.beside.calls.on_stranger += 1;
                self.add_runtime(call, false);
            } else {
                self.beside.calls.on_others += 1;
            }
        }
    }

    fn close_samples(&mut self) {
        let mut running: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        let mut sampled: Vec<((i64, u32, u32), u64)> = self.sampled.drain().collect();
        sampled.sort_unstable();
        for ((goroutine, root, user), count) in sampled {
            let started = self.roots.get(&goroutine).copied();
            let seen = self.names[root as usize].as_str();
            if let Some(started) = started
                && !seen.is_empty()
            {
                if started == root {
                    self.beside.roots.agree += count;
                } else if !is_of_runtime_stack(seen) {
                    self.beside.roots.differ += count;
                }
            }
            *running.entry((started.unwrap_or(root), user)).or_default() += count;
        }
        let name = |id: u32| self.names[id as usize].clone();
        let running = running
            .into_iter()
            .map(|((root, user), count)| (name(root), name(user), count));
        self.beside.running = running.collect();
        let order = |a: &(String, String, u64), b: &(String, String, u64)| {
            b.2.cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1)))
        };
        self.beside.running.sort_by(order);
    }
}

/// The runtime works for a goroutine on a stack of its own, whose outermost function is one of
/// these.
fn is_of_runtime_stack(root: &str) -> bool {
    root.starts_with("runtime.") || root.starts_with("runtime/internal/")
}

/// Calls for which the kernel locks a directory.
fn is_of_directory(call: &str) -> bool {
    const CALLS: [&str; 16] = [
        "open",
        "openat",
        "openat2",
        "creat",
        "mkdir",
        "mkdirat",
        "unlink",
        "unlinkat",
        "rmdir",
        "rename",
        "renameat",
        "renameat2",
        "link",
        "linkat",
        "symlink",
        "symlinkat",
    ];
    CALLS.contains(&call)
}

/// Calls that give a new descriptor.
fn makes_descriptor(call: &str) -> bool {
    const CALLS: [&str; 12] = [
        "open",
        "openat",
        "openat2",
        "creat",
        "accept",
        "accept4",
        "socket",
        "pipe2",
        "dup",
        "epoll_create1",
        "eventfd2",
        "pidfd_open",
    ];
    CALLS.contains(&call)
}

fn intern(name: &str, names: &mut Vec<String>, ids: &mut FxHashMap<String, u32>) -> u32 {
    if let Some(id) = ids.get(name) {
        return *id;
    }
    let id = names.len() as u32;
    names.push(name.to_owned());
    ids.insert(name.to_owned(), id);
    id
}
