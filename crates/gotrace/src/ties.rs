//! Sorting by time in the way of Go's `slices.SortFunc`.
//!
//! Threads may have their next events at one time, and which of them is asked first decides the
//! order that Go's reader gives. It sorts with a quicksort that is not stable, so the same moves are
//! made here: insertion for short lists, else partitions around a median, with a look for lists that
//! are sorted already, and a heap where partitions stay lopsided (`slices/zsortanyfunc.go`, the same
//! since Go 1.19).

use crate::frontier::Entry;

/// Lists up to this length are sorted by insertion.
const SHORT: usize = 12;
/// From this length on more than three entries are looked at for a median, and a list that is
/// nearly sorted is mended.
const LONG: usize = 50;
/// How many entries that are out of order are mended.
const MENDED: usize = 5;

/// Sorts the earliest to the front.
pub(crate) fn sort(entries: &mut [Entry]) {
    let limit = usize::BITS - entries.len().leading_zeros();
    quick(entries, None, limit);
}

/// What the choice of a median shows of the order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trend {
    Rising,
    Falling,
    Unknown,
}

/// `floor` is the time of the entry before the list, if there is one; none of the list is earlier.
fn quick(mut list: &mut [Entry], mut floor: Option<i64>, mut limit: u32) {
    let (mut balanced, mut was_parted) = (true, true);
    while SHORT < list.len() {
        if limit == 0 {
            return by_heap(list);
        }
        if !balanced {
            scatter(list);
            limit -= 1;
        }
        let (mut pivot, mut trend) = median(list);
        if trend == Trend::Falling {
            list.reverse();
            pivot = list.len() - 1 - pivot;
            trend = Trend::Rising;
        }
        if balanced && was_parted && trend == Trend::Rising && mend(list) {
            return;
        }
        if floor.is_some_and(|floor| list[pivot].time <= floor) {
            let end = part_equal(list, pivot);
            floor = Some(list[end - 1].time);
            list = &mut list[end..];
            continue;
        }
        let length = list.len();
        let middle;
        (middle, was_parted) = part(list, pivot);
        let (left, rest) = list.split_at_mut(middle);
        let is_left_shorter = left.len() < rest.len();
        balanced = length / 8 <= left.len().min(rest.len());
        let Some((pivot, right)) = rest.split_first_mut() else {
            return;
        };
        if is_left_shorter {
            quick(left, floor, limit);
            floor = Some(pivot.time);
            list = right;
        } else {
            quick(right, Some(pivot.time), limit);
            list = left;
        }
    }
    // Stable, as insertion is.
    list.sort_by_key(|entry| entry.time);
}

/// Swaps three entries in the middle with others, by numbers that follow from the length.
fn scatter(list: &mut [Entry]) {
    let length = list.len();
    let mut random = length as u64;
    let mask = (1_usize << (usize::BITS - length.leading_zeros())) - 1;
    let middle = length / 4 * 2;
    for at in middle - 1..=middle + 1 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let other = random as usize & mask;
        list.swap(
            at,
            if other < length {
                other
            } else {
                other - length
            },
        );
    }
}

/// The place of an entry that is neither early nor late.
fn median(list: &[Entry]) -> (usize, Trend) {
    const ALL: usize = 12;
    let quarter = list.len() / 4;
    let mut swaps = 0;
    let mut of_three = |mut a: usize, mut b: usize, mut c: usize| {
        let mut order = |first: &mut usize, second: &mut usize| {
            if list[*second].time < list[*first].time {
                swaps += 1;
                std::mem::swap(first, second);
            }
        };
        order(&mut a, &mut b);
        order(&mut b, &mut c);
        order(&mut a, &mut b);
        b
    };
    let mut places = [quarter, 2 * quarter, 3 * quarter];
    if LONG <= list.len() {
        places = places.map(|at| of_three(at - 1, at, at + 1));
    }
    let pivot = of_three(places[0], places[1], places[2]);
    let trend = match swaps {
        0 => Trend::Rising,
        ALL => Trend::Falling,
        _ => Trend::Unknown,
    };
    (pivot, trend)
}

/// Moves a few entries to where they belong; true if the list is sorted then.
fn mend(list: &mut [Entry]) -> bool {
    let mut at = 1;
    for _ in 0..MENDED {
        while at < list.len() && list[at - 1].time <= list[at].time {
            at += 1;
        }
        if at == list.len() {
            return true;
        }
        if list.len() < LONG {
            return false;
        }
        list.swap(at, at - 1);
        let is_late = |list: &[Entry], at: usize| list[at].time < list[at - 1].time;
        let mut left = at - 1;
        while 1 <= left && is_late(list, left) {
            list.swap(left, left - 1);
            left -= 1;
        }
        let mut right = at + 1;
        while right < list.len() && is_late(list, right) {
            list.swap(right, right - 1);
            right += 1;
        }
    }
    false
}

/// Entries before that at `pivot` to the left, the others to the right. Gives its new place, and
/// whether they stood so before.
fn part(list: &mut [Entry], pivot: usize) -> (usize, bool) {
    list.swap(0, pivot);
    let time = list[0].time;
    let (mut left, mut right) = (1, list.len() - 1);
    let mut was_parted = true;
    loop {
        while left <= right && list[left].time < time {
            left += 1;
        }
        while left <= right && time <= list[right].time {
            right -= 1;
        }
        if right < left {
            break;
        }
        was_parted = false;
        list.swap(left, right);
        left += 1;
        right -= 1;
    }
    list.swap(0, right);
    (right, was_parted)
}

/// Entries at the time of that at `pivot`, which is the earliest, to the left. Gives where the
/// others begin.
fn part_equal(list: &mut [Entry], pivot: usize) -> usize {
    list.swap(0, pivot);
    let time = list[0].time;
    let (mut left, mut right) = (1, list.len() - 1);
    loop {
        while left <= right && list[left].time <= time {
            left += 1;
        }
        while left <= right && time < list[right].time {
            right -= 1;
        }
        if right < left {
            return left;
        }
        list.swap(left, right);
        left += 1;
        right -= 1;
    }
}

fn by_heap(list: &mut [Entry]) {
    for root in (0..list.len() / 2).rev() {
        sink(list, root);
    }
    for end in (0..list.len()).rev() {
        list.swap(0, end);
        sink(&mut list[..end], 0);
    }
}

/// The latest on top.
fn sink(list: &mut [Entry], mut root: usize) {
    loop {
        let mut child = 2 * root + 1;
        if list.len() <= child {
            return;
        }
        if child + 1 < list.len() && list[child].time < list[child + 1].time {
            child += 1;
        }
        if list[child].time <= list[root].time {
            return;
        }
        list.swap(root, child);
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times that repeat, in several shapes.
    fn made(length: usize, shape: usize) -> Vec<Entry> {
        let mut random = (length * 7 + shape + 1) as u64;
        let mut next = |below: usize| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((random >> 33) % below as u64) as usize
        };
        let mut time = |at: usize| match shape {
            0 => next(7),
            1 => next(length),
            2 if next(16) == 0 => next(length),
            2 => at / 3,
            3 => (length - at) / 3,
            4 => next(2),
            _ => at % 5 * 10 + at % 3,
        };
        let entry = |at: usize| Entry {
            time: time(at) as i64,
            cursor: at as u32,
            slot: 0,
        };
        (0..length).map(entry).collect()
    }

    /// What Go 1.26 made of the same lists: FNV-1a over the places where entries stood before.
    #[test]
    fn entries_of_one_time_come_as_in_go() {
        let of_go = [
            0x1388_3703_7c4c_70e9,
            0xe8f1_4db9_9826_734d,
            0x603e_4e48_9866_36e7,
            0xba6d_6517_101e_8433,
            0xe857_d973_51a5_1a73,
            0x550d_6093_5b0b_8107,
        ];
        for (shape, wanted) in of_go.into_iter().enumerate() {
            let mut hash = 0xcbf2_9ce4_8422_2325_u64;
            for length in [5, 13, 14, 20, 33, 49, 50, 64, 100, 257, 1000, 5000] {
                let mut list = made(length, shape);
                sort(&mut list);
                assert!(list.is_sorted_by_key(|it| it.time), "{length}, {shape}");
                for entry in list {
                    hash = (hash ^ u64::from(entry.cursor)).wrapping_mul(0x0100_0000_01b3);
                }
            }
            assert_eq!(hash, wanted, "shape {shape}");
        }
    }
}
