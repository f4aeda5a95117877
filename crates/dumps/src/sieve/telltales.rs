//! Where a log is worth a look. Most of a large log is read here and nowhere else.

use memchr::memmem::Finder;
use memchr::memrchr;

use super::shape::NO_DESCRIPTOR;

/// A log without any of these has no dump: each start of a dump has one of them.
const WORDS: [&[u8]; 10] = [
    b"goroutine ",
    b"fatal error: ",
    b"panic",
    b"SIG",
    b"SCHED ",
    b"DATA RACE",
    b" ms clock, ",
    b"Full thread dump ",
    b"ConcurrentModificationException",
    NO_DESCRIPTOR,
];

/// Finds the lines with telltales of one text after the other.
#[derive(Debug)]
pub(super) struct Telltales {
    finders: [Finder<'static>; WORDS.len()],
    /// Where each of them comes next in the text; may lie behind, if it was not looked for since.
    next: [usize; WORDS.len()],
}

impl Default for Telltales {
    fn default() -> Self {
        Self {
            finders: WORDS.map(Finder::new),
            next: [0; WORDS.len()],
        }
    }
}

impl Telltales {
    /// Another text comes.
    pub(super) fn start(&mut self) {
        self.next = [0; WORDS.len()];
    }

    /// True if a line has one of them.
    pub(super) fn has_one(&self, line: &[u8]) -> bool {
        let mut finders = self.finders.iter();
        finders.any(|finder| finder.find(line).is_some())
    }

    /// The start of the first line at or after `at` that has a telltale, or the end of `text`.
    /// `at` is the start of a line and never goes back.
    pub(super) fn next_line(&mut self, text: &[u8], at: usize) -> usize {
        for (finder, next) in self.finders.iter().zip(&mut self.next) {
            if *next <= at {
                *next = finder.find(&text[at..]).map_or(text.len(), |i| at + i);
            }
        }
        let hit = self.next.iter().copied().min().unwrap_or(text.len());
        if hit == text.len() {
            return hit;
        }
        memrchr(b'\n', &text[at..hit]).map_or(at, |i| at + i + 1)
    }
}

#[cfg(test)]
mod tests {
    use memchr::memchr;

    use super::*;

    #[test]
    fn every_line_with_a_telltale_is_found_once() {
        let text = b"a\npanic: SIGSEGV SIGILL\nb\n\nx panic serving y\nc\nSCHED 1ms\n";
        let mut telltales = Telltales::default();
        for _ in 0..2 {
            telltales.start();
            let mut found = Vec::new();
            let mut at = 0;
            while at < text.len() {
                let start = telltales.next_line(text, at);
                let end = memchr(b'\n', &text[start..]).map_or(text.len(), |i| start + i);
                found.push(&text[start..end]);
                at = end + 1;
            }
            let wanted: [&[u8]; 3] = [b"panic: SIGSEGV SIGILL", b"x panic serving y", b"SCHED 1ms"];
            assert_eq!(found, wanted);
        }
    }
}
