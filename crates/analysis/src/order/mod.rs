//! What happens before what, in a function and the goroutines that it starts.
//!
//! [`Threads`] is the function and its goroutines as one graph: each instruction a node, the calls
//! of small functions written out in place, with what each node waits for and lets others wait
//! for. [`Concurrency`] answers one question about it: may these two accesses happen at the same
//! time? The orders are those of the Go memory model: the start of a goroutine, channels by
//! direction and capacity, wait groups, locks that are handed over, flags that are set under a lock
//! or atomically, conditions, `Once`.

mod answers;
mod branches;
mod build;
mod calls;
mod concurrency;
mod drains;
mod events;
mod fields;
mod frame;
mod gates;
mod given;
mod graph;
mod handed;
mod known;
mod listed;
mod made;
mod meets;
mod objects;
mod orders;
mod sections;
mod spawns;
mod stalled;
mod sync_calls;
mod tokens;

pub(crate) use build::{Order, order};
pub use concurrency::{Concurrency, Point};
pub use graph::{Again, NodeId, Thread, ThreadId, Threads};
pub use meets::Meets;
pub use orders::Orders;
pub(crate) use sync_calls::{awaited_group, done_group, waits_for_group};
