//! Go files of the packages under analysis that this build leaves out. Some rules look into them
//! all the same, since the next build may not leave them out.

use std::sync::Arc;

use contend_base::SourceMap;
use contend_project::{Project, Variant};
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
    let targets = project
        .packages
        .iter()
        .filter(|it| it.is_target && it.variant == Variant::Plain);
    let mut paths: Vec<_> = targets
        .flat_map(|package| {
            package
                .ignored_files
                .iter()
                .map(|file| package.dir.join(&file.name))
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "go"))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let read = paths
        .par_iter()
        .map(|path| Some((path, request.fs.read(path).ok()?)));
    let read: Vec<_> = read.flatten().collect();
    let added: Vec<_> = read
        .into_iter()
        .map(|(path, text)| (files.add(path.to_string_lossy(), Arc::clone(&text)), text))
        .collect();
    added
        .into_par_iter()
        .map(|(id, text)| Source {
            id,
            parsed: Arc::new(parse(&text)),
            is_target: true,
        })
        .collect()
}
