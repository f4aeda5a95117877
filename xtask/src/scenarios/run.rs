//! Builds a form of a scenario and runs it for a while.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::catalogue::Scenario;
use crate::bench::measure;
use crate::go::Toolchain;
use crate::workspace;

/// Builds `form`; `race` builds it with the race detector.
pub(super) fn build(
    go: &Toolchain,
    scenario: &Scenario,
    form: &str,
    race: bool,
) -> anyhow::Result<PathBuf> {
    let out = workspace::target()?.join("scenarios");
    fs::create_dir_all(&out)?;
    let suffix = if race { ".race" } else { "" };
    let program = out.join(format!("{}-{form}{suffix}", scenario.id));
    let mut command = go.command(&scenario.dir, &["build", "-mod=mod"]);
    if race {
        command.arg("-race");
    }
    command.arg("-o").arg(&program).arg(format!("./{form}"));
    workspace::output(command.env("CGO_ENABLED", "1"))?;
    Ok(program)
}

/// How a run ended, and what it printed.
#[derive(Debug)]
pub(super) struct Ended {
    /// The exit code; `None` if the time was up or a signal came.
    pub(super) code: Option<i32>,
    /// The time was up.
    pub(super) late: bool,
    /// Standard output and standard error.
    pub(super) text: String,
}

/// Runs `program` for `limit` at most. What it started ends with it: some restart themselves, and
/// children that stay behind would take the processors from all later runs.
pub(super) fn execute(
    program: &Path,
    arguments: &[String],
    environment: &[(&str, &str)],
    limit: Duration,
    log: &Path,
) -> anyhow::Result<Ended> {
    let file = File::create(log)?;
    let mut child = Command::new(program)
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .process_group(0)
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let started = Instant::now();
    let (code, late) = loop {
        if let Some(status) = child.try_wait()? {
            break (status.code(), false);
        }
        if limit < started.elapsed() {
            break (None, true);
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    measure::end_group(child.id())?;
    child.wait()?;
    let text = String::from_utf8_lossy(&fs::read(log)?).into_owned();
    Ok(Ended { code, late, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_of_a_run_end_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        // The shell ends at once; what it started holds the log open and would write later.
        let script = "(sleep 0.3; echo late) & echo began".to_owned();
        let arguments = ["-c".to_owned(), script];
        let limit = Duration::from_secs(20);
        let ended = execute(Path::new("sh"), &arguments, &[], limit, &log).unwrap();
        assert_eq!((ended.code, ended.text.as_str()), (Some(0), "began\n"));
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(fs::read_to_string(&log).unwrap(), "began\n");
    }
}
