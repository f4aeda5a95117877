//! Where function values come from.

use contend_types::{ObjId, Type, World};
use rustc_hash::FxHashMap;

use super::Target;
use crate::func::{Body, Func, FuncId, FuncKind};
use crate::instr::{Callee, InstrKind, Operand, SelectKind, Terminator};
use crate::place::{PlaceId, PlaceKind};

/// A value that may come from more functions than this is not known.
const MAX_TARGETS: usize = 32;

/// Something that holds function values. Elements of slices, maps and channels are one with what
/// holds them, and a field is the same in all structs of its type.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    /// A variable or a field.
    Object(ObjId),
    Temp {
        body: usize,
        place: PlaceId,
    },
    Result {
        function: Target,
        index: u32,
    },
}

/// The functions that each holder of function values may hold.
#[derive(Default)]
pub(super) struct Values {
    nodes: FxHashMap<Node, u32>,
    targets: Vec<Vec<Target>>,
}

impl Values {
    pub(super) fn new(world: &World, bodies: &[Body]) -> Self {
        let mut flow = Flow {
            world,
            functions: functions(bodies),
            bodies,
            values: Self::default(),
            edges: Vec::new(),
        };
        for (index, body) in bodies.iter().enumerate() {
            flow.body(index, body);
        }
        flow.solve()
    }

    pub(super) fn of(&self, body: &Body, index: usize, place: PlaceId) -> Vec<Target> {
        let node = node_of(body, index, place).and_then(|node| self.nodes.get(&node));
        let targets = node.map_or(&[][..], |&node| &self.targets[node as usize]);
        if targets.len() > MAX_TARGETS {
            Vec::new()
        } else {
            targets.to_vec()
        }
    }

    fn node(&mut self, node: Node) -> u32 {
        let next = self.targets.len() as u32;
        let slot = *self.nodes.entry(node).or_insert(next);
        if slot == next {
            self.targets.push(Vec::new());
        }
        slot
    }

    /// Returns whether the target is new.
    fn insert(&mut self, node: u32, target: Target) -> bool {
        let targets = &mut self.targets[node as usize];
        match targets.binary_search(&target) {
            Ok(_) => false,
            // One more than the limit stays, to show that the limit was passed.
            Err(_) if targets.len() > MAX_TARGETS => false,
            Err(at) => {
                targets.insert(at, target);
                true
            }
        }
    }
}

/// The lowered functions by declaration.
fn functions(bodies: &[Body]) -> FxHashMap<ObjId, usize> {
    let declared = |(index, body): (usize, &Body)| match body.funcs.first()?.kind {
        FuncKind::Declared(object) => Some((object, index)),
        FuncKind::Literal { .. } | FuncKind::Init => None,
    };
    bodies.iter().enumerate().filter_map(declared).collect()
}

fn node_of(body: &Body, index: usize, place: PlaceId) -> Option<Node> {
    let mut at = place;
    loop {
        match body.places.kind(at) {
            PlaceKind::Var(object) | PlaceKind::Field { field: object, .. } => {
                return Some(Node::Object(object));
            }
            PlaceKind::Temp(_) => {
                return Some(Node::Temp {
                    body: index,
                    place: at,
                });
            }
            PlaceKind::Unknown => return None,
            PlaceKind::Deref { base }
            | PlaceKind::Element { base, .. }
            | PlaceKind::MapElement { base, .. } => at = base,
        }
    }
}

struct Flow<'a> {
    world: &'a World,
    bodies: &'a [Body],
    functions: FxHashMap<ObjId, usize>,
    values: Values,
    /// From a node to where its values go.
    edges: Vec<(u32, u32)>,
}

impl Flow<'_> {
    fn body(&mut self, index: usize, body: &Body) {
        for (id, func) in body.funcs() {
            for instr in &func.instrs {
                self.instr(index, body, instr.kind);
            }
            self.returns(index, body, id, func);
        }
        for call in &body.calls {
            self.call(index, body, call);
        }
        for select in &body.selects {
            for case in &select.cases {
                match case.kind {
                    SelectKind::Send {
                        channel: Operand::Place(to),
                        value,
                    } => {
                        self.flow(index, body, value, to);
                    }
                    SelectKind::Receive { channel, value, .. } => {
                        self.flow(index, body, channel, value);
                    }
                    SelectKind::Send { .. } | SelectKind::Default => {}
                }
            }
        }
    }

    fn instr(&mut self, index: usize, body: &Body, kind: InstrKind) {
        match kind {
            InstrKind::Write { place, value } => self.flow(index, body, value, place),
            InstrKind::MapWrite { element, value } => self.flow(index, body, value, element),
            InstrKind::Closure { dst, func } => {
                self.target(index, body, dst, Target::Literal { body: index, func });
            }
            InstrKind::MethodValue { dst, method, .. } => {
                self.target(index, body, dst, Target::Declared(method));
            }
            InstrKind::Convert { dst, value, .. } | InstrKind::TypeAssert { dst, value, .. } => {
                self.flow(index, body, value, dst);
            }
            InstrKind::Slice { dst, base, .. } => self.flow(index, body, base, dst),
            InstrKind::Append {
                dst, slice, args, ..
            } => {
                self.flow(index, body, slice, dst);
                for &arg in body.operands(args) {
                    self.flow(index, body, arg, dst);
                }
            }
            InstrKind::Next { over, value, .. } => self.flow(index, body, over, value),
            InstrKind::Send {
                channel: Operand::Place(to),
                value,
            } => {
                self.flow(index, body, value, to);
            }
            InstrKind::Receive { dst, channel, .. } => self.flow(index, body, channel, dst),
            _ => {}
        }
    }

    fn returns(&mut self, index: usize, body: &Body, id: FuncId, func: &Func) {
        let function = match func.kind {
            FuncKind::Declared(object) => Target::Declared(object),
            FuncKind::Literal { .. } => Target::Literal {
                body: index,
                func: id,
            },
            FuncKind::Init => return,
        };
        for block in &func.blocks {
            let Terminator::Return(values) = block.terminator else {
                continue;
            };
            for (i, &value) in body.operands(values).iter().enumerate() {
                let result = Node::Result {
                    function,
                    index: i as u32,
                };
                self.flow_to(index, body, value, result);
            }
        }
    }

    fn call(&mut self, index: usize, body: &Body, call: &crate::instr::Call) {
        let (function, callee) = match call.callee {
            Callee::Static(object) => {
                let lowered = self.functions.get(&object);
                (
                    Target::Declared(object),
                    lowered.map(|&at| (at, FuncId::new(0))),
                )
            }
            Callee::Literal(func) => (Target::Literal { body: index, func }, Some((index, func))),
            _ => return,
        };
        if let Some((at, func)) = callee {
            let params = &self.bodies[at].func(func).params;
            let last = params.len().saturating_sub(1);
            for (i, &arg) in body.operands(call.args).iter().enumerate() {
                // Of a variadic function the last parameter holds all that is left.
                if let Some(&Some(param)) = params.get(i.min(last)) {
                    self.flow_to(index, body, arg, Node::Object(param));
                }
            }
        }
        for (i, &result) in body.operands(call.results).iter().enumerate() {
            let Operand::Place(to) = result else { continue };
            if !self.may_hold_function(body, to) {
                continue;
            }
            let from = self.values.node(Node::Result {
                function,
                index: i as u32,
            });
            let to = self.values.node(Node::Temp {
                body: index,
                place: to,
            });
            self.edges.push((from, to));
        }
    }

    fn target(&mut self, index: usize, body: &Body, to: PlaceId, target: Target) {
        if let Some(node) = node_of(body, index, to) {
            let node = self.values.node(node);
            self.values.insert(node, target);
        }
    }

    fn flow(&mut self, index: usize, body: &Body, value: Operand, to: PlaceId) {
        if let Some(node) = node_of(body, index, to) {
            self.flow_to(index, body, value, node);
        }
    }

    fn flow_to(&mut self, index: usize, body: &Body, value: Operand, to: Node) {
        match value {
            Operand::Func(function) => {
                let to = self.values.node(to);
                self.values.insert(to, Target::Declared(function));
            }
            Operand::Place(place) if self.may_hold_function(body, place) => {
                let Some(from) = node_of(body, index, place) else {
                    return;
                };
                let (from, to) = (self.values.node(from), self.values.node(to));
                self.edges.push((from, to));
            }
            _ => {}
        }
    }

    /// False where the type says that there is no function in it.
    fn may_hold_function(&self, body: &Body, place: PlaceId) -> bool {
        let Some(mut ty) = body.places.ty(place) else {
            return true;
        };
        for _ in 0..4 {
            ty = match self.world.ty(self.world.underlying(ty)) {
                Type::Signature(_) | Type::Interface { .. } => return true,
                Type::Slice(element)
                | Type::Array { element, .. }
                | Type::Chan { element, .. }
                | Type::Map { value: element, .. }
                | Type::Pointer(element) => *element,
                _ => return false,
            };
        }
        false
    }

    fn solve(mut self) -> Values {
        self.edges.sort_unstable();
        self.edges.dedup();
        let mut open: Vec<u32> = (0..self.values.targets.len() as u32)
            .filter(|&node| !self.values.targets[node as usize].is_empty())
            .collect();
        while let Some(from) = open.pop() {
            let targets = self.values.targets[from as usize].clone();
            let start = self.edges.partition_point(|&(node, _)| node < from);
            for i in start..self.edges.len() {
                let (node, to) = self.edges[i];
                if node != from {
                    break;
                }
                let mut is_new = false;
                for &target in &targets {
                    is_new |= self.values.insert(to, target);
                }
                if is_new {
                    open.push(to);
                }
            }
        }
        self.values
    }
}
