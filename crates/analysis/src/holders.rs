//! The types and functions that come to each holder of a program: the graphs of all packages, walked.

use contend_types::{Implementers, ObjId, TypeId, World};
use rustc_hash::FxHashMap;

use crate::callbacks::Callback;
use crate::flows::{Called, Holder};
use crate::path::{Path, Step};
use crate::summary::PackageSummary;

/// A holder to which more types come says nothing about which of them stands there.
const MAX_TYPES: usize = 24;

/// The same of functions: registries of commands and of remote calls have hundreds.
const MAX_FUNCTIONS: usize = 500;

/// Parameters of methods are followed into no more implementations than this.
const MAX_FOLLOWED: usize = 12;

/// What comes to the holders of a program.
pub(crate) struct Holders<'a> {
    numbers: FxHashMap<Holder, usize>,
    types: Vec<Few<TypeId>>,
    /// Numbers of callbacks.
    functions: Vec<Few<usize>>,
    callbacks: Vec<&'a Callback>,
}

/// What comes to one holder; `None` if that is too much.
type Few<T> = Option<Vec<T>>;

impl<'a> Holders<'a> {
    pub(crate) fn new(
        world: &World,
        implementers: &Implementers,
        packages: &'a [PackageSummary],
    ) -> Self {
        let mut graph = Graph::default();
        let mut types = Vec::new();
        let mut functions = Vec::new();
        let mut callbacks = Vec::new();
        for package in packages {
            let flows = &package.flows;
            let nodes: Vec<usize> = flows.nodes.iter().map(|it| graph.node(*it)).collect();
            let edges = flows.edges.iter();
            graph
                .edges
                .extend(edges.map(|&(from, to)| (nodes[from as usize], nodes[to as usize])));
            types.extend(flows.types.iter().map(|&(at, ty)| (nodes[at as usize], ty)));
            for callback in &package.callbacks {
                functions.push((nodes[callback.node as usize], callbacks.len()));
                callbacks.push(callback);
            }
        }
        let called = packages.iter().flat_map(|package| &package.flows.called);
        graph.follow_methods(world, implementers, called.copied().collect());
        graph.edges.sort_unstable();
        graph.edges.dedup();
        Self {
            types: graph.spread(types, MAX_TYPES),
            functions: graph.spread(functions, MAX_FUNCTIONS),
            numbers: graph.numbers,
            callbacks,
        }
    }

    /// The types that come to where a path leads; none if that is not known.
    pub(crate) fn types(&self, world: &World, path: &Path) -> &[TypeId] {
        let node = self.node(world, path);
        let types = node.and_then(|node| self.types[node].as_deref());
        types.unwrap_or_default()
    }

    /// The functions that come to where a path leads; none if that is not known.
    pub(crate) fn functions(
        &self,
        world: &World,
        path: &Path,
    ) -> impl Iterator<Item = (usize, &'a Callback)> {
        let node = self.node(world, path);
        let functions = node.and_then(|node| self.functions[node].as_deref());
        let functions = functions.unwrap_or_default().iter();
        functions.map(|&number| (number, self.callbacks[number]))
    }

    fn node(&self, world: &World, path: &Path) -> Option<usize> {
        let location = world.object(holder(path)?).location?;
        self.numbers.get(&Holder::Declared(location)).copied()
    }
}

/// The variable or field that holds what a path leads to, itself or in a collection.
fn holder(path: &Path) -> Option<ObjId> {
    for step in path.steps.iter().rev() {
        match *step {
            Step::Field(object) | Step::Carried(object) => return Some(object),
            _ => {}
        }
    }
    path.variable()
}

#[derive(Default)]
struct Graph {
    numbers: FxHashMap<Holder, usize>,
    n_nodes: usize,
    edges: Vec<(usize, usize)>,
}

impl Graph {
    fn node(&mut self, holder: Option<Holder>) -> usize {
        let next = self.n_nodes;
        let number = match holder {
            Some(holder) => *self.numbers.entry(holder).or_insert(next),
            None => next,
        };
        self.n_nodes += usize::from(number == next);
        number
    }

    /// What methods of interfaces are called with comes to those that implement them, and what these
    /// return to the caller.
    fn follow_methods(
        &mut self,
        world: &World,
        implementers: &Implementers,
        mut called: Vec<Called>,
    ) {
        called.sort_unstable();
        called.dedup();
        for (method, interface) in called {
            let callees = callees(world, implementers, (method, interface));
            if MAX_FOLLOWED < callees.len() {
                continue;
            }
            let Some(signature) = world.as_signature(world.object_type(method)) else {
                continue;
            };
            let of_method = |callee: ObjId| world.object(callee).location;
            for callee in callees {
                let (Some(from), Some(to)) = (of_method(method), of_method(callee)) else {
                    continue;
                };
                for at in 0..signature.params.len() {
                    self.edge(Holder::Param(from, at), Holder::Param(to, at));
                }
                for at in 0..signature.results.len() {
                    self.edge(Holder::Result(to, at), Holder::Result(from, at));
                }
            }
        }
    }

    /// An edge between two nodes that are there.
    fn edge(&mut self, from: Holder, to: Holder) {
        let number = |it| self.numbers.get(it).copied();
        if let (Some(from), Some(to)) = (number(&from), number(&to)) {
            self.edges.push((from, to));
        }
    }

    /// What comes to each node if this is at some of them. A node that gets more than `most` makes all
    /// those behind it unknown: what one does not know of them is not nothing.
    fn spread<T: Copy + Ord>(&self, seeds: Vec<(usize, T)>, most: usize) -> Vec<Few<T>> {
        let mut first = vec![0; self.n_nodes + 1];
        for &(from, _) in &self.edges {
            first[from + 1] += 1;
        }
        for at in 0..self.n_nodes {
            first[at + 1] += first[at];
        }
        let mut held: Vec<Few<T>> = vec![Some(Vec::new()); self.n_nodes];
        let mut open: Vec<(usize, Option<T>)> =
            seeds.into_iter().map(|(at, it)| (at, Some(it))).collect();
        while let Some((at, value)) = open.pop() {
            let Some(known) = &mut held[at] else {
                continue;
            };
            let passed = match value {
                Some(value) => match known.binary_search(&value) {
                    Ok(_) => continue,
                    Err(_) if known.len() == most => None,
                    Err(slot) => {
                        known.insert(slot, value);
                        Some(value)
                    }
                },
                None => None,
            };
            if passed.is_none() {
                held[at] = None;
            }
            let next = self.edges[first[at]..first[at + 1]].iter();
            open.extend(next.map(|&(_, to)| (to, passed)));
        }
        held
    }
}

/// The methods that may stand behind a method of an interface.
pub(crate) fn callees(
    world: &World,
    implementers: &Implementers,
    (method, interface): Called,
) -> Vec<ObjId> {
    let set = world.type_set(interface);
    let name = world.name(method);
    let wanted = set.methods.iter().find(|it| it.name == name);
    wanted.map_or_else(Vec::new, |it| implementers.callees(interface, it))
}
