//! Generation after generation from the bytes of a trace, if wanted on a thread of its own.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::batch::{Batch, Input, MAX_GAP, Piece};
use crate::error::TraceError;
use crate::generation::{Clock, Generation};
use crate::loss::Loss;

/// A generation with its tables, whose events are still bytes.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// `None` if nothing of it can be used.
    pub(crate) generation: Option<Generation>,
    /// Why nothing follows.
    pub(crate) error: Option<TraceError>,
    /// What is missing of it, for a damaged trace.
    pub(crate) losses: Vec<Loss>,
    /// Where it ends in the trace.
    pub(crate) offset: u64,
}

/// Where generations come from.
#[derive(Debug)]
pub(crate) enum Source<'a> {
    Here(Box<Generations<'a>>),
    /// A thread that is one generation ahead.
    Ahead(Receiver<Loaded>),
}

impl Source<'static> {
    /// Moves the work to a thread, so that the tables of a generation are read while the events of
    /// the one before are put in order.
    pub(crate) fn ahead(generations: Generations<'static>) -> Result<Self, TraceError> {
        let (send, receive) = sync_channel(1);
        let work = move || generations.send_all(&send);
        let name = "trace generations".to_owned();
        match thread::Builder::new().name(name).spawn(work) {
            Ok(_) => Ok(Self::Ahead(receive)),
            Err(error) => Err(TraceError::Unreadable {
                offset: 0,
                reason: error.to_string(),
            }),
        }
    }
}

impl Source<'_> {
    /// The next generation; `None` at the end, and after an answer with an error.
    pub(crate) fn next(&mut self) -> Option<Loaded> {
        match self {
            Self::Here(generations) => generations.next(),
            Self::Ahead(receive) => receive.recv().ok(),
        }
    }
}

/// Reads the pieces of a trace.
#[derive(Debug)]
pub(crate) struct Generations<'a> {
    input: Input<'a>,
    minor: u32,
    /// Whether to go on after damage.
    salvage: bool,
    /// The first batch of the next generation, which had to be read to see that one has ended.
    spill: Option<Batch>,
    ended: bool,
    /// Of the generation before.
    clock: Clock,
    number: u64,
}

impl<'a> Generations<'a> {
    /// Fails if this is not a trace of a known version.
    pub(crate) fn new(source: impl Read + Send + 'a) -> Result<Self, TraceError> {
        let mut input = Input::new(source);
        let minor = input.version()?.ok_or(TraceError::NotATrace)?;
        match minor {
            22 | 23 | 25 | 26 => {}
            11 | 19 | 21 => return Err(TraceError::OldFormat { minor }),
            _ => return Err(TraceError::UnknownVersion { minor }),
        }
        Ok(Self {
            input,
            minor,
            salvage: false,
            spill: None,
            ended: false,
            clock: Clock::default(),
            number: 0,
        })
    }

    pub(crate) fn minor(&self) -> u32 {
        self.minor
    }

    pub(crate) fn salvaging(mut self) -> Self {
        self.salvage = true;
        self
    }

    fn send_all(mut self, send: &SyncSender<Loaded>) {
        while let Some(loaded) = self.next() {
            if send.send(loaded).is_err() {
                // Nobody reads on.
                return;
            }
        }
    }

    fn next(&mut self) -> Option<Loaded> {
        if self.ended {
            return None;
        }
        let mut loaded = if self.salvage {
            self.salvaged()
        } else if self.is_marked() {
            self.marked()
        } else {
            self.unmarked()
        };
        loaded.offset = self.input.offset();
        self.ended |= loaded.error.is_some();
        if loaded.generation.is_none() && loaded.error.is_none() && loaded.losses.is_empty() {
            return None;
        }
        Some(loaded)
    }

    /// Whether the ends of generations are marked.
    fn is_marked(&self) -> bool {
        26 <= self.minor
    }

    /// Of a sound trace that marks the ends.
    fn marked(&mut self) -> Loaded {
        let mut generation = Generation::default();
        let result = loop {
            let offset = self.input.offset();
            match self.input.piece() {
                Ok(None) if generation.streams.is_empty() => {
                    self.ended = true;
                    return Loaded::default();
                }
                Ok(None) => {
                    break Err(TraceError::Cut {
                        offset,
                        what: "the end of the last generation",
                    });
                }
                Ok(Some(Piece::EndOfGeneration)) => break generation.finish(self.minor),
                Ok(Some(Piece::Batch(batch))) => {
                    if let Err(error) = generation.take(batch, self.minor) {
                        break Err(error);
                    }
                }
                Err(error) => break Err(error),
            }
        };
        match result {
            Ok(()) => Loaded::whole(generation),
            Err(error) => Loaded::failed(error),
        }
    }

    /// Of a sound older trace, where a generation ends where the next begins.
    fn unmarked(&mut self) -> Loaded {
        let mut generation = Generation::default();
        if let Some(batch) = self.spill.take()
            && let Err(error) = generation.take(batch, self.minor)
        {
            return Loaded::failed(error);
        }
        let mut late = None;
        loop {
            match self.input.piece() {
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Ok(Some(Piece::EndOfGeneration)) => {
                    let reason = "an end mark, which traces before 1.26 do not have".to_owned();
                    return Loaded::failed(generation.broken(reason));
                }
                Ok(Some(Piece::Batch(batch))) => {
                    if generation.is_followed_by(&batch) {
                        self.spill = Some(batch);
                        break;
                    }
                    if let Err(error) = generation.take(batch, self.minor) {
                        return Loaded::failed(error);
                    }
                }
                // Probably the next generation's; what there is of this one may be whole.
                Err(error) if generation.number != 0 => {
                    late = Some(error);
                    break;
                }
                Err(error) => return Loaded::failed(error),
            }
        }
        match generation.finish(self.minor) {
            Ok(()) => Loaded {
                error: late,
                ..Loaded::whole(generation)
            },
            // If the file ends here, that explains what is missing.
            Err(error) => Loaded::failed(late.unwrap_or(error)),
        }
    }

    /// Of a trace that may be damaged: whatever can be made use of.
    fn salvaged(&mut self) -> Loaded {
        let mut generation = Generation::default();
        let mut losses = Vec::new();
        if let Some(batch) = self.spill.take() {
            self.take_or_lose(&mut generation, batch, &mut losses);
        }
        loop {
            let offset = self.input.offset();
            match self.input.piece() {
                Ok(None) => {
                    self.ended = true;
                    if self.is_marked() && generation.number != 0 {
                        let what = "the end of the last generation";
                        let error = TraceError::Cut { offset, what };
                        losses.push(Loss::new(&generation, error, "what came after it"));
                    }
                    break;
                }
                Ok(Some(Piece::EndOfGeneration)) if self.is_marked() => break,
                Ok(Some(Piece::EndOfGeneration)) => {
                    let error = generation.broken(format!("an end mark at {offset}"));
                    losses.push(Loss::new(&generation, error, ""));
                }
                Ok(Some(Piece::Batch(batch))) => {
                    if generation.number != 0 && is_soon_after(batch.generation, generation.number)
                    {
                        if self.is_marked() || !generation.is_followed_by(&batch) {
                            let next = batch.generation;
                            let reason = format!("generation {next} begins before its end");
                            let error = generation.broken(reason);
                            losses.push(Loss::new(&generation, error, "perhaps its last part"));
                        }
                        self.spill = Some(batch);
                        break;
                    }
                    self.take_or_lose(&mut generation, batch, &mut losses);
                }
                Err(error) => {
                    if !self.resume(&generation, error, &mut losses) {
                        break;
                    }
                }
            }
        }
        if generation.number == 0 {
            return Loaded {
                losses,
                ..Loaded::default()
            };
        }
        for missing in generation.finish_damaged(self.minor, self.clock) {
            let error = generation.broken(format!("it does not say {missing}"));
            losses.push(Loss::new(&generation, error, ""));
        }
        self.clock = generation.clock;
        self.number = generation.number;
        Loaded {
            losses,
            ..Loaded::whole(generation)
        }
    }

    fn take_or_lose(&self, generation: &mut Generation, batch: Batch, losses: &mut Vec<Loss>) {
        let size = batch.data.len();
        let number = batch.generation;
        let taken =
            if generation.number == 0 && self.number != 0 && !is_soon_after(number, self.number) {
                Err(generation.broken(format!("a batch of generation {number} follows it")))
            } else {
                generation.take(batch, self.minor)
            };
        if let Err(error) = taken {
            let what = format!("up to {size} bytes of a batch");
            losses.push(Loss::new(generation, error, &what));
        }
    }

    /// Steps over what is no batch; false if nothing follows.
    fn resume(
        &mut self,
        generation: &Generation,
        error: TraceError,
        losses: &mut Vec<Loss>,
    ) -> bool {
        let offset = self.input.offset();
        let found = !matches!(error, TraceError::Unreadable { .. })
            && self.input.resume(generation.number).unwrap_or(false);
        let what = match self.input.offset().checked_sub(offset) {
            None => "the end of the batch before it".to_owned(),
            Some(skipped) if found => format!("{skipped} bytes of it"),
            Some(skipped) => {
                format!("the last {skipped} bytes of the trace, and what came after them")
            }
        };
        losses.push(Loss::new(generation, error, &what));
        self.ended |= !found;
        found
    }
}

/// Whether a generation can follow another one, of which some between may be missing.
fn is_soon_after(number: u64, before: u64) -> bool {
    (1..=MAX_GAP).contains(&number.wrapping_sub(before))
}

impl Loaded {
    fn whole(generation: Generation) -> Self {
        Self {
            generation: Some(generation),
            ..Self::default()
        }
    }

    fn failed(error: TraceError) -> Self {
        Self {
            error: Some(error),
            ..Self::default()
        }
    }
}
