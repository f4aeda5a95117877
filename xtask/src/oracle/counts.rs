//! Recorded dumps: goroutines and frames, against a counter that knows nothing but the shape of
//! Go's own lines.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::go::Toolchain;
use crate::report::{Outcome, Report};
use crate::workspace;

/// The command: all recordings of corpus/dumps, or the files named.
pub(super) fn run(go: &Toolchain, report: &mut Report, files: &[&str]) -> anyhow::Result<()> {
    let files = if files.is_empty() {
        recordings()?
    } else {
        files.iter().map(PathBuf::from).collect()
    };
    report.add("counts", compare(go, &files));
    Ok(())
}

/// The step of a test run.
pub(super) fn test(go: &Toolchain, report: &mut Report) {
    let answer = recordings().and_then(|files| compare(go, &files));
    report.add("counts", answer);
}

fn recordings() -> anyhow::Result<Vec<PathBuf>> {
    let folder = workspace::root().join("corpus/dumps");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "txt") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn compare(go: &Toolchain, files: &[PathBuf]) -> anyhow::Result<Outcome> {
    let tool = super::build_tool(go, "dumpcount")?;
    let mut asking = go.command_for(&tool, &workspace::root())?;
    let theirs = String::from_utf8(workspace::output(asking.args(files))?)?;
    let (mut goroutines, mut frames) = (0, 0);
    let mut wrong = Vec::new();
    for (file, line) in files.iter().zip(theirs.lines()) {
        let text = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        let document = contend_dumps::parse(&text);
        let ours = (
            document.goroutines.len(),
            document
                .goroutines
                .iter()
                .map(|goroutine| document.stack(goroutine.frames).len())
                .sum::<usize>(),
        );
        goroutines += ours.0;
        frames += ours.1;
        let said = format!("{} {} {}", file.display(), ours.0, ours.1);
        if said != line {
            wrong.push(format!("we count {said}, Go counts {line}"));
        }
    }
    Ok(if wrong.is_empty() && !files.is_empty() {
        Outcome::Passed(format!(
            "{goroutines} goroutines and {frames} frames of {} recordings, equal in each",
            files.len()
        ))
    } else {
        Outcome::Failed(wrong.join("\n      "))
    })
}
