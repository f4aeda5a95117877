//! Who probably holds a lock. Go prints waiters, never holders, so this is inference: each holder
//! comes with points and with the reason in words.

use contend_dumps::{NameId, words};
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
    /// The frame that speaks for it: how many of the user's frames stand inside of it.
    pub depth: usize,
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
    for (page, profile) in profiles.iter().enumerate() {
        for object in &profile.objects {
            by_address.entry(*object).or_default().push(page);
        }
    }
    let by_type = ByType::new(snapshot, &profiles);
    let mut candidates: Vec<Vec<Evidence>> = vec![Vec::new(); pages.len()];
    let mut evidence = Vec::new();
    for member in 0..snapshot.members.len() as u32 {
        collect(
            snapshot,
            member,
            &profiles,
            &by_address,
            &by_type,
            &mut evidence,
        );
        if evidence.is_empty() {
            continue;
        }
        let waits_for = snapshot.members[member as usize]
            .waiting
            .on_lock()
            .then(|| keys.of(snapshot, member))
            .flatten();
        evidence.retain(|(page, found)| {
            // An object that is handed on to the function which asks for its lock is wanted there,
            // not held.
            let handed_on = found.by_word == ARGUMENT;
            waits_for != Some(pages[*page].key) || !handed_on && is_outer(snapshot, found)
        });
        // The best of each page; of equal ones the innermost.
        evidence.sort_by_key(|(page, found)| (*page, std::cmp::Reverse(found.points)));
        evidence.dedup_by_key(|(page, _)| *page);
        for (page, mut found) in evidence.drain(..) {
            found.waits = waits_for == Some(pages[page].key);
            candidates[page].push(found);
        }
    }
    for (page, mut found) in pages.iter_mut().zip(candidates) {
        found.sort_by_key(|found| (std::cmp::Reverse(found.points), found.waits, found.member));
        // Those that do not wait themselves must not be crowded out.
        let mut left = [HOLDERS; 2];
        found.retain(|found| {
            let left = &mut left[usize::from(found.waits)];
            let keep = 0 < *left;
            *left = left.saturating_sub(1);
            keep
        });
        let holders = found.iter().map(|found| found.holder(snapshot));
        page.holders.extend(holders);
    }
}

/// More candidates of one lock tell nothing, be they its waiters or not.
const HOLDERS: usize = 64;

/// Why a member may hold a lock, not yet in words.
#[derive(Clone, Copy)]
struct Evidence {
    member: u32,
    points: u32,
    /// What the address in the arguments is worth; 0 if only the type fits.
    by_word: u32,
    /// The frame stands behind the line where the others ask for the lock.
    behind: bool,
    /// How many frames of the user's code stand below the one that speaks for it.
    depth: usize,
    /// The member waits for the same lock.
    waits: bool,
}

impl Evidence {
    fn holder(self, snapshot: &Snapshot<'_>) -> Holder {
        let frame = snapshot.user_frames(self.member).nth(self.depth);
        let function =
            frame.map_or_else(Default::default, |frame| snapshot.document.name(frame.func));
        Holder {
            member: self.member,
            points: self.points,
            depth: self.depth,
            why: reason(self.by_word, self.behind, &function),
        }
    }
}

/// A waiter can hold its own lock only in a frame that is not the one that asks for it.
fn is_outer(snapshot: &Snapshot<'_>, evidence: &Evidence) -> bool {
    let first = snapshot.user_frame(evidence.member).map(|frame| frame.func);
    let speaking = snapshot.user_frames(evidence.member).nth(evidence.depth);
    0 < evidence.depth && speaking.map(|frame| frame.func) != first
}

/// What the waiters of a page have in common.
struct Profile<'a> {
    /// Addresses of the objects that the lock may be a field of.
    objects: Vec<u64>,
    /// The type whose method asks for the lock.
    receiver: Option<&'a str>,
    /// The functions that ask for it, with the line.
    takers: Vec<(NameId, u32)>,
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

/// What an address as the first argument of a frame is worth.
const RECEIVER: u32 = 3;
/// What it is worth as another argument, or where Go says that it may be stale.
const ARGUMENT: u32 = 1;

/// What the frames of `member` say about the locks, with the slots of their pages.
fn collect(
    snapshot: &Snapshot<'_>,
    member: u32,
    profiles: &[Profile<'_>],
    by_address: &FxHashMap<u64, Vec<usize>>,
    by_type: &ByType,
    out: &mut Vec<(usize, Evidence)>,
) {
    let document = snapshot.document;
    let mut pages: Vec<(usize, u32)> = Vec::new();
    for (depth, frame) in snapshot.user_frames(member).enumerate() {
        pages.clear();
        for word in words(document.args(frame).unwrap_or_default()) {
            // A first argument is a receiver; others are passed around without locking.
            let points = match (word.sure, word.index) {
                (true, 0) => RECEIVER,
                (true, _) | (false, 0) => ARGUMENT,
                (false, _) => continue,
            };
            for page in by_address.get(&word.value).into_iter().flatten() {
                pages.push((*page, points));
            }
        }
        for page in by_type.of(frame.func) {
            if pages.iter().all(|(known, _)| known != page) {
                pages.push((*page, 0));
            }
        }
        for &(page, by_word) in &pages {
            let takers = profiles[page].takers.iter();
            let taker = takers
                .filter(|(func, _)| *func == frame.func)
                .map(|(_, line)| *line)
                .min();
            let behind = taker.is_some_and(|line| line < frame.line);
            let found = Evidence {
                member,
                points: by_word + 2 * u32::from(behind) + u32::from(by_word == 0),
                by_word,
                behind,
                depth,
                waits: false,
            };
            out.push((page, found));
        }
    }
}

/// The pages whose lock the methods of a function's type ask for.
struct ByType {
    lists: Vec<Vec<usize>>,
    /// The list of each name of the document; none if the slot is behind the end.
    of_name: Vec<u32>,
}

impl ByType {
    fn new(snapshot: &Snapshot<'_>, profiles: &[Profile<'_>]) -> Self {
        let mut by_type: FxHashMap<&str, u32> = FxHashMap::default();
        let mut lists: Vec<Vec<usize>> = Vec::new();
        for (page, profile) in profiles.iter().enumerate() {
            let Some(receiver) = profile.receiver else {
                continue;
            };
            let list = *by_type.entry(receiver).or_insert_with(|| {
                lists.push(Vec::new());
                lists.len() as u32 - 1
            });
            lists[list as usize].push(page);
        }
        let names = (0..snapshot.document.name_count()).map(NameId::new);
        let of_name = names.map(|name| {
            let name = std::str::from_utf8(snapshot.document.name_bytes(name)).ok();
            let list = name.and_then(receiver_of).and_then(|r| by_type.get(r));
            list.copied().unwrap_or(u32::MAX)
        });
        Self {
            of_name: of_name.collect(),
            lists,
        }
    }

    fn of(&self, func: NameId) -> &[usize] {
        let list = self.of_name[func.index()];
        self.lists.get(list as usize).map_or(&[], Vec::as_slice)
    }
}

fn reason(by_word: u32, behind: bool, function: &str) -> String {
    let object = match by_word {
        RECEIVER => "it runs a method on the same object",
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
