//! Who probably holds a lock. Go prints waiters, never holders, so this is inference: each holder
//! comes with points and with the reason in words.

use contend_dumps::words;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::locks::Keys;
use crate::{LockKey, LockPage, Snapshot, Waiting, receiver_of};

/// A member that may hold a lock.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The slot in [`Snapshot::members`].
    pub member: u32,
    /// How much speaks for it: 1 weak, 3 good, 5 and more strong.
    pub points: u32,
    /// Why, as a clause.
    pub why: String,
}

/// Fields of one object lie within so many bytes.
const OBJECT: u64 = 4096;

/// Fills in the holders of all pages.
pub(crate) fn holders(snapshot: &Snapshot<'_>, keys: &Keys, pages: &mut [LockPage]) {
    if pages.is_empty() {
        return;
    }
    let locks: FxHashSet<u64> = pages
        .iter()
        .filter_map(|page| match page.key {
            LockKey::Address(address) => Some(address),
            _ => None,
        })
        .collect();
    let profiles: Vec<Profile<'_>> = pages
        .iter()
        .map(|page| profile(snapshot, page, &locks))
        .collect();
    let mut by_address: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let mut by_type: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (page, profile) in profiles.iter().enumerate() {
        for object in &profile.objects {
            by_address.entry(*object).or_default().push(page);
        }
        if let Some(receiver) = profile.receiver {
            by_type.entry(receiver).or_default().push(page);
        }
    }
    let mut best: FxHashMap<(usize, u32), Holder> = FxHashMap::default();
    for member in 0..snapshot.members.len() as u32 {
        let waits_for = snapshot.members[member as usize]
            .waiting
            .on_lock()
            .then(|| keys.of(snapshot, member))
            .flatten();
        for (page, holder) in evidence(snapshot, member, &profiles, &by_address, &by_type) {
            if waits_for == Some(pages[page].key) && !is_outer(snapshot, member, &holder) {
                continue;
            }
            let slot = best
                .entry((page, member))
                .or_insert_with(|| holder.0.clone());
            if slot.points < holder.0.points {
                *slot = holder.0;
            }
        }
    }
    let mut found: Vec<_> = best.into_iter().collect();
    found
        .sort_by_key(|((page, member), holder)| (*page, std::cmp::Reverse(holder.points), *member));
    for ((page, _), holder) in found {
        pages[page].holders.push(holder);
    }
}

/// A holder and how many frames of the user's code stand below the one that speaks for it.
type Evidence = (Holder, usize);

/// A waiter can hold its own lock only in a frame that is not the one that asks for it.
fn is_outer(snapshot: &Snapshot<'_>, member: u32, evidence: &Evidence) -> bool {
    let first = snapshot.user_frame(member).map(|frame| frame.func);
    let speaking = snapshot.user_frames(member).nth(evidence.1);
    0 < evidence.1 && speaking.map(|frame| frame.func) != first
}

/// What the waiters of a page have in common.
struct Profile<'a> {
    /// Addresses of the objects that the lock may be a field of.
    objects: Vec<u64>,
    /// The type whose method asks for the lock.
    receiver: Option<&'a str>,
    /// The functions that ask for it, with the line.
    takers: Vec<(contend_dumps::NameId, u32)>,
}

fn profile<'a>(snapshot: &Snapshot<'a>, page: &LockPage, locks: &FxHashSet<u64>) -> Profile<'a> {
    let mut objects = Vec::new();
    let mut takers = Vec::new();
    let mut receiver = None;
    let mut nearest = None;
    // Waiters are alike; a few of them tell all there is.
    for member in page.all_waiters().into_iter().take(64) {
        let Some(frame) = snapshot.user_frame(member) else {
            continue;
        };
        takers.push((frame.func, frame.line));
        if receiver.is_none() {
            let name = std::str::from_utf8(snapshot.document.name_bytes(frame.func)).ok();
            receiver = name.and_then(receiver_of);
        }
        match page.key {
            LockKey::Address(lock) => {
                objects.push(lock);
                // The nearest address below the lock is the struct that it is a field of; others
                // are neighbours on the heap.
                nearest = nearest.max(below(snapshot, member, lock, locks));
            }
            LockKey::Object(object) => objects.push(object),
            LockKey::Function(_) => {}
        }
    }
    objects.extend(nearest);
    objects.sort_unstable();
    objects.dedup();
    takers.sort_unstable();
    takers.dedup();
    Profile {
        objects,
        receiver,
        takers,
    }
}

/// The largest argument of the user's inner frames that is not above `lock` and near to it.
/// An address where another lock of the dump begins is another object.
fn below(snapshot: &Snapshot<'_>, member: u32, lock: u64, locks: &FxHashSet<u64>) -> Option<u64> {
    let frames = snapshot.user_frames(member).take(3);
    frames
        .flat_map(|frame| words(snapshot.document.args(frame).unwrap_or_default()))
        .filter(|word| word.sure && word.value <= lock && lock - word.value < OBJECT)
        .filter(|word| word.value == lock || !locks.contains(&word.value))
        .map(|word| word.value)
        .max()
}

/// What the frames of `member` say about the locks.
fn evidence(
    snapshot: &Snapshot<'_>,
    member: u32,
    profiles: &[Profile<'_>],
    by_address: &FxHashMap<u64, Vec<usize>>,
    by_type: &FxHashMap<&str, Vec<usize>>,
) -> Vec<(usize, Evidence)> {
    let mut found = Vec::new();
    let document = snapshot.document;
    for (depth, frame) in snapshot.user_frames(member).enumerate() {
        let mut pages: Vec<(usize, u32)> = Vec::new();
        for word in words(document.args(frame).unwrap_or_default()) {
            // A first argument is a receiver; others are passed around without locking.
            let points = match (word.sure, word.index) {
                (true, 0) => 3,
                (true, _) | (false, 0) => 1,
                (false, _) => continue,
            };
            for page in by_address.get(&word.value).into_iter().flatten() {
                pages.push((*page, points));
            }
        }
        let name = std::str::from_utf8(document.name_bytes(frame.func)).unwrap_or_default();
        let receiver = receiver_of(name);
        for page in receiver.and_then(|r| by_type.get(r)).into_iter().flatten() {
            if pages.iter().all(|(known, _)| known != page) {
                pages.push((*page, 0));
            }
        }
        for (page, by_word) in pages {
            let profile = &profiles[page];
            let taker = profile
                .takers
                .iter()
                .filter(|(func, _)| *func == frame.func)
                .map(|(_, line)| *line)
                .min();
            let behind = taker.is_some_and(|line| line < frame.line);
            let points = by_word + 2 * u32::from(behind) + u32::from(by_word == 0);
            found.push((
                page,
                (
                    Holder {
                        member,
                        points,
                        why: reason(by_word, behind, name),
                    },
                    depth,
                ),
            ));
        }
    }
    found
}

fn reason(by_word: u32, behind: bool, function: &str) -> String {
    let object = match by_word {
        3 => "it runs a method on the same object",
        0 => "it runs a method of the same type",
        _ => "the same object is among its arguments",
    };
    if behind {
        format!("{object}, in `{function}`, behind the line where the others ask for the lock")
    } else {
        format!("{object}, in `{function}`")
    }
}

impl Holder {
    /// True if the holder can run on by itself, as far as its state tells.
    pub fn is_active(&self, snapshot: &Snapshot<'_>) -> bool {
        matches!(
            snapshot.members[self.member as usize].waiting,
            Waiting::Running | Waiting::Runnable
        )
    }
}
