//! The goroutines that a package starts, and its handlers.

use contend_base::Location;
use contend_ir::{CallMode, InstrKind};
use contend_types::ObjId;

use super::Node;
use super::calls::{Owner, owner};
use crate::goroutines::{Region, Walk, spawns};
use crate::package::{Package, Target};
use crate::visits::{Visitor, Who};

/// A goroutine that the package starts, or a handler.
pub(super) struct Start {
    /// The function that it runs.
    pub(super) node: Node,
    /// Several run at the same time.
    pub(super) is_many: bool,
    /// It is a method of a value that was made where it starts.
    pub(super) is_of_new: bool,
    /// The function and the instruction that start it, if the package does.
    pub(super) at: Option<(Node, usize)>,
    /// What the function around it calls before it may wait for the goroutine.
    pub(super) beside: Vec<Node>,
    /// The instructions of that function that control comes to before it has waited.
    pub(super) behind: Region,
}

impl Start {
    pub(super) fn location(&self, package: &Package) -> Location {
        if let Some(((body, func), at)) = self.at {
            let facts = &package.bodies[body];
            facts.place_of(&facts.func(func).instrs[at])
        } else {
            let facts = &package.bodies[self.node.0];
            facts.location(facts.func(self.node.1).span)
        }
    }
}

/// The functions that run in goroutines of their own; and those of other packages that do, or that
/// are called beside a goroutine by whoever started it.
pub(super) fn started(package: &Package) -> (Vec<Start>, Vec<(ObjId, Visitor)>) {
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
