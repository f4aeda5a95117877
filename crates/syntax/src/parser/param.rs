//! Parameters, type parameters and results: lists in which a name may be a name or a type.

use contend_base::{Range, Span, known};

use crate::ast::{ExprId, ExprKind, Field, FieldList};
use crate::token::Token;

use super::{Parser, PendingName, push};

/// A member of a parameter list. A name alone may turn out to be a type.
#[derive(Clone, Copy)]
pub(super) struct Param {
    name: Option<PendingName>,
    ty: Option<ExprId>,
}

impl Parser<'_, '_> {
    /// `[P any, Q ~int | ~string]` of a function or method.
    pub(super) fn type_params(&mut self) -> FieldList {
        self.expect(Token::LBrack);
        let close = self.pos();
        if self.at(Token::RBrack) {
            self.bump();
            self.error(close, "empty type parameter list");
            return FieldList::EMPTY;
        }
        let list = self.params(None, None, Token::RBrack, false);
        self.expect(Token::RBrack);
        list
    }

    /// `(a, b int, c ...string)`; `dots` says whether the last may be variadic.
    pub(super) fn param_list(&mut self, dots: bool) -> FieldList {
        if !self.expect(Token::LParen) {
            self.eat(Token::RParen);
            return FieldList::EMPTY;
        }
        if self.eat(Token::RParen) {
            return FieldList::EMPTY;
        }
        let list = self.params(None, None, Token::RParen, dots);
        self.expect(Token::RParen);
        list
    }

    /// The members of a list up to `close`; what was consumed of the first one is given.
    pub(super) fn params(
        &mut self,
        first_name: Option<PendingName>,
        first_type: Option<ExprId>,
        close: Token,
        dots: bool,
    ) -> FieldList {
        let is_type_params = close == Token::RBrack;
        let open = match (first_name, first_type) {
            (Some(name), _) => name.pos,
            (None, Some(ty)) => self.expr_start(ty),
            (None, None) => self.pos(),
        };
        let mark = self.scratch.params.len();
        let mut first = first_name.map(|name| (name, first_type));
        let mut n_missing = 0;
        while first.is_some() || !(self.at(close) || self.at(Token::Eof)) {
            let before = self.lexer.start;
            let had_first = first.is_some();
            let param = match first.take() {
                Some((name, Some(ty))) => Param {
                    name: Some(name),
                    ty: Some(self.type_element(Some(ty))),
                },
                Some((name, None)) => self.param_behind(name, is_type_params),
                None => self.param(is_type_params),
            };
            if param.name.is_some() || param.ty.is_some() {
                self.scratch.params.push(param);
            }
            let goes_on = self.list_goes_on(close, "parameter list", &mut n_missing);
            // A brace starts the body: only the end of the list is missing.
            if !goes_on || self.at(Token::LBrace) {
                break;
            }
            if self.lexer.start == before && !had_first {
                self.bump();
            }
        }
        let fields = self.params_to_fields(mark, open, is_type_params, dots);
        self.scratch.params.truncate(mark);
        fields
    }

    fn param(&mut self, is_type_param: bool) -> Param {
        match self.token() {
            Token::Ident => {
                let name = self.name();
                self.param_behind(name, is_type_param)
            }
            Token::Tilde if is_type_param => Param {
                name: None,
                ty: Some(self.type_element(None)),
            },
            Token::Ellipsis => Param {
                name: None,
                ty: Some(self.dots_type()),
            },
            _ => {
                let ty = self
                    .try_type()
                    .map(|ty| self.maybe_union(ty, is_type_param));
                if ty.is_none() {
                    self.expected("')'");
                    self.skip_balanced(|token| token == Token::LBrace);
                }
                Param { name: None, ty }
            }
        }
    }

    /// The member that starts with `name`, which is consumed.
    fn param_behind(&mut self, name: PendingName, is_type_param: bool) -> Param {
        match self.token() {
            Token::Ident
            | Token::Mul
            | Token::Arrow
            | Token::Func
            | Token::Chan
            | Token::Map
            | Token::Struct
            | Token::Interface
            | Token::LParen => {
                let ty = self.ty();
                Param {
                    name: Some(name),
                    ty: Some(self.maybe_union(ty, is_type_param)),
                }
            }
            Token::LBrack => {
                let (name, ty) = self.array_or_instance(name);
                Param {
                    name,
                    ty: Some(self.maybe_union(ty, is_type_param)),
                }
            }
            Token::Ellipsis => Param {
                name: Some(name),
                ty: Some(self.dots_type()),
            },
            Token::Period => {
                let ty = self.named_type(name);
                Param {
                    name: None,
                    ty: Some(self.maybe_union(ty, is_type_param)),
                }
            }
            Token::Tilde if is_type_param => Param {
                name: Some(name),
                ty: Some(self.type_element(None)),
            },
            Token::Or if is_type_param => {
                let ty = self.used(name);
                Param {
                    name: None,
                    ty: Some(self.type_element(Some(ty))),
                }
            }
            _ => Param {
                name: Some(name),
                ty: None,
            },
        }
    }

    fn maybe_union(&mut self, ty: ExprId, is_type_param: bool) -> ExprId {
        if is_type_param {
            self.type_element(Some(ty))
        } else {
            ty
        }
    }

    fn dots_type(&mut self) -> ExprId {
        let start = self.pos();
        self.bump();
        let element = self.ty();
        self.expr_from(start, ExprKind::Ellipsis(Some(element)))
    }

    /// Decides what the names above `mark` are, and makes fields of them.
    fn params_to_fields(
        &mut self,
        mark: usize,
        open: u32,
        is_type_params: bool,
        dots: bool,
    ) -> FieldList {
        let list = &self.scratch.params[mark..];
        let (n_params, n_typed) = (list.len(), list.iter().filter(|it| it.ty.is_some()).count());
        let n_named = list
            .iter()
            .filter(|it| it.name.is_some() && it.ty.is_some())
            .count();
        if n_params == 0 {
            return FieldList::EMPTY;
        }
        if n_named == 0 {
            if is_type_params {
                self.unnamed_type_param(open, n_params, n_typed);
            }
            return self.unnamed_fields(mark, dots);
        }
        if n_named != n_params {
            self.complete_params(mark, is_type_params, n_named == n_typed);
        }
        self.check_dots(mark, dots);
        self.named_fields(mark)
    }

    fn unnamed_type_param(&mut self, open: u32, n_params: usize, n_typed: usize) {
        if n_typed == 0 {
            self.error(self.pos(), "missing type constraint");
        } else if n_params == 1 {
            self.error(open, "missing type parameter name or invalid array length");
        } else {
            self.error(open, "missing type parameter name");
        }
    }

    /// All members are types.
    fn unnamed_fields(&mut self, mark: usize, dots: bool) -> FieldList {
        for i in mark..self.scratch.params.len() {
            if let Param {
                name: Some(name),
                ty: None,
            } = self.scratch.params[i]
            {
                self.scratch.params[i] = Param {
                    name: None,
                    ty: Some(self.used(name)),
                };
            }
        }
        self.check_dots(mark, dots);
        let start = self.tree.fields.len();
        for param in &self.scratch.params[mark..] {
            if let Some(ty) = param.ty {
                let span = self.tree.exprs[ty.index()].span;
                self.tree.fields.push(Field {
                    span,
                    names: Range::EMPTY,
                    ty,
                    tag: None,
                });
            }
        }
        Range::new(start, self.tree.fields.len())
    }

    /// Gives names to the types without one, and a type to the names behind the last type.
    fn complete_params(&mut self, mark: usize, is_type_params: bool, lacks_type: bool) {
        let mut error_at = None;
        let mut has_type = false;
        for i in (mark..self.scratch.params.len()).rev() {
            match self.scratch.params[i] {
                Param {
                    name: None,
                    ty: Some(ty),
                } => {
                    let pos = self.expr_start(ty);
                    let name = PendingName {
                        name: known::BLANK,
                        pos,
                        end: pos,
                    };
                    self.scratch.params[i].name = Some(name);
                    error_at = Some(pos);
                    has_type = true;
                }
                Param {
                    name: Some(name),
                    ty: None,
                } if !has_type => {
                    error_at = Some(name.pos);
                    let bad = self.expr_from(name.end, ExprKind::Bad);
                    self.scratch.params[i].ty = Some(bad);
                }
                Param { ty, .. } => has_type |= ty.is_some(),
            }
        }
        let Some(error_at) = error_at else { return };
        let n_params = self.scratch.params.len() - mark;
        match (lacks_type, is_type_params) {
            (true, true) => self.error(self.pos(), "missing type constraint"),
            (true, false) => self.error(self.pos(), "missing parameter type"),
            (false, true) if n_params == 1 => {
                self.error(
                    error_at,
                    "missing type parameter name or invalid array length",
                );
            }
            (false, true) => self.error(error_at, "missing type parameter name"),
            (false, false) => self.error(error_at, "missing parameter name"),
        }
    }

    /// `...T` is allowed for the last parameter only, and nowhere without `dots`.
    fn check_dots(&mut self, mark: usize, dots: bool) {
        let last = self.scratch.params.len() - 1;
        let mut is_first = true;
        for i in mark..=last {
            let Some(ty) = self.scratch.params[i].ty else {
                continue;
            };
            if !matches!(self.kind(ty), ExprKind::Ellipsis(_)) || dots && i == last {
                continue;
            }
            if is_first {
                let message = if dots {
                    "can only use ... with final parameter"
                } else {
                    "invalid use of ..."
                };
                self.error(self.expr_start(ty), message);
            }
            is_first = false;
            self.tree.exprs[ty.index()].kind = ExprKind::Bad;
        }
    }

    /// All members have names; names without a type share the next one.
    fn named_fields(&mut self, mark: usize) -> FieldList {
        let start = self.tree.fields.len();
        let mut names_start = self.tree.idents.len();
        for i in mark..self.scratch.params.len() {
            let Param { name, ty } = self.scratch.params[i];
            if let Some(name) = name {
                self.declared(name);
            }
            let Some(ty) = ty else { continue };
            let names = Range::new(names_start, self.tree.idents.len());
            names_start = self.tree.idents.len();
            let first = self.tree.idents[names.as_usize().start].pos;
            let span = Span::new(first, self.tree.exprs[ty.index()].span.end);
            push(
                &mut self.tree.fields,
                Field {
                    span,
                    names,
                    ty,
                    tag: None,
                },
            );
        }
        Range::new(start, self.tree.fields.len())
    }
}
