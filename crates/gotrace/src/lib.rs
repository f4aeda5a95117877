//! Go execution traces, Go 1.22 and newer: bytes to events in their true order.
//!
//! What a trace holds is one stream of events for each thread, cut into generations. The order
//! between threads is not that of the clocks, which may lie; it follows from sequence numbers and
//! from what each goroutine and processor can do next. [`Reader`] rebuilds that order exactly as
//! Go's own reader does, checks the same rules, and stops at the first that is broken.
//!
//! The crate knows the format only. What the events mean for locks and waits is for `sched`.
//! Format: `internal/trace/tracev2` and `internal/trace/order.go`, Go 1.22 to 1.27.
//!
//! ```
//! let mut reader = contend_gotrace::Reader::new(&b"go 1.26 trace\0\0\0"[..]).expect("a header");
//! let mut n_events = 0;
//! while let Some((event, _)) = reader.next() {
//!     assert_eq!(event.kind, contend_gotrace::EventKind::Sync);
//!     n_events += 1;
//! }
//! assert_eq!(n_events, 1);
//! assert!(reader.error().is_none());
//! ```

mod batch;
mod by_id;
mod bytes;
mod cursor;
mod error;
mod event;
mod frontier;
mod generation;
mod kind;
mod loading;
mod loss;
mod made;
mod order;
mod parcel;
mod pipeline;
mod reader;
mod sequence;
mod tables;
mod ties;

pub use by_id::ById;
pub use error::TraceError;
pub use event::{Change, Event, GoState, ProcState};
pub use kind::EventKind;
pub use loss::Loss;
pub use reader::Reader;
pub use tables::{ClockSnapshot, Frame, Tables};

/// What stands for "no goroutine", "no processor" and "no thread".
pub const NONE: i64 = -1;

/// The task id of "no task".
pub const NO_TASK: u64 = u64::MAX;
