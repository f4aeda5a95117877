//! What calls hand over and return.

use contend_ir::{Body, Call, Callee, Operand};
use contend_types::{ObjId, World};

use super::NodeId;
use super::build::Builder;
use crate::carried::{context_key, put_in_context};
use crate::library::{may_be_std, package_path, receiver_name};
use crate::package::{BodyFacts, Target};

impl Builder<'_> {
    pub(super) fn call(&mut self, facts: &BodyFacts, call: &Call) {
        if self.by_context(facts, call) {
            return;
        }
        match call.callee {
            Callee::Static(function) if is_store(self.world, function) => {
                self.through_store(facts, call, function);
            }
            Callee::Static(function) | Callee::Interface(function) => {
                if !may_be_std(package_path(self.world, function)) {
                    self.of_function(facts, call, function);
                }
            }
            _ => self.of_literal(facts, call),
        }
    }

    /// True for a call that puts a value into a context or asks for one: they go by the key.
    fn by_context(&mut self, facts: &BodyFacts, call: &Call) -> bool {
        let body = facts.body;
        if let Some(key) = put_in_context(self.world, body, call) {
            let value = body.operands(call.args).get(2);
            if let (Some(&value), Some(to)) = (value, self.variable(key)) {
                self.flow_to(facts, value, to);
            }
            return true;
        }
        let Some(key) = context_key(self.world, body, call) else {
            return false;
        };
        if let Some(from) = self.variable(key) {
            self.loaded(facts, call, from);
        }
        true
    }

    /// The first result of a call comes from a node.
    fn loaded(&mut self, facts: &BodyFacts, call: &Call, from: NodeId) {
        if let Some(&Operand::Place(result)) = facts.body.operands(call.results).first() {
            let to = self.value(facts.index, result);
            self.flows.edges.push((from, to));
        }
    }

    fn of_function(&mut self, facts: &BodyFacts, call: &Call, function: ObjId) {
        let body: &Body = facts.body;
        let n_before = self.n_moves();
        self.arguments(facts, function, body.operands(call.args));
        for (at, &result) in body.operands(call.results).iter().enumerate() {
            if let Operand::Place(result) = result
                && let Some(to) = self.place(facts, result)
                && let Some(from) = self.result(function, at)
            {
                self.flows.edges.push((from, to));
            }
        }
        if n_before < self.n_moves()
            && let (Callee::Interface(_), Some(interface)) = (call.callee, call.receiver_ty)
        {
            self.flows.called.push((function, interface));
        }
    }

    fn n_moves(&self) -> usize {
        self.flows.edges.len() + self.flows.types.len()
    }

    /// A literal, or a function that a variable holds, in the same package.
    fn of_literal(&mut self, facts: &BodyFacts, call: &Call) {
        let callee = self.package.callee(facts, call);
        let Some(Target::Here { body, function }) = callee.map(|it| it.target) else {
            return;
        };
        let package = self.package;
        let params = &package.bodies[body].func(function).params;
        for (param, &arg) in params.iter().zip(facts.body.operands(call.args)) {
            if let Some(param) = *param
                && self.carries(self.world.object_type(param))
                && let Some(to) = self.variable(param)
            {
                self.flow_to(facts, arg, to);
            }
        }
    }

    fn arguments(&mut self, facts: &BodyFacts, function: ObjId, args: &[Operand]) {
        let Some(signature) = self.world.as_signature(self.world.object_type(function)) else {
            return;
        };
        for (at, &arg) in args.iter().enumerate() {
            let at = if signature.variadic {
                at.min(signature.params.len() - 1)
            } else {
                at
            };
            let is_followed = signature.params.get(at).is_some_and(|&ty| self.carries(ty));
            if is_followed && let Some(to) = self.param(function, at) {
                self.flow_to(facts, arg, to);
            }
        }
    }

    /// What is stored in a value of the library for others, and what they load from there.
    fn through_store(&mut self, facts: &BodyFacts, call: &Call, function: ObjId) {
        let Some(Operand::Place(store) | Operand::Addr(store)) = call.receiver else {
            return;
        };
        let Some(store) = self.node_at(facts, store) else {
            return;
        };
        let body = facts.body;
        let name = self.world.name(function).as_str();
        if (name.contains("Store") || name.contains("Swap"))
            && let Some(&value) = body.operands(call.args).last()
        {
            self.flow_to(facts, value, store);
        }
        if name.contains("Load") {
            self.loaded(facts, call, store);
        }
        if name == "Range"
            && let Some(&value) = body.operands(call.args).first()
            && let Some(Target::Here { body, function }) = self
                .package
                .function_value(facts, value)
                .map(|it| it.target)
            && let Some(&Some(param)) = self.package.bodies[body].func(function).params.get(1)
            && let Some(to) = self.variable(param)
        {
            self.flows.edges.push((store, to));
        }
    }
}

/// True for methods of a value that holds another one for whoever asks.
fn is_store(world: &World, function: ObjId) -> bool {
    matches!(package_path(world, function), "sync" | "sync/atomic")
        && matches!(
            receiver_name(world, function),
            Some("Map" | "Value" | "Pointer")
        )
}
