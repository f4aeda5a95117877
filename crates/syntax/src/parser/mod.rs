//! The parser: recursive descent over the tokens of one file.
//!
//! What it accepts is what `go/parser` accepts; where both find an error they find it on the same
//! line. Behind an error they part: this one loses as little of the file as it can.
//!
//! Nodes are only added to the tables of the tree once it is clear what they are, so that valid
//! files leave no node that nothing refers to.

mod decl;
mod expr;
mod param;
mod recovery;
mod stmt;
mod types;

use std::cell::Cell;

use contend_base::{Idx, Name, NameCache, Range, Span};

use crate::Parsed;
use crate::ast::{
    Clause, Expr, ExprId, ExprKind, ExprList, Field, FieldList, Ident, IdentId, Stmt, StmtId,
    StmtKind, StmtList, Tree, TypeSpec, ValueSpec,
};
use crate::directives;
use crate::lexer::Lexer;
use crate::token::Token;

/// How deep types, expressions in parentheses and blocks may stand in each other.
///
/// Chains (`a + b + c`, `a.b().c()`, `if {} else if {}`) do not count: they cost no recursion.
pub const MAX_NESTING: u32 = 500;

/// Parses a whole file: declarations with their bodies, comments, directives.
///
/// Reads at most 4 GiB.
pub fn parse(text: &[u8]) -> Parsed {
    let mut tables = Tables::take();
    let comments = std::mem::take(&mut tables.tree.comments);
    let mut parser = Parser {
        lexer: Lexer::new(text, comments, NameCache::take()),
        tree: &mut tables.tree,
        scratch: &mut tables.scratch,
        expr_level: 0,
        in_rhs: false,
        depth: 0,
        recovery: recovery::Recovery::default(),
        n_retries: 0,
    };
    parser.file();
    let Parser { lexer, .. } = parser;
    let Lexer {
        src,
        comments,
        names,
        errors,
        ..
    } = lexer;
    names.give_back();
    tables.tree.comments = comments;
    let mut tree = tables.finish();
    tree.directives
        .extend(directives::collect(src, &tree.comments, tree.package_pos));
    tree.directives
        .sort_by_key(|directive| directive.span.start);
    tree.directives.shrink_to_fit();
    Parsed {
        tree,
        errors: errors.finish(),
    }
}

struct Parser<'s, 't> {
    lexer: Lexer<'s>,
    tree: &'t mut Tree,
    scratch: &'t mut Scratch,
    /// Below zero in the header of a control clause, where `{` starts the body.
    expr_level: i32,
    /// In an expression where `=` can only be meant as `==`.
    in_rhs: bool,
    depth: u32,
    recovery: recovery::Recovery,
    /// How many declarations were parsed a second time.
    n_retries: u32,
}

/// A name whose meaning, declared or used, is not clear yet.
#[derive(Clone, Copy)]
struct PendingName {
    name: Name,
    pos: u32,
    end: u32,
}

/// Members of unfinished lists. Inner lists stand above outer ones and leave before them.
#[derive(Default)]
struct Scratch {
    exprs: Vec<ExprId>,
    stmts: Vec<StmtId>,
    fields: Vec<Field>,
    clauses: Vec<Clause>,
    values: Vec<ValueSpec>,
    types: Vec<TypeSpec>,
    params: Vec<param::Param>,
    ifs: Vec<stmt::IfHeader>,
}

/// The growing tables of the file being parsed. They are kept from file to file, so that each
/// tree is one exact copy at the end and no table is ever larger than it has to be.
#[derive(Default)]
struct Tables {
    tree: Tree,
    scratch: Scratch,
}

/// Tables larger than this are not kept for the next file.
const MAX_KEPT: usize = 1 << 18;

thread_local! {
    static IDLE: Cell<Option<Box<Tables>>> = const { Cell::new(None) };
}

impl Tables {
    fn take() -> Box<Self> {
        IDLE.take().unwrap_or_default()
    }

    /// Copies the tree out and leaves the tables to the next file on this thread.
    fn finish(mut self: Box<Self>) -> Tree {
        let work = &mut self.tree;
        let tree = Tree {
            package: work.package.take(),
            package_pos: work.package_pos,
            top_level: drain(&mut work.top_level),
            decls: drain(&mut work.decls),
            funcs: drain(&mut work.funcs),
            type_specs: drain(&mut work.type_specs),
            value_specs: drain(&mut work.value_specs),
            imports: drain(&mut work.imports),
            exprs: drain(&mut work.exprs),
            stmts: drain(&mut work.stmts),
            idents: drain(&mut work.idents),
            fields: drain(&mut work.fields),
            func_types: drain(&mut work.func_types),
            clauses: drain(&mut work.clauses),
            slice_bounds: drain(&mut work.slice_bounds),
            expr_lists: drain(&mut work.expr_lists),
            stmt_lists: drain(&mut work.stmt_lists),
            comments: drain(&mut work.comments),
            directives: std::mem::take(&mut work.directives),
        };
        if work.exprs.capacity() <= MAX_KEPT && work.comments.capacity() <= MAX_KEPT {
            IDLE.set(Some(self));
        }
        tree
    }
}

/// An exact copy; the capacity stays behind.
fn drain<T: Copy>(table: &mut Vec<T>) -> Vec<T> {
    let copy = table.as_slice().to_vec();
    table.clear();
    copy
}

/// Adds `node` and gives its id.
fn push<T>(table: &mut Vec<T>, node: T) -> Idx<T> {
    table.push(node);
    Idx::new(table.len() - 1)
}

/// Moves what stands above `mark` to the end of `table`.
fn take_list<T: Copy>(scratch: &mut Vec<T>, mark: usize, table: &mut Vec<T>) -> Range<T> {
    if scratch.len() == mark {
        return Range::EMPTY;
    }
    let start = table.len();
    table.extend_from_slice(&scratch[mark..]);
    scratch.truncate(mark);
    Range::new(start, table.len())
}

/// Tokens.
impl Parser<'_, '_> {
    #[inline]
    fn token(&self) -> Token {
        self.lexer.token
    }

    #[inline]
    fn at(&self, token: Token) -> bool {
        self.lexer.token == token
    }

    /// Offset of the current token.
    #[inline]
    fn pos(&self) -> u32 {
        self.lexer.start as u32
    }

    /// From `start` to the end of the last token.
    #[inline]
    fn span_from(&self, start: u32) -> Span {
        Span::new(start, (self.lexer.prev_end as u32).max(start))
    }

    /// Goes to the next token; stays at the end of the file.
    #[inline]
    fn bump(&mut self) {
        if self.lexer.token == Token::Eof {
            return;
        }
        self.lexer.next();
        if self.lexer.token.starts_declaration() {
            self.check_boundary();
        }
    }

    /// Consumes `token` if it is next.
    #[inline]
    fn eat(&mut self, token: Token) -> bool {
        let found = self.lexer.token == token;
        if found {
            self.bump();
        }
        found
    }

    /// Consumes `token`, or reports that it is missing and goes on as if it were there.
    #[inline]
    fn expect(&mut self, token: Token) -> bool {
        if self.eat(token) {
            return true;
        }
        self.expected(token.text());
        false
    }

    /// Like [`Parser::expect`] for the end of a list whose last comma may be missing.
    fn expect_closing(&mut self, token: Token, context: &str) {
        if self.token() != token && self.lexer.is_newline() {
            self.error(
                self.pos(),
                format!("missing ',' before newline in {context}"),
            );
            self.bump();
        }
        self.expect(token);
    }

    fn error(&mut self, pos: u32, message: impl Into<String>) {
        self.lexer.error(pos as usize, message);
    }

    /// Reports that `what` should stand here.
    #[cold]
    fn expected(&mut self, what: &str) {
        if !self.lexer.errors.wants(self.lexer.start) {
            return;
        }
        let found = if self.lexer.is_newline() {
            "newline"
        } else {
            self.token().text()
        };
        self.error(self.pos(), format!("expected {what}, found {found}"));
    }
}

/// Nodes.
impl Parser<'_, '_> {
    #[inline]
    fn add_expr(&mut self, span: Span, kind: ExprKind) -> ExprId {
        push(&mut self.tree.exprs, Expr { span, kind })
    }

    /// Adds an expression that reaches from `start` to the last token.
    #[inline]
    fn expr_from(&mut self, start: u32, kind: ExprKind) -> ExprId {
        let span = self.span_from(start);
        self.add_expr(span, kind)
    }

    #[inline]
    fn expr_start(&self, id: ExprId) -> u32 {
        self.tree.exprs[id.index()].span.start
    }

    #[inline]
    fn kind(&self, id: ExprId) -> ExprKind {
        self.tree.exprs[id.index()].kind
    }

    #[inline]
    fn stmt_from(&mut self, start: u32, kind: StmtKind) -> StmtId {
        let span = self.span_from(start);
        push(&mut self.tree.stmts, Stmt { span, kind })
    }

    /// The name becomes one that is used.
    #[inline]
    fn used(&mut self, name: PendingName) -> ExprId {
        self.add_expr(Span::new(name.pos, name.end), ExprKind::Ident(name.name))
    }

    /// The name becomes one that is declared.
    #[inline]
    fn declared(&mut self, name: PendingName) -> IdentId {
        push(
            &mut self.tree.idents,
            Ident {
                name: name.name,
                pos: name.pos,
            },
        )
    }

    #[inline]
    fn take_exprs(&mut self, mark: usize) -> ExprList {
        take_list(&mut self.scratch.exprs, mark, &mut self.tree.expr_lists)
    }

    #[inline]
    fn take_stmts(&mut self, mark: usize) -> StmtList {
        take_list(&mut self.scratch.stmts, mark, &mut self.tree.stmt_lists)
    }

    fn take_fields(&mut self, mark: usize) -> FieldList {
        take_list(&mut self.scratch.fields, mark, &mut self.tree.fields)
    }

    /// The current token, which is a name.
    #[inline]
    fn pending_name(&self) -> PendingName {
        let Span { start: pos, end } = self.lexer.span();
        PendingName {
            name: self.lexer.name,
            pos,
            end,
        }
    }

    /// Consumes a name; a missing one is reported and becomes `_`.
    #[inline]
    fn name(&mut self) -> PendingName {
        if self.at(Token::Ident) {
            let pending = self.pending_name();
            self.bump();
            return pending;
        }
        self.expected("name");
        let pos = self.pos();
        PendingName {
            name: contend_base::known::BLANK,
            pos,
            end: pos,
        }
    }

    /// Consumes names separated by commas and declares them.
    fn name_list(&mut self) -> Range<Ident> {
        let start = self.tree.idents.len();
        loop {
            let name = self.name();
            self.declared(name);
            if !self.eat(Token::Comma) {
                return Range::new(start, self.tree.idents.len());
            }
        }
    }
}
