//! Where goroutines stood still, stack by stack, and for how long.

use contend_gotrace::{Change, EventKind, GoState, Reader};
use rustc_hash::FxHashMap;

use super::WaitKind;
use super::site::reason_of;

/// Goroutines waited or were in system calls, all with one stack.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stood {
    /// Functions, the innermost first; empty if the trace does not say.
    pub stack: Vec<String>,
    /// What they did; in system calls nothing is waited for that the trace knows.
    pub waited: Option<WaitKind>,
}

/// Sums of all goroutines by stack, in nanoseconds, in the order in which the stacks were met.
/// Waits that had begun before the trace, or had not ended with it, count with their part inside.
pub fn stood_of(reader: &mut Reader<'_>) -> Vec<(Stood, i64)> {
    let mut all: Vec<(Stood, i64)> = Vec::new();
    let mut ids: FxHashMap<Stood, usize> = FxHashMap::default();
    let mut by_stack: FxHashMap<(Option<u64>, u64), usize> = FxHashMap::default();
    let mut members: FxHashMap<i64, (i64, usize)> = FxHashMap::default();
    let mut last = 0;
    while let Some((event, tables)) = reader.next() {
        let before = std::mem::replace(&mut last, event.time);
        if event.kind == EventKind::Sync {
            by_stack.clear();
            if event.args[1] != 0 {
                leave_off(&mut members, before, &mut all);
            }
        }
        let Some(Change::Goroutine(id, from, to)) = event.change() else {
            continue;
        };
        if from == to {
            continue;
        }
        if let Some((since, at)) = members.remove(&id) {
            all[at].1 += event.time - since;
        }
        let reason = match to {
            GoState::Waiting => Some(reason_of(event)),
            GoState::Syscall => None,
            _ => continue,
        };
        let stack = event.stack();
        let at = *by_stack.entry((reason, stack)).or_insert_with(|| {
            let names = tables.stack(stack).map(|it| tables.string(it.function));
            let stood = Stood {
                stack: names.map(str::to_owned).collect(),
                waited: reason.map(|it| WaitKind::of(it, stack, tables)),
            };
            *ids.entry(stood.clone()).or_insert_with(|| {
                all.push((stood, 0));
                all.len() - 1
            })
        });
        members.insert(id, (event.time, at));
    }
    leave_off(&mut members, last, &mut all);
    all
}

/// What goroutines do after `end` is not known.
fn leave_off(members: &mut FxHashMap<i64, (i64, usize)>, end: i64, all: &mut [(Stood, i64)]) {
    let mut open: Vec<(i64, usize)> = members.drain().map(|(_, it)| it).collect();
    open.sort_unstable();
    for (since, at) in open {
        all[at].1 += end - since;
    }
}
