//! Rows of the time line, and what activities took in all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use contend_gotrace::NONE;
use contend_sched::trace::Life;
use rustc_hash::FxHashMap;

use crate::block::Piece;
use crate::grid::{Class, N_CLASSES};

/// What a row shows. The script sorts kinds in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum RowKind {
    World,
    Collector,
    Proc(i64),
    Thread(i64),
    Goroutine(i64),
}

impl RowKind {
    /// Number of the kind, and the id in it.
    pub(crate) fn parts(self) -> (u8, i64) {
        match self {
            Self::World => (0, 0),
            Self::Collector => (1, 0),
            Self::Proc(id) => (2, id),
            Self::Thread(id) => (3, id),
            Self::Goroutine(id) => (4, id),
        }
    }
}

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) kind: RowKind,
    /// From the first stretch to the last.
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// The function a goroutine was started with: an index into the names.
    pub(crate) function: u32,
    /// The row of who started it.
    pub(crate) creator: Option<u32>,
    pub(crate) by_class: [i64; N_CLASSES],
}

/// What one activity took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Total {
    pub(crate) count: u64,
    pub(crate) units: i64,
    /// The longest: length, start, row.
    pub(crate) longest: BinaryHeap<Reverse<(i64, i64, u32)>>,
}

/// How many of the longest stretches of an activity are kept.
const N_LONGEST: usize = 8;

#[derive(Debug)]
pub(crate) struct Rows {
    numbers: FxHashMap<RowKind, u32>,
    pub(crate) all: Vec<Row>,
    /// The first is empty.
    pub(crate) names: Vec<String>,
    name_ids: FxHashMap<String, u32>,
    /// By activity.
    pub(crate) totals: Vec<Total>,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            numbers: FxHashMap::default(),
            all: Vec::new(),
            names: vec![String::new()],
            name_ids: std::iter::once((String::new(), 0)).collect(),
            totals: Vec::new(),
        }
    }
}

impl Rows {
    /// The number of a row, which may be new.
    pub(crate) fn number(&mut self, kind: RowKind) -> u32 {
        let next = self.all.len() as u32;
        let number = *self.numbers.entry(kind).or_insert(next);
        if number == next {
            self.all.push(Row {
                kind,
                start: i64::MAX,
                end: 0,
                function: 0,
                creator: None,
                by_class: [0; N_CLASSES],
            });
        }
        number
    }

    /// The row has something to show from then to then.
    pub(crate) fn lived(&mut self, row: u32, start: i64, end: i64) {
        let row = &mut self.all[row as usize];
        row.start = row.start.min(start);
        row.end = row.end.max(end);
    }

    pub(crate) fn spent(&mut self, row: u32, piece: &Piece, class: Class) {
        let length = piece.end - piece.start;
        self.all[row as usize].by_class[class as usize] += length;
        let activity = piece.activity as usize;
        if self.totals.len() <= activity {
            self.totals.resize_with(activity + 1, Total::default);
        }
        let total = &mut self.totals[activity];
        total.count += 1;
        total.units += length;
        let shortest = total.longest.peek().map_or(-1, |it| it.0.0);
        if total.longest.len() < N_LONGEST || shortest < length {
            total.longest.push(Reverse((length, piece.start, row)));
            if N_LONGEST < total.longest.len() {
                total.longest.pop();
            }
        }
    }

    pub(crate) fn tell(&mut self, life: &Life) {
        let row = self.number(RowKind::Goroutine(life.goroutine)) as usize;
        self.all[row].function = self.name(&life.function);
        if life.creator != NONE {
            self.all[row].creator = Some(self.number(RowKind::Goroutine(life.creator)));
        }
    }

    fn name(&mut self, name: &str) -> u32 {
        if let Some(known) = self.name_ids.get(name) {
            return *known;
        }
        let id = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.name_ids.insert(name.to_owned(), id);
        id
    }
}
