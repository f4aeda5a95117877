//! Reads what `perf script` prints: samples with their stacks.
//!
//! It opens no file, runs no program and resolves no symbol. Samples borrow from the text and are
//! read one at a time, so a text of any length is read in the memory that it takes itself. It
//! never panics; lines that are no part of a sample are counted.
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

mod frame;
mod header;
mod samples;

pub use frame::Frame;
pub use samples::{Sample, Samples, looks_like, samples};
