//! Source files: text, path, and offsets to lines and back.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{Idx, Span};

/// A file of a [`SourceMap`].
pub type FileId = Idx<SourceFile>;

/// The files of a run. Files are added from any thread and never leave.
///
/// Ids follow the order of arrival, which may differ from run to run: sort by path before output.
#[derive(Default)]
pub struct SourceMap {
    files: boxcar::Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file. `text` is at most 4 GiB; what is behind is cut off.
    pub fn add(&self, path: impl Into<Arc<str>>, text: impl Into<Arc<[u8]>>) -> FileId {
        let text = text.into();
        let file = SourceFile {
            path: path.into(),
            text,
            line_starts: OnceLock::new(),
        };
        Idx::new(self.files.push(file))
    }

    /// The file with this id.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.index()]
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.count()
    }

    /// True if there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// The text of one file and where it came from.
pub struct SourceFile {
    /// The path as the user should see it.
    pub path: Arc<str>,
    /// The bytes, UTF-8 or not.
    pub text: Arc<[u8]>,
    line_starts: OnceLock<Box<[u32]>>,
}

impl SourceFile {
    /// The bytes of `span`, cut to the file.
    pub fn slice(&self, span: Span) -> &[u8] {
        let end = (span.end as usize).min(self.text.len());
        let start = (span.start as usize).min(end);
        &self.text[start..end]
    }

    /// Line and column of a byte offset.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset);
        let start = starts[line - 1];
        LineColumn {
            line: line as u32,
            column: offset - start + 1,
        }
    }

    /// The bytes of a line, counted from 1, without its line end. Lines past the last are empty.
    pub fn line_span(&self, line: u32) -> Span {
        let starts = self.line_starts();
        let len = self.text.len() as u32;
        let at = |line: u32| starts.get(line as usize).copied().unwrap_or(len);
        let (start, mut end) = (at(line.saturating_sub(1)), at(line));
        while start < end && matches!(self.text[end as usize - 1], b'\n' | b'\r') {
            end -= 1;
        }
        Span::new(start, end)
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', &self.text).map(|at| at as u32 + 1);
            std::iter::once(0).chain(ends).collect()
        })
    }
}

/// A position as people and compilers write it; both parts count from 1, columns in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Byte in the line, from 1.
    pub column: u32,
}

impl fmt::Display for LineColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_and_cut() {
        let files = SourceMap::default();
        let file = files.get(files.add("x.go", &b"a\r\nbc\n\nd"[..]));
        assert_eq!(file.line_column(0).to_string(), "1:1");
        assert_eq!(file.line_column(4).to_string(), "2:2");
        assert_eq!(file.line_column(7).to_string(), "4:1");
        let lines: Vec<&[u8]> = (1..=5)
            .map(|line| file.slice(file.line_span(line)))
            .collect();
        assert_eq!(lines, [&b"a"[..], b"bc", b"", b"d", b""]);
    }
}
