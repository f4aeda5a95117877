//! Writes a function and its goroutines out as one graph.

use std::collections::VecDeque;
use std::rc::Rc;

use contend_base::{Location, Span};
use contend_ir::{
    AllocKind, BlockId, Call, CallMode, Callee, FuncId, InstrKind, Operand, PlaceId, RangeKind,
    SelectKind, Terminator,
};
use contend_types::{Builtin, ObjId, ObjectKind as DeclKind, VarKind, World};
use rustc_hash::{FxHashMap, FxHashSet};

use super::branches::{Branches, Constants, Tells};
use super::graph::{
    Acquire, NodeId, Object, ObjectId, ObjectKind, Release, Thread, ThreadId, Threads,
};
use super::sync_calls::{SyncCall, constant, sync_call};
use crate::accesses::{Access, Accesses, Held, Subject};
use crate::goroutines::started;
use crate::library::{Mode, lock_call};
use crate::locks::EffectKind;
use crate::origins::{Runs, started_by};
use crate::package::{BodyFacts, Package, Started, Target};
use crate::path::Path;

/// Graphs that are larger than this follow no further calls.
const MAX_NODES: usize = 3000;

/// Calls are written out this deep.
const MAX_DEPTH: usize = 4;

/// Functions with more instructions than this are not written out where they are called.
const MAX_INSTRS: usize = 200;

/// More goroutines than this are not compared.
const MAX_THREADS: usize = 24;

/// What is known about the functions of a package, to write them out.
pub struct Orders<'a> {
    package: &'a Package<'a>,
    accesses: &'a Accesses<'a>,
    constants: Vec<Constants>,
    /// By body and function: it starts goroutines or waits for some, itself or through calls.
    meets: Vec<Vec<bool>>,
    /// By body and function: it starts goroutines itself.
    starts: Vec<Vec<bool>>,
    /// By body: the function and instruction where a lock is released that was not taken there.
    lent: Vec<FxHashSet<(FuncId, usize, usize)>>,
}

impl<'a> Orders<'a> {
    pub fn new(package: &'a Package<'a>, accesses: &'a Accesses<'a>) -> Self {
        let starts = |facts: &BodyFacts| {
            let ids = facts.body.funcs();
            ids.map(|(id, _)| starts_goroutines(package, facts, id))
                .collect()
        };
        let mut orders = Self {
            package,
            accesses,
            constants: package
                .bodies
                .iter()
                .map(|facts| Constants::of(package.world, facts.body))
                .collect(),
            meets: Vec::new(),
            starts: package.bodies.iter().map(starts).collect(),
            lent: package.bodies.iter().map(lent).collect(),
        };
        orders.meets = orders.find_meets();
        orders
    }

    fn find_meets(&self) -> Vec<Vec<bool>> {
        let package = self.package;
        let mut meets: Vec<Vec<bool>> = package
            .bodies
            .iter()
            .map(|facts| {
                let ids = facts.body.funcs();
                ids.map(|(id, _)| meets_others(package, facts, id))
                    .collect()
            })
            .collect();
        for _ in 0..MAX_DEPTH {
            let mut is_new = false;
            for facts in &package.bodies {
                for (id, func) in facts.body.funcs() {
                    if meets[facts.index][id.index()] {
                        continue;
                    }
                    let found = func.calls().any(|call| {
                        let callee = package.callee(facts, facts.body.call(call));
                        callee
                            .and_then(|it| it.target.here())
                            .is_some_and(|(body, function)| meets[body][function.index()])
                    });
                    meets[facts.index][id.index()] |= found;
                    is_new |= found;
                }
            }
            if !is_new {
                break;
            }
        }
        meets
    }

    /// True if the function starts goroutines, itself or in a function that it calls.
    pub fn is_of_interest(&self, facts: &BodyFacts, id: FuncId) -> bool {
        if self.starts[facts.index][id.index()] {
            return true;
        }
        facts.func(id).calls().any(|call| {
            let callee = self.package.callee(facts, facts.body.call(call));
            callee
                .and_then(|it| it.target.here())
                .is_some_and(|(body, function)| self.starts[body][function.index()])
        })
    }

    /// The function with its goroutines.
    pub fn threads(&self, facts: &'a BodyFacts<'a>, id: FuncId) -> Threads {
        let mut builder = Builder {
            orders: self,
            graph: Threads::default(),
            queue: VecDeque::new(),
            root: facts,
            written_out: FxHashSet::default(),
            exits: Vec::new(),
        };
        builder.build(id);
        builder.doubt_objects();
        builder.graph.finish();
        builder.graph.end_dead_ways();
        builder.graph.find_loops();
        builder.graph.hold_once();
        builder.graph
    }
}

fn lent(facts: &BodyFacts) -> FxHashSet<(FuncId, usize, usize)> {
    let mut lent = FxHashSet::default();
    for (id, _) in facts.body.funcs() {
        if let Some(flow) = facts.flow(id) {
            lent.extend(flow.lent().into_iter().map(|(at, lock)| (id, at, lock)));
        }
    }
    lent
}

fn starts_goroutines(package: &Package, facts: &BodyFacts, id: FuncId) -> bool {
    facts.func(id).calls().any(|call| {
        let call = facts.body.call(call);
        match call.mode {
            CallMode::Go => true,
            CallMode::Plain => !started(package, facts, call).is_empty(),
            CallMode::Defer => false,
        }
    })
}

/// The group that waits for the goroutine which a call starts.
fn counting_group(world: &World, call: &Call) -> Option<Operand> {
    match call.callee {
        Callee::Static(function) if world.name(function).as_str().ends_with("Go") => call.receiver,
        _ => None,
    }
}

fn meets_others(package: &Package, facts: &BodyFacts, id: FuncId) -> bool {
    let func = facts.func(id);
    let by_instr = func.instrs.iter().any(|instr| match instr.kind {
        InstrKind::Send { .. } | InstrKind::Receive { .. } | InstrKind::Close(_) => true,
        InstrKind::Next { kind, .. } => kind == RangeKind::Chan,
        InstrKind::Call(call) => {
            let call = facts.body.call(call);
            call.mode == CallMode::Go
                || matches!(call.callee, Callee::Builtin(Builtin::Close))
                || sync_call(package.world, facts.body, call).is_some()
                || started_by(package.world, facts.body, call).is_some()
        }
        _ => false,
    });
    let selects = |block: &contend_ir::Block| matches!(block.terminator, Terminator::Select(_));
    by_instr || func.blocks.iter().any(selects)
}

/// A function as it runs in one place of the graph.
struct Frame<'a> {
    facts: &'a BodyFacts<'a>,
    func: FuncId,
    thread: ThreadId,
    /// Who runs it, and with what; `None` for the function around everything.
    up: Option<(Rc<Frame<'a>>, Rc<Started>)>,
    /// The calls on the way from the start of the thread.
    calls: Vec<Location>,
    /// Locks that are held around the call.
    held: Vec<Held>,
    depth: usize,
}

impl Frame<'_> {
    /// True if the function runs already, further up.
    fn has(&self, body: usize, func: FuncId) -> bool {
        let mut frame = Some(self);
        while let Some(it) = frame {
            if it.facts.index == body && it.func == func {
                return true;
            }
            frame = it.up.as_ref().map(|(up, _)| &**up);
        }
        false
    }

    fn is_first_of_thread(&self) -> bool {
        self.up
            .as_ref()
            .is_none_or(|(up, _)| up.thread != self.thread)
    }
}

struct Builder<'o, 'a> {
    orders: &'o Orders<'a>,
    graph: Threads,
    queue: VecDeque<Rc<Frame<'a>>>,
    root: &'a BodyFacts<'a>,
    /// The functions that are in the graph.
    written_out: FxHashSet<(usize, FuncId)>,
    /// Where the functions return that are being written out, outer ones first.
    exits: Vec<NodeId>,
}

impl<'a> Builder<'_, 'a> {
    fn build(&mut self, id: FuncId) {
        let thread = self.thread(None, None, None);
        self.queue.push_back(Rc::new(Frame {
            facts: self.root,
            func: id,
            thread,
            up: None,
            calls: Vec::new(),
            held: Vec::new(),
            depth: 0,
        }));
        while let Some(frame) = self.queue.pop_front() {
            let (entry, exit) = self.function(&frame);
            let thread = &self.graph.threads[frame.thread];
            let (first, last) = (thread.entry, thread.exit);
            self.graph.link(first, entry);
            self.graph.link(exit, last);
        }
    }

    fn thread(
        &mut self,
        parent: Option<(ThreadId, NodeId)>,
        start: Option<Location>,
        via: Option<Location>,
    ) -> ThreadId {
        let id = self.graph.threads.len();
        let (entry, exit) = (self.graph.node(id), self.graph.node(id));
        self.graph.threads.push(Thread {
            entry,
            exit,
            parent,
            start,
            via,
            starts_itself: Vec::new(),
            is_many: false,
            how: "",
            accesses: Vec::new(),
        });
        id
    }

    /// Writes a function out. Returns where it begins and where it returns.
    fn function(&mut self, frame: &Rc<Frame<'a>>) -> (NodeId, NodeId) {
        let facts = frame.facts;
        let (body, func) = (facts.body, facts.func(frame.func));
        let orders = self.orders;
        let branches = Branches::of(
            orders.package.world,
            body,
            frame.func,
            &orders.constants[facts.index],
        );
        self.written_out.insert((facts.index, frame.func));
        let exit = self.graph.node(frame.thread);
        self.exits.push(exit);
        let mut starts: FxHashMap<BlockId, NodeId> = FxHashMap::default();
        let entry_block = BlockId::new(0);
        let entry = self.graph.node(frame.thread);
        starts.insert(entry_block, entry);
        let drains = Drains::of(facts, func);
        let mut open = vec![entry_block];
        while let Some(block) = open.pop() {
            let mut at = starts[&block];
            for instr in func.block(block).instrs.as_usize() {
                at = self.instr(frame, instr, at);
            }
            let mut go = |builder: &mut Self, from: NodeId, to: BlockId| {
                // A loop without a second round goes on behind its end.
                let is_back = drains.is_back(block, to);
                let to = match branches.end_of_once(to) {
                    Some(end) if is_back => end,
                    _ => to,
                };
                let node = *starts.entry(to).or_insert_with(|| {
                    open.push(to);
                    builder.graph.node(frame.thread)
                });
                builder.graph.link(from, node);
            };
            match func.block(block).terminator {
                Terminator::Jump(to) => go(self, at, to),
                Terminator::Branch {
                    cond,
                    then,
                    otherwise,
                } => {
                    let only = branches.only_way(cond, then, otherwise);
                    for (to, is_then) in [(then, true), (otherwise, false)] {
                        if only.is_some_and(|only| only != to) {
                            continue;
                        }
                        let mut from = self.asked(frame, &branches, (block, cond), is_then, at);
                        if drains.ends(block, to) {
                            from = self.drained(frame, &drains, block, from);
                        }
                        go(self, from, to);
                    }
                }
                Terminator::Select(select) => {
                    for case in &body.selects[select.index()].cases {
                        let from = self.graph.after(at);
                        match case.kind {
                            SelectKind::Default => {}
                            SelectKind::Send { channel, .. } => self.send(frame, channel, from),
                            SelectKind::Receive { channel, .. } => {
                                self.receive(frame, channel, from, false);
                            }
                        }
                        go(self, from, case.target);
                    }
                }
                Terminator::Panic { unwind: Some(to) } => go(self, at, to),
                Terminator::Unwind { recovered } => match recovered {
                    Some(to) => go(self, at, to),
                    None => self.graph.link(at, exit),
                },
                Terminator::Return(_) => {
                    let at = self.results(frame, block, at);
                    self.graph.link(at, exit);
                }
                Terminator::Panic { unwind: None } | Terminator::Stop => {}
            }
        }
        self.exits.pop();
        (entry, exit)
    }

    /// What the way `is_then` of a condition tells about flags.
    fn asked(
        &mut self,
        frame: &Rc<Frame<'a>>,
        branches: &Branches,
        (block, cond): (BlockId, Operand),
        is_then: bool,
        at: NodeId,
    ) -> NodeId {
        let mut node = at;
        for asked in branches.asked(cond) {
            let tells = if is_then { asked.then } else { asked.otherwise };
            let test = match tells {
                Tells::Nothing => continue,
                Tells::Something => None,
                Tells::Value(test) => Some(test),
            };
            if asked.is_plain && !self.is_read_under_lock(frame, block, asked.flag) {
                continue;
            }
            let subject = Subject::Variable;
            let Some(object) = self.object(frame, ObjectKind::Flag, asked.flag, subject) else {
                continue;
            };
            if node == at {
                node = self.graph.after(at);
            }
            self.graph.nodes[node].acquires.push(Acquire {
                object,
                is_last: false,
                test,
            });
        }
        node
    }

    fn is_read_under_lock(&self, frame: &Frame, block: BlockId, flag: Operand) -> bool {
        let func = frame.facts.func(frame.func);
        let locks = self.orders.accesses.locks(frame.facts.index, frame.func);
        func.block(block).instrs.as_usize().any(|at| {
            matches!(func.instrs[at].kind, InstrKind::Read(place) if Operand::Place(place) == flag)
                && !(locks.at(at).is_empty() && frame.held.is_empty())
        })
    }

    /// The end of a loop that waits in each round waits for all.
    fn drained(
        &mut self,
        frame: &Rc<Frame<'a>>,
        drains: &Drains,
        head: BlockId,
        at: NodeId,
    ) -> NodeId {
        let node = self.graph.after(at);
        for &(channel, receives) in drains.of_loop(head) {
            if receives {
                self.receive(frame, channel, node, true);
            } else if let Some(object) =
                self.object(frame, ObjectKind::ChannelBack, channel, Subject::Map)
            {
                self.graph.nodes[node].acquires.push(Acquire {
                    object,
                    is_last: true,
                    test: None,
                });
            }
        }
        node
    }

    /// A function returns its named results as they are by then.
    fn results(&mut self, frame: &Rc<Frame<'a>>, block: BlockId, at: NodeId) -> NodeId {
        let facts = frame.facts;
        let func = facts.func(frame.func);
        let Terminator::Return(list) = func.block(block).terminator else {
            return at;
        };
        let mut at = at;
        for &operand in facts.body.operands(list) {
            let Operand::Place(place) = operand else {
                continue;
            };
            let is_result = func
                .results
                .iter()
                .flatten()
                .any(|&it| facts.body.places.variable(it) == Some(place));
            if is_result {
                let end = func.block(block).end_span;
                let read = self.orders.accesses.read_of(facts, place, end);
                if let Some(access) = read {
                    at = self.access(frame, &access, at);
                }
            }
        }
        at
    }

    fn instr(&mut self, frame: &Rc<Frame<'a>>, nth: usize, at: NodeId) -> NodeId {
        let facts = frame.facts;
        let instr = &facts.func(frame.func).instrs[nth];
        let mut at = at;
        for access in self.orders.accesses.own_at(facts.index, frame.func, nth) {
            at = self.access(frame, access, at);
        }
        match instr.kind {
            InstrKind::Write { place, value } => {
                if let Some(path) = self.path(frame, place, Subject::Variable) {
                    at = self.graph.after(at);
                    self.release_flag(frame, nth, &path, constant(value), at);
                    self.graph.nodes[at].assigns = Some(path);
                }
            }
            InstrKind::Declare(variable) => {
                at = self.graph.after(at);
                self.graph.nodes[at].declares = Some(variable);
            }
            InstrKind::Send { channel, .. } => {
                self.panics(frame, nth, at);
                at = self.graph.after(at);
                self.send(frame, channel, at);
            }
            InstrKind::Receive { channel, .. }
            | InstrKind::Next {
                over: channel,
                kind: RangeKind::Chan,
                ..
            } => {
                at = self.graph.after(at);
                self.receive(frame, channel, at, false);
            }
            InstrKind::Close(channel) => {
                at = self.graph.after(at);
                self.close(frame, channel, at);
            }
            InstrKind::RunDefers => at = self.defers(frame, nth, at),
            InstrKind::Call(id) => {
                let call = facts.body.call(id);
                match call.mode {
                    CallMode::Plain => at = self.call(frame, call, nth, at),
                    CallMode::Go => {
                        for (started, runs, how) in started(self.orders.package, facts, call) {
                            at = self.spawn(frame, started, (call, None), (runs, how), at);
                        }
                    }
                    CallMode::Defer => {}
                }
            }
            _ => {}
        }
        at
    }

    /// An assignment under a lock, or an atomic one, lets others know.
    fn release_flag(
        &mut self,
        frame: &Rc<Frame<'a>>,
        nth: usize,
        path: &Path,
        value: Option<i64>,
        node: NodeId,
    ) {
        let locks = self.orders.accesses.locks(frame.facts.index, frame.func);
        if locks.at(nth).is_empty() && frame.held.is_empty() {
            return;
        }
        let object = self.intern(ObjectKind::Flag, Some(path.clone()), true);
        self.graph.nodes[node]
            .releases
            .push(Release { object, value });
    }

    /// The channel may be closed, and the function may live on after the panic.
    fn panics(&mut self, frame: &Rc<Frame<'a>>, nth: usize, at: NodeId) {
        let (facts, exit) = (frame.facts, self.exits.last().copied());
        let func = facts.func(frame.func);
        let recovers = func
            .blocks
            .iter()
            .any(|block| matches!(block.terminator, Terminator::Unwind { recovered: Some(_) }));
        let deferred_recovers = func.calls().any(|call| {
            let call = facts.body.call(call);
            call.mode == CallMode::Defer
                && facts.literals.of_callee(call.callee).is_some_and(|it| {
                    let instrs = &facts.func(it).instrs;
                    let is_recover = |kind| matches!(kind, InstrKind::Recover { .. });
                    instrs.iter().any(|instr| is_recover(instr.kind))
                })
        });
        if let Some(exit) = exit
            && (recovers || deferred_recovers)
        {
            let node = self.graph.after(at);
            let node = self.defers(frame, nth, node);
            self.graph.link(node, exit);
        }
    }

    /// The calls that were deferred, last first.
    fn defers(&mut self, frame: &Rc<Frame<'a>>, nth: usize, at: NodeId) -> NodeId {
        let facts = frame.facts;
        let func = facts.func(frame.func);
        let mut at = at;
        for (deferred, instr) in func.instrs.iter().enumerate().rev() {
            let InstrKind::Call(id) = instr.kind else {
                continue;
            };
            let call = facts.body.call(id);
            if call.mode != CallMode::Defer {
                continue;
            }
            let behind = self.call(frame, call, nth, at);
            if behind == at {
                continue;
            }
            if comes_before(facts, frame.func, deferred, nth) {
                at = behind;
            } else {
                let join = self.graph.node(frame.thread);
                self.graph.link(at, join);
                self.graph.link(behind, join);
                at = join;
            }
        }
        at
    }

    fn call(&mut self, frame: &Rc<Frame<'a>>, call: &Call, nth: usize, at: NodeId) -> NodeId {
        let facts = frame.facts;
        let world = self.orders.package.world;
        let at = self.lock_effects(frame, call, nth, at);
        if lock_call(world, facts.body, call).is_some() {
            return at;
        }
        if matches!(call.callee, Callee::Builtin(Builtin::Close)) {
            let node = self.graph.after(at);
            if let Some(&channel) = facts.body.operands(call.args).first() {
                self.close(frame, channel, node);
            }
            return node;
        }
        if call.mode == CallMode::Plain {
            let all = started(self.orders.package, facts, call);
            if !all.is_empty() || started_by(world, facts.body, call).is_some() {
                let group = counting_group(world, call)
                    .and_then(|it| self.object(frame, ObjectKind::Group, it, Subject::Variable));
                let mut at = at;
                for (started, runs, how) in all {
                    at = self.spawn(frame, started, (call, group), (runs, how), at);
                }
                return at;
            }
        }
        if let Some(sync) = sync_call(world, facts.body, call) {
            return self.sync(frame, sync, call, nth, at);
        }
        self.run(frame, call, nth, at)
    }

    /// A call of a function: written out if it meets other goroutines, else known by what it does.
    fn run(&mut self, frame: &Rc<Frame<'a>>, call: &Call, nth: usize, at: NodeId) -> NodeId {
        let package = self.orders.package;
        let waiting = &package.waiting;
        let mut at = at;
        let mut is_written_out = false;
        if let Some(started) = package.callee(frame.facts, call) {
            let here = started.target.here();
            let n_instrs = here.map_or(0, |(body, function)| {
                let func = package.bodies[body].func(function);
                func.parent().map_or(func.instrs.len(), |_| 0)
            });
            let is_small = self.graph.nodes.len() < MAX_NODES
                && frame.depth < MAX_DEPTH
                && n_instrs <= MAX_INSTRS;
            self.graph.is_cut |= !is_small;
            match here {
                Some((body, function))
                    if is_small
                        && self.orders.meets[body][function.index()]
                        && !frame.has(body, function) =>
                {
                    let held = self.held_at(frame, nth);
                    at = self.inline(frame, started, call.span, held, at);
                    is_written_out = true;
                }
                _ => at = self.summary(frame, &started, call.span, nth, at),
            }
        } else {
            at = self.callbacks(frame, call, nth, at);
        }
        let is_root = frame.thread == 0;
        let may_wait = if is_root {
            waiting.call_may_join(package.world, call)
        } else {
            waiting.call_waits(package.world, call)
        };
        let is_seen = is_written_out && !waiting.is_named_for_waiting(package.world, call);
        if may_wait && !is_seen {
            at = self.graph.after(at);
            let object = self.intern(ObjectKind::Anything, None, false);
            self.graph.nodes[at].acquires.push(Acquire {
                object,
                is_last: false,
                test: None,
            });
        }
        at
    }

    /// A function of a library runs what it is given, as far as one can tell.
    fn callbacks(&mut self, frame: &Rc<Frame<'a>>, call: &Call, nth: usize, at: NodeId) -> NodeId {
        let package = self.orders.package;
        let mut at = at;
        for &arg in frame.facts.body.operands(call.args) {
            let Some(given) = package.function_value(frame.facts, arg) else {
                continue;
            };
            let Some((body, func)) = given.target.here() else {
                continue;
            };
            let is_small = self.graph.nodes.len() < MAX_NODES && frame.depth < MAX_DEPTH;
            if !is_small || package.handler(&given.target).is_some() || frame.has(body, func) {
                continue;
            }
            let held = self.held_at(frame, nth);
            let behind = self.inline(frame, given, call.span, held, at);
            let join = self.graph.node(frame.thread);
            self.graph.link(at, join);
            self.graph.link(behind, join);
            at = join;
        }
        at
    }

    fn held_at(&self, frame: &Rc<Frame<'a>>, nth: usize) -> Vec<Held> {
        let locks = self.orders.accesses.locks(frame.facts.index, frame.func);
        let own = locks.at(nth).iter().map(|held| Held {
            path: held
                .path
                .as_ref()
                .and_then(|path| self.renamed(frame, path.clone(), Subject::Variable)),
            mode: held.mode,
        });
        frame.held.iter().cloned().chain(own).collect()
    }

    fn inline(
        &mut self,
        frame: &Rc<Frame<'a>>,
        started: Started,
        span: Span,
        held: Vec<Held>,
        at: NodeId,
    ) -> NodeId {
        let Some((body, func)) = started.target.here() else {
            return at;
        };
        let mut calls = frame.calls.clone();
        calls.push(frame.facts.location(span));
        let inner = Rc::new(Frame {
            facts: &self.orders.package.bodies[body],
            func,
            thread: frame.thread,
            up: Some((Rc::clone(frame), Rc::new(started))),
            calls,
            held,
            depth: frame.depth + 1,
        });
        let (entry, exit) = self.function(&inner);
        self.graph.link(at, entry);
        exit
    }

    /// The accesses of a function that is not written out.
    fn summary(
        &mut self,
        frame: &Rc<Frame<'a>>,
        started: &Started,
        span: Span,
        nth: usize,
        at: NodeId,
    ) -> NodeId {
        let accesses = self.orders.accesses;
        let held = self.held_at(frame, nth);
        let mut at = at;
        let inside = accesses.inside(started);
        for is_behind_wait in [false, true] {
            let mut all = inside
                .iter()
                .filter(|it| it.is_behind_wait == is_behind_wait && it.start.is_none())
                .peekable();
            if is_behind_wait && all.peek().is_some() {
                at = self.graph.after(at);
                let object = self.intern(ObjectKind::Anything, None, false);
                self.graph.nodes[at].acquires.push(Acquire {
                    object,
                    is_last: false,
                    test: None,
                });
            }
            for access in all {
                let Some(mut access) = accesses.seen_by_caller(access, frame.facts, started) else {
                    continue;
                };
                access.calls.insert(0, frame.facts.location(span));
                at = self.access_with(frame, access, &held, at);
            }
        }
        at
    }

    fn sync(
        &mut self,
        frame: &Rc<Frame<'a>>,
        sync: SyncCall,
        call: &Call,
        nth: usize,
        at: NodeId,
    ) -> NodeId {
        let (kind, operand) = match sync {
            SyncCall::Add(it) | SyncCall::Done(it) | SyncCall::Wait(it) => (ObjectKind::Group, it),
            SyncCall::Signal(it) | SyncCall::CondWait(it) => (ObjectKind::Cond, it),
            SyncCall::OnceDo(it, _) => (ObjectKind::Once, it),
            SyncCall::Set(it, _) | SyncCall::Count(it, _) | SyncCall::Get(it) => {
                (ObjectKind::Flag, it)
            }
            SyncCall::Swap { word, .. } => (ObjectKind::Flag, word),
        };
        let Some(object) = self.object(frame, kind, operand, Subject::Variable) else {
            return at;
        };
        let mut node = self.graph.after(at);
        let acquire = Acquire {
            object,
            is_last: false,
            test: None,
        };
        let release = |value| Release { object, value };
        match sync {
            SyncCall::Add(_) => self.graph.nodes[node].counts = Some(object),
            SyncCall::Done(_) | SyncCall::Signal(_) => {
                self.graph.nodes[node].releases.push(release(None));
            }
            SyncCall::Wait(_) | SyncCall::CondWait(_) => {
                self.graph.nodes[node].acquires.push(acquire);
            }
            SyncCall::Set(_, value) => self.graph.nodes[node].releases.push(release(value)),
            SyncCall::Swap { new, .. } => self.graph.nodes[node].releases.push(release(new)),
            SyncCall::Count(..) => self.graph.nodes[node].releases.push(release(None)),
            SyncCall::Get(_) => {}
            SyncCall::OnceDo(_, function) => {
                if let Some(started) = self.orders.package.function_value(frame.facts, function) {
                    let mut held = self.held_at(frame, nth);
                    held.push(Held {
                        path: self.graph.objects[object].path.clone(),
                        mode: Mode::Exclusive,
                    });
                    node = self.inline(frame, started, call.span, held, node);
                    node = self.graph.after(node);
                }
                self.graph.nodes[node].releases.push(release(None));
                node = self.graph.after(node);
                self.graph.nodes[node].acquires.push(acquire);
            }
        }
        node
    }

    /// Locks that are handed over: unlocked by somebody who did not lock.
    fn lock_effects(
        &mut self,
        frame: &Rc<Frame<'a>>,
        call: &Call,
        nth: usize,
        at: NodeId,
    ) -> NodeId {
        let facts = frame.facts;
        let Some(flow) = facts.flow(frame.func) else {
            return at;
        };
        if !frame.is_first_of_thread() || call.mode == CallMode::Defer {
            return at;
        }
        let mut at = at;
        let lent = &self.orders.lent[facts.index];
        for &(lock, effect) in flow.effects(nth) {
            let path = flow.locks[lock].path.clone();
            let Some(path) = self.renamed(frame, path, Subject::Variable) else {
                continue;
            };
            let object = self.intern(ObjectKind::Lock, Some(path), true);
            at = self.graph.after(at);
            match effect {
                EffectKind::Acquires(_) => self.graph.nodes[at].acquires.push(Acquire {
                    object,
                    is_last: false,
                    test: None,
                }),
                EffectKind::Releases if lent.contains(&(frame.func, nth, lock)) => {
                    self.graph.nodes[at].releases.push(Release {
                        object,
                        value: None,
                    });
                }
                _ => {}
            }
        }
        at
    }

    fn spawn(
        &mut self,
        frame: &Rc<Frame<'a>>,
        started: Started,
        (call, group): (&Call, Option<ObjectId>),
        (runs, how): (Runs, &'static str),
        at: NodeId,
    ) -> NodeId {
        let node = self.graph.after(at);
        if let Some((body, func)) = started.target.here()
            && frame.has(body, func)
        {
            self.mark_recursive(frame, body, func, node);
            return node;
        }
        if MAX_THREADS <= self.graph.threads.len() {
            self.graph.is_cut = true;
            return node;
        }
        let start = frame.facts.location(call.span);
        let via = match frame.thread {
            0 => frame.calls.first().copied(),
            above => self.graph.threads[above].via,
        };
        let thread = self.thread(Some((frame.thread, node)), Some(start), via);
        self.graph.threads[thread].is_many = runs == Runs::Many;
        self.graph.threads[thread].how = how;
        self.graph.nodes[node].starts = Some(thread);
        let exit = self.graph.threads[thread].exit;
        if let Some(object) = group {
            self.graph.nodes[exit].releases.push(Release {
                object,
                value: None,
            });
        }
        let target = match &started.target {
            Target::Here { body, function } => Some((*body, *function)),
            Target::Elsewhere(_) => None,
        };
        let Some((body, func)) = target else {
            self.elsewhere(frame, &started, thread);
            return node;
        };
        self.queue.push_back(Rc::new(Frame {
            facts: &self.orders.package.bodies[body],
            func,
            thread,
            up: Some((Rc::clone(frame), Rc::new(started))),
            calls: Vec::new(),
            held: Vec::new(),
            depth: 0,
        }));
        node
    }

    /// A goroutine that runs a function of another package.
    fn elsewhere(&mut self, frame: &Rc<Frame<'a>>, started: &Started, thread: ThreadId) {
        let accesses = self.orders.accesses;
        let mut at = self.graph.threads[thread].entry;
        for access in accesses.inside(started) {
            if access.is_behind_wait || access.start.is_some() {
                continue;
            }
            if let Some(access) = accesses.seen_by_caller(access, frame.facts, started)
                && let Some(access) = self.access_above(frame, access)
            {
                at = self.graph.after(at);
                self.graph.threads[thread].accesses.push((at, access));
            }
        }
        let exit = self.graph.threads[thread].exit;
        self.graph.link(at, exit);
    }

    fn mark_recursive(&mut self, frame: &Rc<Frame<'a>>, body: usize, func: FuncId, node: NodeId) {
        let mut it = Some(Rc::clone(frame));
        while let Some(frame) = it {
            if frame.facts.index == body && frame.func == func {
                self.graph.threads[frame.thread].starts_itself.push(node);
            }
            it = frame.up.as_ref().map(|(up, _)| Rc::clone(up));
        }
    }

    fn access(&mut self, frame: &Rc<Frame<'a>>, access: &Access, at: NodeId) -> NodeId {
        self.access_with(frame, access.clone(), &frame.held, at)
    }

    /// An access that is named by paths of the frame, as the function around everything names it.
    fn access_with(
        &mut self,
        frame: &Rc<Frame<'a>>,
        access: Access,
        held: &[Held],
        at: NodeId,
    ) -> NodeId {
        let Some(mut access) = self.access_above(frame, access) else {
            return at;
        };
        access.locks.extend(held.iter().cloned());
        let calls = frame.calls.iter().copied();
        access.calls.splice(0..0, calls);
        let node = self.graph.after(at);
        self.graph.threads[frame.thread]
            .accesses
            .push((node, access));
        node
    }

    fn access_above(&self, frame: &Rc<Frame<'a>>, access: Access) -> Option<Access> {
        let path = self.renamed(frame, access.path, access.subject)?;
        let lock = |held: Held| Held {
            path: held
                .path
                .and_then(|path| self.renamed(frame, path, Subject::Variable)),
            mode: held.mode,
        };
        Some(Access {
            path,
            locks: access.locks.into_iter().map(lock).collect(),
            ..access
        })
    }

    fn path(&self, frame: &Rc<Frame<'a>>, place: PlaceId, subject: Subject) -> Option<Path> {
        let path = self.orders.accesses.path(frame.facts, place, subject)?;
        self.renamed(frame, path, subject)
    }

    fn renamed(&self, frame: &Rc<Frame<'a>>, path: Path, subject: Subject) -> Option<Path> {
        let mut path = path;
        let mut frame = Rc::clone(frame);
        while let Some((up, started)) = frame.up.clone() {
            // Between a function and the literals in it all variables keep their names.
            let is_near = frame.facts.index == up.facts.index
                && path
                    .variable()
                    .is_some_and(|variable| !is_formal(&frame, variable));
            if !is_near {
                path = self
                    .orders
                    .accesses
                    .rename(&path, subject, up.facts, &started)?;
            }
            frame = up;
        }
        Some(path)
    }

    fn object(
        &mut self,
        frame: &Rc<Frame<'a>>,
        kind: ObjectKind,
        operand: Operand,
        subject: Subject,
    ) -> Option<ObjectId> {
        let (Operand::Place(place) | Operand::Addr(place)) = operand else {
            return None;
        };
        let path = self.path(frame, place, subject);
        let path = path.filter(|path| path.variable().is_some());
        if path.is_none() && frame.thread == 0 {
            // `time.After` and its like have nothing to do with the goroutines.
            return None;
        }
        Some(self.intern(kind, path, false))
    }

    fn intern(&mut self, kind: ObjectKind, path: Option<Path>, is_known: bool) -> ObjectId {
        let key = (kind, path);
        if let Some(&id) = self.graph.index.get(&key) {
            return id;
        }
        let (kind, path) = key.clone();
        let variable = path
            .as_ref()
            .filter(|path| path.steps.is_empty())
            .and_then(Path::variable);
        let is_known = is_known
            || matches!(kind, ObjectKind::Flag | ObjectKind::Lock | ObjectKind::Cond)
            || variable.is_some_and(|variable| self.is_own(variable));
        let capacity = match kind {
            ObjectKind::Channel | ObjectKind::ChannelBack => {
                variable.and_then(|variable| self.capacity(variable))
            }
            _ => None,
        };
        let id = self.graph.objects.len();
        self.graph.objects.push(Object {
            kind,
            path,
            is_known,
            capacity,
        });
        self.graph.index.insert(key, id);
        id
    }

    /// What a function literal knows that is not in the graph may be used there.
    fn doubt_objects(&mut self) {
        for (id, func) in self.root.body.funcs() {
            if self.written_out.contains(&(self.root.index, id)) {
                continue;
            }
            for object in &mut self.graph.objects {
                let variable = object.path.as_ref().and_then(Path::variable);
                object.is_known &= variable.is_none_or(|variable| !func.captures(variable));
            }
        }
    }

    /// True if all that is done to a variable of the function is seen.
    fn is_own(&self, variable: ObjId) -> bool {
        let kind = self.orders.package.world.object(variable).kind;
        let body = self.root.body;
        matches!(kind, DeclKind::Var(VarKind::Local))
            && body.places.variable(variable).is_some()
            && !escapes(self.orders.package, self.root, variable)
    }

    /// The room of the channel in a variable; `None` if it is not a constant.
    fn capacity(&self, variable: ObjId) -> Option<i32> {
        let body = self.root.body;
        let place = body.places.variable(variable)?;
        let instrs = || body.funcs.iter().flat_map(|func| &func.instrs);
        let mut made = instrs().filter_map(|instr| match instr.kind {
            InstrKind::Write {
                place: to,
                value: Operand::Place(value),
            } if to == place => Some(value),
            _ => None,
        });
        let value = made.next()?;
        if made.next().is_some() {
            return None;
        }
        instrs().find_map(|instr| match instr.kind {
            InstrKind::Alloc {
                dst,
                kind: AllocKind::Chan,
                size: Operand::Int(size),
                ..
            } if dst == value => Some(size),
            _ => None,
        })
    }

    fn send(&mut self, frame: &Rc<Frame<'a>>, channel: Operand, node: NodeId) {
        let data = self.object(frame, ObjectKind::Channel, channel, Subject::Map);
        let back = self.object(frame, ObjectKind::ChannelBack, channel, Subject::Map);
        let (Some(data), Some(back)) = (data, back) else {
            return;
        };
        self.graph.nodes[node].releases.push(Release {
            object: data,
            value: None,
        });
        self.graph.nodes[node].acquires.push(Acquire {
            object: back,
            is_last: false,
            test: None,
        });
    }

    fn receive(&mut self, frame: &Rc<Frame<'a>>, channel: Operand, node: NodeId, is_last: bool) {
        let data = self.object(frame, ObjectKind::Channel, channel, Subject::Map);
        let back = self.object(frame, ObjectKind::ChannelBack, channel, Subject::Map);
        let (Some(data), Some(back)) = (data, back) else {
            return;
        };
        self.graph.nodes[node].acquires.push(Acquire {
            object: data,
            is_last,
            test: None,
        });
        if !is_last {
            self.graph.nodes[node].releases.push(Release {
                object: back,
                value: None,
            });
        }
    }

    fn close(&mut self, frame: &Rc<Frame<'a>>, channel: Operand, node: NodeId) {
        if let Some(object) = self.object(frame, ObjectKind::Channel, channel, Subject::Map) {
            self.graph.nodes[node].releases.push(Release {
                object,
                value: None,
            });
        }
    }
}

/// True for the variables by which a function is handed something.
fn is_formal(frame: &Frame, variable: ObjId) -> bool {
    let func = frame.facts.func(frame.func);
    func.receiver == Some(variable) || func.params.contains(&Some(variable))
}

/// True if every way to instruction `later` passes instruction `first`.
fn comes_before(facts: &BodyFacts, func: FuncId, first: usize, later: usize) -> bool {
    let func = facts.func(func);
    let block_of = |at: usize| {
        func.blocks()
            .find(|(_, block)| block.instrs.as_usize().contains(&at))
            .map(|(id, _)| id)
    };
    let (Some(first), Some(later)) = (block_of(first), block_of(later)) else {
        return false;
    };
    let entry = BlockId::new(0);
    if first == entry || first == later {
        return true;
    }
    let mut seen = FxHashSet::default();
    let mut open = vec![entry];
    while let Some(block) = open.pop() {
        if block == later {
            return false;
        }
        if block != first && seen.insert(block) {
            open.extend(facts.body.successors(func, block));
        }
    }
    true
}

/// True if a channel or wait group is handed to somebody who is not followed.
fn escapes(package: &Package, facts: &BodyFacts, variable: ObjId) -> bool {
    let body = facts.body;
    let Some(place) = body.places.variable(variable) else {
        return true;
    };
    let is_it = |operand: &Operand| matches!(operand, Operand::Place(it) | Operand::Addr(it) if *it == place);
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let by_instr = instrs.into_iter().any(|instr| match instr.kind {
        InstrKind::Write { place: to, value } => {
            is_it(&value) && body.places.kind(to).base().is_some()
        }
        InstrKind::MapWrite { value, .. } | InstrKind::Send { value, .. } => is_it(&value),
        InstrKind::Convert { value, .. } => is_it(&value),
        InstrKind::Append { args, .. } => body.operands(args).iter().any(is_it),
        InstrKind::Call(call) => {
            let call = body.call(call);
            let is_argument = body.operands(call.args).iter().any(is_it);
            let is_followed = matches!(call.callee, Callee::Builtin(_))
                || package
                    .callee(facts, call)
                    .is_some_and(|it| it.target.here().is_some());
            is_argument && !is_followed
        }
        _ => false,
    });
    by_instr
        || body.funcs.iter().flat_map(|func| &func.blocks).any(|block| {
            matches!(block.terminator, Terminator::Return(list) if body.operands(list).iter().any(is_it))
        })
}

/// Loops that wait in each round.
struct Drains {
    loops: Vec<(contend_ir::Loop, Vec<(Operand, bool)>)>,
}

impl Drains {
    fn of(facts: &BodyFacts, func: &contend_ir::Func) -> Self {
        let mut loops = Vec::new();
        for it in facts.body.loops(func) {
            let instrs = it
                .blocks
                .iter()
                .flat_map(|&block| func.instrs(func.block(block)));
            let mut channels = Vec::new();
            let mut starts = false;
            for instr in instrs {
                match instr.kind {
                    InstrKind::Receive { channel, .. }
                    | InstrKind::Next {
                        over: channel,
                        kind: RangeKind::Chan,
                        ..
                    } => channels.push((channel, true)),
                    InstrKind::Send { channel, .. } => channels.push((channel, false)),
                    InstrKind::Call(call) => {
                        starts |= facts.body.call(call).mode == CallMode::Go;
                    }
                    _ => {}
                }
            }
            // Who starts a goroutine for each value that he sends waits for none of them.
            channels.retain(|&(_, receives)| receives || !starts);
            loops.push((it, channels));
        }
        Self { loops }
    }

    fn is_back(&self, from: BlockId, to: BlockId) -> bool {
        self.loops
            .iter()
            .any(|(it, _)| it.head == to && it.back.contains(&from))
    }

    /// True if the way leaves a loop at its head.
    fn ends(&self, head: BlockId, to: BlockId) -> bool {
        self.loops
            .iter()
            .any(|(it, _)| it.head == head && !it.blocks.contains(&to))
    }

    fn of_loop(&self, head: BlockId) -> &[(Operand, bool)] {
        self.loops
            .iter()
            .find(|(it, _)| it.head == head)
            .map_or(&[], |(_, channels)| channels.as_slice())
    }
}
