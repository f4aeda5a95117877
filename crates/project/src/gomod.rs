//! go.mod files: what a module is called, needs, replaces and takes back.

use crate::directives::{self, Directive, LineError};
use crate::version::{self, GoVersion};

/// A go.mod file. Lines that make no sense are in `errors`; the others count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoMod {
    /// `module`, with its line.
    pub module: Option<Line<String>>,
    /// The reason behind `// Deprecated:` above or beside the module line.
    pub deprecated: Option<String>,
    /// `go`, as written.
    pub go: Option<Line<String>>,
    /// `toolchain`.
    pub toolchain: Option<Line<String>>,
    /// `godebug` settings, `key=value`.
    pub godebug: Vec<Line<String>>,
    /// `require` lines.
    pub require: Vec<Require>,
    /// `exclude` lines: path and version.
    pub exclude: Vec<Line<(String, String)>>,
    /// `replace` lines.
    pub replace: Vec<Replace>,
    /// `retract` lines.
    pub retract: Vec<Retract>,
    /// `tool` lines: import paths.
    pub tool: Vec<Line<String>>,
    /// `ignore` lines: directories that patterns skip.
    pub ignore: Vec<Line<String>>,
    /// What made no sense.
    pub errors: Vec<LineError>,
}

/// Something with the line, from 1, on which it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line<T> {
    /// The thing.
    pub value: T,
    /// The line, from 1.
    pub line: u32,
}

/// A module that is needed, and the least version that will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Require {
    /// The module path.
    pub path: String,
    /// The version.
    pub version: String,
    /// True with an `// indirect` mark: no package of the module itself imports it.
    pub indirect: bool,
    /// The line, from 1.
    pub line: u32,
}

/// A module, or one version of it, that something else stands in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    /// The module path that is replaced.
    pub path: String,
    /// The version that is replaced; `None` for all.
    pub version: Option<String>,
    /// A directory if `new_version` is empty, else a module path.
    pub new_path: String,
    /// The version of the module that stands in.
    pub new_version: String,
    /// The line, from 1.
    pub line: u32,
}

/// Versions that the author takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retract {
    /// The first version.
    pub low: String,
    /// The last version, itself included.
    pub high: String,
    /// Why, by the comment.
    pub reason: String,
    /// The line, from 1.
    pub line: u32,
}

impl GoMod {
    /// Reads a go.mod file. Never fails.
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

    /// The language version that the `go` line asks for.
    pub fn go_version(&self) -> GoVersion {
        let go = self.go.as_ref().and_then(|go| GoVersion::parse(&go.value));
        go.unwrap_or(GoVersion::OF_BARE_MODULE)
    }

    /// True if the author took `version` back, with the reason.
    pub fn retraction(&self, version: &str) -> Option<&Retract> {
        self.retract.iter().find(|it| {
            version::compare(&it.low, version).is_le()
                && version::compare(version, &it.high).is_le()
        })
    }

    fn add(&mut self, directive: &Directive) -> Result<(), String> {
        let line = directive.line;
        let words: Vec<&str> = directive.words.iter().map(String::as_str).collect();
        let one = || match words[..] {
            [word] => Ok(Line {
                value: word.to_owned(),
                line,
            }),
            _ => Err(format!("`{}` takes one word", directive.verb)),
        };
        match &*directive.verb {
            "module" => {
                let module = one()?;
                once(&mut self.module, module, "module")?;
                self.deprecated = deprecation(directive);
            }
            "go" => {
                let go = one()?;
                let known = GoVersion::parse(&go.value);
                let message = || {
                    format!(
                        "invalid go version {:?}: expected a version like 1.26",
                        go.value
                    )
                };
                known.ok_or_else(message)?;
                once(&mut self.go, go, "go")?;
            }
            "toolchain" => once(&mut self.toolchain, one()?, "toolchain")?,
            "godebug" => self.godebug.push(one()?),
            "tool" => self.tool.push(one()?),
            "ignore" => self.ignore.push(one()?),
            "require" => {
                let [path, version] = words[..] else {
                    return Err(usage("require PATH VERSION"));
                };
                let version = checked_version(version)?;
                let indirect = is_indirect(&directive.suffix);
                self.require.push(Require {
                    path: path.to_owned(),
                    version,
                    indirect,
                    line,
                });
            }
            "exclude" => {
                let [path, version] = words[..] else {
                    return Err(usage("exclude PATH VERSION"));
                };
                let value = (path.to_owned(), checked_version(version)?);
                self.exclude.push(Line { value, line });
            }
            "replace" => self.replace.push(Replace::from_words(&words, line)?),
            "retract" => self.retract.push(retract(&words, directive)?),
            verb => return Err(format!("unknown directive `{verb}`")),
        }
        Ok(())
    }
}

impl Replace {
    /// Reads `PATH [VERSION] => DIR | PATH VERSION`.
    pub(crate) fn from_words(words: &[&str], line: u32) -> Result<Self, String> {
        let (path, version, new_path, new_version) = match *words {
            [path, "=>", dir] => (path, None, dir, ""),
            [path, version, "=>", dir] => (path, Some(version), dir, ""),
            [path, "=>", new, new_version] => (path, None, new, new_version),
            [path, version, "=>", new, new_version] => (path, Some(version), new, new_version),
            _ => return Err(usage("replace PATH [VERSION] => DIRECTORY or PATH VERSION")),
        };
        if new_version.is_empty() && !is_directory(new_path) {
            return Err(format!(
                "the replacement {new_path:?} without a version must be a directory starting with ./ or ../ or /"
            ));
        }
        let version = version.map(checked_version).transpose()?;
        let new_version = match new_version {
            "" => String::new(),
            text => checked_version(text)?,
        };
        Ok(Self {
            path: path.to_owned(),
            version,
            new_path: new_path.to_owned(),
            new_version,
            line,
        })
    }
}

/// True for what the go command takes as a directory and not as a module path.
pub(crate) fn is_directory(path: &str) -> bool {
    let absolute = path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':');
    absolute
        || path == "."
        || path == ".."
        || ["./", "../", ".\\", "..\\"]
            .iter()
            .any(|prefix| path.starts_with(prefix))
}

fn once<T>(slot: &mut Option<Line<T>>, line: Line<T>, verb: &str) -> Result<(), String> {
    if let Some(first) = slot {
        return Err(format!(
            "a second `{verb}` line; the first is line {}",
            first.line
        ));
    }
    *slot = Some(line);
    Ok(())
}

fn usage(form: &str) -> String {
    format!("expected `{form}`")
}

fn checked_version(text: &str) -> Result<String, String> {
    if version::is_canonical(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "{text:?} is not a version like v1.2.3; `go mod tidy` would look it up"
    ))
}

fn is_indirect(comment: &str) -> bool {
    let mark = comment.split(';').next().unwrap_or_default().trim();
    mark == "indirect"
}

fn deprecation(directive: &Directive) -> Option<String> {
    let lines = directive.above.iter().chain([&directive.suffix]);
    let text = lines.map(String::as_str).collect::<Vec<_>>().join(" ");
    text.split_once("Deprecated:")
        .map(|(_, reason)| reason.trim().to_owned())
}

fn retract(words: &[&str], directive: &Directive) -> Result<Retract, String> {
    let (low, high) = match *words {
        [version] => (version, version),
        ["[", low, ",", high, "]"] => (low, high),
        _ => return Err(usage("retract VERSION or [LOW, HIGH]")),
    };
    let (low, high) = (checked_version(low)?, checked_version(high)?);
    let reason = match &*directive.suffix {
        "" => directive.above.join(" "),
        suffix => suffix.to_owned(),
    };
    Ok(Retract {
        low,
        high,
        reason,
        line: directive.line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directive_is_read() {
        let file = GoMod::parse(
            b"// Deprecated: use b.\nmodule example.com/a\n\ngo 1.24.1\ntoolchain go1.26.0\n\
              godebug default=go1.21\ntool example.com/t/cmd\nignore ./node_modules\n\
              require (\n\tx.org/b v1.2.3\n\tx.org/c v0.0.0-20240102030405-0123456789ab // indirect; pinned\n)\n\
              exclude x.org/b v1.2.4\n\
              replace (\n\tx.org/b => ../b\n\tx.org/c v1.0.0 => x.org/d v1.5.0\n)\n\
              // broken build\nretract [v1.0.0, v1.0.5]\nretract v1.1.0 // leaks\n",
        );
        assert_eq!(file.errors, []);
        assert_eq!(
            file.module.as_ref().map(|m| (m.value.as_str(), m.line)),
            Some(("example.com/a", 2))
        );
        assert_eq!(file.deprecated.as_deref(), Some("use b."));
        assert_eq!(file.go_version(), GoVersion::new(1, 24));
        let indirect: Vec<bool> = file.require.iter().map(|r| r.indirect).collect();
        assert_eq!(indirect, [false, true]);
        assert_eq!(file.replace[1].version.as_deref(), Some("v1.0.0"));
        assert_eq!(
            (file.replace[0].new_path.as_str(), file.replace[0].line),
            ("../b", 15)
        );
        assert_eq!(
            file.retraction("v1.0.3").map(|r| r.reason.as_str()),
            Some("broken build")
        );
        assert_eq!(
            file.retraction("v1.1.0").map(|r| r.reason.as_str()),
            Some("leaks")
        );
        assert!(file.retraction("v1.0.6").is_none());
        assert_eq!(
            (file.godebug.len(), file.tool.len(), file.ignore.len()),
            (1, 1, 1)
        );
    }

    #[test]
    fn bad_lines_are_named_and_the_rest_counts() {
        let file = GoMod::parse(
            b"module a\nmodule b\ngo x\nrequire x.org/b master\nfrobnicate y\n\
              replace x.org/c => x.org/d\nrequire x.org/e v1.0.0\n",
        );
        assert_eq!(
            file.errors.iter().map(|e| e.line).collect::<Vec<_>>(),
            [2, 3, 4, 5, 6]
        );
        assert_eq!(file.require.len(), 1);
        assert_eq!(file.go_version(), GoVersion::OF_BARE_MODULE);
    }
}
