//! Code frames: the part of a file that a finding talks about, with its labels.

use std::borrow::Cow;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Snippet};
use contend_base::{FileId, SourceFile, SourceMap, Span};
use contend_finding::Label;

use crate::{Paths, Style};

/// Lines longer than this are generated or no source at all; their place is named without a frame.
const LONGEST_LINE: u32 = 2000;

/// Code frames of places that no finding speaks of, without a title.
pub fn code_frames(
    primary: &Label,
    labels: &[Label],
    files: &SourceMap,
    paths: &Paths,
    style: &Style,
) -> String {
    let elements = frames(primary, labels, files, paths);
    let group = Group::with_level(Level::NOTE).elements(elements);
    style.renderer().render(&[group])
}

/// The frames of a finding: the file of the primary place first, then each other file in the
/// order of its first label.
pub(crate) fn frames<'a>(
    primary: &'a Label,
    labels: &'a [Label],
    files: &'a SourceMap,
    paths: &Paths,
) -> Vec<Element<'a>> {
    let mut order: Vec<FileId> = vec![primary.location.file];
    for label in labels {
        if !order.contains(&label.location.file) {
            order.push(label.location.file);
        }
    }
    let mut elements = Vec::new();
    for id in order {
        let others = labels.iter().map(|label| (label, AnnotationKind::Context));
        let here: Vec<Marked> = std::iter::once((primary, AnnotationKind::Primary))
            .chain(others)
            .filter(|(label, _)| label.location.file == id)
            .map(|(label, kind)| Marked::new(label, kind, files.get(id)))
            .collect();
        let file = files.get(id);
        let path = || paths.show(&file.path).into_owned();
        match window(file, &here) {
            Some(window) => elements.push(snippet(file, window, here, path()).into()),
            None => elements.extend(here.iter().map(|marked| marked.origin(file, path()).into())),
        }
    }
    elements
}

/// A label, cut to what one frame line can show.
struct Marked<'a> {
    label: &'a Label,
    kind: AnnotationKind,
    span: Span,
}

impl<'a> Marked<'a> {
    fn new(label: &'a Label, kind: AnnotationKind, file: &SourceFile) -> Self {
        let span = label.location.span;
        let line = file.line_span(file.line_column(span.start).line);
        // A span over several lines, such as a goroutine's body, is marked by its first line.
        let end = span.end.min(line.end).max(span.start);
        Self {
            label,
            kind,
            span: Span::new(span.start.min(line.end), end.min(line.end)),
        }
    }

    fn origin(&self, file: &SourceFile, path: String) -> Origin<'static> {
        let at = file.line_column(self.span.start);
        Origin::path(path)
            .line(at.line as usize)
            .char_column(at.column as usize)
    }
}

/// The lines from the first marked one to the last; `None` where one of the marked is too long.
fn window(file: &SourceFile, marked: &[Marked]) -> Option<(u32, Span)> {
    let lines = || {
        marked
            .iter()
            .map(|marked| file.line_column(marked.span.start).line)
    };
    if lines().any(|line| file.line_span(line).len() > LONGEST_LINE) {
        return None;
    }
    let (first, last) = (lines().min()?, lines().max()?);
    Some((
        first,
        Span::new(file.line_span(first).start, file.line_span(last).end),
    ))
}

fn snippet<'a>(
    file: &'a SourceFile,
    (first_line, window): (u32, Span),
    marked: Vec<Marked<'a>>,
    path: String,
) -> Snippet<'a, Annotation<'a>> {
    let text = readable(file.slice(window));
    let annotations: Vec<Annotation> = marked
        .into_iter()
        .map(|Marked { label, kind, span }| {
            let at = |offset: u32| boundary(&text, (offset - window.start) as usize);
            let range = at(span.start)..at(span.end.max(span.start));
            let note = (!label.text.is_empty()).then_some(label.text.as_str());
            kind.span(range).label(note)
        })
        .collect();
    Snippet::source(text)
        .path(path)
        .line_start(first_line as usize)
        .annotations(annotations)
}

/// The bytes as text of the same length, so that offsets stay what they are.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    Cow::Owned(text)
}

fn boundary(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_keep_the_offsets() {
        assert_eq!(readable(b"a\xff\xfe\xc3\xa9b"), "a??\u{e9}b");
    }
}
