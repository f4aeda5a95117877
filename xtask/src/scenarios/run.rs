//! Builds a form of a scenario and runs it for a while.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::catalogue::Scenario;
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

/// Runs `program` for `limit` at most.
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
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let started = Instant::now();
    let (code, late) = loop {
        if let Some(status) = child.try_wait()? {
            break (status.code(), false);
        }
        if limit < started.elapsed() {
            child.kill()?;
            child.wait()?;
            break (None, true);
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = String::from_utf8_lossy(&fs::read(log)?).into_owned();
    Ok(Ended { code, late, text })
}
