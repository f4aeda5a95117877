//! Channels with room for one value, used as a lock: to send is to lock and to receive is to
//! unlock, or the other way round where the channel is filled at first.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::graph::{NodeId, ObjectId, ObjectKind, ThreadId, Threads};

/// Who has the one token of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token {
    /// Nobody, as far as this thread did.
    Away,
    /// This thread has sent.
    Sent,
    /// This thread has received.
    Received,
}

/// The channels with room for one: from receive to send, and from send to receive.
pub(super) struct Tokens {
    channels: Vec<Channel>,
    /// What is known of each thread, found once.
    known: RefCell<FxHashMap<(Channel, ThreadId, u32), Rc<Seen>>>,
}

type Channel = (ObjectId, ObjectId);

/// By node of a thread: what the ways to it did last with the channel.
type Seen = FxHashMap<NodeId, Vec<Token>>;

impl Tokens {
    pub(super) fn of(threads: &Threads) -> Self {
        let of_back = |back: ObjectId| {
            let object = &threads.objects[back];
            let key = (ObjectKind::Channel, object.path.clone(), object.instance);
            threads.index.get(&key).copied()
        };
        let channels = threads.objects.iter().enumerate().filter(|(_, object)| {
            object.kind == ObjectKind::ChannelBack && object.is_known && object.capacity == Some(1)
        });
        Self {
            channels: channels
                .filter_map(|(back, _)| Some((back, of_back(back)?)))
                .collect(),
            known: RefCell::default(),
        }
    }

    /// True if both nodes have the same token, so that one waits until the other gives it back.
    pub(super) fn exclude(&self, threads: &Threads, one: NodeId, other: NodeId) -> bool {
        self.channels.iter().any(|&channel| {
            let one = self.held(threads, channel, one);
            one.is_some() && one == self.held(threads, channel, other)
        })
    }

    /// The token that every way to the node left its thread with, if the thread gives it back on every
    /// way on.
    fn held(&self, threads: &Threads, channel: Channel, node: NodeId) -> Option<Token> {
        let token = self.state(threads, channel, node, 0)?;
        if token == Token::Away {
            return None;
        }
        let (back, data) = channel;
        let gives_back = |id: NodeId| match token {
            Token::Sent => acquires(threads, id, data),
            _ => acquires(threads, id, back),
        };
        let thread = threads.nodes[node].thread;
        let keeps = threads
            .reach([node], gives_back)
            .contains(threads.threads[thread].exit);
        (!keeps).then_some(token)
    }

    /// What every way to the node did last with the channel.
    fn state(
        &self,
        threads: &Threads,
        channel: Channel,
        node: NodeId,
        depth: u32,
    ) -> Option<Token> {
        let thread = threads.nodes[node].thread;
        let seen = self.seen(threads, channel, thread, depth);
        match seen.get(&node)?.as_slice() {
            &[token] => Some(token),
            _ => None,
        }
    }

    /// The same for all nodes of a thread.
    fn seen(&self, threads: &Threads, channel: Channel, thread: ThreadId, depth: u32) -> Rc<Seen> {
        let key = (channel, thread, depth);
        if let Some(seen) = self.known.borrow().get(&key) {
            return Rc::clone(seen);
        }
        let (back, data) = channel;
        let sends = |id: NodeId| acquires(threads, id, back);
        let receives = |id: NodeId| acquires(threads, id, data);
        let mut seen = Seen::default();
        // Who starts a goroutine may take the token for it: the goroutine gives it back.
        let first = match threads.threads[thread].parent {
            Some((_, start)) if depth < MAX_DEPTH => {
                let of_start = self.state(threads, channel, start, depth + 1);
                of_start.filter(|_| gives_back_first(threads, channel, thread))
            }
            _ => None,
        };
        let first = first.unwrap_or(Token::Away);
        let mut open = vec![(threads.threads[thread].entry, first)];
        while let Some((id, token)) = open.pop() {
            let known = seen.entry(id).or_default();
            if known.contains(&token) {
                continue;
            }
            known.push(token);
            let token = match token {
                Token::Received if sends(id) => Token::Away,
                _ if sends(id) => Token::Sent,
                Token::Sent if receives(id) => Token::Away,
                _ if receives(id) => Token::Received,
                token => token,
            };
            open.extend(threads.nodes[id].next.iter().map(|&next| (next, token)));
        }
        let seen = Rc::new(seen);
        self.known.borrow_mut().insert(key, Rc::clone(&seen));
        seen
    }
}

/// A token is handed on by so many starts of goroutines.
const MAX_DEPTH: u32 = 3;

fn acquires(threads: &Threads, id: NodeId, object: ObjectId) -> bool {
    let mut acquires = threads.nodes[id].acquires.iter();
    acquires.any(|it| it.object == object)
}

/// True if a goroutine receives from the channel and never sends into it.
fn gives_back_first(
    threads: &Threads,
    (back, data): (ObjectId, ObjectId),
    thread: ThreadId,
) -> bool {
    let own = |object: ObjectId| {
        let mut all = threads.acquires[object].iter();
        all.any(|&id| threads.nodes[id].thread == thread)
    };
    own(data) && !own(back)
}
