//! `contend record`: a trace, and what belongs beside it, of one stretch of time on one clock.
//!
//! Everything that can be had is written into a directory; for the rest the reason is said.

mod http;
mod proc;
mod tools;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use contend_profile::{Names, gather as gather_stacks};

use crate::args::{Args, Record};
use crate::commands::Exit;
use crate::environment::Environment;
use crate::failure::{self, hinted};

/// What was written, or why it was not.
struct Item {
    file: &'static str,
    what: &'static str,
    result: anyhow::Result<()>,
}

/// Profiles that are taken after the stretch, as they sum over the whole run.
const PROFILES: [(&str, &str, &str); 4] = [
    ("mutex.pb.gz", "mutex profile", "mutex"),
    ("block.pb.gz", "block profile", "block"),
    ("heap.pb.gz", "heap profile", "heap"),
    ("goroutines.txt", "goroutine dump", "goroutine?debug=2"),
];

/// What a program has to call for a profile to hold anything.
const SWITCHES: [(&str, &str); 2] = [
    ("mutex.pb.gz", "runtime.SetMutexProfileFraction"),
    ("block.pb.gz", "runtime.SetBlockProfileRate"),
];

/// perf and strace begin so long before the trace and end after it, so that it lies inside.
const MARGIN: Duration = Duration::from_millis(700);

pub(crate) fn run(
    args: &Args,
    record: &Record,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let base = environment.directory(args.directory.as_deref());
    if record.pid.is_none() && record.url.is_none() && record.command.is_empty() {
        let hint = "contend record --pid PID --url http://localhost:6060, or -- COMMAND";
        return Err(hinted("nothing to record", hint));
    }
    let dir = base.join(&record.out);
    fs::create_dir_all(&dir).with_context(|| format!("making {}", record.out.display()))?;
    let mut child = start(&record.command, &base)?;
    let pid = record.pid.or(child.as_ref().map(Child::id));
    let items = gather(record, pid, &dir);
    let has_ended = pid.is_some_and(proc::has_ended);
    if let Some(child) = &mut child {
        // It was started for this only. An error says that it has ended by itself.
        let _ = child.kill();
        child.wait()?;
    }
    say(&items, record, &dir, out)?;
    if has_ended {
        failure::warn("the process ended before the recording did");
    }
    let has_some = items.iter().any(|it| it.result.is_ok());
    Ok(if has_some { Exit::Clean } else { Exit::Error })
}

fn start(command: &[String], base: &Path) -> anyhow::Result<Option<Child>> {
    let Some((program, args)) = command.split_first() else {
        return Ok(None);
    };
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(base)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let child = command
        .spawn()
        .with_context(|| format!("starting {program}"))?;
    Ok(Some(child))
}

fn gather(record: &Record, pid: Option<u32>, dir: &Path) -> Vec<Item> {
    let length = Duration::from_secs(record.seconds);
    let fetch = |path: &str, file: &str, wait: Duration| {
        let Some(url) = &record.url else {
            anyhow::bail!("it needs --url, where net/http/pprof answers");
        };
        let body = http::get(url, path, wait)?;
        fs::write(dir.join(file), body).context("writing it")
    };
    let mut items = Vec::new();
    std::thread::scope(|scope| {
        let beside =
            pid.map(|pid| scope.spawn(move || tools::record(pid, length + 2 * MARGIN, dir)));
        std::thread::sleep(MARGIN);
        let seconds = record.seconds;
        let profile =
            scope.spawn(move || fetch(&format!("profile?seconds={seconds}"), "cpu.pb.gz", length));
        let trace = fetch(&format!("trace?seconds={seconds}"), "trace.out", length);
        items.push(Item {
            file: "trace.out",
            what: "execution trace",
            result: trace,
        });
        items.push(Item {
            file: "cpu.pb.gz",
            what: "CPU profile",
            result: profile
                .join()
                .unwrap_or_else(|_| Err(anyhow::anyhow!("it went wrong"))),
        });
        let result = match pid {
            Some(pid) => proc::write(pid, &dir.join("proc.txt")),
            None => Err(anyhow::anyhow!("it needs --pid")),
        };
        items.push(Item {
            file: "proc.txt",
            what: "descriptors, sockets and limits",
            result,
        });
        match beside.map(std::thread::ScopedJoinHandle::join) {
            Some(Ok(tools)) => items.extend(tools),
            _ => items.push(Item {
                file: "perf.data",
                what: "samples and system calls",
                result: Err(anyhow::anyhow!("it needs --pid")),
            }),
        }
    });
    for (file, what, path) in PROFILES {
        items.push(Item {
            file,
            what,
            result: fetch(path, file, Duration::ZERO),
        });
    }
    items
}

fn say(items: &[Item], record: &Record, dir: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    for item in items {
        let Item { file, what, result } = item;
        match result {
            Ok(()) => {
                let path = dir.join(file);
                let size = fs::metadata(&path).map_or(0, |it| it.len());
                write!(out, "{file}: {what}, {size} bytes")?;
                if let Some((_, switch)) = SWITCHES.iter().find(|it| it.0 == *file)
                    && is_empty(&path)
                {
                    write!(out, ", empty: nobody waited, or {switch} is not called")?;
                }
                writeln!(out)?;
            }
            Err(error) => writeln!(out, "no {file} ({what}): {error:#}")?,
        }
    }
    let has = |file: &str| items.iter().any(|it| it.file == file && it.result.is_ok());
    if has("trace.out") {
        let path =
            |file: &str| -> String { record.out.join(PathBuf::from(file)).display().to_string() };
        let beside = ["perf.data", "strace.txt", "proc.txt"];
        let beside = beside.into_iter().filter(|it| has(it));
        write!(out, "\nnext: contend trace {}", path("trace.out"))?;
        for file in beside {
            write!(out, " --perf {}", path(file))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Whether a profile has no samples.
fn is_empty(path: &Path) -> bool {
    let Ok(file) = File::open(path) else {
        return false;
    };
    let gathered = gather_stacks(file, "", None, &Names::default());
    gathered.is_ok_and(|it| it.stacks.is_empty())
}
