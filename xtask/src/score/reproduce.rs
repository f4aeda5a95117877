//! Shows that the labels of the kernels are true: the faulty form fails under the race detector or
//! dies by itself, and the fixed form does neither.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::labels::{self, Kernel};
use super::{Options, kernels};
use crate::go::Toolchain;
use crate::report::{Outcome, Report};
use crate::workspace;

/// A faulty form has to fail in one of so many runs.
const TRIES: usize = 20;
/// A fixed form has to end well in all of these.
const CLEAN_RUNS: usize = 3;
/// What runs longer hangs, which is a failure of its own.
const LIMIT: Duration = Duration::from_secs(20);
/// The build tag of the tests that drive a project, which contend does not see.
const DRIVE: &str = "drive";
/// What the race detector ends with.
const RACE: i32 = 66;

/// Builds and runs both forms of every kernel, of the fresh ones and of the projects too.
pub(super) fn run(go: &Toolchain, options: &Options) -> anyhow::Result<()> {
    let mut kernels = Vec::new();
    for folder in [kernels::folder(), kernels::fresh(), kernels::projects()] {
        for kernel in labels::matching(&folder, &options.names)? {
            kernels.push((folder.clone(), kernel));
        }
    }
    if kernels.is_empty() {
        bail!("no kernel of that name");
    }
    let out = workspace::target()?.join("score/reproduce");
    fs::create_dir_all(&out)?;
    let report = Mutex::new(Report::default());
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((folder, kernel)) = kernels.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let outcome = judge(go, folder, kernel, &out);
                    let mut report = report
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                    report.add(&kernel.name, outcome);
                }
            });
        }
    });
    let report = report
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    report.close()
}

fn judge(go: &Toolchain, folder: &Path, kernel: &Kernel, out: &Path) -> anyhow::Result<Outcome> {
    let fixed = build(go, folder, kernel, "fixed", out)?;
    for _ in 0..CLEAN_RUNS {
        let end = execute(&fixed)?;
        if end != End::Clean {
            let log = log(&fixed);
            return Ok(Outcome::Failed(format!(
                "the fixed form {}, see {}",
                end.text(),
                log.display()
            )));
        }
    }
    let faulty = build(go, folder, kernel, "faulty", out)?;
    for attempt in 1..=TRIES {
        match execute(&faulty)? {
            End::Clean => {}
            End::Hung => return Ok(Outcome::Failed("the faulty form hangs".to_owned())),
            end => {
                return Ok(Outcome::Passed(format!("{}, run {attempt}", end.text())));
            }
        }
    }
    Ok(Outcome::Failed(format!(
        "the faulty form ended well {TRIES} times"
    )))
}

/// Builds one form, a program or a test binary.
fn build(
    go: &Toolchain,
    folder: &Path,
    kernel: &Kernel,
    form: &str,
    out: &Path,
) -> anyhow::Result<PathBuf> {
    let package = kernel.form(form);
    let program = out.join(package.replace('/', "-"));
    let is_test = fs::read_dir(folder.join(&package))?
        .filter_map(Result::ok)
        .any(|entry| entry.file_name().to_string_lossy().ends_with("_test.go"));
    let mut args = if is_test {
        vec!["test", "-c"]
    } else {
        vec!["build"]
    };
    if kernel.goarch.is_none() {
        args.push("-race");
    }
    let package = format!("./{package}");
    let output = program.to_string_lossy();
    args.extend(["-tags", DRIVE, "-o", &output, &package]);
    let mut command = go.command(folder, &args);
    match &kernel.goarch {
        Some(goarch) => command.env("GOARCH", goarch).env("CGO_ENABLED", "0"),
        None => command.env("CGO_ENABLED", "1"),
    };
    workspace::output(&mut command)?;
    Ok(program)
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Clean,
    Raced,
    Died(i32),
    Hung,
}

impl End {
    fn text(self) -> String {
        match self {
            End::Clean => "ended well".to_owned(),
            End::Raced => "raced".to_owned(),
            End::Died(code) => format!("died with status {code}"),
            End::Hung => "hung".to_owned(),
        }
    }
}

fn execute(program: &Path) -> anyhow::Result<End> {
    let log = File::create(log(program))?;
    let mut child = Command::new(program)
        .current_dir(program.parent().unwrap_or_else(|| Path::new(".")))
        .env("GORACE", format!("halt_on_error=1 exitcode={RACE}"))
        .env("GOMAXPROCS", "4")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return match status.code() {
                Some(0) => Ok(End::Clean),
                Some(RACE) => Ok(End::Raced),
                Some(code) => Ok(End::Died(code)),
                None => bail!("{} ended with {status}", program.display()),
            };
        }
        if LIMIT < started.elapsed() {
            child.kill()?;
            child.wait()?;
            return Ok(End::Hung);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Where the last run of a program wrote what it had to say.
fn log(program: &Path) -> PathBuf {
    program.with_extension("log")
}
