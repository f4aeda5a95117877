//! Where each node stands in the picture: siblings by name, so that equal input gives equal output.

use contend_base::Idx;

use crate::stacks::{Node, Stacks};

/// One node in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slab {
    /// The node.
    pub node: Idx<Node>,
    /// The root has depth 0.
    pub depth: u32,
    /// Where it starts, in the unit of the values.
    pub start: u64,
    /// What ended in it or in what it called, on both sides of a comparison.
    pub total: [u64; 2],
    /// How wide it is drawn. What is gone must be seen too, so it is the larger side of what ended
    /// here, and the widths of all callees.
    pub width: u64,
}

/// All nodes, parents before children, siblings by name.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The nodes in the order of drawing.
    pub slabs: Vec<Slab>,
    /// The number of levels, root included.
    pub depth: u32,
}

impl Layout {
    /// Lays out all stacks.
    pub fn of(stacks: &Stacks) -> Self {
        let nodes = stacks.nodes();
        let now = sums(nodes, |it| it.own[0]);
        let before = sums(nodes, |it| it.own[1]);
        let widths = sums(nodes, |it| it.own[0].max(it.own[1]));
        let (first_child, children) = children(stacks);
        let mut slabs = Vec::with_capacity(nodes.len());
        let mut depth = 0;
        let mut open = vec![(stacks.root(), 0, 0)];
        while let Some((node, level, start)) = open.pop() {
            let index = node.index();
            let slab = Slab {
                node,
                depth: level,
                start,
                total: [now[index], before[index]],
                width: widths[index],
            };
            slabs.push(slab);
            depth = depth.max(level + 1);
            let mut end = start;
            let from = open.len();
            for child in &children[first_child[index] as usize..first_child[index + 1] as usize] {
                open.push((*child, level + 1, end));
                end = end.saturating_add(widths[child.index()]);
            }
            // The first child is taken off first.
            open[from..].reverse();
        }
        Self { slabs, depth }
    }
}

/// For each node, the sum of `value` over it and all nodes below it.
fn sums(nodes: &[Node], value: impl Fn(&Node) -> u64) -> Vec<u64> {
    let mut sums: Vec<u64> = nodes.iter().map(value).collect();
    for (index, node) in nodes.iter().enumerate().rev() {
        if let Some(parent) = node.parent {
            sums[parent.index()] = sums[parent.index()].saturating_add(sums[index]);
        }
    }
    sums
}

/// The children of all nodes in one table, and where those of each node start.
fn children(stacks: &Stacks) -> (Vec<u32>, Vec<Idx<Node>>) {
    let nodes = stacks.nodes();
    let ranks = ranks(stacks);
    let mut first = vec![0_u32; nodes.len() + 1];
    for parent in nodes.iter().filter_map(|it| it.parent) {
        first[parent.index() + 1] += 1;
    }
    for index in 1..first.len() {
        first[index] += first[index - 1];
    }
    let mut next = first.clone();
    let mut children = vec![stacks.root(); nodes.len() - 1];
    for (index, node) in nodes.iter().enumerate() {
        if let Some(parent) = node.parent {
            let slot = &mut next[parent.index()];
            children[*slot as usize] = Idx::new(index);
            *slot += 1;
        }
    }
    for pair in first.windows(2) {
        let siblings = &mut children[pair[0] as usize..pair[1] as usize];
        siblings.sort_unstable_by_key(|it| ranks[nodes[it.index()].frame.index()]);
    }
    (first, children)
}

/// The place of each name among all names, sorted.
fn ranks(stacks: &Stacks) -> Vec<u32> {
    let names = stacks.frames();
    let mut order: Vec<u32> = (0..names.len() as u32).collect();
    order.sort_unstable_by_key(|it| &names[*it as usize]);
    let mut ranks = vec![0; names.len()];
    for (rank, index) in order.into_iter().enumerate() {
        ranks[index as usize] = rank as u32;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stacks::Side;

    #[test]
    fn callees_fit_into_their_caller_on_either_side() {
        let mut stacks = Stacks::new("t", "samples");
        stacks.add(["m", "b"], 5, Side::Now);
        stacks.add(["m", "a"], 5, Side::Before);
        stacks.add(["m"], 1, Side::Now);
        let layout = Layout::of(&stacks);
        let name = |it: &Slab| stacks.name(stacks.nodes()[it.node.index()].frame);
        let slabs: Vec<_> = layout
            .slabs
            .iter()
            .map(|it| (name(it), it.start, it.width))
            .collect();
        assert_eq!(slabs, [("", 0, 11), ("m", 0, 11), ("a", 0, 5), ("b", 5, 5)]);
        assert_eq!((layout.slabs[1].total, layout.depth), ([6, 5], 3));
    }
}
