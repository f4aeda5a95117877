//! A rule's verdict with its evidence.

use std::fmt;

use contend_base::{Location, Span};

use crate::{Fingerprint, RuleMeta, Severity};

/// One fault: what, where, how sure, the evidence on all sides, and what to do.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that speaks.
    pub rule: &'static RuleMeta,
    /// The rule's severity unless this case is milder or worse.
    pub severity: Severity,
    /// How likely the finding is right.
    pub confidence: Confidence,
    /// Why the confidence is what it is: whole clauses, lower case, no full stop.
    pub reasons: Vec<String>,
    /// The headline: one sentence, no full stop, names in backquotes.
    pub message: String,
    /// The place to look at first.
    pub primary: Label,
    /// The other places that belong to it, in the order in which a reader wants them: the other
    /// access of a race, where each goroutine starts, where the lock was taken.
    pub labels: Vec<Label>,
    /// What else a reader should know; sentences without full stop.
    pub notes: Vec<String>,
    /// How to repair it, in words.
    pub help: Option<String>,
    /// How to repair it, as edits.
    pub fix: Option<Fix>,
    /// The function around the primary place, with its package: `example.com/a.(*T).Get`. Empty
    /// where there is none.
    pub function: String,
    /// Set by [`finish`](crate::finish).
    pub fingerprint: Fingerprint,
}

impl Finding {
    /// A finding of `rule` at `location`. Its confidence is medium until [`sure`](Self::sure) says
    /// otherwise.
    pub fn new(rule: &'static RuleMeta, location: Location, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            confidence: Confidence::Medium,
            reasons: Vec::new(),
            message: message.into(),
            primary: Label {
                location,
                text: String::new(),
                role: Role::Other,
            },
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
            function: String::new(),
            fingerprint: Fingerprint::default(),
        }
    }

    /// Says what happens at the primary place: a few words shown below the code.
    pub fn here(mut self, role: Role, text: impl Into<String>) -> Self {
        self.primary.role = role;
        self.primary.text = text.into();
        self
    }

    /// Adds another place.
    pub fn label(mut self, role: Role, location: Location, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            location,
            text: text.into(),
            role,
        });
        self
    }

    /// Adds a note.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Says how to repair it.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Attaches edits.
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Sets the confidence and adds a reason for it.
    pub fn sure(mut self, confidence: Confidence, reason: impl Into<String>) -> Self {
        self.confidence = confidence;
        self.reasons.push(reason.into());
        self
    }

    /// Lowers the confidence where something speaks against the finding, and adds what it is.
    pub fn doubted(mut self, doubts: impl IntoIterator<Item = &'static str>) -> Self {
        for doubt in doubts {
            self = self.sure(Confidence::Low, doubt);
        }
        self
    }

    /// Names the function around the primary place, see [`Finding::function`].
    pub fn inside(mut self, function: impl Into<String>) -> Self {
        self.function = function.into();
        self
    }
}

/// A place and what happens there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// A few words shown below the code; may be empty.
    pub text: String,
    /// What the place is to the finding, for machines.
    pub role: Role,
}

/// What a place is to a finding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Shared memory is written.
    Write,
    /// Shared memory is read.
    Read,
    /// A lock is taken.
    Lock,
    /// A lock is released, or should be.
    Unlock,
    /// A goroutine starts.
    Spawn,
    /// Somebody waits.
    Wait,
    /// Control leaves: a return, a panic, the end of a function.
    Exit,
    /// Something is copied.
    Copy,
    /// Something is declared or created.
    Declare,
    /// None of these.
    Other,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Write => "write",
            Self::Read => "read",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Spawn => "spawn",
            Self::Wait => "wait",
            Self::Exit => "exit",
            Self::Copy => "copy",
            Self::Declare => "declare",
            Self::Other => "other",
        })
    }
}

/// How likely a finding is right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// Something that could not be seen may well make it harmless.
    Low,
    /// Likely; one assumption is left.
    Medium,
    /// Every step was seen in the source.
    High,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}

/// Edits that repair a finding. They belong together: all or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What the edits do: "defer the unlock".
    pub title: String,
    /// Whether they may be applied unseen.
    pub applicability: Applicability,
    /// In order of file and offset, without overlaps.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be applied unseen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Applicability {
    /// A sketch that a person must complete.
    Suggestion,
    /// Complete, but may change what the program does.
    Unsafe,
    /// Complete and keeps everything but the fault.
    Safe,
}

impl fmt::Display for Applicability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Suggestion => "suggestion",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        })
    }
}

/// Replaces the bytes of a place; an empty span inserts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced.
    pub location: Location,
    /// By what.
    pub text: String,
}

impl Edit {
    /// Inserts `text` at the start of `location`.
    pub fn insert(location: Location, text: impl Into<String>) -> Self {
        let span = Span::at(location.span.start);
        Self {
            location: Location::new(location.file, span),
            text: text.into(),
        }
    }
}
