//! Local variables whose values are put where others find them: `go check(pool)` and `&Proxy{pool: pool}` in one
//! function make the pool of the goroutine that of the proxy.

use contend_ir::{Body, Callee, InstrKind, Operand, PlaceKind};
use contend_types::ObjId;

use crate::accessors::PutIn;
use crate::package::{BodyFacts, Package};

/// True for a variable whose value the body puts into a field, a list or a map, or hands to a function that
/// puts it into what it makes.
pub(crate) fn is_put_away(package: &Package, facts: &BodyFacts, variable: ObjId) -> bool {
    let body = facts.body;
    let is_it = |value: Operand| is_of(body, value, variable);
    let mut instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    instrs.any(|instr| match instr.kind {
        InstrKind::Write { place, value } => {
            is_it(value) && matches!(body.places.kind(place), PlaceKind::Field { .. })
        }
        InstrKind::MapWrite { value, .. } => is_it(value),
        InstrKind::Append { args, .. } => body.operands(args).iter().copied().any(is_it),
        InstrKind::Call(call) => {
            let call = body.call(call);
            let Callee::Static(function) = call.callee else {
                return false;
            };
            let mut args = body.operands(call.args).iter().enumerate();
            let contents = package.accessors.contents(function);
            args.any(|(at, &arg)| is_it(arg) && contents.iter().any(|put| is_whole(put, at)))
        }
        _ => false,
    })
}

/// True for the variable, or its address.
fn is_of(body: &Body, value: Operand, variable: ObjId) -> bool {
    matches!(value, Operand::Place(place) | Operand::Addr(place)
        if body.places.kind(place) == PlaceKind::Var(variable))
}

/// True for the parameter of this number itself, and not a part of it.
fn is_whole(put: &PutIn, at: usize) -> bool {
    let from = &put.from;
    let param = from.params.get(at).copied().flatten();
    param.is_some() && from.path.variable() == param && from.path.steps.is_empty()
}
