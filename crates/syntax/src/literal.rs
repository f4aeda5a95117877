//! The values of string and rune literals.

use std::borrow::Cow;

/// The value of a string literal, quotes included in `text`; Go strings may hold any bytes.
///
/// `None` where the literal is broken.
pub fn unquote(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    match text {
        [b'`', inner @ .., b'`'] => Some(raw(inner)),
        [b'"', inner @ .., b'"'] => unescape(inner),
        _ => None,
    }
}

/// The value of a rune literal, quotes included in `text`; `None` where the literal is broken.
pub fn rune_value(text: &[u8]) -> Option<u32> {
    let [b'\'', inner @ .., b'\''] = text else {
        return None;
    };
    let (value, rest) = if let [b'\\', rest @ ..] = inner {
        let (escape, rest) = read_escape(rest, b'\'')?;
        match escape {
            Escape::Byte(byte) => (u32::from(byte), rest),
            Escape::Char(c) => (c as u32, rest),
        }
    } else {
        let (c, len) = crate::lexer::decode(inner)?;
        (c as u32, &inner[len..])
    };
    rest.is_empty().then_some(value)
}

/// Carriage returns are not part of raw strings.
fn raw(inner: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\r', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(
        inner
            .iter()
            .copied()
            .filter(|&byte| byte != b'\r')
            .collect(),
    )
}

fn unescape(inner: &[u8]) -> Option<Cow<'_, [u8]>> {
    if memchr::memchr3(b'\\', b'"', b'\n', inner).is_none() {
        return Some(Cow::Borrowed(inner));
    }
    let mut value = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'"' | b'\n' => return None,
            b'\\' => {
                let (escape, behind) = read_escape(rest, b'"')?;
                rest = behind;
                match escape {
                    Escape::Byte(byte) => value.push(byte),
                    Escape::Char(c) => {
                        value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
            }
            _ => value.push(byte),
        }
    }
    Some(Cow::Owned(value))
}

enum Escape {
    Byte(u8),
    Char(char),
}

/// Reads what stands behind a backslash; gives its value and the text behind it.
fn read_escape(text: &[u8], quote: u8) -> Option<(Escape, &[u8])> {
    let (&first, rest) = text.split_first()?;
    let byte = match first {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        _ if first == quote => quote,
        b'0'..=b'7' => {
            let (value, rest) = read_digits(text, 3, 8)?;
            return Some((Escape::Byte(u8::try_from(value).ok()?), rest));
        }
        b'x' => {
            let (value, rest) = read_digits(rest, 2, 16)?;
            return Some((Escape::Byte(u8::try_from(value).ok()?), rest));
        }
        b'u' | b'U' => {
            let (value, rest) = read_digits(rest, if first == b'u' { 4 } else { 8 }, 16)?;
            return Some((Escape::Char(char::from_u32(value)?), rest));
        }
        _ => return None,
    };
    Some((Escape::Byte(byte), rest))
}

fn read_digits(text: &[u8], n_digits: usize, base: u32) -> Option<(u32, &[u8])> {
    let digits = text.get(..n_digits)?;
    let mut value: u32 = 0;
    for &digit in digits {
        value = value
            .checked_mul(base)?
            .checked_add(char::from(digit).to_digit(base)?)?;
    }
    Some((value, &text[n_digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_have_their_values() {
        for (text, value) in [
            (&br#""plain""#[..], &b"plain"[..]),
            (br#""a\tb\x41\101\\\"""#, b"a\tbAA\\\""),
            (br#""\xff\377""#, b"\xff\xff"),
            (br#""\u4e16\U0001F600""#, "世😀".as_bytes()),
            (b"`a\\n\r\n`", b"a\\n\n"),
            (b"\"\xff\"", b"\xff"),
        ] {
            assert_eq!(unquote(text).as_deref(), Some(value));
        }
        for text in [
            &br#""\q""#[..],
            br#""\400""#,
            br#""\ud800""#,
            b"\"",
            b"a",
            br#""a"b""#,
        ] {
            assert_eq!(unquote(text), None);
        }
    }

    #[test]
    fn runes_have_their_values() {
        assert_eq!(rune_value(b"'a'"), Some(97));
        assert_eq!(rune_value("'世'".as_bytes()), Some(0x4e16));
        assert_eq!(rune_value(br"'\''"), Some(39));
        assert_eq!(rune_value(br"'\U0010ffff'"), Some(0x10_ffff));
        assert_eq!(rune_value(br"'\xff'"), Some(255));
        for text in [&b"'ab'"[..], b"''", br#"'\"'"#, b"'"] {
            assert_eq!(rune_value(text), None);
        }
    }
}
