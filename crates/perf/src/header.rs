//! The first line of a sample.

use memchr::memchr_iter;

/// What stands before the event: command, thread, processor and time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header<'t> {
    pub(crate) command: &'t [u8],
    pub(crate) process: Option<u32>,
    pub(crate) thread: Option<u32>,
    pub(crate) cpu: Option<u32>,
    pub(crate) time_nanos: Option<u64>,
    pub(crate) period: Option<u64>,
    pub(crate) event: &'t [u8],
    /// What follows the event: its arguments, or a stack of one frame.
    pub(crate) rest: &'t [u8],
}

/// Reads `api  71/73  [001]  8.382216:  1001001 cpu-clock:u: ...`; all but command and event may be
/// missing. `None` for a line that has no event.
pub(crate) fn parse(line: &[u8]) -> Option<Header<'_>> {
    let mut header = Header::default();
    let who;
    let what;
    if let Some((start, end, nanos)) = find_time(line) {
        header.time_nanos = Some(nanos);
        who = &line[..start];
        what = line[end..].trim_ascii_start();
    } else {
        // Printed without times: the thread ends what stands before the event.
        let at = words(line).position(|(word, _)| thread_of(word).is_some())?;
        let (word, start) = words(line).nth(at)?;
        who = &line[..start + word.len()];
        what = line[who.len()..].trim_ascii_start();
    }
    read_who(who, &mut header);
    let (first, rest) = split_word(what);
    let (event, rest) = match number(first) {
        Some(period) => {
            header.period = Some(period);
            split_word(rest)
        }
        None => (first, rest),
    };
    header.event = event.strip_suffix(b":")?;
    header.rest = rest;
    Some(header)
}

/// Where the time is, where what follows its colon starts, and the time in nanoseconds.
fn find_time(line: &[u8]) -> Option<(usize, usize, u64)> {
    memchr_iter(b':', line).find_map(|colon| {
        let start = line[..colon].iter().rposition(|byte| *byte == b' ')? + 1;
        Some((start, colon + 1, nanos(&line[start..colon])?))
    })
}

/// `8071.382216` as nanoseconds; perf prints six digits after the point, or nine.
pub(crate) fn nanos(word: &[u8]) -> Option<u64> {
    let point = memchr::memchr(b'.', word)?;
    let fraction = &word[point + 1..];
    if fraction.is_empty() || 9 < fraction.len() {
        return None;
    }
    let scale = 10_u64.pow(9 - fraction.len() as u32);
    let seconds = number(&word[..point])?.checked_mul(1_000_000_000)?;
    seconds.checked_add(number(fraction)? * scale)
}

/// From the end: processor, thread; the rest is the command, which may hold blanks.
fn read_who<'t>(who: &'t [u8], header: &mut Header<'t>) {
    let mut rest = who.trim_ascii();
    if let Some(open) = rest
        .strip_suffix(b"]")
        .and_then(|it| memchr::memrchr(b'[', it))
        && let Some(cpu) = number(&rest[open + 1..rest.len() - 1])
    {
        header.cpu = u32::try_from(cpu).ok();
        rest = rest[..open].trim_ascii_end();
    }
    let start = rest
        .iter()
        .rposition(|byte| *byte == b' ')
        .map_or(0, |it| it + 1);
    if let Some((process, thread)) = thread_of(&rest[start..]) {
        header.process = process;
        header.thread = Some(thread);
        rest = rest[..start].trim_ascii_end();
    }
    header.command = rest;
}

/// `73` or `71/73`.
fn thread_of(word: &[u8]) -> Option<(Option<u32>, u32)> {
    let id = |digits| number(digits).and_then(|it| u32::try_from(it).ok());
    match memchr::memchr(b'/', word) {
        Some(at) => Some((Some(id(&word[..at])?), id(&word[at + 1..])?)),
        None => Some((None, id(word)?)),
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, digit| {
        value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })
}

fn split_word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    (&text[..end], text[end..].trim_ascii_start())
}

/// The words of a line, each with where it starts.
fn words(line: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let mut at = 0;
    line.split(|byte| *byte == b' ').filter_map(move |word| {
        let start = at;
        at += word.len() + 1;
        (!word.is_empty()).then_some((word, start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_hold_blanks_and_colons() {
        let header =
            parse(b" kworker/0:1 x  12 [003]  7.000000123: sched:sched_switch: prev=1").unwrap();
        assert_eq!(header.command, b"kworker/0:1 x");
        assert_eq!((header.thread, header.cpu), (Some(12), Some(3)));
        assert_eq!(header.time_nanos, Some(7_000_000_123));
        assert_eq!(
            (header.event, header.period),
            (&b"sched:sched_switch"[..], None)
        );
        assert_eq!(header.rest, b"prev=1");
    }

    #[test]
    fn the_time_may_be_missing() {
        let header = parse(b"api 71/73 250000 cycles: ").unwrap();
        assert_eq!((header.process, header.thread), (Some(71), Some(73)));
        assert_eq!(
            (header.period, header.event),
            (Some(250_000), &b"cycles"[..])
        );
        assert_eq!((header.command, header.time_nanos), (&b"api"[..], None));
    }

    #[test]
    fn other_lines_are_no_headers() {
        assert_eq!(parse(b"# captured on: today"), None);
        assert_eq!(parse(b"99999999999999999999999.5: x"), None);
        assert_eq!(parse(b""), None);
    }
}
