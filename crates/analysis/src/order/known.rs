//! What each thread knows of another one when it comes to a node.

use std::collections::BTreeSet;

use contend_types::ObjId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::graph::{Acquire, NodeId, NodeSet, ObjectId, ObjectKind, ThreadId, Threads};
use crate::path::Path;

/// Long chains of threads that wait for each other are rare.
const MAX_ROUNDS: usize = 12;

/// A count that is not known, or large.
const MANY: usize = 1000;

/// Which releases an acquire may wait for.
#[derive(Clone, Default, Debug)]
pub(super) struct Matched {
    pub(super) releases: Vec<NodeId>,
    /// It waits for all of them, not for one.
    pub(super) is_all: bool,
    /// It may wait for somebody who is not in the graph.
    pub(super) is_open: bool,
}

/// For each acquire: by node and position there.
pub(super) struct Matches {
    known: FxHashMap<(NodeId, usize), Matched>,
    /// The variables that each thread names.
    named: Vec<FxHashSet<ObjId>>,
    /// What each thread waits for and never releases.
    awaited: Vec<FxHashSet<ObjectId>>,
}

impl Matches {
    pub(super) fn of(threads: &Threads) -> Self {
        let mut matches = Self {
            known: FxHashMap::default(),
            named: named(threads),
            awaited: awaited(threads),
        };
        let mut behind = Behind::default();
        for (id, node) in threads.nodes.iter().enumerate() {
            for (at, acquire) in node.acquires.iter().enumerate() {
                let matched = matched(threads, &mut behind, id, acquire);
                matches.known.insert((id, at), matched);
            }
        }
        matches
    }

    pub(super) fn get(&self, node: NodeId, at: usize) -> &Matched {
        &self.known[&(node, at)]
    }

    /// True if an acquire that nobody in the graph answers may be answered by `thread`. Workers that
    /// receive from one channel do not send to each other.
    pub(super) fn may_answer(
        &self,
        threads: &Threads,
        acquire: &Acquire,
        thread: ThreadId,
    ) -> bool {
        let object = &threads.objects[acquire.object];
        if object.is_timed || self.awaited[thread].contains(&acquire.object) {
            return false;
        }
        match object.path.as_ref().and_then(Path::variable) {
            Some(variable) => self.named[thread].contains(&variable),
            None => true,
        }
    }
}

fn named(threads: &Threads) -> Vec<FxHashSet<ObjId>> {
    let mut named = vec![FxHashSet::default(); threads.threads.len()];
    for node in &threads.nodes {
        let objects = node.acquires.iter().map(|it| it.object);
        let objects = objects.chain(node.releases.iter().map(|it| it.object));
        let paths = objects.filter_map(|it| threads.objects[it].path.as_ref());
        named[node.thread].extend(paths.filter_map(Path::variable));
    }
    for (id, thread) in threads.threads.iter().enumerate() {
        let paths = thread.accesses.iter().map(|(_, access)| &access.path);
        named[id].extend(paths.filter_map(Path::variable));
    }
    named
}

fn awaited(threads: &Threads) -> Vec<FxHashSet<ObjectId>> {
    let mut awaited = vec![FxHashSet::default(); threads.threads.len()];
    let is_named = |object: ObjectId| threads.objects[object].path.is_some();
    for node in &threads.nodes {
        let objects = node.acquires.iter().map(|it| it.object);
        awaited[node.thread].extend(objects.filter(|&it| is_named(it)));
    }
    for node in &threads.nodes {
        for release in &node.releases {
            awaited[node.thread].remove(&release.object);
        }
    }
    awaited
}

/// What can be reached from nodes, found once.
#[derive(Default)]
struct Behind(FxHashMap<NodeId, NodeSet>);

impl Behind {
    fn of(&mut self, threads: &Threads, node: NodeId) -> &NodeSet {
        self.0
            .entry(node)
            .or_insert_with(|| threads.reach([node], |_| false))
    }
}

fn matched(threads: &Threads, behind: &mut Behind, node: NodeId, acquire: &Acquire) -> Matched {
    let object = &threads.objects[acquire.object];
    let thread = threads.nodes[node].thread;
    let mut answers = |release: &NodeId| {
        let it = &threads.nodes[*release];
        it.thread != thread
            && has_value(threads, *release, acquire)
            && may_precede(threads, behind, *release, node)
    };
    let mut releases: Vec<NodeId> = threads.releases[acquire.object]
        .iter()
        .copied()
        .filter(|it| answers(it))
        .collect();
    let is_answered = !releases.is_empty();
    if object.kind == ObjectKind::Group {
        releases.retain(|&it| is_counted_before(threads, it, (node, acquire)));
    }
    // Whoever counts himself is in sight: nobody else stands for him.
    let is_known = object.is_known || is_answered;
    let is_open = object.kind == ObjectKind::Anything || (releases.is_empty() && !is_known);
    let mut matched = Matched {
        releases,
        is_all: acquire.is_last || object.kind == ObjectKind::Group,
        is_open,
    };
    let room = match (object.kind, object.capacity) {
        (ObjectKind::ChannelBack, Some(room)) => usize::try_from(room).unwrap_or(0),
        (ObjectKind::ChannelBack | ObjectKind::Channel, _) => 0,
        _ => return matched,
    };
    if acquire.is_last {
        return matched;
    }
    // The k-th receive comes before the send number k + room.
    let n_passed = passed(threads, node, acquire).saturating_sub(room);
    if n_passed == 0 {
        matched.releases.clear();
        matched.is_open = false;
    }
    let n_releases: usize = matched
        .releases
        .iter()
        .map(|&release| {
            let of = threads.nodes[release].thread;
            let is_many = threads.is_many[of] || threads.is_in_loop(release);
            if is_many { MANY } else { 1 }
        })
        .sum();
    matched.is_all = n_releases <= n_passed;
    matched
}

fn has_value(threads: &Threads, release: NodeId, acquire: &Acquire) -> bool {
    let Some(test) = acquire.test else {
        return true;
    };
    let releases = threads.nodes[release].releases.iter();
    releases.filter(|it| it.object == acquire.object).any(|it| {
        it.value
            .is_none_or(|value| (value == test.value) == test.is_equal)
    })
}

/// A goroutine that is not started yet lets nobody go on.
fn may_precede(threads: &Threads, behind: &mut Behind, release: NodeId, acquire: NodeId) -> bool {
    let (of_release, of_acquire) = (threads.nodes[release].thread, threads.nodes[acquire].thread);
    match threads.start_in(of_acquire, of_release) {
        Some(start) => behind.of(threads, start).contains(acquire),
        None => true,
    }
}

/// `Wait` does not wait for goroutines that count themselves.
fn is_counted_before(
    threads: &Threads,
    release: NodeId,
    (node, acquire): (NodeId, &Acquire),
) -> bool {
    let of = threads.nodes[release].thread;
    let counts = |thread: ThreadId, end: NodeId| {
        threads.counts.iter().any(|&id| {
            threads.nodes[id].thread == thread
                && threads.nodes[id].counts == Some(acquire.object)
                && threads.reach([id], |_| false).contains(end)
        })
    };
    !counts(of, release)
        || threads
            .ancestors(of)
            .any(|(above, start)| counts(above, start))
        || has_counted_by(threads, of, acquire.object, node)
}

/// True if who waits at `node` has waited before, at another group, for what the goroutine does only
/// when it has counted itself.
fn has_counted_by(threads: &Threads, of: ThreadId, group: ObjectId, node: NodeId) -> bool {
    let is_count = |id: NodeId| threads.nodes[id].counts == Some(group);
    let uncounted = threads.reach([threads.threads[of].entry], is_count);
    let waiter = threads.nodes[node].thread;
    let thread_of = |id: &NodeId| threads.nodes[*id].thread;
    (0..threads.objects.len()).any(|object| {
        let releases = threads.releases[object].iter();
        let mut releases = releases.filter(|it| thread_of(it) == of).peekable();
        let is_told = threads.objects[object].kind == ObjectKind::Group
            && object != group
            && releases.peek().is_some()
            && releases.all(|&it| !uncounted.contains(it));
        let waits = |id: NodeId| {
            let mut acquires = threads.acquires[object].iter();
            acquires.any(|it| *it == id && thread_of(it) == waiter)
        };
        let before = || threads.reach([threads.threads[waiter].entry], waits);
        is_told && !before().contains(node)
    })
}

/// How often every way to the node acquires the object, with the node itself.
fn passed(threads: &Threads, node: NodeId, acquire: &Acquire) -> usize {
    let thread = threads.nodes[node].thread;
    let weight = |id: NodeId| {
        let acquires = threads.nodes[id].acquires.iter();
        acquires.filter(|it| it.object == acquire.object).count()
    };
    let entry = threads.threads[thread].entry;
    let mut best: FxHashMap<NodeId, usize> = FxHashMap::default();
    let mut open = std::collections::VecDeque::from([(entry, weight(entry))]);
    while let Some((id, count)) = open.pop_front() {
        if best.get(&id).is_some_and(|&known| known <= count) {
            continue;
        }
        best.insert(id, count);
        threads.visit(1);
        for &next in &threads.nodes[id].next {
            let further = count + weight(next);
            if weight(next) == 0 {
                open.push_front((next, further));
            } else {
                open.push_back((next, further));
            }
        }
    }
    best.get(&node).copied().unwrap_or(0)
}

/// Nodes of a thread behind which its doings may not be over.
pub(super) type Starts = BTreeSet<NodeId>;

/// What the other threads know of one thread.
pub(super) struct Known {
    /// Before each node; `None` where control does not come.
    at: Vec<Option<Starts>>,
}

impl Known {
    pub(super) fn of(threads: &Threads, matches: &Matches, target: ThreadId) -> Self {
        let mut known = Self {
            at: vec![None; threads.nodes.len()],
        };
        if target != 0 {
            let entry = threads.threads[target].entry;
            known.at[threads.threads[0].entry] = Some(Starts::from([entry]));
        }
        let mut solver = Solver {
            threads,
            matches,
            target,
            known,
            behind: Behind::default(),
            passes_blind: false,
        };
        // Nobody comes past a wait before those who release him; if they never come, he is let go
        // without them.
        for passes_blind in [false, true] {
            solver.passes_blind = passes_blind;
            for _ in 0..MAX_ROUNDS {
                if !solver.round() {
                    break;
                }
            }
        }
        solver.known
    }

    pub(super) fn at(&self, node: NodeId) -> Option<&Starts> {
        self.at[node].as_ref()
    }
}

struct Solver<'a> {
    threads: &'a Threads,
    matches: &'a Matches,
    target: ThreadId,
    known: Known,
    behind: Behind,
    /// Releases that control does not come to are left out of account.
    passes_blind: bool,
}

impl Solver<'_> {
    /// Returns whether something new was found.
    fn round(&mut self) -> bool {
        let mut is_new = false;
        for thread in 0..self.threads.threads.len() {
            if thread != self.target {
                is_new |= self.enter(thread);
                is_new |= self.run(thread);
            }
        }
        is_new
    }

    /// What a goroutine knows when it starts.
    fn enter(&mut self, thread: ThreadId) -> bool {
        let it = &self.threads.threads[thread];
        let Some((above, start)) = it.parent else {
            return false;
        };
        let entry = it.entry;
        if above == self.target {
            return self.add(entry, &Starts::from([start]));
        }
        match self.known.at[start].clone() {
            Some(starts) => self.add(entry, &starts),
            None => false,
        }
    }

    fn run(&mut self, thread: ThreadId) -> bool {
        let mut is_new = false;
        let mut open = vec![self.threads.threads[thread].entry];
        let mut seen = FxHashSet::default();
        while let Some(node) = open.pop() {
            if self.threads.is_exhausted() {
                return false;
            }
            self.threads.visit(4);
            let Some(starts) = self.passed(node) else {
                continue;
            };
            for &next in &self.threads.nodes[node].next {
                let is_more = self.add(next, &starts);
                is_new |= is_more;
                if seen.insert(next) || is_more {
                    open.push(next);
                }
            }
        }
        is_new
    }

    fn add(&mut self, node: NodeId, starts: &Starts) -> bool {
        match &mut self.known.at[node] {
            Some(known) => {
                let before = known.len();
                known.extend(starts);
                before < known.len()
            }
            none => {
                *none = Some(starts.clone());
                true
            }
        }
    }

    /// What is known behind a node; `None` if control does not get past it.
    fn passed(&mut self, node: NodeId) -> Option<Starts> {
        let mut starts = self.known.at[node].clone()?;
        let (threads, matches) = (self.threads, self.matches);
        for (at, acquire) in threads.nodes[node].acquires.iter().enumerate() {
            let matched = matches.get(node, at);
            if matched.is_open {
                if self.matches.may_answer(self.threads, acquire, self.target) {
                    starts.clear();
                }
                continue;
            }
            if matched.releases.is_empty() {
                continue;
            }
            if matched.is_all {
                let mut by_thread: FxHashMap<ThreadId, Vec<NodeId>> = FxHashMap::default();
                for &release in &matched.releases {
                    let of = self.threads.nodes[release].thread;
                    by_thread.entry(of).or_default().push(release);
                }
                let mut groups: Vec<_> = by_thread.into_iter().collect();
                groups.sort_unstable();
                for (_, releases) in groups {
                    match self.told(&releases) {
                        Some(told) => starts = self.meet(starts, told),
                        None if self.passes_blind => {}
                        None => return None,
                    }
                }
            } else {
                let mut told = self.told(&matched.releases)?;
                if self.is_partial(node, &matched.releases) {
                    told.insert(self.threads.threads[self.target].entry);
                }
                starts = self.meet(starts, told);
            }
        }
        // Whatever was waited for before: all of the target is still to come.
        let thread = threads.nodes[node].thread;
        if threads.start_in(thread, self.target) == Some(node) {
            starts.insert(threads.threads[self.target].entry);
        }
        Some(starts)
    }

    /// True if one of many goroutines of the target was waited for, and not in the loop that
    /// starts them.
    fn is_partial(&self, node: NodeId, releases: &[NodeId]) -> bool {
        let of_target = |&release: &NodeId| self.threads.nodes[release].thread == self.target;
        releases.iter().any(of_target)
            && self.threads.is_many[self.target]
            && !self.threads.is_in_loop(node)
    }

    /// What one of these releases lets others know.
    fn told(&self, releases: &[NodeId]) -> Option<Starts> {
        let mut told = None;
        for &release in releases {
            if self.threads.nodes[release].thread == self.target {
                told.get_or_insert_with(Starts::new).insert(release);
            } else if let Some(starts) = &self.known.at[release] {
                told.get_or_insert_with(Starts::new).extend(starts);
            }
        }
        told
    }

    /// The more of two things that are both known.
    fn meet(&mut self, one: Starts, other: Starts) -> Starts {
        if one.is_empty() || one == other {
            return one;
        }
        if self.is_inside(&other, &one) {
            return other;
        }
        if self.is_inside(&one, &other) {
            return one;
        }
        other
    }

    /// True if all of `inner` come behind some of `outer`.
    fn is_inside(&mut self, inner: &Starts, outer: &Starts) -> bool {
        inner.iter().all(|&node| {
            outer.contains(&node)
                || outer
                    .iter()
                    .any(|&start| self.behind.of(self.threads, start).contains(node))
        })
    }
}
