//! `cargo xtask docs`: the pages under docs that the binary itself knows how to write.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::tidy::{Pages, left_over};
use crate::workspace;

/// Writes the generated pages into docs and removes those that are no longer generated.
pub(crate) fn run() -> anyhow::Result<()> {
    let docs = workspace::root().join("docs");
    let pages = generate()?;
    for stale in left_over(&docs, &pages)? {
        fs::remove_file(docs.join(&stale))?;
        println!("removed docs/{}", stale.display());
    }
    for (name, page) in &pages {
        let path = docs.join(name);
        if fs::read(&path).is_ok_and(|bytes| bytes == *page) {
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, page).with_context(|| format!("writing {}", path.display()))?;
        println!("wrote docs/{}", name.display());
    }
    Ok(())
}

/// Asks the binary for its pages.
pub(crate) fn generate() -> anyhow::Result<Pages> {
    workspace::cargo(&["build", "--quiet", "--package", "contend"])?;
    let out = workspace::target()?.join("xtask-docs");
    let _ = fs::remove_dir_all(&out);
    fs::create_dir_all(&out)?;
    let binary = workspace::target()?.join("debug/contend");
    workspace::output(Command::new(binary).args(["debug", "docs"]).arg(&out))?;
    let mut pages = Pages::new();
    collect(&out, Path::new(""), &mut pages)?;
    Ok(pages)
}

fn collect(root: &Path, below: &Path, pages: &mut Pages) -> anyhow::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &name, pages)?;
        } else {
            pages.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}
