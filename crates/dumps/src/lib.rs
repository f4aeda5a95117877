//! Reads what dying, hung and watched programs leave: goroutine dumps, fatal errors, panics, race
//! reports, profiles in text form, lines of `GODEBUG` traces, thread dumps of Java machines.
//!
//! It judges nothing, opens no file and prints nothing. It never fails and never panics on any
//! input: what it does not understand is counted.
//!
//! ```
//! let text = b"fatal error: concurrent map writes\n\ngoroutine 7 [running]:\n\
//! main.add(0xc000012345)\n\t/src/main.go:11 +0x2d\ncreated by main.main in goroutine 1\n\
//! \t/src/main.go:18 +0x78\n";
//! let document = contend_dumps::parse(text);
//! let dump = &document.dumps[0];
//! assert_eq!(document.str(document.headlines[0].message), "concurrent map writes");
//! let goroutine = &document.goroutines[dump.goroutines.as_usize()][0];
//! let frame = document.stack(goroutine.frames)[0];
//! assert_eq!(document.name(frame.func), "main.add");
//! assert_eq!((goroutine.id, frame.line), (7, 11));
//! ```

mod args;
mod document;
mod godebug;
mod goroutine;
mod headline;
mod jvm;
mod labels;
mod lines;
mod model;
mod names;
mod parse;
mod print;
mod profile;
mod race;
mod sieve;
mod trail;

pub use args::{Word, Words, words};
pub use document::Document;
pub use labels::labels;
pub use model::{
    Creator, Dump, Frame, GcLine, Goroutine, Headline, HeadlineKind, JvmDump, JvmException,
    JvmLock, JvmRelation, JvmThread, Profile, ProfileEntry, RaceAccess, RaceGoroutine, RaceReport,
    SchedLine, Unknown, flags,
};
pub use names::{Name, NameId};
pub use parse::parse;
pub use print::{print, print_goroutine};
pub use sieve::{Sieve, Sieved, Stream, names_text, needs_sieve};
