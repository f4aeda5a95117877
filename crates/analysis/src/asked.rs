//! Functions that hand somebody a channel and wait for the answer on it: `quit <- done; <-done`.

use contend_ir::{Func, InstrKind, Operand};

/// True if the function sends a channel and receives from it afterwards.
pub fn asks(func: &Func) -> bool {
    let mut sent = Vec::new();
    func.instrs.iter().any(|instr| match instr.kind {
        InstrKind::Send { value, .. } => {
            sent.push(value);
            false
        }
        InstrKind::Receive { channel, .. } => {
            matches!(channel, Operand::Place(_)) && sent.contains(&channel)
        }
        _ => false,
    })
}
