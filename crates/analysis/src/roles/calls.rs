//! Who calls whom inside a package, on whose values and under which locks.

use contend_base::{Location, Name};
use contend_ir::{CallMode, Callee, FuncId, InstrKind, Operand};
use contend_types::{ObjId, ObjectKind, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Node;
use super::locks::{named, sure};
use super::starts::Start;
use crate::accesses::Accesses;
use crate::goroutines::spawns;
use crate::library::Mode;
use crate::locks::EffectKind;
use crate::package::{BodyFacts, Package, Started, declared_in};

/// A call inside the package.
pub(super) struct Edge {
    pub(super) from: Node,
    pub(super) to: Node,
    pub(super) location: Location,
    pub(super) held: Vec<(ObjId, Mode)>,
    /// Those of them that are held for sure.
    pub(super) sure: Vec<ObjId>,
    pub(super) receiver: Owner,
    /// The function is named by the call, and not handed to it.
    pub(super) is_direct: bool,
}

/// Whose the receiver of a call is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The function that calls made it.
    Caller,
    /// It is the receiver of the function that calls.
    Same,
    /// Anybody, or there is none.
    Other,
}

/// Calls inside the package, and function literals that are handed to a call, as if it ran them.
pub(super) fn edges(package: &Package, accesses: &Accesses, starts: &[Start]) -> Vec<Edge> {
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

pub(super) fn owner(
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
