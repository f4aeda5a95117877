//! Which way a condition goes, and what it tells about flags.

use contend_ir::{
    BlockId, Body, CallMode, Callee, Func, FuncId, InstrKind, Loop, Operand, Operator, PlaceId,
    PlaceKind, SelectKind, Terminator,
};
use contend_syntax::ast::{BinaryOp, UnaryOp};
use contend_types::{ObjId, ObjectKind, VarKind, World};
use rustc_hash::{FxHashMap, FxHashSet};

use super::answers::answer;
use super::given::Given;
use super::graph::Test;
use super::sync_calls::{SyncCall, constant, sync_call};
use crate::library::package_path;

/// Conditions that are deeper inside each other are not understood.
const MAX_DEPTH: u32 = 6;

/// What one way of a condition tells about a flag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tells {
    Nothing,
    /// Somebody may have set it.
    Something,
    Value(Test),
}

/// A flag that a condition asks for.
pub(super) struct Asked {
    /// The word, or its address.
    pub(super) flag: Operand,
    /// It is read without `sync/atomic`.
    pub(super) is_plain: bool,
    pub(super) then: Tells,
    pub(super) otherwise: Tells,
}

/// What a body assigns to its variables.
pub(super) struct Constants {
    /// The variables that have one value as long as they live.
    values: FxHashMap<PlaceId, i64>,
    /// By variable, the functions of the body that may assign it; through its address all may.
    assigned: FxHashSet<(PlaceId, Option<FuncId>)>,
}

impl Constants {
    pub(super) fn of(world: &World, body: &Body) -> Self {
        let mut values: FxHashMap<PlaceId, Option<i64>> = FxHashMap::default();
        let mut assigned = FxHashSet::default();
        for (id, func) in body.funcs() {
            let mut declared = FxHashSet::default();
            for (nth, block) in func.blocks.iter().enumerate() {
                for instr in func.instrs(block) {
                    if let InstrKind::Write { place, .. } = instr.kind {
                        assigned.insert((place, Some(id)));
                    }
                    match instr.kind {
                        InstrKind::Declare(variable) => {
                            declared.extend(body.places.variable(variable));
                        }
                        InstrKind::Write { place, value } if is_local(world, body, place) => {
                            // Whoever is given its value later has had another one before.
                            let is_first = declared.remove(&place);
                            let value = constant(value).filter(|_| is_first);
                            values
                                .entry(place)
                                .and_modify(|known| *known = None)
                                .or_insert(value);
                        }
                        InstrKind::Read(place) => {
                            declared.remove(&place);
                        }
                        InstrKind::Next { key, value, .. } => {
                            values.insert(key, None);
                            values.insert(value, None);
                        }
                        _ => {}
                    }
                }
                // Behind the first block control may have come another way.
                if nth == 0 && !matches!(block.terminator, Terminator::Jump(_)) {
                    declared.clear();
                }
            }
        }
        for place in addressed(body) {
            values.insert(place, None);
            assigned.insert((place, None));
        }
        let known = values.into_iter();
        Self {
            values: known
                .filter_map(|(place, value)| Some((place, value?)))
                .collect(),
            assigned,
        }
    }

    /// True if no function of the body but this one assigns the variable.
    pub(super) fn is_only_assigned_in(&self, place: PlaceId, only: Option<FuncId>) -> bool {
        let mut by = self.assigned.iter().filter(|(it, _)| *it == place);
        by.all(|(_, by)| by.is_some() && *by == only)
    }

    pub(super) fn value(&self, operand: Operand) -> Option<i64> {
        match operand {
            Operand::Place(place) => self.values.get(&place).copied(),
            other => constant(other),
        }
    }
}

/// The variables whose addresses a body takes.
fn addressed(body: &Body) -> impl Iterator<Item = PlaceId> {
    let handed = body.operands.iter().copied();
    let instrs = body.funcs.iter().flat_map(|func| &func.instrs);
    let kept = instrs.filter_map(|instr| match instr.kind {
        InstrKind::Write { value, .. } => Some(value),
        _ => None,
    });
    handed.chain(kept).filter_map(|it| match it {
        Operand::Addr(place) => Some(place),
        _ => None,
    })
}

fn is_local(world: &World, body: &Body, place: PlaceId) -> bool {
    match body.places.kind(place) {
        PlaceKind::Var(variable) => matches!(
            world.object(variable).kind,
            ObjectKind::Var(VarKind::Local | VarKind::Loop(_))
        ),
        _ => false,
    }
}

/// True for the variables of a call: locals and parameters.
pub(super) fn is_own(world: &World, body: &Body, place: PlaceId) -> bool {
    let is_param = |variable| world.object(variable).kind == ObjectKind::Var(VarKind::Param);
    is_local(world, body, place)
        || matches!(body.places.kind(place), PlaceKind::Var(variable) if is_param(variable))
}

/// The conditions of one function.
pub(super) struct Branches<'a> {
    world: &'a World,
    body: &'a Body,
    func: &'a Func,
    constants: &'a Constants,
    given: &'a [Given],
    /// Where each value of an expression comes from.
    made: FxHashMap<PlaceId, InstrKind>,
    /// Heads of loops that have no second round, with their ends.
    once: FxHashMap<BlockId, BlockId>,
    predecessors: Vec<Vec<BlockId>>,
}

impl<'a> Branches<'a> {
    pub(super) fn of(
        world: &'a World,
        body: &'a Body,
        id: FuncId,
        constants: &'a Constants,
        given: &'a [Given],
    ) -> Self {
        let func = body.func(id);
        let mut made = FxHashMap::default();
        for instr in &func.instrs {
            match instr.kind {
                InstrKind::Operation { dst, .. } => {
                    made.insert(dst, instr.kind);
                }
                InstrKind::Call(call) => {
                    let call = body.call(call);
                    if call.mode == CallMode::Plain
                        && let Some(&Operand::Place(dst)) = body.operands(call.results).first()
                    {
                        made.insert(dst, instr.kind);
                    }
                }
                // A flag that is kept in a variable for the condition.
                InstrKind::Write {
                    place,
                    value: Operand::Place(value),
                } if body.is_temp(value) && is_local(world, body, place) => {
                    if let Some(&kind) = made.get(&value) {
                        made.insert(place, kind);
                    }
                }
                _ => {}
            }
        }
        let mut branches = Self {
            world,
            body,
            func,
            constants,
            given,
            made,
            once: FxHashMap::default(),
            predecessors: body.predecessors(func),
        };
        branches.once = branches.loops_of_one_round();
        branches
    }

    /// The one way that a condition ever takes.
    pub(super) fn only_way(
        &self,
        cond: Operand,
        then: BlockId,
        otherwise: BlockId,
    ) -> Option<BlockId> {
        let value = self.value(cond, 0)?;
        Some(if value == 0 { otherwise } else { then })
    }

    /// The place whose truth, or whose not being nil, decides a condition, and whether the condition
    /// holds then.
    pub(super) fn says(&self, cond: Operand) -> Option<(PlaceId, bool)> {
        let (mut place, mut is_yes) = (cond, true);
        for _ in 0..MAX_DEPTH {
            let Operand::Place(at) = place else {
                return None;
            };
            let Some(&InstrKind::Operation {
                op, left, right, ..
            }) = self.made.get(&at).filter(|_| self.body.is_temp(at))
            else {
                return Some((at, is_yes));
            };
            let is_no = |operand| matches!(operand, Operand::Nil | Operand::Bool(false));
            match op {
                Operator::Unary(UnaryOp::Not) => is_yes = !is_yes,
                Operator::Binary(BinaryOp::Equal) if is_no(right) => is_yes = !is_yes,
                Operator::Binary(BinaryOp::NotEqual) if is_no(right) => {}
                Operator::Binary(BinaryOp::Equal) if right == Operand::Bool(true) => {}
                _ => return None,
            }
            place = left;
        }
        None
    }

    /// What a return at the end of a block answers with.
    pub(super) fn answer(&self, block: BlockId, value: Operand) -> Option<bool> {
        let is_not_nil = || self.is_error(block, value) || self.was_asked_for(block, value);
        answer(value).or_else(|| is_not_nil().then_some(true))
    }

    /// True for a new error, one that the package keeps, and that of a context which is over.
    fn is_error(&self, block: BlockId, value: Operand) -> bool {
        let Operand::Place(place) = value else {
            return false;
        };
        if let PlaceKind::Var(variable) = self.body.places.kind(place) {
            return is_kept_error(self.world, variable);
        }
        let Some(&InstrKind::Call(call)) = self.made.get(&place) else {
            return false;
        };
        let call = self.body.call(call);
        let is = |function, package: &str, name: &str| {
            self.world.name(function).as_str() == name
                && package_path(self.world, function) == package
        };
        match call.callee {
            Callee::Static(function) => {
                is(function, "errors", "New")
                    || is(function, "fmt", "Errorf")
                    || is(function, "context", "Cause")
                        && self.is_over(block, self.body.operands(call.args).first().copied())
            }
            Callee::Interface(function) => {
                is(function, "context", "Err") && self.is_over(block, call.receiver)
            }
            _ => false,
        }
    }

    /// True if control has come to the block by a receive from `Done` of the context.
    fn is_over(&self, block: BlockId, context: Option<Operand>) -> bool {
        let is_done = |channel: Operand| {
            let Operand::Place(channel) = channel else {
                return false;
            };
            matches!(self.made.get(&channel), Some(&InstrKind::Call(call))
                if matches!(self.body.call(call).callee, Callee::Interface(method)
                    if self.world.name(method).as_str() == "Done"
                        && package_path(self.world, method) == "context")
                    && self.body.call(call).receiver == context)
        };
        let here = self.func.instrs(self.func.block(block)).iter();
        let mut received = here.filter_map(|instr| match instr.kind {
            InstrKind::Receive { channel, .. } => Some(channel),
            _ => None,
        });
        let is_case = |before: BlockId| match self.func.block(before).terminator {
            Terminator::Select(select) => {
                let cases = self.body.selects[select.index()].cases.iter();
                let mut cases = cases.filter(|case| case.target == block);
                cases.all(|case| match case.kind {
                    SelectKind::Receive { channel, .. } => is_done(channel),
                    _ => false,
                })
            }
            _ => false,
        };
        received.any(is_done) || self.before(block).is_some_and(is_case)
    }

    /// True for a variable that all ways to the end of the block have found not to be nil.
    fn was_asked_for(&self, block: BlockId, value: Operand) -> bool {
        let Operand::Place(place) = value else {
            return false;
        };
        let mut block = block;
        for _ in 0..MAX_DEPTH {
            let mut instrs = self.func.instrs(self.func.block(block)).iter();
            let is_written =
                |kind| matches!(kind, InstrKind::Write { place: it, .. } if it == place);
            let Some(before) = self
                .before(block)
                .filter(|_| !instrs.any(|it| is_written(it.kind)))
            else {
                return false;
            };
            if let Terminator::Branch {
                cond,
                then,
                otherwise,
            } = self.func.block(before).terminator
                && then != otherwise
                && let Some((asked, is_yes)) = self.says(cond)
                && asked == place
            {
                return (block == then) == is_yes;
            }
            block = before;
        }
        false
    }

    /// The one block that leads to another one.
    fn before(&self, block: BlockId) -> Option<BlockId> {
        match self.predecessors[block.index()].as_slice() {
            &[before] => Some(before),
            _ => None,
        }
    }

    /// The end of the loop that begins at `head`, if it has no second round.
    pub(super) fn end_of_once(&self, head: BlockId) -> Option<BlockId> {
        self.once.get(&head).copied()
    }

    fn value(&self, operand: Operand, depth: u32) -> Option<i64> {
        if let Some(value) = self.constants.value(operand) {
            return Some(value);
        }
        let place = match operand {
            Operand::Place(place) => place,
            Operand::Nil => return Some(0),
            _ => return None,
        };
        if let Some(given) = self.given.iter().find(|it| it.place == place) {
            return Some(given.value);
        }
        let &InstrKind::Operation {
            op, left, right, ..
        } = self.made.get(&place).filter(|_| depth < MAX_DEPTH)?
        else {
            return None;
        };
        let left = self.value(left, depth + 1)?;
        if op == Operator::Unary(UnaryOp::Not) {
            return Some(i64::from(left == 0));
        }
        let right = self.value(right, depth + 1)?;
        compare(op, left, right).map(i64::from)
    }

    /// `for i := 0; i < n; i++` with an `n` that is 1 and never anything else.
    fn loops_of_one_round(&self) -> FxHashMap<BlockId, BlockId> {
        let mut once = FxHashMap::default();
        for Loop { head, blocks, .. } in self.body.loops(self.func) {
            let Terminator::Branch {
                cond: Operand::Place(cond),
                then,
                otherwise,
            } = self.func.block(head).terminator
            else {
                continue;
            };
            let Some(&InstrKind::Operation {
                op: Operator::Binary(BinaryOp::Less),
                left: Operand::Place(counter),
                right,
                ..
            }) = self.made.get(&cond)
            else {
                continue;
            };
            let rounds = self.value(right, 0).zip(self.first_value(counter, &blocks));
            let is_once = rounds.is_some_and(|(limit, first)| limit - first <= 1);
            if is_once && blocks.contains(&then) && !blocks.contains(&otherwise) {
                once.insert(head, otherwise);
            }
        }
        once
    }

    /// What a counter is before the loop, if it is a constant and only grows inside.
    fn first_value(&self, counter: PlaceId, blocks: &[BlockId]) -> Option<i64> {
        let mut first = None;
        for (id, block) in self.func.blocks() {
            for instr in self.func.instrs(block) {
                let InstrKind::Write { place, value } = instr.kind else {
                    continue;
                };
                if place != counter {
                    continue;
                }
                if blocks.contains(&id) {
                    let adds = matches!(value, Operand::Place(sum) if matches!(
                        self.made.get(&sum),
                        Some(InstrKind::Operation { op: Operator::Binary(BinaryOp::Add), .. })
                    ));
                    if !adds {
                        return None;
                    }
                } else {
                    match first {
                        None => first = Some(constant(value)?),
                        Some(_) => return None,
                    }
                }
            }
        }
        first
    }

    /// The flags that a condition asks for.
    pub(super) fn asked(&self, cond: Operand) -> Vec<Asked> {
        let mut asked = Vec::new();
        self.ask(cond, 0, &mut asked);
        asked
    }

    fn ask(&self, cond: Operand, depth: u32, asked: &mut Vec<Asked>) {
        let Operand::Place(place) = cond else { return };
        if MAX_DEPTH < depth {
            return;
        }
        let yes = Tells::Value(Test {
            value: 1,
            is_equal: true,
        });
        let no = Tells::Value(Test {
            value: 1,
            is_equal: false,
        });
        match self.made.get(&place) {
            Some(&InstrKind::Operation {
                op, left, right, ..
            }) => self.ask_operation(op, left, right, depth, asked),
            Some(&InstrKind::Call(_)) => {
                if let Some((flag, call)) = self.loaded(place) {
                    let (then, otherwise) = match call {
                        SyncCall::Swap { old: Some(old), .. } => told(old),
                        SyncCall::Get(_) => (yes, no),
                        _ => (Tells::Something, Tells::Something),
                    };
                    asked.push(Asked {
                        flag,
                        is_plain: false,
                        then,
                        otherwise,
                    });
                }
            }
            _ if !self.body.is_temp(place) => asked.push(Asked {
                flag: cond,
                is_plain: true,
                then: yes,
                otherwise: no,
            }),
            _ => {}
        }
    }

    fn ask_operation(
        &self,
        op: Operator,
        left: Operand,
        right: Operand,
        depth: u32,
        asked: &mut Vec<Asked>,
    ) {
        if op == Operator::Unary(UnaryOp::Not) {
            let first = asked.len();
            self.ask(left, depth + 1, asked);
            for it in &mut asked[first..] {
                std::mem::swap(&mut it.then, &mut it.otherwise);
            }
            return;
        }
        let (side, value) = match (constant(left), constant(right)) {
            (None, Some(value)) => (left, Some(value)),
            (Some(value), None) => (right, Some(value)),
            _ => (left, None),
        };
        let Operand::Place(place) = side else { return };
        let (flag, is_plain, call) = match self.loaded(place) {
            Some((flag, call)) => (flag, false, Some(call)),
            None if !self.body.is_temp(place) => (side, true, None),
            None => return,
        };
        let (mut then, mut otherwise) = match value {
            Some(value) => told(value),
            None => (Tells::Something, Tells::Something),
        };
        match op {
            Operator::Binary(BinaryOp::Equal) => {}
            Operator::Binary(BinaryOp::NotEqual) => std::mem::swap(&mut then, &mut otherwise),
            _ => (then, otherwise) = (Tells::Something, Tells::Something),
        }
        if let Some(SyncCall::Count(_, step)) = call {
            // Who counts first has nobody before him.
            let is_first = step.is_some() && step == value && step.is_some_and(|step| 0 < step);
            let tells = |on_equal: bool| match op {
                Operator::Binary(BinaryOp::Equal) if is_first && on_equal => Tells::Nothing,
                Operator::Binary(BinaryOp::NotEqual) if is_first && !on_equal => Tells::Nothing,
                _ => Tells::Something,
            };
            (then, otherwise) = (tells(true), tells(false));
        }
        asked.push(Asked {
            flag,
            is_plain,
            then,
            otherwise,
        });
    }

    /// The word that an atomic call read to give this value.
    fn loaded(&self, place: PlaceId) -> Option<(Operand, SyncCall)> {
        let &InstrKind::Call(call) = self.made.get(&place)? else {
            return None;
        };
        let call = sync_call(self.world, self.body, self.body.call(call))?;
        let (SyncCall::Get(word)
        | SyncCall::Set(word, _)
        | SyncCall::Count(word, _)
        | SyncCall::Swap { word, .. }) = call
        else {
            return None;
        };
        Some((word, call))
    }
}

/// True for `io.EOF`, `ErrClosed` and their like.
fn is_kept_error(world: &World, variable: ObjId) -> bool {
    let object = world.object(variable);
    let name = object.name.as_str();
    let is_error = object.kind == ObjectKind::Var(VarKind::Package)
        && world.object_type(variable) == world.universe().error;
    let is_named = |word| name.strip_prefix(word).is_some_and(|rest| !rest.is_empty());
    is_error && (name == "EOF" || is_named("Err") || is_named("err"))
}

/// What the two ways of `flag == value` tell.
fn told(value: i64) -> (Tells, Tells) {
    let test = |is_equal| Tells::Value(Test { value, is_equal });
    (test(true), test(false))
}

fn compare(op: Operator, left: i64, right: i64) -> Option<bool> {
    let Operator::Binary(op) = op else {
        return None;
    };
    Some(match op {
        BinaryOp::Equal => left == right,
        BinaryOp::NotEqual => left != right,
        BinaryOp::Less => left < right,
        BinaryOp::LessEqual => left <= right,
        BinaryOp::Greater => left > right,
        BinaryOp::GreaterEqual => left >= right,
        _ => return None,
    })
}
