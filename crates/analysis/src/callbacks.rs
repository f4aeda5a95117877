//! Functions that are kept somewhere and called later, in whatever goroutine comes to the call.
//!
//! `p.onUpdate = a.handle` makes a goroutine that calls `p.onUpdate` come to what `a.handle` does, and so
//! does `p.tasks <- a.handle` if it calls what it receives from there. Where a function goes before it is
//! kept, through parameters, options and fields, is a matter of [`flows`](crate::flows).

use contend_base::Location;
use contend_types::{ObjId, ObjectKind, VarKind};

use crate::accesses::{Access, Accesses};
use crate::flows::{NodeId, OwnFlows};
use crate::package::{BodyFacts, Package, Started, Target, declared_in};
use crate::roots::{is_handler, is_known_to_all};

/// Of what a function does to its parameters no more than this is kept.
const MAX_BEHIND_PARAMS: usize = 24;

/// A function that is kept.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Where the graph of the package has it.
    pub node: NodeId,
    /// Where the function stands.
    pub location: Location,
    /// The declared function that it is or stands in.
    pub home: Option<ObjId>,
    /// The handler that it stands in: each request has variables of its own there.
    pub handler: Option<Location>,
    /// What the function does to memory that others may know.
    pub accesses: Vec<Access>,
    /// What it does behind the parameter of this number.
    pub behind_params: Vec<(usize, Access)>,
}

/// The functions that a package keeps, or hands to somebody who does.
pub fn callbacks(package: &Package, accesses: &Accesses, flows: &OwnFlows) -> Vec<Callback> {
    let kept = flows.taken.iter().filter(|it| flows.is_kept(it));
    let callbacks = kept.filter_map(|taken| {
        let facts = &package.bodies[taken.body];
        let function = package.function_value(facts, taken.value)?;
        let behind_params = behind_params(package, accesses, &function);
        let accesses = known(package, accesses, facts, &function);
        let (location, home) = place(package, &function)?;
        let is_empty = accesses.is_empty() && behind_params.is_empty();
        (!is_empty).then_some(Callback {
            node: taken.node,
            location,
            home,
            handler: handler(package, &function),
            accesses,
            behind_params,
        })
    });
    callbacks.collect()
}

/// Where a function stands, and in which declared one.
fn place(package: &Package, function: &Started) -> Option<(Location, Option<ObjId>)> {
    match &function.target {
        Target::Here { body, function } => {
            let span = package.bodies[*body].func(*function).span;
            let home = declared_in(package, *body);
            Some((package.bodies[*body].location(span), home))
        }
        Target::Elsewhere(summary) => Some((summary.location?, Some(summary.function))),
    }
}

fn params<'p>(package: &'p Package, function: &'p Started) -> &'p [Option<ObjId>] {
    match &function.target {
        Target::Here { body, function } => &package.bodies[*body].func(*function).params,
        Target::Elsewhere(summary) => &summary.params,
    }
}

/// What a function does to what it is called with: whose that is, the call knows.
fn behind_params(
    package: &Package,
    accesses: &Accesses,
    function: &Started,
) -> Vec<(usize, Access)> {
    let params = params(package, function);
    let of_param = |access: &Access| {
        let variable = access.path.variable()?;
        params.iter().position(|&it| it == Some(variable))
    };
    let inside = accesses.inside(function).iter();
    let plain = inside.filter(|it| !it.subject.is_call());
    plain
        .filter_map(|access| Some((of_param(access)?, access.clone())))
        .take(MAX_BEHIND_PARAMS)
        .collect()
}

/// The outermost handler around a function literal.
fn handler(package: &Package, function: &Started) -> Option<Location> {
    let (body, literal) = function.target.here()?;
    let facts = &package.bodies[body];
    let around = std::iter::successors(facts.func(literal).parent(), |&at| facts.func(at).parent());
    let handler = around.filter(|&at| is_handler(package, facts, at)).last()?;
    Some(facts.location(facts.func(handler).span))
}

/// What a function does to memory that others know, whoever calls it: not to what it is called with.
/// A method that is a value goes by the variable whose method it is.
fn known(
    package: &Package,
    accesses: &Accesses,
    facts: &BodyFacts,
    function: &Started,
) -> Vec<Access> {
    let params = params(package, function);
    let is_given = |it: &Access| params.contains(&it.path.variable());
    let inside = accesses.inside(function).iter();
    inside
        .filter(|it| is_known_to_all(package, facts, it) && !is_given(it))
        .map(|it| {
            let of_variable = accesses.seen_by_holders(it, facts, function);
            let is_local = |seen: &Access| {
                let kind = seen.path.variable().map(|it| package.world.object(it).kind);
                kind == Some(ObjectKind::Var(VarKind::Local)) && seen.path.steps == it.path.steps
            };
            of_variable.filter(is_local).unwrap_or_else(|| it.clone())
        })
        .collect()
}
