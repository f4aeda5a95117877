//! What is where in the memory of each process.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

#[derive(Debug, Default)]
pub(super) struct Maps {
    /// Of each process: where a file begins in memory, where it ends, from which offset it is
    /// taken, and its name.
    of_process: FxHashMap<i32, BTreeMap<u64, (u64, u64, u32)>>,
}

impl Maps {
    /// Later ones hide earlier ones.
    pub(super) fn add(&mut self, process: i32, start: u64, length: u64, offset: u64, name: u32) {
        let maps = self.of_process.entry(process).or_default();
        maps.insert(start, (start.saturating_add(length), offset, name));
    }

    /// A new process starts with the memory of its parent.
    pub(super) fn fork(&mut self, parent: i32, child: i32) {
        if let Some(maps) = self.of_process.get(&parent).cloned() {
            self.of_process.insert(child, maps);
        }
    }

    /// It runs another program from now on.
    pub(super) fn forget(&mut self, process: i32) {
        self.of_process.remove(&process);
    }

    /// The offset in the file, and its name.
    pub(super) fn find(&self, process: i32, address: u64) -> Option<(u64, u32)> {
        let maps = self.of_process.get(&process)?;
        let (start, (end, offset, name)) = maps.range(..=address).next_back()?;
        (address < *end).then_some(((address - start).saturating_add(*offset), *name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_have_the_maps_of_their_parent_until_they_run_something_else() {
        let mut maps = Maps::default();
        maps.add(1, 0x1000, 0x100, 0x40, 7);
        maps.fork(1, 2);
        assert_eq!(maps.find(2, 0x1010), Some((0x50, 7)));
        assert_eq!(maps.find(2, 0x1100), None);
        assert_eq!(maps.find(2, 0xfff), None);
        maps.forget(2);
        assert_eq!(
            (maps.find(2, 0x1010), maps.find(1, 0x1000)),
            (None, Some((0x40, 7)))
        );
    }
}
