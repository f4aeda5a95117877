//! Blocks of all levels, while the trace goes on.

use std::io::{self, Write};

use contend_page::{base64, pack};

use crate::block::{Part, Parts, Piece, Sum, encode, shares};
use crate::grid::{self, Class, GRAINS, N_CLASSES, N_LEVELS, block_length, grain, level_of};

/// Blocks with fewer stretches than this, together with all below, are not divided further.
const FEW: usize = 1 << 15;

/// A block with more is written in several parts, so that memory stays bounded.
const MANY: usize = 1 << 18;

/// A block that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) level: usize,
    pub(crate) index: i64,
    pub(crate) holds: Holds,
    /// Its number among the elements of the page.
    pub(crate) element: usize,
}

/// What a block holds. The script knows them by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Some of the stretches of its level; other blocks of the same place hold the others.
    Some,
    /// All that is shorter than a grain of the level above.
    All,
    /// The stretches of its level, and sums of what is shorter.
    Sums,
}

/// What comes of the blocks.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    pub(crate) written: Vec<Written>,
    /// The elements of blocks that are seen first: those with finer ones below.
    pub(crate) coarse: String,
    /// The end of the last stretch.
    pub(crate) length: i64,
    pub(crate) n_pieces: u64,
}

#[derive(Debug, Default)]
struct Open {
    index: i64,
    parts: Parts,
    n_pieces: usize,
    /// Blocks of the level below that hold all below them, and are not written yet.
    below: Vec<Whole>,
    /// Whether a block below has been written.
    divided: bool,
    /// Whether a part of this block has been written.
    begun: bool,
}

#[derive(Debug)]
struct Whole {
    index: i64,
    parts: Parts,
    n_pieces: usize,
}

/// Open blocks, one for each level.
#[derive(Debug)]
pub(crate) struct Tree<W> {
    spool: W,
    open: Vec<Open>,
    blocks: Blocks,
}

impl<W: Write> Tree<W> {
    pub(crate) fn new(spool: W) -> Self {
        Self {
            spool,
            open: (0..N_LEVELS).map(|_| Open::default()).collect(),
            blocks: Blocks::default(),
        }
    }

    /// It is `now`: closes the blocks that lie behind.
    pub(crate) fn advance(&mut self, now: i64) -> io::Result<()> {
        self.blocks.length = self.blocks.length.max(now);
        for level in 0..N_LEVELS {
            let index = now / block_length(level);
            if index <= self.open[level].index {
                break;
            }
            self.close(level)?;
            self.open[level].index = index;
        }
        Ok(())
    }

    /// A stretch of a row that has just ended.
    pub(crate) fn add(&mut self, row: u32, piece: Piece, class: Class) -> io::Result<()> {
        self.blocks.n_pieces += 1;
        let level = level_of(piece.end - piece.start);
        let open = &mut self.open[level];
        open.parts.entry(row).or_default().pieces.push(piece);
        open.n_pieces += 1;
        let is_many = MANY < open.n_pieces;
        for row in [Some(row), piece.thread, piece.proc].into_iter().flatten() {
            self.sum_up(level + 1, row, &piece, class);
        }
        if is_many {
            self.write_begun(level)
        } else {
            Ok(())
        }
    }

    /// Counts a stretch for the grains of a level on which it cannot be seen by itself.
    fn sum_up(&mut self, level: usize, row: u32, piece: &Piece, class: Class) {
        if N_LEVELS <= level {
            return;
        }
        let grain = grain(level);
        let mut start = piece.start;
        // What takes no time can be seen all the same.
        let last = piece.end.max(start + 1);
        while start < last {
            let end = last.min((start / grain + 1) * grain);
            let mut by_class = [0; N_CLASSES];
            by_class[class as usize] = u32::try_from(end - start).unwrap_or(u32::MAX);
            let sum = Sum {
                grain: start / grain,
                by_class,
            };
            add_sum(&mut self.open, level, row, &sum);
            start = end;
        }
    }

    /// The open block of a level is over; what becomes of it is left to the level above.
    fn close(&mut self, level: usize) -> io::Result<()> {
        self.settle(level);
        let open = std::mem::take(&mut self.open[level]);
        let n_below: usize = open.below.iter().map(|it| it.n_pieces).sum();
        let n_pieces = open.n_pieces + n_below;
        let mut parts = open.parts;
        let is_whole = !open.divided && (n_pieces <= FEW || open.below.is_empty());
        if !is_whole {
            for below in open.below {
                self.write(level - 1, below.index, &below.parts, Holds::All)?;
            }
            self.write(level, open.index, &parts, Holds::Sums)?;
            self.divide(level + 1);
            return Ok(());
        }
        for below in open.below {
            merge(&mut parts, below.parts);
        }
        if open.begun || level + 1 == N_LEVELS {
            self.write(level, open.index, &parts, Holds::All)?;
            self.divide(level + 1);
        } else if 0 < n_pieces {
            self.open[level + 1].below.push(Whole {
                index: open.index,
                parts,
                n_pieces,
            });
        }
        Ok(())
    }

    fn divide(&mut self, level: usize) {
        if let Some(above) = self.open.get_mut(level) {
            above.divided = true;
        }
    }

    /// Ends the grains that go on.
    #[expect(
        clippy::iter_over_hash_type,
        reason = "rows do not depend on each other, so any order gives the same"
    )]
    fn settle(&mut self, level: usize) {
        let mut ended: Vec<(u32, Sum)> = Vec::new();
        for (row, part) in &mut self.open[level].parts {
            if let Some(sum) = part.current.take() {
                part.sums.push((sum.grain, shares(&sum, grain(level))));
                ended.push((*row, sum));
            }
        }
        for (row, sum) in ended {
            pass_on(&mut self.open, level, row, &sum);
        }
    }

    /// Writes the stretches of a block that is still open.
    #[expect(
        clippy::iter_over_hash_type,
        reason = "rows do not depend on each other, so any order gives the same"
    )]
    fn write_begun(&mut self, level: usize) -> io::Result<()> {
        let open = &mut self.open[level];
        let mut parts = Parts::default();
        for (row, part) in &mut open.parts {
            let pieces = std::mem::take(&mut part.pieces);
            let part = Part {
                pieces,
                ..Part::default()
            };
            parts.insert(*row, part);
        }
        open.n_pieces = 0;
        open.begun = true;
        let index = open.index;
        self.write(level, index, &parts, Holds::Some)
    }

    fn write(&mut self, level: usize, index: i64, parts: &Parts, holds: Holds) -> io::Result<()> {
        let element = self.blocks.written.len();
        let mut text = format!("<script type=\"text/plain\" id=\"b{element}\">");
        let with_sums = holds == Holds::Sums;
        base64(&pack(&encode(level, index, parts, with_sums)), &mut text);
        text.push_str("</script>\n");
        self.blocks.written.push(Written {
            level,
            index,
            holds,
            element,
        });
        if with_sums {
            self.blocks.coarse.push_str(&text);
            return Ok(());
        }
        self.spool.write_all(text.as_bytes())
    }

    /// The trace is over.
    pub(crate) fn finish(mut self) -> io::Result<Blocks> {
        for level in 0..N_LEVELS - 1 {
            let is_first = self.open[level].index == 0;
            self.close(level)?;
            let above = &self.open[level + 1..];
            let is_empty = |it: &Open| it.parts.values().all(|part| part.pieces.is_empty());
            if is_first && above.iter().all(is_empty) {
                // Nothing would come in beside this block.
                for below in std::mem::take(&mut self.open[level + 1].below) {
                    self.write(level, below.index, &below.parts, Holds::All)?;
                }
                break;
            }
        }
        self.spool.flush()?;
        Ok(self.blocks)
    }
}

/// Adds to the grain of a row; an earlier one is over.
fn add_sum(open: &mut [Open], level: usize, row: u32, sum: &Sum) {
    let block = &mut open[level];
    // What began in a block that is closed counts for the first grain of this one.
    let grain = sum.grain.max(block.index * GRAINS);
    let part = block.parts.entry(row).or_default();
    let over = match &mut part.current {
        Some(current) if grain <= current.grain => {
            for (total, units) in current.by_class.iter_mut().zip(sum.by_class) {
                *total = total.saturating_add(units);
            }
            return;
        }
        current => current.replace(Sum { grain, ..*sum }),
    };
    if let Some(over) = over {
        part.sums
            .push((over.grain, shares(&over, grid::grain(level))));
        pass_on(open, level, row, &over);
    }
}

/// The sum of a grain is part of that of the level above.
fn pass_on(open: &mut [Open], level: usize, row: u32, sum: &Sum) {
    if level + 1 < open.len() {
        let sum = Sum {
            grain: sum.grain / 4,
            ..*sum
        };
        add_sum(open, level + 1, row, &sum);
    }
}

/// Adds the stretches of finer blocks, in the order of their ends.
#[expect(
    clippy::iter_over_hash_type,
    reason = "rows do not depend on each other, so any order gives the same"
)]
fn merge(parts: &mut Parts, below: Parts) {
    for (row, part) in below {
        let pieces = &mut parts.entry(row).or_default().pieces;
        pieces.extend(part.pieces);
        pieces.sort_by_key(|piece| (piece.end, piece.start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(start: i64, end: i64) -> Piece {
        Piece {
            start,
            end,
            activity: 0,
            thread: None,
            proc: None,
            by: None,
            by_place: None,
            open: false,
        }
    }

    fn tree_of(pieces: &[(u32, i64, i64)]) -> (Blocks, Vec<u8>) {
        let mut spool = Vec::new();
        let mut tree = Tree::new(&mut spool);
        for (row, start, end) in pieces {
            tree.advance(*end).expect("memory takes it");
            tree.add(*row, piece(*start, *end), Class::Running)
                .expect("memory takes it");
        }
        let blocks = tree.finish().expect("memory takes it");
        (blocks, spool)
    }

    #[test]
    fn a_small_trace_is_one_block() {
        let (blocks, spool) = tree_of(&[(0, 0, 10), (0, 10, 5000), (1, 0, 100_000)]);
        assert_eq!(blocks.written.len(), 1, "{:?}", blocks.written);
        assert_eq!(blocks.written[0].holds, Holds::All);
        assert_eq!(blocks.n_pieces, 3);
        assert!(spool.starts_with(b"<script type=\"text/plain\" id=\"b0\">"));
    }

    #[test]
    fn nothing_is_no_block() {
        let (blocks, _) = tree_of(&[]);
        assert_eq!((blocks.written.len(), blocks.n_pieces), (0, 0));
    }

    #[test]
    fn a_busy_trace_is_divided_and_every_block_has_a_way_to_it() {
        let pieces: Vec<(u32, i64, i64)> = (0..200_000)
            .map(|n| ((n % 3) as u32, n / 3 * 20, n / 3 * 20 + 20))
            .collect();
        let (blocks, _) = tree_of(&pieces);
        assert!(blocks.written.iter().any(|it| it.holds == Holds::Sums));
        for block in &blocks.written {
            // What is above a block is not whole, or the script would not look below.
            let above = |it: &&Written| {
                block.level < it.level && it.index == block.index >> (2 * (it.level - block.level))
            };
            assert!(
                blocks
                    .written
                    .iter()
                    .filter(above)
                    .all(|it| it.holds == Holds::Sums)
            );
        }
    }

    #[test]
    fn sums_pass_upwards_and_lose_nothing() {
        let mut tree = Tree::new(Vec::new());
        let mut total = 0;
        for n in 0..10_000 {
            let (start, end) = (n * 16, n * 16 + 3);
            tree.advance(end).expect("memory takes it");
            tree.add(0, piece(start, end), Class::Running)
                .expect("memory takes it");
            total += end - start;
        }
        for level in 0..8 {
            tree.settle(level);
        }
        let current = tree.open[8].parts[&0]
            .current
            .expect("one grain holds it all");
        let sum = i64::from(current.by_class[0]);
        assert_eq!(sum, total);
    }
}
