//! Java machines.

use super::{BASE, Class};

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "jvm-deadlock",
        title: "Java threads wait for each other's locks in a circle",
        meaning: "Owners are printed, so the circle is certain.",
        not_proved: "",
        fix: &["Take the locks in one order everywhere."],
        weight: 130,
        actor: "thread",
        ..BASE
    },
    Class {
        id: "jvm-map-loop",
        title: "a Java thread runs for ever inside a HashMap",
        meaning: "Two threads changed a HashMap at once, and its chain or tree became a circle.",
        not_proved: "That they never leave: the same place in two dumps and a busy processor make it \
likely.",
        fix: &["Use ConcurrentHashMap, or one lock for all accesses."],
        weight: 120,
        actor: "thread",
        ..BASE
    },
    Class {
        id: "jvm-concurrent-modification",
        title: "a Java collection changed while somebody walked over it",
        meaning: "The iterator saw that the collection's count of changes had moved.",
        not_proved: "A race: removing inside for-each on one thread looks the same.",
        fix: &["Iterate over a copy, use the iterator's remove, or a concurrent collection."],
        weight: 90,
        actor: "thread",
        ..BASE
    },
];
