//! Programs that are asleep because a call waits for its own caller.

use contend_finding::Confidence;
use contend_sched::{Role, Snapshot};

use crate::hang::having;
use crate::{Diagnosis, SiteRole, class, site};

/// Goroutines that wait in a function which stands a second time further out on their own stack.
/// Meant for programs in which nobody else is left to wake them: recursive functions that wait for
/// their children look alike.
pub(crate) fn waits(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    let members = having(snapshot, |member| {
        let waiting = snapshot.members[member as usize].waiting;
        waiting.on_goroutine()
            && !waiting.on_lock()
            && !snapshot.passes(member, Role::FlightCall)
            && again(snapshot, member).is_some()
    });
    let first = *members.first()?;
    let outer = again(snapshot, first)?;
    let document = snapshot.document;
    let function = site::function(snapshot, first);
    let id = site::id(snapshot, first);
    let mut between: Vec<String> = snapshot
        .user_frames(first)
        .skip(1)
        .take(outer - 1)
        .map(|frame| format!("`{}`", document.name(frame.func)))
        .collect();
    between.reverse();
    let mut diagnosis = Diagnosis::new(
        class("reentrant-wait"),
        format!("`{function}` waits inside an earlier call of itself, further out on its stack"),
    )
    .sure(Confidence::Medium)
    .at(site::of_member(
        snapshot,
        SiteRole::Waits,
        first,
        members.len(),
    ))
    .at(site::dependency(snapshot, first, members.len()).and_then(|(_, caller)| caller))
    .of(members.len());
    if !between.is_empty() {
        diagnosis = diagnosis.seen(format!(
            "the way from the outer call to the inner one: {}",
            between.join(", ")
        ));
    }
    let frame = snapshot.user_frames(first).nth(outer);
    Some(
        diagnosis
            .at(frame
                .map(|frame| site::of_frame(document, SiteRole::Holds, frame, members.len(), id))),
    )
}

/// How many frames of the user's code further out the innermost function stands again.
fn again(snapshot: &Snapshot<'_>, member: u32) -> Option<usize> {
    let inner = snapshot.user_frame(member)?.func;
    let mut frames = snapshot.user_frames(member).enumerate().skip(1);
    frames
        .find(|(_, frame)| frame.func == inner)
        .map(|(at, _)| at)
}
