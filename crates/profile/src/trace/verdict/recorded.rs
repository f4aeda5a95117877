//! What was recorded beside the trace, as evidence for or against what the trace alone suggests.
//!
//! A trace sees that a goroutine waits, not for what. The recorded calls before the wait tell, and
//! each rule also looks for what would speak against it.

use contend_sched::trace::beside::{Beside, CallGroup};
use contend_sched::trace::{Doing, Run};

use super::super::text::{count, nanos, place, short};
use super::blocked::directories;
use super::{Confidence, Verdict, is_worth, percent};

/// From this share of the trace's system calls on, what was not recorded did not happen.
const COMPLETE: f64 = 0.9;

/// System calls that took so long on average are worth a word of their own.
const SLOW_NANOS: i64 = 10_000_000;

/// Strengthens, weakens and adds verdicts.
pub(super) fn weigh(run: &Run, beside: &Beside, all: &mut Vec<Verdict>) {
    if let Some(quick) = quick_nanos(beside) {
        // The recording, or a busy machine, makes all calls slow: slow is what takes longer than these.
        all.retain(|it| it.cause != "directory");
        all.extend(directories(run, SLOWER * quick));
    }
    for verdict in all.iter_mut() {
        match verdict.cause {
            "no-deadline" => deadline(beside, verdict),
            "hung-child" => child(beside, verdict),
            "fd-exhaustion" => descriptors(beside, verdict),
            "cgo" => in_c(beside, verdict),
            "directory" => directory(beside, verdict),
            _ => {}
        }
    }
    if !all.iter().any(|it| it.cause == "fd-exhaustion") {
        all.extend(out_of_descriptors(beside));
    }
    all.extend(beside.groups.iter().filter_map(|it| blocked(run, it)));
}

/// Whether all system calls of the trace were recorded, so that a missing one means something.
fn is_complete(beside: &Beside) -> bool {
    beside.entered.rate().is_some_and(|rate| COMPLETE <= rate)
}

fn at<'b>(beside: &'b Beside, function: &str) -> impl Iterator<Item = &'b CallGroup> {
    let groups = beside.groups.iter();
    groups.filter(move |it| it.place.function == function)
}

fn deadline(beside: &Beside, verdict: &mut Verdict) {
    let asleep = |it: &&CallGroup| 0 < it.awaited.open;
    let Some(group) = at(beside, &verdict.function).find(asleep) else {
        if is_complete(beside) {
            let text = "counter-check: no recorded call there found its descriptor not ready";
            verdict.evidence.push(text.to_owned());
            verdict.confidence = Confidence::Low;
        }
        return;
    };
    verdict.evidence.push(format!(
        "recorded: {} found nothing (EAGAIN), and {} that followed had no end ({})",
        count(group.not_ready, &group.name),
        count(group.awaited.open, "wait"),
        group.example
    ));
    let ever = group.count - group.not_ready - group.failed.values().sum::<u64>();
    if ever == 0 {
        verdict.evidence.push(format!(
            "counter-check: none of {} there ever got an answer, so it does not wait for a next \
             request",
            count(group.count, "call")
        ));
        verdict.confidence = Confidence::High;
    } else {
        verdict.evidence.push(format!(
            "counter-check: {} there did get something, so the connection may be an idle one",
            count(ever, "call")
        ));
    }
}

fn child(beside: &Beside, verdict: &mut Verdict) {
    let waits = ["waitid", "wait4", "poll", "ppoll"];
    let wait = |it: &&CallGroup| waits.contains(&it.name.as_str());
    let mut groups = at(beside, &verdict.function).filter(wait).peekable();
    if groups.peek().is_none() {
        return;
    }
    let Some(group) = groups.find(|it| 0 < it.open) else {
        let text = "counter-check: the recorded waits for children there did end";
        verdict.evidence.push(text.to_owned());
        verdict.confidence = Confidence::Low;
        return;
    };
    verdict.evidence.push(format!(
        "recorded: {} had not returned after {} ({})",
        group.name,
        nanos(group.max_nanos),
        group.example
    ));
    verdict.evidence.push(format!(
        "counter-check: {} to it before that ended it",
        match group.interrupted {
            0 => "no signal".to_owned(),
            n => format!("{}, none", count(n, "interruption")),
        }
    ));
    verdict.confidence = Confidence::High;
}

/// Calls that failed for want of a descriptor, and their groups.
fn exhausted(beside: &Beside) -> Vec<(&CallGroup, u64)> {
    let failed = |it: &CallGroup| {
        ["EMFILE", "ENFILE"]
            .iter()
            .filter_map(|error| it.failed.get(error))
            .sum::<u64>()
    };
    let groups = beside.groups.iter().map(|it| (it, failed(it)));
    groups.filter(|(_, n)| 0 < *n).collect()
}

fn descriptors(beside: &Beside, verdict: &mut Verdict) {
    let exhausted = exhausted(beside);
    if exhausted.is_empty() {
        if is_complete(beside) {
            let text = "counter-check: no recorded call failed for want of a descriptor (EMFILE)";
            verdict.evidence.push(text.to_owned());
            verdict.confidence = Confidence::Low;
        }
        return;
    }
    for (group, n) in &exhausted {
        verdict.evidence.push(of_exhausted(group, *n));
    }
    verdict.confidence = Confidence::High;
}

fn of_exhausted(group: &CallGroup, n: u64) -> String {
    format!(
        "recorded: {} of {} to {} in {} failed with {}",
        n,
        count(group.count, "call"),
        group.name,
        place(&group.place),
        if group.failed.contains_key("EMFILE") {
            "EMFILE: the process has no descriptor left"
        } else {
            "ENFILE: the system has no descriptor left"
        }
    )
}

/// A program that is no server runs out of descriptors too.
fn out_of_descriptors(beside: &Beside) -> Option<Verdict> {
    let exhausted = exhausted(beside);
    let (group, _) = exhausted.iter().max_by_key(|it| it.1)?;
    let n: u64 = exhausted.iter().map(|it| it.1).sum();
    // Counter-check: who soon gets descriptors again was at the limit, and no longer is.
    let (_, again) = beside.exhausted;
    if n < again {
        return None;
    }
    let mut evidence: Vec<String> = exhausted
        .iter()
        .map(|(group, n)| of_exhausted(group, *n))
        .collect();
    evidence.push(format!(
        "counter-check: after the last of these {} a descriptor",
        match again {
            0 => "no call got".to_owned(),
            n => format!("{} did get", count(n, "call")),
        }
    ));
    Some(Verdict {
        cause: "fd-exhaustion",
        headline: format!(
            "no file descriptors were left: {} failed, most in {}",
            count(n, "call"),
            short(&group.place.function)
        ),
        evidence,
        confidence: Confidence::High,
        function: group.place.function.clone(),
        weight: i64::MAX / 2,
    })
}

fn in_c(beside: &Beside, verdict: &mut Verdict) {
    let in_c = |it: &&CallGroup| it.doing == Doing::C;
    let groups: Vec<&CallGroup> = at(beside, &verdict.function).filter(in_c).collect();
    if let Some(most) = groups.iter().max_by_key(|it| it.total_nanos) {
        let all: i64 = groups.iter().map(|it| it.total_nanos).sum();
        verdict.evidence.push(format!(
            "recorded: C was in the kernel for {} of that, {} of it in {}, so it waited there",
            nanos(all),
            percent(most.total_nanos, all),
            most.name
        ));
    } else if is_complete(beside) {
        let text = "recorded: C made no system call, so it computed";
        verdict.evidence.push(text.to_owned());
    }
    let interrupted: u64 = groups.iter().map(|it| it.interrupted).sum();
    let hit = beside.signals.iter().filter(|(_, (_, in_c))| 0 < *in_c);
    let hits: Vec<String> = hit.map(|(name, (_, n))| format!("{n} {name}")).collect();
    if 0 < interrupted {
        let calls: u64 = groups.iter().map(|it| it.count).sum();
        // The runtime's own signals hit a call now and then.
        if calls <= 10 * interrupted {
            verdict.headline.push_str(", disturbed by signals");
        }
        verdict.evidence.push(format!(
            "signals sent {} of C back before they were done (EINTR){}",
            count(interrupted, "call"),
            if hits.is_empty() {
                String::new()
            } else {
                format!("; threads in C were hit by {}", hits.join(", "))
            }
        ));
    } else if !groups.is_empty() {
        let text = "counter-check: no signal interrupted a call of C";
        verdict.evidence.push(text.to_owned());
    }
}

fn directory(beside: &Beside, verdict: &mut Verdict) {
    let Some((path, most)) = beside.directories.iter().max_by_key(|it| it.1.1) else {
        return;
    };
    verdict.evidence.push(format!(
        "recorded: {} in {path} for {}, {} each; {} found the name taken (EEXIST)",
        count(most.0, "call"),
        nanos(most.1),
        nanos(mean(most.1, most.0)),
        most.2
    ));
    let others = beside.directories.iter().filter(|it| it.0 != path);
    let others = others.fold((0, 0, 0), |sum, (_, it)| (sum.0 + it.0, sum.1 + it.1, 0));
    if others.0 == 0 {
        return;
    }
    let (here, there) = (mean(most.1, most.0), mean(others.1, others.0));
    let is_slower = 5 * there <= here;
    verdict.evidence.push(format!(
        "counter-check: {} in other directories took {} each{}",
        count(others.0, "call"),
        nanos(there),
        if is_slower {
            ", so it is not the disk"
        } else {
            ", so the disk may be slow"
        }
    ));
    if is_slower {
        verdict.confidence = Confidence::Medium;
    }
}

fn mean(total: i64, n: u64) -> i64 {
    total / i64::try_from(n.max(1)).unwrap_or(i64::MAX)
}

/// Calls that wait for nothing: what they take is what recording them on this machine costs.
const QUICK: [&str; 6] = [
    "close",
    "epoll_ctl",
    "fcntl",
    "getsockname",
    "lseek",
    "setsockopt",
];

/// So many quick calls tell what one costs.
const ENOUGH_QUICK: u64 = 20;

/// So many times longer than a quick one a call on a directory takes that has to wait.
const SLOWER: i64 = 4;

/// What a recorded call takes that waits for nothing.
fn quick_nanos(beside: &Beside) -> Option<i64> {
    let quick = beside.groups.iter();
    let quick = quick.filter(|it| QUICK.contains(&it.name.as_str()));
    let (n, total) = quick.fold((0, 0), |sum, it| (sum.0 + it.count, sum.1 + it.total_nanos));
    (ENOUGH_QUICK <= n).then(|| mean(total, n))
}

/// A system call that took long, whatever it was, where no other rule speaks.
fn blocked(run: &Run, group: &CallGroup) -> Option<Verdict> {
    let told = [Doing::ChildWait, Doing::C, Doing::Directory];
    let mean = mean(group.total_nanos, group.count);
    // Recording slows all calls down a little, which is no fault of theirs.
    let is_slow = 0 < group.open || SLOW_NANOS <= mean;
    // Go itself waits in futexes, for signals and profiles; only C would mean a lock by it.
    if group.name == "futex"
        || told.contains(&group.doing)
        || !is_slow
        || !is_worth(run, group.total_nanos)
    {
        return None;
    }
    let open = match group.open {
        0 => String::new(),
        n => format!(", {n} without an end"),
    };
    let mut evidence = vec![format!(
        "recorded: {} of {}, the longest {}{open}{}",
        count(group.count, "call"),
        count(group.goroutines.len() as u64, "goroutine"),
        nanos(group.max_nanos),
        if group.example.is_empty() {
            String::new()
        } else {
            format!(" ({})", group.example)
        }
    )];
    evidence.push(match group.interrupted {
        0 => {
            "counter-check: no signal interrupted it; who waits for work looks the same".to_owned()
        }
        n => format!("signals sent {} back (EINTR)", count(n, "call")),
    });
    Some(Verdict {
        cause: "blocked-call",
        headline: format!(
            "goroutines were blocked in {} for {} in {}",
            group.name,
            nanos(group.total_nanos),
            short(&group.place.function)
        ),
        evidence,
        confidence: Confidence::Medium,
        function: group.place.function.clone(),
        weight: group.total_nanos,
    })
}
