//! Conditions: `&&`, `||` and `!` are control flow.

use contend_syntax::ast::{BinaryOp, ExprId, ExprKind, UnaryOp};
use contend_types::Mode;

use super::Lowerer;
use crate::func::BlockId;
use crate::instr::{InstrKind, Operand, Terminator};

impl Lowerer<'_> {
    /// Evaluates a condition and goes to one of two blocks.
    pub(super) fn cond(&mut self, expr: ExprId, then: BlockId, otherwise: BlockId) {
        self.deeper((), |cx| cx.cond_inner(expr, then, otherwise));
        // Too deep to follow: both ways are possible.
        if self.b.is_live() {
            let cond = Operand::Unknown;
            let branch = Terminator::Branch {
                cond,
                then,
                otherwise,
            };
            self.b.end(branch, self.span(expr));
        }
    }

    fn cond_inner(&mut self, expr: ExprId, then: BlockId, otherwise: BlockId) {
        let id = self.tree.unparen(expr);
        let is_constant = self.info.fact(id).mode == Mode::Constant;
        match self.tree.expr(id).kind {
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
            } if !is_constant => {
                self.cond(operand, otherwise, then);
            }
            ExprKind::Binary { op, .. } if !is_constant && is_logical(op) => {
                let terms = self.terms(id, op);
                let (last, first) = terms.split_last().expect("an operator has operands");
                for &term in first {
                    let next = self.b.new_block();
                    match op {
                        BinaryOp::LogicalAnd => self.cond(term, next, otherwise),
                        _ => self.cond(term, then, next),
                    }
                    self.b.begin(next);
                }
                self.cond(*last, then, otherwise);
            }
            _ => {
                let cond = self.operand(id);
                let span = self.span(id);
                self.b.end(
                    Terminator::Branch {
                        cond,
                        then,
                        otherwise,
                    },
                    span,
                );
            }
        }
    }

    /// The operands of `a && b && c`, first to last.
    fn terms(&self, expr: ExprId, wanted: BinaryOp) -> Vec<ExprId> {
        let mut terms = Vec::new();
        let mut rest = expr;
        while let ExprKind::Binary {
            op, left, right, ..
        } = self.tree.expr(rest).kind
            && op == wanted
        {
            terms.push(right);
            rest = self.tree.unparen(left);
        }
        terms.push(rest);
        terms.reverse();
        terms
    }

    /// The value of `a && b` or `a || b`: written on both ways.
    pub(super) fn logical(&mut self, expr: ExprId) -> Operand {
        let span = self.span(expr);
        let place = self.temp(self.info.type_of(expr));
        let (yes, no, join) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        self.cond(expr, yes, no);
        for (block, value) in [(yes, true), (no, false)] {
            self.b.begin(block);
            let value = Operand::Bool(value);
            self.emit(InstrKind::Write { place, value }, span);
            self.b.jump(join, span);
        }
        self.b.begin(join);
        Operand::Place(place)
    }
}

fn is_logical(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr)
}
