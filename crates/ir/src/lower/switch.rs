//! `switch`, type switches and `select`.

use contend_base::{Idx, Name, Span};
use contend_syntax::ast::{
    BinaryOp, ClauseKind, ClauseList, ExprId, ExprKind, ExprList, StmtId, StmtKind,
};

use super::Lowerer;
use super::assign::Destination;
use crate::build::Target;
use crate::func::BlockId;
use crate::instr::{InstrKind, Operand, Operator, Select, SelectCase, SelectKind, Terminator};

impl Lowerer<'_> {
    /// The cases are compared one after the other, as Go does.
    pub(super) fn switch(
        &mut self,
        init: Option<StmtId>,
        tag: Option<ExprId>,
        clauses: ClauseList,
        label: Option<Name>,
        span: Span,
    ) {
        if let Some(init) = init {
            self.stmt(init);
        }
        let value = tag.map(|tag| (tag, self.operand(tag)));
        let bodies: Vec<BlockId> = clauses.iter().map(|_| self.b.new_block()).collect();
        let end = self.b.new_block();
        let mut otherwise = end;
        for (clause, &body) in clauses.iter().zip(&bodies) {
            match self.tree.clause(clause).kind {
                ClauseKind::Case(exprs) => self.case_tests(value, exprs, body),
                ClauseKind::Default | ClauseKind::Comm(_) => otherwise = body,
            }
        }
        self.b.jump(otherwise, span);
        let following = bodies.iter().skip(1).copied().map(Some).chain([None]);
        for ((clause, &body), next) in clauses.iter().zip(&bodies).zip(following) {
            self.b.begin(body);
            let mut target = Target::new(label, end);
            target.on_fallthrough = next;
            self.b.targets.push(target);
            let clause = self.tree.clause(clause);
            self.stmts(clause.body);
            self.b.targets.pop();
            self.b.jump(end, clause.span);
        }
        self.b.begin(end);
    }

    fn case_tests(&mut self, tag: Option<(ExprId, Operand)>, exprs: ExprList, body: BlockId) {
        for &expr in self.tree.expr_list(exprs) {
            let next = self.b.new_block();
            match tag {
                None => self.cond(expr, body, next),
                Some((tag, left)) => {
                    let right = self.operand(expr);
                    let (a, b) = (self.info.type_of(tag), self.info.type_of(expr));
                    self.implied_conversion(a, b);
                    self.implied_conversion(b, a);
                    let (dst, span) = (self.temp(None), self.span(expr));
                    let op = Operator::Binary(BinaryOp::Equal);
                    self.emit(
                        InstrKind::Operation {
                            dst,
                            op,
                            left,
                            right,
                        },
                        span,
                    );
                    self.branch_on(Operand::Place(dst), body, next, span);
                }
            }
            self.b.begin(next);
        }
    }

    pub(super) fn type_switch(
        &mut self,
        init: Option<StmtId>,
        subject: ExprId,
        clauses: ClauseList,
        label: Option<Name>,
        span: Span,
    ) {
        if let Some(init) = init {
            self.stmt(init);
        }
        let value = match self.tree.expr(self.tree.unparen(subject)).kind {
            ExprKind::TypeAssert { base, .. } => self.operand(base),
            _ => self.operand(subject),
        };
        let bodies: Vec<BlockId> = clauses.iter().map(|_| self.b.new_block()).collect();
        let end = self.b.new_block();
        let mut otherwise = end;
        for (clause, &body) in clauses.iter().zip(&bodies) {
            let clause = self.tree.clause(clause);
            if !matches!(clause.kind, ClauseKind::Case(_)) {
                otherwise = body;
                continue;
            }
            let next = self.b.new_block();
            let (dst, at) = (self.temp(None), clause.span);
            let (op, right) = (Operator::HasType, Operand::Unknown);
            self.emit(
                InstrKind::Operation {
                    dst,
                    op,
                    left: value,
                    right,
                },
                at,
            );
            self.branch_on(Operand::Place(dst), body, next, at);
            self.b.begin(next);
        }
        self.b.jump(otherwise, span);
        for (clause, &body) in clauses.iter().zip(&bodies) {
            self.b.begin(body);
            if let Some(&variable) = self.info.clause_vars.get(&clause) {
                let at = self.tree.clause(clause).span;
                self.emit(InstrKind::Declare(variable), at);
                let place = self.var_place(variable);
                self.emit(InstrKind::Write { place, value }, at);
            }
            self.b.targets.push(Target::new(label, end));
            let clause = self.tree.clause(clause);
            self.stmts(clause.body);
            self.b.targets.pop();
            self.b.jump(end, clause.span);
        }
        self.b.begin(end);
    }

    pub(super) fn select(&mut self, clauses: ClauseList, label: Option<Name>, span: Span) {
        if clauses.is_empty() {
            return self.b.end(Terminator::Stop, span);
        }
        let end = self.b.new_block();
        let cases: Vec<SelectCase> = clauses
            .iter()
            .map(|clause| {
                let clause = self.tree.clause(clause);
                let (kind, span) = match clause.kind {
                    ClauseKind::Comm(stmt) => (self.comm(stmt), self.tree.stmt(stmt).span),
                    ClauseKind::Default | ClauseKind::Case(_) => (SelectKind::Default, clause.span),
                };
                SelectCase {
                    kind,
                    span,
                    target: self.b.new_block(),
                }
            })
            .collect();
        let id = Idx::new(self.selects.len());
        self.selects.push(Select {
            cases: cases.clone(),
        });
        self.b.end(Terminator::Select(id), span);
        for (clause, case) in clauses.iter().zip(cases) {
            self.b.begin(case.target);
            let clause = self.tree.clause(clause);
            if let ClauseKind::Comm(stmt) = clause.kind {
                self.received(stmt, case.kind);
            }
            self.b.targets.push(Target::new(label, end));
            self.stmts(clause.body);
            self.b.targets.pop();
            self.b.jump(end, clause.span);
        }
        self.b.begin(end);
    }

    /// Evaluates what a case needs before the select: channel and value to send.
    fn comm(&mut self, stmt: StmtId) -> SelectKind {
        let receive = match self.tree.stmt(stmt).kind {
            StmtKind::Send {
                channel: channel_expr,
                value: value_expr,
            } => {
                let channel = self.operand(channel_expr);
                let value = self.operand(value_expr);
                self.note_sent(channel_expr, value_expr);
                return SelectKind::Send { channel, value };
            }
            StmtKind::Expr(expr) => Some((expr, false)),
            StmtKind::Assign { left, right, .. } => match self.tree.expr_list(right) {
                &[expr] => Some((expr, left.len() == 2)),
                _ => None,
            },
            _ => None,
        };
        let channel = receive.and_then(|(expr, _)| self.received_channel(expr));
        let (Some((expr, comma_ok)), Some(channel)) = (receive, channel) else {
            let channel = Operand::Unknown;
            return SelectKind::Receive {
                channel,
                value: self.unknown_place(),
                ok: None,
            };
        };
        let channel = self.operand(channel);
        let value = self.temp(self.info.type_of(expr));
        let ok = comma_ok.then(|| self.temp(None));
        SelectKind::Receive { channel, value, ok }
    }

    /// Assigns what was received.
    fn received(&mut self, stmt: StmtId, kind: SelectKind) {
        let SelectKind::Receive { value, ok, .. } = kind else {
            return;
        };
        let StmtKind::Assign { op, left, .. } = self.tree.stmt(stmt).kind else {
            return;
        };
        let is_definition = op == contend_syntax::ast::AssignOp::Define;
        let values = [Some(value), ok];
        let to: Vec<Destination> = self
            .tree
            .expr_list(left)
            .iter()
            .map(|&expr| self.destination(expr, is_definition))
            .collect();
        for (destination, value) in to.into_iter().zip(values) {
            self.store(destination, value.map_or(Operand::Unknown, Operand::Place));
        }
    }
}
