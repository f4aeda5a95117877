//! Fields that are given one map: who has it by the one field shares it with who has it by the other.

use std::collections::BTreeMap;

use contend_ir::{Callee, InstrKind, Operand, PlaceKind};
use contend_types::{ObjId, Type};
use rustc_hash::FxHashMap;

use crate::package::{BodyFacts, Package};
use crate::path::Step;

/// Two fields.
pub type Joint = (ObjId, ObjId);

/// The fields of a package, and of what it makes, that one variable with a map is put into.
pub fn joints(package: &Package) -> Vec<Joint> {
    let mut joints: Vec<Joint> = package
        .own_bodies()
        .iter()
        .filter(|facts| !package.is_test(facts.body.file))
        .flat_map(|facts| of_body(package, facts))
        .collect();
    joints.sort_unstable();
    joints.dedup();
    joints
}

fn of_body(package: &Package, facts: &BodyFacts) -> Vec<Joint> {
    let mut fields: BTreeMap<ObjId, Vec<ObjId>> = BTreeMap::new();
    for (value, field) in puts(package, facts) {
        let Operand::Place(place) = value else {
            continue;
        };
        let PlaceKind::Var(variable) = facts.body.places.kind(place) else {
            continue;
        };
        let world = package.world;
        let is_map = matches!(
            world.underlying_type(world.object_type(variable)),
            Type::Map { .. }
        );
        if is_map {
            fields.entry(variable).or_default().push(field);
        }
    }
    let joints = fields.into_values().flat_map(|fields| {
        let first = fields[0];
        let others = fields.into_iter().filter(move |it| *it != first);
        others.map(move |other| (first.min(other), first.max(other)))
    });
    joints.collect()
}

/// What is put into fields, here or by a function that makes something of it.
pub(crate) fn puts(package: &Package, facts: &BodyFacts) -> Vec<(Operand, ObjId)> {
    let mut puts = Vec::new();
    for instr in facts.body.funcs.iter().flat_map(|func| &func.instrs) {
        match instr.kind {
            InstrKind::Write { place, value } => {
                if let PlaceKind::Field { field, .. } = facts.body.places.kind(place) {
                    puts.push((value, field));
                }
            }
            InstrKind::Call(call) => {
                let call = facts.body.call(call);
                let Callee::Static(function) = call.callee else {
                    continue;
                };
                let args = facts.body.operands(call.args);
                for put in package.accessors.contents(function) {
                    let from = &put.from;
                    let number = from
                        .params
                        .iter()
                        .position(|it| *it == from.path.variable());
                    if let (Some(Step::Field(field)), Some(number)) = (put.steps.last(), number)
                        && from.path.steps.is_empty()
                        && let Some(&value) = args.get(number)
                    {
                        puts.push((value, *field));
                    }
                }
            }
            _ => {}
        }
    }
    puts
}

/// The fields of a program that may hold one map.
#[derive(Default)]
pub struct Joined(FxHashMap<ObjId, ObjId>);

impl Joined {
    pub fn new(joints: impl Iterator<Item = Joint>) -> Self {
        let mut joined = Self::default();
        for (one, other) in joints {
            let (one, other) = (joined.first(one), joined.first(other));
            if one != other {
                joined.0.insert(one.max(other), one.min(other));
            }
        }
        joined
    }

    /// The field that stands for all that it is joined with.
    pub fn first(&self, field: ObjId) -> ObjId {
        let mut at = field;
        while let Some(&next) = self.0.get(&at) {
            at = next;
        }
        at
    }
}
