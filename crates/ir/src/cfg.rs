//! Where control goes from block to block.

use contend_base::Idx;
use smallvec::SmallVec;

use crate::func::{BlockId, Body, Func};
use crate::instr::Terminator;

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
}
