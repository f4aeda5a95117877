//! Parameters that a function gives a new value of its own: behind `h = maps.Clone(h)` the map in `h`
//! is not the caller's any more.

use contend_ir::{Body, Callee, Func, FuncId, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::ObjId;
use rustc_hash::FxHashMap;

use crate::accesses::{Access, Subject};
use crate::package::{BodyFacts, Package};
use crate::path::Step;

/// By parameter or receiver, the instructions that every way comes to with a new value in it.
pub(crate) struct Renewed(FxHashMap<ObjId, Vec<bool>>);

impl Renewed {
    pub(crate) fn of(package: &Package, facts: &BodyFacts, id: FuncId) -> Self {
        let func = facts.func(id);
        let formals = func.receiver.iter().chain(func.params.iter().flatten());
        let renewed = formals.filter_map(|&formal| {
            let place = facts.body.places.variable(formal)?;
            let renews = |kind: InstrKind| match kind {
                InstrKind::Write { place: to, value } if to == place => {
                    Some(is_new(package, facts, func, value))
                }
                _ => None,
            };
            let mut own = func.instrs.iter().filter_map(|it| renews(it.kind));
            let is_renewed = own.any(|is_new| is_new) && !is_written_elsewhere(facts, id, place);
            is_renewed.then(|| (formal, behind(facts.body, func, renews)))
        });
        Self(renewed.collect())
    }

    /// True for what is done behind the new value.
    pub(crate) fn has(&self, access: &Access) -> bool {
        let is_behind =
            access.subject != Subject::Variable || access.path.steps.first() == Some(&Step::Deref);
        let variable = access.path.variable();
        let of = variable.and_then(|it| self.0.get(&it));
        is_behind && of.is_some_and(|instrs| instrs[access.at])
    }
}

/// True for a value that only this function knows at first.
fn is_new(package: &Package, facts: &BodyFacts, func: &Func, value: Operand) -> bool {
    let Operand::Place(place) = value else {
        return false;
    };
    if let PlaceKind::Var(variable) = facts.body.places.kind(place) {
        return facts.index < package.own_bodies().len()
            && package.fresh.is_fresh(facts.index, variable);
    }
    func.instrs.iter().any(|instr| match instr.kind {
        InstrKind::Alloc { dst, .. } => dst == place,
        InstrKind::Call(call) => {
            let call = facts.body.call(call);
            let first = facts.body.operands(call.results).first();
            first == Some(&value)
                && matches!(call.callee, Callee::Static(it) if package.is_made_by(it))
        }
        _ => false,
    })
}

fn is_written_elsewhere(facts: &BodyFacts, id: FuncId, place: PlaceId) -> bool {
    let mut others = facts.body.funcs().filter(|(other, _)| *other != id);
    others.any(|(_, func)| {
        let mut instrs = func.instrs.iter();
        instrs.any(|it| matches!(it.kind, InstrKind::Write { place: to, .. } if to == place))
    })
}

/// The instructions that every way comes to with a new value as the last one that was written.
/// `renews` says of an instruction whether it writes a new one or another one.
fn behind(body: &Body, func: &Func, renews: impl Fn(InstrKind) -> Option<bool>) -> Vec<bool> {
    let predecessors = body.predecessors(func);
    // At first each block is taken to end with a new value.
    let mut ends = vec![true; func.blocks.len()];
    let mut instrs = vec![false; func.instrs.len()];
    loop {
        let mut is_changed = false;
        for (id, block) in func.blocks() {
            let before = &predecessors[id.index()];
            let is_entry = id.index() == 0;
            let mut is_new = !is_entry && before.iter().all(|it| ends[it.index()]);
            for at in block.instrs.as_usize() {
                instrs[at] = is_new;
                is_new = renews(func.instrs[at].kind).unwrap_or(is_new);
            }
            is_changed |= ends[id.index()] != is_new;
            ends[id.index()] = is_new;
        }
        if !is_changed {
            return instrs;
        }
    }
}
