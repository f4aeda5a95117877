//! Any bytes as what `perf script` prints: the reader ends without a panic.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let _ = contend_perf::looks_like(text);
    for sample in contend_perf::samples(text) {
        for frame in sample.frames() {
            assert!(frame.symbol.len() <= text.len());
        }
    }
});
