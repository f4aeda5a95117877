//! Inputs that are large or packed, made while they are read. One test, since it looks at the peak
//! of memory of its whole process.

#![expect(
    clippy::disallowed_methods,
    reason = "the kernel's count of memory is a file"
)]

use std::io::{self, Read, Write};

use contend_explain::{Explanation, Input, Listing};

const CRASH: &str = "fatal error: concurrent map writes\n\ngoroutine 7 [running]:\n\
main.add(0xc000012345)\n\t/src/main.go:11 +0x2d\ncreated by main.main in goroutine 1\n\
\t/src/main.go:18 +0x78\n\n";

/// Blocks of a log; before every `every`th stands a crash, and in the block behind it each line
/// has a word that dumps have too, so that it is looked at closely.
struct Log {
    block: Vec<u8>,
    close: Vec<u8>,
    blocks: usize,
    every: usize,
    now: io::Cursor<Vec<u8>>,
}

impl Log {
    fn new(blocks: usize, every: usize) -> Self {
        let block = |size: usize, line: &str| line.repeat(size / line.len()).into_bytes();
        Self {
            block: block(
                1 << 20,
                "2026-05-01T10:00:00Z INFO served /api/items in 12ms (40 of 64)\n",
            ),
            close: block(
                1 << 16,
                "2026-05-01T10:00:00Z INFO served /api/items, goroutine pool at 40\n",
            ),
            blocks,
            every,
            now: io::Cursor::default(),
        }
    }
}

impl Read for Log {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.now.read(out)?;
        if 0 < n || self.blocks == 0 {
            return Ok(n);
        }
        let mut next = Vec::new();
        if self.blocks.is_multiple_of(self.every) {
            next.extend_from_slice(CRASH.as_bytes());
            next.extend_from_slice(&self.close);
        } else {
            next.extend_from_slice(&self.block);
        }
        self.blocks -= 1;
        self.now = io::Cursor::new(next);
        self.now.read(out)
    }
}

fn explain(reader: impl Read) -> Explanation {
    let input = Input {
        name: "log".to_owned(),
        reader: Box::new(reader),
        size: None,
    };
    let (explanation, errors) = Explanation::of_inputs([input], Listing::Largest);
    assert!(errors.is_empty(), "{errors:?}");
    explanation
}

#[test]
fn large_and_packed_inputs_are_read_with_little_memory() {
    let explanation = explain(Log::new(80, 8));
    assert_eq!(explanation.summary.dumps, 10);
    assert_eq!(explanation.summary.goroutines, 10);
    assert_eq!(explanation.summary.dropped_lines, 0);
    assert!(800_000 < explanation.summary.log_lines);
    assert_eq!(explanation.diagnoses[0].class.id, "crash-loop");
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        assert!(kib.is_some_and(|kib| kib < 72 << 10), "{line:?}");
    }

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(CRASH.as_bytes()).unwrap();
    assert_eq!(explain(&gzip.finish().unwrap()[..]).summary.goroutines, 1);

    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let zstd = ruzstd::encoding::compress_to_vec(CRASH.as_bytes(), level);
    assert_eq!(explain(&zstd[..]).summary.goroutines, 1);
}
