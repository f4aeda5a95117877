//! Batches: what the file consists of, and how they are cut out of a stream of bytes.

use std::fmt;
use std::io::{ErrorKind, Read};

use crate::bytes::{BadNumber, Bytes};
use crate::error::TraceError;

/// Numbers that structure the file.
pub(crate) mod tag {
    pub(crate) const BATCH: u8 = 1;
    pub(crate) const STACKS: u8 = 2;
    pub(crate) const STACK: u8 = 3;
    pub(crate) const STRINGS: u8 = 4;
    pub(crate) const STRING: u8 = 5;
    pub(crate) const CPU_SAMPLES: u8 = 6;
    pub(crate) const CPU_SAMPLE: u8 = 7;
    pub(crate) const FREQUENCY: u8 = 8;
    pub(crate) const EXPERIMENTAL_BATCH: u8 = 49;
    pub(crate) const SYNC: u8 = 50;
    pub(crate) const CLOCK_SNAPSHOT: u8 = 51;
    pub(crate) const END_OF_GENERATION: u8 = 52;
}

/// The runtime never writes more.
const MAX_SIZE: u64 = 64 << 10;

/// The most that the head of a batch can take: two bytes and four numbers.
const MAX_HEAD: usize = 2 + 4 * 10;

/// How many generations may be missing where reading resumes after damage.
pub(crate) const MAX_GAP: u64 = 16;

/// How much is asked of the source at a time.
const CHUNK: usize = 256 << 10;

/// A batch, or the mark that ends a generation.
#[derive(Debug)]
pub(crate) enum Piece {
    Batch(Batch),
    EndOfGeneration,
}

#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) generation: u64,
    pub(crate) thread: i64,
    /// In units of the trace's clock.
    pub(crate) time: u64,
    /// Of an experiment, in a format of its own.
    pub(crate) experimental: bool,
    pub(crate) data: Vec<u8>,
}

/// The bytes of a trace, of which only a window is in memory.
pub(crate) struct Input<'a> {
    source: Box<dyn Read + Send + 'a>,
    window: Vec<u8>,
    /// How many bytes of it were read.
    filled: usize,
    /// The next byte in the window.
    at: usize,
    /// Where the piece begins that came last.
    last: usize,
    /// Where the window begins in the trace.
    base: u64,
    ended: bool,
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("offset", &self.offset())
            .finish_non_exhaustive()
    }
}

/// The head of a batch.
struct Head {
    length: usize,
    generation: u64,
    thread: u64,
    time: u64,
    experimental: bool,
    size: usize,
}

impl<'a> Input<'a> {
    pub(crate) fn new(source: impl Read + Send + 'a) -> Self {
        Self {
            source: Box::new(source),
            window: Vec::new(),
            filled: 0,
            at: 0,
            last: 0,
            base: 0,
            ended: false,
        }
    }

    /// How many bytes lie behind.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// What lies ahead: at least so many bytes, unless the trace ends before.
    fn ahead(&mut self, wanted: usize) -> Result<&[u8], TraceError> {
        while self.filled - self.at < wanted && !self.ended {
            // The piece that came last may have to be looked at once more.
            self.window.copy_within(self.last..self.filled, 0);
            self.base += self.last as u64;
            self.at -= self.last;
            self.filled -= self.last;
            self.last = 0;
            let size = self.at + CHUNK.max(wanted);
            if self.window.len() < size {
                self.window.resize(size, 0);
            }
            match self.source.read(&mut self.window[self.filled..]) {
                Ok(0) => self.ended = true,
                Ok(n) => self.filled += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    // What was read before may still be looked at, but nothing comes after it.
                    self.ended = true;
                    return Err(TraceError::Unreadable {
                        offset: self.base + self.filled as u64,
                        reason: error.to_string(),
                    });
                }
            }
        }
        Ok(&self.window[self.at..self.filled])
    }

    /// The N of `go 1.N trace`, if the trace begins so.
    pub(crate) fn version(&mut self) -> Result<Option<u32>, TraceError> {
        const TAIL: &[u8] = b" trace\0\0\0";
        let head = self.ahead(MAX_HEAD)?;
        let Some(rest) = head.strip_prefix(b"go 1.") else {
            return Ok(None);
        };
        let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = std::str::from_utf8(&rest[..n_digits]).unwrap_or_default();
        let minor = digits.parse().ok();
        if minor.is_none() || !rest[n_digits..].starts_with(TAIL) {
            return Ok(None);
        }
        self.at += 5 + n_digits + TAIL.len();
        Ok(minor)
    }

    /// The next piece of the trace; `None` at its end.
    pub(crate) fn piece(&mut self) -> Result<Option<Piece>, TraceError> {
        let offset = self.offset();
        let lying = self.ahead(MAX_HEAD)?;
        match lying.first() {
            None => return Ok(None),
            Some(&tag::END_OF_GENERATION) => {
                self.last = self.at;
                self.at += 1;
                return Ok(Some(Piece::EndOfGeneration));
            }
            Some(_) => {}
        }
        let head = Head::of(lying, offset)?;
        let whole = head.length + head.size;
        let lying = self.ahead(whole)?;
        let data = lying
            .get(head.length..whole)
            .ok_or(TraceError::Cut {
                offset,
                what: "the rest of a batch",
            })?
            .to_vec();
        self.last = self.at;
        self.at += whole;
        Ok(Some(Piece::Batch(Batch {
            generation: head.generation,
            thread: head.thread as i64,
            time: head.time,
            experimental: head.experimental,
            data,
        })))
    }

    /// Moves on to the next place where two batches, or a batch and an end, follow each other, the
    /// first of generation `near` or one soon after it. False if there is none.
    ///
    /// It looks inside the piece that came last, too: if garbage follows, its length may be wrong.
    pub(crate) fn resume(&mut self, near: u64) -> Result<bool, TraceError> {
        let fits = |generation: u64| {
            generation != 0 && (near == 0 || generation.wrapping_sub(near) <= MAX_GAP)
        };
        self.at = self.last;
        while self.at < self.filled {
            self.at += 1;
            self.last = self.at;
            let offset = self.offset();
            // The window grows only as far as a batch and the head after it.
            let lying = self.ahead(2 * MAX_HEAD)?;
            let Ok(head) = Head::of(lying, offset) else {
                continue;
            };
            if !fits(head.generation) || head.size == 0 {
                continue;
            }
            let whole = head.length + head.size;
            let after = self.ahead(whole + MAX_HEAD)?.get(whole..);
            let follows = match after {
                None => false,
                Some([] | [tag::END_OF_GENERATION, ..]) => true,
                Some(after) => Head::of(after, offset).is_ok_and(|head| fits(head.generation)),
            };
            if follows {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Head {
    fn of(lying: &[u8], offset: u64) -> Result<Self, TraceError> {
        let cut = || TraceError::Cut {
            offset,
            what: "the head of a batch",
        };
        let mut bytes = Bytes::new(lying);
        let first = bytes.byte().ok_or_else(cut)?;
        match first {
            tag::BATCH => {}
            tag::EXPERIMENTAL_BATCH => {
                bytes.byte().ok_or_else(cut)?;
            }
            other => {
                return Err(TraceError::Broken {
                    generation: 0,
                    reason: format!("byte {other} at {offset}, where a batch should begin"),
                });
            }
        }
        let mut number = || {
            bytes.number().map_err(|bad| match bad {
                BadNumber::Ended => cut(),
                BadNumber::TooLarge => TraceError::Broken {
                    generation: 0,
                    reason: format!("{bad}, in the head of the batch at {offset}"),
                },
            })
        };
        let (generation, thread, time, size) = (number()?, number()?, number()?, number()?);
        if MAX_SIZE < size {
            return Err(TraceError::Broken {
                generation,
                reason: format!(
                    "the batch at {offset} claims {size} bytes; {MAX_SIZE} is the most"
                ),
            });
        }
        Ok(Self {
            length: bytes.at,
            generation,
            thread,
            time,
            experimental: first == tag::EXPERIMENTAL_BATCH,
            size: size as usize,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives a byte at a time.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let (Some(first), Some(place)) = (self.0.first(), buffer.first_mut()) else {
                return Ok(0);
            };
            *place = *first;
            self.0 = &self.0[1..];
            Ok(1)
        }
    }

    #[test]
    fn pieces_do_not_depend_on_how_the_bytes_arrive() {
        let bytes = b"\x01\x07\x02\x03\x02ab\x34\x01\x08\x02\x03\x01c";
        for source in [
            Box::new(&bytes[..]) as Box<dyn Read + Send>,
            Box::new(Drops(bytes)),
        ] {
            let mut input = Input::new(source);
            let Ok(Some(Piece::Batch(batch))) = input.piece() else {
                panic!("a batch");
            };
            assert_eq!((batch.generation, batch.thread), (7, 2));
            assert_eq!((batch.time, &batch.data[..]), (3, &b"ab"[..]));
            assert!(matches!(input.piece(), Ok(Some(Piece::EndOfGeneration))));
            assert!(matches!(input.piece(), Ok(Some(Piece::Batch(_)))));
            assert!(matches!(input.piece(), Ok(None)));
            assert_eq!(input.offset(), bytes.len() as u64);
        }
    }

    #[test]
    fn garbage_between_batches_is_stepped_over() {
        let bytes = b"\xff\x01\x01\x01\x07\x02\x03\x02ab\x34";
        let mut input = Input::new(&bytes[..]);
        assert!(matches!(input.piece(), Err(TraceError::Broken { .. })));
        assert!(matches!(input.resume(7), Ok(true)));
        assert_eq!(input.offset(), 3);
        assert!(matches!(input.piece(), Ok(Some(Piece::Batch(_)))));
    }
}
