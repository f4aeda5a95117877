//! What `perf script` prints, as a recording.

use crate::frame::Frame;
use crate::recording::{Clock, CodeAddress, Record, Recording, StackFrame, Stacks, What};
use crate::samples::samples;
use crate::syscall::Point;

/// Reads all of it. The clock is known if the text was printed with `--header`.
pub(crate) fn read(text: &[u8]) -> Recording {
    let mut recording = Recording::default();
    read_head(text, &mut recording);
    let (mut timeless, mut strange_calls) = (0_u64, 0_u64);
    let mut all = samples(text);
    let mut stack = Vec::new();
    for sample in all.by_ref() {
        let (Some(time), Some(thread)) = (sample.time_nanos, sample.thread) else {
            timeless += 1;
            continue;
        };
        let event = String::from_utf8_lossy(sample.event);
        let what = match Point::of(&event) {
            Some(point) => {
                let text = String::from_utf8_lossy(sample.arguments);
                point.parse(&text, &recording.machine, &mut recording.stacks)
            }
            None if sample.is_trace_point() => continue,
            None => Some(What::Ran {
                period: sample.period.unwrap_or(1),
            }),
        };
        let Some(what) = what else {
            strange_calls += 1;
            continue;
        };
        stack.clear();
        for it in sample.frames() {
            let called = stack.last().map(|frame: &StackFrame| frame.kernel);
            stack.push(frame(
                &it,
                called == Some(it.is_kernel()),
                &mut recording.stacks,
            ));
        }
        recording.records.push(Record {
            time,
            process: sample.process.unwrap_or(0),
            thread,
            command: recording
                .stacks
                .add_name(&String::from_utf8_lossy(sample.command)),
            stack: recording.stacks.add(&stack),
            what,
        });
    }
    recording.records.sort_by_key(|record| record.time);
    let mut problem = |n: u64, what: &str| {
        if 0 < n {
            recording.problems.push(format!("{n} {what}"));
        }
    };
    problem(all.strange_lines(), "lines are no part of a sample");
    problem(
        timeless,
        "samples have no time or no thread (perf script -F +tid,time)",
    );
    problem(
        strange_calls,
        "system calls have arguments that are not understood",
    );
    recording
}

fn frame(frame: &Frame<'_>, is_caller: bool, stacks: &mut Stacks) -> StackFrame {
    // Callers are known by where they go on, which may be the next function.
    let address = frame.address.saturating_sub(u64::from(is_caller));
    let is_mapped = !frame.is_kernel() && !frame.module.is_empty() && frame.module != b"[unknown]";
    let function = match frame.symbol {
        b"[unknown]" => 0,
        name => stacks.add_name(&String::from_utf8_lossy(name)),
    };
    StackFrame {
        // perf prints addresses in a file as offsets.
        address: if is_mapped {
            CodeAddress::File(address)
        } else {
            CodeAddress::Virtual(address)
        },
        function,
        module: stacks.add_name(&String::from_utf8_lossy(frame.module)),
        kernel: frame.is_kernel(),
    }
}

/// The comments on top, which `--header` prints.
fn read_head(text: &[u8], recording: &mut Recording) {
    let mut clock_id = None;
    let lines = text.split(|byte| *byte == b'\n');
    for line in lines.take_while(|line| line.is_empty() || line[0] == b'#') {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_start_matches('#').trim();
        if let Some(machine) = line.strip_prefix("arch :") {
            machine.trim().clone_into(&mut recording.machine);
        } else if let Some(clock) = line.strip_prefix("clockid: ") {
            // `monotonic (1)`
            let number = clock.rsplit('(').next().unwrap_or_default();
            clock_id = number.trim_end_matches(')').parse().ok();
        } else if let Some(reference) = line.strip_prefix("reference time: ")
            && let Some(id) = clock_id
            && let Some((nanos, wall_nanos)) = reference_of(reference)
        {
            recording.clock = Clock::Other {
                id,
                nanos,
                wall_nanos,
            };
        }
    }
    if clock_id == Some(MONOTONIC) {
        recording.clock = Clock::Monotonic;
    }
    if recording.machine.is_empty() {
        machine_of(text).clone_into(&mut recording.machine);
    }
}

/// The machine by how the kernel is entered there; empty if no stack shows it.
fn machine_of(text: &[u8]) -> &'static str {
    let entries = [("entry_SYSCALL_64", "x86_64"), ("el0_svc", "aarch64")];
    let is_seen = |it: &&(&str, &str)| memchr::memmem::find(text, it.0.as_bytes()).is_some();
    entries.iter().find(is_seen).map_or("", |it| it.1)
}

/// The number of `CLOCK_MONOTONIC`.
pub(crate) const MONOTONIC: u32 = 1;

/// `2026-11-25 12:31:06.819265 = 1795609866.819265 (TOD) = 27745.663955550 (monotonic)`.
fn reference_of(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.split(" = ").skip(1);
    let mut next = || crate::header::nanos(parts.next()?.split(' ').next()?.as_bytes());
    let wall = next()?;
    Some((next()?, wall))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# arch : x86_64\n# clockid: boottime (7)\n\
        # reference time: 2026-11-25 12:31:06.819265 = 1795.819265 (TOD) = 27.5 (boottime)\n#\n\
        api 7/9 3.5: raw_syscalls:sys_enter: NR 1 (3, 0, 5, 0, 0, 0)\n\
        \t ffffffff81423c90 x ([kernel.kallsyms])\n\t 4ab main.say (/bin/api)\n\n\
        api 7/9 2.5:     10 cpu-clock:u: \n\t 4cd main.work (/bin/api)\n\n\
        api 7/9 4.5: sched:sched_switch: prev_pid=9\n\
        api 7/9 4.6: raw_syscalls:sys_exit: what is this\n";

    #[test]
    fn samples_and_calls_by_time() {
        let recording = read(TEXT.as_bytes());
        let clock = Clock::Other {
            id: 7,
            nanos: 27_500_000_000,
            wall_nanos: 1_795_819_265_000,
        };
        assert_eq!(recording.clock, clock);
        let [ran, enter] = &recording.records[..] else {
            panic!("{:?}", recording.records);
        };
        assert_eq!(
            (ran.time, ran.what),
            (2_500_000_000, What::Ran { period: 10 })
        );
        let stacks = &recording.stacks;
        assert_eq!(stacks.name(ran.command), "api");
        let What::Enter { call, args } = enter.what else {
            panic!("{enter:?}");
        };
        assert_eq!((stacks.name(call), args[0]), ("write", 3));
        let frames = stacks.frames(enter.stack);
        assert_eq!(frames.len(), 2);
        assert!(frames[0].kernel && !frames[1].kernel);
        assert_eq!(stacks.name(frames[1].function), "main.say");
        assert_eq!(recording.problems.len(), 1);
    }
}
