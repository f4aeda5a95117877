//! Groups of goroutines that wait for each other in a circle.

use contend_sched::trace::{Circle, Group, Run};

use super::super::text::{count, nanos, place, short};
use super::{Confidence, Verdict};

pub(super) fn verdicts(run: &Run) -> Vec<Verdict> {
    run.circles.iter().map(verdict).collect()
}

fn verdict(circle: &Circle) -> Verdict {
    let groups = &circle.groups;
    let (headline, mut evidence) = match &groups[..] {
        [alone] => of_one(alone, &circle.asked),
        _ => of_many(groups),
    };
    evidence.push(
        "a trace does not say who will end a wait: that it is one of those is inferred".to_owned(),
    );
    let total: i64 = groups
        .iter()
        .map(|it| it.longest_nanos * it.n_goroutines as i64)
        .sum();
    Verdict {
        cause: "wait-circle",
        headline,
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

fn of_many(groups: &[Group]) -> (String, Vec<String>) {
    let names = groups.iter().chain(groups.first()).map(who);
    let names: Vec<&str> = names.collect();
    let evidence = groups.iter().zip(groups.iter().cycle().skip(1));
    (
        format!(
            "goroutines wait for each other in a circle: {}",
            names.join(" -> ")
        ),
        evidence.map(|(it, next)| waits(it, next)).collect(),
    )
}

/// Of a goroutine that waits for what is under way on its own stack.
fn of_one(group: &Group, asked: &[String]) -> (String, Vec<String>) {
    let chain: Vec<&str> = asked.iter().map(|it| short(it)).collect();
    let chain = chain.join(" -> ");
    let n = count(group.n_goroutines, "goroutine");
    let seen = match group.n_seen {
        0 => String::new(),
        n => format!(", which ended {} there before", count(n, "wait")),
    };
    let (who, whose) = if group.n_goroutines == 1 {
        ("a goroutine waits for itself", "its own stack")
    } else {
        (
            "goroutines wait for themselves or each other",
            "their own stacks",
        )
    };
    (
        format!("{who}: {chain}"),
        vec![
            format!(
                "{n} at {}, up to {}: for {}{seen}, and it is on {whose}",
                place(&group.place),
                nanos(group.longest_nanos),
                short(&group.within),
            ),
            format!(
                "counter-check: nobody else who waited or was in a system call when the trace \
                 ended was inside {}",
                short(&group.within)
            ),
            "one that ran then may have been, and two calls of one function may ask for \
             different things"
                .to_owned(),
        ],
    )
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
