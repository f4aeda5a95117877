//! What is done to entries of maps: which of them it is, is not known where the key is not.

use contend_analysis::accesses::Access;
use contend_analysis::path::Step;

pub(super) const OF_ENTRY: &str = "each may well come to an element of its own";

/// True for what two goroutines do to what a map holds under keys that are not known: these may well be
/// two, unless one of the goroutines comes to all that is there.
pub(super) fn are_of_entries(one: &Access, other: &Access) -> bool {
    is_of_entry(one) && is_of_entry(other)
}

/// True for a part of what a map holds under a key that is not known.
pub(super) fn is_of_entry(access: &Access) -> bool {
    let mut steps = access.path.steps.iter();
    steps.any(|step| matches!(step, Step::Entry | Step::Own))
}

/// True for what each of the goroutines does to the entry that it was started with.
pub(super) fn are_of_own_entries(one: &Access, other: &Access) -> bool {
    let is_own = |it: &Access| it.path.steps.contains(&Step::Own);
    is_own(one) && is_own(other)
}
