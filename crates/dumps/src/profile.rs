//! Profiles in text form: `goroutine profile: total N` and stacks with counts.

use contend_base::Range;
use memchr::{memchr, memmem, memrchr};

use crate::lines::{Line, Lines, decimal, hex};
use crate::model::{Frame, Profile, ProfileEntry};
use crate::names::Names;

/// Reads a profile that starts at `line`, or says that it is none.
pub(crate) fn profile<'t>(
    line: Line<'t>,
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    frames: &mut Vec<Frame>,
) -> Option<Profile> {
    let at = memmem::find(line.bytes, b" profile: total ")?;
    if line.bytes[..at].iter().any(|b| !b.is_ascii_alphabetic()) {
        return None;
    }
    let (total, _) = decimal(&line.bytes[at + 16..])?;
    let kind = names.intern(line.start, line.start + at);
    let mut entries = Vec::new();
    while let Some(next) = lines.peek() {
        if next.bytes.is_empty() {
            lines.next();
            continue;
        }
        let Some(count) = entry_count(next.bytes) else {
            break;
        };
        lines.next();
        entries.push(entry(count, lines, names, frames));
    }
    Some(Profile {
        kind,
        total,
        entries,
    })
}

/// The count of a line `N @ 0x.. 0x..`.
fn entry_count(bytes: &[u8]) -> Option<u64> {
    let (count, digits) = decimal(bytes)?;
    bytes[digits..].starts_with(b" @").then_some(count)
}

fn entry<'t>(
    count: u64,
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    frames: &mut Vec<Frame>,
) -> ProfileEntry {
    let first = frames.len();
    let mut labels = None;
    while let Some(line) = lines.peek() {
        if !line.bytes.starts_with(b"#") {
            break;
        }
        lines.next();
        if let Some(rest) = line.bytes.strip_prefix(b"# labels: ") {
            labels = Some(line.span_from(10, rest.len()));
        } else if let Some(frame) = frame(&line, names) {
            frames.push(frame);
        }
    }
    ProfileEntry {
        count,
        frames: Range::new(first, frames.len()),
        labels,
    }
}

/// `#\t0xPC\tNAME+0xOFF\t\tFILE:LINE`, columns filled up with tabs.
fn frame(line: &Line<'_>, names: &mut Names<'_>) -> Option<Frame> {
    let rest = line.bytes.strip_prefix(b"#\t")?;
    let (_, digits) = hex(rest)?;
    let mut at = 2 + digits;
    at += line.bytes[at..].iter().take_while(|b| **b == b'\t').count();
    let name_end = memchr(b'\t', &line.bytes[at..]).map_or(line.bytes.len(), |i| at + i);
    let cell = &line.bytes[at..name_end];
    let name = memrchr(b'+', cell).map_or(cell.len(), |plus| plus);
    let mut place = None;
    if let Some(tab) = memrchr(b'\t', line.bytes) {
        let cell = &line.bytes[tab + 1..];
        if let Some(colon) = memrchr(b':', cell) {
            let number = decimal(&cell[colon + 1..]).map_or(0, |(n, _)| n as u32);
            place = Some((tab + 1, tab + 1 + colon, number));
        }
    }
    Some(Frame {
        start: (line.start + at) as u32,
        func: names.intern(line.start + at, line.start + at + name),
        file: place.map(|(from, to, _)| names.intern(line.start + from, line.start + to)),
        line: place.map_or(0, |(_, _, number)| number),
        args: Frame::NO_ARGS,
    })
}
