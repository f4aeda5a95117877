//! Follows the locks of one function along its blocks.

use contend_ir::{
    Block, BlockId, Body, Call, CallMode, Callee, Func, FuncId, Instr, InstrKind, Operand, PlaceId,
    PlaceKind, Terminator,
};
use contend_types::{ObjId, World};
use rustc_hash::FxHashMap;

use super::state::{Deferred, Hold, Ways};
use super::summary::{EffectKind, Summaries};
use crate::accessors::{Accessors, HandedOut};
use crate::library::{LockOp, Mode, is_unlock, lock_call};
use crate::literals::Literals;
use crate::path::{Path, Root, Step, Steps};

/// The ways to a point, by lock. Locks behind the end are untouched.
#[derive(Clone, Default, Debug)]
pub struct LockState(Vec<Ways>);

/// A point of a function: before this instruction, or before the terminator.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Point {
    pub block: BlockId,
    /// The position in [`Func::instrs`]; behind the block's last one for the terminator.
    pub instr: usize,
}

/// A lock that the function does something to.
#[derive(Debug)]
pub struct Lock {
    pub path: Path,
    /// It is a mutex of package sync, as far as seen.
    pub is_mutex: bool,
    /// The function itself, not only a function it calls, unlocks it somewhere.
    pub has_unlock: bool,
    /// How it unlocks it.
    unlocks: Option<Mode>,
    /// It, or a function that it calls, may take the lock.
    is_taken: bool,
}

/// The locks of one function at each of its points.
pub struct LockFlow<'a> {
    pub world: &'a World,
    pub body: &'a Body,
    pub func: &'a Func,
    pub locks: Vec<Lock>,
    index: FxHashMap<Path, usize>,
    /// Effects of calls on locks, found once.
    effects: FxHashMap<usize, Vec<(usize, EffectKind)>>,
    /// Results of `TryLock`, with the lock.
    tries: FxHashMap<PlaceId, (usize, Mode, contend_base::Span)>,
    /// Methods taken as values, with their receivers.
    method_values: FxHashMap<PlaceId, (ObjId, Operand)>,
    /// Results of accessors.
    handed_out: FxHashMap<PlaceId, HandedOut>,
    /// The state at the beginning of each block; `None` where control does not come.
    entry: Vec<Option<LockState>>,
}

impl LockState {
    pub fn ways(&self, lock: usize) -> Ways {
        self.0.get(lock).cloned().unwrap_or_else(Ways::untouched)
    }

    fn get_mut(&mut self, lock: usize) -> &mut Ways {
        if self.0.len() <= lock {
            self.0.resize(lock + 1, Ways::untouched());
        }
        &mut self.0[lock]
    }

    fn join(&mut self, other: &Self) -> bool {
        let mut is_new = false;
        for lock in 0..self.0.len().max(other.0.len()) {
            let ways = other.ways(lock);
            is_new |= self.get_mut(lock).join(&ways);
        }
        is_new
    }

    /// The locks that may be held, with the mode, and whether all ways hold them.
    pub fn held(&self) -> impl Iterator<Item = (usize, Mode, bool)> {
        self.0.iter().enumerate().filter_map(|(lock, ways)| {
            let is_on_all_ways = ways.all(|hold| matches!(hold, Hold::Held { .. }));
            Some((lock, ways.mode()?, is_on_all_ways))
        })
    }
}

impl<'a> LockFlow<'a> {
    /// Follows the locks of a function; `None` if it has to do with none.
    pub fn of(
        world: &'a World,
        body: &'a Body,
        func: FuncId,
        literals: &Literals,
        summaries: &Summaries,
        accessors: &Accessors,
    ) -> Option<Self> {
        let mut flow = Self {
            world,
            body,
            func: body.func(func),
            locks: Vec::new(),
            index: FxHashMap::default(),
            effects: FxHashMap::default(),
            tries: FxHashMap::default(),
            method_values: FxHashMap::default(),
            handed_out: FxHashMap::default(),
            entry: Vec::new(),
        };
        flow.collect(literals, summaries, accessors);
        if flow.locks.is_empty() {
            return None;
        }
        flow.solve();
        Some(flow)
    }

    /// Finds what each call does to locks.
    fn collect(&mut self, literals: &Literals, summaries: &Summaries, accessors: &Accessors) {
        for (at, instr) in self.func.instrs.iter().enumerate() {
            let id = match instr.kind {
                InstrKind::Call(id) => id,
                InstrKind::MethodValue {
                    dst,
                    receiver,
                    method,
                } => {
                    self.method_values.insert(dst, (method, receiver));
                    continue;
                }
                _ => continue,
            };
            let call = self.body.call(id);
            if let Some(&Operand::Place(result)) = self.body.operands(call.results).first()
                && let Some(from) = accessors.result(self.world, self.body, call)
                // Whether two names are of one lock is not to be seen of an entry.
                && !from.path.steps.contains(&Step::Entry)
            {
                self.handed_out.insert(result, from);
            }
            let effects = match lock_call(self.world, self.body, call) {
                Some(op) => self.own_effect(call, op),
                None => self.callee_effects(call, literals, summaries),
            };
            if !effects.is_empty() {
                self.effects.insert(at, effects);
            }
        }
    }

    fn own_effect(
        &mut self,
        call: &Call,
        op: crate::library::LockCall,
    ) -> Vec<(usize, EffectKind)> {
        let Some(path) = Path::of(self.body, op.place) else {
            return Vec::new();
        };
        let lock = self.lock(path, op.is_mutex);
        match op.op {
            LockOp::Lock(mode) => {
                self.locks[lock].is_taken = true;
                vec![(lock, EffectKind::Acquires(mode))]
            }
            LockOp::Unlock(mode) => {
                self.locks[lock].has_unlock = true;
                self.locks[lock].unlocks = Some(mode);
                vec![(lock, EffectKind::Releases)]
            }
            LockOp::TryLock(mode) => {
                self.locks[lock].is_taken = true;
                let result = self.body.operands(call.results).first();
                match result.and_then(|&it| self.condition(it)) {
                    Some(condition) => {
                        self.tries.insert(condition, (lock, mode, call.span));
                        Vec::new()
                    }
                    None => vec![(lock, EffectKind::Unclear)],
                }
            }
        }
    }

    /// The result of a call, or the variable that has it and nothing else, where one branch depends
    /// on that.
    fn condition(&self, result: Operand) -> Option<PlaceId> {
        let Operand::Place(result) = result else {
            return None;
        };
        let n_branches = |value: PlaceId| {
            let blocks = self.func.blocks.iter();
            let is_on = |block: &&Block| {
                matches!(block.terminator,
                    Terminator::Branch { cond: Operand::Place(place), .. } if place == value)
            };
            blocks.filter(is_on).count()
        };
        if 0 < n_branches(result) {
            return Some(result);
        }
        let writes = || {
            let instrs = self.body.funcs.iter().flat_map(|func| &func.instrs);
            instrs.filter_map(|instr| match instr.kind {
                InstrKind::Write { place, value } => Some((place, value)),
                _ => None,
            })
        };
        let (variable, _) = writes().find(|(_, value)| *value == Operand::Place(result))?;
        let is_only = writes().filter(|(place, _)| *place == variable).count() == 1
            && matches!(self.body.places.kind(variable), PlaceKind::Var(_));
        (is_only && n_branches(variable) == 1).then_some(variable)
    }

    fn callee_effects(
        &mut self,
        call: &Call,
        literals: &Literals,
        summaries: &Summaries,
    ) -> Vec<(usize, EffectKind)> {
        let summary = match literals.of_callee(call.callee) {
            Some(literal) => summaries.literal(self.body, literal),
            None => match call.callee {
                Callee::Static(function) => summaries.declared(function),
                _ => None,
            },
        };
        let args = self.body.operands(call.args);
        let mut effects = Vec::new();
        for effect in summary.into_iter().flat_map(|it| &it.effects) {
            let path = summary
                .and_then(|it| it.seen_by_caller(&effect.path, self.body, call.receiver, args));
            if let Some(path) = path {
                let lock = self.lock(path, effect.is_mutex);
                self.locks[lock].is_taken |= effect.kind != EffectKind::Releases;
                effects.push((lock, effect.kind));
            }
        }
        for &arg in args {
            self.effects_of_callback(arg, literals, summaries, &mut effects);
        }
        effects
    }

    /// What a function that is handed to another one does to locks, if it is called.
    fn effects_of_callback(
        &mut self,
        value: Operand,
        literals: &Literals,
        summaries: &Summaries,
        effects: &mut Vec<(usize, EffectKind)>,
    ) {
        let method = match value {
            Operand::Place(place) => self.method_values.get(&place).copied(),
            _ => None,
        };
        if let Some((method, Operand::Addr(place))) = method
            && is_unlock(self.world, method)
            && let Some(path) = Path::of(self.body, place)
        {
            effects.push((self.lock(path, true), EffectKind::Unclear));
        }
        let summary = match (literals.of_value(value), method) {
            (Some(literal), _) => summaries.literal(self.body, literal),
            (None, Some((method, _))) => summaries.declared(method),
            (None, None) => None,
        };
        let receiver = method.map(|(_, receiver)| receiver);
        for effect in summary.into_iter().flat_map(|it| &it.effects) {
            if matches!(effect.kind, EffectKind::Locks { .. }) {
                continue;
            }
            let path =
                summary.and_then(|it| it.seen_by_caller(&effect.path, self.body, receiver, &[]));
            if let Some(path) = path {
                effects.push((self.lock(path, effect.is_mutex), EffectKind::Unclear));
            }
        }
    }

    fn lock(&mut self, path: Path, is_mutex: bool) -> usize {
        let path = self.named(path);
        let next = self.locks.len();
        let lock = *self.index.entry(path.clone()).or_insert(next);
        if lock == next {
            self.locks.push(Lock {
                path,
                is_mutex,
                has_unlock: false,
                unlocks: None,
                is_taken: false,
            });
        } else {
            self.locks[lock].is_mutex &= is_mutex;
        }
        lock
    }

    /// A lock that an accessor hands out goes by the name of where it is.
    fn named(&self, path: Path) -> Path {
        let mut path = path;
        while let Root::Temp(result) = path.root
            && let Some(from) = self.handed_out.get(&result)
            && let Some(steps) = from.steps(&path.steps)
        {
            let Some(place) = from.place else {
                let root = from.path.root;
                return Path { root, steps };
            };
            let Some(mut whole) = Path::of(self.body, place) else {
                break;
            };
            whole.steps.extend(steps);
            path = whole;
        }
        path
    }

    fn solve(&mut self) {
        let order = self.body.reverse_postorder(self.func);
        self.entry = vec![None; self.func.blocks.len()];
        self.entry[0] = Some(LockState::default());
        let mut is_open = vec![false; self.func.blocks.len()];
        is_open[0] = true;
        while is_open.contains(&true) {
            for &block in &order {
                if !std::mem::replace(&mut is_open[block.index()], false) {
                    continue;
                }
                let Some(mut state) = self.entry[block.index()].clone() else {
                    continue;
                };
                self.run_block(block, &mut state, &mut |_, _, _| {});
                for to in self.body.successors(self.func, block) {
                    let on_edge = self.on_edge(block, to, &state);
                    let is_new = match &mut self.entry[to.index()] {
                        Some(known) => known.join(&on_edge),
                        none => {
                            *none = Some(on_edge);
                            true
                        }
                    };
                    is_open[to.index()] |= is_new;
                }
            }
        }
    }

    /// The state that passes from the end of `block` to `to`.
    fn on_edge(&self, block: BlockId, to: BlockId, state: &LockState) -> LockState {
        let mut state = state.clone();
        let terminator = self.func.block(block).terminator;
        if let Terminator::Branch {
            cond: Operand::Place(place),
            then,
            otherwise,
        } = terminator
            && let Some(&(lock, mode, site)) = self.tries.get(&place)
        {
            if to == then && then != otherwise {
                state.get_mut(lock).lock(site, mode);
            }
            return state;
        }
        if matches!(
            terminator,
            Terminator::Branch { .. } | Terminator::Select(_)
        ) {
            state.0.iter_mut().for_each(Ways::pass_condition);
        }
        state
    }

    fn run_block(
        &self,
        block: BlockId,
        state: &mut LockState,
        visit: &mut impl FnMut(Point, Option<&Instr>, &LockState),
    ) {
        let range = self.func.block(block).instrs.as_usize();
        let end = range.end;
        for at in range {
            let instr = &self.func.instrs[at];
            visit(Point { block, instr: at }, Some(instr), state);
            self.step(at, instr, state);
        }
        visit(Point { block, instr: end }, None, state);
    }

    /// Calls `visit` for each instruction that control can come to, and for each terminator, with
    /// the state before it.
    pub fn visit(&self, mut visit: impl FnMut(Point, Option<&Instr>, &LockState)) {
        for (block, _) in self.func.blocks() {
            if let Some(mut state) = self.entry[block.index()].clone() {
                self.run_block(block, &mut state, &mut visit);
            }
        }
    }

    /// True if the block ends in a return that is not the way out of a recovered panic.
    pub fn is_plain_return(&self, block: BlockId) -> bool {
        let is_recovery = self.func.blocks.iter().any(|it| {
            matches!(it.terminator, Terminator::Unwind { recovered } if recovered == Some(block))
        });
        matches!(self.func.block(block).terminator, Terminator::Return(_)) && !is_recovery
    }

    /// True for a lock that some ways to a point have tried to take and did not get, where no condition
    /// has told them apart since.
    pub fn is_only_tried(&self, state: &LockState, lock: usize) -> bool {
        let ways = state.ways(lock);
        let is_tried = |hold: Hold| {
            let Hold::Held {
                site, is_certain, ..
            } = hold
            else {
                return hold == Hold::Untouched;
            };
            let mut tries = self.tries.values();
            is_certain && tries.any(|&(it, _, at)| it == lock && at == site)
        };
        ways.any(|hold| hold == Hold::Untouched) && ways.all(is_tried)
    }

    /// Where the function releases locks, itself and not by `defer`, though it does not hold them:
    /// the instruction and the lock.
    pub fn lent(&self) -> Vec<(usize, usize)> {
        let mut lent = Vec::new();
        self.visit(|point, instr, state| {
            let Some(InstrKind::Call(call)) = instr.map(|instr| instr.kind) else {
                return;
            };
            if self.body.call(call).mode != CallMode::Plain {
                return;
            }
            for &(lock, effect) in self.effects(point.instr) {
                let is_untouched = state.ways(lock).all(|hold| hold == Hold::Untouched);
                if effect == EffectKind::Releases && is_untouched {
                    lent.push((point.instr, lock));
                }
            }
        });
        lent
    }

    /// The mode of a lock that the function unlocks and never takes: it was taken for it.
    pub fn taken_before(&self, lock: usize) -> Option<Mode> {
        let it = &self.locks[lock];
        it.unlocks.filter(|_| !it.is_taken)
    }

    /// What the call at this instruction does to locks.
    pub fn effects(&self, instr: usize) -> &[(usize, EffectKind)] {
        self.effects.get(&instr).map_or(&[], Vec::as_slice)
    }

    /// True if the function takes the lock somewhere.
    pub fn acquires(&self, lock: usize) -> bool {
        let is_it = |&(it, effect): &(usize, EffectKind)| {
            it == lock && matches!(effect, EffectKind::Acquires(_))
        };
        self.effects.values().flatten().any(is_it)
    }

    fn step(&self, at: usize, instr: &Instr, state: &mut LockState) {
        match instr.kind {
            InstrKind::Write { place, .. } => self.assigned(place, state),
            InstrKind::Declare(variable) => {
                let written = Path {
                    root: Root::Var(variable),
                    steps: Steps::new(),
                };
                self.forget(&written, state);
                self.forget_indexed(state, |kind| kind == PlaceKind::Var(variable));
            }
            InstrKind::RunDefers => state.0.iter_mut().for_each(Ways::run_defers),
            InstrKind::Call(id) => {
                let mode = self.body.call(id).mode;
                for &(lock, kind) in self.effects(at) {
                    self.apply(lock, kind, mode, instr, state);
                }
            }
            _ => {}
        }
    }

    fn apply(
        &self,
        lock: usize,
        kind: EffectKind,
        mode: CallMode,
        instr: &Instr,
        state: &mut LockState,
    ) {
        match (mode, kind) {
            (_, EffectKind::Locks { .. }) => {}
            (CallMode::Plain, EffectKind::Acquires(mode)) => {
                state.get_mut(lock).lock(instr.span, mode);
            }
            (CallMode::Plain, EffectKind::Releases) => {
                let ways = state.get_mut(lock);
                let is_strange = !ways.any(|hold| matches!(hold, Hold::Held { .. }));
                ways.unlock();
                if is_strange {
                    self.lose_aliases(lock, state);
                }
            }
            (CallMode::Defer, EffectKind::Releases) => {
                state.get_mut(lock).defer(Deferred::Unlock);
            }
            (CallMode::Defer, EffectKind::Acquires(_) | EffectKind::Unclear) => {
                state.get_mut(lock).defer(Deferred::Unclear);
            }
            // Another goroutine takes its own; one that releases was handed the lock.
            (CallMode::Go, EffectKind::Acquires(_)) => {}
            (CallMode::Go, EffectKind::Releases | EffectKind::Unclear)
            | (CallMode::Plain, EffectKind::Unclear) => state.get_mut(lock).lose(),
        }
    }

    /// Something was unlocked that is not known to be held: it may be one of the held locks under
    /// another name.
    fn lose_aliases(&self, unlocked: usize, state: &mut LockState) {
        let field = self.locks[unlocked].path.last_field();
        for (lock, ways) in state.0.iter_mut().enumerate() {
            let other = self.locks[lock].path.last_field();
            let may_alias = other == field || other.is_none() || field.is_none();
            let is_held = ways.any(|hold| matches!(hold, Hold::Held { .. }));
            if lock != unlocked && may_alias && is_held {
                ways.lose();
            }
        }
    }

    /// A place was assigned to: paths through it lead elsewhere now.
    fn assigned(&self, place: PlaceId, state: &mut LockState) {
        if state.0.is_empty() {
            return;
        }
        if let Some(written) = Path::of(self.body, place) {
            self.forget(&written, state);
        }
        let kind = self.body.places.kind(place);
        self.forget_indexed(state, |index| index == kind);
    }

    fn forget(&self, written: &Path, state: &mut LockState) {
        for (lock, ways) in state.0.iter_mut().enumerate() {
            if self.locks[lock].path.is_changed_by(written) {
                ways.reset();
            }
        }
    }

    fn forget_indexed(&self, state: &mut LockState, is_written: impl Fn(PlaceKind) -> bool) {
        for (lock, ways) in state.0.iter_mut().enumerate() {
            let steps = &self.locks[lock].path.steps;
            let is_indexed = steps.iter().any(|step| match step {
                crate::path::Step::At(index) => is_written(self.body.places.kind(*index)),
                _ => false,
            });
            if is_indexed {
                ways.reset();
            }
        }
    }
}
