//! `cargo xtask fuzz`: the targets of fuzz/ with coverage, for as long as asked, and what came out.
//!
//! Works on stable Rust: the coverage that libFuzzer wants is a pass of LLVM, which every rustc has.
//! What libFuzzer finds worth keeping goes into the cache, so that the next run begins where this
//! one ended.

mod page;
mod round;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use self::page::Page;
use self::round::{Ending, Round};
use crate::workspace;

/// Every target, with the folders of the repository that it begins with beside fuzz/corpus/NAME.
const TARGETS: [(&str, &[&str]); 11] = [
    ("dumps", &["corpus/dumps"]),
    ("logs", &["corpus/dumps"]),
    ("races", &["corpus/dumps"]),
    ("jvm", &["corpus/dumps"]),
    ("inputs", &["corpus/dumps"]),
    ("syntax", &[]),
    ("gomod", &[]),
    ("gotrace", &["crates/contend/tests/cmd/trace.in"]),
    ("pprof", &[]),
    ("perf", &[]),
    ("strace", &[]),
];

/// Where it is written how long each target ran.
const PAGE: &str = "docs/fuzzing.md";

/// A long run is cut into rounds of so many minutes. The page is written after each, so what ends
/// the command in the middle of a night costs one round.
const ROUND_MINUTES: u64 = 10;

/// What libFuzzer needs of a program: counters at its edges, a table of them, compared values.
const FLAGS: [&str; 6] = [
    "--cfg fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Plan<'a> {
    targets: Vec<&'a str>,
    /// Of processor time, for each target.
    minutes: u64,
}

/// The command: `TARGET... --minutes N`, every target if none is named. Stops at the first crash.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let plan = Plan::of(args)?;
    for &target in &plan.targets {
        let program = build(target)?;
        let mut left = plan.minutes;
        while 0 < left {
            let minutes = left.min(ROUND_MINUTES);
            left -= minutes;
            one_round(target, &program, minutes)?;
        }
    }
    Ok(())
}

impl Plan<'_> {
    fn of(args: &[String]) -> anyhow::Result<Plan<'_>> {
        let mut plan = Plan {
            targets: Vec::new(),
            minutes: 5,
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if arg == "--minutes" {
                let minutes = args.next().context("--minutes needs a number")?;
                plan.minutes = minutes.parse().context("--minutes needs a whole number")?;
            } else if seeds_of(arg).is_some() {
                plan.targets.push(arg);
            } else {
                let names = TARGETS.map(|(name, _)| name).join(", ");
                bail!("no fuzz target `{arg}`; there are {names}");
            }
        }
        if plan.targets.is_empty() {
            plan.targets = TARGETS.map(|(name, _)| name).to_vec();
        }
        Ok(plan)
    }
}

fn seeds_of(target: &str) -> Option<&'static [&'static str]> {
    let (_, folders) = TARGETS.iter().find(|(name, _)| *name == target)?;
    Some(folders)
}

/// Builds a target into a folder of its own, since the flags would throw away every other build.
fn build(target: &str) -> anyhow::Result<PathBuf> {
    let folder = workspace::root().join("fuzz");
    let host = host()?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo
        .args(["build", "--release", "--bin", target])
        // With the target named, build scripts and derives are built without the flags.
        .args(["--target", &host, "--target-dir"])
        .arg(folder.join("target"))
        .env("RUSTFLAGS", FLAGS.join(" "))
        .env("CARGO_INCREMENTAL", "0")
        .current_dir(&folder);
    if target == "inputs" {
        cargo.args(["--features", "inputs"]);
    }
    workspace::run(&mut cargo)?;
    Ok(folder
        .join("target")
        .join(host)
        .join("release")
        .join(target))
}

/// The triple of this machine.
fn host() -> anyhow::Result<String> {
    let about = workspace::output(Command::new("rustc").arg("-vV"))?;
    let about = String::from_utf8(about)?;
    let line = about.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc -vV names no host")?.to_owned())
}

/// Lets a target run once and writes down what came of it. A crash is an error that names the input.
fn one_round(target: &str, program: &Path, minutes: u64) -> anyhow::Result<()> {
    let cache = workspace::cache()?.join("fuzz").join(target);
    let seeds = seeds(target);
    let Round {
        executions,
        edges,
        ending,
    } = round::run(program, &cache, &seeds, minutes)?;
    let path = workspace::root().join(PAGE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).context("reading docs/fuzzing.md"),
    };
    let mut page = Page::read(&text);
    let row = page.row(target);
    match &ending {
        Ending::Quiet => row.add(&commit()?, minutes, executions, edges),
        Ending::Crash { .. } => row.crashed(),
    }
    fs::write(&path, page.text()).context("writing docs/fuzzing.md")?;
    match ending {
        Ending::Quiet => {
            println!("{target}: {minutes} min, {executions} executions, {edges} edges");
            Ok(())
        }
        Ending::Crash { input, why } => {
            bail!("{target} failed on {}: {why}", input.display())
        }
    }
}

/// The folders a target begins with, those that are there.
fn seeds(target: &str) -> Vec<PathBuf> {
    let root = workspace::root();
    let own = root.join("fuzz/corpus").join(target);
    let shared = seeds_of(target).unwrap_or_default();
    let all = shared.iter().map(|folder| root.join(folder));
    std::iter::once(own)
        .chain(all)
        .filter(|folder| folder.is_dir())
        .collect()
}

fn commit() -> anyhow::Result<String> {
    let mut git = Command::new("git");
    git.current_dir(workspace::root());
    let commit = workspace::output(git.args(["rev-parse", "--short", "HEAD"]))?;
    Ok(String::from_utf8_lossy(&commit).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(args: &[&str]) -> anyhow::Result<(Vec<String>, u64)> {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        let plan = Plan::of(&args)?;
        let targets = plan.targets.iter().map(|&name| name.to_owned()).collect();
        Ok((targets, plan.minutes))
    }

    #[test]
    fn targets_and_minutes_are_read_and_a_wrong_name_is_refused() {
        let (targets, minutes) = plan(&["dumps", "--minutes", "60", "jvm"]).unwrap();
        assert_eq!((targets.join(" ").as_str(), minutes), ("dumps jvm", 60));
        assert_eq!(plan(&[]).unwrap().0.len(), TARGETS.len());
        let error = plan(&["dump"]).unwrap_err().to_string();
        assert!(error.starts_with("no fuzz target `dump`"), "{error}");
        assert!(plan(&["--minutes", "soon"]).is_err());
    }

    #[test]
    fn every_target_of_the_folder_is_known_here() {
        let folder = workspace::root().join("fuzz/fuzz_targets");
        let files = fs::read_dir(folder).unwrap().flatten();
        let mut names: Vec<String> = files
            .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
            .collect();
        names.sort();
        let mut known = TARGETS.map(|(name, _)| name.to_owned());
        known.sort();
        assert_eq!(names, known);
    }
}
