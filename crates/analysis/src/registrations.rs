//! Where handlers are handed over to those who call them.

use contend_base::Location;
use contend_ir::{FuncId, InstrKind};
use contend_types::ObjId;
use rustc_hash::FxHashMap;

use crate::goroutines::is_registered_once;
use crate::package::{Package, declared_in};

/// A place from which on a handler may be called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Registration {
    /// The declared function around it.
    pub home: ObjId,
    pub at: Location,
    /// For one event only.
    pub is_once: bool,
}

/// By handler, the one function of its package that hands it over; `None` if several do.
pub(crate) struct Registrations(FxHashMap<(usize, FuncId), Option<Registration>>);

impl Registrations {
    pub(crate) fn of(package: &Package) -> Self {
        let mut known: FxHashMap<(usize, FuncId), Option<Registration>> = FxHashMap::default();
        for facts in package.own_bodies() {
            let Some(home) = declared_in(package, facts.index) else {
                continue;
            };
            if package.is_test(facts.body.file) {
                continue;
            }
            let instrs = facts.body.funcs.iter().flat_map(|func| &func.instrs);
            for instr in instrs {
                let (values, is_once) = match instr.kind {
                    InstrKind::Call(call) => {
                        let call = facts.body.call(call);
                        let args = facts.body.operands(call.args).to_vec();
                        (args, is_registered_once(package, call))
                    }
                    InstrKind::Write { value, .. }
                    | InstrKind::MapWrite { value, .. }
                    | InstrKind::Send { value, .. } => (vec![value], false),
                    _ => continue,
                };
                let at = facts.place_of(instr);
                let handed = values
                    .into_iter()
                    .filter_map(|value| package.function_value(facts, value)?.target.here());
                for handler in handed {
                    let found = Registration { home, at, is_once };
                    known
                        .entry(handler)
                        .and_modify(|known| *known = known.and_then(|it| it.first(found)))
                        .or_insert(Some(found));
                }
            }
        }
        Self(known)
    }

    /// The first one of a handler that nobody else hands over.
    pub(crate) fn of_handler(&self, body: usize, func: FuncId) -> Option<Registration> {
        self.0.get(&(body, func)).copied().flatten()
    }
}

impl Registration {
    /// The earlier one of two in one function.
    fn first(self, other: Self) -> Option<Self> {
        let is_same = self.home == other.home && self.at.file == other.at.file;
        is_same.then_some(Self {
            is_once: self.is_once && other.is_once,
            ..if other.at.span.start < self.at.span.start {
                other
            } else {
                self
            }
        })
    }
}
