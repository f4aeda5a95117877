//! Go files of the packages under analysis that this build leaves out. Some rules look into them
//! all the same, since the next build may not leave them out.

use std::path::PathBuf;
use std::sync::Arc;

use contend_base::{FileId, SourceMap};
use contend_project::{Package, Project, Variant};
use rayon::prelude::*;

use crate::Request;
use crate::parse::{Source, parse};

/// Parses the Go files that constraints leave out. Unreadable ones are skipped: no build of today
/// wants them.
pub(crate) fn parse_ignored(
    project: &Project,
    request: &Request,
    files: &SourceMap,
) -> Vec<Source> {
    let is_plain = |it: &&Package| it.is_target && it.variant == Variant::Plain;
    let mut paths: Vec<(PathBuf, bool)> = project
        .packages
        .iter()
        .filter(is_plain)
        .flat_map(|package| {
            let names = package.ignored_files.iter().map(|file| &file.name);
            names.map(|name| (package.dir.join(name), package.is_std))
        })
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "go"))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let read = paths
        .par_iter()
        .map(|it| Some((it, request.fs.read(&it.0).ok()?)));
    let read: Vec<_> = read.flatten().collect();
    let added: Vec<_> = read
        .into_iter()
        .map(|((path, is_std), text)| {
            (
                files.add(path.to_string_lossy(), text.clone()),
                text,
                *is_std,
            )
        })
        .collect();
    let parse_one = |(id, text, is_std): (FileId, Arc<[u8]>, bool)| Source {
        id,
        parsed: Arc::new(parse(&text)),
        is_target: true,
        is_std,
    };
    added.into_par_iter().map(parse_one).collect()
}
