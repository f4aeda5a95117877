//! What was wrong with a profile, counted.

use std::collections::BTreeMap;
use std::fmt;

/// One way in which a profile can be damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// The packed data ends early or does not match its checksum.
    Gzip,
    /// Unpacked it is larger than this crate reads.
    TooLarge,
    /// A record ends before its last field does, or a field has an impossible type.
    Cut,
    /// A number of a string that the table does not have; read as the empty string.
    NoString,
    /// A string that is not UTF-8; the bytes that are not were replaced.
    NotUtf8,
    /// A sample names a location that is not there; the sample lacks this frame.
    NoLocation,
    /// A line names a function that is not there.
    NoFunction,
    /// A location names a mapping that is not there.
    NoMapping,
    /// A location, function or mapping whose number is zero or taken; it was left out.
    BadId,
    /// A sample with fewer or more values than the profile has types of them; it was left out.
    ValueCount,
}

impl Problem {
    /// What it is, to follow a count.
    pub fn text(self) -> &'static str {
        match self {
            Self::Gzip => "packed data cut off or damaged",
            Self::TooLarge => "larger than 1 GiB when unpacked; the rest was not read",
            Self::Cut => "record cut off or damaged",
            Self::NoString => "name missing from the string table",
            Self::NotUtf8 => "string not in UTF-8",
            Self::NoLocation => "frame without its location",
            Self::NoFunction => "line without its function",
            Self::NoMapping => "location without its mapping",
            Self::BadId => "record left out, its number is zero or taken",
            Self::ValueCount => "sample left out, its values do not fit the types",
        }
    }
}

/// How often each problem was met. Empty for a sound profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(BTreeMap<Problem, u64>);

impl Problems {
    pub(crate) fn add(&mut self, problem: Problem) {
        *self.0.entry(problem).or_default() += 1;
    }

    /// True for a sound profile.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How often `problem` was met.
    pub fn count(&self, problem: Problem) -> u64 {
        self.0.get(&problem).copied().unwrap_or(0)
    }

    /// Each problem that was met, with its count.
    pub fn iter(&self) -> impl Iterator<Item = (Problem, u64)> + '_ {
        self.0.iter().map(|(problem, count)| (*problem, *count))
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (problem, count)) in self.iter().enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            write!(f, "{comma}{count} x {}", problem.text())?;
        }
        Ok(())
    }
}
