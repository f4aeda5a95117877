//! Goroutines that come to something only when they are told to: loops that handle what is sent to
//! them, and what is done when a timer ticks.

use super::concurrency::Point;
use super::graph::{NodeId, ObjectKind, Threads};

impl Threads {
    /// True if a goroutine, or one that starts it, goes on only when somebody has sent something, and
    /// nobody in sight has done so when the function around comes to the other access.
    pub fn comes_when_told(&self, (thread, node): Point, (starter, other): Point) -> bool {
        if self.ancestors(thread).all(|(above, _)| above != starter) {
            return false;
        }
        let way = std::iter::once((thread, node)).chain(self.ancestors(thread));
        let mut inner = way.take_while(|(it, _)| *it != starter);
        inner.any(|point| self.is_told(point, (starter, other)))
    }

    /// True if every way of a thread to a node waits for what nobody has sent by then.
    fn is_told(&self, (thread, node): Point, (starter, other): Point) -> bool {
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
