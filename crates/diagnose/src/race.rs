//! Reports of the race detector.

use contend_base::Range;
use contend_dumps::{Document, Frame, RaceReport};
use contend_sched::{Role, Roles};

use crate::{Diagnosis, Site, SiteRole, class, site};

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
    let name = |access: &contend_dumps::RaceAccess| {
        user_frame(document, roles, access.frames).map_or_else(
            || "an unknown function".to_owned(),
            |frame| document.name(frame.func).into_owned(),
        )
    };
    let verb = |access: &contend_dumps::RaceAccess| if access.write { "writes" } else { "reads" };
    let mut diagnosis = Diagnosis::new(
        class(if on_map { "data-race-map" } else { "data-race" }),
        format!(
            "`{}` {} what `{}` {} without order",
            name(first),
            verb(first),
            name(second),
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
