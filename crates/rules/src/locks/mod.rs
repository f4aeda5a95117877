//! Which locks are held where.

mod flow;
mod state;
mod summary;

pub(crate) use flow::{LockFlow, LockState};
pub(crate) use state::Hold;
pub(crate) use summary::{EffectKind, Summaries};
