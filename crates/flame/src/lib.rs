//! Stacks with values, drawn as flame graphs and written for the tools that show them.
//!
//! The common form is [`Stacks`]: a tree of calls in which each node says how much ended there. It
//! is read from and written as folded text, and written as HTML, SVG, pprof, and JSON for
//! speedscope, the Firefox Profiler and Chrome. The crate knows no source of stacks but folded text;
//! who has a profile, a dump or a trace adds its stacks one by one. It opens no file.
//!
//! ```
//! use contend_flame::{Side, Stacks, fold};
//!
//! let mut stacks = Stacks::new("example", "samples");
//! stacks.add(["main.main", "main.work"], 3, Side::Now);
//! stacks.add(["main.main"], 1, Side::Now);
//! assert_eq!(fold::write(&stacks), "main.main 1\nmain.main;main.work 3\n");
//! ```

pub mod chrome;
pub mod firefox;
pub mod fold;
pub mod html;
mod layout;
mod origin;
pub mod pprof;
pub mod speedscope;
mod stacks;
pub mod svg;

pub use layout::{Layout, Slab};
pub use origin::Origin;
pub use stacks::{Frame, Node, Palette, Side, Stacks};
