//! Ownership: values that nobody else knows yet.
//!
//! A variable is fresh if all that it is ever given was made for it: a composite literal, `new`,
//! `make`, the zero value, or the result of a function that returns fresh values. What is done to
//! such a value is shared with nobody until it is handed on, and it is by its new name that others
//! know it then.

use contend_ir::{
    Body, Callee, FuncId, FuncKind, InstrKind, Operand, PlaceId, PlaceKind, Terminator,
};
use contend_types::{ObjId, ObjectKind, VarKind, World};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::known::Known;
use crate::library::{package_path, receiver_name};

/// Long chains of constructors are rare.
const MAX_ROUNDS: usize = 4;

/// The fresh variables of the bodies of a package, and the functions that return fresh values.
#[derive(Default)]
pub struct Fresh {
    /// By body.
    variables: Vec<FxHashSet<ObjId>>,
    /// By body: the fresh variables that constructors return.
    returned: Vec<FxHashSet<ObjId>>,
    /// Functions whose first result is fresh.
    makers: FxHashSet<ObjId>,
}

impl Fresh {
    pub fn of_package(world: &World, bodies: &[Body], known: &Known) -> Self {
        let mut fresh = Self {
            variables: vec![FxHashSet::default(); bodies.len()],
            returned: vec![FxHashSet::default(); bodies.len()],
            makers: FxHashSet::default(),
        };
        for _ in 0..MAX_ROUNDS {
            let before = fresh.makers.len();
            for (index, body) in bodies.iter().enumerate() {
                let values = Values::of(world, body, &fresh.makers, known);
                if let Some(FuncKind::Declared(function)) = body.funcs.first().map(|it| it.kind)
                    && values.returns_fresh()
                {
                    fresh.makers.insert(function);
                    fresh.returned[index] = values.returned_variables();
                }
                fresh.variables[index] = values.fresh_variables();
            }
            if fresh.makers.len() == before {
                break;
            }
        }
        fresh
    }

    /// True if the variable holds, or is, a value that only this body knows at first.
    pub fn is_fresh(&self, body: usize, variable: ObjId) -> bool {
        self.variables[body].contains(&variable)
    }

    /// True if the variable is what its constructor returns: others know it then.
    pub fn is_returned(&self, body: usize, variable: ObjId) -> bool {
        self.returned[body].contains(&variable)
    }

    /// True if the first result of the function is a value that nobody else knows.
    pub fn is_maker(&self, function: ObjId) -> bool {
        self.makers.contains(&function)
    }
}

/// Where the values of a body's variables and temps come from.
struct Values<'a> {
    body: &'a Body,
    made: FxHashSet<PlaceId>,
    /// What each variable of the body is given.
    given: FxHashMap<ObjId, Vec<Operand>>,
}

impl<'a> Values<'a> {
    fn of(world: &World, body: &'a Body, makers: &FxHashSet<ObjId>, known: &Known) -> Self {
        let mut values = Self {
            body,
            made: FxHashSet::default(),
            given: FxHashMap::default(),
        };
        for instr in body.funcs.iter().flat_map(|func| &func.instrs) {
            match instr.kind {
                InstrKind::Alloc { dst, .. } => {
                    values.made.insert(dst);
                }
                InstrKind::Declare(variable) => {
                    values.given.entry(variable).or_default();
                }
                InstrKind::Write { place, value } => {
                    if let PlaceKind::Var(variable) = body.places.kind(place)
                        && let ObjectKind::Var(VarKind::Local | VarKind::Loop(_)) =
                            world.object(variable).kind
                    {
                        values.given.entry(variable).or_default().push(value);
                    }
                }
                InstrKind::Next { key, value, .. } => {
                    for place in [key, value] {
                        if let PlaceKind::Var(variable) = body.places.kind(place) {
                            values
                                .given
                                .entry(variable)
                                .or_default()
                                .push(Operand::Unknown);
                        }
                    }
                }
                InstrKind::Call(call) => {
                    let call = body.call(call);
                    if let Callee::Static(function) = call.callee
                        && (makers.contains(&function)
                            || is_pool_get(world, function)
                            || known.get(function).is_some_and(|it| it.returns_fresh))
                        && let Some(&Operand::Place(result)) = body.operands(call.results).first()
                    {
                        values.made.insert(result);
                    }
                }
                InstrKind::TypeAssert { dst, value, .. } => {
                    if matches!(value, Operand::Place(it) if values.made.contains(&it)) {
                        values.made.insert(dst);
                    }
                }
                _ => {}
            }
        }
        values
    }

    fn is_fresh(&self, value: Operand, depth: u32) -> bool {
        let (Operand::Place(place) | Operand::Addr(place)) = value else {
            return matches!(value, Operand::Nil);
        };
        match self.body.places.kind(place) {
            PlaceKind::Var(variable) => self.is_fresh_variable(variable, depth),
            PlaceKind::Temp(_) => self.made.contains(&place),
            _ => false,
        }
    }

    fn is_fresh_variable(&self, variable: ObjId, depth: u32) -> bool {
        depth < 4
            && self
                .given
                .get(&variable)
                .is_some_and(|given| given.iter().all(|&value| self.is_fresh(value, depth + 1)))
    }

    fn fresh_variables(&self) -> FxHashSet<ObjId> {
        let variables = self.given.keys().copied();
        variables
            .filter(|&variable| self.is_fresh_variable(variable, 0))
            .collect()
    }

    /// The first value of each `return`; `None` where there is none.
    fn first_results(&self) -> impl Iterator<Item = Option<Operand>> {
        let blocks = self.body.func(FuncId::new(0)).blocks.iter();
        blocks.filter_map(|block| match block.terminator {
            Terminator::Return(values) => Some(self.body.operands(values).first().copied()),
            _ => None,
        })
    }

    /// True if each `return` gives a fresh value, or nil, first.
    fn returns_fresh(&self) -> bool {
        let is_fresh = |it: Option<Operand>| it.is_some_and(|it| self.is_fresh(it, 0));
        let is_nil = |it: &Option<Operand>| *it == Some(Operand::Nil);
        let mut values = self.first_results().filter(|it| !is_nil(it)).peekable();
        values.peek().is_some() && values.all(is_fresh)
    }

    fn returned_variables(&self) -> FxHashSet<ObjId> {
        let places = self.first_results().filter_map(|it| match it? {
            Operand::Place(place) | Operand::Addr(place) => Some(self.body.places.kind(place)),
            _ => None,
        });
        let variables = places.filter_map(|it| match it {
            PlaceKind::Var(variable) => Some(variable),
            _ => None,
        });
        variables.collect()
    }
}

/// What a pool hands out nobody else has.
fn is_pool_get(world: &World, function: ObjId) -> bool {
    world.name(function).as_str() == "Get"
        && receiver_name(world, function) == Some("Pool")
        && package_path(world, function) == "sync"
}
