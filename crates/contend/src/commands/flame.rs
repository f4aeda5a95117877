//! `contend flame`: stacks of any kind as a flame graph, or for the tools that show them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use contend_profile::{Gathered, Merged, Names, Source, gather};

use crate::args::{Args, Flame, FlameFormat};
use crate::commands::Exit;
use crate::environment::Environment;
use crate::failure::{self, hinted};

pub(crate) fn run(
    args: &Args,
    flame: &Flame,
    environment: &Environment,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let base = environment.directory(args.directory.as_deref());
    let names = super::names(&base, &flame.binary)?;
    let mut has_nameless = false;
    let mut merged = Merged::default();
    for path in &flame.files {
        let gathered = read(&base, path, flame, &names)?;
        has_nameless |= gathered.source == Source::PerfData;
        merged.add(gathered).with_context(|| shown(path))?;
    }
    let mut before = Merged::default();
    if let Some(path) = &flame.diff {
        let gathered = read(&base, path, flame, &names)?;
        has_nameless |= gathered.source == Source::PerfData;
        before.add(gathered).with_context(|| shown(path))?;
    }
    if !flame.binary.is_empty() && !has_nameless {
        let hint = "only perf.data needs names, and none was given";
        return Err(hinted("--binary goes with perf.data", hint));
    }
    let Some(stacks) = merged.compared_with(before)? else {
        anyhow::bail!("no stacks");
    };
    let (format, path) = target(flame);
    let bytes = match format {
        FlameFormat::Html => contend_flame::html::write(&stacks).into_bytes(),
        FlameFormat::Svg => contend_flame::svg::write(&stacks).into_bytes(),
        FlameFormat::Folded => contend_flame::fold::write(&stacks).into_bytes(),
        FlameFormat::Speedscope => contend_flame::speedscope::write(&stacks).into_bytes(),
        FlameFormat::Firefox => contend_flame::firefox::write(&stacks).into_bytes(),
        FlameFormat::Chrome => contend_flame::chrome::write(&stacks).into_bytes(),
        FlameFormat::Pprof => contend_flame::pprof::write(&stacks),
    };
    if path == Path::new("-") {
        out.write_all(&bytes)?;
        return Ok(Exit::Clean);
    }
    fs::write(base.join(&path), bytes).with_context(|| format!("writing {}", path.display()))?;
    writeln!(
        out,
        "{}: {} stacks, {} frames, in {}",
        path.display(),
        stacks.len(),
        stacks.nodes().len() - 1,
        stacks.unit
    )?;
    Ok(Exit::Clean)
}

/// Format and file: each is guessed from the other where only one is given.
fn target(flame: &Flame) -> (FlameFormat, PathBuf) {
    let ending = flame
        .out
        .as_deref()
        .and_then(|it| it.to_str())
        .unwrap_or("");
    let guessed = [
        (".svg", FlameFormat::Svg),
        (".folded", FlameFormat::Folded),
        (".txt", FlameFormat::Folded),
        (".speedscope.json", FlameFormat::Speedscope),
        (".pb.gz", FlameFormat::Pprof),
    ];
    let guessed = guessed.iter().find(|(end, _)| ending.ends_with(end));
    let format = flame.format.or(guessed.map(|it| it.1));
    let path = flame.out.clone().unwrap_or_else(|| match format {
        None => PathBuf::from("flame.html"),
        Some(_) => PathBuf::from("-"),
    });
    (format.unwrap_or(FlameFormat::Html), path)
}

fn read(base: &Path, path: &Path, flame: &Flame, names: &Names) -> anyhow::Result<Gathered> {
    let name = shown(path);
    let title = path
        .file_name()
        .map_or(name.as_str().into(), |it| it.to_string_lossy());
    let value = flame.value.as_deref();
    let gathered = if path == Path::new("-") {
        gather(io::stdin(), &title, value, names)
    } else {
        let file = File::open(base.join(path)).with_context(|| format!("reading {name}"))?;
        gather(file, &title, value, names)
    };
    let gathered = gathered.map_err(|error| {
        let hint = "`contend flame --help` lists what is read";
        hinted(format!("{name}: {error}"), hint)
    })?;
    if gathered.stacks.is_empty() && gathered.remarks.is_empty() {
        failure::warn(format_args!("{name}: it holds no samples"));
    }
    for remark in &gathered.remarks {
        failure::warn(format_args!("{name}: {remark}"));
    }
    Ok(gathered)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
