//! Goroutines that come to something only when they are told to: loops that handle what is sent to
//! them, and what is done when a timer ticks.

use super::concurrency::Point;
use super::graph::{NodeId, ObjectKind, Threads};

impl Threads {
    /// True if a goroutine comes to its access only when somebody has sent it something, and nobody
    /// in sight has done so when the function that started it comes to the other access.
    pub fn comes_when_told(&self, (thread, node): Point, (starter, other): Point) -> bool {
        if self.ancestors(thread).all(|(above, _)| above != starter) {
            return false;
        }
        let is_early = |&release: &NodeId| {
            self.nodes[release].thread != starter
                || self.reach([release], |_| false).contains(other)
        };
        let is_event = |at: NodeId| {
            self.nodes[at].thread == thread
                && self.nodes[at].acquires.iter().any(|it| {
                    let object = &self.objects[it.object];
                    let is_told = if object.is_timed {
                        self.is_in_loop(other)
                    } else {
                        self.releases[it.object].iter().any(is_early)
                    };
                    object.kind == ObjectKind::Channel && !is_told
                })
        };
        let untold = self.reach([self.threads[thread].entry], is_event);
        !untold.contains(node)
    }
}
