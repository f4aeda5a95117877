//! What must hold for any bytes.

use contend_dumps::{Sieve, parse, print};

/// Reads `text` as a dump and as a log in two pieces.
pub(crate) fn check(text: &[u8]) {
    let once = printed(text);
    let twice = printed(&once);
    assert_eq!(
        String::from_utf8_lossy(&twice),
        String::from_utf8_lossy(&printed(&twice))
    );

    let mut sieve = Sieve::new(1 << 20);
    let (first, second) = text.split_at(text.len() / 2);
    sieve.push(first);
    sieve.push(second);
    for stream in sieve.finish().streams {
        let _ = parse(&stream.text);
    }
}

fn printed(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    print(&parse(text), &mut out).expect("a vector takes all");
    out
}
