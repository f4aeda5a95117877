//! Event after event, generation after generation.

use std::fmt::Write as _;

use crate::NONE;
use crate::bytes::Bytes;
use crate::error::TraceError;
use crate::event::Event;
use crate::frontier::{Cursor, Heap};
use crate::generation::{self, Clock, CpuSample, Generation, Read};
use crate::kind::{Arg, EventKind};
use crate::order::Order;
use crate::tables::Tables;

/// Reads a trace in order.
///
/// The first event is a [`EventKind::Sync`], one more opens each further generation, and the last
/// event is one too. Reading ends early where the trace breaks a rule; [`Reader::error`] says so.
#[derive(Debug)]
pub struct Reader<'a> {
    input: Bytes<'a>,
    minor: u32,
    tables: Tables<'a>,
    clock: Clock,
    cursors: Vec<(Cursor<'a>, u32)>,
    frontier: Heap,
    /// The earliest last.
    samples: Vec<CpuSample>,
    order: Order,
    last_time: i64,
    n_syncs: u64,
    ahead: Ahead<'a>,
    error: Option<TraceError>,
}

/// What comes after the generation that is being read.
#[derive(Debug)]
enum Ahead<'a> {
    /// Another generation, perhaps; the first batch of it, if that had to be read already.
    Unread(Option<crate::batch::Batch<'a>>),
    /// The end of the trace, or the reason why nothing more can be read.
    Last(Option<TraceError>),
    /// Nothing, not even the last sync.
    Done(Option<TraceError>),
}

impl<'a> Reader<'a> {
    /// Begins to read; fails if this is not a trace of a known version.
    pub fn new(trace: &'a [u8]) -> Result<Self, TraceError> {
        let (minor, length) = header(trace).ok_or(TraceError::NotATrace)?;
        match minor {
            22 | 23 | 25 | 26 => {}
            11 | 19 | 21 => return Err(TraceError::OldFormat { minor }),
            _ => return Err(TraceError::UnknownVersion { minor }),
        }
        Ok(Self {
            input: Bytes {
                data: trace,
                at: length,
            },
            minor,
            tables: Tables::default(),
            clock: Clock::default(),
            cursors: Vec::new(),
            frontier: Heap::default(),
            samples: Vec::new(),
            order: Order::default(),
            last_time: 0,
            n_syncs: 0,
            ahead: Ahead::Unread(None),
            error: None,
        })
    }

    /// The N of `go 1.N trace`. Go 1.24 writes 23 and Go 1.27 writes 26.
    pub fn version(&self) -> u32 {
        self.minor
    }

    /// The tables of the event that came last.
    pub fn tables(&self) -> &Tables<'a> {
        &self.tables
    }

    /// Why reading ended; `None` if the whole trace was read, or is still being read.
    pub fn error(&self) -> Option<&TraceError> {
        self.error.as_ref()
    }

    /// How many bytes lie behind, up to the end of the generation that is being read.
    pub fn offset(&self) -> usize {
        self.input.at
    }

    /// The next event; `None` at the end and after an error.
    #[expect(
        clippy::should_implement_trait,
        reason = "callers ask for the tables between two events, which a borrowed iterator forbids"
    )]
    #[inline]
    pub fn next(&mut self) -> Option<Event> {
        if self.error.is_some() {
            return None;
        }
        match self.step() {
            Ok(event) => event,
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }

    #[inline]
    fn step(&mut self) -> Result<Option<Event>, TraceError> {
        let mut event = match self.order.next() {
            Some(event) => event,
            None if self.frontier.is_empty() && self.samples.is_empty() => {
                match self.next_generation()? {
                    Some(sync) => sync,
                    None => return Ok(None),
                }
            }
            None => match self.due_sample() {
                Some(sample) => sample,
                None => self.advance_any()?,
            },
        };
        self.check_ids(&event)?;
        if event.time <= self.last_time {
            event.time = self.last_time.wrapping_add(1);
        }
        self.last_time = event.time;
        Ok(Some(event))
    }

    fn broken(&self, reason: String) -> TraceError {
        TraceError::Broken {
            generation: self.tables.generation,
            reason,
        }
    }

    /// The next CPU sample, if it is older than every event.
    fn due_sample(&mut self) -> Option<Event> {
        let sample = *self.samples.last()?;
        if !self.frontier.is_empty() && self.frontier.get(0).0 <= sample.time {
            return None;
        }
        self.samples.pop();
        Some(Event {
            kind: EventKind::CpuSample,
            time: sample.time,
            thread: sample.thread,
            proc: sample.proc,
            goroutine: sample.goroutine,
            args: [sample.stack, 0, 0, 0],
        })
    }

    /// The oldest event that can happen.
    #[inline]
    fn advance_any(&mut self) -> Result<Event, TraceError> {
        let moved = self.advance(0).map_err(|reason| self.broken(reason))?;
        if !moved {
            self.advance_another()?;
        }
        self.order
            .next()
            .ok_or_else(|| self.broken("an event left no trace in the order".to_owned()))
    }

    /// When the oldest must wait for another thread: the others, by age.
    #[cold]
    fn advance_another(&mut self) -> Result<(), TraceError> {
        self.frontier.sort();
        for at in 1..self.frontier.len() {
            if self.advance(at).map_err(|reason| self.broken(reason))? {
                return Ok(());
            }
        }
        Err(self.broken(self.stuck()))
    }

    #[inline]
    fn advance(&mut self, at: usize) -> Result<bool, String> {
        let (_, index) = self.frontier.get(at);
        let (cursor, slot) = &mut self.cursors[index as usize];
        if !self.order.advance(cursor.event, *slot, &mut self.tables)? {
            return Ok(false);
        }
        if cursor.advance(self.clock)? {
            self.frontier.update(at, cursor.event.time);
        } else {
            self.frontier.remove(at);
        }
        Ok(true)
    }

    fn stuck(&self) -> String {
        let n_threads = self.frontier.len();
        let mut text = format!("none of the next events of {n_threads} threads can happen:");
        for at in 0..n_threads.min(8) {
            let (time, index) = self.frontier.get(at);
            let (cursor, _) = &self.cursors[index as usize];
            let name = cursor.event.kind.name();
            let n_args = cursor.event.kind.args().len();
            let args = &cursor.event.args[..n_args];
            let thread = cursor.thread();
            // A string takes all that is written.
            let _ = write!(text, " thread {thread}: {name} {args:?} at {time};");
        }
        text.pop();
        text
    }

    /// Opens the next generation; the event is its sync, or the last one.
    fn next_generation(&mut self) -> Result<Option<Event>, TraceError> {
        let spill = match std::mem::replace(&mut self.ahead, Ahead::Done(None)) {
            Ahead::Done(None) => return Ok(None),
            Ahead::Done(Some(error)) => return Err(error),
            Ahead::Last(error) => {
                self.tables = Tables::default();
                self.ahead = Ahead::Done(error);
                return Ok(Some(self.sync(self.last_time)));
            }
            Ahead::Unread(spill) => spill,
        };
        let marked = 26 <= self.minor;
        let Read {
            generation,
            spill,
            error,
        } = if marked {
            generation::read_marked(&mut self.input, self.minor)
        } else {
            generation::read_unmarked(&mut self.input, spill, self.minor)
        };
        let Some(generation) = generation else {
            self.tables = Tables::default();
            self.ahead = Ahead::Done(error);
            return Ok(Some(self.sync(self.last_time)));
        };
        self.ahead = match (error, spill) {
            (Some(error), _) => Ahead::Last(Some(error)),
            (None, None) if !marked => Ahead::Last(None),
            (None, spill) => Ahead::Unread(spill),
        };
        self.install(generation).map(Some)
    }

    fn install(&mut self, generation: Generation<'a>) -> Result<Event, TraceError> {
        let start = generation.start();
        self.clock = generation.clock;
        self.tables = generation.tables;
        self.samples = generation.samples;
        self.samples.reverse();
        self.order.enter(generation.number);
        self.cursors.clear();
        self.frontier.clear();
        for stream in generation.streams {
            let mut cursor = Cursor::new(stream);
            if cursor
                .advance(self.clock)
                .map_err(|reason| self.broken(reason))?
            {
                self.frontier
                    .insert(cursor.event.time, self.cursors.len() as u32);
                let slot = self.order.slot(cursor.thread());
                self.cursors.push((cursor, slot));
            }
        }
        Ok(self.sync(start))
    }

    fn sync(&mut self, time: i64) -> Event {
        self.n_syncs += 1;
        Event {
            kind: EventKind::Sync,
            time,
            thread: NONE,
            proc: NONE,
            goroutine: NONE,
            args: [self.n_syncs, 0, 0, 0],
        }
    }

    /// Whether the stacks and strings it refers to exist.
    #[inline]
    fn check_ids(&self, event: &Event) -> Result<(), TraceError> {
        for (arg, id) in event.kind.args().iter().zip(event.args) {
            let (what, known) = match arg {
                Arg::Value => continue,
                Arg::Stack => ("stack", self.tables.stacks.knows(id)),
                Arg::String => ("string", self.tables.strings.knows(id)),
            };
            if !known {
                let name = event.kind.name();
                return Err(self.broken(format!(
                    "{name} refers to {what} {id}, which does not exist"
                )));
            }
        }
        Ok(())
    }
}

/// The version of `go 1.N trace`, and the length of the header.
fn header(trace: &[u8]) -> Option<(u32, usize)> {
    let rest = trace.strip_prefix(b"go 1.")?;
    let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let minor = std::str::from_utf8(&rest[..n_digits]).ok()?.parse().ok()?;
    let tail = b" trace\0\0\0";
    rest[n_digits..]
        .starts_with(tail)
        .then_some((minor, 5 + n_digits + tail.len()))
}
