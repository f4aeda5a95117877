//! A function and its goroutines as one graph.

use std::cell::Cell;

use contend_base::Location;
use contend_ir::PlaceId;
use contend_types::ObjId;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::accesses::{Access, Held};
use crate::components::components;
use crate::library::Mode;
use crate::origins::Runs;
use crate::path::Path;

pub type NodeId = usize;
pub type ThreadId = usize;
pub(super) type ObjectId = usize;

/// What goroutines meet at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum ObjectKind {
    /// From a send or close to the receive.
    Channel,
    /// From a receive to the send that it makes room for.
    ChannelBack,
    /// From `Done` to `Wait`.
    Group,
    /// From an unlock by somebody who did not lock, to the next lock.
    Lock,
    /// From an assignment, under a lock or atomic, to a condition that sees it.
    Flag,
    Cond,
    Once,
    /// Something that is not understood: it may wait for anybody.
    Anything,
}

#[derive(Debug)]
pub(super) struct Object {
    pub(super) kind: ObjectKind,
    /// `None` for what cannot be named.
    pub(super) path: Option<Path>,
    /// The called function whose variable the path begins at; 0 for those of the function around
    /// everything.
    pub(super) instance: usize,
    /// All that is done to it is in the graph.
    pub(super) is_known: bool,
    /// The system answers at any time: a timer or a signal.
    pub(super) is_timed: bool,
    /// Of a channel, if it is known.
    pub(super) capacity: Option<i32>,
}

/// What the value of a flag must be on this way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Test {
    pub(super) value: i64,
    pub(super) is_equal: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Acquire {
    pub(super) object: ObjectId,
    /// All others are done when control comes here: the end of a loop that waits in each round.
    pub(super) is_last: bool,
    pub(super) test: Option<Test>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Release {
    pub(super) object: ObjectId,
    /// What a flag is set to.
    pub(super) value: Option<i64>,
}

#[derive(Default, Debug)]
pub(super) struct Node {
    pub(super) thread: ThreadId,
    pub(super) next: SmallVec<[NodeId; 2]>,
    pub(super) acquires: SmallVec<[Acquire; 1]>,
    pub(super) releases: SmallVec<[Release; 1]>,
    /// `Add` of this wait group.
    pub(super) counts: Option<ObjectId>,
    /// The goroutine that starts here.
    pub(super) starts: Option<ThreadId>,
    /// What is given another value here.
    pub(super) assigns: Option<Path>,
    /// The same in a called function that is not written out: on one of its ways, perhaps.
    pub(super) assigns_inside: Option<Path>,
    /// The variable that begins a new life here.
    pub(super) declares: Option<ObjId>,
    /// A call that may never return.
    pub(super) may_stall: bool,
    /// The entry of a list whose function does it, where a loop comes to each entry once.
    pub(super) entry: Option<usize>,
}

/// A goroutine, or the function around all of them.
#[derive(Debug)]
pub struct Thread {
    pub entry: NodeId,
    pub exit: NodeId,
    /// The thread that starts it, and where.
    pub parent: Option<(ThreadId, NodeId)>,
    /// The `go` statement.
    pub start: Option<Location>,
    /// The call of the thread that starts it on the way to the `go` statement, and the node before.
    pub(super) inside: Option<(Location, NodeId)>,
    /// Where it, or a goroutine that it starts, starts its function again, and what the function is
    /// given anew there.
    pub starts_itself: Vec<(NodeId, Vec<Path>)>,
    /// Locks that whoever starts it holds until it has ended.
    pub lent: Vec<Held>,
    /// Locks that are held for sure where it starts.
    pub(super) held: Vec<Path>,
    /// It runs what one entry of a list has, and a loop comes to each entry once.
    pub(super) is_of_entry: bool,
    /// How often the one call runs it at the same time.
    pub runs: Runs,
    /// What holds it beside others that run in turn with it: the body, its call and the place there.
    pub in_turn: Option<(usize, usize, PlaceId)>,
    /// It is a declared function that is given no arguments: each time the same.
    pub takes_nothing: bool,
    /// The `sync.Once` whose one function starts it, and the calls that lead to that function.
    pub(super) once: Option<(Path, Vec<Location>)>,
    /// "started by `go`", as findings say it.
    pub how: &'static str,
    pub accesses: Vec<(NodeId, Access)>,
}

#[derive(Default, Debug)]
pub struct Threads {
    pub(super) nodes: Vec<Node>,
    pub threads: Vec<Thread>,
    pub(super) objects: Vec<Object>,
    /// Where each object is released.
    pub(super) releases: Vec<Vec<NodeId>>,
    /// Where each object is acquired.
    pub(super) acquires: Vec<Vec<NodeId>>,
    pub(super) index: FxHashMap<(ObjectKind, Option<Path>, usize), ObjectId>,
    /// Where wait groups count.
    pub(super) counts: Vec<NodeId>,
    /// The nodes that control may come back to.
    in_loop: NodeSet,
    /// By thread: it may run several times.
    pub(super) is_many: Vec<bool>,
    /// Calls were left out because the graph is large.
    pub is_cut: bool,
    /// Nodes that were visited to answer questions.
    pub(super) n_visits: Cell<usize>,
}

/// A function whose goroutines ask for more visits than this is compared no further: well under a
/// second of work, whatever the function is.
const MAX_VISITS: usize = 3_000_000;

impl Threads {
    pub(super) fn node(&mut self, thread: ThreadId) -> NodeId {
        self.nodes.push(Node {
            thread,
            ..Node::default()
        });
        self.nodes.len() - 1
    }

    /// A new node behind another one.
    pub(super) fn after(&mut self, node: NodeId) -> NodeId {
        let next = self.node(self.nodes[node].thread);
        self.link(node, next);
        next
    }

    /// All nodes from this one on belong to one entry of a list.
    pub(super) fn mark_entry(&mut self, first: NodeId) {
        for node in &mut self.nodes[first..] {
            node.entry = node.entry.or(Some(first));
        }
    }

    /// True if one entry of a list does both, which a loop comes to once.
    pub fn are_of_one_entry(&self, one: NodeId, other: NodeId) -> bool {
        let (a, b) = (&self.nodes[one], &self.nodes[other]);
        a.thread == b.thread
            && (self.threads[a.thread].is_of_entry || a.entry.is_some() && a.entry == b.entry)
    }

    /// A second node that does the same. Nothing is linked to it.
    pub(super) fn copy(&mut self, node: NodeId) -> NodeId {
        let it = &self.nodes[node];
        let thread = it.thread;
        let copy = Node {
            thread,
            next: SmallVec::new(),
            acquires: it.acquires.clone(),
            releases: it.releases.clone(),
            counts: it.counts,
            starts: None,
            assigns: it.assigns.clone(),
            assigns_inside: it.assigns_inside.clone(),
            declares: it.declares,
            may_stall: it.may_stall,
            entry: it.entry,
        };
        self.nodes.push(copy);
        let id = self.nodes.len() - 1;
        let accesses = &mut self.threads[thread].accesses;
        let own = accesses.iter().rev().take_while(|(at, _)| node <= *at);
        let own: Vec<Access> = own
            .filter(|(at, _)| *at == node)
            .map(|(_, access)| access.clone())
            .collect();
        accesses.extend(own.into_iter().map(|access| (id, access)));
        id
    }

    pub(super) fn link(&mut self, from: NodeId, to: NodeId) {
        if !self.nodes[from].next.contains(&to) {
            self.nodes[from].next.push(to);
        }
    }

    /// Fills the tables by object. Nodes that control does not come to do nothing.
    pub(super) fn finish(&mut self) {
        let entries = self.threads.iter().map(|it| it.entry);
        let mut alive = self.reach(entries.clone(), |_| false);
        for entry in entries {
            alive.insert(entry);
        }
        for (id, node) in self.nodes.iter_mut().enumerate() {
            if !alive.contains(id) {
                node.acquires.clear();
                node.releases.clear();
                node.counts = None;
            }
        }
        self.releases = vec![Vec::new(); self.objects.len()];
        self.acquires = vec![Vec::new(); self.objects.len()];
        for (id, node) in self.nodes.iter().enumerate() {
            for release in &node.releases {
                self.releases[release.object].push(id);
            }
            for acquire in &node.acquires {
                self.acquires[acquire.object].push(id);
            }
            if node.counts.is_some() {
                self.counts.push(id);
            }
        }
    }

    /// Finds loops, when no way is added or cut any more.
    pub(super) fn find_loops(&mut self) {
        let edges: Vec<Vec<NodeId>> = self.nodes.iter().map(|it| it.next.to_vec()).collect();
        self.in_loop = NodeSet::new(self.nodes.len());
        for component in components(&edges) {
            let is_loop = 1 < component.len() || edges[component[0]].contains(&component[0]);
            for &node in component.iter().filter(|_| is_loop) {
                self.in_loop.insert(node);
            }
        }
        let is_many = |thread: ThreadId| {
            let it = &self.threads[thread];
            let mut above = self.ancestors(thread);
            it.runs.are_many()
                || !it.starts_itself.is_empty()
                || above.any(|(_, start)| self.in_loop.contains(start))
        };
        self.is_many = (0..self.threads.len()).map(is_many).collect();
    }

    /// What every way to an access runs once is over there, whoever ran it: as good as a lock that
    /// is held for reading.
    pub(super) fn hold_once(&mut self) {
        for object in 0..self.objects.len() {
            if self.objects[object].kind != ObjectKind::Once {
                continue;
            }
            let mut open = self.acquires[object].clone();
            open.sort_unstable();
            for thread in 0..self.threads.len() {
                let entry = self.threads[thread].entry;
                let before = self.reach([entry], |node| open.binary_search(&node).is_ok());
                let path = self.objects[object].path.clone();
                for (node, access) in &mut self.threads[thread].accesses {
                    if !before.contains(*node) {
                        access.locks.push(Held {
                            path: path.clone(),
                            mode: Mode::Shared,
                            is_sure: true,
                        });
                    }
                }
            }
        }
    }

    /// Nobody comes past a channel on whose other side there is nobody.
    pub(super) fn end_dead_ways(&mut self) {
        let mut dead = Vec::new();
        for (id, node) in self.nodes.iter().enumerate() {
            let is_alone = |acquire: &Acquire| {
                let object = &self.objects[acquire.object];
                let blocks = match object.kind {
                    ObjectKind::Channel => true,
                    ObjectKind::ChannelBack => object.capacity == Some(0),
                    _ => false,
                };
                object.is_known
                    && blocks
                    && !acquire.is_last
                    && self.releases[acquire.object].iter().all(|&it| it == id)
            };
            if node.acquires.iter().any(is_alone) {
                dead.push(id);
            }
        }
        for id in dead {
            self.nodes[id].next.clear();
        }
    }

    /// The nodes that control may come to from `starts`, these themselves only by a loop. Ways end
    /// behind nodes of which `ends` holds.
    pub(super) fn reach(
        &self,
        starts: impl IntoIterator<Item = NodeId>,
        ends: impl Fn(NodeId) -> bool,
    ) -> NodeSet {
        let mut seen = NodeSet::new(self.nodes.len());
        let mut open: Vec<NodeId> = Vec::new();
        for start in starts {
            open.extend(&self.nodes[start].next);
        }
        if self.is_exhausted() {
            return seen;
        }
        let mut n_visits = seen.0.len();
        while let Some(node) = open.pop() {
            n_visits += 1;
            if seen.insert(node) && !ends(node) {
                open.extend(&self.nodes[node].next);
            }
        }
        self.visit(n_visits);
        seen
    }

    pub(super) fn visit(&self, n_visits: usize) {
        self.n_visits.set(self.n_visits.get() + n_visits);
    }

    /// True if the function is too much work: nothing more is found out about it.
    pub fn is_exhausted(&self) -> bool {
        MAX_VISITS < self.n_visits.get()
    }

    /// True if control may come back to the node.
    pub(super) fn is_in_loop(&self, node: NodeId) -> bool {
        self.in_loop.contains(node)
    }

    /// The thread and those that started it, inner ones first, with the node in each that leads
    /// to the one before.
    pub(super) fn ancestors(&self, thread: ThreadId) -> impl Iterator<Item = (ThreadId, NodeId)> {
        std::iter::successors(self.threads[thread].parent, |&(above, _)| {
            self.threads[above].parent
        })
    }

    /// True if the function around everything may come again to what starts the thread.
    pub fn starts_again(&self, thread: ThreadId) -> bool {
        let first = self.ancestors(thread).last();
        first.is_some_and(|(_, start)| self.is_in_loop(start))
    }

    /// The threads that are, or have started, both; for one thread those that have started it.
    pub fn around(&self, one: ThreadId, other: ThreadId) -> impl Iterator<Item = ThreadId> {
        let skipped = usize::from(one == other);
        let above = self.with_ancestors(one).skip(skipped);
        above.filter(move |&it| self.with_ancestors(other).any(|of| of == it))
    }

    fn with_ancestors(&self, thread: ThreadId) -> impl Iterator<Item = ThreadId> {
        std::iter::once(thread).chain(self.ancestors(thread).map(|(it, _)| it))
    }

    /// The call of the thread `above` that leads to the start of another one, and what is done again
    /// on the way.
    pub fn call_to(&self, above: ThreadId, thread: ThreadId) -> Option<(Location, Again)> {
        let chain = self.with_ancestors(thread);
        let mut starts = chain.filter_map(|it| Some((it, self.threads[it].parent?)));
        let (first, (_, start)) = starts.find(|(_, (parent, _))| *parent == above)?;
        let (call, before) = self.threads[first].inside?;
        let again = match (self.is_in_loop(before), self.is_in_loop(start)) {
            (true, _) => Again::Calls,
            (false, true) => Again::Starts,
            (false, false) => Again::Never,
        };
        Some((call, again))
    }

    /// True for an access of the one run of a `sync.Once`, if it comes before the goroutine that this
    /// run starts: whoever runs it, it is this one.
    pub fn is_once_before(&self, access: &Access, thread: ThreadId) -> bool {
        let mut started = self.with_ancestors(thread).filter_map(|it| {
            let it = &self.threads[it];
            Some((it.once.as_ref()?, it.parent?))
        });
        started.any(|((once, calls), (above, start))| {
            let mut locks = access.locks.iter();
            let is_inside =
                locks.any(|it| it.mode == Mode::Exclusive && it.path.as_ref() == Some(once));
            let behind = self.reach([start], |_| false);
            let accesses = self.threads[above].accesses.iter();
            let mut of_this_run = accesses.filter(|(_, it)| it.calls.starts_with(calls));
            is_inside
                && !of_this_run
                    .any(|(node, it)| it.location == access.location && behind.contains(*node))
        })
    }

    /// True if every way to a node passes another one of its thread, and none leads back there.
    pub fn comes_behind(&self, node: NodeId, other: NodeId) -> bool {
        let entry = self.threads[self.nodes[node].thread].entry;
        let before = self.reach([entry], |it| it == other);
        !before.contains(node) && !self.reach([node], |_| false).contains(other)
    }

    /// True for two callbacks that a library runs one after the other, where they are registered once.
    pub fn run_in_turn(&self, one: ThreadId, other: ThreadId) -> bool {
        let holder = self.threads[one].in_turn;
        holder.is_some() && holder == self.threads[other].in_turn && !self.starts_again(one)
    }

    /// True for what a goroutine does before it begins to serve, if a loop that waits in each round
    /// starts it and gives it nothing of the round: whoever lets it start again mostly knows that the
    /// one before has ended.
    pub fn sets_up_service(&self, node: NodeId) -> bool {
        let thread = self.nodes[node].thread;
        let waiting = |of: ThreadId| {
            let acquires = self.acquires.iter().enumerate();
            let of_channels =
                acquires.filter(|(object, _)| self.objects[*object].kind == ObjectKind::Channel);
            let all = of_channels.flat_map(|(_, nodes)| nodes.iter().copied());
            all.filter(move |&it| self.nodes[it].thread == of && self.is_in_loop(it))
        };
        let is_told = || {
            self.ancestors(thread).any(|(above, start)| {
                let behind = self.reach([start], |_| false);
                let before = self.reach(waiting(above), |_| false);
                before.contains(start) && waiting(above).any(|it| behind.contains(it))
            })
        };
        let serves = || {
            let serving = self.reach(waiting(thread), |_| false);
            let is_service = |it| self.is_in_loop(it) && serving.contains(it);
            let before = self.reach([node], is_service);
            !self.is_in_loop(node) && !before.contains(self.threads[thread].exit)
        };
        self.threads[thread].takes_nothing && is_told() && serves()
    }

    /// The locks that keep `other` away from `thread` wherever that is: lent to it or to one that
    /// started it, by a thread that is not `other` and did not start it.
    pub fn lent(&self, thread: ThreadId, other: ThreadId) -> impl Iterator<Item = &Held> {
        let is_above =
            move |it: ThreadId| it == other || self.ancestors(other).any(|(above, _)| above == it);
        self.lent_by(thread, move |above| !is_above(above))
    }

    /// The locks that keep `other` from what it does under them, as long as `thread` lives: lent to
    /// `thread` by one that started both. Where `other` takes them itself it waits until whoever
    /// lends them has waited for `thread`.
    pub fn lent_beside(&self, thread: ThreadId, other: ThreadId) -> impl Iterator<Item = &Held> {
        let is_above = move |it: ThreadId| self.ancestors(other).any(|(above, _)| above == it);
        self.lent_by(thread, is_above)
    }

    /// The locks that threads of this kind lend to `thread`, or to one that started it.
    fn lent_by(
        &self,
        thread: ThreadId,
        is_meant: impl Fn(ThreadId) -> bool,
    ) -> impl Iterator<Item = &Held> {
        let lent = self.with_ancestors(thread).filter(move |&it| {
            let parent = self.threads[it].parent;
            parent.is_some_and(|(above, _)| is_meant(above))
        });
        lent.flat_map(|it| &self.threads[it].lent)
    }

    /// The node of `above` that leads to `thread`.
    pub(super) fn start_in(&self, above: ThreadId, thread: ThreadId) -> Option<NodeId> {
        self.ancestors(thread)
            .find(|&(it, _)| it == above)
            .map(|(_, node)| node)
    }
}

/// What a thread does more than once on the way to the start of another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Again {
    Never,
    /// A loop in what it calls starts several.
    Starts,
    Calls,
}

/// A set of nodes.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct NodeSet(Vec<u64>);

impl NodeSet {
    pub(super) fn new(n_nodes: usize) -> Self {
        Self(vec![0; n_nodes.div_ceil(64)])
    }

    /// Returns whether the node is new.
    pub(super) fn insert(&mut self, node: NodeId) -> bool {
        let (word, bit) = (node / 64, 1 << (node % 64));
        let is_new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        is_new
    }

    pub(super) fn contains(&self, node: NodeId) -> bool {
        self.0
            .get(node / 64)
            .is_some_and(|word| word & (1 << (node % 64)) != 0)
    }
}
