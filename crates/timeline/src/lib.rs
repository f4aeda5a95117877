//! A run over time as one HTML file that stays usable with tens of millions of events.
//!
//! Every stretch of the run is in the file. It is cut into blocks, each packed on its own, on
//! levels of detail: a block of a level covers four times the time of one below and holds the
//! stretches that can be seen at that scale, and for shorter ones how much of each small step of
//! time they took. The browser unpacks the few blocks of the window that it shows. Where little
//! happens, a block holds everything below it, and there are no finer ones.
//!
//! The crate does no IO: blocks go to a writer while the trace is read, so that memory is bounded
//! by what is visible at once, and are copied behind the head of the page when that is known.
//!
//! ```
//! use contend_timeline::{Headline, Timeline};
//!
//! let mut blocks = Vec::new();
//! let timeline = Timeline::new(&mut blocks);
//! let lanes = contend_sched::trace::Lanes::default();
//! let finished = timeline.finish(&lanes, "run.trace", &[]).expect("memory takes it");
//! let mut page = Vec::new();
//! finished.write(&mut &blocks[..], &mut page).expect("memory takes it");
//! assert!(page.starts_with(b"<!doctype html>"));
//! ```

mod block;
mod grid;
mod page;
mod rows;
mod tree;

use std::io::{self, Write};

use contend_gotrace::NONE;
use contend_sched::trace::{Activity, Lane, Lanes, Life, Stretch, Watcher};

use block::Piece;
use rows::{RowKind, Rows};
use tree::Tree;

pub use page::{Finished, Headline};

/// Collects the stretches of a run.
#[derive(Debug)]
pub struct Timeline<W> {
    tree: Tree<W>,
    rows: Rows,
    /// When the trace began.
    origin: Option<i64>,
    /// The first error of the writer.
    failed: Option<io::Error>,
}

impl<W: Write> Timeline<W> {
    /// The finest blocks go to `spool` as they are done.
    pub fn new(spool: W) -> Self {
        Self {
            tree: Tree::new(spool),
            rows: Rows::default(),
            origin: None,
            failed: None,
        }
    }

    /// What comes before the blocks of the spool. `lanes` is what made the stretches.
    pub fn finish(
        self,
        lanes: &Lanes,
        title: &str,
        headlines: &[Headline],
    ) -> io::Result<Finished> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let blocks = self.tree.finish()?;
        Ok(page::finished(&self.rows, &blocks, lanes, title, headlines))
    }

    fn add(&mut self, stretch: &Stretch, activity: &Activity) -> io::Result<()> {
        let origin = *self.origin.get_or_insert(stretch.start);
        let start = grid::units(stretch.start.saturating_sub(origin));
        let end = grid::units(stretch.end.saturating_sub(origin)).max(start);
        self.tree.advance(end)?;
        let row = self.rows.number(match stretch.lane {
            Lane::Collector => RowKind::Collector,
            Lane::World => RowKind::World,
            Lane::Goroutine(id) => RowKind::Goroutine(id),
        });
        self.rows.lived(row, start, end);
        let of = |rows: &mut Rows, id: i64, kind: fn(i64) -> RowKind| {
            (id != NONE).then(|| {
                let row = rows.number(kind(id));
                rows.lived(row, start, end);
                row
            })
        };
        let piece = Piece {
            start,
            end,
            activity: stretch.activity,
            thread: of(&mut self.rows, stretch.thread, RowKind::Thread),
            proc: of(&mut self.rows, stretch.proc, RowKind::Proc),
            by: (stretch.by != NONE).then(|| self.rows.number(RowKind::Goroutine(stretch.by))),
            by_place: stretch.by_place,
            open: stretch.open,
        };
        let class = grid::class(activity);
        self.rows.spent(row, &piece, class);
        self.tree.add(row, piece, class)
    }
}

impl<W: Write> Watcher for Timeline<W> {
    fn begin(&mut self, time: i64) {
        self.origin.get_or_insert(time);
    }

    fn stretch(&mut self, stretch: &Stretch, activity: &Activity) {
        if self.failed.is_none() {
            self.failed = self.add(stretch, activity).err();
        }
    }

    fn life(&mut self, life: &Life) {
        self.rows.tell(life);
    }
}
