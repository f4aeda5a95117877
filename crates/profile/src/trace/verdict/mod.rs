//! What dominated a run, in a sentence each, with how sure that is.

mod blocked;
mod circles;
mod locks;
mod machine;
mod recorded;

use contend_sched::trace::{Run, Site};

/// How sure a sentence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Confidence {
    /// The numbers are exact, the cause is a guess.
    Low,
    /// Something else would look the same; the evidence says what.
    Medium,
    /// Seen directly.
    High,
}

impl Confidence {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The sentence, what speaks for it, and what it does not prove.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// Stable name of the cause.
    pub(crate) cause: &'static str,
    pub(crate) headline: String,
    pub(crate) evidence: Vec<String>,
    pub(crate) confidence: Confidence,
    /// The function that it speaks of; empty if of none.
    function: String,
    /// What it cost, in nanoseconds of all goroutines together; the most comes first.
    weight: i64,
}

/// From this share of the run's length on, summed over goroutines, something is worth a headline.
const WORTH: f64 = 0.1;

/// A wait that takes this share of the run and has not ended is spoken of as one without an end.
const ENDLESS: f64 = 0.5;

/// All that is worth saying, the heaviest first; one that says so if there is nothing.
pub(crate) fn verdicts(run: &Run) -> Vec<Verdict> {
    if run.n_goroutines == 0 {
        return vec![Verdict {
            cause: "nothing",
            headline: "there is no goroutine to speak of".to_owned(),
            evidence: vec!["no part of the trace could be read".to_owned()],
            confidence: Confidence::High,
            function: String::new(),
            weight: 0,
        }];
    }
    let mut all = Vec::new();
    all.extend(circles::verdicts(run));
    all.extend(locks::verdict(run));
    all.extend(blocked::verdicts(run));
    all.extend(machine::verdicts(run));
    if let Some(beside) = &run.beside {
        recorded::weigh(run, beside, &mut all);
    }
    all.sort_by_key(|verdict| std::cmp::Reverse(verdict.weight));
    if all.is_empty() {
        all.push(machine::nothing(run));
    }
    if !run.losses.is_empty() {
        for verdict in &mut all {
            let text = "the trace is damaged, so sums are lower bounds".to_owned();
            verdict.evidence.push(text);
            if verdict.cause == "nothing" {
                verdict.confidence = Confidence::Low;
            }
        }
    }
    all
}

fn is_worth(run: &Run, total: i64) -> bool {
    WORTH * run.length_nanos.max(1) as f64 <= total as f64
}

fn is_endless(run: &Run, site: &Site) -> bool {
    0 < site.open.count
        && ENDLESS * run.length_nanos.max(1) as f64 <= site.open.longest_nanos as f64
}

fn percent(part: i64, whole: i64) -> String {
    format!("{:.0} %", 100.0 * part as f64 / whole.max(1) as f64)
}
