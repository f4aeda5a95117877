//! System calls as trace points tell them.

use crate::recording::{Stacks, What};

/// How the name of an event tells a system call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// `syscalls:sys_enter_read`; the name is `None` for `raw_syscalls:sys_enter`.
    Enter(Option<String>),
    /// `syscalls:sys_exit_read`, likewise.
    Exit(Option<String>),
}

impl Point {
    pub(crate) fn of(event: &str) -> Option<Self> {
        Some(match event {
            "raw_syscalls:sys_enter" => Self::Enter(None),
            "raw_syscalls:sys_exit" => Self::Exit(None),
            _ => {
                let call = event.strip_prefix("syscalls:sys_")?;
                if let Some(name) = call.strip_prefix("enter_") {
                    Self::Enter(Some(plain(name).to_owned()))
                } else {
                    Self::Exit(Some(plain(call.strip_prefix("exit_")?).to_owned()))
                }
            }
        })
    }

    /// From the bytes of the trace point, little-endian: eight that all trace points share, the
    /// number of the call, four unused, then arguments or result of eight bytes each. Format:
    /// `/sys/kernel/tracing/events/syscalls/*/format`; the raw ones agree.
    pub(crate) fn read(&self, raw: &[u8], machine: &str, stacks: &mut Stacks) -> Option<What> {
        let number = u32::from_le_bytes(raw.get(8..12)?.try_into().ok()?);
        let mut words = raw.get(16..)?.as_chunks::<8>().0.iter();
        let mut word = || words.next().map(|it| u64::from_le_bytes(*it));
        Some(match self {
            Self::Enter(name) => What::Enter {
                call: call(name.as_deref(), u64::from(number), machine, stacks),
                args: std::array::from_fn(|_| word().unwrap_or(0)),
            },
            Self::Exit(name) => What::Exit {
                call: call(name.as_deref(), u64::from(number), machine, stacks),
                result: word()? as i64,
            },
        })
    }

    /// From what `perf script` prints behind the event.
    pub(crate) fn parse(&self, text: &str, machine: &str, stacks: &mut Stacks) -> Option<What> {
        let raw = text.strip_prefix("NR ").map(|rest| {
            let end = rest.find(' ').unwrap_or(rest.len());
            (&rest[..end], rest[end..].trim_start())
        });
        // The number is a signed one; what is none, such as -1, is no call that anybody made.
        let number = |digits: &str| digits.parse().unwrap_or(u64::MAX);
        Some(match (self, raw) {
            (Self::Enter(name), Some((digits, rest))) => {
                let inner = rest.trim_start_matches('(').trim_end_matches(')');
                What::Enter {
                    call: call(name.as_deref(), number(digits), machine, stacks),
                    args: words(inner.split(", "))?,
                }
            }
            (Self::Exit(name), Some((digits, rest))) => What::Exit {
                call: call(name.as_deref(), number(digits), machine, stacks),
                result: rest.strip_prefix("= ")?.trim().parse().ok()?,
            },
            (Self::Enter(Some(name)), None) => {
                // `fd: 0x00000003, buf: 0x7fff13cab3c8`: none, or names before the values.
                let values = text.split(", ").filter_map(|it| it.rsplit(": ").next());
                What::Enter {
                    call: stacks.add_name(name),
                    args: words(values)?,
                }
            }
            (Self::Exit(Some(name)), None) => What::Exit {
                call: stacks.add_name(name),
                result: hex(text)? as i64,
            },
            _ => return None,
        })
    }
}

/// The name of the error that a negative result of a call is, `EAGAIN`; `None` for other results.
pub fn error_name(result: i64) -> Option<&'static str> {
    match result {
        // The kernel's own, which programs never see: it makes the call again after a signal.
        -512 => Some("ERESTARTSYS"),
        -513 => Some("ERESTARTNOINTR"),
        -514 => Some("ERESTARTNOHAND"),
        -516 => Some("ERESTART_RESTARTBLOCK"),
        -4095..0 => Some(
            syscalls::Errno::new(-result as i32)
                .name()
                .unwrap_or("error"),
        ),
        _ => None,
    }
}

/// The kernel's names of trace points, as programs know them.
fn plain(name: &str) -> &str {
    match name {
        "newfstat" => "fstat",
        "newstat" => "stat",
        "newlstat" => "lstat",
        "newuname" => "uname",
        "sendfile64" => "sendfile",
        _ => name,
    }
}

fn call(name: Option<&str>, number: u64, machine: &str, stacks: &mut Stacks) -> u32 {
    if let Some(name) = name {
        return stacks.add_name(name);
    }
    let known = usize::try_from(number).ok().and_then(|id| match machine {
        "x86_64" => syscalls::x86_64::Sysno::new(id).map(|it| it.name()),
        "aarch64" => syscalls::aarch64::Sysno::new(id).map(|it| it.name()),
        _ => None,
    });
    match known {
        Some(name) => stacks.add_name(name),
        None => stacks.add_name(&format!("syscall {number}")),
    }
}

fn words<'t>(values: impl Iterator<Item = &'t str>) -> Option<[u64; 6]> {
    let mut args = [0; 6];
    for (arg, value) in args.iter_mut().zip(values.filter(|it| !it.is_empty())) {
        *arg = hex(value)?;
    }
    Some(args)
}

fn hex(text: &str) -> Option<u64> {
    let text = text.trim();
    u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(event: &str, text: &str) -> Option<(String, What)> {
        let mut stacks = Stacks::default();
        let what = Point::of(event)?.parse(text, "x86_64", &mut stacks)?;
        let (What::Enter { call, .. } | What::Exit { call, .. }) = what else {
            return None;
        };
        Some((stacks.name(call).to_owned(), what))
    }

    #[test]
    fn calls_by_number_and_by_name() {
        let (name, what) = parsed("raw_syscalls:sys_enter", "NR 0 (7, c00, 40, 0, 0, 0)").unwrap();
        assert_eq!(name, "read");
        assert!(matches!(
            what,
            What::Enter {
                args: [7, 0xc00, 0x40, 0, 0, 0],
                ..
            }
        ));
        let (name, what) = parsed("raw_syscalls:sys_exit", "NR 232 = -4").unwrap();
        assert_eq!(name, "epoll_wait");
        assert!(matches!(what, What::Exit { result: -4, .. }));
        let text = "fd: 0x00000003, buf: 0x7fff13cab3c8, count: 0x00000340";
        let (name, what) = parsed("syscalls:sys_enter_read", text).unwrap();
        assert_eq!(name, "read");
        assert!(matches!(
            what,
            What::Enter {
                args: [3, 0x7fff_13ca_b3c8, 0x340, 0, 0, 0],
                ..
            }
        ));
        let (_, what) = parsed("syscalls:sys_exit_read", "0xfffffffffffffff5").unwrap();
        assert!(matches!(what, What::Exit { result: -11, .. }));
        assert!(parsed("syscalls:sys_enter_sched_yield", "").is_some());
    }

    #[test]
    fn other_events_and_strange_texts_are_none() {
        assert_eq!(Point::of("sched:sched_switch"), None);
        assert_eq!(parsed("raw_syscalls:sys_exit", "NR 1 x"), None);
        assert_eq!(parsed("syscalls:sys_exit_read", "what"), None);
        let mut stacks = Stacks::default();
        let exit = Point::Exit(Some("read".to_owned()));
        assert_eq!(exit.read(&[0; 12], "x86_64", &mut stacks), None);
    }
}
