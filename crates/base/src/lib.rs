//! The vocabulary every floor shares: typed ids, interned names, spans and source files.
//!
//! It knows nothing of Go's grammar, of files on disk, or of findings.
//!
//! ```
//! use contend_base::{Name, SourceMap, Span};
//!
//! let files = SourceMap::default();
//! let file = files.add("a.go", &b"package a\nvar x int\n"[..]);
//! assert_eq!(files.get(file).line_column(14).to_string(), "2:5");
//! assert_eq!(files.get(file).slice(Span::new(14, 15)), b"x");
//! assert_eq!(Name::intern("x"), Name::intern("x"));
//! ```

mod idx;
mod name;
mod source;
mod span;

pub use idx::{Idx, Range};
pub use name::{Name, NameCache, known};
pub use source::{FileId, LineColumn, SourceFile, SourceMap};
pub use span::{Location, Span};
