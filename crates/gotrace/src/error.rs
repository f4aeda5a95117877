//! Why reading ended before the trace did.

use crate::bytes::BadNumber;

/// What was wrong. All events before it are sound.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
pub enum TraceError {
    /// The file begins with something else.
    #[error("not a Go execution trace: it does not begin with `go 1.N trace`")]
    NotATrace,

    /// Go 1.21 and older wrote another format.
    #[error("a trace of the format before Go 1.22 (version 1.{minor}), which is not read")]
    OldFormat {
        /// The N of `go 1.N trace`.
        minor: u32,
    },

    /// Probably a Go that is newer than this reader.
    #[error("unknown trace version 1.{minor}; 1.22, 1.23, 1.25 and 1.26 are read")]
    UnknownVersion {
        /// The N of `go 1.N trace`.
        minor: u32,
    },

    /// The file ends early, as after a crash or a copy that broke off.
    #[error("the trace is cut off at byte {offset}: {what} is missing")]
    Cut {
        /// Where the part begins that is not whole.
        offset: u64,
        /// What was expected there.
        what: &'static str,
    },

    /// Where the bytes come from failed.
    #[error("the trace could not be read beyond byte {offset}: {reason}")]
    Unreadable {
        /// Up to where it was read.
        offset: u64,
        /// What the source said.
        reason: String,
    },

    /// The bytes break a rule of the format, or the events cannot have happened in any order.
    #[error("generation {generation} of the trace is broken: {reason}")]
    Broken {
        /// The runtime's number for the stretch of about a second; 0 if it could not be read.
        generation: u64,
        /// The rule, and where it is broken.
        reason: String,
    },
}

/// A rule that the events break, before it is known in which generation. Boxed, for the many
/// functions that nearly never return it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Breach {
    pub(crate) reason: String,
}

impl From<String> for Box<Breach> {
    fn from(reason: String) -> Self {
        Box::new(Breach { reason })
    }
}

impl From<BadNumber> for Box<Breach> {
    fn from(bad: BadNumber) -> Self {
        bad.to_string().into()
    }
}
