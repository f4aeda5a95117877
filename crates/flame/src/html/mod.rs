//! One HTML file that needs nothing else: search, zoom, keyboard, both directions, light and dark.
//!
//! All stacks are in it. They travel as a packed table that the browser unpacks, and what is too
//! narrow to be seen is left out when drawing, not when writing.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde::Serialize;

use crate::layout::Layout;
use crate::origin::Origin;
use crate::stacks::{Palette, Stacks};

const PAGE: &str = include_str!("viewer.html");
const STYLE: &str = include_str!("viewer.css");
const SCRIPT: &str = include_str!("viewer.js");

/// What the script must know beside the table.
#[derive(Serialize)]
struct About<'a> {
    title: &'a str,
    unit: &'a str,
    waiting: bool,
    compared: bool,
}

/// The page.
pub fn write(stacks: &Stacks) -> String {
    let packed = pack(&table(stacks));
    let mut page = String::with_capacity(packed.len() * 4 / 3 + 64 * 1024);
    // Nothing that is filled in is searched again: a title may hold anything.
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let (hole, after) = after
            .split_once("}}")
            .expect("holes of the page are closed");
        match hole {
            "title" => escape(&stacks.title, &mut page),
            "style" => page.push_str(STYLE),
            "script" => page.push_str(SCRIPT),
            "table" => base64(&packed, &mut page),
            _ => unreachable!("the page has no other holes"),
        }
        rest = after;
    }
    page.push_str(rest);
    page
}

/// Texts and nodes, as the script's `unpack` reads them: every text with its length in front, every
/// number a varint.
fn table(stacks: &Stacks) -> Vec<u8> {
    let layout = Layout::of(stacks);
    let mut out = Vec::with_capacity(layout.slabs.len() * 6);
    let about = About {
        title: &stacks.title,
        unit: &stacks.unit,
        waiting: stacks.palette == Palette::Waiting,
        compared: stacks.compared,
    };
    let about = serde_json::to_string(&about).expect("texts and switches always serialize");
    put_text(&mut out, &about);
    put(&mut out, stacks.frames().len() as u64);
    for name in stacks.frames() {
        put(&mut out, Origin::of(name) as u64);
        put_text(&mut out, name);
    }
    put(&mut out, layout.slabs.len() as u64);
    let mut next_depth = 0;
    for slab in &layout.slabs {
        let node = stacks.nodes()[slab.node.index()];
        // How many levels it goes up from being the child of the node before.
        put(&mut out, u64::from(next_depth - slab.depth));
        put(&mut out, node.frame.index() as u64);
        put(&mut out, node.own[0]);
        if stacks.compared {
            put(&mut out, node.own[1]);
        }
        next_depth = slab.depth + 1;
    }
    out
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("writing into a vector does not fail")
}

fn base64(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
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
pub(crate) fn escape(text: &str, out: &mut String) {
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
    use crate::stacks::Side;

    #[test]
    fn digits_of_each_length() {
        for (bytes, text) in [("", ""), ("M", "TQ=="), ("Ma", "TWE="), ("Man", "TWFu")] {
            let mut out = String::new();
            base64(bytes.as_bytes(), &mut out);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn names_cannot_end_the_script() {
        let mut stacks = Stacks::new("{{script}}</title><script>alert(1)</script>", "samples");
        stacks.add(["</script><script>alert(2)</script>"], 1, Side::Now);
        let page = write(&stacks);
        assert_eq!(page.matches("</script>").count(), 2);
        assert!(page.contains("<title>{{script}}&lt;/title&gt;&lt;script&gt;"));
        assert!(!page.contains("alert(2)"));
    }
}
