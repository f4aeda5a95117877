//! Listens to an input while it is read: what is on the time line, and when it was.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

use super::{Event, clock};

/// Longer lines are cut: their start has the time and the words.
const LONGEST: usize = 4096;
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

/// A reader that passes everything on and notes what belongs on the time line.
pub struct Watch<R> {
    inner: R,
    recorder: Rc<RefCell<Recorder>>,
    source: String,
    line: Vec<u8>,
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
            line: Vec::new(),
            last: None,
            collections: VecDeque::new(),
            wanted: 0,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            self.keep(&rest[..end]);
            self.end_line();
            rest = &rest[end + 1..];
        }
        self.keep(rest);
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST.saturating_sub(self.line.len());
        self.line.extend(&bytes[..bytes.len().min(room)]);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.take(&line);
        self.line = line;
        self.line.clear();
    }

    fn take(&mut self, line: &[u8]) {
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
        if n == 0 && !buffer.is_empty() && !self.line.is_empty() {
            self.end_line();
        }
        Ok(n)
    }
}

enum Kind {
    Failure,
    Collection,
}

/// What a line tells, if it belongs on the time line.
fn told(line: &[u8]) -> Option<(Kind, String)> {
    const FAILURES: [&[u8]; 5] = [
        b"fatal error: ",
        b"panic: ",
        b"SIGQUIT: quit",
        b"WARNING: DATA RACE",
        b"http: panic serving ",
    ];
    let failure = FAILURES
        .iter()
        .filter_map(|words| memchr::memmem::find(line, words))
        .min();
    if let Some(at) = failure {
        return Some((Kind::Failure, quoted(&line[at..])));
    }
    let at = memchr::memmem::find(line, b"gc ")?;
    let collection = &line[at..];
    let digits = collection[3..]
        .iter()
        .take_while(|c| c.is_ascii_digit())
        .count();
    let is_trace = 0 < digits && collection[3 + digits..].starts_with(b" @");
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
