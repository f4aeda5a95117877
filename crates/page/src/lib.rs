//! What goes into an HTML file that needs nothing else: holes that are filled, tables that the
//! browser unpacks, text that cannot end its element.
//!
//! It knows nothing of what the pages show.
//!
//! ```
//! let mut page = String::new();
//! contend_page::fill("<title>{{title}}</title>", &mut page, |hole, page| {
//!     assert_eq!(hole, "title");
//!     contend_page::escape("a < b", page);
//! });
//! assert_eq!(page, "<title>a &lt; b</title>");
//! ```

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Writes `template`, with what `put` writes in the place of each `{{hole}}`.
///
/// Nothing that is filled in is searched again: a title may hold anything. A hole that is not
/// closed is text.
pub fn fill(template: &str, page: &mut String, mut put: impl FnMut(&str, &mut String)) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{")
        && let Some((hole, after)) = after.split_once("}}")
    {
        page.push_str(before);
        put(hole, page);
        rest = after;
    }
    page.push_str(rest);
}

const HEAD: &str = include_str!("head.html");

/// Writes what stands before `<body>`: the title, the style, and the rule that nothing is fetched.
pub fn head(title: &str, style: &str, page: &mut String) {
    fill(HEAD, page, |hole, page| match hole {
        "title" => escape(title, page),
        "style" => page.push_str(style),
        _ => unreachable!("the head has no other holes"),
    });
}

/// A number in seven bits a byte, the low ones first; a set high bit says that more follow.
pub fn put(out: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Text with its length in bytes in front.
pub fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Bytes as a browser's `DecompressionStream('deflate')` takes them.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("writing into a vector does not fail")
}

/// Bytes as a browser's `atob` takes them.
pub fn base64(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.reserve(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |n: usize| u32::from(group.get(n).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for n in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= group.len() { digit as char } else { '=' });
        }
    }
}

/// Text between tags or in quoted attributes.
pub fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Characters that no XML document may hold.
            '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {
                out.push('\u{fffd}');
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_each_length() {
        for (bytes, text) in [("", ""), ("M", "TQ=="), ("Ma", "TWE="), ("Man", "TWFu")] {
            let mut out = String::new();
            base64(bytes.as_bytes(), &mut out);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn what_is_filled_in_is_not_searched() {
        let mut page = String::new();
        fill("{{a}} and {{b}} {{", &mut page, |hole, page| match hole {
            "a" => page.push_str("{{b}}"),
            _ => page.push('2'),
        });
        assert_eq!(page, "{{b}} and 2 {{");
    }

    #[test]
    fn numbers_by_sevens() {
        let mut out = Vec::new();
        put(&mut out, 5);
        put(&mut out, 300);
        assert_eq!(out, [5, 0xac, 2]);
    }
}
