//! Fields that lead back to the value which made the one they are in.
//!
//! After `&stmt{conn: c}` in a method of `c`, whoever goes through `stmt.conn` comes to the value that
//! others call `c`: it is no other connection. Such a field is given the receiver of the function that
//! fills it in, or what that function makes and returns, wherever it is given anything.

use contend_ir::{FuncId, InstrKind, Operand, PlaceId, PlaceKind};
use contend_types::{ObjId, ObjectKind, Type, VarKind, World};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::contents::allocated;
use crate::joined::puts;
use crate::package::{BodyFacts, Package, declared_in};
use crate::path::Step;

/// A field, and whether a function gives it the value that it belongs to itself.
pub type Reference = (ObjId, bool);

/// What the functions of a package put into fields that refer to values with fields.
pub fn references(package: &Package) -> Vec<Reference> {
    let mut references: Vec<Reference> = package
        .own_bodies()
        .iter()
        .filter(|facts| !package.is_test(facts.body.file))
        .flat_map(|facts| of_body(package, facts))
        .collect();
    references.sort_unstable();
    references.dedup();
    references
}

fn of_body(package: &Package, facts: &BodyFacts) -> Vec<Reference> {
    let converted = converted(facts);
    let puts = puts(package, facts).into_iter();
    let references = puts.filter(|&(value, field)| {
        let variable = variable(facts, &converted, value);
        refers(package.world, field)
            && value != Operand::Nil
            && !variable.is_some_and(|it| is_from_caller(package, facts, it, field))
    });
    let references = references.map(|(value, field)| {
        let variable = variable(facts, &converted, value);
        let is_back = variable.is_some_and(|it| is_maker(package, facts, it));
        (field, is_back)
    });
    references.collect()
}

/// True for a field through which one comes to fields of another value.
fn refers(world: &World, field: ObjId) -> bool {
    let ty = world.object_type(field);
    world.is_interface(ty) || matches!(world.underlying_type(ty), Type::Pointer(_))
}

/// What was made an interface value of.
fn converted(facts: &BodyFacts) -> FxHashMap<PlaceId, Operand> {
    let instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
    let converted = instrs.filter_map(|instr| match instr.kind {
        InstrKind::Convert { dst, value, .. } => Some((dst, value)),
        _ => None,
    });
    converted.collect()
}

fn variable(
    facts: &BodyFacts,
    converted: &FxHashMap<PlaceId, Operand>,
    value: Operand,
) -> Option<ObjId> {
    let Operand::Place(place) = value else {
        return None;
    };
    match facts.body.places.kind(place) {
        PlaceKind::Var(variable) => Some(variable),
        PlaceKind::Temp(_) => variable(facts, &FxHashMap::default(), *converted.get(&place)?),
        _ => None,
    }
}

/// True for the receiver of the function at hand, and for what it makes and returns.
fn is_maker(package: &Package, facts: &BodyFacts, variable: ObjId) -> bool {
    facts.func(FuncId::new(0)).receiver == Some(variable)
        || package.fresh.is_returned(facts.index, variable) && is_allocated(facts, variable)
}

/// True for a variable that is given a value which the function at hand makes itself.
fn is_allocated(facts: &BodyFacts, variable: ObjId) -> bool {
    let allocated = allocated(facts.body);
    let mut instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
    instrs.any(|instr| match instr.kind {
        InstrKind::Write {
            place,
            value: Operand::Place(value),
        } => {
            facts.body.places.kind(place) == PlaceKind::Var(variable) && allocated.contains(&value)
        }
        _ => false,
    })
}

/// True for what a function puts into the value that it returns, and has from its caller: it is asked
/// there what that is.
fn is_from_caller(package: &Package, facts: &BodyFacts, variable: ObjId, field: ObjId) -> bool {
    let is_param = package.world.object(variable).kind == ObjectKind::Var(VarKind::Param);
    let function = declared_in(package, facts.index).filter(|_| is_param);
    function.is_some_and(|it| {
        let mut contents = package.accessors.contents(it).iter();
        contents.any(|put| put.steps.last() == Some(&Step::Field(field)))
    })
}

/// The fields of a program that lead back.
#[derive(Default)]
pub struct BackReferences(FxHashSet<ObjId>);

impl BackReferences {
    pub fn new(references: &(impl Iterator<Item = Reference> + Clone)) -> Self {
        let is_back = |wanted| references.clone().filter(move |it| it.1 == wanted);
        let mut back: FxHashSet<ObjId> = is_back(true).map(|it| it.0).collect();
        for (other, _) in is_back(false) {
            back.remove(&other);
        }
        Self(back)
    }

    pub fn has(&self, field: ObjId) -> bool {
        self.0.contains(&field)
    }
}
