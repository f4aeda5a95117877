//! `cargo xtask std-summary`: the embedded standard library, made anew from an installed Go.

use std::path::PathBuf;

use anyhow::Context as _;
use contend_project::{Disk, std_summary};

use crate::go::Toolchain;
use crate::workspace;

/// Writes `crates/project/std/summary.bin.zst` and prints what went into it.
pub(crate) fn run() -> anyhow::Result<()> {
    let go = Toolchain::find_or_install()?;
    let goroot = PathBuf::from(go.env("GOROOT")?);
    let built = std_summary::build(&Disk, &goroot).context("reading the standard library")?;
    let file = workspace::root().join("crates/project/std/summary.bin.zst");
    std::fs::write(&file, &built.compressed)
        .with_context(|| format!("writing {}", file.display()))?;
    println!(
        "{}: {} packages, {} files, {} bytes of source reduced to {}, compressed to {}",
        go.version,
        built.packages,
        built.files,
        built.original_bytes,
        built.bytes,
        built.compressed.len()
    );
    Ok(())
}
