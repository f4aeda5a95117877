//! `contend check`: analyse, filter, print.

use std::io::{self, Write};
use std::path::Path;

use contend_check::{Outcome, Request};
use contend_finding::Confidence;
use contend_project::{Disk, Tests};
use contend_render::Report;

use crate::args::{self, Args, CheckFormat};
use crate::commands::{Exit, require_dir};
use crate::environment::Environment;
use crate::failure::hinted;
use crate::memory;
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
    no_files(&check.targets, &target.config.dir)?;

    let progress = Bar::new(environment);
    let pool = plan::thread_pool(check.build.threads)?;
    let request = Request {
        fs: &Disk,
        config: &target.config,
        patterns: &target.patterns,
        memory_limit: memory::limit(|path| std::fs::read_to_string(path).ok()),
        progress: &progress,
    };
    let mut outcome = pool.install(|| contend_check::run(&request));
    progress.finish();

    let n_all = outcome.findings.len();
    outcome
        .findings
        .retain(|finding| least(check.min_confidence) <= finding.confidence);
    outcome.coverage.less_sure = n_all - outcome.findings.len();
    let report = Report {
        findings: &outcome.findings,
        warnings: &outcome.warnings,
        coverage: &outcome.coverage,
        files: &outcome.files,
        paths: target.paths,
    };
    if check.format != CheckFormat::Json {
        let style = plan::error_style(args.color, environment);
        report.write_warnings(&style, &mut io::stderr())?;
    }
    if check.timings {
        write_timings(&outcome, &mut io::stderr())?;
    }
    // A run that looked at nothing must not pass for a clean one.
    let nothing = nothing_analysed(&outcome, &target.config.dir);
    match check.format {
        CheckFormat::Json => report.write_json(out)?,
        _ if nothing.is_some() => {}
        CheckFormat::Full => report.write_full(&style, out)?,
        CheckFormat::Concise => report.write_concise(&style, out)?,
    }
    match nothing {
        Some(error) => Err(error),
        None if outcome.findings.is_empty() => Ok(Exit::Clean),
        None => Ok(Exit::Findings),
    }
}

/// The go command takes files for a package of their own; here a package is a directory.
fn no_files(targets: &[String], dir: &Path) -> anyhow::Result<()> {
    match targets.iter().find(|target| dir.join(target).is_file()) {
        Some(file) => {
            let help = "give the directory of a package or module";
            Err(hinted(format!("`{file}` is a file"), help))
        }
        None => Ok(()),
    }
}

fn least(confidence: args::Confidence) -> Confidence {
    match confidence {
        args::Confidence::Low => Confidence::Low,
        args::Confidence::Medium => Confidence::Medium,
        args::Confidence::High => Confidence::High,
    }
}

/// What is wrong if no package could be analysed.
fn nothing_analysed(outcome: &Outcome, dir: &Path) -> Option<anyhow::Error> {
    if 0 < outcome.coverage.analysed {
        return None;
    }
    let message = match outcome.coverage.packages {
        0 => format!("no Go packages in `{}`", dir.display()),
        _ => "none of the packages could be analysed".to_owned(),
    };
    let help = "give the directory of a Go module, or a pattern such as ./...";
    Some(hinted(message, help))
}

fn write_timings(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for (phase, time) in &outcome.timings {
        writeln!(out, "{phase:>8} {:>9.1} ms", time.as_secs_f64() * 1e3)?;
    }
    let megabytes = outcome.coverage.bytes as f64 / 1e6;
    writeln!(
        out,
        "{megabytes:>18.1} MB of source in the packages asked for"
    )
}
