//! Sites and words for members of a snapshot.

use contend_dumps::{Document, Frame};
use contend_sched::Snapshot;

use crate::{Site, SiteRole};

pub(crate) fn of_frame(
    document: &Document<'_>,
    role: SiteRole,
    frame: &Frame,
    goroutines: usize,
    example: u64,
) -> Site {
    Site {
        role,
        function: document.name(frame.func).into_owned(),
        file: frame
            .file
            .map_or_else(String::new, |file| document.name(file).into_owned()),
        line: frame.line,
        goroutines,
        example,
    }
}

/// The innermost place of the user's code; the innermost frame at all if there is none.
pub(crate) fn of_member(
    snapshot: &Snapshot<'_>,
    role: SiteRole,
    member: u32,
    goroutines: usize,
) -> Option<Site> {
    let frame = frame(snapshot, member)?;
    let id = id(snapshot, member);
    Some(of_frame(snapshot.document, role, frame, goroutines, id))
}

/// The innermost frame of the user's code; the innermost one at all if there is none.
pub(crate) fn frame<'d>(snapshot: &Snapshot<'d>, member: u32) -> Option<&'d Frame> {
    let user = snapshot.user_frame(member);
    user.or_else(|| snapshot.stack(member).first())
}

/// Where a member was started.
pub(crate) fn of_creator(snapshot: &Snapshot<'_>, member: u32, goroutines: usize) -> Option<Site> {
    let goroutine = snapshot.members[member as usize].goroutine;
    let creator = goroutine.creator.as_ref()?;
    Some(of_frame(
        snapshot.document,
        SiteRole::Started,
        &creator.frame,
        goroutines,
        goroutine.id,
    ))
}

/// `main.run` of a member, for sentences.
pub(crate) fn function(snapshot: &Snapshot<'_>, member: u32) -> String {
    frame(snapshot, member).map_or_else(
        || "an unknown function".to_owned(),
        |frame| snapshot.document.name(frame.func).into_owned(),
    )
}

/// `1 goroutine`, `3 goroutines`.
pub(crate) fn count(n: usize, word: &str) -> String {
    if n == 1 {
        format!("1 {word}")
    } else {
        format!("{n} {word}s")
    }
}

/// The number of a member's goroutine.
pub(crate) fn id(snapshot: &Snapshot<'_>, member: u32) -> u64 {
    snapshot.members[member as usize].goroutine.id
}
