//! Function literals that are kept in local variables.

use contend_ir::{Body, Callee, FuncId, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::{ObjectKind, VarKind, World};
use rustc_hash::FxHashMap;

/// Which places of a body hold one function literal and nothing else, ever.
pub struct Literals {
    known: FxHashMap<PlaceId, Option<FuncId>>,
}

impl Literals {
    pub fn of(world: &World, body: &Body) -> Self {
        let mut literals = Self {
            known: FxHashMap::default(),
        };
        if body.funcs.len() < 2 {
            return literals;
        }
        for func in &body.funcs {
            for instr in &func.instrs {
                match instr.kind {
                    InstrKind::Closure { dst, func } => literals.add(dst, Some(func)),
                    InstrKind::Write { place, value } if is_local(world, body, place) => {
                        let func = literals.get(value);
                        literals.add(place, func);
                    }
                    // `http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { ... })`.
                    InstrKind::Convert { dst, value, .. } => {
                        let func = literals.get(value);
                        literals.add(dst, func);
                    }
                    _ => {}
                }
            }
        }
        literals
    }

    fn add(&mut self, place: PlaceId, func: Option<FuncId>) {
        self.known
            .entry(place)
            .and_modify(|known| {
                if *known != func {
                    *known = None;
                }
            })
            .or_insert(func);
    }

    fn get(&self, value: Operand) -> Option<FuncId> {
        match value {
            Operand::Place(place) => self.known.get(&place).copied().flatten(),
            _ => None,
        }
    }

    /// The literal that a value is.
    pub fn of_value(&self, value: Operand) -> Option<FuncId> {
        self.get(value)
    }

    /// The literal that a call runs.
    pub fn of_callee(&self, callee: Callee) -> Option<FuncId> {
        match callee {
            Callee::Literal(func) => Some(func),
            Callee::Value(value) => self.get(value),
            _ => None,
        }
    }
}

fn is_local(world: &World, body: &Body, place: PlaceId) -> bool {
    match body.places.kind(place) {
        PlaceKind::Var(variable) => !matches!(
            world.object(variable).kind,
            ObjectKind::Var(VarKind::Package)
        ),
        _ => false,
    }
}
