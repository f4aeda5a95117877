//! The static analysis as one job: load, parse, type, lower, apply the rules, honour suppressions.
//!
//! It knows the order of the steps and no Go: what a step means is the business of the crate it
//! belongs to. One package that makes us panic is fenced off, counted and left out.

mod apply;
mod bodies;
mod coverage;
mod fence;
mod ignored;
mod memory;
mod outlines;
mod parse;
mod program;
mod progress;
mod schedule;
mod suppress;
mod uses;
mod warnings;

use std::time::{Duration, Instant};

use contend_base::SourceMap;
use contend_finding::{Coverage, Finding, Warning, finish};
use contend_project::{Config, FileSystem, Project, Tests};
use contend_rules::SourceUnit;

use parse::{Source, Sources};

pub use bodies::Bodies;
pub use fence::quiet_fenced_panics;
pub use program::Program;
pub use progress::{Progress, Silent};
pub use uses::{Uses, uses};

/// What to analyse.
pub struct Request<'a> {
    /// Where files come from.
    pub fs: &'a dyn FileSystem,
    /// The build.
    pub config: &'a Config,
    /// Patterns of the go command.
    pub patterns: &'a [String],
    /// How many bytes of memory may be used, if there is a limit.
    pub memory_limit: Option<u64>,
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

/// A program that was read and whose declarations are typed.
pub struct Loaded {
    /// The sources of all its packages.
    pub files: SourceMap,
    /// Modules, packages and what went wrong with them.
    pub project: Project,
    /// Its types.
    pub program: Program,
    sources: Sources,
    ignored: Vec<Source>,
    timings: Vec<(&'static str, Duration)>,
}

/// Reads a program in the rayon pool of the caller.
pub fn load(request: &Request) -> Loaded {
    let files = SourceMap::default();
    let mut clock = Clock::start();
    request.progress.begin("loading packages", 0);
    let project = contend_project::load(request.fs, request.config, request.patterns);
    clock.lap("load");
    memory::warn(&project, request);
    let sources = parse::parse_all(&project, request.progress, &files);
    let ignored = ignored::parse_ignored(&project, request, &files);
    clock.lap("parse");
    let include_tests = request.config.tests == Tests::Load;
    let program = Program::new(&project, &sources, &files, include_tests, request.progress);
    clock.lap("declare");
    Loaded {
        files,
        project,
        program,
        sources,
        ignored,
        timings: clock.laps,
    }
}

/// Runs the whole analysis in the rayon pool of the caller.
pub fn run(request: &Request) -> Outcome {
    let Loaded {
        files,
        project,
        program,
        sources,
        ignored,
        timings,
    } = load(request);
    let mut clock = Clock::start();
    let mut applied = apply::apply_all(&program, &files, request.progress);
    clock.lap("analyse");

    let ours = sources
        .files()
        .iter()
        .filter(|file| file.is_target)
        .chain(&ignored);
    let mut findings = std::mem::take(&mut applied.findings);
    for source in ours.clone() {
        findings.extend(contend_rules::check_source(&unit(source, &files)));
    }
    clock.lap("sources");

    let mut warnings = warnings::collect(&project, &sources, &program, &applied);
    let suppressed = suppress::apply(ours, &files, &mut findings, &mut warnings);
    finish(&mut findings, &files);
    let coverage = coverage::of(&project, &sources, &program, &applied, &files);
    let coverage = Coverage {
        suppressed,
        ..coverage
    };
    let timings = timings.into_iter().chain(clock.laps).collect();
    Outcome {
        findings,
        warnings,
        coverage,
        files,
        timings,
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
