//! The top of a file: what decides whether a file belongs to a build, and what it imports.

use contend_base::{Name, NameCache, Span};

use crate::SyntaxError;
use crate::ast::{Directive, DirectiveKind};
use crate::constraint::{go_build_text, plus_build_text};
use crate::lexer::Lexer;
use crate::token::Token;
use crate::{directives, literal};

/// What stands above the first declaration of a file.
#[derive(Debug, Default)]
pub struct Header {
    /// The package clause's name; `None` where the clause is missing or broken.
    pub package: Option<Name>,
    /// Offset of the keyword `package`, or of what stands in its place.
    pub package_pos: u32,
    pub imports: Vec<HeaderImport>,
    /// The `//go:build` line that counts, if there is one: the first above the package clause.
    pub build: Option<Span>,
    /// The `// +build` lines that stand where they count; Go looks at them only without `build`.
    pub plus_build: Vec<Span>,
    /// All directives up to the last import, `//go:debug` and the like included.
    pub directives: Vec<Directive>,
    /// `// Code generated ... DO NOT EDIT.` stands above the package clause.
    pub is_generated: bool,
    /// In order of position.
    pub errors: Vec<SyntaxError>,
}

/// An import of a [`Header`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeaderImport {
    /// The local name, `.` and `_` included.
    pub name: Option<Name>,
    /// The unquoted path.
    pub path: Name,
    /// The path's string literal.
    pub span: Span,
}

/// Reads the package clause, the imports and the comments above them, and nothing else.
pub fn parse_header(text: &[u8]) -> Header {
    let mut reader = Reader {
        lexer: Lexer::new(text, Vec::new(), NameCache::take()),
        header: Header::default(),
    };
    reader.read();
    reader.finish()
}

struct Reader<'s> {
    lexer: Lexer<'s>,
    header: Header,
}

impl Reader<'_> {
    fn read(&mut self) {
        self.lexer.next();
        self.header.package_pos = self.lexer.start as u32;
        self.build_lines();
        if self.lexer.token != Token::Package {
            return self.expected("'package'");
        }
        self.lexer.next();
        if self.lexer.token != Token::Ident {
            return self.expected("package name");
        }
        self.header.package = Some(self.lexer.name);
        self.lexer.next();
        while self.semicolon() && self.lexer.token == Token::Import {
            self.lexer.next();
            if !self.import_declaration() {
                return;
            }
        }
    }

    fn finish(mut self) -> Header {
        let lexer = self.lexer;
        self.header.directives =
            directives::collect(lexer.src, &lexer.comments, self.header.package_pos);
        self.header.is_generated = self
            .header
            .directives
            .iter()
            .any(|it| it.kind == DirectiveKind::Generated);
        lexer.names.give_back();
        let mut errors = lexer.errors.finish();
        errors.extend(std::mem::take(&mut self.header.errors));
        errors.sort_by_key(|error| error.span.start);
        self.header.errors = errors;
        self.header
    }

    fn expected(&mut self, what: &str) {
        let message = format!("expected {what}, found {}", self.lexer.token.text());
        self.lexer.error(self.lexer.start, message);
    }

    fn semicolon(&mut self) -> bool {
        match self.lexer.token {
            Token::Semi => self.lexer.next(),
            Token::Eof => {}
            _ => {
                self.expected("';'");
                return false;
            }
        }
        true
    }

    fn import_declaration(&mut self) -> bool {
        if self.lexer.token != Token::LParen {
            return self.import_spec();
        }
        self.lexer.next();
        while self.lexer.token != Token::RParen {
            if !self.import_spec() {
                return false;
            }
            if self.lexer.token != Token::RParen && !self.semicolon() {
                return false;
            }
        }
        self.lexer.next();
        true
    }

    fn import_spec(&mut self) -> bool {
        let name = match self.lexer.token {
            Token::Ident => Some(self.lexer.name),
            Token::Period => Some(contend_base::known::DOT),
            _ => None,
        };
        if name.is_some() {
            self.lexer.next();
        }
        if self.lexer.token != Token::String {
            self.expected("import path");
            return false;
        }
        let span = self.lexer.span();
        match import_path(&mut self.lexer, span) {
            Some(path) => self.header.imports.push(HeaderImport { name, path, span }),
            None => self.lexer.error(span.start as usize, "invalid import path"),
        }
        self.lexer.next();
        true
    }

    /// Finds the constraint lines. The rules are those of `go/build`: lines, not tokens, count.
    fn build_lines(&mut self) {
        let src = self.lexer.src;
        let package_pos = self.header.package_pos as usize;
        let mut plus_build = Vec::new();
        // A `// +build` line counts only above a blank line above the first other text.
        let mut plus_build_end = 0;
        let mut only_line_comments = true;
        let mut at = 0;
        let mut in_block = false;
        while at < package_pos {
            let end = self.lexer.line_end(at);
            let line = src[at..end].trim_ascii();
            let start = at + (src[at..end].len() - src[at..end].trim_ascii_start().len());
            let span = Span::new(start as u32, (start + line.len()) as u32);
            at = end + 1;
            if line.is_empty() && only_line_comments {
                plus_build_end = end;
                continue;
            }
            only_line_comments &= line.starts_with(b"//");
            let text = std::str::from_utf8(line).unwrap_or_default();
            if !in_block && go_build_text(text).is_some() {
                self.build_line(span);
            } else if plus_build_text(text).is_some() {
                plus_build.push(span);
            }
            in_block = ends_in_block(line, in_block);
        }
        plus_build.retain(|span| (span.end as usize) < plus_build_end);
        self.header.plus_build = plus_build;
    }

    fn build_line(&mut self, span: Span) {
        if self.header.build.is_some() {
            let message = "multiple //go:build comments".to_owned();
            self.header.errors.push(SyntaxError { span, message });
        } else {
            self.header.build = Some(span);
        }
    }
}

/// Whether a `/*` comment is open behind `line`.
fn ends_in_block(mut line: &[u8], mut in_block: bool) -> bool {
    loop {
        if in_block {
            let Some(at) = memchr::memmem::find(line, b"*/") else {
                return true;
            };
            line = line[at + 2..].trim_ascii_start();
            in_block = false;
        } else if let Some(rest) = line.strip_prefix(b"/*") {
            line = rest;
            in_block = true;
        } else {
            return false;
        }
    }
}

/// The unquoted path of the import whose literal stands at `span`.
pub(crate) fn import_path(lexer: &mut Lexer<'_>, span: Span) -> Option<Name> {
    let text = &lexer.src[span.start as usize..span.end as usize];
    let path = literal::unquote(text)?;
    let is_valid = !path.is_empty() && std::str::from_utf8(&path).is_ok();
    is_valid.then(|| lexer.names.intern(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Header {
        parse_header(text.as_bytes())
    }

    #[test]
    fn reads_package_and_imports_and_stops() {
        let text = "// doc\npackage p; import \"a/b\"\nimport (\n\t. \"c\"\n\t_ `d`; x \"e\"\n)\n\
                    var broken = = =\n";
        let header = header(text);
        assert_eq!(header.package, Some(Name::intern("p")));
        let imports: Vec<(Option<&str>, &str)> = header
            .imports
            .iter()
            .map(|it| (it.name.map(Name::as_str), it.path.as_str()))
            .collect();
        assert_eq!(
            imports,
            [
                (None, "a/b"),
                (Some("."), "c"),
                (Some("_"), "d"),
                (Some("x"), "e")
            ]
        );
        assert!(header.errors.is_empty());
    }

    #[test]
    fn build_lines_count_where_go_says() {
        let slice =
            |text: &str, span: Span| text[span.start as usize..span.end as usize].to_owned();
        let text = "// +build old\n\n// +build late\n//go:build linux\npackage p\n//go:build no\n";
        let found = header(text);
        assert_eq!(
            found.build.map(|span| slice(text, span)).as_deref(),
            Some("//go:build linux")
        );
        let plus: Vec<String> = found
            .plus_build
            .iter()
            .map(|&span| slice(text, span))
            .collect();
        assert_eq!(plus, ["// +build old"]);

        let text = "/* x\n//go:build hidden\n*/\n\n//go:build shown\n\npackage p\n";
        let found = header(text);
        assert_eq!(
            found.build.map(|span| slice(text, span)).as_deref(),
            Some("//go:build shown")
        );
        assert_eq!(
            header("//go:build a\n//go:build b\npackage p\n")
                .errors
                .len(),
            1
        );
    }

    #[test]
    fn broken_headers_give_what_they_have() {
        let broken = header("package p\nimport \"a\"\nimport 1\nimport \"b\"\n");
        assert_eq!((broken.imports.len(), broken.errors.len()), (1, 1));
        let no_package = header("\u{FEFF}// x\nfunc f() {}\n");
        assert_eq!((no_package.package, no_package.errors.len()), (None, 1));
        assert!(header("// Code generated by x. DO NOT EDIT.\npackage p").is_generated);
    }
}
