//! Bodies and the functions in them.

use contend_base::{FileId, Idx, Range, Span};
use contend_syntax::ast::{DeclId, ExprId};
use contend_types::{Capture, ObjId, PkgId, TypeId};

use crate::instr::{Call, CallId, Instr, InstrKind, Operand, OperandList, Select, Terminator};
use crate::place::{PlaceId, PlaceKind, Places};

pub type FuncId = Idx<Func>;
pub type BlockId = Idx<Block>;
pub type WrittenOutId = Idx<WrittenOut>;

/// One top-level declaration: a function with the literals inside it, or the initialisers of a
/// `var` declaration. Ids of functions, places, calls and selects are positions in its tables.
#[derive(Clone, Debug)]
pub struct Body {
    pub package: PkgId,
    pub file: FileId,
    /// The file's number in its package.
    pub file_index: u32,
    pub decl: DeclId,
    /// The first is the declaration itself; a literal stands behind the function around it.
    pub funcs: Vec<Func>,
    pub places: Places,
    pub calls: Vec<Call>,
    pub selects: Vec<Select>,
    pub operands: Vec<Operand>,
    /// Types of which a value becomes an interface value or a type argument, each once, in order
    /// of first appearance: only their methods can be reached through interfaces.
    pub boxed: Vec<TypeId>,
    /// The functions that were written out where they are called.
    pub written_out: Vec<WrittenOut>,
}

/// A function that was written out where it is called.
#[derive(Clone, Copy, Debug)]
pub struct WrittenOut {
    pub function: ObjId,
    /// The file that it stands in.
    pub file: FileId,
    /// The call in the body, or the outermost one where functions call each other.
    pub call: Span,
}

/// One function.
#[derive(Clone, Debug)]
pub struct Func {
    pub kind: FuncKind,
    /// Of the declaration or the literal.
    pub span: Span,
    pub receiver: Option<ObjId>,
    /// `None` for parameters without a name and for `_`.
    pub params: Vec<Option<ObjId>>,
    /// `None` for results without a name and for `_`.
    pub results: Vec<Option<ObjId>>,
    /// Variables of enclosing functions, by reference. What a captured loop variable means says
    /// its object's [`VarKind`](contend_types::VarKind).
    pub captures: Vec<Capture>,
    /// The first is the entry. Blocks that no other block leads to are kept.
    pub blocks: Vec<Block>,
    pub instrs: Vec<Instr>,
    /// There is a `defer` in it.
    pub has_defer: bool,
    /// The body could not be followed to the end.
    pub is_cut: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FuncKind {
    /// A function or method.
    Declared(ObjId),
    /// A function literal in `parent`.
    Literal { expr: ExprId, parent: FuncId },
    /// The initialisers of package variables.
    Init,
}

/// Instructions that run one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Slots of [`Func::instrs`].
    pub instrs: Range<Instr>,
    pub terminator: Terminator,
    /// The source of the terminator: the return, the condition, the closing brace.
    pub end_span: Span,
}

impl Body {
    pub fn func(&self, id: FuncId) -> &Func {
        &self.funcs[id.index()]
    }

    /// The functions with their ids, outer ones first.
    pub fn funcs(&self) -> impl Iterator<Item = (FuncId, &Func)> {
        self.funcs
            .iter()
            .enumerate()
            .map(|(i, func)| (Idx::new(i), func))
    }

    pub fn call(&self, id: CallId) -> &Call {
        &self.calls[id.index()]
    }

    /// The file that the instruction's span is in.
    pub fn file_of(&self, instr: &Instr) -> FileId {
        match instr.within {
            Some(id) => self.written_out[id.index()].file,
            None => self.file,
        }
    }

    pub fn operands(&self, list: OperandList) -> &[Operand] {
        &self.operands[list.as_usize()]
    }

    /// True if the place is the value of an expression.
    pub fn is_temp(&self, place: PlaceId) -> bool {
        matches!(self.places.kind(place), PlaceKind::Temp(_))
    }
}

impl Func {
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }

    pub fn blocks(&self) -> impl Iterator<Item = (BlockId, &Block)> {
        self.blocks
            .iter()
            .enumerate()
            .map(|(i, block)| (Idx::new(i), block))
    }

    /// The instructions of a block, first to last.
    pub fn instrs(&self, block: &Block) -> &[Instr] {
        &self.instrs[block.instrs.as_usize()]
    }

    /// The function literal's parent.
    pub fn parent(&self) -> Option<FuncId> {
        match self.kind {
            FuncKind::Literal { parent, .. } => Some(parent),
            FuncKind::Declared(_) | FuncKind::Init => None,
        }
    }

    /// True if the function reads or writes a variable of a function around it.
    pub fn captures(&self, variable: ObjId) -> bool {
        self.captures
            .iter()
            .any(|capture| capture.variable == variable)
    }

    /// The calls in it, in order of evaluation of each block.
    pub fn calls(&self) -> impl Iterator<Item = CallId> {
        self.instrs.iter().filter_map(|instr| match instr.kind {
            InstrKind::Call(call) => Some(call),
            _ => None,
        })
    }
}
