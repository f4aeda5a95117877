//! The static analysis as one job: load, parse, type, lower, apply the rules, honour suppressions.
//!
//! It knows the order of the steps and no Go: what a step means is the business of the crate it
//! belongs to. One package that makes us panic is fenced off, counted and left out.

mod coverage;
mod fence;
mod ignored;
mod parse;
mod progress;
mod suppress;
mod warnings;

use std::time::{Duration, Instant};

use contend_base::SourceMap;
use contend_finding::{Coverage, Finding, Warning, finish};
use contend_project::{Config, FileSystem};
use contend_rules::SourceUnit;

use parse::Source;

pub use fence::quiet_fenced_panics;
pub use progress::{Progress, Silent};

/// What to analyse.
pub struct Request<'a> {
    /// Where files come from.
    pub fs: &'a dyn FileSystem,
    /// The build.
    pub config: &'a Config,
    /// Patterns of the go command.
    pub patterns: &'a [String],
    /// Who is told how far we are.
    pub progress: &'a dyn Progress,
}

/// What an analysis found.
#[derive(Default)]
pub struct Outcome {
    /// In order of output, with fingerprints.
    pub findings: Vec<Finding>,
    /// What went wrong on the way, in order of output.
    pub warnings: Vec<Warning>,
    /// What was looked at.
    pub coverage: Coverage,
    /// The sources that findings and warnings point into.
    pub files: SourceMap,
    /// The phases in order, and how long each took.
    pub timings: Vec<(&'static str, Duration)>,
}

/// Runs the whole analysis in the rayon pool of the caller.
pub fn run(request: &Request) -> Outcome {
    let files = SourceMap::default();
    let mut clock = Clock::start();

    request.progress.begin("loading packages", 0);
    let project = contend_project::load(request.fs, request.config, request.patterns);
    clock.lap("load");

    let sources = parse::parse_all(&project, request.progress, &files);
    let ignored = ignored::parse_ignored(&project, request, &files);
    clock.lap("parse");

    let ours = sources
        .files()
        .iter()
        .filter(|file| file.is_target)
        .chain(&ignored);
    let mut findings: Vec<Finding> = ours
        .clone()
        .flat_map(|source| contend_rules::check_source(&unit(source, &files)))
        .collect();
    clock.lap("rules");

    let mut warnings = warnings::collect(request.config, &project, &sources, &files);
    let suppressed = suppress::apply(ours, &files, &mut findings, &mut warnings);
    finish(&mut findings, &files);
    let coverage = Coverage {
        suppressed,
        ..coverage::of(&project, &sources)
    };
    Outcome {
        findings,
        warnings,
        coverage,
        files,
        timings: clock.laps,
    }
}

fn unit<'a>(source: &'a Source, files: &'a SourceMap) -> SourceUnit<'a> {
    let Source { id, is_std, .. } = *source;
    SourceUnit {
        id,
        file: files.get(id),
        parsed: &source.parsed,
        is_std,
    }
}

/// Measures phases, for `--timings` only: no time reaches a result.
struct Clock {
    last: Instant,
    laps: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn start() -> Self {
        Self {
            last: Instant::now(),
            laps: Vec::new(),
        }
    }

    fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.laps.push((name, now - self.last));
        self.last = now;
    }
}
