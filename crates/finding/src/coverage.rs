//! What a run looked at, and what it could not.

use std::sync::Arc;

use contend_base::Location;

/// What a run looked at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// Packages that the user asked for.
    pub packages: usize,
    /// Those of them that were analysed, if only in part.
    pub analysed: usize,
    /// Those of the analysed ones of which something was left out.
    pub in_part: usize,
    /// Source files of the analysed packages.
    pub files: usize,
    /// Bytes of these files.
    pub bytes: u64,
    /// Findings that a comment in the source silenced.
    pub suppressed: usize,
    /// Findings that are less sure than was asked for.
    pub less_sure: usize,
    /// What was left out and why, in order of importance.
    pub left_out: Vec<LeftOut>,
}

/// Things of one kind that were left out for one reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// How many.
    pub count: usize,
    /// What they are, to stand after the count: "package" for one, "packages" for more.
    pub what: String,
    /// Why: "syntax errors", "module is not in the module cache".
    pub reason: String,
}

/// Something that went wrong and did not stop the run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// What happened; a clause without full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What the user may do about it.
    pub help: Option<String>,
}

/// Where a warning points to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// Nowhere in particular.
    Run,
    /// A file or directory as a whole.
    Path(Arc<str>),
    /// A line of a file that is not in the source map, such as go.mod; lines count from 1.
    Line(Arc<str>, u32),
    /// A place in a source file.
    Source(Location),
}
