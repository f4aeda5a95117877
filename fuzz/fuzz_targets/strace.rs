//! Any bytes as what strace writes: the reader ends without a panic, calls come in the order in
//! which they began, and their arguments can be taken apart.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let _ = contend_strace::looks_like(text);
    let recording = contend_strace::read(text);
    assert!(recording.calls.is_sorted_by_key(|it| it.start));
    for call in &recording.calls {
        let _ = (call.descriptor(), call.string());
    }
});
