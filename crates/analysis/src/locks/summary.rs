//! What calls of a package's functions do to locks of the caller.

use std::sync::Arc;

use contend_base::Location;
use contend_ir::{Body, CallMode, Callee, Func, FuncId, FuncKind, InstrKind, Operand, Terminator};
use contend_types::{ObjId, World};
use rustc_hash::{FxHashMap, FxHashSet};

use super::flow::{Lock, LockFlow};
use super::state::{Hold, Ways};
use crate::accessors::Accessors;
use crate::binding::is_known_outside;
use crate::known::Known;
use crate::library::{Mode, lock_call};
use crate::literals::Literals;
use crate::path::Path;

/// How often functions are looked at again because one that they call was.
const MAX_ROUNDS: usize = 4;

/// Something that a call does to a lock that the caller can name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effect {
    /// From a parameter, the receiver, a captured or a package variable.
    pub path: Path,
    pub kind: EffectKind,
    pub is_mutex: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EffectKind {
    /// The lock is held when the call returns.
    Acquires(Mode),
    /// A lock of the caller is free when the call returns.
    Releases,
    /// One of these, or something else.
    Unclear,
    /// The call takes the lock, whatever its arguments, before it releases it.
    Locks { mode: Mode, site: Location },
}

/// The effects of one function.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    receiver: Option<ObjId>,
    params: Vec<Option<ObjId>>,
    pub effects: Vec<Effect>,
}

impl Summary {
    /// A path of this function as the caller writes it.
    pub fn seen_by_caller(
        &self,
        path: &Path,
        body: &Body,
        receiver: Option<Operand>,
        args: &[Operand],
    ) -> Option<Path> {
        let variable = path.variable()?;
        if self.receiver == Some(variable) {
            return path.seen_by_caller(body, receiver?);
        }
        if let Some(at) = self
            .params
            .iter()
            .position(|&param| param == Some(variable))
        {
            // The last parameter of a variadic function is a slice of the rest.
            let argument: Operand = *args.get(at).filter(|_| args.len() == self.params.len())?;
            return path.seen_by_caller(body, argument);
        }
        Some(path.clone())
    }
}

/// The effects of all functions of a package that have any.
#[derive(Default)]
pub struct Summaries {
    declared: FxHashMap<ObjId, Summary>,
    /// By the file offset of the literal's body, which is its own in a package.
    literals: FxHashMap<Location, Summary>,
    /// Fields whose lock some function releases, on some way, on behalf of its caller.
    pub handed_over: FxHashSet<ObjId>,
    /// Functions of other packages.
    known: Arc<Known>,
}

impl Summaries {
    pub fn declared(&self, function: ObjId) -> Option<&Summary> {
        let own = self.declared.get(&function);
        own.or_else(|| self.known.get(function)?.locks.as_ref())
    }

    pub fn literal(&self, body: &Body, literal: FuncId) -> Option<&Summary> {
        self.literals.get(&place_of(body, body.func(literal)))
    }

    /// Looks at all functions of a package.
    pub fn of_package(
        world: &World,
        bodies: &[Body],
        literals: &[Literals],
        accessors: &Accessors,
        known: &Arc<Known>,
    ) -> Self {
        let mut summaries = Self {
            known: Arc::clone(known),
            ..Self::default()
        };
        for round in 0..MAX_ROUNDS {
            let mut is_new = false;
            for (body, literals) in bodies.iter().zip(literals) {
                // Literals stand behind the functions that call them.
                for (id, func) in body.funcs().collect::<Vec<_>>().into_iter().rev() {
                    if summaries.is_relevant(world, body, func, literals, round == 0) {
                        is_new |= summaries.summarise(world, body, id, literals, accessors);
                    }
                }
            }
            if !is_new {
                break;
            }
        }
        summaries
    }

    /// In the first round only functions that touch locks themselves are of interest.
    fn is_relevant(
        &self,
        world: &World,
        body: &Body,
        func: &Func,
        literals: &Literals,
        is_first: bool,
    ) -> bool {
        func.calls().any(|call| {
            let call = body.call(call);
            if lock_call(world, body, call).is_some() {
                return is_first;
            }
            match literals.of_callee(call.callee) {
                Some(literal) => self.literal(body, literal).is_some(),
                None => match call.callee {
                    Callee::Static(function) if self.declared.contains_key(&function) => true,
                    Callee::Static(function) => is_first && self.declared(function).is_some(),
                    _ => false,
                },
            }
        })
    }

    fn summarise(
        &mut self,
        world: &World,
        body: &Body,
        id: FuncId,
        literals: &Literals,
        accessors: &Accessors,
    ) -> bool {
        let Some(flow) = LockFlow::of(world, body, id, literals, self, accessors) else {
            return false;
        };
        let func = body.func(id);
        let at_return = ways_at_return(&flow);
        self.handed_over
            .extend(released_for_others(&flow, &at_return));
        let mut effects = effects_at_return(&flow, at_return);
        effects.extend(taken_at_once(&flow));
        effects.retain(|effect| is_known_outside(world, body, func, &effect.path));
        if effects.is_empty() {
            return false;
        }
        let summary = Summary {
            receiver: func.receiver,
            params: func.params.clone(),
            effects,
        };
        let known = match func.kind {
            FuncKind::Declared(object) => self.declared.insert(object, summary.clone()),
            FuncKind::Literal { .. } | FuncKind::Init => {
                self.literals.insert(place_of(body, func), summary.clone())
            }
        };
        known.as_ref() != Some(&summary)
    }
}

fn place_of(body: &Body, func: &Func) -> Location {
    Location::new(body.file, func.span)
}

/// What is known of each lock where the function returns to its caller, panics left aside.
fn ways_at_return(flow: &LockFlow) -> Vec<Option<Ways>> {
    let mut at_return: Vec<Option<Ways>> = vec![None; flow.locks.len()];
    flow.visit(|point, instr, state| {
        if instr.is_some() || !flow.is_plain_return(point.block) {
            return;
        }
        for (lock, all) in at_return.iter_mut().enumerate() {
            let ways = state.ways(lock);
            match all {
                Some(all) => {
                    all.join(&ways);
                }
                None => *all = Some(ways),
            }
        }
    });
    at_return
}

/// Fields whose lock the function releases without having taken it.
fn released_for_others(flow: &LockFlow, at_return: &[Option<Ways>]) -> FxHashSet<ObjId> {
    let mut fields = FxHashSet::default();
    for (lock, ways) in flow.locks.iter().zip(at_return) {
        if ways
            .as_ref()
            .is_some_and(|ways| ways.any(|hold| hold == Hold::Released))
        {
            fields.extend(lock.path.last_field());
        }
    }
    // The path to the lock may be changed before the function returns.
    fields.extend(
        flow.lent()
            .into_iter()
            .filter_map(|(_, lock)| flow.locks[lock].path.last_field()),
    );
    fields
}

fn effects_at_return(flow: &LockFlow, at_return: Vec<Option<Ways>>) -> Vec<Effect> {
    let effect = |(lock, ways): (&Lock, Option<Ways>)| {
        let ways = ways?;
        let mode = ways.iter().find_map(|way| match way.hold {
            Hold::Held { mode, .. } => Some(mode),
            _ => None,
        });
        let kind = if ways.all(|hold| hold == Hold::Untouched) {
            return None;
        } else if ways.all(|hold| hold == Hold::Released) {
            EffectKind::Releases
        } else if let Some(mode) = mode
            && ways.all(|hold| matches!(hold, Hold::Held { .. }))
        {
            EffectKind::Acquires(mode)
        } else {
            EffectKind::Unclear
        };
        Some(Effect {
            path: lock.path.clone(),
            kind,
            is_mutex: lock.is_mutex,
        })
    };
    flow.locks
        .iter()
        .zip(at_return)
        .filter_map(effect)
        .collect()
}

/// Locks that are taken before the function makes its first decision.
fn taken_at_once(flow: &LockFlow) -> Vec<Effect> {
    let mut effects: Vec<Effect> = Vec::new();
    let mut touched = FxHashSet::default();
    let mut block = contend_ir::BlockId::new(0);
    for _ in 0..flow.func.blocks.len() {
        for at in flow.func.block(block).instrs.as_usize() {
            let instr = flow.func.instrs[at];
            let InstrKind::Call(call) = instr.kind else {
                continue;
            };
            if flow.body.call(call).mode != CallMode::Plain {
                continue;
            }
            for &(lock, kind) in flow.effects(at) {
                let site = Location::new(flow.body.file, instr.span);
                let locks = match kind {
                    EffectKind::Acquires(mode) => Some(EffectKind::Locks { mode, site }),
                    EffectKind::Locks { mode, .. } => Some(EffectKind::Locks { mode, site }),
                    EffectKind::Releases | EffectKind::Unclear => None,
                };
                let is_first = touched.insert(lock);
                if let Some(kind) = locks.filter(|_| is_first) {
                    let lock = &flow.locks[lock];
                    let (path, is_mutex) = (lock.path.clone(), lock.is_mutex);
                    effects.push(Effect {
                        path,
                        kind,
                        is_mutex,
                    });
                }
            }
        }
        match flow.func.block(block).terminator {
            Terminator::Jump(next) => block = next,
            _ => break,
        }
    }
    effects
}
