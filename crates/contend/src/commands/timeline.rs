//! `contend trace --format html`: the time line of a run.

use std::fs::{self, File};
use std::io::{BufWriter, IntoInnerError, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use contend_profile::trace::{Run, watch};

use crate::args::Trace;

/// Blocks of the page wait in a file without a name until its head is known.
pub(super) fn write(
    trace: &Trace,
    file: File,
    base: &Path,
    out: &mut dyn Write,
) -> anyhow::Result<Run> {
    let shown = trace.file.display();
    let mut spool = tempfile::tempfile().context("a temporary file")?;
    let watched = watch(file, BufWriter::new(&spool)).with_context(|| format!("{shown}"))?;
    let name = trace.file.file_name().unwrap_or_default();
    let (run, page) = watched
        .page(&name.to_string_lossy())
        .context("writing to a temporary file")?;
    spool.rewind().context("a temporary file")?;
    let default = || PathBuf::from("timeline.html");
    let path = trace.out.clone().unwrap_or_else(default);
    if path == Path::new("-") {
        page.write(&mut spool, out)?;
        return Ok(run);
    }
    let writing = || format!("writing {}", path.display());
    let mut html = BufWriter::new(File::create(base.join(&path)).with_context(writing)?);
    page.write(&mut spool, &mut html).with_context(writing)?;
    html.into_inner()
        .map_err(IntoInnerError::into_error)
        .with_context(writing)?;
    let size = fs::metadata(base.join(&path)).with_context(writing)?.len();
    writeln!(
        out,
        "{}: {} rows, {} stretches, {:.1} MB",
        path.display(),
        page.n_rows,
        page.n_stretches,
        size as f64 / 1e6
    )?;
    Ok(run)
}
