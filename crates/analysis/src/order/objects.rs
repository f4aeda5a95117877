//! What goroutines meet at: channels, wait groups, conditions, flags, locks that are handed over.

use std::rc::Rc;

use contend_ir::{Callee, InstrKind, Operand, PlaceId, PlaceKind, Terminator};
use contend_types::{ObjId, ObjectKind as DeclKind, VarKind, World};

use super::build::Builder;
use super::frame::Frame;
use super::graph::{Acquire, NodeId, Object, ObjectId, ObjectKind, Release};
use crate::accesses::Subject;
use crate::library::package_path;
use crate::package::{BodyFacts, Package};
use crate::path::Path;
use crate::rooms::made_by;

impl<'a> Builder<'_, 'a> {
    pub(super) fn object(
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
        if path.is_none()
            && let Some((path, owner)) = self.local(frame, place, subject)
        {
            return Some(self.intern_in(kind, Some(path), false, owner.facts, owner.instance));
        }
        if path.is_none() && frame.thread == 0 {
            // `time.After` and its like have nothing to do with the goroutines.
            return None;
        }
        Some(self.intern(kind, path, false))
    }

    pub(super) fn intern(
        &mut self,
        kind: ObjectKind,
        path: Option<Path>,
        is_known: bool,
    ) -> ObjectId {
        self.intern_in(kind, path, is_known, self.root, 0)
    }

    /// `facts` are of the body that the variable at the start of the path belongs to.
    fn intern_in(
        &mut self,
        kind: ObjectKind,
        path: Option<Path>,
        is_known: bool,
        facts: &BodyFacts,
        instance: usize,
    ) -> ObjectId {
        let behind = path
            .as_ref()
            .filter(|_| !matches!(kind, ObjectKind::Flag | ObjectKind::Lock))
            .and_then(|path| self.orders.assigned.variable_behind(facts, path));
        let key = (kind, behind.or(path), instance);
        if let Some(&id) = self.graph.index.get(&key) {
            return id;
        }
        let (kind, path, _) = key.clone();
        let variable = path
            .as_ref()
            .filter(|path| path.steps.is_empty())
            .and_then(Path::variable);
        let is_known = is_known
            || matches!(kind, ObjectKind::Flag | ObjectKind::Lock | ObjectKind::Cond)
            || variable.is_some_and(|variable| self.is_own(facts, variable));
        let capacity = match kind {
            ObjectKind::Channel | ObjectKind::ChannelBack => {
                let of_variable = variable.and_then(|variable| capacity(facts, variable));
                let field = path.as_ref().and_then(Path::last_field);
                of_variable.or_else(|| self.orders.package.rooms.of(field.or(variable)?))
            }
            _ => None,
        };
        let is_timed = kind == ObjectKind::Channel
            && path.as_ref().is_some_and(|path| self.is_timed(facts, path));
        let id = self.graph.objects.len();
        self.graph.objects.push(Object {
            kind,
            path,
            instance,
            is_known,
            is_timed,
            capacity,
        });
        self.graph.index.insert(key, id);
        id
    }

    /// What a function literal knows that is not in the graph may be used there.
    pub(super) fn doubt_objects(&mut self) {
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
    fn is_own(&self, facts: &BodyFacts, variable: ObjId) -> bool {
        let kind = self.orders.package.world.object(variable).kind;
        matches!(kind, DeclKind::Var(VarKind::Local))
            && facts.body.places.variable(variable).is_some()
            && !escapes(self.orders.package, facts, variable)
    }

    /// A channel that is given to `signal.Notify`.
    fn is_timed(&self, facts: &BodyFacts, path: &Path) -> bool {
        let world = self.orders.package.world;
        let body = facts.body;
        let place = path.variable().and_then(|it| body.places.variable(it));
        place.is_some_and(|place| {
            body.calls.iter().any(|call| {
                let is_notify = matches!(call.callee, Callee::Static(function)
                    if world.name(function).as_str() == "Notify"
                        && package_path(world, function) == "os/signal");
                is_notify && body.operands(call.args).first() == Some(&Operand::Place(place))
            })
        })
    }

    /// True for `Done` of a context that nobody in sight cancels: it ends when its time is over, or
    /// when somebody outside says so.
    fn ends_by_itself(&self, frame: &Rc<Frame<'a>>, channel: Operand) -> bool {
        let world = self.orders.package.world;
        let is_of_context = |function: ObjId, names: &[&str]| {
            names.contains(&world.name(function).as_str())
                && package_path(world, function) == "context"
        };
        let is_done = frame.facts.body.calls.iter().any(|call| {
            matches!(call.callee, Callee::Interface(method) if is_of_context(method, &["Done"]))
                && frame.facts.body.operands(call.results).contains(&channel)
        });
        let cancels = |facts: &BodyFacts| {
            facts.body.calls.iter().any(|call| {
                matches!(call.callee, Callee::Static(function)
                    if is_of_context(function, &["WithCancel", "WithCancelCause"]))
            })
        };
        let mut around = Some(Rc::clone(frame));
        while is_done && let Some(it) = around {
            if cancels(it.facts) {
                return false;
            }
            around = it.up.as_ref().map(|(up, _)| Rc::clone(up));
        }
        is_done
    }

    /// The node waits for a time.
    fn await_timer(&mut self, node: NodeId, is_last: bool) {
        let object = self.graph.objects.len();
        self.graph.objects.push(Object {
            kind: ObjectKind::Channel,
            path: None,
            instance: 0,
            is_known: false,
            is_timed: true,
            capacity: None,
        });
        self.graph.nodes[node].acquires.push(Acquire {
            object,
            is_last,
            test: None,
        });
    }

    pub(super) fn send(&mut self, frame: &Rc<Frame<'a>>, channel: Operand, node: NodeId) {
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

    pub(super) fn receive(
        &mut self,
        frame: &Rc<Frame<'a>>,
        channel: Operand,
        node: NodeId,
        is_last: bool,
    ) {
        if self.ends_by_itself(frame, channel) {
            return;
        }
        if is_of_timer(self.orders.package.world, frame.facts, channel) {
            if frame.thread != 0 {
                self.await_timer(node, is_last);
            }
            return;
        }
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

    pub(super) fn close(&mut self, frame: &Rc<Frame<'a>>, channel: Operand, node: NodeId) {
        if let Some(object) = self.object(frame, ObjectKind::Channel, channel, Subject::Map) {
            self.graph.nodes[node].releases.push(Release {
                object,
                value: None,
            });
        }
    }
}

/// True for the channel of a timer or ticker, and for one that `time.After` or `time.Tick` has made, in
/// a variable or not.
fn is_of_timer(world: &World, facts: &BodyFacts, channel: Operand) -> bool {
    let body = facts.body;
    let Operand::Place(place) = channel else {
        return false;
    };
    let value = match body.places.kind(place) {
        PlaceKind::Var(variable) => only_value(facts, variable),
        PlaceKind::Field { field, .. } => {
            return world.name(field).as_str() == "C" && package_path(world, field) == "time";
        }
        _ => Some(place),
    };
    let Some(value) = value.map(Operand::Place) else {
        return false;
    };
    body.calls.iter().any(|call| {
        let is_timer = matches!(call.callee, Callee::Static(function)
            if matches!(world.name(function).as_str(), "After" | "Tick")
                && package_path(world, function) == "time");
        is_timer && body.operands(call.results).contains(&value)
    })
}

/// What is assigned to a variable, if that happens at one place only.
pub(super) fn only_value(facts: &BodyFacts, variable: ObjId) -> Option<PlaceId> {
    let body = facts.body;
    let place = body.places.variable(variable)?;
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let mut values = instrs.filter_map(|instr| match instr.kind {
        InstrKind::Write {
            place: to,
            value: Operand::Place(value),
        } if to == place => Some(value),
        _ => None,
    });
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// The room of the channel in a variable, if the function has made it.
pub(super) fn capacity(facts: &BodyFacts, variable: ObjId) -> Option<i32> {
    let value = only_value(facts, variable)?;
    let mut instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
    instrs.find_map(|instr| {
        let (channel, room) = made_by(&instr.kind)?;
        (channel == value).then_some(room)
    })
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
                    .is_some_and(|it| package.at_hand(&it.target).is_some());
            is_argument && !is_followed
        }
        _ => false,
    });
    by_instr
        || body.funcs.iter().flat_map(|func| &func.blocks).any(|block| {
            matches!(block.terminator, Terminator::Return(list) if body.operands(list).iter().any(is_it))
        })
}
