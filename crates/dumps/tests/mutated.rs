//! The invariants on recordings with bytes changed, dropped and doubled.

#![expect(
    clippy::disallowed_methods,
    reason = "the recordings are a folder of files"
)]

mod invariants;

use std::path::Path;

use proptest::prelude::*;

fn recording(number: usize) -> Vec<u8> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/dumps");
    let entries = std::fs::read_dir(dir).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "txt"));
    paths.sort();
    let text = std::fs::read(&paths[number % paths.len()]).unwrap();
    text[..text.len().min(4096)].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn damaged_recordings_keep_the_invariants(
        number in 0usize..1000,
        changes in prop::collection::vec((any::<u16>(), any::<u8>(), 0u8..3), 0..12),
    ) {
        let mut text = recording(number);
        for (at, byte, kind) in changes {
            let at = usize::from(at) % text.len();
            match kind {
                0 => text[at] = byte,
                1 => text.truncate(at.max(1)),
                _ => text.extend_from_within(at..),
            }
        }
        invariants::check(&text);
    }
}
