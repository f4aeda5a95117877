//! Bytes to tokens, one at a time, with comments put aside and semicolons put in.

use contend_base::{Name, NameCache, Span, known};
use memchr::{memchr, memchr_iter, memmem};

use crate::ast::Comment;
use crate::errors::Errors;
use crate::token::Token;

/// Reads tokens from a file. The current token is in the public fields.
pub(crate) struct Lexer<'s> {
    pub(crate) src: &'s [u8],
    pub(crate) token: Token,
    /// Offset of the current token. A semicolon put in at a line end is empty.
    pub(crate) start: usize,
    /// Offset behind the current token.
    pub(crate) end: usize,
    /// Offset behind the token before the current one.
    pub(crate) prev_end: usize,
    /// The text of the current token where it is a name.
    pub(crate) name: Name,
    /// Where reading goes on; behind `end` only for a semicolon inside a comment.
    pub(crate) at: usize,
    /// A line end here would end the statement.
    ends_statement: bool,
    pub(crate) comments: Vec<Comment>,
    gap: Gap,
    pub(crate) errors: Errors,
    pub(crate) names: NameCache,
}

/// What stands between two tokens: how the comments in it form groups.
#[derive(Clone, Copy, Default)]
struct Gap {
    /// A comment was read since the last token.
    has_comment: bool,
    /// The current group started on the line of the token before it.
    trails: bool,
    /// Offset behind the last comment.
    comment_end: usize,
}

/// A state to come back to.
#[derive(Clone, Copy)]
pub(crate) struct LexerState {
    token: Token,
    start: usize,
    end: usize,
    prev_end: usize,
    name: Name,
    at: usize,
    ends_statement: bool,
    gap: Gap,
    n_comments: usize,
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(src: &'s [u8], comments: Vec<Comment>, names: NameCache) -> Self {
        // Offsets and table sizes are 32-bit: what is behind is not read.
        let src = &src[..src.len().min(u32::MAX as usize - 1)];
        let mut lexer = Self {
            src,
            token: Token::Illegal,
            start: 0,
            end: 0,
            prev_end: 0,
            name: known::EMPTY,
            at: if src.starts_with(BOM) { BOM.len() } else { 0 },
            ends_statement: false,
            comments,
            gap: Gap::default(),
            errors: Errors::default(),
            names,
        };
        if src.starts_with(b"\xFF\xFE") || src.starts_with(b"\xFE\xFF") {
            lexer.error(0, "not UTF-8 (it looks like UTF-16)");
            lexer.at = src.len();
        }
        lexer
    }

    pub(crate) fn state(&self) -> LexerState {
        LexerState {
            token: self.token,
            start: self.start,
            end: self.end,
            prev_end: self.prev_end,
            name: self.name,
            at: self.at,
            ends_statement: self.ends_statement,
            gap: self.gap,
            n_comments: self.comments.len(),
        }
    }

    pub(crate) fn restore(&mut self, state: LexerState) {
        self.token = state.token;
        self.start = state.start;
        self.end = state.end;
        self.prev_end = state.prev_end;
        self.name = state.name;
        self.at = state.at;
        self.ends_statement = state.ends_statement;
        self.gap = state.gap;
        self.comments.truncate(state.n_comments);
    }

    pub(crate) fn span(&self) -> Span {
        Span::new(self.start as u32, self.end as u32)
    }

    /// True for a semicolon that a line end stands for.
    pub(crate) fn is_newline(&self) -> bool {
        self.token == Token::Semi && self.start == self.end
    }

    #[inline]
    pub(crate) fn peek(&self, ahead: usize) -> u8 {
        self.src.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(crate) fn error(&mut self, at: usize, message: impl Into<String>) {
        self.errors.report(self.src, at, message);
    }

    /// Reads the next token.
    #[inline]
    pub(crate) fn next(&mut self) {
        self.prev_end = self.end;
        loop {
            let Some(&byte) = self.src.get(self.at) else {
                return self.end_of_file();
            };
            match CLASS[byte as usize] {
                Class::Space => self.at += 1,
                Class::Newline if self.ends_statement => {
                    return self.newline(self.at, self.at + 1);
                }
                Class::Newline => {
                    self.at += 1;
                    while self.src.get(self.at) == Some(&b'\t') {
                        self.at += 1;
                    }
                }
                Class::Letter => return self.identifier(),
                Class::Digit => return self.number(),
                Class::Quote => return self.literal(byte),
                Class::Slash => match self.peek(1) {
                    b'/' => self.line_comment(),
                    b'*' => {
                        if self.block_comment() {
                            return;
                        }
                    }
                    _ => return self.operator(byte),
                },
                Class::Period if self.peek(1).is_ascii_digit() => return self.number(),
                Class::Period | Class::Operator => return self.operator(byte),
                Class::Open => return self.emit(punctuation(byte), 1, false),
                Class::Close => return self.emit(punctuation(byte), 1, true),
                Class::Other => {
                    if self.other(byte) {
                        return;
                    }
                }
            }
        }
    }

    #[inline]
    fn emit(&mut self, token: Token, len: usize, ends_statement: bool) {
        self.token = token;
        self.start = self.at;
        self.end = self.at + len;
        self.at = self.end;
        self.ends_statement = ends_statement;
        self.gap.has_comment = false;
    }

    /// A semicolon for the line end at `start`; reading goes on at `resume`.
    fn newline(&mut self, start: usize, resume: usize) {
        self.token = Token::Semi;
        self.start = start;
        self.end = start;
        self.at = resume;
        self.ends_statement = false;
        self.gap.has_comment = false;
    }

    fn end_of_file(&mut self) {
        let at = self.src.len();
        if self.ends_statement {
            return self.newline(at, at);
        }
        self.at = at;
        self.emit(Token::Eof, 0, false);
    }

    #[inline]
    fn identifier(&mut self) {
        let start = self.at;
        let mut end = start + 1;
        while let Some(&byte) = self.src.get(end)
            && IS_NAME[byte as usize]
        {
            end += 1;
        }
        if self.src.get(end).is_some_and(|&byte| byte >= 0x80) {
            end = self.unicode_name_end(end);
        }
        let text = &self.src[start..end];
        let len = end - start;
        if (2..=11).contains(&len)
            && let Some(keyword) = Token::keyword(text)
        {
            return self.emit(keyword, len, keyword.ends_statement());
        }
        self.name = self.names.intern(text);
        self.emit(Token::Ident, len, true);
    }

    /// The end of a name that goes on at `end` with a byte that is not ASCII.
    #[cold]
    fn unicode_name_end(&self, mut end: usize) -> usize {
        while let Some(&byte) = self.src.get(end) {
            if IS_NAME[byte as usize] {
                end += 1;
                continue;
            }
            match decode(&self.src[end..]) {
                Some((c, len)) if byte >= 0x80 && c.is_alphanumeric() => end += len,
                _ => break,
            }
        }
        end
    }

    fn operator(&mut self, byte: u8) {
        let (second, third) = (self.peek(1), self.peek(2));
        // The operator alone, with `=`, doubled, and doubled with `=`.
        let (token, len) = match (byte, second) {
            (b'.', b'.') if third == b'.' => (Token::Ellipsis, 3),
            (b'.', _) => (Token::Period, 1),
            (b':', b'=') => (Token::Define, 2),
            (b':', _) => (Token::Colon, 1),
            (b'=', b'=') => (Token::Equal, 2),
            (b'=', _) => (Token::Assign, 1),
            (b'+', b'+') => return self.emit(Token::Increment, 2, true),
            (b'+', b'=') => (Token::AddAssign, 2),
            (b'+', _) => (Token::Add, 1),
            (b'-', b'-') => return self.emit(Token::Decrement, 2, true),
            (b'-', b'=') => (Token::SubAssign, 2),
            (b'-', _) => (Token::Sub, 1),
            (b'*', b'=') => (Token::MulAssign, 2),
            (b'*', _) => (Token::Mul, 1),
            (b'/', b'=') => (Token::QuoAssign, 2),
            (b'/', _) => (Token::Quo, 1),
            (b'%', b'=') => (Token::RemAssign, 2),
            (b'%', _) => (Token::Rem, 1),
            (b'^', b'=') => (Token::XorAssign, 2),
            (b'^', _) => (Token::Xor, 1),
            (b'<', b'-') => (Token::Arrow, 2),
            (b'<', b'=') => (Token::LessEqual, 2),
            (b'<', b'<') if third == b'=' => (Token::ShlAssign, 3),
            (b'<', b'<') => (Token::Shl, 2),
            (b'<', _) => (Token::Less, 1),
            (b'>', b'=') => (Token::GreaterEqual, 2),
            (b'>', b'>') if third == b'=' => (Token::ShrAssign, 3),
            (b'>', b'>') => (Token::Shr, 2),
            (b'>', _) => (Token::Greater, 1),
            (b'!', b'=') => (Token::NotEqual, 2),
            (b'!', _) => (Token::Not, 1),
            (b'&', b'^') if third == b'=' => (Token::AndNotAssign, 3),
            (b'&', b'^') => (Token::AndNot, 2),
            (b'&', b'=') => (Token::AndAssign, 2),
            (b'&', b'&') => (Token::LogicalAnd, 2),
            (b'&', _) => (Token::And, 1),
            (b'|', b'=') => (Token::OrAssign, 2),
            (b'|', b'|') => (Token::LogicalOr, 2),
            (b'|', _) => (Token::Or, 1),
            _ => (Token::Tilde, 1),
        };
        self.emit(token, len, false);
    }

    fn number(&mut self) {
        let (token, len) = crate::number::scan(self);
        self.emit(token, len, true);
    }

    fn literal(&mut self, quote: u8) {
        let (token, len) = match quote {
            b'"' => (Token::String, crate::quoted::string(self)),
            b'`' => (Token::String, crate::quoted::raw_string(self)),
            _ => (Token::Rune, crate::quoted::rune(self)),
        };
        self.emit(token, len, true);
    }

    fn line_comment(&mut self) {
        let rest = &self.src[self.at..];
        let len = memchr(b'\n', rest).unwrap_or(rest.len());
        self.check_text(self.at, self.at + len);
        let text_len = if rest[..len].ends_with(b"\r") {
            len - 1
        } else {
            len
        };
        self.comment(text_len, false);
        self.at += len;
    }

    /// Reads a comment; true if it ended a statement and the current token is its semicolon.
    fn block_comment(&mut self) -> bool {
        let rest = &self.src[self.at..];
        let len = if let Some(at) = memmem::find(&rest[2..], b"*/") {
            at + 4
        } else {
            self.error(self.at, "comment not terminated");
            rest.len()
        };
        self.check_text(self.at, self.at + len);
        self.comment(len, true);
        let (start, end) = (self.at, self.at + len);
        self.at = end;
        if self.ends_statement
            && let Some(line_end) = memchr(b'\n', &self.src[start..end])
        {
            self.newline(start + line_end, end);
            return true;
        }
        false
    }

    fn comment(&mut self, len: usize, is_block: bool) {
        let (start, end) = (self.at, self.at + len);
        // The same groups as in go/ast: a group that starts behind a token ends with its line.
        let joins = self.gap.has_comment && {
            let limit = if self.gap.trails { 1 } else { 2 };
            self.n_newlines(self.gap.comment_end, start, limit) < limit
        };
        if !joins {
            let is_first = self.token == Token::Illegal && self.end == 0;
            self.gap.trails =
                !is_first && !self.gap.has_comment && self.n_newlines(self.start, start, 1) == 0;
        }
        self.gap.has_comment = true;
        self.gap.comment_end = end;
        self.comments.push(Comment {
            span: Span::new(start as u32, end as u32),
            is_block,
            joins,
            trails: self.gap.trails,
        });
    }

    fn n_newlines(&self, start: usize, end: usize, limit: usize) -> usize {
        memchr_iter(b'\n', &self.src[start..end])
            .take(limit)
            .count()
    }

    /// Reports bytes that Go text may not hold: NUL, broken UTF-8, a byte order mark.
    pub(crate) fn check_text(&mut self, start: usize, end: usize) {
        let text = &self.src[start..end];
        if text.is_ascii() && memchr(0, text).is_none() {
            return;
        }
        self.report_text(start, end);
    }

    #[cold]
    fn report_text(&mut self, start: usize, end: usize) {
        let src = self.src;
        let mut at = start;
        while at < end && !self.errors.is_full() {
            let rest = &src[at..end];
            let (valid, bad) = match std::str::from_utf8(rest) {
                Ok(text) => (text, 0),
                Err(error) => {
                    let valid = &rest[..error.valid_up_to()];
                    let bad = error.error_len().unwrap_or(rest.len() - valid.len());
                    (std::str::from_utf8(valid).unwrap_or_default(), bad)
                }
            };
            for (offset, c) in valid
                .char_indices()
                .filter(|&(_, c)| c == '\0' || c == '\u{FEFF}')
            {
                let message = if c == '\0' {
                    "illegal character NUL"
                } else {
                    "illegal byte order mark"
                };
                self.error(at + offset, message);
            }
            at += valid.len();
            if bad > 0 {
                self.error(at, "illegal UTF-8 encoding");
                at += bad;
            }
        }
    }

    /// A byte that starts no token of ASCII; true if a token was read.
    #[cold]
    fn other(&mut self, byte: u8) -> bool {
        let decoded = decode(&self.src[self.at..]);
        let Some((c, len)) = decoded else {
            self.error(self.at, "illegal UTF-8 encoding");
            return self.illegal(1);
        };
        if c.is_alphabetic() {
            let end = self.unicode_name_end(self.at);
            self.name = self.names.intern(&self.src[self.at..end]);
            self.emit(Token::Ident, end - self.at, true);
            return true;
        }
        if !self.errors.wants(self.at) {
            return self.illegal(len);
        }
        let message = match c {
            '\0' => "illegal character NUL".to_owned(),
            '\u{FEFF}' => "illegal byte order mark".to_owned(),
            '\u{201C}' | '\u{201D}' => "curly quotation mark (use neutral '\"')".to_owned(),
            _ if byte < 0x80 => format!("illegal character {c:?}"),
            _ => format!("illegal character U+{:04X}", c as u32),
        };
        self.error(self.at, message);
        self.illegal(len)
    }

    fn illegal(&mut self, len: usize) -> bool {
        self.emit(Token::Illegal, len, self.ends_statement);
        true
    }

    /// True if the current token is the first on its line, at its first column.
    pub(crate) fn at_line_start(&self) -> bool {
        self.start == 0 || self.src[self.start - 1] == b'\n'
    }

    /// Offset of the line end at or behind `at`.
    pub(crate) fn line_end(&self, at: usize) -> usize {
        memchr(b'\n', &self.src[at..]).map_or(self.src.len(), |len| at + len)
    }
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The first character and how many bytes it takes; `None` where it is not UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    let head = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
    };
    valid.chars().next().map(|c| (c, c.len_utf8()))
}

fn punctuation(byte: u8) -> Token {
    match byte {
        b'(' => Token::LParen,
        b')' => Token::RParen,
        b'[' => Token::LBrack,
        b']' => Token::RBrack,
        b'{' => Token::LBrace,
        b'}' => Token::RBrace,
        b',' => Token::Comma,
        _ => Token::Semi,
    }
}

#[derive(Clone, Copy)]
enum Class {
    Space,
    Newline,
    Letter,
    Digit,
    /// Starts a string or rune literal.
    Quote,
    Slash,
    Period,
    Operator,
    /// One byte, a statement goes on behind it.
    Open,
    /// One byte, a statement may end behind it.
    Close,
    Other,
}

static CLASS: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' => Class::Space,
            b'\n' => Class::Newline,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'"' | b'`' | b'\'' => Class::Quote,
            b'/' => Class::Slash,
            b'.' => Class::Period,
            b'(' | b'[' | b'{' | b',' | b';' => Class::Open,
            b')' | b']' | b'}' => Class::Close,
            b':' | b'=' | b'+' | b'-' | b'*' | b'%' | b'^' | b'<' | b'>' | b'!' | b'&' | b'|'
            | b'~' => Class::Operator,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

/// ASCII bytes that a name goes on with.
static IS_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn lex(text: &str) -> (Vec<(Token, String)>, Lexer<'_>) {
        let mut lexer = Lexer::new(text.as_bytes(), Vec::new(), NameCache::take());
        let mut tokens = Vec::new();
        loop {
            lexer.next();
            if lexer.token == Token::Eof {
                return (tokens, lexer);
            }
            tokens.push((lexer.token, text[lexer.start..lexer.end].to_owned()));
        }
    }

    fn kinds(text: &str) -> Vec<Token> {
        lex(text).0.into_iter().map(|(token, _)| token).collect()
    }

    #[test]
    fn semicolons_are_put_in_at_line_ends() {
        use Token::{Assign, Comma, Ident, Int, LParen, RParen, Return, Semi};
        assert_eq!(
            kinds("a = 1\nf(b,\nc)\n"),
            [
                Ident, Assign, Int, Semi, Ident, LParen, Ident, Comma, Ident, RParen, Semi
            ]
        );
        assert_eq!(kinds("return // x\n"), [Return, Semi]);
        assert_eq!(kinds("a /* x\n */ b"), [Ident, Semi, Ident, Semi]);
        assert_eq!(kinds("a /* x */ b /*"), [Ident, Ident, Semi]);
    }

    #[test]
    fn operators_are_as_long_as_possible() {
        use Token::{
            AndNot, AndNotAssign, Arrow, Ellipsis, Float, Less, LogicalAnd, Period, ShlAssign, Shr,
        };
        assert_eq!(
            kinds("&^= &^ && <<= <- < >> ... . .5"),
            [
                AndNotAssign,
                AndNot,
                LogicalAnd,
                ShlAssign,
                Arrow,
                Less,
                Shr,
                Ellipsis,
                Period,
                Float,
                Token::Semi
            ]
        );
    }

    #[test]
    fn names_may_hold_letters_of_any_script() {
        let (tokens, lexer) = lex("größe Ω世 x٣");
        let texts: Vec<&str> = tokens.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["größe", "Ω世", "x٣", ""]);
        assert!(lexer.errors.is_empty());
    }

    #[test]
    fn comments_form_the_groups_of_go_ast() {
        let text = "// a\n// b\n\n// c\npackage p // d\n// e\nvar x = `\n` // f\n/* g */ /* h */\n";
        let (_, lexer) = lex(text);
        let groups: Vec<bool> = lexer.comments.iter().map(|comment| comment.joins).collect();
        assert_eq!(
            groups,
            [false, true, false, false, false, false, false, true]
        );
    }
}
