//! Channels with room for one value, used as a lock: to send is to lock and to receive is to
//! unlock, or the other way round where the channel is filled at first.

use rustc_hash::FxHashMap;

use super::graph::{NodeId, ObjectId, ObjectKind, Threads};

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
    channels: Vec<(ObjectId, ObjectId)>,
}

impl Tokens {
    pub(super) fn of(threads: &Threads) -> Self {
        let of_back = |back: ObjectId| {
            let path = threads.objects[back].path.clone();
            threads.index.get(&(ObjectKind::Channel, path)).copied()
        };
        let channels = threads.objects.iter().enumerate().filter(|(_, object)| {
            object.kind == ObjectKind::ChannelBack && object.is_known && object.capacity == Some(1)
        });
        Self {
            channels: channels
                .filter_map(|(back, _)| Some((back, of_back(back)?)))
                .collect(),
        }
    }

    /// True if both nodes have the same token, so that one waits until the other gives it back.
    pub(super) fn exclude(&self, threads: &Threads, one: NodeId, other: NodeId) -> bool {
        self.channels.iter().any(|&channel| {
            let one = held(threads, channel, one);
            one.is_some() && one == held(threads, channel, other)
        })
    }
}

/// What every way to the node did last with the channel, if it has the token there and gives it
/// back on every way on.
fn held(threads: &Threads, (back, data): (ObjectId, ObjectId), node: NodeId) -> Option<Token> {
    let sends = |id: NodeId| {
        threads.nodes[id]
            .acquires
            .iter()
            .any(|it| it.object == back)
    };
    let receives = |id: NodeId| {
        threads.nodes[id]
            .acquires
            .iter()
            .any(|it| it.object == data)
    };
    let thread = threads.nodes[node].thread;
    let mut seen: FxHashMap<NodeId, Vec<Token>> = FxHashMap::default();
    let mut open = vec![(threads.threads[thread].entry, Token::Away)];
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
    let &[token] = seen.get(&node)?.as_slice() else {
        return None;
    };
    let gives_back = |id: NodeId| match token {
        Token::Sent => receives(id),
        _ => sends(id),
    };
    let keeps = threads
        .reach([node], gives_back)
        .contains(threads.threads[thread].exit);
    (token != Token::Away && !keeps).then_some(token)
}
