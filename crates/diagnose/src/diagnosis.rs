//! The shape of a verdict.

use contend_finding::{Confidence, Severity};

use crate::Class;

/// One fault of a run: what it is, how sure, and what speaks for it.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// Which kind of fault.
    pub class: &'static Class,
    /// How bad this case is.
    pub severity: Severity,
    /// How sure the verdict is.
    pub confidence: Confidence,
    /// One sentence without full stop, names in backquotes.
    pub headline: String,
    /// What was seen; sentences without full stop.
    pub evidence: Vec<String>,
    /// Places, in the order in which a reader wants them.
    pub sites: Vec<Site>,
    /// The code that the goroutine which failed came through, the innermost first; empty if none
    /// failed.
    pub way: Vec<Site>,
    /// Of a verdict on repetition: what is repeated.
    pub repeats: Option<&'static Class>,
    /// What to do in this case, before what helps in general, which stands in the class.
    pub advice: Vec<String>,
    /// What would tell more; full sentences.
    pub next: Vec<String>,
    /// How many goroutines are part of it.
    pub goroutines: usize,
    /// How often the same thing was seen in the text.
    pub times: u32,
    /// A panic that somebody recovered: the process went on.
    pub recovered: bool,
    /// For sorting: what explains more comes first.
    pub weight: u32,
    /// Where in the text it was seen first; larger for later texts.
    pub order: u64,
}

impl Diagnosis {
    pub(crate) fn new(class: &'static Class, headline: impl Into<String>) -> Self {
        Self {
            class,
            severity: class.severity,
            confidence: Confidence::High,
            headline: headline.into(),
            evidence: Vec::new(),
            sites: Vec::new(),
            way: Vec::new(),
            repeats: None,
            advice: Vec::new(),
            next: Vec::new(),
            goroutines: 0,
            times: 1,
            recovered: false,
            weight: class.weight,
            order: 0,
        }
    }

    pub(crate) fn sure(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    pub(crate) fn seen(mut self, text: impl Into<String>) -> Self {
        self.evidence.push(text.into());
        self
    }

    pub(crate) fn at(mut self, site: Option<Site>) -> Self {
        self.sites.extend(site);
        self
    }

    pub(crate) fn advise(mut self, text: impl Into<String>) -> Self {
        self.advice.push(text.into());
        self
    }

    pub(crate) fn find_out(mut self, text: impl Into<String>) -> Self {
        self.next.push(text.into());
        self
    }

    /// The fault itself, of a verdict on repetition what is repeated.
    pub fn fault(&self) -> &'static Class {
        self.repeats.unwrap_or(self.class)
    }

    /// What to do, the first step first: what fits this case, then what helps in general.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        let general = self.class.fix.iter().copied();
        let own = self.advice.iter().map(String::as_str);
        own.chain(general.filter(|step| !self.advice.iter().any(|own| own == step)))
    }

    pub(crate) fn of(mut self, goroutines: usize) -> Self {
        self.goroutines = goroutines;
        self
    }
}

/// A place of a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// What happens there.
    pub role: SiteRole,
    /// The function.
    pub function: String,
    /// The file as printed; empty if unknown.
    pub file: String,
    /// The line, 0 if unknown.
    pub line: u32,
    /// How many goroutines stand there.
    pub goroutines: usize,
    /// One of them, 0 if none is known.
    pub example: u64,
}

impl Site {
    /// Who stands there, in words; empty if nobody is known by number. `actor` is what the class of
    /// the verdict says.
    pub fn who(&self, actor: &str) -> String {
        match (self.goroutines, self.example) {
            (n, _) if 1 < n => format!("{n} {actor}s"),
            (_, 0) => String::new(),
            (_, id) => format!("{actor} {id}"),
        }
    }
}

/// What happens at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SiteRole {
    /// The goroutine that failed was here.
    Failed,
    /// The goroutine was here when it was printed.
    At,
    /// Memory is written.
    Write,
    /// Memory is read.
    Read,
    /// Who called the function in question: code of another module than the dependency where it
    /// happened, or what tells two sides in one function apart.
    Called,
    /// A candidate for the other side.
    Other,
    /// Somebody waits here.
    Waits,
    /// The probable holder of a lock is here.
    Holds,
    /// The function that stands on the stack again and again is here.
    Repeats,
    /// The goroutine was started here.
    Started,
    /// The memory was allocated here.
    Allocated,
}

impl SiteRole {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::At => "was at",
            Self::Write => "write",
            Self::Read => "read",
            Self::Called => "called by",
            Self::Other => "other side?",
            Self::Waits => "waits",
            Self::Holds => "holds?",
            Self::Repeats => "repeats",
            Self::Started => "started",
            Self::Allocated => "allocated",
        }
    }
}
