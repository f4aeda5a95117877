//! Time in steps: units, grains of the levels, and the blocks that are made of them.

use contend_sched::trace::{Activity, WaitKind};

/// Nanoseconds of a unit of time: the clock of Go's traces is no finer.
pub(crate) const UNIT_NANOS: i64 = 64;

/// A block is that many grains long.
pub(crate) const GRAINS: i64 = 256;

/// As many as it takes for a grain of the last level to hold any trace.
pub(crate) const N_LEVELS: usize = 24;

/// The shortest time that can be told apart on a level, in units. Stretches that are longer than
/// that, and no longer than a grain of the level above, are kept on the level.
pub(crate) fn grain(level: usize) -> i64 {
    4 << (2 * level)
}

/// The length of a block in units.
pub(crate) fn block_length(level: usize) -> i64 {
    GRAINS * grain(level)
}

/// The level that keeps stretches of that length.
pub(crate) fn level_of(length: i64) -> usize {
    (0..N_LEVELS - 1)
        .find(|level| length <= grain(level + 1))
        .unwrap_or(N_LEVELS - 1)
}

/// Nanoseconds to units. A clock that is wrong by half a year is as good as one that stands still.
pub(crate) fn units(nanos: i64) -> i64 {
    (nanos.max(0) / UNIT_NANOS).min(grain(N_LEVELS - 1))
}

/// Colours, as the script numbers them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Class {
    Running,
    Runnable,
    Syscall,
    Lock,
    Group,
    Channel,
    Network,
    Sleep,
    Collector,
    Other,
    Marking,
    Stopped,
}

/// How many there are.
pub(crate) const N_CLASSES: usize = Class::Stopped as usize + 1;

/// The colour of an activity.
pub(crate) fn class(activity: &Activity) -> Class {
    match activity {
        Activity::Running => Class::Running,
        Activity::Runnable => Class::Runnable,
        Activity::Syscall(_) => Class::Syscall,
        Activity::Marking => Class::Marking,
        Activity::Stopped(_) => Class::Stopped,
        Activity::Waiting(kind, _) => match kind {
            kind if kind.is_lock() => Class::Lock,
            WaitKind::WaitGroup | WaitKind::Cond => Class::Group,
            WaitKind::ChanSend | WaitKind::ChanReceive | WaitKind::Select => Class::Channel,
            WaitKind::Network => Class::Network,
            WaitKind::Sleep => Class::Sleep,
            WaitKind::Collector => Class::Collector,
            _ => Class::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_longer_than_a_grain_of_its_level_and_no_longer_than_the_next() {
        for length in [0, 1, 4, 5, 16, 17, 1000, 1 << 30, 1 << 40] {
            let level = level_of(length);
            assert!(length <= grain(level + 1), "{length}");
            assert!(level == 0 || grain(level) < length, "{length}");
        }
    }

    #[test]
    fn the_last_but_one_level_keeps_the_longest_trace() {
        assert_eq!(level_of(units(i64::MAX)), N_LEVELS - 2);
        let half_a_year = 180 * 24 * 3600 * 1_000_000_000;
        assert_eq!(units(half_a_year), half_a_year / UNIT_NANOS);
    }
}
