//! Proofs that findings in real modules are true: a test in the package of the finding that fails
//! under the race detector. corpus/proofs/README.md describes the format.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::Options;
use crate::corpus::{self, List};
use crate::go::Toolchain;
use crate::report::{Outcome, Report};
use crate::workspace;

/// What a run says that raced, or that the runtime ended.
const SIGNS: [&str; 2] = ["WARNING: DATA RACE", "fatal error: concurrent map"];

/// A test of ours and where it belongs.
#[derive(Debug, PartialEq, Eq)]
struct Proof {
    module: String,
    /// The folder of the package, from that of the module.
    package: String,
    /// `FILE:LINE CODE`.
    finding: String,
}

impl Proof {
    fn place(&self) -> &str {
        self.finding.split(' ').next().unwrap_or_default()
    }
}

/// Runs the proofs whose names contain one of those asked for; all without names.
pub(super) fn run(go: &Toolchain, options: &Options) -> anyhow::Result<()> {
    let folder = workspace::root().join("corpus/proofs");
    let mut paths: Vec<_> = fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "go"));
    paths.sort();
    let mut report = Report::default();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let wanted = options.names.is_empty() || options.names.iter().any(|it| name.contains(it));
        if wanted {
            report.add(&name, judge(go, &path));
        }
    }
    report.close()
}

fn judge(go: &Toolchain, path: &Path) -> anyhow::Result<Outcome> {
    let proof = read(&fs::read_to_string(path)?)?;
    let mut modules = List::Pinned.modules()?;
    modules.extend(List::Unseen.modules()?);
    let module = modules.iter().find(|module| module.name == proof.module);
    let module = module.with_context(|| format!("no module `{}`", proof.module))?;
    if !corpus::is_fetched(module)? {
        let text = format!("{} is not in the cache: cargo xtask corpus", module.name);
        return Ok(Outcome::Skipped(text));
    }
    let dir = corpus::place(module)?;
    let overlay = overlay(path, &dir.join(&proof.package))?;
    let package = format!("./{}", proof.package);
    let mut test = go.command(
        &dir,
        &["test", "-race", "-count", "1", "-run", "^TestProof"],
    );
    test.arg("-overlay").arg(&overlay).arg(&package);
    let out = test
        .env("CGO_ENABLED", "1")
        .output()
        .context("starting go test")?;
    let text = String::from_utf8_lossy(&out.stdout) + String::from_utf8_lossy(&out.stderr);
    let sign = SIGNS.iter().find(|sign| text.contains(**sign));
    Ok(match sign {
        Some(sign) if passes(&text, proof.place()) => {
            Outcome::Passed(format!("{}: {sign}", proof.finding))
        }
        Some(_) => Outcome::Failed(format!("another race than {}", proof.finding)),
        None => Outcome::Failed(format!(
            "go test ended with {}, without a race: {}",
            out.status,
            text.lines().last().unwrap_or_default()
        )),
    })
}

/// Whether a stack of the report passes through the place, `FILE:LINE` from the module's root.
fn passes(report: &str, place: &str) -> bool {
    let mut frames = report.lines().filter_map(|line| line.split_once(" +0x"));
    frames.any(|(frame, _)| frame.ends_with(place))
}

/// A file that makes the go command see the proof as a test of the package.
fn overlay(proof: &Path, package: &Path) -> anyhow::Result<PathBuf> {
    let place = package.join("contend_proof_test.go");
    let replace = serde_json::json!({ "Replace": { place.to_string_lossy(): proof } });
    let folder = workspace::target()?.join("score/proofs");
    fs::create_dir_all(&folder)?;
    let file = folder.join(proof.with_extension("json").file_name().unwrap_or_default());
    fs::write(&file, serde_json::to_vec(&replace)?)?;
    Ok(file)
}

/// Reads the three lines at the head of a proof.
fn read(text: &str) -> anyhow::Result<Proof> {
    let field = |name: &str| {
        let start = format!("// {name}: ");
        let line = text.lines().find_map(|line| line.strip_prefix(&start));
        line.map(str::to_owned)
    };
    match (field("module"), field("package"), field("finding")) {
        (Some(module), Some(package), Some(finding)) => Ok(Proof {
            module,
            package,
            finding,
        }),
        _ => bail!("a proof starts with `// module: `, `// package: ` and `// finding: `"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_proof_is_read() {
        let text = "// module: a\n// package: b/c\n// finding: b/c/d.go:7 CT1001\npackage c\n";
        let proof = read(text).expect("a proof");
        assert_eq!(proof.package, "b/c");
        assert_eq!(proof.place(), "b/c/d.go:7");
        assert!(read("package c\n").is_err());
    }

    #[test]
    fn a_race_elsewhere_proves_nothing() {
        let report = "WARNING: DATA RACE\n  c.Set()\n      /cache/a/b/c/d.go:7 +0x71\n";
        assert!(passes(report, "b/c/d.go:7"));
        assert!(!passes(report, "b/c/d.go:71"));
        assert!(!passes(report, "b/c/e.go:7"));
    }
}
