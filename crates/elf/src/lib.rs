//! Names for addresses of an ELF file: functions with what was inlined into them, files, lines.
//!
//! The debug information is read by `gimli` and `addr2line`, the table of symbols by `object`.
//! Of a stripped Go program the functions are in the runtime's own table. The crate
//! knows nothing of processes: an address is an offset in the file, or the one that the linker
//! gave.
//!
//! ```
//! let error = contend_elf::Binary::parse(b"no program").err().expect("it is none");
//! assert!(error.to_string().starts_with("not an ELF file"));
//! ```

mod binary;
mod pclntab;
mod symbols;

pub use binary::{Binary, ElfError, Symbol};
