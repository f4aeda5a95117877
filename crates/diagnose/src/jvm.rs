//! Java: lock circles, and collections that changed under a walk.

use contend_dumps::{Document, Frame, JvmDump, JvmRelation, JvmThread};
use contend_finding::Confidence;
use rustc_hash::FxHashMap;

use crate::{Diagnosis, SiteRole, class, site};

pub(crate) fn threads(document: &Document<'_>) -> Vec<Diagnosis> {
    let dumps = document.jvm.iter();
    dumps.flat_map(|dump| circles(document, dump)).collect()
}

/// Threads that wait for each other. Owners are printed, so each step is certain.
fn circles(document: &Document<'_>, dump: &JvmDump) -> Vec<Diagnosis> {
    let mut owner: FxHashMap<u64, usize> = FxHashMap::default();
    for (slot, thread) in dump.threads.iter().enumerate() {
        for lock in &thread.locks {
            if lock.relation == JvmRelation::Holds {
                owner.insert(lock.address, slot);
            }
        }
    }
    let next = |slot: usize| -> Option<(usize, u64)> {
        let wanted = dump.threads[slot].locks.iter().find(|lock| {
            matches!(
                lock.relation,
                JvmRelation::WaitsToLock | JvmRelation::ParksFor
            )
        })?;
        let holder = *owner.get(&wanted.address)?;
        Some((holder, wanted.address))
    };
    let mut seen = vec![false; dump.threads.len()];
    let mut all = Vec::new();
    for start in 0..dump.threads.len() {
        let mut steps = Vec::new();
        let mut at = start;
        while !seen[at] {
            seen[at] = true;
            let Some((holder, address)) = next(at) else {
                break;
            };
            steps.push((at, address));
            at = holder;
        }
        // The walk may have come to the circle from outside.
        if let Some(first) = steps.iter().position(|(slot, _)| *slot == at) {
            all.push(circle(document, dump, &steps[first..]));
        }
    }
    all
}

fn circle(document: &Document<'_>, dump: &JvmDump, steps: &[(usize, u64)]) -> Diagnosis {
    let name = |slot: usize| document.name(dump.threads[slot].name).into_owned();
    let names: Vec<String> = steps
        .iter()
        .map(|(slot, _)| format!("`{}`", name(*slot)))
        .collect();
    let mut diagnosis = Diagnosis::new(
        class("jvm-deadlock"),
        format!(
            "Java threads {} wait for each other's locks in a circle",
            names.join(" and ")
        ),
    )
    .of(steps.len());
    for (i, (slot, address)) in steps.iter().enumerate() {
        let holder = steps[(i + 1) % steps.len()].0;
        diagnosis = diagnosis
            .seen(format!(
                "`{}` waits for 0x{address:x}, which `{}` holds",
                name(*slot),
                name(holder)
            ))
            .at(top_site(document, &dump.threads[*slot], SiteRole::Waits));
    }
    if 0 < dump.deadlocks {
        diagnosis = diagnosis.seen("the machine itself reports the deadlock");
    }
    diagnosis
}

pub(crate) fn top_site(
    document: &Document<'_>,
    thread: &JvmThread,
    role: SiteRole,
) -> Option<crate::Site> {
    let stack = document.stack(thread.frames);
    let frame = user_frame(document, stack)?;
    Some(site::of_frame(document, role, frame, 1, 0))
}

/// The innermost frame outside of the Java library.
fn user_frame<'d>(document: &Document<'_>, stack: &'d [Frame]) -> Option<&'d Frame> {
    let library = |frame: &&Frame| {
        let name = document.name_bytes(frame.func);
        [&b"java."[..], b"javax.", b"jdk.", b"sun."]
            .iter()
            .any(|start| name.starts_with(start))
    };
    stack.iter().find(|f| !library(f)).or_else(|| stack.first())
}

pub(crate) fn exceptions(document: &Document<'_>) -> Vec<Diagnosis> {
    let exceptions = document.exceptions.iter();
    exceptions
        .map(|exception| {
            let stack = document.stack(exception.frames);
            let user = user_frame(document, stack);
            let function = user.map_or_else(
                || "unknown code".to_owned(),
                |frame| document.name(frame.func).into_owned(),
            );
            let mut diagnosis = Diagnosis::new(
                class("jvm-concurrent-modification"),
                format!("`{function}` walks over a collection that changed meanwhile"),
            )
            .sure(Confidence::Medium)
            .at(user.map(|frame| site::of_frame(document, SiteRole::Failed, frame, 1, 0)))
            .seen(document.str(exception.line).trim().to_owned())
            .of(1);
            diagnosis.order = u64::from(exception.line.start);
            diagnosis
        })
        .collect()
}
