//! Channels and wait groups that a structure is given when it is made: `w.jobs` is `jobs` after
//! `w := &worker{jobs: jobs}`; and the literals that are kept in fields.

use contend_ir::{FuncId, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::ObjId;
use rustc_hash::FxHashMap;

use crate::package::{BodyFacts, Package};
use crate::path::{Path, Root, Step, Steps};

/// How often each field of a package is assigned.
pub(super) struct Assigned(FxHashMap<ObjId, u32>);

impl Assigned {
    pub(super) fn of(package: &Package) -> Self {
        let mut n_times = FxHashMap::default();
        for facts in &package.bodies {
            for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
                if let InstrKind::Write { place, .. } = instr.kind
                    && let PlaceKind::Field { field, .. } = facts.body.places.kind(place)
                {
                    *n_times.entry(field).or_default() += 1;
                }
            }
        }
        Self(n_times)
    }

    /// The variable that a path leads to by way of a field that is assigned nowhere but where the
    /// structure is made.
    pub(super) fn variable_behind(&self, facts: &BodyFacts, path: &Path) -> Option<Path> {
        let (field, rest) = match path.steps.as_slice() {
            [Step::Deref, Step::Field(field), rest @ ..] | [Step::Field(field), rest @ ..] => {
                (*field, rest)
            }
            _ => return None,
        };
        if self.0.get(&field) != Some(&1) {
            return None;
        }
        let variable = facts.body.places.variable(path.variable()?)?;
        let instrs = || facts.body.funcs.iter().flat_map(|func| &func.instrs);
        let mut values = instrs().filter_map(|instr| match instr.kind {
            InstrKind::Write { place, value } if place == variable => Some(value),
            _ => None,
        });
        let made = values.next();
        if values.next().is_some() {
            return None;
        }
        let is_it = |place: PlaceId| {
            place == variable
                || made == Some(Operand::Place(place))
                || made == Some(Operand::Addr(place))
        };
        let stored = instrs().find_map(|instr| match instr.kind {
            InstrKind::Write { place, value } => match facts.body.places.kind(place) {
                PlaceKind::Field { base, field: it } if it == field => {
                    let holder = match facts.body.places.kind(base) {
                        PlaceKind::Deref { base } => base,
                        _ => base,
                    };
                    is_it(holder).then_some(value)
                }
                _ => None,
            },
            _ => None,
        })?;
        let (place, steps) = match (stored, rest) {
            (Operand::Place(place), _) => (place, rest),
            (Operand::Addr(place), [Step::Deref, rest @ ..]) => (place, rest),
            _ => return None,
        };
        match facts.body.places.kind(place) {
            PlaceKind::Var(variable) => Some(Path {
                root: Root::Var(variable),
                steps: Steps::from_slice(steps),
            }),
            _ => None,
        }
    }
}

/// The one function literal that a package puts into a field, by field; `None` where there is
/// another value too.
pub(super) struct FieldLiterals(FxHashMap<ObjId, Option<(usize, FuncId)>>);

impl FieldLiterals {
    pub(super) fn of(package: &Package) -> Self {
        let mut literals: FxHashMap<ObjId, Option<(usize, FuncId)>> = FxHashMap::default();
        for facts in &package.bodies {
            for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
                let InstrKind::Write { place, value } = instr.kind else {
                    continue;
                };
                let PlaceKind::Field { field, .. } = facts.body.places.kind(place) else {
                    continue;
                };
                if value == Operand::Nil {
                    continue;
                }
                let literal = facts.literals.of_value(value);
                let literal = literal.map(|function| (facts.index, function));
                literals
                    .entry(field)
                    .and_modify(|known| *known = None)
                    .or_insert(literal);
            }
        }
        literals.retain(|_, literal| literal.is_some());
        Self(literals)
    }

    /// The body of the literal, and its number there.
    pub(super) fn of_field(&self, field: ObjId) -> Option<(usize, FuncId)> {
        self.0.get(&field).copied().flatten()
    }
}
