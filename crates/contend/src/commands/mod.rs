//! One module a command: what it does with the library crates, and its exit code.

mod browse;
mod check;
mod debug;
mod deps;
mod docs;
mod explain;
mod flame;
mod record;
mod rule;
mod timeline;
mod trace;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use contend_profile::Names;

use crate::args::{Args, Command};
use crate::environment::Environment;
use crate::failure::hinted;

/// How a command ended. The numbers are a promise, see `contend --help`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Nothing was found.
    Clean,
    /// There are findings.
    Findings,
    /// It could not do its work.
    Error,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Error => 2,
        })
    }
}

/// Runs the command that was typed.
pub(crate) fn run(
    args: &Args,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Check(check) => check::run(args, check, environment, out),
        Command::Deps(deps) => deps::run(args, deps, environment, out),
        Command::Explain(explain) => explain::run(args, explain, environment, out),
        Command::Flame(flame) => flame::run(args, flame, environment, out),
        Command::Record(record) => record::run(args, record, environment, out),
        Command::Rule(rule) => rule::run(rule, out),
        Command::Trace(trace) => trace::run(args, trace, environment, out),
        Command::Debug(debug) => debug::run(args, debug, environment, out),
    }
}

/// Programs that have names for frames of `perf.data`.
fn names(base: &Path, files: &[PathBuf]) -> anyhow::Result<Names> {
    let mut names = Names::default();
    for path in files {
        let shown = path.display().to_string();
        let bytes = fs::read(base.join(path)).with_context(|| format!("reading {shown}"))?;
        names.add(&shown, &bytes).with_context(|| shown)?;
    }
    Ok(names)
}

/// A directory that is not there is a slip of the pen, not a module without packages.
pub(crate) fn require_dir(dir: &Path) -> anyhow::Result<()> {
    match fs::metadata(dir) {
        Ok(it) if it.is_dir() => Ok(()),
        Ok(_) => Err(hinted(
            format!("`{}` is a file", dir.display()),
            "give the directory of a package or module",
        )),
        Err(error) => Err(anyhow::Error::new(error).context(dir.display().to_string())),
    }
}
