//! The texts of fatal errors, throws and panics that speak of concurrency, Go 1.18 to 1.27.
//!
//! `cargo xtask oracle messages` reads the sources of the installed Go and says which texts are
//! missing here.

mod channels;
mod invariants;
mod maps;
mod memory;
mod scheduler;
mod sync;

use crate::{Class, class};

/// How a program says its last words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `fatal error: `, which nothing recovers.
    Fatal,
    /// `panic: `.
    Panic,
}

/// Texts of one kind and one class. A text that ends with `*` is the beginning of others.
#[derive(Debug)]
struct Texts {
    kind: Kind,
    /// [`Class::id`].
    class: &'static str,
    list: &'static [&'static str],
}

const TABLES: &[&[Texts]] = &[
    maps::TABLE,
    sync::TABLE,
    channels::TABLE,
    scheduler::TABLE,
    memory::TABLE,
    invariants::TABLE,
];

/// A text of the runtime and the class it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// The text, without the `*` of a beginning.
    pub text: &'static str,
    /// True if the text is only the beginning.
    pub open: bool,
    /// Whether it is said by a fatal error or a panic.
    pub kind: Kind,
    /// [`Class::id`].
    pub class: &'static str,
}

/// All texts.
pub fn messages() -> impl Iterator<Item = Message> {
    TABLES.iter().copied().flatten().flat_map(|texts| {
        texts.list.iter().map(|text| Message {
            text: text.strip_suffix('*').unwrap_or(text),
            open: text.ends_with('*'),
            kind: texts.kind,
            class: texts.class,
        })
    })
}

/// The entry for what stands behind `fatal error: ` or `panic: `; of several beginnings the
/// longest one.
pub fn message(text: &str, kind: Kind) -> Option<Message> {
    messages()
        .filter(|m| m.kind == kind)
        .filter(|m| text == m.text || m.open && text.starts_with(m.text))
        .max_by_key(|m| m.text.len())
}

/// The class of what stands behind `fatal error: ` or `panic: `.
pub(crate) fn classify(text: &str, kind: Kind) -> &'static Class {
    match message(text.trim(), kind) {
        Some(message) => class(message.class),
        // A throw that is in no table: by far most of them are broken invariants.
        None if kind == Kind::Fatal => class("runtime-invariant"),
        None if text.contains("too many open files") => class("descriptors-exhausted"),
        None if is_nil_conversion(text) => class("nil-interface"),
        None if speaks_of_concurrency(text) => class("concurrent-use-panic"),
        None => class("panic-other"),
    }
}

/// True for `interface conversion: interface {} is nil, not string`.
fn is_nil_conversion(text: &str) -> bool {
    let found = text.strip_prefix("interface conversion: ");
    found.is_some_and(|rest| rest.contains(" is nil, not "))
}

/// True for a panic of some library that has met two goroutines where it allows one.
fn speaks_of_concurrency(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let words = [
        "concurrent", // concurrent write, concurrently, concurrency
        "data race",
        "race condition",
        "simultaneous",
        "not goroutine safe",
        "not goroutine-safe",
        "not thread safe",
        "not thread-safe",
    ];
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_leads_to_its_class_and_stands_once() {
        let mut seen = std::collections::BTreeSet::new();
        for message in messages() {
            assert!(
                crate::classes().any(|class| class.id == message.class),
                "{} is no class",
                message.class
            );
            let found = classify(message.text, message.kind);
            assert_eq!(found.id, message.class, "{}", message.text);
            assert!(
                seen.insert((message.kind == Kind::Fatal, message.text)),
                "{} stands twice",
                message.text
            );
        }
    }

    #[test]
    fn unknown_texts_are_told_apart_by_kind() {
        assert_eq!(
            classify("something new", Kind::Fatal).id,
            "runtime-invariant"
        );
        assert_eq!(classify("my own error", Kind::Panic).id, "panic-other");
    }

    #[test]
    fn a_panic_of_the_user_is_not_taken_for_a_throw_of_the_runtime() {
        assert_eq!(classify("fault", Kind::Fatal).id, "memory-fault");
        assert_eq!(
            classify("fault injection is on", Kind::Panic).id,
            "panic-other"
        );
        assert_eq!(classify("out of memory", Kind::Panic).id, "panic-other");
    }

    #[test]
    fn a_library_that_forbids_concurrent_use_is_understood() {
        let text = "concurrent read of one session";
        assert_eq!(classify(text, Kind::Panic).id, "concurrent-use-panic");
    }

    #[test]
    fn a_nil_where_a_value_should_be_is_told_from_a_value_of_another_type() {
        let class = |text| classify(text, Kind::Panic).id;
        let nil = "interface conversion: btree.Item is nil, not main.order";
        assert_eq!(class(nil), "nil-interface");
        let other = "interface conversion: interface {} is int, not string";
        assert_eq!(class(other), "panic-other");
    }

    #[test]
    fn a_full_small_map_is_a_race_of_writers() {
        let text = "small map with no empty slot (concurrent map writes?)";
        assert_eq!(classify(text, Kind::Fatal).id, "map-write-write");
    }
}
