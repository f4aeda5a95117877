//! Statements.

use contend_base::{Name, Span};
use contend_syntax::ast::{
    AssignOp, BinaryOp, BranchKind, DeclKind, ExprId, ExprKind, IdentId, StmtId, StmtKind, StmtList,
};
use contend_types::{LoopVar, ObjectKind, SelectionKind, Type, TypeId, VarKind};

use super::Lowerer;
use super::expr::Operands;
use crate::build::Target;
use crate::func::BlockId;
use crate::instr::{CallMode, InstrKind, Operand, Terminator};

impl Lowerer<'_> {
    pub(super) fn stmt(&mut self, stmt: StmtId) {
        self.deeper((), |cx| cx.stmt_inner(stmt));
    }

    pub(super) fn stmts(&mut self, list: StmtList) {
        for &stmt in self.tree.stmt_list(list) {
            self.stmt(stmt);
        }
    }

    fn stmt_inner(&mut self, id: StmtId) {
        let stmt = self.tree.stmt(id);
        let span = stmt.span;
        let label = self.pending_label.take();
        match stmt.kind {
            StmtKind::Bad | StmtKind::Empty { .. } => {}
            StmtKind::Expr(expr) => {
                self.operand(expr);
            }
            StmtKind::Send { channel, value } => self.send(channel, value, span),
            StmtKind::IncDec { operand, increment } => {
                let op = if increment {
                    BinaryOp::Add
                } else {
                    BinaryOp::Subtract
                };
                self.update(op, operand, None, span);
            }
            StmtKind::Assign { op, left, right } => {
                let (left, right) = (self.tree.expr_list(left), self.tree.expr_list(right));
                self.assign(op, left, right, span);
            }
            StmtKind::Go(call) => self.spawn(call, CallMode::Go),
            StmtKind::Defer(call) => self.spawn(call, CallMode::Defer),
            StmtKind::Return(values) => self.return_stmt(self.tree.expr_list(values), span),
            StmtKind::Branch { kind, label } => self.branch(kind, label, span),
            StmtKind::Block(list) => self.block(list, label),
            StmtKind::If { .. } => self.if_stmt(id),
            StmtKind::Switch { init, tag, clauses } => self.switch(init, tag, clauses, label, span),
            StmtKind::TypeSwitch {
                init,
                subject,
                clauses,
                ..
            } => {
                self.type_switch(init, subject, clauses, label, span);
            }
            StmtKind::Select(clauses) => self.select(clauses, label, span),
            StmtKind::For {
                init,
                cond,
                post,
                body,
            } => {
                self.for_stmt(init, cond, post, body, label);
            }
            StmtKind::Range { .. } => self.range(id, label),
            StmtKind::Labeled { label, stmt } => self.labeled(label, stmt, span),
            StmtKind::Decl(decl) => {
                if let DeclKind::Var(specs) = self.tree.decl(decl).kind {
                    for spec in specs.iter() {
                        self.value_spec(self.tree.value_spec(spec), true);
                    }
                }
            }
        }
    }

    fn send(&mut self, channel_expr: ExprId, value_expr: ExprId, span: Span) {
        let channel = self.operand(channel_expr);
        let value = self.operand(value_expr);
        self.note_sent(channel_expr, value_expr);
        self.emit(InstrKind::Send { channel, value }, span);
    }

    pub(super) fn note_sent(&mut self, channel: ExprId, value: ExprId) {
        if let Some(Type::Chan { element, .. }) = self.underlying_of(channel) {
            self.implied_conversion(self.info.type_of(value), Some(*element));
        }
    }

    fn return_stmt(&mut self, exprs: &[ExprId], span: Span) {
        let types = std::mem::take(&mut self.b.result_types);
        let values = self.return_values(exprs, &types);
        self.b.result_types = types;
        for (i, &value) in values.iter().enumerate() {
            if let Some(&Some(result)) = self.b.func.results.get(i) {
                let place = self.var_place(result);
                self.emit(InstrKind::Write { place, value }, span);
            }
        }
        let values = if values.is_empty() {
            self.named_results()
        } else {
            self.list(&values)
        };
        self.emit(InstrKind::RunDefers, span);
        self.b.end(Terminator::Return(values), span);
    }

    fn return_values(&mut self, exprs: &[ExprId], types: &[TypeId]) -> Operands {
        if let (&[call], 2..) = (exprs, types.len()) {
            if let Some(Type::Tuple(from)) = self.info.type_of(call).map(|ty| self.world.ty(ty)) {
                for (&from, &to) in from.iter().zip(types) {
                    self.implied_conversion(Some(from), Some(to));
                }
            }
            return self.values(call, types.len());
        }
        // Go leaves open when variables are read beside calls; its compiler reads them last, so
        // that `return results, group.Wait()` returns what the goroutines have left.
        let is_last = |cx: &Self, expr: ExprId| 1 < exprs.len() && cx.is_variable(expr);
        let mut values = Operands::from_elem(Operand::Unknown, exprs.len());
        for reads_variables in [false, true] {
            for (i, &expr) in exprs.iter().enumerate() {
                if is_last(self, expr) == reads_variables {
                    values[i] = self.operand(expr);
                    self.implied_conversion(self.info.type_of(expr), types.get(i).copied());
                }
            }
        }
        values
    }

    /// True for a name, or a field of one.
    fn is_variable(&self, expr: ExprId) -> bool {
        let id = self.tree.unparen(expr);
        match self.tree.expr(id).kind {
            ExprKind::Ident(_) => true,
            ExprKind::Selector { base, .. } => {
                let selection = self.info.selections.get(&id);
                selection.is_some_and(|it| it.kind == SelectionKind::Field)
                    && self.is_variable(base)
            }
            _ => false,
        }
    }

    fn branch(&mut self, kind: BranchKind, label: Option<IdentId>, span: Span) {
        let name = label.map(|label| self.tree.ident(label).name);
        let to = match kind {
            BranchKind::Goto => name.map(|name| self.b.label(name)),
            BranchKind::Fallthrough => self
                .b
                .targets
                .last()
                .and_then(|target| target.on_fallthrough),
            BranchKind::Break => self.find_target(name, |target| Some(target.on_break)),
            BranchKind::Continue => self.find_target(name, |target| target.on_continue),
        };
        match to {
            Some(to) => self.b.end(Terminator::Jump(to), span),
            // Only in code that does not compile.
            None => self.b.end(Terminator::Stop, span),
        }
    }

    fn find_target(
        &self,
        label: Option<Name>,
        pick: impl Fn(&Target) -> Option<BlockId>,
    ) -> Option<BlockId> {
        let mut targets = self.b.targets.iter().rev();
        match label {
            Some(_) => targets.find(|target| target.label == label).and_then(pick),
            None => targets
                .filter(|target| !target.is_plain_block)
                .find_map(pick),
        }
    }

    /// A block that has a label can be left by `break`.
    fn block(&mut self, list: StmtList, label: Option<Name>) {
        if label.is_none() {
            return self.stmts(list);
        }
        let end = self.b.new_block();
        let mut target = Target::new(label, end);
        target.is_plain_block = true;
        self.b.targets.push(target);
        self.stmts(list);
        self.b.targets.pop();
        self.b.begin(end);
    }

    /// Chains of `else if` are followed in a loop.
    fn if_stmt(&mut self, id: StmtId) {
        let join = self.b.new_block();
        let mut next = Some(id);
        while let Some(id) = next.take() {
            let stmt = self.tree.stmt(id);
            let StmtKind::If {
                init,
                cond,
                then,
                otherwise,
            } = stmt.kind
            else {
                self.stmt(id);
                break;
            };
            if let Some(init) = init {
                self.stmt(init);
            }
            let then_block = self.b.new_block();
            let else_block = if otherwise.is_some() {
                self.b.new_block()
            } else {
                join
            };
            self.cond(cond, then_block, else_block);
            self.b.begin(then_block);
            self.stmt(then);
            self.b.jump(join, stmt.span);
            if otherwise.is_some() {
                self.b.begin(else_block);
            }
            next = otherwise;
        }
        self.b.begin(join);
    }

    fn for_stmt(
        &mut self,
        init: Option<StmtId>,
        cond: Option<ExprId>,
        post: Option<StmtId>,
        body: StmtId,
        label: Option<Name>,
    ) {
        if let Some(init) = init {
            self.stmt(init);
        }
        let (head, inside, end) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        let again = if post.is_some() {
            self.b.new_block()
        } else {
            head
        };
        let span = self.tree.stmt(body).span;
        self.b.begin(head);
        match cond {
            Some(cond) => self.cond(cond, inside, end),
            None => self.b.end(Terminator::Jump(inside), span),
        }
        self.b.begin(inside);
        let mut target = Target::new(label, end);
        target.on_continue = Some(again);
        self.b.targets.push(target);
        self.stmt(body);
        self.b.targets.pop();
        if let Some(post) = post {
            self.b.begin(again);
            self.next_iteration(init, span);
            self.stmt(post);
        }
        self.b.jump(head, span);
        self.b.begin(end);
    }

    /// From Go 1.22 on the variables of a loop are new ones in each iteration: the last values are
    /// copied before the third clause. Only a function literal can tell.
    fn next_iteration(&mut self, init: Option<StmtId>, span: Span) {
        let Some(StmtKind::Assign {
            op: AssignOp::Define,
            left,
            ..
        }) = init.map(|init| self.tree.stmt(init).kind)
        else {
            return;
        };
        for &name in self.tree.expr_list(left) {
            let Some(object) = self.info.object_of(name) else {
                continue;
            };
            let kind = self.object(object).kind;
            let is_new = kind == ObjectKind::Var(VarKind::Loop(LoopVar::PerIteration));
            if is_new && self.captured.contains(&object) {
                let place = self.var_place(object);
                self.emit(InstrKind::Read(place), span);
                self.emit(InstrKind::Declare(object), span);
            }
        }
    }

    fn labeled(&mut self, label: IdentId, stmt: StmtId, span: Span) {
        let name = self.tree.ident(label).name;
        let block = self.b.label(name);
        self.b.jump(block, span);
        self.b.begin(block);
        self.pending_label = Some(name);
        self.stmt(stmt);
        self.pending_label = None;
    }

    /// The operand of a receive statement or assignment in a select.
    pub(super) fn received_channel(&self, expr: ExprId) -> Option<ExprId> {
        match self.tree.expr(self.tree.unparen(expr)).kind {
            ExprKind::Unary {
                op: contend_syntax::ast::UnaryOp::Receive,
                operand,
            } => Some(operand),
            _ => None,
        }
    }

    pub(super) fn branch_on(&mut self, cond: Operand, then: BlockId, otherwise: BlockId, at: Span) {
        self.b.end(
            Terminator::Branch {
                cond,
                then,
                otherwise,
            },
            at,
        );
    }
}
