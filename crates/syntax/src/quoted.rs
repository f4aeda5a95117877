//! String and rune literals: where they end, and what is wrong with their escapes.

use memchr::{memchr, memchr3};

use crate::lexer::{Lexer, decode};

/// The length of the string literal at the current offset.
pub(crate) fn string(lexer: &mut Lexer<'_>) -> usize {
    let start = lexer.at;
    let mut at = start + 1;
    loop {
        let rest = &lexer.src[at..];
        at += memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
        match lexer.src.get(at) {
            Some(b'"') => {
                at += 1;
                break;
            }
            Some(b'\\') => at = escape(lexer, at, b'"').0,
            _ => {
                lexer.error(start, "string literal not terminated");
                break;
            }
        }
    }
    lexer.check_text(start, at);
    at - start
}

/// The length of the raw string literal at the current offset.
pub(crate) fn raw_string(lexer: &mut Lexer<'_>) -> usize {
    let start = lexer.at;
    let rest = &lexer.src[start + 1..];
    let len = if let Some(at) = memchr(b'`', rest) {
        at + 2
    } else {
        lexer.error(start, "raw string literal not terminated");
        rest.len() + 1
    };
    lexer.check_text(start, start + len);
    len
}

/// The length of the rune literal at the current offset.
pub(crate) fn rune(lexer: &mut Lexer<'_>) -> usize {
    let start = lexer.at;
    let mut at = start + 1;
    let mut n_chars = 0;
    let mut is_valid = true;
    loop {
        match lexer.src.get(at) {
            None | Some(b'\n') => {
                if is_valid {
                    lexer.error(start, "rune literal not terminated");
                }
                is_valid = false;
                break;
            }
            Some(b'\'') => {
                at += 1;
                break;
            }
            Some(b'\\') => {
                let (end, is_good) = escape(lexer, at, b'\'');
                at = end;
                is_valid &= is_good;
            }
            Some(_) => at += decode(&lexer.src[at..]).map_or(1, |(_, len)| len),
        }
        n_chars += 1;
    }
    if is_valid && n_chars != 1 {
        lexer.error(start, "illegal rune literal");
    }
    lexer.check_text(start, at);
    at - start
}

/// Reads the escape sequence whose backslash is at `at`; gives where it ends and if it is valid.
///
/// A broken one ends before the byte that breaks it, which may be the closing quote.
fn escape(lexer: &mut Lexer<'_>, at: usize, quote: u8) -> (usize, bool) {
    let first = at + 1;
    let byte = lexer.src.get(first).copied();
    let (digits, n_digits, base, max) = match byte {
        Some(b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\') => return (first + 1, true),
        Some(byte) if byte == quote => return (first + 1, true),
        Some(b'0'..=b'7') => (first, 3, 8, 255),
        Some(b'x') => (first + 1, 2, 16, 255),
        Some(b'u') => (first + 1, 4, 16, char::MAX as u32),
        Some(b'U') => (first + 1, 8, 16, char::MAX as u32),
        _ => {
            let is_end = byte.is_none();
            let message = if is_end {
                "escape sequence not terminated"
            } else {
                "unknown escape sequence"
            };
            lexer.error(first, message);
            return (first, false);
        }
    };
    let mut value: u32 = 0;
    for at in digits..digits + n_digits {
        let digit = lexer
            .src
            .get(at)
            .and_then(|&byte| char::from(byte).to_digit(base));
        let Some(digit) = digit else {
            lexer.error(at, "illegal character in escape sequence");
            return (at, false);
        };
        value = value.wrapping_mul(base).wrapping_add(digit);
    }
    let end = digits + n_digits;
    if value > max || (0xD800..0xE000).contains(&value) {
        lexer.error(first, "escape sequence is invalid Unicode code point");
        return (end, false);
    }
    (end, true)
}

#[cfg(test)]
mod tests {
    use contend_base::NameCache;

    use super::*;

    fn scan_text(text: &[u8]) -> (usize, Option<String>) {
        let mut lexer = Lexer::new(text, Vec::new(), NameCache::take());
        let len = match text[0] {
            b'"' => string(&mut lexer),
            b'`' => raw_string(&mut lexer),
            _ => rune(&mut lexer),
        };
        let error = lexer.errors.finish().into_iter().next();
        (
            len,
            error.map(|it| format!("{}: {}", it.span.start, it.message)),
        )
    }

    #[test]
    fn valid_literals_end_at_their_quote() {
        for text in [
            &b"\"a\\\"b\\\\\"x"[..],
            b"`a\\`x",
            b"'\\''x",
            b"'\\377'x",
            "'世'x".as_bytes(),
            b"\"\\U0010FFFF\\xff\"x",
        ] {
            assert_eq!(scan_text(text), (text.len() - 1, None));
        }
    }

    #[test]
    fn broken_literals_are_reported() {
        for (text, len, error) in [
            ("\"ab\nc", 3, "0: string literal not terminated"),
            ("`ab\nc", 5, "0: raw string literal not terminated"),
            ("'ab'", 4, "0: illegal rune literal"),
            ("''", 2, "0: illegal rune literal"),
            ("'a\n", 2, "0: rune literal not terminated"),
            ("\"\\q\"", 4, "2: unknown escape sequence"),
            ("\"\\x1\"", 5, "4: illegal character in escape sequence"),
            (
                "\"\\uD800\"",
                8,
                "2: escape sequence is invalid Unicode code point",
            ),
            ("\"\\", 2, "2: escape sequence not terminated"),
        ] {
            assert_eq!(
                scan_text(text.as_bytes()),
                (len, Some(error.to_owned())),
                "{text}"
            );
        }
        assert_eq!(
            scan_text(b"\"\xff\"").1.as_deref(),
            Some("1: illegal UTF-8 encoding")
        );
    }
}
