//! The line syntax that go.mod and go.work share: a verb with words, or a verb with a block of such
//! lines in parentheses.

/// A line of a go.mod or go.work file that makes no sense.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineError {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

impl LineError {
    pub(crate) fn new(line: u32, message: impl Into<String>) -> Self {
        Self {
            line,
            message: message.into(),
        }
    }
}

/// One directive: `verb word word // comment`, taken out of its block if it stood in one.
#[derive(Debug)]
pub(crate) struct Directive {
    pub(crate) verb: String,
    pub(crate) words: Vec<String>,
    /// The comment at the end of the line, without slashes.
    pub(crate) suffix: String,
    /// The comment lines right above, without slashes.
    pub(crate) above: Vec<String>,
    pub(crate) line: u32,
}

/// Splits a file into directives. Lines that make no sense are errors and left out.
pub(crate) fn parse(text: &[u8]) -> (Vec<Directive>, Vec<LineError>) {
    let mut reader = Reader::default();
    let text = String::from_utf8_lossy(text);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut line = 0;
    for content in text.split('\n') {
        line += 1;
        reader.line(content, line);
    }
    if let Some((verb, open)) = reader.block {
        reader.errors.push(LineError::new(
            open,
            format!("the block of `{verb}` is never closed"),
        ));
    }
    (reader.directives, reader.errors)
}

#[derive(Default)]
struct Reader {
    directives: Vec<Directive>,
    errors: Vec<LineError>,
    /// The verb of the open block, and where it was opened.
    block: Option<(String, u32)>,
    above: Vec<String>,
    in_conflict: bool,
}

impl Reader {
    fn line(&mut self, content: &str, line: u32) {
        if self.is_merge_mark(content, line) {
            return;
        }
        let (words, comment) = match words(content) {
            Ok(found) => found,
            Err(message) => {
                self.errors.push(LineError::new(line, message));
                return;
            }
        };
        if words.is_empty() {
            match comment {
                Some(comment) => self.above.push(comment),
                None => self.above.clear(),
            }
            return;
        }
        let above = std::mem::take(&mut self.above);
        match &words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [")"] => {
                if self.block.take().is_none() {
                    self.errors
                        .push(LineError::new(line, "`)` without an open block"));
                }
            }
            [verb, "("] if self.block.is_none() => self.block = Some(((*verb).to_owned(), line)),
            // `require ()` opens and closes at once.
            [_, "(", ")"] if self.block.is_none() => {}
            [.., "("] => self
                .errors
                .push(LineError::new(line, "a block inside a block")),
            _ => {
                let mut words = words;
                let verb = match &self.block {
                    Some((verb, _)) => verb.clone(),
                    None => words.remove(0),
                };
                let suffix = comment.unwrap_or_default();
                self.directives.push(Directive {
                    verb,
                    words,
                    suffix,
                    above,
                    line,
                });
            }
        }
    }

    /// Lines that git leaves in a file when a merge fails. Both sides are read.
    fn is_merge_mark(&mut self, content: &str, line: u32) -> bool {
        let content = content.trim_end();
        let starts = |mark: &str| {
            content
                .strip_prefix(mark)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        if starts("<<<<<<<") {
            self.in_conflict = true;
            let message = "an unresolved merge conflict starts here; both sides are read";
            self.errors.push(LineError::new(line, message));
            return true;
        }
        if self.in_conflict && starts(">>>>>>>") {
            self.in_conflict = false;
            return true;
        }
        self.in_conflict && (starts("=======") || starts("|||||||"))
    }
}

/// The words of a line, and its comment if it has one.
fn words(line: &str) -> Result<(Vec<String>, Option<String>), String> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("//") {
            return Ok((words, Some(comment.trim().to_owned())));
        }
        if rest.starts_with("/*") {
            return Err("comments in this file start with `//`".to_owned());
        }
        let (word, after) = match first {
            '(' | ')' | '[' | ']' | ',' => rest.split_at(1),
            '"' | '`' => {
                let (word, after) = quoted(rest, first)?;
                words.push(word);
                rest = after.trim_start();
                continue;
            }
            _ if rest.starts_with("=>") => rest.split_at(2),
            _ => rest.split_at(bare_len(rest)),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Ok((words, None))
}

fn quoted(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut word = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => return Ok((word, &text[at + 1..])),
            '\\' if quote == '"' => word.extend(chars.next().map(|(_, c)| c)),
            _ => word.push(c),
        }
    }
    Err("a quoted string is never closed".to_owned())
}

fn bare_len(text: &str) -> usize {
    let end = text.char_indices().find(|&(at, c)| {
        c.is_whitespace() || "()[],\"`".contains(c) || text[at..].starts_with("//")
    });
    end.map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_comments_are_taken_apart() {
        let text =
            b"module \"a b\" // here\nrequire (\n\tx v1 // indirect\n)\n\n// why\nretract [v1,v2]";
        let (directives, errors) = parse(text);
        assert_eq!(errors, []);
        let shown: Vec<_> = directives
            .iter()
            .map(|d| format!("{}:{} {:?} {}", d.line, d.verb, d.words, d.suffix))
            .collect();
        assert_eq!(
            shown,
            [
                "1:module [\"a b\"] here",
                "3:require [\"x\", \"v1\"] indirect",
                "7:retract [\"[\", \"v1\", \",\", \"v2\", \"]\"] ",
            ]
        );
        assert_eq!(directives[2].above, ["why"]);
    }

    #[test]
    fn merge_conflicts_are_named_and_both_sides_read() {
        let text = b"require (\n<<<<<<< HEAD\n\ta v1.0.0\n=======\n\ta v1.1.0\n>>>>>>> x\n)\n";
        let (directives, errors) = parse(text);
        assert_eq!(directives.len(), 2);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].line, 2);
    }

    #[test]
    fn broken_lines_are_left_out() {
        let (directives, errors) = parse(b"go \"1.22\n)\nmodule m\nrequire (\n");
        assert_eq!(directives.len(), 1);
        assert_eq!(errors.iter().map(|e| e.line).collect::<Vec<_>>(), [1, 2, 4]);
    }
}
