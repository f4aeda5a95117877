//! Which accesses were compared by a function that starts their goroutines.
//!
//! Such a function knows the order of what it starts: if it finds no race between two accesses, what
//! the look at the whole program says, which knows no order, is doubtful.

use contend_base::Location;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// Where a goroutine starts, or the function that is looked at itself; and an access that it makes.
pub(crate) type Doing = (Location, Location);

/// The accesses of the goroutines of all functions that start some.
#[derive(Default)]
pub struct Compared {
    n_functions: usize,
    by_doing: FxHashMap<Doing, SmallVec<[usize; 2]>>,
}

impl Compared {
    /// Adds what the functions of a package have compared.
    pub fn extend(&mut self, functions: Vec<Vec<Doing>>) {
        for doings in functions {
            for doing in doings {
                self.by_doing
                    .entry(doing)
                    .or_default()
                    .push(self.n_functions);
            }
            self.n_functions += 1;
        }
    }

    /// True if one function has seen both, each under one of its names.
    pub(crate) fn has(&self, one: &[Doing], other: &[Doing]) -> bool {
        let by = |doings: &[Doing]| {
            let known = doings.iter().filter_map(|it| self.by_doing.get(it));
            known.flatten().copied().collect::<SmallVec<[usize; 4]>>()
        };
        let of_other = by(other);
        !of_other.is_empty() && by(one).iter().any(|it| of_other.contains(it))
    }
}
