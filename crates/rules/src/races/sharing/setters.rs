//! Functions that say how a value is to work, and that nobody calls when the program is at work.
//!
//! A name says little of itself: the program that a setter is made for shows whether it is called for
//! each connection, or by `main` alone. A library leaves that to others, who mostly make a value ready
//! before they use it.

use contend_analysis::conventions::is_configuring_name;
use contend_types::ObjId;
use rustc_hash::FxHashSet;

use super::ProgramUnit;

pub(super) const FOR_SET_UP: &str =
    "by its name it makes the value ready, and nobody is seen to call it later";

pub(super) struct Setters(FxHashSet<ObjId>);

impl Setters {
    pub(super) fn of(unit: &ProgramUnit) -> Self {
        let functions = unit.packages.iter().flat_map(|it| &it.functions);
        let functions = functions.map(|it| it.function);
        let is_setter = |function: &ObjId| {
            let name = unit.world.name(*function);
            name.is_exported() && is_configuring_name(name.as_str())
        };
        let values = unit.packages.iter().flat_map(|it| &it.values);
        let values: FxHashSet<ObjId> = values.copied().collect();
        let is_called = |it: &ObjId| is_setter(it) && !values.contains(it);
        let mut setters = Self(functions.filter(is_called).collect());
        // What a setter calls is called when that one is.
        let calls = || unit.packages.iter().flat_map(|it| &it.called_at_work);
        loop {
            let n_before = setters.0.len();
            for (by, called) in calls() {
                if by.is_none_or(|it| !setters.has(it)) {
                    setters.0.remove(called);
                }
            }
            if setters.0.len() == n_before {
                return setters;
            }
        }
    }

    pub(super) fn has(&self, function: ObjId) -> bool {
        self.0.contains(&function)
    }

    /// True if there are functions, and all of them are such.
    pub(super) fn have_all(&self, functions: &[ObjId]) -> bool {
        !functions.is_empty() && functions.iter().all(|it| self.has(*it))
    }
}
