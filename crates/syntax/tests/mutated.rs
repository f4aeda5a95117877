//! Replays the corpus of the fuzz target, as it is and with damage done to it.

mod invariants;

use std::path::Path;

/// A small generator: the damage is the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

#[expect(clippy::disallowed_methods, reason = "the corpus is a folder of files")]
fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/syntax");
    let entries = std::fs::read_dir(folder).expect("the corpus is part of the repository");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).expect("a file"))
        .collect()
}

/// What parsers stumble over, to be put anywhere.
const PIECES: [&[u8]; 24] = [
    b"(",
    b")",
    b"[",
    b"]",
    b"{",
    b"}",
    b"\n",
    b";",
    b",",
    b":=",
    b"=",
    b"\"",
    b"`",
    b"'",
    b"/*",
    b"//",
    b"func ",
    b"\nfunc f() {",
    b"\ntype T ",
    b" case ",
    b"\0",
    b"\xff",
    b"<-",
    b" range ",
];

fn damage(text: &[u8], random: &mut Random) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(text.len() + 1);
        let end = (at + random.below(30)).min(text.len());
        match random.below(4) {
            0 => drop(text.drain(at..end)),
            1 => drop(text.splice(at..at, PIECES[random.below(PIECES.len())].iter().copied())),
            2 => {
                let copy = text[at..end].to_vec();
                let target = random.below(text.len() + 1);
                text.splice(target..target, copy);
            }
            _ => text.truncate(at),
        }
    }
    text
}

#[test]
fn the_corpus_and_damaged_copies_of_it() {
    let corpus = corpus();
    assert!(!corpus.is_empty());
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let n_copies = if cfg!(debug_assertions) { 400 } else { 20_000 };
    for text in &corpus {
        invariants::check(text);
        for _ in 0..n_copies {
            invariants::check(&damage(text, &mut random));
        }
    }
}
