//! The whole text.

use rustc_hash::FxHashMap;

use crate::arguments;
use crate::line::{End, Event, Line, Stamp};

/// What strace recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// In the order in which they began.
    pub calls: Vec<Call>,
    /// Signals that were delivered, in order.
    pub signals: Vec<Signal>,
    /// What times count.
    pub clock: Clock,
    /// The last moment that was written, in nanoseconds.
    pub end: u64,
    /// Lines that are not understood.
    pub strange_lines: u64,
    /// Calls without a duration, which `-T` writes.
    pub without_duration: u64,
}

/// What the times of a recording count, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// Since 1970 (`-ttt`).
    #[default]
    Unix,
    /// Since the last midnight before the recording, where it was made (`-tt`).
    Day,
    /// The same in whole seconds (`-t`).
    DayInSeconds,
    /// Since the first line; what was cut off each step (`-r`) is made good on average only.
    Steps,
}

/// A system call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The thread; 0 if strace did not say.
    pub thread: u32,
    /// When it began, in nanoseconds.
    pub start: u64,
    /// Its name.
    pub name: String,
    /// Its arguments as strace writes them.
    pub args: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took; `None` if it had not ended, or strace did not say.
    pub duration_nanos: Option<u64>,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned this, and what the descriptor is if it is one.
    Returned(i64, String),
    /// It failed with this error, `EAGAIN`.
    Failed(String),
    /// It had not ended when the recording did, or the process ended first.
    Open,
}

/// A signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The thread it was delivered to.
    pub thread: u32,
    /// In nanoseconds.
    pub time: u64,
    /// `SIGURG`.
    pub name: String,
}

impl Call {
    /// The first argument, if it is a descriptor: its number and what it is. That is empty if
    /// strace ran without `-y`.
    pub fn descriptor(&self) -> Option<(i32, &str)> {
        arguments::descriptor(arguments::split(&self.args).first()?)
    }

    /// The first argument that is a string, as strace writes it: usually a path.
    pub fn string(&self) -> Option<&str> {
        arguments::split(&self.args)
            .into_iter()
            .find_map(arguments::string)
    }
}

/// Reads all of it.
pub fn read(text: &[u8]) -> Recording {
    let mut recording = Recording::default();
    let mut times = Times::default();
    // By thread: the call that has been begun.
    let mut begun: FxHashMap<u32, usize> = FxHashMap::default();
    for line in text.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        let line = String::from_utf8_lossy(line);
        let Some(Line {
            thread,
            stamp,
            event,
        }) = Line::parse(&line)
        else {
            recording.strange_lines += 1;
            continue;
        };
        let time = times.of(stamp);
        let Some(event) = event else {
            recording.strange_lines += 1;
            continue;
        };
        let thread = thread.unwrap_or(0);
        recording.end = recording.end.max(time);
        match event {
            Event::Call { name, args, end } => recording.push(thread, time, name, args, end),
            Event::Begun { name, args } => {
                begun.insert(thread, recording.calls.len());
                recording.push(thread, time, name, args, End::default());
            }
            Event::Resumed { name, args, end } => {
                let call = begun.remove(&thread).map(|at| &mut recording.calls[at]);
                if let Some(call) = call.filter(|call| call.name == name) {
                    call.args.push_str(args);
                    (call.outcome, call.duration_nanos) = ended(end);
                } else {
                    // It was begun before the recording.
                    let start = time.saturating_sub(end.nanos.unwrap_or(0));
                    recording.push(thread, start, name, args, end);
                }
            }
            Event::Signal { name } => recording.signals.push(Signal {
                thread,
                time,
                name: name.to_owned(),
            }),
            Event::Gone => {}
        }
    }
    recording.calls.sort_by_key(|call| call.start);
    recording.clock = times.clock;
    let has_none = |call: &&Call| call.duration_nanos.is_none() && call.outcome != Outcome::Open;
    recording.without_duration = recording.calls.iter().filter(has_none).count() as u64;
    recording
}

/// From the times of lines to moments on one clock.
#[derive(Default)]
struct Times {
    clock: Clock,
    last: u64,
    /// The last midnight, on that clock.
    midnight: u64,
}

impl Times {
    const DAY: u64 = 86_400_000_000_000;

    fn of(&mut self, stamp: Stamp) -> u64 {
        let (clock, time) = match stamp {
            Stamp::Unix(time) => (Clock::Unix, time),
            Stamp::Day(time) => (Clock::Day, self.on_day(time)),
            Stamp::Second(time) => (Clock::DayInSeconds, self.on_day(time)),
            Stamp::Step(time) => (Clock::Steps, self.last.saturating_add(time)),
        };
        (self.clock, self.last) = (clock, time);
        time
    }

    /// Lines are written in order, so what is half a day earlier is of the next day.
    fn on_day(&mut self, time: u64) -> u64 {
        if self.midnight.saturating_add(time) < self.last.saturating_sub(Self::DAY / 2) {
            self.midnight += Self::DAY;
        }
        self.midnight.saturating_add(time)
    }
}

impl Recording {
    fn push(&mut self, thread: u32, start: u64, name: &str, args: &str, end: End<'_>) {
        let (outcome, duration_nanos) = ended(end);
        self.calls.push(Call {
            thread,
            start,
            name: name.to_owned(),
            args: args.trim().to_owned(),
            outcome,
            duration_nanos,
        });
    }
}

fn ended(end: End<'_>) -> (Outcome, Option<u64>) {
    let outcome = match end.value {
        _ if !end.error.is_empty() => Outcome::Failed(end.error.to_owned()),
        Some(value) => Outcome::Returned(value, end.described.to_owned()),
        None => Outcome::Open,
    };
    (outcome, end.nanos)
}

/// True if a text that starts like this was written by strace with times: one of its first lines
/// is a call, or the begin of one.
pub fn looks_like(head: &[u8]) -> bool {
    const FIRST: usize = 20;
    head.split(|byte| *byte == b'\n').take(FIRST).any(|line| {
        let line = String::from_utf8_lossy(line);
        // Of a process with many threads that strace came upon, all are first seen inside a call.
        let is_call =
            |it: Line<'_>| matches!(it.event, Some(Event::Call { .. } | Event::Begun { .. }));
        Line::parse(&line).is_some_and(is_call)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "strace: Process 8 attached\n\
        7 1795609871.000000 openat(AT_FDCWD</tmp>, \"/x\", O_RDONLY) = 5</x> <0.000010>\n\
        7 1795609871.100000 read(5</x>, <unfinished ...>\n\
        8 1795609871.200000 waitid(P_PID, 99, <unfinished ...>\n\
        8 1795609871.300000 --- SIGURG {si_signo=SIGURG} ---\n\
        7 1795609871.400000 <... read resumed>\"a, b\", 9) = 4 <0.300000>\n\
        9 1795609871.500000 <... futex resumed>) = -1 EINTR (Interrupted system call) <0.400000>\n";

    #[test]
    fn threads_that_are_all_inside_a_call_are_known_as_such() {
        let line = "5416 1796005021.890617 futex(0xb514194d160, FUTEX_WAIT_PRIVATE, 0, NULL <unfinished ...>\n";
        assert!(looks_like(line.repeat(30).as_bytes()));
        assert!(!looks_like(b"5416 it waits (and waits)\n"));
    }

    #[test]
    fn halves_are_joined_and_what_has_not_ended_is_open() {
        let recording = read(TEXT.as_bytes());
        let names: Vec<&str> = recording.calls.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["openat", "read", "futex", "waitid"]);
        let [open, read, futex, wait] = &recording.calls[..] else {
            panic!();
        };
        assert_eq!(open.outcome, Outcome::Returned(5, "/x".to_owned()));
        assert_eq!((open.string(), open.descriptor()), (Some("/x"), None));
        assert_eq!(
            (read.args.as_str(), read.duration_nanos),
            ("5</x>,\"a, b\", 9", Some(300_000_000))
        );
        assert_eq!(read.descriptor(), Some((5, "/x")));
        assert_eq!(futex.start, 1_795_609_871_100_000_000);
        assert_eq!(wait.outcome, Outcome::Open);
        assert_eq!((recording.strange_lines, recording.signals.len()), (1, 1));
        assert_eq!(recording.end, 1_795_609_871_500_000_000);
        assert_eq!(recording.clock, Clock::Unix);
        assert!(looks_like(TEXT.as_bytes()));
        assert!(!looks_like(b"api 7 1.5: 10 cycles:\n"));
    }

    #[test]
    fn times_go_on_over_midnight_and_from_line_to_line() {
        let starts = |text: &str| {
            let recording = read(text.as_bytes());
            let starts: Vec<u64> = recording.calls.iter().map(|it| it.start).collect();
            (recording.clock, starts)
        };
        assert_eq!(
            starts("7 23:59:59.5 close(3) = 0\n7 00:00:00.5 close(4) = 0\n"),
            (Clock::Day, vec![86_399_500_000_000, 86_400_500_000_000])
        );
        // A line of which only the time is understood counts too.
        assert_eq!(
            starts("7 0.000010000 close(3) = 0\n7 0.000001000 ???\n7 0.000002000 close(4) = 0\n"),
            (Clock::Steps, vec![10_000, 13_000])
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[ \n7-9a-c(),.<>=?\"\\\\\\[\\]+-]{0,200}|.{0,200}") {
            for call in read(text.as_bytes()).calls {
                call.descriptor();
                call.string();
            }
        }
    }
}
