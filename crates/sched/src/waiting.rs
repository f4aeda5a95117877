//! What a goroutine does, from the words in its header and, before Go 1.20, from its stack.

use std::fmt;

use crate::Role;

/// What a goroutine does or waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Waiting {
    /// On a processor.
    Running,
    /// Ready to run.
    Runnable,
    /// In the kernel, or in C.
    Syscall,
    /// `time.Sleep`.
    Sleep,
    /// Sending to a channel.
    ChanSend,
    /// Receiving from a channel.
    ChanReceive,
    /// Sending to or receiving from a nil channel: for ever.
    NilChan,
    /// In a select with cases.
    Select,
    /// In `select {}`: for ever.
    SelectForever,
    /// For a mutex.
    Mutex,
    /// For the read side of a lock.
    ReadLock,
    /// For the write side of a lock.
    WriteLock,
    /// For a WaitGroup.
    WaitGroup,
    /// For a condition.
    Cond,
    /// For a semaphore of another kind.
    Semaphore,
    /// For the network poller.
    Io,
    /// The runtime's own resting goroutines, and waits for the collector.
    Idle,
    /// A word that no table has; a newer Go.
    Other,
}

impl Waiting {
    /// From the words of the header. `role` finds the first frame that says more, for the Go
    /// versions that print `semacquire` for every lock.
    pub(crate) fn of(state: &[u8], role: impl Fn() -> Option<Role>) -> Self {
        match state {
            b"running" => Self::Running,
            b"runnable" | b"preempted" | b"copystack" => Self::Runnable,
            b"syscall" | b"waiting for cgo callback" => Self::Syscall,
            b"sleep" => Self::Sleep,
            b"chan send" => Self::ChanSend,
            b"chan receive" => Self::ChanReceive,
            b"chan receive (nil chan)" | b"chan send (nil chan)" => Self::NilChan,
            b"select" => Self::Select,
            b"select (no cases)" => Self::SelectForever,
            b"sync.Mutex.Lock" => match role() {
                // The inner mutex of a write lock.
                Some(Role::WriteLock) => Self::WriteLock,
                _ => Self::Mutex,
            },
            b"sync.RWMutex.RLock" => Self::ReadLock,
            b"sync.RWMutex.Lock" => Self::WriteLock,
            b"sync.WaitGroup.Wait" => Self::WaitGroup,
            b"sync.Cond.Wait" => Self::Cond,
            b"semacquire" => match role() {
                Some(Role::MutexLock | Role::Once) => Self::Mutex,
                Some(Role::WriteLock) => Self::WriteLock,
                Some(Role::ReadLock) => Self::ReadLock,
                Some(Role::GroupWait) => Self::WaitGroup,
                _ => Self::Semaphore,
            },
            b"IO wait" => Self::Io,
            _ if IDLE.iter().any(|idle| idle.as_bytes() == state) => Self::Idle,
            _ if state.starts_with(b"GC ") => Self::Idle,
            _ => Self::Other,
        }
    }

    /// True for waits on a mutex or either side of an RWMutex.
    pub fn on_lock(self) -> bool {
        matches!(self, Self::Mutex | Self::ReadLock | Self::WriteLock)
    }

    /// True if another goroutine must act before this one can go on.
    pub fn on_goroutine(self) -> bool {
        self.on_lock()
            || matches!(
                self,
                Self::ChanSend
                    | Self::ChanReceive
                    | Self::NilChan
                    | Self::Select
                    | Self::SelectForever
                    | Self::WaitGroup
                    | Self::Cond
                    | Self::Semaphore
            )
    }
}

const IDLE: &[&str] = &[
    "idle",
    "dead",
    "force gc (idle)",
    "finalizer wait",
    "cleanup wait",
    "GOMAXPROCS updater (idle)",
    "wait for GC cycle",
    "garbage collection",
    "garbage collection scan",
    "trace reader (blocked)",
    "dumping heap",
    "stopping the world",
    "flushing proc caches",
    "debug call",
    "runtime stack",
];

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Runnable => "runnable",
            Self::Syscall => "in a system call",
            Self::Sleep => "sleeping",
            Self::ChanSend => "sending to a channel",
            Self::ChanReceive => "receiving from a channel",
            Self::NilChan => "using a nil channel",
            Self::Select => "in a select",
            Self::SelectForever => "in an empty select",
            Self::Mutex => "waiting for a mutex",
            Self::ReadLock => "waiting for a read lock",
            Self::WriteLock => "waiting for a write lock",
            Self::WaitGroup => "waiting for a WaitGroup",
            Self::Cond => "waiting for a condition",
            Self::Semaphore => "waiting for a semaphore",
            Self::Io => "waiting for the network or a pipe",
            Self::Idle => "idle",
            Self::Other => "waiting",
        })
    }
}
