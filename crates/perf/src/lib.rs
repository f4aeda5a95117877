//! Reads what perf recorded: `perf.data` files, and what `perf script` prints.
//!
//! It opens no file, runs no program and resolves no symbol. [`samples`] borrows from a text and
//! reads one sample at a time; [`Pieces`] hands it a text of any length piece by piece. [`read`]
//! takes either form whole and in the order of time, for joining with other sources. Lines and
//! records that are not understood are counted.
//!
//! ```
//! let text = b"api  71/73  [001]  8.382216:  1001001 cpu-clock:u: \n\
//! \t  4c2f main.work+0x30 (/bin/api)\n\t 4d0f5 runtime.main+0x2d5 (/bin/api)\n\n";
//! let sample = contend_perf::samples(text).next().unwrap();
//! assert_eq!((sample.thread, sample.time_nanos), (Some(73), Some(8_382_216_000)));
//! assert_eq!((sample.event, sample.period), (&b"cpu-clock:u"[..], Some(1_001_001)));
//! let names: Vec<_> = sample.frames().map(|frame| frame.symbol).collect();
//! assert_eq!(names, [&b"main.work"[..], b"runtime.main"]);
//! ```

mod data;
mod frame;
mod header;
mod pieces;
mod recording;
mod samples;
mod script;
mod syscall;

pub use data::KERNEL;
pub use frame::Frame;
pub use pieces::Pieces;
pub use recording::{Clock, CodeAddress, Record, Recording, StackFrame, Stacks, What};
pub use samples::{Sample, Samples, looks_like, samples};
pub use syscall::error_name;

/// Reads a `perf.data` file or the output of `perf script`, whole.
pub fn read(bytes: &[u8]) -> Recording {
    if is_data(bytes) {
        data::read(bytes)
    } else {
        script::read(bytes)
    }
}

/// Whether the bytes start a `perf.data` file.
pub fn is_data(head: &[u8]) -> bool {
    head.starts_with(data::MAGIC)
}
