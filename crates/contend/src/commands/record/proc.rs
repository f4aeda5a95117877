//! What `/proc` says of the process.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;

/// Whether the process is no more, or waits to be asked how it ended.
pub(super) fn has_ended(pid: u32) -> bool {
    let path = Path::new("/proc").join(pid.to_string()).join("stat");
    // The name of the program, in brackets, may hold anything.
    fs::read_to_string(path).is_ok_and(|stat| {
        stat.rsplit_once(") ")
            .is_some_and(|it| it.1.starts_with('Z'))
    }) || !Path::new("/proc").join(pid.to_string()).exists()
}

/// Writes limits, status, sockets and descriptors as one text.
pub(super) fn write(pid: u32, file: &Path) -> anyhow::Result<()> {
    let root = Path::new("/proc").join(pid.to_string());
    let mut text = String::new();
    for name in ["limits", "status", "net/tcp", "net/tcp6", "net/unix"] {
        let part = fs::read_to_string(root.join(name));
        // Sockets of a kind that the kernel lacks are missing, which the title shows.
        let part = part.unwrap_or_else(|error| format!("({error})\n"));
        let _ = writeln!(text, "== {name}\n{part}");
    }
    let mut descriptors = Vec::new();
    for entry in fs::read_dir(root.join("fd"))
        .context("reading its descriptors")?
        .flatten()
    {
        let number: Option<u32> = entry.file_name().to_str().and_then(|it| it.parse().ok());
        if let Some(number) = number
            && let Ok(target) = fs::read_link(entry.path())
        {
            descriptors.push((number, target));
        }
    }
    descriptors.sort();
    text.push_str("== fd\n");
    for (number, target) in descriptors {
        let _ = writeln!(text, "{number} -> {}", target.display());
    }
    fs::write(file, text).context("writing it")
}
