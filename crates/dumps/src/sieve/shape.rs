//! What lines of dumps look like.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

/// Starts that are sure enough to be found in the middle of a line.
const ANCHORS: &[&[u8]] = &[
    b"fatal error: ",
    b"panic: ",
    b"SIGQUIT: quit",
    b"WARNING: DATA RACE",
    b"Full thread dump ",
    b"goroutine ",
    b"http: panic serving ",
    b"SCHED ",
    b"gc ",
    b"SIG",
];

/// True if a dump or a part of one starts with this line.
pub(crate) fn starts_dump(line: &[u8]) -> bool {
    match line.first() {
        Some(b'g') => {
            is_header(line) || line.starts_with(b"goroutine profile: total ") || is_collection(line)
        }
        Some(b'S') => is_signal(line) || line.starts_with(b"SCHED "),
        Some(b'h') => line.starts_with(b"http: panic serving "),
        Some(b'f' | b'p' | b'W' | b'F') => ANCHORS.iter().any(|anchor| line.starts_with(anchor)),
        Some(b'E') => {
            line.starts_with(b"Exception in thread ")
                && memmem::find(line, b"ConcurrentModificationException").is_some()
        }
        _ => false,
    }
}

/// What the system says when a process may open no more files: EMFILE and ENFILE.
pub(super) const NO_DESCRIPTOR: &[u8] = b"too many open files";

/// True for a line that tells something beside all dumps.
pub(crate) fn is_notice(line: &[u8]) -> bool {
    memmem::find(line, NO_DESCRIPTOR).is_some()
}

/// A line of GODEBUG=gctrace=1: `gc 7 @0.1s 2%: ...`.
pub(super) fn is_collection(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"gc ") else {
        return false;
    };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    0 < digits && rest[digits..].starts_with(b" @")
}

/// `SIGQUIT: quit` and the signals that end a program, `SIGABRT: abort`.
fn is_signal(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"SIG") else {
        return false;
    };
    let name = rest.iter().take_while(|b| b.is_ascii_uppercase()).count();
    (2..=6).contains(&name) && rest[name..].starts_with(b": ")
}

/// `goroutine N [..]:` and `goroutine N gp=.. [..]:`.
pub(super) fn is_header(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"goroutine ") else {
        return false;
    };
    rest.first().is_some_and(u8::is_ascii_digit) && rest.ends_with(b":") && rest.contains(&b'[')
}

/// True for a line with the header of a goroutine that runs, also behind a prefix.
pub(super) fn runs(line: &[u8]) -> bool {
    line.ends_with(b" [running]:") && memmem::find(line, b"goroutine ").is_some()
}

/// A panic that stands below another one, with the tab in front of it that somebody has made
/// spaces of.
pub(super) fn nested(line: &[u8]) -> Option<Vec<u8>> {
    let text = line.trim_ascii_start();
    let is_nested = text.starts_with(b"panic: ") || text.starts_with(b"fatal error: ");
    (is_nested && line.starts_with(b" ")).then(|| [b"\t", text].concat())
}

/// Where a dump starts behind a prefix.
pub(super) fn anchor_at(line: &[u8]) -> Option<usize> {
    static FINDERS: LazyLock<Vec<Finder>> =
        LazyLock::new(|| ANCHORS.iter().map(Finder::new).collect());
    let found = FINDERS.iter().filter_map(|anchor| {
        let at = anchor.find(line)?;
        let free = at == 0 || !(line[at - 1].is_ascii_alphanumeric() || line[at - 1] == b'_');
        (free && starts_dump(&line[at..])).then_some(at)
    });
    found.min()
}

/// True for lines that stand inside of dumps.
pub(crate) fn belongs(line: &[u8]) -> bool {
    is_inside(line) || is_place(line)
}

/// `FILE.go:LINE`, with or without the rest: a position line, whatever stands in front of it.
pub(super) fn is_place(line: &[u8]) -> bool {
    let end = memmem::find(line, b" +0x").or_else(|| memmem::find(line, b" fp=0x"));
    let place = &line[..end.unwrap_or(line.len())];
    let digits = place
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let Some(file) = place[..place.len() - digits].strip_suffix(b":") else {
        return false;
    };
    // Go, and what assembles and compiles into its programs: .go, .s, .c, .cgo1.go
    let name = file
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_lowercase())
        .count();
    0 < digits && (1..=4).contains(&name) && file[..file.len() - name].ends_with(b".")
}

fn is_inside(line: &[u8]) -> bool {
    let Some(first) = line.first() else {
        return true;
    };
    match first {
        b'\t' | b'#' | b'=' | b'"' => true,
        b' ' => line.starts_with(b"  ") && !is_of_go_test(line) || line.starts_with(b" *(object+"),
        b'c' => line.starts_with(b"created by "),
        b'.' => line.starts_with(b"..."),
        b'[' => line.starts_with(b"[signal ") || line.starts_with(b"[originating "),
        b'e' => line.starts_with(b"exit status ") || line.ends_with(b")"),
        b'P' if line.starts_with(b"PC=0x") || line.starts_with(b"Previous ") => true,
        b'R' | b'W' if memmem::find(line, b" at 0x").is_some() => true,
        b'G' => line.starts_with(b"Goroutine ") || line.starts_with(b"Global var "),
        b'H' if line.starts_with(b"Heap block ") => true,
        b'F' if line.starts_with(b"Found ") => true,
        b's' if line.starts_with(b"signal arrived during ") => true,
        b'r' if line.starts_with(b"runtime: ") || line == b"runtime stack:" => true,
        b'o' if line.starts_with(b"object=0x") => true,
        b'0'..=b'9' => memmem::find(line, b" @ 0x").is_some(),
        _ => line.ends_with(b")") && !line.contains(&b' ') || is_call(line),
    }
}

/// What `go test` prints about a test that contains others, between reports of races.
fn is_of_go_test(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.starts_with(b"--- ") || line.starts_with(b"testing.go:")
}

/// `name(0x1, {0x2, ...})`: arguments have spaces, names have none.
fn is_call(line: &[u8]) -> bool {
    let [head @ .., b')'] = line else {
        return false;
    };
    let open = memchr::memrchr(b'(', head).unwrap_or(0);
    0 < open && !line[..open].contains(&b' ')
}

/// Without the escape sequences of terminals.
pub(super) fn without_colour(line: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        if line[at] == 0x1b && line.get(at + 1) == Some(&b'[') {
            at += 2;
            while at < line.len() && !line[at].is_ascii_alphabetic() {
                at += 1;
            }
        } else if line[at] != 0x1b {
            clean.push(line[at]);
        }
        at += 1;
    }
    clean
}

/// What daemons of syslog write for a tab.
const SYSLOG_TAB: &[u8] = b"#011";

fn with_tabs(line: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memmem::find(rest, SYSLOG_TAB) {
        text.extend_from_slice(&rest[..at]);
        text.push(b'\t');
        rest = &rest[at + SYSLOG_TAB.len()..];
    }
    text.extend_from_slice(rest);
    text
}

/// True if the last line of `text` is the first one of a frame, or names a creator.
fn ends_with_call(text: &[u8]) -> bool {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let start = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
    text.ends_with(b")") || text[start..].starts_with(b"created by ")
}

/// Adds a line, with the tab of position lines where a logger has replaced it.
pub(super) fn push_line(text: &mut Vec<u8>, line: &[u8]) {
    let spaces = line.iter().take_while(|b| **b == b' ').count();
    let tabs;
    let line = if memmem::find(line, SYSLOG_TAB).is_some() {
        tabs = with_tabs(line);
        &tabs[..]
    } else {
        line
    };
    // Reports of races have six spaces there.
    let lost = match spaces {
        0 => is_place(line) && !line.starts_with(b"\t") && ends_with_call(text),
        6 => false,
        _ => is_place(line),
    };
    if lost {
        text.push(b'\t');
        text.extend_from_slice(&line[spaces..]);
    } else {
        text.extend_from_slice(line);
    }
    text.push(b'\n');
}
