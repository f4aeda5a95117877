//! From bytes to a [`Document`]: one reader a part, parts split at goroutine headers.

use contend_base::{Range, Span};
use memchr::memmem;
use rayon::prelude::*;

use crate::document::{Document, Tables};
use crate::godebug::{gc_line, is_sched_detail, sched_line};
use crate::goroutine;
use crate::headline::headline;
use crate::lines::{Line, Lines};
use crate::model::{Frame, Goroutine};
use crate::profile::profile;
use crate::sieve::{belongs, is_notice, starts_dump};
use crate::trail::Trail;
use crate::{jvm, race};

/// Parts smaller than this are not worth a thread.
const PART: usize = 4 << 20;
/// How many unknown lines are kept, per part.
const SAMPLES: usize = 8;

/// Reads `text`: what dying or hung Go programs, the race detector and Java machines print, in any
/// order and number, with foreign lines in between.
///
/// Lines must not have prefixes; [`crate::Sieve`] takes those away. Never fails: what is not
/// understood is counted in [`Document::unknown`]. Only the first 4 GiB are read, since offsets
/// have 32 bits. The result does not depend on the number of threads.
pub fn parse(text: &[u8]) -> Document<'_> {
    let text = &text[..text.len().min(u32::MAX as usize - 1)];
    // No more parts than threads: each has its own names, and putting parts together costs.
    let part = text.len().div_ceil(rayon::current_num_threads()).max(PART);
    let borders = borders(text, part);
    let parts: Vec<Tables<'_>> = borders
        .par_windows(2)
        .map(|ends| parse_part(text, ends[0], ends[1]))
        .collect();
    Document::assemble(text, parts)
}

/// Where to cut `text` for parallel reading: in front of goroutine headers behind blank lines,
/// about every `part` bytes.
fn borders(text: &[u8], part: usize) -> Vec<usize> {
    let finder = memmem::Finder::new(b"\n\ngoroutine ");
    let mut borders = vec![0];
    let mut at = part;
    while at < text.len() {
        let Some(found) = finder.find(&text[at..]) else {
            break;
        };
        borders.push(at + found + 2);
        at += found + part.max(2);
    }
    borders.push(text.len());
    borders
}

fn parse_part(text: &[u8], start: usize, end: usize) -> Tables<'_> {
    let mut reader = Reader {
        lines: Lines {
            text,
            at: start,
            end,
        },
        out: Tables::new(text),
        trail: Trail::new(),
    };
    while let Some(line) = reader.lines.next() {
        if line.bytes.is_empty() || reader.read(line) {
            continue;
        }
        let bytes = line.bytes;
        if belongs(bytes) || starts_dump(bytes) || bytes.starts_with(goroutine::HEADER) {
            note_unknown(&mut reader.out.unknown, line.span());
        } else {
            let unknown = &mut reader.out.unknown;
            unknown.foreign += 1;
            if is_notice(bytes) {
                unknown.no_descriptor += 1;
                unknown.first_no_descriptor.get_or_insert(line.span());
            }
        }
    }
    reader.out
}

struct Reader<'t> {
    lines: Lines<'t>,
    out: Tables<'t>,
    trail: Trail,
}

impl<'t> Reader<'t> {
    /// Reads what starts at `line`; false if nothing does.
    fn read(&mut self, line: Line<'t>) -> bool {
        self.by_first_byte(line)
            || is_register(line.bytes)
            || self.headline(line)
            || self.exception(line)
            || self.profile(line)
    }

    /// The common starts; the rest is tried in turn.
    fn by_first_byte(&mut self, line: Line<'t>) -> bool {
        let bytes = line.bytes;
        match bytes[0] {
            b'g' => self.goroutine(line) || self.gc(line),
            b'r' if bytes == goroutine::RUNTIME_STACK => self.goroutine(line),
            // What the collector prints of an object before it gives up.
            b' ' => bytes.starts_with(b" *(object+") || bytes == b" ..." || is_sched_detail(bytes),
            b'o' => bytes.starts_with(b"object=0x"),
            b'S' => {
                let found = sched_line(&line);
                self.out.sched.extend(found);
                found.is_some()
            }
            b'W' if bytes.starts_with(race::START) => {
                let out = &mut self.out;
                let unknown = &mut out.unknown;
                let report = race::report(
                    line,
                    &mut self.lines,
                    &mut out.names,
                    &mut out.frames,
                    &mut |span| note_unknown(unknown, span),
                );
                out.races.push(report);
                true
            }
            b'F' if bytes.starts_with(b"Full thread dump ") => {
                let out = &mut self.out;
                let dump = jvm::dump(&mut self.lines, &mut out.names, &mut out.frames);
                out.jvm.push(dump);
                true
            }
            b'F' => bytes.starts_with(b"Found ") && bytes.ends_with(b"data race(s)"),
            b'=' => bytes.iter().all(|b| *b == b'='),
            b'-' => bytes == b"-----",
            b'e' => bytes.starts_with(b"exit status "),
            b'P' => bytes.starts_with(b"PC=0x"),
            _ => false,
        }
    }

    fn goroutine(&mut self, line: Line<'t>) -> bool {
        let out = &mut self.out;
        let Some(mut found) = goroutine::header(&line, &mut out.names) else {
            return false;
        };
        let unknown = &mut out.unknown;
        goroutine::body(
            &mut self.lines,
            &mut out.names,
            &mut self.trail,
            &mut out.frames,
            &mut found,
            &mut |span| note_unknown(unknown, span),
        );
        out.goroutines.push(found);
        true
    }

    fn gc(&mut self, line: Line<'t>) -> bool {
        let found = gc_line(&line);
        self.out.gc.extend(found);
        found.is_some()
    }

    fn profile(&mut self, line: Line<'t>) -> bool {
        let out = &mut self.out;
        let found = profile(line, &mut self.lines, &mut out.names, &mut out.frames);
        let is_some = found.is_some();
        out.profiles.extend(found);
        is_some
    }

    fn headline(&mut self, line: Line<'t>) -> bool {
        let found = headline(line, &mut self.lines);
        let is_some = found.is_some();
        self.out.headlines.extend(found);
        is_some
    }

    fn exception(&mut self, line: Line<'t>) -> bool {
        let out = &mut self.out;
        let found = jvm::exception(line, &mut self.lines, &mut out.names, &mut out.frames);
        let is_some = found.is_some();
        out.exceptions.extend(found);
        is_some
    }
}

fn note_unknown(unknown: &mut crate::model::Unknown, span: Span) {
    unknown.lines += 1;
    if unknown.samples.len() < SAMPLES {
        unknown.samples.push(span);
    }
}

/// A line of the register block at the end of a signal's dump: `rax    0x0`.
fn is_register(bytes: &[u8]) -> bool {
    let name = bytes
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
        .count();
    let gap = bytes[name..].iter().take_while(|b| **b == b' ').count();
    if !(1..=8).contains(&name) || gap == 0 {
        return false;
    }
    let value = &bytes[name + gap..];
    crate::lines::hex(value).is_some_and(|(_, len)| len == value.len())
}

/// Moves the tables of `part` behind those of `all`.
pub(crate) fn append<'t>(all: &mut Tables<'t>, part: Tables<'t>) {
    let ids = all.names.absorb(&part.names);
    let shift = all.frames.len();
    let name = |id: crate::names::NameId| ids[id.index()];
    let moved = |range: Range<Frame>| {
        let range = range.as_usize();
        Range::new(range.start + shift, range.end + shift)
    };
    let frame = |mut frame: Frame| {
        frame.func = name(frame.func);
        frame.file = frame.file.map(name);
        frame
    };
    all.frames.extend(part.frames.into_iter().map(frame));
    all.goroutines
        .extend(part.goroutines.into_iter().map(|mut goroutine: Goroutine| {
            goroutine.state = name(goroutine.state);
            goroutine.frames = moved(goroutine.frames);
            if let Some(creator) = &mut goroutine.creator {
                creator.frame = frame(creator.frame);
            }
            goroutine
        }));
    all.headlines.extend(part.headlines);
    all.races.extend(part.races.into_iter().map(|mut race| {
        race.allocation = moved(race.allocation);
        for access in &mut race.accesses {
            access.frames = moved(access.frames);
        }
        for goroutine in &mut race.goroutines {
            goroutine.frames = moved(goroutine.frames);
        }
        race
    }));
    all.profiles
        .extend(part.profiles.into_iter().map(|mut profile| {
            profile.kind = name(profile.kind);
            for entry in &mut profile.entries {
                entry.frames = moved(entry.frames);
            }
            profile
        }));
    all.gc.extend(part.gc);
    all.sched.extend(part.sched);
    all.jvm.extend(part.jvm.into_iter().map(|mut dump| {
        for thread in &mut dump.threads {
            thread.name = name(thread.name);
            thread.state = thread.state.map(name);
            thread.frames = moved(thread.frames);
            for lock in &mut thread.locks {
                lock.class = lock.class.map(name);
            }
        }
        dump
    }));
    all.exceptions
        .extend(part.exceptions.into_iter().map(|mut exception| {
            exception.frames = moved(exception.frames);
            exception
        }));
    all.unknown.lines += part.unknown.lines;
    all.unknown.foreign += part.unknown.foreign;
    all.unknown.no_descriptor += part.unknown.no_descriptor;
    let first = &mut all.unknown.first_no_descriptor;
    *first = first.or(part.unknown.first_no_descriptor);
    let room = SAMPLES.saturating_sub(all.unknown.samples.len());
    all.unknown
        .samples
        .extend(part.unknown.samples.into_iter().take(room));
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn the_number_of_parts_does_not_change_the_result() {
        let mut text = String::from("fatal error: all goroutines are asleep - deadlock!\n\n");
        for id in 1..200 {
            let _ = write!(
                text,
                "goroutine {id} [chan receive]:\nmain.f{}(0xc00001{id:04x})\n\t/src/a b.go:{id} +0x1d\n\n",
                id % 7
            );
        }
        let text = text.as_bytes();
        let whole = Document::assemble(text, vec![parse_part(text, 0, text.len())]);
        let borders = borders(text, 500);
        assert!(5 < borders.len());
        let parts = borders
            .windows(2)
            .map(|ends| parse_part(text, ends[0], ends[1]))
            .collect();
        let split = Document::assemble(text, parts);
        assert_eq!(whole.goroutines, split.goroutines);
        assert_eq!(whole.frames, split.frames);
        assert_eq!(whole.dumps, split.dumps);
        assert_eq!(whole.goroutines.len(), 199);
    }
}
