//! What was recorded beside a trace - samples, system calls, signals - placed on its goroutines.
//!
//! Both know threads and times; on one clock, each thing that was recorded falls into what the
//! trace says of that thread at that moment.

mod calls;
mod clock;
mod fit;
mod join;
mod placed;
mod recorded;
mod threads;

pub use calls::{Awaited, CallGroup, RuntimeCalls};
pub use clock::{Alignment, Anchors, Clock, anchors_of};
pub use join::run_beside;
pub use placed::{Agreement, Beside, LastCall, Placed};
pub use recorded::{Call, Outcome, Recorded, Sample, Signal};
