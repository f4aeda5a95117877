//! The lines that say why a program prints its goroutines.

use contend_base::Span;
use memchr::memmem;

use crate::lines::{Line, Lines};
use crate::model::{Headline, HeadlineKind};

/// Reads a headline that starts at `line`, or says that it is none.
pub(crate) fn headline<'t>(line: Line<'t>, lines: &mut Lines<'t>) -> Option<Headline> {
    let (kind, skip) = kind_of(line.bytes)?;
    let mut message = line.span_from(skip, line.bytes.len() - skip);
    let mut signal = None;
    if matches!(
        kind,
        HeadlineKind::Panic | HeadlineKind::Nested | HeadlineKind::HttpPanic
    ) {
        message.end = continuation(lines, message.end);
    }
    if let Some(next) = lines.peek()
        && let Some(found) = signal_of(&next)
    {
        signal = Some(found);
        lines.next();
    }
    Some(Headline {
        kind,
        line: line.span(),
        message,
        signal,
    })
}

/// True if a headline starts with this line.
pub(crate) fn is_headline(bytes: &[u8]) -> bool {
    kind_of(bytes).is_some()
}

fn kind_of(bytes: &[u8]) -> Option<(HeadlineKind, usize)> {
    for (start, kind) in [
        (&b"fatal error: "[..], HeadlineKind::Fatal),
        // Go 1.26 and newer say first which panic was unwinding.
        (b"\tfatal error: ", HeadlineKind::Fatal),
        (b"panic: ", HeadlineKind::Panic),
        (b"\tpanic: ", HeadlineKind::Nested),
        (b"unexpected fault address ", HeadlineKind::Note),
        (b"runtime: ", HeadlineKind::Note),
        (b"signal arrived during ", HeadlineKind::Note),
    ] {
        if bytes.starts_with(start) {
            let skip = if kind == HeadlineKind::Note {
                0
            } else {
                start.len()
            };
            return Some((kind, skip));
        }
    }
    if bytes.starts_with(b"SIG") {
        let word = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
        return bytes[word..]
            .starts_with(b": ")
            .then_some((HeadlineKind::Signal, 0));
    }
    let at = memmem::find(bytes, b"http: panic serving ")?;
    let rest = &bytes[at..];
    // The address may hold colons (IPv6), the separator has a space behind it.
    let skip = memmem::find(&rest[20..], b": ").map_or(rest.len(), |i| 20 + i + 2);
    Some((HeadlineKind::HttpPanic, at + skip))
}

/// Where a panic's text ends: it may have several lines, up to the blank one.
fn continuation(lines: &mut Lines<'_>, mut end: u32) -> u32 {
    // A text that goes on for longer is no panic message any more.
    for _ in 0..64 {
        let Some(next) = lines.peek() else { break };
        let stop = next.bytes.is_empty()
            || next.bytes.starts_with(b"goroutine ")
            || next.bytes.starts_with(b"[signal ")
            || next.bytes.starts_with(b"[recovered")
            || kind_of(next.bytes).is_some();
        if stop {
            break;
        }
        end = next.end() as u32;
        lines.next();
    }
    end
}

fn signal_of(line: &Line<'_>) -> Option<Span> {
    let inner = line.bytes.strip_prefix(b"[signal ")?.strip_suffix(b"]")?;
    Some(line.span_from(8, inner.len()))
}
