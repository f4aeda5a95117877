//! Reads what strace writes: system calls of all threads, with their durations.
//!
//! The text should come from `strace -f -ttt -T -yy -o FILE`: threads, times of the wall clock,
//! durations, and what descriptors are; the other forms of times are read too. A call that another
//! thread interrupts is written in two lines; here it is one again. It opens no file and never
//! panics; lines that are not understood are counted.
//!
//! ```
//! let text = b"71 1795609871.500000 read(7<TCP:[10.0.0.1:80->10.0.0.2:5]>, <unfinished ...>\n\
//! 72 1795609871.500010 futex(0x1, FUTEX_WAKE_PRIVATE, 1) = 0 <0.000004>\n\
//! 71 1795609871.500020 <... read resumed>0xc000, 64) = -1 EAGAIN (Resource temporarily unavailable) <0.000020>\n";
//! let recording = contend_strace::read(text);
//! let read = &recording.calls[0];
//! assert_eq!((read.thread, read.name.as_str()), (71, "read"));
//! assert_eq!(read.descriptor(), Some((7, "TCP:[10.0.0.1:80->10.0.0.2:5]")));
//! assert_eq!(read.outcome, contend_strace::Outcome::Failed("EAGAIN".into()));
//! assert_eq!(read.duration_nanos, Some(20_000));
//! ```

mod arguments;
mod line;
mod recording;

pub use recording::{Call, Clock, Outcome, Recording, Signal, looks_like, read};
