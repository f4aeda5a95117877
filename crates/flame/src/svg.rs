//! A still picture, for documents and tickets. What is narrower than a tenth of a pixel is left
//! out, and the picture says how much.

use std::fmt::Write as _;

use crate::layout::{Layout, Slab};
use crate::origin::Origin;
use crate::stacks::{Palette, Stacks};
use contend_page::escape;

const WIDTH: f64 = 1200.0;
const ROW: f64 = 17.0;
const HEAD: f64 = 34.0;
/// Of a letter, at the size that the rows have.
const LETTER: f64 = 7.0;
const NARROWEST: f64 = 0.1;

/// The picture: the root at the bottom, a tooltip for each frame.
pub fn write(stacks: &Stacks) -> String {
    let layout = Layout::of(stacks);
    let root = layout.slabs[0];
    let scale = WIDTH / root.width.max(1) as f64;
    let wide = |it: &Slab| NARROWEST <= it.width as f64 * scale;
    let seen = layout.slabs.iter().filter(|it| wide(it));
    let depth = seen.clone().map(|it| it.depth).max().unwrap_or(0) + 1;
    let left_out = layout.slabs.len() - seen.clone().count();
    let height = HEAD + f64::from(depth) * ROW + 4.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" font-family=\"monospace\" font-size=\"11.5\">\n<title>"
    );
    escape(&stacks.title, &mut out);
    out.push_str("</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    out.push_str("<text x=\"6\" y=\"16\" font-size=\"14\">");
    escape(&stacks.title, &mut out);
    let _ = write!(out, "</text>\n<text x=\"6\" y=\"30\" fill=\"#5c6370\">");
    let mut about = format!("{} {}", root.total[0], stacks.unit);
    if left_out != 0 {
        let _ = write!(about, "; {left_out} frames too narrow to draw");
    }
    escape(&about, &mut out);
    out.push_str("</text>\n");
    for slab in seen {
        let y = HEAD + f64::from(depth - 1 - slab.depth) * ROW;
        draw(stacks, &root, slab, scale, y, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

fn draw(stacks: &Stacks, root: &Slab, slab: &Slab, scale: f64, y: f64, out: &mut String) {
    let name = match stacks.name(stacks.nodes()[slab.node.index()].frame) {
        "" => "all",
        name => name,
    };
    let (x, width) = (slab.start as f64 * scale, slab.width as f64 * scale);
    let share = |side: usize| 100.0 * slab.total[side] as f64 / root.total[side].max(1) as f64;
    out.push_str("<g><title>");
    escape(name, out);
    let _ = write!(
        out,
        ": {} {}, {:.2} %",
        slab.total[0],
        stacks.unit,
        share(0)
    );
    if stacks.compared {
        let _ = write!(out, "; before {}, {:.2} %", slab.total[1], share(1));
    }
    let color = if stacks.compared {
        difference(share(0), share(1))
    } else if slab.depth == 0 {
        "#d9dce1".to_owned()
    } else {
        color(stacks.palette, name).to_owned()
    };
    let _ = write!(
        out,
        "</title><rect x=\"{x:.2}\" y=\"{y}\" width=\"{:.2}\" height=\"{}\" fill=\"{color}\"/>",
        (width - 0.3).max(NARROWEST),
        ROW - 1.0
    );
    let room = ((width - 6.0) / LETTER) as usize;
    if 3 <= room {
        let _ = write!(out, "<text x=\"{:.2}\" y=\"{}\">", x + 3.0, y + 12.0);
        escape(&shortened(name, room), out);
        out.push_str("</text>");
    }
    out.push_str("</g>\n");
}

fn shortened(name: &str, room: usize) -> String {
    if name.chars().count() <= room {
        return name.to_owned();
    }
    let start: String = name.chars().take(room - 1).collect();
    start + "\u{2026}"
}

/// The hues of the page, in a notation that every viewer knows.
fn color(palette: Palette, name: &str) -> &'static str {
    let [busy, waiting] = match Origin::of(name) {
        Origin::Program => ["#f3b37a", "#8cc3ea"],
        Origin::Standard => ["#f0dc82", "#8fd8d2"],
        Origin::Runtime => ["#ec9a8a", "#a3b1e6"],
        Origin::Kernel => ["#c5b3e6", "#c5b3e6"],
        Origin::Native => ["#e3a9bd", "#d9b6dd"],
        Origin::State => ["#a8dcb8", "#a8dcb8"],
    };
    match palette {
        Palette::Busy => busy,
        Palette::Waiting => waiting,
    }
}

/// Red for what grew, blue for what shrank, the stronger the more of itself.
fn difference(now: f64, before: f64) -> String {
    let part = (now - before) / now.max(before).max(f64::MIN_POSITIVE);
    let pale = 232.0 - 110.0 * part.abs();
    if 0.0 < part {
        format!("rgb(240,{pale:.0},{pale:.0})")
    } else {
        format!("rgb({pale:.0},{pale:.0},240)")
    }
}
