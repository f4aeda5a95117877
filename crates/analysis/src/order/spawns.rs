//! Goroutines in the graph.

use std::rc::Rc;

use contend_base::Location;
use contend_ir::{Call, CallMode, Callee, FuncId};
use contend_types::ObjId;

use super::build::Builder;
use super::frame::{Frame, called_by};
use super::graph::{NodeId, ObjectId, ObjectKind, Release, ThreadId};
use crate::accesses::{Held, Subject};
use crate::library::Mode;
use crate::origins::Runs;
use crate::package::{BodyFacts, Started, Target};
use crate::path::{Path, Root, Step, Steps};
use crate::roots::lent_locks;

/// More goroutines than this are not compared.
const MAX_THREADS: usize = 24;

/// True for `go s.run()`.
fn takes_nothing(facts: &BodyFacts, call: &Call) -> bool {
    matches!(call.callee, Callee::Static(_))
        && call.mode == CallMode::Go
        && facts.body.operands(call.args).is_empty()
}

impl<'a> Builder<'_, 'a> {
    /// `home` is the frame that knows what the goroutine was given.
    pub(super) fn spawn(
        &mut self,
        frame: &Rc<Frame<'a>>,
        (home, started): (Rc<Frame<'a>>, Started),
        (nth, call, group): (usize, Option<&Call>, Option<ObjectId>),
        (runs, how): (Runs, &'static str),
        at: NodeId,
    ) -> NodeId {
        let node = self.graph.after(at);
        let target = self.orders.package.at_hand(&started.target);
        if let Some((body, func)) = target
            && frame.has_inside(body, func)
        {
            self.mark_recursive((frame, body, func), (&home, &started), node);
            return node;
        }
        if MAX_THREADS <= self.graph.threads.len() {
            self.graph.is_cut = true;
            return node;
        }
        let instr = &frame.facts.func(frame.func).instrs[nth];
        let start = frame
            .facts
            .location(call.map_or(instr.span, |call| call.span));
        let inside = frame.calls.first().copied().zip(frame.outermost);
        let thread = self.thread(Some((frame.thread, node)), Some(start), inside);
        self.graph.threads[thread].once = self.once_around(frame);
        self.graph.threads[thread].runs = runs;
        self.graph.threads[thread].how = how;
        let held = self.held_at(frame, nth).into_iter();
        let held = held.filter(|it| it.is_sure && it.mode == Mode::Exclusive);
        self.graph.threads[thread].held = held.filter_map(|it| it.path).collect();
        self.graph.threads[thread].takes_nothing =
            call.is_some_and(|call| takes_nothing(frame.facts, call));
        if !runs.are_many() {
            self.graph.threads[thread].lent = self.lent(frame, nth);
        }
        self.graph.nodes[node].starts = Some(thread);
        let exit = self.graph.threads[thread].exit;
        if let Some(object) = group {
            self.graph.nodes[exit].releases.push(Release {
                object,
                value: None,
            });
        }
        let Some((body, function)) = target else {
            self.elsewhere(&home, &started, thread);
            return node;
        };
        let started = Started {
            target: Target::Here { body, function },
            ..started
        };
        let instance = self.instance(&home, body);
        let called_by = call.and_then(|call| called_by(frame, &home, call));
        let given = call.map(|call| self.given((frame, nth, call), (&home, &started)));
        self.queue.push_back(Rc::new(Frame {
            instance,
            facts: &self.orders.package.bodies[body],
            func: function,
            thread,
            up: Some((home, Rc::new(started))),
            calls: Vec::new(),
            outermost: None,
            held: Vec::new(),
            is_in_event_loop: false,
            depth: 0,
            called_by,
            kept: Vec::new(),
            given: given.unwrap_or_default(),
        }));
        node
    }

    /// The `sync.Once` whose function the frame is part of, and the calls that lead to that function.
    fn once_around(&self, frame: &Rc<Frame>) -> Option<(Path, Vec<Location>)> {
        let is_once = |path: &Path| {
            let mut objects = self.graph.objects.iter();
            objects.any(|it| it.kind == ObjectKind::Once && it.path.as_ref() == Some(path))
        };
        let once_of = |frame: &Frame| {
            let mut held = frame.held.iter().filter_map(|it| it.path.as_ref());
            held.find(|it| is_once(it)).cloned()
        };
        let around = std::iter::successors(Some(frame), |it| it.up.as_ref().map(|(up, _)| up));
        let inside = around.map_while(|it| Some((once_of(it)?, it.calls.clone())));
        inside.last()
    }

    /// The locks that are held from before the goroutine starts until it has ended.
    fn lent(&self, frame: &Rc<Frame<'a>>, nth: usize) -> Vec<Held> {
        let orders = self.orders;
        let start = (frame.func, nth);
        let Some(own) = lent_locks(orders.package, orders.accesses, frame.facts, start) else {
            return Vec::new();
        };
        let own = own.into_iter().filter(|held| !self.is_copy(frame, held));
        let own = own.map(|held| self.held_above(frame, held));
        frame.held.iter().cloned().chain(own).collect()
    }

    /// A goroutine that runs a function of another package.
    fn elsewhere(&mut self, frame: &Rc<Frame<'a>>, started: &Started, thread: ThreadId) {
        let entry = self.graph.threads[thread].entry;
        let at = self.by_summary(frame, started, entry, |builder, access, before| {
            let Some(access) = builder.access_above(frame, access) else {
                return before;
            };
            let at = builder.graph.after(before);
            builder.graph.threads[thread].accesses.push((at, access));
            at
        });
        let exit = self.graph.threads[thread].exit;
        self.graph.link(at, exit);
    }

    fn mark_recursive(
        &mut self,
        (frame, body, func): (&Rc<Frame<'a>>, usize, FuncId),
        given: (&Rc<Frame<'a>>, &Started),
        node: NodeId,
    ) {
        let mut it = Some(Rc::clone(frame));
        while let Some(frame) = it {
            if frame.facts.index == body && frame.func == func {
                let renewed = self.renewed(&frame, given);
                let thread = &mut self.graph.threads[frame.thread];
                thread.starts_itself.push((node, renewed));
                return;
            }
            it = frame.up.as_ref().map(|(up, _)| Rc::clone(up));
        }
    }

    /// What the formals of a function lead to that starts itself again with others.
    fn renewed(
        &self,
        frame: &Rc<Frame<'a>>,
        (home, again): (&Rc<Frame<'a>>, &Started),
    ) -> Vec<Path> {
        let func = frame.facts.func(frame.func);
        let formals = func.receiver.iter().chain(func.params.iter().flatten());
        let ways: [(&[Step], Subject); 2] =
            [(&[], Subject::Map), (&[Step::Deref], Subject::Variable)];
        let is_new = |(&formal, (steps, subject)): (&ObjId, (&[Step], Subject))| {
            let path = Path {
                root: Root::Var(formal),
                steps: Steps::from_slice(steps),
            };
            let before = self.renamed(frame, path.clone(), subject)?;
            let after = self
                .orders
                .accesses
                .rename(&path, subject, home.facts, again);
            let after = after.and_then(|path| self.renamed(home, path, subject));
            (after.as_ref() != Some(&before)).then_some(before)
        };
        let all = formals.flat_map(|formal| ways.map(|way| (formal, way)));
        all.filter_map(is_new).collect()
    }
}
