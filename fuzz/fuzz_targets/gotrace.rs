//! Any bytes as an execution trace: the reader ends without a panic, and times never go back.

#![no_main]

use contend_gotrace::Reader;

libfuzzer_sys::fuzz_target!(|trace: &[u8]| {
    let Ok(mut reader) = Reader::new(trace) else {
        return;
    };
    while reader.next().is_some() {
        assert!(reader.offset() <= trace.len() as u64);
    }
});
