//! What the source is asked about a verdict.

use contend_diagnose::{Diagnosis, Site, SiteRole};
use contend_rules::{Deed, Thing};

use crate::Explanation;

/// What is to be looked for in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The number of the verdict.
    pub verdict: usize,
    /// The kinds of things that it may be about.
    pub things: Vec<Thing>,
    /// The packages that the stack names, whoever they belong to.
    pub packages: Vec<String>,
}

impl Question {
    /// The question about the most telling verdict that a source can say something about.
    pub fn of(explanation: &Explanation) -> Option<Self> {
        let mut all = explanation.diagnoses.iter().enumerate();
        all.find_map(|(verdict, diagnosis)| {
            let things = things(diagnosis);
            (!things.is_empty() && !way(diagnosis).is_empty()).then(|| {
                let mut packages: Vec<String> = way(diagnosis)
                    .iter()
                    .map(|site| package_of(&site.function))
                    .collect();
                packages.dedup();
                Self {
                    verdict,
                    things: things.to_vec(),
                    packages,
                }
            })
        })
    }
}

/// The package of a function of a dump, which writes a dot of the last element as `%2e`.
fn package_of(function: &str) -> String {
    let slash = function.rfind('/').map_or(0, |at| at + 1);
    let dot = function[slash..]
        .find('.')
        .map_or(function.len(), |at| slash + at);
    function[..dot].replace("%2e", ".")
}

/// The frames of who failed, or of who waits, the innermost first.
pub(super) fn way(diagnosis: &Diagnosis) -> Vec<Site> {
    if !diagnosis.way.is_empty() {
        return diagnosis.way.clone();
    }
    let roles = [
        SiteRole::Write,
        SiteRole::Read,
        SiteRole::Failed,
        SiteRole::Waits,
        SiteRole::Holds,
        SiteRole::Called,
    ];
    let sites = diagnosis.sites.iter();
    let mut way: Vec<Site> = sites
        .filter(|it| roles.contains(&it.role))
        .cloned()
        .collect();
    // A waiter stands at what is asked for; a holder may stand at another thing of the kind.
    way.sort_by_key(|it| it.role == SiteRole::Holds);
    way
}

/// What a fault is about; nothing for those that a source cannot say more about.
fn things(diagnosis: &Diagnosis) -> &'static [Thing] {
    match diagnosis.fault().id {
        "data-race-map" | "map-damaged" => &[Thing::Map],
        id if id.starts_with("map-") => &[Thing::Map],
        "send-on-closed" | "close-of-closed" | "close-of-nil" | "nil-channel"
        | "channel-pile-up" | "channel-circle" => &[Thing::Channel],
        "goroutine-leak" | "leaked-goroutine" => &[Thing::Channel, Thing::WaitGroup],
        "all-asleep" | "main-goexit" => &[Thing::Channel, Thing::WaitGroup, Thing::Lock],
        "waitgroup-negative" | "waitgroup-misuse" => &[Thing::WaitGroup],
        "unlock-of-unlocked"
        | "rwmutex-unlock-of-unlocked"
        | "double-lock"
        | "rwmutex-upgrade"
        | "recursive-read-lock"
        | "lock-pile-up"
        | "lock-without-holder"
        | "lock-convoy"
        | "rwmutex-convoy" => &[Thing::Lock],
        "nil-dereference" => &[Thing::Reference],
        "out-of-range" => &[Thing::Slice],
        "data-race" => &[Thing::Variable],
        "nil-map-write" => &[Thing::Map],
        "lock-partner-wait" => &[Thing::Channel, Thing::WaitGroup],
        _ => &[],
    }
}

/// What was done where the program died or waits.
pub(super) fn deeds(diagnosis: &Diagnosis) -> &'static [Deed] {
    match diagnosis.fault().id {
        "send-on-closed" => &[Deed::Sends],
        "close-of-closed" | "close-of-nil" => &[Deed::Closes],
        "waitgroup-negative" => &[Deed::Dones, Deed::Adds],
        "waitgroup-misuse" => &[Deed::Adds, Deed::Waits],
        "unlock-of-unlocked" | "rwmutex-unlock-of-unlocked" => &[Deed::Unlocks, Deed::ReadUnlocks],
        "nil-dereference" | "out-of-range" => &[Deed::Reads],
        "data-race" => match way(diagnosis).first().map(|it| it.role) {
            Some(SiteRole::Write) => &[Deed::Writes, Deed::Clears],
            _ => &[Deed::Reads],
        },
        _ => &[
            Deed::Sends,
            Deed::Receives,
            Deed::Waits,
            Deed::Locks,
            Deed::ReadLocks,
        ],
    }
}
