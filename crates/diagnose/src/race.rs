//! Reports of the race detector.

use contend_base::Range;
use contend_dumps::{Document, Frame, RaceAccess, RaceReport};
use contend_sched::{Role, Roles};

use crate::{Diagnosis, Site, SiteRole, class, site};

/// What is left where the detector forgot how the other side got there.
const LOST: &str = "the detector no longer knew the stack of one side; where its goroutine was \
                    started is the best lead";
const MORE_HISTORY: &str = "Run again with GORACE=history_size=7: the detector then remembers \
                            more of what each goroutine did.";

/// One verdict a report; equal ones are merged later.
pub(crate) fn races(document: &Document<'_>, roles: &Roles) -> Vec<Diagnosis> {
    let reports = document.races.iter();
    reports
        .filter_map(|report| race(document, roles, report))
        .collect()
}

fn race(document: &Document<'_>, roles: &Roles, report: &RaceReport) -> Option<Diagnosis> {
    let [first, second, ..] = &report.accesses[..] else {
        return None;
    };
    let on_map = report.accesses.iter().any(|access| {
        let top = document.stack(access.frames).first();
        top.is_some_and(|frame| document.name_bytes(frame.func).starts_with(b"runtime.map"))
    });
    let name = |access: &RaceAccess| {
        user_frame(document, roles, access.frames)
            .map(|frame| format!("`{}`", document.name(frame.func)))
    };
    let names = [first, second].map(name);
    let alike = names[0].is_some() && names[0] == names[1];
    let or_number = |name: Option<String>, access: &RaceAccess| {
        let id = access.goroutine.unwrap_or(1);
        name.unwrap_or_else(|| format!("goroutine {id}"))
    };
    let [one, other] = names;
    let (one, other) = (or_number(one, first), or_number(other, second));
    let verb = |access: &RaceAccess| if access.write { "writes" } else { "reads" };
    let mut diagnosis = Diagnosis::new(
        class(if on_map { "data-race-map" } else { "data-race" }),
        format!(
            "{one} {} what {other} {} without order",
            verb(first),
            verb(second)
        ),
    )
    .of(2);
    for access in &report.accesses {
        let role = if access.write {
            SiteRole::Write
        } else {
            SiteRole::Read
        };
        let id = access.goroutine.unwrap_or(1);
        diagnosis = diagnosis.at(user_site(document, roles, role, access.frames, id));
        if alike {
            diagnosis = diagnosis.at(caller(document, roles, access.frames, id));
        }
        if through_atomic(document, access.frames) {
            diagnosis = diagnosis
                .seen(
                    "one side is atomic, the other is not: an atomic access orders only \
                       against atomic ones",
                )
                .advise("Use the types of sync/atomic (atomic.Int64), which have no plain access.");
        }
    }
    for goroutine in &report.goroutines {
        diagnosis = diagnosis.at(user_site(
            document,
            roles,
            SiteRole::Started,
            goroutine.frames,
            goroutine.id,
        ));
    }
    diagnosis = diagnosis.at(user_site(
        document,
        roles,
        SiteRole::Allocated,
        report.allocation,
        0,
    ));
    if report
        .accesses
        .iter()
        .any(|access| access.frames.is_empty())
    {
        diagnosis = diagnosis.seen(LOST).advise(MORE_HISTORY);
    }
    if let Some(memory) = report.memory {
        diagnosis = diagnosis.seen(document.str(memory).trim().to_owned());
    }
    diagnosis.order = u64::from(report.span.start);
    Some(diagnosis)
}

fn through_atomic(document: &Document<'_>, frames: Range<Frame>) -> bool {
    let top = document.stack(frames).first();
    top.is_some_and(|frame| is_atomic(document, frame))
}

/// The functions of the atomic packages are assembly: the user's code is behind them.
fn is_atomic(document: &Document<'_>, frame: &Frame) -> bool {
    let name = document.name_bytes(frame.func);
    name.starts_with(b"sync/atomic.") || name.starts_with(b"internal/runtime/atomic.")
}

fn user_frame<'d>(
    document: &'d Document<'_>,
    roles: &Roles,
    frames: Range<Frame>,
) -> Option<&'d Frame> {
    let stack = document.stack(frames);
    stack
        .iter()
        .find(|frame| roles.get(frame.func) == Role::User && !is_atomic(document, frame))
        .or_else(|| stack.first())
}

/// Who called the function that both sides are in: that is what tells them apart.
fn caller(
    document: &Document<'_>,
    roles: &Roles,
    frames: Range<Frame>,
    goroutine: u64,
) -> Option<Site> {
    let stack = document.stack(frames);
    let inner = user_frame(document, roles, frames)?;
    let behind = stack.iter().skip_while(|frame| *frame != inner).skip(1);
    let mut users = behind.filter(|frame| roles.get(frame.func) == Role::User);
    let frame = users.find(|frame| frame.func != inner.func)?;
    let role = SiteRole::Called;
    Some(site::of_frame(document, role, frame, 1, goroutine))
}

fn user_site(
    document: &Document<'_>,
    roles: &Roles,
    role: SiteRole,
    frames: Range<Frame>,
    goroutine: u64,
) -> Option<Site> {
    let frame = user_frame(document, roles, frames)?;
    Some(site::of_frame(document, role, frame, 1, goroutine))
}
