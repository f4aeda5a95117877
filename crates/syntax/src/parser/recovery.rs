//! What happens behind an error, and how deep the source may nest.

use crate::ast::{ExprId, ExprKind};
use crate::lexer::LexerState;
use crate::token::Token;

use super::{MAX_NESTING, Parser};

/// Where a broken declaration ends.
///
/// `func name` at the start of a line can only be the next declaration, whatever is still open
/// above it: there the parser acts as if the file ended, which closes everything, and goes on.
/// `type`, `var` and `const` at the start of a line may be local declarations; only once a
/// declaration turned out not to end, it is parsed again with these taken for borders as well.
#[derive(Default)]
pub(super) struct Recovery {
    /// A top-level declaration is being parsed.
    pub(super) in_declaration: bool,
    /// Any declaration keyword at the start of a line is a border.
    pub(super) strict: bool,
    /// There was a place where `strict` makes a difference.
    pub(super) has_doubtful_border: bool,
    /// The border at which the current declaration was cut.
    pub(super) cut: Option<LexerState>,
}

impl Recovery {
    pub(super) fn new(strict: bool) -> Self {
        Self {
            strict,
            ..Self::default()
        }
    }
}

impl Parser<'_, '_> {
    /// Looks whether the declaration keyword that is the current token is a border.
    #[cold]
    pub(super) fn check_boundary(&mut self) {
        if !self.recovery.in_declaration || !self.lexer.at_line_start() {
            return;
        }
        let is_border = if self.at(Token::Func) {
            self.looks_like_func_decl()
        } else {
            self.recovery.has_doubtful_border = true;
            self.recovery.strict
        };
        if is_border {
            self.error(self.pos(), "declaration before the end of the one above it");
            self.recovery.cut = Some(self.lexer.state());
            self.lexer.token = Token::Eof;
            self.lexer.errors.muted = true;
        }
    }

    /// Leaves the border: what follows is the next declaration.
    pub(super) fn resume(&mut self, was_muted: bool) {
        if let Some(border) = self.recovery.cut.take() {
            self.lexer.restore(border);
            self.lexer.errors.muted = was_muted;
        }
    }

    /// `func name` or `func (r T) name(`, told from a function literal by its bytes.
    fn looks_like_func_decl(&self) -> bool {
        let end = self.lexer.line_end(self.lexer.end);
        let line = self.lexer.src[self.lexer.end..end].trim_ascii_start();
        let starts_name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_' || *byte >= 0x80;
        if line.first().is_some_and(starts_name) {
            return true;
        }
        // `func (r T) name(` but not `func (a int) func()`, which is a literal's type.
        let Some(receiver) = line.strip_prefix(b"(") else {
            return false;
        };
        let Some(close) = memchr::memchr(b')', receiver) else {
            return false;
        };
        let rest = receiver[close + 1..].trim_ascii_start();
        let name_len = rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit() || starts_name(byte));
        let n_bytes = name_len.count();
        if n_bytes >= 2 && Token::keyword(&rest[..n_bytes]).is_some() {
            return false;
        }
        rest.first().is_some_and(starts_name) && matches!(rest.get(n_bytes), Some(b'(' | b'['))
    }

    /// Goes one level deeper; false, with the rest skipped, where that is too deep.
    #[inline]
    pub(super) fn enter(&mut self) -> bool {
        self.depth += 1;
        if self.depth <= MAX_NESTING {
            return true;
        }
        self.too_deep();
        false
    }

    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    #[cold]
    fn too_deep(&mut self) {
        self.error(self.pos(), "nested too deeply");
        self.skip_balanced(|_| false);
        self.depth -= 1;
    }

    /// Consumes tokens up to `;`, `,`, a token that `stop` names, or a bracket that was opened
    /// before. Brackets are skipped with all that is in them.
    pub(super) fn skip_balanced(&mut self, stop: impl Fn(Token) -> bool) {
        let mut open = 0usize;
        loop {
            match self.token() {
                Token::Eof => return,
                token if open == 0 && stop(token) => return,
                Token::LParen | Token::LBrack | Token::LBrace => open += 1,
                Token::RParen | Token::RBrack | Token::RBrace if open == 0 => return,
                Token::RParen | Token::RBrack | Token::RBrace => open -= 1,
                Token::Semi | Token::Comma if open == 0 => return,
                _ => {}
            }
            self.bump();
        }
    }

    /// An expression for what cannot be parsed at the current token.
    #[cold]
    pub(super) fn bad_expr(&mut self, expected: &str) -> ExprId {
        let start = self.pos();
        self.expected(expected);
        let token = self.token();
        let is_useful =
            token.ends_expression() || token.starts_statement() || token == Token::LBrace;
        if !is_useful {
            self.bump();
        }
        self.expr_from(start, ExprKind::Bad)
    }

    /// The end of a statement or of a line of a declaration.
    #[inline]
    pub(super) fn expect_semi(&mut self) {
        match self.token() {
            Token::Semi => self.bump(),
            Token::RParen | Token::RBrace => {}
            _ => self.missing_semi(),
        }
    }

    #[cold]
    fn missing_semi(&mut self) {
        self.expected("';'");
        self.eat(Token::Comma);
        self.skip_to_statement();
    }

    /// Goes on at the next place where a statement may start.
    pub(super) fn skip_to_statement(&mut self) {
        loop {
            self.skip_balanced(Token::starts_statement);
            match self.token() {
                Token::Semi => return self.bump(),
                Token::Comma | Token::RParen | Token::RBrack => self.bump(),
                _ => return,
            }
        }
    }

    /// Goes on at the next place where a top-level declaration may start.
    pub(super) fn skip_to_declaration(&mut self) {
        let mut open = 0usize;
        let mut starts_line = true;
        loop {
            match self.token() {
                Token::Eof => return,
                Token::LBrace => open += 1,
                Token::RBrace => open = open.saturating_sub(1),
                token
                    if token.starts_declaration()
                        && (self.lexer.at_line_start() || (starts_line && open == 0)) =>
                {
                    return;
                }
                _ => {}
            }
            starts_line = matches!(self.token(), Token::Semi | Token::RBrace);
            self.bump();
        }
    }

    /// Whether a list goes on: consumes the comma, or reports that it is missing.
    ///
    /// `n_missing` counts the missing ones: the second ends the list.
    pub(super) fn list_goes_on(
        &mut self,
        close: Token,
        context: &str,
        n_missing: &mut u32,
    ) -> bool {
        if self.eat(Token::Comma) {
            return true;
        }
        if self.at(close) {
            return false;
        }
        let newline = if self.lexer.is_newline() {
            " before newline"
        } else {
            ""
        };
        self.error(self.pos(), format!("missing ','{newline} in {context}"));
        *n_missing += 1;
        if self.lexer.is_newline() {
            self.bump();
        }
        let token = self.token();
        *n_missing < 2
            && !token.starts_statement()
            && !token.ends_expression()
            && token != Token::Eof
            && token.assign().is_none()
    }
}
