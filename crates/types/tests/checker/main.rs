//! What the checker finds out about small programs.
//!
//! A program says in comments what is expected of the line before the comment:
//!
//! - `//: x is int; f(x) is string` - all expressions and declared names of this text have this
//!   type, and there is at least one;
//! - `//= n is 3` - the constant has this value;
//! - `//! undefined: y` - there is an error on the line with this text in it.
//!
//! Every error must be announced. Types are written as in messages of contend itself.

mod broken;
mod captures;
mod declarations;
mod expressions;
mod generics;
mod packages;
mod program;
mod statements;
