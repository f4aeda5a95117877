//! What strace wrote.

use contend_sched::trace::beside::{Call, Clock, Outcome, Recorded, Signal};
use contend_strace::{Clock as StraceClock, Recording};
use rustc_hash::FxHashMap;

use super::Source;

/// Arguments longer than this are cut in texts.
const LONGEST: usize = 80;

pub(super) fn source(recording: Recording) -> Source {
    let mut remarks = Vec::new();
    if 0 < recording.strange_lines {
        remarks.push(format!(
            "{} lines are not understood",
            recording.strange_lines
        ));
    }
    if 0 < recording.without_duration {
        remarks.push(format!(
            "{} calls have no duration (strace -T)",
            recording.without_duration
        ));
    }
    if recording.calls.iter().all(|it| it.thread == 0) {
        let text = "it names no thread (strace -f), so it holds the calls of one at most";
        remarks.push(text.to_owned());
    }
    if recording.clock == StraceClock::DayInSeconds {
        let text = "its times are whole seconds (strace -ttt), which places no call exactly";
        remarks.push(text.to_owned());
    }
    let mut processes = Processes::default();
    let calls: Vec<Call> = recording
        .calls
        .iter()
        .map(|it| call(it, &mut processes))
        .collect();
    let signals = recording.signals.into_iter().map(|it| Signal {
        thread: i64::from(it.thread),
        time: it.time as i64,
        name: it.name,
    });
    let recorded = Recorded {
        clock: match recording.clock {
            StraceClock::Unix => Clock::Wall,
            StraceClock::Day => Clock::Day(1_000),
            StraceClock::DayInSeconds => Clock::Day(1_000_000_000),
            StraceClock::Steps => Clock::Unknown,
        },
        start: calls.first().map_or(0, |it| it.start),
        end: recording.end as i64,
        calls,
        samples: Vec::new(),
        signals: signals.collect(),
    };
    Source {
        tool: "strace",
        recorded,
        remarks,
        ..Source::default()
    }
}

fn call(call: &contend_strace::Call, processes: &mut Processes) -> Call {
    let process = processes.of(call);
    let start = call.start as i64;
    let outcome = match &call.outcome {
        contend_strace::Outcome::Open => Outcome::Open,
        contend_strace::Outcome::Returned(..) => Outcome::Done,
        contend_strace::Outcome::Failed(error) => Outcome::of_error(error),
    };
    // Without -T it is not known when a call ended, only that it did.
    let ended = (outcome != Outcome::Open).then_some(start);
    let descriptor = call.descriptor();
    let path = call.string().filter(|_| takes_path(&call.name));
    let tells = [
        "openat",
        "open",
        "wait4",
        "waitid",
        "connect",
        "poll",
        "ppoll",
        "epoll_pwait",
    ];
    let details = if tells.contains(&call.name.as_str()) {
        call.args
            .trim_end_matches(',')
            .chars()
            .take(LONGEST)
            .collect()
    } else {
        String::new()
    };
    Call {
        process,
        thread: i64::from(call.thread),
        start,
        end: call
            .duration_nanos
            .map(|nanos| start + nanos as i64)
            .or(ended),
        name: call.name.clone(),
        descriptor: descriptor.map(|(number, what)| (number, what.to_owned())),
        path: path.unwrap_or_default().to_owned(),
        details,
        outcome,
        user: String::new(),
    }
}

/// Which thread belongs to which process: strace tells threads only, but shows how they began.
#[derive(Default)]
struct Processes {
    of_thread: FxHashMap<u32, u32>,
}

impl Processes {
    fn of(&mut self, call: &contend_strace::Call) -> i64 {
        let process = *self.of_thread.entry(call.thread).or_insert(call.thread);
        if let contend_strace::Outcome::Returned(child, _) = call.outcome
            && ["clone", "clone3", "fork", "vfork"].contains(&call.name.as_str())
            && let Ok(child) = u32::try_from(child)
            && child != 0
        {
            let is_thread = call.args.contains("CLONE_THREAD");
            self.of_thread
                .insert(child, if is_thread { process } else { child });
        }
        i64::from(process)
    }
}

/// Calls whose first string is a path.
fn takes_path(call: &str) -> bool {
    let parts = [
        "open", "mkdir", "unlink", "rename", "link", "rmdir", "creat", "stat", "access",
    ];
    parts.iter().any(|it| call.contains(it)) && call != "fstat"
}
