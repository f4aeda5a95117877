//! Which functions wait for another goroutine.

use std::sync::Arc;

use contend_ir::{
    Body, Call, CallMode, Callee, Func, FuncId, InstrKind, RangeKind, SelectKind, Terminator,
};
use contend_types::{ObjId, World};
use rustc_hash::FxHashSet;

use crate::known::Known;
use crate::library::package_path;
use crate::literals::Literals;

/// Functions of a package that may wait for another goroutine: they receive, or call something
/// whose name says that it waits.
#[derive(Default)]
pub struct Waiting {
    declared: FxHashSet<ObjId>,
    /// All functions of the package: what they do is seen.
    own: FxHashSet<ObjId>,
    /// Functions of other packages.
    known: Arc<Known>,
}

impl Waiting {
    /// What calls of other packages do is not counted, so that a function is not said to wait for
    /// something far away.
    pub fn of_package(
        world: &World,
        bodies: &[Body],
        literals: &[Literals],
        known: &Arc<Known>,
    ) -> Self {
        let declared = bodies
            .iter()
            .filter_map(|body| match body.funcs.first()?.kind {
                contend_ir::FuncKind::Declared(object) => Some(object),
                _ => None,
            });
        let mut waiting = Self {
            own: declared.collect(),
            ..Self::default()
        };
        // Each round adds callers; long chains of small functions are rare.
        for _ in 0..4 {
            let before = waiting.declared.len();
            for (body, literals) in bodies.iter().zip(literals) {
                let Some(func) = body.funcs.first() else {
                    continue;
                };
                let contend_ir::FuncKind::Declared(object) = func.kind else {
                    continue;
                };
                if !waiting.declared.contains(&object)
                    && waiting.function_waits(world, body, literals, FuncId::new(0), 0)
                {
                    waiting.declared.insert(object);
                }
            }
            if waiting.declared.len() == before {
                break;
            }
        }
        waiting.known = Arc::clone(known);
        waiting
    }

    /// True if the declared function of the package waits.
    pub fn waits(&self, function: ObjId) -> bool {
        self.declared.contains(&function)
    }

    fn function_waits(
        &self,
        world: &World,
        body: &Body,
        literals: &Literals,
        id: FuncId,
        depth: u32,
    ) -> bool {
        let func = body.func(id);
        let call_waits = |call: &Call| match call.mode {
            CallMode::Go => false,
            CallMode::Plain | CallMode::Defer => {
                self.call_waits(world, call)
                    || literal_run_by(world, body, literals, call).is_some_and(|literal| {
                        depth < 4 && self.function_waits(world, body, literals, literal, depth + 1)
                    })
            }
        };
        receives(body, func) || func.calls().any(|call| call_waits(body.call(call)))
    }

    /// True if a call of a named function waits, as far as its name or its body tell.
    pub fn call_waits(&self, world: &World, call: &Call) -> bool {
        match call.callee {
            Callee::Static(function) => {
                self.declared.contains(&function)
                    || self.known.get(function).is_some_and(|it| it.waits)
                    || has_prefix(world, function, &["wait"])
                    || (!is_std(world, function)
                        && !self.is_seen(function)
                        && has_prefix(world, function, &["join"]))
            }
            Callee::Interface(method) => has_prefix(world, method, &["wait", "join"]),
            _ => false,
        }
    }

    /// True if it is known what the function does: a room is joined, too.
    fn is_seen(&self, function: ObjId) -> bool {
        self.own.contains(&function) || self.known.get(function).is_some()
    }

    /// True if a call may well be the end of what other goroutines do: it waits, or stops
    /// something, or asks for a flag.
    pub fn call_may_join(&self, world: &World, call: &Call) -> bool {
        if self.call_waits(world, call) {
            return true;
        }
        match call.callee {
            Callee::Static(function) => {
                is_atomic_load(world, function)
                    || has_prefix(
                        world,
                        function,
                        &["stop", "shutdown", "drain", "eventually"],
                    )
                    || (!is_std(world, function) && has_prefix(world, function, &["close"]))
            }
            Callee::Interface(method) => has_prefix(world, method, &["stop", "shutdown", "drain"]),
            // What could not be resolved may be the way to wait.
            Callee::Value(_) | Callee::Unknown => true,
            Callee::Literal(_) | Callee::Builtin(_) => false,
        }
    }

    /// True if a function says by its name that it waits.
    pub fn is_named_for_waiting(&self, world: &World, call: &Call) -> bool {
        let words = [
            "wait",
            "join",
            "stop",
            "shutdown",
            "drain",
            "eventually",
            "close",
        ];
        match call.callee {
            Callee::Static(function) | Callee::Interface(function) => {
                has_prefix(world, function, &words)
            }
            _ => false,
        }
    }

    /// True if a call of a function literal waits.
    pub fn literal_waits(
        &self,
        world: &World,
        body: &Body,
        literals: &Literals,
        literal: FuncId,
    ) -> bool {
        self.function_waits(world, body, literals, literal, 0)
    }
}

/// The literal that a call runs: itself, or as the one thing that a `sync.Once` does.
fn literal_run_by(world: &World, body: &Body, literals: &Literals, call: &Call) -> Option<FuncId> {
    let given = match call.callee {
        Callee::Static(method) if is_once_do(world, method) => body.operands(call.args).first(),
        _ => None,
    };
    literals
        .of_callee(call.callee)
        .or_else(|| literals.of_value(*given?))
}

fn is_once_do(world: &World, method: ObjId) -> bool {
    world.name(method).as_str() == "Do" && package_path(world, method) == "sync"
}

/// True for a function literal that is handed to `sync.Once.Do`, which keeps all others out.
pub fn runs_once(world: &World, body: &Body, literals: &Literals, func: FuncId) -> bool {
    body.func(func).parent().is_some()
        && body.calls.iter().any(|call| match call.callee {
            Callee::Static(method) if is_once_do(world, method) => {
                let mut args = body.operands(call.args).iter();
                args.any(|&arg| literals.of_value(arg) == Some(func))
            }
            _ => false,
        })
}

fn receives(body: &Body, func: &Func) -> bool {
    let by_instr = func.instrs.iter().any(|instr| {
        matches!(
            instr.kind,
            InstrKind::Receive { .. }
                | InstrKind::Next {
                    kind: RangeKind::Chan,
                    ..
                }
        )
    });
    by_instr
        || func.blocks.iter().any(|block| match block.terminator {
            Terminator::Select(select) => body.selects[select.index()]
                .cases
                .iter()
                .any(|case| matches!(case.kind, SelectKind::Receive { .. })),
            _ => false,
        })
}

/// `errors.Join` and `strings.Join` wait for nobody.
fn is_std(world: &World, function: ObjId) -> bool {
    !package_path(world, function).contains('.')
}

fn has_prefix(world: &World, function: ObjId, words: &[&str]) -> bool {
    let name = world.name(function).as_str();
    words.iter().any(|word| {
        name.get(..word.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(word))
    })
}

/// A flag that another goroutine sets is a way of waiting for it.
fn is_atomic_load(world: &World, function: ObjId) -> bool {
    let name = world.name(function).as_str();
    package_path(world, function) == "sync/atomic"
        && (name.starts_with("Load") || name.starts_with("CompareAndSwap"))
}
