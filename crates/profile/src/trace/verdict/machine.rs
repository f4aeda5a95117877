//! The scheduler and the collector.

use contend_sched::trace::Run;

use super::super::text::{count, nanos};
use super::{Confidence, Verdict, is_worth, locks};

pub(super) fn verdicts(run: &Run) -> Vec<Verdict> {
    let mut all = Vec::new();
    let stops = stopped(run);
    if is_worth(run, stops) {
        all.push(Verdict {
            cause: "stopped-world",
            headline: format!("the world was stopped for {} in all", nanos(stops)),
            evidence: vec!["see collections below for the reasons".to_owned()],
            confidence: Confidence::High,
            function: String::new(),
            // Everybody waits.
            weight: stops.saturating_mul(i64::try_from(run.n_goroutines).unwrap_or(1)),
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
            evidence: vec![format!(
                "{}: the program allocates faster than the collector marks",
                count(assists, "assist")
            )],
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
