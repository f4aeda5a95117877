//! Reads the dump in the file that is its first argument, and prints what it took. The second
//! argument says how far to go: `group` for equal stacks put together, `diagnose` for verdicts too.
//!
//! Processor time does not count reading the file; the peak of memory counts everything.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example is a program"
)]

use contend_diagnose::diagnose;
use contend_dumps::parse;
use contend_sched::{Roles, Snapshot};

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap_or_default();
    let to_the_end = args.next().is_some_and(|goal| goal == "diagnose");
    let text = std::fs::read(path).unwrap_or_default();
    let start = cpu_seconds();
    let document = parse(&text);
    let read = cpu_seconds();
    let found = if to_the_end {
        diagnose(&document).len()
    } else {
        let roles = Roles::of(&document);
        let dumps = document.dumps.iter();
        dumps
            .map(|dump| Snapshot::of(&document, &roles, dump).groups.len())
            .sum()
    };
    let end = cpu_seconds();
    println!(
        "{{\"bytes\":{},\"goroutines\":{},\"frames\":{},\"found\":{found},\
         \"read_seconds\":{:.6},\"cpu_seconds\":{:.6},\"peak_bytes\":{}}}",
        text.len(),
        document.goroutines.len(),
        document.frames.len(),
        read - start,
        end - start,
        peak_bytes()
    );
}

/// Processor time of all threads so far, as the scheduler counts it.
fn cpu_seconds() -> f64 {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else {
        return 0.0;
    };
    let nanos = threads.flatten().filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    nanos.sum::<u64>() as f64 / 1e9
}

/// The most memory that the process held, from the kernel.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
