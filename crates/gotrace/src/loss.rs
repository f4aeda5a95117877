//! What a damaged trace lacks.

use std::fmt;

use crate::error::TraceError;
use crate::generation::Generation;

/// A part of a damaged trace that could not be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loss {
    /// The generation it belongs to; 0 if that is not known.
    pub generation: u64,
    /// What is wrong there.
    pub error: TraceError,
    /// What is missing for it, as a phrase; empty if the error says it all.
    pub missing: String,
}

impl Loss {
    pub(crate) fn new(generation: &Generation, error: TraceError, missing: &str) -> Self {
        Self {
            generation: generation.number,
            error,
            missing: missing.to_owned(),
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, missing, .. } = self;
        if missing.is_empty() {
            return write!(f, "{error}");
        }
        write!(f, "{error}; lost: {missing}")
    }
}
