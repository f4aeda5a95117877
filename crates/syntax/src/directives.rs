//! Comments that instruct a tool.

use contend_base::{Range, Span};

use crate::ast::{Comment, Directive, DirectiveKind, Tree};
use crate::constraint::{go_build_text, plus_build_text};

/// The directives among `comments`; `package_pos` is where the package clause starts.
pub(crate) fn collect(src: &[u8], comments: &[Comment], package_pos: u32) -> Vec<Directive> {
    let mut directives = Vec::new();
    for comment in comments {
        let text = &src[comment.span.start as usize..comment.span.end as usize];
        let is_above_package = comment.span.start < package_pos;
        if let Some(kind) = classify(src, comment.span, text, is_above_package) {
            directives.push(Directive {
                span: comment.span,
                kind,
            });
        }
    }
    directives
}

/// True if a comment says that the file is generated, in the words that Go's tools agreed on.
pub(crate) fn is_generated_marker(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'\n').any(|line| {
        line.strip_prefix(b"// Code generated ".as_slice())
            .is_some_and(|rest| {
                rest.strip_suffix(b"\r")
                    .unwrap_or(rest)
                    .ends_with(b" DO NOT EDIT.")
            })
    })
}

fn classify(src: &[u8], span: Span, text: &[u8], is_above_package: bool) -> Option<DirectiveKind> {
    let body = &text[2..];
    match body.first()? {
        // Prose, nearly always.
        b' ' | b'\n' | b'\r' | b'\t' if !is_above_package => (body.starts_with(b" nolint")
            && is_word_end(&body[7..]))
        .then_some(DirectiveKind::Nolint),
        b' ' | b'\n' | b'\r' | b'\t' | b'+' => {
            let line = std::str::from_utf8(text).unwrap_or_default();
            if is_above_package && plus_build_text(line).is_some() {
                Some(DirectiveKind::PlusBuild)
            } else if is_generated_marker(text) {
                Some(DirectiveKind::Generated)
            } else {
                None
            }
        }
        b'l' if body.starts_with(b"line ") => {
            let starts_line = span.start == 0 || src[span.start as usize - 1] == b'\n';
            (starts_line || text[1] == b'*').then_some(DirectiveKind::Line)
        }
        _ if text[1] == b'*' => None,
        b'g' if body.starts_with(b"go:") => Some(go_directive(text, is_above_package)),
        b'n' => (body.starts_with(b"nolint") && is_word_end(&body[6..]))
            .then_some(DirectiveKind::Nolint),
        b'c' => body
            .starts_with(b"contend:")
            .then_some(DirectiveKind::Contend),
        b'e' => body
            .starts_with(b"export ")
            .then_some(DirectiveKind::Export),
        _ => None,
    }
}

fn go_directive(text: &[u8], is_above_package: bool) -> DirectiveKind {
    let line = std::str::from_utf8(text).unwrap_or_default();
    if is_above_package && go_build_text(line).is_some() {
        DirectiveKind::Build
    } else if text.starts_with(b"//go:linkname") && is_word_end(&text[13..]) {
        DirectiveKind::Linkname
    } else {
        DirectiveKind::Go
    }
}

fn is_word_end(rest: &[u8]) -> bool {
    rest.first()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

impl Tree {
    /// The comments that document what starts at `pos`: the group that ends on the line above.
    ///
    /// `text` is the text of the file. The group that `go/ast` calls the lead comment.
    pub fn doc(&self, text: &[u8], pos: u32) -> Range<Comment> {
        let end = self
            .comments
            .partition_point(|comment| comment.span.end <= pos);
        let Some(last) = self.comments[..end].last() else {
            return Range::EMPTY;
        };
        let gap = text
            .get(last.span.end as usize..pos as usize)
            .unwrap_or_default();
        // From the end: the comment may be far away, with much text behind it.
        let is_blank = gap.iter().rev().all(u8::is_ascii_whitespace);
        if last.trails || !is_blank || memchr::memchr_iter(b'\n', gap).count() != 1 {
            return Range::EMPTY;
        }
        let n_joined = self.comments[..end]
            .iter()
            .rev()
            .take_while(|it| it.joins)
            .count();
        Range::new(end - 1 - n_joined, end)
    }

    /// The comments behind `pos` on its line and those that join them.
    pub fn line_comment(&self, text: &[u8], pos: u32) -> Range<Comment> {
        let start = self
            .comments
            .partition_point(|comment| comment.span.start < pos);
        let Some(first) = self.comments.get(start) else {
            return Range::EMPTY;
        };
        let gap = text
            .get(pos as usize..first.span.start as usize)
            .unwrap_or_default();
        if !first.trails || gap.contains(&b'\n') {
            return Range::EMPTY;
        }
        let n_joined = self.comments[start + 1..]
            .iter()
            .take_while(|it| it.joins)
            .count();
        Range::new(start, start + 1 + n_joined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<DirectiveKind> {
        crate::parse(text.as_bytes())
            .tree
            .directives
            .iter()
            .map(|it| it.kind)
            .collect()
    }

    #[test]
    fn every_kind_is_found_once() {
        let text = "// Code generated by x. DO NOT EDIT.\n\n//go:build a\n// +build a\n\n\
                    //go:debug x=1\npackage p\n\n// #include <a.h>\nimport \"C\"\n\n\
                    //line a.y:1\n//go:linkname a b\n//export f\nfunc f() { //nolint:all\n\
                    /*line b.y:2*/ g() //contend:allow x\n//go:build no\n// lined\n}\n";
        use DirectiveKind::{
            Build, CgoPreamble, Contend, Export, Generated, Go, Line, Linkname, Nolint, PlusBuild,
        };
        assert_eq!(
            kinds(text),
            [
                Generated,
                Build,
                PlusBuild,
                Go,
                CgoPreamble,
                Line,
                Linkname,
                Export,
                Nolint,
                Line,
                Contend,
                Go
            ]
        );
    }

    #[test]
    fn documentation_is_the_group_right_above() {
        let text = "package p\n\n// far\n\n// near\n// too\nfunc f() {} // behind\nvar x int\n";
        let parsed = crate::parse(text.as_bytes());
        let texts = |range: Range<Comment>| -> Vec<&str> {
            let comments = &parsed.tree.comments[range.as_usize()];
            comments
                .iter()
                .map(|it| &text[it.span.start as usize..it.span.end as usize])
                .collect()
        };
        let at = |needle: &str| text.find(needle).expect("in the text") as u32;
        assert_eq!(
            texts(parsed.tree.doc(text.as_bytes(), at("func"))),
            ["// near", "// too"]
        );
        assert!(texts(parsed.tree.doc(text.as_bytes(), at("var"))).is_empty());
        let behind = parsed.tree.line_comment(text.as_bytes(), at(" // behind"));
        assert_eq!(texts(behind), ["// behind"]);
    }
}
