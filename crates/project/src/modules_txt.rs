//! vendor/modules.txt: which module each vendored package came from.

use crate::directives::LineError;
use crate::version::GoVersion;

/// A vendor/modules.txt file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModulesTxt {
    /// In order of the file; modules that are only replaced, without packages, too.
    pub modules: Vec<Vendored>,
    /// True if the directory was made for a go.work workspace.
    pub is_workspace: bool,
    /// What made no sense.
    pub errors: Vec<LineError>,
}

/// A module in modules.txt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendored {
    /// The module path.
    pub path: String,
    /// The version; empty where a replacement holds for all versions.
    pub version: String,
    /// The path of the replacement, empty if there is none.
    pub new_path: String,
    /// The version of the replacement, empty for directories.
    pub new_version: String,
    /// True if go.mod requires it by a line of its own.
    pub explicit: bool,
    /// Its `go` line.
    pub go: Option<GoVersion>,
    /// Import paths of the packages that were copied.
    pub packages: Vec<String>,
    /// The line, from 1.
    pub line: u32,
}

impl ModulesTxt {
    /// Reads the file. Never fails.
    pub fn parse(text: &[u8]) -> Self {
        let mut file = Self::default();
        let text = String::from_utf8_lossy(text);
        for (at, line) in text.lines().enumerate() {
            let number = at as u32 + 1;
            if let Some(marks) = line.strip_prefix("## ") {
                file.add_marks(marks);
            } else if let Some(module) = line.strip_prefix("# ") {
                match Vendored::parse(module, number) {
                    Some(module) => file.modules.push(module),
                    None => file
                        .errors
                        .push(LineError::new(number, "expected `# PATH VERSION`")),
                }
            } else if let Some(package) = Some(line.trim()).filter(|line| !line.is_empty()) {
                match file.modules.last_mut() {
                    Some(module) => module.packages.push(package.to_owned()),
                    None => file
                        .errors
                        .push(LineError::new(number, "a package without a module")),
                }
            }
        }
        file
    }

    fn add_marks(&mut self, marks: &str) {
        for mark in marks.split(';').map(str::trim) {
            if mark == "workspace" {
                self.is_workspace = true;
            }
            let Some(module) = self.modules.last_mut() else {
                continue;
            };
            if mark == "explicit" {
                module.explicit = true;
            } else if let Some(go) = mark.strip_prefix("go ") {
                module.go = GoVersion::parse(go);
            }
        }
    }
}

impl Vendored {
    fn parse(text: &str, line: u32) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (path, version, new_path, new_version) = match words[..] {
            [path, version] => (path, version, "", ""),
            [path, "=>", new_path] => (path, "", new_path, ""),
            [path, "=>", new_path, new_version] => (path, "", new_path, new_version),
            [path, version, "=>", new_path] => (path, version, new_path, ""),
            [path, version, "=>", new_path, new_version] => (path, version, new_path, new_version),
            _ => return None,
        };
        Some(Self {
            path: path.to_owned(),
            version: version.to_owned(),
            new_path: new_path.to_owned(),
            new_version: new_version.to_owned(),
            explicit: false,
            go: None,
            packages: Vec::new(),
            line,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_and_their_packages_are_read() {
        let file = ModulesTxt::parse(
            b"# a.org/x v1.2.3\n## explicit; go 1.17\na.org/x\na.org/x/y\n\
              # b.org/z v0.1.0 => ../z\n## explicit\nb.org/z\n# c.org/w => d.org/w v1.0.0\n# odd\n",
        );
        assert_eq!(file.modules.len(), 3);
        assert_eq!(file.modules[0].packages, ["a.org/x", "a.org/x/y"]);
        assert_eq!(
            (file.modules[0].explicit, file.modules[0].go),
            (true, Some(GoVersion::new(1, 17)))
        );
        assert_eq!(
            (&*file.modules[1].new_path, &*file.modules[1].new_version),
            ("../z", "")
        );
        assert_eq!(
            (&*file.modules[2].version, file.modules[2].explicit),
            ("", false)
        );
        assert_eq!(file.errors.len(), 1);
    }
}
