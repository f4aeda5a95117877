//! Goroutines that wait for a place of a pool: connections of `database/sql`, of clients for HTTP,
//! Redis, PostgreSQL and MongoDB, weighted semaphores, groups with a limit, pools of workers, and
//! whatever calls itself a pool or a semaphore.

use contend_finding::Confidence;
use contend_sched::{Role, Snapshot, Waiting, package_of, receiver_of};

use crate::hang::having;
use crate::{Diagnosis, SiteRole, class, hang, site};

/// The ends of the names of functions that wait for a free place, and what they wait for.
const WAITS: &[(&str, &str)] = &[
    (
        "database/sql.(*DB).conn",
        "a connection of the database pool",
    ),
    (HTTP, "a connection of an HTTP client"),
    (
        "/semaphore.(*Weighted).Acquire",
        "a place of a weighted semaphore",
    ),
    ("/errgroup.(*Group).Go", "a place of a group with a limit"),
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
    (
        "/topology.(*pool).checkOut",
        "a connection of the MongoDB pool",
    ),
    (
        "/transport.(*http2Client).NewStream",
        "a stream of a gRPC connection",
    ),
];

/// Waits here for a connection that is dialled, or for one to come back.
const HTTP: &str = "net/http.(*Transport).getConn";

/// What types of pools have in their names.
const TYPES: [&str; 6] = ["pool", "sem", "limit", "throttl", "bulkhead", "gate"];
/// How methods begin that ask a pool for something.
const VERBS: [&str; 13] = [
    "acquire", "get", "checkout", "borrow", "take", "obtain", "retrieve", "submit", "process",
    "reserve", "lease", "enter", "conn",
];
/// What the workers of a pool wait for themselves.
const WORK: [&str; 4] = ["task", "job", "item", "result"];

/// Fewer that wait are the life of a busy pool.
const MANY: usize = 8;

/// A pool, and who waits for it.
struct Pool {
    /// What they wait for, in words.
    what: String,
    /// The function of the pool that they are in.
    function: String,
    members: Vec<u32>,
}

/// The verdict on the waiters of each pool.
pub(crate) fn waits(snapshot: &Snapshot<'_>) -> Vec<Diagnosis> {
    let mut pools: Vec<Pool> = Vec::new();
    let waiting = having(snapshot, |member| {
        let waiting = snapshot.members[member as usize].waiting;
        waiting.on_goroutine() && !waiting.on_lock() && waiting != Waiting::WaitGroup
    });
    for member in waiting {
        let Some((what, function)) = awaited(snapshot, member) else {
            continue;
        };
        match pools.iter_mut().find(|pool| pool.what == what) {
            Some(pool) => pool.members.push(member),
            None => pools.push(Pool {
                what,
                function,
                members: vec![member],
            }),
        }
    }
    let known = pools.into_iter().filter(|pool| is_full(snapshot, pool));
    known.filter_map(|pool| of_pool(snapshot, pool)).collect()
}

/// What a member waits for, and the function of the pool, if it is a pool. One pool is often made of
/// another one: the outermost says most.
fn awaited(snapshot: &Snapshot<'_>, member: u32) -> Option<(String, String)> {
    let document = snapshot.document;
    let mut found: Option<(String, String)> = None;
    for frame in snapshot.stack(member) {
        let name = document.name(frame.func);
        let is_user = snapshot.roles.get(frame.func) == Role::User;
        let known = WAITS.iter().find(|(end, _)| name.ends_with(end));
        let what = match known {
            Some((_, what)) => Some((*what).to_owned()),
            None if is_user => own_pool(snapshot, member, &name),
            None => None,
        };
        let is_named = |pool: &str| {
            known.is_none()
                && package_of(pool) == package_of(&name)
                && WAITS.iter().any(|(end, _)| pool.ends_with(end))
        };
        match (&found, what) {
            (Some((_, pool)), Some(_)) if is_named(pool) => {}
            (_, Some(what)) => found = Some((what, name.into_owned())),
            (Some((_, pool)), None) if package_of(pool) != package_of(&name) => break,
            (None, None) if is_user => break,
            _ => {}
        }
    }
    found
}

/// What a function hands out that is a method of a type with the name of a pool. Its workers wait
/// in such methods, too.
fn own_pool(snapshot: &Snapshot<'_>, member: u32, name: &str) -> Option<String> {
    let member = &snapshot.members[member as usize];
    // Who sends to a channel has a verdict of its own.
    if member.waiting == Waiting::ChanSend {
        return None;
    }
    let owner = receiver_of(name)?;
    let creator = member.goroutine.creator.as_ref();
    let creator = creator.map(|it| snapshot.document.name(it.frame.func));
    if creator.is_some_and(|it| receiver_of(&it) == Some(owner)) {
        return None;
    }
    // Names in a damaged dump need not be made of their parts.
    let ty = owner.strip_prefix(package_of(name))?.to_ascii_lowercase();
    let method = name.strip_prefix(owner)?;
    let method = method.trim_start_matches(['.', '[', ']']);
    let method = method
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let asks = method == "go" || VERBS.iter().any(|verb| method.starts_with(verb));
    let is_pool = TYPES.iter().any(|word| ty.contains(word));
    let is_work = WORK.iter().any(|word| method.contains(word));
    (asks && is_pool && !is_work).then(|| format!("a place of `{owner}`"))
}

/// False for callers of an HTTP client whose connections are being dialled.
fn is_full(snapshot: &Snapshot<'_>, pool: &Pool) -> bool {
    if pool.function != HTTP {
        return true;
    }
    let dialling = having(snapshot, |member| {
        let mut stack = snapshot.stack(member).iter();
        stack.any(|frame| {
            let name = snapshot.document.name_bytes(frame.func);
            name.starts_with(b"net/http.(*Transport).dialConn")
        })
    });
    dialling.len() < pool.members.len()
}

/// Connections of HTTP clients whose answers nobody reads to the end.
fn unread(snapshot: &Snapshot<'_>) -> usize {
    let unread = having(snapshot, |member| {
        let mut stack = snapshot.stack(member).iter();
        // Unused ones wait for the network.
        snapshot.members[member as usize].waiting == Waiting::Select
            && stack.any(|frame| {
                let name = snapshot.document.name_bytes(frame.func);
                name == b"net/http.(*persistConn).readLoop"
            })
    });
    unread.len()
}

fn of_pool(snapshot: &Snapshot<'_>, pool: Pool) -> Option<Diagnosis> {
    let Pool {
        what,
        function,
        members,
    } = pool;
    let unread = if function == HTTP {
        unread(snapshot)
    } else {
        0
    };
    let minutes = |member: &u32| snapshot.members[*member as usize].goroutine.wait_minutes;
    let oldest = members.iter().map(minutes).max()?;
    let keeper = members
        .iter()
        .copied()
        .find(|member| asks_again(snapshot, *member, &members));
    if members.len() < MANY && oldest == 0 && keeper.is_none() && unread == 0 {
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
    if function.ends_with("/semaphore.(*Weighted).Acquire") {
        diagnosis = diagnosis.advise(
            "Give the place back on every path: `defer Release` behind Acquire. A return between \
             the two, on an error for instance, keeps it for ever.",
        );
    }
    if 0 < unread {
        diagnosis = diagnosis
            .sure(Confidence::Medium)
            .seen(format!(
                "{} an answer whose body was not read to the end or closed",
                match unread {
                    1 => "1 connection keeps".to_owned(),
                    n => format!("{n} connections keep"),
                }
            ))
            .advise(
                "Close the body of every response on every path (`defer resp.Body.Close()`), also \
                 where only the status is looked at: until then its connection is taken.",
            );
    }
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
    for site in others
        .iter()
        .filter_map(|it| site::own_caller(snapshot, *it))
    {
        site::add(&mut diagnosis.sites, site);
    }
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
