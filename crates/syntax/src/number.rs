//! Number literals. What is wrong with them is reported where `go/scanner` reports it.

use crate::lexer::Lexer;
use crate::token::Token;

/// Scans the number at the current offset; gives its kind and its length.
pub(crate) fn scan(lexer: &mut Lexer<'_>) -> (Token, usize) {
    let start = lexer.at;
    let rest = &lexer.src[start..];
    let plain = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let next = rest.get(plain).copied().unwrap_or(0);
    let is_plain = !next.is_ascii_alphabetic() && next != b'_' && next != b'.';
    if is_plain && (rest[0] != b'0' || plain == 1) {
        return (Token::Int, plain);
    }
    let mut scan = Scan {
        lexer,
        at: start,
        base: Base::Decimal,
        seen: Seen::default(),
    };
    let token = scan.number();
    (token, scan.at - start)
}

#[derive(Clone, Copy, PartialEq)]
enum Base {
    Decimal,
    /// `017`, or a decimal float with a leading zero.
    LeadingZero,
    Octal,
    Binary,
    Hexadecimal,
}

impl Base {
    fn name(self) -> &'static str {
        match self {
            Self::Decimal => "decimal literal",
            Self::LeadingZero | Self::Octal => "octal literal",
            Self::Binary => "binary literal",
            Self::Hexadecimal => "hexadecimal literal",
        }
    }

    fn first_bad_digit(self) -> u8 {
        match self {
            Self::LeadingZero | Self::Octal => b'8',
            Self::Binary => b'2',
            Self::Decimal | Self::Hexadecimal => b':',
        }
    }
}

#[derive(Default)]
struct Seen {
    digit: bool,
    separator: bool,
    /// Offset of the first digit that the base does not have.
    bad_digit: Option<usize>,
}

struct Scan<'l, 's> {
    lexer: &'l mut Lexer<'s>,
    at: usize,
    base: Base,
    seen: Seen,
}

impl Scan<'_, '_> {
    fn byte(&self) -> u8 {
        self.lexer.src.get(self.at).copied().unwrap_or(0)
    }

    fn error(&mut self, at: usize, message: impl Into<String>) {
        self.lexer.error(at, message);
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        let mut token = Token::Int;
        if self.byte() != b'.' {
            self.prefix();
            self.digits(self.base);
        }
        if self.byte() == b'.' {
            token = Token::Float;
            if matches!(self.base, Base::Octal | Base::Binary) {
                let message = format!("invalid radix point in {}", self.base.name());
                self.error(self.at, message);
            }
            self.at += 1;
            self.digits(self.base);
        }
        if !self.seen.digit {
            let message = format!("{} has no digits", self.base.name());
            self.error(self.at, message);
        }
        token = self.exponent(token);
        if self.byte() == b'i' {
            token = Token::Imaginary;
            self.at += 1;
        }
        if token == Token::Int
            && let Some(at) = self.seen.bad_digit
        {
            let message = format!(
                "invalid digit '{}' in {}",
                char::from(self.lexer.src[at]),
                self.base.name()
            );
            self.error(at, message);
        }
        if self.seen.separator
            && let Some(offset) = bad_separator(&self.lexer.src[start..self.at])
        {
            self.error(start + offset, "'_' must separate successive digits");
        }
        token
    }

    fn prefix(&mut self) {
        if self.byte() != b'0' {
            return;
        }
        self.at += 1;
        self.base = match self.byte() | 0x20 {
            b'x' => Base::Hexadecimal,
            b'o' => Base::Octal,
            b'b' => Base::Binary,
            _ => {
                self.base = Base::LeadingZero;
                self.seen.digit = true;
                return;
            }
        };
        self.at += 1;
    }

    fn digits(&mut self, base: Base) {
        loop {
            let byte = self.byte();
            let is_digit = match base {
                Base::Hexadecimal => byte.is_ascii_hexdigit(),
                _ => byte.is_ascii_digit(),
            };
            if byte == b'_' {
                self.seen.separator = true;
            } else if is_digit {
                self.seen.digit = true;
                let is_bad = base != Base::Hexadecimal && byte >= base.first_bad_digit();
                if is_bad && self.seen.bad_digit.is_none() {
                    self.seen.bad_digit = Some(self.at);
                }
            } else {
                return;
            }
            self.at += 1;
        }
    }

    fn exponent(&mut self, token: Token) -> Token {
        let letter = self.byte() | 0x20;
        if letter != b'e' && letter != b'p' {
            if self.base == Base::Hexadecimal && token == Token::Float {
                self.error(self.at, "hexadecimal mantissa requires a 'p' exponent");
            }
            return token;
        }
        let is_decimal = matches!(self.base, Base::Decimal | Base::LeadingZero);
        if letter == b'e' && !is_decimal {
            self.error(self.at, "'e' exponent requires decimal mantissa");
        } else if letter == b'p' && self.base != Base::Hexadecimal {
            self.error(self.at, "'p' exponent requires hexadecimal mantissa");
        }
        self.at += 1;
        if matches!(self.byte(), b'+' | b'-') {
            self.at += 1;
        }
        let had_digit = std::mem::take(&mut self.seen.digit);
        self.digits(Base::Decimal);
        if !self.seen.digit {
            self.error(self.at, "exponent has no digits");
        }
        self.seen.digit |= had_digit;
        Token::Float
    }
}

/// Offset of the first `_` that does not stand between digits.
fn bad_separator(text: &[u8]) -> Option<usize> {
    let has_prefix = text[0] == b'0'
        && text
            .get(1)
            .is_some_and(|byte| matches!(byte | 0x20, b'x' | b'o' | b'b'));
    let is_hex = has_prefix && text[1] | 0x20 == b'x';
    // A prefix counts as a digit.
    let mut previous = if has_prefix { b'0' } else { b'.' };
    for (at, &byte) in text.iter().enumerate().skip(if has_prefix { 2 } else { 0 }) {
        let is_digit = byte.is_ascii_digit() || is_hex && byte.is_ascii_hexdigit();
        let kind = match byte {
            b'_' => b'_',
            _ if is_digit => b'0',
            _ => b'.',
        };
        if kind == b'_' && previous != b'0' {
            return Some(at);
        }
        if kind == b'.' && previous == b'_' {
            return Some(at - 1);
        }
        previous = kind;
    }
    (previous == b'_').then(|| text.len() - 1)
}

#[cfg(test)]
mod tests {
    use contend_base::NameCache;

    use super::*;

    fn scan_text(text: &str) -> (Token, usize, Option<String>) {
        let mut lexer = Lexer::new(text.as_bytes(), Vec::new(), NameCache::take());
        let (token, len) = scan(&mut lexer);
        let error = lexer.errors.finish().into_iter().next();
        (
            token,
            len,
            error.map(|it| format!("{}: {}", it.span.start, it.message)),
        )
    }

    #[test]
    fn valid_numbers() {
        for (text, token) in [
            ("0", Token::Int),
            ("42", Token::Int),
            ("0755", Token::Int),
            ("0o7_5", Token::Int),
            ("0b_1", Token::Int),
            ("0xBad_Face", Token::Int),
            ("1_000", Token::Int),
            ("1.", Token::Float),
            (".5e-3", Token::Float),
            ("089.5", Token::Float),
            ("0x1p-2", Token::Float),
            ("1e9", Token::Float),
            ("0x.8p0", Token::Float),
            ("08i", Token::Imaginary),
            ("1e3i", Token::Imaginary),
        ] {
            assert_eq!(scan_text(text), (token, text.len(), None), "{text}");
        }
    }

    #[test]
    fn broken_numbers_are_still_one_token() {
        for (text, error) in [
            ("08", "1: invalid digit '8' in octal literal"),
            ("0b12", "3: invalid digit '2' in binary literal"),
            ("0x", "2: hexadecimal literal has no digits"),
            ("1e", "2: exponent has no digits"),
            ("0x1.8", "5: hexadecimal mantissa requires a 'p' exponent"),
            ("1p3", "1: 'p' exponent requires hexadecimal mantissa"),
            ("0b1.0", "3: invalid radix point in binary literal"),
            ("1__0", "2: '_' must separate successive digits"),
            ("1_", "1: '_' must separate successive digits"),
        ] {
            let (_, len, found) = scan_text(text);
            assert_eq!((len, found.as_deref()), (text.len(), Some(error)), "{text}");
        }
    }
}
