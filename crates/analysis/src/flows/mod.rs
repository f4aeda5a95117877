//! Which values come to what holds interface values and functions.
//!
//! Each package leaves the part of a graph that its bodies show: nodes hold such values, edges say that
//! what one holds comes to another. It is walked when the whole program is known. Neither the order of
//! assignments nor the object that a field belongs to is asked, and a collection is one with its
//! elements: that keeps the graph as large as the source.

mod build;
mod calls;

use contend_base::Location;
use contend_ir::Operand;
use contend_types::{ObjId, TypeId};
use rustc_hash::FxHashMap;

use crate::package::Package;
use build::Builder;

/// Number of a node in the graph of a package.
pub type NodeId = u32;

/// What holds values, as all packages name it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Holder {
    /// The variable or field that is declared there, or all elements of it.
    Declared(Location),
    /// The parameter of this number of the function whose name is declared there.
    Param(Location, usize),
    /// The result of this number.
    Result(Location, usize),
}

/// A method of an interface that is called with such values, or returns some.
pub type Called = (ObjId, TypeId);

/// A function that is used as a value.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    pub node: NodeId,
    /// The body that it is taken in.
    pub body: usize,
    pub value: Operand,
}

/// The graph of one package.
#[derive(Default, Debug)]
pub struct Flows {
    /// `None` for the value of an expression.
    pub nodes: Vec<Option<Holder>>,
    /// What the first holds comes to the second.
    pub edges: Vec<(NodeId, NodeId)>,
    /// Values of these types come to the nodes.
    pub types: Vec<(NodeId, TypeId)>,
    pub called: Vec<Called>,
}

/// A graph with what only its own package needs.
pub struct OwnFlows {
    pub flows: Flows,
    pub taken: Vec<Taken>,
    /// By node, whether what comes to it may be used long after.
    kept: Vec<bool>,
    params: FxHashMap<(ObjId, usize), NodeId>,
}

impl OwnFlows {
    pub fn of(package: &Package) -> Self {
        let mut builder = Builder::new(package);
        for facts in package.own_bodies() {
            if !package.is_test(facts.body.file) {
                builder.body(facts);
            }
        }
        builder.finish()
    }

    /// True for a function that goes where it may be called from later.
    pub fn is_kept(&self, taken: &Taken) -> bool {
        self.kept[taken.node as usize]
    }

    /// The numbers of the parameters that a function keeps.
    pub fn kept_params(&self, function: ObjId, n_params: usize) -> Vec<usize> {
        let is_kept = |at: &usize| {
            let node = self.params.get(&(function, *at));
            node.is_some_and(|&node| self.kept[node as usize])
        };
        (0..n_params).filter(is_kept).collect()
    }
}

/// By node, whether what it holds comes to one of these.
fn come_to<'a>(
    edges: impl Iterator<Item = &'a (NodeId, NodeId)>,
    n_nodes: usize,
    nodes: &[NodeId],
) -> Vec<bool> {
    let mut before: FxHashMap<NodeId, Vec<NodeId>> = FxHashMap::default();
    for &(from, to) in edges {
        before.entry(to).or_default().push(from);
    }
    let mut come = vec![false; n_nodes];
    let mut open = nodes.to_vec();
    while let Some(node) = open.pop() {
        if !std::mem::replace(&mut come[node as usize], true) {
            open.extend(before.get(&node).into_iter().flatten());
        }
    }
    come
}
