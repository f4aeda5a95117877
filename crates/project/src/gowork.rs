//! go.work files: several modules that are worked on together.

use crate::directives::{self, Directive, LineError};
use crate::gomod::{Line, Replace};
use crate::version::GoVersion;

/// A go.work file. Lines that make no sense are in `errors`; the others count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoWork {
    /// `go`, as written.
    pub go: Option<Line<String>>,
    /// `toolchain`.
    pub toolchain: Option<Line<String>>,
    /// `godebug` settings, `key=value`.
    pub godebug: Vec<Line<String>>,
    /// `use`: directories of modules.
    pub uses: Vec<Line<String>>,
    /// `replace` lines; they win over those of the modules.
    pub replace: Vec<Replace>,
    /// What made no sense.
    pub errors: Vec<LineError>,
}

impl GoWork {
    /// Reads a go.work file. Never fails.
    pub fn parse(text: &[u8]) -> Self {
        let (directives, errors) = directives::parse(text);
        let mut file = Self {
            errors,
            ..Self::default()
        };
        for directive in directives {
            if let Err(message) = file.add(&directive) {
                file.errors.push(LineError::new(directive.line, message));
            }
        }
        file.errors.sort_by_key(|error| error.line);
        file
    }

    /// The language version of the workspace.
    pub fn go_version(&self) -> GoVersion {
        let go = self.go.as_ref().and_then(|go| GoVersion::parse(&go.value));
        go.unwrap_or(GoVersion::OF_BARE_WORKSPACE)
    }

    fn add(&mut self, directive: &Directive) -> Result<(), String> {
        let line = directive.line;
        let words: Vec<&str> = directive.words.iter().map(String::as_str).collect();
        if directive.verb == "replace" {
            self.replace.push(Replace::from_words(&words, line)?);
            return Ok(());
        }
        let [word] = words[..] else {
            return Err(format!("`{}` takes one word", directive.verb));
        };
        let word = Line {
            value: word.to_owned(),
            line,
        };
        match &*directive.verb {
            "go" if GoVersion::parse(&word.value).is_none() => {
                return Err(format!("invalid go version {:?}", word.value));
            }
            "go" => self.go = Some(word),
            "toolchain" => self.toolchain = Some(word),
            "godebug" => self.godebug.push(word),
            "use" => match self.uses.iter().find(|it| it.value == word.value) {
                Some(first) => return Err(format!("used twice; first in line {}", first.line)),
                None => self.uses.push(word),
            },
            verb => return Err(format!("unknown directive `{verb}`")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_is_read() {
        let file = GoWork::parse(
            b"go 1.25\nuse (\n\t./a\n\t./b // second\n\t./a\n)\nreplace x.org/c => ./c\n",
        );
        let uses: Vec<&str> = file.uses.iter().map(|it| it.value.as_str()).collect();
        assert_eq!(uses, ["./a", "./b"]);
        assert_eq!(file.go_version(), GoVersion::new(1, 25));
        assert_eq!(file.replace.len(), 1);
        assert_eq!(file.errors.iter().map(|e| e.line).collect::<Vec<_>>(), [5]);
    }
}
