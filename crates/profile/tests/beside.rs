//! Real recordings beside real traces: corpus/recordings, whose script makes them again.

use std::io::{Cursor, Read};
use std::path::Path;

use contend_flame::fold;
use contend_profile::trace::beside::{aligned, read_recording};
use contend_profile::trace::{Run, read_anchors, read_beside, write_json, write_text};
use contend_profile::{Gathered, Names, gather};
use contend_sched::trace::beside::{Alignment, Beside};
use flate2::read::GzDecoder;
use proptest::prelude::*;

#[expect(
    clippy::disallowed_methods,
    reason = "the test reads recordings of the corpus"
)]
fn recording(name: &str) -> Vec<u8> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/recordings");
    let packed = std::fs::read(corpus.join(format!("{name}.gz"))).expect("a recording");
    let mut bytes = Vec::new();
    GzDecoder::new(&*packed)
        .read_to_end(&mut bytes)
        .expect("a gzip file");
    bytes
}

fn joined(trace: &str, beside: &str) -> Run {
    let trace = recording(trace);
    let source = read_recording(&recording(beside), &Names::default()).expect("a recording");
    let anchors = read_anchors(Cursor::new(trace.clone())).expect("a trace");
    let (recorded, alignment) = aligned(vec![source], &anchors);
    read_beside(Cursor::new(trace), &recorded, alignment).expect("a trace")
}

fn beside(run: &Run) -> &Beside {
    run.beside.as_ref().expect("what was recorded beside")
}

/// All that the trace calls a system call was recorded on the same thread inside it.
fn assert_complete(beside: &Beside) {
    assert_eq!(beside.entered.differ, 0, "{:?}", beside.entered);
    assert!(30 < beside.entered.agree, "{:?}", beside.entered);
}

fn folded(name: &str, names: &Names) -> (Gathered, String) {
    let gathered = gather(&*recording(name), name, None, names).expect("stacks");
    let text = fold::write(&gathered.stacks);
    (gathered, text)
}

#[test]
fn perf_data_as_stacks() {
    let (without, text) = folded("monotonic.data", &Names::default());
    assert!(text.lines().all(|it| it.contains(";(")), "{text}");
    assert!(text.contains("(kernel)_[k] "), "{text}");
    let has_remark = |it: &Gathered, what: &str| it.remarks.iter().any(|it| it.contains(what));
    assert!(has_remark(
        &without,
        "places have no name; give --binary that file"
    ));
    assert!(has_remark(&without, "/proc/kallsyms"));
    // Trace points were recorded too, and are no samples.
    assert!(has_remark(&without, "events of trace points are left out"));
    let mut names = Names::default();
    let kernel = b"ffffffff80000000 T all_of_it\n";
    names
        .add("kallsyms.txt", kernel)
        .expect("functions of a kernel");
    let (with, text) = folded("monotonic.data", &names);
    assert!(text.contains(";all_of_it_[k];all_of_it_[k] "), "{text}");
    assert!(
        !text.contains("(kernel)") && !has_remark(&with, "kallsyms"),
        "{text}"
    );
    let samples = |it: &Gathered| it.stacks.nodes().iter().map(|it| it.own[0]).sum::<u64>();
    assert_eq!(samples(&with), samples(&without));
}

#[test]
fn perf_data_on_the_clock_of_the_trace() {
    let run = joined("monotonic.trace", "monotonic.data");
    let beside = beside(&run);
    assert_eq!(beside.alignment, Alignment::Exact);
    assert_complete(beside);
    // The goroutines that ask in vain: read, nothing there, and no end of the wait.
    let mut reads = beside.groups.iter().filter(|it| it.name == "read");
    let quote = reads.find(|it| it.place.function == "main.quote");
    let quote = quote.expect("reads of the planted cause");
    assert_eq!(
        (quote.count, quote.not_ready, quote.awaited.open),
        (3, 3, 3)
    );
    assert!(500_000_000 < quote.awaited.open_max_nanos);
    assert_eq!(quote.goroutines.len(), 3);
    // Threads of the runtime that wait for work are no blocked calls.
    let is_idle = |name: &str| {
        beside
            .runtime
            .iter()
            .any(|it| it.name == name && 0 < it.idle.0)
    };
    assert!(is_idle("futex") && is_idle("epoll_pwait"));
    assert!(!beside.groups.iter().any(|it| it.name == "epoll_pwait"));
    // Each goroutine that made a system call is there with its last user frame.
    let last = beside
        .goroutines
        .iter()
        .filter(|it| it.place.function == "main.quote");
    assert_eq!(last.count(), 3);
}

#[test]
fn a_clock_without_reference_is_fitted_by_calls() {
    let run = joined("scheduler.trace", "scheduler.txt");
    let beside = beside(&run);
    let Alignment::Fitted {
        pairs, error_nanos, ..
    } = beside.alignment
    else {
        panic!("{:?}", beside.alignment);
    };
    assert!(
        30 < pairs && error_nanos < 100_000,
        "{:?}",
        beside.alignment
    );
    assert_complete(beside);
    // Without the program what is inlined has no name, so not all frames can be the same.
    let rate = beside.frames.rate().expect("stacks");
    assert!(
        0.8 < rate && 30 < beside.frames.agree,
        "{:?}",
        beside.frames
    );
}

#[test]
fn strace_by_the_wall_clock_names_the_child() {
    let run = joined("child.trace", "child.strace");
    let beside = beside(&run);
    let Alignment::Referred { error_nanos } = beside.alignment else {
        panic!("{:?}", beside.alignment);
    };
    assert!(error_nanos < 50_000);
    assert_complete(beside);
    assert!(0 < beside.calls.on_others, "the child makes calls too");
    let mut page = Vec::new();
    write_text(&run, false, &mut page).unwrap();
    let page = String::from_utf8(page).unwrap();
    let first = page.split("\n\n").nth(1).unwrap();
    assert!(first.starts_with("a child process did not end"), "{page}");
    assert!(first.contains("main.convert (confidence: high)"), "{page}");
    assert!(
        first.contains("recorded: waitid had not returned"),
        "{page}"
    );
    assert!(first.contains("counter-check:"), "{page}");
    let mut json = Vec::new();
    write_json(&run, &mut json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["beside"]["clock"], "referred");
    assert_eq!(json["findings"][0]["confidence"], "high");
}

#[test]
fn what_is_no_recording_is_refused() {
    for bytes in [&b""[..], b"main;work 12\n", b"\x7fELF"] {
        assert!(read_recording(bytes, &Names::default()).is_err());
    }
    let cut = &recording("monotonic.data")[..5000];
    let source = read_recording(cut, &Names::default()).expect("it starts as a recording");
    assert_eq!(source.remarks, ["the file is cut off"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// A damaged file is read as far as it goes, and never panics.
    #[test]
    fn damage_is_survived(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = recording("monotonic.data");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read_recording(&bytes, &Names::default());
    }

    /// The header and the list of events, where sizes stand.
    #[test]
    fn damage_of_sizes_is_survived(
        changes in proptest::collection::vec((8_usize..600, any::<u8>()), 1..5),
    ) {
        let mut bytes = recording("monotonic.data");
        let tail = bytes.len() - 3000;
        for (at, byte) in changes {
            bytes[at] = byte;
            bytes[tail + at] = byte;
        }
        let _ = read_recording(&bytes, &Names::default());
    }
}
