//! Listens to an input while it is read: what is on the time line, and when it was.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

use memchr::memmem::{self, Finder};
use memchr::{memchr, memrchr};

use super::{Event, clock};

/// Longer lines are cut: their start has the time and the words.
const LONGEST: usize = 4096;
/// The last time is looked for in so many lines: dumps have none.
const NEAR: usize = 4096;
/// So many collections before and after a crash are shown.
const BEFORE: usize = 3;
const AFTER: usize = 2;
/// So many characters of a line are shown: a line of the collector without its last words.
const SHOWN: usize = 100;
/// More events than that tell nobody anything.
const MOST: usize = 1000;

/// What several inputs told.
#[derive(Debug, Default)]
pub struct Recorder {
    /// In order of the inputs.
    pub events: Vec<Event>,
    /// Events that have no time.
    pub without_time: usize,
    /// Events that had no room.
    pub left_out: usize,
}

/// A reader that passes everything on and notes what belongs on the time line. It looks at lines
/// with words that tell something, and at others only for the time before those.
pub struct Watch<R> {
    inner: R,
    recorder: Rc<RefCell<Recorder>>,
    source: String,
    /// The start of a line whose end has not come yet.
    carry: Vec<u8>,
    failures: [Finder<'static>; FAILURES.len()],
    collection: Finder<'static>,
    /// The last time before the line at hand.
    last: Option<i64>,
    collections: VecDeque<Event>,
    /// How many collections are still to be shown after a crash.
    wanted: usize,
}

impl<R> Watch<R> {
    /// Watches `inner`, which the time line calls `source`.
    pub fn new(inner: R, source: &str, recorder: &Rc<RefCell<Recorder>>) -> Self {
        Self {
            inner,
            recorder: Rc::clone(recorder),
            source: source.to_owned(),
            carry: Vec::new(),
            failures: FAILURES.map(Finder::new),
            collection: Finder::new(COLLECTION),
            last: None,
            collections: VecDeque::new(),
            wanted: 0,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let Some(end) = memrchr(b'\n', bytes) else {
            self.keep(bytes);
            return;
        };
        let mut whole = &bytes[..=end];
        if !self.carry.is_empty() {
            let first = memchr(b'\n', whole).unwrap_or(end);
            self.keep(&whole[..first]);
            self.end_line();
            whole = &whole[first + 1..];
        }
        self.lines(whole);
        self.keep(&bytes[end + 1..]);
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST.saturating_sub(self.carry.len());
        self.carry.extend(&bytes[..bytes.len().min(room)]);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.carry);
        self.lines(&line);
        self.carry = line;
        self.carry.clear();
    }

    /// Takes whole lines.
    fn lines(&mut self, text: &[u8]) {
        let mut at = 0;
        // Where each of the words comes next; behind `at`, or at the end.
        let mut next = [0; FAILURES.len() + 1];
        while at < text.len() {
            let finders = self.failures.iter().chain([&self.collection]);
            for (finder, next) in finders.zip(&mut next) {
                if *next <= at {
                    *next = finder.find(&text[at..]).map_or(text.len(), |i| at + i);
                }
            }
            let hit = next.iter().copied().min().unwrap_or(text.len());
            if hit == text.len() {
                break;
            }
            let start = memrchr(b'\n', &text[at..hit]).map_or(at, |i| at + i + 1);
            let end = memchr(b'\n', &text[hit..]).map_or(text.len(), |i| hit + i);
            self.last = last_time(&text[at..start]).or(self.last);
            self.line(&text[start..end]);
            at = end + 1;
        }
        let rest = text.get(at..).unwrap_or_default();
        self.last = last_time(rest).or(self.last);
    }

    fn line(&mut self, line: &[u8]) {
        let own = clock::of_line(line);
        self.last = own.or(self.last);
        let Some((kind, text)) = told(line) else {
            return;
        };
        let Some(millis) = self.last else {
            self.recorder.borrow_mut().without_time += 1;
            return;
        };
        let event = Event {
            millis,
            is_after: own.is_none(),
            text,
            source: self.source.clone(),
        };
        match kind {
            Kind::Failure => {
                for collection in std::mem::take(&mut self.collections) {
                    self.record(collection);
                }
                self.record(event);
                self.wanted = AFTER;
            }
            Kind::Collection if 0 < self.wanted => {
                self.wanted -= 1;
                self.record(event);
            }
            Kind::Collection => {
                if self.collections.len() == BEFORE {
                    self.collections.pop_front();
                }
                self.collections.push_back(event);
            }
        }
    }

    fn record(&self, event: Event) {
        let mut recorder = self.recorder.borrow_mut();
        if recorder.events.len() < MOST {
            recorder.events.push(event);
        } else {
            recorder.left_out += 1;
        }
    }
}

impl<R: Read> Read for Watch<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.push(&buffer[..n]);
        if n == 0 && !buffer.is_empty() && !self.carry.is_empty() {
            self.end_line();
        }
        Ok(n)
    }
}

enum Kind {
    Failure,
    Collection,
}

const FAILURES: [&[u8]; 5] = [
    b"fatal error: ",
    b"panic: ",
    b"SIGQUIT: quit",
    b"WARNING: DATA RACE",
    b"http: panic serving ",
];
const COLLECTION: &[u8] = b"gc ";

/// The time of the last line that has one.
fn last_time(text: &[u8]) -> Option<i64> {
    let mut lines = text.rsplit(|b| *b == b'\n').take(NEAR);
    lines.find_map(clock::of_line)
}

/// What a line tells, if it belongs on the time line.
fn told(line: &[u8]) -> Option<(Kind, String)> {
    let failure = FAILURES
        .iter()
        .filter_map(|words| memmem::find(line, words))
        .min();
    if let Some(at) = failure {
        return Some((Kind::Failure, quoted(&line[at..])));
    }
    let at = memmem::find(line, COLLECTION)?;
    let collection = &line[at..];
    let rest = &collection[COLLECTION.len()..];
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let is_trace = 0 < digits && rest[digits..].starts_with(b" @");
    is_trace.then(|| (Kind::Collection, quoted(collection)))
}

fn quoted(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_end().trim_end_matches(['"', '}', '\\', 'n']);
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    format!("`{}`", short.replace('`', "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_are_shown_around_a_crash_only() {
        let line = |n| format!("2026-11-25T07:01:{n:02}Z gc {n} @{n}.1s 1%: 0+1+0 ms\n");
        let mut log: String = (0..10).map(line).collect::<Vec<_>>().concat();
        log.push_str("fatal error: concurrent map writes\n");
        log.push_str(&(10..20).map(line).collect::<Vec<_>>().concat());
        let recorder = Rc::new(RefCell::new(Recorder::default()));
        let mut watch = Watch::new(log.as_bytes(), "log", &recorder);
        let mut out = Vec::new();
        watch.read_to_end(&mut out).expect("memory can be read");
        assert_eq!(out, log.as_bytes());
        let recorder = recorder.borrow();
        let texts: Vec<&str> = recorder.events.iter().map(|it| &it.text[..5]).collect();
        assert_eq!(
            texts,
            ["`gc 7", "`gc 8", "`gc 9", "`fata", "`gc 1", "`gc 1"]
        );
        assert!(recorder.events[3].is_after);
    }
}
