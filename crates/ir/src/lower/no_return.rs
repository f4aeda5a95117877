//! Functions that never return: those of the standard library, and what tests use beside it.

use contend_types::{ObjId, World};

/// What such a call ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// The goroutine: deferred calls run.
    Goroutine,
    /// The process: nothing runs any more.
    Process,
}

/// What a call of `function` ends, if it never returns.
pub(super) fn end_of(world: &World, function: ObjId) -> Option<End> {
    let object = world.object(function);
    let name = object.name.as_str();
    // Nearly all calls end here.
    if !matches!(
        name.as_bytes().first(),
        Some(b'E' | b'F' | b'G' | b'P' | b'S')
    ) {
        return None;
    }
    let path = world.package(object.package?).source.path.as_str();
    match (path, name) {
        ("os" | "syscall", "Exit") | ("log", "Fatal" | "Fatalf" | "Fatalln") => Some(End::Process),
        ("runtime", "Goexit") | ("log", "Panic" | "Panicf" | "Panicln") => Some(End::Goroutine),
        ("testing", "Fatal" | "Fatalf" | "FailNow" | "Skip" | "Skipf" | "SkipNow") => {
            Some(End::Goroutine)
        }
        ("github.com/stretchr/testify/require", "Fail" | "Failf" | "FailNow" | "FailNowf") => {
            Some(End::Goroutine)
        }
        _ => None,
    }
}
