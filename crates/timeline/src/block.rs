//! What a block holds while it is open, and its bytes.

use contend_page::put;
use rustc_hash::FxHashMap;

use crate::grid::{GRAINS, N_CLASSES, grain};

/// A stretch in units of time, with rows in the place of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) activity: u32,
    pub(crate) thread: Option<u32>,
    pub(crate) proc: Option<u32>,
    pub(crate) by: Option<u32>,
    pub(crate) by_place: Option<u32>,
    pub(crate) open: bool,
}

/// How much of a grain the stretches took that are too short for the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    /// The grain, counted from the beginning of time.
    pub(crate) grain: i64,
    /// Units of time.
    pub(crate) by_class: [u32; N_CLASSES],
}

/// A row's part of a block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    /// In the order of their ends, which do not overlap within a row.
    pub(crate) pieces: Vec<Piece>,
    /// Grains that are over: number and [`shares`].
    pub(crate) sums: Vec<(i64, [u8; 2])>,
    /// The grain that goes on.
    pub(crate) current: Option<Sum>,
}

/// A block's rows.
pub(crate) type Parts = FxHashMap<u32, Part>;

/// The bytes of a block, before they are packed: the list of rows, then the columns.
///
/// `with_sums` is false where the block holds everything, so that nothing is summed up in it.
pub(crate) fn encode(level: usize, index: i64, parts: &Parts, with_sums: bool) -> Vec<u8> {
    let mut rows: Vec<(u32, &Part)> = parts
        .iter()
        .filter(|(_, part)| !part.pieces.is_empty() || with_sums && !part.sums.is_empty())
        .map(|(row, part)| (*row, part))
        .collect();
    rows.sort_unstable_by_key(|(row, _)| *row);
    let sums = |part: &Part| if with_sums { part.sums.len() } else { 0 };
    let n_pieces: usize = rows.iter().map(|(_, part)| part.pieces.len()).sum();
    let n_sums: usize = rows.iter().map(|(_, part)| sums(part)).sum();
    let mut out = Vec::with_capacity(n_pieces * 9 + n_sums * 4 + rows.len() * 4 + 16);
    for n in [rows.len(), n_pieces, n_sums] {
        put(&mut out, n as u64);
    }
    let mut before = 0;
    for (row, part) in &rows {
        put(&mut out, u64::from(row - before));
        put(&mut out, part.pieces.len() as u64);
        put(&mut out, sums(part) as u64);
        before = *row;
    }
    let start = index * GRAINS * grain(level);
    for (_, part) in &rows {
        let mut last = start;
        for piece in &part.pieces {
            put(&mut out, zigzag(piece.start - last));
            last = piece.end;
        }
    }
    let mut column = |value: &dyn Fn(&Piece) -> u64| {
        for (_, part) in &rows {
            for piece in &part.pieces {
                put(&mut out, value(piece));
            }
        }
    };
    let plus_one = |it: Option<u32>| it.map_or(0, |it| u64::from(it) + 1);
    column(&|it| (it.end - it.start) as u64);
    column(&|it| u64::from(it.activity) << 1 | u64::from(it.open));
    column(&|it| plus_one(it.thread));
    column(&|it| plus_one(it.proc));
    column(&|it| plus_one(it.by));
    column(&|it| plus_one(it.by_place));
    if with_sums {
        for (_, part) in &rows {
            let mut last = index * GRAINS;
            for (grain, _) in &part.sums {
                put(&mut out, (grain - last) as u64);
                last = *grain;
            }
        }
        for (_, part) in &rows {
            for (_, shares) in &part.sums {
                out.extend(shares);
            }
        }
    }
    out
}

/// Two bytes: fifteenths of the grain that it ran, and that all else took; the chief of the latter.
pub(crate) fn shares(sum: &Sum, grain: i64) -> [u8; 2] {
    // What is there at all can be seen.
    let fifteenths = |units: u64| match units {
        0 => 0,
        units => (units * 15 / grain as u64).clamp(1, 15) as u8,
    };
    let running = fifteenths(u64::from(sum.by_class[0]));
    let others = &sum.by_class[1..];
    let other = fifteenths(others.iter().map(|it| u64::from(*it)).sum());
    let other = other.min(15 - running.min(14));
    let chief = (0..others.len())
        .max_by_key(|class| (others[*class], N_CLASSES - class))
        .map_or(0, |class| class as u8 + 1);
    [running << 4 | other, chief]
}

/// Small numbers of either sign as small ones without.
fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(units: &[(usize, u32)]) -> Sum {
        let mut by_class = [0; N_CLASSES];
        for (class, units) in units {
            by_class[*class] = *units;
        }
        Sum { grain: 0, by_class }
    }

    #[test]
    fn what_is_there_is_seen() {
        assert_eq!(shares(&sum(&[(0, 1), (3, 1)]), 1000), [0x11, 3]);
        assert_eq!(shares(&sum(&[(0, 1000)]), 1000), [0xf0, 1]);
        assert_eq!(
            shares(&sum(&[(0, 500), (2, 100), (5, 400)]), 1000),
            [0x77, 5]
        );
    }

    #[test]
    fn shares_do_not_exceed_the_grain() {
        for running in 0..=16 {
            let [both, _] = shares(&sum(&[(0, running), (1, 16)]), 16);
            assert!((both >> 4) + (both & 15) <= 16, "{both:x}");
        }
    }

    #[test]
    fn signs_fold() {
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
    }
}
