//! Batches: what the file consists of.

use crate::bytes::Bytes;
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

/// A batch, or the mark that ends a generation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece<'a> {
    Batch(Batch<'a>),
    EndOfGeneration,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Batch<'a> {
    pub(crate) generation: u64,
    pub(crate) thread: i64,
    /// In units of the trace's clock.
    pub(crate) time: u64,
    /// Of an experiment, in a format of its own.
    pub(crate) experimental: bool,
    pub(crate) data: &'a [u8],
}

/// The next piece of the file; `None` at its end.
pub(crate) fn next<'a>(input: &mut Bytes<'a>) -> Result<Option<Piece<'a>>, TraceError> {
    let offset = input.at;
    let cut = |what| TraceError::Cut { offset, what };
    let Some(first) = input.byte() else {
        return Ok(None);
    };
    match first {
        tag::END_OF_GENERATION => return Ok(Some(Piece::EndOfGeneration)),
        tag::BATCH => {}
        tag::EXPERIMENTAL_BATCH => {
            input.byte().ok_or_else(|| cut("the head of a batch"))?;
        }
        other => {
            return Err(TraceError::Broken {
                generation: 0,
                reason: format!("byte {other} at {offset}, where a batch should begin"),
            });
        }
    }
    let mut number = || {
        input.number().map_err(|bad| match bad {
            crate::bytes::BadNumber::Ended => cut("the head of a batch"),
            crate::bytes::BadNumber::TooLarge => TraceError::Broken {
                generation: 0,
                reason: format!("{bad}, in the head of the batch at {offset}"),
            },
        })
    };
    let (generation, thread, time, size) = (number()?, number()?, number()?, number()?);
    if MAX_SIZE < size {
        return Err(TraceError::Broken {
            generation,
            reason: format!("the batch at {offset} claims {size} bytes; {MAX_SIZE} is the most"),
        });
    }
    let data = input
        .take(size as usize)
        .ok_or_else(|| cut("the rest of a batch"))?;
    Ok(Some(Piece::Batch(Batch {
        generation,
        thread: thread as i64,
        time,
        experimental: first == tag::EXPERIMENTAL_BATCH,
        data,
    })))
}
