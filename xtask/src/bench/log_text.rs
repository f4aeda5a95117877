//! A very large log for measurements, made while it is read: the lines of a busy service as
//! Kubernetes keeps them, with crashes at equal distances.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::dump_text::Random;

/// Lines are made in blocks of about this size, which then come again and again: making each line
/// anew would take longer than reading it.
const BLOCK: usize = 4 << 20;
const BLOCKS: u64 = 8;

/// Writes about `bytes` of log with `crashes` in it.
pub(super) fn write(bytes: u64, crashes: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut random = Random(0x10_65eed);
    let blocks: Vec<Vec<u8>> = (0..BLOCKS).map(|_| block(&mut random)).collect();
    let n = (bytes / BLOCK as u64).max(crashes);
    for at in 0..n {
        // In the middle of each of as many equal parts.
        if (2 * at + 1) * crashes % (2 * n) < 2 * crashes {
            out.write_all(crash(at).as_bytes())?;
        }
        out.write_all(&blocks[random.below(BLOCKS) as usize])?;
    }
    Ok(())
}

fn block(random: &mut Random) -> Vec<u8> {
    let mut text = String::with_capacity(BLOCK + 256);
    while text.len() < BLOCK {
        let (id, size, millis) = (
            random.below(1 << 40),
            random.below(90_000),
            random.below(400),
        );
        let line = match random.below(5) {
            0 => format!(
                "INFO  http request id={id:010x} path=/api/items/{size} status=200 in {millis}ms"
            ),
            1 => format!("DEBUG cache hit key=item:{size} goroutines=412 age={millis}s"),
            2 => format!(
                "{{\"level\":\"info\",\"msg\":\"order {id:x} stored\",\"rows\":{size},\"ms\":{millis}}}"
            ),
            3 => {
                format!("WARN  slow query ({millis} ms): SELECT * FROM items WHERE owner = {size}")
            }
            _ => format!(
                "gc {size} @{millis}.120s 2%: 0.03+1.2+0.01 ms clock, 0.2+0.4/1.1/0+0.1 ms cpu, 40->41->22 MB, 44 MB goal, 0 MB stacks, 0 MB globals, 8 P"
            ),
        };
        kubernetes(&line, &mut text);
    }
    text.into_bytes()
}

/// A crash of a map; the goroutine's number tells the crashes apart.
fn crash(number: u64) -> String {
    let mut text = String::new();
    let id = 100 + number;
    let lines = format!(
        "fatal error: concurrent map writes\n\ngoroutine {id} [running]:\n\
         internal/runtime/maps.fatal({{0x8a2f11?, 0xc00011e000?}})\n\
         \t/usr/local/go/src/runtime/panic.go:1195 +0x18\n\
         example.com/shop/cart.(*Store).Put(0xc000123450, {{0xc00045{id:04x}, 0x8}}, 0x3)\n\
         \t/src/shop/cart/store.go:41 +0x65\n\
         example.com/shop/cart.(*Server).add(0xc0001b2000, {{0x9f2b60, 0xc000520000}})\n\
         \t/src/shop/cart/server.go:88 +0x1c5\n\
         created by net/http.(*Server).Serve in goroutine 1\n\
         \t/usr/local/go/src/net/http/server.go:3454 +0x485\n\nexit status 2"
    );
    for line in lines.split('\n') {
        kubernetes(line, &mut text);
    }
    text
}

fn kubernetes(line: &str, text: &mut String) {
    let nanos = text.len() % 1_000_000_000;
    let _ = writeln!(text, "2026-05-01T10:00:00.{nanos:09}Z stderr F {line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_its_size_and_its_crashes() {
        for (bytes, crashes) in [(60 << 20, 10), (1, 3)] {
            let mut out = Vec::new();
            write(bytes, crashes, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.matches("fatal error: ").count() as u64, crashes);
            let wanted = (bytes as usize).max(crashes as usize * BLOCK);
            assert!(
                text.len().abs_diff(wanted) <= BLOCK + 8192,
                "{}",
                text.len()
            );
        }
    }
}
