//! A large execution trace for the measurement of memory, the same bytes each time: pairs of
//! goroutines on a thread each that wake each other. The speed is measured on recorded traces.

use std::io::{self, Write};

/// Threads, each with a P and two goroutines.
const THREADS: u64 = 8;

/// The runtime's batches hold at most 64 KiB.
const BATCH: usize = 60_000;

/// "No thread" in an event.
const NONE: u64 = u64::MAX;

/// Writes `generations` generations of at least `size` bytes each, in the format of Go 1.26.
pub(super) fn write(generations: u64, size: usize, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"go 1.26 trace\0\0\0")?;
    let mut time = 1_000_000_000;
    for generation in 1..=generations {
        let mut clocks = vec![50, 8];
        numbers(&mut clocks, &[15_625_000]);
        clocks.push(51);
        numbers(&mut clocks, &[1, time * 64, 1_800_000_000, 0]);
        batch(generation, 0, time, &clocks, out)?;
        let mut end = time;
        for thread in 0..THREADS {
            let share = size / THREADS as usize;
            end = end.max(pair(generation, thread, time, share, out)?);
        }
        time = end + 1_000;
        batch(generation, 0, time, &strings(), out)?;
        batch(generation, 0, time, &stacks(), out)?;
        out.write_all(&[52])?;
    }
    Ok(())
}

/// A thread's part of a generation; it begins and ends with its first goroutine running. The answer
/// is the time of the last event.
fn pair(
    generation: u64,
    thread: u64,
    start: u64,
    size: usize,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let goroutines = [100 + 2 * thread, 101 + 2 * thread];
    let mut sequences = [0, 0];
    let mut random = 0x9e37_79b9_7f4a_7c15_u64 ^ (generation << 8) ^ thread;
    let (mut time, mut written) = (start + thread, 0);
    let mut events = vec![13];
    numbers(&mut events, &[1, thread, 1]);
    events.push(25);
    numbers(&mut events, &[1, goroutines[0], thread + 1, 2]);
    events.push(25);
    numbers(&mut events, &[1, goroutines[1], NONE, 4]);
    let mut base = time;
    time += 3;
    while written < size {
        for running in [0, 1] {
            let other = 1 - running;
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let steps = [
                1 + random % 40,
                1 + (random >> 8) % 32,
                1 + (random >> 16) % 90,
            ];
            // Wakes the other, waits, and the other runs.
            events.push(21);
            let stack = 1 + (random >> 24) % 4;
            let site = [goroutines[other], sequences[other] + 1, stack];
            numbers(&mut events, &[steps[0], site[0], site[1], site[2]]);
            events.push(20);
            numbers(&mut events, &[steps[1], 1, 1 + stack % 4]);
            events.push(16);
            numbers(
                &mut events,
                &[steps[2], goroutines[other], sequences[other] + 2],
            );
            sequences[other] += 2;
            time += steps.iter().sum::<u64>();
        }
        if BATCH < events.len() || size <= written + events.len() {
            batch(generation, thread + 1, base, &events, out)?;
            written += events.len();
            events.clear();
            base = time;
        }
    }
    Ok(time)
}

fn strings() -> Vec<u8> {
    let mut out = vec![4];
    for (id, text) in ["chan receive", "main.work", "main.go", "runtime.chanrecv1"]
        .iter()
        .enumerate()
    {
        out.push(5);
        numbers(&mut out, &[id as u64 + 1, text.len() as u64]);
        out.extend_from_slice(text.as_bytes());
    }
    out
}

fn stacks() -> Vec<u8> {
    let mut out = vec![2];
    for id in 1..=4 {
        out.push(3);
        numbers(
            &mut out,
            &[id, 2, 16 * id, 4, 3, 9, 16 * id + 8, 2, 3, 10 * id],
        );
    }
    out
}

fn batch(
    generation: u64,
    thread: u64,
    time: u64,
    data: &[u8],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut head = vec![1];
    numbers(&mut head, &[generation, thread, time, data.len() as u64]);
    out.write_all(&head)?;
    out.write_all(data)
}

fn numbers(out: &mut Vec<u8>, values: &[u64]) {
    for value in values {
        let mut value = *value;
        while 0x80 <= value {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_sound_trace() {
        let mut trace = Vec::new();
        write(3, 200_000, &mut trace).unwrap();
        assert!(600_000 <= trace.len());
        let mut reader = contend_gotrace::Reader::new(&trace[..]).unwrap();
        let mut events = 0_u64;
        while reader.next().is_some() {
            events += 1;
        }
        assert_eq!(reader.error(), None);
        assert!(100_000 < events);
        let mut reader = contend_gotrace::Reader::new(&trace[..]).unwrap();
        let ahead = std::io::Cursor::new(trace.clone());
        let mut ahead = contend_gotrace::Reader::read_ahead(ahead).unwrap();
        loop {
            let event = reader.next().map(|(event, _)| *event);
            assert_eq!(ahead.next().map(|(event, _)| *event), event);
            if event.is_none() {
                break;
            }
        }
    }
}
