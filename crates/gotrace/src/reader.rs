//! The reader that others use: the events in order, read here or ahead of them.

use std::io::Read;

use crate::error::TraceError;
use crate::event::Event;
use crate::loading::{Generations, Source};
use crate::loss::Loss;
use crate::made::Made;
use crate::pipeline::Pipeline;
use crate::sequence::{News, Sequence};
use crate::tables::Tables;

/// Reads a trace in order, with no more than a few generations in memory.
///
/// The first event is a [`EventKind::Sync`](crate::EventKind::Sync), one more opens each further
/// generation, and the last event is one too. Reading ends early where the trace breaks a rule;
/// [`Reader::error`] says so. A reader made with [`Reader::salvaging`] goes on wherever it can, and
/// lists what is missing.
#[derive(Debug)]
pub struct Reader<'a> {
    minor: u32,
    work: Work<'a>,
    made: Made,
    tables: Tables,
    offset: u64,
    error: Option<TraceError>,
    losses: Vec<Loss>,
}

/// Who puts events in order.
#[derive(Debug)]
enum Work<'a> {
    Here(Box<Sequence<'a>>),
    Ahead(Box<Pipeline>),
}

impl<'a> Reader<'a> {
    /// Begins to read; fails if this is not a trace of a known version.
    pub fn new(trace: impl Read + Send + 'a) -> Result<Self, TraceError> {
        let generations = Generations::new(trace)?;
        Ok(Self::here(generations, false))
    }

    /// As [`Reader::new`], for a trace that may be damaged: parts that break a rule are left out
    /// and listed. A sound trace gives the same events.
    pub fn salvaging(trace: impl Read + Send + 'a) -> Result<Self, TraceError> {
        let generations = Generations::new(trace)?.salvaging();
        Ok(Self::here(generations, true))
    }

    fn here(generations: Generations<'a>, salvage: bool) -> Self {
        let minor = generations.minor();
        let source = Source::Here(Box::new(generations));
        Self::of(Work::Here(Box::new(Sequence::of(source, salvage))), minor)
    }

    fn of(work: Work<'a>, minor: u32) -> Self {
        Self {
            minor,
            work,
            made: Made::default(),
            tables: Tables::default(),
            offset: 0,
            error: None,
            losses: Vec::new(),
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
        if self.made.is_taken() && !self.next_stretch() {
            return None;
        }
        Some((self.made.take(), &self.tables))
    }

    /// Fetches events after those that were taken; false if there are none.
    #[inline(never)]
    fn next_stretch(&mut self) -> bool {
        let news = match &mut self.work {
            Work::Here(sequence) => {
                sequence.next(&mut self.made);
                Some(sequence.news())
            }
            Work::Ahead(pipeline) => pipeline.next(&mut self.made),
        };
        if let Some(news) = news {
            self.hear(news);
        }
        !self.made.is_taken()
    }

    fn hear(&mut self, news: News) {
        let News {
            tables,
            carried,
            losses,
            error,
            offset,
        } = news;
        if let Some(written) = tables {
            self.tables = Tables::new(written);
        }
        self.tables.carry(carried);
        self.losses.extend(losses);
        self.error = error.or(self.error.take());
        self.offset = offset.unwrap_or(self.offset);
    }
}

impl Reader<'static> {
    /// As [`Reader::salvaging`], and the events are the same. Where there is more than one core, the
    /// next generation is read on a thread of its own, and its events are decoded and put in order on
    /// another one, while those before are made use of. Alone on a core, threads would only be in
    /// each other's way.
    pub fn read_ahead(trace: impl Read + Send + 'static) -> Result<Self, TraceError> {
        let generations = Generations::new(trace)?.salvaging();
        let is_alone = std::thread::available_parallelism().is_ok_and(|it| it.get() == 1);
        if is_alone {
            return Ok(Self::here(generations, true));
        }
        let minor = generations.minor();
        let sequence = Sequence::of(Source::ahead(generations)?, true);
        Ok(Self::of(
            Work::Ahead(Box::new(Pipeline::of(sequence)?)),
            minor,
        ))
    }
}
