//! Fields whose slices have room behind their last element: `append` to one of them that is not put
//! back writes there, and so does the next, over what the one before has appended.
//!
//! A slice has room if it was made with more than its length, or if `append` has grown it. Which of the
//! values that a field is given it has at a time is not asked.

use contend_ir::{Body, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::ObjId;
use rustc_hash::FxHashSet;

/// The fields of a package that are given slices with room.
#[derive(Default)]
pub(crate) struct Roomy(FxHashSet<ObjId>);

impl Roomy {
    pub(crate) fn of_package(bodies: &[Body]) -> Self {
        Self(bodies.iter().flat_map(of_body).collect())
    }

    /// True if what `append` makes of the slice at this place, and puts elsewhere, may lie in one array
    /// with what others make of it.
    pub(crate) fn is_branched(&self, body: &Body, slice: PlaceId, grown: PlaceId) -> bool {
        let PlaceKind::Field { field, .. } = body.places.kind(slice) else {
            return false;
        };
        self.0.contains(&field) && !is_put_back(body, field, grown)
    }
}

/// True for `b.list = append(b.list, x)`.
fn is_put_back(body: &Body, field: ObjId, grown: PlaceId) -> bool {
    let mut instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    instrs.any(|instr| {
        matches!(instr.kind, InstrKind::Write { place, value }
            if value == Operand::Place(grown)
                && matches!(body.places.kind(place), PlaceKind::Field { field: to, .. } if to == field))
    })
}

fn of_body(body: &Body) -> Vec<ObjId> {
    let mut has_room: FxHashSet<PlaceId> = FxHashSet::default();
    let mut fields = Vec::new();
    for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
        match instr.kind {
            InstrKind::Alloc {
                dst,
                has_room: true,
                ..
            }
            | InstrKind::Append { dst, .. } => {
                has_room.insert(dst);
            }
            InstrKind::Write {
                place,
                value: Operand::Place(value),
            } if has_room.contains(&value) => {
                has_room.insert(place);
                if let PlaceKind::Field { field, .. } = body.places.kind(place) {
                    fields.push(field);
                }
            }
            _ => {}
        }
    }
    fields
}
