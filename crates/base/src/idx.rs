//! Typed 32-bit indices. `Option` of an index is as small as the index itself.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::NonZeroU32;

/// The position of a `T` in the table that owns it.
///
/// An index says nothing about which table that is; the owner's documentation does.
pub struct Idx<T> {
    // Stored plus one, so that `Option<Idx<T>>` needs no room of its own.
    raw: NonZeroU32,
    marker: PhantomData<fn() -> T>,
}

impl<T> Idx<T> {
    /// The index of slot `index`. Panics at `u32::MAX`, which no table reaches.
    pub const fn new(index: usize) -> Self {
        match NonZeroU32::new(index as u32 + 1) {
            Some(raw) if index < u32::MAX as usize => Self {
                raw,
                marker: PhantomData,
            },
            _ => panic!("index does not fit in 32 bits"),
        }
    }

    /// The slot, counted from zero.
    pub const fn index(self) -> usize {
        self.raw.get() as usize - 1
    }
}

impl<T> Clone for Idx<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Idx<T> {}

impl<T> PartialEq for Idx<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<T> Eq for Idx<T> {}

impl<T> PartialOrd for Idx<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Idx<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.raw.cmp(&other.raw)
    }
}

impl<T> Hash for Idx<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl<T> fmt::Debug for Idx<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.index())
    }
}

/// A run of neighbouring slots of one table.
pub struct Range<T> {
    start: u32,
    len: u32,
    marker: PhantomData<fn() -> T>,
}

impl<T> Range<T> {
    /// No slots.
    pub const EMPTY: Self = Self {
        start: 0,
        len: 0,
        marker: PhantomData,
    };

    /// The slots `start..end`.
    pub const fn new(start: usize, end: usize) -> Self {
        assert!(
            start <= end && end < u32::MAX as usize,
            "range does not fit in 32 bits"
        );
        Self {
            start: start as u32,
            len: (end - start) as u32,
            marker: PhantomData,
        }
    }

    /// How many slots there are.
    pub const fn len(self) -> usize {
        self.len as usize
    }

    /// True if there are no slots.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The slots as a plain range, for indexing.
    pub const fn as_usize(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }

    /// True if `index` is one of the slots.
    pub const fn contains(self, index: Idx<T>) -> bool {
        let index = index.index() as u32;
        self.start <= index && index - self.start < self.len
    }

    /// The slots in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Idx<T>> + DoubleEndedIterator + use<T> {
        self.as_usize().map(Idx::new)
    }
}

impl<T> Clone for Range<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Range<T> {}

impl<T> PartialEq for Range<T> {
    fn eq(&self, other: &Self) -> bool {
        self.start == other.start && self.len == other.len
    }
}

impl<T> Eq for Range<T> {}

impl<T> fmt::Debug for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}..{}", self.start, self.start + self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn option_of_an_index_costs_nothing() {
        assert_eq!(size_of::<Option<Idx<u8>>>(), 4);
    }

    #[test]
    fn a_range_contains_its_slots_only() {
        let range = Range::<u8>::new(2, 4);
        let inside: Vec<bool> = (1..5).map(|i| range.contains(Idx::new(i))).collect();
        assert_eq!(inside, [false, true, true, false]);
        assert_eq!(range.iter().map(Idx::index).collect::<Vec<_>>(), [2, 3]);
    }
}
