//! Any bytes as `perf.data` or what `perf script` prints: the readers end without a panic, and what
//! they give refers to what is there.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = contend_perf::looks_like(bytes);
    for sample in contend_perf::samples(bytes) {
        for frame in sample.frames() {
            assert!(frame.symbol.len() <= bytes.len());
        }
    }
    let recording = contend_perf::read(bytes);
    assert!(recording.records.is_sorted_by_key(|it| it.time));
    for record in &recording.records {
        assert!((record.stack as usize) < recording.stacks.len());
        for frame in recording.stacks.frames(record.stack) {
            let _ = recording.stacks.name(frame.function);
        }
    }
});
