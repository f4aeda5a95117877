//! `contend check`: analyse, filter, print.

use std::io::{self, Write};
use std::path::Path;

use contend_check::{Outcome, Request};
use contend_finding::Confidence;
use contend_project::{Disk, Tests};
use contend_render::Report;

use crate::args::{self, Args, CheckFormat};
use crate::commands::Exit;
use crate::environment::Environment;
use crate::failure::hinted;
use crate::plan::{self, Target};
use crate::progress::Bar;

pub(crate) fn run(
    args: &Args,
    check: &args::Check,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let style = plan::style(args.color, environment);
    let mut target = Target::resolve(
        args.directory.as_deref(),
        &check.targets,
        &check.build,
        environment,
    );
    target.config.tests = if check.no_tests {
        Tests::Skip
    } else {
        Tests::Load
    };
    require_dir(&target.config.dir)?;

    let progress = Bar::new(environment);
    let pool = plan::thread_pool(check.build.threads)?;
    let request = Request {
        fs: &Disk,
        config: &target.config,
        patterns: &target.patterns,
        progress: &progress,
    };
    let mut outcome = pool.install(|| contend_check::run(&request));
    progress.finish();

    outcome
        .findings
        .retain(|finding| least(check.min_confidence) <= finding.confidence);
    let report = Report {
        findings: &outcome.findings,
        warnings: &outcome.warnings,
        coverage: &outcome.coverage,
        files: &outcome.files,
        paths: target.paths,
    };
    if check.format != CheckFormat::Json {
        report.write_warnings(
            &plan::error_style(args.color, environment),
            &mut io::stderr(),
        )?;
    }
    match check.format {
        CheckFormat::Full => report.write_full(&style, out)?,
        CheckFormat::Concise => report.write_concise(&style, out)?,
        CheckFormat::Json => report.write_json(out)?,
    }
    if check.timings {
        write_timings(&outcome, &mut io::stderr())?;
    }
    nothing_analysed(&outcome, &target.config.dir)?;
    Ok(if outcome.findings.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

fn least(confidence: args::Confidence) -> Confidence {
    match confidence {
        args::Confidence::Low => Confidence::Low,
        args::Confidence::Medium => Confidence::Medium,
        args::Confidence::High => Confidence::High,
    }
}

/// A directory that is not there is a slip of the pen, not a module without packages.
fn require_dir(dir: &Path) -> anyhow::Result<()> {
    match std::fs::metadata(dir) {
        Ok(it) if it.is_dir() => Ok(()),
        Ok(_) => Err(hinted(
            format!("`{}` is a file", dir.display()),
            "give the directory of a package or module",
        )),
        Err(error) => Err(anyhow::Error::new(error).context(dir.display().to_string())),
    }
}

/// A run that looked at nothing must not pass for a clean one.
fn nothing_analysed(outcome: &Outcome, dir: &Path) -> anyhow::Result<()> {
    if 0 < outcome.coverage.analysed {
        return Ok(());
    }
    let message = match outcome.coverage.packages {
        0 => format!("no Go packages in `{}`", dir.display()),
        n => format!(
            "none of {n} packages in `{}` could be analysed",
            dir.display()
        ),
    };
    Err(hinted(
        message,
        "give the directory of a Go module, or a pattern such as ./...",
    ))
}

fn write_timings(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for (phase, time) in &outcome.timings {
        writeln!(out, "{phase:>8} {:>9.1} ms", time.as_secs_f64() * 1e3)?;
    }
    let megabytes = outcome.coverage.bytes as f64 / 1e6;
    writeln!(
        out,
        "{:>8} {megabytes:>9.1} MB of source in the packages asked for",
        ""
    )
}
