//! What the events of a generation refer to: strings, stacks, clocks.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::event::Event;

/// A frame of a stack, innermost first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The return address, or a made-up one for an inlined call.
    pub pc: u64,
    /// The id of the function's name.
    pub function: u64,
    /// The id of the file's name.
    pub file: u64,
    /// From 1; 0 if unknown.
    pub line: u64,
}

/// One moment on three clocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClockSnapshot {
    /// Nanoseconds of the trace's clock.
    pub trace: i64,
    /// Nanoseconds of the system's monotonic clock.
    pub mono: u64,
    /// Seconds since 1970.
    pub wall_seconds: i64,
    /// Nanoseconds after them.
    pub wall_nanos: i64,
}

/// The tables of one generation. Ids mean something inside their generation only.
#[derive(Debug, Default)]
pub struct Tables {
    written: Arc<Written>,
    /// Names that come from an earlier generation.
    carried: Vec<String>,
}

impl Tables {
    pub(crate) fn new(written: Arc<Written>) -> Self {
        Self {
            written,
            carried: Vec::new(),
        }
    }

    /// Adds names from an earlier generation.
    pub(crate) fn carry(&mut self, names: Vec<String>) {
        self.carried.extend(names);
    }

    /// The string with that id; empty for 0 and for an id that the trace does not explain.
    pub fn string(&self, id: u64) -> &str {
        self.written.string(id)
    }

    /// The frames of that stack, innermost first.
    pub fn stack(&self, id: u64) -> impl ExactSizeIterator<Item = &Frame> + use<'_> {
        let written = &*self.written;
        let frames = written.stack(id).iter();
        frames.map(|index| &written.frames[*index as usize])
    }

    /// The name of a task that ends: the last argument of `UserTaskEnd`.
    pub fn carried(&self, id: u64) -> &str {
        let index = usize::try_from(id).ok().and_then(|id| id.checked_sub(1));
        let text = index.and_then(|index| self.carried.get(index));
        text.map_or("", |text| text)
    }

    /// The clocks of the generation; traces since Go 1.25 have them.
    pub fn clock(&self) -> Option<ClockSnapshot> {
        self.written.clock
    }

    /// The runtime's number for the stretch of about a second.
    pub fn generation(&self) -> u64 {
        self.written.generation
    }
}

/// What the trace itself has in the tables of a generation.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// All strings, one after the other.
    text: String,
    pub(crate) strings: IdTable<(u32, u32)>,
    pub(crate) stacks: IdTable<(u32, u32)>,
    /// Indices into `frames` for all stacks, one after the other.
    pub(crate) stack_frames: Vec<u32>,
    pub(crate) frames: Vec<Frame>,
    /// The first frame seen with that address describes all of them.
    pub(crate) by_pc: FxHashMap<u64, u32>,
    pub(crate) clock: Option<ClockSnapshot>,
    pub(crate) generation: u64,
    /// The trace is damaged: what it does not explain counts as empty.
    pub(crate) lenient: bool,
}

impl Written {
    /// The string with that id; empty for 0 and for an id that the trace does not explain.
    pub(crate) fn string(&self, id: u64) -> &str {
        let (start, length) = self.strings.get(id).copied().unwrap_or_default();
        let (start, length) = (start as usize, length as usize);
        &self.text[start..start + length]
    }

    /// Which frames are those of that stack, innermost first.
    fn stack(&self, id: u64) -> &[u32] {
        let (start, length) = self.stacks.get(id).copied().unwrap_or_default();
        let (start, length) = (start as usize, length as usize);
        &self.stack_frames[start..start + length]
    }

    /// Whether that string and that stack exist: a quick answer that may be too careful.
    #[inline]
    pub(crate) fn explain_quickly(&self, string: u64, stack: u64) -> bool {
        self.strings.is_below_gaps(string) & self.stacks.is_below_gaps(stack)
    }

    /// The first argument of the event, if any, that refers to a stack or string that does not exist.
    pub(crate) fn unexplained(&self, event: &Event) -> Option<usize> {
        let shape = event.kind.shape()?;
        let mut references = shape.stacks | shape.strings;
        while references != 0 {
            let at = references.trailing_zeros() as usize & 3;
            let (id, bit) = (event.args[at], 1 << at);
            references &= !bit;
            let is_known = if shape.stacks & bit == 0 {
                self.strings.knows(id)
            } else {
                self.stacks.knows(id)
            };
            if !is_known {
                return Some(at);
            }
        }
        None
    }

    /// Adds a string, UTF-8 or not; false if the id is taken.
    pub(crate) fn add_string(&mut self, id: u64, bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        let place = (self.text.len() as u32, text.len() as u32);
        if !self.strings.insert(id, place) {
            return false;
        }
        self.text.push_str(&text);
        true
    }

    /// Adds a stack, given the frames as they stand in the batch.
    pub(crate) fn add_stack(&mut self, id: u64, frames: &[Frame]) -> bool {
        let start = self.stack_frames.len() as u32;
        for frame in frames {
            let index = *self.by_pc.entry(frame.pc).or_insert_with(|| {
                self.frames.push(*frame);
                self.frames.len() as u32 - 1
            });
            self.stack_frames.push(index);
        }
        self.stacks.insert(id, (start, frames.len() as u32))
    }

    /// The first frame, if any, whose names are missing.
    pub(crate) fn nameless_frame(&self) -> Option<&Frame> {
        let has = |id| id == 0 || self.strings.get(id).is_some();
        self.frames
            .iter()
            .find(|frame| !has(frame.function) || !has(frame.file))
    }
}

/// Entries by id. Go numbers them from 1 up, so most stand in a plain list.
#[derive(Debug)]
pub(crate) struct IdTable<T> {
    dense: Vec<Option<T>>,
    /// All ids below are there.
    n_whole: u64,
    sparse: FxHashMap<u64, T>,
}

impl<T> Default for IdTable<T> {
    fn default() -> Self {
        Self {
            dense: Vec::new(),
            n_whole: 1,
            sparse: FxHashMap::default(),
        }
    }
}

impl<T> IdTable<T> {
    /// How far an id may run ahead of the number of entries and still stand in the list; tables
    /// come in pieces, not always in order.
    const SLACK: usize = 4096;

    pub(crate) fn get(&self, id: u64) -> Option<&T> {
        match self.dense.get(id as usize) {
            Some(Some(entry)) => Some(entry),
            _ if self.sparse.is_empty() => None,
            _ => self.sparse.get(&id),
        }
    }

    /// Whether that id and all before it are there: a quick answer that may be too careful.
    #[inline]
    pub(crate) fn is_below_gaps(&self, id: u64) -> bool {
        id < self.n_whole
    }

    /// Whether an event may refer to that id; 0 stands for "none".
    #[inline]
    pub(crate) fn knows(&self, id: u64) -> bool {
        id < self.n_whole || self.get(id).is_some()
    }

    /// False if the id is taken.
    pub(crate) fn insert(&mut self, id: u64, entry: T) -> bool {
        // Id 0 is always there, and empty.
        if self.knows(id) {
            return false;
        }
        let reach = 2 * self.dense.len() + Self::SLACK;
        match usize::try_from(id) {
            Ok(index) if index < reach => {
                if self.dense.len() <= index {
                    self.dense.resize_with(index + 1, || None);
                }
                self.dense[index] = Some(entry);
                while let Some(Some(_)) = self.dense.get(self.n_whole as usize) {
                    self.n_whole += 1;
                }
            }
            _ => {
                self.sparse.insert(id, entry);
            }
        }
        true
    }
}
