//! Functions in an order in which each stands behind those that it calls.

/// The strongly connected components of a graph over `0..edges.len()`, each behind those that its
/// edges lead to. Deep graphs need no stack (Tarjan's algorithm with one of its own).
pub fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search {
        edges,
        number: vec![UNSEEN; edges.len()],
        lowest: vec![UNSEEN; edges.len()],
        is_open: vec![false; edges.len()],
        open: Vec::new(),
        next: 0,
        found: Vec::new(),
    };
    for start in 0..edges.len() {
        if search.number[start] == UNSEEN {
            search.from(start);
        }
    }
    search.found
}

/// The same components in levels: the edges of a level lead to earlier levels only.
pub fn levels(edges: &[Vec<usize>]) -> Vec<Vec<Vec<usize>>> {
    let mut levels: Vec<Vec<Vec<usize>>> = Vec::new();
    let mut level_of = vec![0; edges.len()];
    for component in components(edges) {
        let below = component.iter().flat_map(|&node| &edges[node]);
        let level = below
            .filter(|to| component.binary_search(to).is_err())
            .map(|&to| level_of[to] + 1)
            .max()
            .unwrap_or_default();
        for &node in &component {
            level_of[node] = level;
        }
        if levels.len() == level {
            levels.push(Vec::new());
        }
        levels[level].push(component);
    }
    levels
}

const UNSEEN: usize = usize::MAX;

struct Search<'a> {
    edges: &'a [Vec<usize>],
    number: Vec<usize>,
    lowest: Vec<usize>,
    is_open: Vec<bool>,
    open: Vec<usize>,
    next: usize,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn from(&mut self, start: usize) {
        let mut way = vec![(start, 0)];
        self.enter(start);
        while let Some((node, at)) = way.last_mut() {
            let node = *node;
            if let Some(&to) = self.edges[node].get(*at) {
                *at += 1;
                if self.number[to] == UNSEEN {
                    self.enter(to);
                    way.push((to, 0));
                } else if self.is_open[to] {
                    self.lowest[node] = self.lowest[node].min(self.number[to]);
                }
                continue;
            }
            way.pop();
            if let Some(&(from, _)) = way.last() {
                self.lowest[from] = self.lowest[from].min(self.lowest[node]);
            }
            if self.lowest[node] == self.number[node] {
                self.close(node);
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.number[node] = self.next;
        self.lowest[node] = self.next;
        self.next += 1;
        self.is_open[node] = true;
        self.open.push(node);
    }

    fn close(&mut self, root: usize) {
        let at = self.open.iter().rposition(|&node| node == root);
        let mut component = self.open.split_off(at.unwrap_or_default());
        for &node in &component {
            self.is_open[node] = false;
        }
        component.sort_unstable();
        self.found.push(component);
    }
}

#[cfg(test)]
mod tests {
    use super::{components, levels};

    #[test]
    fn callees_come_first_and_circles_stay_together() {
        let edges = vec![vec![1], vec![2, 3], vec![1], vec![], vec![0, 4]];
        assert_eq!(components(&edges), [vec![3], vec![1, 2], vec![0], vec![4]]);
    }

    #[test]
    fn functions_of_a_level_call_none_of_it() {
        let edges = vec![vec![1], vec![2, 3], vec![1], vec![], vec![0, 4]];
        let expected = [
            vec![vec![3]],
            vec![vec![1, 2]],
            vec![vec![0]],
            vec![vec![4]],
        ];
        assert_eq!(levels(&edges), expected);
    }

    #[test]
    fn long_chains_need_no_stack() {
        let n = 200_000;
        let edges: Vec<Vec<usize>> = (0..n).map(|at| vec![(at + 1) % n]).collect();
        assert_eq!(components(&edges).len(), 1);
    }
}
