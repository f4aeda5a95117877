//! Any bytes as an execution trace: readers end without a panic, times never go back, and one that
//! salvages says what is missing, or gives all that the strict one does.

#![no_main]

use contend_gotrace::Reader;

libfuzzer_sys::fuzz_target!(|trace: &[u8]| {
    let (Ok(mut strict), Ok(mut salvaging)) = (Reader::new(trace), Reader::salvaging(trace)) else {
        return;
    };
    let mut n_strict = 0_u64;
    while strict.next().is_some() {
        n_strict += 1;
        assert!(strict.offset() <= trace.len() as u64);
    }
    let (mut n_salvaged, mut last) = (0_u64, i64::MIN);
    while let Some((event, _)) = salvaging.next() {
        n_salvaged += 1;
        // The clock of a damaged trace may run over; then it begins anew.
        assert!(last < event.time || last == i64::MAX);
        last = event.time;
    }
    if strict.error().is_none() {
        assert!(salvaging.losses().is_empty());
        assert_eq!(n_strict, n_salvaged);
    }
});
