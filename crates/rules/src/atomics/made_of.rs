//! What a function makes of a value.

use contend_analysis::package::BodyFacts;
use contend_ir::{FuncId, InstrKind, Operand, PlaceId};

/// The places of a function whose values are made of what was loaded.
pub(super) fn made_of(
    facts: &BodyFacts,
    func: FuncId,
    loaded: PlaceId,
    from: usize,
) -> Vec<PlaceId> {
    let body = facts.body;
    let mut known = vec![loaded];
    for instr in facts.func(func).instrs.iter().skip(from) {
        match instr.kind {
            InstrKind::Write { place, value } if is_known(&known, value) => {
                known.push(place);
                known.push(body.places.root(place));
            }
            InstrKind::MapWrite { element, value } if is_known(&known, value) => {
                known.push(body.places.root(element));
            }
            InstrKind::Read(place) if known.contains(&body.places.root(place)) => {
                known.push(place);
            }
            InstrKind::Operation {
                dst, left, right, ..
            } if is_known(&known, left) || is_known(&known, right) => known.push(dst),
            InstrKind::Convert { dst, value, .. }
            | InstrKind::TypeAssert { dst, value, .. }
            | InstrKind::Slice {
                dst, base: value, ..
            } if is_known(&known, value) => {
                known.push(dst);
            }
            InstrKind::Append {
                dst, slice, args, ..
            } => {
                let mut all = body.operands(args).iter().chain([&slice]);
                if all.any(|it| leads_to(facts, &known, *it)) {
                    known.push(dst);
                }
            }
            InstrKind::Next {
                over, key, value, ..
            } if leads_to(facts, &known, over) => known.extend([key, value]),
            InstrKind::Call(call) => {
                let call = body.call(call);
                let mut all = body.operands(call.args).iter().chain(&call.receiver);
                if all.any(|it| leads_to(facts, &known, *it)) {
                    let results = body.operands(call.results).iter();
                    known.extend(results.filter_map(|it| match *it {
                        Operand::Place(place) => Some(place),
                        _ => None,
                    }));
                }
            }
            _ => {}
        }
    }
    known
}

/// True if the operand is a known value, or something reached from one.
pub(super) fn leads_to(facts: &BodyFacts, known: &[PlaceId], operand: Operand) -> bool {
    match operand {
        Operand::Place(place) | Operand::Addr(place) => {
            known.contains(&place) || known.contains(&facts.body.places.root(place))
        }
        _ => false,
    }
}

pub(super) fn is_known(known: &[PlaceId], value: Operand) -> bool {
    matches!(value, Operand::Place(place) | Operand::Addr(place) if known.contains(&place))
}
