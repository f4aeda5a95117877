//! Which functions have to do with other goroutines.

use contend_ir::{CallMode, Callee, FuncId, InstrKind, RangeKind, Terminator};
use contend_types::Builtin;

use super::build::MAX_DEPTH;
use super::sync_calls::sync_call;
use crate::goroutines::{started, stored};
use crate::origins::started_by;
use crate::package::{BodyFacts, Package};

/// The functions of a package, and of its guests, that start goroutines or wait for some.
pub struct Meets {
    /// By body and function: itself, or through calls.
    meets: Vec<Vec<bool>>,
    /// By body and function: it starts goroutines itself.
    starts: Vec<Vec<bool>>,
}

impl Meets {
    pub fn of(package: &Package) -> Self {
        let by_function = |of: fn(&Package, &BodyFacts, FuncId) -> bool| -> Vec<Vec<bool>> {
            let bodies = package.bodies.iter().map(|facts| {
                let ids = facts.body.funcs();
                ids.map(|(id, _)| of(package, facts, id)).collect()
            });
            bodies.collect()
        };
        let mut all = Self {
            meets: by_function(meets_others),
            starts: by_function(starts_goroutines),
        };
        all.add_callers(package);
        all
    }

    fn add_callers(&mut self, package: &Package) {
        for _ in 0..MAX_DEPTH {
            let mut is_new = false;
            for facts in &package.bodies {
                for (id, func) in facts.body.funcs() {
                    if self.contains((facts.index, id)) {
                        continue;
                    }
                    let found = func.calls().any(|call| {
                        let callee = package.callee(facts, facts.body.call(call));
                        let target = callee.and_then(|it| package.at_hand(&it.target));
                        target.is_some_and(|it| self.contains(it))
                    });
                    self.meets[facts.index][id.index()] |= found;
                    is_new |= found;
                }
            }
            if !is_new {
                break;
            }
        }
    }

    /// True if the function starts goroutines or waits for some, itself or through calls.
    pub(crate) fn contains(&self, (body, function): (usize, FuncId)) -> bool {
        self.meets[body][function.index()]
    }

    /// True if the function starts goroutines itself.
    pub(super) fn starts(&self, (body, function): (usize, FuncId)) -> bool {
        self.starts[body][function.index()]
    }
}

fn starts_goroutines(package: &Package, facts: &BodyFacts, id: FuncId) -> bool {
    let mut instrs = facts.func(id).instrs.iter();
    instrs.any(|instr| match instr.kind {
        InstrKind::Call(call) => {
            let call = facts.body.call(call);
            match call.mode {
                CallMode::Go => true,
                CallMode::Plain => !started(package, facts, call).is_empty(),
                CallMode::Defer => false,
            }
        }
        kind => stored(package, facts, kind).is_some(),
    })
}

fn meets_others(package: &Package, facts: &BodyFacts, id: FuncId) -> bool {
    let func = facts.func(id);
    let by_instr = func.instrs.iter().any(|instr| match instr.kind {
        InstrKind::Send { .. } | InstrKind::Receive { .. } | InstrKind::Close(_) => true,
        InstrKind::Next { kind, .. } => kind == RangeKind::Chan,
        InstrKind::Call(call) => {
            let call = facts.body.call(call);
            call.mode == CallMode::Go
                || matches!(call.callee, Callee::Builtin(Builtin::Close))
                || sync_call(package.world, facts.body, call).is_some()
                || started_by(package.world, facts.body, call).is_some()
        }
        _ => false,
    });
    let selects = |block: &contend_ir::Block| matches!(block.terminator, Terminator::Select(_));
    by_instr || func.blocks.iter().any(selects)
}
