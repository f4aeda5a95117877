//! One HTML file that needs nothing else: search, zoom, keyboard, both directions, light and dark.
//!
//! All stacks are in it. They travel as a packed table that the browser unpacks, and what is too
//! narrow to be seen is left out when drawing, not when writing.

use contend_page::{base64, escape, pack, put, put_text};
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
    contend_page::fill(PAGE, &mut page, |hole, page| match hole {
        "title" => escape(&stacks.title, page),
        "head" => contend_page::head(&stacks.title, STYLE, page),
        "script" => page.push_str(SCRIPT),
        "table" => base64(&packed, page),
        _ => unreachable!("the page has no other holes"),
    });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stacks::Side;

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
