//! Goroutines and Ps by their ids, which nearly every event looks up.

use rustc_hash::FxHashMap;

/// Entries by id, with a short way to those that were looked up lately.
///
/// Ids of goroutines only grow, so a list by id would grow with the age of the program; those that
/// live at a time are few, and what happens to one happens to it again soon.
#[derive(Debug)]
pub struct ById<T> {
    entries: Vec<(i64, T)>,
    /// Places whose entries were removed.
    free: Vec<u32>,
    places: FxHashMap<i64, u32>,
    /// By the low bits of the id: where the last one with these bits stands, perhaps no longer.
    recent: Box<[u32; N_RECENT]>,
}

const N_RECENT: usize = 4096;

impl<T> Default for ById<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
            places: FxHashMap::default(),
            recent: Box::new([u32::MAX; N_RECENT]),
        }
    }
}

impl<T> ById<T> {
    #[inline]
    fn slot(id: i64) -> usize {
        id as usize % N_RECENT
    }

    /// The entry with that id.
    #[expect(clippy::inline_always, reason = "measured, as what calls it")]
    #[inline(always)]
    pub fn get_mut(&mut self, id: i64) -> Option<&mut T> {
        let at = self.recent[Self::slot(id)] as usize;
        if self.entries.get(at).is_none_or(|entry| entry.0 != id) {
            return self.look_up(id);
        }
        Some(&mut self.entries[at].1)
    }

    #[cold]
    fn look_up(&mut self, id: i64) -> Option<&mut T> {
        let at = *self.places.get(&id)?;
        self.recent[Self::slot(id)] = at;
        Some(&mut self.entries[at as usize].1)
    }

    /// The entry with that id, made if there is none.
    pub fn get_or_default(&mut self, id: i64) -> &mut T
    where
        T: Default,
    {
        if self.get_mut(id).is_none() {
            self.insert(id, T::default());
        }
        // Looked up or inserted last of those that share its low bits.
        let at = self.recent[Self::slot(id)] as usize;
        &mut self.entries[at].1
    }

    /// Whether there is one with that id.
    pub fn contains(&self, id: i64) -> bool {
        self.places.contains_key(&id)
    }

    /// False if there was one with that id, which is replaced.
    pub fn insert(&mut self, id: i64, entry: T) -> bool {
        let free = self.free.last().copied();
        let next = free.unwrap_or(self.entries.len() as u32);
        let at = *self.places.entry(id).or_insert(next);
        self.recent[Self::slot(id)] = at;
        if at == next {
            self.free.pop();
        }
        match self.entries.get_mut(at as usize) {
            Some(place) => *place = (id, entry),
            None => self.entries.push((id, entry)),
        }
        at == next
    }

    /// Removes the one with that id, if there is one.
    pub fn remove(&mut self, id: i64) {
        if let Some(at) = self.places.remove(&id) {
            // No other id leads to what still stands there.
            self.recent[Self::slot(id)] = u32::MAX;
            self.free.push(at);
        }
    }

    /// Takes all out, by id.
    pub fn take_all(&mut self) -> Vec<(i64, T)> {
        let Self {
            entries, places, ..
        } = std::mem::take(self);
        let mut all: Vec<(i64, T)> = (0..)
            .zip(entries)
            .filter(|(at, (id, _))| places.get(id) == Some(at))
            .map(|(_, entry)| entry)
            .collect();
        all.sort_by_key(|(id, _)| *id);
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map(
            steps in proptest::collection::vec((0..4_u8, -2..9_i64, any::<bool>()), 0..200),
        ) {
            let mut by_id = ById::default();
            let mut map = std::collections::BTreeMap::new();
            for (time, (step, id, far)) in steps.into_iter().enumerate() {
                // Ids that share their low bits, too.
                let id = if far { id + N_RECENT as i64 } else { id };
                match step {
                    0 => prop_assert_eq!(by_id.insert(id, time), map.insert(id, time).is_none()),
                    1 => {
                        by_id.remove(id);
                        map.remove(&id);
                    }
                    2 => prop_assert_eq!(by_id.get_mut(id), map.get_mut(&id)),
                    _ => prop_assert_eq!(by_id.get_or_default(id), map.entry(id).or_default()),
                }
                prop_assert_eq!(by_id.contains(id), map.contains_key(&id));
            }
            prop_assert_eq!(by_id.take_all(), map.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(by_id.take_all(), []);
        }
    }
}
