//! Goroutine headers and frames: `runtime/traceback.go`, Go 1.18 to 1.27.

use contend_base::{Idx, Range, Span};
use memchr::{memchr, memmem, memrchr};

use crate::headline::is_headline;
use crate::lines::{Line, Lines, decimal};
use crate::model::{Creator, Frame, Goroutine, flags};
use crate::names::{NameId, Names};
use crate::trail::Trail;

/// What the start of a header line looks like.
pub(crate) const HEADER: &[u8] = b"goroutine ";

/// The header of the stack that the runtime itself was on when it gave up; like goroutine 0.
pub(crate) const RUNTIME_STACK: &[u8] = b"runtime stack:";

/// Reads the header in `line`, or says that it is none.
pub(crate) fn header(line: &Line<'_>, names: &mut Names<'_>) -> Option<Goroutine> {
    let bytes = line.bytes;
    if bytes == RUNTIME_STACK {
        return Some(runtime_stack(line, names));
    }
    let rest = bytes.strip_prefix(HEADER)?;
    let (id, digits) = decimal(rest)?;
    let mut at = HEADER.len() + digits;
    let open = at + memchr(b'[', &bytes[at..])?;
    let threads = match trim(bytes, at, open) {
        (start, end) if start < end => {
            // Anything else than `gp=..` here means another kind of line.
            if !bytes[start..end].starts_with(b"gp=") {
                return None;
            }
            Some(line.span_from(start, end - start))
        }
        _ => None,
    };
    // Labels may hold brackets, states may not.
    let close = open + memchr(b']', &bytes[open..])?;
    at = close + 1;
    let tail = &bytes[at..];
    let labels = match tail {
        b":" => None,
        [b' ', b'{', .., b'}', b':'] => Some(line.span_from(at + 2, tail.len() - 4)),
        _ => return None,
    };
    let mut goroutine = Goroutine {
        id,
        header: line.span(),
        state: Idx::new(0),
        wait_minutes: 0,
        flags: 0,
        elided: 0,
        frames: Range::EMPTY,
        creator: None,
        labels,
        threads,
        bubble: 0,
    };
    status(line, open + 1, close, names, &mut goroutine);
    Some(goroutine)
}

fn runtime_stack(line: &Line<'_>, names: &mut Names<'_>) -> Goroutine {
    let end = line.start + RUNTIME_STACK.len() - 1;
    Goroutine {
        id: 0,
        header: line.span(),
        state: names.intern(line.start, end),
        wait_minutes: 0,
        flags: flags::RUNTIME_STACK,
        elided: 0,
        frames: Range::EMPTY,
        creator: None,
        labels: None,
        threads: None,
        bubble: 0,
    }
}

/// The words between the brackets.
fn status(
    line: &Line<'_>,
    start: usize,
    close: usize,
    names: &mut Names<'_>,
    goroutine: &mut Goroutine,
) {
    let bytes = &line.bytes[start..close];
    let mut parts = Parts { bytes, at: 0 };
    let (_, mut end) = parts.next().unwrap_or((0, 0));
    for (tail, flag) in [
        (&b" (durable)"[..], flags::DURABLE),
        (b" (synctest)", flags::DURABLE),
        (b" (scan)", flags::SCAN),
        (b" (leaked)", flags::LEAKED),
    ] {
        if bytes[..end].ends_with(tail) {
            end -= tail.len();
            goroutine.flags |= flag;
        }
    }
    goroutine.state = names.intern(line.start + start, line.start + start + end);
    for (from, to) in parts {
        let part = &bytes[from..to];
        if part == b"locked to thread" {
            goroutine.flags |= flags::LOCKED;
        } else if part == b"logged" {
            goroutine.flags |= flags::LOGGED;
        } else if let Some(number) = part.strip_prefix(b"synctest bubble ") {
            goroutine.bubble = decimal(number).map_or(0, |(n, _)| n as u32);
        } else if part.ends_with(b" minutes") {
            goroutine.wait_minutes = decimal(part).map_or(0, |(n, _)| n as u32);
        }
    }
}

/// The pieces of a status between commas, as offsets.
struct Parts<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Iterator for Parts<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        if self.bytes.len() < self.at {
            return None;
        }
        let start = self.at;
        let mut end = start;
        while let Some(comma) = memchr(b',', &self.bytes[end..]) {
            end += comma;
            if self.bytes.get(end + 1) == Some(&b' ') {
                self.at = end + 2;
                return Some((start, end));
            }
            end += 1;
        }
        let end = self.bytes.len();
        self.at = end + 2;
        Some((start, end))
    }
}

fn trim(bytes: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && bytes[start] == b' ' {
        start += 1;
    }
    while start < end && bytes[end - 1] == b' ' {
        end -= 1;
    }
    (start, end)
}

/// Reads the lines below a header: frames, elisions, creator. Stops in front of the blank line, of
/// the next header and of whatever is no part of a stack. Lines that are no part of it but stand
/// between its frames are given to `unknown`.
pub(crate) fn body<'t>(
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    trail: &mut Trail,
    frames: &mut Vec<Frame>,
    goroutine: &mut Goroutine,
    unknown: &mut dyn FnMut(Span),
) {
    let first = frames.len();
    trail.begin();
    loop {
        while let Some(frame) = trail.follow(lines) {
            frames.push(frame);
        }
        let before = lines.at;
        let Some(line) = lines.next() else {
            break;
        };
        match line.bytes.first() {
            None => {
                lines.at = before;
                break;
            }
            Some(b'\t') => {
                if line
                    .bytes
                    .starts_with(b"\tgoroutine running on other thread")
                {
                    goroutine.flags |= flags::OTHER_THREAD;
                } else {
                    unknown(line.span());
                }
                continue;
            }
            Some(b'.') if elision(line.bytes, goroutine) => continue,
            Some(b'c') if line.bytes.starts_with(b"created by ") => {
                goroutine.creator = creator(line, lines, names, trail);
                continue;
            }
            Some(b'[') if line.bytes.starts_with(b"[originating from goroutine ") => {
                // Ancestors are another goroutine's story: their frames are read and dropped.
                while lines.peek().is_some_and(|next| !next.bytes.is_empty()) {
                    lines.next();
                }
                continue;
            }
            _ => {}
        }
        if let Some(frame) = frame(line, lines, names, trail) {
            frames.push(frame);
        } else if let Some(frame) = interrupted(line, lines, names, trail, unknown) {
            frames.push(frame);
        } else if goroutine.creator.is_some() || starts_something(line.bytes) {
            // Nothing but its ancestors stands below the creator.
            lines.at = before;
            break;
        } else {
            unknown(line.span());
        }
    }
    goroutine.frames = Range::new(first, frames.len());
    if lines.cut() && lines.end <= lines.at {
        goroutine.flags |= flags::CUT;
    }
}

/// True for lines that end a goroutine although no blank line stands before them.
fn starts_something(bytes: &[u8]) -> bool {
    [HEADER, b"exit status ", b"==================", b"-----"]
        .iter()
        .any(|start| bytes.starts_with(start))
        || is_headline(bytes)
}

fn elision(bytes: &[u8], goroutine: &mut Goroutine) -> bool {
    let Some(inner) = bytes.strip_prefix(b"...") else {
        return false;
    };
    if !inner.ends_with(b"frames elided...") {
        return false;
    }
    goroutine.flags |= flags::ELIDED;
    goroutine.elided = decimal(inner).map_or(0, |(n, _)| n as u32);
    true
}

fn creator<'t>(
    line: Line<'t>,
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    trail: &mut Trail,
) -> Option<Creator> {
    let start = b"created by ".len();
    let rest = &line.bytes[start..];
    let digits = rest.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let (words, number) = rest.split_at(rest.len() - digits);
    let (len, id) = match words.strip_suffix(b" in goroutine ") {
        Some(func) => (func.len(), decimal(number).map_or(0, |(n, _)| n)),
        None => (rest.len(), 0),
    };
    let func = names.intern(line.start + start, line.start + start + len);
    let (file, number) = position(func, Span::at(0), lines, names, trail)?;
    Some(Creator {
        frame: Frame {
            start: (line.start + start) as u32,
            func,
            file: Some(file),
            line: number,
            args: Frame::NO_ARGS,
        },
        id,
    })
}

/// Reads a frame whose first line is `line`. A frame without its position line is one only if its
/// line ends with a parenthesis: a dump that was cut there.
#[inline]
pub(crate) fn frame<'t>(
    line: Line<'t>,
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    trail: &mut Trail,
) -> Option<Frame> {
    let (len, args) = match call(line.bytes) {
        Some(found) => found,
        // C code below cgo has no parentheses, so only the position line tells.
        None if is_symbol(line.bytes)
            && lines.peek().is_some_and(|next| is_position(next.bytes)) =>
        {
            (name_of_cut(line.bytes), Frame::NO_ARGS)
        }
        None => return None,
    };
    let func = names.intern(line.start, line.start + len);
    let place = position(func, line.span_from(0, len), lines, names, trail);
    if place.is_none()
        && args != Frame::NO_ARGS
        && lines.peek().is_some_and(|l| !l.bytes.is_empty())
    {
        // Some sentence of a log that ends with a parenthesis.
        return None;
    }
    Some(Frame {
        start: line.start as u32,
        func,
        file: place.map(|(file, _)| file),
        line: place.map_or(0, |(_, number)| number),
        args,
    })
}

/// How long the name is in a line that somebody has cut inside of its arguments.
fn name_of_cut(bytes: &[u8]) -> usize {
    let opens = [memmem::find(bytes, b"(0x"), memmem::find(bytes, b"({")];
    opens.into_iter().flatten().min().unwrap_or(bytes.len())
}

/// False for what other programs and goroutines write between the lines of a stack.
fn is_symbol(bytes: &[u8]) -> bool {
    let starts = |b: &u8| !b.is_ascii_digit() && !matches!(b, b'{' | b'[' | b'<');
    bytes.first().is_some_and(starts) && !bytes.contains(&b'"')
}

/// Reads a frame whose two lines something else stands between.
fn interrupted<'t>(
    line: Line<'t>,
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    trail: &mut Trail,
    unknown: &mut dyn FnMut(Span),
) -> Option<Frame> {
    let (len, args) = call(line.bytes)?;
    let before = lines.at;
    let foreign = lines.next()?;
    let is_foreign = !foreign.bytes.is_empty() && call(foreign.bytes).is_none();
    if !is_foreign || !lines.peek().is_some_and(|next| is_position(next.bytes)) {
        lines.at = before;
        return None;
    }
    unknown(foreign.span());
    let func = names.intern(line.start, line.start + len);
    let place = position(func, line.span_from(0, len), lines, names, trail);
    Some(Frame {
        start: line.start as u32,
        func,
        file: place.map(|(file, _)| file),
        line: place.map_or(0, |(_, number)| number),
        args,
    })
}

/// Splits `name(args)`: the length of the name, and of the arguments.
#[inline]
fn call(bytes: &[u8]) -> Option<(usize, u16)> {
    let [head @ .., b')'] = bytes else {
        return None;
    };
    let open = memrchr(b'(', head)?;
    let args = head.len() - open - 1;
    if open == 0 || usize::from(Frame::NO_ARGS) <= args {
        return None;
    }
    Some((open, args as u16))
}

/// Takes the next line if it is a position: `\tFILE:LINE +0xOFF ...`. `name` is where its
/// function stands, empty if not at the start of a frame.
#[inline]
fn position<'t>(
    func: NameId,
    name: Span,
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    trail: &mut Trail,
) -> Option<(NameId, u32)> {
    if let Some(known) = trail.place(func, lines) {
        return Some(known);
    }
    let before = lines.at;
    let line = lines.next()?;
    let Some((start, end, number)) = split_position(line.bytes) else {
        // The start of one, at the end of a dump that was cut, is taken with its function.
        if !(line.bytes.starts_with(b"\t") && lines.cut()) {
            lines.at = before;
        }
        return None;
    };
    let file = names.intern(line.start + start, line.start + end);
    let digits = line.bytes[end + 1..].iter();
    let digits = digits.take_while(|b| b.is_ascii_digit()).count();
    let place = line.span_from(0, end + 1 + digits);
    trail.learn(func, name, place, (file, number));
    Some((file, number))
}

fn is_position(bytes: &[u8]) -> bool {
    split_position(bytes).is_some()
}

/// `(start, end)` of the file inside a position line, and the line number. Paths may hold spaces
/// and, on Windows, a colon behind the drive.
#[inline]
fn split_position(bytes: &[u8]) -> Option<(usize, usize, u32)> {
    let rest = bytes.strip_prefix(b"\t")?;
    let mut end = 0;
    loop {
        let stop = memchr(b' ', &rest[end..]).map_or(rest.len(), |i| end + i);
        if let Some((colon, number)) = line_number(&rest[..stop]) {
            return Some((1, 1 + colon, number));
        }
        if stop == rest.len() {
            return None;
        }
        end = stop + 1;
    }
}

/// Where `:LINE` starts at the end of `bytes`, and the number.
#[inline]
fn line_number(bytes: &[u8]) -> Option<(usize, u32)> {
    let mut at = bytes.len();
    let mut number = 0u32;
    let mut scale = 1u32;
    while 0 < at && bytes[at - 1].is_ascii_digit() && bytes.len() - at < 9 {
        at -= 1;
        number += u32::from(bytes[at] - b'0') * scale;
        scale = scale.wrapping_mul(10);
    }
    (1 < at && at < bytes.len() && bytes[at - 1] == b':').then(|| (at - 1, number))
}
