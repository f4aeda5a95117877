//! An event in its place, and the change of state that it stands for.

use crate::NONE;
use crate::kind::EventKind;

/// One event of the trace, in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// Nanoseconds of the trace's clock, strictly increasing; on Linux those of CLOCK_MONOTONIC.
    pub time: i64,
    /// The thread it happened on, or [`crate::NONE`].
    pub thread: i64,
    /// The P of that thread before the event, or [`crate::NONE`].
    pub proc: i64,
    /// The goroutine of that thread before the event, or [`crate::NONE`].
    pub goroutine: i64,
    /// The arguments as [`EventKind`] lists them. For a `Sync` the first is its number from 1,
    /// and the second is 1 if something is missing before it, so that no state is known any more.
    pub args: [u64; 4],
}

/// What a goroutine does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum GoState {
    /// The trace has not said yet.
    Undetermined,
    /// Not born or dead.
    NotExist,
    /// Could run if it had a P.
    Runnable,
    /// Runs.
    Running,
    /// Waits for somebody.
    Waiting,
    /// In a system call or in C.
    Syscall,
}

/// What a P does. A P whose goroutine is in a system call counts as running.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ProcState {
    /// The trace has not said yet.
    Undetermined,
    /// GOMAXPROCS is lower.
    NotExist,
    /// Belongs to a thread.
    Running,
    /// Free.
    Idle,
}

/// A change of state of a goroutine or a P.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Of a goroutine: which, from, to.
    Goroutine(i64, GoState, GoState),
    /// Of a P: which, from, to.
    Proc(i64, ProcState, ProcState),
}

/// Statuses as events hold them.
pub(crate) mod status {
    pub(crate) const GO_RUNNABLE: u8 = 1;
    pub(crate) const GO_RUNNING: u8 = 2;
    pub(crate) const GO_SYSCALL: u8 = 3;
    pub(crate) const GO_WAITING: u8 = 4;

    pub(crate) const PROC_RUNNING: u8 = 1;
    pub(crate) const PROC_IDLE: u8 = 2;
    pub(crate) const PROC_SYSCALL: u8 = 3;
    /// In a system call of a thread that the trace has lost.
    pub(crate) const PROC_ABANDONED: u8 = 4;
}

impl GoState {
    pub(crate) fn of_status(status: u8) -> Option<Self> {
        Some(match status {
            0 => Self::Undetermined,
            status::GO_RUNNABLE => Self::Runnable,
            status::GO_RUNNING => Self::Running,
            status::GO_SYSCALL => Self::Syscall,
            status::GO_WAITING => Self::Waiting,
            _ => return None,
        })
    }
}

impl ProcState {
    pub(crate) fn of_status(status: u8) -> Option<Self> {
        Some(match status {
            0 => Self::Undetermined,
            status::PROC_RUNNING | status::PROC_SYSCALL => Self::Running,
            status::PROC_IDLE | status::PROC_ABANDONED => Self::Idle,
            _ => return None,
        })
    }
}

/// How the order tells the event whether a status is the first news of its goroutine or P.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Before {
    /// Nothing was known; in the first generation.
    Unknown,
    /// It did not exist in the generation before.
    Absent,
    /// The same state as after.
    Same,
    /// A P that runs, whatever it is said to do after.
    Running,
    /// A P that is idle.
    Idle,
}

impl Before {
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Unknown => 0,
            Self::Absent => 1,
            Self::Same => 2,
            Self::Running => 3,
            Self::Idle => 4,
        }
    }

    fn of_number(number: u64) -> Self {
        match number {
            0 => Self::Unknown,
            1 => Self::Absent,
            2 => Self::Same,
            3 => Self::Running,
            _ => Self::Idle,
        }
    }
}

impl Event {
    /// Stands where no event is yet.
    pub(crate) const NOTHING: Self = Self {
        kind: EventKind::Sync,
        time: 0,
        thread: NONE,
        proc: NONE,
        goroutine: NONE,
        args: [0; 4],
    };

    /// The id of the stack of the running goroutine, 0 for none.
    #[inline]
    pub fn stack(&self) -> u64 {
        self.kind
            .stack_arg()
            .map_or(0, |at| self.args[usize::from(at) & 3])
    }

    /// The change of state it stands for, if it does.
    #[inline]
    pub fn change(&self) -> Option<Change> {
        use EventKind as E;
        use GoState as G;
        let named = self.args[0] as i64;
        let own = self.goroutine;
        Some(match self.kind {
            E::ProcStart => Change::Proc(named, ProcState::Idle, ProcState::Running),
            E::ProcStop => Change::Proc(self.proc, ProcState::Running, ProcState::Idle),
            E::ProcSteal => {
                let lost = self.args[3] == u64::from(status::PROC_ABANDONED);
                let before = if lost {
                    ProcState::Idle
                } else {
                    ProcState::Running
                };
                Change::Proc(named, before, ProcState::Idle)
            }
            E::ProcStatus => {
                let after = ProcState::of_status(self.args[1] as u8)?;
                let before = match Before::of_number(self.args[2]) {
                    Before::Unknown => ProcState::Undetermined,
                    Before::Absent => ProcState::NotExist,
                    Before::Same => after,
                    Before::Running => ProcState::Running,
                    Before::Idle => ProcState::Idle,
                };
                Change::Proc(named, before, after)
            }
            E::GoCreate => Change::Goroutine(named, G::NotExist, G::Runnable),
            E::GoCreateBlocked => Change::Goroutine(named, G::NotExist, G::Waiting),
            E::GoCreateSyscall => Change::Goroutine(named, G::NotExist, G::Syscall),
            E::GoStart => Change::Goroutine(named, G::Runnable, G::Running),
            E::GoDestroy => Change::Goroutine(own, G::Running, G::NotExist),
            E::GoDestroySyscall => Change::Goroutine(own, G::Syscall, G::NotExist),
            E::GoStop => Change::Goroutine(own, G::Running, G::Runnable),
            E::GoBlock => Change::Goroutine(own, G::Running, G::Waiting),
            E::GoUnblock | E::GoSwitch | E::GoSwitchDestroy => {
                Change::Goroutine(named, G::Waiting, G::Runnable)
            }
            E::GoSyscallBegin => Change::Goroutine(own, G::Running, G::Syscall),
            E::GoSyscallEnd => Change::Goroutine(own, G::Syscall, G::Running),
            E::GoSyscallEndBlocked => Change::Goroutine(own, G::Syscall, G::Runnable),
            E::GoStatus | E::GoStatusStack => {
                let after = GoState::of_status(self.args[2] as u8)?;
                let first = self.args[2] >> 32 == FIRST_NEWS;
                Change::Goroutine(named, if first { G::Undetermined } else { after }, after)
            }
            _ => return None,
        })
    }
}

/// Stands above the status of a goroutine that was not known before.
pub(crate) const FIRST_NEWS: u64 = 1;
