//! Verdicts on lock pages: circles, self waits, convoys, pile-ups.

use contend_finding::Confidence;
use contend_sched::{Cycle, Holder, LockKey, LockPage, Snapshot, Waiting, cycles};

use crate::hang::with_places;
use crate::{Diagnosis, SiteRole, class, site};

/// So many waiters make a queue worth a word.
const PILE: usize = 3;
/// So many do, if who holds the lock waits for the network, and is known well enough.
const PILE_AT_NETWORK: usize = 2;
const SURE_HOLDER: u32 = 2;

const NO_CALLBACKS: &str = "Do not call back into the object from a function that it calls (handler, \
     hook, observer), or let it call such functions after it has unlocked.";

pub(crate) fn of_pages(
    snapshot: &Snapshot<'_>,
    pages: &[LockPage],
    all_asleep: bool,
) -> Vec<Diagnosis> {
    let mut all = Vec::new();
    let mut explained = vec![false; pages.len()];
    for cycle in cycles(pages) {
        let weak = cycle.points < 3 && !all_asleep;
        if weak && !is_only_way(&cycle, pages) {
            continue;
        }
        for (_, page) in &cycle.steps {
            explained[*page] = true;
        }
        all.push(match cycle.steps[..] {
            [(member, page)] if pages[page].once => once_inside(snapshot, &pages[page], member),
            [(member, page)] => self_wait(snapshot, &pages[page], member, cycle.points),
            _ => circle(snapshot, pages, &cycle),
        });
    }
    for (page, explained) in pages.iter().zip(explained) {
        if !explained {
            all.extend(queue(snapshot, page, all_asleep));
        }
    }
    all
}

/// True for a circle of several in which each lock has a good holder, or nobody else who could be.
fn is_only_way(cycle: &Cycle, pages: &[LockPage]) -> bool {
    let good = |page: usize| match &pages[page].holders[..] {
        [_] => true,
        all => all.first().is_some_and(|it| 3 <= it.points),
    };
    1 < cycle.steps.len() && cycle.steps.iter().all(|(_, page)| good(*page))
}

fn confidence(points: u32) -> Confidence {
    match points {
        0..=1 => Confidence::Low,
        2..=4 => Confidence::Medium,
        _ => Confidence::High,
    }
}

fn named(key: LockKey) -> String {
    match key {
        LockKey::Address(address) => format!("the lock at 0x{address:x}"),
        LockKey::Object(address) => format!("a lock of the object at 0x{address:x}"),
        LockKey::Function(_) => "a lock".to_owned(),
    }
}

fn circle(snapshot: &Snapshot<'_>, pages: &[LockPage], cycle: &Cycle) -> Diagnosis {
    let ids: Vec<String> = cycle
        .steps
        .iter()
        .map(|(member, _)| site::id(snapshot, *member).to_string())
        .collect();
    let mut places: Vec<String> = Vec::new();
    for (member, _) in &cycle.steps {
        let frame = snapshot.user_frames(*member).nth(1);
        let name = frame.map_or_else(
            || site::function(snapshot, *member),
            |frame| snapshot.document.name(frame.func).into_owned(),
        );
        let name = format!("`{name}`");
        if !places.contains(&name) {
            places.push(name);
        }
    }
    places.truncate(3);
    let mut diagnosis = Diagnosis::new(
        class("lock-cycle"),
        format!(
            "goroutines {} wait for each other's locks in a circle, in {}",
            ids.join(" and "),
            places.join(" and ")
        ),
    )
    .sure(confidence(cycle.points));
    for (i, (member, page)) in cycle.steps.iter().enumerate() {
        let next = cycle.steps[(i + 1) % cycle.steps.len()].0;
        let why = pages[*page]
            .holders
            .first()
            .map_or(String::new(), |holder| format!(" ({})", holder.why));
        diagnosis = diagnosis
            .seen(format!(
                "goroutine {} waits for {}, which goroutine {} probably holds{why}",
                site::id(snapshot, *member),
                named(pages[*page].key),
                site::id(snapshot, next),
            ))
            .at(site::of_member(snapshot, SiteRole::Waits, *member, 1));
        let held = snapshot.user_frames(*member).nth(1);
        diagnosis = diagnosis.at(held.map(|frame| {
            let id = site::id(snapshot, *member);
            site::of_frame(snapshot.document, SiteRole::Holds, frame, 1, id)
        }));
    }
    diagnosis.of(cycle.steps.len())
}

/// A circle of one: the holder is a waiter.
fn self_wait(snapshot: &Snapshot<'_>, page: &LockPage, member: u32, points: u32) -> Diagnosis {
    let waiting = snapshot.members[member as usize].waiting;
    let function = site::function(snapshot, member);
    let Outer {
        frame: outer,
        by_callback,
    } = outer_frame(snapshot, member);
    let caller = outer.map_or_else(
        || "its caller".to_owned(),
        |frame| format!("`{}`", snapshot.document.name(frame.func)),
    );
    let waiters = page.all_waiters();
    let mut holders = page.holders.iter();
    let other = holders.find(|it| !waiters.contains(&it.member) && it.points < points);
    let (id, headline) = match waiting {
        Waiting::ReadLock if !page.writers.is_empty() => (
            "recursive-read-lock",
            format!(
                "`{function}` takes the read lock that {caller} already holds, while a writer waits"
            ),
        ),
        Waiting::ReadLock => (
            "double-lock",
            format!("`{function}` takes the read lock while {caller} holds the lock"),
        ),
        Waiting::WriteLock => (
            "rwmutex-upgrade",
            format!("`{function}` asks for the write lock while {caller} holds the lock"),
        ),
        _ => (
            "double-lock",
            format!("`{function}` locks the mutex that {caller} already holds"),
        ),
    };
    let headline = match other {
        Some(other) => format!(
            "{headline}, or goroutine {} does",
            site::id(snapshot, other.member)
        ),
        None => headline,
    };
    let number = site::id(snapshot, member);
    let mut diagnosis = Diagnosis::new(class(id), headline)
        .sure(confidence(points))
        .at(site::of_member(snapshot, SiteRole::Waits, member, 1))
        .at(outer.map(|frame| site::of_frame(snapshot.document, SiteRole::Holds, frame, 1, number)))
        .seen(format!(
            "goroutine {number} waits for {} and is its own likeliest holder",
            named(page.key)
        ))
        .of(1);
    if by_callback {
        diagnosis = diagnosis
            .at(site::dependency(snapshot, member, 1).and_then(|(_, caller)| caller))
            .seen(format!(
                "{caller} called other code, which called back into the same object"
            ))
            .advise(NO_CALLBACKS);
    } else if let Some(holder) = page.holders.first() {
        diagnosis = diagnosis.seen(format!("why: {}", holder.why));
    }
    if let Some(other) = other {
        diagnosis = diagnosis
            .sure(Confidence::Low)
            .seen(format!(
                "if it is not, goroutine {} may hold the lock: {}",
                site::id(snapshot, other.member),
                other.why
            ))
            .at(site::of_member(snapshot, SiteRole::Other, other.member, 1));
    }
    let others: Vec<u32> = waiters
        .into_iter()
        .filter(|other| *other != member)
        .collect();
    if others.is_empty() {
        return diagnosis;
    }
    diagnosis = diagnosis.seen(format!(
        "{} behind it",
        match others.len() {
            1 => format!("goroutine {} waits", site::id(snapshot, others[0])),
            n => format!("{n} more goroutines wait"),
        }
    ));
    with_places(snapshot, diagnosis, &others, SiteRole::Waits)
}

/// The function of a `sync.Once` that asks for the same `sync.Once`.
fn once_inside(snapshot: &Snapshot<'_>, page: &LockPage, member: u32) -> Diagnosis {
    let function = site::function(snapshot, member);
    let id = site::id(snapshot, member);
    let run = snapshot.once_function(member);
    let name = run.map_or_else(
        || "that it runs".to_owned(),
        |frame| format!("`{}`", snapshot.document.name(frame.func)),
    );
    let waiters = page.all_waiters();
    let others: Vec<u32> = waiters.into_iter().filter(|it| *it != member).collect();
    let mut diagnosis = Diagnosis::new(
        class("reentrant-wait"),
        format!("`{function}` asks for a sync.Once inside the function {name} of a sync.Once"),
    )
    .sure(Confidence::Medium)
    .at(site::of_member(snapshot, SiteRole::Waits, member, 1))
    .at(run.map(|frame| site::of_frame(snapshot.document, SiteRole::Holds, frame, 1, id)))
    .seen("no other goroutine runs the function of a sync.Once")
    .advise("Hand what the function has made so far on as an argument, instead of asking for it.")
    .of(1);
    if !others.is_empty() {
        diagnosis = diagnosis.seen(format!("{} for it as well", site::waiters(others.len())));
    }
    with_places(snapshot, diagnosis, &others, SiteRole::Waits)
}

/// Who took a lock further out on the stack of its waiter.
struct Outer<'d> {
    frame: Option<&'d contend_dumps::Frame>,
    /// Code of others stands between the two calls.
    by_callback: bool,
}

/// The frame of the user's code that most probably took the lock first: the one of the same
/// receiver that called out and was called back, else the next one of it, else the caller.
fn outer_frame<'d>(snapshot: &Snapshot<'d>, member: u32) -> Outer<'d> {
    let document = snapshot.document;
    let inner = snapshot.user_frame(member);
    let name = inner
        .map(|frame| document.name(frame.func))
        .unwrap_or_default();
    let receiver = contend_sched::receiver_of(&name);
    let same = |frame: &&'d contend_dumps::Frame| {
        let outer = document.name(frame.func);
        receiver.is_some() && contend_sched::receiver_of(&outer) == receiver
    };
    let outer = || snapshot.user_frames(member).skip(1);
    // The call left the object and came back to it, through a callback: what it was in then holds
    // the lock, and of that the entrance, not the helpers.
    let back = outer()
        .skip_while(same)
        .skip_while(|frame| !same(frame))
        .take_while(same)
        .last();
    Outer {
        frame: back
            .or_else(|| outer().find(same))
            .or_else(|| outer().next()),
        by_callback: back.is_some(),
    }
}

/// Waiters behind somebody who is not in a circle with them.
fn queue(snapshot: &Snapshot<'_>, page: &LockPage, all_asleep: bool) -> Option<Diagnosis> {
    let waiters = page.all_waiters();
    let holder = page
        .holders
        .iter()
        .find(|holder| !waiters.contains(&holder.member));
    let oldest = waiters
        .iter()
        .map(|member| snapshot.members[*member as usize].goroutine.wait_minutes)
        .max()
        .unwrap_or(0);
    let in_network = |holder: &&Holder| {
        let waiting = snapshot.members[holder.member as usize].waiting;
        waiting == Waiting::Io && SURE_HOLDER <= holder.points
    };
    let enough = if holder.as_ref().is_some_and(in_network) {
        PILE_AT_NETWORK
    } else {
        PILE
    };
    if waiters.len() < enough && oldest == 0 && !all_asleep {
        return None;
    }
    let first = *page.writers.first().or(page.readers.first())?;
    let n = site::waiters(waiters.len());
    let function = site::function(snapshot, first);
    let slow = holder.filter(|holder| !holder.is_active(snapshot));
    let (id, headline) = match (slow, holder) {
        (_, Some(holder)) if page.once => (
            "shared-call-pile-up",
            format!(
                "{n} in `{function}` for a sync.Once whose function is in `{}`, {}",
                site::function(snapshot, holder.member),
                state(snapshot, holder)
            ),
        ),
        (Some(slow), _) if waits_for_them(snapshot, slow.member, &waiters, all_asleep) => (
            "lock-partner-wait",
            format!(
                "`{}` holds a lock while {}, and {n} in `{function}` for that lock",
                holding(snapshot, slow),
                state(snapshot, slow)
            ),
        ),
        (Some(slow), _) if !page.writers.is_empty() && !page.readers.is_empty() => (
            "rwmutex-convoy",
            format!(
                "{n} for a lock that `{}` holds while {}",
                holding(snapshot, slow),
                state(snapshot, slow)
            ),
        ),
        (Some(slow), _) => (
            "lock-convoy",
            format!(
                "{n} in `{function}` for a lock that `{}` holds while {}",
                holding(snapshot, slow),
                state(snapshot, slow)
            ),
        ),
        (None, None) if all_asleep => (
            "lock-without-holder",
            format!("{n} in `{function}` for a lock that nobody is left to give up"),
        ),
        _ => ("lock-pile-up", format!("{n} in `{function}` for one lock")),
    };
    let mut diagnosis = Diagnosis::new(class(id), headline)
        .sure(holder.map_or(Confidence::Low, |holder| confidence(holder.points)))
        .seen(format!("they wait for {}", named(page.key)));
    if page.once {
        diagnosis = diagnosis.seen("the lock belongs to a sync.Once whose function has not ended");
    }
    if page.read_write {
        diagnosis = diagnosis.seen(format!(
            "{} to write, {} to read",
            page.writers.len(),
            page.readers.len()
        ));
    }
    if 0 < oldest {
        diagnosis = diagnosis.seen(format!("the longest has waited for {oldest} minutes"));
    }
    if let Some(holder) = holder {
        diagnosis = diagnosis.seen(format!(
            "goroutine {} probably holds it: {}; it is {}",
            site::id(snapshot, holder.member),
            holder.why,
            state(snapshot, holder)
        ));
        let frame = holding_frame(snapshot, holder);
        let id = site::id(snapshot, holder.member);
        diagnosis =
            diagnosis
                .at(frame
                    .map(|frame| site::of_frame(snapshot.document, SiteRole::Holds, frame, 1, id)));
    }
    diagnosis.weight += waiters.len().ilog2().min(10);
    diagnosis = with_places(snapshot, diagnosis, &waiters, SiteRole::Waits);
    if id == "lock-partner-wait" {
        diagnosis = called_back(snapshot, &waiters, diagnosis);
    }
    Some(diagnosis.at(site::own_caller(snapshot, first)))
}

/// Says of a waiter that its own object has called what asks for the lock.
fn called_back(snapshot: &Snapshot<'_>, waiters: &[u32], diagnosis: Diagnosis) -> Diagnosis {
    let outer = waiters.iter().map(|it| (it, outer_frame(snapshot, *it)));
    let mut back = outer.filter(|(_, outer)| outer.by_callback);
    let Some((
        waiter,
        Outer {
            frame: Some(frame), ..
        },
    )) = back.next()
    else {
        return diagnosis;
    };
    diagnosis
        .seen(format!(
            "goroutine {} is in `{}`, which called other code, which called back into the same object",
            site::id(snapshot, *waiter),
            snapshot.document.name(frame.func)
        ))
        .advise(NO_CALLBACKS)
}

/// True if the holder waits for a partner that is among the waiters: nobody else is awake, or it
/// started them and waits for their end.
fn waits_for_them(snapshot: &Snapshot<'_>, holder: u32, waiters: &[u32], all_asleep: bool) -> bool {
    let waiting = snapshot.members[holder as usize].waiting;
    if !waiting.on_goroutine() || waiting.on_lock() {
        return false;
    }
    let id = site::id(snapshot, holder);
    let started = waiters.iter().any(|waiter| {
        let creator = snapshot.members[*waiter as usize].goroutine.creator;
        creator.is_some_and(|creator| creator.id == id && id != 0)
    });
    all_asleep || waiting == Waiting::WaitGroup && started
}

/// The frame that probably took the lock; what it calls need not know of the lock.
fn holding_frame<'d>(snapshot: &Snapshot<'d>, holder: &Holder) -> Option<&'d contend_dumps::Frame> {
    let own = snapshot.user_frames(holder.member).nth(holder.depth);
    own.or_else(|| site::frame(snapshot, holder.member))
}

fn holding(snapshot: &Snapshot<'_>, holder: &Holder) -> String {
    holding_frame(snapshot, holder).map_or_else(
        || "an unknown function".to_owned(),
        |frame| snapshot.document.name(frame.func).into_owned(),
    )
}

/// What a holder does, and inside which function that its code calls, where that tells more.
fn state(snapshot: &Snapshot<'_>, holder: &Holder) -> String {
    let member = &snapshot.members[holder.member as usize];
    let name = |frame: &contend_dumps::Frame| snapshot.document.name(frame.func).into_owned();
    let inside = if 0 < holder.depth {
        snapshot.user_frame(holder.member).map(name)
    } else if matches!(member.waiting, Waiting::Select | Waiting::ChanReceive) {
        let called = member.user.and_then(|user| user.checked_sub(1));
        let called = called.and_then(|slot| snapshot.stack(holder.member).get(slot as usize));
        called.map(name).filter(|it| !it.starts_with("runtime."))
    } else {
        None
    };
    match inside {
        Some(inside) => format!("{} inside `{inside}`", member.waiting),
        None => member.waiting.to_string(),
    }
}
