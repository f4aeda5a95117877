//! Go source text to trees: a hand-written lexer and parser for all of Go through 1.27.
//!
//! It knows no types, no packages and no files on disk: bytes in, a [`Parsed`] out. It never
//! fails and never panics; what could not be parsed is in [`Parsed::errors`], and the rest of the
//! file stays usable.
//!
//! ```
//! use contend_syntax::{ast::DeclKind, parse};
//!
//! let text = b"package p\n\nfunc broken( {\n\nfunc Fine() { go work() }\n";
//! let parsed = parse(text);
//! assert_eq!(parsed.errors[0].message, "expected ')', found '{'");
//! let tree = &parsed.tree;
//! let DeclKind::Func(func) = tree.decl(tree.top_level[1]).kind else { panic!("a function") };
//! assert_eq!(tree.ident(tree.func(func).name).name.as_str(), "Fine");
//! assert_eq!(tree.funcs.len(), 2);
//! ```
//!
//! What is in parentheses, brackets or blocks nests at most [`MAX_NESTING`] deep, so recursion
//! over it is safe. Chains are not bounded: `a + b + c` leans to the left, `x.y().z()` too, and
//! `if {} else if {}` to the right. Walk those in a loop, or everything with [`walk`].
//!
//! The parser accepts what `go/parser` accepts. Where `go/parser` finds the first error of a file,
//! it finds one on the same line; behind that it goes on in its own way and reports less.

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
pub use parser::{MAX_NESTING, parse};

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
