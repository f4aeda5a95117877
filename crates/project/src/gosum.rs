//! go.sum files: hashes of what was downloaded.

use std::collections::BTreeMap;

use crate::directives::LineError;

/// A go.sum file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoSum {
    /// Hashes and their lines, by module path and version; versions of go.mod files alone end in
    /// `/go.mod`.
    pub hashes: BTreeMap<(String, String), Vec<(String, u32)>>,
    /// What made no sense.
    pub errors: Vec<LineError>,
}

impl GoSum {
    /// Reads the file. Never fails.
    pub fn parse(text: &[u8]) -> Self {
        let mut file = Self::default();
        let text = String::from_utf8_lossy(text);
        for (at, line) in text.lines().enumerate() {
            let number = at as u32 + 1;
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                [] => {}
                [path, version, hash] => {
                    let key = (path.to_owned(), version.to_owned());
                    file.hashes
                        .entry(key)
                        .or_default()
                        .push((hash.to_owned(), number));
                }
                _ => {
                    file.errors
                        .push(LineError::new(number, "expected `PATH VERSION HASH`"));
                }
            }
        }
        file
    }

    /// The hashes of a module's files, or of its go.mod alone, each with its line.
    pub fn get(&self, path: &str, version: &str) -> &[(String, u32)] {
        self.hashes
            .get(&(path.to_owned(), version.to_owned()))
            .map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_found_by_version() {
        let file = GoSum::parse(b"a.org/x v1.0.0 h1:AA=\na.org/x v1.0.0/go.mod h1:BB=\nbad line\n");
        assert_eq!(file.get("a.org/x", "v1.0.0"), [("h1:AA=".to_owned(), 1)]);
        assert_eq!(
            file.get("a.org/x", "v1.0.0/go.mod"),
            [("h1:BB=".to_owned(), 2)]
        );
        assert_eq!(file.errors.len(), 1);
    }
}
