//! `contend explain`: what a crash, a dump or a race report says.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::Context;
use contend_check::Request;
use contend_explain::{
    Browser, Crossing, Difference, Explanation, Filter, Input, Listing, Look, Question, Recorder,
    Series, Source, Threshold, Watch,
};
use contend_project::{Disk, Tests};

use crate::args::{Args, Build, Explain, ExplainFormat};
use crate::commands::{Exit, browse, require_dir};
use crate::environment::Environment;
use crate::failure::{self, hinted};
use crate::memory;
use crate::plan::{self, Target};
use crate::progress::Bar;

pub(crate) fn run(
    args: &Args,
    explain: &Explain,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let base = environment.directory(args.directory.as_deref());
    if let Some([before, after]) = explain.diff.as_deref() {
        return difference(&base, before, after, explain.format, out);
    }
    let listing = listing(explain, environment)?;
    let thresholds = thresholds(explain)?;
    let mut unreadable = 0;
    let asked = explain.timeline || !explain.metrics.is_empty();
    let writes_up = matches!(
        explain.format,
        ExplainFormat::Markdown | ExplainFormat::Html
    );
    let times = asked || writes_up;
    let recorder = Rc::new(RefCell::new(Recorder::default()));
    let standard_input = [PathBuf::from("-")];
    let files = match &explain.files[..] {
        [] => &standard_input[..],
        files => files,
    };
    let inputs = files.iter().filter_map(|path| match open(&base, path) {
        Ok(input) if times => Some(Input {
            reader: Box::new(Watch::new(input.reader, &input.name, &recorder)),
            ..input
        }),
        Ok(input) => Some(input),
        Err(error) => {
            unreadable += 1;
            // Nobody is left to tell if that fails.
            let _ = failure::report(&error, &mut io::stderr().lock());
            None
        }
    });
    let (mut explanation, errors) = Explanation::of_inputs(inputs, listing);
    for error in &errors {
        let error = anyhow::anyhow!("{error}");
        let _ = failure::report(&error, &mut io::stderr().lock());
    }
    if explanation.summary.inputs == 0 && 0 < unreadable + errors.len() {
        return Ok(Exit::Error);
    }
    if explain.interactive {
        return look_around(explanation, args, explain, environment);
    }
    if times {
        let series = metrics(&base, &explain.metrics)?;
        explanation.thresholds = crossings(&thresholds, &series)?;
        let recorder = recorder.take();
        let crossings = &explanation.thresholds;
        explanation.timeline = contend_explain::merge(recorder.events, &series, crossings);
        if asked {
            untimed(recorder.without_time, recorder.left_out);
        }
    }
    if let Some(dir) = &explain.source {
        join(&mut explanation, args, dir, environment)?;
    }
    match explain.format {
        ExplainFormat::Json => contend_explain::write_json(&explanation, out)?,
        ExplainFormat::Markdown => contend_explain::write_markdown(&explanation, out)?,
        ExplainFormat::Html => contend_explain::write_html(&explanation, out)?,
        ExplainFormat::Text => {
            let look = Look {
                style: plan::style(args.color, environment),
                verbose: explain.verbose,
            };
            if explain.groups || explain.filter.is_some() {
                contend_explain::write_groups(&explanation, &look, out)?;
            } else {
                contend_explain::write_text(&explanation, &look, out)?;
            }
        }
    }
    Ok(if explanation.has_findings() {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// Which groups the answer needs.
fn listing(explain: &Explain, environment: &Environment) -> anyhow::Result<Listing> {
    if explain.interactive && !environment.out_is_terminal {
        let help = "use --groups and --filter";
        return Err(hinted("--interactive needs a terminal", help));
    }
    let filter = match explain.filter.as_deref().map(Filter::parse) {
        Some(Err(error)) => return Err(anyhow::anyhow!("--filter: {error}")),
        filter => filter.and_then(Result::ok),
    };
    Ok(match filter {
        _ if explain.interactive => Listing::Every,
        Some(filter) => Listing::Only(filter),
        None => Listing::Largest,
    })
}

/// Shows all groups until the user leaves, and says how to see what was seen last once more.
fn look_around(
    explanation: Explanation,
    args: &Args,
    explain: &Explain,
    environment: &Environment,
) -> anyhow::Result<Exit> {
    let exit = if explanation.has_findings() {
        Exit::Findings
    } else {
        Exit::Clean
    };
    if explanation.crowds.is_empty() {
        return Err(anyhow::anyhow!("no goroutines to look at"));
    }
    let names: Vec<String> = explain
        .files
        .iter()
        .map(|it| it.display().to_string())
        .collect();
    let title = match &names[..] {
        [] => "standard input".to_owned(),
        names => names.join(", "),
    };
    let filter = explain.filter.as_deref().unwrap_or_default();
    let color = plan::style(args.color, environment).color;
    let mut browser = Browser::new(&title, explanation.crowds, filter, color);
    browse::run(&mut browser)?;
    if !browser.filter().is_empty() {
        // Nobody is left to tell if that fails.
        let _ = writeln!(io::stderr().lock(), "--filter '{}'", browser.filter());
    }
    Ok(exit)
}

/// The series of all files of metrics.
fn metrics(base: &Path, files: &[PathBuf]) -> anyhow::Result<Vec<Series>> {
    let mut all = Vec::new();
    for path in files {
        let name = path.display().to_string();
        let mut bytes = Vec::new();
        let mut input = open(base, path)?;
        let read = input.reader.read_to_end(&mut bytes);
        read.with_context(|| format!("reading {name}"))?;
        let text = String::from_utf8_lossy(&bytes);
        let (series, bad) = contend_explain::read_series(&name, &text)?;
        all.extend(series);
        if 0 < bad {
            failure::warn(format!("{bad} values of {name} were not understood"));
        }
    }
    Ok(all)
}

/// What the user calls too much or too little.
fn thresholds(explain: &Explain) -> anyhow::Result<Vec<Threshold>> {
    let all = explain.threshold.iter().map(|it| Threshold::parse(it));
    let all = all.collect::<Result<_, _>>();
    all.map_err(|error| {
        hinted(
            format!("--threshold: {error}"),
            "quote it, since > is for the shell",
        )
    })
}

fn crossings(thresholds: &[Threshold], series: &[Series]) -> anyhow::Result<Vec<Crossing>> {
    let mut all = Vec::new();
    for threshold in thresholds {
        all.extend(threshold.crossings(series).context("--threshold")?);
    }
    Ok(all)
}

/// Says what is missing on the time line.
fn untimed(without_time: usize, left_out: usize) {
    let events = |n| match n {
        1 => "1 event has".to_owned(),
        n => format!("{n} events have"),
    };
    if 0 < without_time {
        let text = format!(
            "{} no time and no place on the time line",
            events(without_time)
        );
        failure::warn(text);
    }
    if 0 < left_out {
        failure::warn(format!("{} no room on the time line", events(left_out)));
    }
}

/// Reads the source and joins the most telling crash with it.
fn join(
    explanation: &mut Explanation,
    args: &Args,
    dir: &str,
    environment: &Environment,
) -> anyhow::Result<()> {
    let targets = [dir.to_owned()];
    let build = Build::default();
    let mut target = Target::resolve(args.directory.as_deref(), &targets, &build, environment);
    target.config.tests = Tests::Skip;
    require_dir(&target.config.dir)?;
    let Some(question) = Question::of(explanation) else {
        contend_explain::join_nothing(explanation);
        return Ok(());
    };
    let progress = Bar::new(environment);
    let request = Request {
        fs: &Disk,
        config: &target.config,
        patterns: &target.patterns,
        memory_limit: memory::limit(|path| std::fs::read_to_string(path).ok()),
        progress: &progress,
    };
    let pool = plan::thread_pool(build.threads)?;
    let found =
        pool.install(|| contend_check::uses(&request, &question.things, &question.packages));
    progress.finish();
    if found.functions.is_empty() {
        let message = format!("no Go functions in `{}`", target.config.dir.display());
        return Err(hinted(
            message,
            "give the directory of the module that crashed",
        ));
    }
    let source = Source {
        files: &found.files,
        uses: &found.uses,
        functions: &found.functions,
        calls: &found.calls,
        is_own: &|function| found.is_own(function),
        interface_methods: &|method| found.interface_methods(method),
        name_of: &|object| found.name_of(object),
        show: &|path| target.paths.show(path).into_owned(),
    };
    contend_explain::join(explanation, &question, &source);
    Ok(())
}

fn difference(
    base: &Path,
    before: &Path,
    after: &Path,
    format: ExplainFormat,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    if matches!(format, ExplainFormat::Markdown | ExplainFormat::Html) {
        let help = "use --format text or --format json";
        return Err(hinted("there is no write-up of a difference", help));
    }
    let difference = Difference::of_inputs(open(base, before)?, open(base, after)?)?;
    match format {
        ExplainFormat::Json => contend_explain::write_difference_json(&difference, out)?,
        _ => contend_explain::write_difference(&difference, out)?,
    }
    Ok(if difference.changes.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// The bytes of a file or of standard input, unpacked.
fn open(base: &Path, path: &Path) -> anyhow::Result<Input<'static>> {
    if path == Path::new("-") {
        let packed = Input {
            name: "standard input".to_owned(),
            reader: Box::new(io::stdin()),
            size: None,
        };
        return Ok(packed.unpacked()?);
    }
    let file =
        File::open(base.join(path)).with_context(|| format!("opening {}", path.display()))?;
    let packed = Input {
        name: path.display().to_string(),
        size: file.metadata().map(|metadata| metadata.len()).ok(),
        reader: Box::new(file),
    };
    Ok(packed.unpacked()?)
}
