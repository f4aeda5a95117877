//! One line.

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'t> {
    /// The thread; `None` if strace followed a single one and did not say.
    pub(crate) thread: Option<u32>,
    pub(crate) stamp: Stamp,
    /// `None` if it is of a kind that is not known.
    pub(crate) event: Option<Event<'t>>,
}

/// The time of a line, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// Since 1970 (`-ttt`).
    Unix(u64),
    /// Since midnight (`-tt`).
    Day(u64),
    /// Since midnight, in whole seconds (`-t`).
    Second(u64),
    /// Since the line before (`-r`).
    Step(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event<'t> {
    /// A call that is over, or that ended with the process.
    Call {
        name: &'t str,
        args: &'t str,
        end: End<'t>,
    },
    /// The first half of a call.
    Begun { name: &'t str, args: &'t str },
    /// The second half.
    Resumed {
        name: &'t str,
        args: &'t str,
        end: End<'t>,
    },
    /// A signal was delivered.
    Signal { name: &'t str },
    /// The thread ended.
    Gone,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct End<'t> {
    /// The number before anything else; `None` for `?`.
    pub(crate) value: Option<i64>,
    /// What the descriptor is that was returned.
    pub(crate) described: &'t str,
    /// `EAGAIN`; empty if it did not fail.
    pub(crate) error: &'t str,
    pub(crate) nanos: Option<u64>,
}

impl<'t> Line<'t> {
    /// `None` for a line without a time.
    pub(crate) fn parse(line: &'t str) -> Option<Self> {
        let (thread, rest) = split_thread(line.trim_start())?;
        let (time, rest) = rest.split_once(' ')?;
        Some(Self {
            thread,
            stamp: Stamp::parse(time)?,
            event: event(without_step(rest.trim())),
        })
    }
}

impl Stamp {
    fn parse(text: &str) -> Option<Self> {
        /// What is less cannot be a time since 1970 at which strace ran.
        const EARLIEST: u64 = 100_000_000 * 1_000_000_000;
        if let Some((hours, rest)) = text.split_once(':') {
            let (minutes, seconds) = rest.split_once(':')?;
            let small = |text: &str| text.parse::<u8>().ok().map(u64::from);
            let start = (small(hours)? * 60 + small(minutes)?) * 60_000_000_000;
            return match small(seconds) {
                Some(whole) => Some(Self::Second(start + whole * 1_000_000_000)),
                None => Some(Self::Day(start.checked_add(nanos(seconds)?)?)),
            };
        }
        let time = nanos(text)?;
        if EARLIEST <= time {
            return Some(Self::Unix(time));
        }
        // What is cut off behind the last digit is half of it on average, and sums up.
        let n_digits = text.split_once('.')?.1.len() as u32;
        Some(Self::Step(time + 10_u64.pow(9 - n_digits) / 2))
    }
}

/// The line without the time since the line before, which `-r` adds to another time.
fn without_step(text: &str) -> &str {
    match text.strip_prefix("(+").and_then(|it| it.split_once(')')) {
        Some((_, rest)) => rest.trim_start(),
        None => text,
    }
}

/// `71 rest`, `[pid    71] rest`, or a line that starts with the time.
fn split_thread(line: &str) -> Option<(Option<u32>, &str)> {
    if let Some(rest) = line.strip_prefix("[pid") {
        let (thread, rest) = rest.split_once(']')?;
        return Some((Some(thread.trim().parse().ok()?), rest.trim_start()));
    }
    let (word, rest) = line.split_once(' ')?;
    match word.parse() {
        Ok(thread) => Some((Some(thread), rest.trim_start())),
        Err(_) => Some((None, line)),
    }
}

/// `1795609871.026109`, or `<0.000225` without its bracket.
fn nanos(text: &str) -> Option<u64> {
    let (seconds, fraction) = text.split_once('.')?;
    if fraction.is_empty() || 9 < fraction.len() || !fraction.bytes().all(|it| it.is_ascii_digit())
    {
        return None;
    }
    let scale = 10_u64.pow(9 - fraction.len() as u32);
    let seconds: u64 = seconds.parse().ok()?;
    seconds
        .checked_mul(1_000_000_000)?
        .checked_add(fraction.parse::<u64>().ok()? * scale)
}

fn event(text: &str) -> Option<Event<'_>> {
    if let Some(signal) = text.strip_prefix("--- ") {
        let name = signal.split(' ').next()?;
        return Some(Event::Signal { name });
    }
    if text.starts_with("+++ ") {
        return Some(Event::Gone);
    }
    if let Some(rest) = text.strip_prefix("<... ") {
        let (name, rest) = rest.split_once(" resumed>")?;
        // A call that the end of the process cut off again is written so.
        let rest = rest
            .trim_start()
            .strip_prefix("<unfinished ...>")
            .unwrap_or(rest);
        let (args, end) = split_end(rest)?;
        return Some(Event::Resumed { name, args, end });
    }
    let (name, rest) = text.split_once('(')?;
    if name.is_empty()
        || !name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'_')
    {
        return None;
    }
    if let Some(args) = rest.strip_suffix("<unfinished ...>") {
        return Some(Event::Begun { name, args });
    }
    let (args, end) = split_end(rest)?;
    Some(Event::Call { name, args, end })
}

/// The arguments without the closing bracket, and what follows `=`.
fn split_end(text: &str) -> Option<(&str, End<'_>)> {
    let at = text.rfind(" = ")?;
    let args = text[..at].trim_end().strip_suffix(')')?;
    let mut rest = text[at + 3..].trim();
    let mut end = End::default();
    if let Some(inner) = rest.strip_suffix('>')
        && let Some((before, duration)) = inner.rsplit_once('<')
        && let Some(duration) = nanos(duration)
    {
        end.nanos = Some(duration);
        rest = before.trim_end();
    }
    let length = rest.find([' ', '<']).unwrap_or(rest.len());
    let (value, rest) = rest.split_at(length);
    end.value = match value.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(|it| it as i64),
        None => value.parse().ok(),
    };
    if end.value.is_none() && value != "?" {
        return None;
    }
    if let Some(described) = rest.strip_prefix('<') {
        end.described = described.rsplit_once('>').map_or(described, |it| it.0);
    } else if let Some(word) = rest.split_whitespace().next()
        && word.starts_with('E')
    {
        end.error = word;
    }
    Some((args, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_all_kinds() {
        let end = |text| split_end(text).map(|it| it.1);
        let full = end("\"x) = 1\", 3) = 3</etc/a b> <0.000016>").unwrap();
        assert_eq!(
            (full.value, full.described, full.nanos),
            (Some(3), "/etc/a b", Some(16_000))
        );
        let failed = end(") = -1 ENOENT (No such file or directory) <0.000012>").unwrap();
        assert_eq!((failed.value, failed.error), (Some(-1), "ENOENT"));
        let open = end(") = ?").unwrap();
        assert_eq!((open.value, open.nanos), (None, None));
        let again = end("0) = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <0.5>").unwrap();
        assert_eq!((again.value, again.error), (None, "ERESTARTSYS"));
        assert_eq!(end(") = 0x7f30 <0.1>").unwrap().value, Some(0x7f30));
        assert_eq!(end("nothing"), None);
    }

    #[test]
    fn lines_of_all_kinds() {
        let event = |text| Line::parse(text).and_then(|it| it.event);
        assert!(matches!(
            event("7 1.5 close(3</a> <unfinished ...>"),
            Some(Event::Begun {
                name: "close",
                args: "3</a> "
            })
        ));
        assert!(matches!(
            event("[pid   7] 1.5 --- SIGURG {si_signo=SIGURG} ---"),
            Some(Event::Signal { name: "SIGURG" })
        ));
        assert_eq!(event("7 1.5 +++ exited with 0 +++"), Some(Event::Gone));
        let gone = "7 1.5 <... epoll_pwait resumed> <unfinished ...>) = ?";
        assert!(matches!(
            event(gone),
            Some(Event::Resumed {
                name: "epoll_pwait",
                ..
            })
        ));
        assert_eq!(
            Line::parse("1.5 read(0, \"\", 1) = 0").unwrap().thread,
            None
        );
        for strange in [
            "",
            "strace: Process 7 attached",
            "7 1.5 ???",
            "7 close(3) = 0",
        ] {
            assert_eq!(event(strange), None, "{strange}");
        }
    }

    #[test]
    fn times_of_all_forms() {
        let stamp = |time: &str| Line::parse(&format!("7 {time} close(3) = 0")).map(|it| it.stamp);
        assert_eq!(
            stamp("1795609871.026109"),
            Some(Stamp::Unix(1_795_609_871_026_109_000))
        );
        assert_eq!(stamp("00:01:02"), Some(Stamp::Second(62_000_000_000)));
        assert_eq!(stamp("00:01:02.5"), Some(Stamp::Day(62_500_000_000)));
        assert_eq!(stamp("     0.000019"), Some(Stamp::Step(19_500)));
        assert_eq!(stamp("     0.000000019"), Some(Stamp::Step(19)));
        let both = Line::parse("00:01:02.5 (+     0.000014) close(3) = 0").unwrap();
        assert_eq!(both.stamp, Stamp::Day(62_500_000_000));
        assert!(matches!(
            both.event,
            Some(Event::Call { name: "close", .. })
        ));
        for strange in ["1:2", "a:b:c", "300:0:0", "1:2:x", "7"] {
            assert_eq!(stamp(strange), None, "{strange}");
        }
    }
}
