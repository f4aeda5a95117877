//! Programs that stopped: everything the waits of their goroutines tell.

use contend_dumps::flags;
use contend_finding::{Confidence, Severity};
use contend_sched::{Group, Snapshot, Waiting, channel_pages, lock_pages};

use crate::{
    Diagnosis, SiteRole, channel, channel_circle, class, flight, leak, lock, outside, pool,
    recursion, reentrant, site, wakeup,
};

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
    all.extend(channel_circle::circle(snapshot, &channels, all_asleep));
    all.extend(wakeup::lost(snapshot));
    all.extend(leak::of_groups(snapshot, &places));
    all.extend(outside::waits(snapshot));
    all.extend(pool::waits(snapshot));
    all.extend(recursion::deep(snapshot));
    all.extend(cut(snapshot));
    if all_asleep {
        all.extend(reentrant::waits(snapshot));
        for diagnosis in &mut all {
            diagnosis.confidence = diagnosis.confidence.max(Confidence::Medium);
            diagnosis.severity = Severity::Error; // the process ended
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
            all.extend(who_waits(snapshot));
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
             returned, on an error for instance, or that waits for something else itself. Let \
             senders select on ctx.Done() as well."
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
fn who_waits(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    let mut waiting: Vec<_> = snapshot
        .groups
        .iter()
        .filter(|group| group.waiting.on_goroutine())
        .collect();
    waiting.sort_by_key(|group| depth(group.waiting));
    let cause = waiting.first()?;
    let first = cause.members[0];
    let function = site::function(snapshot, first);
    let headline = format!(
        "{} is {} in `{function}`, and nobody is left to wake it",
        if cause.members.len() == 1 {
            format!("goroutine {}", site::id(snapshot, first))
        } else {
            format!("each of {} goroutines", cause.members.len())
        },
        doing(snapshot, cause),
    );
    let mut diagnosis = Diagnosis::new(class("all-asleep"), headline).of(snapshot.members.len());
    diagnosis.weight += 1;
    let alone = waiting.len() == 1;
    let advice = starts_itself(snapshot, cause)
        .or_else(|| other_end(snapshot, first))
        .or_else(|| missing_partner(cause.waiting, &function, alone));
    diagnosis.advice.extend(advice);
    for group in waiting.into_iter().take(12) {
        let n = group.members.len();
        let first = group.members[0];
        diagnosis = diagnosis
            .at(site::of_member(snapshot, SiteRole::Waits, first, n))
            .seen(format!(
                "{} {} in `{}`",
                site::count(n, "goroutine"),
                doing(snapshot, group),
                site::function(snapshot, first)
            ));
    }
    Some(diagnosis)
}

/// What the members of a group do, in words: a pipe of `io` is a select inside.
fn doing(snapshot: &Snapshot<'_>, group: &Group) -> String {
    match pipe_end(snapshot, group.members[0]) {
        Some(PipeEnd::Write) => "writing to an io.Pipe".to_owned(),
        Some(PipeEnd::Read) => "reading from an io.Pipe".to_owned(),
        None => group.waiting.to_string(),
    }
}

enum PipeEnd {
    Read,
    Write,
}

fn pipe_end(snapshot: &Snapshot<'_>, member: u32) -> Option<PipeEnd> {
    let mut stack = snapshot.stack(member).iter();
    stack.find_map(|frame| match snapshot.document.name_bytes(frame.func) {
        b"io.(*pipe).write" => Some(PipeEnd::Write),
        b"io.(*pipe).read" => Some(PipeEnd::Read),
        _ => None,
    })
}

/// What to do about the other end of a pipe.
fn other_end(snapshot: &Snapshot<'_>, member: u32) -> Option<String> {
    let function = site::function(snapshot, member);
    pipe_end(snapshot, member).map(|end| match end {
        PipeEnd::Write => format!(
            "Nobody reads the other end of the pipe that `{function}` writes to: let the reader \
             call CloseWithError on its end when it stops early, so that the write fails."
        ),
        PipeEnd::Read => format!(
            "Nobody writes to the pipe that `{function}` reads, and it was not closed: let the \
             writer call Close or CloseWithError on its end on every path."
        ),
    })
}

/// Goroutines of a bounded group that start others in the same group: all places are taken by who
/// waits for one.
fn starts_itself(snapshot: &Snapshot<'_>, group: &Group) -> Option<String> {
    let first = group.members[0];
    let creator = snapshot.members[first as usize]
        .goroutine
        .creator
        .as_ref()?;
    let user = snapshot.user_frame(first)?;
    (group.waiting == Waiting::ChanSend && creator.frame.func == user.func).then(|| {
        format!(
            "The goroutines that `{}` starts call it again, and all places are taken by those who \
             wait for one: start from outside of the group, or run the work in place if none is \
             free.",
            snapshot.document.name(user.func)
        )
    })
}

fn nothing(snapshot: &Snapshot<'_>) -> Diagnosis {
    let users = having(snapshot, |member| !snapshot.is_system(member));
    let mut headline = format!("no fault seen in {}", site::count(users.len(), "goroutine"));
    let crowd = crowd(snapshot, users.len());
    if let Some(group) = crowd {
        headline = format!(
            "{headline}; {} of them are {} in `{}`",
            group.members.len(),
            group.waiting,
            site::function(snapshot, group.members[0])
        );
    }
    let mut diagnosis = Diagnosis::new(class("no-fault-seen"), headline)
        .sure(Confidence::Low)
        .of(users.len());
    if let Some(group) = crowd {
        let (first, n) = (group.members[0], group.members.len());
        diagnosis = diagnosis
            .at(site::of_member(snapshot, SiteRole::Waits, first, n))
            .at(site::of_creator(snapshot, first, n))
            .advise(format!(
                "Compare {n} with how many there should be (sessions, workers, jobs): more of them, \
                 or more in the next dump, and they leak; as many as there should be, and what they \
                 wait for does not come."
            ));
    }
    let busy = having(snapshot, |member| {
        let waiting = snapshot.members[member as usize].waiting;
        !snapshot.is_system(member)
            && snapshot.user_frame(member).is_some()
            && matches!(waiting, Waiting::Running | Waiting::Runnable)
    });
    if let Some(first) = busy.first() {
        diagnosis = diagnosis.find_out(format!(
            "Take a CPU profile: {} at work or ready to, the first in `{}`. A loop without end \
             looks like this.",
            if busy.len() == 1 {
                "1 goroutine is".to_owned()
            } else {
                format!("{} goroutines are", busy.len())
            },
            site::function(snapshot, *first)
        ));
    }
    let mut groups = snapshot.groups.iter();
    if let Some(group) = groups.find(|it| it.waiting == Waiting::Cond && 1 < it.members.len()) {
        diagnosis = diagnosis.find_out(format!(
            "Look whether what the {} in `{}` wait for has happened already. Then the wake-up was \
             lost: Signal wakes one of them, and what concerns all, as a close does, needs \
             Broadcast.",
            site::count(group.members.len(), "goroutine"),
            site::function(snapshot, group.members[0])
        ));
    }
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

/// The group that makes up most of a dump, if there are many in it.
fn crowd<'s>(snapshot: &'s Snapshot<'_>, users: usize) -> Option<&'s Group> {
    /// Fewer goroutines at one place are nothing special.
    const MANY: usize = 100;
    let mut groups = snapshot.groups.iter();
    let largest = groups.find(|group| !snapshot.is_system(group.members[0]))?;
    let n = largest.members.len();
    let is_wait = largest.waiting.on_goroutine() || largest.waiting == Waiting::Sleep;
    (is_wait && MANY <= n && users < 2 * n).then_some(largest)
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
        if let Some(site) = site::of_member(snapshot, role, *member, 1) {
            site::add(&mut places, site);
        }
    }
    diagnosis.sites.extend(places);
    diagnosis
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::diagnose;

    #[test]
    fn a_crowd_at_one_place_is_named_and_not_accused() {
        let mut text = "SIGQUIT: quit\n\n".to_owned();
        for id in 1..=120 {
            let _ = writeln!(
                text,
                "goroutine {id} [select]:\nmain.(*session).loop(0xc00001{id:04x})\n\t/src/main.go:22 +0x1d\n\
                 created by main.serve in goroutine 1\n\t/src/main.go:35 +0x3a\n"
            );
        }
        let found = &diagnose(&contend_dumps::parse(text.as_bytes()))[0];
        assert_eq!(
            (found.class.id, &found.headline[..]),
            (
                "no-fault-seen",
                "no fault seen in 120 goroutines; 120 of them are in a select in `main.(*session).loop`"
            )
        );
        assert!(
            found
                .steps()
                .next()
                .is_some_and(|it| it.starts_with("Compare 120 with"))
        );
    }

    #[test]
    fn a_program_that_prints_its_own_goroutines_has_not_crashed() {
        let own = "goroutine 1 [running]:\nmain.dumpOnSignal()\n\t/src/main.go:9 +0x1d\n\n";
        let other = "goroutine 5 [select]:\nmain.serve()\n\t/src/main.go:20 +0x45\n";
        let class = |text: &str| diagnose(&contend_dumps::parse(text.as_bytes()))[0].class.id;
        assert_eq!(class(&format!("{own}{other}")), "no-fault-seen");
        assert_eq!(class(own), "crash-without-reason");
    }
}
