//! Where control goes from block to block.

use contend_base::Idx;
use smallvec::SmallVec;

use crate::func::{BlockId, Body, Func};
use crate::instr::Terminator;

/// A loop of a function.
#[derive(Clone, Debug)]
pub struct Loop {
    /// Where each round begins.
    pub head: BlockId,
    /// The blocks from which control leads back to the head.
    pub back: Vec<BlockId>,
    /// All blocks of a round, by id; the head is one of them.
    pub blocks: Vec<BlockId>,
}

pub type Successors = SmallVec<[BlockId; 2]>;

impl Body {
    /// The blocks that may come right after `block`.
    pub fn successors(&self, func: &Func, block: BlockId) -> Successors {
        match func.block(block).terminator {
            Terminator::Jump(to) => Successors::from_slice(&[to]),
            Terminator::Branch {
                then, otherwise, ..
            } => Successors::from_slice(&[then, otherwise]),
            Terminator::Select(select) => self.selects[select.index()]
                .cases
                .iter()
                .map(|case| case.target)
                .collect(),
            Terminator::Panic { unwind: to } | Terminator::Unwind { recovered: to } => {
                to.into_iter().collect()
            }
            Terminator::Return(_) | Terminator::Stop => Successors::new(),
        }
    }

    /// The blocks that control can reach from the entry, each before its successors as far as
    /// loops allow.
    pub fn reverse_postorder(&self, func: &Func) -> Vec<BlockId> {
        let mut order = Vec::with_capacity(func.blocks.len());
        let mut seen = vec![false; func.blocks.len()];
        let entry: BlockId = Idx::new(0);
        seen[0] = true;
        let mut open = vec![(entry, self.successors(func, entry), 0)];
        while let Some((block, successors, next)) = open.last_mut() {
            if let Some(&to) = successors.get(*next) {
                *next += 1;
                if !std::mem::replace(&mut seen[to.index()], true) {
                    open.push((to, self.successors(func, to), 0));
                }
            } else {
                order.push(*block);
                open.pop();
            }
        }
        order.reverse();
        order
    }

    /// The loops that control can reach, outer ones before those inside. Every edge against the
    /// reverse postorder makes a loop; in code without `goto` these are Go's own loops.
    pub fn loops(&self, func: &Func) -> Vec<Loop> {
        let order = self.reverse_postorder(func);
        let mut position = vec![usize::MAX; func.blocks.len()];
        for (at, block) in order.iter().enumerate() {
            position[block.index()] = at;
        }
        let predecessors = self.predecessors(func);
        let mut loops = Vec::new();
        for &head in &order {
            let at = position[head.index()];
            let is_back = |from: &BlockId| (at..usize::MAX).contains(&position[from.index()]);
            let before = predecessors[head.index()].iter().copied();
            let back: Vec<BlockId> = before.filter(is_back).collect();
            if !back.is_empty() {
                let blocks = round(head, &back, &predecessors, &position);
                loops.push(Loop { head, back, blocks });
            }
        }
        loops
    }

    /// The blocks that lead to each block, by block.
    pub fn predecessors(&self, func: &Func) -> Vec<Vec<BlockId>> {
        let mut predecessors = vec![Vec::new(); func.blocks.len()];
        for (from, _) in func.blocks() {
            for to in self.successors(func, from) {
                predecessors[to.index()].push(from);
            }
        }
        predecessors
    }

    /// True if a block stands behind a condition: control may come to an end of the function with
    /// it or without it. Loops around it are taken to have a round, and ends before it, as in
    /// `if err != nil { return err }`, are no condition.
    pub fn is_conditional(&self, func: &Func, block: BlockId) -> bool {
        let loops = self.loops(func);
        let around: Vec<&Loop> = loops
            .iter()
            .filter(|it| it.blocks.contains(&block))
            .collect();
        let leaves = |from: BlockId, to: BlockId| {
            let mut around = around.iter();
            around.any(|it| it.head == from && !it.blocks.contains(&to))
        };
        let reach = |from: BlockId, is_open: &dyn Fn(BlockId, BlockId) -> bool| {
            let mut seen = vec![false; func.blocks.len()];
            let mut open = vec![from];
            while let Some(at) = open.pop() {
                if !std::mem::replace(&mut seen[at.index()], true) {
                    let next = self.successors(func, at).into_iter();
                    open.extend(next.filter(|&to| is_open(at, to)));
                }
            }
            seen
        };
        let entry = Idx::new(0);
        if block == entry {
            return false;
        }
        let with = reach(block, &|_, _| true);
        let without = reach(entry, &|from, to| to != block && !leaves(from, to));
        func.blocks().any(|(id, it)| {
            let is_end = matches!(it.terminator, Terminator::Return(_));
            is_end && with[id.index()] && without[id.index()]
        })
    }
}

/// The blocks from which the ends of a round can be reached without passing its head.
fn round(
    head: BlockId,
    back: &[BlockId],
    predecessors: &[Vec<BlockId>],
    position: &[usize],
) -> Vec<BlockId> {
    let mut is_inside = vec![false; predecessors.len()];
    is_inside[head.index()] = true;
    let mut open = back.to_vec();
    while let Some(block) = open.pop() {
        let is_reachable = position[block.index()] != usize::MAX;
        if is_reachable && !std::mem::replace(&mut is_inside[block.index()], true) {
            open.extend(&predecessors[block.index()]);
        }
    }
    let inside = is_inside
        .iter()
        .enumerate()
        .filter(|(_, is_inside)| **is_inside);
    inside.map(|(at, _)| Idx::new(at)).collect()
}
