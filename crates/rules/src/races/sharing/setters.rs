//! Functions that say how a value is to work, and that nobody calls when the program is at work.
//!
//! A name says little of itself: the program that a setter is made for shows whether it is called for
//! each connection, or by `main` alone. A library leaves that to others, who mostly make a value ready
//! before they use it.

use contend_analysis::conventions::is_configuring_name;
use contend_analysis::roots::DeclaredCall;
use contend_types::ObjId;
use rustc_hash::FxHashSet;

use super::ProgramUnit;
use crate::races::shared::Writers;

pub(super) const FOR_SET_UP: &str =
    "by its name it makes the value ready, and nobody is seen to call it later";

pub(super) struct Setters {
    /// Those that nobody calls when the program is at work.
    early: FxHashSet<ObjId>,
    /// Those that somebody calls.
    called: FxHashSet<ObjId>,
}

impl Setters {
    pub(super) fn of(unit: &ProgramUnit) -> Self {
        let functions = unit.packages.iter().flat_map(|it| &it.functions);
        let functions = functions.map(|it| it.function);
        let values = unit.packages.iter().flat_map(|it| &it.values);
        let values: FxHashSet<ObjId> = values.copied().collect();
        let is_setter = |function: &ObjId| {
            let name = unit.world.name(*function);
            name.is_exported() && is_configuring_name(name.as_str()) && !values.contains(function)
        };
        let calls = || unit.packages.iter().flat_map(|it| &it.declared_calls);
        let mut setters = Self {
            early: functions.filter(is_setter).collect(),
            called: calls().map(|it| it.function).collect(),
        };
        // What a setter calls is called when that one is.
        loop {
            let n_before = setters.early.len();
            for call in calls().filter(|it| it.is_at_work) {
                if call.by.is_none_or(|it| !setters.has(it)) {
                    setters.early.remove(&call.function);
                }
            }
            if setters.early.len() == n_before {
                break;
            }
        }
        setters.add_helpers(unit);
        setters
    }

    /// Functions that are not exported, and that setters alone call.
    fn add_helpers(&mut self, unit: &ProgramUnit) {
        let calls = || unit.packages.iter().flat_map(|it| &it.declared_calls);
        let is_inner = |it: ObjId| !unit.world.name(it).is_exported();
        let (by_setters, by_others): (Vec<&DeclaredCall>, Vec<&DeclaredCall>) = calls()
            .filter(|it| is_inner(it.function))
            .partition(|it| it.by.is_some_and(|by| self.has(by)));
        let mut helpers: FxHashSet<ObjId> = by_setters.iter().map(|it| it.function).collect();
        for call in by_others.into_iter().filter(|it| it.is_at_work) {
            helpers.remove(&call.function);
        }
        self.early.extend(helpers);
    }

    pub(super) fn has(&self, function: ObjId) -> bool {
        self.early.contains(&function)
    }

    /// True if these functions alone write something, and all are such. Where a goroutine of the package
    /// uses it without a lock, the program has to show that they are called before.
    pub(super) fn are_all(&self, writers: &Writers) -> bool {
        let is_early =
            |it: &ObjId| self.has(*it) && (!writers.is_in_goroutine || self.called.contains(it));
        !writers.functions.is_empty() && writers.functions.iter().all(is_early)
    }
}
