//! Ownership: values that nobody else knows yet.
//!
//! A variable is fresh if all that it is ever given was made for it: a composite literal, `new`,
//! `make`, the zero value, the result of a function that returns fresh values, or that of a method
//! which returns the fresh value it was called on. What is done to such a value is shared with nobody
//! until it is handed on, and it is by its new name that others know it then.

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
    /// Methods whose first result is what they were called on, or fresh.
    handing_back: FxHashSet<ObjId>,
}

impl Fresh {
    pub fn of_package(world: &World, bodies: &[Body], known: &Known) -> Self {
        let mut fresh = Self {
            variables: vec![FxHashSet::default(); bodies.len()],
            returned: vec![FxHashSet::default(); bodies.len()],
            makers: FxHashSet::default(),
            handing_back: FxHashSet::default(),
        };
        for _ in 0..MAX_ROUNDS {
            let before = (fresh.makers.len(), fresh.handing_back.len());
            for (index, body) in bodies.iter().enumerate() {
                let values = Values::of(world, body, &fresh, known);
                if let Some(FuncKind::Declared(function)) = body.funcs.first().map(|it| it.kind) {
                    if values.returns_fresh() {
                        fresh.makers.insert(function);
                        fresh.returned[index] = values.returned_variables();
                    } else if values.hands_back() {
                        fresh.handing_back.insert(function);
                    }
                }
                fresh.variables[index] = values.fresh_variables();
            }
            if (fresh.makers.len(), fresh.handing_back.len()) == before {
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

    /// The same of functions of any package.
    pub(crate) fn is_made_by(&self, world: &World, known: &Known, function: ObjId) -> bool {
        self.is_maker(function)
            || is_pool_get(world, function)
            || is_copy(world, function)
            || known.get(function).is_some_and(|it| it.returns_fresh)
    }
}

/// Where the values of a body's variables and temps come from.
struct Values<'a> {
    body: &'a Body,
    made: FxHashSet<PlaceId>,
    /// Results of methods that return what they were called on, with that.
    handed_back: FxHashMap<PlaceId, Operand>,
    /// What each variable of the body is given.
    given: FxHashMap<ObjId, Vec<Operand>>,
}

impl<'a> Values<'a> {
    fn of(world: &World, body: &'a Body, fresh: &Fresh, known: &Known) -> Self {
        let mut values = Self {
            body,
            made: FxHashSet::default(),
            handed_back: FxHashMap::default(),
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
                    let result = body.operands(call.results).first();
                    let (Callee::Static(function), Some(&Operand::Place(result))) =
                        (call.callee, result)
                    else {
                        continue;
                    };
                    if fresh.is_made_by(world, known, function) {
                        values.made.insert(result);
                    } else if fresh.handing_back.contains(&function)
                        && let Some(receiver) = call.receiver
                    {
                        values.handed_back.insert(result, pointer(body, receiver));
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
            PlaceKind::Temp(_) => {
                let handed_back = self.handed_back.get(&place);
                self.made.contains(&place)
                    || handed_back.is_some_and(|&it| depth < 4 && self.is_fresh(it, depth + 1))
            }
            _ => false,
        }
    }

    fn is_fresh_variable(&self, variable: ObjId, depth: u32) -> bool {
        let is_new = |&value: &Operand| {
            self.is_handed_back_to(variable, value) || self.is_fresh(value, depth + 1)
        };
        let given = self.given.get(&variable).filter(|_| depth < 4);
        given.is_some_and(|given| given.iter().all(is_new))
    }

    /// True for `w = w.With(x)`.
    fn is_handed_back_to(&self, variable: ObjId, value: Operand) -> bool {
        let Operand::Place(result) = value else {
            return false;
        };
        let of = self.handed_back.get(&result);
        matches!(of, Some(&(Operand::Place(place) | Operand::Addr(place)))
            if self.body.places.kind(place) == PlaceKind::Var(variable))
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

    /// True if each `return` gives the receiver, a fresh value, or nil, first.
    fn hands_back(&self) -> bool {
        let receiver = self.body.func(FuncId::new(0)).receiver;
        let receiver = receiver.and_then(|it| self.body.places.variable(it));
        let is_receiver = |it: Option<Operand>| it.is_some() && it == receiver.map(Operand::Place);
        self.first_results().any(is_receiver)
            && self.first_results().all(|it| {
                is_receiver(it) || it.is_some_and(|it| it == Operand::Nil || self.is_fresh(it, 0))
            })
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

/// `p` where a method is called on `*p`.
fn pointer(body: &Body, receiver: Operand) -> Operand {
    match receiver {
        Operand::Addr(place) => match body.places.kind(place) {
            PlaceKind::Deref { base } => Operand::Place(base),
            _ => receiver,
        },
        _ => receiver,
    }
}

/// True for the functions of the standard library that copy what they are given.
fn is_copy(world: &World, function: ObjId) -> bool {
    world.name(function).as_str() == "Clone"
        && matches!(
            package_path(world, function),
            "bytes" | "maps" | "net/http" | "slices" | "golang.org/x/exp/maps"
        )
}

/// What a pool hands out nobody else has.
fn is_pool_get(world: &World, function: ObjId) -> bool {
    world.name(function).as_str() == "Get"
        && receiver_name(world, function) == Some("Pool")
        && package_path(world, function) == "sync"
}
