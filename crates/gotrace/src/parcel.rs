//! Events on their way from one thread to another.
//!
//! Memory that two cores write and read in turn has its price, so events travel in less than half of
//! what they take before and after: as they are, recorded traces took a sixth longer on two cores.

use crate::event::Event;
use crate::kind::EventKind;
use crate::made::Made;
use crate::sequence::News;

/// How many events make it worth a thread's while to be woken.
const MANY: usize = 4096;

/// Events in order, all of one generation, and what is to be known before the first of them.
#[derive(Debug, Default)]
pub(crate) struct Parcel {
    events: Vec<Packed>,
    /// Those that do not fit.
    wide: Vec<Event>,
    /// When the last event was that was put in or taken out.
    time: i64,
    n_taken: usize,
    n_wide_taken: usize,
    news: Option<News>,
}

/// An event in half a line of a cache: times as steps, and all numbers short.
#[derive(Clone, Copy, Debug)]
struct Packed {
    kind: EventKind,
    /// Whether the next of [`Parcel::wide`] stands for it.
    is_wide: bool,
    /// With 0 for none, as the thread and the goroutine.
    proc: u16,
    thread: u32,
    goroutine: u32,
    step: u32,
    args: [u32; 4],
}

impl Packed {
    /// The event comes after one at the time `last`.
    #[inline]
    fn of(event: &Event, last: i64) -> Self {
        let step = event.time.wrapping_sub(last) as u64;
        let from_zero = |id: i64| (id as u64).wrapping_sub(crate::NONE as u64);
        let (thread, goroutine) = (from_zero(event.thread), from_zero(event.goroutine));
        let proc = from_zero(event.proc);
        let [a, b, c, d] = event.args;
        Self {
            kind: event.kind,
            is_wide: (step | thread | goroutine | a | b | c | d) >> 32 | proc >> 16 != 0,
            proc: proc as u16,
            thread: thread as u32,
            goroutine: goroutine as u32,
            step: step as u32,
            args: event.args.map(|arg| arg as u32),
        }
    }

    #[inline]
    fn event(&self, last: i64) -> Event {
        let id = |from_zero: u32| i64::from(from_zero) + crate::NONE;
        Event {
            kind: self.kind,
            time: last.wrapping_add(i64::from(self.step)),
            thread: id(self.thread),
            proc: id(u32::from(self.proc)),
            goroutine: id(self.goroutine),
            args: self.args.map(u64::from),
        }
    }
}

impl Parcel {
    /// Whether no event was put in.
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Whether it is time to send it.
    pub(crate) fn is_full(&self) -> bool {
        MANY <= self.events.len()
    }

    /// Whether nothing is left in it.
    pub(crate) fn is_taken(&self) -> bool {
        self.n_taken == self.events.len() && self.news.is_none()
    }

    /// Adds a stretch of events; what is to be known of it can be known before all of the parcel.
    pub(crate) fn put(&mut self, made: &Made, news: News) {
        self.events.extend(made.events().iter().map(|event| {
            let packed = Packed::of(event, self.time);
            if packed.is_wide {
                self.wide.push(*event);
            }
            self.time = event.time;
            packed
        }));
        match &mut self.news {
            None => self.news = Some(news),
            Some(before) => before.join(news),
        }
    }

    /// The next events in the place of those in `made`.
    pub(crate) fn take(&mut self, made: &mut Made) -> Option<News> {
        if self.n_taken == 0 {
            self.time = 0;
        }
        let packed = &self.events[self.n_taken..];
        self.n_taken += made.refill(packed.iter().map(|packed| {
            let event = if packed.is_wide {
                self.n_wide_taken += 1;
                self.wide[self.n_wide_taken - 1]
            } else {
                packed.event(self.time)
            };
            self.time = event.time;
            event
        }));
        self.news.take()
    }

    /// Makes it empty again.
    pub(crate) fn clear(&mut self) {
        self.events.clear();
        self.wide.clear();
        (self.time, self.n_taken, self.n_wide_taken) = (0, 0, 0);
        self.news = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::NONE;
    use crate::cursor::RawEvent;
    use crate::order::Context;

    fn id() -> impl Strategy<Value = i64> {
        prop_oneof![Just(NONE), 0..9_i64, 65_530..65_540_i64, any::<i64>()]
    }

    fn arg() -> impl Strategy<Value = u64> {
        prop_oneof![0..9_u64, (1_u64 << 32) - 2..1 << 33, Just(u64::MAX)]
    }

    proptest! {
        /// Whatever numbers they have.
        #[test]
        fn what_is_taken_is_what_was_put(
            events in proptest::collection::vec(
                (prop_oneof![1..9_i64, any::<i64>()], [id(), id(), id()], [arg(), arg(), arg(), arg()]),
                0..300,
            ),
        ) {
            let mut parcel = Parcel::default();
            for _ in 0..2 {
                parcel.clear();
                let (mut made, mut wanted, mut time) = (Made::default(), Vec::new(), 0_i64);
                for stretch in events.chunks(50) {
                    made.clear();
                    for (step, [thread, proc, goroutine], args) in stretch {
                        time = time.wrapping_add(*step);
                        let (thread, proc, goroutine) = (*thread, *proc, *goroutine);
                        let cx = Context { thread, proc, goroutine };
                        let kind = EventKind::GoBlock;
                        made.put(&RawEvent { kind, time, args: *args }, cx);
                    }
                    wanted.extend_from_slice(made.events());
                    parcel.put(&made, News::default());
                }
                let mut taken = Vec::new();
                while !parcel.is_taken() {
                    parcel.take(&mut made);
                    while !made.is_taken() {
                        taken.push(*made.take());
                    }
                }
                prop_assert_eq!(taken, wanted);
            }
        }
    }
}
