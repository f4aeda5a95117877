//! Labels of goroutines: `tenant: acme, path: "/a b"` in the header of a dump (Go 1.26 and newer),
//! `{"tenant":"acme", "path":"/a b"}` in a profile as text.

/// The keys and values of what stands between the braces, with or without them. Texts that cannot
/// be told apart end the list.
pub fn labels(text: &[u8]) -> Vec<(String, String)> {
    let mut rest = text.trim_ascii();
    if let [b'{', inner @ .., b'}'] = rest {
        rest = inner;
    }
    let mut all = Vec::new();
    while !rest.is_empty() {
        let Some(pair) = pair(&mut rest) else { break };
        all.push(pair);
    }
    all
}

fn pair(rest: &mut &[u8]) -> Option<(String, String)> {
    let key = part(rest, b':');
    *rest = rest.strip_prefix(b":")?.trim_ascii_start();
    let value = part(rest, b',');
    *rest = match rest {
        [] => &[],
        [b',', rest @ ..] => rest.trim_ascii_start(),
        _ => return None,
    };
    Some((key, value))
}

/// A quoted text, or everything in front of `end`.
fn part(rest: &mut &[u8], end: u8) -> String {
    if rest.first() == Some(&b'"')
        && let Some((text, length)) = quoted(rest)
    {
        *rest = &rest[length..];
        return text;
    }
    let length = memchr::memchr(end, rest).unwrap_or(rest.len());
    let text = String::from_utf8_lossy(&rest[..length]).into_owned();
    *rest = &rest[length..];
    text
}

/// A text that Go quoted, and its length with the quotes; `None` if it does not end.
fn quoted(text: &[u8]) -> Option<(String, usize)> {
    let mut out = Vec::new();
    let mut at = 1;
    loop {
        match *text.get(at)? {
            b'"' => return Some((String::from_utf8_lossy(&out).into_owned(), at + 1)),
            b'\\' => at += escape(&text[at..], &mut out)?,
            other => {
                out.push(other);
                at += 1;
            }
        }
    }
}

/// Decodes the escape at the start of `text`; gives its length.
fn escape(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let kind = *text.get(1)?;
    let digits = match kind {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => {
            out.push(match kind {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'a' => 7,
                b'b' => 8,
                b'f' => 12,
                b'v' => 11,
                other => other,
            });
            return Some(2);
        }
    };
    let number = std::str::from_utf8(text.get(2..2 + digits)?).ok()?;
    let number = u32::from_str_radix(number, 16).ok()?;
    match u8::try_from(number) {
        Ok(byte) if kind == b'x' => out.push(byte),
        _ => {
            let c = char::from_u32(number).unwrap_or('\u{fffd}');
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    Some(2 + digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &[(&str, &str)]) {
        let found = labels(text.as_bytes());
        let found: Vec<_> = found.iter().map(|(k, v)| (&k[..], &v[..])).collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn both_ways_of_writing_labels_are_read() {
        check("", &[]);
        check("tenant: acme", &[("tenant", "acme")]);
        check(
            r#"tenant: acme, "a b": "x, \"y\" \x41\u00e9""#,
            &[("tenant", "acme"), ("a b", "x, \"y\" Aé")],
        );
        check(
            r#"{"path":"/a b", "tenant":"acme"}"#,
            &[("path", "/a b"), ("tenant", "acme")],
        );
        check("empty: , other: 1", &[("empty", ""), ("other", "1")]);
    }

    #[test]
    fn broken_labels_end_the_list() {
        check("a: b, nonsense", &[("a", "b")]);
        check(r#""a": "b"#, &[("a", "\"b")]);
        check(r#"a: "b" c"#, &[]);
    }
}
