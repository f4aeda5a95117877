//! Writes a function and its goroutines out as one graph.

use std::collections::VecDeque;
use std::rc::Rc;

use contend_base::Location;
use contend_ir::{
    BlockId, CallMode, Callee, FuncId, InstrKind, Operand, PlaceId, RangeKind, SelectKind,
    Terminator,
};
use contend_types::ObjId;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::answers::{Answers, Open};
use super::branches::{Branches, Tells};
use super::drains::Drains;
use super::frame::Frame;
use super::gates::{Gate, Known};
use super::graph::{Acquire, NodeId, ObjectKind, Release, Thread, ThreadId, Threads};
use super::orders::Orders;
use super::sync_calls::constant;
use crate::accesses::{Access, Held, Subject};
use crate::goroutines::{runs_in_turn, started, stored};
use crate::library::package_path;
use crate::origins::Runs;
use crate::package::BodyFacts;
use crate::path::{Path, Step};

/// Graphs that are larger than this follow no further calls.
pub(super) const MAX_NODES: usize = 3000;

/// Calls are written out this deep.
pub(super) const MAX_DEPTH: usize = 4;

pub(super) struct Builder<'o, 'a> {
    pub(super) orders: &'o Orders<'a>,
    pub(super) graph: Threads,
    pub(super) queue: VecDeque<Rc<Frame<'a>>>,
    pub(super) root: &'a BodyFacts<'a>,
    /// The functions that are in the graph.
    pub(super) written_out: FxHashSet<(usize, FuncId)>,
    /// Where the functions return that are being written out, outer ones first.
    pub(super) exits: Vec<NodeId>,
    /// How many calls of other functions are written out.
    pub(super) n_instances: usize,
    /// Of the function that was written out last.
    pub(super) answers: Option<Answers>,
    /// Results, by body, whose places began a new life before the call.
    pub(super) begun: FxHashSet<(usize, PlaceId)>,
    /// The variables among these places.
    pub(super) begun_variables: FxHashSet<(usize, ObjId)>,
}

impl<'o, 'a> Builder<'o, 'a> {
    pub(super) fn new(orders: &'o Orders<'a>, root: &'a BodyFacts<'a>) -> Self {
        Self {
            orders,
            graph: Threads::default(),
            queue: VecDeque::new(),
            root,
            written_out: FxHashSet::default(),
            exits: Vec::new(),
            n_instances: 0,
            answers: None,
            begun: FxHashSet::default(),
            begun_variables: FxHashSet::default(),
        }
    }

    /// The function and all that it starts.
    pub(super) fn build(mut self, id: FuncId) -> Threads {
        let thread = self.thread(None, None, None);
        self.queue.push_back(Rc::new(Frame {
            facts: self.root,
            func: id,
            thread,
            up: None,
            calls: Vec::new(),
            outermost: None,
            held: Vec::new(),
            is_in_event_loop: false,
            depth: 0,
            instance: 0,
            called_by: None,
            kept: Vec::new(),
            given: Vec::new(),
        }));
        while let Some(frame) = self.queue.pop_front() {
            let (entry, exit) = self.function(&frame);
            let thread = &self.graph.threads[frame.thread];
            let (first, last) = (thread.entry, thread.exit);
            self.graph.link(first, entry);
            self.graph.link(exit, last);
        }
        self.doubt_objects();
        self.graph
    }

    pub(super) fn thread(
        &mut self,
        parent: Option<(ThreadId, NodeId)>,
        start: Option<Location>,
        inside: Option<(Location, NodeId)>,
    ) -> ThreadId {
        let id = self.graph.threads.len();
        let (entry, exit) = (self.graph.node(id), self.graph.node(id));
        self.graph.threads.push(Thread {
            entry,
            exit,
            parent,
            start,
            inside,
            starts_itself: Vec::new(),
            lent: Vec::new(),
            held: Vec::new(),
            is_of_entry: false,
            runs: Runs::Once,
            in_turn: None,
            takes_nothing: false,
            once: None,
            how: "",
            accesses: Vec::new(),
        });
        id
    }

    /// Writes a function out. Returns where it begins and where it returns.
    pub(super) fn function(&mut self, frame: &Rc<Frame<'a>>) -> (NodeId, NodeId) {
        let facts = frame.facts;
        let (body, func) = (facts.body, facts.func(frame.func));
        let orders = self.orders;
        let branches = Branches::of(
            orders.package.world,
            body,
            frame.func,
            &orders.constants[facts.index],
            &frame.given,
        );
        self.written_out.insert((facts.index, frame.func));
        let exit = self.graph.node(frame.thread);
        self.exits.push(exit);
        let gate = Gate::of(orders.package.world, body, frame.func, &branches);
        let mut starts: FxHashMap<(BlockId, Known), NodeId> = FxHashMap::default();
        let first = (BlockId::new(0), None);
        let entry = self.graph.node(frame.thread);
        starts.insert(first, self.begin_results(frame, entry));
        let drains = Drains::of(facts, func);
        let mut answered: Vec<(NodeId, bool)> = Vec::new();
        let mut open = vec![first];
        while let Some((block, known)) = open.pop() {
            let mut at = starts[&(block, known)];
            let mut asked: Option<Open> = None;
            for instr in func.block(block).instrs.as_usize() {
                let before = at;
                self.answers = None;
                at = self.instr(frame, instr, at);
                let kind = func.instrs[instr].kind;
                asked = match (self.answers.take(), kind) {
                    (Some(answers), InstrKind::Call(call)) if answers.join == at => {
                        let results = body.operands(body.call(call).results);
                        results.last().and_then(|&it| Open::new(answers, it))
                    }
                    _ => asked.and_then(|it| self.follow(frame, it, kind, (before, at))),
                };
            }
            let known = gate.and_then(|it| it.behind(body, func, block, known));
            let mut go = |builder: &mut Self, from: NodeId, to: BlockId| {
                let way = (block, to);
                let known = match gate {
                    Some(gate) => match gate.on_way(body, func, &branches, way, known) {
                        Some(known) => known,
                        None => return,
                    },
                    None => None,
                };
                // A loop without a second round goes on behind its end.
                let is_back = drains.is_back(block, to);
                let to = match branches.end_of_once(to) {
                    Some(end) if is_back => end,
                    _ => to,
                };
                let node = *starts.entry((to, known)).or_insert_with(|| {
                    open.push((to, known));
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
                    let says = branches.says(cond);
                    let says = says.zip(asked).filter(|((it, _), open)| open.holds(*it));
                    let ways = says.map(|((_, is_yes), open)| {
                        let (yes, no) = self.part(&open);
                        if is_yes { (yes, no) } else { (no, yes) }
                    });
                    for (to, is_then) in [(then, true), (otherwise, false)] {
                        if only.is_some_and(|only| only != to) {
                            continue;
                        }
                        let at = match ways {
                            Some((then, _)) if is_then => then,
                            Some((_, otherwise)) => otherwise,
                            None => at,
                        };
                        let mut from = self.asked(frame, &branches, (block, cond), is_then, at);
                        if drains.ends(block, to) {
                            from = self.drained(frame, &drains, block, from);
                        }
                        go(self, from, to);
                    }
                }
                Terminator::Select(select) => {
                    let cases = &body.selects[select.index()].cases;
                    for case in cases {
                        if 1 < cases.len() && self.fails_test(frame, case.target) {
                            continue;
                        }
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
                Terminator::Return(list) => {
                    let at = self.results(frame, block, at);
                    let last = body.operands(list).last();
                    match last.and_then(|&it| branches.answer(block, it)) {
                        Some(answer) => answered.push((at, answer)),
                        None => self.graph.link(at, exit),
                    }
                }
                Terminator::Panic { unwind: None } | Terminator::Stop => {}
            }
        }
        self.exits.pop();
        if answered.is_empty() {
            return (entry, exit);
        }
        let join = self.graph.node(frame.thread);
        let [yes, no] = [join; 2].map(|join| {
            let node = self.graph.node(frame.thread);
            self.graph.link(exit, node);
            self.graph.link(node, join);
            node
        });
        for (at, is_yes) in answered {
            self.graph.link(at, if is_yes { yes } else { no });
        }
        self.answers = Some(Answers { yes, no, join });
        (entry, join)
    }

    /// Each call of a literal has named results of its own.
    fn begin_results(&mut self, frame: &Frame, at: NodeId) -> NodeId {
        let func = frame.facts.func(frame.func);
        let results = func.results.iter().flatten();
        results
            .filter(|_| func.parent().is_some())
            .fold(at, |at, &result| {
                let at = self.graph.after(at);
                self.graph.nodes[at].declares = Some(result);
                at
            })
    }

    /// True for the way on which a test has failed, because something did not come in time: what it
    /// does then need not be in order.
    fn fails_test(&self, frame: &Frame, block: BlockId) -> bool {
        let package = self.orders.package;
        let facts = frame.facts;
        if !package.is_test(facts.body.file) {
            return false;
        }
        let func = facts.func(frame.func);
        func.instrs(func.block(block)).iter().any(|instr| {
            let InstrKind::Call(call) = instr.kind else {
                return false;
            };
            matches!(facts.body.call(call).callee, Callee::Static(function)
            if package_path(package.world, function) == "testing"
                && matches!(
                    package.world.name(function).as_str(),
                    "Error" | "Errorf" | "Fail" | "FailNow" | "Fatal" | "Fatalf"
                ))
        })
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

    /// A function returns its named results as they are by then: behind the deferred calls, whatever
    /// stands in the `return`.
    fn results(&mut self, frame: &Rc<Frame<'a>>, block: BlockId, at: NodeId) -> NodeId {
        let facts = frame.facts;
        let func = facts.func(frame.func);
        let Terminator::Return(list) = func.block(block).terminator else {
            return at;
        };
        let operands = facts.body.operands(list);
        let defers = func
            .calls()
            .any(|call| facts.body.call(call).mode == CallMode::Defer);
        let mut at = at;
        for place in func.results.iter().flatten() {
            let Some(place) = facts.body.places.variable(*place) else {
                continue;
            };
            if defers || operands.contains(&Operand::Place(place)) {
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
                if let Some((started, runs, how)) = stored(self.orders.package, facts, instr.kind) {
                    let started = (Rc::clone(frame), started);
                    at = self.spawn(frame, started, (nth, None, None), (runs, how), at);
                    if let Some(thread) = self.graph.nodes[at].starts {
                        let holder = runs_in_turn(facts, instr.kind, runs);
                        self.graph.threads[thread].in_turn =
                            holder.map(|it| (facts.index, frame.instance, it));
                    }
                }
                if let Some(path) = self.path(frame, place, Subject::Variable) {
                    at = self.graph.after(at);
                    self.release_flag(frame, nth, &path, constant(value), at);
                    let is_begun = matches!(value, Operand::Place(value)
                        if self.begun.contains(&(facts.index, value)));
                    let values = &self.orders.accesses.values[facts.index];
                    if !is_begun && !values.is_cut(place, value) {
                        self.graph.nodes[at].assigns = Some(path);
                    }
                }
            }
            InstrKind::Declare(variable)
                if !self.begun_variables.contains(&(facts.index, variable)) =>
            {
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
                        let all = started(self.orders.package, facts, call);
                        if all.is_empty()
                            && let Callee::Value(value) = call.callee
                        {
                            let by = (nth, Some(call), None);
                            at = self.spawn_value(frame, value, by, "started by `go`", at);
                        }
                        for (started, runs, how) in all {
                            let started = (Rc::clone(frame), started);
                            at = self.spawn(
                                frame,
                                started,
                                (nth, Some(call), None),
                                (runs, how),
                                at,
                            );
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
            let order = order(facts, frame.func, deferred, nth);
            if order == Order::Never {
                continue;
            }
            let behind = self.call(frame, call, nth, at);
            if behind == at {
                continue;
            }
            if order == Order::Always {
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
    fn access(&mut self, frame: &Rc<Frame<'a>>, access: &Access, at: NodeId) -> NodeId {
        self.access_with(frame, access.clone(), &frame.held, at)
    }

    /// An access that is named by paths of the frame, as the function around everything names it; and
    /// the same by other names, where the object has several.
    pub(super) fn access_with(
        &mut self,
        frame: &Rc<Frame<'a>>,
        access: Access,
        held: &[Held],
        at: NodeId,
    ) -> NodeId {
        if is_far_entry(&access) {
            return at;
        }
        let mut node = None;
        for path in self.other_names(frame, &access) {
            let access = access.clone();
            self.add(frame, Access { path, ..access }, held, (at, &mut node));
        }
        self.add(frame, access, held, (at, &mut node));
        node.unwrap_or(at)
    }

    /// The names of an object that is an element of a list. What is far away is too much to be compared
    /// by several names.
    fn other_names(&self, frame: &Frame<'a>, access: &Access) -> SmallVec<[Path; 2]> {
        let is_step = |function| self.orders.package.is_step(function);
        let n_calls = access.calls.len();
        if n_calls != 0 && (n_calls != 1 || !access.inside.is_some_and(is_step)) {
            return SmallVec::new();
        }
        let path = &access.path;
        let values = &self.orders.accesses.values[frame.facts.index];
        let (world, body) = (self.orders.package.world, frame.facts.body);
        let in_map = || values.in_map(world, body, path, access.subject);
        let in_list = values.in_list(world, body, path).or_else(in_map);
        let alone = values.alone(world, body, in_list.as_ref().unwrap_or(path));
        in_list.into_iter().chain(alone).collect()
    }

    /// Adds an access to the thread, at one node by all its names.
    fn add(
        &mut self,
        frame: &Rc<Frame<'a>>,
        access: Access,
        held: &[Held],
        (before, at): (NodeId, &mut Option<NodeId>),
    ) {
        let Some(mut access) = self.access_above(frame, access) else {
            return;
        };
        access.locks.extend(held.iter().cloned());
        access.is_in_event_loop |= frame.is_in_event_loop;
        let calls = frame.calls.iter().copied();
        access.calls.splice(0..0, calls);
        let node = *at.get_or_insert_with(|| self.graph.after(before));
        self.graph.threads[frame.thread]
            .accesses
            .push((node, access));
    }
}

/// Whether control comes to one instruction before another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// On every way.
    Always,
    Sometimes,
    Never,
}

/// Whether the ways to instruction `later` pass instruction `first`.
pub(crate) fn order(facts: &BodyFacts, func: FuncId, first: usize, later: usize) -> Order {
    let func = facts.func(func);
    let block_of = |at: usize| {
        func.blocks()
            .find(|(_, block)| block.instrs.as_usize().contains(&at))
            .map(|(id, _)| id)
    };
    let (Some(of_first), Some(of_later)) = (block_of(first), block_of(later)) else {
        return Order::Sometimes;
    };
    // True if control comes from one block to `later`, without passing another.
    let comes = |from: Vec<BlockId>, past: Option<BlockId>| {
        let mut seen = FxHashSet::default();
        let mut open = from;
        while let Some(block) = open.pop() {
            if block == of_later {
                return true;
            }
            if Some(block) != past && seen.insert(block) {
                open.extend(facts.body.successors(func, block));
            }
        }
        false
    };
    if of_first == of_later && first < later {
        return Order::Always;
    }
    let behind = facts.body.successors(func, of_first).into_iter().collect();
    if !comes(behind, None) {
        return Order::Never;
    }
    let entry = BlockId::new(0);
    if of_first == entry || !comes(vec![entry], Some(of_first)) {
        return Order::Always;
    }
    Order::Sometimes
}

/// True for what is done, some calls away, to an entry of a map under a key that is not known: whether that is
/// the one of the other side is not worth the way.
fn is_far_entry(access: &Access) -> bool {
    1 < access.calls.len() && access.path.steps.contains(&Step::Entry)
}
