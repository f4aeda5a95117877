//! Reads and writes profiles in the format of pprof: `profile.proto`, packed by gzip or not.
//!
//! Every kind of profile that Go records comes in this format: CPU, heap, mutex, block, goroutine.
//! The crate knows nothing of what the numbers mean beyond their names, and opens no file. Reading
//! never fails as a whole: what is sound is kept, what is not is counted by kind.
//!
//! ```
//! use contend_pprof::{Kind, Profile, ValueType, parse, write};
//!
//! let mut profile = Profile::default();
//! let (kind, unit) = (profile.intern("delay"), profile.intern("nanoseconds"));
//! profile.sample_types.push(ValueType { kind, unit });
//! let reading = parse(&write(&profile));
//! assert!(reading.problems.is_empty());
//! assert_eq!(reading.profile.kind(), Kind::Contention);
//! ```

mod gzip;
mod model;
mod problem;
mod read;
mod wire;
mod write;

pub use gzip::{is_gzip, pack};
pub use model::{
    Function, Kind, Label, LabelValue, Line, Location, Mapping, Profile, Sample, Text, ValueType,
};
pub use problem::{Problem, Problems};
pub use read::{Reading, parse};
pub use write::write;
