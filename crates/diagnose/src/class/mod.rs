//! The kinds of faults: what each means, what it does not prove, where to look, what helps.

mod channels;
mod general;
mod java;
mod lock_waits;
mod maps;
mod memory;
mod races;
mod scheduler;
mod sync;
mod waits;

use contend_finding::Severity;

/// A kind of fault.
#[derive(Debug)]
pub struct Class {
    /// Kebab-case, never changed.
    pub id: &'static str,
    /// What happened, one line without full stop.
    pub title: &'static str,
    /// The mechanism.
    pub meaning: &'static str,
    /// What the evidence leaves open.
    pub not_proved: &'static str,
    /// Where the other goroutine is to be found; empty if there is none.
    pub other_side: &'static str,
    /// What helps, the first step first.
    pub fix: &'static [&'static str],
    /// How bad it is.
    pub severity: Severity,
    /// How much it explains: what is certain and specific comes before what is vague.
    pub weight: u32,
    /// True if the program did not fail but stopped: its goroutines tell why.
    pub is_hang: bool,
    /// What runs the code: `goroutine`, or `thread` in a Java machine.
    pub actor: &'static str,
}

const BASE: Class = Class {
    id: "",
    title: "",
    meaning: "",
    not_proved: "",
    other_side: "",
    fix: &[],
    severity: Severity::Error,
    weight: 100,
    is_hang: false,
    actor: "goroutine",
};

const TABLES: &[&[Class]] = &[
    general::TABLE,
    maps::TABLE,
    sync::TABLE,
    channels::TABLE,
    scheduler::TABLE,
    memory::TABLE,
    races::TABLE,
    lock_waits::TABLE,
    waits::TABLE,
    java::TABLE,
];

/// All classes.
pub fn classes() -> impl Iterator<Item = &'static Class> {
    TABLES.iter().copied().flatten()
}

/// The class called `id`, which must be one of the tables.
pub fn class(id: &str) -> &'static Class {
    let found = classes().find(|class| class.id == id);
    debug_assert!(found.is_some(), "{id} is no class");
    found.unwrap_or(&general::TABLE[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_every_class_explains_itself() {
        let mut ids: Vec<_> = classes().map(|class| class.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), classes().count());
        for class in classes() {
            assert!(!class.title.is_empty(), "{}", class.id);
            assert!(!class.meaning.is_empty(), "{}", class.id);
            assert!(!class.fix.is_empty(), "{}", class.id);
        }
    }
}
