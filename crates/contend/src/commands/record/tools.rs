//! perf, and strace where perf may not see system calls.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::Item;

const CALLS: [&str; 4] = [
    "-e",
    "raw_syscalls:sys_enter",
    "-e",
    "raw_syscalls:sys_exit",
];

/// Records a process for a while. If perf gets no system calls, strace is tried.
pub(super) fn record(pid: u32, length: Duration, dir: &Path) -> Vec<Item> {
    let file = dir.join("perf.data");
    let mut items = Vec::new();
    let mut traced = None;
    let mut result = perf(pid, length, &file, &CALLS);
    if result.is_err() {
        // Most often trace points are forbidden, and samples are not.
        traced = thread::scope(|scope| {
            let strace = scope.spawn(|| strace(pid, length, &dir.join("strace.txt")));
            let samples = perf(pid, length, &file, &[]);
            if samples.is_ok() {
                result = samples;
            }
            strace.join().ok()
        });
    }
    items.push(Item {
        file: "perf.data",
        what: if traced.is_none() {
            "samples and system calls"
        } else {
            "samples, without system calls: trace points need root and tracefs"
        },
        result,
    });
    if let Some(result) = traced {
        items.push(Item {
            file: "strace.txt",
            what: "system calls",
            result,
        });
    }
    items
}

fn perf(pid: u32, length: Duration, file: &Path, calls: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("perf");
    command
        .args([
            "record",
            "-q",
            "-k",
            "CLOCK_MONOTONIC",
            "-g",
            "-e",
            "cpu-clock/freq=999/",
        ])
        .args(calls)
        .args(["-p", &pid.to_string(), "-o"])
        .arg(file)
        .args(["--", "sleep", &length.as_secs_f32().to_string()]);
    let out = command
        .stdin(Stdio::null())
        .output()
        .context("perf (is it installed?)")?;
    // When the process ends before the time is over perf ends what it started, and itself the same
    // way; what it has written is whole.
    let is_cut = out.status.code().is_none() && out.stderr.is_empty() && is_written(file);
    if !out.status.success() && !is_cut {
        bail!("perf: {}", first_line(&out.stderr));
    }
    Ok(())
}

fn strace(pid: u32, length: Duration, file: &Path) -> anyhow::Result<()> {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-ttt", "-T", "-yy", "-p", &pid.to_string(), "-o"])
        .arg(file);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context("strace (is it installed?)")?;
    let end = Instant::now() + length;
    while Instant::now() < end {
        if child.try_wait()?.is_some() {
            let out = child.wait_with_output()?;
            if out.status.success() && is_written(file) {
                // It ends with the last process that it follows.
                return Ok(());
            }
            bail!("strace: {}", first_line(&out.stderr));
        }
        thread::sleep(Duration::from_millis(50));
    }
    // Asked to end, it writes what it has, and lets go of the process.
    let asked = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    if !asked.is_ok_and(|it| it.success()) {
        child.kill()?;
    }
    child.wait()?;
    Ok(())
}

fn is_written(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|it| 0 < it.len())
}

fn first_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    // perf begins with a word of its own.
    let mut lines = text.lines().map(str::trim);
    let line = lines.find(|it| !it.is_empty() && *it != "Error:");
    line.unwrap_or("it failed without a word").to_owned()
}
