//! What dominated a run, in one sentence, with how sure that is.

use contend_sched::trace::{Run, Site};

use super::text::{nanos, place, short};

/// The sentence, what speaks for it, and what it does not prove.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) headline: String,
    pub(crate) evidence: Vec<String>,
    /// `high`, `medium` or `low`.
    pub(crate) confidence: &'static str,
}

/// From this share of the run's length on, summed over goroutines, waits are worth a headline.
const WORTH: f64 = 0.1;

pub(crate) fn verdict(run: &Run) -> Verdict {
    if run.n_goroutines == 0 {
        return Verdict {
            headline: "there is no goroutine to speak of".to_owned(),
            evidence: vec!["no generation of the trace could be read whole".to_owned()],
            confidence: "high",
        };
    }
    let length = run.length_nanos.max(1) as f64;
    let locks: Vec<&Site> = run
        .sites
        .iter()
        .filter(|site| site.kind.is_lock())
        .collect();
    let all: i64 = locks.iter().map(|site| site.total_nanos).sum();
    let stops: i64 = run.collection.stops.values().map(|stop| stop.1).sum();
    if let Some(site) = locks.first()
        && WORTH <= all as f64 / length
        && run.latency.total_nanos < all
    {
        return lock(run, site, all);
    }
    if WORTH <= stops as f64 / length {
        return Verdict {
            headline: format!("the world was stopped for {} in all", nanos(stops)),
            evidence: vec!["see collections below".to_owned()],
            confidence: "high",
        };
    }
    if WORTH <= run.latency.total_nanos as f64 / length {
        let latency = &run.latency;
        return Verdict {
            headline: format!(
                "runnable goroutines waited {} in all for a processor",
                nanos(latency.total_nanos)
            ),
            evidence: vec![format!(
                "{} waits, the longest {}; locks took {}",
                latency.count,
                nanos(latency.max_nanos),
                nanos(all)
            )],
            confidence: "high",
        };
    }
    Verdict {
        headline: "nothing held the goroutines up for long".to_owned(),
        evidence: vec![format!(
            "waits for locks {}, for a processor {}, stops {}, in {}",
            nanos(all),
            nanos(run.latency.total_nanos),
            nanos(stops),
            nanos(run.length_nanos)
        )],
        confidence: "medium",
    }
}

fn lock(run: &Run, site: &Site, all: i64) -> Verdict {
    let share = percent(site.total_nanos, all);
    let mut evidence = vec![format!(
        "{} goroutines waited {} times for {}, the longest {}; {share} of all waits for locks",
        site.n_goroutines,
        site.count + site.n_open,
        nanos(site.total_nanos),
        nanos(site.max_nanos),
    )];
    let mut confidence = "low";
    let mut keeper = String::new();
    if let Some(waker) = site.keepers.first() {
        let by = waker
            .place
            .as_ref()
            .map_or_else(|| "the runtime".to_owned(), place);
        let part = percent(waker.total_nanos, site.total_nanos);
        evidence.push(format!(
            "{part} of that while it was kept by who let go in {by}"
        ));
        if let Some(place) = &waker.place {
            keeper = format!(", kept by {}", short(&place.function));
        }
        // Half of the time through one door names the holder; less is a crowd.
        confidence = if site.total_nanos <= 2 * waker.total_nanos {
            "high"
        } else {
            "medium"
        };
    }
    if 0 < site.n_open {
        evidence.push(format!("{} were still waiting at the end", site.n_open));
    }
    if !run.losses.is_empty() {
        evidence.push("the trace is damaged, so sums are lower bounds".to_owned());
    }
    evidence
        .push("a trace has no lock addresses: locks used at one place look like one".to_owned());
    Verdict {
        headline: format!(
            "goroutines waited for a {} in {}{keeper}",
            site.kind.words(),
            short(&site.place.function)
        ),
        evidence,
        confidence,
    }
}

fn percent(part: i64, whole: i64) -> String {
    format!("{:.0} %", 100.0 * part as f64 / whole.max(1) as f64)
}
