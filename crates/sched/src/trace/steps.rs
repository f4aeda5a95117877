//! What goroutines did lately, one thing after the other, and who made them go on.

use std::collections::VecDeque;

use super::Spent;
use super::places::SiteId;

/// The number of a step; numbers only grow.
pub(super) type StepId = u64;

/// A goroutine did one thing for a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) goroutine: i64,
    pub(super) start: i64,
    /// [`i64::MAX`] while it lasts.
    pub(super) end: i64,
    pub(super) spent: Spent,
    /// Where, of a wait or system call.
    pub(super) site: SiteId,
    /// What the goroutine did before.
    pub(super) before: Option<StepId>,
    /// Of a wait that a goroutine ended, and of the first step of one that was started: what that
    /// goroutine did then.
    pub(super) by: Option<StepId>,
}

/// The latest ones. Older ones are forgotten, so that memory does not grow with the trace.
#[derive(Debug, Default)]
pub(super) struct Steps {
    kept: VecDeque<Step>,
    /// The number of the first that is kept.
    first: StepId,
}

/// A part of a chain: what was done from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: i64,
    pub(super) end: i64,
    /// Who, what and where; `None` if that is forgotten.
    pub(super) what: Option<(i64, Spent, SiteId)>,
}

impl Steps {
    const MOST: usize = 1 << 18;

    /// Of chains longer than that the rest is left as what it is: waits.
    const MOST_FOLLOWED: usize = 1 << 14;

    /// Waits inside waits inside waits.
    const DEEPEST: usize = 64;

    pub(super) fn push(&mut self, step: Step) -> StepId {
        if self.kept.len() == Self::MOST {
            self.kept.pop_front();
            self.first += 1;
        }
        self.kept.push_back(step);
        self.first + self.kept.len() as u64 - 1
    }

    pub(super) fn get_mut(&mut self, id: StepId) -> Option<&mut Step> {
        let index = id.checked_sub(self.first)?;
        self.kept.get_mut(usize::try_from(index).ok()?)
    }

    fn get(&self, id: StepId) -> Option<&Step> {
        let index = id.checked_sub(self.first)?;
        self.kept.get(usize::try_from(index).ok()?)
    }

    /// What the time from `start` to `end` went into, the last part first: what the goroutine of
    /// `last` did, but instead of a wait what the goroutine did meanwhile that ended it.
    pub(super) fn chain(&self, last: Option<StepId>, start: i64, end: i64) -> Vec<Part> {
        let mut walk = Walk {
            steps: self,
            left: Self::MOST_FOLLOWED,
            parts: Vec::new(),
        };
        walk.follow(last, start, end, 0);
        walk.parts
    }
}

struct Walk<'s> {
    steps: &'s Steps,
    /// How many steps may still be looked at.
    left: usize,
    parts: Vec<Part>,
}

impl Walk<'_> {
    fn follow(&mut self, mut last: Option<StepId>, start: i64, mut end: i64, depth: usize) {
        while start < end {
            let step = last.and_then(|id| self.steps.get(id)).copied();
            let Some(step) = step.filter(|_| 0 < self.left) else {
                return self.add(start, end, None);
            };
            self.left -= 1;
            if step.end < end {
                // The goroutine was gone by then.
                self.add(start.max(step.end), end, None);
                end = step.end;
            }
            if step.start < end {
                let began = start.max(step.start);
                match step.by {
                    Some(by) if step.spent.is_wait() && depth < Steps::DEEPEST => {
                        self.follow(Some(by), began, end, depth + 1);
                    }
                    _ => {
                        let what = (step.goroutine, step.spent, step.site);
                        self.add(began, end, Some(what));
                    }
                }
                end = began;
            }
            // Before it was born there was the one who started it.
            last = match step.before {
                None if !step.spent.is_wait() => step.by,
                before => before,
            };
        }
    }

    fn add(&mut self, start: i64, end: i64, what: Option<(i64, Spent, SiteId)>) {
        if end <= start {
            return;
        }
        match self.parts.last_mut() {
            Some(after) if after.what == what && after.start == end => after.start = start,
            _ => self.parts.push(Part { start, end, what }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::WaitKind;
    use super::*;

    fn step(goroutine: i64, start: i64, end: i64, spent: Spent) -> Step {
        Step {
            goroutine,
            start,
            end,
            spent,
            site: 0,
            before: None,
            by: None,
        }
    }

    fn told(parts: &[Part]) -> Vec<(i64, i64, Option<i64>)> {
        let who = |part: &Part| part.what.map(|(goroutine, ..)| goroutine);
        parts.iter().map(|it| (it.start, it.end, who(it))).collect()
    }

    #[test]
    fn a_wait_is_what_its_waker_did_meanwhile() {
        let mut steps = Steps::default();
        let early = steps.push(step(2, 0, 40, Spent::Running));
        let own = steps.push(step(1, 0, 10, Spent::Running));
        let late = steps.push(Step {
            before: Some(early),
            ..step(2, 40, 90, Spent::Syscall)
        });
        let waker = steps.push(Step {
            before: Some(late),
            ..step(2, 90, i64::MAX, Spent::Running)
        });
        let wait = steps.push(Step {
            before: Some(own),
            by: Some(waker),
            ..step(1, 10, 100, Spent::Waiting(WaitKind::Mutex))
        });
        let last = steps.push(Step {
            before: Some(wait),
            ..step(1, 100, i64::MAX, Spent::Running)
        });
        let chain = steps.chain(Some(last), 5, 120);
        let wanted = [
            (100, 120, Some(1)),
            (90, 100, Some(2)),
            (40, 90, Some(2)),
            (10, 40, Some(2)),
            (5, 10, Some(1)),
        ];
        assert_eq!(told(&chain), wanted);
    }

    #[test]
    fn what_is_forgotten_is_said_and_circles_end() {
        let mut steps = Steps::default();
        // No such thing is in a sound trace.
        let circle = Step {
            by: Some(0),
            before: Some(0),
            ..step(1, 50, i64::MAX, Spent::Waiting(WaitKind::Mutex))
        };
        let id = steps.push(circle);
        let chain = told(&steps.chain(Some(id), 0, 90));
        assert_eq!(chain, [(50, 90, Some(1)), (0, 50, None)]);
        for at in 0..Steps::MOST as i64 {
            steps.push(step(2, at, at + 1, Spent::Running));
        }
        assert!(steps.get_mut(id).is_none());
        assert_eq!(told(&steps.chain(Some(id), 0, 90)), [(0, 90, None)]);
        assert_eq!(told(&steps.chain(None, 3, 3)), []);
    }
}
