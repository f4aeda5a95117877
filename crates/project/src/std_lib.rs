//! The standard library: where it is, which version, and which experiments it has on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::fs::FileSystem;
use crate::version::GoVersion;

/// A standard library to read packages from.
pub(crate) struct StdLib {
    pub(crate) goroot: PathBuf,
    pub(crate) src: PathBuf,
    pub(crate) version: GoVersion,
    pub(crate) experiments: BTreeSet<String>,
}

impl StdLib {
    /// Reads what `goroot` says about itself; `None` if there is no standard library.
    pub(crate) fn read(
        fs: &dyn FileSystem,
        goroot: &Path,
        config: &Config,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let src = goroot.join("src");
        if !fs.is_dir(&src.join("runtime")) {
            return None;
        }
        let file = goroot.join("VERSION");
        let text = fs
            .read(&file)
            .map(|text| String::from_utf8_lossy(&text).into_owned());
        let first = text
            .as_deref()
            .ok()
            .and_then(|text| text.lines().next())
            .unwrap_or_default();
        // Trees built from source say `devel go1.28-abcdef`.
        let word = first
            .split_whitespace()
            .find(|word| word.starts_with("go1"));
        let version = word.and_then(GoVersion::parse).unwrap_or_else(|| {
            let message = format!(
                "no Go version found; taken to be {}",
                GoVersion::NEWEST_KNOWN
            );
            out.push(Diagnostic::new(DiagnosticKind::Environment, message).at(&file, 0));
            GoVersion::NEWEST_KNOWN
        });
        let exp = fs
            .read(&src.join("internal/buildcfg/exp.go"))
            .unwrap_or_default();
        let mut experiments = default_experiments(&String::from_utf8_lossy(&exp), config);
        apply_experiments(&config.experiments, &mut experiments);
        Some(Self {
            goroot: goroot.to_path_buf(),
            src,
            version,
            experiments,
        })
    }
}

/// The experiments that a release has on by default, lower case.
///
/// They differ from release to release, so they are taken from the release itself: the literal
/// `baseline := goexperiment.Flags{Name: condition, ...}` of `internal/buildcfg/exp.go`. Its
/// conditions are few and known by name; an unknown one counts as true.
fn default_experiments(source: &str, config: &Config) -> BTreeSet<String> {
    let literal = source
        .split_once("baseline := goexperiment.Flags{")
        .map(|(_, rest)| rest);
    let literal = literal
        .and_then(|rest| rest.split_once("\n\t}"))
        .map_or("", |(body, _)| body);
    let fields = literal.lines().filter_map(|line| {
        let line = line.split("//").next().unwrap_or(line);
        line.trim().trim_end_matches(',').split_once(':')
    });
    let on = fields.filter(|(_, condition)| experiment_condition(condition.trim(), source, config));
    on.map(|(name, _)| name.trim().to_lowercase()).collect()
}

fn experiment_condition(condition: &str, source: &str, config: &Config) -> bool {
    match condition {
        "true" => true,
        "false" => false,
        "regabiSupported" => {
            matches!(
                &*config.goarch,
                "amd64" | "arm64" | "loong64" | "ppc64le" | "ppc64" | "riscv64" | "s390x"
            ) && (config.goarch != "s390x" || source.contains("case \"s390x\""))
        }
        "regabiAlwaysOn" => {
            matches!(
                &*config.goarch,
                "amd64" | "arm64" | "loong64" | "ppc64le" | "ppc64" | "riscv64"
            )
        }
        "dwarf5Supported" => !matches!(&*config.goos, "darwin" | "ios" | "aix"),
        "haveXchg8" => {
            matches!(
                &*config.goarch,
                "386" | "amd64" | "arm" | "arm64" | "ppc64le" | "ppc64" | "s390x" | "loong64"
            )
        }
        _ => true,
    }
}

/// Applies a GOEXPERIMENT list: `name`, `noname`, `none`.
fn apply_experiments(list: &str, on: &mut BTreeSet<String>) {
    for name in list.split(',').filter(|name| !name.is_empty()) {
        let (name, enable) = name
            .strip_prefix("no")
            .map_or((name, true), |name| (name, false));
        let names: &[&str] = match name {
            "ne" if !enable => {
                on.clear();
                continue;
            }
            "regabi" => &["regabiwrappers", "regabiargs"],
            _ => &[name],
        };
        for &name in names {
            if enable {
                on.insert(name.to_owned());
            } else {
                on.remove(name);
            }
        }
    }
}

/// Packages of the standard library have no dot in the first element of their path.
pub(crate) fn may_be_std(path: &str) -> bool {
    !path.split('/').next().unwrap_or(path).contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn experiments_are_read_from_the_release() {
        let source = "x\n\tbaseline := goexperiment.Flags{\n\t\tRegabiArgs: regabiSupported,\n\
                      \t\tDwarf5:  dwarf5Supported,\n\t\tGreenTeaGC: true, // why\n\t\tOff: false,\n\t}\n";
        let mut config = Config::new("/m");
        (config.goos, config.goarch) = ("darwin".into(), "arm64".into());
        let mut on = default_experiments(source, &config);
        assert_eq!(on.iter().collect::<Vec<_>>(), ["greenteagc", "regabiargs"]);
        apply_experiments("noregabi,jsonv2", &mut on);
        assert_eq!(on.iter().collect::<Vec<_>>(), ["greenteagc", "jsonv2"]);
        apply_experiments("none", &mut on);
        assert!(on.is_empty());
    }

    #[test]
    fn a_dot_in_the_first_element_means_a_module() {
        assert!(may_be_std("net/http") && may_be_std("a/b.c"));
        assert!(!may_be_std("golang.org/x/net"));
    }
}
