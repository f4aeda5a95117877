//! Recordings of a run, brought into one form.
//!
//! [`gather`] takes the bytes of any recording that holds stacks, says which kind it is, and adds
//! the stacks to a flame graph. It opens no file.

mod gather;

pub use gather::{GatherError, Gathered, Merged, Source, gather};
