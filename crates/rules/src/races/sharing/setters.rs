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
        let packages = unit.packages.iter();
        let at_work = packages.flat_map(|it| it.called_at_work.iter().chain(&it.values));
        let at_work: FxHashSet<ObjId> = at_work.copied().collect();
        let functions = unit.packages.iter().flat_map(|it| &it.functions);
        let functions = functions.map(|it| it.function);
        let is_setter = |function: &ObjId| {
            let name = unit.world.name(*function);
            name.is_exported() && is_configuring_name(name.as_str()) && !at_work.contains(function)
        };
        Self(functions.filter(is_setter).collect())
    }

    pub(super) fn has(&self, function: ObjId) -> bool {
        self.0.contains(&function)
    }

    /// True if there are functions, and all of them are such.
    pub(super) fn have_all(&self, functions: &[ObjId]) -> bool {
        !functions.is_empty() && functions.iter().all(|it| self.has(*it))
    }
}
