//! Which build the files are chosen for: platform, tags, releases, experiments.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::version::GoVersion;

/// The tags that hold in a build.
#[derive(Clone, Debug)]
pub struct BuildContext {
    /// The target's operating system.
    pub goos: String,
    /// The target's processor.
    pub goarch: String,
    /// Whether cgo is on.
    pub cgo: bool,
    /// All other tags that hold: the user's, those of tools and experiments.
    pub tags: BTreeSet<String>,
    /// Tags `go1.1` to this one hold.
    pub release: GoVersion,
}

impl BuildContext {
    /// The context of a configuration, for a standard library of version `release`.
    ///
    /// `experiments` are the names that this release has on for the platform, lower case.
    pub fn new(config: &Config, release: GoVersion, experiments: BTreeSet<String>) -> Self {
        let mut tags: BTreeSet<String> = config.tags.iter().cloned().collect();
        tags.extend(
            experiments
                .into_iter()
                .map(|name| format!("goexperiment.{name}")),
        );
        tags.extend(arch_tags(&config.goarch, &config.arch_level));
        tags.extend(config.instrumentation.iter().cloned());
        Self {
            goos: config.goos.clone(),
            goarch: config.goarch.clone(),
            cgo: config.cgo,
            tags,
            release: config.release.unwrap_or(release),
        }
    }

    /// True if `tag` holds.
    pub fn has_tag(&self, tag: &str) -> bool {
        if tag == self.goos || tag == self.goarch || tag == "gc" {
            return true;
        }
        match tag {
            "cgo" => return self.cgo || self.tags.contains(tag),
            "unix" if UNIX.contains(&&*self.goos) => return true,
            "linux" if self.goos == "android" => return true,
            "solaris" if self.goos == "illumos" => return true,
            "darwin" if self.goos == "ios" => return true,
            // The old name of the experiment.
            "boringcrypto" => return self.tags.contains("goexperiment.boringcrypto"),
            _ => {}
        }
        if let Some(minor) = tag
            .strip_prefix("go1.")
            .and_then(|minor| minor.parse::<u16>().ok())
        {
            return 1 <= minor && GoVersion::new(1, minor) <= self.release;
        }
        self.tags.contains(tag)
    }

    /// True if the name of a file does not exclude it: `x_windows.go`, `x_arm64_test.go`.
    pub fn accepts_name(&self, file: &str) -> bool {
        let stem = file.split('.').next().unwrap_or(file);
        // What stands before the first `_` is no tag, so that `linux.go` is a file like others.
        let Some((_, suffixes)) = stem.split_once('_') else {
            return true;
        };
        let mut parts: Vec<&str> = suffixes.split('_').collect();
        if parts.last() == Some(&"test") {
            parts.pop();
        }
        match parts[..] {
            [.., os, arch] if is_known_os(os) && is_known_arch(arch) => {
                self.has_tag(os) && self.has_tag(arch)
            }
            [.., last] if is_known_os(last) || is_known_arch(last) => self.has_tag(last),
            _ => true,
        }
    }
}

/// Feature tags of a processor at a level such as `v3` (GOAMD64) or `v9.0` (GOARM64).
///
/// By `internal/buildcfg` of Go 1.26. A level that is not understood counts as the default.
fn arch_tags(goarch: &str, level: &str) -> Vec<String> {
    let number = |prefix: &str, default: u16| -> u16 {
        let digits = level.strip_prefix(prefix).unwrap_or_default();
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        digits[..end].parse().unwrap_or(default)
    };
    let or = |default: &str| {
        format!(
            "{goarch}.{}",
            if level.is_empty() { default } else { level }
        )
    };
    let up_to = |from: u16, to: u16, prefix: &str| -> Vec<String> {
        (from..=to.max(from))
            .map(|n| format!("{goarch}.{prefix}{n}"))
            .collect()
    };
    match goarch {
        "386" => vec![or("sse2")],
        "amd64" => up_to(1, number("v", 1).min(4), "v"),
        "arm" => up_to(5, number("", 7).min(7), ""),
        "arm64" => {
            let minor = level
                .split('.')
                .nth(1)
                .and_then(|minor| minor.get(..1)?.parse().ok());
            let minor: u16 = minor.unwrap_or(0);
            if number("v", 8) != 9 {
                return up_to(0, minor, "v8.");
            }
            // v9.x includes all of v8.(x+5).
            let mut tags = up_to(0, minor, "v9.");
            tags.extend(up_to(0, (minor + 5).min(9), "v8."));
            tags
        }
        "mips" | "mipsle" | "mips64" | "mips64le" => vec![or("hardfloat")],
        "ppc64" | "ppc64le" => up_to(8, number("power", 8).min(10), "power"),
        "riscv64" => {
            let profile = number("rva", 20);
            let profiles = [20, 22, 23].into_iter().filter(|&it| it <= profile);
            profiles.map(|it| format!("riscv64.rva{it}u64")).collect()
        }
        "wasm" => vec!["wasm.satconv".to_owned(), "wasm.signext".to_owned()],
        _ => Vec::new(),
    }
}

/// True if Go knows an operating system of this name; the list only ever grows.
pub(crate) fn is_known_os(name: &str) -> bool {
    KNOWN_OS.contains(&name)
}

/// True if Go knows a processor of this name; the list only ever grows.
pub(crate) fn is_known_arch(name: &str) -> bool {
    KNOWN_ARCH.contains(&name)
}

// By `internal/syslist` of Go 1.26.
const KNOWN_OS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];
const UNIX: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "linux",
    "netbsd",
    "openbsd",
    "solaris",
];
const KNOWN_ARCH: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn context(goos: &str, goarch: &str) -> BuildContext {
        let mut config = Config::new("/m");
        (config.goos, config.goarch) = (goos.into(), goarch.into());
        config.tags = vec!["mine".into()];
        BuildContext::new(&config, GoVersion::new(1, 26), BTreeSet::new())
    }

    #[test]
    fn names_of_files_filter() {
        let cx = context("linux", "amd64");
        for good in [
            "linux.go",
            "a_linux.go",
            "a_linux_amd64_test.go",
            "a_amd64.go",
            "x_foo.go",
        ] {
            assert!(cx.accepts_name(good), "{good}");
        }
        for bad in [
            "a_windows.go",
            "a_linux_arm64.go",
            "a_arm64.go",
            "a_windows_test.go",
        ] {
            assert!(!cx.accepts_name(bad), "{bad}");
        }
        assert!(context("android", "arm64").accepts_name("a_linux_arm64.go"));
    }

    #[test]
    fn levels_of_processors_are_tags() {
        assert_eq!(arch_tags("amd64", ""), ["amd64.v1"]);
        assert_eq!(
            arch_tags("amd64", "v3"),
            ["amd64.v1", "amd64.v2", "amd64.v3"]
        );
        assert_eq!(arch_tags("arm64", "v9.0,lse").len(), 1 + 6);
        assert_eq!(arch_tags("arm", "6,softfloat"), ["arm.5", "arm.6"]);
        assert_eq!(arch_tags("mips", "softfloat"), ["mips.softfloat"]);
    }

    #[test]
    fn tags_follow_platform_and_release() {
        let cx = context("ios", "arm64");
        for good in [
            "unix", "darwin", "ios", "arm64", "gc", "go1.1", "go1.26", "mine",
        ] {
            assert!(cx.has_tag(good), "{good}");
        }
        for bad in ["cgo", "linux", "gccgo", "go1.27", "go1.0", "amd64"] {
            assert!(!cx.has_tag(bad), "{bad}");
        }
    }
}
