//! Groups of goroutines that wait for each other in a circle.

use contend_sched::trace::{Circle, Group, Run};

use super::super::text::{count, nanos, place, short};
use super::{Confidence, Verdict};

pub(super) fn verdicts(run: &Run) -> Vec<Verdict> {
    run.circles.iter().map(verdict).collect()
}

fn verdict(circle: &Circle) -> Verdict {
    let groups = &circle.groups;
    let names = groups.iter().chain(groups.first()).map(who);
    let names: Vec<&str> = names.collect();
    let evidence = groups.iter().zip(groups.iter().cycle().skip(1));
    let mut evidence: Vec<String> = evidence.map(|(it, next)| waits(it, next)).collect();
    evidence.push(
        "a trace does not say who will end a wait: that it is one of those is inferred".to_owned(),
    );
    let total: i64 = groups
        .iter()
        .map(|it| it.longest_nanos * it.n_goroutines as i64)
        .sum();
    Verdict {
        cause: "wait-circle",
        headline: format!(
            "goroutines wait for each other in a circle: {}",
            names.join(" -> ")
        ),
        evidence,
        confidence: Confidence::Medium,
        function: groups
            .first()
            .map(|it| it.place.function.clone())
            .unwrap_or_default(),
        // Nothing that they hold up comes to an end either.
        weight: total.saturating_mul(10),
    }
}

/// What tells the group from others at the same place.
fn who(group: &Group) -> &str {
    if group.caller.is_empty() {
        short(&group.place.function)
    } else {
        short(&group.caller)
    }
}

fn waits(group: &Group, next: &Group) -> String {
    let n = count(group.n_goroutines, "goroutine");
    let seen = match next.n_seen {
        0 => String::new(),
        n => format!(", which ended {} there before", count(n, "wait")),
    };
    format!(
        "{n} of {} at {}, up to {}: for {}{seen}, and it is on the stacks of those of {}",
        who(group),
        place(&group.place),
        nanos(group.longest_nanos),
        short(&next.within),
        who(next)
    )
}
