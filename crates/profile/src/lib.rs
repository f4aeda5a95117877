//! Recordings of a run, brought into one form.
//!
//! [`gather`] reads any recording that holds stacks, says which kind it is, and adds
//! the stacks to a flame graph; [`trace`] makes pages of an execution trace. Neither opens a file.

mod gather;
mod merged;
mod names;
mod of_trace;
pub mod trace;

pub use gather::{GatherError, Gathered, Source, gather};
pub use merged::Merged;
pub use names::{Names, NamesError};
