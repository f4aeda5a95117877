//! Damaged and cut-off traces: what is sound is given, what is missing is said, and no bytes make
//! a reader panic or run for ever.

use contend_gotrace::{Event, EventKind, Loss, Reader};
use proptest::prelude::*;

fn number(out: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn batch(out: &mut Vec<u8>, generation: u64, thread: u64, time: u64, data: &[u8]) {
    out.push(1);
    for value in [generation, thread, time, data.len() as u64] {
        number(out, value);
    }
    out.extend_from_slice(data);
}

/// In each generation goroutine 1 starts another, waits for it, and goes on; a second thread sits
/// in a system call. Version 1.26, about 200 bytes a generation.
fn trace(generations: u64) -> Vec<u8> {
    let mut out = b"go 1.26 trace\0\0\0".to_vec();
    for generation in 1..=generations {
        // Numbers of one length, so that all generations have one.
        let base = 3_000_000 + 10_000 * generation;
        let mut clocks = vec![50, 8];
        number(&mut clocks, 15_625_000);
        clocks.extend([51, 1, 2, 3, 4]);
        batch(&mut out, generation, 0, base, &clocks);
        let child = 10 + generation;
        let mut events = vec![13, 1, 0, 1, 25, 1, 1, 1, 2];
        for _ in 0..4 {
            events.extend([37, 3, 5]);
        }
        events.extend([14, 1, child as u8, 1, 1, 20, 9, 1, 1]);
        events.extend([16, 1, child as u8, 1, 21, 5, 1, 1, 1]);
        events.extend([17, 2, 16, 3, 1, 2]);
        batch(&mut out, generation, 1, base + 10, &events);
        batch(&mut out, generation, 2, base + 12, &[25, 1, 3, 2, 3]);
        batch(
            &mut out,
            generation,
            0,
            base + 900,
            b"\x04\x05\x01\x0cchan receive\x05\x02\x04main",
        );
        batch(
            &mut out,
            generation,
            0,
            base + 901,
            &[2, 3, 1, 1, 99, 2, 0, 7],
        );
        out.push(52);
    }
    out
}

fn all(mut reader: Reader<'_>) -> (Vec<Event>, Vec<Loss>, bool) {
    let mut events = Vec::new();
    while let Some((event, _)) = reader.next() {
        events.push(*event);
        assert!(
            events.len() < 1 << 20,
            "a reader that makes events of nothing"
        );
    }
    (events, reader.losses().to_vec(), reader.error().is_some())
}

fn strict(trace: &[u8]) -> (Vec<Event>, bool) {
    let (events, losses, failed) = Reader::new(trace).map(all).unwrap_or_default();
    assert!(losses.is_empty());
    (events, failed)
}

fn salvaged(trace: &[u8]) -> (Vec<Event>, Vec<Loss>) {
    let (events, losses, failed) = Reader::salvaging(trace).map(all).unwrap_or_default();
    assert!(!failed, "a salvaging reader lists, and does not fail");
    (events, losses)
}

/// As [`salvaged`], with threads of their own that read and order where there are several cores.
fn ahead(trace: &[u8]) -> (Vec<Event>, Vec<Loss>) {
    let trace = std::io::Cursor::new(trace.to_vec());
    let (events, losses, failed) = Reader::read_ahead(trace).map(all).unwrap_or_default();
    assert!(!failed, "a salvaging reader lists, and does not fail");
    (events, losses)
}

/// Without the events that the reader makes.
fn real(events: &[Event]) -> Vec<Event> {
    let is_real = |event: &&Event| event.kind != EventKind::Sync;
    events.iter().filter(is_real).copied().collect()
}

#[test]
fn the_ways_to_read_a_sound_trace_agree() {
    let trace = trace(5);
    let (events, failed) = strict(&trace);
    assert!(!failed);
    assert_eq!(real(&events).len(), 5 * 13);
    assert_eq!(salvaged(&trace), (events.clone(), Vec::new()));
    assert_eq!(ahead(&trace), (events, Vec::new()));
}

#[test]
fn what_is_read_ahead_comes_with_the_tables_of_its_generation() {
    let trace = std::io::Cursor::new(trace(100));
    let mut reader = Reader::read_ahead(trace).expect("a header");
    let mut n_events = 0;
    while let Some((event, tables)) = reader.next() {
        if event.kind == EventKind::GoBlock {
            assert_eq!(tables.string(event.args[0]), "chan receive");
        }
        let generation = 1 + n_events / 14;
        assert_eq!(tables.generation(), generation % 101, "0 for the end");
        n_events += 1;
    }
    assert_eq!(n_events, 100 * 14 + 1);
}

#[test]
fn what_is_read_ahead_need_not_be_read_to_its_end() {
    let mut reader = Reader::read_ahead(std::io::Cursor::new(trace(50))).expect("a header");
    assert!(reader.next().is_some());
}

#[test]
fn an_error_comes_after_the_events_before_it_and_is_the_end() {
    let whole = trace(3);
    let one = (whole.len() - 16) / 3;
    let first = whole.windows(4).position(|it| it == [13, 1, 0, 1]);
    let first = first.expect("the first event of a generation");
    for generation in 0..3 {
        let mut broken = whole.clone();
        broken[first + generation * one] = 0xff;
        let mut reader = Reader::new(&broken[..]).expect("a header");
        let mut n_events = 0;
        while let Some((_, tables)) = reader.next() {
            assert_eq!(tables.generation(), 1 + (n_events / 14) as u64);
            n_events += 1;
        }
        assert_eq!(
            n_events,
            14 * generation,
            "with a sync for each that is whole"
        );
        assert!(reader.error().is_some());
        assert!(reader.next().is_none());
    }
}

#[test]
fn what_stands_before_a_cut_is_given() {
    let whole = trace(3);
    let wanted = real(&strict(&whole).0);
    let one = (whole.len() - 16) / 3;
    for cut in 16..whole.len() {
        let (events, losses) = salvaged(&whole[..cut]);
        let events = real(&events);
        // Events of a thread whose batch is missing may stand between.
        let mut rest = wanted.iter();
        for event in &events {
            let same = |it: &Event| {
                (it.kind, it.time, it.thread) == (event.kind, event.time, event.thread)
            };
            assert!(rest.any(same), "cut at {cut}: {event:?}");
        }
        let (strict, _) = strict(&whole[..cut]);
        assert!(real(&strict).len() <= events.len(), "cut at {cut}");
        let between = (cut - 16).is_multiple_of(one);
        assert_eq!(losses.is_empty(), between, "cut at {cut}: {losses:?}");
        if cut == 16 + one - 1 {
            assert_eq!(
                events.len(),
                13,
                "only the mark of the first generation's end is missing"
            );
            assert!(
                strict.len() <= 1,
                "which Go's reader, and the strict one, do without it"
            );
        }
    }
}

#[test]
fn damage_in_one_generation_leaves_the_others() {
    let whole = trace(4);
    let wanted = real(&strict(&whole).0);
    let one = (whole.len() - 16) / 4;
    for at in 16 + one..16 + 2 * one {
        let mut broken = whole.clone();
        broken[at] ^= 0xff;
        let (events, losses) = salvaged(&broken);
        let events = real(&events);
        assert_eq!(events[..13], wanted[..13], "the first, damage at {at}");
        let last: Vec<_> = events[events.len() - 13..]
            .iter()
            .map(|it| it.kind)
            .collect();
        let last_wanted: Vec<_> = wanted[3 * 13..].iter().map(|it| it.kind).collect();
        assert_eq!(last, last_wanted, "the last, damage at {at}: {losses:?}");
    }
}

#[test]
fn the_start_of_a_trace_may_be_missing() {
    let whole = trace(3);
    let one = (whole.len() - 16) / 3;
    let mut late = whole[..16].to_vec();
    late.extend_from_slice(&whole[16 + one / 2..]);
    let (events, losses) = salvaged(&late);
    assert!(2 * 13 <= real(&events).len());
    assert!(!losses.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_damage_makes_a_reader_panic(
        edits in proptest::collection::vec((16_usize..900, any::<u8>(), 0_u8..3), 1..12)
    ) {
        let mut bytes = trace(4);
        for (at, byte, kind) in edits {
            let at = 16 + at % (bytes.len() - 16);
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => {
                    bytes.remove(at);
                }
            }
        }
        let (kept, failed) = strict(&bytes);
        let (events, losses) = salvaged(&bytes);
        prop_assert_eq!(ahead(&bytes), (events.clone(), losses.clone()));
        prop_assert!(real(&kept).len() <= real(&events).len());
        prop_assert!(!failed || !losses.is_empty(), "an error that is not said");
    }

    #[test]
    fn no_bytes_make_a_reader_panic(tail in proptest::collection::vec(any::<u8>(), 0..400), at in 0_usize..4) {
        let mut bytes = [&b"go 1.22 trace\0\0\0"[..], b"go 1.23 trace\0\0\0", b"go 1.25 trace\0\0\0", b"go 1.26 trace\0\0\0"][at].to_vec();
        bytes.extend(tail);
        strict(&bytes);
        salvaged(&bytes);
    }
}
