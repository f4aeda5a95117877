//! Which locks are held where.

mod flow;
mod state;
mod summary;

pub use flow::{LockFlow, LockState};
pub use state::Hold;
pub use summary::{EffectKind, Summaries, Summary};
