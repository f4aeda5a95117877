//! Fatal errors, panics and throws: from the headline and the failing goroutine to a verdict.

use contend_dumps::{Document, Headline, HeadlineKind, flags};
use contend_finding::Confidence;
use contend_sched::{Role, Snapshot, Waiting};

use crate::message::{Kind, classify, messages};
use crate::{Class, Diagnosis, SiteRole, class, map_crash, recursion, site};

/// The verdict on the headlines of a dump; `None` if they name no failure.
pub(crate) fn crash(snapshot: &Snapshot<'_>, headlines: &[Headline]) -> Option<Diagnosis> {
    let document = snapshot.document;
    // The last fatal error or panic is the one that ended the process; what it replaced is
    // evidence.
    let main = headlines
        .iter()
        .rev()
        .find(|headline| headline.kind == HeadlineKind::Fatal)
        .or_else(|| headlines.iter().find(|h| is_panic(h.kind)));
    let Some(main) = main else {
        return signal(snapshot, headlines);
    };
    let message = document.str(main.message);
    let text = first_line(&message);
    let kind = if main.kind == HeadlineKind::Fatal {
        Kind::Fatal
    } else {
        Kind::Panic
    };
    let found = classify(&text, kind);
    let found = match main.kind {
        HeadlineKind::HttpPanic if found.id == "panic-other" => class("http-panic"),
        _ => found,
    };
    let failed = failing(snapshot);
    let mut diagnosis = if found.id.starts_with("map-") && found.id != "map-damaged" {
        map_crash::diagnosis(snapshot, found, failed)
    } else {
        plain(snapshot, found, &text, failed)
    };
    if let Some(failed) = failed {
        diagnosis.way = site::way(snapshot, failed);
    }
    let is_replaced = || {
        let mut others = headlines.iter();
        message.contains(" [recovered") || others.any(|it| it.kind == HeadlineKind::Nested)
    };
    let is_logged = kind == Kind::Panic
        && failed.is_some_and(|failed| is_logged(snapshot, failed))
        && !is_replaced();
    diagnosis.recovered = is_logged || main.kind == HeadlineKind::HttpPanic;
    if diagnosis.recovered {
        // Whatever GOTRACEBACK is, such a panic prints one goroutine.
        diagnosis.next.clear();
    }
    if is_logged && diagnosis.class.id == "panic-other" {
        diagnosis.class = class("recovered-panic");
        diagnosis.weight = diagnosis.class.weight;
    }
    if is_logged {
        diagnosis.evidence.retain(|it| !it.starts_with(REPANICKED));
        diagnosis.evidence.insert(0, LOGGED.to_owned());
    }
    diagnosis.evidence.insert(0, quoted(main.kind, &text));
    for other in headlines {
        if other.line != main.line && other.kind != HeadlineKind::Signal {
            let line = document.str(other.line);
            // Several threads may die of the same.
            if diagnosis
                .evidence
                .iter()
                .any(|known| known.contains(line.trim()))
            {
                continue;
            }
            let unwound = main.kind == HeadlineKind::Fatal && other.kind == HeadlineKind::Panic;
            diagnosis.evidence.push(format!(
                "{}: `{}`",
                if unwound {
                    "a panic was unwinding, and deferred functions ran"
                } else {
                    "before it"
                },
                line.trim()
            ));
        }
    }
    if let Some(signal) = main.signal {
        diagnosis = diagnosis.seen(format!("`{}`", document.str(signal)));
    }
    Some(diagnosis)
}

const LOGGED: &str = "the program printed the stack itself: it has recovered";
/// How the evidence begins where a deferred function panicked again.
const REPANICKED: &str = "it went through ";

/// True if the goroutine printed its stack in a deferred function, and went on.
fn is_logged(snapshot: &Snapshot<'_>, member: u32) -> bool {
    let document = snapshot.document;
    let stack = snapshot.stack(member);
    let panic = stack
        .iter()
        .position(|frame| document.name_bytes(frame.func) == b"panic");
    let is_marked = snapshot.members[member as usize].goroutine.flags & flags::LOGGED != 0;
    is_marked || panic.is_some_and(|at| 0 < at)
}

/// The verdict on the first goroutine of a text that has no headline: it ran when it was printed.
/// Programs that recover a panic log such a stack, and a log may begin behind the reason.
pub(crate) fn without_reason(snapshot: &Snapshot<'_>) -> Option<Diagnosis> {
    /// Goroutines that print stacks on demand are among what they print.
    const PRINTERS: [&[u8]; 2] = [b"runtime/pprof.writeGoroutineStacks", b"runtime.Stack"];
    let document = snapshot.document;
    let has = |names: &[&[u8]]| {
        let mut stack = snapshot.stack(0).iter();
        stack.any(|frame| names.contains(&document.name_bytes(frame.func)))
    };
    let first = snapshot.members.first()?;
    if first.waiting != Waiting::Running || first.goroutine.is_scheduler() || first.user.is_none() {
        return None;
    }
    let panicked = has(&[b"panic"]);
    let printed = has(&[b"runtime/debug.Stack", b"runtime/debug.PrintStack"]);
    let header = first.goroutine.header.start;
    let is_one = snapshot.members.len() == 1;
    if !panicked && is_one && (printed || follows_text(document, header)) {
        return Some(own_stack(snapshot));
    }
    let logged = panicked && is_logged(snapshot, 0);
    // Many programs print all of their goroutines on a signal of their own, by runtime.Stack, which
    // leaves no frame: without a sign of a failure only one goroutine alone is a crash.
    let died = has(&[
        b"internal/runtime/maps.fatal",
        b"internal/sync.fatal",
        b"sync.fatal",
    ]) || has(&[b"runtime.fatal", b"runtime.throw"])
        || is_in_map(snapshot)
        || is_one;
    if !panicked && (!died || printed || has(&PRINTERS)) {
        return None;
    }
    let function = site::function(snapshot, 0);
    let reason = reason_above(document, header);
    let (found, headline) = match reason {
        Some((found, text)) if logged => {
            (found, format!("{}, in `{function}`: {text}", found.title))
        }
        Some((found, _)) => (found, format!("{}, in `{function}`", found.title)),
        None if logged => (
            class("recovered-panic"),
            format!("`{function}` panicked, and the program recovered"),
        ),
        None if panicked => (
            class("panic-other"),
            format!("`{function}` panicked; its text is not in the log"),
        ),
        None => (
            class("crash-without-reason"),
            format!("`{function}` failed; why is not in the text"),
        ),
    };
    let mut diagnosis = Diagnosis::new(found, headline)
        .sure(if panicked {
            Confidence::Medium
        } else {
            Confidence::Low
        })
        .at(site::of_member(snapshot, SiteRole::Failed, 0, 1))
        .of(1);
    diagnosis.way = site::way(snapshot, 0);
    if panicked {
        diagnosis = diagnosis.seen("the stack runs through a panic");
    }
    if logged {
        diagnosis.recovered = true;
        diagnosis.evidence.extend(line_above(document, header));
        diagnosis = diagnosis.seen(LOGGED);
    } else {
        diagnosis = diagnosis.find_out(
            "Read more of the log: the reason stands right above the first `goroutine N [running]:`.",
        );
    }
    Some(in_dependency(snapshot, 0, diagnosis))
}

/// True if the first goroutine stopped inside of a map's own code, where no program prints stacks.
fn is_in_map(snapshot: &Snapshot<'_>) -> bool {
    let inner = snapshot.stack(0).first();
    inner.is_some_and(|frame| {
        let name = snapshot.document.name_bytes(frame.func);
        let starts: [&[u8]; 3] = [b"runtime.map", b"reflect.map", b"internal/runtime/maps."];
        starts.iter().any(|start| name.starts_with(start))
    })
}

/// A stack that a program has printed without a failure.
fn own_stack(snapshot: &Snapshot<'_>) -> Diagnosis {
    let function = site::function(snapshot, 0);
    let header = snapshot.members[0].goroutine.header.start;
    let found = class("own-stack");
    let mut diagnosis = Diagnosis::new(found, format!("`{function}` printed its own stack"))
        .at(site::of_member(snapshot, SiteRole::At, 0, 1))
        .at(site::caller(snapshot, 0))
        .of(1);
    let above = line_above(snapshot.document, header);
    diagnosis.evidence.extend(above);
    diagnosis
}

/// True if a line of a log stands right above a stack: what dies leaves a blank line there.
fn follows_text(document: &Document<'_>, header: u32) -> bool {
    let above = &document.text[..header as usize];
    let Some(above) = above.strip_suffix(b"\n") else {
        return false;
    };
    let start = above
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    let line = above[start..].trim_ascii_end();
    let is_frame = line.starts_with(b"\t") || line.ends_with(b")");
    !line.is_empty() && !is_frame && !line.starts_with(b"exit status ")
}

/// The line right above a stack that a program logged itself: mostly the text of the panic.
fn line_above(document: &Document<'_>, header: u32) -> Option<String> {
    let above = &document.text[..header as usize];
    let above = above[above.len().saturating_sub(400)..].trim_ascii_end();
    let line = above.rsplit(|b| *b == b'\n').next()?;
    let line = String::from_utf8_lossy(line).trim().replace('`', "'");
    let line: String = line.chars().take(160).collect();
    (!line.is_empty() && !line.starts_with("goroutine "))
        .then(|| format!("above it the log says `{line}`"))
}

/// What the lines above a stack say about a panic, if it is one of the known texts.
fn reason_above(document: &Document<'_>, header: u32) -> Option<(&'static Class, String)> {
    /// Further away it belongs to something else.
    const REACH: usize = 600;
    let end = header as usize;
    let above = String::from_utf8_lossy(&document.text[end.saturating_sub(REACH)..end]);
    let known = || messages().filter(|it| it.kind == Kind::Panic && 10 < it.text.len());
    let (message, line) = above
        .lines()
        .rev()
        .take(6)
        .flat_map(|line| known().map(move |it| (it, line)))
        .filter(|(it, line)| line.contains(it.text))
        .max_by_key(|(it, _)| it.text.len())?;
    let from = line.find(message.text).unwrap_or(0);
    let text: String = line[from..].chars().take(120).collect();
    Some((
        class(message.class),
        format!("`{}`", text.trim_end().replace('`', "'")),
    ))
}

/// The verdict on a signal that ended the process; SIGQUIT only asks for a dump.
fn signal(snapshot: &Snapshot<'_>, headlines: &[Headline]) -> Option<Diagnosis> {
    let document = snapshot.document;
    let line = headlines
        .iter()
        .filter(|headline| headline.kind == HeadlineKind::Signal)
        .map(|headline| document.str(headline.line))
        .find(|line| !line.starts_with("SIGQUIT"))?;
    let found = class("killed-by-signal");
    let Some(failed) = failing(snapshot) else {
        return Some(Diagnosis::new(found, format!("`{line}` ended the process")));
    };
    let mut stack = snapshot.stack(failed).iter();
    let in_c = stack.any(|frame| document.name_bytes(frame.func) == b"runtime.cgocall");
    let during = if in_c { "while C ran for" } else { "in" };
    let function = site::function(snapshot, failed);
    let headline = format!("`{line}` ended the process, {during} `{function}`");
    Some(
        Diagnosis::new(found, headline)
            .sure(Confidence::Medium)
            .at(site::of_member(snapshot, SiteRole::Failed, failed, 1))
            .of(1),
    )
}

fn is_panic(kind: HeadlineKind) -> bool {
    matches!(
        kind,
        HeadlineKind::Panic | HeadlineKind::HttpPanic | HeadlineKind::Nested
    )
}

/// The first line of a message, without the tail that says it was recovered.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim();
    let line = line.split(" [recovered").next().unwrap_or(line);
    let mut text: String = line.chars().take(200).collect();
    if text.len() < line.len() {
        text.push_str("...");
    }
    text
}

fn quoted(kind: HeadlineKind, text: &str) -> String {
    match kind {
        HeadlineKind::Fatal => format!("the runtime said `fatal error: {text}`"),
        HeadlineKind::HttpPanic => format!("net/http logged and recovered `panic: {text}`"),
        _ => format!("the program said `panic: {text}`"),
    }
}

/// The goroutine that failed: the first one that runs and is not the scheduler's.
fn failing(snapshot: &Snapshot<'_>) -> Option<u32> {
    let members = snapshot.members.iter().enumerate();
    members
        .filter(|(_, member)| !member.goroutine.is_scheduler())
        .find(|(_, member)| matches!(member.waiting, Waiting::Running | Waiting::Syscall))
        .map(|(slot, _)| slot as u32)
}

fn plain(
    snapshot: &Snapshot<'_>,
    found: &'static Class,
    text: &str,
    failed: Option<u32>,
) -> Diagnosis {
    let headline = match failed {
        Some(failed) if !found.is_hang => {
            format!("{}, in `{}`", found.title, site::function(snapshot, failed))
        }
        _ => found.title.to_owned(),
    };
    let mut diagnosis = Diagnosis::new(found, headline);
    if matches!(found.id, "panic-other" | "http-panic") {
        diagnosis.headline = format!("panic: {text}");
    }
    if let (Some(failed), "concurrent-use-panic") = (failed, found.id) {
        let function = site::function(snapshot, failed);
        diagnosis.headline = format!("{text}: `{function}` allows one goroutine at a time");
    }
    if matches!(
        found.id,
        "runtime-invariant"
            | "nil-dereference"
            | "out-of-range"
            | "nil-interface"
            | "memory-fault"
            | "panic-other"
            | "http-panic"
    ) {
        diagnosis = diagnosis.sure(Confidence::Medium);
    }
    if found.is_hang {
        return diagnosis.of(snapshot.members.len());
    }
    if let Some(failed) = failed {
        diagnosis = diagnosis
            .at(site::of_member(snapshot, SiteRole::Failed, failed, 1))
            .of(1);
        diagnosis = in_dependency(snapshot, failed, diagnosis);
        diagnosis = made_for_one(snapshot, failed, diagnosis);
        diagnosis = repanicked(snapshot, failed, diagnosis);
        diagnosis = same_function(snapshot, failed, diagnosis);
        diagnosis = crowd(snapshot, failed, diagnosis);
        if snapshot.members.len() == 1 && !matches!(found.id, "panic-other" | "http-panic") {
            diagnosis = diagnosis.find_out(
                "Run with GOTRACEBACK=all: then the next crash prints the other goroutines too.",
            );
        }
    }
    diagnosis
}

/// Says of a value of the standard library whose own counting has failed that several goroutines
/// probably use it: alone it does not fail so.
fn made_for_one(snapshot: &Snapshot<'_>, failed: u32, diagnosis: Diagnosis) -> Diagnosis {
    /// Types with counters that go astray when two goroutines use them.
    const TYPES: [&str; 14] = [
        "bufio.(*Reader)",
        "bufio.(*Writer)",
        "bufio.(*Scanner)",
        "bytes.(*Buffer)",
        "bytes.(*Reader)",
        "strings.(*Builder)",
        "strings.(*Reader)",
        "math/rand.(*rngSource)",
        "container/list.(*List)",
        "container/ring.(*Ring)",
        "text/tabwriter.(*Writer)",
        "compress/flate.(*compressor)",
        "encoding/json.(*Decoder)",
        "encoding/csv.(*Reader)",
    ];
    let fails_so = ["out-of-range", "nil-dereference", "nil-interface"];
    if !fails_so.contains(&diagnosis.class.id) {
        return diagnosis;
    }
    let document = snapshot.document;
    let user = snapshot.members[failed as usize].user.unwrap_or(0);
    let mut above = snapshot.stack(failed)[..user as usize].iter();
    let Some(owner) = above.find_map(|frame| {
        let name = document.name(frame.func);
        let owner = contend_sched::receiver_of(&name)?;
        TYPES.iter().find(|it| **it == owner)
    }) else {
        return diagnosis;
    };
    let owner = owner.replace("(*", "").replace(')', "");
    let mut diagnosis = diagnosis
        .seen(format!(
            "it happened inside a `{owner}`, which is made for one goroutine"
        ))
        .advise(format!(
            "Goroutines probably share the `{owner}` that `{}` uses: give each its own, or put all \
             uses under one lock. `go test -race` shows both sides.",
            site::function(snapshot, failed)
        ));
    diagnosis.headline = format!(
        "the `{owner}` that `{}` uses is out of order: probably two goroutines use it",
        site::function(snapshot, failed)
    );
    diagnosis
}

/// Says who recovered a panic and panicked again: its frames are above those of the failure.
fn repanicked(snapshot: &Snapshot<'_>, failed: u32, diagnosis: Diagnosis) -> Diagnosis {
    let Some(own) = snapshot.members[failed as usize].user else {
        return diagnosis;
    };
    let above = &snapshot.stack(failed)[..own as usize];
    let mut again: Vec<String> = above
        .iter()
        .filter(|frame| snapshot.roles.get(frame.func) == Role::User)
        .map(|frame| format!("`{}`", snapshot.document.name(frame.func)))
        .collect();
    again.dedup();
    match &again[..] {
        [] => diagnosis,
        [first, ..] => diagnosis.seen(format!(
            "{REPANICKED}{first}, which ran as a deferred function and panicked again"
        )),
    }
}

/// What the stacks add to the failures of one goroutine that many, or many frames, brought about.
fn crowd(snapshot: &Snapshot<'_>, failed: u32, diagnosis: Diagnosis) -> Diagnosis {
    /// Fewer goroutines at one place are nothing special.
    const MANY: usize = 50;
    match diagnosis.class.id {
        "out-of-memory" => {
            let groups = snapshot.groups.iter();
            let largest = groups
                .filter(|group| !snapshot.is_system(group.members[0]))
                .max_by_key(|group| group.members.len());
            let Some(group) = largest.filter(|group| MANY <= group.members.len()) else {
                return diagnosis;
            };
            let (n, first) = (group.members.len(), group.members[0]);
            diagnosis
                .at(site::of_member(snapshot, SiteRole::Waits, first, n))
                .seen(format!(
                    "{n} of {} goroutines are {} in `{}`: what they hold adds up",
                    snapshot.members.len(),
                    group.waiting,
                    site::function(snapshot, first)
                ))
        }
        "stack-overflow" => {
            let counts = recursion::counts(snapshot, failed);
            match recursion::in_words(snapshot, &counts) {
                Some(text) => diagnosis.seen(text),
                None => diagnosis,
            }
        }
        _ => diagnosis,
    }
}

/// Says whose code failed and who called it.
fn in_dependency(snapshot: &Snapshot<'_>, failed: u32, diagnosis: Diagnosis) -> Diagnosis {
    let started = site::of_creator(snapshot, failed, 1);
    let Some((dependency, caller)) = site::dependency(snapshot, failed, 1) else {
        let (callback, caller) = match site::calling_back(snapshot, failed) {
            Some((dependency, caller)) => (Some(dependency), Some(caller)),
            None => (None, site::caller(snapshot, failed)),
        };
        let diagnosis = diagnosis.at(caller).at(started);
        return match callback {
            Some(site::Dependency { module, version }) => shared_value(
                diagnosis.seen(format!("`{module}` {version} called it back")),
                &module,
            ),
            None => diagnosis,
        };
    };
    let site::Dependency { module, version } = dependency;
    let diagnosis = diagnosis.at(caller).at(started).seen(format!(
        "the code that failed is a dependency's, `{module}` {version}"
    ));
    shared_value(diagnosis, &module)
}

/// What to ask where a structure of a dependency was probably out of order.
fn shared_value(diagnosis: Diagnosis, module: &str) -> Diagnosis {
    let fails_so = ["nil-dereference", "nil-interface", "out-of-range"];
    if !fails_so.contains(&diagnosis.class.id) {
        return diagnosis;
    }
    diagnosis.advise(format!(
        "If goroutines share this value: does `{module}` promise that they may? A list or tree that \
         two change at once ends like this. Put all calls under one lock, or use -race to be sure."
    ))
}

/// Other goroutines inside the method or type that failed: candidates for the other side.
fn same_function(snapshot: &Snapshot<'_>, failed: u32, diagnosis: Diagnosis) -> Diagnosis {
    /// Where the other goroutine may well be in the same function. Who sends to a closed channel,
    /// too, is not who closed it, and who follows the same pointer has not set it.
    const SAME: [&str; 10] = [
        "unlock-of-unlocked",
        "rwmutex-unlock-of-unlocked",
        "mutex-state-corrupt",
        "waitgroup-negative",
        "waitgroup-misuse",
        "close-of-closed",
        "fd-misuse",
        "iterator-raced",
        "thread-exhaustion",
        "concurrent-use-panic",
    ];
    if !SAME.contains(&diagnosis.class.id) {
        return diagnosis;
    }
    let Some(own) = snapshot.user_frame(failed) else {
        return diagnosis;
    };
    let others: Vec<u32> = (0..snapshot.members.len() as u32)
        .filter(|member| *member != failed)
        .filter(|member| {
            snapshot
                .user_frames(*member)
                .any(|frame| frame.func == own.func)
        })
        .collect();
    match others.first() {
        Some(first) => diagnosis.at(site::of_member(
            snapshot,
            SiteRole::Other,
            *first,
            others.len(),
        )),
        None => diagnosis,
    }
}
