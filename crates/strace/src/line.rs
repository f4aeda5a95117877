//! One line.

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'t> {
    /// The thread; `None` if strace followed a single one and did not say.
    pub(crate) thread: Option<u32>,
    /// Nanoseconds since 1970.
    pub(crate) time: u64,
    pub(crate) event: Event<'t>,
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
    /// `None` for a line of another kind.
    pub(crate) fn parse(line: &'t str) -> Option<Self> {
        let (thread, rest) = split_thread(line.trim_start())?;
        let (time, rest) = rest.split_once(' ')?;
        Some(Self {
            thread,
            time: nanos(time)?,
            event: event(rest.trim())?,
        })
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
        let event = |text| Line::parse(text).map(|it| it.event);
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
            "7 12:00:01 close(3) = 0",
        ] {
            assert_eq!(event(strange), None, "{strange}");
        }
    }
}
