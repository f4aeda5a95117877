//! Which goroutines run which functions of a package, and under which locks.

use std::collections::BTreeMap;

use contend_base::Location;
use contend_ir::{CallMode, FuncId, FuncKind, InstrKind, Operand, RangeKind, Terminator};
use contend_types::{ObjId, Type, World};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accesses::Accesses;
use crate::goroutines::{Walk, spawns};
use crate::library::{Mode, package_path};
use crate::locks::EffectKind;
use crate::package::declared_in;
use crate::package::{BodyFacts, Package};

/// A function of the package: its body and its number there.
type Node = (usize, FuncId);

/// More goroutines than this in one package are not told apart.
const MAX_ORIGINS: usize = 512;

/// What a goroutine comes to over more calls than this is too far from where it starts: by then
/// the objects it works on are seldom those that others work on.
const MAX_CALLS: u32 = 3;

/// Long chains of functions that expect a lock are rare.
const MAX_ROUNDS: usize = 6;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OriginKind {
    Goroutine,
    /// A handler of requests, which the server runs in a goroutine for each.
    Handler,
}

/// Where goroutines begin.
pub struct Origin {
    pub kind: OriginKind,
    pub start: Location,
    /// Several of them run at the same time.
    pub is_many: bool,
    /// The function that starts it, or the handler itself.
    home: Node,
}

/// What is known about the functions of a package.
pub struct Roles {
    origins: Vec<Origin>,
    reached: FxHashMap<Node, Vec<usize>>,
    outside: FxHashSet<Node>,
    setup: FxHashSet<Node>,
    synchronising: FxHashSet<Node>,
    entry: FxHashMap<Node, Vec<(ObjId, Mode)>>,
}

/// A call inside the package.
struct Edge {
    from: Node,
    to: Node,
    held: Vec<(ObjId, Mode)>,
}

impl Roles {
    pub fn new(package: &Package, accesses: &Accesses) -> Self {
        let edges = edges(package, accesses);
        let mut calls: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        for edge in &edges {
            calls.entry(edge.from).or_default().push(edge.to);
        }
        let mut roles = Self {
            origins: Vec::new(),
            reached: FxHashMap::default(),
            outside: FxHashSet::default(),
            setup: FxHashSet::default(),
            synchronising: FxHashSet::default(),
            entry: FxHashMap::default(),
        };
        let spawned = roles.find_origins(package, &calls);
        roles.find_outside(package, &calls, &spawned);
        roles.find_setup(package, &edges);
        roles.find_synchronising(package);
        roles.find_entry_locks(&edges, &spawned);
        roles
    }

    /// The goroutines that may run the function.
    pub fn origins(&self, body: usize, func: FuncId) -> &[usize] {
        self.reached.get(&(body, func)).map_or(&[], Vec::as_slice)
    }

    /// The body in which the goroutine is started, or that is the handler.
    pub fn home(&self, origin: usize) -> usize {
        self.origins[origin].home.0
    }

    pub fn origin(&self, index: usize) -> &Origin {
        &self.origins[index]
    }

    /// True if whoever uses the package may run the function in a goroutine of their own.
    pub fn is_called_from_outside(&self, body: usize, func: FuncId) -> bool {
        self.outside.contains(&(body, func))
    }

    /// True if the function runs only while a value is made that nobody else knows yet.
    pub fn is_setup(&self, body: usize, func: FuncId) -> bool {
        self.setup.contains(&(body, func))
    }

    /// True if the function starts this goroutine itself.
    pub fn starts(&self, body: usize, origin: usize) -> bool {
        self.origins[origin].home.0 == body
    }

    /// True if the function itself waits for others or tells others to go on.
    pub fn synchronises(&self, body: usize, func: FuncId) -> bool {
        self.synchronising.contains(&(body, func))
    }

    /// The locks that some caller of the function holds.
    pub fn locks_at_entry(&self, body: usize, func: FuncId) -> &[(ObjId, Mode)] {
        self.entry.get(&(body, func)).map_or(&[], Vec::as_slice)
    }

    fn find_origins(
        &mut self,
        package: &Package,
        calls: &FxHashMap<Node, Vec<Node>>,
    ) -> FxHashSet<Node> {
        let mut spawned = FxHashSet::default();
        for facts in &package.bodies {
            if package.is_test(facts.body.file) {
                continue;
            }
            for (id, func) in facts.body.funcs() {
                for spawn in spawns(package, facts, id) {
                    let walk = Walk {
                        package,
                        facts,
                        func,
                        spawn: Some(&spawn),
                        ends_at_receive: false,
                        path: None,
                    };
                    let is_many = walk.after(spawn.at).contains(spawn.at);
                    let Some(node) = spawn.started.target.here() else {
                        continue;
                    };
                    spawned.insert(node);
                    self.add(
                        node,
                        calls,
                        Origin {
                            kind: OriginKind::Goroutine,
                            start: facts.location(spawn.span),
                            is_many,
                            home: (facts.index, id),
                        },
                    );
                }
                if is_handler(package.world, facts, id) {
                    let node = (facts.index, id);
                    spawned.insert(node);
                    self.add(
                        node,
                        calls,
                        Origin {
                            kind: OriginKind::Handler,
                            start: facts.location(func.span),
                            is_many: true,
                            home: node,
                        },
                    );
                }
            }
        }
        spawned
    }

    fn add(&mut self, node: Node, calls: &FxHashMap<Node, Vec<Node>>, origin: Origin) {
        if MAX_ORIGINS <= self.origins.len() {
            return;
        }
        let index = self.origins.len();
        self.origins.push(origin);
        for node in reach([node], calls, MAX_CALLS) {
            self.reached.entry(node).or_default().push(index);
        }
    }

    fn find_outside(
        &mut self,
        package: &Package,
        calls: &FxHashMap<Node, Vec<Node>>,
        spawned: &FxHashSet<Node>,
    ) {
        let exported = package.bodies.iter().filter_map(|facts| {
            let object = declared_in(package, facts.index)?;
            let name = package.world.name(object).as_str();
            let is_exported = name.starts_with(char::is_uppercase);
            let node = (facts.index, FuncId::new(0));
            (is_exported && !is_constructor(name) && !is_end(name) && !spawned.contains(&node))
                .then_some(node)
        });
        self.outside = reach(exported, calls, u32::MAX).into_iter().collect();
    }

    /// Constructors, and what only they call.
    fn find_setup(&mut self, package: &Package, edges: &[Edge]) {
        for facts in &package.bodies {
            let name = declared_in(package, facts.index)
                .map_or("init", |object| package.world.name(object).as_str());
            if is_constructor(name) {
                self.setup.insert((facts.index, FuncId::new(0)));
                // Options: literals that a constructor returns or runs.
                if !self.reached.contains_key(&(facts.index, FuncId::new(0))) {
                    let inner = facts.body.funcs().map(|(id, _)| (facts.index, id));
                    let inner = inner.filter(|node| !self.reached.contains_key(node));
                    self.setup.extend(inner.collect::<Vec<_>>());
                }
            }
        }
        for _ in 0..MAX_ROUNDS {
            let mut callers: BTreeMap<Node, bool> = BTreeMap::new();
            for edge in edges {
                let all = callers.entry(edge.to).or_insert(true);
                *all &= self.setup.contains(&edge.from);
            }
            let before = self.setup.len();
            for (node, only_setup) in callers {
                let is_free = !self.reached.contains_key(&node) && !self.outside.contains(&node);
                if only_setup && is_free {
                    self.setup.insert(node);
                }
            }
            if self.setup.len() == before {
                break;
            }
        }
    }

    fn find_synchronising(&mut self, package: &Package) {
        for facts in &package.bodies {
            for (id, func) in facts.body.funcs() {
                let by_instr = func.instrs.iter().any(|instr| match instr.kind {
                    InstrKind::Receive { .. } | InstrKind::Send { .. } | InstrKind::Close(_) => {
                        true
                    }
                    InstrKind::Next { kind, .. } => kind == RangeKind::Chan,
                    InstrKind::Call(call) => {
                        let call = facts.body.call(call);
                        package.waiting.call_may_join(package.world, call)
                            && !matches!(call.callee, contend_ir::Callee::Value(_))
                    }
                    _ => false,
                });
                let by_select = func
                    .blocks
                    .iter()
                    .any(|block| matches!(block.terminator, Terminator::Select(_)));
                if by_instr || by_select {
                    self.synchronising.insert((facts.index, id));
                }
            }
        }
    }

    fn find_entry_locks(&mut self, edges: &[Edge], spawned: &FxHashSet<Node>) {
        for _ in 0..MAX_ROUNDS {
            let mut is_new = false;
            for edge in edges {
                if spawned.contains(&edge.to) {
                    continue;
                }
                let inherited = self.entry.get(&edge.from).cloned().unwrap_or_default();
                let all: Vec<_> = edge.held.iter().copied().chain(inherited).collect();
                if all.is_empty() {
                    continue;
                }
                let known = self.entry.entry(edge.to).or_default();
                for held in all {
                    if !known.contains(&held) {
                        known.push(held);
                        is_new = true;
                    }
                }
            }
            if !is_new {
                break;
            }
        }
    }
}

/// The functions that are reached over at most so many calls.
fn reach(
    from: impl IntoIterator<Item = Node>,
    calls: &FxHashMap<Node, Vec<Node>>,
    max_calls: u32,
) -> Vec<Node> {
    let mut wave: Vec<Node> = from.into_iter().collect();
    let mut seen: FxHashSet<Node> = wave.iter().copied().collect();
    let mut order = Vec::new();
    let mut n_calls = 0;
    while !wave.is_empty() && n_calls <= max_calls {
        let mut next = Vec::new();
        for node in wave {
            order.push(node);
            for &to in calls.get(&node).into_iter().flatten() {
                if seen.insert(to) {
                    next.push(to);
                }
            }
        }
        wave = next;
        n_calls = n_calls.saturating_add(1);
    }
    order
}

/// Calls inside the package, and function literals that are handed to a call, as if it ran them.
fn edges(package: &Package, accesses: &Accesses) -> Vec<Edge> {
    let mut edges = Vec::new();
    for facts in &package.bodies {
        for (id, func) in facts.body.funcs() {
            let locks = accesses.locks(facts.index, id);
            let starts: FxHashSet<usize> =
                spawns(package, facts, id).iter().map(|it| it.at).collect();
            for (at, instr) in func.instrs.iter().enumerate() {
                let InstrKind::Call(call) = instr.kind else {
                    continue;
                };
                let call = facts.body.call(call);
                if call.mode == CallMode::Go || starts.contains(&at) {
                    continue;
                }
                let held: Vec<(ObjId, Mode)> = locks
                    .at(at)
                    .iter()
                    .filter_map(|held| {
                        let path = held.path.as_ref()?;
                        Some((path.last_field().or(path.variable())?, held.mode))
                    })
                    .collect();
                let from = (facts.index, id);
                let callee = package.callee(facts, call);
                if let Some(to) = callee.and_then(|callee| callee.target.here()) {
                    let held = held.clone();
                    edges.push(Edge { from, to, held });
                }
                let args = facts.body.operands(call.args);
                for &value in args {
                    callback(package, facts, call, value, (from, &held), &mut edges);
                }
            }
        }
    }
    edges
}

/// A function that is handed to a call runs under the locks that the call takes.
fn callback(
    package: &Package,
    facts: &BodyFacts,
    call: &contend_ir::Call,
    value: Operand,
    (from, held): (Node, &[(ObjId, Mode)]),
    edges: &mut Vec<Edge>,
) {
    let function = package.function_value(facts, value);
    let Some(to) = function.and_then(|it| it.target.here()) else {
        return;
    };
    let mut held = held.to_vec();
    if let contend_ir::Callee::Static(callee) = call.callee
        && let Some(summary) = package.summaries.declared(callee)
    {
        held.extend(summary.effects.iter().filter_map(|effect| {
            let mode = match effect.kind {
                EffectKind::Acquires(mode) | EffectKind::Locks { mode, .. } => mode,
                EffectKind::Releases | EffectKind::Unclear => Mode::Exclusive,
            };
            Some((effect.path.last_field().or(effect.path.variable())?, mode))
        }));
    }
    edges.push(Edge { from, to, held });
}

/// A function that takes a `http.ResponseWriter`: the server runs it in a goroutine per request.
fn is_handler(world: &World, facts: &BodyFacts, id: FuncId) -> bool {
    let func = facts.func(id);
    let params = func.params.iter().flatten();
    let is_http = params.clone().any(|&param| {
        is_named(
            world,
            world.object_type(param),
            "net/http",
            "ResponseWriter",
        )
    });
    let is_declared_or_literal =
        matches!(func.kind, FuncKind::Declared(_) | FuncKind::Literal { .. });
    is_http && is_declared_or_literal && func.params.len() == 2
}

fn is_named(world: &World, ty: contend_types::TypeId, package: &str, name: &str) -> bool {
    match world.ty(ty) {
        Type::Named { origin, .. } => {
            let object = world.named(*origin).object;
            world.name(object).as_str() == name && package_path(world, object) == package
        }
        _ => false,
    }
}

/// Functions that work on a value nobody else knows yet, by the names that Go programs give them.
fn is_constructor(name: &str) -> bool {
    let words = [
        "New",
        "new",
        "Make",
        "make",
        "init",
        "Init",
        "setup",
        "Setup",
        "SetUp",
        "Open",
        "With",
        "with",
        "main",
        "Must",
        "Register",
        "register",
        "build",
        "Build",
        "Parse",
        "parse",
        "Provision",
        "provision",
        "Unmarshal",
        "unmarshal",
        "Decode",
        "decode",
        "Clone",
        "clone",
        "Copy",
        "DeepCopy",
    ];
    words.iter().any(|word| name.starts_with(word))
}

/// Functions that end the life of a value: what they do is usually after everything else.
fn is_end(name: &str) -> bool {
    let words = [
        "Close", "Stop", "Shutdown", "Wait", "Destroy", "Release", "String", "Reset",
    ];
    words.iter().any(|word| name.starts_with(word))
}
