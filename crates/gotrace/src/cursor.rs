//! The events of one thread, out of the bytes of its batches.

use crate::batch::Batch;
use crate::bytes::{BadNumber, SHORT, WINDOW, number_in, short_number};
use crate::error::Breach;
use crate::generation::{Clock, Stream};
use crate::kind::{EventKind, Shape};

/// How many events of a thread are read at a time: few enough that those of all threads stay in
/// the nearest cache, and enough that reading them is a loop of its own, whose branches follow what
/// one thread does.
pub(crate) const AHEAD: usize = 16;

/// An event before it has found its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawEvent {
    pub(crate) kind: EventKind,
    pub(crate) time: i64,
    pub(crate) args: [u64; 4],
}

impl RawEvent {
    const NOTHING: Self = Self {
        kind: EventKind::Sync,
        time: 0,
        args: [0; 4],
    };

    /// Reads the event at the front, which comes after one at the time `last`; gives how many bytes
    /// it takes. `None` if it may not be a sound one of short numbers.
    #[inline]
    fn read_short(&mut self, bytes: &[u8; SHORT], last: i64, clock: Clock) -> Option<usize> {
        let shape = Shape::timed(bytes[0])?;
        let (step, mut at) = short_number(bytes, 1)?;
        self.kind = shape.kind;
        self.time = last.wrapping_add(clock.nanos(step));
        self.args = [0; 4];
        // Written out, since a loop would count where this only compares.
        let n_args = shape.n_args;
        if 0 < n_args {
            (self.args[0], at) = short_number(bytes, at)?;
            if 1 < n_args {
                (self.args[1], at) = short_number(bytes, at)?;
                if 2 < n_args {
                    (self.args[2], at) = short_number(bytes, at)?;
                    if 3 < n_args {
                        (self.args[3], at) = short_number(bytes, at)?;
                    }
                }
            }
        }
        Some(at)
    }

    /// As [`Self::read_short`], for any event.
    fn read(
        &mut self,
        window: &[u8; WINDOW],
        last: i64,
        clock: Clock,
    ) -> Result<usize, Box<Breach>> {
        let Some(shape) = Shape::timed(window[0]) else {
            let number = window[0];
            return Err(format!("event {number} among the events of a thread").into());
        };
        let mut at = 1;
        let step = number_in(window, &mut at)?;
        self.args = [0; 4];
        for slot in self.args.iter_mut().take(usize::from(shape.n_args)) {
            *slot = number_in(window, &mut at)?;
        }
        self.kind = shape.kind;
        self.time = last.wrapping_add(clock.nanos(step));
        Ok(at)
    }
}

/// A place in the batches of one thread.
#[derive(Debug)]
pub(crate) struct Cursor {
    thread: i64,
    /// Kept to the end, so that the next generation finds their memory still in place.
    batches: Vec<Batch>,
    /// The one that is being read.
    batch: usize,
    /// Some events of the batch, the first `n_events` of these.
    events: Vec<RawEvent>,
    n_events: usize,
    /// The one before which this stands.
    next: usize,
    /// Where they begin and end in the batch.
    begin: usize,
    end: usize,
    /// Time of the last of them; 0 before the first of a batch.
    last: i64,
}

impl Cursor {
    /// Stands before the first event once it has read on.
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            thread: stream.thread,
            batches: stream.batches,
            batch: 0,
            events: Vec::new(),
            n_events: 0,
            next: 0,
            begin: 0,
            end: 0,
            last: 0,
        }
    }

    pub(crate) fn thread(&self) -> i64 {
        self.thread
    }

    /// The events that were read, from that before which this stands.
    #[inline]
    pub(crate) fn events(&self) -> &[RawEvent] {
        &self.events[self.next..self.n_events]
    }

    /// The event before which this stands, if it was read.
    #[inline]
    pub(crate) fn event(&self) -> Option<&RawEvent> {
        self.events().first()
    }

    /// Moves on by as many events that were read.
    #[inline]
    pub(crate) fn pass(&mut self, n_events: usize) {
        self.next += n_events;
    }

    /// Bytes after the event before which this stands.
    pub(crate) fn rest(&self) -> u64 {
        let (mut at, mut event) = (self.begin, RawEvent::NOTHING);
        for _ in 0..self.n_events.min(self.next + 1) {
            // What was read before can be read again.
            let window = window_of(self.ahead(at));
            at += event.read(&window, 0, Clock::default()).unwrap_or_default();
        }
        let whole: usize = self.batches[self.batch..]
            .iter()
            .map(|it| it.data.len())
            .sum();
        (whole - at) as u64
    }

    /// The bytes of the batch from that place on.
    fn ahead(&self, at: usize) -> &[u8] {
        let batch = self.batches.get(self.batch);
        batch.and_then(|it| it.data.get(at..)).unwrap_or_default()
    }

    /// Reads the next events, after those that were read before; gives when the first of them was.
    /// `None` if there is none, and an error only if the first is broken.
    #[inline(never)]
    pub(crate) fn read_on(&mut self, clock: Clock) -> Result<Option<i64>, Box<Breach>> {
        (self.n_events, self.next, self.begin) = (0, 0, self.end);
        while self.ahead(self.end).is_empty() {
            if self.batches.len() <= self.batch + 1 {
                return Ok(None);
            }
            self.batch += 1;
            (self.begin, self.end, self.last) = (0, 0, 0);
        }
        let Batch { time, data, .. } = &self.batches[self.batch];
        let base = clock.nanos(*time);
        // An event takes two bytes or more.
        let wanted = AHEAD.min(1 + (data.len() - self.end) / 2);
        if self.events.len() < wanted {
            self.events.resize(wanted, RawEvent::NOTHING);
        }
        let (mut ahead, mut last, mut n_events) = (&data[self.end..], self.last, 0);
        if last == 0 {
            last = base;
        }
        for event in &mut self.events {
            let bytes = ahead.first_chunk();
            let length = bytes.and_then(|bytes| event.read_short(bytes, last, clock));
            let Some(length) = length else { break };
            ahead = ahead.get(length..).unwrap_or_default();
            last = event.time;
            n_events += 1;
            if last == 0 {
                break;
            }
        }
        (self.end, self.last, self.n_events) = (data.len() - ahead.len(), last, n_events);
        if n_events == 0 {
            self.read_long(clock)?;
        }
        Ok(self.event().map(|first| first.time))
    }

    /// Reads one event, of whatever numbers, where the bytes may end inside it.
    #[cold]
    fn read_long(&mut self, clock: Clock) -> Result<(), Box<Breach>> {
        let ahead = self.ahead(self.end);
        let (window, n_bytes) = (window_of(ahead), ahead.len());
        let event = &mut self.events[0];
        let length = event.read(&window, self.last, clock)?;
        if n_bytes < length {
            return Err(BadNumber::Ended.into());
        }
        self.last = event.time;
        self.end += length;
        self.n_events = 1;
        Ok(())
    }
}

/// The bytes at the front, and zeros after the end.
fn window_of(bytes: &[u8]) -> [u8; WINDOW] {
    let mut window = [0; WINDOW];
    let length = bytes.len().min(WINDOW);
    window[..length].copy_from_slice(&bytes[..length]);
    window
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bytes::Bytes;

    /// A number, at times in more bytes than it takes.
    fn number(out: &mut Vec<u8>, mut value: u64, is_padded: bool) {
        while 0x80 <= value {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        if is_padded {
            out.extend([value as u8 | 0x80, 0]);
        } else {
            out.push(value as u8);
        }
    }

    proptest! {
        /// However long the numbers are, and wherever batches end, the events are those that a
        /// reader of one number after the other finds.
        #[test]
        fn events_of_all_lengths(
            wanted in proptest::collection::vec(
                (9_u8..49, 0_u32..64, any::<u64>(), proptest::collection::vec(any::<bool>(), 5)),
                0..80,
            ),
            per_batch in 1_usize..40,
        ) {
            let mut stream = Stream { thread: 1, batches: Vec::new() };
            for events in wanted.chunks(per_batch) {
                let mut data = Vec::new();
                for (kind, shift, value, is_padded) in events {
                    data.push(*kind);
                    let n_args = Shape::timed(*kind).map_or(0, |shape| shape.n_args);
                    for at in 0..=u32::from(n_args) {
                        let value = value >> ((shift + 7 * at) % 64);
                        number(&mut data, value, is_padded[at as usize] && value < 1 << 49);
                    }
                }
                stream.batches.push(Batch { time: 5, data, ..Batch::default() });
            }
            let whole: usize = stream.batches.iter().map(|batch| batch.data.len()).sum();
            let batches: Vec<_> = stream.batches.iter().map(|batch| batch.data.clone()).collect();
            let clock = Clock::of(64.0);
            let mut cursor = Cursor::new(stream);
            let mut n_read = 0;
            for data in &batches {
                let (mut bytes, mut time) = (Bytes::new(data), clock.nanos(5));
                while let Some(kind) = bytes.byte() {
                    if cursor.event().is_none() {
                        prop_assert!(cursor.read_on(clock).is_ok());
                    }
                    time = time.wrapping_add(clock.nanos(bytes.number().unwrap()));
                    let event = *cursor.event().unwrap();
                    prop_assert_eq!(event.kind as u8, kind);
                    prop_assert_eq!(event.time, time);
                    for at in 0..event.kind.args().len() {
                        prop_assert_eq!(event.args[at], bytes.number().unwrap());
                    }
                    prop_assert_eq!(cursor.rest(), (whole - n_read - bytes.at) as u64);
                    cursor.pass(1);
                }
                n_read += data.len();
            }
            prop_assert_eq!(cursor.event().is_none(), true);
            prop_assert_eq!(cursor.read_on(clock), Ok(None));
        }
    }
}
