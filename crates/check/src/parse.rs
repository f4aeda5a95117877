//! Parsing all files of a project, each once, however many packages hold it.

use std::sync::Arc;

use contend_base::{FileId, SourceMap, Span};
use contend_project::{File, Project};
use contend_syntax::{Parsed, SyntaxError};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::Progress;
use crate::fence::fenced;

/// One file and its tree.
pub(crate) struct Source {
    pub(crate) id: FileId,
    pub(crate) parsed: Arc<Parsed>,
    /// It belongs to a package that the user asked for.
    pub(crate) is_target: bool,
}

/// The files of all packages.
pub(crate) struct Sources {
    /// In order of path.
    files: Vec<Source>,
    by_path: FxHashMap<Arc<str>, usize>,
}

impl Sources {
    /// All files in order of path.
    pub(crate) fn files(&self) -> &[Source] {
        &self.files
    }

    /// The tree of a project's file.
    pub(crate) fn get(&self, file: &File) -> &Source {
        &self.files[self.by_path[&file.path]]
    }
}

/// Parses the files of all packages in parallel.
pub(crate) fn parse_all(project: &Project, progress: &dyn Progress, files: &SourceMap) -> Sources {
    let mut unique: FxHashMap<&Arc<str>, (&File, bool)> = FxHashMap::default();
    for package in &project.packages {
        for file in &package.files {
            let (_, is_target) = unique.entry(&file.path).or_insert((file, false));
            *is_target |= package.is_target;
        }
    }
    let mut sorted: Vec<(&File, bool)> = unique.into_values().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| a.path.cmp(&b.path));

    let ids: Vec<FileId> = sorted
        .iter()
        .map(|(file, _)| files.add(Arc::clone(&file.path), Arc::clone(&file.text)))
        .collect();
    progress.begin("parsing", sorted.len());
    let parsed = sorted.par_iter().zip(ids).map(|(&(file, is_target), id)| {
        let parsed = Arc::new(parse(&file.text));
        progress.step();
        Source {
            id,
            parsed,
            is_target,
        }
    });
    let files: Vec<Source> = parsed.collect();
    let by_path = sorted
        .iter()
        .enumerate()
        .map(|(at, (file, _))| (Arc::clone(&file.path), at));
    Sources {
        by_path: by_path.collect(),
        files,
    }
}

/// The tree of `text`. The parser does not panic; should it ever, only this file is lost.
pub(crate) fn parse(text: &[u8]) -> Parsed {
    fenced(|| contend_syntax::parse(text)).unwrap_or_else(|panic| Parsed {
        errors: vec![SyntaxError {
            span: Span::at(0),
            message: format!("contend failed on this file, please report it: {panic}"),
        }],
        ..Parsed::default()
    })
}
