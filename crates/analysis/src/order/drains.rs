//! Loops that wait in each round.

use contend_ir::{BlockId, CallMode, Func, InstrKind, Loop, Operand, RangeKind};

use crate::package::BodyFacts;

/// Loops that wait in each round.
pub(super) struct Drains {
    loops: Vec<(Loop, Vec<(Operand, bool)>)>,
}

impl Drains {
    pub(super) fn of(facts: &BodyFacts, func: &Func) -> Self {
        let mut loops = Vec::new();
        for it in facts.body.loops(func) {
            let instrs = it
                .blocks
                .iter()
                .flat_map(|&block| func.instrs(func.block(block)));
            let mut channels = Vec::new();
            let mut starts = false;
            for instr in instrs {
                match instr.kind {
                    InstrKind::Receive { channel, .. }
                    | InstrKind::Next {
                        over: channel,
                        kind: RangeKind::Chan,
                        ..
                    } => channels.push((channel, true)),
                    InstrKind::Send { channel, .. } => channels.push((channel, false)),
                    InstrKind::Call(call) => {
                        starts |= facts.body.call(call).mode == CallMode::Go;
                    }
                    _ => {}
                }
            }
            // Who starts a goroutine for each value that he sends waits for none of them.
            channels.retain(|&(_, receives)| receives || !starts);
            loops.push((it, channels));
        }
        Self { loops }
    }

    pub(super) fn is_back(&self, from: BlockId, to: BlockId) -> bool {
        self.loops
            .iter()
            .any(|(it, _)| it.head == to && it.back.contains(&from))
    }

    /// True if the way leaves a loop at its head.
    pub(super) fn ends(&self, head: BlockId, to: BlockId) -> bool {
        self.loops
            .iter()
            .any(|(it, _)| it.head == head && !it.blocks.contains(&to))
    }

    pub(super) fn of_loop(&self, head: BlockId) -> &[(Operand, bool)] {
        self.loops
            .iter()
            .find(|(it, _)| it.head == head)
            .map_or(&[], |(_, channels)| channels.as_slice())
    }
}
