//! A model of a run, made from its goroutine dumps or its execution trace: what each goroutine waits for, which of them
//! are alike, who waits on which lock, who probably holds it, and who waits for whom in a circle.
//!
//! It says what is there and how sure that is; it passes no verdict and knows no output format.
//!
//! ```
//! let text = b"goroutine 7 [chan receive, 5 minutes]:\nmain.wait()\n\t/src/main.go:11 +0x2d\n";
//! let document = contend_dumps::parse(text);
//! let roles = contend_sched::Roles::of(&document);
//! let snapshot = contend_sched::Snapshot::of(&document, &roles, &document.dumps[0]);
//! assert_eq!(snapshot.members[0].waiting, contend_sched::Waiting::ChanReceive);
//! assert_eq!(snapshot.groups[0].members.len(), 1);
//! ```

mod channels;
mod cycles;
mod holder;
mod locks;
mod role;
mod snapshot;
pub mod trace;
mod waiting;

pub use channels::{ChannelPage, channel_pages};
pub use cycles::{Cycle, cycles};
pub use holder::Holder;
pub use locks::{LockKey, LockPage, lock_pages};
pub use role::{Role, Roles, is_standard_root, package_of, receiver_of};
pub use snapshot::{Group, Member, Snapshot};
pub use waiting::Waiting;
