//! The scheduler and the collector.

use contend_sched::trace::{Run, Site, WaitKind};

use super::super::text::{count, nanos, short};
use super::{Confidence, Verdict, is_worth, locks};

/// How many reasons for stops the first screen names.
const REASONS: usize = 2;

pub(super) fn verdicts(run: &Run) -> Vec<Verdict> {
    let mut all = Vec::new();
    let stops = stopped(run);
    if is_worth(run, stops) {
        all.push(Verdict {
            cause: "stopped-world",
            headline: format!("the world was stopped for {} in all", nanos(stops)),
            evidence: reasons(run),
            confidence: Confidence::High,
            function: String::new(),
            weight: (stops as f64 * wanting(run)) as i64,
        });
    }
    let (assists, nanos_of_assists) = run.collection.assists;
    if is_worth(run, nanos_of_assists) {
        all.push(Verdict {
            cause: "assists",
            headline: format!(
                "goroutines had to help the collector for {}",
                nanos(nanos_of_assists)
            ),
            evidence: std::iter::once(format!(
                "{} during {}: the program allocates faster than the collector marks",
                count(assists, "assist"),
                count(run.collection.count, "collection")
            ))
            .chain(in_runtime(run))
            .collect(),
            confidence: Confidence::High,
            function: String::new(),
            weight: nanos_of_assists,
        });
    }
    let latency = &run.latency;
    if is_worth(run, latency.total_nanos) {
        let mut evidence = vec![format!(
            "{}, the longest {}, 99 % below {}",
            count(latency.count, "wait"),
            nanos(latency.max_nanos),
            nanos(latency.bound_nanos(0.99))
        )];
        evidence.extend(locks::beside_scheduling(run));
        all.push(Verdict {
            cause: "scheduling",
            headline: format!(
                "runnable goroutines waited {} in all for a processor",
                nanos(latency.total_nanos)
            ),
            evidence,
            confidence: Confidence::High,
            function: String::new(),
            weight: latency.total_nanos,
        });
    }
    all
}

/// Why the world was stopped, the longest sum first.
fn reasons(run: &Run) -> Vec<String> {
    let mut stops: Vec<_> = run.collection.stops.iter().collect();
    stops.sort_by_key(|(_, stop)| std::cmp::Reverse(stop.1));
    let stops = stops.into_iter().take(REASONS);
    stops
        .map(|(reason, (n, total, longest))| {
            let reason = if reason.is_empty() {
                "something"
            } else {
                reason
            };
            format!(
                "{reason}: {} for {}, the longest {}",
                count(*n, "time"),
                nanos(*total),
                nanos(*longest)
            )
        })
        .collect()
}

/// How many goroutines ran or could have, on average: those are held up by a stop.
fn wanting(run: &Run) -> f64 {
    let wanting = run.running_nanos + run.latency.total_nanos;
    (wanting as f64 / run.length_nanos.max(1) as f64).max(1.0)
}

/// What the program's goroutines waited for in the runtime itself, if that is long: for a collection
/// to begin or to end.
fn in_runtime(run: &Run) -> Option<String> {
    let is_own = |it: &&Site| it.kind == WaitKind::RuntimeSync && !it.place.is_of_runtime();
    let sites = || run.sites.iter().filter(is_own);
    let total: i64 = sites().map(|it| it.total_nanos).sum();
    let most = sites().next().filter(|_| is_worth(run, total))?;
    Some(format!(
        "goroutines also waited {} for the collector to begin or to end, most in {} in {}",
        nanos(total),
        short(&most.place.call),
        short(&most.place.function)
    ))
}

fn stopped(run: &Run) -> i64 {
    run.collection.stops.values().map(|stop| stop.1).sum()
}

/// What is said if there is nothing to say.
pub(super) fn nothing(run: &Run) -> Verdict {
    let locks = run.sites.iter().filter(|site| site.kind.is_lock());
    let locks: i64 = locks.map(|site| site.total_nanos).sum();
    Verdict {
        cause: "nothing",
        headline: "nothing held the goroutines up for long".to_owned(),
        evidence: vec![format!(
            "waits for locks {}, for a processor {}, stops {}, in {}",
            nanos(locks),
            nanos(run.latency.total_nanos),
            nanos(stopped(run)),
            nanos(run.length_nanos)
        )],
        confidence: Confidence::Medium,
        function: String::new(),
        weight: 0,
    }
}
