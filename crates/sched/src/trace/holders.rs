//! Locks that went from one goroutine to a waiting one.

use std::collections::VecDeque;

use super::places::SiteId;

/// A lock that went from one goroutine to a waiting one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handoff {
    pub(super) at: i64,
    /// Where the new holder had waited.
    pub(super) site: SiteId,
    /// Where the old holder let go.
    pub(super) waker: u32,
    /// How the old holder had got its last lock.
    pub(super) before: Option<u64>,
    /// The old holder's last wait for something else, or system call.
    pub(super) pause: Option<Pause>,
}

/// A wait or a system call that has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) site: SiteId,
}

impl Pause {
    /// How much of it lies between two moments.
    pub(super) fn overlap(self, start: i64, end: i64) -> i64 {
        (self.end.min(end) - self.start.max(start)).max(0)
    }
}

/// The latest ones. Older ones are forgotten, so that memory does not grow with the trace.
#[derive(Debug, Default)]
pub(super) struct Handoffs {
    kept: VecDeque<Handoff>,
    /// The number of the first that is kept.
    first: u64,
}

impl Handoffs {
    const MOST: usize = 1 << 16;

    /// Its number.
    pub(super) fn push(&mut self, handoff: Handoff) -> u64 {
        if self.kept.len() == Self::MOST {
            self.kept.pop_front();
            self.first += 1;
        }
        self.kept.push_back(handoff);
        self.first + self.kept.len() as u64 - 1
    }

    /// `None` if it is too long ago.
    pub(super) fn get(&self, number: u64) -> Option<Handoff> {
        let index = number.checked_sub(self.first)?;
        self.kept.get(usize::try_from(index).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_when_old_ones_are_forgotten() {
        let handoff = |at| Handoff {
            at,
            site: 0,
            waker: 0,
            before: None,
            pause: None,
        };
        let mut handoffs = Handoffs::default();
        let n = Handoffs::MOST as i64 + 10;
        for at in 0..n {
            assert_eq!(handoffs.push(handoff(at)), at as u64);
        }
        assert!(handoffs.get(9).is_none());
        assert_eq!(handoffs.get(10).map(|it| it.at), Some(10));
        assert_eq!(handoffs.get(n as u64 - 1).map(|it| it.at), Some(n - 1));
        assert!(handoffs.get(n as u64).is_none());
    }

    #[test]
    fn pauses_overlap() {
        let pause = Pause {
            start: 10,
            end: 20,
            site: 0,
        };
        assert_eq!(
            (
                pause.overlap(0, 15),
                pause.overlap(12, 14),
                pause.overlap(20, 30)
            ),
            (5, 2, 0)
        );
    }
}
