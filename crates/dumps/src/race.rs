//! Reports of the race detector: functions are indented by two spaces, files by six.

use contend_base::{Range, Span};
use memchr::memmem;

use crate::lines::{Line, Lines, decimal_after, hex};
use crate::model::{Frame, RaceAccess, RaceGoroutine, RaceReport};
use crate::names::Names;

/// The line behind which a report begins.
pub(crate) const START: &[u8] = b"WARNING: DATA RACE";

/// Reads a report whose first line was just taken, up to its closing line.
pub(crate) fn report<'t>(
    first: Line<'t>,
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    frames: &mut Vec<Frame>,
    unknown: &mut dyn FnMut(Span),
) -> RaceReport {
    let mut report = RaceReport {
        span: first.span(),
        accesses: Vec::new(),
        goroutines: Vec::new(),
        memory: None,
        allocation: Range::EMPTY,
    };
    loop {
        let before = lines.at;
        let Some(line) = lines.next() else { break };
        if line.bytes.starts_with(b"======") {
            break;
        }
        if line.bytes.starts_with(START) || line.bytes.starts_with(crate::goroutine::HEADER) {
            // The closing line is missing: another process wrote in between.
            lines.at = before;
            break;
        }
        report.span.end = line.end() as u32;
        if let Some(access) = access(line.bytes) {
            let frames = stack(lines, names, frames);
            report.accesses.push(RaceAccess { frames, ..access });
        } else if let Some((id, running)) = goroutine(line.bytes) {
            let frames = stack(lines, names, frames);
            report.goroutines.push(RaceGoroutine {
                id,
                running,
                frames,
            });
        } else if line.bytes.starts_with(b"Heap block of size ") {
            report.memory = Some(line.span());
            report.allocation = stack(lines, names, frames);
        } else if line.bytes.starts_with(b"Global var ") || line.bytes.starts_with(b"Location is ")
        {
            report.memory = Some(line.span());
        } else if !line.bytes.is_empty() {
            unknown(line.span());
        }
    }
    report
}

fn access(bytes: &[u8]) -> Option<RaceAccess> {
    let (previous, rest) = match bytes.strip_prefix(b"Previous ") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let rest = rest.strip_prefix(b"atomic ").unwrap_or(rest);
    let write = rest.first()?.eq_ignore_ascii_case(&b'w');
    let at = memmem::find(rest, b" at 0x")?;
    if !matches!(&rest[..at], b"Read" | b"read" | b"Write" | b"write") {
        return None;
    }
    let (address, _) = hex(&rest[at + 4..])?;
    Some(RaceAccess {
        write,
        previous,
        address,
        goroutine: decimal_after(rest, b"by goroutine "),
        frames: Range::EMPTY,
    })
}

fn goroutine(bytes: &[u8]) -> Option<(u64, bool)> {
    if !bytes.ends_with(b"created at:") {
        return None;
    }
    let id = decimal_after(bytes, b"Goroutine ")?;
    Some((id, memmem::find(bytes, b"(running)").is_some()))
}

fn stack<'t>(
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    frames: &mut Vec<Frame>,
) -> Range<Frame> {
    let first = frames.len();
    while let Some(line) = lines.peek() {
        // Some who quote a report strip its lines.
        let func = match line.bytes.strip_prefix(b"  ") {
            Some(func) => func,
            None if line.bytes.ends_with(b"()") => line.bytes,
            None => break,
        };
        lines.next();
        if func.first().is_none_or(|b| *b == b' ' || *b == b'[') {
            continue;
        }
        let start = line.start + line.bytes.len() - func.len();
        let name = func.strip_suffix(b"()").unwrap_or(func);
        let place = lines.peek().and_then(|next| place(&next));
        if place.is_some() {
            lines.next();
        }
        frames.push(Frame {
            start: start as u32,
            func: names.intern(start, start + name.len()),
            file: place.map(|(from, to, _)| names.intern(from, to)),
            line: place.map_or(0, |(_, _, number)| number),
            args: Frame::NO_ARGS,
        });
    }
    Range::new(first, frames.len())
}

/// Start and end of the file in a position line of a report, and the line number.
fn place(line: &Line<'_>) -> Option<(usize, usize, u32)> {
    let is_offset = memmem::rfind(line.bytes, b" +0x").is_some();
    let rest = match line.bytes.strip_prefix(b"      ") {
        Some(rest) => rest,
        None if is_offset && line.bytes.first() != Some(&b' ') => line.bytes,
        None => return None,
    };
    let path = memmem::rfind(rest, b" +0x").map_or(rest, |at| &rest[..at]);
    let colon = memchr::memrchr(b':', path)?;
    let (number, _) = crate::lines::decimal(&path[colon + 1..])?;
    let start = line.start + line.bytes.len() - rest.len();
    Some((start, start + colon, number as u32))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_report_that_lost_its_indent_is_read() {
        let text =
            b"==================\nWARNING: DATA RACE\nWrite at 0x00c0000880f0 by goroutine 9:\n\
            runtime.mapassign_faststr()\nmaps/runtime_faststr.go:263 +0x0\n\
            main.(*Stats).Inc()\nexample.com/racy/main.go:18 +0x9a\n\n\
            Previous read at 0x00c0000880f0 by main goroutine:\n\
            main.main()\nexample.com/racy/main.go:44 +0x1ee\n==================\n";
        let document = crate::parse(text);
        let accesses = &document.races[0].accesses;
        let inner = &document.stack(accesses[0].frames)[1];
        assert_eq!(document.name(inner.func), "main.(*Stats).Inc");
        assert_eq!((accesses[0].frames.len(), inner.line), (2, 18));
        assert_eq!(accesses[1].frames.len(), 1);
    }
}
