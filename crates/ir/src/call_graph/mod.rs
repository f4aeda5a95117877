//! Who may be called where.

mod canonical;
mod generic;
mod instantiated;
mod values;

use contend_types::{Implementers, ObjId, ObjectKind, Type, TypeId, World};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::func::{Body, FuncId};
use crate::instr::{CallId, Callee, Operand};
pub use canonical::call_dump;
use generic::GenericTypes;
use values::Values;

/// A function of some body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// A declared function or method, lowered or not.
    Declared(ObjId),
    /// A function literal of the body at this index of the bodies the graph was built from.
    Literal { body: usize, func: FuncId },
}

/// The callees of all calls of a set of bodies.
///
/// Calls through interfaces lead to the methods of all types that become interface values
/// somewhere. Function values are followed through variables, parameters, results and fields,
/// without regard to the order of assignments.
pub struct CallGraph<'a> {
    world: &'a World,
    bodies: &'a [Body],
    interface: FxHashMap<(TypeId, ObjId), Vec<ObjId>>,
    values: Values,
}

impl<'a> CallGraph<'a> {
    pub fn new(world: &'a World, bodies: &'a [Body]) -> Self {
        let instantiated = instantiated::instantiated(world, bodies);
        let implementers = Implementers::new(world, instantiated.types);
        let generic = GenericTypes::new(world, &instantiated.generic);
        let pairs: FxHashSet<(TypeId, ObjId)> = bodies
            .iter()
            .flat_map(|body| &body.calls)
            .filter_map(|call| match call.callee {
                Callee::Interface(method) => call.receiver_ty.map(|ty| (ty, method)),
                _ => None,
            })
            .collect();
        let pairs: Vec<_> = pairs.into_iter().collect();
        let interface = pairs
            .into_par_iter()
            .map(|(ty, method)| {
                (
                    (ty, method),
                    interface_callees(world, &implementers, &generic, ty, method),
                )
            })
            .collect();
        let values = Values::new(world, bodies);
        Self {
            world,
            bodies,
            interface,
            values,
        }
    }

    /// The functions that a call of body number `body` may reach, sorted, without repetition.
    /// Empty where nothing is known.
    pub fn callees(&self, body: usize, call: CallId) -> Vec<Target> {
        let call = self.bodies[body].call(call);
        match call.callee {
            Callee::Static(function) => vec![Target::Declared(function)],
            Callee::Interface(method) => {
                let Some(ty) = call.receiver_ty else {
                    return Vec::new();
                };
                self.through_interface(ty, method)
                    .iter()
                    .map(|&m| Target::Declared(m))
                    .collect()
            }
            Callee::Literal(func) => vec![Target::Literal { body, func }],
            Callee::Value(value) => self.of_value(body, value),
            Callee::Builtin(_) | Callee::Unknown => Vec::new(),
        }
    }

    /// The functions that a value may be.
    pub fn of_value(&self, body: usize, value: Operand) -> Vec<Target> {
        match value {
            Operand::Func(function) => vec![Target::Declared(function)],
            Operand::Place(place) => self.values.of(&self.bodies[body], body, place),
            _ => Vec::new(),
        }
    }

    /// The declared methods behind a method of an interface, in order of their names.
    pub fn through_interface(&self, interface: TypeId, method: ObjId) -> &[ObjId] {
        self.interface
            .get(&(interface, method))
            .map_or(&[], Vec::as_slice)
    }

    pub fn world(&self) -> &'a World {
        self.world
    }
}

fn interface_callees(
    world: &World,
    implementers: &Implementers,
    generic: &GenericTypes,
    ty: TypeId,
    method: ObjId,
) -> Vec<ObjId> {
    let interface = match world.ty(ty) {
        Type::TypeParam(param) => world.type_param(*param).constraint.get().copied(),
        _ => Some(ty),
    };
    let Some(interface) = interface else {
        return Vec::new();
    };
    let set = world.type_set(interface);
    let Some(method) = set.methods.iter().find(|it| it.object == method) else {
        return Vec::new();
    };
    let mut callees = implementers.callees(interface, method);
    callees.extend(generic.callees(&set.methods, method));
    callees.retain(|&callee| matches!(world.object(callee).kind, ObjectKind::Func { .. }));
    callees.sort_unstable();
    callees.dedup();
    callees
}
