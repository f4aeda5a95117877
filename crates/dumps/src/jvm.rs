//! Thread dumps of Java machines (`jstack`, `kill -3`), and the exception of a changed collection.

use contend_base::Range;
use memchr::{memchr, memmem};

use crate::lines::{Line, Lines, decimal, float, hex};
use crate::model::{Frame, JvmDump, JvmException, JvmLock, JvmRelation, JvmThread};
use crate::names::{NameId, Names};

/// Reads a thread dump whose first line (`Full thread dump ..`) was just taken.
pub(crate) fn dump<'t>(
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    frames: &mut Vec<Frame>,
) -> JvmDump {
    let mut dump = JvmDump::default();
    loop {
        let before = lines.at;
        let Some(line) = lines.next() else { break };
        let bytes = line.bytes;
        if bytes.starts_with(b"\"") && memmem::find(bytes, b" tid=0x").is_some() {
            if let Some(thread) = thread(line, lines, names, frames) {
                dump.threads.push(thread);
            }
        } else if bytes.starts_with(b"Found ") && memmem::find(bytes, b" deadlock").is_some() {
            dump.deadlocks = decimal(&bytes[6..]).map_or(dump.deadlocks, |(n, _)| n as u32);
        } else if belongs_to_another(bytes) {
            lines.at = before;
            break;
        }
    }
    dump
}

/// True for lines that only Go programs or a new Java dump print.
fn belongs_to_another(bytes: &[u8]) -> bool {
    [
        crate::goroutine::HEADER,
        b"Full thread dump ",
        b"fatal error: ",
        b"panic: ",
        crate::race::START,
    ]
    .iter()
    .any(|start| bytes.starts_with(start))
}

fn thread<'t>(
    header: Line<'t>,
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    frames: &mut Vec<Frame>,
) -> Option<JvmThread> {
    let tid = memmem::find(header.bytes, b" tid=0x")?;
    // Names may hold quotes; the attributes behind the last one may not.
    let close = 1 + memchr::memrchr(b'"', &header.bytes[1..tid])?;
    let attributes = &header.bytes[close..];
    let number = |key: &[u8]| {
        let at = memmem::find(attributes, key)? + key.len();
        float(&attributes[at..]).map(|(value, _)| value)
    };
    let mut thread = JvmThread {
        name: names.intern(header.start + 1, header.start + close),
        cpu_ms: number(b" cpu="),
        elapsed_s: number(b" elapsed="),
        state: None,
        frames: Range::EMPTY,
        locks: Vec::new(),
    };
    let first = frames.len();
    while let Some(line) = lines.peek() {
        if line.bytes.is_empty() || line.bytes.starts_with(b"\"") {
            break;
        }
        lines.next();
        if let Some(frame) = frame(&line, names) {
            frames.push(frame);
        } else if let Some(lock) = lock(&line, names) {
            thread.locks.push(lock);
        } else if let Some(state) = state(&line, names) {
            thread.state = Some(state);
        }
    }
    thread.frames = Range::new(first, frames.len());
    Some(thread)
}

fn state(line: &Line<'_>, names: &mut Names<'_>) -> Option<NameId> {
    let key = b"java.lang.Thread.State: ";
    let at = memmem::find(line.bytes, key)? + key.len();
    let len = line.bytes[at..]
        .iter()
        .take_while(|b| !b.is_ascii_whitespace())
        .count();
    Some(names.intern(line.start + at, line.start + at + len))
}

/// `\tat java.util.HashMap.resize(java.base@17.0.1/HashMap.java:702)`.
fn frame(line: &Line<'_>, names: &mut Names<'_>) -> Option<Frame> {
    let indent = line
        .bytes
        .iter()
        .take_while(|b| b.is_ascii_whitespace())
        .count();
    let rest = line.bytes[indent..].strip_prefix(b"at ")?;
    let start = line.start + indent + 3;
    let open = memchr(b'(', rest)?;
    let close = open + memchr(b')', &rest[open..])?;
    let place = &rest[open + 1..close];
    let colon = memchr::memrchr(b':', place);
    let file = colon.map(|colon| names.intern(start + open + 1, start + open + 1 + colon));
    let number = colon.and_then(|colon| decimal(&place[colon + 1..]));
    Some(Frame {
        start: start as u32,
        func: names.intern(start, start + open),
        file,
        line: number.map_or(0, |(n, _)| n as u32),
        args: Frame::NO_ARGS,
    })
}

fn lock(line: &Line<'_>, names: &mut Names<'_>) -> Option<JvmLock> {
    let dash = memmem::find(line.bytes, b"- ")?;
    let rest = &line.bytes[dash + 2..];
    let relation = [
        (&b"locked <"[..], JvmRelation::Holds),
        (b"waiting to lock <", JvmRelation::WaitsToLock),
        (b"waiting to re-lock in wait() <", JvmRelation::WaitsToLock),
        (b"parking to wait for  <", JvmRelation::ParksFor),
        (b"waiting on <", JvmRelation::WaitsOn),
        // A line of the list of owned synchronizers.
        (b"<", JvmRelation::Holds),
    ]
    .into_iter()
    .find(|(start, _)| rest.starts_with(start))?;
    let at = dash + 2 + relation.0.len();
    let (address, _) = hex(&line.bytes[at..])?;
    let class = memmem::find(line.bytes, b"(a ").and_then(|open| {
        let close = open + memchr(b')', &line.bytes[open..])?;
        Some(names.intern(line.start + open + 3, line.start + close))
    });
    Some(JvmLock {
        relation: relation.1,
        address,
        class,
    })
}

/// Reads an exception of a collection that was changed while somebody walked over it.
pub(crate) fn exception<'t>(
    line: Line<'t>,
    lines: &mut Lines<'t>,
    names: &mut Names<'t>,
    frames: &mut Vec<Frame>,
) -> Option<JvmException> {
    memmem::find(line.bytes, b"ConcurrentModificationException")?;
    let first = frames.len();
    while let Some(next) = lines.peek() {
        let Some(frame) = frame(&next, names) else {
            break;
        };
        frames.push(frame);
        lines.next();
    }
    (first < frames.len()).then(|| JvmException {
        line: line.span(),
        frames: Range::new(first, frames.len()),
    })
}
