//! `contend trace`, without the file: bytes of an execution trace to a page for people or machines.
//!
//! ```
//! let run = contend_profile::trace::read(&b"go 1.26 trace\0\0\0"[..]).expect("a trace");
//! let mut page = Vec::new();
//! contend_profile::trace::write_text(&run, false, &mut page).expect("memory takes it");
//! assert!(page.starts_with(b"0 goroutines"));
//! ```

mod json;
mod text;
mod verdict;

use std::io::Read;

use contend_gotrace::{Reader, TraceError};
use contend_sched::trace::{Run, run_of};

pub use json::{trace_schema, write_json};
pub use text::write_text;

/// Reads a trace as far as it is sound; fails only if it is none of a known version.
///
/// Of the trace no more is held than a few generations, each about a second of the run.
pub fn read(trace: impl Read + Send + 'static) -> Result<Run, TraceError> {
    Reader::read_ahead(trace).map(run_of)
}
