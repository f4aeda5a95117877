//! The list of what was wrong with a file.

use contend_base::Span;
use memchr::{memchr, memrchr};

use crate::SyntaxError;

/// Files with more errors than this are not Go; the rest would only cost memory.
const MAX_ERRORS: usize = 1000;

/// Collects errors, at most one a line in a row: the rest of a line is likely a consequence.
#[derive(Default)]
pub(crate) struct Errors {
    list: Vec<SyntaxError>,
    /// The line of the last error.
    line: std::ops::Range<usize>,
    /// Set while what follows can only be a consequence of an error already reported.
    pub(crate) muted: bool,
}

impl Errors {
    /// Adds an error at the offset `at` of `src`.
    #[cold]
    pub(crate) fn report(&mut self, src: &[u8], at: usize, message: impl Into<String>) {
        let at = at.min(src.len());
        if !self.wants(at) {
            return;
        }
        let start = memrchr(b'\n', &src[..at]).map_or(0, |newline| newline + 1);
        let end = memchr(b'\n', &src[at..]).map_or(src.len(), |len| at + len);
        self.line = start..end + 1;
        let span = Span::at(at as u32);
        self.list.push(SyntaxError {
            span,
            message: message.into(),
        });
    }

    /// Whether an error at `at` would be kept: asked before a message is made at some cost.
    pub(crate) fn wants(&self, at: usize) -> bool {
        !self.muted && !self.is_full() && !self.line.contains(&at)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MAX_ERRORS
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The errors in order of position.
    pub(crate) fn finish(mut self) -> Vec<SyntaxError> {
        self.list.sort_by_key(|error| error.span.start);
        self.list
    }
}
