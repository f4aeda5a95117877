//! What is known about the functions of a package: which goroutines run them, who calls them and
//! under which locks, and which of them only ever work on values that nobody else knows yet.

mod calls;
mod locks;
mod setup;
mod starts;

use std::collections::BTreeMap;

use contend_ir::{Callee, FuncId, InstrKind, RangeKind, Terminator};
use contend_types::ObjId;
use rustc_hash::{FxHashMap, FxHashSet};

use self::calls::{Edge, edges};
use self::locks::{EntryLocks, lent};
use self::setup::setup;
use self::starts::{Start, started};
use crate::accesses::Accesses;
use crate::goroutines::Walk;
use crate::library::Mode;
use crate::package::{Package, declared_in};
use crate::visits::{Visitor, Who};

pub use self::locks::BareCall;

/// A function of the package: its body and its number there.
pub(crate) type Node = (usize, FuncId);

/// More goroutines than this in one package are not told apart.
const MAX_GOROUTINES: usize = 512;

/// What a goroutine comes to over more calls than this is too far from where it starts: by then
/// the objects it works on are seldom those that others work on.
const MAX_CALLS: u32 = 3;

/// What more functions than this call is called from everywhere.
const MAX_CALLERS: usize = 64;

/// Long chains of functions that expect a lock are rare.
const MAX_ROUNDS: usize = 6;

/// What is known about the functions of a package.
pub struct Roles {
    setup: FxHashSet<Node>,
    synchronising: FxHashSet<Node>,
    locks: EntryLocks,
    /// The goroutines that the package starts, and the handlers.
    starts: Vec<Start>,
    /// The goroutines that come to a function over few calls.
    goroutines: FxHashMap<Node, Vec<usize>>,
    /// The goroutines that come to a function which nobody else comes to.
    owners: FxHashMap<Node, Vec<usize>>,
    /// Functions that are called or started by name.
    placed: FxHashSet<Node>,
    /// The goroutines beside which whoever started them goes on and comes to a function.
    beside: FxHashMap<Node, Vec<usize>>,
    /// Who calls a function of the package.
    callers: FxHashMap<Node, Vec<Node>>,
    /// Functions of other packages that run as goroutines, or beside them.
    started_elsewhere: Vec<(ObjId, Visitor)>,
}

impl Roles {
    pub fn new(package: &Package, accesses: &Accesses) -> Self {
        let (starts, started_elsewhere) = started(package);
        let edges = edges(package, accesses, &starts);
        let lent = lent(package, accesses, &starts);
        let mut roles = Self {
            setup: FxHashSet::default(),
            synchronising: synchronising(package),
            locks: EntryLocks::default(),
            starts: Vec::new(),
            goroutines: FxHashMap::default(),
            owners: FxHashMap::default(),
            placed: FxHashSet::default(),
            beside: FxHashMap::default(),
            callers: FxHashMap::default(),
            started_elsewhere,
        };
        // What a test calls it calls when it likes.
        let outside_tests = edges.iter().filter(|edge| !is_of_test(package, edge));
        let outside_tests: Vec<&Edge> = outside_tests.collect();
        for edge in &outside_tests {
            roles.callers.entry(edge.to).or_default().push(edge.from);
        }
        let started = roles.find_goroutines(starts, &edges);
        roles.find_owners(package, &outside_tests, &started);
        let direct = edges.iter().filter(|edge| edge.is_direct);
        roles.placed = direct
            .map(|edge| edge.to)
            .chain(started.iter().copied())
            .chain(iterators(package))
            .collect();
        roles.setup = setup(package, &edges, &started);
        let calls = edges.iter().filter(|edge| !started.contains(&edge.to));
        let calls: Vec<&Edge> = calls.collect();
        roles.locks = EntryLocks::new(package, (&calls, &lent), &roles.setup, &roles.placed);
        roles
    }

    /// True if the function runs only while a value is made that nobody else knows yet.
    pub fn is_setup(&self, body: usize, func: FuncId) -> bool {
        self.setup.contains(&(body, func))
    }

    /// True if the function itself waits for others or tells others to go on.
    pub fn synchronises(&self, body: usize, func: FuncId) -> bool {
        self.synchronising.contains(&(body, func))
    }

    /// The locks that some caller of the function holds.
    pub fn locks_at_entry(&self, body: usize, func: FuncId) -> &[(ObjId, Mode)] {
        let locks = self.locks.of_some.get(&(body, func));
        locks.map_or(&[], Vec::as_slice)
    }

    /// The locks that all callers of a function hold that is not called from outside of the package.
    pub fn sure_locks_at_entry(&self, body: usize, func: FuncId) -> &[ObjId] {
        let locks = self.locks.of_all.get(&(body, func));
        locks.map_or(&[], Vec::as_slice)
    }

    /// The calls of a function without a lock that others hold around theirs.
    pub fn bare_calls(&self, body: usize, func: FuncId) -> &[BareCall] {
        let calls = self.locks.bare_calls.get(&(body, func));
        calls.map_or(&[], Vec::as_slice)
    }

    /// True if two goroutines of the package may run the functions at the same time, or one of them
    /// and the function that started it.
    pub fn run_beside(&self, one: Node, other: Node) -> bool {
        let of_other = self.goroutines_of(other);
        let are_both = self
            .goroutines_of(one)
            .iter()
            .any(|&a| of_other.iter().any(|&b| self.may_meet(a, b)));
        let goes_on = |one: Node, other: Node| {
            let beside = self.beside.get(&one).map_or(&[][..], Vec::as_slice);
            let mut goroutines = self.goroutines_of(other).iter();
            goroutines.any(|it| beside.contains(it))
        };
        are_both || goes_on(one, other) || goes_on(other, one)
    }

    /// True for a method that only ever runs as a goroutine, each for a value that was made where it
    /// starts: no two of them have the same value.
    pub fn are_for_own_values(&self, node: Node) -> bool {
        let mut starts = self.starts.iter().filter(|it| it.node == node);
        self.owners.contains_key(&node) && starts.all(|it| it.is_of_new)
    }

    /// True if two goroutines may run at the same time: unless one function starts both, and waits for
    /// the first before it starts the second.
    fn may_meet(&self, one: usize, other: usize) -> bool {
        let (a, b) = (&self.starts[one], &self.starts[other]);
        if one == other {
            return a.is_many;
        }
        let (Some((starter, first)), Some((same, second))) = (a.at, b.at) else {
            return true;
        };
        let is_repeated = || {
            let mut around = self.goroutines_of(starter).iter();
            around.any(|&it| self.starts[it].is_many)
        };
        starter != same || a.behind.contains(second) || b.behind.contains(first) || is_repeated()
    }

    /// The exported functions by which others come to a function over few calls.
    pub fn entries(&self, package: &Package, node: Node) -> Vec<ObjId> {
        let nodes = reach(vec![node], &self.callers).into_iter();
        let exported = nodes.filter(|&it| is_exported(package, it));
        exported
            .filter_map(|(body, _)| declared_in(package, body))
            .collect()
    }

    /// The goroutines of the package that come to a function, and those who start them.
    pub(crate) fn visitors(&self, package: &Package, node: Node) -> Vec<Visitor> {
        let start = |number: usize| self.starts[number].location(package);
        let goroutines = self.goroutines_of(node).iter().map(|&number| Visitor {
            start: start(number),
            who: if self.starts[number].is_many {
                Who::Many
            } else {
                Who::Goroutine
            },
        });
        let beside = self.beside.get(&node).into_iter().flatten();
        let starters = beside.map(|&number| Visitor {
            start: start(number),
            who: Who::Starter,
        });
        goroutines.chain(starters).collect()
    }

    /// Functions of other packages that run as goroutines of this one, or beside them.
    pub(crate) fn started_elsewhere(&self) -> &[(ObjId, Visitor)] {
        &self.started_elsewhere
    }

    /// The goroutine of the package that alone runs the function, and never beside itself.
    pub fn owner(&self, body: usize, func: FuncId) -> Option<usize> {
        match self.owners.get(&(body, func))?.as_slice() {
            &[owner] if !self.starts[owner].is_many => Some(owner),
            _ => None,
        }
    }

    /// The goroutines that come to a function which nobody else comes to: what each runs, and where it
    /// is started, if the package starts it.
    pub(crate) fn only_goroutines(&self, node: Node) -> Vec<(Node, Option<(Node, usize)>)> {
        let owners = self.owners.get(&node).map_or(&[][..], Vec::as_slice);
        let starts = owners.iter().map(|&number| &self.starts[number]);
        starts.map(|it| (it.node, it.at)).collect()
    }

    /// Where goroutines are started that run the function; `None` if somebody else starts one.
    pub(crate) fn starts_of(&self, node: Node) -> Option<Vec<(Node, usize)>> {
        let starts = self.starts.iter().filter(|it| it.node == node);
        starts.map(|it| it.at).collect()
    }

    /// The functions that call it.
    pub(crate) fn callers_of(&self, node: Node) -> &[Node] {
        self.callers.get(&node).map_or(&[], Vec::as_slice)
    }

    /// True if somebody may call the function whom the package does not know.
    pub(crate) fn is_open(&self, package: &Package, node: Node) -> bool {
        is_exported(package, node) || !self.is_placed(node.0, node.1)
    }

    /// The function, and those that call it over few calls.
    pub fn callers(&self, node: Node) -> Vec<Node> {
        reach(vec![node], &self.callers)
    }

    /// True if control comes to a function only by way of another one of the package.
    pub fn is_reached_through(&self, package: &Package, node: Node, by: Node) -> bool {
        let mut seen = vec![node];
        let mut at = 0;
        while let Some(&node) = seen.get(at) {
            at += 1;
            if node == by {
                continue;
            }
            let callers = self.callers.get(&node).map_or(&[][..], Vec::as_slice);
            let is_entry = callers.is_empty()
                || is_exported(package, node)
                || self.starts.iter().any(|start| start.node == node);
            if is_entry || MAX_CALLERS < seen.len() {
                return false;
            }
            for caller in callers {
                if !seen.contains(caller) {
                    seen.push(*caller);
                }
            }
        }
        true
    }

    /// True if only goroutines come to the function that one function starts, all of them behind
    /// instruction number `at` there, or goroutines that those start.
    pub fn starts_behind(&self, package: &Package, it: Node, behind: (Node, usize)) -> bool {
        self.starts_behind_over(package, it, behind, MAX_CALLS)
    }

    fn starts_behind_over(
        &self,
        package: &Package,
        it: Node,
        (node, at): (Node, usize),
        n_more: u32,
    ) -> bool {
        let Some(owners) = self.owners.get(&it) else {
            return false;
        };
        owners.iter().all(|&goroutine| {
            self.starts[goroutine].at.is_some_and(|(starter, start)| {
                if starter != node {
                    return 0 < n_more
                        && self.starts_behind_over(package, starter, (node, at), n_more - 1);
                }
                let facts = &package.bodies[starter.0];
                let walk = Walk {
                    package,
                    facts,
                    func: facts.func(starter.1),
                    spawn: None,
                    ends_at_receive: false,
                    path: None,
                };
                !walk.after(start).contains(at)
            })
        })
    }

    /// True if a goroutine of the package, or a handler, comes to the function.
    pub fn is_in_goroutine(&self, body: usize, func: FuncId) -> bool {
        !self.goroutines_of((body, func)).is_empty()
    }

    /// True for declared functions, and for literals that are called or started where they stand:
    /// of others nobody knows when they run, and under which locks.
    pub fn is_placed(&self, body: usize, func: FuncId) -> bool {
        func == FuncId::new(0) || self.placed.contains(&(body, func))
    }

    fn goroutines_of(&self, node: Node) -> &[usize] {
        self.goroutines.get(&node).map_or(&[], Vec::as_slice)
    }

    /// Returns the functions that run in goroutines of their own.
    fn find_goroutines(&mut self, starts: Vec<Start>, edges: &[Edge]) -> FxHashSet<Node> {
        let mut calls: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        for edge in edges {
            calls.entry(edge.from).or_default().push(edge.to);
        }
        for (number, start) in starts.iter().enumerate().take(MAX_GOROUTINES) {
            for node in reach(vec![start.node], &calls) {
                self.goroutines.entry(node).or_default().push(number);
            }
            for node in reach(start.beside.clone(), &calls) {
                self.beside.entry(node).or_default().push(number);
            }
        }
        self.starts = starts;
        self.starts.iter().map(|it| it.node).collect()
    }

    /// Functions that nobody but goroutines of the package comes to.
    fn find_owners(&mut self, package: &Package, edges: &[&Edge], started: &FxHashSet<Node>) {
        let mut callers: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
        for edge in edges {
            callers.entry(edge.to).or_default().push(edge.from);
        }
        for (number, start) in self.starts.iter().enumerate().take(MAX_GOROUTINES) {
            let node = start.node;
            let is_called = callers.contains_key(&node) || is_exported(package, node);
            if !is_called {
                self.owners.entry(node).or_default().push(number);
            }
        }
        for _ in 0..MAX_ROUNDS {
            let before = self.owners.len();
            for (&node, callers) in &callers {
                if started.contains(&node) || is_exported(package, node) {
                    continue;
                }
                let owners = callers.iter().map(|caller| self.owners.get(caller));
                if let Some(owners) = owners.collect::<Option<Vec<_>>>() {
                    let mut owners: Vec<usize> = owners.into_iter().flatten().copied().collect();
                    owners.sort_unstable();
                    owners.dedup();
                    self.owners.insert(node, owners);
                }
            }
            if self.owners.len() == before {
                break;
            }
        }
    }
}

/// Functions that themselves wait for others or tell others to go on.
fn synchronising(package: &Package) -> FxHashSet<Node> {
    let mut synchronising = FxHashSet::default();
    for facts in package.own_bodies() {
        for (id, func) in facts.body.funcs() {
            let by_instr = func.instrs.iter().any(|instr| match instr.kind {
                InstrKind::Receive { .. } | InstrKind::Send { .. } | InstrKind::Close(_) => true,
                InstrKind::Next { kind, .. } => kind == RangeKind::Chan,
                InstrKind::Call(call) => {
                    let call = facts.body.call(call);
                    package.waiting.call_may_join(package.world, call)
                        && !matches!(call.callee, Callee::Value(_))
                }
                _ => false,
            });
            let by_select = func
                .blocks
                .iter()
                .any(|block| matches!(block.terminator, Terminator::Select(_)));
            if by_instr || by_select {
                synchronising.insert((facts.index, id));
            }
        }
    }
    synchronising
}

/// The functions that are reached over few calls.
fn reach(from: Vec<Node>, calls: &FxHashMap<Node, Vec<Node>>) -> Vec<Node> {
    let mut wave = 0..from.len();
    let mut seen = from;
    for _ in 0..MAX_CALLS {
        for at in wave.clone() {
            for &to in calls.get(&seen[at]).into_iter().flatten() {
                if !seen.contains(&to) {
                    seen.push(to);
                }
            }
        }
        wave = wave.end..seen.len();
    }
    seen
}

fn is_of_test(package: &Package, edge: &Edge) -> bool {
    package.is_test(package.bodies[edge.from.0].body.file)
}

fn is_exported(package: &Package, (body, func): Node) -> bool {
    func == FuncId::new(0)
        && declared_in(package, body).is_some_and(|object| package.world.name(object).is_exported())
}

/// Literals that functions return for a `range` over them: whoever ranges over one runs it, and holds
/// no lock of the package.
fn iterators(package: &Package) -> impl Iterator<Item = Node> {
    package.own_bodies().iter().flat_map(|facts| {
        let is_yield = |variable: &ObjId| package.world.name(*variable).as_str() == "yield";
        let returned = facts.returned_literals().filter(move |literal| {
            let mut params = facts.func(*literal).params.iter().flatten();
            params.any(is_yield)
        });
        returned.map(|literal| (facts.index, literal))
    })
}
