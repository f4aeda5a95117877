//! Entries of maps under keys that are not known: `m[k].n` is known to whoever looks up `m[k]`.
//!
//! Which entry it is, is not asked; a path goes on from it only where the entry is a pointer, and stays in the
//! map.

use contend_ir::{Body, InstrKind, Key, Operand, PlaceId, PlaceKind, Terminator};
use rustc_hash::FxHashSet;

use crate::path::Path;
use crate::values::Value;

/// True for a variable with an entry that was looked up in a map, which a function literal knows: what
/// each of several goroutines is started with may well be an entry of its own.
pub(crate) fn is_captured_entry(body: &Body, path: &Path, value: Value) -> bool {
    let is_unknown = |step: PlaceId| {
        matches!(
            body.places.kind(step),
            PlaceKind::MapElement {
                key: Key::Any | Key::Place(_),
                ..
            }
        )
    };
    let Value::Stored(place) = value else {
        return false;
    };
    path.variable()
        .is_some_and(|it| body.funcs.iter().any(|func| func.captures(it)))
        && body.places.path(place).any(is_unknown)
}

/// The maps of which a body deletes entries, unless it returns without one then: what it had looked up
/// there may be its own now.
pub(crate) fn emptied(body: &Body) -> FxHashSet<PlaceId> {
    let mut emptied = FxHashSet::default();
    for func in &body.funcs {
        for block in &func.blocks {
            let instrs = func.instrs(block);
            let Some(at) =
                (instrs.iter()).position(|instr| matches!(instr.kind, InstrKind::MapDelete { .. }))
            else {
                continue;
            };
            let is_last = !instrs[at..]
                .iter()
                .any(|instr| matches!(instr.kind, InstrKind::Call(_)));
            let returns_none = matches!(block.terminator, Terminator::Return(results)
                if body.operands(results).first() == Some(&Operand::Nil));
            if is_last && returns_none {
                continue;
            }
            emptied.extend(instrs[at..].iter().filter_map(|instr| match instr.kind {
                InstrKind::MapDelete { element } => body.places.kind(element).base(),
                _ => None,
            }));
        }
    }
    emptied
}
