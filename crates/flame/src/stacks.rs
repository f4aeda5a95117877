//! The common form: a tree of calls.

use contend_base::Idx;
use rustc_hash::FxHashMap;

/// The name of a frame, in [`Stacks::frames`].
pub type Frame = Idx<String>;

/// A frame below the frames of its parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name. The root has the empty name.
    pub frame: Frame,
    /// The caller; absent for the root only. A parent stands before its children.
    pub parent: Option<Idx<Node>>,
    /// How much ended in this frame, on both sides of a comparison.
    pub own: [u64; 2],
}

/// Which side of a comparison a value belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is shown.
    Now,
    /// What it is compared with.
    Before,
}

/// Which colours tell the reader what the width means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// Time on a processor, memory, calls: warm colours.
    #[default]
    Busy,
    /// Time spent waiting, or goroutines that wait: cold colours.
    Waiting,
}

/// Stacks with values. Equal stacks are one.
#[derive(Clone, Debug)]
pub struct Stacks {
    /// What is shown, for the heading.
    pub title: String,
    /// What the values count: `samples`, `nanoseconds`, `bytes`, `goroutines`.
    pub unit: String,
    /// Which colours fit.
    pub palette: Palette,
    /// Whether two sides are compared.
    pub compared: bool,
    frames: Vec<String>,
    by_name: FxHashMap<String, Frame>,
    nodes: Vec<Node>,
    children: FxHashMap<(Idx<Node>, Frame), Idx<Node>>,
    /// The stack added last, with the nodes it went through: stacks often come sorted, so the next
    /// one shares most of it.
    last: Vec<(Frame, Idx<Node>)>,
}

const ROOT: Idx<Node> = Idx::new(0);

impl Stacks {
    /// No stacks.
    pub fn new(title: &str, unit: &str) -> Self {
        let root = Node {
            frame: Frame::new(0),
            parent: None,
            own: [0; 2],
        };
        Self {
            title: title.to_owned(),
            unit: unit.to_owned(),
            palette: Palette::Busy,
            compared: false,
            frames: vec![String::new()],
            by_name: FxHashMap::default(),
            nodes: vec![root],
            children: FxHashMap::default(),
            last: Vec::new(),
        }
    }

    /// The number of a frame's name.
    pub fn intern(&mut self, name: &str) -> Frame {
        if let Some(frame) = self.by_name.get(name) {
            return *frame;
        }
        let frame = Frame::new(self.frames.len());
        self.frames.push(name.to_owned());
        self.by_name.insert(name.to_owned(), frame);
        frame
    }

    /// Adds a stack, outermost frame first. A stack without frames adds to the root.
    pub fn add<'n>(&mut self, stack: impl IntoIterator<Item = &'n str>, value: u64, side: Side) {
        let mut walk = Walk::new();
        for name in stack {
            let known = self.last.get(walk.depth).map(|it| it.0);
            let same = walk.shared && known.is_some_and(|it| self.frames[it.index()] == name);
            let frame = match known {
                Some(frame) if same => frame,
                _ => self.intern(name),
            };
            self.step(&mut walk, frame);
        }
        self.finish(&walk, value, side);
    }

    /// The same for names that were interned before.
    pub fn add_frames(&mut self, stack: impl IntoIterator<Item = Frame>, value: u64, side: Side) {
        let mut walk = Walk::new();
        for frame in stack {
            self.step(&mut walk, frame);
        }
        self.finish(&walk, value, side);
    }

    fn step(&mut self, walk: &mut Walk, frame: Frame) {
        walk.shared = walk.shared && self.last.get(walk.depth).is_some_and(|it| it.0 == frame);
        if walk.shared {
            walk.at = self.last[walk.depth].1;
        } else {
            self.last.truncate(walk.depth);
            let nodes = &mut self.nodes;
            walk.at = *self.children.entry((walk.at, frame)).or_insert_with(|| {
                nodes.push(Node {
                    frame,
                    parent: Some(walk.at),
                    own: [0; 2],
                });
                Idx::new(nodes.len() - 1)
            });
            self.last.push((frame, walk.at));
        }
        walk.depth += 1;
    }

    fn finish(&mut self, walk: &Walk, value: u64, side: Side) {
        self.last.truncate(walk.depth);
        let own = &mut self.nodes[walk.at.index()].own[side as usize];
        // Values of a damaged profile may be anything.
        *own = own.saturating_add(value);
    }

    /// Adds the stacks of `before` as the side to compare with.
    pub fn compare_with(&mut self, before: &Self) {
        self.compared = true;
        self.title = format!("{}, before: {}", self.title, before.title);
        before.for_each(|path, own| self.add(path, own[0], Side::Before));
    }

    /// Adds the stacks of `other` to these.
    pub fn merge(&mut self, other: &Self) {
        self.compared |= other.compared;
        self.title = format!("{}, {}", self.title, other.title);
        other.for_each(|path, own| {
            self.add(path.clone(), own[0], Side::Now);
            self.add(path, own[1], Side::Before);
        });
    }

    /// Hands each stack that has a value to `take`: names, outermost first, and values.
    fn for_each<'s>(&'s self, mut take: impl FnMut(std::vec::IntoIter<&'s str>, [u64; 2])) {
        let mut path = Vec::new();
        for node in self.nodes.iter().filter(|it| it.own != [0; 2]) {
            self.path(node, &mut path);
            let names: Vec<&str> = path.iter().map(|it| self.name(*it)).collect();
            take(names.into_iter(), node.own);
        }
    }

    /// The names of the frames that lead to `node` and its own, outermost first, without the root's.
    pub fn path(&self, node: &Node, path: &mut Vec<Frame>) {
        path.clear();
        let mut at = node;
        while let Some(parent) = at.parent {
            path.push(at.frame);
            at = &self.nodes[parent.index()];
        }
        path.reverse();
    }

    /// The name of a frame.
    pub fn name(&self, frame: Frame) -> &str {
        &self.frames[frame.index()]
    }

    /// All names; the first is empty and stands for the root.
    pub fn frames(&self) -> &[String] {
        &self.frames
    }

    /// All nodes; the first is the root, parents come before their children.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The root.
    pub fn root(&self) -> Idx<Node> {
        ROOT
    }

    /// How many distinct stacks there are.
    pub fn len(&self) -> usize {
        self.nodes.iter().filter(|it| it.own != [0; 2]).count()
    }

    /// True if no stack has a value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Where the stack that is being added has got to.
struct Walk {
    at: Idx<Node>,
    depth: usize,
    /// All frames so far are those of the stack before.
    shared: bool,
}

impl Walk {
    fn new() -> Self {
        Self {
            at: ROOT,
            depth: 0,
            shared: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_stacks_are_one() {
        let mut stacks = Stacks::new("t", "samples");
        for _ in 0..2 {
            stacks.add(["a", "b", "c"], 1, Side::Now);
            stacks.add(["a", "b"], 2, Side::Now);
            stacks.add(["a", "x", "c"], 3, Side::Now);
        }
        assert_eq!((stacks.len(), stacks.nodes().len()), (3, 6));
        let own: Vec<u64> = stacks.nodes().iter().map(|it| it.own[0]).collect();
        assert_eq!(own, [0, 0, 4, 2, 0, 6]);
    }

    #[test]
    fn a_comparison_keeps_both_sides() {
        let mut now = Stacks::new("t", "samples");
        now.add(["a", "b"], 5, Side::Now);
        let mut before = Stacks::new("t", "samples");
        before.add(["a", "b"], 2, Side::Now);
        before.add(["gone"], 7, Side::Now);
        now.compare_with(&before);
        let own: Vec<[u64; 2]> = now.nodes().iter().map(|it| it.own).collect();
        assert_eq!(own, [[0, 0], [0, 0], [5, 2], [0, 7]]);
    }
}
