//! The labelled functions of a set, and which of them a place in its files belongs to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use contend_base::Span;
use contend_syntax::ast::ExprKind;

/// A function declaration of the set.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) file: String,
    pub(super) name: String,
    span: Span,
    /// Every name its body mentions.
    mentions: BTreeSet<String>,
}

/// All functions of one package.
#[derive(Debug)]
pub(super) struct Functions {
    pub(super) all: Vec<Function>,
    /// For each function, the one labelled function that reaches it, if it is only one.
    owners: Vec<Option<usize>>,
}

impl Functions {
    /// Reads the Go files of `dir`. A labelled function owns itself, and whatever only it reaches:
    /// a helper of several labelled functions says nothing about any of them.
    pub(super) fn read(dir: &Path, labelled: impl Fn(&str) -> bool) -> anyhow::Result<Functions> {
        let mut paths: Vec<_> = fs::read_dir(dir)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "go"));
        paths.sort();
        let mut all = Vec::new();
        for path in paths {
            let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            read_file(&file, &text, &mut all);
        }
        let owners = owners(&all, labelled);
        Ok(Functions { all, owners })
    }

    /// The labelled function that the place belongs to.
    pub(super) fn owner(&self, file: &str, offset: u32) -> Option<usize> {
        let holds = |function: &Function| {
            function.file == file && (function.span.start..function.span.end).contains(&offset)
        };
        self.owners[self.all.iter().position(holds)?]
    }
}

fn read_file(file: &str, text: &[u8], all: &mut Vec<Function>) {
    let tree = contend_syntax::parse(text).tree;
    for function in &tree.funcs {
        let Some(body) = function.body else { continue };
        let body = tree.stmt(body).span;
        let inside = tree
            .exprs
            .iter()
            .filter(|expr| body.start <= expr.span.start && expr.span.end <= body.end);
        let mentions = inside
            .filter_map(|expr| match expr.kind {
                ExprKind::Ident(name) | ExprKind::Selector { name, .. } => {
                    Some(name.as_str().to_owned())
                }
                _ => None,
            })
            .collect();
        all.push(Function {
            file: file.to_owned(),
            name: tree.ident(function.name).name.as_str().to_owned(),
            span: function.span,
            mentions,
        });
    }
}

fn owners(all: &[Function], labelled: impl Fn(&str) -> bool) -> Vec<Option<usize>> {
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, function) in all.iter().enumerate() {
        named.entry(&function.name).or_default().push(index);
    }
    let mut reached_by = vec![BTreeSet::new(); all.len()];
    for (start, function) in all.iter().enumerate() {
        if !labelled(&function.name) {
            continue;
        }
        let mut waiting = vec![start];
        while let Some(at) = waiting.pop() {
            if !reached_by[at].insert(start) {
                continue;
            }
            let mentioned = all[at].mentions.iter();
            let next = mentioned
                .filter_map(|name| named.get(name.as_str()))
                .flatten();
            // A call of another labelled function is that function's own matter.
            waiting.extend(next.filter(|next| !labelled(&all[**next].name)));
        }
    }
    let only = |starts: &BTreeSet<usize>| {
        let mut starts = starts.iter();
        starts.next().copied().filter(|_| starts.next().is_none())
    };
    reached_by.iter().map(only).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_belongs_to_the_only_function_that_reaches_it() {
        let text = "package p
func TestOne() { mine(); ours() }
func TestTwo() { ours() }
func mine() { deep() }
func deep() {}
func ours() {}
";
        let mut all = Vec::new();
        read_file("a.go", text.as_bytes(), &mut all);
        let owners = owners(&all, |name| name.starts_with("Test"));
        assert_eq!(owners, [Some(0), Some(1), Some(0), Some(0), None]);
        let functions = Functions { all, owners };
        let deep = text.find("deep() {}").unwrap_or_default() as u32;
        assert_eq!(functions.owner("a.go", deep), Some(0));
        assert_eq!(functions.owner("b.go", deep), None);
    }
}
