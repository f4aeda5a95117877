//! Go source text to trees: a hand-written lexer and parser for all of Go through 1.27.
//!
//! It knows no types, no packages and no files on disk: bytes in, a [`Parsed`] out. It never
//! fails and never panics; what could not be parsed is in [`Parsed::errors`], and the rest of the
//! file stays usable.

pub mod ast;
pub mod constraint;
pub mod count;
mod directives;
pub mod dump;
mod errors;
mod header;
mod lexer;
pub mod literal;
mod number;
mod parser;
mod quoted;
mod token;
pub mod walk;

pub use header::{Header, HeaderImport, parse_header};
pub use parser::parse;

/// What a file gave: always a tree, and what was wrong.
#[derive(Debug, Default)]
pub struct Parsed {
    pub tree: ast::Tree,
    /// In order of position.
    pub errors: Vec<SyntaxError>,
}

/// One thing the grammar does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub span: contend_base::Span,
    /// Lower case, no full stop: "expected ')', found newline".
    pub message: String,
}
