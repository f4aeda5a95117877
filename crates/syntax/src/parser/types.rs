//! Types.

use contend_base::{Range, Span};

use crate::ast::{
    BinaryOp, ChanDir, ExprId, ExprKind, Field, FieldList, FuncType, FuncTypeId, IdentList,
    Literal, UnaryOp,
};
use crate::token::Token;

use super::{Parser, PendingName, push};

impl Parser<'_, '_> {
    pub(super) fn ty(&mut self) -> ExprId {
        match self.try_type() {
            Some(ty) => ty,
            None => self.bad_expr("type"),
        }
    }

    /// A type, if the current token starts one. Consumes nothing otherwise.
    pub(super) fn try_type(&mut self) -> Option<ExprId> {
        if self.at(Token::Ident) {
            let name = self.name();
            return Some(self.named_type(name));
        }
        let starts_type = matches!(
            self.token(),
            Token::LBrack
                | Token::Struct
                | Token::Mul
                | Token::Func
                | Token::Interface
                | Token::Map
                | Token::Chan
                | Token::Arrow
                | Token::LParen
        );
        if !starts_type {
            return None;
        }
        let start = self.pos();
        if !self.enter() {
            return Some(self.expr_from(start, ExprKind::Bad));
        }
        let ty = self.composed_type(start);
        self.leave();
        Some(ty)
    }

    fn composed_type(&mut self, start: u32) -> ExprId {
        match self.token() {
            Token::LBrack => {
                self.bump();
                self.array_type(start, None)
            }
            Token::Struct => self.struct_type(),
            Token::Mul => {
                self.bump();
                let base = self.ty();
                self.expr_from(start, ExprKind::Star(base))
            }
            Token::Func => {
                let ty = self.func_type();
                self.expr_from(start, ExprKind::FuncType(ty))
            }
            Token::Interface => self.interface_type(),
            Token::Map => {
                self.bump();
                self.expect(Token::LBrack);
                let key = self.ty();
                self.expect(Token::RBrack);
                let value = self.ty();
                self.expr_from(start, ExprKind::MapType { key, value })
            }
            Token::Chan => {
                self.bump();
                let dir = if self.eat(Token::Arrow) {
                    ChanDir::Send
                } else {
                    ChanDir::Both
                };
                let element = self.ty();
                self.expr_from(start, ExprKind::ChanType { dir, element })
            }
            Token::Arrow => {
                self.bump();
                self.expect(Token::Chan);
                let element = self.ty();
                self.expr_from(
                    start,
                    ExprKind::ChanType {
                        dir: ChanDir::Receive,
                        element,
                    },
                )
            }
            _ => {
                self.bump();
                let inner = self.ty();
                self.expect(Token::RParen);
                self.expr_from(start, ExprKind::Paren(inner))
            }
        }
    }

    /// The type that starts with `name`, which is consumed.
    pub(super) fn named_type(&mut self, name: PendingName) -> ExprId {
        let ty = self.type_name(name);
        if self.at(Token::LBrack) {
            self.type_instance(ty)
        } else {
            ty
        }
    }

    /// `name` or `name.member`.
    fn type_name(&mut self, name: PendingName) -> ExprId {
        let base = self.used(name);
        if !self.eat(Token::Period) {
            return base;
        }
        let member = self.name();
        let kind = ExprKind::Selector {
            base,
            name: member.name,
            name_pos: member.pos,
        };
        self.expr_from(name.pos, kind)
    }

    /// `base[A, B]`.
    fn type_instance(&mut self, base: ExprId) -> ExprId {
        let start = self.expr_start(base);
        if !self.enter() {
            return self.expr_from(start, ExprKind::Bad);
        }
        self.bump();
        self.expr_level += 1;
        let mark = self.scratch.exprs.len();
        let mut n_missing = 0;
        while !matches!(self.token(), Token::RBrack | Token::Eof) {
            let arg = self.ty();
            self.scratch.exprs.push(arg);
            if !self.list_goes_on(Token::RBrack, "type argument list", &mut n_missing) {
                break;
            }
        }
        if self.scratch.exprs.len() == mark {
            self.expected("type argument list");
            let missing = self.expr_from(self.pos(), ExprKind::Bad);
            self.scratch.exprs.push(missing);
        }
        self.expr_level -= 1;
        self.expect_closing(Token::RBrack, "type argument list");
        self.leave();
        let indices = self.take_exprs(mark);
        self.expr_from(start, ExprKind::Index { base, indices })
    }

    /// The rest of an array or slice type whose `[` at `start`, and length if any, are consumed.
    pub(super) fn array_type(&mut self, start: u32, len: Option<ExprId>) -> ExprId {
        let mut len = len;
        if len.is_none() {
            self.expr_level += 1;
            if self.at(Token::Ellipsis) {
                let dots = self.pos();
                self.bump();
                len = Some(self.expr_from(dots, ExprKind::Ellipsis(None)));
            } else if !self.at(Token::RBrack) {
                len = Some(self.rhs());
            }
            self.expr_level -= 1;
        }
        if self.at(Token::Comma) {
            self.error(self.pos(), "unexpected comma; expecting ]");
            self.bump();
        }
        self.expect(Token::RBrack);
        let element = self.ty();
        self.array_from(start, len, element)
    }

    fn array_from(&mut self, start: u32, len: Option<ExprId>, element: ExprId) -> ExprId {
        let kind = match len {
            Some(len) => ExprKind::ArrayType { len, element },
            None => ExprKind::SliceType(element),
        };
        self.expr_from(start, kind)
    }

    /// What stands behind a name and before `[`: either the name's array type, or type arguments
    /// that make the name itself a type. The name comes back in the first case.
    pub(super) fn array_or_instance(&mut self, name: PendingName) -> (Option<PendingName>, ExprId) {
        let start = self.pos();
        self.bump();
        let mark = self.scratch.exprs.len();
        let mut trailing_comma = None;
        if !self.at(Token::RBrack) {
            self.expr_level += 1;
            loop {
                let arg = self.rhs();
                self.scratch.exprs.push(arg);
                let comma = self.pos();
                if !self.eat(Token::Comma) {
                    break;
                }
                if self.at(Token::RBrack) {
                    trailing_comma = Some(comma);
                    break;
                }
            }
            self.expr_level -= 1;
        }
        self.expect(Token::RBrack);
        if self.scratch.exprs.len() == mark {
            let element = self.ty();
            return (Some(name), self.array_from(start, None, element));
        }
        if self.scratch.exprs.len() == mark + 1
            && let Some(element) = self.try_type()
        {
            if let Some(comma) = trailing_comma {
                self.error(comma, "unexpected comma; expecting ]");
            }
            let len = self.scratch.exprs.pop();
            return (Some(name), self.array_from(start, len, element));
        }
        let indices = self.take_exprs(mark);
        let base = self.used(name);
        (
            None,
            self.expr_from(name.pos, ExprKind::Index { base, indices }),
        )
    }

    fn struct_type(&mut self) -> ExprId {
        let start = self.pos();
        self.bump();
        self.expect(Token::LBrace);
        let mark = self.scratch.fields.len();
        while matches!(self.token(), Token::Ident | Token::Mul | Token::LParen) {
            let field = self.struct_field();
            self.scratch.fields.push(field);
        }
        self.close_members("field name or embedded type");
        let fields = self.take_fields(mark);
        self.expr_from(start, ExprKind::StructType(fields))
    }

    /// The `}` of a struct or interface, with what cannot be understood before it skipped.
    fn close_members(&mut self, expected: &str) {
        if self.eat(Token::RBrace) {
            return;
        }
        self.expected(&format!("{expected} or '}}'"));
        // Without a brace on the lines below nothing is closed, and nothing may be skipped.
        while !matches!(self.token(), Token::RBrace | Token::Eof) {
            let before = self.lexer.start;
            self.skip_balanced(|_| false);
            if self.at(Token::RParen) || self.at(Token::RBrack) {
                return;
            }
            if self.lexer.start == before || self.at(Token::Semi) {
                self.bump();
            }
        }
        self.eat(Token::RBrace);
    }

    fn struct_field(&mut self) -> Field {
        let start = self.pos();
        let mut names = IdentList::EMPTY;
        let ty = match self.token() {
            Token::Ident => {
                let name = self.name();
                match self.token() {
                    Token::Period => self.named_type(name),
                    Token::String | Token::Semi | Token::RBrace => self.used(name),
                    _ => self.field_names(name, &mut names),
                }
            }
            Token::Mul => {
                self.bump();
                let in_parens = self.embedded_paren();
                let base = self.name();
                let base = self.named_type(base);
                if in_parens {
                    self.eat(Token::RParen);
                }
                self.expr_from(start, ExprKind::Star(base))
            }
            _ => {
                self.embedded_paren();
                let star = self.pos();
                let is_pointer = self.eat(Token::Mul);
                let name = self.name();
                let mut ty = self.named_type(name);
                if is_pointer {
                    ty = self.expr_from(star, ExprKind::Star(ty));
                }
                self.eat(Token::RParen);
                ty
            }
        };
        let tag = self.at(Token::String).then(|| {
            let span = self.lexer.span();
            self.bump();
            self.add_expr(span, ExprKind::Literal(Literal::String))
        });
        let span = self.span_from(start);
        self.expect_semi();
        Field {
            span,
            names,
            ty,
            tag,
        }
    }

    /// `(` before an embedded type: not allowed, but understood.
    fn embedded_paren(&mut self) -> bool {
        if self.at(Token::LParen) {
            self.error(self.pos(), "cannot parenthesize embedded type");
        }
        self.eat(Token::LParen)
    }

    /// The names of a field, the first of which is consumed, and their type.
    fn field_names(&mut self, first: PendingName, names: &mut IdentList) -> ExprId {
        if self.at(Token::LBrack) {
            let (name, ty) = self.array_or_instance(first);
            if let Some(name) = name {
                let id = self.declared(name);
                *names = Range::new(id.index(), id.index() + 1);
            }
            return ty;
        }
        let start = self.declared(first).index();
        while self.eat(Token::Comma) {
            let name = self.name();
            self.declared(name);
        }
        *names = Range::new(start, self.tree.idents.len());
        self.ty()
    }

    fn interface_type(&mut self) -> ExprId {
        let start = self.pos();
        self.bump();
        self.expect(Token::LBrace);
        let mark = self.scratch.fields.len();
        loop {
            let start = self.pos();
            let (names, ty) = match self.token() {
                Token::Ident => self.interface_member(),
                Token::Tilde => (IdentList::EMPTY, self.type_element(None)),
                _ => match self.try_type() {
                    Some(ty) => (IdentList::EMPTY, self.type_element(Some(ty))),
                    None => break,
                },
            };
            let span = self.span_from(start);
            self.scratch.fields.push(Field {
                span,
                names,
                ty,
                tag: None,
            });
            self.expect_semi();
        }
        self.close_members("method or type");
        let members = self.take_fields(mark);
        self.expr_from(start, ExprKind::InterfaceType(members))
    }

    /// A method or an embedded type that starts with a name.
    fn interface_member(&mut self) -> (IdentList, ExprId) {
        let name = self.name();
        if self.at(Token::LParen) {
            return self.interface_method(name, self.pos());
        }
        if !self.at(Token::LBrack) {
            let ty = self.named_type(name);
            return (IdentList::EMPTY, self.type_element(Some(ty)));
        }
        // `m[P any]()` is no Go, but the rest of the file should not suffer from it.
        let bracket = self.pos();
        self.bump();
        self.expr_level += 1;
        if self.at(Token::Ident) {
            let first = self.name();
            let is_parameter = !matches!(self.token(), Token::Comma | Token::RBrack)
                && self.token().binary().is_none()
                && !matches!(self.token(), Token::Period | Token::LBrack | Token::LParen);
            if is_parameter {
                self.expr_level -= 1;
                self.params(Some(first), None, Token::RBrack, false);
                self.expect(Token::RBrack);
                self.error(bracket, "interface method must have no type parameters");
                return self.interface_method(name, self.pos());
            }
            let first = self.used(first);
            let first = self.expr_from_operand(first);
            self.scratch.exprs.push(first);
        } else {
            let first = self.expr();
            self.scratch.exprs.push(first);
        }
        let mark = self.scratch.exprs.len() - 1;
        let mut n_missing = 0;
        while self.list_goes_on(Token::RBrack, "type argument list", &mut n_missing)
            && !matches!(self.token(), Token::RBrack | Token::Eof)
        {
            let arg = self.ty();
            self.scratch.exprs.push(arg);
        }
        self.expr_level -= 1;
        self.expect_closing(Token::RBrack, "type argument list");
        let indices = self.take_exprs(mark);
        let base = self.used(name);
        let ty = self.expr_from(name.pos, ExprKind::Index { base, indices });
        (IdentList::EMPTY, self.type_element(Some(ty)))
    }

    fn interface_method(&mut self, name: PendingName, start: u32) -> (IdentList, ExprId) {
        let id = self.declared(name);
        let ty = self.signature(start, FieldList::EMPTY);
        let ty = self.expr_from(start, ExprKind::FuncType(ty));
        (Range::new(id.index(), id.index() + 1), ty)
    }

    /// A union of terms; the first may be consumed already.
    pub(super) fn type_element(&mut self, first: Option<ExprId>) -> ExprId {
        let mut left = match first {
            Some(first) => first,
            None => self.type_term(),
        };
        while self.at(Token::Or) {
            let op_pos = self.pos();
            self.bump();
            let right = self.type_term();
            let start = self.expr_start(left);
            left = self.expr_from(
                start,
                ExprKind::Binary {
                    op: BinaryOp::Or,
                    left,
                    right,
                    op_pos,
                },
            );
        }
        left
    }

    fn type_term(&mut self) -> ExprId {
        let start = self.pos();
        if self.eat(Token::Tilde) {
            let operand = self.ty();
            return self.expr_from(
                start,
                ExprKind::Unary {
                    op: UnaryOp::Tilde,
                    operand,
                },
            );
        }
        match self.try_type() {
            Some(ty) => ty,
            None => self.bad_expr("~ term or type"),
        }
    }

    /// From the keyword `func` to the results.
    pub(super) fn func_type(&mut self) -> FuncTypeId {
        let start = self.pos();
        self.bump();
        if self.at(Token::LBrack) {
            let bracket = self.pos();
            self.type_params();
            self.error(bracket, "function type must have no type parameters");
        }
        self.signature(start, FieldList::EMPTY)
    }

    /// Parameters and results.
    pub(super) fn signature(&mut self, start: u32, type_params: FieldList) -> FuncTypeId {
        let params = self.param_list(true);
        let results_in_parens = self.at(Token::LParen);
        let results = if results_in_parens {
            self.param_list(false)
        } else if let Some(ty) = self.try_type() {
            let span: Span = self.tree.expr(ty).span;
            let field = Field {
                span,
                names: IdentList::EMPTY,
                ty,
                tag: None,
            };
            let id = push(&mut self.tree.fields, field);
            Range::new(id.index(), id.index() + 1)
        } else {
            FieldList::EMPTY
        };
        let span = self.span_from(start);
        let ty = FuncType {
            span,
            type_params,
            params,
            results,
            results_in_parens,
        };
        push(&mut self.tree.func_types, ty)
    }
}
