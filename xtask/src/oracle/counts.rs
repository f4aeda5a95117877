//! Recorded dumps: goroutines and frames, against a counter that knows nothing but the shape of
//! Go's own lines.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;

use crate::go::Toolchain;
use crate::report::{Outcome, Report};
use crate::workspace;

/// What debug=2 prints at most.
const LIMIT: usize = 64 << 20;

/// The command: the files named, else all that a test run looks at.
pub(super) fn run(go: &Toolchain, report: &mut Report, files: &[&str]) {
    if files.is_empty() {
        return test(go, report);
    }
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    report.add("counts", compare(go, &files));
}

/// The step of a test run.
pub(super) fn test(go: &Toolchain, report: &mut Report) {
    let answer = recordings().and_then(|files| compare(go, &files));
    report.add("counts", answer);
    report.add("counts, a dump cut at 64 MiB", cut(go));
}

/// A dump that the runtime itself cuts, too large to be kept: of more goroutines than find room in
/// what debug=2 prints.
fn cut(go: &Toolchain) -> anyhow::Result<Outcome> {
    let folder = workspace::target()?;
    let (program, dump) = (folder.join("hang"), folder.join("cut.txt"));
    let source = workspace::root().join("corpus/shapes/hang/main.go");
    // As a file, not as a package: its module asks for a newer Go than it needs for this.
    let mut build = go.command(&folder, &["build", "-o"]);
    workspace::run(build.arg(&program).arg(&source))?;
    let mut hang = Command::new(&program);
    let text = workspace::output(hang.args(["many", "100000"]))?;
    // The last goroutine is a part of one, of which the counter knows only what lines look like.
    let whole = text.windows(2).rposition(|two| two == b"\n\n").unwrap_or(0);
    fs::write(&dump, &text[..whole]).with_context(|| format!("writing {}", dump.display()))?;
    if text.len() != LIMIT {
        let size = text.len();
        return Ok(Outcome::Failed(format!("the dump has {size} bytes")));
    }
    let said = contend_diagnose::diagnose(&contend_dumps::parse(&text));
    let said_so = said.iter().any(|verdict| verdict.class.id == "dump-cut");
    let counted = compare(go, &[dump]);
    Ok(if said_so {
        counted?
    } else {
        Outcome::Failed("nothing says that the dump is cut".to_owned())
    })
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
