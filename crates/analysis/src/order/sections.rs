//! A goroutine that is started while a lock is held, and takes the lock before it does anything: it
//! comes behind all that its starter still does in that section.

use super::concurrency::Point;
use super::graph::{NodeId, ObjectKind, Threads};
use crate::path::Path;

/// True if the starter's access stands in the section that it started the goroutine in, and the
/// goroutine takes the lock on every way to its own.
pub(super) fn is_behind_section(threads: &Threads, goroutine: Point, starter: Point) -> bool {
    let it = &threads.threads[goroutine.0];
    let Some((_, start)) = it.parent.filter(|(parent, _)| *parent == starter.0) else {
        return false;
    };
    it.held.iter().any(|lock| {
        let takes = acquires(threads, lock);
        let is_take = |node: NodeId| takes.contains(&node);
        let reaches = |from: NodeId, to: NodeId| threads.reach([from], is_take).contains(to);
        // Who takes it again has let it go before.
        let again = threads.reach([start], |_| false);
        let mut again = takes.iter().filter(|&&it| again.contains(it));
        !takes.is_empty()
            && !reaches(it.entry, goroutine.1)
            && reaches(start, starter.1)
            && !again.any(|&it| threads.reach([it], |_| false).contains(starter.1))
            && holds(threads, starter, lock)
    })
}

/// Where somebody takes the lock.
fn acquires(threads: &Threads, lock: &Path) -> Vec<NodeId> {
    let objects = threads.objects.iter().enumerate();
    let locks =
        objects.filter(|(_, it)| it.kind == ObjectKind::Lock && it.path.as_ref() == Some(lock));
    locks
        .flat_map(|(object, _)| threads.acquires[object].iter().copied())
        .collect()
}

/// True if an access at the node is made under the lock, whichever way control came.
fn holds(threads: &Threads, (thread, node): Point, lock: &Path) -> bool {
    let mut here = threads.threads[thread]
        .accesses
        .iter()
        .filter(|it| it.0 == node);
    here.any(|(_, access)| {
        let mut locks = access.locks.iter();
        locks.any(|held| held.is_sure && held.path.as_ref() == Some(lock))
    })
}
