//! Goroutines that wait for each other at channels. A dump does not say who would come to the other
//! end of a channel, so a circle is inferred from who stands where.

use contend_dumps::{Frame, words};
use contend_finding::Confidence;
use contend_sched::{ChannelPage, Group, Snapshot, Waiting, receiver_of};
use rustc_hash::FxHashMap;

use crate::{Diagnosis, SiteRole, class, site};

/// A circle of more is not looked for: in a crowd, types say little.
const MOST: usize = 12;

/// In a dump with more places than that where somebody waits at a channel, types say little.
const PLACES: usize = 200;

/// So much less does a circle count that others may still break.
const POSSIBLE: u32 = 15;

/// The circle in the channel waits of a dump, if there is one. `all_asleep`: nobody else can come.
pub(crate) fn circle(
    snapshot: &Snapshot<'_>,
    pages: &[ChannelPage],
    all_asleep: bool,
) -> Option<Diagnosis> {
    let stages = stages(snapshot, pages);
    if PLACES < stages.len() {
        return None;
    }
    let (steps, by) = asked(&stages, all_asleep)
        .map(|steps| (steps, By::Asking))
        .or_else(|| {
            senders(snapshot, &stages, pages, all_asleep).map(|steps| (steps, By::Sending))
        })?;
    let names: Vec<String> = steps
        .iter()
        .map(|it| format!("`{}`", site::function(snapshot, it.first)))
        .collect();
    let headline = match by {
        By::Asking => format!(
            "{} wait for each other at channels, in a circle",
            names.join(" and ")
        ),
        By::Sending => format!(
            "{} each wait to send, and nobody receives from them: probably each is who should \
             receive from the other",
            names.join(" and ")
        ),
    };
    let known = by == By::Asking && steps.iter().all(|it| it.owner.address.is_some());
    let mut diagnosis =
        Diagnosis::new(class("channel-circle"), headline).sure(if all_asleep || known {
            Confidence::Medium
        } else {
            Confidence::Low
        });
    if by == By::Sending && !all_asleep {
        diagnosis.weight -= POSSIBLE; // a crowd at one channel says more
    }
    for (step, name) in steps.iter().zip(&names) {
        let n = step.group.members.len();
        let who = match n {
            1 => format!("goroutine {}", site::id(snapshot, step.first)),
            n => format!("each of {n} goroutines"),
        };
        let place = step.channel.map_or_else(String::new, |page| {
            format!(", at the channel at 0x{:x}", pages[page].address)
        });
        let why = match (by, step.asks) {
            (By::Asking, Some(asks)) => format!(
                "{who} runs methods of `{}` and is {} in {name}, of `{}`{place}",
                step.owner.ty, step.group.waiting, asks.ty
            ),
            _ => format!("{who} is {} in {name}{place}", step.group.waiting),
        };
        diagnosis = diagnosis
            .seen(why)
            .at(site::of_member(snapshot, SiteRole::Waits, step.first, n))
            .at(site::caller(snapshot, step.first).filter(|_| by == By::Asking))
            .of(goroutines(&steps));
    }
    Some(diagnosis)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Asking,
    Sending,
}

fn goroutines(steps: &[&Stage<'_>]) -> usize {
    steps.iter().map(|it| it.group.members.len()).sum()
}

/// A value whose methods a goroutine runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<'d> {
    pub(crate) ty: &'d str,
    /// Where it is, if the frame says so.
    pub(crate) address: Option<u64>,
}

impl Object<'_> {
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        self.ty == other.ty
            && match (self.address, other.address) {
                (Some(a), Some(b)) => a == b,
                _ => true,
            }
    }
}

/// Goroutines that wait alike at a channel.
struct Stage<'d> {
    group: &'d Group,
    first: u32,
    /// Whose method the goroutine was started for.
    owner: Object<'d>,
    /// Whose method it waits in, if that is another one.
    asks: Option<Object<'d>>,
    /// The slot of the page of its channel.
    channel: Option<usize>,
}

fn stages<'d>(snapshot: &'d Snapshot<'d>, pages: &[ChannelPage]) -> Vec<Stage<'d>> {
    let mut places: FxHashMap<u32, usize> = FxHashMap::default();
    for (slot, page) in pages.iter().enumerate() {
        let all = page.senders.iter().chain(&page.receivers);
        places.extend(all.map(|member| (*member, slot)));
    }
    let waits = |it: &&Group| matches!(it.waiting, Waiting::ChanSend | Waiting::ChanReceive);
    let stage = |group: &'d Group| {
        let first = group.members[0];
        let written = |frame: &&Frame| {
            let name = snapshot.document.name_bytes(frame.func);
            !name.windows(7).any(|it| it == b".gowrap")
        };
        let outer = snapshot.user_frames(first).filter(written).last()?;
        let owner = object(snapshot, outer)?;
        let asks = object(snapshot, snapshot.user_frame(first)?);
        Some(Stage {
            group,
            first,
            owner,
            asks: asks.filter(|it| it.ty != owner.ty),
            channel: places.get(&first).copied(),
        })
    };
    snapshot
        .groups
        .iter()
        .filter(waits)
        .filter_map(stage)
        .collect()
}

/// The value that a method runs on.
pub(crate) fn object<'d>(snapshot: &'d Snapshot<'d>, frame: &Frame) -> Option<Object<'d>> {
    let document = snapshot.document;
    let name = std::str::from_utf8(document.name_bytes(frame.func)).ok()?;
    let receiver = document.args(frame).and_then(|args| words(args).next());
    let receiver = receiver.filter(|word| word.index == 0 && word.sure && word.value != 0);
    Some(Object {
        ty: receiver_of(name)?,
        address: receiver.map(|word| word.value),
    })
}

/// Loops of objects that ask each other in a circle. Where all only receive, they may be at rest.
fn asked<'s, 'd>(stages: &'s [Stage<'d>], all_asleep: bool) -> Option<Vec<&'s Stage<'d>>> {
    let next = |of: &Stage<'d>| {
        let asks = of.asks?;
        stages
            .iter()
            .find(|it| it.asks.is_some() && it.owner.may_be(&asks))
    };
    stages.iter().find_map(|start| {
        let mut steps = vec![start];
        while let Some(step) = next(steps[steps.len() - 1]) {
            if std::ptr::eq(step, start) {
                let sends = |it: &&Stage<'d>| it.group.waiting == Waiting::ChanSend;
                return (all_asleep || steps.iter().any(sends)).then_some(steps);
            }
            if MOST < steps.len() {
                return None;
            }
            steps.push(step);
        }
        None
    })
}

/// Functions of one object that wait to send to different channels, while nobody waits to receive
/// from any of these and nobody of the object does anything else.
fn senders<'s, 'd>(
    snapshot: &Snapshot<'_>,
    stages: &'s [Stage<'d>],
    pages: &[ChannelPage],
    all_asleep: bool,
) -> Option<Vec<&'s Stage<'d>>> {
    let is_stuck = |it: &&Stage<'d>| {
        let received = it.channel.map(|page| &pages[page].receivers);
        it.group.waiting == Waiting::ChanSend
            && it.asks.is_none()
            && match received {
                Some(receivers) => receivers.is_empty(),
                None => all_asleep,
            }
    };
    let stuck: Vec<&Stage<'d>> = stages.iter().filter(is_stuck).collect();
    stuck.iter().find_map(|start| {
        let of_one = |it: &&&Stage<'d>| it.owner.may_be(&start.owner);
        let mut steps: Vec<&Stage<'d>> = Vec::new();
        for it in stuck.iter().filter(of_one) {
            let same = |known: &&Stage<'d>| {
                site::function(snapshot, known.first) == site::function(snapshot, it.first)
                    || known.channel.is_some() && known.channel == it.channel
            };
            if !steps.iter().any(same) {
                steps.push(it);
            }
        }
        let several = 1 < steps.len() && steps.len() <= MOST;
        (several && !is_at_work(snapshot, start.owner.ty)).then_some(steps)
    })
}

/// True if a goroutine does something else than wait for others in a method of the type.
pub(crate) fn is_at_work(snapshot: &Snapshot<'_>, ty: &str) -> bool {
    let slots = 0..snapshot.members.len() as u32;
    slots.into_iter().any(|member| {
        let waiting = snapshot.members[member as usize].waiting;
        let idles = waiting.on_goroutine() && !waiting.on_lock();
        !idles
            && snapshot.user_frames(member).any(|frame| {
                let name = snapshot.document.name_bytes(frame.func);
                let name = std::str::from_utf8(name).unwrap_or_default();
                receiver_of(name) == Some(ty)
            })
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::diagnose;

    fn first_class(text: &str) -> &'static str {
        let found = diagnose(&contend_dumps::parse(text.as_bytes()));
        found[0].class.id
    }

    fn goroutine(id: u32, state: &str, frames: &[&str]) -> String {
        let mut text = format!("goroutine {id} [{state}]:\n");
        for frame in frames {
            write!(text, "main.{frame}\n\t/src/main.go:{id}0 +0x1\n").unwrap();
        }
        text + "created by main.main\n\t/src/main.go:9 +0x1\n\n"
    }

    const ASLEEP: &str = "fatal error: all goroutines are asleep - deadlock!\n\n";

    #[test]
    fn loops_that_ask_each_other_are_a_circle() {
        let receives = goroutine(
            7,
            "chan receive",
            &["(*rates).ask(...)", "(*accounts).run(...)"],
        );
        let sends = goroutine(
            8,
            "chan send",
            &["(*accounts).ask(...)", "(*rates).run(...)"],
        );
        let rests = goroutine(
            8,
            "chan receive",
            &["(*accounts).ask(...)", "(*rates).run(...)"],
        );
        assert_eq!(first_class(&(receives.clone() + &sends)), "channel-circle");
        assert_eq!(first_class(&(receives + &rests)), "no-fault-seen");
    }

    #[test]
    fn another_object_of_the_type_closes_no_circle() {
        let a = goroutine(7, "chan receive", &["(*b).ask(0xc10)", "(*a).run(0xc50)"]);
        let other = goroutine(8, "chan send", &["(*a).ask(0xc90)", "(*b).run(0xc10)"]);
        let same = goroutine(8, "chan send", &["(*a).ask(0xc50)", "(*b).run(0xc10)"]);
        assert_eq!(first_class(&(a.clone() + &other)), "no-fault-seen");
        assert_eq!(first_class(&(a + &same)), "channel-circle");
    }

    #[test]
    fn stages_that_all_send_are_a_circle_if_nobody_else_can_come() {
        let one = goroutine(7, "chan send", &["(*plant).parse(...)"]);
        let two = goroutine(8, "chan send", &["(*plant).price(...)"]);
        let both = one.clone() + &two;
        assert_eq!(first_class(&format!("{ASLEEP}{both}")), "channel-circle");
        assert_eq!(first_class(&both), "no-fault-seen");
        assert_eq!(first_class(&format!("{ASLEEP}{one}")), "all-asleep");
    }
}
