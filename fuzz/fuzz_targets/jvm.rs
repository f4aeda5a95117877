//! Any bytes behind the first line of a thread dump: reader and verdicts end without a panic.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = [&b"Full thread dump OpenJDK 64-Bit Server VM:\n\n"[..], bytes].concat();
    let document = contend_dumps::parse(&text);
    assert!(!document.jvm.is_empty());
    let _ = contend_diagnose::diagnose(&document);
});
