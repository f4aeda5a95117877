//! What perf recorded.

use contend_perf::{Clock as PerfClock, Recording, What, error_name};
use contend_sched::trace::beside::{Call, Clock, Outcome, Recorded, Sample};
use contend_sched::trace::told;
use rustc_hash::FxHashMap;

use super::Source;
use crate::names::Names;

/// What a stack says, worked out once.
#[derive(Clone, Debug, Default)]
struct Told {
    user: String,
    root: String,
    /// Whether the runtime made the call for itself.
    by_runtime: bool,
}

pub(super) fn source(recording: &Recording, names: &Names) -> Source {
    let mut remarks = recording.problems.clone();
    if 0 < recording.lost {
        remarks.push(format!(
            "perf lost {} samples while recording",
            recording.lost
        ));
    }
    remarks.extend(names.remarks_on_unused(&recording.stacks));
    let told: Vec<Told> = (0..recording.stacks.len() as u32)
        .map(|id| tell(recording, id, names))
        .collect();
    if !recording.records.is_empty() && told.iter().all(|it| it.root.is_empty()) {
        remarks.push("no frame has a name (--binary, or perf script)".to_owned());
    }
    let of = |stack: u32| told.get(stack as usize).cloned().unwrap_or_default();
    let mut recorded = Recorded {
        clock: match recording.clock {
            PerfClock::Monotonic => Clock::Monotonic,
            PerfClock::Other {
                nanos, wall_nanos, ..
            } => Clock::Referred {
                nanos: nanos as i64,
                wall_nanos: wall_nanos as i64,
            },
            PerfClock::Unknown => Clock::Unknown,
        },
        start: recording.records.first().map_or(0, |it| it.time as i64),
        end: recording.records.last().map_or(0, |it| it.time as i64),
        ..Recorded::default()
    };
    // Text without --ns is cut to microseconds, and a call must not begin before the goroutine
    // says so.
    let is_cut = recording
        .records
        .iter()
        .all(|it| it.time.is_multiple_of(1_000));
    let rounding = if is_cut { 999 } else { 0 };
    // By thread: the call that it is in.
    let mut open: FxHashMap<u32, usize> = FxHashMap::default();
    for record in &recording.records {
        let (thread, time) = (i64::from(record.thread), record.time as i64);
        match record.what {
            What::Ran { .. } => {
                let Told { user, root, .. } = of(record.stack);
                recorded.samples.push(Sample {
                    thread,
                    time,
                    user,
                    root,
                });
            }
            What::Enter { call, args } => {
                let name = recording.stacks.name(call);
                let told = of(record.stack);
                open.insert(record.thread, recorded.calls.len());
                recorded.calls.push(Call {
                    process: i64::from(record.process),
                    thread,
                    start: time + rounding,
                    end: None,
                    name: name.to_owned(),
                    descriptor: takes_descriptor(name).then(|| (args[0] as i32, String::new())),
                    path: String::new(),
                    details: details(name, &args),
                    outcome: Outcome::Open,
                    user: if told.by_runtime {
                        String::new()
                    } else {
                        told.user
                    },
                });
            }
            What::Exit { result, .. } => {
                // Without a beginning it was entered before the recording.
                if let Some(at) = open.remove(&record.thread) {
                    let call = &mut recorded.calls[at];
                    call.end = Some(time.max(call.start));
                    call.outcome = error_name(result).map_or(Outcome::Done, Outcome::of_error);
                }
            }
        }
    }
    Source {
        tool: "perf",
        recorded,
        remarks,
        ..Source::default()
    }
}

fn tell(recording: &Recording, stack: u32, names: &Names) -> Told {
    let frames = recording
        .stacks
        .frames(stack)
        .iter()
        .filter(|it| !it.kernel);
    let functions: Vec<String> = frames
        .flat_map(|it| names.functions(it, &recording.stacks))
        .collect();
    let named = || {
        let names = functions.iter().map(String::as_str);
        names.filter(|it| !it.is_empty() && !is_wrapper(it))
    };
    // The instruction itself is in a function that all use.
    let caller = named().find(|it| !it.contains("runtime/syscall") && !it.starts_with("syscall."));
    let user = told(named().map(|it| (it, it)));
    let is_end = |name: &&str| *name == "runtime.goexit";
    Told {
        user: user.unwrap_or_default().to_owned(),
        root: named()
            .rev()
            .find(|it| !is_end(it))
            .unwrap_or_default()
            .to_owned(),
        by_runtime: caller.is_some_and(|it| it.starts_with("runtime.")),
    }
}

/// What the compiler writes for `go f(x)`, `defer f(x)` and method values; the runtime hides it.
fn is_wrapper(function: &str) -> bool {
    let last = function.rsplit('.').next().unwrap_or_default();
    let name = last.trim_end_matches(|it: char| it.is_ascii_digit());
    name == "gowrap" || name == "deferwrap" || last.ends_with("-fm")
}

/// Calls whose first argument is a descriptor.
fn takes_descriptor(call: &str) -> bool {
    const CALLS: [&str; 45] = [
        "read",
        "write",
        "readv",
        "writev",
        "pread64",
        "pwrite64",
        "recvfrom",
        "sendto",
        "recvmsg",
        "sendmsg",
        "recvmmsg",
        "sendmmsg",
        "accept",
        "accept4",
        "connect",
        "bind",
        "listen",
        "shutdown",
        "getsockopt",
        "setsockopt",
        "getsockname",
        "getpeername",
        "close",
        "fstat",
        "fsync",
        "fdatasync",
        "ftruncate",
        "fallocate",
        "fcntl",
        "flock",
        "ioctl",
        "lseek",
        "getdents64",
        "epoll_ctl",
        "epoll_wait",
        "epoll_pwait",
        "epoll_pwait2",
        "splice",
        "sendfile",
        "copy_file_range",
        "dup",
        "dup3",
        "fchmod",
        "fchown",
        "sync_file_range",
    ];
    CALLS.contains(&call)
}

/// Arguments worth a word.
fn details(call: &str, args: &[u64; 6]) -> String {
    // The values are those of Linux on all machines that Go knows, but for some old ones.
    const CREATE: u64 = 0o100;
    const EXCLUSIVE: u64 = 0o200;
    match call {
        "openat" | "open" => {
            let flags = args[if call == "openat" { 2 } else { 1 }];
            let mut words = Vec::new();
            if flags & CREATE != 0 {
                words.push("O_CREAT");
            }
            if flags & EXCLUSIVE != 0 {
                words.push("O_EXCL");
            }
            words.join("|")
        }
        "wait4" => format!("pid {}", args[0] as i32),
        "waitid" => format!("pid {}", args[1] as i32),
        "epoll_wait" | "epoll_pwait" => timeout(args[3]),
        "poll" => timeout(args[2]),
        _ => String::new(),
    }
}

fn timeout(millis: u64) -> String {
    match millis as i32 {
        -1 => "no time-out".to_owned(),
        millis => format!("time-out {millis} ms"),
    }
}
