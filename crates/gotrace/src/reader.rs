//! Event after event, generation after generation.

use std::fmt::Write as _;
use std::io::Read;

use crate::cursor::{AHEAD, Cursor, RawEvent};
use crate::error::{Breach, TraceError};
use crate::event::Event;
use crate::frontier::{Entry, Heap};
use crate::generation::{Clock, CpuSample, Generation};
use crate::kind::{Arg, EventKind};
use crate::loading::{Generations, Loaded, Source};
use crate::loss::Loss;
use crate::order::{Context, Order, Progress};
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
    /// When it was taken; at the end of all time if there is none.
    next_sample: i64,
    order: Order,
    /// What is wrong after the events that are made.
    late: Option<Box<TraceError>>,
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
            next_sample: i64::MAX,
            order: Order::default(),
            late: None,
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
        if self.order.made().is_taken() && !self.make_more() {
            return None;
        }
        Some((self.order.made_mut().take(), &self.tables))
    }

    /// Makes events after those that were taken; false if there are none.
    #[inline(never)]
    fn make_more(&mut self) -> bool {
        self.order.made_mut().clear();
        while self.error.is_none() {
            match self.late.take() {
                // What comes after the damage all the same, if wanted.
                Some(error) if self.salvage => self.lose_rest(*error),
                Some(error) => {
                    self.error = Some(*error);
                    break;
                }
                None => {}
            }
            self.late = self.make().err();
            if !self.order.made().is_taken() {
                return true;
            }
            if self.late.is_none() {
                break;
            }
        }
        false
    }

    /// Makes a stretch of events, all of one generation; none at the end.
    fn make(&mut self) -> Result<(), Box<TraceError>> {
        while !self.order.made().is_full() {
            match self.frontier.first() {
                Some(first) if first.time <= self.next_sample => self.advance_any()?,
                None if self.samples.is_empty() => {
                    // Its tables do not explain what was made before.
                    if self.order.made().is_taken() {
                        self.next_generation()?;
                    }
                    return Ok(());
                }
                _ => self.make_sample(),
            }
        }
        Ok(())
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

    /// Makes the next CPU sample, which is older than every event.
    #[cold]
    fn make_sample(&mut self) {
        let Some(sample) = self.samples.pop() else {
            return;
        };
        let event = RawEvent {
            kind: EventKind::CpuSample,
            time: sample.time,
            args: [sample.stack, 0, 0, 0],
        };
        let cx = Context {
            thread: sample.thread,
            proc: sample.proc,
            goroutine: sample.goroutine,
        };
        self.order.made_mut().put(&event, cx);
        self.foresee_sample();
    }

    fn foresee_sample(&mut self) {
        self.next_sample = self.samples.last().map_or(i64::MAX, |it| it.time);
    }

    /// Makes the oldest event that can happen, and those of its thread that are the oldest then.
    #[inline]
    fn advance_any(&mut self) -> Result<(), Box<TraceError>> {
        let until = self.frontier.bound().min(self.next_sample);
        match self.advance(0, AHEAD, until) {
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
            match self.advance(at, 1, i64::MAX) {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(breach) => return Err(self.broken(breach.reason)),
            }
        }
        Err(self.broken(self.stuck()))
    }

    /// Makes the next events of a thread, `most` of them, as long as they are not after `until`;
    /// false if the first must wait.
    #[expect(
        clippy::inline_always,
        reason = "measured: it stands in two places, of which one is hot"
    )]
    #[inline(always)]
    fn advance(&mut self, at: usize, most: usize, until: i64) -> Result<bool, Box<Breach>> {
        let Entry { cursor, slot, .. } = self.frontier.get(at);
        let cursor = &mut self.cursors[cursor as usize];
        let events = cursor.events();
        let events = &events[..events.len().min(most)];
        let (n_made, progress) = self.order.advance(events, slot, until, &mut self.tables);
        cursor.pass(n_made);
        let next = cursor.event().map(|next| next.time);
        match progress {
            Ok(Progress::Made) => {}
            Ok(Progress::Waits) => return Ok(false),
            Ok(Progress::Unchecked) => self.check_ids()?,
            Err(breach) => return Err(breach),
        }
        match next {
            Some(time) => self.frontier.update(at, time),
            None => self.read_on(at)?,
        }
        Ok(true)
    }

    /// Reads the next events of a thread, or takes it out if there are none. If the first cannot be
    /// read, the one before it is not made either, unless all is to be salvaged.
    #[inline(never)]
    fn read_on(&mut self, at: usize) -> Result<(), Box<Breach>> {
        let cursor = &mut self.cursors[self.frontier.get(at).cursor as usize];
        match cursor.read_on(self.clock) {
            Ok(Some(time)) => self.frontier.update(at, time),
            Ok(None) => self.frontier.remove(at),
            Err(breach) if !self.salvage => {
                self.order.made_mut().take_last_back(0);
                return Err(breach);
            }
            // What this thread did next is lost; the event before it is sound all the same.
            Err(breach) => {
                let (thread, rest) = (cursor.thread(), cursor.rest());
                let error = *self.broken(breach.reason);
                self.lose(error, format!("{rest} bytes of thread {thread}"));
                self.frontier.remove(at);
            }
        }
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
        self.foresee_sample();
        self.lose(error, format!("{rest} bytes of the generation"));
    }

    fn stuck(&self) -> String {
        let n_threads = self.frontier.len();
        let mut text = format!("none of the next events of {n_threads} threads can happen:");
        for at in 0..n_threads.min(8) {
            let Entry { time, cursor, .. } = self.frontier.get(at);
            let cursor = &self.cursors[cursor as usize];
            let Some(event) = cursor.event() else {
                continue;
            };
            let (name, thread) = (event.kind.name(), cursor.thread());
            let args = &event.args[..event.kind.args().len()];
            // A string takes all that is written.
            let _ = write!(text, " thread {thread}: {name} {args:?} at {time};");
        }
        text.pop();
        text
    }

    /// Opens the next generation with its sync, or makes the last one.
    #[cold]
    fn next_generation(&mut self) -> Result<(), Box<TraceError>> {
        self.say_unexplained();
        match std::mem::replace(&mut self.ahead, Ahead::Done(None)) {
            Ahead::Done(None) => return Ok(()),
            Ahead::Done(Some(error)) => return Err(Box::new(error)),
            Ahead::Last(error) => {
                self.last_sync(error);
                return Ok(());
            }
            Ahead::Unread => {}
        }
        self.cursors.clear();
        let Some(loaded) = self.source.next() else {
            self.last_sync(None);
            return Ok(());
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
            return Ok(());
        };
        self.ahead = match error {
            Some(error) => Ahead::Last(Some(error)),
            None => Ahead::Unread,
        };
        // After a gap nothing is known of goroutines and Ps; the generation says all anew.
        let fresh = std::mem::replace(&mut self.gap, damaged);
        if fresh {
            self.order.forget();
        }
        let start = self.install(generation)?;
        self.sync(start, fresh);
        Ok(())
    }

    fn last_sync(&mut self, error: Option<TraceError>) {
        self.tables = Tables::default();
        self.ahead = Ahead::Done(error);
        self.sync(self.order.made().last_time(), false);
    }

    /// The answer is when it begins.
    fn install(&mut self, generation: Generation) -> Result<i64, Box<TraceError>> {
        let start = generation.start();
        self.clock = generation.clock;
        self.tables = generation.tables;
        self.samples = generation.samples;
        self.samples.reverse();
        self.foresee_sample();
        self.order.enter(generation.number);
        self.cursors.clear();
        self.frontier.clear();
        for stream in generation.streams {
            let mut cursor = Cursor::new(stream);
            let time = match cursor.read_on(self.clock) {
                Ok(Some(time)) => time,
                Ok(None) => continue,
                Err(breach) if self.salvage => {
                    let (thread, rest) = (cursor.thread(), cursor.rest());
                    let error = *self.broken(breach.reason);
                    self.lose(error, format!("{rest} bytes of thread {thread}"));
                    continue;
                }
                Err(breach) => return Err(self.broken(breach.reason)),
            };
            self.frontier.insert(Entry {
                time,
                cursor: self.cursors.len() as u32,
                slot: self.order.slot(cursor.thread()),
            });
            self.cursors.push(cursor);
        }
        Ok(start)
    }

    fn sync(&mut self, time: i64, fresh: bool) {
        self.n_syncs += 1;
        let event = RawEvent {
            kind: EventKind::Sync,
            time,
            args: [self.n_syncs, u64::from(fresh), 0, 0],
        };
        self.order.made_mut().put(&event, Context::NOWHERE);
    }

    /// Whether the stacks and strings exist that the last event, and those that came with it, refer
    /// to.
    #[cold]
    fn check_ids(&mut self) -> Result<(), Box<Breach>> {
        for (n_sound, event) in self.order.made_mut().last_mut().iter_mut().enumerate() {
            while let Some(arg) = self.tables.unexplained(event) {
                if !self.salvage {
                    let breach = unexplained(event, arg);
                    self.order.made_mut().take_last_back(n_sound);
                    return Err(breach);
                }
                event.args[arg] = 0;
                self.n_unexplained += 1;
            }
        }
        Ok(())
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

/// An argument of the event refers to what does not exist.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "errors travel boxed, so that the answers of the hot functions are small"
)]
fn unexplained(event: &Event, arg: usize) -> Box<Breach> {
    let (kind, id) = (event.kind, event.args[arg]);
    let what = match kind.args().get(arg) {
        Some(Arg::String) => "string",
        _ => "stack",
    };
    let name = kind.name();
    format!("{name} refers to {what} {id}, which does not exist").into()
}

impl Reader<'static> {
    /// Reads the next generation on a thread of its own while the events of this one are put in
    /// order. The events are the same. Of the processor time of `contend trace` that thread takes 3 to
    /// 9 % (perf, four recorded traces and two generated ones), so a second core saves that at most.
    ///
    /// Its strings, stacks and samples are taken apart there, its events are not. Reading the numbers
    /// of events takes 7 to 11 % of what the ordering thread of `contend trace` does (perf, traces of
    /// 230 to 240 MB), so two cores would be an eighth faster at most if that cost nothing any more.
    /// But events that wait to be ordered take ten times the memory of their bytes, so that on two
    /// cores the whole took longer; a smaller form of them would have to be taken apart once more.
    /// Neither does it pay to hand ordered events to yet another thread: two cores were an eighth
    /// faster then, one core a quarter slower.
    ///
    /// Every other generation could be put in order by itself on a second thread, since each says
    /// anew what goroutines and Ps do. But regions, ranges, tasks, the count of collections and what
    /// threads have go on over the border, so that the beginning would have to be mended once the
    /// generation before is known; and the consumer stays on one thread. Of the summary of a trace
    /// of 1 GB ordering takes half and the consumer two fifths: half of the ordering on a second core
    /// saves a quarter at most, less than the thread above that orders everything could.
    pub fn read_ahead(trace: impl Read + Send + 'static) -> Result<Self, TraceError> {
        let generations = Generations::new(trace)?.salvaging();
        let minor = generations.minor();
        Ok(Self {
            salvage: true,
            ..Self::of(Source::ahead(generations)?, minor)
        })
    }
}
