//! One run of a target under libFuzzer, ended after its processor time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::bench::measure;

/// What a target is longer than this on is a hang. By the clock, and the machine may be busy: seconds
/// of work have taken a minute beside other builds.
const SECONDS_FOR_ONE_INPUT: u32 = 300;

/// What libFuzzer exits with when it is interrupted.
const INTERRUPTED: i32 = 72;

/// What came of one run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Round {
    pub(super) executions: u64,
    /// Edges of the program that some input reached.
    pub(super) edges: u64,
    pub(super) ending: Ending,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Quiet,
    Crash { input: PathBuf, why: String },
}

/// Runs `program` for `minutes` of processor time. What it learns goes to `cache`, and so does its
/// log; the input of a crash stands beside it.
pub(super) fn run(
    program: &Path,
    cache: &Path,
    seeds: &[PathBuf],
    minutes: u64,
) -> anyhow::Result<Round> {
    let corpus = cache.join("corpus");
    fs::create_dir_all(&corpus).with_context(|| format!("making {}", corpus.display()))?;
    let log_path = cache.join("log.txt");
    let log = fs::File::create(&log_path)?;
    let mut child = Command::new(program)
        .arg(&corpus)
        .args(seeds)
        .arg(format!("-artifact_prefix={}/", cache.display()))
        .arg(format!("-timeout={SECONDS_FOR_ONE_INPUT}"))
        .args(["-print_final_stats=1", "-rss_limit_mb=2048"])
        // Inputs are far too small to be read in parts.
        .env("RAYON_NUM_THREADS", "1")
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let limit = (minutes * 60) as f64;
    let mut interrupted = false;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if !interrupted && limit <= measure::used(child.id()) {
            // It then prints what it did. A kill would keep that from us.
            let id = child.id().to_string();
            Command::new("kill").args(["-INT", &id]).status()?;
            interrupted = true;
        }
        std::thread::sleep(Duration::from_millis(500));
    };
    let log = String::from_utf8_lossy(&fs::read(&log_path)?).into_owned();
    let round = Round::of(&log);
    match (&round.ending, status.code()) {
        (Ending::Crash { .. }, _) => Ok(round),
        (Ending::Quiet, Some(INTERRUPTED)) if interrupted => Ok(round),
        _ => bail!(
            "{} ended with {status} before its time: see {}",
            program.display(),
            log_path.display()
        ),
    }
}

impl Round {
    /// Reads what libFuzzer printed.
    fn of(log: &str) -> Round {
        let executions = number_behind(log, "stat::number_of_executed_units:");
        // What merely took long is written down too. Too long is what ends the run.
        let input = log.lines().find_map(|line| {
            let (_, path) = line.split_once("Test unit written to ")?;
            (!path.contains("/slow-unit-")).then_some(path)
        });
        let ending = match input {
            Some(path) => Ending::Crash {
                input: PathBuf::from(path.trim()),
                why: reason(log),
            },
            None => Ending::Quiet,
        };
        Round {
            executions,
            edges: number_behind(log, " cov:"),
            ending,
        }
    }
}

/// The number after the last `mark`; 0 if there is none.
fn number_behind(log: &str, mark: &str) -> u64 {
    let behind = log.rsplit_once(mark).map_or("", |(_, behind)| behind);
    let number = behind.split_whitespace().next().unwrap_or_default();
    number.parse().unwrap_or(0)
}

/// The panic in Rust's words, else the verdict of libFuzzer.
fn reason(log: &str) -> String {
    let mut lines = log.lines();
    if let Some(head) = lines.find(|line| line.contains("panicked at")) {
        let message = lines.next().unwrap_or_default();
        return format!("{} {}", head.trim(), message.trim());
    }
    let verdict = log
        .lines()
        .find_map(|line| line.strip_prefix("SUMMARY: "))
        .unwrap_or("no reason given");
    verdict.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_quiet_run_are_read() {
        let log = "#2\tINITED cov: 11 ft: 12 corp: 1/1b exec/s: 0 rss: 50Mb\n\
                   #9000\tNEW    cov: 431 ft: 912 corp: 80/2Kb lim: 4096 exec/s: 4500 rss: 60Mb\n\
                   ==7== libFuzzer: run interrupted; exiting\n\
                   stat::number_of_executed_units: 9021\n";
        let quiet = Round {
            executions: 9021,
            edges: 431,
            ending: Ending::Quiet,
        };
        assert_eq!(Round::of(log), quiet);
    }

    #[test]
    fn an_input_that_took_long_is_no_crash() {
        let log = "Test unit written to cache/slow-unit-8a37\n\
                   ==7== libFuzzer: run interrupted; exiting\n\
                   stat::number_of_executed_units: 12\n";
        assert_eq!(Round::of(log).ending, Ending::Quiet);
    }

    #[test]
    fn a_crash_names_its_input_and_what_was_violated() {
        let log = "thread '<unnamed>' (3) panicked at crates/a/src/lib.rs:3:5:\n\
                   attempt to add with overflow\n\
                   SUMMARY: libFuzzer: deadly signal\n\
                   artifact_prefix='/c/'; Test unit written to /c/crash-8af4\n";
        let Ending::Crash { input, why } = Round::of(log).ending else {
            panic!("no crash");
        };
        assert_eq!(input, Path::new("/c/crash-8af4"));
        assert!(
            why.ends_with("lib.rs:3:5: attempt to add with overflow"),
            "{why}"
        );
        let hang = "SUMMARY: libFuzzer: timeout\nTest unit written to /c/timeout-1\n";
        assert!(
            matches!(Round::of(hang).ending, Ending::Crash { why, .. } if why.ends_with("timeout"))
        );
    }
}
