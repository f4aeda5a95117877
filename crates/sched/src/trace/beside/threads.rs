//! What each thread does, as the trace goes on.

use contend_gotrace::{Event, EventKind, GoState, NONE};
use rustc_hash::FxHashMap;

/// What a thread does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Doer {
    /// The goroutine on it; [`NONE`] if it runs none.
    pub(super) goroutine: i64,
    /// Where the goroutine went into a system call or C; `None` while it runs Go.
    pub(super) inside: Option<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Threads {
    now: FxHashMap<i64, Doer>,
}

impl Threads {
    /// What the thread does; `None` if the trace has not spoken of it yet.
    pub(super) fn get(&self, thread: i64) -> Option<Doer> {
        self.now.get(&thread).copied()
    }

    pub(super) fn clear(&mut self) {
        self.now.clear();
    }

    /// `place` numbers the places of stacks, whose ids mean something in their generation only.
    pub(super) fn take(&mut self, event: &Event, mut place: impl FnMut(u64) -> u32) {
        use EventKind as E;
        let nobody = Doer {
            goroutine: NONE,
            inside: None,
        };
        let named = Doer {
            goroutine: event.args[0] as i64,
            inside: None,
        };
        let own = Doer {
            goroutine: event.goroutine,
            inside: None,
        };
        let (thread, now) = match event.kind {
            E::GoStart | E::GoSwitch | E::GoSwitchDestroy => (event.thread, named),
            E::GoSyscallBegin => (
                event.thread,
                Doer {
                    inside: Some(place(event.stack())),
                    ..own
                },
            ),
            E::GoSyscallEnd => (event.thread, own),
            E::GoCreateSyscall => (
                event.thread,
                Doer {
                    inside: Some(place(0)),
                    ..named
                },
            ),
            E::GoSyscallEndBlocked
            | E::GoBlock
            | E::GoStop
            | E::GoDestroy
            | E::GoDestroySyscall => (event.thread, nobody),
            E::GoStatus | E::GoStatusStack => {
                let thread = event.args[1] as i64;
                match event.change() {
                    Some(contend_gotrace::Change::Goroutine(goroutine, _, state)) => {
                        let inside = match state {
                            // Said again at the start of a generation: the stack is known.
                            GoState::Syscall => Some(
                                self.get(thread)
                                    .filter(|it| it.goroutine == goroutine)
                                    .and_then(|it| it.inside)
                                    .unwrap_or_else(|| place(event.stack())),
                            ),
                            GoState::Running => None,
                            _ => return,
                        };
                        (thread, Doer { goroutine, inside })
                    }
                    _ => return,
                }
            }
            // A thread that has a P and no goroutine works for the scheduler.
            E::ProcStart | E::ProcStop => {
                if event.goroutine != NONE {
                    return;
                }
                (event.thread, nobody)
            }
            _ => return,
        };
        if thread != NONE {
            self.now.insert(thread, now);
        }
    }
}
