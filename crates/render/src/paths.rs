//! Paths as the user should see them.

use std::borrow::Cow;

/// Shows paths below the current directory relative to it, all others as they are.
///
/// Separators become `/`, so that the same tree gives the same bytes on every system.
#[derive(Clone, Debug)]
pub struct Paths {
    base: String,
}

impl Paths {
    /// `base` is the current directory; empty if paths are shown as they are.
    pub fn relative_to(base: impl Into<String>) -> Self {
        let mut base = base.into().replace('\\', "/");
        if !base.is_empty() && !base.ends_with('/') {
            base.push('/');
        }
        Self { base }
    }

    /// The path to show. Control characters are replaced, since a path may come from an archive
    /// that nobody looked at and end up on a terminal.
    pub fn show<'a>(&self, path: &'a str) -> Cow<'a, str> {
        if path.contains(|c: char| c == '\\' || c.is_control()) {
            let clean = |c: char| match c {
                '\\' => '/',
                c if c.is_control() => '\u{fffd}',
                c => c,
            };
            let path: String = path.chars().map(clean).collect();
            return Cow::Owned(self.strip(&path).to_owned());
        }
        Cow::Borrowed(self.strip(path))
    }

    fn strip<'a>(&self, path: &'a str) -> &'a str {
        match path.strip_prefix(self.base.as_str()) {
            Some(rest) if !rest.is_empty() => rest,
            _ => path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_base_lose_it() {
        let paths = Paths::relative_to("/home/me");
        assert_eq!(paths.show("/home/me/a/b.go"), "a/b.go");
        assert_eq!(paths.show("/home/mean/b.go"), "/home/mean/b.go");
        assert_eq!(paths.show("/home/me/\u{1b}[31m.go"), "\u{fffd}[31m.go");
        assert_eq!(Paths::relative_to("").show("/tmp/b.go"), "/tmp/b.go");
        assert_eq!(Paths::relative_to("C:\\x").show("C:\\x\\a.go"), "a.go");
    }
}
