//! Calls in the graph: written out, known by their summaries, or known for how they synchronise.

use std::rc::Rc;

use contend_base::Span;
use contend_ir::{Body, Call, CallMode, Callee, Operand};
use contend_types::{Builtin, World};

use super::build::{Builder, MAX_DEPTH, MAX_NODES};
use super::frame::{Frame, called_by};
use super::graph::{Acquire, NodeId, ObjectKind, Release};
use super::handed::Kept;
use super::stalled::may_stall;
use super::sync_calls::{SyncCall, sync_call};
use crate::accesses::{Access, Held, Subject};
use crate::event_loops::is_for_event_loop;
use crate::goroutines::{started, started_value};
use crate::library::{Mode, lock_call, package_path};
use crate::locks::EffectKind;
use crate::origins::{Runs, started_by};
use crate::package::{Started, Target};

/// Of more functions in one list nobody says which are meant.
pub(super) const MAX_LISTED: usize = 12;

/// Functions with more instructions than this are not written out where they are called.
const MAX_INSTRS: usize = 200;

impl<'a> Builder<'_, 'a> {
    pub(super) fn call(
        &mut self,
        frame: &Rc<Frame<'a>>,
        call: &Call,
        nth: usize,
        at: NodeId,
    ) -> NodeId {
        let facts = frame.facts;
        let world = self.orders.package.world;
        let mut at = self.lock_effects(frame, call, nth, at);
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
            for (home, handler, how) in self.made_handlers(frame, call) {
                // The call does not hand it its parameters.
                let by = (nth, None, None);
                at = self.spawn(frame, (home, handler), by, (Runs::Many, how), at);
            }
            let all = started(self.orders.package, facts, call);
            if !all.is_empty() || started_by(world, facts.body, call).is_some() {
                let group = counting_group(world, call)
                    .and_then(|it| self.object(frame, ObjectKind::Group, it, Subject::Variable));
                let by = (nth, Some(call), group);
                if all.is_empty()
                    && let Some(((value, _), how)) = started_value(self.orders.package, facts, call)
                {
                    at = self.spawn_value(frame, Operand::Place(value), by, how, at);
                }
                for (started, runs, how) in all {
                    let started = (Rc::clone(frame), started);
                    at = self.spawn(frame, started, by, (runs, how), at);
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
            let here = package.at_hand(&started.target);
            let n_instrs = here.map_or(0, |(body, function)| {
                let func = package.bodies[body].func(function);
                func.parent().map_or(func.instrs.len(), |_| 0)
            });
            let is_full = MAX_NODES <= self.graph.nodes.len();
            let is_small = !is_full && frame.depth < MAX_DEPTH && n_instrs <= MAX_INSTRS;
            self.graph.is_cut |= !is_small;
            match here {
                Some(node) if is_full && self.orders.meets.contains(node) => {
                    // Whom it waits for is not seen.
                    at = self.wait_for_anything(at);
                    at = self.summary(frame, &started, call.span, nth, at);
                }
                Some((body, function))
                    if is_small
                        && !frame.has(body, function)
                        && (self.orders.meets.contains((body, function))
                            || self.calls_back(frame, call, &started)
                            || self.is_decided(frame, (call, nth), &started)) =>
                {
                    let held = self.held_at(frame, nth);
                    let kept = self.kept(frame, call, (body, function));
                    at = self.begin(frame, &kept, at);
                    let home = (Rc::clone(frame), started);
                    at = self.inline(frame, home, (call, nth, kept), held, at);
                    is_written_out = true;
                }
                _ => at = self.summary(frame, &started, call.span, nth, at),
            }
        } else if let Some((home, started)) = self.brought(frame, call)
            && let Some((body, function)) = package.at_hand(&started.target)
        {
            let is_small = self.graph.nodes.len() < MAX_NODES && frame.depth < MAX_DEPTH;
            self.graph.is_cut |= !is_small;
            if is_small && !frame.has(body, function) {
                let held = self.held_at(frame, nth);
                let inside = (call, nth, Vec::new());
                at = self.inline(frame, (home, started), inside, held, at);
            }
        } else if let Callee::Value(value) = call.callee
            && let listed = self.listed(frame, value)
            && !listed.is_empty()
        {
            let is_small = self.graph.nodes.len() < MAX_NODES && frame.depth < MAX_DEPTH;
            self.graph.is_cut |= !is_small;
            if is_small {
                at = self.one_of(frame, listed, (call, nth), at);
            }
        } else {
            at = self.callbacks(frame, call, nth, at);
        }
        if !is_written_out && may_stall(package.world, frame.facts, call) {
            at = self.graph.after(at);
            self.graph.nodes[at].may_stall = true;
        }
        let is_root = frame.thread == 0;
        let may_wait = if is_root {
            waiting.call_may_join(package.world, call)
        } else {
            waiting.call_waits(package.world, call)
        };
        let may_wait = may_wait && !is_cancel(package.world, frame.facts.body, call);
        let is_seen = is_written_out && !waiting.is_named_for_waiting(package.world, call);
        if may_wait && !is_seen {
            at = self.wait_for_anything(at);
        }
        at
    }

    /// The function that a value is, or the method of an interface value, where that came from
    /// further up; and the frame that knows what it is given.
    fn brought(&self, frame: &Rc<Frame<'a>>, call: &Call) -> Option<(Rc<Frame<'a>>, Started)> {
        match (call.callee, call.receiver) {
            (Callee::Value(value), _) => self
                .handed(frame, value)
                .or_else(|| self.kept_in_field(frame, value)),
            (Callee::Interface(method), Some(value)) => self.handed_object(frame, value, method),
            _ => None,
        }
    }

    /// Whoever did something before may be the one that is waited for here.
    pub(super) fn wait_for_anything(&mut self, at: NodeId) -> NodeId {
        let at = self.graph.after(at);
        let object = self.intern(ObjectKind::Anything, None, false);
        self.graph.nodes[at].acquires.push(Acquire {
            object,
            is_last: false,
            test: None,
        });
        at
    }

    /// True if the called function calls what it is handed, and that does something of interest.
    fn calls_back(&self, frame: &Rc<Frame<'a>>, call: &Call, callee: &Started) -> bool {
        let accesses = self.orders.accesses;
        let does_something = |given: Started| {
            let is_here = self.orders.package.at_hand(&given.target).is_some();
            is_here && !accesses.inside(&given).is_empty()
        };
        let package = self.orders.package;
        let args = frame.facts.body.operands(call.args);
        let inside = accesses.inside(callee);
        let calls = inside.iter().any(|it| it.subject == Subject::Call);
        let mut methods = inside.iter().filter_map(|it| match it.subject {
            Subject::Method(method, _) if it.path.steps.is_empty() => Some(method),
            _ => None,
        });
        calls
            && args.iter().any(|&arg| {
                let given = package.function_value(frame.facts, arg);
                let handed = || self.handed(frame, arg).map(|(_, given)| given);
                given.or_else(handed).is_some_and(does_something)
            })
            || methods.any(|method| {
                args.iter().any(|&arg| {
                    let given = package.method_of(frame.facts, arg, method);
                    let handed = || self.handed_object(frame, arg, method);
                    let handed = || handed().map(|(_, given)| given);
                    given.or_else(handed).is_some_and(does_something)
                })
            })
    }

    /// What a function of a library runs.
    fn callbacks(&mut self, frame: &Rc<Frame<'a>>, call: &Call, nth: usize, at: NodeId) -> NodeId {
        let package = self.orders.package;
        let mut at = at;
        for given in package.run_by_library(frame.facts, call) {
            let Some((body, func)) = package.at_hand(&given.target) else {
                continue;
            };
            let is_small = self.graph.nodes.len() < MAX_NODES && frame.depth < MAX_DEPTH;
            if !is_small || package.handler(&given.target).is_some() || frame.has(body, func) {
                continue;
            }
            let held = self.held_at(frame, nth);
            let home = (Rc::clone(frame), given);
            let behind = self.inline(frame, home, (call, nth, Vec::new()), held, at);
            let join = self.graph.node(frame.thread);
            self.graph.link(at, join);
            self.graph.link(behind, join);
            at = join;
        }
        at
    }

    /// `home` is the frame that knows what the function was given.
    pub(super) fn inline(
        &mut self,
        frame: &Rc<Frame<'a>>,
        (home, started): (Rc<Frame<'a>>, Started),
        (call, nth, kept): (&Call, usize, Vec<Kept>),
        held: Vec<Held>,
        at: NodeId,
    ) -> NodeId {
        let Some((body, function)) = self.orders.package.at_hand(&started.target) else {
            return at;
        };
        let started = Started {
            target: Target::Here { body, function },
            ..started
        };
        let mut calls = frame.calls.clone();
        calls.push(frame.facts.location(call.span));
        let inner = Rc::new(Frame {
            instance: self.instance(&home, body),
            facts: &self.orders.package.bodies[body],
            func: function,
            thread: frame.thread,
            called_by: called_by(frame, &home, call),
            given: self.given((frame, nth, call), (&home, &started)),
            up: Some((home, Rc::new(started))),
            calls,
            outermost: frame.outermost.or(Some(at)),
            held,
            is_in_event_loop: frame.is_in_event_loop
                || is_for_event_loop(self.orders.package.world, call),
            depth: frame.depth + 1,
            kept,
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
        let held = self.held_at(frame, nth);
        self.by_summary(frame, started, at, |builder, mut access, before| {
            access.calls.insert(0, frame.facts.location(span));
            let is_write = access.is_write() && access.subject == Subject::Variable;
            let at = builder.access_with(frame, access, &held, before);
            if is_write && before != at {
                let thread = builder.graph.nodes[at].thread;
                let last = builder.graph.threads[thread].accesses.last();
                builder.graph.nodes[at].assigns_inside = last.map(|(_, it)| it.path.clone());
            }
            at
        })
    }

    /// Adds what a function does by its summary, as `frame` names it: first what it may do at once,
    /// then what it does when it has waited for somebody.
    pub(super) fn by_summary(
        &mut self,
        frame: &Rc<Frame<'a>>,
        started: &Started,
        at: NodeId,
        add: impl Fn(&mut Self, Access, NodeId) -> NodeId,
    ) -> NodeId {
        let accesses = self.orders.accesses;
        let inside = accesses.inside(started);
        let mut at = at;
        for is_behind_wait in [false, true] {
            let mut all = inside
                .iter()
                .filter(|it| it.is_behind_wait == is_behind_wait && it.start.is_none())
                .peekable();
            if is_behind_wait && all.peek().is_some() {
                at = self.wait_for_anything(at);
            }
            for access in all {
                if let Some(access) = accesses.seen_by_caller(access, frame.facts, started) {
                    at = add(self, access, at);
                }
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
                        is_sure: true,
                    });
                    let home = (Rc::clone(frame), started);
                    node = self.inline(frame, home, (call, nth, Vec::new()), held, node);
                    node = self.graph.after(node);
                }
                self.graph.nodes[node].releases.push(release(None));
                node = self.graph.after(node);
                self.graph.nodes[node].acquires.push(acquire);
            }
        }
        node
    }

    /// Locks that are handed over, unlocked by somebody who did not lock; and those that goroutines
    /// take.
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
        let is_first = frame.is_first_of_thread();
        if !is_first && frame.thread == 0 || call.mode == CallMode::Defer {
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
                EffectKind::Releases if is_first && lent.contains(&(frame.func, nth, lock)) => {
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
}

/// True for the functions by which contexts are cancelled: they wait for nobody.
fn is_cancel(world: &World, body: &Body, call: &Call) -> bool {
    let Callee::Value(Operand::Place(place)) = call.callee else {
        return false;
    };
    let named = body.places.ty(place).and_then(|ty| world.named_parts(ty));
    named.is_some_and(|(named, _)| {
        let object = world.named(named).object;
        let name = world.name(object).as_str();
        name.starts_with("Cancel") && package_path(world, object) == "context"
    })
}

/// The group that waits for the goroutine which a call starts.
fn counting_group(world: &World, call: &Call) -> Option<Operand> {
    match call.callee {
        Callee::Static(function) if world.name(function).as_str().ends_with("Go") => call.receiver,
        _ => None,
    }
}
