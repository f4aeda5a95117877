//! A run as its execution trace tells it: how long goroutines waited, where, and who woke them.
//!
//! A trace knows no lock by its address. So waits are summed by the place in the user's code that
//! waited and the places that ended the wait; two locks that are used at one place look like one.

pub mod beside;
mod circles;
mod doing;
mod holders;
mod lanes;
mod member;
mod of_site;
mod places;
mod run;
mod site;
mod spans;
mod steps;
mod stood;
mod sums;
mod told;

pub use circles::{Circle, Group};
pub use doing::Doing;
pub use lanes::{Activity, Lane, Lanes, Life, Stretch, Watcher};
pub use run::{Collection, Latency, Run, run_of, watched_run_of};
pub use site::{Holds, Inside, OpenWaits, Place, Site, WaitKind, Waker};
pub use spans::{Link, Slowest, Span, Spent};
pub use stood::{Stood, stood_of};
pub use told::told;
