//! Goroutines that wait for a place of a pool or a weighted semaphore: connections of
//! `database/sql`, of clients for Redis and PostgreSQL, `golang.org/x/sync/semaphore`.

use contend_finding::Confidence;
use contend_sched::Snapshot;

use crate::hang::having;
use crate::{Diagnosis, SiteRole, class, hang, site};

/// The ends of the names of functions that wait for a free place, and what they wait for.
const WAITS: &[(&str, &str)] = &[
    (
        "database/sql.(*DB).conn",
        "a connection of the database pool",
    ),
    (
        "/semaphore.(*Weighted).Acquire",
        "a place of a weighted semaphore",
    ),
    (
        "/pool.(*ConnPool).waitTurn",
        "a connection of the Redis pool",
    ),
    (
        "/redis.(*Pool).waitVacantConn",
        "a connection of the Redis pool",
    ),
    (
        "/pgxpool.(*Pool).Acquire",
        "a connection of the PostgreSQL pool",
    ),
];

/// Fewer that wait are the life of a busy pool.
const MANY: usize = 8;

/// The verdict on the waiters of each kind of pool.
pub(crate) fn waits(snapshot: &Snapshot<'_>) -> Vec<Diagnosis> {
    let all = WAITS.iter();
    all.filter_map(|(end, what)| of_pool(snapshot, end, what))
        .collect()
}

fn of_pool(snapshot: &Snapshot<'_>, end: &str, what: &str) -> Option<Diagnosis> {
    let document = snapshot.document;
    let members = having(snapshot, |member| {
        let mut stack = snapshot.stack(member).iter();
        snapshot.members[member as usize].waiting.on_goroutine()
            && snapshot.user_frame(member).is_some()
            && stack.any(|frame| document.name_bytes(frame.func).ends_with(end.as_bytes()))
    });
    let minutes = |member: &u32| snapshot.members[*member as usize].goroutine.wait_minutes;
    let oldest = members.iter().map(minutes).max()?;
    let keeper = members
        .iter()
        .copied()
        .find(|member| asks_again(snapshot, *member, &members));
    if members.len() < MANY && oldest == 0 && keeper.is_none() {
        return None;
    }
    let n = members.len();
    let verb = if n == 1 { "waits" } else { "wait" };
    let mut diagnosis = Diagnosis::new(
        class("pool-exhausted"),
        format!("{} {verb} for {what}", site::count(n, "goroutine")),
    )
    .sure(if 1 <= oldest || keeper.is_some() {
        Confidence::Medium
    } else {
        Confidence::Low
    });
    if let Some(keeper) = keeper {
        let inner = site::function(snapshot, keeper);
        let outer = outer_asker(snapshot, keeper, &members).unwrap_or_default();
        diagnosis.headline = format!(
            "{}; `{inner}` asks for one while `{outer}`, which called it, probably keeps another",
            diagnosis.headline
        );
        diagnosis = diagnosis
            .at(site::of_member(snapshot, SiteRole::Holds, keeper, 1))
            .at(site::caller(snapshot, keeper))
            .seen(format!(
                "`{outer}` asks the pool itself in other goroutines, and in goroutine {} it waits \
                 for `{inner}` to get a second place",
                site::id(snapshot, keeper)
            ))
            .advise(format!(
                "Finish with the first place before `{inner}` asks: read all rows and close them, \
                 or hand the transaction or connection on to it."
            ));
    }
    let others: Vec<u32> = members
        .into_iter()
        .filter(|member| Some(*member) != keeper)
        .collect();
    let mut diagnosis = hang::with_places(snapshot, diagnosis, &others, SiteRole::Waits).of(n);
    if 1 <= oldest {
        diagnosis = diagnosis.seen(format!("the longest has waited for {oldest} minutes"));
    }
    diagnosis.weight += n.ilog2().min(10);
    Some(diagnosis)
}

/// True if a waiter was called by a function that others of the waiters are in themselves: that
/// function takes places, so it may keep one now.
fn asks_again(snapshot: &Snapshot<'_>, member: u32, waiters: &[u32]) -> bool {
    outer_asker(snapshot, member, waiters).is_some()
}

fn outer_asker(snapshot: &Snapshot<'_>, member: u32, waiters: &[u32]) -> Option<String> {
    let own = snapshot.user_frame(member)?.func;
    let mut outer = snapshot.user_frames(member).skip(1);
    let found = outer.find(|frame| {
        frame.func != own
            && waiters.iter().any(|waiter| {
                let user = snapshot.user_frame(*waiter);
                user.is_some_and(|user| user.func == frame.func)
            })
    })?;
    Some(snapshot.document.name(found.func).into_owned())
}
