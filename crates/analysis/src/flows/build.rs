//! What the instructions of a package move from one holder to another.

use contend_ir::{
    Func, FuncId, FuncKind, InstrKind, Operand, PlaceId, PlaceKind, RangeKind, SelectKind,
    Terminator,
};
use contend_types::{ObjId, ObjectKind, Type, TypeId, VarKind, World};
use rustc_hash::FxHashMap;

use super::{Flows, Holder, NodeId, OwnFlows, Taken, come_to};
use crate::library::may_be_std;
use crate::package::{BodyFacts, Package};

/// Collections in collections are followed this deep.
const MAX_NESTED: usize = 3;

/// What a node stands for in its package.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Known(Holder),
    /// The value of an expression, in the body of this number.
    Value(usize, PlaceId),
}

pub(super) struct Builder<'a> {
    pub(super) package: &'a Package<'a>,
    pub(super) world: &'a World,
    numbers: FxHashMap<Node, NodeId>,
    /// By type, whether values of it are followed.
    carrying: FxHashMap<TypeId, bool>,
    /// Nodes whose values may be used long after they came.
    keepers: Vec<NodeId>,
    params: FxHashMap<(ObjId, usize), NodeId>,
    /// Where the second is kept, the first is.
    kept_with: Vec<(NodeId, NodeId)>,
    pub(super) flows: Flows,
    taken: Vec<Taken>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(package: &'a Package<'a>) -> Self {
        Self {
            package,
            world: package.world,
            numbers: FxHashMap::default(),
            carrying: FxHashMap::default(),
            keepers: Vec::new(),
            params: FxHashMap::default(),
            kept_with: Vec::new(),
            flows: Flows::default(),
            taken: Vec::new(),
        }
    }

    pub(super) fn body(&mut self, facts: &BodyFacts) {
        let body = facts.body;
        for func in &body.funcs {
            for instr in &func.instrs {
                self.instr(facts, instr.kind);
            }
        }
        for case in body.selects.iter().flat_map(|select| &select.cases) {
            match case.kind {
                SelectKind::Send { channel, value } => self.receive(facts, channel, value),
                SelectKind::Receive { channel, value, .. } => {
                    self.flow(facts, channel, value);
                }
                SelectKind::Default => {}
            }
        }
        let func = body.func(FuncId::new(0));
        let FuncKind::Declared(function) = func.kind else {
            return;
        };
        for (at, param) in func.params.iter().enumerate() {
            if let Some(param) = param
                && self.carries(self.world.object_type(*param))
                && let (Some(from), Some(to)) = (self.param(function, at), self.variable(*param))
            {
                self.params.insert((function, at), from);
                self.flows.edges.push((from, to));
            }
        }
        for block in &func.blocks {
            if let Terminator::Return(list) = block.terminator {
                for (at, &value) in body.operands(list).iter().enumerate() {
                    if is_followed(facts, value)
                        && let Some(to) = self.result(function, at)
                    {
                        self.flow_to(facts, value, to);
                    }
                }
            }
        }
    }

    fn instr(&mut self, facts: &BodyFacts, kind: InstrKind) {
        match kind {
            InstrKind::Write { place, value }
            | InstrKind::MapWrite {
                element: place,
                value,
            } => self.flow(facts, value, place),
            InstrKind::Convert { dst, value, .. } | InstrKind::TypeAssert { dst, value, .. } => {
                self.flow(facts, value, dst);
            }
            InstrKind::Slice { dst, base, .. } => self.flow(facts, base, dst),
            InstrKind::Append {
                dst, slice, args, ..
            } => {
                self.flow(facts, slice, dst);
                for &arg in facts.body.operands(args) {
                    self.flow(facts, arg, dst);
                }
            }
            InstrKind::Copy { to, from } => self.receive(facts, to, from),
            InstrKind::Next {
                over,
                kind,
                value,
                key,
                ..
            } => match kind {
                RangeKind::Chan => self.flow(facts, over, key),
                RangeKind::Map | RangeKind::Slice | RangeKind::Array => {
                    self.flow(facts, over, value);
                }
                _ => {}
            },
            InstrKind::Send { channel, value } => self.receive(facts, channel, value),
            InstrKind::Receive { dst, channel, .. } => self.flow(facts, channel, dst),
            InstrKind::MethodValue { dst, .. } => {
                if let Some(node) = self.place(facts, dst) {
                    self.take(facts, node, Operand::Place(dst));
                }
            }
            InstrKind::Closure { dst, func } => {
                if let Some(node) = self.place(facts, dst) {
                    self.take(facts, node, Operand::Place(dst));
                    self.capture(facts.func(func), node);
                }
            }
            InstrKind::Call(call) => self.call(facts, facts.body.call(call)),
            _ => {}
        }
    }

    fn receive(&mut self, facts: &BodyFacts, to: Operand, value: Operand) {
        if let Operand::Place(to) | Operand::Addr(to) = to {
            self.flow(facts, value, to);
        }
    }

    fn flow(&mut self, facts: &BodyFacts, value: Operand, to: PlaceId) {
        if is_followed(facts, value)
            && let Some(to) = self.place(facts, to)
        {
            self.flow_to(facts, value, to);
        }
    }

    pub(super) fn flow_to(&mut self, facts: &BodyFacts, value: Operand, to: NodeId) {
        match value {
            Operand::Func(_) => self.take(facts, to, value),
            Operand::Place(place) => {
                if let Some(from) = self.place(facts, place)
                    && from != to
                {
                    self.flows.edges.push((from, to));
                }
                if let Some(ty) = facts.body.places.ty(place) {
                    self.put(ty, to);
                }
            }
            Operand::Addr(place) => {
                if let Some(ty) = facts.body.places.ty(place)
                    && matches!(self.world.ty(ty), Type::Named { .. })
                {
                    self.put(self.world.pointer_to(ty), to);
                }
            }
            _ => {}
        }
    }

    /// A value of a type that has methods becomes an interface value.
    fn put(&mut self, ty: TypeId, to: NodeId) {
        let inner = self.world.deref(ty).0;
        if !self.world.is_interface(ty)
            && matches!(self.world.ty(inner), Type::Named { .. })
            && !self.world.is_parameterized(inner)
        {
            self.flows.types.push((to, ty));
        }
    }

    /// What a literal captures is kept with it.
    fn capture(&mut self, literal: &Func, node: NodeId) {
        for capture in &literal.captures {
            if self.carries(self.world.object_type(capture.variable))
                && let Some(variable) = self.variable(capture.variable)
            {
                self.kept_with.push((variable, node));
            }
        }
    }

    fn take(&mut self, facts: &BodyFacts, node: NodeId, value: Operand) {
        let body = facts.index;
        self.taken.push(Taken { node, body, value });
    }

    /// The node of a place whose values are followed.
    pub(super) fn place(&mut self, facts: &BodyFacts, place: PlaceId) -> Option<NodeId> {
        let ty = facts.body.places.ty(place)?;
        if !self.carries(ty) {
            return None;
        }
        self.node_at(facts, place)
    }

    /// The node of what is at a place or holds it.
    pub(super) fn node_at(&mut self, facts: &BodyFacts, place: PlaceId) -> Option<NodeId> {
        let mut at = place;
        loop {
            at = match facts.body.places.kind(at) {
                PlaceKind::Var(variable) => return self.variable(variable),
                PlaceKind::Field { field, .. } => return self.variable(field),
                PlaceKind::Temp(_) => return Some(self.value(facts.index, at)),
                PlaceKind::Unknown => return None,
                PlaceKind::Deref { base }
                | PlaceKind::Element { base, .. }
                | PlaceKind::MapElement { base, .. } => base,
            };
        }
    }

    pub(super) fn value(&mut self, body: usize, place: PlaceId) -> NodeId {
        self.number(Node::Value(body, place), false)
    }

    /// The node of a variable or a field.
    pub(super) fn variable(&mut self, variable: ObjId) -> Option<NodeId> {
        let object = self.world.object(variable);
        let holder = Holder::Declared(object.location?);
        let is_kept = match object.kind {
            ObjectKind::Var(VarKind::Package) => true,
            ObjectKind::Var(VarKind::Local | VarKind::Param | VarKind::Receiver) => {
                is_list(self.world, self.world.object_type(variable))
            }
            ObjectKind::Var(VarKind::Result | VarKind::Loop(_)) => false,
            _ => true,
        };
        Some(self.number(Node::Known(holder), is_kept))
    }

    pub(super) fn param(&mut self, function: ObjId, at: usize) -> Option<NodeId> {
        let location = self.world.object(function).location?;
        let is_kept = match self.package.elsewhere(function) {
            Some(summary) => summary.keeps.contains(&at),
            // Whoever implements the interface may keep it.
            None => self.world.object(function).kind == ObjectKind::InterfaceMethod,
        };
        Some(self.number(Node::Known(Holder::Param(location, at)), is_kept))
    }

    pub(super) fn result(&mut self, function: ObjId, at: usize) -> Option<NodeId> {
        let location = self.world.object(function).location?;
        Some(self.number(Node::Known(Holder::Result(location, at)), false))
    }

    fn number(&mut self, node: Node, is_kept: bool) -> NodeId {
        let next = self.flows.nodes.len() as NodeId;
        let number = *self.numbers.entry(node).or_insert(next);
        if number == next {
            self.flows.nodes.push(match node {
                Node::Known(holder) => Some(holder),
                Node::Value(..) => None,
            });
            if is_kept {
                self.keepers.push(number);
            }
        }
        number
    }

    /// True for interfaces of programs, functions, and collections of such. What interfaces of the
    /// library stand for is not asked, but anything may become one of a program again.
    pub(super) fn carries(&mut self, ty: TypeId) -> bool {
        if let Some(&known) = self.carrying.get(&ty) {
            return known;
        }
        let carries = carries(self.world, ty, MAX_NESTED);
        self.carrying.insert(ty, carries);
        carries
    }

    pub(super) fn finish(self) -> OwnFlows {
        let mut flows = self.flows;
        flows.edges.sort_unstable();
        flows.edges.dedup();
        flows.types.sort_unstable();
        flows.types.dedup();
        flows.called.sort_unstable();
        flows.called.dedup();
        let edges = flows.edges.iter().chain(&self.kept_with);
        let kept = come_to(edges, flows.nodes.len(), &self.keepers);
        OwnFlows {
            flows,
            taken: self.taken,
            kept,
            params: self.params,
        }
    }
}

fn carries(world: &World, ty: TypeId, depth: usize) -> bool {
    if world.is_interface(ty) {
        return match world.ty(ty) {
            Type::Named { origin, .. } => {
                let object = world.named(*origin).object;
                let package = world.object(object).package;
                package.is_some_and(|it| !may_be_std(world.package(it).source.path.as_str()))
            }
            _ => true,
        };
    }
    let inner = match world.underlying_type(ty) {
        Type::Signature { .. } => return true,
        Type::Pointer(to) | Type::Slice(to) => *to,
        Type::Array { element, .. } | Type::Chan { element, .. } => *element,
        Type::Map { value, .. } => *value,
        _ => return false,
    };
    0 < depth && carries(world, inner, depth - 1)
}

/// True for collections: what is put there waits for somebody.
fn is_list(world: &World, ty: TypeId) -> bool {
    matches!(
        world.underlying_type(ty),
        Type::Slice(_) | Type::Array { .. } | Type::Map { .. } | Type::Chan { .. }
    )
}

/// True if the value can be one that is followed, or become one.
fn is_followed(facts: &BodyFacts, value: Operand) -> bool {
    match value {
        Operand::Func(_) => true,
        Operand::Place(place) | Operand::Addr(place) => facts.body.places.ty(place).is_some(),
        _ => false,
    }
}
