//! Functions that stand on one stack again and again.

use contend_dumps::{Frame, NameId, flags};
use contend_finding::Confidence;
use contend_sched::{Snapshot, Waiting};

use crate::{Diagnosis, SiteRole, class, site};

/// How often a function of the user stands on a stack.
pub(crate) type Counts = Vec<(usize, NameId)>;

/// The functions of the user that stand more than once on a stack, the innermost first.
pub(crate) fn counts(snapshot: &Snapshot<'_>, member: u32) -> Counts {
    let mut counts: Counts = Vec::new();
    for frame in snapshot.user_frames(member) {
        match counts.iter_mut().find(|(_, func)| *func == frame.func) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, frame.func)),
        }
    }
    counts.retain(|(count, _)| 1 < *count);
    counts
}

/// A sentence about [`counts`]; `None` if there are none.
pub(crate) fn in_words(snapshot: &Snapshot<'_>, counts: &Counts) -> Option<String> {
    let again = counts.iter().take(4);
    let again: Vec<String> = again
        .map(|(count, func)| format!("`{}` {count} times", snapshot.document.name(*func)))
        .collect();
    (!again.is_empty()).then(|| format!("on what is printed of the stack: {}", again.join(", ")))
}

/// The goroutine that is deepest in a recursion: its stack was too deep to be printed, and one
/// function makes up a good part of it.
pub(crate) fn deep(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    let depth = |member: u32| {
        let goroutine = snapshot.members[member as usize].goroutine;
        snapshot.stack(member).len() + goroutine.elided as usize
    };
    let (member, most, func) = (0..snapshot.members.len() as u32)
        .filter(|member| {
            let goroutine = snapshot.members[*member as usize].goroutine;
            goroutine.flags & flags::ELIDED != 0
        })
        .filter_map(|member| {
            let (most, func) = counts(snapshot, member).into_iter().max_by_key(|it| it.0)?;
            (snapshot.stack(member).len() < 4 * most).then_some((member, most, func))
        })
        .max_by_key(|(member, ..)| (depth(*member), std::cmp::Reverse(*member)))?;
    let name = snapshot.document.name(func);
    let id = site::id(snapshot, member);
    let mut stack = snapshot.stack(member).iter();
    let at = stack.find(|frame: &&Frame| frame.func == func)?;
    let mut diagnosis = Diagnosis::new(
        class("deep-recursion"),
        format!(
            "goroutine {id} is more than {} calls deep, inside `{name}` again and again",
            depth(member) - 1
        ),
    )
    .sure(Confidence::Low)
    .of(1);
    let place = site::of_frame(snapshot.document, SiteRole::Repeats, at, 1, id);
    if snapshot.members[member as usize].waiting == Waiting::Running {
        diagnosis = diagnosis.seen("it is running");
    }
    let elided = snapshot.members[member as usize].goroutine.elided;
    Some(
        diagnosis
            .at(Some(place))
            .at(site::of_creator(snapshot, member, 1))
            .seen(format!(
                "`{name}` stands {most} times on what is printed of the stack"
            ))
            .seen(match elided {
                0 => "frames in the middle were left out by the runtime".to_owned(),
                n => format!("{n} more frames were left out by the runtime"),
            }),
    )
}
