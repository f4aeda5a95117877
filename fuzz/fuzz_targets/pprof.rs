//! Any bytes as a profile: the reader ends without a panic, and what was read is written and read
//! the same again.

#![no_main]

use contend_pprof::{parse, write};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let first = parse(bytes).profile;
    let again = parse(&write(&first));
    assert!(again.problems.is_empty(), "{:?}", again.problems);
    assert_eq!(write(&first), write(&again.profile));
});
