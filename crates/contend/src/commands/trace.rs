//! `contend trace`: where the time of a run went.

use std::io::Write;

use anyhow::Context;

use crate::args::{Args, Trace, TraceFormat};
use crate::commands::Exit;
use crate::environment::Environment;

pub(crate) fn run(
    args: &Args,
    trace: &Trace,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let base = match &args.directory {
        Some(dir) => environment.cwd.join(dir),
        None => environment.cwd.clone(),
    };
    let shown = trace.file.display();
    let file =
        std::fs::File::open(base.join(&trace.file)).with_context(|| format!("reading {shown}"))?;
    let run = contend_profile::trace::read(file).with_context(|| format!("{shown}"))?;
    match trace.format {
        TraceFormat::Text => contend_profile::trace::write_text(&run, trace.verbose, out)?,
        TraceFormat::Json => contend_profile::trace::write_json(&run, out)?,
    }
    // A trace that is damaged has been read as far as it goes; the output says so.
    Ok(if run.n_goroutines == 0 && !run.losses.is_empty() {
        Exit::Error
    } else {
        Exit::Clean
    })
}
