//! Slices that are emptied and filled again: `b.lines = b.lines[:0]`. What is appended then takes the
//! place of elements that somebody may still have.

use contend_ir::{Body, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::ObjId;
use rustc_hash::FxHashSet;

/// The fields and variables whose elements are overwritten by `append`.
#[derive(Default)]
pub(crate) struct Reused(FxHashSet<ObjId>);

impl Reused {
    pub(crate) fn of_package(bodies: &[Body]) -> Self {
        Self(bodies.iter().flat_map(of_body).collect())
    }

    /// True if `append` to the slice at this place may overwrite elements.
    pub(crate) fn has(&self, body: &Body, slice: PlaceId) -> bool {
        object(body, slice).is_some_and(|it| self.0.contains(&it))
    }
}

fn of_body(body: &Body) -> Vec<ObjId> {
    let instrs = || body.funcs.iter().flat_map(|func| &func.instrs);
    let starts = |value: PlaceId, slice: PlaceId| {
        let is_it = |kind| {
            matches!(kind, InstrKind::Slice { dst, base, low }
                if dst == value && base == Operand::Place(slice) && low == Operand::Int(0))
        };
        instrs().any(|instr| is_it(instr.kind))
    };
    let cut = instrs().filter_map(|instr| match instr.kind {
        InstrKind::Write {
            place,
            value: Operand::Place(value),
        } if starts(value, place) => object(body, place),
        _ => None,
    });
    cut.collect()
}

fn object(body: &Body, slice: PlaceId) -> Option<ObjId> {
    match body.places.kind(slice) {
        PlaceKind::Var(variable) => Some(variable),
        PlaceKind::Field { field, .. } => Some(field),
        _ => None,
    }
}
