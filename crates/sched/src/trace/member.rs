//! What is known of a goroutine at a point of the trace.

use contend_gotrace::GoState;

use super::circles::VariantId;
use super::holders::Pause;
use super::places::SiteId;

/// Changed in place, since a copy of all of it costs more than what changes at an event.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) now: Now,
    /// For the assist that is under way.
    pub(super) assist: Option<i64>,
    /// How it got the last lock that it had to wait for.
    pub(super) handoff: Option<u64>,
    /// Its last wait or system call, if it has ended.
    pub(super) pause: Option<Pause>,
    /// Where the `go` statement stands, if the trace saw it.
    pub(super) creator: Option<u32>,
    /// Whether its first system call on a connection sent something, as a client does. A server
    /// reads first.
    pub(super) asks: Option<bool>,
    /// Some of the sites that know it already.
    known_at: [SiteId; 4],
}

/// What a goroutine does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub(super) state: GoState,
    pub(super) since: i64,
    /// Where it waits or is in a system call.
    pub(super) site: SiteId,
    /// In which calls that is.
    pub(super) variant: VariantId,
}

/// No site; an index that is never reached.
const NO_SITE: SiteId = SiteId::MAX;

impl Member {
    /// Nothing is known of it but what it does now, and who started it, if the trace saw that.
    pub(super) fn new(now: Now, creator: Option<u32>) -> Self {
        Self {
            now,
            assist: None,
            handoff: None,
            pause: None,
            creator,
            asks: None,
            known_at: [NO_SITE; 4],
        }
    }

    /// Whether the site may not know yet that it was there; from now on it does.
    pub(super) fn is_new_at(&mut self, site: SiteId) -> bool {
        let is_new = !self.known_at.contains(&site);
        if is_new {
            self.known_at.rotate_right(1);
            self.known_at[0] = site;
        }
        is_new
    }
}
