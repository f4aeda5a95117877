//! Programs that stopped: everything the waits of their goroutines tell.

use contend_dumps::flags;
use contend_finding::Confidence;
use contend_sched::{Snapshot, Waiting, channel_pages, lock_pages};

use crate::{Diagnosis, SiteRole, channel, class, flight, leak, lock, outside, reentrant, site};

/// The verdicts on the waits of a dump. `crash` is what the headlines say, if they say something.
pub(crate) fn hang(snapshot: &Snapshot<'_>, crash: Option<&Diagnosis>) -> Vec<Diagnosis> {
    let all_asleep = crash.is_some_and(|found| {
        matches!(
            found.class.id,
            "all-asleep" | "main-goexit" | "synctest-deadlock"
        )
    });
    let mut all = Vec::new();
    all.extend(leaked(snapshot));
    all.extend(nil_channels(snapshot));
    all.extend(flight::self_waits(snapshot));
    all.extend(flight::pile_ups(snapshot));
    let pages = lock_pages(snapshot);
    all.extend(lock::of_pages(snapshot, &pages, all_asleep));
    let channels = channel_pages(snapshot);
    let places = channel::places(&channels);
    all.extend(channel::pile_ups(snapshot, &channels, &places));
    all.extend(leak::of_groups(snapshot, &places));
    all.extend(outside::waits(snapshot));
    all.extend(cut(snapshot));
    if all_asleep {
        all.extend(reentrant::waits(snapshot));
        for diagnosis in &mut all {
            diagnosis.confidence = diagnosis.confidence.max(Confidence::Medium);
            diagnosis.evidence.insert(
                0,
                "the runtime said that all goroutines are asleep, so nobody else can help"
                    .to_owned(),
            );
        }
        if all
            .iter()
            .all(|found| found.weight < class("all-asleep").weight)
        {
            all.push(who_waits(snapshot));
        }
    } else if all.is_empty() && crash.is_none() {
        all.push(nothing(snapshot));
    }
    all
}

/// Goroutines that the collector proved to be leaked.
fn leaked(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    let members: Vec<u32> = having(snapshot, |member| {
        snapshot.members[member as usize].goroutine.flags & flags::LEAKED != 0
    });
    let first = *members.first()?;
    let diagnosis = Diagnosis::new(
        class("leaked-goroutine"),
        format!(
            "{} can never be woken, the first in `{}`",
            site::count(members.len(), "goroutine"),
            site::function(snapshot, first)
        ),
    );
    Some(
        with_places(snapshot, diagnosis, &members, SiteRole::Waits)
            .seen("the headers say `(leaked)`: the collector found no way to wake them"),
    )
}

fn nil_channels(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    let members = having(snapshot, |member| {
        snapshot.members[member as usize].waiting == Waiting::NilChan
    });
    let first = *members.first()?;
    let diagnosis = Diagnosis::new(
        class("nil-channel"),
        format!(
            "`{}` uses a nil channel and waits for ever",
            site::function(snapshot, first)
        ),
    );
    Some(
        with_places(snapshot, diagnosis, &members, SiteRole::Waits)
            .seen("the headers say `(nil chan)`, which is certain"),
    )
}

/// The text breaks off inside of its last goroutine, or where `runtime/pprof` always breaks off.
fn cut(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    /// Where `runtime/pprof` stops to double its buffer.
    const CAP: usize = 64 << 20;
    let document = snapshot.document;
    let last = snapshot.members.last()?.goroutine;
    let ends_text = document.goroutines.last().map(|it| it.header) == Some(last.header);
    let at_cap = document.text.len() == CAP && ends_text;
    let inside = last.flags & flags::CUT != 0;
    // A text that just lacks its last newline is the usual way of copying it.
    let frames = document.stack(last.frames);
    let lacks_place = frames.last().is_none_or(|frame| frame.file.is_none());
    let is_cut = at_cap || inside && last.creator.is_none() && lacks_place;
    if !is_cut {
        return None;
    }
    let diagnosis = Diagnosis::new(
        class("dump-cut"),
        format!(
            "the text ends {} goroutine {}, after {}",
            if inside { "inside" } else { "behind" },
            last.id,
            site::count(snapshot.members.len(), "goroutine")
        ),
    );
    Some(if at_cap {
        diagnosis.seen("it is exactly 64 MiB long, which is the limit of debug=2")
    } else {
        diagnosis
    })
}

/// How far a wait is from the cause, where all wait: a WaitGroup waits for goroutines that wait for
/// something else, and whoever receives waits for what senders could not do.
fn depth(waiting: Waiting) -> u8 {
    match waiting {
        Waiting::WaitGroup => 4,
        Waiting::ChanReceive => 3,
        Waiting::Select => 2,
        Waiting::ChanSend => 1,
        _ => 0,
    }
}

/// What to look for where the partner of a wait is gone. `alone`: nobody waits for anything else.
fn missing_partner(waiting: Waiting, function: &str, alone: bool) -> Option<String> {
    Some(match waiting {
        Waiting::Cond => format!(
            "A Signal that comes before the Wait is lost: test what `{function}` waits for in a \
             loop around Wait, and change it under the same lock."
        ),
        Waiting::ChanSend => format!(
            "Nobody receives from the channel of `{function}`: look for a receiver that has \
             returned, on an error for instance. Let senders select on ctx.Done() as well."
        ),
        Waiting::Select => format!(
            "No case of the select in `{function}` can come any more: cancel its context when \
             another part fails, as errgroup.WithContext does."
        ),
        Waiting::ChanReceive => format!(
            "Nobody sends to the channel of `{function}` or closes it: `range` over a channel \
             ends only when it is closed."
        ),
        Waiting::WaitGroup if alone => "Done was called less often than Add has counted: a \
             goroutine ended without it, or was never started. `defer wg.Done()` runs on every \
             path."
            .to_owned(),
        _ => return None,
    })
}

/// All asleep, and nothing more special: say what each waits for.
fn who_waits(snapshot: &Snapshot<'_>) -> Diagnosis {
    let mut waiting: Vec<_> = snapshot
        .groups
        .iter()
        .filter(|group| group.waiting.on_goroutine())
        .collect();
    waiting.sort_by_key(|group| depth(group.waiting));
    let main = waiting.first().map_or_else(
        || "all goroutines wait".to_owned(),
        |group| {
            format!(
                "{} is {} in `{}`, and nobody is left to wake it",
                if group.members.len() == 1 {
                    format!("goroutine {}", site::id(snapshot, group.members[0]))
                } else {
                    format!("each of {} goroutines", group.members.len())
                },
                group.waiting,
                site::function(snapshot, group.members[0])
            )
        },
    );
    let mut diagnosis = Diagnosis::new(class("all-asleep"), main).of(snapshot.members.len());
    diagnosis.weight += 1;
    if let Some(group) = waiting.first() {
        let function = site::function(snapshot, group.members[0]);
        let alone = waiting.len() == 1;
        if let Some(advice) = missing_partner(group.waiting, &function, alone) {
            diagnosis = diagnosis.advise(advice);
        }
    }
    for group in waiting.into_iter().take(12) {
        let n = group.members.len();
        let first = group.members[0];
        diagnosis = diagnosis
            .at(site::of_member(snapshot, SiteRole::Waits, first, n))
            .seen(format!(
                "{} {} in `{}`",
                site::count(n, "goroutine"),
                group.waiting,
                site::function(snapshot, first)
            ));
    }
    diagnosis
}

fn nothing(snapshot: &Snapshot<'_>) -> Diagnosis {
    let users = having(snapshot, |member| !snapshot.is_system(member));
    let mut diagnosis = Diagnosis::new(
        class("no-fault-seen"),
        format!("no fault seen in {}", site::count(users.len(), "goroutine")),
    )
    .sure(Confidence::Low)
    .of(users.len());
    let groups = snapshot
        .groups
        .iter()
        .filter(|group| !snapshot.is_system(group.members[0]));
    for group in groups.take(8) {
        let first = group.members[0];
        diagnosis = diagnosis.seen(format!(
            "{} {} in `{}`",
            site::count(group.members.len(), "goroutine"),
            group.waiting,
            site::function(snapshot, first)
        ));
    }
    diagnosis
}

pub(crate) fn having(snapshot: &Snapshot<'_>, keep: impl Fn(u32) -> bool) -> Vec<u32> {
    (0..snapshot.members.len() as u32)
        .filter(|member| keep(*member))
        .collect()
}

/// Adds the distinct places of `members`, at most eight.
pub(crate) fn with_places(
    snapshot: &Snapshot<'_>,
    mut diagnosis: Diagnosis,
    members: &[u32],
    role: SiteRole,
) -> Diagnosis {
    diagnosis.goroutines += members.len();
    let mut places: Vec<crate::Site> = Vec::new();
    for member in members {
        let Some(site) = site::of_member(snapshot, role, *member, 1) else {
            continue;
        };
        let same = places.iter().position(|p| {
            p.function == site.function && p.file == site.file && p.line == site.line
        });
        match same {
            Some(slot) => places[slot].goroutines += 1,
            None if places.len() < 8 => places.push(site),
            None => {}
        }
    }
    diagnosis.sites.extend(places);
    diagnosis
}
