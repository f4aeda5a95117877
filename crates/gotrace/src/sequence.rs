//! Event after event, generation after generation, by the thread that puts them in order.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::cursor::{AHEAD, Cursor, RawEvent};
use crate::error::{Breach, TraceError};
use crate::event::Event;
use crate::frontier::{Entry, Heap};
use crate::generation::{Clock, CpuSample, Generation};
use crate::kind::{Arg, EventKind};
use crate::loading::{Loaded, Source};
use crate::loss::Loss;
use crate::made::Made;
use crate::order::{Context, Order, Progress};
use crate::tables::Written;

/// Puts the events of a trace in order, a stretch at a time.
///
/// The first event is a [`EventKind::Sync`], one more opens each further generation, and the last
/// event is one too.
#[derive(Debug)]
pub(crate) struct Sequence<'a> {
    source: Source<'a>,
    /// Whether to go on after damage, and to list what is missing.
    salvage: bool,
    tables: Arc<Written>,
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
    ahead: Ahead,
    /// Whether an error has ended it.
    failed: bool,
    /// What was not told yet.
    news: News,
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

/// What is to be known of a stretch beside its events.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Those of a generation that begins with it.
    pub(crate) tables: Option<Arc<Written>>,
    /// Names for the tables that come from an earlier generation.
    pub(crate) carried: Vec<String>,
    /// What is missing of the trace.
    pub(crate) losses: Vec<Loss>,
    /// Why nothing follows.
    pub(crate) error: Option<TraceError>,
    /// Where the generation ends in the trace.
    pub(crate) offset: Option<u64>,
}

impl News {
    /// Adds what is to be known of the next stretch.
    pub(crate) fn join(&mut self, later: Self) {
        self.tables = later.tables.or(self.tables.take());
        self.carried.extend(later.carried);
        self.losses.extend(later.losses);
        self.error = later.error.or(self.error.take());
        self.offset = later.offset.or(self.offset);
    }
}

impl<'a> Sequence<'a> {
    pub(crate) fn of(source: Source<'a>, salvage: bool) -> Self {
        Self {
            source,
            salvage,
            tables: Arc::default(),
            clock: Clock::default(),
            cursors: Vec::new(),
            frontier: Heap::default(),
            samples: Vec::new(),
            next_sample: i64::MAX,
            order: Order::default(),
            late: None,
            n_syncs: 0,
            ahead: Ahead::Unread,
            failed: false,
            news: News::default(),
            gap: false,
            n_unexplained: 0,
        }
    }

    /// Makes the next events in the place of those in `made`; false if there are none.
    #[inline(never)]
    pub(crate) fn next(&mut self, made: &mut Made) -> bool {
        std::mem::swap(self.order.made_mut(), made);
        let is_more = self.make_more();
        std::mem::swap(self.order.made_mut(), made);
        is_more
    }

    /// What is to be known beside the events that were made last, and was not told before.
    pub(crate) fn news(&mut self) -> News {
        News {
            carried: self.order.take_carried(),
            ..std::mem::take(&mut self.news)
        }
    }

    fn make_more(&mut self) -> bool {
        self.order.made_mut().clear();
        while !self.failed {
            match self.late.take() {
                // What comes after the damage all the same, if wanted.
                Some(error) if self.salvage => self.lose_rest(*error),
                Some(error) => {
                    self.news.error = Some(*error);
                    self.failed = true;
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
        let (n_made, progress) = self.order.advance(events, slot, until, &self.tables);
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
        self.news.losses.push(Loss {
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
        self.news.losses.extend(losses);
        self.news.offset = Some(offset);
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
        self.explain_by(Written::default());
        self.ahead = Ahead::Done(error);
        self.sync(self.order.made().last_time(), false);
    }

    /// The answer is when it begins.
    fn install(&mut self, generation: Generation) -> Result<i64, Box<TraceError>> {
        let start = generation.start();
        self.clock = generation.clock;
        self.explain_by(generation.tables);
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

    fn explain_by(&mut self, tables: Written) {
        self.tables = Arc::new(tables);
        self.news.tables = Some(Arc::clone(&self.tables));
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
        self.news.losses.push(Loss {
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
