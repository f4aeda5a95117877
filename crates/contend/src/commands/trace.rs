//! `contend trace`: where the time of a run went.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use contend_profile::trace::Run;
use contend_profile::trace::beside::{self, Anchors, Source};

use crate::args::{Args, Trace, TraceFormat};
use crate::commands::{Exit, timeline};
use crate::environment::Environment;
use crate::failure::{self, hinted};

pub(crate) fn run(
    args: &Args,
    trace: &Trace,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let base = environment.directory(args.directory.as_deref());
    let shown = trace.file.display();
    let path = base.join(&trace.file);
    let open = || File::open(&path).with_context(|| format!("reading {shown}"));
    let format = trace.format.unwrap_or(match trace.out {
        Some(_) => TraceFormat::Html,
        None => TraceFormat::Text,
    });
    if format == TraceFormat::Html {
        if !trace.perf.is_empty() {
            let hint = "text and json do";
            return Err(hinted("a time line does not show what --perf adds", hint));
        }
        let run = timeline::write(trace, open()?, &base, out)?;
        return Ok(exit(&run));
    }
    if trace.out.is_some() {
        let hint = "only html is written to a file";
        return Err(hinted("--out goes with --format html", hint));
    }
    let run = if trace.perf.is_empty() {
        contend_profile::trace::read(open()?)
    } else {
        let sources = recordings(&base, trace)?;
        let anchors = if beside::need_anchors(&sources) {
            contend_profile::trace::read_anchors(open()?).with_context(|| format!("{shown}"))?
        } else {
            Anchors::default()
        };
        let (recorded, alignment) = beside::aligned(sources, &anchors);
        contend_profile::trace::read_beside(open()?, &recorded, alignment)
    };
    let run = run.with_context(|| format!("{shown}"))?;
    if format == TraceFormat::Json {
        contend_profile::trace::write_json(&run, out)?;
    } else {
        contend_profile::trace::write_text(&run, trace.verbose, out)?;
    }
    Ok(exit(&run))
}

/// A trace that is damaged has been read as far as it goes; the output says so.
fn exit(run: &Run) -> Exit {
    if run.n_goroutines == 0 && !run.losses.is_empty() {
        Exit::Error
    } else {
        Exit::Clean
    }
}

/// What was recorded beside the trace; what of it is missing goes to standard error.
fn recordings(base: &Path, trace: &Trace) -> anyhow::Result<Vec<Source>> {
    let names = super::names(base, &trace.binary)?;
    let mut sources = Vec::new();
    for path in &trace.perf {
        let shown = path.display();
        let bytes = fs::read(base.join(path)).with_context(|| format!("reading {shown}"))?;
        let source = beside::read_recording(&bytes, &names);
        let source = source.map_err(|what| anyhow::anyhow!("{shown}: {what}"))?;
        for remark in &source.remarks {
            failure::warn(format_args!("{shown}: {remark}"));
        }
        sources.push(source);
    }
    Ok(sources)
}
