//! Any bytes behind the first line of a race report: reader and verdicts end without a panic, and
//! every part of a report lies inside the text.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = [&b"==================\nWARNING: DATA RACE\n"[..], bytes].concat();
    let document = contend_dumps::parse(&text);
    assert!(!document.races.is_empty());
    for race in &document.races {
        let _ = document.bytes(race.span);
        let stacks = race.accesses.iter().map(|access| access.frames);
        for frames in stacks.chain(race.goroutines.iter().map(|it| it.frames)) {
            for frame in document.stack(frames) {
                let _ = document.name(frame.func);
            }
        }
    }
    let _ = contend_diagnose::diagnose(&document);
});
