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
    /// It belongs to the standard library.
    pub(crate) is_std: bool,
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
    let unique = unique_files(project);
    let ids: Vec<FileId> = unique
        .iter()
        .map(|it| files.add(Arc::clone(&it.file.path), Arc::clone(&it.file.text)))
        .collect();
    progress.begin("parsing", unique.len());
    let parse_one = |(it, id): (&Unique, FileId)| {
        let parsed = Arc::new(parse(&it.file.text));
        progress.step();
        Source {
            id,
            parsed,
            is_target: it.is_target,
            is_std: it.is_std,
        }
    };
    let by_path = unique
        .iter()
        .enumerate()
        .map(|(at, it)| (Arc::clone(&it.file.path), at));
    Sources {
        by_path: by_path.collect(),
        files: unique.par_iter().zip(ids).map(parse_one).collect(),
    }
}

/// A file of one or more packages.
struct Unique<'a> {
    file: &'a File,
    is_target: bool,
    is_std: bool,
}

/// The files of all packages by path, each once: variants for tests hold the same files again.
fn unique_files(project: &Project) -> Vec<Unique<'_>> {
    let mut all: Vec<Unique> = project
        .packages
        .iter()
        .flat_map(|package| {
            let (is_target, is_std) = (package.is_target, package.is_std);
            package.files.iter().map(move |file| Unique {
                file,
                is_target,
                is_std,
            })
        })
        .collect();
    all.sort_by(|a, b| {
        a.file
            .path
            .cmp(&b.file.path)
            .then(b.is_target.cmp(&a.is_target))
    });
    all.dedup_by(|later, first| later.file.path == first.file.path);
    all
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
