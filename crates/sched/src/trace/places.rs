//! Where goroutines wait, are in system calls, and wake others: each place once.

use contend_gotrace::{Event, NONE, Tables};
use rustc_hash::FxHashMap;

use super::circles::{VariantId, Variants};
use super::of_site::SiteSums;
use super::{Doing, Place, WaitKind};

/// Index of a kind and place.
pub(super) type SiteId = u32;

/// The waker of what the runtime wakes itself.
const RUNTIME: u32 = u32::MAX;

/// Reason id of a system call, which no string has.
pub(super) const SYSCALL: u64 = u64::MAX;

/// All places, by id, and how stacks lead to them.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// `None` for system calls.
    pub(super) sites: Vec<(Option<WaitKind>, Place)>,
    /// Of each site.
    pub(super) doing: Vec<Doing>,
    /// Of each site.
    pub(super) sums: Vec<SiteSums>,
    site_ids: FxHashMap<(Option<WaitKind>, Doing, Place), SiteId>,
    pub(super) variants: Variants,
    /// Where goroutines wake others.
    pub(super) wakers: Vec<Place>,
    waker_ids: FxHashMap<Place, u32>,
    /// Of this generation: by reason and stack.
    by_stack: FxHashMap<(u64, u64), (SiteId, VariantId)>,
    wakers_by_stack: FxHashMap<u64, u32>,
}

impl Places {
    /// A generation begins, in which stacks have other ids.
    pub(super) fn forget_stacks(&mut self) {
        self.by_stack.clear();
        self.wakers_by_stack.clear();
    }

    /// Where the running goroutine wakes or starts another one.
    pub(super) fn waker(&mut self, event: &Event, tables: &Tables) -> u32 {
        let stack = event.stack();
        if event.goroutine == NONE || stack == 0 {
            return RUNTIME;
        }
        if let Some(known) = self.wakers_by_stack.get(&stack) {
            return *known;
        }
        let place = Place::of(stack, tables);
        let next = self.wakers.len() as u32;
        let id = *self.waker_ids.entry(place.clone()).or_insert(next);
        if id == next {
            self.wakers.push(place);
        }
        self.wakers_by_stack.insert(stack, id);
        id
    }

    /// Where it waits for `reason`, or is in a system call, and in which calls that is.
    pub(super) fn site(&mut self, reason: u64, stack: u64, tables: &Tables) -> (SiteId, VariantId) {
        if let Some(known) = self.by_stack.get(&(reason, stack)) {
            return *known;
        }
        let kind = (reason != SYSCALL).then(|| WaitKind::of(reason, stack, tables));
        let (doing, place) = (Doing::of(stack, tables), Place::of(stack, tables));
        let next = self.sites.len() as SiteId;
        let key = (kind, doing, place.clone());
        let id = *self.site_ids.entry(key).or_insert(next);
        let variant = self.variants.of(id, &place, stack, tables);
        if id == next {
            self.sites.push((kind, place));
            self.doing.push(doing);
            self.sums.push(SiteSums::default());
        }
        self.by_stack.insert((reason, stack), (id, variant));
        (id, variant)
    }
}
