//! Goroutines that wait for each other in a circle over locks.

use rustc_hash::FxHashMap;

use crate::LockPage;

/// A circle: each member waits for the lock that the next one holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// `(member, slot of the page it waits on)`; the lowest member first.
    pub steps: Vec<(u32, usize)>,
    /// The points of the weakest holder on the way.
    pub points: u32,
}

/// The circles in the likeliest holders of `pages`. A circle of one is a goroutine that waits for
/// itself.
pub fn cycles(pages: &[LockPage]) -> Vec<Cycle> {
    let mut waits: FxHashMap<u32, usize> = FxHashMap::default();
    for (page, lock) in pages.iter().enumerate() {
        for member in lock.all_waiters() {
            waits.insert(member, page);
        }
    }
    let mut cycles: Vec<Cycle> = Vec::new();
    for start in pages.iter().filter_map(|page| page.holders.first()) {
        if let Some(cycle) = walk(start.member, &waits, pages)
            && !cycles.contains(&cycle)
        {
            cycles.push(cycle);
        }
    }
    cycles.sort_by(|a, b| a.steps.cmp(&b.steps));
    cycles
}

/// Follows waits and likeliest holders from `start`; the circle, if `start` is on one.
fn walk(start: u32, waits: &FxHashMap<u32, usize>, pages: &[LockPage]) -> Option<Cycle> {
    let mut steps = Vec::new();
    let mut points = u32::MAX;
    let mut at = start;
    loop {
        let page = *waits.get(&at)?;
        let holder = pages[page].holders.first()?;
        steps.push((at, page));
        points = points.min(holder.points);
        at = holder.member;
        if at == start {
            break;
        }
        if pages.len() < steps.len() {
            return None;
        }
    }
    let lowest = steps.iter().enumerate().min_by_key(|(_, step)| step.0)?.0;
    steps.rotate_left(lowest);
    Some(Cycle { steps, points })
}
