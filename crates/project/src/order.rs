//! Orders over the import graph: imports first, in waves, and circles cut open.

use crate::model::{PackageId, Project};

impl Project {
    /// Packages in waves: each one needs only packages of earlier waves, so that the packages of
    /// one wave can be worked on at the same time. Inside a wave they are in order of id.
    pub fn waves(&self) -> Vec<Vec<PackageId>> {
        let mut level: Vec<usize> = vec![0; self.packages.len()];
        let mut waves: Vec<Vec<PackageId>> = Vec::new();
        for id in self.topological() {
            let needed = self.dependencies(id).into_iter();
            let own = needed.map(|it| level[it.index()] + 1).max().unwrap_or(0);
            level[id.index()] = own;
            if waves.len() <= own {
                waves.resize_with(own + 1, Vec::new);
            }
            waves[own].push(id);
        }
        for wave in &mut waves {
            wave.sort_unstable();
        }
        waves
    }

    /// All packages, each behind the ones it imports.
    pub fn topological(&self) -> Vec<PackageId> {
        let edges = |at: usize| {
            self.dependencies(PackageId::new(at))
                .into_iter()
                .map(PackageId::index)
                .collect()
        };
        let (order, _) = depth_first(self.packages.len(), edges);
        order.into_iter().map(PackageId::new).collect()
    }
}

/// Nodes `0..count`, each behind those its edges lead to, and the edges that close a circle.
///
/// Such edges are left out of account. Which edge of a circle that is follows from the order of
/// nodes and edges alone. Deep graphs need no stack.
pub(crate) fn depth_first(
    count: usize,
    edges: impl Fn(usize) -> Vec<usize>,
) -> (Vec<usize>, Vec<(usize, usize)>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; count];
    let (mut order, mut closing) = (Vec::with_capacity(count), Vec::new());
    let mut stack: Vec<(usize, std::vec::IntoIter<usize>)> = Vec::new();
    for start in 0..count {
        if marks[start] != Mark::New {
            continue;
        }
        marks[start] = Mark::Open;
        stack.push((start, edges(start).into_iter()));
        while let Some((node, rest)) = stack.last_mut() {
            let node = *node;
            match rest.next() {
                None => {
                    marks[node] = Mark::Done;
                    order.push(node);
                    stack.pop();
                }
                Some(next) => match marks[next] {
                    Mark::New => {
                        marks[next] = Mark::Open;
                        stack.push((next, edges(next).into_iter()));
                    }
                    Mark::Open => closing.push((node, next)),
                    Mark::Done => {}
                },
            }
        }
    }
    (order, closing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_cut_at_one_edge() {
        let edges = [vec![1], vec![2], vec![0, 3], vec![]];
        let (order, closing) = depth_first(4, |at| edges[at].clone());
        assert_eq!(order, [3, 2, 1, 0]);
        assert_eq!(closing, [(2, 0)]);
    }
}
