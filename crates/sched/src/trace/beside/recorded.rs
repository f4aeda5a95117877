//! What perf, strace or the like recorded.

use super::Clock;

/// All of it, with times on one clock.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// What the times count.
    pub clock: Clock,
    /// System calls, by their start.
    pub calls: Vec<Call>,
    /// Samples of running threads, by time.
    pub samples: Vec<Sample>,
    /// Signals that were delivered, by time.
    pub signals: Vec<Signal>,
    /// The first moment that was recorded.
    pub start: i64,
    /// The last one.
    pub end: i64,
}

/// A system call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The process, or a number of its own for each; 0 if unknown.
    pub process: i64,
    /// The thread.
    pub thread: i64,
    /// When it began.
    pub start: i64,
    /// When it returned; `None` if it had not when the recording ended.
    pub end: Option<i64>,
    /// Its name, `read`.
    pub name: String,
    /// The descriptor that it is about, and what that is; the text is empty if unknown.
    pub descriptor: Option<(i32, String)>,
    /// What it opens, creates or removes, if recorded.
    pub path: String,
    /// Other arguments worth a word: flags, a time-out.
    pub details: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The last function of the user that was on the recorded stack; empty if none was recorded.
    pub user: String,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It had not.
    Open,
    /// It did what it was asked.
    Done,
    /// A signal interrupted it.
    Interrupted,
    /// It would have had to wait, and was told not to.
    NotReady,
    /// It failed with this error.
    Failed(&'static str),
}

/// A sample of a running thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The thread.
    pub thread: i64,
    /// When.
    pub time: i64,
    /// The innermost function of the user; empty if there is none or the stack has no names.
    pub user: String,
    /// The outermost function; empty if the stack has no names.
    pub root: String,
}

/// A signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The thread.
    pub thread: i64,
    /// When.
    pub time: i64,
    /// `SIGURG`.
    pub name: String,
}

impl Outcome {
    /// Of a failure, by the error's name.
    pub fn of_error(name: &str) -> Self {
        const KNOWN: [&str; 21] = [
            "ECONNREFUSED",
            "ECONNRESET",
            "EPIPE",
            "EMFILE",
            "ENFILE",
            "EEXIST",
            "ENOENT",
            "EACCES",
            "EPERM",
            "ETIMEDOUT",
            "EBADF",
            "ECHILD",
            "ESRCH",
            "EINVAL",
            "ENOMEM",
            "ENOSPC",
            "ENOTCONN",
            "EADDRINUSE",
            "EHOSTUNREACH",
            "ENETUNREACH",
            "ENOTDIR",
        ];
        match name {
            // The kernel's own codes for "again, once the signal is handled".
            "EINTR"
            | "ERESTARTSYS"
            | "ERESTARTNOINTR"
            | "ERESTARTNOHAND"
            | "ERESTART_RESTARTBLOCK" => Self::Interrupted,
            "EAGAIN" | "EWOULDBLOCK" | "EINPROGRESS" => Self::NotReady,
            _ => Self::Failed(KNOWN.iter().find(|it| **it == name).unwrap_or(&"error")),
        }
    }
}
