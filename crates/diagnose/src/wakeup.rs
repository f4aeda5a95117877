//! A wake-up that was lost: whoever should end waits at a condition, and somebody waits for the end.

use contend_finding::Confidence;
use contend_sched::{Group, Snapshot, Waiting};

use crate::channel_circle::{Object, is_at_work, object};
use crate::{Diagnosis, SiteRole, class, site};

/// Goroutines at a condition of an object while another one waits in the same object for a
/// WaitGroup, and nobody of that object does anything: who is waited for sleeps.
pub(crate) fn lost(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    let of = |waiting: Waiting| {
        let groups = snapshot.groups.iter();
        groups.filter(move |group| group.waiting == waiting)
    };
    let (sleep, join, owner) = of(Waiting::Cond).find_map(|sleep| {
        let owner = owner(snapshot, sleep)?;
        let is_same = |join: &&Group| {
            let mut frames = snapshot.user_frames(join.members[0]);
            frames.any(|frame| object(snapshot, frame).is_some_and(|it| it.may_be(&owner)))
        };
        let join = of(Waiting::WaitGroup).find(is_same)?;
        Some((sleep, join, owner))
    })?;
    if is_at_work(snapshot, owner.ty) {
        return None;
    }
    let (sleeper, joiner) = (sleep.members[0], join.members[0]);
    let n = sleep.members.len();
    let (sleeps, joins) = (
        site::function(snapshot, sleeper),
        site::function(snapshot, joiner),
    );
    let diagnosis = Diagnosis::new(
        class("lost-wakeup"),
        format!(
            "`{joins}` waits for goroutines to end, and {} for a condition in `{sleeps}`",
            site::waiters(n)
        ),
    )
    .sure(if owner.address.is_some() {
        Confidence::Medium
    } else {
        Confidence::Low
    })
    .seen(match owner.address {
        Some(address) => format!("both are methods of the object at 0x{address:x}"),
        None => format!("both are methods of `{}`", owner.ty),
    })
    .seen("nobody else is in a method of it")
    .at(site::of_member(snapshot, SiteRole::Waits, sleeper, n))
    .at(site::of_member(snapshot, SiteRole::Waits, joiner, join.members.len()))
    .at(site::caller(snapshot, joiner))
    .at(site::of_creator(snapshot, sleeper, n))
    .advise(format!(
        "Look at how `{joins}`, or who calls it, tells the others to end: that concerns all of them, \
         so it needs Broadcast, and what they test in their loop must be changed under the lock of \
         the condition."
    ))
    .of(n + join.members.len());
    Some(diagnosis)
}

/// Whose condition a group waits for.
fn owner<'d>(snapshot: &'d Snapshot<'d>, group: &Group) -> Option<Object<'d>> {
    object(snapshot, snapshot.user_frame(group.members[0])?)
}

#[cfg(test)]
mod tests {
    use crate::diagnose;

    fn dump(worker: &str, closer: &str, other: &str) -> &'static str {
        let text = format!(
            "goroutine 7 [sync.Cond.Wait]:\nsync.(*Cond).Wait(0x0?)\n\t/go/src/sync/cond.go:70 +0x1\n\
             {worker}\n\t/src/main.go:29 +0x1\n\n\
             goroutine 1 [sync.WaitGroup.Wait]:\nsync.(*WaitGroup).Wait(0xc230)\n\
             \t/go/src/sync/waitgroup.go:9 +0x1\n{closer}\n\t/src/main.go:52 +0x1\n\n{other}"
        );
        diagnose(&contend_dumps::parse(text.as_bytes()))[0].class.id
    }

    #[test]
    fn sleepers_that_somebody_waits_for_were_not_woken() {
        let worker = "main.(*jobs).worker(0xc200)";
        let close = "main.(*jobs).close(0xc200)";
        assert_eq!(dump(worker, close, ""), "lost-wakeup");
        assert_eq!(
            dump(worker, "main.(*jobs).close(0xc900)", ""),
            "no-fault-seen"
        );
        assert_eq!(
            dump(worker, "main.(*other).close(0xc200)", ""),
            "no-fault-seen"
        );
    }

    #[test]
    fn somebody_at_work_may_still_wake_them() {
        let busy = "goroutine 9 [IO wait]:\nmain.(*jobs).run(0xc200)\n\t/src/main.go:40 +0x1\n\n";
        let close = "main.(*jobs).close(0xc200)";
        assert_eq!(
            dump("main.(*jobs).worker(0xc200)", close, busy),
            "no-fault-seen"
        );
    }
}
