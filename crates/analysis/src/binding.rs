//! What a called function's paths are for its caller.

use contend_ir::{Body, Func, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, ObjectKind, Type, VarKind, World};

use crate::accesses::{Subject, is_of_somebody, is_package_variable};
use crate::package::{Package, Started, Target};
use crate::path::{Path, Step};

/// The variables through which a function knows what its caller knows.
pub struct Formals<'a> {
    receiver: Option<ObjId>,
    params: &'a [Option<ObjId>],
    /// The function literal, where it is one in a body of the caller's, and the body.
    literal: Option<(&'a Body, &'a Func)>,
}

/// Where a path of a callee begins for the caller.
pub enum Actual {
    /// The path is the caller's own.
    Same,
    /// It begins at what was handed over.
    Operand(Operand),
}

impl<'a> Formals<'a> {
    pub fn of(package: &'a Package, caller: usize, target: &'a Target) -> Self {
        match target {
            Target::Here { body, function } => {
                let facts = &package.bodies[*body];
                let func = facts.func(*function);
                Self {
                    receiver: func.receiver,
                    params: &func.params,
                    literal: (*body == caller).then_some((facts.body, func)),
                }
            }
            Target::Elsewhere(summary) => Self {
                receiver: summary.receiver,
                params: &summary.params,
                literal: None,
            },
        }
    }

    /// What the caller handed over for a variable of the function.
    pub fn actual(&self, world: &World, variable: ObjId, call: &Started) -> Option<Actual> {
        if is_named_everywhere(world, variable)
            || self
                .literal
                .is_some_and(|(body, func)| is_around(body, func, variable))
        {
            return Some(Actual::Same);
        }
        if self.receiver == Some(variable) {
            return call.receiver.map(Actual::Operand);
        }
        let at = self
            .params
            .iter()
            .position(|&param| param == Some(variable))?;
        // The last parameter of a variadic function is a slice of the rest.
        let is_rest = at + 1 == self.params.len() && call.args.len() != self.params.len();
        let actual = call.args.get(at).filter(|_| !is_rest)?;
        Some(Actual::Operand(*actual))
    }
}

/// The path behind an operand that was handed over for the root of `path`: the place, and the
/// steps that go on from there. `None` for what is the callee's own copy.
pub fn seen_through(path: &Path, subject: Subject, operand: Operand) -> Option<(PlaceId, &[Step])> {
    let (place, is_address) = match operand {
        Operand::Addr(place) => (place, true),
        Operand::Place(place) => (place, false),
        _ => return None,
    };
    Some((place, behind(&path.steps, subject, is_address)?))
}

/// The steps that go on from what a parameter was given, or from the place whose address it was
/// given. `None` for what is the callee's own copy.
pub fn behind(steps: &[Step], subject: Subject, is_address: bool) -> Option<&[Step]> {
    if is_address {
        return steps.strip_prefix(&[Step::Deref]);
    }
    // A struct or a map header is copied for the callee; what it points to is not.
    let is_shared = subject != Subject::Variable || steps.contains(&Step::Deref);
    is_shared.then_some(steps)
}

/// True for the place of a parameter: what it has only the caller knows.
pub fn is_given(world: &World, body: &Body, place: PlaceId) -> bool {
    matches!(body.places.kind(place), PlaceKind::Var(variable)
        if world.object(variable).kind == ObjectKind::Var(VarKind::Param))
}

/// True for a lock that was copied when it was handed over: it keeps nobody away but who has the copy.
pub fn is_copied_lock(world: &World, path: &Path) -> bool {
    path.variable().is_some_and(|variable| {
        let is_formal = matches!(
            world.object(variable).kind,
            ObjectKind::Var(VarKind::Receiver | VarKind::Param)
        );
        let ty = world.object_type(variable);
        is_formal
            && !path.steps.contains(&Step::Deref)
            && matches!(world.underlying_type(ty), Type::Struct(_))
    })
}

fn is_named_everywhere(world: &World, variable: ObjId) -> bool {
    is_package_variable(world, variable) || is_of_somebody(world, variable)
}

/// True for a variable of a function around a literal: one that the literal captures, or one behind
/// which it knows something by another name.
fn is_around(body: &Body, func: &Func, variable: ObjId) -> bool {
    let around = std::iter::successors(func.parent(), |&at| body.func(at).parent());
    let is_formal =
        |func: &Func| func.receiver == Some(variable) || func.params.contains(&Some(variable));
    func.captures(variable) || around.map(|at| body.func(at)).any(is_formal)
}

/// True for paths that a caller of the function, or the function around a literal, may name.
pub fn is_known_outside(world: &World, body: &Body, func: &Func, path: &Path) -> bool {
    path.variable().is_some_and(|variable| {
        is_named_everywhere(world, variable)
            || func.receiver == Some(variable)
            || func.params.contains(&Some(variable))
            || is_around(body, func, variable)
    })
}
