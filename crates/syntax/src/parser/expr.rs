//! Expressions.

use contend_base::{Range, known};

use crate::ast::{BinaryOp, ChanDir, ExprId, ExprKind, Literal, SliceBounds, UnaryOp};
use crate::token::Token;

use super::{Parser, push};

/// Binds weaker than every binary operator.
const LOWEST: u8 = 1;

impl Parser<'_, '_> {
    /// An expression or, where only types tell the difference, a type.
    pub(super) fn expr(&mut self) -> ExprId {
        self.binary_expr(None, LOWEST)
    }

    /// An expression that is no assignment's left side: `=` in it is meant as `==`.
    pub(super) fn rhs(&mut self) -> ExprId {
        let before = std::mem::replace(&mut self.in_rhs, true);
        let expr = self.expr();
        self.in_rhs = before;
        expr
    }

    /// Right sides separated by commas; they are left on the scratch stack.
    pub(super) fn rhs_list(&mut self) {
        let before = std::mem::replace(&mut self.in_rhs, true);
        loop {
            let expr = self.expr();
            self.scratch.exprs.push(expr);
            if !self.eat(Token::Comma) {
                break;
            }
        }
        self.in_rhs = before;
    }

    /// The expression that starts with the operand `first`, which is consumed.
    pub(super) fn expr_from_operand(&mut self, first: ExprId) -> ExprId {
        let left = self.primary_expr(first);
        self.binary_expr(Some(left), LOWEST)
    }

    fn binary_expr(&mut self, left: Option<ExprId>, lowest: u8) -> ExprId {
        let mut left = match left {
            Some(left) => left,
            None => self.unary_expr(),
        };
        loop {
            let (op, strength) = match self.token().binary() {
                Some(found) => found,
                None if self.in_rhs && self.at(Token::Assign) => (BinaryOp::Equal, 3),
                None => return left,
            };
            if strength < lowest {
                return left;
            }
            let op_pos = self.pos();
            if self.at(Token::Assign) {
                self.expected(Token::Equal.text());
            }
            self.bump();
            let right = self.binary_expr(None, strength + 1);
            let start = self.expr_start(left);
            left = self.expr_from(
                start,
                ExprKind::Binary {
                    op,
                    left,
                    right,
                    op_pos,
                },
            );
        }
    }

    fn unary_expr(&mut self) -> ExprId {
        let start = self.pos();
        match self.token() {
            Token::Ident | Token::String | Token::Int => {
                let operand = self.plain_operand();
                self.primary_expr(operand)
            }
            _ => {
                if !self.enter() {
                    return self.expr_from(start, ExprKind::Bad);
                }
                let expr = self.other_unary_expr(start);
                self.leave();
                expr
            }
        }
    }

    fn other_unary_expr(&mut self, start: u32) -> ExprId {
        if let Some(op) = self.token().unary() {
            self.bump();
            let operand = self.unary_expr();
            return self.expr_from(start, ExprKind::Unary { op, operand });
        }
        match self.token() {
            Token::Mul => {
                self.bump();
                let operand = self.unary_expr();
                self.expr_from(start, ExprKind::Star(operand))
            }
            Token::Arrow => {
                self.bump();
                let operand = self.unary_expr();
                if matches!(self.kind(operand), ExprKind::ChanType { .. }) {
                    self.receive_only(start, operand);
                    return operand;
                }
                self.expr_from(
                    start,
                    ExprKind::Unary {
                        op: UnaryOp::Receive,
                        operand,
                    },
                )
            }
            _ => {
                let operand = self.operand();
                self.primary_expr(operand)
            }
        }
    }

    /// Makes `<-` in front of the channel type `outer` part of the type.
    ///
    /// In `<-chan<- chan T` the second arrow thereby moves to the inner type.
    fn receive_only(&mut self, mut arrow: u32, outer: ExprId) {
        let mut next = outer;
        while let ExprKind::ChanType { dir, element } = self.kind(next) {
            let node = &mut self.tree.exprs[next.index()];
            let start = node.span.start;
            node.span.start = arrow;
            node.kind = ExprKind::ChanType {
                dir: ChanDir::Receive,
                element,
            };
            match dir {
                ChanDir::Both => return,
                ChanDir::Receive => return self.error(start, "expected 'chan', found '<-'"),
                ChanDir::Send => {}
            }
            let behind = &self.lexer.src[start as usize..];
            arrow = start + memchr::memchr(b'<', behind).unwrap_or(0) as u32;
            next = element;
        }
        self.error(arrow, "expected channel type");
    }

    /// A name or a literal.
    fn plain_operand(&mut self) -> ExprId {
        let kind = match self.token() {
            Token::Ident => ExprKind::Ident(self.lexer.name),
            Token::Int => ExprKind::Literal(Literal::Int),
            Token::Float => ExprKind::Literal(Literal::Float),
            Token::Imaginary => ExprKind::Literal(Literal::Imaginary),
            Token::Rune => ExprKind::Literal(Literal::Rune),
            _ => ExprKind::Literal(Literal::String),
        };
        let span = self.lexer.span();
        self.bump();
        self.add_expr(span, kind)
    }

    fn operand(&mut self) -> ExprId {
        match self.token() {
            Token::Ident
            | Token::Int
            | Token::Float
            | Token::Imaginary
            | Token::Rune
            | Token::String => self.plain_operand(),
            Token::LParen => {
                let start = self.pos();
                self.bump();
                self.expr_level += 1;
                let inner = self.rhs();
                self.expr_level -= 1;
                self.expect(Token::RParen);
                self.expr_from(start, ExprKind::Paren(inner))
            }
            Token::Func => self.func_type_or_literal(),
            _ => match self.try_type() {
                Some(ty) => ty,
                None => self.bad_expr("operand"),
            },
        }
    }

    fn func_type_or_literal(&mut self) -> ExprId {
        let start = self.pos();
        let ty = self.func_type();
        if !self.at(Token::LBrace) {
            return self.expr_from(start, ExprKind::FuncType(ty));
        }
        self.expr_level += 1;
        let body = self.block();
        self.expr_level -= 1;
        self.expr_from(start, ExprKind::FuncLit { ty, body })
    }

    /// What may stand behind an operand: selectors, calls, indices, literal values.
    pub(super) fn primary_expr(&mut self, mut expr: ExprId) -> ExprId {
        loop {
            expr = match self.token() {
                Token::Period => self.selector_or_assertion(expr),
                Token::LParen => self.call(expr),
                Token::LBrack => self.index_or_slice(expr),
                Token::LBrace if self.is_literal_type(expr) => self.literal_value(Some(expr)),
                _ => return expr,
            };
        }
    }

    fn selector_or_assertion(&mut self, base: ExprId) -> ExprId {
        let start = self.expr_start(base);
        self.bump();
        let name_pos = self.pos();
        match self.token() {
            Token::Ident => {
                let name = self.lexer.name;
                self.bump();
                self.expr_from(
                    start,
                    ExprKind::Selector {
                        base,
                        name,
                        name_pos,
                    },
                )
            }
            Token::LParen => {
                self.bump();
                let ty = if self.eat(Token::Type) {
                    None
                } else {
                    Some(self.ty())
                };
                self.expect(Token::RParen);
                self.expr_from(start, ExprKind::TypeAssert { base, ty })
            }
            token => {
                self.expected("selector or type assertion");
                if !token.ends_expression() {
                    self.bump();
                }
                let name = known::BLANK;
                self.expr_from(
                    start,
                    ExprKind::Selector {
                        base,
                        name,
                        name_pos,
                    },
                )
            }
        }
    }

    fn call(&mut self, fun: ExprId) -> ExprId {
        let start = self.expr_start(fun);
        if !self.enter() {
            return self.expr_from(start, ExprKind::Bad);
        }
        self.bump();
        let mark = self.scratch.exprs.len();
        let mut spread = false;
        let mut n_missing = 0;
        self.expr_level += 1;
        while !matches!(self.token(), Token::RParen | Token::Eof) && !spread {
            let arg = self.rhs();
            self.scratch.exprs.push(arg);
            spread = self.eat(Token::Ellipsis);
            if !self.list_goes_on(Token::RParen, "argument list", &mut n_missing) {
                break;
            }
        }
        self.expr_level -= 1;
        self.expect_closing(Token::RParen, "argument list");
        self.leave();
        let args = self.take_exprs(mark);
        self.expr_from(start, ExprKind::Call { fun, args, spread })
    }

    fn index_or_slice(&mut self, base: ExprId) -> ExprId {
        let start = self.expr_start(base);
        if !self.enter() {
            return self.expr_from(start, ExprKind::Bad);
        }
        let expr = self.indices(start, base);
        self.leave();
        expr
    }

    fn indices(&mut self, start: u32, base: ExprId) -> ExprId {
        self.bump();
        if self.at(Token::RBrack) {
            self.expected("operand");
            let index = self.expr_from(self.pos(), ExprKind::Bad);
            self.bump();
            return self.index_from(start, base, index);
        }
        self.expr_level += 1;
        let first = (!self.at(Token::Colon)).then(|| self.rhs());
        let expr = match (self.token(), first) {
            (Token::Comma, Some(first)) => {
                let mark = self.scratch.exprs.len();
                self.scratch.exprs.push(first);
                while self.eat(Token::Comma) {
                    if !matches!(self.token(), Token::RBrack | Token::Eof) {
                        let ty = self.ty();
                        self.scratch.exprs.push(ty);
                    }
                }
                self.expect(Token::RBrack);
                let indices = self.take_exprs(mark);
                self.expr_from(start, ExprKind::Index { base, indices })
            }
            (Token::Colon, low) => self.slice(start, base, low),
            (_, Some(index)) => {
                self.expect(Token::RBrack);
                self.index_from(start, base, index)
            }
            (_, None) => base,
        };
        self.expr_level -= 1;
        expr
    }

    fn index_from(&mut self, start: u32, base: ExprId, index: ExprId) -> ExprId {
        let at = self.tree.expr_lists.len();
        self.tree.expr_lists.push(index);
        let indices = Range::new(at, at + 1);
        self.expr_from(start, ExprKind::Index { base, indices })
    }

    /// The rest of a slice expression, from the first colon on.
    fn slice(&mut self, start: u32, base: ExprId, low: Option<ExprId>) -> ExprId {
        let mut bounds = [low, None, None];
        let mut colons = [0; 2];
        let mut n_colons = 0;
        while self.at(Token::Colon) && n_colons < colons.len() {
            colons[n_colons] = self.pos();
            n_colons += 1;
            self.bump();
            if !matches!(self.token(), Token::Colon | Token::RBrack | Token::Eof) {
                bounds[n_colons] = Some(self.rhs());
            }
        }
        self.expect(Token::RBrack);
        if n_colons == 2 {
            for (bound, name) in [(1, "middle"), (2, "final")] {
                if bounds[bound].is_none() {
                    let colon = colons[bound - 1];
                    self.error(colon, format!("{name} index required in 3-index slice"));
                    bounds[bound] = Some(self.expr_from(colon, ExprKind::Bad));
                }
            }
        }
        let [low, high, max] = bounds;
        let bounds = push(&mut self.tree.slice_bounds, SliceBounds { low, high, max });
        self.expr_from(start, ExprKind::Slice { base, bounds })
    }

    /// Whether `{` behind `expr` starts its elements rather than a block.
    fn is_literal_type(&mut self, expr: ExprId) -> bool {
        let inner = self.tree.unparen(expr);
        let is_type = match self.kind(inner) {
            ExprKind::Bad
            | ExprKind::Ident(_)
            | ExprKind::Selector { .. }
            | ExprKind::Index { .. } => self.expr_level >= 0,
            ExprKind::SliceType(_)
            | ExprKind::ArrayType { .. }
            | ExprKind::StructType(_)
            | ExprKind::MapType { .. } => true,
            _ => false,
        };
        if is_type && inner != expr {
            self.error(
                self.expr_start(inner),
                "cannot parenthesize type in composite literal",
            );
        }
        is_type
    }

    /// `{...}` with the type that stands before it, if any.
    fn literal_value(&mut self, ty: Option<ExprId>) -> ExprId {
        let start = ty.map_or(self.pos(), |ty| self.expr_start(ty));
        if !self.enter() {
            return self.expr_from(start, ExprKind::Bad);
        }
        self.bump();
        self.expr_level += 1;
        let mark = self.scratch.exprs.len();
        let mut n_missing = 0;
        while !matches!(self.token(), Token::RBrace | Token::Eof) {
            let element = self.element();
            self.scratch.exprs.push(element);
            if !self.list_goes_on(Token::RBrace, "composite literal", &mut n_missing) {
                break;
            }
        }
        self.expr_level -= 1;
        self.expect_closing(Token::RBrace, "composite literal");
        self.leave();
        let elements = self.take_exprs(mark);
        self.expr_from(start, ExprKind::Composite { ty, elements })
    }

    fn element(&mut self) -> ExprId {
        let key = self.element_value();
        if !self.eat(Token::Colon) {
            return key;
        }
        let value = self.element_value();
        let start = self.expr_start(key);
        self.expr_from(start, ExprKind::KeyValue { key, value })
    }

    fn element_value(&mut self) -> ExprId {
        if self.at(Token::LBrace) {
            self.literal_value(None)
        } else {
            self.expr()
        }
    }
}
