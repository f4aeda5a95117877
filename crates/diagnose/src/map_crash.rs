//! Map crashes: which operation met which, and who the other goroutine is.

use contend_dumps::{flags, words};
use contend_finding::Confidence;
use contend_sched::{Snapshot, Waiting, package_of, receiver_of};

use crate::{Class, Diagnosis, SiteRole, site};

/// What a goroutine does with a map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Operation {
    Assign,
    Delete,
    Clear,
    Read,
    Iterate,
    Clone,
}

impl Operation {
    fn words(self) -> &'static str {
        match self {
            Self::Assign => "assigns to a map",
            Self::Delete => "deletes from a map",
            Self::Clear => "clears a map",
            Self::Read => "reads a map",
            Self::Iterate => "ranges over a map",
            Self::Clone => "clones a map",
        }
    }

    fn role(self) -> SiteRole {
        match self {
            Self::Assign | Self::Delete | Self::Clear => SiteRole::Write,
            _ => SiteRole::Read,
        }
    }
}

/// What the frames above the user's code say about a map operation.
struct Touch {
    operation: Option<Operation>,
    /// The map's address, from a runtime frame.
    map: Option<u64>,
    /// The library that iterates on behalf of the user: `encoding/json`, `fmt`.
    through: Option<String>,
    /// The function of a library that the user called and that used the map.
    call: Option<String>,
}

pub(crate) fn diagnosis(
    snapshot: &Snapshot<'_>,
    found: &'static Class,
    failed: Option<u32>,
) -> Diagnosis {
    let Some(failed) = failed else {
        return Diagnosis::new(found, found.title).sure(Confidence::High);
    };
    let touch = touch(snapshot, failed);
    let operation = touch.operation.unwrap_or(match found.id {
        "map-read-write" => Operation::Read,
        "map-iterate-write" => Operation::Iterate,
        "map-clone-write" => Operation::Clone,
        _ => Operation::Assign,
    });
    let function = site::function(snapshot, failed);
    let while_another = if found.id == "map-write-write" {
        "while another goroutine is writing it"
    } else {
        "while another goroutine writes it"
    };
    let headline = format!("`{function}` {} {while_another}", operation.words());
    let mut diagnosis = Diagnosis::new(found, headline)
        .at(site::of_member(snapshot, operation.role(), failed, 1))
        .of(1);
    if let Some(through) = &touch.through {
        diagnosis = diagnosis
            .seen(format!(
                "the walk over the map is inside `{through}`, called with the map or a value \
                 that holds it"
            ))
            .advise(format!(
                "Give `{through}` a copy made under the lock: a lock that an accessor takes ends \
                 when it returns the map."
            ));
        diagnosis.headline =
            format!("`{function}` walks over a map inside `{through}` {while_another}");
    }
    if let Some(call) = &touch.call {
        diagnosis = diagnosis.seen(format!("it happens inside `{call}`, which it calls"));
    }
    if let Some(map) = touch.map {
        diagnosis = diagnosis.seen(format!("the map is at 0x{map:x}"));
    }
    let diagnosis = in_dependency(snapshot, failed, diagnosis);
    let diagnosis = others(snapshot, failed, touch.map, diagnosis);
    diagnosis.at(site::of_creator(snapshot, failed, 1))
}

/// A map of a dependency cannot be guarded where it is: the callers have to.
fn in_dependency(snapshot: &Snapshot<'_>, failed: u32, diagnosis: Diagnosis) -> Diagnosis {
    let Some((dependency, caller)) = site::dependency(snapshot, failed, 1) else {
        return diagnosis;
    };
    let site::Dependency { module, version } = dependency;
    let from = caller.as_ref().map_or(String::new(), |caller| {
        format!(", the one in `{}` among them", caller.function)
    });
    diagnosis
        .at(caller)
        .seen(format!(
            "the map is used by a dependency, `{module}` {version}"
        ))
        .advise(format!(
            "Look whether `{module}` promises that goroutines may share this value, and whether a \
             newer version guards it. Else put all your calls under one lock{from}."
        ))
}

/// Adds the other side: goroutines inside the same map, else goroutines in the same code.
fn others(
    snapshot: &Snapshot<'_>,
    failed: u32,
    map: Option<u64>,
    mut diagnosis: Diagnosis,
) -> Diagnosis {
    let users: Vec<u32> = (0..snapshot.members.len() as u32)
        .filter(|member| *member != failed && !snapshot.is_system(*member))
        .collect();
    if users.is_empty() {
        return diagnosis
            .seen(
                "only the failing goroutine was printed, as Go 1.26 and newer do unless told \
                 otherwise",
            )
            .find_out(
                "Run with GOTRACEBACK=system: then the next crash prints the other goroutines \
                 too, with the address of the map each of them is in.",
            );
    }
    diagnosis.evidence.extend(unseen(snapshot, &users));
    let mut inside = Vec::new();
    let mut near = Vec::new();
    for member in users {
        let touch = touch(snapshot, member);
        if touch.operation.is_none() {
            if let Some(points) = likeness(snapshot, failed, member) {
                near.push((points, member));
            }
        } else if map.is_none() || touch.map == map || touch.map.is_none() {
            inside.push((member, touch));
        }
    }
    for (member, touch) in &inside {
        let operation = touch.operation.unwrap_or(Operation::Assign);
        let id = site::id(snapshot, *member);
        let sure = touch.map.is_some() && touch.map == map;
        let text = if sure {
            format!("goroutine {id} {} at the same address", operation.words())
        } else {
            format!("goroutine {id} {} at that moment", operation.words())
        };
        diagnosis = diagnosis.seen(text);
        if let Some(site) = site::of_member(snapshot, operation.role(), *member, 1) {
            site::add(&mut diagnosis.sites, site);
        }
    }
    diagnosis.goroutines += inside.len();
    if !inside.is_empty() {
        return diagnosis;
    }
    near.sort_by_key(|(points, member)| (std::cmp::Reverse(*points), *member));
    // Who is in the same function or type leaves no room for who is only in the same package.
    let best = near.first().map_or(0, |(points, _)| *points);
    near.retain(|(points, _)| best.min(SAME_TYPE) <= *points);
    for (_, member) in near.into_iter().take(20) {
        if let Some(site) = site::of_member(snapshot, SiteRole::Other, member, 1) {
            site::add(&mut diagnosis.sites, site);
        }
    }
    diagnosis
}

/// Goroutines whose stacks could not be printed, since they ran at that moment.
fn unseen(snapshot: &Snapshot<'_>, users: &[u32]) -> Option<String> {
    let has_no_stack = |member: &&u32| {
        let goroutine = snapshot.members[**member as usize].goroutine;
        goroutine.flags & flags::OTHER_THREAD != 0
    };
    let unseen: Vec<u32> = users.iter().filter(has_no_stack).copied().collect();
    let first = *unseen.first()?;
    let started = site::of_creator(snapshot, first, 1).map_or(String::new(), |it| {
        format!(", started by `{}` at {}:{}", it.function, it.file, it.line)
    });
    let id = site::id(snapshot, first);
    Some(match unseen.len() {
        1 => format!(
            "goroutine {id}{started}, ran on another thread and has no stack here: it may be the \
             other side"
        ),
        n => format!(
            "{n} goroutines ran on other threads and have no stack here, the first of them {id}\
             {started}: the other side may be among them"
        ),
    })
}

const SAME_FUNCTION: u32 = 4;
const SAME_TYPE: u32 = 3;

/// How likely `member` is to be the other side of `failed`, by code only. Goroutines that sleep
/// or wait cannot be in the middle of a write, but one that made the map grow may wait for the
/// collector.
fn likeness(snapshot: &Snapshot<'_>, failed: u32, member: u32) -> Option<u32> {
    let own = snapshot.user_frame(failed)?;
    let may_write = match snapshot.members[member as usize].waiting {
        Waiting::Running | Waiting::Runnable => true,
        Waiting::Semaphore => snapshot.user_frame(member)?.func == own.func,
        _ => false,
    };
    if !may_write {
        return None;
    }
    let document = snapshot.document;
    let own_name = document.name(own.func);
    let mut best = 0;
    for frame in snapshot.user_frames(member) {
        let name = document.name(frame.func);
        let points = if frame.func == own.func {
            SAME_FUNCTION
        } else if receiver_of(&name).is_some() && receiver_of(&name) == receiver_of(&own_name) {
            SAME_TYPE
        } else {
            u32::from(package_of(&name) == package_of(&own_name))
        };
        best = best.max(points);
    }
    (0 < best).then_some(best)
}

fn touch(snapshot: &Snapshot<'_>, member: u32) -> Touch {
    let document = snapshot.document;
    let mut touch = Touch {
        operation: None,
        map: None,
        through: None,
        call: None,
    };
    let stack = snapshot.stack(member);
    let user = snapshot.members[member as usize].user;
    for frame in &stack[..user.map_or(0, |slot| slot as usize)] {
        let name = document.name(frame.func);
        let Some((operation, map_word)) = operation_of(&name) else {
            let package = package_of(&name);
            let is_inner = matches!(
                package,
                "runtime" | "reflect" | "internal/runtime/maps" | "maps" | "panic"
            );
            if !is_inner && touch.operation.is_some() {
                touch.through = Some(package.to_owned());
            } else if !is_inner {
                touch.call = Some(name.into_owned());
            }
            continue;
        };
        touch.operation = Some(operation);
        let words = words(document.args(frame).unwrap_or_default());
        let map = words
            .filter(|word| Some(word.index) == map_word && 4096 <= word.value)
            .map(|word| word.value)
            .last();
        touch.map = touch.map.or(map);
    }
    touch
}

/// What a frame of the map's own code does, and which of its arguments is the map.
fn operation_of(name: &str) -> Option<(Operation, Option<usize>)> {
    let swiss = name.strip_prefix("internal/runtime/maps.");
    if let Some(method) = swiss.and_then(|rest| rest.strip_prefix("(*Map).")) {
        return match method {
            "Delete" => Some((Operation::Delete, Some(0))),
            "Clear" => Some((Operation::Clear, Some(1))),
            "Clone" => Some((Operation::Clone, Some(0))),
            "PutSlot" | "putSlotSmall" => Some((Operation::Assign, Some(0))),
            "getWithKey" | "Get" => Some((Operation::Read, Some(0))),
            _ => None,
        };
    }
    if swiss == Some("(*Iter).Next") {
        return Some((Operation::Iterate, None));
    }
    if name == "maps.clone" {
        return Some((Operation::Clone, None));
    }
    let runtime = name
        .strip_prefix("runtime.")
        .or_else(|| name.strip_prefix("reflect."))
        .or(swiss)?;
    let starts = [
        ("mapassign", Operation::Assign, Some(1)),
        ("mapdelete", Operation::Delete, Some(1)),
        ("mapclear", Operation::Clear, Some(1)),
        ("mapaccess", Operation::Read, Some(1)),
        ("mapclone", Operation::Clone, None),
        ("mapiternext", Operation::Iterate, None),
        ("mapiterinit", Operation::Iterate, Some(1)),
        ("mapIterStart", Operation::Iterate, None),
        ("mapIterNext", Operation::Iterate, None),
    ];
    let found = starts.iter().find(|(start, ..)| runtime.starts_with(start));
    found.map(|(_, operation, word)| (*operation, *word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_of_both_kinds_of_maps_are_known() {
        let of = |name| operation_of(name).map(|(operation, _)| operation);
        assert_eq!(of("runtime.mapassign_faststr"), Some(Operation::Assign));
        assert_eq!(of("runtime.mapiternext"), Some(Operation::Iterate));
        assert_eq!(
            of("internal/runtime/maps.(*Iter).Next"),
            Some(Operation::Iterate)
        );
        assert_eq!(
            of("internal/runtime/maps.(*Map).Delete"),
            Some(Operation::Delete)
        );
        assert_eq!(of("runtime.gopark"), None);
    }

    #[test]
    fn who_ran_on_another_thread_is_a_candidate() {
        let text = "fatal error: concurrent map writes\n\ngoroutine 7 [running]:\n\
                    main.add(0x1)\n\t/src/main.go:8 +0x1d\n\n\
                    goroutine 9 [running]:\n\tgoroutine running on other thread; stack unavailable\n\
                    created by main.main in goroutine 1\n\t/src/main.go:20 +0x45\n";
        let found = &crate::diagnose(&contend_dumps::parse(text.as_bytes()))[0];
        assert!(
            found
                .evidence
                .iter()
                .any(|it| it.starts_with("goroutine 9, started by `main.main`")),
            "{:?}",
            found.evidence
        );
    }
}
