//! Event after event, generation after generation.

use std::fmt::Write as _;
use std::io::Read;

use crate::NONE;
use crate::error::{Breach, TraceError};
use crate::event::Event;
use crate::frontier::{Cursor, Entry, Heap};
use crate::generation::{Clock, CpuSample, Generation};
use crate::kind::{Arg, EventKind, Shape};
use crate::loading::{Generations, Loaded, Source};
use crate::loss::Loss;
use crate::order::Order;
use crate::tables::Tables;

/// Reads a trace in order, with no more than a few generations in memory.
///
/// The first event is a [`EventKind::Sync`], one more opens each further generation, and the last
/// event is one too. Reading ends early where the trace breaks a rule; [`Reader::error`] says so.
/// A reader made with [`Reader::salvaging`] goes on wherever it can, and lists what is missing.
#[derive(Debug)]
pub struct Reader<'a> {
    source: Source<'a>,
    minor: u32,
    salvage: bool,
    tables: Tables,
    clock: Clock,
    cursors: Vec<Cursor>,
    frontier: Heap,
    /// The earliest last.
    samples: Vec<CpuSample>,
    order: Order,
    /// The one that came last.
    event: Event,
    last_time: i64,
    n_syncs: u64,
    offset: u64,
    ahead: Ahead,
    error: Option<TraceError>,
    losses: Vec<Loss>,
    /// Whether something was lost since the generation before began.
    gap: bool,
    /// References of this generation to strings and stacks that it lacks.
    n_unexplained: u64,
}

/// What comes after the generation that is being read.
#[derive(Debug)]
enum Ahead {
    /// Another generation, perhaps.
    Unread,
    /// The end of the trace, or the reason why nothing more can be read.
    Last(Option<TraceError>),
    /// Nothing, not even the last sync.
    Done(Option<TraceError>),
}

impl<'a> Reader<'a> {
    /// Begins to read; fails if this is not a trace of a known version.
    pub fn new(trace: impl Read + Send + 'a) -> Result<Self, TraceError> {
        let generations = Generations::new(trace)?;
        let minor = generations.minor();
        Ok(Self::of(Source::Here(Box::new(generations)), minor))
    }

    /// As [`Reader::new`], for a trace that may be damaged: parts that break a rule are left out
    /// and listed. A sound trace gives the same events.
    pub fn salvaging(trace: impl Read + Send + 'a) -> Result<Self, TraceError> {
        let generations = Generations::new(trace)?.salvaging();
        let minor = generations.minor();
        Ok(Self {
            salvage: true,
            ..Self::of(Source::Here(Box::new(generations)), minor)
        })
    }

    fn of(source: Source<'a>, minor: u32) -> Self {
        Self {
            source,
            minor,
            salvage: false,
            tables: Tables::default(),
            clock: Clock::default(),
            cursors: Vec::new(),
            frontier: Heap::default(),
            samples: Vec::new(),
            order: Order::default(),
            event: Event::NOTHING,
            last_time: 0,
            n_syncs: 0,
            offset: 0,
            ahead: Ahead::Unread,
            error: None,
            losses: Vec::new(),
            gap: false,
            n_unexplained: 0,
        }
    }

    /// The N of `go 1.N trace`. Go 1.24 writes 23 and Go 1.27 writes 26.
    pub fn version(&self) -> u32 {
        self.minor
    }

    /// The tables of the event that came last.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Why reading ended; `None` if the whole trace was read, or is still being read.
    pub fn error(&self) -> Option<&TraceError> {
        self.error.as_ref()
    }

    /// What is missing so far of a trace that is being salvaged.
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// How many bytes lie behind, up to the end of the generation that is being read.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next event, and the tables that explain it; `None` at the end and after an error.
    #[expect(
        clippy::should_implement_trait,
        reason = "the tables are lent with the event, which an iterator cannot do"
    )]
    #[inline]
    pub fn next(&mut self) -> Option<(&Event, &Tables)> {
        if self.error.is_some() {
            return None;
        }
        let found = match self.step() {
            Ok(found) => found,
            Err(error) => self.go_on(*error),
        };
        found.then_some((&self.event, &self.tables))
    }

    /// After damage: the next event all the same, if wanted; false if there is none.
    #[cold]
    fn go_on(&mut self, mut error: TraceError) -> bool {
        loop {
            if !self.salvage {
                self.error = Some(error);
                return false;
            }
            self.lose_rest(error);
            match self.step() {
                Ok(found) => return found,
                Err(next) => error = *next,
            }
        }
    }

    /// Makes the next event; false if there is none.
    #[expect(
        clippy::inline_always,
        reason = "measured: it stands in two places, of which one is hot"
    )]
    #[inline(always)]
    fn step(&mut self) -> Result<bool, Box<TraceError>> {
        if !self.order.next(&mut self.event) {
            if self.frontier.is_empty() && self.samples.is_empty() {
                if !self.next_generation()? {
                    return Ok(false);
                }
            } else if self.samples.is_empty() || !self.due_sample() {
                self.advance_any()?;
            }
        }
        self.check_ids()?;
        if self.event.time <= self.last_time {
            self.event.time = self.last_time.wrapping_add(1);
        }
        self.last_time = self.event.time;
        Ok(true)
    }

    #[cold]
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "errors travel boxed, so that the answers of the hot functions are small"
    )]
    fn broken(&self, reason: String) -> Box<TraceError> {
        Box::new(TraceError::Broken {
            generation: self.tables.generation,
            reason,
        })
    }

    /// Makes the next CPU sample, if it is older than every event.
    fn due_sample(&mut self) -> bool {
        let Some(sample) = self.samples.last().copied() else {
            return false;
        };
        if !self.frontier.is_empty() && self.frontier.get(0).time <= sample.time {
            return false;
        }
        self.samples.pop();
        self.event = Event {
            kind: EventKind::CpuSample,
            time: sample.time,
            thread: sample.thread,
            proc: sample.proc,
            goroutine: sample.goroutine,
            args: [sample.stack, 0, 0, 0],
        };
        true
    }

    /// Makes the oldest event that can happen.
    #[inline]
    fn advance_any(&mut self) -> Result<(), Box<TraceError>> {
        match self.advance(0) {
            Ok(true) => Ok(()),
            Ok(false) => self.advance_another(),
            Err(breach) => Err(self.broken(breach.reason)),
        }
    }

    /// When the oldest must wait for another thread: the others, by age.
    #[cold]
    fn advance_another(&mut self) -> Result<(), Box<TraceError>> {
        self.frontier.sort();
        for at in 1..self.frontier.len() {
            match self.advance(at) {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(breach) => return Err(self.broken(breach.reason)),
            }
        }
        Err(self.broken(self.stuck()))
    }

    #[inline]
    fn advance(&mut self, at: usize) -> Result<bool, Box<Breach>> {
        let Entry { cursor, slot, .. } = self.frontier.get(at);
        let cursor = &mut self.cursors[cursor as usize];
        let (tables, event) = (&mut self.tables, &mut self.event);
        if !self.order.advance(&cursor.event, slot, tables, event)? {
            return Ok(false);
        }
        match cursor.advance(self.clock) {
            Ok(true) => self.frontier.update(at, cursor.event.time),
            ended => self.remove(at, ended)?,
        }
        Ok(true)
    }

    /// Takes a thread out that has no more events, or whose next one cannot be read.
    #[cold]
    fn remove(&mut self, at: usize, ended: Result<bool, Box<Breach>>) -> Result<(), Box<Breach>> {
        let cursor = &self.cursors[self.frontier.get(at).cursor as usize];
        match ended {
            Err(breach) if !self.salvage => return Err(breach),
            // What this thread did next is lost; the event before it is sound all the same.
            Err(breach) => {
                let (thread, rest) = (cursor.thread(), cursor.rest());
                let error = *self.broken(breach.reason);
                self.lose(error, format!("{rest} bytes of thread {thread}"));
            }
            Ok(_) => {}
        }
        self.frontier.remove(at);
        Ok(())
    }

    #[cold]
    fn lose(&mut self, error: TraceError, missing: String) {
        self.gap = true;
        self.losses.push(Loss {
            generation: self.tables.generation,
            error,
            missing,
        });
    }

    /// Gives up what is left of the generation.
    #[cold]
    fn lose_rest(&mut self, error: TraceError) {
        let rest: u64 = (0..self.frontier.len())
            .map(|at| self.cursors[self.frontier.get(at).cursor as usize].rest())
            .sum();
        self.frontier.clear();
        self.cursors.clear();
        self.samples.clear();
        self.order.forget_queue();
        self.lose(error, format!("{rest} bytes of the generation"));
    }

    fn stuck(&self) -> String {
        let n_threads = self.frontier.len();
        let mut text = format!("none of the next events of {n_threads} threads can happen:");
        for at in 0..n_threads.min(8) {
            let Entry { time, cursor, .. } = self.frontier.get(at);
            let cursor = &self.cursors[cursor as usize];
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
    #[cold]
    fn next_generation(&mut self) -> Result<bool, Box<TraceError>> {
        self.say_unexplained();
        match std::mem::replace(&mut self.ahead, Ahead::Done(None)) {
            Ahead::Done(None) => return Ok(false),
            Ahead::Done(Some(error)) => return Err(Box::new(error)),
            Ahead::Last(error) => {
                self.last_sync(error);
                return Ok(true);
            }
            Ahead::Unread => {}
        }
        let Some(loaded) = self.source.next() else {
            self.last_sync(None);
            return Ok(true);
        };
        let Loaded {
            generation,
            error,
            losses,
            offset,
        } = loaded;
        let damaged = !losses.is_empty();
        self.losses.extend(losses);
        self.offset = offset;
        let Some(generation) = generation else {
            self.last_sync(error);
            return Ok(true);
        };
        self.ahead = match error {
            Some(error) => Ahead::Last(Some(error)),
            None => Ahead::Unread,
        };
        // After a gap nothing is known of goroutines and Ps; the generation says all anew.
        let fresh = std::mem::replace(&mut self.gap, damaged);
        if fresh {
            self.order = Order::default();
        }
        let start = self.install(generation)?;
        self.sync(start, fresh);
        Ok(true)
    }

    fn last_sync(&mut self, error: Option<TraceError>) {
        self.tables = Tables::default();
        self.ahead = Ahead::Done(error);
        self.sync(self.last_time, false);
    }

    /// The answer is when it begins.
    fn install(&mut self, generation: Generation) -> Result<i64, Box<TraceError>> {
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
            match cursor.advance(self.clock) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(breach) if self.salvage => {
                    let (thread, rest) = (cursor.thread(), cursor.rest());
                    let error = *self.broken(breach.reason);
                    self.lose(error, format!("{rest} bytes of thread {thread}"));
                    continue;
                }
                Err(breach) => return Err(self.broken(breach.reason)),
            }
            self.frontier.insert(Entry {
                time: cursor.event.time,
                cursor: self.cursors.len() as u32,
                slot: self.order.slot(cursor.thread()),
            });
            self.cursors.push(cursor);
        }
        Ok(start)
    }

    fn sync(&mut self, time: i64, fresh: bool) {
        self.n_syncs += 1;
        self.event = Event {
            kind: EventKind::Sync,
            time,
            thread: NONE,
            proc: NONE,
            goroutine: NONE,
            args: [self.n_syncs, u64::from(fresh), 0, 0],
        };
    }

    /// Whether the stacks and strings it refers to exist.
    #[inline]
    fn check_ids(&mut self) -> Result<(), Box<TraceError>> {
        let event = &self.event;
        let Some(shape) = event.kind.shape() else {
            return Ok(());
        };
        // Nearly always the tables are whole, and at most one of each is referred to.
        let one = |at: u8| event.args[usize::from(at) & 3];
        let tables = &self.tables;
        if shape.is_simple
            && tables.stacks.is_below_gaps(one(shape.stack))
            && tables.strings.is_below_gaps(one(shape.string))
        {
            return Ok(());
        }
        self.check_each_id(shape)
    }

    fn check_each_id(&mut self, shape: &Shape) -> Result<(), Box<TraceError>> {
        let event = &self.event;
        let mut references = shape.stacks | shape.strings;
        while references != 0 {
            let at = references.trailing_zeros() as usize & 3;
            let (id, bit) = (event.args[at], 1 << at);
            references &= !bit;
            let known = if shape.stacks & bit == 0 {
                self.tables.strings.knows(id)
            } else {
                self.tables.stacks.knows(id)
            };
            if !known {
                return self.unexplained(at);
            }
        }
        Ok(())
    }

    /// An argument of the event refers to what does not exist.
    #[cold]
    fn unexplained(&mut self, at: usize) -> Result<(), Box<TraceError>> {
        if !self.salvage {
            let (kind, id) = (self.event.kind, self.event.args[at]);
            let what = match kind.args().get(at) {
                Some(Arg::String) => "string",
                _ => "stack",
            };
            let name = kind.name();
            return Err(self.broken(format!(
                "{name} refers to {what} {id}, which does not exist"
            )));
        }
        self.event.args[at] = 0;
        self.n_unexplained += 1;
        // There may be more.
        self.check_ids()
    }

    /// Lists what the generation that ends did not explain.
    fn say_unexplained(&mut self) {
        let count = std::mem::take(&mut self.n_unexplained);
        if count == 0 {
            return;
        }
        let error = *self.broken("strings and stacks are missing".to_owned());
        // That says nothing of the state of goroutines, so it makes no gap.
        self.losses.push(Loss {
            generation: self.tables.generation,
            error,
            missing: format!("what {count} references of events stand for"),
        });
    }
}

impl Reader<'static> {
    /// Reads the next generation on a thread of its own while the events of this one are put in
    /// order. The events are the same.
    ///
    /// Its strings, stacks and samples are taken apart there, its events are not: that is a sixth of
    /// the work of ordering them, and events that wait to be ordered take ten times the memory of
    /// their bytes, so that on two cores the whole took longer. Neither does it pay to hand ordered
    /// events to yet another thread: two cores were an eighth faster then, one core a quarter slower.
    pub fn read_ahead(trace: impl Read + Send + 'static) -> Result<Self, TraceError> {
        let generations = Generations::new(trace)?.salvaging();
        let minor = generations.minor();
        Ok(Self {
            salvage: true,
            ..Self::of(Source::ahead(generations)?, minor)
        })
    }
}
