//! A text as samples.

use memchr::{memchr, memrchr};

use crate::frame::Frame;
use crate::header;

/// One sample. The stack is read by [`Sample::frames`] or, raw, by [`Sample::lines`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<'t> {
    /// The name of the thread that ran.
    pub command: &'t [u8],
    /// Its process, if printed.
    pub process: Option<u32>,
    /// The thread.
    pub thread: Option<u32>,
    /// The processor.
    pub cpu: Option<u32>,
    /// The clock of the recording in nanoseconds, as exact as perf printed it.
    pub time_nanos: Option<u64>,
    /// How many events the sample stands for, if printed.
    pub period: Option<u64>,
    /// The event, `cpu-clock:u`.
    pub event: &'t [u8],
    /// Arguments of a trace point.
    pub arguments: &'t [u8],
    stack: &'t [u8],
}

impl<'t> Sample<'t> {
    /// The lines of the stack, innermost first. Equal lines mean equal frames.
    pub fn lines(&self) -> impl Iterator<Item = &'t [u8]> + use<'t> {
        Lines { rest: self.stack }
    }

    /// Whether the event is a trace point, which tells of something else than running:
    /// `sched:sched_switch`. `cpu-clock:u` is an event with a modifier.
    pub fn is_trace_point(&self) -> bool {
        let modifier = |it: u8| b"ukhHGpPSDIWe".contains(&it);
        match memrchr(b':', self.event) {
            Some(colon) => !self.event[colon + 1..].iter().copied().all(modifier),
            None => false,
        }
    }

    /// The stack, innermost first. Lines that are no frames are left out.
    pub fn frames(&self) -> impl Iterator<Item = Frame<'t>> + use<'t> {
        self.lines().filter_map(Frame::parse)
    }
}

/// The samples of what `perf script` printed, in its order.
pub fn samples(text: &[u8]) -> Samples<'_> {
    Samples {
        rest: text,
        strange_lines: 0,
    }
}

/// True if a text that starts like this was printed by `perf script`: its first line that is not a
/// comment starts a sample, and has a time or is followed by a frame.
pub fn looks_like(head: &[u8]) -> bool {
    let mut lines = Lines { rest: head }.skip_while(|line| line.is_empty() || line[0] == b'#');
    let Some(header) = lines.next().and_then(header::parse) else {
        return false;
    };
    header.time_nanos.is_some()
        || lines
            .next()
            .is_some_and(|line| Frame::parse(line).is_some())
}

/// See [`samples`].
#[derive(Clone, Debug)]
pub struct Samples<'t> {
    rest: &'t [u8],
    strange_lines: u64,
}

impl Samples<'_> {
    /// How many lines up to here were no part of a sample.
    pub fn strange_lines(&self) -> u64 {
        self.strange_lines
    }
}

impl<'t> Iterator for Samples<'t> {
    type Item = Sample<'t>;

    fn next(&mut self) -> Option<Sample<'t>> {
        loop {
            let line = next_line(&mut self.rest)?;
            if line.is_empty() || line[0] == b'#' {
                continue;
            }
            let Some(header) = header::parse(line) else {
                self.strange_lines += 1;
                continue;
            };
            let stack = take_stack(&mut self.rest);
            // Without `-g` the only frame stands behind the event.
            let inline = stack.is_empty() && Frame::parse(header.rest).is_some();
            return Some(Sample {
                command: header.command,
                process: header.process,
                thread: header.thread,
                cpu: header.cpu,
                time_nanos: header.time_nanos,
                period: header.period,
                event: header.event,
                arguments: if inline { b"" } else { header.rest },
                stack: if inline { header.rest } else { stack },
            });
        }
    }
}

/// Takes the lines up to an empty one, or up to one that starts a sample.
fn take_stack<'t>(rest: &mut &'t [u8]) -> &'t [u8] {
    let text = *rest;
    let mut end = 0;
    while end < text.len() {
        let after = memchr(b'\n', &text[end..]).map_or(text.len(), |at| end + at + 1);
        if !is_below(&text[end..after]) {
            break;
        }
        end = after;
    }
    *rest = &text[end..];
    &text[..end]
}

/// Whether a line belongs to the sample above it. Frames are indented; without stacks perf moves
/// the names of threads to the right.
fn is_below(line: &[u8]) -> bool {
    match line.first() {
        Some(b'\t') => true,
        Some(b' ') => header::parse(line.trim_ascii_end()).is_none(),
        _ => false,
    }
}

/// The last place at which a text can be cut without cutting a sample; what stands behind it may be
/// part of a longer text.
pub(crate) fn border(text: &[u8]) -> Option<usize> {
    let mut end = memrchr(b'\n', text)?;
    loop {
        let start = memrchr(b'\n', &text[..end]).map_or(0, |at| at + 1);
        let line = &text[start..end];
        if matches!(line, b"" | b"\r") {
            return Some(end + 1);
        }
        if start == 0 {
            return None;
        }
        if !is_below(line) {
            return Some(start);
        }
        end = start - 1;
    }
}

#[derive(Clone, Debug)]
struct Lines<'t> {
    rest: &'t [u8],
}

impl<'t> Iterator for Lines<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        next_line(&mut self.rest)
    }
}

fn next_line<'t>(rest: &mut &'t [u8]) -> Option<&'t [u8]> {
    if rest.is_empty() {
        return None;
    }
    let end = memchr(b'\n', rest).unwrap_or(rest.len());
    let line = &rest[..end];
    *rest = rest.get(end + 1..).unwrap_or_default();
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "# cmdline : perf record\n\
        api 7 1.5: 10 cycles: \n\t 1f a+0x1 (/bin/api)\n\t 2f b (/bin/api)\n\n\
        what is this\n\
        api 8 2.5: cycles:  3f c+0x2 (/bin/api)\n\
        api 8 3.5: sched:sched_switch: prev_pid=8\n";

    #[test]
    fn stacks_below_and_behind_the_event() {
        let mut all = samples(TEXT.as_bytes());
        let stacks: Vec<(usize, &[u8])> = all
            .by_ref()
            .map(|it| (it.frames().count(), it.arguments))
            .collect();
        assert_eq!(stacks, [(2, &b""[..]), (1, b""), (0, b"prev_pid=8")]);
        assert_eq!(all.strange_lines(), 1);
        let right = "    api 7 1.5: 10 cycles:   1f a (/a)\n      b 8 2.5: cycles: 2f c (/b)\n";
        let counts = samples(right.as_bytes()).map(|it| it.frames().count());
        assert_eq!(counts.collect::<Vec<_>>(), [1, 1]);
        assert!(looks_like(TEXT.as_bytes()));
        assert!(!looks_like(b"main;work 12\nmain;rest 3\n"));
        assert!(!looks_like(b"goroutine 1 [running]:\nmain.main()\n"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[ \t\nab0-9:./()\\[\\]+x-]{0,200}") {
            for sample in samples(text.as_bytes()) {
                sample.frames().count();
            }
            looks_like(text.as_bytes());
        }
    }
}
