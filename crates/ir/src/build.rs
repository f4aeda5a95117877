//! Puts blocks together while a function is lowered.

use contend_base::{Idx, Name, Range, Span};
use contend_types::TypeId;
use rustc_hash::FxHashMap;

use crate::func::{Block, BlockId, Func};
use crate::instr::{Instr, InstrKind, OperandList, Terminator};

/// A function that is being lowered. Blocks are filled one after the other: a block that was left
/// is never entered again, so that its instructions stand together.
pub(crate) struct FuncBuilder {
    pub(crate) func: Func,
    /// The types of the results, for implied conversions at `return`.
    pub(crate) result_types: Vec<TypeId>,
    /// Innermost last.
    pub(crate) targets: Vec<Target>,
    pub(crate) labels: FxHashMap<Name, BlockId>,
    current: Option<BlockId>,
    /// Where the instructions of the current block begin.
    start: usize,
}

/// Where `break`, `continue` and `fallthrough` lead.
pub(crate) struct Target {
    pub(crate) label: Option<Name>,
    pub(crate) on_break: BlockId,
    pub(crate) on_continue: Option<BlockId>,
    pub(crate) on_fallthrough: Option<BlockId>,
    /// A labelled block: only `break` with its label leads to its end.
    pub(crate) is_plain_block: bool,
}

impl Target {
    pub(crate) fn new(label: Option<Name>, on_break: BlockId) -> Self {
        let (on_continue, on_fallthrough) = (None, None);
        Self {
            label,
            on_break,
            on_continue,
            on_fallthrough,
            is_plain_block: false,
        }
    }
}

impl FuncBuilder {
    pub(crate) fn new(func: Func) -> Self {
        let mut builder = Self {
            func,
            result_types: Vec::new(),
            targets: Vec::new(),
            labels: FxHashMap::default(),
            current: None,
            start: 0,
        };
        let entry = builder.new_block();
        builder.begin(entry);
        builder
    }

    /// A block that nothing leads to yet. Until it is begun it only stops.
    pub(crate) fn new_block(&mut self) -> BlockId {
        let id = Idx::new(self.func.blocks.len());
        let (terminator, end_span) = (Terminator::Stop, Span::default());
        self.func.blocks.push(Block {
            instrs: Range::EMPTY,
            terminator,
            end_span,
        });
        id
    }

    /// Continues in `block`; control that is still in another block falls through to it.
    pub(crate) fn begin(&mut self, block: BlockId) {
        if self.current.is_some() {
            self.end(Terminator::Jump(block), Span::at(self.func.span.end));
        }
        self.current = Some(block);
        self.start = self.func.instrs.len();
    }

    /// Ends the current block. What follows without [`begin`](Self::begin) cannot be reached.
    pub(crate) fn end(&mut self, terminator: Terminator, end_span: Span) {
        self.reach();
        let Some(block) = self.current.take() else {
            return;
        };
        let instrs = Range::new(self.start, self.func.instrs.len());
        self.func.blocks[block.index()] = Block {
            instrs,
            terminator,
            end_span,
        };
    }

    /// Ends the current block by a jump, if control gets there.
    pub(crate) fn jump(&mut self, to: BlockId, span: Span) {
        if self.current.is_some() {
            self.end(Terminator::Jump(to), span);
        }
    }

    pub(crate) fn emit(&mut self, kind: InstrKind, span: Span) {
        self.reach();
        self.func.instrs.push(Instr {
            span,
            kind,
            within: None,
        });
    }

    /// True if control gets to the point that is lowered now.
    pub(crate) fn is_live(&self) -> bool {
        self.current.is_some()
    }

    /// Where a `goto` or a labelled statement of this name is.
    pub(crate) fn label(&mut self, name: Name) -> BlockId {
        if let Some(&block) = self.labels.get(&name) {
            return block;
        }
        let block = self.new_block();
        self.labels.insert(name, block);
        block
    }

    /// The finished function: ends the last block and adds the way of panics.
    ///
    /// `returns` are the operands of a return without values, `may_recover` says whether one of
    /// the deferred calls could stop a panic.
    pub(crate) fn finish(mut self, returns: OperandList, may_recover: bool) -> Func {
        let end = Span::new(self.func.span.end.saturating_sub(1), self.func.span.end);
        if self.is_live() {
            if self.func.has_defer {
                self.emit(InstrKind::RunDefers, end);
            }
            self.end(Terminator::Return(returns), end);
        }
        if self.func.has_defer {
            self.add_unwinding(returns, may_recover, end);
        } else {
            self.drop_run_defers();
        }
        self.func
    }

    fn add_unwinding(&mut self, returns: OperandList, may_recover: bool, end: Span) {
        let panics = |block: &Block| matches!(block.terminator, Terminator::Panic { .. });
        if !self.func.blocks.iter().any(panics) {
            return;
        }
        let unwind = self.new_block();
        self.begin(unwind);
        self.emit(InstrKind::RunDefers, end);
        let recovered = may_recover.then(|| self.new_block());
        self.end(Terminator::Unwind { recovered }, end);
        if let Some(recovered) = recovered {
            self.begin(recovered);
            self.end(Terminator::Return(returns), end);
        }
        for block in &mut self.func.blocks {
            if let Terminator::Panic { unwind: to } = &mut block.terminator {
                *to = Some(unwind);
            }
        }
    }

    /// Returns were lowered before it was known that nothing is deferred.
    fn drop_run_defers(&mut self) {
        let is_run = |instr: &Instr| matches!(instr.kind, InstrKind::RunDefers);
        if !self.func.instrs.iter().any(is_run) {
            return;
        }
        let old = std::mem::take(&mut self.func.instrs);
        for block in &mut self.func.blocks {
            let start = self.func.instrs.len();
            let kept = old[block.instrs.as_usize()]
                .iter()
                .filter(|instr| !is_run(instr));
            self.func.instrs.extend(kept);
            block.instrs = Range::new(start, self.func.instrs.len());
        }
    }

    fn reach(&mut self) {
        if self.current.is_none() {
            let block = self.new_block();
            self.begin(block);
        }
    }
}
