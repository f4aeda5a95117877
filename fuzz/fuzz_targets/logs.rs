//! Any bytes as a log in pieces of any size: the same dumps come out, and each has verdicts.

#![no_main]

use contend_dumps::{Sieve, Sieved};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((size, log)) = bytes.split_first() else {
        return;
    };
    let whole = sieve(log, log.len().max(1));
    let pieces = sieve(log, usize::from(*size).max(1));
    // Pieces are searched as they are: what only stands there once escapes are decoded is found by
    // its neighbours or not at all.
    if !log.contains(&0x1b) && !log.contains(&b'\\') {
        assert_eq!(whole, pieces);
    }
    for stream in whole.streams {
        let _ = contend_diagnose::diagnose(&contend_dumps::parse(&stream.text));
    }
    let _ = contend_dumps::needs_sieve(log);
});

fn sieve(log: &[u8], size: usize) -> Sieved {
    let mut sieve = Sieve::new(1 << 20);
    for piece in log.chunks(size) {
        sieve.push(piece);
    }
    sieve.finish()
}
