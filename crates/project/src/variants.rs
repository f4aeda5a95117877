//! Packages as tests see them.
//!
//! A test of `p` sees `p` with its own test files, and everything between the test and `p` must
//! see that same `p`. The go command builds such packages again for each test; so do we, with the
//! same names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contend_base::{Name, known};

use crate::assemble::{Draft, DraftVariant};
use crate::graph::{Edge, ImportGraph};

/// The variants for the tests of all targets. `plain` gives the draft of each node of the graph,
/// and new drafts are numbered from the end of `drafts`.
pub(crate) fn add(graph: &ImportGraph, plain: &[Option<usize>], drafts: &mut Vec<Draft>) {
    let importers = importers(drafts);
    for of in 0..importers.len() {
        let node = &graph.nodes[drafts[of].node];
        let Some(visit) = node.visit().filter(|_| node.is_target) else {
            continue;
        };
        let (tests, external) = (&visit.scan.tests, &visit.scan.external_tests);
        if tests.is_empty() && external.is_empty() {
            continue;
        }
        let with_tests = (!tests.is_empty() || visit.scan.name == Some(known::MAIN)).then(|| {
            let mut imports = drafts[of].imports.clone();
            imports.extend(edges(&visit.test_imports, plain));
            imports.sort_unstable_by_key(|(path, _)| path.as_str());
            imports.dedup_by_key(|(path, _)| *path);
            push(
                drafts,
                marked(&node.path, &node.path),
                of,
                DraftVariant::WithTests(of),
                imports,
            )
        });
        if external.is_empty() {
            continue;
        }
        let mut imports = edges(&visit.external_test_imports, plain);
        if let Some(with_tests) = with_tests {
            let again = rebuild(&imports, of, with_tests, &importers, drafts);
            redirect(&mut imports, &again);
        }
        let id = marked(&format!("{}_test", node.path), &node.path);
        push(drafts, id, of, DraftVariant::External(of), imports);
    }
}

/// Makes variants of all packages between `imports` and `of`; returns which draft stands for which.
fn rebuild(
    imports: &[(Name, Option<usize>)],
    of: usize,
    with_tests: usize,
    importers: &[Vec<usize>],
    drafts: &mut Vec<Draft>,
) -> BTreeMap<usize, usize> {
    let above = reach([of], |at| importers[at].clone());
    let below = reach(imports.iter().filter_map(|(_, to)| *to), |at| {
        drafts[at].needed().collect()
    });
    let mut again = BTreeMap::from([(of, with_tests)]);
    let between: Vec<usize> = above
        .iter()
        .filter(|at| **at != of && below.contains(at))
        .copied()
        .collect();
    for (nth, &at) in between.iter().enumerate() {
        again.insert(at, drafts.len() + nth);
    }
    for at in between {
        let id = marked(&drafts[at].id, &drafts[of].id);
        let mut imports = drafts[at].imports.clone();
        redirect(&mut imports, &again);
        let new = push(drafts, id, at, DraftVariant::Rebuilt(of), imports);
        for to in &mut drafts[new].implicit {
            *to = again.get(to).copied().unwrap_or(*to);
        }
    }
    again
}

fn redirect(imports: &mut [(Name, Option<usize>)], again: &BTreeMap<usize, usize>) {
    for (_, to) in imports {
        *to = to.map(|to| again.get(&to).copied().unwrap_or(to));
    }
}

/// Everything that `start` leads to, itself included.
fn reach(
    start: impl IntoIterator<Item = usize>,
    next: impl Fn(usize) -> Vec<usize>,
) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut todo: Vec<usize> = start.into_iter().collect();
    while let Some(at) = todo.pop() {
        if seen.insert(at) {
            todo.extend(next(at));
        }
    }
    seen
}

fn importers(drafts: &[Draft]) -> Vec<Vec<usize>> {
    let mut importers = vec![Vec::new(); drafts.len()];
    for (at, draft) in drafts.iter().enumerate() {
        for to in draft.needed() {
            importers[to].push(at);
        }
    }
    importers
}

pub(crate) fn edges(edges: &[Edge], plain: &[Option<usize>]) -> Vec<(Name, Option<usize>)> {
    edges
        .iter()
        .map(|edge| (edge.path, plain[edge.node]))
        .collect()
}

fn push(
    drafts: &mut Vec<Draft>,
    id: Arc<str>,
    of: usize,
    variant: DraftVariant,
    imports: Vec<(Name, Option<usize>)>,
) -> usize {
    let Draft {
        node, ref implicit, ..
    } = drafts[of];
    let draft = Draft {
        id,
        node,
        variant,
        imports,
        implicit: implicit.clone(),
    };
    drafts.push(draft);
    drafts.len() - 1
}

fn marked(id: &str, of: &str) -> Arc<str> {
    format!("{id} [{of}.test]").into()
}
