//! Versions of modules (semantic versions as Go writes them) and of the Go language.

use std::cmp::Ordering;
use std::fmt;

/// Compares two module versions as Go does: `v1.2.3-pre.1`, build metadata ignored.
///
/// `v1` and `v1.2` stand for `v1.0.0` and `v1.2.0`. What is no version at all sorts before
/// everything else, and the empty version (a main module) after everything else.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    match (Semver::parse(a), Semver::parse(b)) {
        (Some(a), Some(b)) => a.compare(&b),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => a.cmp(b),
    }
}

/// True if `version` is a whole semantic version with a leading `v`, as go.mod files demand.
pub(crate) fn is_canonical(version: &str) -> bool {
    Semver::parse(version)
        .is_some_and(|v| v.parts == 3 && (v.build.is_empty() || v.build == "incompatible"))
}

struct Semver<'a> {
    numbers: [&'a str; 3],
    parts: usize,
    pre: &'a str,
    build: &'a str,
}

impl<'a> Semver<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('v')?;
        let (text, build) = text.split_once('+').unwrap_or((text, ""));
        let (core, pre) = text.split_once('-').unwrap_or((text, ""));
        let mut numbers = ["0"; 3];
        let mut parts = 0;
        for part in core.split('.') {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if parts == 3 || !digits || (part.len() > 1 && part.starts_with('0')) {
                return None;
            }
            numbers[parts] = part;
            parts += 1;
        }
        if parts < 3 && !pre.is_empty() {
            return None;
        }
        Some(Self {
            numbers,
            parts,
            pre,
            build,
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.iter().zip(&other.numbers);
        numbers
            .map(|(a, b)| compare_numbers(a, b))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| compare_pre(self.pre, other.pre))
    }
}

/// Numbers of any length: without leading zeros the longer one is larger.
fn compare_numbers(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn compare_pre(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        // A release comes after its own pre-releases.
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (x, y) = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => (x, y),
        };
        let numeric = |s: &str| s.bytes().all(|c| c.is_ascii_digit());
        let order = match (numeric(x), numeric(y)) {
            (true, true) => compare_numbers(x, y),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => x.cmp(y),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// A version of the Go language: what decides the meaning of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoVersion {
    /// 1 in `go1.22`.
    pub major: u16,
    /// 22 in `go1.22`.
    pub minor: u16,
}

impl GoVersion {
    /// What a module without a `go` line counts as.
    pub const OF_BARE_MODULE: Self = Self::new(1, 16);
    /// What a go.work file without a `go` line counts as.
    pub const OF_BARE_WORKSPACE: Self = Self::new(1, 18);
    /// The newest language this tool was written for.
    pub const NEWEST_KNOWN: Self = Self::new(1, 27);

    /// Go `major.minor`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// Reads `1.22`, `1.22.3`, `1.22rc1`, `go1.22`, `go1.26.8-custom`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix("go").unwrap_or(text);
        let mut parts = text.splitn(3, '.');
        let major = leading_number(parts.next()?)?;
        let minor = parts.next().map_or(Some(0), leading_number)?;
        Some(Self { major, minor })
    }
}

fn leading_number(text: &str) -> Option<u16> {
    let end = text
        .bytes()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl fmt::Debug for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "go{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_sort_as_go_sorts_them() {
        let sorted = [
            "bad",
            "v0.0.0-20190101000000-abcdefabcdef",
            "v0.0.0",
            "v1.0.0-alpha",
            "v1.0.0-alpha.1",
            "v1.0.0-alpha.beta",
            "v1.0.0-beta.2",
            "v1.0.0-beta.11",
            "v1.0.0-rc.1",
            "v1",
            "v1.2.0-0.20200101000000-000000000000",
            "v1.2",
            "v1.10.0",
            "v2.0.0+incompatible",
            "",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
        assert_eq!(compare("v1", "v1.0.0"), Ordering::Equal);
    }

    #[test]
    fn canonical_versions_have_three_numbers() {
        assert!(is_canonical("v1.2.3") && is_canonical("v2.0.0+incompatible"));
        assert!(!is_canonical("v1.2") && !is_canonical("master") && !is_canonical("v1.02.3"));
    }

    #[test]
    fn language_versions_ignore_patch_levels() {
        assert_eq!(GoVersion::parse("1.22.3"), Some(GoVersion::new(1, 22)));
        assert_eq!(GoVersion::parse("go1.21rc2"), Some(GoVersion::new(1, 21)));
        assert_eq!(GoVersion::parse("1"), Some(GoVersion::new(1, 0)));
        assert_eq!(GoVersion::parse("x.y"), None);
        assert!(GoVersion::new(1, 9) < GoVersion::new(1, 10));
    }
}
