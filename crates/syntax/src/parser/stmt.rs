//! Statements.

use contend_base::{Range, Span};

use crate::ast::{
    AssignOp, BranchKind, Clause, ClauseKind, ClauseList, ExprId, ExprKind, IdentId, Stmt, StmtId,
    StmtKind,
};
use crate::token::Token;

use super::{Parser, PendingName, push, take_list};

/// `if init; cond {...}` without what follows.
#[derive(Clone, Copy)]
pub(super) struct IfHeader {
    start: u32,
    init: Option<StmtId>,
    cond: ExprId,
    then: StmtId,
}

/// What a simple statement may be, by where it stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Plain,
    /// A name and a colon are a label.
    Label,
    /// `for`: the right side may start with `range`.
    For,
    /// `switch`: the right side may be `x.(type)`.
    Switch,
}

/// A simple statement that is in no table yet.
#[derive(Clone, Copy)]
enum Simple {
    Stmt(StmtKind, Span),
    /// `key, value := range over`.
    Range {
        key: Option<ExprId>,
        value: Option<ExprId>,
        define: bool,
        over: ExprId,
        extra: bool,
    },
    /// `bind := x.(type)`.
    TypeSwitch {
        bind: Option<IdentId>,
        subject: ExprId,
    },
    Label(PendingName),
}

impl Parser<'_, '_> {
    /// `{...}`.
    pub(super) fn block(&mut self) -> StmtId {
        let start = self.pos();
        if !self.expect(Token::LBrace) {
            return self.stmt_from(start, StmtKind::Block(Range::EMPTY));
        }
        let mark = self.scratch.stmts.len();
        self.statements();
        while matches!(self.token(), Token::Case | Token::Default) {
            // Clauses outside a switch: what is in them can still be understood.
            self.expected(Token::RBrace.text());
            self.clause(false);
        }
        self.expect(Token::RBrace);
        let list = self.take_stmts(mark);
        self.stmt_from(start, StmtKind::Block(list))
    }

    /// Statements up to the end of the block or clause; they are left on the scratch stack.
    fn statements(&mut self) {
        while !matches!(
            self.token(),
            Token::RBrace | Token::Case | Token::Default | Token::Eof
        ) {
            let before = self.lexer.start;
            let stmt = self.statement();
            self.scratch.stmts.push(stmt);
            if self.lexer.start == before && !self.at(Token::Eof) {
                self.bump();
            }
        }
    }

    fn statement(&mut self) -> StmtId {
        let start = self.pos();
        if !self.enter() {
            self.eat(Token::Semi);
            return self.stmt_from(start, StmtKind::Bad);
        }
        let stmt = self.statement_at(start);
        self.leave();
        stmt
    }

    fn statement_at(&mut self, start: u32) -> StmtId {
        match self.token() {
            Token::Ident
            | Token::Int
            | Token::Float
            | Token::Imaginary
            | Token::Rune
            | Token::String
            | Token::Func
            | Token::LParen
            | Token::LBrack
            | Token::Struct
            | Token::Map
            | Token::Chan
            | Token::Interface
            | Token::Add
            | Token::Sub
            | Token::Mul
            | Token::And
            | Token::Xor
            | Token::Arrow
            | Token::Not => self.simple_statement(start),
            Token::Return => {
                self.bump();
                let mark = self.scratch.exprs.len();
                if !matches!(self.token(), Token::Semi | Token::RBrace) {
                    self.rhs_list();
                }
                let results = self.take_exprs(mark);
                self.finish(start, StmtKind::Return(results))
            }
            Token::If => self.if_statement(),
            Token::For => self.for_statement(start),
            Token::Switch => self.switch_statement(start),
            Token::Select => {
                self.bump();
                let clauses = self.clauses(true);
                self.finish(start, StmtKind::Select(clauses))
            }
            Token::Go | Token::Defer => self.go_or_defer(start),
            Token::Break => self.branch(start, BranchKind::Break),
            Token::Continue => self.branch(start, BranchKind::Continue),
            Token::Goto => self.branch(start, BranchKind::Goto),
            Token::Fallthrough => self.branch(start, BranchKind::Fallthrough),
            Token::Const | Token::Type | Token::Var => {
                let decl = self.declaration();
                let span = self.tree.decl(decl).span;
                push(
                    &mut self.tree.stmts,
                    Stmt {
                        span,
                        kind: StmtKind::Decl(decl),
                    },
                )
            }
            Token::LBrace => {
                let block = self.block();
                self.expect_semi();
                block
            }
            Token::Semi => {
                let implicit = self.lexer.is_newline();
                self.bump();
                self.stmt_from(start, StmtKind::Empty { implicit })
            }
            Token::RBrace => {
                let kind = StmtKind::Empty { implicit: true };
                push(
                    &mut self.tree.stmts,
                    Stmt {
                        span: Span::at(start),
                        kind,
                    },
                )
            }
            _ => {
                self.expected("statement");
                self.bump();
                self.skip_to_statement();
                self.stmt_from(start, StmtKind::Bad)
            }
        }
    }

    /// Adds the statement, which ends here, and consumes the semicolon behind it.
    fn finish(&mut self, start: u32, kind: StmtKind) -> StmtId {
        let stmt = self.stmt_from(start, kind);
        self.expect_semi();
        stmt
    }

    fn simple_statement(&mut self, start: u32) -> StmtId {
        match self.simple(Place::Label) {
            Simple::Label(name) => {
                let label = self.declared(name);
                let stmt = self.statement();
                let span = Span::new(start, self.tree.stmt(stmt).span.end);
                push(
                    &mut self.tree.stmts,
                    Stmt {
                        span,
                        kind: StmtKind::Labeled { label, stmt },
                    },
                )
            }
            simple => {
                let stmt = self.add_simple(simple);
                self.expect_semi();
                stmt
            }
        }
    }

    /// Puts a simple statement into the tables where only one without a clause may stand.
    fn add_simple(&mut self, simple: Simple) -> StmtId {
        let (kind, span) = match simple {
            Simple::Stmt(kind, span) => (kind, span),
            Simple::TypeSwitch { subject, .. } => {
                (StmtKind::Expr(subject), self.tree.expr(subject).span)
            }
            Simple::Range { .. } | Simple::Label(_) => (StmtKind::Bad, Span::at(self.pos())),
        };
        push(&mut self.tree.stmts, Stmt { span, kind })
    }

    fn simple(&mut self, place: Place) -> Simple {
        let before = std::mem::replace(&mut self.in_rhs, false);
        let simple = self.simple_at(place);
        self.in_rhs = before;
        simple
    }

    fn simple_at(&mut self, place: Place) -> Simple {
        let start = self.pos();
        let first = if self.at(Token::Ident) {
            let name = self.name();
            match self.token() {
                Token::Colon if place == Place::Label => {
                    self.bump();
                    return Simple::Label(name);
                }
                Token::Define if place == Place::Switch => return self.switch_define(name),
                _ => {
                    let operand = self.used(name);
                    self.expr_from_operand(operand)
                }
            }
        } else {
            self.expr()
        };
        let mark = self.scratch.exprs.len();
        self.scratch.exprs.push(first);
        while self.eat(Token::Comma) {
            let expr = self.expr();
            self.scratch.exprs.push(expr);
        }
        if let Some(op) = self.token().assign() {
            return self.assignment(start, mark, op, place);
        }
        if self.scratch.exprs.len() > mark + 1 {
            self.error(start, "expected 1 expression");
        }
        self.scratch.exprs.truncate(mark);
        let kind = match self.token() {
            Token::Colon => {
                self.error(self.pos(), "illegal label declaration");
                self.bump();
                StmtKind::Bad
            }
            Token::Arrow => {
                self.bump();
                let value = self.rhs();
                StmtKind::Send {
                    channel: first,
                    value,
                }
            }
            Token::Increment | Token::Decrement => {
                let increment = self.at(Token::Increment);
                self.bump();
                StmtKind::IncDec {
                    operand: first,
                    increment,
                }
            }
            _ if place == Place::Switch && self.is_type_switch(first) => {
                return Simple::TypeSwitch {
                    bind: None,
                    subject: first,
                };
            }
            _ => StmtKind::Expr(first),
        };
        Simple::Stmt(kind, self.span_from(start))
    }

    /// The rest of an assignment whose left side stands above `mark`.
    fn assignment(&mut self, start: u32, mark: usize, op: AssignOp, place: Place) -> Simple {
        let op_pos = self.pos();
        self.bump();
        let is_plain = matches!(op, AssignOp::Assign | AssignOp::Define);
        if place == Place::For && is_plain && self.eat(Token::Range) {
            let left = &self.scratch.exprs[mark..];
            let (key, value) = (left.first().copied(), left.get(1).copied());
            let extra = left.len() > 2;
            if extra {
                let last = self.scratch.exprs[self.scratch.exprs.len() - 1];
                self.error(self.expr_start(last), "expected at most 2 expressions");
            }
            self.scratch.exprs.truncate(mark);
            let over = self.rhs();
            return Simple::Range {
                key,
                value,
                define: op == AssignOp::Define,
                over,
                extra,
            };
        }
        let left = self.take_exprs(mark);
        self.rhs_list();
        let right = &self.scratch.exprs[mark..];
        if let ([subject], true) = (right, place == Place::Switch && op == AssignOp::Assign)
            && self.is_type_switch(*subject)
        {
            let subject = *subject;
            self.scratch.exprs.truncate(mark);
            self.error(op_pos, "expected ':=', found '='");
            return Simple::TypeSwitch {
                bind: None,
                subject,
            };
        }
        let right = self.take_exprs(mark);
        Simple::Stmt(StmtKind::Assign { op, left, right }, self.span_from(start))
    }

    /// `name := ...` in the header of a switch: a definition, or what a type switch binds.
    fn switch_define(&mut self, name: PendingName) -> Simple {
        self.bump();
        let mark = self.scratch.exprs.len();
        self.rhs_list();
        if let [subject] = self.scratch.exprs[mark..]
            && self.is_type_switch(subject)
        {
            self.scratch.exprs.truncate(mark);
            let bind = Some(self.declared(name));
            return Simple::TypeSwitch { bind, subject };
        }
        let right = self.take_exprs(mark);
        let name_expr = self.used(name);
        let at = self.tree.expr_lists.len();
        self.tree.expr_lists.push(name_expr);
        let left = Range::new(at, at + 1);
        let kind = StmtKind::Assign {
            op: AssignOp::Define,
            left,
            right,
        };
        Simple::Stmt(kind, self.span_from(name.pos))
    }

    fn is_type_switch(&self, expr: ExprId) -> bool {
        matches!(self.kind(expr), ExprKind::TypeAssert { ty: None, .. })
    }

    /// The expression that a header statement has to be.
    fn header_expr(&mut self, simple: Simple, want: &str) -> ExprId {
        let (kind, span) = match simple {
            Simple::Stmt(StmtKind::Expr(expr), _) => return expr,
            Simple::TypeSwitch { subject, .. } => return subject,
            Simple::Stmt(kind, span) => (kind, span),
            Simple::Range { .. } | Simple::Label(_) => (StmtKind::Bad, Span::at(self.pos())),
        };
        let is_assignment = matches!(kind, StmtKind::Assign { .. });
        let found = if is_assignment {
            "assignment"
        } else {
            "simple statement"
        };
        let hint = "(missing parentheses around composite literal?)";
        self.error(span.start, format!("expected {want}, found {found} {hint}"));
        // The statement stays in the tables: nothing refers to it, but all else goes on.
        self.add_expr(span, ExprKind::Bad)
    }

    fn go_or_defer(&mut self, start: u32) -> StmtId {
        let is_go = self.at(Token::Go);
        let word = if is_go { "go" } else { "defer" };
        self.bump();
        let expr = self.rhs();
        let call = self.tree.unparen(expr);
        if call != expr {
            let message = format!("expression in {word} must not be parenthesized");
            self.error(self.expr_start(expr), message);
        }
        if !matches!(self.kind(call), ExprKind::Call { .. } | ExprKind::Bad) {
            let end = self.tree.expr(call).span.end;
            self.error(end, format!("expression in {word} must be function call"));
        }
        self.finish(
            start,
            if is_go {
                StmtKind::Go(call)
            } else {
                StmtKind::Defer(call)
            },
        )
    }

    fn branch(&mut self, start: u32, kind: BranchKind) -> StmtId {
        self.bump();
        let takes_label = match kind {
            BranchKind::Goto => true,
            BranchKind::Break | BranchKind::Continue => self.at(Token::Ident),
            BranchKind::Fallthrough => false,
        };
        let label = takes_label.then(|| {
            let name = self.name();
            self.declared(name)
        });
        self.finish(start, StmtKind::Branch { kind, label })
    }

    /// A chain of any length without recursion: the last `if` enters the table first.
    fn if_statement(&mut self) -> StmtId {
        let mark = self.scratch.ifs.len();
        let mut otherwise = loop {
            let start = self.pos();
            self.bump();
            let (init, cond) = self.if_header();
            let then = self.block();
            self.scratch.ifs.push(IfHeader {
                start,
                init,
                cond,
                then,
            });
            if !self.eat(Token::Else) {
                break None;
            }
            match self.token() {
                Token::If => {}
                Token::LBrace => break Some(self.block()),
                _ => {
                    self.expected("if statement or block");
                    break Some(self.stmt_from(self.pos(), StmtKind::Bad));
                }
            }
        };
        let end = self.lexer.prev_end as u32;
        while self.scratch.ifs.len() > mark {
            let Some(IfHeader {
                start,
                init,
                cond,
                then,
            }) = self.scratch.ifs.pop()
            else {
                break;
            };
            let kind = StmtKind::If {
                init,
                cond,
                then,
                otherwise,
            };
            let span = Span::new(start, end.max(start));
            otherwise = Some(push(&mut self.tree.stmts, Stmt { span, kind }));
        }
        self.expect_semi();
        match otherwise {
            Some(stmt) => stmt,
            None => self.stmt_from(end, StmtKind::Bad),
        }
    }

    fn if_header(&mut self) -> (Option<StmtId>, ExprId) {
        if self.at(Token::LBrace) {
            self.error(self.pos(), "missing condition in if statement");
            return (None, self.expr_from(self.pos(), ExprKind::Bad));
        }
        let level = std::mem::replace(&mut self.expr_level, -1);
        let mut init = None;
        if !self.at(Token::Semi) {
            if self.eat(Token::Var) {
                self.error(self.pos(), "var declaration not allowed in if initializer");
            }
            init = Some(self.simple(Place::Plain));
        }
        let header = if self.at(Token::LBrace)
            && let Some(cond) = init.take()
        {
            (None, self.header_expr(cond, "boolean expression"))
        } else {
            let init = init.map(|simple| self.add_simple(simple));
            (init, self.if_condition())
        };
        self.expr_level = level;
        header
    }

    /// The condition behind the semicolon, which is the current token in valid code.
    fn if_condition(&mut self) -> ExprId {
        let semi = self.pos();
        let was_newline = self.lexer.is_newline();
        let has_semi = self.expect(Token::Semi);
        if !self.at(Token::LBrace) && (has_semi || !self.at(Token::Eof)) {
            let simple = self.simple(Place::Plain);
            return self.header_expr(simple, "boolean expression");
        }
        if has_semi {
            let message = if was_newline {
                "unexpected newline, expecting { after if clause"
            } else {
                "missing condition in if statement"
            };
            self.error(semi, message);
        }
        self.expr_from(self.pos(), ExprKind::Bad)
    }

    fn switch_statement(&mut self, start: u32) -> StmtId {
        self.bump();
        let mut init = None;
        let mut tag = None;
        if !self.at(Token::LBrace) {
            let level = std::mem::replace(&mut self.expr_level, -1);
            if !self.at(Token::Semi) {
                tag = Some(self.simple(Place::Switch));
            }
            if self.eat(Token::Semi) {
                init = tag.take().map(|simple| self.add_simple(simple));
                if !self.at(Token::LBrace) {
                    tag = Some(self.simple(Place::Switch));
                }
            }
            self.expr_level = level;
        }
        if let Some(Simple::TypeSwitch { bind, subject }) = tag {
            let clauses = self.clauses(false);
            return self.finish(
                start,
                StmtKind::TypeSwitch {
                    init,
                    bind,
                    subject,
                    clauses,
                },
            );
        }
        let tag = tag.map(|simple| self.header_expr(simple, "switch expression"));
        let clauses = self.clauses(false);
        self.finish(start, StmtKind::Switch { init, tag, clauses })
    }

    /// `{ case ...: ... }`.
    fn clauses(&mut self, is_select: bool) -> ClauseList {
        self.expect(Token::LBrace);
        let mark = self.scratch.clauses.len();
        while matches!(self.token(), Token::Case | Token::Default) {
            let clause = self.clause(is_select);
            self.scratch.clauses.push(clause);
        }
        if !self.eat(Token::RBrace) {
            self.expected(Token::RBrace.text());
            self.skip_clauses();
        }
        take_list(&mut self.scratch.clauses, mark, &mut self.tree.clauses)
    }

    /// Skips what stands where only clauses may, up to the brace that ends them.
    fn skip_clauses(&mut self) {
        while !matches!(self.token(), Token::RBrace | Token::Eof) {
            let before = self.lexer.start;
            self.skip_to_statement();
            if self.lexer.start == before {
                self.bump();
            }
        }
        self.eat(Token::RBrace);
    }

    fn clause(&mut self, is_select: bool) -> Clause {
        let start = self.pos();
        let is_default = self.at(Token::Default);
        self.bump();
        let kind = if is_default {
            ClauseKind::Default
        } else if is_select {
            ClauseKind::Comm(self.communication())
        } else {
            let mark = self.scratch.exprs.len();
            self.rhs_list();
            ClauseKind::Case(self.take_exprs(mark))
        };
        self.expect(Token::Colon);
        let mut span = self.span_from(start);
        let mark = self.scratch.stmts.len();
        self.statements();
        if let Some(last) = self.scratch.stmts[mark..].last() {
            span.end = self.tree.stmt(*last).span.end;
        }
        let body = self.take_stmts(mark);
        Clause { span, kind, body }
    }

    /// The send, receive or assignment of a select case.
    fn communication(&mut self) -> StmtId {
        let start = self.pos();
        let before = std::mem::replace(&mut self.in_rhs, false);
        let mark = self.scratch.exprs.len();
        loop {
            let expr = self.expr();
            self.scratch.exprs.push(expr);
            if !self.eat(Token::Comma) {
                break;
            }
        }
        self.in_rhs = before;
        let first = self.scratch.exprs[mark];
        let n_left = self.scratch.exprs.len() - mark;
        let assign = self.token().assign();
        let kind = if let Some(op @ (AssignOp::Assign | AssignOp::Define)) = assign {
            if n_left > 2 {
                self.error(start, "expected 1 or 2 expressions");
            }
            self.bump();
            let left = self.take_exprs(mark);
            let right = self.rhs();
            let at = self.tree.expr_lists.len();
            self.tree.expr_lists.push(right);
            StmtKind::Assign {
                op,
                left,
                right: Range::new(at, at + 1),
            }
        } else {
            if n_left > 1 {
                self.error(start, "expected 1 expression");
            }
            self.scratch.exprs.truncate(mark);
            if self.eat(Token::Arrow) {
                let value = self.rhs();
                StmtKind::Send {
                    channel: first,
                    value,
                }
            } else {
                StmtKind::Expr(first)
            }
        };
        self.stmt_from(start, kind)
    }

    fn for_statement(&mut self, start: u32) -> StmtId {
        self.bump();
        let level = std::mem::replace(&mut self.expr_level, -1);
        let mut init = None;
        let mut cond = None;
        let mut post = None;
        if self.eat(Token::Range) {
            let over = self.rhs();
            let extra = false;
            cond = Some(Simple::Range {
                key: None,
                value: None,
                define: false,
                over,
                extra,
            });
        } else if !matches!(self.token(), Token::LBrace | Token::Semi) {
            cond = Some(self.simple(Place::For));
        }
        if !matches!(cond, Some(Simple::Range { .. })) && self.eat(Token::Semi) {
            init = cond.take().map(|simple| self.add_simple(simple));
            if !matches!(self.token(), Token::Semi | Token::LBrace) {
                cond = Some(self.simple(Place::Plain));
            }
            if self.at(Token::LBrace) {
                self.expected("for loop condition and post statement");
            } else {
                self.expect(Token::Semi);
            }
            if !self.at(Token::LBrace) {
                let simple = self.simple(Place::Plain);
                post = Some(self.add_simple(simple));
            }
        }
        self.expr_level = level;
        if let Some(Simple::Range {
            key,
            value,
            define,
            over,
            extra,
        }) = cond
        {
            let body = self.block();
            let kind = StmtKind::Range {
                key,
                value,
                define,
                over,
                body,
            };
            return self.finish(start, if extra { StmtKind::Bad } else { kind });
        }
        let cond = cond.map(|simple| self.header_expr(simple, "boolean or range expression"));
        let body = self.block();
        self.finish(
            start,
            StmtKind::For {
                init,
                cond,
                post,
                body,
            },
        )
    }
}
