//! Function bodies as basic blocks over places, and who calls whom.
//!
//! Input is a file's tree with the facts of `contend-types`; output is one [`Body`] per top-level
//! declaration: the function, and each function literal inside as a function of its own. A body
//! depends on nothing but its declaration and may be dropped when its summary is made.
//!
//! What a reader of bodies must know:
//!
//! - A [`Place`] is a variable and the way from there: fields, elements, dereferences. Embedded
//!   fields on the way are written out. Equal paths of one body are equal ids, in a closure too.
//! - Every access to memory is an instruction of its own with the span of its very operand:
//!   `Read`, `Write`, the `Map...` family, `Next`, `Append`, `Copy`. An [`Operand`] only names a
//!   value; the access to it stands before.
//! - `go` and `defer` are calls with a [`CallMode`]. Deferred calls run at `RunDefers`, before each
//!   return and on the way of a panic; which ones ran past is for the reader to follow.
//! - Panics are edges where the source says `panic` or calls what never returns. Any other
//!   instruction might panic too, and has no edge for it.
//! - A variable declared in a loop is a new one each time `Declare` is passed; so is a variable of
//!   kind `Loop(PerIteration)` in each iteration, though it is declared before the loop.
//!
//! The crate knows no rules and no summaries. It never fails: what the types could not resolve is
//! an unknown operand.

mod build;
mod call_graph;
mod cfg;
mod dump;
mod func;
mod instr;
mod lower;
mod place;
mod replace;
mod write_out;

pub use call_graph::{CallGraph, Target, call_dump};
pub use cfg::{Loop, Successors};
pub use dump::dump;
pub use func::{Block, BlockId, Body, Func, FuncId, FuncKind, WrittenOut, WrittenOutId};
pub use instr::{
    AllocKind, Call, CallId, CallMode, Callee, Instr, InstrKind, Operand, OperandList, Operator,
    RangeKind, Select, SelectCase, SelectId, SelectKind, Terminator,
};
pub use lower::lower;
pub use place::{Key, Place, PlaceId, PlaceKind, Places};
pub use write_out::Inner;
