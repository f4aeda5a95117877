//! What a goroutine does again and again for as long as it lives.
//!
//! A loop without a condition, over a channel, or that waits in each round goes on until somebody ends
//! it. What stands in one is done beside whatever others do meanwhile, and not only at the beginning or
//! at the end.

use contend_ir::{Body, Callee, Func, InstrKind, Loop, RangeKind, Terminator};
use contend_types::World;

use crate::library::package_path;

/// The instructions of a function that stand in such loops.
#[derive(Default)]
pub(crate) struct Repeating(Vec<(usize, usize)>);

impl Repeating {
    pub(crate) fn of(world: &World, body: &Body, func: &Func) -> Self {
        let loops = body.loops(func).into_iter();
        let lasting = loops.filter(|it| lasts(world, body, func, it));
        let blocks = lasting.flat_map(|it| it.blocks);
        let instrs = blocks.map(|it| func.block(it).instrs.as_usize());
        Self(instrs.map(|it| (it.start, it.end)).collect())
    }

    /// True for the instruction of this number.
    pub(crate) fn has(&self, at: usize) -> bool {
        self.0
            .iter()
            .any(|&(start, end)| (start..end).contains(&at))
    }
}

fn lasts(world: &World, body: &Body, func: &Func, it: &Loop) -> bool {
    let head = func.block(it.head);
    let range = func.instrs(head).iter().find_map(|it| match it.kind {
        InstrKind::Next { kind, .. } => Some(kind),
        _ => None,
    });
    match range {
        Some(kind) => kind == RangeKind::Chan,
        None => !has_condition(body, func, it) || waits(world, body, func, it),
    }
}

/// True if the loop may end where a round begins.
fn has_condition(body: &Body, func: &Func, it: &Loop) -> bool {
    let mut next = body.successors(func, it.head).into_iter();
    next.any(|to| !it.blocks.contains(&to))
}

fn waits(world: &World, body: &Body, func: &Func, it: &Loop) -> bool {
    it.blocks.iter().any(|&block| {
        let block = func.block(block);
        let mut instrs = func.instrs(block).iter();
        matches!(block.terminator, Terminator::Select(_))
            || instrs.any(|instr| match instr.kind {
                InstrKind::Receive { .. } => true,
                InstrKind::Call(call) => is_sleep(world, body.call(call).callee),
                _ => false,
            })
    })
}

fn is_sleep(world: &World, callee: Callee) -> bool {
    matches!(callee, Callee::Static(function)
        if world.name(function).as_str() == "Sleep" && package_path(world, function) == "time")
}
