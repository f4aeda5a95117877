//! Places in the code, and what a goroutine waits for there.

use contend_gotrace::{Event, EventKind, Frame, Tables};

use super::told::told;
use super::{Doing, Latency};
use crate::Role;
use crate::role::role_of;

/// What a goroutine waits for, by the runtime's reason and the frames on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitKind {
    /// `sync.(*Mutex).Lock`.
    Mutex,
    /// `sync.(*RWMutex).RLock`.
    ReadLock,
    /// `sync.(*RWMutex).Lock`.
    WriteLock,
    /// Something else of the library that counts on a semaphore, as files do that are written to.
    OtherSync,
    /// Something of the runtime itself, as whoever stops a trace or asks for a collection.
    RuntimeSync,
    /// `sync.(*WaitGroup).Wait`.
    WaitGroup,
    /// `sync.(*Cond).Wait`.
    Cond,
    /// A channel to send to.
    ChanSend,
    /// A channel to receive from.
    ChanReceive,
    /// A select.
    Select,
    /// The network poller.
    Network,
    /// `time.Sleep`.
    Sleep,
    /// The collector, or its helpers waiting for work.
    Collector,
    /// The other coroutine, as an iterator of `iter.Pull` and whoever asks it.
    Coroutine,
    /// All other reasons.
    Other,
    /// The trace does not say: the wait began before it, or its strings are lost.
    Unknown,
}

impl WaitKind {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mutex => "mutex",
            Self::ReadLock => "read lock",
            Self::WriteLock => "write lock",
            Self::OtherSync => "other sync",
            Self::RuntimeSync => "runtime sync",
            Self::WaitGroup => "WaitGroup",
            Self::Cond => "Cond",
            Self::ChanSend => "channel send",
            Self::ChanReceive => "channel receive",
            Self::Select => "select",
            Self::Network => "network",
            Self::Sleep => "sleep",
            Self::Collector => "collector",
            Self::Coroutine => "coroutine",
            Self::Other => "other",
            Self::Unknown => "unknown reason",
        }
    }

    /// Whether the goroutine waits because others use what it needs, rather than for work.
    pub fn is_lock(self) -> bool {
        matches!(
            self,
            Self::Mutex | Self::ReadLock | Self::WriteLock | Self::OtherSync
        )
    }

    /// Of a wait with that reason, as [`reason_of`] gives it, and that stack.
    pub(super) fn of(reason: u64, stack: u64, tables: &Tables) -> Self {
        if reason == COROUTINE {
            return Self::Coroutine;
        }
        match tables.string(reason) {
            "sync" => Self::of_sync(stack, tables),
            "" => Self::Unknown,
            "sync.(*Cond).Wait" => Self::Cond,
            "chan send" => Self::ChanSend,
            "chan receive" => Self::ChanReceive,
            "select" => Self::Select,
            "network" => Self::Network,
            "sleep" => Self::Sleep,
            "GC mark assist wait for work"
            | "GC background sweeper wait"
            | "wait until GC ends"
            | "GC weak to strong wait" => Self::Collector,
            _ => Self::Other,
        }
    }

    /// The runtime says `sync` for all locks and groups; the frames tell them apart.
    fn of_sync(stack: u64, tables: &Tables) -> Self {
        let names = || tables.stack(stack).map(|it| tables.string(it.function));
        let roles = || names().map(|it| role_of(it.as_bytes()));
        let of_role = |role| match role {
            // A write lock takes a mutex first; what the user called is further out.
            Role::WriteLock => Some(Self::WriteLock),
            Role::ReadLock => Some(Self::ReadLock),
            Role::GroupWait => Some(Self::WaitGroup),
            _ => None,
        };
        if let Some(kind) = roles().find_map(of_role) {
            return kind;
        }
        if roles().any(|role| role == Role::MutexLock) {
            return Self::Mutex;
        }
        // What called into the runtime; a collection waits in whatever function allocates.
        let inner = names().take_while(|name| role_of(name.as_bytes()).is_library());
        let of_library = |name: &str| {
            ["sync.", "internal/sync.", "internal/poll."]
                .iter()
                .any(|package| name.starts_with(package))
        };
        if names().len() == 0 || inner.into_iter().any(of_library) {
            Self::OtherSync
        } else {
            Self::RuntimeSync
        }
    }
}

/// In place of a reason, which the trace does not give where a coroutine is created, as
/// `runtime.newcoro` does, or another one goes on for it. No string has that id.
const COROUTINE: u64 = u64::MAX - 1;

/// Why the goroutine of that event, which begins a wait, waits; 0 if nothing is known.
pub(super) fn reason_of(event: &Event) -> u64 {
    match (event.kind, event.args) {
        (EventKind::GoCreateBlocked, _) | (EventKind::GoBlock, [_, _, 1, _]) => COROUTINE,
        (EventKind::GoBlock, [reason, ..]) => reason,
        // It waited before the trace began.
        _ => 0,
    }
}

/// A place in the code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The first function of the user's own code; if there is none, the outermost of the library,
    /// or of the runtime.
    pub function: String,
    /// Its file as the compiler named it; empty if unknown.
    pub file: String,
    /// From 1; 0 if unknown.
    pub line: u64,
    /// The innermost function: what was called there.
    pub call: String,
}

impl Place {
    /// Whether it is in a goroutine that the runtime runs for itself.
    pub fn is_of_runtime(&self) -> bool {
        self.function.starts_with("runtime.") || self.function.starts_with("runtime/")
    }

    /// Of a stack.
    pub(super) fn of(stack: u64, tables: &Tables) -> Self {
        let name = |frame: &Frame| tables.string(frame.function).to_owned();
        let first = tables.stack(stack).next();
        let frames = || {
            tables
                .stack(stack)
                .map(|it| (it, tables.string(it.function)))
        };
        let user = told(frames());
        Self {
            function: match user.map(name) {
                None => "(no stack)".to_owned(),
                Some(name) if name.is_empty() => "(unknown function)".to_owned(),
                Some(name) => name,
            },
            file: user.map_or_else(String::new, |frame| tables.string(frame.file).to_owned()),
            line: user.map_or(0, |frame| frame.line),
            call: first.map_or_else(String::new, name),
        }
    }
}

/// All waits of a kind at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// What is waited for.
    pub kind: WaitKind,
    /// Where.
    pub place: Place,
    /// How many waits ended.
    pub count: u64,
    /// Their sum, and what those that had not ended lasted up to the end of the trace.
    pub total_nanos: i64,
    /// The longest.
    pub max_nanos: i64,
    /// What the standard library did for them.
    pub doing: Doing,
    /// Different goroutines.
    pub n_goroutines: usize,
    /// Who ended them; the largest sum of waits first.
    pub wakers: Vec<Waker>,
    /// For locks: where those let go who had it meanwhile, with their parts of the sum. An
    /// inference, which takes one function to use one lock.
    pub keepers: Vec<Waker>,
    /// What the first of the keepers waited for itself meanwhile, in the function that let go.
    pub inside: Option<Inside>,
    /// Waits that had not ended.
    pub open: OpenWaits,
    /// Waits that ended, of goroutines whose start the trace saw.
    pub ended_of_new: u64,
}

/// How long a lock had been held each time it was let go to somebody who waited.
///
/// Since when is known only of those who had waited for it themselves, in the function that let
/// go; who found it free left no trace of it. If a function lets go of a lock and takes it again
/// without a wait, both holds look like one, so what is known is at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// Those of which that is known.
    pub known: Latency,
    /// How many others there were.
    pub unknown: u64,
}

impl Holds {
    pub(super) fn add(&mut self, nanos: Option<i64>) {
        match nanos {
            Some(nanos) => self.known.add(nanos),
            None => self.unknown += 1,
        }
    }
}

/// What somebody waited for who kept a lock from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// `None` for a system call.
    pub kind: Option<WaitKind>,
    /// Where.
    pub place: Place,
    /// The part of the waits for the lock that passed meanwhile.
    pub total_nanos: i64,
}

/// Waits of a site that had not ended when the trace did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenWaits {
    /// All of them.
    pub count: u64,
    /// The longest.
    pub longest_nanos: i64,
    /// Those of goroutines whose start the trace saw.
    pub of_new: u64,
    /// From the first to the last beginning of these.
    pub new_spread_nanos: i64,
    /// Waits of goroutines that spoke first on a connection, as clients do.
    pub after_asking: u64,
    /// Where most of the new ones were started.
    pub creator: Option<Place>,
}

/// Who ended waits of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waker {
    /// `None` if the runtime did, for the network or a timer.
    pub place: Option<Place>,
    /// How many waits.
    pub count: u64,
    /// Their sum.
    pub total_nanos: i64,
    /// Of a lock: how long the waker had held it.
    pub holds: Holds,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coroutines_wait_without_a_reason_in_the_trace() {
        let of = |kind, args| {
            let event = Event {
                kind,
                time: 1,
                thread: 1,
                proc: 0,
                goroutine: 7,
                args,
            };
            WaitKind::of(reason_of(&event), 0, &Tables::default())
        };
        assert_eq!(of(EventKind::GoBlock, [0, 0, 1, 0]), WaitKind::Coroutine);
        let created = of(EventKind::GoCreateBlocked, [8, 0, 0, 0]);
        assert_eq!(created, WaitKind::Coroutine);
        assert_eq!(of(EventKind::GoBlock, [0; 4]), WaitKind::Unknown);
        assert_eq!(of(EventKind::GoStatus, [8, 1, 4, 0]), WaitKind::Unknown);
    }
}
