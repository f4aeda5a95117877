//! `cargo xtask tidy`: the rules of the house that no compiler checks.

mod floors;
mod pages;
mod printing;
mod words;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

pub(crate) use self::pages::{Pages, left_over};
use crate::{docs, workspace};

/// A committed text file, relative to the root of the repository.
#[derive(Debug)]
struct TextFile {
    path: PathBuf,
    text: String,
}

/// The command: prints every breach, and fails if there is one.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    if let Some(arg) = args.first() {
        bail!("tidy takes no arguments, got `{arg}`");
    }
    let root = workspace::root();
    let files = committed_text(&root)?;
    let mut breaches = Vec::new();
    breaches.extend(floors::check(&workspace::metadata()?));
    breaches.extend(floors::check_drawing(&files));
    breaches.extend(printing::check(&files));
    breaches.extend(words::check(&files, &words::of_this_machine()));
    breaches.extend(pages::check(&root.join("docs"), &docs::generate()?)?);
    for breach in &breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => {
            println!("tidy: {} committed text files are in order", files.len());
            Ok(())
        }
        n => bail!("tidy found {n} breaches"),
    }
}

/// The committed files that are UTF-8 text; the others are fixtures in foreign formats.
fn committed_text(root: &Path) -> anyhow::Result<Vec<TextFile>> {
    let mut git = Command::new("git");
    let out = workspace::output(git.args(["ls-files", "-z"]).current_dir(root))?;
    let mut files = Vec::new();
    for name in out.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let path = PathBuf::from(String::from_utf8_lossy(name).into_owned());
        // A file may be deleted and not yet committed as such.
        let Ok(bytes) = std::fs::read(root.join(&path)) else {
            continue;
        };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(TextFile { path, text });
        }
    }
    Ok(files)
}

#[cfg(test)]
fn file(path: &str, text: &str) -> TextFile {
    TextFile {
        path: PathBuf::from(path),
        text: text.to_owned(),
    }
}
