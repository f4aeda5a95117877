//! Maps: the fatal errors of the map check.

use super::{BASE, Class};

const MAP_NOT_PROVED: &str = "The check is best effort: it sees only operations that overlap. How \
long the race has been there, and which of several writers was the other side, it does not say. A \
run without this crash proves nothing.";
pub(super) const MAP_FIX: &[&str] = &[
    "Guard every access of this map, reads too, with one lock: a sync.Mutex beside the map, held \
     from the check to the write.",
    "If the map is filled once and then only read, build it first and publish it by an atomic \
     pointer. sync.Map suits keys that are written once and read often.",
    "Run the tests with -race: the report names both sides.",
    "recover() does not help: fatal errors are no panics and end the process.",
];

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "map-write-write",
        title: "two goroutines write one map at the same time",
        meaning: "A goroutine that assigned to, deleted from or cleared a map found that another \
one was in the middle of a write.",
        not_proved: MAP_NOT_PROVED,
        other_side: "Another goroutine that assigns, deletes or clears. Look first at the same \
function in other goroutines, then at the other writers of the same field.",
        fix: MAP_FIX,
        ..BASE
    },
    Class {
        id: "map-read-write",
        title: "a goroutine reads a map while another one writes it",
        meaning: "A reader found that a writer was in the middle of a write. The reader is the one \
that is printed; the fault is the missing lock on either side.",
        not_proved: MAP_NOT_PROVED,
        other_side: "A goroutine that assigns, deletes or clears; the reader printed here is \
innocent if reads were meant to be free.",
        fix: MAP_FIX,
        ..BASE
    },
    Class {
        id: "map-iterate-write",
        title: "a goroutine ranges over a map while another one writes it",
        meaning: "An iteration found that a writer was in the middle of a write. Iterations hide \
inside fmt, encoding/json, reflect and maps.",
        not_proved: MAP_NOT_PROVED,
        other_side: "A goroutine that assigns, deletes or clears. If the iteration runs in a \
caller of an accessor, the lock was given up when the accessor returned the map.",
        fix: &[
            "Hold the lock for the whole iteration, or copy the map under the lock and walk over \
the copy.",
            "An accessor must return a copy, not the map: a lock inside it ends with it.",
            "Run the tests with -race: the report names both sides.",
            "recover() does not help: fatal errors are no panics and end the process.",
        ],
        ..BASE
    },
    Class {
        id: "map-clone-write",
        title: "a goroutine clones a map while another one writes it",
        meaning: "maps.Clone found that a writer was in the middle of a write.",
        not_proved: MAP_NOT_PROVED,
        other_side: "A goroutine that assigns, deletes or clears.",
        fix: MAP_FIX,
        ..BASE
    },
    Class {
        id: "nil-map-write",
        title: "assignment to a map that nobody has made",
        meaning: "The map is nil. By itself this is no race.",
        not_proved: "A race is possible where the map is created late, or set to nil by another \
goroutine.",
        other_side: "The code that should make the map, or that sets it to nil.",
        fix: &["Create the map in the constructor; for a late creation use sync.Once or the lock."],
        weight: 90,
        ..BASE
    },
    Class {
        id: "map-damaged",
        title: "the inside of a map is damaged",
        meaning: "Counters or buckets of the map contradict each other. Two writers that did not \
meet in the check leave a map like that; so do keys whose hash changes, unsafe and C code.",
        not_proved: "Which of these it was, and when: the map fails long after.",
        other_side: "All writers of the map; keys that hold pointers to what changes.",
        fix: MAP_FIX,
        weight: 95,
        ..BASE
    },
];
