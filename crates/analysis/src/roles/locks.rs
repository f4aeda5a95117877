//! The locks under which the functions of a package are called.

use std::collections::BTreeMap;

use contend_base::Location;
use contend_ir::FuncId;
use contend_types::ObjId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::calls::{Edge, Owner};
use super::starts::Start;
use super::{MAX_ROUNDS, Node, is_exported, is_of_test};
use crate::accesses::{Accesses, Held};
use crate::library::Mode;
use crate::package::Package;
use crate::roots::lent_locks;

/// A call without a lock that others hold around theirs.
pub struct BareCall {
    /// The function that calls, by body and number.
    pub by: (usize, FuncId),
    pub location: Location,
    /// What may be held instead.
    pub held: Vec<(ObjId, Mode)>,
    /// Other callers of the function that calls do hold the lock.
    pub is_by_way: bool,
}

/// What is held when functions of the package are called.
#[derive(Default)]
pub(super) struct EntryLocks {
    /// The locks that some caller holds.
    pub(super) of_some: FxHashMap<Node, Vec<(ObjId, Mode)>>,
    /// The locks that all callers hold of a function that only the package calls.
    pub(super) of_all: BTreeMap<Node, Vec<ObjId>>,
    /// Calls without a lock that others hold around theirs.
    pub(super) bare_calls: FxHashMap<Node, Vec<BareCall>>,
}

impl EntryLocks {
    /// By the calls of functions that are not started as goroutines, and by what those lend whose
    /// starters wait for them; `setup` are the functions that work on values of their own, `placed`
    /// the literals of which is known who runs them.
    pub(super) fn new(
        package: &Package,
        (calls, lent): (&[&Edge], &[Edge]),
        setup: &FxHashSet<Node>,
        placed: &FxHashSet<Node>,
    ) -> Self {
        let all: Vec<&Edge> = calls.iter().copied().chain(lent).collect();
        let of_some = locks_of_some(&all);
        let of_others = all.into_iter().filter(|edge| !setup.contains(&edge.from));
        let of_all = locks_of_all(package, &of_others.collect::<Vec<_>>());
        // What a test calls it calls when it likes.
        let outside_tests = calls.iter().filter(|edge| !is_of_test(package, edge));
        // Whoever runs a literal that was handed away may hold any lock.
        let is_known =
            |(body, func): Node| func == FuncId::new(0) || placed.contains(&(body, func));
        let by_known = outside_tests.filter(|edge| is_known(edge.from));
        let bare_calls = bare_calls(by_known.copied(), &of_some, setup);
        Self {
            of_some,
            of_all,
            bare_calls,
        }
    }
}

/// Calls without a lock that others hold around theirs: of who holds none of it himself, or is called
/// so in turn.
fn bare_calls<'e>(
    edges: impl Iterator<Item = &'e Edge>,
    of_some: &FxHashMap<Node, Vec<(ObjId, Mode)>>,
    setup: &FxHashSet<Node>,
) -> FxHashMap<Node, Vec<BareCall>> {
    let is_of_value = |edge: &&Edge| {
        let is_setup = setup.contains(&edge.from);
        edge.is_direct && edge.receiver != Owner::Caller && !is_setup
    };
    let edges: Vec<&Edge> = edges.filter(is_of_value).collect();
    let of_others = |node: Node| of_some.get(&node).into_iter().flatten();
    let mut bare: FxHashSet<(Node, ObjId)> = FxHashSet::default();
    let lacks = |bare: &FxHashSet<(Node, ObjId)>, edge: &Edge, lock: ObjId| {
        let is_held = edge.held.iter().any(|it| it.0 == lock);
        let by_callers = of_others(edge.from).any(|it| it.0 == lock);
        !is_held && (!by_callers || bare.contains(&(edge.from, lock)))
    };
    for _ in 0..MAX_ROUNDS {
        let before = bare.len();
        for edge in &edges {
            for &(lock, _) in of_others(edge.to) {
                if lacks(&bare, edge, lock) {
                    bare.insert((edge.to, lock));
                }
            }
        }
        if bare.len() == before {
            break;
        }
    }
    let mut calls: FxHashMap<Node, Vec<BareCall>> = FxHashMap::default();
    for edge in edges {
        if of_others(edge.to).any(|&(lock, _)| lacks(&bare, edge, lock)) {
            let inherited = of_others(edge.from).filter(|it| !bare.contains(&(edge.from, it.0)));
            let call = BareCall {
                by: edge.from,
                location: edge.location,
                held: edge.held.iter().chain(inherited).copied().collect(),
                is_by_way: of_others(edge.from).any(|it| bare.contains(&(edge.from, it.0))),
            };
            calls.entry(edge.to).or_default().push(call);
        }
    }
    calls
}

fn locks_of_some(edges: &[&Edge]) -> FxHashMap<Node, Vec<(ObjId, Mode)>> {
    let mut entry: FxHashMap<Node, Vec<(ObjId, Mode)>> = FxHashMap::default();
    for _ in 0..MAX_ROUNDS {
        let mut is_new = false;
        for edge in edges {
            let inherited = entry.get(&edge.from).cloned().unwrap_or_default();
            let all: Vec<_> = edge.held.iter().copied().chain(inherited).collect();
            if all.is_empty() {
                continue;
            }
            let known = entry.entry(edge.to).or_default();
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
    entry
}

/// The locks that all callers of a function hold, by function; of exported ones nobody knows all
/// callers.
fn locks_of_all(package: &Package, edges: &[&Edge]) -> BTreeMap<Node, Vec<ObjId>> {
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

/// From functions to the literals that become goroutines in them, where they wait for these: with
/// the locks that they hold meanwhile.
pub(super) fn lent(package: &Package, accesses: &Accesses, starts: &[Start]) -> Vec<Edge> {
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
pub(super) fn named(locks: &[Held]) -> Vec<(ObjId, Mode)> {
    let named = locks.iter().filter_map(|held| {
        let path = held.path.as_ref()?;
        Some((path.owner()?, held.mode))
    });
    named.collect()
}

pub(super) fn sure(locks: &[Held]) -> Vec<ObjId> {
    let sure = locks.iter().filter(|held| held.is_sure);
    sure.filter_map(|held| held.path.as_ref()?.owner())
        .collect()
}
