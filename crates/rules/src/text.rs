//! Source text in messages.

use contend_base::{SourceFile, Span};

/// Longer expressions are cut.
const LONGEST: usize = 40;

/// The source of `span` in backquotes, on one line.
pub(crate) fn quoted(file: &SourceFile, span: Span) -> String {
    let text = String::from_utf8_lossy(file.slice(span));
    let mut words = text.split_whitespace();
    let mut line = words.next().unwrap_or_default().to_owned();
    for word in words {
        line.push(' ');
        line.push_str(word);
    }
    if let Some((cut, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(cut);
        line.push_str("...");
    }
    format!("`{line}`")
}
