//! `contend trace`, without the file: bytes of an execution trace to a page for people or machines.
//!
//! ```
//! let run = contend_profile::trace::read(&b"go 1.26 trace\0\0\0"[..]).expect("a trace");
//! let mut page = Vec::new();
//! contend_profile::trace::write_text(&run, false, &mut page).expect("memory takes it");
//! assert!(page.starts_with(b"0 goroutines"));
//! ```

pub mod beside;
mod json;
mod spans;
mod text;
mod timeline;
mod verdict;

use std::io::Read;

use contend_gotrace::{Reader, TraceError};
use contend_sched::trace::beside::{Alignment, Anchors, Recorded, anchors_of, run_beside};
use contend_sched::trace::run_of;

pub use contend_sched::trace::Run;
pub use json::{trace_schema, write_json};
pub use text::write_text;
pub use timeline::{Watched, watch};

/// Reads a trace as far as it is sound; fails only if it is none of a known version.
///
/// Of the trace no more is held than a few generations, each about a second of the run.
pub fn read(trace: impl Read + Send + 'static) -> Result<Run, TraceError> {
    Reader::read_ahead(trace).map(run_of)
}

/// Reads a trace for what it says of its clock, which recordings on other clocks need.
pub fn read_anchors(trace: impl Read + Send + 'static) -> Result<Anchors, TraceError> {
    Reader::read_ahead(trace).map(anchors_of)
}

/// As [`read`], and joins what was recorded beside the trace and brought onto its clock.
pub fn read_beside(
    trace: impl Read + Send + 'static,
    recorded: &Recorded,
    alignment: Alignment,
) -> Result<Run, TraceError> {
    let reader = Reader::read_ahead(trace)?;
    let (mut run, beside) = run_beside(reader, recorded, alignment);
    run.beside = Some(beside);
    Ok(run)
}
