//! Calls that are made once for all who ask: singleflight.

use std::collections::BTreeMap;

use contend_finding::Confidence;
use contend_sched::{Role, Snapshot, Waiting};

use crate::hang::{having, with_places};
use crate::{Diagnosis, SiteRole, class, site};

/// A singleflight call inside the function of a flight.
pub(crate) fn self_waits(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    let members = having(snapshot, |member| {
        let member_waits = snapshot.members[member as usize].waiting;
        if !matches!(member_waits, Waiting::WaitGroup | Waiting::Semaphore) {
            return false;
        }
        let mut roles = snapshot
            .stack(member)
            .iter()
            .map(|frame| snapshot.roles.get(frame.func));
        // From the inside: waits in Do, which runs inside the function of another flight.
        let inner = roles.position(|role| role == Role::Flight);
        inner.is_some() && roles.any(|role| role == Role::FlightCall)
    });
    let first = *members.first()?;
    let calls = flight_calls(snapshot, first);
    let same = calls.len() == 2 && calls[0].0 == calls[1].0 && calls[0].1 == calls[1].1;
    let diagnosis = Diagnosis::new(
        class("flight-self-wait"),
        format!(
            "`{}` waits for a singleflight call that it is part of",
            site::function(snapshot, first)
        ),
    )
    .sure(if same {
        Confidence::High
    } else {
        Confidence::Medium
    });
    let diagnosis = if same {
        diagnosis.seen("both calls of Do have the same group and the same key in memory")
    } else {
        diagnosis
            .seen("one stack has Do inside the function that Do runs; the keys were not printed")
    };
    Some(with_places(snapshot, diagnosis, &members, SiteRole::Waits))
}

/// Group and key address of each Do of a stack, from the inside.
fn flight_calls(snapshot: &Snapshot<'_>, member: u32) -> Vec<(u64, u64)> {
    let document = snapshot.document;
    let frames = snapshot.stack(member).iter();
    frames
        .filter(|frame| snapshot.roles.get(frame.func) == Role::Flight)
        .filter_map(|frame| {
            let mut words = contend_dumps::words(document.args(frame)?);
            Some((words.next()?.value, words.next()?.value))
        })
        .collect()
}

/// Callers that wait for a flight that somebody else flies.
pub(crate) fn pile_ups(snapshot: &Snapshot<'_>) -> Vec<Diagnosis> {
    let waiters = having(snapshot, |member| {
        let waiting = snapshot.members[member as usize].waiting;
        matches!(waiting, Waiting::WaitGroup | Waiting::Semaphore)
            && snapshot.passes(member, Role::Flight)
            && !snapshot.passes(member, Role::FlightCall)
    });
    let pilots = having(snapshot, |member| snapshot.passes(member, Role::FlightCall));
    let mut flights: BTreeMap<Option<u64>, Vec<u32>> = BTreeMap::new();
    for waiter in waiters {
        let call = call_waited_for(snapshot, waiter);
        flights.entry(call).or_default().push(waiter);
    }
    let all = flights.into_iter();
    all.filter_map(|(call, members)| pile_up(snapshot, call, &members, &pilots))
        .collect()
}

/// So many make a pile; fewer are what singleflight is for.
const PILE: usize = 3;

fn pile_up(
    snapshot: &Snapshot<'_>,
    call: Option<u64>,
    members: &[u32],
    pilots: &[u32],
) -> Option<Diagnosis> {
    let first = *members.first()?;
    let old = members
        .iter()
        .map(|member| snapshot.members[*member as usize].goroutine.wait_minutes)
        .max()
        .unwrap_or(0);
    if members.len() < PILE && old == 0 {
        return None;
    }
    let same = |pilot: &u32| call.is_some() && call_flown(snapshot, *pilot) == call;
    let certain = pilots.iter().copied().find(|pilot| same(pilot));
    let pilot = certain.or_else(|| pilots.first().copied().filter(|_| pilots.len() == 1));
    let n = site::waiters(members.len());
    let function = site::function(snapshot, first);
    let headline = match pilot {
        Some(pilot) => format!(
            "{n} in `{function}` for one call of `{}`, which is {}",
            site::function(snapshot, pilot),
            snapshot.members[pilot as usize].waiting
        ),
        None => format!("{n} in `{function}` for one singleflight call"),
    };
    let mut diagnosis =
        Diagnosis::new(class("shared-call-pile-up"), headline).sure(match certain {
            Some(_) => Confidence::High,
            None => Confidence::Medium,
        });
    if let Some(pilot) = pilot {
        let id = site::id(snapshot, pilot);
        diagnosis = diagnosis
            .seen(if certain.is_some() {
                format!("goroutine {id} makes the call: both name the same flight in memory")
            } else {
                format!("goroutine {id} is the only one that makes a call for a flight")
            })
            .at(site::of_member(snapshot, SiteRole::Holds, pilot, 1));
    }
    if 0 < old {
        diagnosis = diagnosis.seen(format!("the longest has waited for {old} minutes"));
    }
    diagnosis.weight += members.len().ilog2().min(10);
    Some(with_places(snapshot, diagnosis, members, SiteRole::Waits))
}

/// The flight that a member waits for: its WaitGroup is the first field of the call.
fn call_waited_for(snapshot: &Snapshot<'_>, member: u32) -> Option<u64> {
    let frames = snapshot.stack(member).iter();
    let mut waits = frames.filter(|frame| snapshot.roles.get(frame.func) == Role::GroupWait);
    let word = contend_dumps::words(snapshot.document.args(waits.next()?)?).next()?;
    word.sure.then_some(word.value)
}

/// The flight that a member flies: the second argument of doCall.
fn call_flown(snapshot: &Snapshot<'_>, member: u32) -> Option<u64> {
    let frames = snapshot.stack(member).iter();
    let mut calls = frames.filter(|frame| snapshot.roles.get(frame.func) == Role::FlightCall);
    let words = contend_dumps::words(snapshot.document.args(calls.next()?)?);
    words
        .filter(|word| word.index == 1 && word.sure)
        .map(|word| word.value)
        .next()
}
