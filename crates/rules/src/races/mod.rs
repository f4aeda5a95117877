//! CT1001, CT1002 and CT11xx: two goroutines use one place and nothing keeps them apart.
//!
//! Three ways lead to a race. [`spawned`] follows one function that starts goroutines and compares
//! what they do with what it does itself: both sides name the very same memory. [`shared`] looks at
//! the fields and variables of a package and the locks around them, whoever runs its functions.
//! [`sharing`] compares the goroutines and handlers of the whole program.

mod kinds;
mod report;
mod shared;
mod sharing;
mod spawned;
mod unsafe_types;

pub(crate) use kinds::{LAZY_INIT, MAP_HANDLER, MAP_RANGE, NAMED_RESULT, PUBLICATION, WORD_TEAR};
pub(crate) use report::{
    CAPTURE_WRITE, FIELD, GLOBAL, MAP_UNDER_RLOCK, MIXED_ATOMIC, READ_WRITE, WRITE_WRITE,
};
pub(crate) use shared::check as check_locks;
pub use shared::{Guard, OfField};
pub use sharing::ProgramUnit;
pub(crate) use sharing::check as check_program;
pub(crate) use spawned::check as check_spawned;
pub(crate) use unsafe_types::NOT_SAFE;
