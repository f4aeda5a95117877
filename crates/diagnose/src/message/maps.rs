//! Maps.

use super::{Kind, Texts};

pub(super) const TABLE: &[Texts] = &[
    Texts {
        kind: Kind::Fatal,
        class: "map-write-write",
        list: &[
            "concurrent map writes",
            "small map with no empty slot (concurrent map writes?)",
        ],
    },
    Texts {
        kind: Kind::Fatal,
        class: "map-read-write",
        list: &["concurrent map read and map write"],
    },
    Texts {
        kind: Kind::Fatal,
        class: "map-iterate-write",
        list: &["concurrent map iteration and map write"],
    },
    Texts {
        kind: Kind::Fatal,
        class: "map-clone-write",
        list: &["concurrent map clone and map write"],
    },
    Texts {
        kind: Kind::Panic,
        class: "nil-map-write",
        list: &["assignment to entry in nil map"],
    },
    Texts {
        kind: Kind::Fatal,
        class: "map-damaged",
        list: &[
            "bad evacuatedN",
            "bad map state",
            "hash_iter size incorrect",
            "oldoverflow is not nil",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "map-damaged",
        list: &[
            "invariant failed: found mismatched growthLeft",
            "invariant failed: found mismatched tombstones",
            "invariant failed: found mismatched used slot count",
            "invariant failed: found no empty slots (violates probe invariant)",
            "invariant failed: growthLeft is unexpectedly 0",
            "invariant failed: slot: key not found",
        ],
    },
];
