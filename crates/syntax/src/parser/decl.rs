//! The file and its declarations.

use contend_base::{Range, Span, known};

use crate::ast::{
    BinaryOp, Decl, DeclId, DeclKind, Directive, DirectiveKind, ExprId, ExprKind, FieldList,
    FuncDecl, Ident, ImportSpec, Literal, Tree, TypeSpec, UnaryOp, ValueSpec,
};
use crate::header::import_path;
use crate::token::Token;

use super::recovery::Recovery;
use super::{Parser, push, take_list};

/// A file with more broken declarations than this is read with the narrow borders at once, so
/// that the time stays in proportion to its size.
const MAX_RETRIES: u32 = 16;

/// How much of each table there is, to cut the tree back to.
struct Checkpoint {
    lens: [usize; 15],
}

impl Parser<'_, '_> {
    /// The whole file.
    pub(super) fn file(&mut self) {
        self.lexer.next();
        // Errors before and in the package clause mean that this is hardly a Go file: the
        // errors behind them would say no more than that.
        self.mute_after_errors();
        self.package_clause();
        self.mute_after_errors();
        let mut may_import = true;
        loop {
            self.recovery = Recovery::new(self.n_retries >= MAX_RETRIES);
            let token = self.token();
            if token == Token::Eof {
                break;
            }
            if token == Token::Import && !may_import {
                self.error(self.pos(), "imports must appear before other declarations");
            }
            may_import = token == Token::Import;
            let decl = self.top_level_declaration();
            self.tree.top_level.push(decl);
        }
    }

    fn mute_after_errors(&mut self) {
        if !self.lexer.errors.is_empty() {
            self.lexer.errors.muted = true;
        }
    }

    fn package_clause(&mut self) {
        self.tree.package_pos = self.pos();
        if !self.expect(Token::Package) {
            return;
        }
        if self.at(Token::Ident) {
            self.tree.package = Some(Ident {
                name: self.lexer.name,
                pos: self.pos(),
            });
            self.bump();
        } else {
            self.expected("package name");
        }
        match self.token() {
            Token::Semi => self.bump(),
            Token::Eof => {}
            _ => {
                self.expected("';'");
                self.skip_to_declaration();
            }
        }
    }

    /// Parses a declaration; a second time, with narrower borders, if it did not end.
    fn top_level_declaration(&mut self) -> DeclId {
        let start = self.lexer.state();
        let checkpoint = Checkpoint::of(self.tree);
        let (n_errors, was_muted) = (self.lexer.errors.len(), self.lexer.errors.muted);
        let mut decl = self.declaration();
        let failed = self.lexer.errors.len() > n_errors || was_muted;
        let may_be_shorter = self.recovery.has_doubtful_border && !self.recovery.strict;
        if self.at(Token::Eof) && failed && may_be_shorter {
            self.n_retries += 1;
            self.lexer.restore(start);
            checkpoint.restore(self.tree);
            self.reset_nesting();
            self.recovery.cut = None;
            self.recovery.strict = true;
            // All errors are known from the first time.
            self.lexer.errors.muted = true;
            decl = self.declaration();
            self.lexer.errors.muted = was_muted;
        }
        self.resume(was_muted);
        decl
    }

    fn reset_nesting(&mut self) {
        self.expr_level = 0;
        self.in_rhs = false;
        self.depth = 0;
    }

    /// Any declaration, in a function or at the top level.
    pub(super) fn declaration(&mut self) -> DeclId {
        let start = self.pos();
        let (n_exprs, n_idents, n_stmts) = (
            self.tree.exprs.len(),
            self.tree.idents.len(),
            self.tree.stmts.len(),
        );
        let kind = self.declaration_kind();
        let decl = Decl {
            span: self.span_from(start),
            kind,
            exprs: Range::new(n_exprs, self.tree.exprs.len()),
            idents: Range::new(n_idents, self.tree.idents.len()),
            stmts: Range::new(n_stmts, self.tree.stmts.len()),
        };
        if !matches!(kind, DeclKind::Bad) {
            // The semicolon does not belong to the declaration, and the keyword behind it is its
            // border in any case.
            self.recovery.in_declaration &= self.depth > 0;
            self.end_declaration();
        }
        push(&mut self.tree.decls, decl)
    }

    fn end_declaration(&mut self) {
        match self.token() {
            Token::Semi => self.bump(),
            Token::RBrace | Token::RParen if self.depth > 0 => {}
            Token::Eof => {}
            _ if self.depth > 0 => self.expect_semi(),
            _ => {
                self.expected("';'");
                self.skip_to_declaration();
            }
        }
    }

    fn declaration_kind(&mut self) -> DeclKind {
        let token = self.token();
        if self.depth == 0 && token.starts_declaration() {
            self.recovery.in_declaration = true;
        }
        match token {
            Token::Func => DeclKind::Func(self.func_decl()),
            Token::Import => {
                let pos = self.pos();
                let start = self.tree.imports.len();
                self.specs(|parser, _| parser.import_spec());
                let specs = Range::new(start, self.tree.imports.len());
                self.cgo_preamble(pos, specs);
                DeclKind::Import(specs)
            }
            Token::Const | Token::Var => {
                let mark = self.scratch.values.len();
                let is_const = token == Token::Const;
                self.specs(|parser, iota| {
                    let spec = parser.value_spec(is_const, iota);
                    parser.scratch.values.push(spec);
                });
                let table = &mut self.tree.value_specs;
                let specs = take_list(&mut self.scratch.values, mark, table);
                if is_const {
                    DeclKind::Const(specs)
                } else {
                    DeclKind::Var(specs)
                }
            }
            Token::Type => {
                let mark = self.scratch.types.len();
                self.specs(|parser, _| {
                    let spec = parser.type_spec();
                    parser.scratch.types.push(spec);
                });
                let table = &mut self.tree.type_specs;
                DeclKind::Type(take_list(&mut self.scratch.types, mark, table))
            }
            _ => {
                self.expected("declaration");
                self.bump();
                self.skip_to_declaration();
                DeclKind::Bad
            }
        }
    }

    /// The keyword and one spec, or several in parentheses.
    fn specs(&mut self, mut spec: impl FnMut(&mut Self, u32)) {
        self.bump();
        if !self.eat(Token::LParen) {
            return spec(self, 0);
        }
        let mut iota = 0;
        while !matches!(self.token(), Token::RParen | Token::Eof) {
            let before = self.lexer.start;
            spec(self, iota);
            self.expect_semi();
            iota += 1;
            if self.lexer.start == before {
                self.bump();
            }
        }
        self.expect(Token::RParen);
    }

    fn import_spec(&mut self) {
        let start = self.pos();
        let name = match self.token() {
            Token::Ident => Some(self.name()),
            Token::Period => {
                let mut name = self.pending_name();
                name.name = known::DOT;
                self.bump();
                Some(name)
            }
            _ => None,
        };
        let name = name.map(|name| self.declared(name));
        let span = self.lexer.span();
        let mut path = known::EMPTY;
        let path_expr = if self.at(Token::String) {
            path = import_path(&mut self.lexer, span).unwrap_or(known::EMPTY);
            self.bump();
            self.add_expr(span, ExprKind::Literal(Literal::String))
        } else {
            let is_literal = self.token().is_literal();
            let message = if is_literal {
                "import path must be a string"
            } else {
                "missing import path"
            };
            self.error(span.start, message);
            if is_literal {
                self.bump();
            } else {
                self.skip_balanced(Token::ends_expression);
            }
            self.expr_from(span.start, ExprKind::Bad)
        };
        let span = self.span_from(start);
        self.tree.imports.push(ImportSpec {
            span,
            name,
            path_expr,
            path,
        });
    }

    /// The comments right above `import "C"` are C code.
    fn cgo_preamble(&mut self, pos: u32, specs: Range<ImportSpec>) {
        for i in specs.as_usize() {
            let spec = self.tree.imports[i];
            if spec.path != known::C {
                continue;
            }
            let end = spec.span.start as usize;
            let src = self.lexer.src;
            // The lookup works on a tree: lend it the comments read so far.
            let mut tree = Tree {
                comments: std::mem::take(&mut self.lexer.comments),
                ..Tree::default()
            };
            let mut group = tree.doc(src, end as u32);
            if group.is_empty() && specs.len() == 1 {
                group = tree.doc(src, pos);
            }
            for comment in &tree.comments[group.as_usize()] {
                let kind = DirectiveKind::CgoPreamble;
                self.tree.directives.push(Directive {
                    span: comment.span,
                    kind,
                });
            }
            self.lexer.comments = std::mem::take(&mut tree.comments);
        }
    }

    fn value_spec(&mut self, is_const: bool, iota: u32) -> ValueSpec {
        let start = self.pos();
        let names = self.name_list();
        let ty = if is_const {
            self.try_type()
        } else if self.at(Token::Assign) {
            None
        } else {
            Some(self.ty())
        };
        let mark = self.scratch.exprs.len();
        if self.eat(Token::Assign) {
            self.rhs_list();
        }
        let values = self.take_exprs(mark);
        ValueSpec {
            span: self.span_from(start),
            names,
            ty,
            values,
            iota,
        }
    }

    fn type_spec(&mut self) -> TypeSpec {
        let start = self.pos();
        let name = self.name();
        let name = self.declared(name);
        let mut spec = TypeSpec {
            span: Span::at(start),
            name,
            type_params: FieldList::EMPTY,
            is_alias: false,
            // Replaced below; every way to the end sets it.
            ty: ExprId::new(0),
        };
        if self.at(Token::LBrack) {
            self.array_or_generic_type(&mut spec);
        } else {
            spec.is_alias = self.eat(Token::Assign);
            spec.ty = self.ty();
        }
        spec.span = self.span_from(start);
        spec
    }

    /// `type T [N]E` or `type T[P any] E`: only what follows the first name tells.
    fn array_or_generic_type(&mut self, spec: &mut TypeSpec) {
        let bracket = self.pos();
        self.bump();
        if !self.at(Token::Ident) {
            spec.ty = self.array_type(bracket, None);
            return;
        }
        let name = self.name();
        let goes_on = matches!(self.token(), Token::Period | Token::LParen | Token::LBrace)
            || self.token().binary().is_some();
        if !goes_on {
            if self.at(Token::RBrack) {
                let len = self.used(name);
                spec.ty = self.array_type(bracket, Some(len));
            } else {
                spec.type_params = self.params(Some(name), None, Token::RBrack, false);
                self.generic_type(spec);
            }
            return;
        }
        let operand = self.used(name);
        self.expr_level += 1;
        let expr = self.expr_from_operand(operand);
        self.expr_level -= 1;
        let is_param = self.at(Token::Comma);
        match self.split_type_param(expr, operand, is_param) {
            Some(constraint) => {
                spec.type_params = self.params(Some(name), Some(constraint), Token::RBrack, false);
                self.generic_type(spec);
                spec.ty = self.fill_slot(operand, spec.ty);
            }
            None => spec.ty = self.array_type(bracket, Some(expr)),
        }
    }

    fn generic_type(&mut self, spec: &mut TypeSpec) {
        self.expect(Token::RBrack);
        spec.is_alias = self.eat(Token::Assign);
        spec.ty = self.ty();
    }

    /// Moves the last expression into a slot that is no longer used.
    fn fill_slot(&mut self, free: ExprId, last: ExprId) -> ExprId {
        if last.index() + 1 != self.tree.exprs.len() {
            return last;
        }
        let Some(expr) = self.tree.exprs.pop() else {
            return last;
        };
        self.tree.exprs[free.index()] = expr;
        free
    }

    /// Splits `P *C`, `P (C)` and unions that start so, which were parsed as a product or a call
    /// of the name `operand`; gives the constraint. With `force` also where an array length is
    /// possible.
    fn split_type_param(
        &mut self,
        expr: ExprId,
        operand: ExprId,
        mut force: bool,
    ) -> Option<ExprId> {
        let mut first = expr;
        while let ExprKind::Binary {
            op: BinaryOp::Or,
            left,
            right,
            ..
        } = self.kind(first)
        {
            force = force || self.is_type_element(right);
            first = left;
        }
        let span = self.tree.expr(first).span;
        let (start, kind) = match self.kind(first) {
            ExprKind::Binary {
                op: BinaryOp::Multiply,
                left,
                right,
                op_pos,
            } if left == operand && (force || self.is_type_element(right)) => {
                (op_pos, ExprKind::Star(right))
            }
            ExprKind::Call {
                fun,
                args,
                spread: false,
            } if fun == operand && args.len() == 1 => {
                let arg = self.tree.expr_list(args)[0];
                if !force && !self.is_type_element(arg) {
                    return None;
                }
                let name_end = self.tree.expr(operand).span.end as usize;
                let open = memchr::memchr(b'(', &self.lexer.src[name_end..]).unwrap_or(0);
                if args.as_usize().end == self.tree.expr_lists.len() {
                    self.tree.expr_lists.pop();
                }
                ((name_end + open) as u32, ExprKind::Paren(arg))
            }
            _ => return None,
        };
        let node = &mut self.tree.exprs[first.index()];
        node.span = Span::new(start, span.end);
        node.kind = kind;
        let mut union = expr;
        while let ExprKind::Binary {
            op: BinaryOp::Or,
            left,
            ..
        } = self.kind(union)
        {
            self.tree.exprs[union.index()].span.start = start;
            union = left;
        }
        Some(expr)
    }

    /// True for what can only be a type, false for what may be a value as well.
    fn is_type_element(&self, mut expr: ExprId) -> bool {
        loop {
            expr = match self.kind(expr) {
                ExprKind::SliceType(_)
                | ExprKind::ArrayType { .. }
                | ExprKind::StructType(_)
                | ExprKind::FuncType(_)
                | ExprKind::InterfaceType(_)
                | ExprKind::MapType { .. }
                | ExprKind::ChanType { .. } => return true,
                ExprKind::Unary { op, .. } => return op == UnaryOp::Tilde,
                ExprKind::Paren(inner) => inner,
                ExprKind::Binary { left, right, .. } => {
                    if self.is_type_element(right) {
                        return true;
                    }
                    left
                }
                _ => return false,
            }
        }
    }

    fn func_decl(&mut self) -> crate::ast::FuncId {
        let start = self.pos();
        self.bump();
        let receiver = self.at(Token::LParen).then(|| self.param_list(true));
        let name = self.name();
        let name = self.declared(name);
        let type_params = if self.at(Token::LBrack) {
            self.type_params()
        } else {
            FieldList::EMPTY
        };
        let ty = self.signature(start, type_params);
        let mut body = None;
        if self.at(Token::LBrace) {
            body = Some(self.block());
        } else if self.at(Token::Semi) && self.brace_on_next_line() {
            self.bump();
            self.error(self.pos(), "unexpected semicolon or newline before {");
            body = Some(self.block());
        }
        let span = self.span_from(start);
        push(
            &mut self.tree.funcs,
            FuncDecl {
                span,
                name,
                receiver,
                ty,
                body,
            },
        )
    }

    /// Whether the token behind the semicolon is the brace of a body.
    fn brace_on_next_line(&mut self) -> bool {
        let rest = self.lexer.src[self.lexer.at..].trim_ascii_start();
        rest.first() == Some(&b'{')
    }
}

impl Checkpoint {
    fn of(tree: &Tree) -> Self {
        Self {
            lens: [
                tree.decls.len(),
                tree.funcs.len(),
                tree.type_specs.len(),
                tree.value_specs.len(),
                tree.imports.len(),
                tree.exprs.len(),
                tree.stmts.len(),
                tree.idents.len(),
                tree.fields.len(),
                tree.func_types.len(),
                tree.clauses.len(),
                tree.slice_bounds.len(),
                tree.expr_lists.len(),
                tree.stmt_lists.len(),
                tree.directives.len(),
            ],
        }
    }

    fn restore(&self, tree: &mut Tree) {
        let [
            decls,
            funcs,
            type_specs,
            value_specs,
            imports,
            exprs,
            stmts,
            idents,
            fields,
            func_types,
            clauses,
            slice_bounds,
            expr_lists,
            stmt_lists,
            directives,
        ] = self.lens;
        tree.decls.truncate(decls);
        tree.funcs.truncate(funcs);
        tree.type_specs.truncate(type_specs);
        tree.value_specs.truncate(value_specs);
        tree.imports.truncate(imports);
        tree.exprs.truncate(exprs);
        tree.stmts.truncate(stmts);
        tree.idents.truncate(idents);
        tree.fields.truncate(fields);
        tree.func_types.truncate(func_types);
        tree.clauses.truncate(clauses);
        tree.slice_bounds.truncate(slice_bounds);
        tree.expr_lists.truncate(expr_lists);
        tree.stmt_lists.truncate(stmt_lists);
        tree.directives.truncate(directives);
    }
}
