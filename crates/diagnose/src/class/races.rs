//! Reports of the race detector.

use contend_finding::Severity;

use super::maps::MAP_FIX;
use super::{BASE, Class};

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "data-race",
        title: "two goroutines use the same memory without order",
        meaning: "The race detector saw both accesses, and nothing that orders them.",
        not_proved: "That these are all races: the detector sees only what ran.",
        other_side: "Both sides are in the report.",
        fix: &[
            "Guard both places by the same lock, or pass the value by a channel, or use an \
atomic type for the single word.",
        ],
        weight: 110,
        ..BASE
    },
    Class {
        id: "data-race-map",
        title: "two goroutines use one map without order",
        meaning: "The race detector saw both accesses. Without it this ends as `concurrent map \
writes` or `concurrent map read and map write`, which kill the process.",
        not_proved: "That these are all races: the detector sees only what ran.",
        other_side: "Both sides are in the report.",
        fix: MAP_FIX,
        weight: 112,
        ..BASE
    },
    Class {
        id: "race-limit",
        title: "the race detector ran out of goroutines",
        meaning: "It can follow 8128 goroutines alive at a time.",
        not_proved: "Any race.",
        fix: &["Test with less load, and look whether goroutines leak."],
        weight: 60,
        severity: Severity::Warning,
        ..BASE
    },
];
