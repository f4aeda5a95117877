//! The channel page: who sends to and who receives from which channel. Only dumps with the
//! runtime's own frames (SIGQUIT, throws, GOTRACEBACK=system) have the addresses.

use contend_dumps::words;
use rustc_hash::FxHashMap;

use crate::{Role, Snapshot, Waiting};

/// A channel that somebody waits at.
#[derive(Clone, Debug)]
pub struct ChannelPage {
    /// Its address.
    pub address: u64,
    /// Members that wait to send.
    pub senders: Vec<u32>,
    /// Members that wait to receive; a select is not among them, since it names no channel.
    pub receivers: Vec<u32>,
}

/// The channels of a dump, those with most waiters first.
pub fn channel_pages(snapshot: &Snapshot<'_>) -> Vec<ChannelPage> {
    let mut pages: Vec<ChannelPage> = Vec::new();
    let mut by_address: FxHashMap<u64, usize> = FxHashMap::default();
    for (slot, member) in snapshot.members.iter().enumerate() {
        let slot = slot as u32;
        let sends = match member.waiting {
            Waiting::ChanSend => true,
            Waiting::ChanReceive => false,
            _ => continue,
        };
        let Some(address) = address_of(snapshot, slot) else {
            continue;
        };
        let page = *by_address.entry(address).or_insert_with(|| {
            pages.push(ChannelPage {
                address,
                senders: Vec::new(),
                receivers: Vec::new(),
            });
            pages.len() - 1
        });
        let page = &mut pages[page];
        if sends {
            page.senders.push(slot);
        } else {
            page.receivers.push(slot);
        }
    }
    pages.sort_by_key(|page| {
        let waiters = page.senders.len() + page.receivers.len();
        (std::cmp::Reverse(waiters), page.address)
    });
    pages
}

/// The first argument of the runtime's send or receive.
fn address_of(snapshot: &Snapshot<'_>, member: u32) -> Option<u64> {
    let mut frames = snapshot.stack(member).iter();
    let frame = frames.find(|frame| {
        matches!(
            snapshot.roles.get(frame.func),
            Role::ChanReceive | Role::ChanSend
        )
    })?;
    let word = words(snapshot.document.args(frame)?).next()?;
    (word.index == 0 && word.sure && word.value != 0).then_some(word.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_to_one_channel_stand_on_one_page() {
        let goroutine = |id: u32, channel: &str| {
            format!(
                "goroutine {id} [chan send]:\nruntime.gopark(0x1)\n\t/r/proc.go:1 +0x1\n\
                 runtime.chansend({channel}, 0x1, 0x1)\n\t/r/chan.go:1 +0x1\nmain.put(...)\n\
                 \t/src/main.go:9 +0x1\n\n"
            )
        };
        let text = goroutine(7, "0xc000010000")
            + &goroutine(8, "0xc000010000")
            + &goroutine(9, "0xc000020000");
        let document = contend_dumps::parse(text.as_bytes());
        let roles = crate::Roles::of(&document);
        let snapshot = Snapshot::of(&document, &roles, &document.dumps[0]);
        let pages = channel_pages(&snapshot);
        let senders: Vec<_> = pages.iter().map(|page| page.senders.len()).collect();
        assert_eq!(senders, [2, 1]);
    }
}
