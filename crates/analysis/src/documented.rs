//! What comments say about calls by several goroutines.

use contend_base::{Location, SourceMap};
use contend_ir::{Body, FuncId, FuncKind};
use contend_types::World;

use crate::conventions::{is_last_name, is_setup_name, is_sort_name, is_start_name};
use crate::library::{defined_type, package_path};
use crate::package::{BodyFacts, Package};

/// A comment says that it is for one goroutine at a time.
static FOR_ONE: &[&str] = &[
    "not thread safe",
    "not threadsafe",
    "not goroutine safe",
    "not concurrency safe",
    "not concurrent safe",
    "not safe for concurrent",
    "not safe to call concurrently",
    "not be called concurrently",
];

/// A comment says that many goroutines may use it at the same time.
static FOR_MANY: &[&str] = &[
    "is safe for concurrent",
    "are safe for concurrent",
    "be safe for concurrent",
    "is safe for use by multiple goroutines",
    "are safe for use by multiple goroutines",
    "is safe to use concurrently",
    "are safe to use concurrently",
    "is safe to be used concurrently",
    "is safe to call concurrently",
    "is safe to use from multiple goroutines",
    "is safe to be used from multiple goroutines",
    "is safe to use by multiple goroutines",
    "is thread safe",
    "are thread safe",
    "is threadsafe",
    "is goroutine safe",
    "are goroutine safe",
    "is concurrency safe",
    "is concurrent safe",
    "is safe for multiple goroutines",
    "can be used concurrently",
    "may be used concurrently",
    "can be called concurrently",
    "may be called concurrently",
    "can be used by multiple goroutines",
    "may be used by multiple goroutines",
    "can be called from multiple goroutines",
    "may be called from multiple goroutines",
    "may be called by multiple goroutines",
    "multiple goroutines may invoke",
    "for use by multiple goroutines",
    "expect to be called concurrently",
    "can execute parallel",
    "be thread safe",
    "be threadsafe",
    "be goroutine safe",
    "be concurrency safe",
    "a thread safe",
    "a threadsafe",
    "a goroutine safe",
    "a concurrency safe",
    "a concurrent safe",
    " safe for concurrent use",
    " safe for concurrent access",
    " safe for concurrent calls",
    " safe to call concurrently",
    " safe to use concurrently",
    " safe to be called concurrently",
    " safe to call from multiple goroutines",
    " safe to call from any goroutine",
    " safe to invoke from multiple goroutines",
    " safe to use across multiple goroutines",
    " safe to use from several goroutines",
    "be called simultaneously from",
    "be used by several goroutines",
    "be used from several goroutines",
    "be used from multiple goroutines",
    "be called by several goroutines",
    "be called from several goroutines",
    "be shared by goroutines",
    "be shared between goroutines",
    "be shared across goroutines",
    "be shared by multiple goroutines",
    "be shared between multiple goroutines",
    "be shared across multiple goroutines",
    "be shared by several goroutines",
    "be shared by many goroutines",
    "shared between many goroutines",
];

/// A comment says that it is for the time before the program begins its work, or for tests.
static FOR_SET_UP: &[&str] = &[
    "init function",
    "in init",
    "in an init",
    "from init",
    "from an init",
    "during init",
    "initialization time",
    "at initialization",
    "initialisation time",
    "at startup",
    "at start up",
    "during startup",
    "on startup",
    "program start",
    "be called before",
    "called before any",
    "before calling",
    "before using",
    "before the first",
    "before starting",
    "called only once",
    "only be called once",
    "called once",
    "for test",
    "for unit test",
    "in test",
    "by test",
    "test only",
];

/// Words that turn a promise into something else.
static DOUBTS: &[&str] = &[
    "aren", "if", "isn", "neither", "no", "none", "nor", "not", "nothing", "only", "unless",
];

/// How many words in front of a promise may doubt it.
const NEAR: usize = 5;

/// True if the comment of a function, or of the type that it is a method of, says that it is made for
/// one goroutine at a time.
pub(crate) fn is_for_one(world: &World, files: &SourceMap, body: &Body) -> bool {
    let says = |text: String| FOR_ONE.iter().any(|it| text.contains(it));
    let of_type = || {
        let receiver = body.funcs.first()?.receiver?;
        let location = world.object(defined_type(world, receiver)?).location?;
        Some(words(above(files, location)))
    };
    says(words(comment(files, body))) || of_type().is_some_and(says)
}

/// True if the comment of a function says that it sets something up, before others come or for a test.
pub(crate) fn is_for_set_up(files: &SourceMap, body: &Body) -> bool {
    let text = words(comment(files, body));
    FOR_SET_UP.iter().any(|it| text.contains(it))
}

/// What lets callers of a method expect that others may call it at the same time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Invitation {
    /// Its comment, or that of its type, says so.
    Documentation,
    /// The interface that it belongs to promises it.
    Interface,
    /// Other values of an interface that it belongs to take a lock in the same method.
    Siblings,
    /// Each call is for a request of its own, which has a context.
    Context,
}

/// The invitation of a function, but for those that begin or end the work of a value.
pub(crate) fn invitation(package: &Package, facts: &BodyFacts) -> Option<Invitation> {
    let (world, files) = (package.world, package.files);
    let func = facts.func(FuncId::new(0));
    let FuncKind::Declared(method) = func.kind else {
        return None;
    };
    let name = world.name(method);
    let is_between = name.is_exported()
        && !is_setup_name(name.as_str())
        && !is_start_name(name.as_str())
        && !is_last_name(name.as_str())
        && !is_sort_name(name.as_str());
    let is_promised = || package.promises.has(world, method);
    if !facts.is_for_one && !is_last_name(name.as_str()) && is_promised() {
        return Some(Invitation::Interface);
    }
    let receiver = func.receiver.filter(|_| is_between)?;
    let of_type = || {
        let location = world.object(defined_type(world, receiver)?).location?;
        Some(is_for_many(above(files, location)))
    };
    if facts.is_for_one {
        None
    } else if is_for_many(comment(files, facts.body)) || of_type() == Some(true) {
        Some(Invitation::Documentation)
    } else {
        let first = func.params.first().copied().flatten()?;
        let ty = defined_type(world, first)?;
        let is_context =
            package_path(world, ty) == "context" && world.name(ty).as_str() == "Context";
        is_context.then_some(Invitation::Context)
    }
}

/// True if a comment, which comes last line first, says that many goroutines may use what it is about,
/// and has no doubt in front of that.
pub(crate) fn is_for_many(lines: impl Iterator<Item = String>) -> bool {
    let text = format!(" {}", words(lines));
    let mut found = FOR_MANY.iter().filter_map(|it| text.find(it));
    found.any(|at| {
        let mut near = text[..at].rsplit(' ').take(NEAR);
        !near.any(|word| DOUBTS.contains(&word))
    })
}

/// The words of a comment, which comes last line first, whatever stands between them.
fn words(lines: impl Iterator<Item = String>) -> String {
    let mut lines: Vec<String> = lines.collect();
    lines.reverse();
    let text = lines.join(" ").to_ascii_lowercase();
    let words = text.split(|it: char| !it.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The lines of the comment above a declaration, last one first.
pub(crate) fn comment(files: &SourceMap, body: &Body) -> impl Iterator<Item = String> {
    let func = body.funcs.first();
    above(
        files,
        Location::new(
            body.file,
            func.map_or_else(Default::default, |func| func.span),
        ),
    )
}

/// The lines of the comment above the line of a place, last one first.
pub(crate) fn above(files: &SourceMap, location: Location) -> impl Iterator<Item = String> {
    let text = &files.get(location.file).text;
    let lines = text.get(..location.span.start as usize).unwrap_or_default();
    let lines = lines.rsplit(|&byte| byte == b'\n').skip(1);
    let comment = lines.take_while(|line| line.trim_ascii_start().starts_with(b"//"));
    comment.map(|line| String::from_utf8_lossy(line).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promises(line: &str) -> bool {
        is_for_many(std::iter::once(line.to_owned()))
    }

    #[test]
    fn a_promise_with_a_doubt_in_front_is_none() {
        for line in [
            "// A Cache is safe for concurrent use by multiple goroutines.",
            "// Aliases is a thread-safe map.",
            "// Safe for concurrent use.",
            "// It may be used by several goroutines.",
        ] {
            assert!(promises(line), "{line}");
        }
        for line in [
            "// None of its methods is safe for concurrent use.",
            "// It is not goroutine-safe.",
            "// Only Get is safe for concurrent use.",
            "// It is unsafe for concurrent use.",
        ] {
            assert!(!promises(line), "{line}");
        }
    }
}
