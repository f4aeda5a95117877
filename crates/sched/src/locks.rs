//! The lock page: who waits on which lock, as far as the frames' arguments tell.

use contend_dumps::{Frame, NameId, Word, words};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::holder::{Holder, holders};
use crate::{Role, Snapshot, Waiting};

/// How a lock is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LockKey {
    /// Its address stands in a frame of `sync` or of the runtime.
    Address(u64),
    /// Only the object whose method takes it is known: the address of the receiver. Two locks of
    /// one object cannot be told apart.
    Object(u64),
    /// Only the function that takes it is known, as with a package variable.
    Function(NameId),
}

/// A lock and the goroutines around it.
#[derive(Clone, Debug)]
pub struct LockPage {
    /// How the lock is known.
    pub key: LockKey,
    /// Members that wait for a mutex or for the write side.
    pub writers: Vec<u32>,
    /// Members that wait for the read side.
    pub readers: Vec<u32>,
    /// True if a read or a write side was asked for: an RWMutex.
    pub read_write: bool,
    /// True if the wait is for another goroutine inside a `sync.Once`.
    pub once: bool,
    /// Members that may hold it, the likeliest first.
    pub holders: Vec<Holder>,
}

impl LockPage {
    /// How many wait.
    pub fn waiters(&self) -> usize {
        self.writers.len() + self.readers.len()
    }

    /// All who wait, in the order of the dump.
    pub fn all_waiters(&self) -> Vec<u32> {
        let mut all = [&self.writers[..], &self.readers[..]].concat();
        all.sort_unstable();
        all
    }
}

/// The locks that somebody waits for; those with most waiters first.
pub fn lock_pages(snapshot: &Snapshot<'_>) -> Vec<LockPage> {
    let mut pages: Vec<LockPage> = Vec::new();
    let keys = Keys::of_waiters(snapshot);
    let mut by_key: FxHashMap<LockKey, usize> = FxHashMap::default();
    for (slot, member) in snapshot.members.iter().enumerate() {
        let slot = slot as u32;
        if !member.waiting.on_lock() {
            continue;
        }
        let Some(key) = keys.of(snapshot, slot) else {
            continue;
        };
        let page = *by_key.entry(key).or_insert_with(|| {
            pages.push(LockPage {
                key,
                writers: Vec::new(),
                readers: Vec::new(),
                read_write: false,
                once: false,
                holders: Vec::new(),
            });
            pages.len() - 1
        });
        let page = &mut pages[page];
        page.read_write |= member.waiting != Waiting::Mutex;
        page.once |= snapshot.passes(slot, Role::Once) && taken_in(snapshot, slot, Role::Once);
        if member.waiting == Waiting::ReadLock {
            page.readers.push(slot);
        } else {
            page.writers.push(slot);
        }
    }
    holders(snapshot, &keys, &mut pages);
    once_holder(snapshot, &mut pages);
    pages.sort_by_key(|page| (std::cmp::Reverse(page.waiters()), page.all_waiters()[0]));
    pages
}

/// Who runs the function of a `sync.Once` holds its lock, if only one goroutine runs such a function
/// and others wait for one. Arguments tell it seldom, since they are dead by then.
fn once_holder(snapshot: &Snapshot<'_>, pages: &mut [LockPage]) {
    let mut asked = pages.iter_mut().filter(|page| page.once);
    let (Some(page), None) = (asked.next(), asked.next()) else {
        return;
    };
    let members = 0..snapshot.members.len() as u32;
    let mut running = members.filter(|member| snapshot.once_function(*member).is_some());
    let (Some(member), None) = (running.next(), running.next()) else {
        return;
    };
    page.holders.retain(|holder| holder.member != member);
    let holder = Holder {
        member,
        points: RUNS_ONCE,
        depth: 0,
        why: "it is the only one that runs the function of a sync.Once".to_owned(),
    };
    page.holders.insert(0, holder);
}

/// What running the function of a `sync.Once` is worth, if nobody else does.
const RUNS_ONCE: u32 = 4;

/// True if a function with `role` stands between the user's code and the wait.
fn taken_in(snapshot: &Snapshot<'_>, member: u32, role: Role) -> bool {
    inner_frames(snapshot, member)
        .iter()
        .any(|frame| snapshot.roles.get(frame.func) == role)
}

/// The library's frames at the top of the stack.
fn inner_frames<'d>(snapshot: &Snapshot<'d>, member: u32) -> &'d [Frame] {
    let stack = snapshot.stack(member);
    let user = snapshot.members[member as usize].user;
    &stack[..user.map_or(stack.len(), |slot| slot as usize)]
}

/// Finds out which lock a member waits for.
pub(crate) struct Keys {
    /// First arguments of the waiters' frames that Go printed as alive. A stale one is believed if
    /// it is among them.
    receivers: FxHashSet<u64>,
}

/// Smaller values are no addresses.
const LOWEST: u64 = 4096;

impl Keys {
    fn of_waiters(snapshot: &Snapshot<'_>) -> Self {
        let waiters = (0..snapshot.members.len() as u32)
            .filter(|member| snapshot.members[*member as usize].waiting.on_lock());
        let frames = waiters.flat_map(|member| snapshot.user_frames(member));
        Self {
            receivers: frames
                .filter_map(|frame| first_word(snapshot, frame))
                .filter(|word| word.sure)
                .map(|word| word.value)
                .collect(),
        }
    }

    /// Which lock a member waits for.
    pub(crate) fn of(&self, snapshot: &Snapshot<'_>, member: u32) -> Option<LockKey> {
        if let Some(address) = address_of(snapshot, member) {
            return Some(LockKey::Address(address));
        }
        let user = snapshot.user_frame(member)?;
        let word = first_word(snapshot, user)
            .filter(|word| word.sure || self.receivers.contains(&word.value));
        Some(match word {
            Some(word) => LockKey::Object(word.value),
            None => LockKey::Function(user.func),
        })
    }
}

fn first_word(snapshot: &Snapshot<'_>, frame: &Frame) -> Option<Word> {
    let word = words(snapshot.document.args(frame)?).next()?;
    (word.index == 0 && LOWEST <= word.value).then_some(word)
}

/// The address of the lock, from the frames of `sync` and of the runtime.
fn address_of(snapshot: &Snapshot<'_>, member: u32) -> Option<u64> {
    let waiting = snapshot.members[member as usize].waiting;
    for frame in inner_frames(snapshot, member) {
        let Some(word) = first_word(snapshot, frame).filter(|word| word.sure) else {
            continue;
        };
        let inside = match (snapshot.roles.get(frame.func), waiting) {
            (Role::MutexLock, _)
            | (Role::WriteLock, Waiting::WriteLock)
            | (Role::ReadLock, Waiting::ReadLock) => 0,
            // The semaphore lies behind the counters: sync.Mutex, and both sides of sync.RWMutex.
            (Role::Semaphore, Waiting::Mutex) => 4,
            // The mutex that orders writers is the first field.
            (Role::Semaphore, Waiting::WriteLock)
                if taken_in(snapshot, member, Role::MutexLock) =>
            {
                4
            }
            (Role::Semaphore, Waiting::WriteLock) => 8,
            (Role::Semaphore, Waiting::ReadLock) => 12,
            _ => continue,
        };
        return Some(word.value - inside);
    }
    None
}
