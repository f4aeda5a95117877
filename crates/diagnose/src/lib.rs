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

mod class;
mod crash;
mod diagnosis;
mod hang;
mod jvm;
mod leak;
mod lock;
mod map_crash;
mod message;
mod prevention;
mod race;
mod several;
mod site;

use contend_dumps::{Document, Dump, HeadlineKind};
use contend_sched::Snapshot;

pub use class::{Class, class, classes};
pub use diagnosis::{Diagnosis, Site, SiteRole};
pub use message::{Kind, Message, message, messages};
pub use several::{Change, GroupCount, compare, conclude, count_groups, over_time};

/// The verdicts on one text, the most telling first.
///
/// Equal crashes of one text are one verdict; what happened more than once says how often.
pub fn diagnose(document: &Document<'_>) -> Vec<Diagnosis> {
    conclude(observe(document))
}

/// The verdicts on each part of a text, in no useful order: for [`conclude`], which takes those of
/// several texts together.
pub fn observe(document: &Document<'_>) -> Vec<Diagnosis> {
    let mut all = Vec::new();
    for dump in &document.dumps {
        all.extend(of_dump(document, dump));
    }
    all.extend(race::races(document));
    all.extend(leak::of_profiles(document));
    all.extend(jvm::threads(document));
    all.extend(jvm::exceptions(document));
    all
}

fn of_dump(document: &Document<'_>, dump: &Dump) -> Vec<Diagnosis> {
    let snapshot = Snapshot::of(document, dump);
    let headlines = &document.headlines[dump.headlines.as_usize()];
    let crash = crash::crash(&snapshot, headlines);
    let hangs = headlines
        .iter()
        .all(|headline| matches!(headline.kind, HeadlineKind::Signal | HeadlineKind::Note))
        || crash.as_ref().is_some_and(|found| found.class.is_hang);
    let mut all = if hangs {
        hang::hang(&snapshot, crash.as_ref())
    } else {
        Vec::new()
    };
    all.extend(crash);
    for diagnosis in &mut all {
        diagnosis.order = u64::from(dump.span.start);
    }
    all
}
