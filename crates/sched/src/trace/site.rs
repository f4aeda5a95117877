//! Places in the code, and what a goroutine waits for there.

use contend_gotrace::{Frame, Tables};

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
    /// Something of `sync` with none of the known frames.
    OtherSync,
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
    /// All other reasons.
    Other,
}

impl WaitKind {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mutex => "mutex",
            Self::ReadLock => "read lock",
            Self::WriteLock => "write lock",
            Self::OtherSync => "other sync",
            Self::WaitGroup => "WaitGroup",
            Self::Cond => "Cond",
            Self::ChanSend => "channel send",
            Self::ChanReceive => "channel receive",
            Self::Select => "select",
            Self::Network => "network",
            Self::Sleep => "sleep",
            Self::Collector => "collector",
            Self::Other => "other",
        }
    }

    /// Whether the goroutine waits because others use what it needs, rather than for work.
    pub fn is_lock(self) -> bool {
        matches!(
            self,
            Self::Mutex | Self::ReadLock | Self::WriteLock | Self::OtherSync
        )
    }

    /// The runtime says `sync` for all locks and groups; the frames tell them apart.
    pub(super) fn of(reason: &str, stack: u64, tables: &Tables) -> Self {
        match reason {
            "sync" => tables
                .stack(stack)
                .find_map(
                    |frame| match role_of(tables.string(frame.function).as_bytes()) {
                        // A write lock takes a mutex first; what the user called is further out.
                        Role::MutexLock => None,
                        Role::WriteLock => Some(Self::WriteLock),
                        Role::ReadLock => Some(Self::ReadLock),
                        Role::GroupWait => Some(Self::WaitGroup),
                        _ => None,
                    },
                )
                .unwrap_or_else(|| {
                    let mut roles = tables
                        .stack(stack)
                        .map(|frame| role_of(tables.string(frame.function).as_bytes()));
                    if roles.any(|role| role == Role::MutexLock) {
                        Self::Mutex
                    } else {
                        Self::OtherSync
                    }
                }),
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
}

/// A place in the code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The first function of the user's own code, or the innermost one if there is none.
    pub function: String,
    /// Its file as the compiler named it; empty if unknown.
    pub file: String,
    /// From 1; 0 if unknown.
    pub line: u64,
    /// The innermost function: what was called there.
    pub call: String,
}

impl Place {
    /// Of a stack.
    pub(super) fn of(stack: u64, tables: &Tables) -> Self {
        let name = |frame: &Frame| tables.string(frame.function).to_owned();
        let is_user =
            |frame: &&Frame| role_of(tables.string(frame.function).as_bytes()) == Role::User;
        let first = tables.stack(stack).next();
        let user = tables.stack(stack).find(is_user).or(first);
        Self {
            function: user.map_or_else(|| "(no stack)".to_owned(), name),
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
    /// Waits that had not ended.
    pub n_open: u64,
    /// Different goroutines.
    pub n_goroutines: usize,
    /// Who ended them; the largest sum of waits first.
    pub wakers: Vec<Waker>,
    /// For locks: where those let go who had it meanwhile, with their parts of the sum. An
    /// inference, which takes one function to use one lock.
    pub keepers: Vec<Waker>,
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
}
