//! Waits for what is outside of the program: peers, children, the kernel, C.

use contend_dumps::{Document, Frame};
use contend_finding::{Confidence, Severity};
use contend_sched::{Group, Role, Snapshot, Waiting, package_of, receiver_of};

use crate::hang::having;
use crate::{Diagnosis, SiteRole, class, site};

pub(crate) fn waits(snapshot: &Snapshot<'_>) -> Vec<Diagnosis> {
    let mut all = io_waits(snapshot);
    all.extend(child_waits(snapshot));
    all.extend(accept_backoff(snapshot));
    all.extend(system_calls(snapshot));
    all
}

/// Goroutines in the poller on behalf of the user's own reads and writes.
fn io_waits(snapshot: &Snapshot<'_>) -> Vec<Diagnosis> {
    let mut all = Vec::new();
    let listeners = having(snapshot, |member| {
        snapshot.members[member as usize].waiting == Waiting::Io && accepts(snapshot, member)
    });
    for group in &snapshot.groups {
        let first = group.members[0];
        let counts = group.waiting == Waiting::Io
            && (2 <= group.members.len() || 1 <= group.oldest)
            && snapshot.user_frame(first).is_some()
            && !accepts(snapshot, first)
            && !serves(snapshot, group, &listeners);
        if !counts {
            continue;
        }
        let n = group.members.len();
        let mut diagnosis = Diagnosis::new(
            class("io-wait"),
            format!(
                "{} of `{}` wait for a peer",
                site::count(n, "goroutine"),
                site::function(snapshot, first)
            ),
        );
        diagnosis = if of_the_server(snapshot, group, &listeners) {
            diagnosis.severity = Severity::Info;
            diagnosis
                .sure(Confidence::Low)
                .seen("the type that accepts connections started them too: clients that ask for nothing look like this")
        } else if 1 <= group.oldest {
            diagnosis.sure(Confidence::Medium)
        } else {
            diagnosis.sure(Confidence::Low)
        };
        diagnosis = diagnosis
            .at(site::of_member(snapshot, SiteRole::Waits, first, n))
            .at(site::dependency(snapshot, first, n).and_then(|(_, caller)| caller))
            .at(site::of_creator(snapshot, first, n))
            .of(n);
        if 1 <= group.oldest {
            diagnosis = diagnosis.seen(format!(
                "they have waited for {} to {} minutes",
                group.youngest, group.oldest
            ));
        }
        diagnosis.weight += (n.ilog2()).min(8);
        all.push(diagnosis);
    }
    all
}

/// Waiting for connections is what listeners are for.
fn accepts(snapshot: &Snapshot<'_>, member: u32) -> bool {
    snapshot.stack(member).iter().any(|frame| {
        let name = snapshot.document.name_bytes(frame.func);
        name.ends_with(b".Accept") || name.ends_with(b".accept") || name.ends_with(b".AcceptTCP")
    })
}

/// True if the function that started the group is in an accept loop: then the group serves
/// clients, and waits for the next request of each as long as the client likes.
fn serves(snapshot: &Snapshot<'_>, group: &Group, listeners: &[u32]) -> bool {
    let first = snapshot.members[group.members[0] as usize].goroutine;
    let Some(creator) = first.creator.as_ref() else {
        return false;
    };
    let mut frames = listeners.iter().flat_map(|member| snapshot.stack(*member));
    frames.any(|frame| frame.func == creator.frame.func)
}

/// True if the group reads, and the type whose method accepts connections has started it: servers
/// with a protocol of their own start readers by a method that counts and labels them.
///
/// Such a group is shown and no fault: it may also read from a peer that the server itself asked,
/// which a stack does not tell. A `Serve` of the library accepts for its own readers, and says
/// nothing of the reads of others.
fn of_the_server(snapshot: &Snapshot<'_>, group: &Group, listeners: &[u32]) -> bool {
    let first = group.members[0];
    let creator = snapshot.members[first as usize].goroutine.creator.as_ref();
    let outermost = outermost(snapshot, first);
    let frames = [outermost, creator.map(|it| &it.frame)];
    let name = |frame: &Frame| snapshot.document.name(frame.func).into_owned();
    let names: Vec<String> = frames.into_iter().flatten().map(name).collect();
    let starters: Vec<&str> = names.iter().filter_map(|it| receiver_of(it)).collect();
    reads(snapshot, first)
        && listeners.iter().any(|&listener| {
            let accepting = accepting(snapshot, listener).map(name);
            let receiver = accepting.as_deref().and_then(receiver_of);
            receiver.is_some_and(|it| starters.contains(&it))
        })
}

/// The function that a goroutine was started with.
fn outermost<'d>(snapshot: &Snapshot<'d>, member: u32) -> Option<&'d Frame> {
    let mut stack = snapshot.stack(member).iter().rev();
    stack.find(|frame| snapshot.document.name_bytes(frame.func) != b"runtime.goexit")
}

fn reads(snapshot: &Snapshot<'_>, member: u32) -> bool {
    snapshot.stack(member).iter().any(|frame| {
        let name = snapshot.document.name_bytes(frame.func);
        name.starts_with(b"net.") && name.ends_with(b".Read")
    })
}

/// What called Accept: the innermost function that is not of the packages below connections.
fn accepting<'d>(snapshot: &Snapshot<'d>, member: u32) -> Option<&'d Frame> {
    snapshot.stack(member).iter().find(|frame| {
        let name = snapshot.document.name(frame.func);
        !matches!(
            package_of(&name),
            "runtime" | "internal/poll" | "net" | "crypto/tls"
        )
    })
}

fn child_waits(snapshot: &Snapshot<'_>) -> Vec<Diagnosis> {
    let mut all = Vec::new();
    for group in &snapshot.groups {
        let first = group.members[0];
        if snapshot.user_frame(first).is_none() {
            continue;
        }
        // Wait of os/exec first waits for the child, then for the goroutines that copy its output.
        let copies =
            group.waiting == Waiting::ChanReceive && snapshot.passes(first, Role::PipeWait);
        if !copies && !snapshot.passes(first, Role::ChildWait) {
            continue;
        }
        let n = group.members.len();
        let function = site::function(snapshot, first);
        let mut diagnosis = if copies {
            Diagnosis::new(
                class("child-wait"),
                format!("`{function}` waits for the output of a child that has ended"),
            )
            .seen("Wait has seen the child end and waits for the copy of its output: a process that the \
                 child started keeps the pipe open")
            .advise("Set Cmd.WaitDelay, or send the output of what stays behind elsewhere.")
        } else {
            let found = Diagnosis::new(
                class("child-wait"),
                format!("`{function}` waits for a child process"),
            );
            if 1 <= group.oldest {
                found.sure(Confidence::Medium)
            } else {
                young(found.sure(Confidence::Low))
            }
        };
        if 1 <= group.oldest {
            diagnosis = diagnosis.seen(format!("it has waited for {} minutes", group.oldest));
        }
        all.push(
            diagnosis
                .at(site::of_member(snapshot, SiteRole::Waits, first, n))
                .of(n),
        );
    }
    all
}

/// A wait of less than a minute is what programs with children do all day: worth a word, no fault.
fn young(mut diagnosis: Diagnosis) -> Diagnosis {
    diagnosis.severity = Severity::Info;
    diagnosis
        .seen("it has waited for less than a minute, so the child may well be at work")
        .find_out("Take a second dump after a minute, and look at the child's own CPU time.")
}

/// The accept loop of net/http sleeps only after an error that may pass.
fn accept_backoff(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    let members = having(snapshot, |member| {
        let frames = snapshot.stack(member).iter();
        let mut names = frames.map(|frame| snapshot.document.name_bytes(frame.func));
        snapshot.members[member as usize].waiting == Waiting::Sleep
            && names.find(|name| *name != b"time.Sleep" && !name.starts_with(b"runtime."))
                == Some(b"net/http.(*Server).Serve")
    });
    let first = *members.first()?;
    let mut diagnosis = Diagnosis::new(
        class("accept-backoff"),
        "the HTTP server cannot accept connections: its accept loop sleeps after an error",
    )
    .seen("net/http.(*Server).Serve is in time.Sleep, which it calls only when Accept failed")
    .at(site::of_member(
        snapshot,
        SiteRole::Waits,
        first,
        members.len(),
    ))
    .of(members.len());
    let held: usize = snapshot
        .groups
        .iter()
        .filter(|group| group.waiting == Waiting::Io)
        .map(|group| group.members.len())
        .sum();
    if 0 < held {
        diagnosis = diagnosis.seen(format!(
            "{} wait for the network: each holds a descriptor",
            site::count(held, "goroutine")
        ));
    }
    let busiest = snapshot
        .groups
        .iter()
        .find(|group| snapshot.user_frame(group.members[0]).is_some() && group.members[0] != first);
    if let Some(group) = busiest {
        let n = group.members.len();
        let example = group.members[0];
        diagnosis = diagnosis.at(site::of_member(snapshot, SiteRole::Other, example, n));
    }
    Some(diagnosis)
}

/// The log beside the dumps says that no more files can be opened.
pub(crate) fn no_descriptor(document: &Document<'_>) -> Option<Diagnosis> {
    let first = document.unknown.first_no_descriptor?;
    let n = document.unknown.no_descriptor;
    let times = if n == 1 {
        String::new()
    } else {
        format!(", in {n} lines of the log")
    };
    let line = document.str(first).trim().replace('`', "'");
    let line: String = line.chars().take(200).collect();
    let mut diagnosis = Diagnosis::new(
        class("descriptors-exhausted"),
        format!("the process could open no more files or sockets{times}"),
    )
    .seen(format!("the log says `{line}`"));
    diagnosis.order = u64::from(first.start);
    Some(diagnosis)
}

/// So many in one system call are worth a word.
const CALLS: usize = 8;

/// Many goroutines that the same function of the user has sent into the same system call or into C.
fn system_calls(snapshot: &Snapshot<'_>) -> Vec<Diagnosis> {
    let mut piles: Vec<(contend_dumps::NameId, String, Vec<u32>)> = Vec::new();
    for member in 0..snapshot.members.len() as u32 {
        let Some((func, call)) = system_call(snapshot, member) else {
            continue;
        };
        let known = piles.iter_mut().find(|(f, c, _)| *f == func && *c == call);
        match known {
            Some((.., members)) => members.push(member),
            None => piles.push((func, call, vec![member])),
        }
    }
    piles.retain(|(.., members)| CALLS <= members.len());
    let all = piles.into_iter();
    all.map(|(_, call, members)| {
        let first = members[0];
        let n = members.len();
        let ready = members
            .iter()
            .filter(|member| snapshot.members[**member as usize].waiting == Waiting::Runnable);
        let ready = ready.count();
        let mut diagnosis = Diagnosis::new(
            class("syscall-pile-up"),
            format!(
                "{} of `{}` are in {call}",
                site::count(n, "goroutine"),
                site::function(snapshot, first)
            ),
        )
        .sure(if ready * 2 < n {
            Confidence::Medium
        } else {
            Confidence::Low
        })
        .at(site::of_member(snapshot, SiteRole::Waits, first, n))
        .at(site::of_creator(snapshot, first, n))
        .of(n);
        if 0 < ready {
            diagnosis = diagnosis.seen(format!(
                "{ready} of them have come back from the call and wait for a processor"
            ));
        }
        diagnosis.weight += n.ilog2().min(10);
        diagnosis
    })
    .collect()
}

/// The function of the user that made a system call or a call of C, and the call in words.
fn system_call(snapshot: &Snapshot<'_>, member: u32) -> Option<(contend_dumps::NameId, String)> {
    let state = snapshot.members[member as usize].waiting;
    let user = snapshot.members[member as usize].user? as usize;
    if !matches!(state, Waiting::Syscall | Waiting::Runnable) {
        return None;
    }
    let stack = snapshot.stack(member);
    let document = snapshot.document;
    let library = stack[..user].iter();
    let call = library
        .map(|frame| document.name(frame.func))
        .filter(|name| !is_gate(name))
        .find_map(|name| {
            if name.contains("._Cfunc_") || name.contains("._C2func_") {
                let function = name.split("func_").nth(1).unwrap_or_default();
                Some(format!("C, in `{function}`"))
            } else {
                name.strip_prefix("syscall.")
                    .map(|call| format!("the system call `{call}`"))
            }
        })?;
    Some((stack[user].func, call))
}

/// What every system call passes through.
fn is_gate(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("syscall")
        || last.eq_ignore_ascii_case("rawsyscall")
        || last.ends_with("yscall6")
        || last.ends_with("yscallNoError")
}
