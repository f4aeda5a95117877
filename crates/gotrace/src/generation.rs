//! A generation: about a second of the trace, with everything its events refer to.

use rustc_hash::FxHashMap;

use crate::batch::{Batch, tag};
use crate::bytes::{BadNumber, Bytes};
use crate::error::TraceError;
use crate::tables::{ClockSnapshot, Frame, Written};

const MAX_FRAMES: u64 = 128;
const MAX_STRING: u64 = 1 << 10;
/// The runtime's clock on Linux ticks every 64 ns.
const LINUX_NANOS_PER_UNIT: f64 = 64.0;

/// The batches of events of a thread, in the order of the file.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) thread: i64,
    pub(crate) batches: Vec<Batch>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct CpuSample {
    pub(crate) time: i64,
    pub(crate) thread: i64,
    pub(crate) proc: i64,
    pub(crate) goroutine: i64,
    pub(crate) stack: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Generation {
    pub(crate) number: u64,
    pub(crate) streams: Vec<Stream>,
    stream_of: FxHashMap<i64, usize>,
    /// In order of time.
    pub(crate) samples: Vec<CpuSample>,
    /// The earliest base time of a batch, 0 before the first.
    min_time: u64,
    pub(crate) tables: Written,
    pub(crate) clock: Clock,
    snapshot: Option<(u64, ClockSnapshot)>,
}

/// Units of the trace's clock to nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    /// 0 if the generation does not say.
    nanos_per_unit: f64,
    /// The same as a whole number below 4096, if it is one; else 0.
    whole_nanos: u64,
}

impl Clock {
    pub(crate) fn of(nanos_per_unit: f64) -> Self {
        let whole_nanos = match nanos_per_unit as u64 {
            whole @ 1..4096 if (whole as f64).to_bits() == nanos_per_unit.to_bits() => whole,
            _ => 0,
        };
        Self {
            nanos_per_unit,
            whole_nanos,
        }
    }

    /// Rounds towards zero. What does not fit becomes the least number, as for the Go reader on
    /// amd64, so that damaged traces compare equal too.
    #[inline]
    pub(crate) fn nanos(self, units: u64) -> i64 {
        if units < 1 << 40 && self.whole_nanos != 0 {
            // Then the product of floats has no rounding either.
            return (units * self.whole_nanos) as i64;
        }
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        let nanos = units as f64 * self.nanos_per_unit;
        if nanos < LIMIT {
            nanos as i64
        } else {
            i64::MIN
        }
    }
}

impl Generation {
    /// When it begins, in nanoseconds.
    pub(crate) fn start(&self) -> i64 {
        self.clock.nanos(self.min_time)
    }

    pub(crate) fn broken(&self, reason: String) -> TraceError {
        TraceError::Broken {
            generation: self.number,
            reason,
        }
    }

    /// Whether the batch is of the generation after this one.
    pub(crate) fn is_followed_by(&self, batch: &Batch) -> bool {
        self.number != 0 && batch.generation == self.number.wrapping_add(1)
    }

    /// Adds a batch that must be of this generation.
    pub(crate) fn take(&mut self, batch: Batch, minor: u32) -> Result<(), TraceError> {
        self.join(&batch)?;
        self.add(batch, minor)
    }

    /// Whether the batch belongs here.
    fn join(&mut self, batch: &Batch) -> Result<(), TraceError> {
        if batch.generation == 0 {
            return Err(self.broken("a batch with generation number 0".to_owned()));
        }
        if self.number == 0 {
            self.number = batch.generation;
        }
        if batch.generation != self.number {
            let other = batch.generation;
            return Err(self.broken(format!("a batch of generation {other} stands inside it")));
        }
        if self.min_time == 0 || batch.time < self.min_time {
            self.min_time = batch.time;
        }
        Ok(())
    }

    fn add(&mut self, batch: Batch, minor: u32) -> Result<(), TraceError> {
        if batch.experimental {
            // Its format belongs to the experiment; none of its bytes matter for the order.
            return Ok(());
        }
        let sync = if minor < 25 {
            tag::FREQUENCY
        } else {
            tag::SYNC
        };
        let added = match batch.data.first() {
            Some(&tag::STRINGS) => self.add_strings(&batch.data),
            Some(&tag::STACKS) => self.add_stacks(&batch.data),
            Some(&tag::CPU_SAMPLES) => self.add_samples(&batch.data),
            Some(first) if *first == sync => self.add_sync(&batch, minor),
            Some(&tag::END_OF_GENERATION) => Err("an end mark inside a batch".to_owned()),
            _ => {
                self.add_events(batch);
                Ok(())
            }
        };
        added.map_err(|reason| self.broken(reason))
    }

    fn add_events(&mut self, batch: Batch) {
        let streams = &mut self.streams;
        let index = *self.stream_of.entry(batch.thread).or_insert_with(|| {
            streams.push(Stream {
                thread: batch.thread,
                batches: Vec::new(),
            });
            streams.len() - 1
        });
        streams[index].batches.push(batch);
    }

    fn add_strings(&mut self, data: &[u8]) -> Result<(), String> {
        let mut bytes = Bytes { data, at: 1 };
        while let Some(tag) = bytes.byte() {
            expect(tag, tag::STRING, "string")?;
            let id = number(&mut bytes)?;
            let length = number(&mut bytes)?;
            if MAX_STRING < length {
                return Err(format!(
                    "string {id} claims {length} bytes; {MAX_STRING} is the most"
                ));
            }
            let text = bytes
                .take(length as usize)
                .ok_or_else(|| format!("string {id} runs over the end of its batch"))?;
            if !self.tables.add_string(id, text) {
                return Err(format!("two strings with id {id}"));
            }
        }
        Ok(())
    }

    fn add_stacks(&mut self, data: &[u8]) -> Result<(), String> {
        let mut bytes = Bytes { data, at: 1 };
        let mut frames = Vec::new();
        while let Some(tag) = bytes.byte() {
            expect(tag, tag::STACK, "stack")?;
            let id = number(&mut bytes)?;
            let length = number(&mut bytes)?;
            if MAX_FRAMES < length {
                return Err(format!(
                    "stack {id} claims {length} frames; {MAX_FRAMES} is the most"
                ));
            }
            frames.clear();
            for _ in 0..length {
                frames.push(Frame {
                    pc: number(&mut bytes)?,
                    function: number(&mut bytes)?,
                    file: number(&mut bytes)?,
                    line: number(&mut bytes)?,
                });
            }
            if !self.tables.add_stack(id, &frames) {
                return Err(format!("two stacks with id {id}"));
            }
        }
        Ok(())
    }

    fn add_samples(&mut self, data: &[u8]) -> Result<(), String> {
        let mut bytes = Bytes { data, at: 1 };
        while let Some(tag) = bytes.byte() {
            expect(tag, tag::CPU_SAMPLE, "CPU sample")?;
            self.samples.push(CpuSample {
                // In units until the frequency is known.
                time: number(&mut bytes)? as i64,
                thread: number(&mut bytes)? as i64,
                proc: number(&mut bytes)? as i64,
                goroutine: match number(&mut bytes)? {
                    0 => crate::NONE,
                    id => id as i64,
                },
                stack: number(&mut bytes)?,
            });
        }
        Ok(())
    }

    fn add_sync(&mut self, batch: &Batch, minor: u32) -> Result<(), String> {
        // Before 1.25 the frequency stands alone, without a head.
        let at = usize::from(25 <= minor);
        let mut bytes = Bytes {
            data: &batch.data,
            at,
        };
        let mut time = batch.time;
        while let Some(tag) = bytes.byte() {
            match tag {
                tag::FREQUENCY => {
                    if self.clock.nanos_per_unit != 0.0 {
                        return Err("two clock frequencies".to_owned());
                    }
                    let per_second = number(&mut bytes)?;
                    self.clock = Clock::of(1.0 / (per_second as f64 / 1e9));
                }
                tag::CLOCK_SNAPSHOT if 25 <= minor => {
                    if self.snapshot.is_some() {
                        return Err("two clock records".to_owned());
                    }
                    time = time.wrapping_add(number(&mut bytes)?);
                    let snapshot = ClockSnapshot {
                        trace: 0,
                        mono: number(&mut bytes)?,
                        wall_seconds: number(&mut bytes)? as i64,
                        wall_nanos: number(&mut bytes)? as i64,
                    };
                    self.snapshot = Some((time, snapshot));
                }
                other => return Err(format!("event {other} in the batch of the clocks")),
            }
        }
        Ok(())
    }

    /// Checks what must be there, and what could not be decided before all of it was.
    pub(crate) fn finish(&mut self, minor: u32) -> Result<(), TraceError> {
        if self.clock.nanos_per_unit == 0.0 {
            return Err(self.broken("it does not say how fast its clock runs".to_owned()));
        }
        if 25 <= minor && self.snapshot.is_none() {
            return Err(self.broken("it has no clock record".to_owned()));
        }
        if let Some(frame) = self.tables.nameless_frame() {
            let Frame {
                pc, function, file, ..
            } = *frame;
            return Err(self.broken(format!(
                "the frame at {pc:#x} names strings {function} and {file}, not both of which exist"
            )));
        }
        self.settle();
        Ok(())
    }

    /// As [`Self::finish`] for a generation that need not be whole: what is missing is made good
    /// as far as that can be done, and the answer says what it was.
    pub(crate) fn finish_damaged(&mut self, minor: u32, before: Clock) -> Vec<String> {
        let mut missing = Vec::new();
        if self.clock.nanos_per_unit == 0.0 {
            self.clock = before;
            if before.nanos_per_unit == 0.0 {
                self.clock = Clock::of(LINUX_NANOS_PER_UNIT);
                missing.push("how fast its clock runs (taken as on Linux)".to_owned());
            }
        }
        if 25 <= minor && self.snapshot.is_none() {
            missing.push("its clock record".to_owned());
        }
        if self.tables.nameless_frame().is_some() {
            missing.push("the names of all frames".to_owned());
        }
        self.tables.lenient = true;
        self.settle();
        missing
    }

    /// What could not be worked out before all of it was there.
    fn settle(&mut self) {
        self.tables.generation = self.number;
        self.tables.clock = self.snapshot.map(|(units, snapshot)| ClockSnapshot {
            trace: self.clock.nanos(units),
            ..snapshot
        });
        for sample in &mut self.samples {
            sample.time = self.clock.nanos(sample.time as u64);
        }
        self.samples.sort_by_key(|sample| sample.time);
    }
}

fn number(bytes: &mut Bytes<'_>) -> Result<u64, String> {
    bytes.number().map_err(|bad: BadNumber| bad.to_string())
}

fn expect(tag: u8, wanted: u8, what: &str) -> Result<(), String> {
    if tag == wanted {
        Ok(())
    } else {
        Err(format!("event {tag} in a batch of {what}s"))
    }
}
