//! Goroutines that waited for what may never come: answers, children, C, partners.

use contend_sched::trace::{Doing, Run, Site, WaitKind};

use super::super::text::{count, nanos, place, short};
use super::{Confidence, Verdict, is_endless, is_worth};

/// From so many goroutines on, waits without an end at one place are called a leak.
const LEAK: u64 = 8;

/// System calls that change a directory are slow from here on, on average.
const SLOW_DIRECTORY_NANOS: i64 = 500_000;

pub(super) fn verdicts(run: &Run) -> Vec<Verdict> {
    let waits = run.sites.iter();
    let mut all: Vec<Verdict> = waits
        .filter_map(|site| {
            backoff(site)
                .or_else(|| unanswered(run, site))
                .or_else(|| leak(run, site))
        })
        .collect();
    let calls = run.sites.iter().chain(&run.syscalls);
    all.extend(calls.filter_map(|site| child(run, site)));
    let calls = run.syscalls.iter();
    all.extend(calls.filter_map(|site| in_c(run, site)));
    all.extend(directories(run, SLOW_DIRECTORY_NANOS));
    all
}

/// A child process that does not end.
fn child(run: &Run, site: &Site) -> Option<Verdict> {
    if site.doing != Doing::ChildWait || !is_endless(run, site) {
        return None;
    }
    Some(Verdict {
        cause: "hung-child",
        headline: format!(
            "a child process did not end: waited for it {} in {}",
            nanos(site.open.longest_nanos),
            short(&site.place.function)
        ),
        evidence: vec![
            format!(
                "{} in os.(*Process).Wait at {} when the trace ended",
                count(site.open.count, "goroutine"),
                place(&site.place)
            ),
            "a trace knows neither the child nor what it does; a long job looks the same"
                .to_owned(),
        ],
        confidence: Confidence::Medium,
        function: site.place.function.clone(),
        weight: site.open.longest_nanos,
    })
}

/// Time in C.
fn in_c(run: &Run, site: &Site) -> Option<Verdict> {
    if site.doing != Doing::C || !is_worth(run, site.total_nanos) {
        return None;
    }
    Some(Verdict {
        cause: "cgo",
        headline: format!(
            "goroutines were in C for {} in {}",
            nanos(site.total_nanos),
            short(&site.place.function)
        ),
        evidence: vec![
            format!(
                "{} of {}, the longest {} ({})",
                count(site.count + site.open.count, "call"),
                count(site.n_goroutines as u64, "goroutine"),
                nanos(site.max_nanos),
                place(&site.place)
            ),
            "each such call holds a thread; a trace does not say whether C waits or computes"
                .to_owned(),
        ],
        confidence: Confidence::High,
        function: site.place.function.clone(),
        weight: site.total_nanos,
    })
}

/// System calls on directories that take so long on average.
pub(super) fn directories(run: &Run, slow_nanos: i64) -> impl Iterator<Item = Verdict> + '_ {
    let calls = run.syscalls.iter();
    calls.filter_map(move |site| directory(run, site, slow_nanos))
}

fn directory(run: &Run, site: &Site, slow_nanos: i64) -> Option<Verdict> {
    let n = (site.count + site.open.count).max(1);
    let mean = site.total_nanos / i64::try_from(n).unwrap_or(i64::MAX);
    if site.doing != Doing::Directory || !is_worth(run, site.total_nanos) || mean < slow_nanos {
        return None;
    }
    Some(Verdict {
        cause: "directory",
        headline: format!(
            "opening, creating or renaming files took {} in {}",
            nanos(site.total_nanos),
            short(&site.place.function)
        ),
        evidence: vec![
            format!(
                "{} of {} ({}), {} each, the longest {}",
                count(n, "system call"),
                count(site.n_goroutines as u64, "goroutine"),
                site.place.call,
                nanos(mean),
                nanos(site.max_nanos)
            ),
            "the kernel locks the directory for these; a slow disk looks the same, and a trace \
             does not know the path"
                .to_owned(),
        ],
        confidence: Confidence::Low,
        function: site.place.function.clone(),
        weight: site.total_nanos,
    })
}

/// A server that cannot accept.
fn backoff(site: &Site) -> Option<Verdict> {
    if site.doing != Doing::AcceptBackoff {
        return None;
    }
    let n = site.count + site.open.count;
    Some(Verdict {
        cause: "fd-exhaustion",
        headline: format!(
            "a server could not accept connections: {} in {}",
            count(n, "pause"),
            short(&site.place.function)
        ),
        evidence: vec![
            format!(
                "it slept {} in all after accepts that failed",
                nanos(site.total_nanos)
            ),
            "that is nearly always a process or system without free file descriptors; \
             /proc/PID/fd or the log tells"
                .to_owned(),
        ],
        confidence: Confidence::Medium,
        function: site.place.function.clone(),
        // Whoever wants to connect waits, and is not in the trace.
        weight: site.total_nanos.saturating_mul(100),
    })
}

/// An answer over the network that did not come, and no deadline that ended the wait.
fn unanswered(run: &Run, site: &Site) -> Option<Verdict> {
    let (asked, confidence) = match site.doing {
        Doing::Answer => (site.open.count, Confidence::High),
        Doing::Read if site.kind == WaitKind::Network => {
            (site.open.after_asking, Confidence::Medium)
        }
        Doing::Connect => (site.open.count, Confidence::High),
        _ => return None,
    };
    if asked == 0 || !is_endless(run, site) {
        return None;
    }
    let mut evidence = vec![format!(
        "{} had sent something and waited for the answer when the trace ended, the longest for {}",
        count(asked, "goroutine"),
        nanos(site.open.longest_nanos)
    )];
    evidence.push(if confidence == Confidence::High {
        "no deadline or time-out ended it; a longer one may exist".to_owned()
    } else {
        "no deadline ended it; a connection that waits for the next request looks the same"
            .to_owned()
    });
    Some(Verdict {
        cause: "no-deadline",
        headline: format!(
            "no answer from the network for {} in {}",
            nanos(site.open.longest_nanos),
            short(&site.place.function)
        ),
        evidence,
        confidence,
        function: site.place.function.clone(),
        weight: site.total_nanos,
    })
}

/// Goroutines that are started again and again, and get no further than one place.
fn leak(run: &Run, site: &Site) -> Option<Verdict> {
    let kinds = [
        WaitKind::Sleep,
        WaitKind::Collector,
        WaitKind::Coroutine,
        WaitKind::Other,
        WaitKind::Unknown,
    ];
    let open = &site.open;
    // A pool is started at once; a leak goes on through the run.
    let spread = run.length_nanos <= 4 * open.new_spread_nanos;
    if kinds.contains(&site.kind)
        || open.of_new < LEAK
        || open.of_new < 10 * site.ended_of_new
        || !spread
    {
        return None;
    }
    let started = open.creator.as_ref().map_or_else(String::new, |it| {
        format!(", started in {}", short(&it.function))
    });
    Some(Verdict {
        cause: "leak",
        headline: format!(
            "goroutines pile up in {}: {} of {} that began to wait there did not go on{started}",
            short(&site.place.function),
            open.of_new,
            open.of_new + site.ended_of_new,
        ),
        evidence: vec![
            format!(
                "{} at {}, begun over {} of the run's {}",
                site.kind.words(),
                place(&site.place),
                nanos(open.new_spread_nanos),
                nanos(run.length_nanos)
            ),
            format!(
                "counter-check: {} of goroutines that began there in the trace ended in it",
                match site.ended_of_new {
                    0 => "no wait".to_owned(),
                    n => count(n, "wait"),
                }
            ),
            "somebody may still wake them after the trace".to_owned(),
        ],
        confidence: Confidence::Medium,
        function: site.place.function.clone(),
        weight: site.total_nanos,
    })
}
