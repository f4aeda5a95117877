//! Calls that may never return: they are given a channel to send to, and nobody receives from it.

use contend_ir::{Call, Callee, InstrKind, Operand, PlaceKind};
use contend_types::{ChanDir, ObjId, Type, World};

use super::graph::{NodeId, Threads};
use super::objects::capacity;
use crate::package::BodyFacts;

/// True if the called function would send into a channel without room that has no other end.
pub(super) fn may_stall(world: &World, facts: &BodyFacts, call: &Call) -> bool {
    let body = facts.body;
    sent_to(world, facts, call).any(|channel| {
        let Operand::Place(place) = channel else {
            return false;
        };
        matches!(body.places.kind(place), PlaceKind::Var(variable)
            if nobody_receives(world, facts, variable))
    })
}

/// The arguments that the function may only send to, or close.
fn sent_to<'a>(
    world: &'a World,
    facts: &'a BodyFacts,
    call: &'a Call,
) -> impl Iterator<Item = Operand> + 'a {
    let params: &[_] = match call.callee {
        Callee::Static(function) | Callee::Interface(function) => {
            match world.ty(world.object_type(function)) {
                Type::Signature(signature) if !signature.variadic => &signature.params,
                _ => &[],
            }
        }
        _ => &[],
    };
    let is_end = |ty| {
        let dir = world.underlying_type(ty);
        matches!(
            dir,
            Type::Chan {
                dir: ChanDir::Send,
                ..
            }
        )
    };
    let args = facts.body.operands(call.args).iter().zip(params);
    args.filter(move |(_, ty)| is_end(**ty))
        .map(|(&arg, _)| arg)
}

/// True for a local channel without room that is only sent to, closed, and handed on to be sent to.
fn nobody_receives(world: &World, facts: &BodyFacts, variable: ObjId) -> bool {
    let body = facts.body;
    let Some(place) = body.places.variable(variable) else {
        return false;
    };
    if capacity(facts, variable) != Some(0) {
        return false;
    }
    let is_it = |operand: &Operand| *operand == Operand::Place(place);
    let (mut n_reads, mut n_ends) = (0, 0);
    for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
        match instr.kind {
            InstrKind::Read(read) => n_reads += usize::from(read == place),
            InstrKind::Close(channel) | InstrKind::Send { channel, .. } => {
                n_ends += usize::from(is_it(&channel));
            }
            InstrKind::Call(call) => {
                let channels = sent_to(world, facts, body.call(call));
                n_ends += channels.filter(is_it).count();
            }
            _ => {}
        }
    }
    0 < n_reads && n_reads == n_ends
}

impl Threads {
    /// True if every way to the node passes a call that may never return.
    pub fn is_behind_stall(&self, node: NodeId) -> bool {
        let thread = self.nodes[node].thread;
        let entry = self.threads[thread].entry;
        let before = self.reach([entry], |it| self.nodes[it].may_stall);
        !before.contains(node) && node != entry
    }
}
