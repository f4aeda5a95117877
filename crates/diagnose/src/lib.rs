//! Verdicts on what a Go program (or a Java machine) left behind: which fault it is, what speaks
//! for it, what that does not prove, where the other side is likely to be, and what to do.
//!
//! It knows no output format and opens no file.
//!
//! ```
//! let text = b"fatal error: concurrent map writes\n\ngoroutine 7 [running]:\n\
//! main.add(0xc000012345)\n\t/src/main.go:11 +0x2d\n";
//! let document = contend_dumps::parse(text);
//! let diagnoses = contend_diagnose::diagnose(&document);
//! assert_eq!(diagnoses[0].class.id, "map-write-write");
//! ```

mod channel;
mod channel_circle;
mod class;
mod crash;
mod diagnosis;
mod flight;
mod hang;
mod jvm;
mod jvm_map;
mod leak;
mod lock;
mod map_crash;
mod message;
mod outside;
mod pool;
mod prevention;
mod race;
mod recursion;
mod reentrant;
mod several;
mod site;
mod wakeup;

use contend_dumps::{Document, Headline, HeadlineKind};
use contend_sched::{Roles, Snapshot};

pub use class::{Class, class, classes};
pub use diagnosis::{Diagnosis, Site, SiteRole};
pub use jvm_map::{ThreadInMap, map_loops, threads_in_maps};
pub use message::{Kind, Message, message, messages};
pub use several::{Change, GroupCount, compare, conclude, group_counts, over_time, profile_counts};

/// The verdicts on one text, the most telling first.
///
/// Equal crashes of one text are one verdict; what happened more than once says how often.
pub fn diagnose(document: &Document<'_>) -> Vec<Diagnosis> {
    let mut all = observe(document);
    all.extend(map_loops(&threads_in_maps(document)));
    conclude(all)
}

/// The verdicts on each part of a text, in no useful order: for [`conclude`], which takes those of
/// several texts together.
fn observe(document: &Document<'_>) -> Vec<Diagnosis> {
    let roles = Roles::of(document);
    let mut all = Vec::new();
    for dump in &document.dumps {
        all.extend(of_dump(&Snapshot::of(document, &roles, dump)));
    }
    all.extend(beside_dumps(document, &roles));
    all
}

/// The verdicts on what a text holds beside dumps: race reports, profiles, Java machines.
pub fn beside_dumps(document: &Document<'_>, roles: &Roles) -> Vec<Diagnosis> {
    let mut all = race::races(document, roles);
    all.extend(leak::of_profiles(document, roles));
    all.extend(jvm::threads(document));
    all.extend(jvm::exceptions(document));
    all.extend(outside::no_descriptor(document));
    all
}

/// True for a dump of all goroutines of a program that went on: only such ones can be compared.
/// What a crash prints belongs to one process, and is often one goroutine.
pub fn is_snapshot(snapshot: &Snapshot<'_>) -> bool {
    let headlines = &snapshot.document.headlines[snapshot.dump.headlines.as_usize()];
    let is_quiet = |it: &Headline| matches!(it.kind, HeadlineKind::Signal | HeadlineKind::Note);
    headlines.iter().all(is_quiet)
        && (1 < snapshot.members.len() || crash::without_reason(snapshot).is_none())
}

/// The verdicts on one dump, in no useful order.
pub fn of_dump(snapshot: &Snapshot<'_>) -> Vec<Diagnosis> {
    let headlines = &snapshot.document.headlines[snapshot.dump.headlines.as_usize()];
    let crash = if headlines.is_empty() {
        crash::without_reason(snapshot)
    } else {
        crash::crash(snapshot, headlines)
    };
    let is_quiet =
        |headline: &Headline| matches!(headline.kind, HeadlineKind::Signal | HeadlineKind::Note);
    let hangs = headlines.iter().all(is_quiet)
        && crash
            .as_ref()
            .is_none_or(|it| it.class.is_hang || 1 < snapshot.members.len())
        || crash.as_ref().is_some_and(|found| found.class.is_hang);
    let mut all = if hangs {
        hang::hang(snapshot, crash.as_ref())
    } else {
        Vec::new()
    };
    // That all are asleep stands among the evidence of what tells why.
    all.extend(crash.filter(|found| !(found.class.id == "all-asleep" && told(&all))));
    for diagnosis in &mut all {
        diagnosis.order = u64::from(snapshot.dump.span.start);
    }
    all
}

/// True if a verdict says more than that all are asleep.
fn told(all: &[Diagnosis]) -> bool {
    all.iter()
        .any(|found| class("all-asleep").weight < found.weight)
}
