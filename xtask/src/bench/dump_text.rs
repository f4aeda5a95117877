//! A large goroutine dump for measurements, the same bytes each time: a service with worker pools,
//! handlers behind a few locks, and connections.

use std::io::{self, Write};

/// Distinct stacks; goroutines share them as those of a service do.
const STACKS: u64 = 180;

/// Where stacks end inside the runtime and the standard library: the state, the inner frames, and
/// whether the goroutine waits for a lock.
const INNER: &[(&str, &[(&str, &str)])] = &[
    (
        "sync.Mutex.Lock",
        &[
            (
                "internal/sync.runtime_SemacquireMutex(0x{r}?, 0x{r}?, 0x1?)",
                "/usr/local/go/src/runtime/sema.go:95 +0x25",
            ),
            (
                "internal/sync.(*Mutex).lockSlow(0x{lock})",
                "/usr/local/go/src/internal/sync/mutex.go:149 +0x15d",
            ),
            (
                "internal/sync.(*Mutex).Lock(...)",
                "/usr/local/go/src/internal/sync/mutex.go:70",
            ),
            (
                "sync.(*Mutex).Lock(...)",
                "/usr/local/go/src/sync/mutex.go:46",
            ),
        ],
    ),
    ("chan receive", &[]),
    ("select", &[]),
    (
        "IO wait",
        &[
            (
                "internal/poll.runtime_pollWait(0x{r}, 0x72)",
                "/usr/local/go/src/runtime/netpoll.go:351 +0x85",
            ),
            (
                "internal/poll.(*pollDesc).wait(0x{r}?, 0x{r}?, 0x0)",
                "/usr/local/go/src/internal/poll/fd_poll_runtime.go:84 +0x27",
            ),
            (
                "internal/poll.(*pollDesc).waitRead(...)",
                "/usr/local/go/src/internal/poll/fd_poll_runtime.go:89",
            ),
            (
                "internal/poll.(*FD).Read(0x{r}, {0x{r}, 0x1000, 0x1000})",
                "/usr/local/go/src/internal/poll/fd_unix.go:165 +0x27a",
            ),
            (
                "net.(*netFD).Read(0x{r}, {0x{r}?, 0x{r}?, 0x{r}?})",
                "/usr/local/go/src/net/fd_posix.go:68 +0x25",
            ),
            (
                "net.(*conn).Read(0x{r}, {0x{r}?, 0x{r}?, 0x{r}?})",
                "/usr/local/go/src/net/net.go:196 +0x45",
            ),
        ],
    ),
    (
        "sync.WaitGroup.Wait",
        &[
            (
                "sync.runtime_SemacquireWaitGroup(0x{r}?, 0x{r}?)",
                "/usr/local/go/src/runtime/sema.go:114 +0x2e",
            ),
            (
                "sync.(*WaitGroup).Wait(0x{r})",
                "/usr/local/go/src/sync/waitgroup.go:206 +0x85",
            ),
        ],
    ),
];

/// Writes a dump of `goroutines` goroutines.
pub(super) fn write(goroutines: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut random = Random(0x5eed);
    out.write_all(b"SIGQUIT: quit\nPC=0x47d3a1 m=0 sigcode=0\n\n")?;
    for number in 0..goroutines {
        // Half of the goroutines share a tenth of the stacks.
        let stack = match random.below(2) {
            0 => random.below(STACKS / 10),
            _ => random.below(STACKS),
        };
        goroutine(number, stack, &mut random, out)?;
    }
    Ok(())
}

fn goroutine(number: u64, stack: u64, random: &mut Random, out: &mut dyn Write) -> io::Result<()> {
    // What belongs to the stack is drawn from its number, what differs from the common source.
    let mut fixed = Random(stack.wrapping_mul(0x9e37_79b9) + 1);
    let (state, inner) = INNER[fixed.below(INNER.len() as u64) as usize];
    let lock = 0xc000_100000 + fixed.below(8) * 0x140;
    write!(out, "goroutine {} [{state}", number + 1)?;
    match random.below(90) {
        0 => {}
        minutes => write!(out, ", {minutes} minutes")?,
    }
    out.write_all(b"]:\n")?;
    for (call, place) in inner {
        let call = call.replace("{lock}", &format!("{lock:x}"));
        frame(&call, place, random, out)?;
    }
    let package = fixed.below(12);
    for depth in 0..6 + fixed.below(5) {
        let (kind, method, line) = (fixed.below(9), fixed.below(30), 20 + fixed.below(900));
        let call =
            format!("example.com/shop/part{package}.(*Type{kind}).step{method}(0x{{r}}, 0x{{r}}?)");
        let place = format!(
            "/src/shop/part{package}/handler{depth}.go:{line} +0x{:x}",
            fixed.below(4000)
        );
        frame(&call, &place, random, out)?;
    }
    let line = 20 + fixed.below(900);
    writeln!(
        out,
        "created by example.com/shop/part{package}.(*Server).accept in goroutine {}\n\
         \t/src/shop/part{package}/server.go:{line} +0x1d\n",
        1 + random.below(40)
    )
}

/// Writes a frame; each `{r}` becomes an address.
fn frame(call: &str, place: &str, random: &mut Random, out: &mut dyn Write) -> io::Result<()> {
    for (at, part) in call.split("{r}").enumerate() {
        if 0 < at {
            write!(out, "c{:09x}", random.below(1 << 34) * 8)?;
        }
        out.write_all(part.as_bytes())?;
    }
    writeln!(out, "\n\t{place}")
}

/// A small generator of numbers, the same on every machine (xorshift).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_each_time_and_no_placeholder_is_left() {
        let text = || {
            let mut out = Vec::new();
            write(300, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let first = text();
        assert_eq!(first, text());
        assert_eq!(first.matches("\ngoroutine ").count(), 300);
        assert!(!first.contains("{r}") && !first.contains("{lock}"));
    }
}
