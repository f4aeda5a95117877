//! Java: lock circles, threads that never leave a HashMap, changed collections.

use contend_dumps::{Document, Frame, JvmDump, JvmRelation, JvmThread};
use contend_finding::Confidence;
use rustc_hash::FxHashMap;

use crate::{Diagnosis, SiteRole, class, site};

pub(crate) fn threads(document: &Document<'_>) -> Vec<Diagnosis> {
    let mut all: Vec<Diagnosis> = document
        .jvm
        .iter()
        .flat_map(|dump| circles(document, dump))
        .collect();
    all.extend(map_loops(document));
    all
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

fn top_site(document: &Document<'_>, thread: &JvmThread, role: SiteRole) -> Option<crate::Site> {
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

/// Methods that a broken chain or tree never leaves.
const LOOPS: &[&str] = &[
    "java.util.HashMap.",
    "java.util.HashMap$TreeNode.",
    "java.util.TreeMap.",
    "java.util.WeakHashMap.",
    "java.util.LinkedHashMap.",
];

/// A thread that is in a map in all dumps of a process and used the processor all the time.
fn map_loops(document: &Document<'_>) -> Vec<Diagnosis> {
    let [first, .., last] = &document.jvm[..] else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for thread in &last.threads {
        let before = first.threads.iter().find(|old| old.name == thread.name);
        let Some(before) = before else { continue };
        if !in_map(document, before) || !in_map(document, thread) {
            continue;
        }
        let (Some(busy), Some(span)) = (
            difference(before.cpu_ms, thread.cpu_ms),
            difference(before.elapsed_s, thread.elapsed_s),
        ) else {
            continue;
        };
        if span <= 0.0 || busy < span * 1000.0 * 0.7 {
            continue;
        }
        let name = document.name(thread.name);
        all.push(
            Diagnosis::new(
                class("jvm-map-loop"),
                format!("Java thread `{name}` does not leave a map"),
            )
            .sure(if 5.0 <= span {
                Confidence::High
            } else {
                Confidence::Medium
            })
            .at(top_site(document, thread, SiteRole::Failed))
            .seen(format!(
                "it is inside the map in both dumps and used {busy:.0} ms of processor in {span:.1} s"
            ))
            .of(1),
        );
    }
    all
}

fn difference(before: Option<f64>, after: Option<f64>) -> Option<f64> {
    Some(after? - before?)
}

fn in_map(document: &Document<'_>, thread: &JvmThread) -> bool {
    let runs = thread
        .state
        .is_some_and(|state| document.name_bytes(state) == b"RUNNABLE");
    let top = document.stack(thread.frames).first();
    runs && top.is_some_and(|frame| {
        let name = document.name(frame.func);
        LOOPS.iter().any(|start| name.starts_with(start))
    })
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
