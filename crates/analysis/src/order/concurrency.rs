//! May two accesses happen at the same time?

use contend_types::ObjId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::graph::{NodeId, NodeSet, ObjectKind, ThreadId, Threads};
use super::known::{Known, Matches, Starts};
use super::sections::is_behind_section;
use super::tokens::Tokens;
use crate::accesses::Subject;
use crate::path::{Path, Root, Step};

/// An access: its thread and its node there.
pub type Point = (ThreadId, NodeId);

pub struct Concurrency<'a> {
    threads: &'a Threads,
    matches: Matches,
    tokens: Tokens,
    known: FxHashMap<ThreadId, Known>,
    /// By node, and whether the other side may not have begun yet.
    carrying: FxHashMap<(NodeId, bool), NodeSet>,
    /// Of the path at hand: the nodes behind which it means something else.
    changed: NodeSet,
    /// Of the path at hand: the nodes where the variable that it starts at begins a new life.
    begun: Vec<NodeId>,
    /// Of the path at hand: where control comes from a node before that.
    alive: FxHashMap<NodeId, NodeSet>,
    /// Of the path at hand: where another thread may be while one is at a node.
    beside: FxHashMap<(NodeId, ThreadId), NodeSet>,
    /// The threads that declare each variable.
    declared: FxHashMap<ObjId, Vec<ThreadId>>,
}

/// Groups inside of groups are not deeper than this.
const MAX_CHAIN: usize = 3;

/// How a thread releases an object behind a node.
#[derive(Clone, Copy)]
struct Released<'a> {
    own: &'a [NodeId],
    here: NodeId,
    /// What comes behind the node.
    behind: &'a NodeSet,
    /// It may have released the object before, too.
    is_before: bool,
}

impl<'a> Concurrency<'a> {
    pub fn new(threads: &'a Threads) -> Self {
        let mut declared: FxHashMap<ObjId, Vec<ThreadId>> = FxHashMap::default();
        for node in &threads.nodes {
            if let Some(variable) = node.declares {
                let by = declared.entry(variable).or_default();
                if !by.contains(&node.thread) {
                    by.push(node.thread);
                }
            }
        }
        Self {
            threads,
            matches: Matches::of(threads),
            tokens: Tokens::of(threads),
            known: FxHashMap::default(),
            carrying: FxHashMap::default(),
            changed: NodeSet::default(),
            begun: Vec::new(),
            alive: FxHashMap::default(),
            beside: FxHashMap::default(),
            declared,
        }
    }

    /// From now on the questions are about this path.
    pub fn look_at(&mut self, path: &Path, subject: Subject) {
        self.beside.clear();
        self.alive.clear();
        self.begun.clear();
        self.changed = NodeSet::new(self.threads.nodes.len());
        self.threads.visit(self.threads.nodes.len() / 8);
        for node in 0..self.threads.nodes.len() {
            if self.changes(node, path, subject) {
                self.changed.insert(node);
            }
            let declares = self.threads.nodes[node].declares;
            if declares.is_some_and(|it| path.root == Root::Var(it)) {
                self.begun.push(node);
            }
        }
    }

    /// True if nothing orders two accesses of different threads, as long as the path means the
    /// same.
    pub fn are_together(&mut self, one: Point, other: Point, path: &Path) -> bool {
        self.owners(path).len() <= 1
            && !self.tokens.exclude(self.threads, one.1, other.1)
            && !is_behind_section(self.threads, one, other)
            && !is_behind_section(self.threads, other, one)
            && self.share_start(one, other)
            && self.is_beside(one, other)
            && self.is_beside(other, one)
    }

    /// True if nothing orders two accesses of the same thread where the thread runs several times.
    pub fn are_together_in_many(&mut self, one: NodeId, other: NodeId, path: &Path) -> bool {
        let thread = self.threads.nodes[one].thread;
        let owners = self.owners(path).to_vec();
        if owners.contains(&thread)
            || self.is_handed_later(thread, path)
            || self.tokens.exclude(self.threads, one, other)
        {
            return false;
        }
        let it = &self.threads.threads[thread];
        if it.runs.are_many() || self.may_meet_itself(thread, one, other, path) {
            return true;
        }
        self.carry(other, false);
        let carrying = &self.carrying[&(other, false)];
        for (above, start) in self.threads.ancestors(thread) {
            let ends = |node| carrying.contains(node) || self.changed.contains(node);
            if self.threads.reach([start], ends).contains(start) {
                return true;
            }
            if owners.contains(&above) {
                break;
            }
        }
        false
    }

    /// True for a variable that begins its life behind the start of the thread: it came through a
    /// channel, to one receiver.
    fn is_handed_later(&self, thread: ThreadId, path: &Path) -> bool {
        if self.owners(path).is_empty() {
            return false;
        }
        let nodes = self.threads.nodes.iter().enumerate();
        let mut begins = nodes
            .filter(|(_, it)| it.declares.is_some_and(|it| path.root == Root::Var(it)))
            .peekable();
        begins.peek().is_some()
            && begins.all(|(begin, it)| {
                let start = self.threads.start_in(it.thread, thread);
                start.is_some_and(|start| !self.threads.reach([begin], |_| false).contains(start))
            })
    }

    /// The threads that have a variable of their own where the path starts.
    fn owners(&self, path: &Path) -> &[ThreadId] {
        let variable = path.variable();
        let owners = variable.and_then(|it| self.declared.get(&it));
        owners.map_or(&[], Vec::as_slice)
    }

    /// A thread that starts itself again at its end is no two threads at a time, and one that gives
    /// the next one something else to work on does not meet it there.
    fn may_meet_itself(&self, thread: ThreadId, one: NodeId, other: NodeId, path: &Path) -> bool {
        let is_same = |renewed: &[Path]| !renewed.iter().any(|it| path.is_changed_by(it));
        let starts = self.threads.threads[thread].starts_itself.iter();
        let starts = starts.filter(|(_, renewed)| is_same(renewed));
        let starts: Vec<NodeId> = starts.map(|&(start, _)| start).collect();
        let &[start] = starts.as_slice() else {
            return !starts.is_empty();
        };
        if self.threads.nodes[start].thread != thread {
            return true;
        }
        let behind = self.threads.reach([start], |_| false);
        behind.contains(start) || behind.contains(one) || behind.contains(other)
    }

    /// Both threads are started while the path means the same: one start can be reached from the
    /// other, on a way that does not wait for what was started first.
    fn share_start(&mut self, one: Point, other: Point) -> bool {
        let above_one: Vec<Point> = self.threads.ancestors(one.0).collect();
        let common = self.threads.ancestors(other.0).find_map(|(above, start)| {
            let it = above_one.iter().find(|(thread, _)| *thread == above)?;
            Some((it.1, start))
        });
        let is_ancestor = above_one.iter().any(|&(thread, _)| thread == other.0)
            || self
                .threads
                .ancestors(other.0)
                .any(|(thread, _)| thread == one.0);
        let Some((a, b)) = common.filter(|_| !is_ancestor) else {
            return true;
        };
        a == b || self.goes_on(one.1, a, b) || self.goes_on(other.1, b, a)
    }

    /// True if control may come from the start of what does `node` to the other start, without
    /// having waited for it.
    fn goes_on(&mut self, node: NodeId, start: NodeId, other_start: NodeId) -> bool {
        let threads = self.threads;
        let reaches =
            |ends: &dyn Fn(NodeId) -> bool| threads.reach([start], ends).contains(other_start);
        if !reaches(&|at| self.changed.contains(at)) {
            return false;
        }
        self.carry(node, false);
        let carrying = &self.carrying[&(node, false)];
        reaches(&|at| self.changed.contains(at) || carrying.contains(at))
    }

    /// True if `there` may come to its access while `here` is at its own: not all of it is over,
    /// and no way to it waits for what `here` lets go only afterwards.
    fn is_beside(&mut self, here: Point, there: Point) -> bool {
        if !self.knows_the_same(here, there) {
            return false;
        }
        let key = (here.1, there.0);
        if let Some(beside) = self.beside.get(&key) {
            return beside.contains(there.1);
        }
        let (threads, matches) = (self.threads, &self.matches);
        self.known
            .entry(there.0)
            .or_insert_with(|| Known::of(threads, matches, there.0));
        let Some(starts) = self.known[&there.0].at(here.1) else {
            return false;
        };
        let starts: Starts = starts.clone();
        let is_new = starts.contains(&threads.threads[there.0].entry);
        self.carry(here.1, is_new);
        let carrying = &self.carrying[&(here.1, is_new)];
        let ends = |node| carrying.contains(node) || self.changed.contains(node);
        let beside = self.threads.reach(starts, ends);
        let is_beside = beside.contains(there.1);
        self.beside.insert(key, beside);
        is_beside
    }

    /// False if `there` is in a thread that started the one of `here`, and comes to the node only when
    /// the variable is another one: that of a later round.
    fn knows_the_same(&mut self, here: Point, there: Point) -> bool {
        let threads = self.threads;
        let is_begun_there = |&it: &NodeId| threads.nodes[it].thread == there.0;
        let start = threads.start_in(there.0, here.0);
        let Some(start) = start.filter(|_| self.begun.iter().any(is_begun_there)) else {
            return true;
        };
        let begun = &self.begun;
        let alive = self
            .alive
            .entry(start)
            .or_insert_with(|| threads.reach([start], |node| begun.contains(&node)));
        alive.contains(there.1)
    }

    /// Finds the nodes of other threads that wait for something which is released behind `node`.
    /// Those who may not have begun yet find what was released before, as values in the buffer of a
    /// channel.
    fn carry(&mut self, node: NodeId, is_new: bool) {
        if self.carrying.contains_key(&(node, is_new)) {
            return;
        }
        let mut carrying = NodeSet::new(self.threads.nodes.len());
        let thread = self.threads.nodes[node].thread;
        let behind = self.threads.reach([node], |_| false);
        let of = |node: NodeId| self.threads.nodes[node].thread;
        for object in 0..self.threads.objects.len() {
            let acquires = &self.threads.acquires[object];
            if acquires.iter().all(|&it| of(it) == thread) {
                continue;
            }
            let own: Vec<NodeId> = self.threads.releases[object]
                .iter()
                .copied()
                .filter(|&it| of(it) == thread && behind.contains(it))
                .collect();
            let reach = |from: &[NodeId], ends: &dyn Fn(NodeId) -> bool| {
                let starts = from.iter().copied();
                self.threads.reach(starts, ends).contains(node)
            };
            // What is released behind a loop is released when all of its rounds are over.
            let is_each_round = !own.is_empty()
                && (!self.threads.is_in_loop(node)
                    || !reach(&[node], &|it| own.contains(&it))
                    || !reach(&own, &|_| false));
            let is_released = is_new
                && self.threads.objects[object].kind == ObjectKind::Channel
                && self.threads.releases[object]
                    .iter()
                    .any(|&it| of(it) == thread && reach(&[it], &|_| false));
            for &acquire in acquires {
                let released = is_each_round.then_some(Released {
                    own: &own,
                    here: node,
                    behind: &behind,
                    is_before: is_released,
                });
                if self.waits_for(acquire, object, thread, released) {
                    carrying.insert(acquire);
                }
            }
        }
        self.carry_on(thread, &mut carrying);
        self.carrying.insert((node, is_new), carrying);
    }

    /// Who waits for somebody who waits for `thread` waits for it, too: an inner group, and an outer
    /// one for those who wait for the inner one.
    fn carry_on(&self, thread: ThreadId, carrying: &mut NodeSet) {
        let threads = self.threads;
        if threads.threads.len() < 3 || threads.is_exhausted() {
            return;
        }
        let of = |node: NodeId| threads.nodes[node].thread;
        let acquires = || threads.acquires.iter().flatten().copied();
        for _ in 0..MAX_CHAIN {
            // In a loop it may have been let go in an earlier round.
            let is_waiting = |node: NodeId| carrying.contains(node) && !threads.is_in_loop(node);
            let mut between: Vec<ThreadId> = acquires()
                .filter(|&node| of(node) != 0 && of(node) != thread && is_waiting(node))
                .map(of)
                .collect();
            between.sort_unstable();
            between.dedup();
            let held = self.held(&between, &is_waiting);
            if held.is_empty() {
                return;
            }
            let is_held = |release: &NodeId| held.contains(release);
            let waits = |node: NodeId, at: usize| {
                let matched = self.matches.get(node, at);
                let releases = || matched.releases.iter();
                if matched.is_all {
                    let mut held = releases().filter(|it| is_held(it));
                    held.any(|one| releases().all(|it| of(*it) != of(*one) || is_held(it)))
                } else {
                    !matched.releases.is_empty()
                        && releases().all(|it| is_held(it) && !threads.is_many[of(*it)])
                }
            };
            let more: Vec<NodeId> = acquires()
                .filter(|&node| of(node) != thread && !carrying.contains(node))
                .filter(|&node| (0..threads.nodes[node].acquires.len()).any(|at| waits(node, at)))
                .collect();
            if more.is_empty() {
                return;
            }
            for node in more {
                carrying.insert(node);
            }
        }
    }

    /// What the threads release on no way around the nodes where they wait.
    fn held(&self, of: &[ThreadId], is_waiting: &dyn Fn(NodeId) -> bool) -> FxHashSet<NodeId> {
        let threads = self.threads;
        let mut held = FxHashSet::default();
        for &thread in of {
            let releases = threads.releases.iter().flatten().copied();
            let own: Vec<NodeId> = releases
                .filter(|&node| threads.nodes[node].thread == thread)
                .collect();
            if own.is_empty() {
                continue;
            }
            let before = threads.reach([threads.threads[thread].entry], is_waiting);
            held.extend(own.into_iter().filter(|&node| !before.contains(node)));
        }
        held
    }

    fn waits_for(
        &self,
        node: NodeId,
        object: usize,
        thread: ThreadId,
        released: Option<Released>,
    ) -> bool {
        let of = self.threads.nodes[node].thread;
        if of == thread {
            return false;
        }
        let acquires = self.threads.nodes[node].acquires.iter().enumerate();
        acquires
            .filter(|(_, it)| it.object == object)
            .any(|(at, acquire)| {
                let matched = self.matches.get(node, at);
                if matched.is_open {
                    return self.matches.may_answer(self.threads, acquire, thread);
                }
                let Some(Released {
                    own,
                    here,
                    behind,
                    is_before,
                }) = released
                else {
                    return false;
                };
                // A goroutine that starts later lets nobody go on before.
                let is_later = |of: ThreadId| {
                    self.threads.start_in(thread, of).is_some_and(|start| {
                        behind.contains(start)
                            && !self.threads.reach([start], |_| false).contains(here)
                    })
                };
                if !matched.releases.iter().any(|it| own.contains(it)) {
                    return false;
                }
                let is_only = matched
                    .releases
                    .iter()
                    .map(|&it| self.threads.nodes[it].thread)
                    .all(|of| of == thread || is_later(of));
                let is_one = !self.threads.is_many[thread] || self.threads.is_in_loop(node);
                matched.is_all || (is_only && is_one && !is_before)
            })
    }

    /// True if behind this node the path leads to other memory.
    fn changes(&self, node: NodeId, path: &Path, subject: Subject) -> bool {
        let node = &self.threads.nodes[node];
        let assigned = node.assigns.iter().chain(&node.assigns_inside);
        node.declares.is_some_and(|it| path.root == Root::Var(it))
            || assigned.into_iter().any(|written| {
                path.is_changed_by(written)
                    && (subject == Subject::Map
                        || path.steps[written.steps.len()..].contains(&Step::Deref))
            })
    }

    /// True if a thread gives the path another meaning, on all of its ways as far as one can tell.
    pub fn is_changed_in(&self, thread: ThreadId) -> bool {
        let mut nodes = self.threads.nodes.iter().enumerate();
        nodes.any(|(id, node)| {
            node.thread == thread && node.assigns_inside.is_none() && self.changed.contains(id)
        })
    }
}
