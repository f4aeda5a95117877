//! Under which locks the functions of a package are called, and which of them only ever work on
//! values that nobody else knows yet.

use std::collections::BTreeMap;

use contend_base::{Location, Name};
use contend_ir::{CallMode, Callee, FuncId, InstrKind, Operand, RangeKind, Terminator};
use contend_types::{ObjId, ObjectKind, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accesses::{Accesses, Held};
use crate::goroutines::{Region, Walk, spawns};
use crate::library::{Mode, receiver_name};
use crate::locks::EffectKind;
use crate::package::{BodyFacts, Package, Started, Target, declared_in};
use crate::roots::lent_locks;
use crate::visits::{Visitor, Who};

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
    entry: FxHashMap<Node, Vec<(ObjId, Mode)>>,
    /// The locks that all callers hold.
    sure_entry: BTreeMap<Node, Vec<ObjId>>,
    /// Calls of functions without a lock that others hold around theirs.
    bare_calls: FxHashMap<Node, Vec<BareCall>>,
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

/// A goroutine that the package starts, or a handler.
struct Start {
    /// The function that it runs.
    node: Node,
    /// Several run at the same time.
    is_many: bool,
    /// It is a method of a value that was made where it starts.
    is_of_new: bool,
    /// The function and the instruction that start it, if the package does.
    at: Option<(Node, usize)>,
    /// What the function around it calls before it may wait for the goroutine.
    beside: Vec<Node>,
    /// The instructions of that function that control comes to before it has waited.
    behind: Region,
}

impl Start {
    fn location(&self, package: &Package) -> Location {
        if let Some(((body, func), at)) = self.at {
            let facts = &package.bodies[body];
            facts.place_of(&facts.func(func).instrs[at])
        } else {
            let facts = &package.bodies[self.node.0];
            facts.location(facts.func(self.node.1).span)
        }
    }
}

/// A call without a lock that others hold around theirs.
pub struct BareCall {
    /// The function that calls, by body and number.
    pub by: (usize, FuncId),
    pub location: Location,
    /// What may be held instead.
    pub held: Vec<(ObjId, Mode)>,
}

/// A call inside the package.
struct Edge {
    from: Node,
    to: Node,
    location: Location,
    held: Vec<(ObjId, Mode)>,
    /// Those of them that are held for sure.
    sure: Vec<ObjId>,
    receiver: Owner,
    /// The function is named by the call, and not handed to it.
    is_direct: bool,
}

/// Whose the receiver of a call is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The function that calls made it.
    Caller,
    /// It is the receiver of the function that calls.
    Same,
    /// Anybody, or there is none.
    Other,
}

impl Roles {
    pub fn new(package: &Package, accesses: &Accesses) -> Self {
        let (starts, started_elsewhere) = started(package);
        let edges = edges(package, accesses, &starts);
        let lent = lent(package, accesses, &starts);
        let mut roles = Self {
            setup: FxHashSet::default(),
            synchronising: FxHashSet::default(),
            entry: FxHashMap::default(),
            sure_entry: BTreeMap::new(),
            bare_calls: FxHashMap::default(),
            starts: Vec::new(),
            goroutines: FxHashMap::default(),
            owners: FxHashMap::default(),
            placed: FxHashSet::default(),
            beside: FxHashMap::default(),
            callers: FxHashMap::default(),
            started_elsewhere,
        };
        // What a test calls it calls when it likes.
        let is_of_test = |edge: &&Edge| package.is_test(package.bodies[edge.from.0].body.file);
        let outside_tests: Vec<&Edge> = edges.iter().filter(|it| !is_of_test(it)).collect();
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
        roles.find_setup(package, &edges, &started);
        roles.find_synchronising(package);
        let calls = edges.iter().filter(|edge| !started.contains(&edge.to));
        let calls: Vec<&Edge> = calls.chain(&lent).collect();
        roles.find_entry_locks(&calls);
        let of_others = calls
            .iter()
            .filter(|edge| !roles.setup.contains(&edge.from));
        roles.sure_entry = sure_entry_locks(package, &of_others.copied().collect::<Vec<_>>());
        let calls = outside_tests.into_iter();
        roles.find_bare_calls(calls.filter(|edge| !started.contains(&edge.to)));
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
        self.entry.get(&(body, func)).map_or(&[], Vec::as_slice)
    }

    /// The locks that all callers of a function hold that is not called from outside of the package.
    pub fn sure_locks_at_entry(&self, body: usize, func: FuncId) -> &[ObjId] {
        self.sure_entry
            .get(&(body, func))
            .map_or(&[], Vec::as_slice)
    }

    /// The calls of a function without a lock that others hold around theirs.
    pub fn bare_calls(&self, body: usize, func: FuncId) -> &[BareCall] {
        self.bare_calls
            .get(&(body, func))
            .map_or(&[], Vec::as_slice)
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

    /// Methods that are only called on values that their callers have just made, and those that
    /// are called by convention before a value is used.
    fn find_setup(&mut self, package: &Package, edges: &[Edge], started: &FxHashSet<Node>) {
        for facts in package.own_bodies() {
            let object = declared_in(package, facts.index);
            let name = object.map_or("init", |object| package.world.name(object).as_str());
            let node = (facts.index, FuncId::new(0));
            // Packages register with each other before `main`; values are registered at any time.
            let registers_package = ["Register", "register"]
                .iter()
                .any(|word| name.starts_with(word))
                && object.is_some_and(|it| receiver_name(package.world, it).is_none());
            if (is_setup_name(name) || registers_package) && !started.contains(&node) {
                self.setup.insert(node);
            }
        }
        for _ in 0..MAX_ROUNDS {
            let mut callers: BTreeMap<Node, bool> = BTreeMap::new();
            for edge in edges {
                let owned = match edge.receiver {
                    Owner::Caller => true,
                    Owner::Same | Owner::Other => self.setup.contains(&edge.from),
                };
                *callers.entry(edge.to).or_insert(true) &= owned;
            }
            let before = self.setup.len();
            for (node, is_owned) in callers {
                if is_owned && !started.contains(&node) && !is_exported(package, node) {
                    self.setup.insert(node);
                }
            }
            if self.setup.len() == before {
                break;
            }
        }
    }

    fn find_synchronising(&mut self, package: &Package) {
        for facts in package.own_bodies() {
            for (id, func) in facts.body.funcs() {
                let by_instr = func.instrs.iter().any(|instr| match instr.kind {
                    InstrKind::Receive { .. } | InstrKind::Send { .. } | InstrKind::Close(_) => {
                        true
                    }
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
                    self.synchronising.insert((facts.index, id));
                }
            }
        }
    }

    fn find_bare_calls<'e>(&mut self, edges: impl Iterator<Item = &'e Edge>) {
        for edge in edges.filter(|edge| edge.is_direct && edge.receiver != Owner::Caller) {
            let Some(of_others) = self.entry.get(&edge.to) else {
                continue;
            };
            let inherited = self.entry.get(&edge.from).into_iter().flatten();
            let held: Vec<_> = edge.held.iter().chain(inherited).copied().collect();
            let is_held = |lock: ObjId| held.iter().any(|it| it.0 == lock);
            let is_bare = of_others.iter().any(|&(lock, _)| !is_held(lock));
            if is_bare && !self.setup.contains(&edge.from) {
                let call = BareCall {
                    by: edge.from,
                    location: edge.location,
                    held,
                };
                self.bare_calls.entry(edge.to).or_default().push(call);
            }
        }
    }

    fn find_entry_locks(&mut self, edges: &[&Edge]) {
        for _ in 0..MAX_ROUNDS {
            let mut is_new = false;
            for edge in edges {
                let inherited = self.entry.get(&edge.from).cloned().unwrap_or_default();
                let all: Vec<_> = edge.held.iter().copied().chain(inherited).collect();
                if all.is_empty() {
                    continue;
                }
                let known = self.entry.entry(edge.to).or_default();
                for held in all {
                    if !known.contains(&held) {
                        known.push(held);
                        is_new = true;
                    }
                }
            }
            if !is_new {
                break;
            }
        }
    }
}

/// The functions that run in goroutines of their own; and those of other packages that do, or that
/// are called beside a goroutine by whoever started it.
fn started(package: &Package) -> (Vec<Start>, Vec<(ObjId, Visitor)>) {
    let (mut started, mut elsewhere) = (Vec::new(), Vec::new());
    for facts in package.own_bodies() {
        if package.is_test(facts.body.file) {
            continue;
        }
        for (id, func) in facts.body.funcs() {
            for spawn in spawns(package, facts, id) {
                let walk = Walk {
                    package,
                    facts,
                    func,
                    spawn: Some(&spawn),
                    ends_at_receive: false,
                    path: None,
                };
                let behind = walk.after(spawn.at);
                let is_many = spawn.runs.are_many() || behind.contains(spawn.at);
                let start = facts.place_of(&func.instrs[spawn.at]);
                let mut beside = Vec::new();
                for (at, instr) in func.instrs.iter().enumerate() {
                    let InstrKind::Call(call) = instr.kind else {
                        continue;
                    };
                    let call = facts.body.call(call);
                    if call.mode != CallMode::Plain || !behind.contains(at) {
                        continue;
                    }
                    match package.callee(facts, call).map(|it| it.target) {
                        Some(Target::Here { body, function }) => beside.push((body, function)),
                        Some(Target::Elsewhere(summary)) => {
                            let who = Who::Starter;
                            elsewhere.push((summary.function, Visitor { start, who }));
                        }
                        None => {}
                    }
                }
                match &spawn.started.target {
                    Target::Here { body, function } => started.push(Start {
                        node: (*body, *function),
                        is_many,
                        is_of_new: owner(package, facts, (id, false), &spawn.started)
                            == Owner::Caller,
                        at: Some(((facts.index, id), spawn.at)),
                        beside,
                        behind,
                    }),
                    Target::Elsewhere(summary) => {
                        let who = if is_many { Who::Many } else { Who::Goroutine };
                        elsewhere.push((summary.function, Visitor { start, who }));
                    }
                }
            }
            let body = facts.index;
            if package
                .handler(&Target::Here { body, function: id })
                .is_some()
            {
                started.push(Start {
                    node: (body, id),
                    is_many: true,
                    is_of_new: false,
                    at: None,
                    beside: Vec::new(),
                    behind: Region::default(),
                });
            }
        }
    }
    (started, elsewhere)
}

/// The locks that all callers of a function hold, by function; of exported ones nobody knows all
/// callers.
fn sure_entry_locks(package: &Package, edges: &[&Edge]) -> BTreeMap<Node, Vec<ObjId>> {
    let inside = edges.iter().map(|edge| edge.to);
    let inside = inside.filter(|&node| !is_exported(package, node));
    // `None` until a caller is known: all locks.
    let mut known: BTreeMap<Node, Option<Vec<ObjId>>> = inside.map(|node| (node, None)).collect();
    for _ in 0..MAX_ROUNDS {
        let mut next: BTreeMap<Node, Option<Vec<ObjId>>> =
            known.keys().map(|&node| (node, None)).collect();
        for edge in edges {
            let of_caller = match known.get(&edge.from) {
                Some(None) => continue,
                Some(Some(locks)) => locks.as_slice(),
                None => &[],
            };
            let held = || edge.sure.iter().chain(of_caller).copied();
            match next.get_mut(&edge.to) {
                Some(Some(all)) => all.retain(|it| held().any(|held| held == *it)),
                Some(unknown) => *unknown = Some(held().collect()),
                None => {}
            }
        }
        if next == known {
            break;
        }
        known = next;
    }
    let known = known.into_iter();
    known
        .filter_map(|(node, locks)| Some((node, locks?)))
        .collect()
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

fn is_exported(package: &Package, (body, func): Node) -> bool {
    func == FuncId::new(0)
        && declared_in(package, body).is_some_and(|object| package.world.name(object).is_exported())
}

/// From functions to the literals that become goroutines in them, where they wait for these: with
/// the locks that they hold meanwhile.
fn lent(package: &Package, accesses: &Accesses, starts: &[Start]) -> Vec<Edge> {
    let lent = starts.iter().filter_map(|start| {
        let (from, at) = start.at?;
        let (body, literal) = start.node;
        package.bodies[body].func(literal).parent()?;
        let facts = &package.bodies[from.0];
        let locks = lent_locks(package, accesses, facts, (from.1, at))?;
        Some(Edge {
            from,
            to: start.node,
            location: facts.place_of(&facts.func(from.1).instrs[at]),
            held: named(&locks),
            sure: sure(&locks),
            receiver: Owner::Other,
            is_direct: false,
        })
    });
    lent.collect()
}

/// Locks by the field or variable that they are.
fn named(locks: &[Held]) -> Vec<(ObjId, Mode)> {
    let named = locks.iter().filter_map(|held| {
        let path = held.path.as_ref()?;
        Some((path.owner()?, held.mode))
    });
    named.collect()
}

fn sure(locks: &[Held]) -> Vec<ObjId> {
    let sure = locks.iter().filter(|held| held.is_sure);
    sure.filter_map(|held| held.path.as_ref()?.owner())
        .collect()
}

/// Calls inside the package, and function literals that are handed to a call, as if it ran them.
fn edges(package: &Package, accesses: &Accesses, starts: &[Start]) -> Vec<Edge> {
    let goroutines: FxHashSet<Node> = starts.iter().map(|it| it.node).collect();
    let methods = own_methods(package);
    let mut edges = Vec::new();
    for facts in package.own_bodies() {
        for (id, func) in facts.body.funcs() {
            let locks = accesses.locks(facts.index, id);
            let starts: FxHashSet<usize> =
                spawns(package, facts, id).iter().map(|it| it.at).collect();
            for (at, instr) in func.instrs.iter().enumerate() {
                let InstrKind::Call(call) = instr.kind else {
                    continue;
                };
                let call = facts.body.call(call);
                if call.mode == CallMode::Go || starts.contains(&at) {
                    continue;
                }
                let held = named(locks.at(at));
                let sure = sure(locks.at(at));
                let from = (facts.index, id);
                let location = facts.place_of(instr);
                if let Some(callee) = package.callee(facts, call)
                    && let Some(to) = callee.target.here()
                {
                    let is_goroutine = goroutines.contains(&from);
                    edges.push(Edge {
                        from,
                        to,
                        location,
                        held: held.clone(),
                        sure: sure.clone(),
                        receiver: owner(package, facts, (id, is_goroutine), &callee),
                        is_direct: true,
                    });
                }
                if let Callee::Interface(method) = call.callee {
                    let name = package.world.name(method);
                    let behind = methods.get(&name).into_iter().flatten();
                    edges.extend(behind.map(|&to| Edge {
                        from,
                        to,
                        location,
                        held: held.clone(),
                        sure: sure.clone(),
                        receiver: Owner::Other,
                        is_direct: true,
                    }));
                }
                let args = facts.body.operands(call.args);
                for &value in args {
                    callback(package, facts, call, value, (from, &held), &mut edges);
                }
            }
        }
    }
    edges
}

/// Literals that functions return for a `range` over them: whoever ranges over one runs it, and holds
/// no lock of the package.
fn iterators(package: &Package) -> impl Iterator<Item = Node> {
    package.own_bodies().iter().flat_map(|facts| {
        let func = facts.func(FuncId::new(0));
        let returned = func
            .blocks
            .iter()
            .filter_map(|block| match block.terminator {
                Terminator::Return(values) => facts.body.operands(values).first().copied(),
                _ => None,
            });
        returned.filter_map(|value| {
            let literal = facts.literals.of_value(value)?;
            let is_yield = |variable: &ObjId| package.world.name(*variable).as_str() == "yield";
            let mut params = facts.func(literal).params.iter().flatten();
            params.any(is_yield).then_some((facts.index, literal))
        })
    })
}

/// The methods of the package that no other package can name: an interface that has such a method
/// is of the package, too.
fn own_methods(package: &Package) -> FxHashMap<Name, Vec<Node>> {
    let mut methods: FxHashMap<Name, Vec<Node>> = FxHashMap::default();
    for facts in package.own_bodies() {
        let node = (facts.index, FuncId::new(0));
        if facts.func(node.1).receiver.is_some()
            && let Some(function) = declared_in(package, facts.index)
            && !package.world.name(function).is_exported()
        {
            let name = package.world.name(function);
            methods.entry(name).or_default().push(node);
        }
    }
    methods
}

fn owner(
    package: &Package,
    facts: &BodyFacts,
    (func, is_goroutine): (FuncId, bool),
    callee: &Started,
) -> Owner {
    let Some(Operand::Place(place) | Operand::Addr(place)) = callee.receiver else {
        return Owner::Other;
    };
    let Some(variable) = facts.body.places.root_var(place) else {
        return Owner::Other;
    };
    // What a goroutine captures, others know too.
    let is_shared = is_goroutine && facts.func(func).captures(variable);
    if is_shared {
        Owner::Other
    } else if package.fresh.is_fresh(facts.index, variable) {
        Owner::Caller
    } else if package.world.object(variable).kind == ObjectKind::Var(VarKind::Receiver) {
        Owner::Same
    } else {
        Owner::Other
    }
}

/// A function that is handed to a call runs under the locks that the call takes.
fn callback(
    package: &Package,
    facts: &BodyFacts,
    call: &contend_ir::Call,
    value: Operand,
    (from, held): (Node, &[(ObjId, Mode)]),
    edges: &mut Vec<Edge>,
) {
    let function = package.function_value(facts, value);
    let Some(to) = function.and_then(|it| it.target.here()) else {
        return;
    };
    let mut held = held.to_vec();
    if let Callee::Static(callee) = call.callee
        && let Some(summary) = package.summaries.declared(callee)
    {
        held.extend(summary.effects.iter().filter_map(|effect| {
            let mode = match effect.kind {
                EffectKind::Acquires(mode) | EffectKind::Locks { mode, .. } => mode,
                EffectKind::Releases | EffectKind::Unclear => Mode::Exclusive,
            };
            Some((effect.path.owner()?, mode))
        }));
    }
    edges.push(Edge {
        from,
        to,
        location: facts.location(call.span),
        sure: held.iter().map(|(lock, _)| *lock).collect(),
        held,
        receiver: Owner::Other,
        is_direct: false,
    });
}

/// Functions that are called before a value is used, by the names that Go programs give them.
/// Who calls an exported method, and when, is not to be seen; for others ownership tells.
pub(crate) fn is_setup_name(name: &str) -> bool {
    let words = [
        "New",
        "new",
        "Make",
        "make",
        "init",
        "Init",
        "setup",
        "Setup",
        "SetUp",
        "Open",
        "With",
        "with",
        "main",
        "Must",
        "build",
        "Build",
        "Parse",
        "parse",
        "Provision",
        "provision",
        "Unmarshal",
        "unmarshal",
        "Decode",
        "decode",
        "Clone",
        "clone",
        "Copy",
        "DeepCopy",
        "Configure",
        "configure",
    ];
    words.iter().any(|word| name.starts_with(word))
}

/// Functions that end the life of a value: what they do is usually after everything else.
pub(crate) fn is_end_name(name: &str) -> bool {
    let words = [
        "Close", "Stop", "Shutdown", "Wait", "Destroy", "Release", "String", "Reset",
    ];
    words.iter().any(|word| name.starts_with(word))
}

/// Functions after which nobody uses the value, or the program, any more.
pub fn is_last_name(name: &str) -> bool {
    let words = [
        "close", "stop", "shutdown", "destroy", "cleanup", "exit", "teardown", "finish",
    ];
    let name = name.to_ascii_lowercase();
    words.iter().any(|word| name.starts_with(word))
}

/// Functions that begin what others join later: what they write is usually before everything else.
pub fn is_start_name(name: &str) -> bool {
    let words = [
        "start",
        "run",
        "serve",
        "listen",
        "connect",
        "dial",
        "launch",
        "load",
        "register",
        "prepare",
        "open",
        "ensure",
        "repair",
        "setdefaults",
        "from",
    ];
    let name = name.to_ascii_lowercase();
    words.iter().any(|word| name.starts_with(word))
}

/// Methods by which `sort` and `container/heap` work on a value, under the locks of who calls those.
pub fn is_sort_name(name: &str) -> bool {
    matches!(name, "Len" | "Less" | "Swap" | "Push" | "Pop")
}
