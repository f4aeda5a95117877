//! What is known about one lock at one point.

use contend_base::Span;
use smallvec::SmallVec;

use crate::library::Mode;

/// How many different ways to a point are kept apart.
const MAX_WAYS: usize = 6;

/// What happened to a lock since the function was entered, on one way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Hold {
    /// Nothing, or nothing that is left: the lock is as the caller left it.
    Untouched,
    /// Taken here.
    Held {
        /// The call that took it.
        site: Span,
        mode: Mode,
        /// False once a condition was passed where another way did not hold the lock, or in
        /// another mode: the condition may be the very one that tells the two ways apart.
        is_certain: bool,
    },
    /// A lock of the caller was released.
    Released,
    /// No longer followed.
    Lost,
}

fn mode_of(hold: Hold) -> Option<Mode> {
    match hold {
        Hold::Held { mode, .. } => Some(mode),
        Hold::Untouched | Hold::Released | Hold::Lost => None,
    }
}

/// Whether a deferred call will release the lock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Deferred {
    No,
    Unlock,
    /// Something that may or may not.
    Unclear,
}

/// One way to the point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Way {
    pub hold: Hold,
    pub deferred: Deferred,
}

/// All ways to the point, sorted, without repetition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ways(SmallVec<[Way; 2]>);

impl Ways {
    pub fn untouched() -> Self {
        Self::one(Hold::Untouched)
    }

    fn one(hold: Hold) -> Self {
        Self(SmallVec::from_elem(
            Way {
                hold,
                deferred: Deferred::No,
            },
            1,
        ))
    }

    pub fn iter(&self) -> impl Iterator<Item = Way> {
        self.0.iter().copied()
    }

    pub fn all(&self, test: impl Fn(Hold) -> bool) -> bool {
        self.0.iter().all(|way| test(way.hold))
    }

    pub fn any(&self, test: impl Fn(Hold) -> bool) -> bool {
        self.0.iter().any(|way| test(way.hold))
    }

    /// Applies a change to each way.
    pub fn change(&mut self, change: impl Fn(Way) -> Way) {
        for way in &mut self.0 {
            *way = change(*way);
        }
        self.settle();
    }

    /// Takes in the ways of another path. Returns whether there was something new.
    pub fn join(&mut self, other: &Self) -> bool {
        let before = self.clone();
        self.0.extend_from_slice(&other.0);
        self.settle();
        *self != before
    }

    fn settle(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
        if self.0.len() > MAX_WAYS || self.any(|hold| hold == Hold::Lost) {
            *self = Self::one(Hold::Lost);
        }
    }

    pub fn lose(&mut self) {
        *self = Self::one(Hold::Lost);
    }

    pub fn reset(&mut self) {
        *self = Self::untouched();
    }

    pub fn lock(&mut self, site: Span, mode: Mode) {
        self.change(|way| {
            let hold = match way.hold {
                Hold::Untouched | Hold::Held { .. } => Hold::Held {
                    site,
                    mode,
                    is_certain: true,
                },
                // The caller has its lock back.
                Hold::Released => Hold::Untouched,
                Hold::Lost => Hold::Lost,
            };
            Way { hold, ..way }
        });
    }

    pub fn unlock(&mut self) {
        self.change(|way| {
            let hold = match way.hold {
                Hold::Held { .. } => Hold::Untouched,
                Hold::Untouched | Hold::Released => Hold::Released,
                Hold::Lost => Hold::Lost,
            };
            Way { hold, ..way }
        });
    }

    pub fn defer(&mut self, deferred: Deferred) {
        self.change(|way| Way { deferred, ..way });
    }

    pub fn run_defers(&mut self) {
        if self.0.iter().any(|way| way.deferred == Deferred::Unclear) {
            return self.lose();
        }
        let mut after: Option<Self> = None;
        for way in &self.0 {
            let mut one = Self(SmallVec::from_elem(*way, 1));
            if way.deferred == Deferred::Unlock {
                one.unlock();
                one.defer(Deferred::No);
            }
            match &mut after {
                Some(all) => {
                    all.join(&one);
                }
                None => after = Some(one),
            }
        }
        if let Some(after) = after {
            *self = after;
        }
    }

    /// A condition was passed. Where some ways hold the lock and some do not, or hold it in another
    /// mode, the condition may be what tells them apart.
    pub fn pass_condition(&mut self) {
        let modes = || self.0.iter().map(|way| mode_of(way.hold));
        let is_open = modes().any(|it| it != modes().next().flatten());
        if is_open && modes().any(|it| it.is_some()) {
            self.change(|way| match way.hold {
                Hold::Held { site, mode, .. } => Way {
                    hold: Hold::Held {
                        site,
                        mode,
                        is_certain: false,
                    },
                    ..way
                },
                _ => way,
            });
        }
    }

    /// The mode in which it may be held: the weakest, unless a condition may be what tells the ways
    /// apart.
    pub fn mode(&self) -> Option<Mode> {
        let modes = self.0.iter().filter_map(|way| match way.hold {
            Hold::Lost => Some(Mode::Exclusive),
            hold => mode_of(hold),
        });
        let is_certain = self.certainly_held().is_some();
        if is_certain { modes.max() } else { modes.min() }
    }

    /// A way that holds the lock for sure: where it was taken, and how.
    pub fn certainly_held(&self) -> Option<(Span, Mode)> {
        self.0.iter().find_map(|way| match way.hold {
            Hold::Held {
                site,
                mode,
                is_certain: true,
            } => Some((site, mode)),
            _ => None,
        })
    }
}
