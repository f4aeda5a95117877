//! Tokens: what they are called, how strongly they bind, what they may start.

use crate::ast::{AssignOp, BinaryOp, UnaryOp};

/// The kind of a token. Its text is the span the lexer gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Token {
    /// A byte sequence that is no token; the lexer has reported it.
    Illegal,
    Eof,
    Ident,
    Int,
    Float,
    Imaginary,
    Rune,
    String,

    Add,
    Sub,
    Mul,
    Quo,
    Rem,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    AndNot,
    LogicalAnd,
    LogicalOr,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Arrow,
    Increment,
    Decrement,
    Not,
    Tilde,

    Assign,
    Define,
    AddAssign,
    SubAssign,
    MulAssign,
    QuoAssign,
    RemAssign,
    AndAssign,
    OrAssign,
    XorAssign,
    ShlAssign,
    ShrAssign,
    AndNotAssign,

    Ellipsis,
    LParen,
    LBrack,
    LBrace,
    RParen,
    RBrack,
    RBrace,
    Comma,
    Period,
    Colon,
    /// Written or, with an empty span, inserted at a line end.
    Semi,

    Break,
    Case,
    Chan,
    Const,
    Continue,
    Default,
    Defer,
    Else,
    Fallthrough,
    For,
    Func,
    Go,
    Goto,
    If,
    Import,
    Interface,
    Map,
    Package,
    Range,
    Return,
    Select,
    Struct,
    Switch,
    Type,
    Var,
}

impl Token {
    /// How error messages name the token.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Illegal => "illegal character",
            Self::Eof => "end of file",
            Self::Ident => "name",
            Self::Int | Self::Float | Self::Imaginary => "number",
            Self::Rune => "rune literal",
            Self::String => "string literal",
            Self::Add => "'+'",
            Self::Sub => "'-'",
            Self::Mul => "'*'",
            Self::Quo => "'/'",
            Self::Rem => "'%'",
            Self::And => "'&'",
            Self::Or => "'|'",
            Self::Xor => "'^'",
            Self::Shl => "'<<'",
            Self::Shr => "'>>'",
            Self::AndNot => "'&^'",
            Self::LogicalAnd => "'&&'",
            Self::LogicalOr => "'||'",
            Self::Equal => "'=='",
            Self::NotEqual => "'!='",
            Self::Less => "'<'",
            Self::LessEqual => "'<='",
            Self::Greater => "'>'",
            Self::GreaterEqual => "'>='",
            Self::Arrow => "'<-'",
            Self::Increment => "'++'",
            Self::Decrement => "'--'",
            Self::Not => "'!'",
            Self::Tilde => "'~'",
            Self::Assign => "'='",
            Self::Define => "':='",
            Self::AddAssign => "'+='",
            Self::SubAssign => "'-='",
            Self::MulAssign => "'*='",
            Self::QuoAssign => "'/='",
            Self::RemAssign => "'%='",
            Self::AndAssign => "'&='",
            Self::OrAssign => "'|='",
            Self::XorAssign => "'^='",
            Self::ShlAssign => "'<<='",
            Self::ShrAssign => "'>>='",
            Self::AndNotAssign => "'&^='",
            Self::Ellipsis => "'...'",
            Self::LParen => "'('",
            Self::LBrack => "'['",
            Self::LBrace => "'{'",
            Self::RParen => "')'",
            Self::RBrack => "']'",
            Self::RBrace => "'}'",
            Self::Comma => "','",
            Self::Period => "'.'",
            Self::Colon => "':'",
            Self::Semi => "';'",
            Self::Break => "'break'",
            Self::Case => "'case'",
            Self::Chan => "'chan'",
            Self::Const => "'const'",
            Self::Continue => "'continue'",
            Self::Default => "'default'",
            Self::Defer => "'defer'",
            Self::Else => "'else'",
            Self::Fallthrough => "'fallthrough'",
            Self::For => "'for'",
            Self::Func => "'func'",
            Self::Go => "'go'",
            Self::Goto => "'goto'",
            Self::If => "'if'",
            Self::Import => "'import'",
            Self::Interface => "'interface'",
            Self::Map => "'map'",
            Self::Package => "'package'",
            Self::Range => "'range'",
            Self::Return => "'return'",
            Self::Select => "'select'",
            Self::Struct => "'struct'",
            Self::Switch => "'switch'",
            Self::Type => "'type'",
            Self::Var => "'var'",
        }
    }

    /// The keyword that `text` is; `text` has at least two bytes.
    #[inline]
    pub(crate) fn keyword(text: &[u8]) -> Option<Self> {
        let (word, token) = KEYWORDS[keyword_slot(text)];
        (word.as_bytes() == text).then_some(token)
    }

    /// A line end right behind the token ends the statement.
    #[inline]
    pub(crate) fn ends_statement(self) -> bool {
        matches!(
            self,
            Self::Ident | Self::Break | Self::Continue | Self::Fallthrough | Self::Return
        )
    }

    /// The operator and how strongly it binds, 1 (`||`) to 5 (`*`).
    #[inline]
    pub(crate) fn binary(self) -> Option<(BinaryOp, u8)> {
        Some(match self {
            Self::LogicalOr => (BinaryOp::LogicalOr, 1),
            Self::LogicalAnd => (BinaryOp::LogicalAnd, 2),
            Self::Equal => (BinaryOp::Equal, 3),
            Self::NotEqual => (BinaryOp::NotEqual, 3),
            Self::Less => (BinaryOp::Less, 3),
            Self::LessEqual => (BinaryOp::LessEqual, 3),
            Self::Greater => (BinaryOp::Greater, 3),
            Self::GreaterEqual => (BinaryOp::GreaterEqual, 3),
            Self::Add => (BinaryOp::Add, 4),
            Self::Sub => (BinaryOp::Subtract, 4),
            Self::Or => (BinaryOp::Or, 4),
            Self::Xor => (BinaryOp::Xor, 4),
            Self::Mul => (BinaryOp::Multiply, 5),
            Self::Quo => (BinaryOp::Divide, 5),
            Self::Rem => (BinaryOp::Remainder, 5),
            Self::And => (BinaryOp::And, 5),
            Self::AndNot => (BinaryOp::AndNot, 5),
            Self::Shl => (BinaryOp::ShiftLeft, 5),
            Self::Shr => (BinaryOp::ShiftRight, 5),
            _ => return None,
        })
    }

    /// The prefix operator; `*` and `<-` need more care and are not here.
    pub(crate) fn unary(self) -> Option<UnaryOp> {
        Some(match self {
            Self::Add => UnaryOp::Plus,
            Self::Sub => UnaryOp::Minus,
            Self::Not => UnaryOp::Not,
            Self::Xor => UnaryOp::Complement,
            Self::And => UnaryOp::Address,
            Self::Tilde => UnaryOp::Tilde,
            _ => return None,
        })
    }

    pub(crate) fn assign(self) -> Option<AssignOp> {
        Some(match self {
            Self::Assign => AssignOp::Assign,
            Self::Define => AssignOp::Define,
            Self::AddAssign => AssignOp::Op(BinaryOp::Add),
            Self::SubAssign => AssignOp::Op(BinaryOp::Subtract),
            Self::MulAssign => AssignOp::Op(BinaryOp::Multiply),
            Self::QuoAssign => AssignOp::Op(BinaryOp::Divide),
            Self::RemAssign => AssignOp::Op(BinaryOp::Remainder),
            Self::AndAssign => AssignOp::Op(BinaryOp::And),
            Self::OrAssign => AssignOp::Op(BinaryOp::Or),
            Self::XorAssign => AssignOp::Op(BinaryOp::Xor),
            Self::ShlAssign => AssignOp::Op(BinaryOp::ShiftLeft),
            Self::ShrAssign => AssignOp::Op(BinaryOp::ShiftRight),
            Self::AndNotAssign => AssignOp::Op(BinaryOp::AndNot),
            _ => return None,
        })
    }

    pub(crate) fn is_literal(self) -> bool {
        matches!(
            self,
            Self::Int | Self::Float | Self::Imaginary | Self::Rune | Self::String
        )
    }

    /// Keywords that start a top-level declaration.
    pub(crate) fn starts_declaration(self) -> bool {
        matches!(
            self,
            Self::Import | Self::Const | Self::Type | Self::Var | Self::Func
        )
    }

    /// Keywords that start a statement and nothing else: safe points to go on after an error.
    pub(crate) fn starts_statement(self) -> bool {
        matches!(
            self,
            Self::Break
                | Self::Const
                | Self::Continue
                | Self::Defer
                | Self::Fallthrough
                | Self::For
                | Self::Go
                | Self::Goto
                | Self::If
                | Self::Return
                | Self::Select
                | Self::Switch
                | Self::Type
                | Self::Var
                | Self::Case
                | Self::Default
        )
    }

    /// Tokens behind which an expression or type has ended.
    pub(crate) fn ends_expression(self) -> bool {
        matches!(
            self,
            Self::Comma | Self::Colon | Self::Semi | Self::RParen | Self::RBrack | Self::RBrace
        )
    }
}

const KEYWORD_LIST: [(&str, Token); 25] = [
    ("break", Token::Break),
    ("case", Token::Case),
    ("chan", Token::Chan),
    ("const", Token::Const),
    ("continue", Token::Continue),
    ("default", Token::Default),
    ("defer", Token::Defer),
    ("else", Token::Else),
    ("fallthrough", Token::Fallthrough),
    ("for", Token::For),
    ("func", Token::Func),
    ("go", Token::Go),
    ("goto", Token::Goto),
    ("if", Token::If),
    ("import", Token::Import),
    ("interface", Token::Interface),
    ("map", Token::Map),
    ("package", Token::Package),
    ("range", Token::Range),
    ("return", Token::Return),
    ("select", Token::Select),
    ("struct", Token::Struct),
    ("switch", Token::Switch),
    ("type", Token::Type),
    ("var", Token::Var),
];

/// Every keyword in a slot of its own; the build fails if two meet.
static KEYWORDS: [(&str, Token); 64] = {
    let mut slots = [("", Token::Illegal); 64];
    let mut i = 0;
    while i < KEYWORD_LIST.len() {
        let slot = keyword_slot(KEYWORD_LIST[i].0.as_bytes());
        assert!(slots[slot].0.is_empty(), "two keywords share a slot");
        slots[slot] = KEYWORD_LIST[i];
        i += 1;
    }
    slots
};

const fn keyword_slot(text: &[u8]) -> usize {
    // The factors were found by trying; any that keep the keywords apart will do.
    (text[0] as usize + 4 * text[1] as usize + 6 * text.len()) & 63
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_found_and_names_are_not() {
        for (text, token) in KEYWORD_LIST {
            assert_eq!(Token::keyword(text.as_bytes()), Some(token));
        }
        for text in ["fo", "forx", "Break", "packages", "__"] {
            assert_eq!(Token::keyword(text.as_bytes()), None, "{text}");
        }
    }
}
