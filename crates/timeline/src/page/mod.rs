//! The page: a head that knows all rows, then the blocks.

use std::io::{self, Read, Write};

use contend_gotrace::NONE;
use contend_page::{base64, escape, pack, put, put_text};
use contend_sched::trace::{Activity, Lanes, Place};
use serde::Serialize;

use crate::grid::{Class, GRAINS, UNIT_NANOS, class};
use crate::rows::{Row, Rows, Total};
use crate::tree::{Blocks, Holds};

const PAGE: &str = include_str!("viewer.html");
const STYLE: &str = include_str!("viewer.css");
const SCRIPTS: [&str; 3] = [
    include_str!("data.js"),
    include_str!("draw.js"),
    include_str!("viewer.js"),
];

/// Something that the page says above the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Headline {
    /// One line.
    pub text: String,
    /// Lines that follow from it.
    pub details: Vec<String>,
}

/// A page that lacks only the blocks of its spool.
#[derive(Debug)]
pub struct Finished {
    head: String,
    tail: String,
    /// How many stretches it shows.
    pub n_stretches: u64,
    /// How many rows.
    pub n_rows: usize,
}

impl Finished {
    /// Writes the page. `spool` is what [`crate::Timeline`] wrote, from its beginning.
    pub fn write(&self, spool: &mut dyn Read, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.head.as_bytes())?;
        io::copy(spool, out)?;
        out.write_all(self.tail.as_bytes())
    }
}

/// What the script must know before it sees a block.
#[derive(Serialize)]
struct About<'a> {
    title: &'a str,
    unit_nanos: i64,
    grains: i64,
    length: i64,
    stretches: u64,
    headlines: &'a [Headline],
    names: &'a [String],
    places: Vec<PlaceRecord<'a>>,
    activities: Vec<ActivityRecord<'a>>,
}

#[derive(Serialize)]
struct PlaceRecord<'a> {
    function: &'a str,
    file: &'a str,
    line: u64,
}

#[derive(Serialize)]
struct ActivityRecord<'a> {
    class: u8,
    words: &'a str,
    place: Option<PlaceRecord<'a>>,
    count: u64,
    units: i64,
    /// Length, start and row of the longest, the longest first.
    longest: Vec<(i64, i64, u32)>,
}

pub(crate) fn finished(
    rows: &Rows,
    blocks: &Blocks,
    lanes: &Lanes,
    title: &str,
    headlines: &[Headline],
) -> Finished {
    let nothing = Total::default();
    let about = About {
        title,
        unit_nanos: UNIT_NANOS,
        grains: GRAINS,
        length: blocks.length,
        stretches: blocks.n_pieces,
        headlines,
        names: &rows.names,
        places: lanes.places().iter().map(place).collect(),
        activities: lanes
            .activities()
            .iter()
            .enumerate()
            .map(|(at, it)| activity(it, rows.totals.get(at).unwrap_or(&nothing)))
            .collect(),
    };
    let packed = pack(&table(&about, rows, blocks));
    let mut page = String::with_capacity(packed.len() * 4 / 3 + blocks.coarse.len() + 64 * 1024);
    let mut at_blocks = 0;
    contend_page::fill(PAGE, &mut page, |hole, page| match hole {
        "title" => escape(title, page),
        "head" => contend_page::head(title, STYLE, page),
        "script" => SCRIPTS.iter().for_each(|script| page.push_str(script)),
        "table" => base64(&packed, page),
        "blocks" => {
            page.push_str(&blocks.coarse);
            at_blocks = page.len();
        }
        _ => unreachable!("the page has no other holes"),
    });
    let tail = page.split_off(at_blocks);
    Finished {
        head: page,
        tail,
        n_stretches: blocks.n_pieces,
        n_rows: rows.all.len(),
    }
}

/// As the script's `unpack` reads it.
fn table(about: &About<'_>, rows: &Rows, blocks: &Blocks) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.all.len() * 24);
    let about = serde_json::to_string(about).expect("texts and numbers always serialize");
    put_text(&mut out, &about);
    put(&mut out, rows.all.len() as u64);
    for row in &rows.all {
        put_row(&mut out, row);
    }
    put(&mut out, blocks.written.len() as u64);
    for block in &blocks.written {
        put(&mut out, block.level as u64);
        put(&mut out, block.index as u64);
        put(
            &mut out,
            match block.holds {
                Holds::Some => 0,
                Holds::All => 1,
                Holds::Sums => 2,
            },
        );
    }
    out
}

fn put_row(out: &mut Vec<u8>, row: &Row) {
    let (kind, id) = row.kind.parts();
    put(out, u64::from(kind));
    put(out, id.max(NONE) as u64);
    // A goroutine that only woke others was never seen itself.
    let start = row.start.min(row.end);
    put(out, start as u64);
    put(out, (row.end - start) as u64);
    put(out, u64::from(row.function));
    put(out, row.creator.map_or(0, |it| u64::from(it) + 1));
    let of = |class: Class| row.by_class[class as usize];
    let known = [Class::Running, Class::Runnable, Class::Syscall, Class::Lock];
    let all: i64 = row.by_class.iter().sum();
    let rest = all - known.map(of).iter().sum::<i64>();
    for units in known.map(of) {
        put(out, units as u64);
    }
    put(out, rest as u64);
}

fn activity<'a>(activity: &'a Activity, total: &Total) -> ActivityRecord<'a> {
    let (words, at) = match activity {
        Activity::Running => ("running", None),
        Activity::Runnable => ("runnable: waits for a processor", None),
        Activity::Syscall(at) => ("system call", Some(at)),
        Activity::Waiting(kind, at) => (kind.words(), Some(at)),
        Activity::Marking => ("the collector marks", None),
        Activity::Stopped(reason) => (reason.as_str(), None),
    };
    let mut longest: Vec<(i64, i64, u32)> = total.longest.iter().map(|it| it.0).collect();
    longest.sort_unstable_by(|a, b| b.cmp(a));
    ActivityRecord {
        class: class(activity) as u8,
        words,
        place: at.map(place),
        count: total.count,
        units: total.units,
        longest,
    }
}

fn place(place: &Place) -> PlaceRecord<'_> {
    PlaceRecord {
        function: &place.function,
        file: &place.file,
        line: place.line,
    }
}
