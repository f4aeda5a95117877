//! Whether the sizes that a file states fit in it.
//!
//! The library takes memory as the file says before it reads; what is larger than the file is
//! refused here.

/// Where the header states a part: its offset, then its size.
const DATA: usize = 40;
const FEATURES: usize = 72;
const HEADER: usize = 104;

/// The part that lists the events.
const EVENT_DESC: usize = 12;

/// `Err` says what is wrong.
pub(super) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    const CUT: &str = "the file is cut off";
    let word = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    if bytes.len() < HEADER {
        return Err(CUT);
    }
    for section in [24, DATA, 56] {
        let (offset, size) = (word(section).ok_or(CUT)?, word(section + 8).ok_or(CUT)?);
        if section == DATA && size == 0 {
            return Err("perf did not finish the file: it was killed, or nothing was recorded");
        }
        part(bytes, offset, size).ok_or(CUT)?;
    }
    let mut at =
        usize::try_from(word(DATA).ok_or(CUT)? + word(DATA + 8).ok_or(CUT)?).map_err(|_| CUT)?;
    for feature in 0..256 {
        let set = bytes[FEATURES + feature / 8] >> (feature % 8) & 1;
        if set == 0 {
            continue;
        }
        let (offset, size) = (word(at).ok_or(CUT)?, word(at + 8).ok_or(CUT)?);
        let part = part(bytes, offset, size).ok_or(CUT)?;
        if feature == EVENT_DESC && !are_events(part) {
            return Err("the list of events is damaged");
        }
        at += 16;
    }
    Ok(())
}

fn part(bytes: &[u8], offset: u64, size: u64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    let end = usize::try_from(offset.checked_add(size)?).ok()?;
    bytes.get(start..end)
}

/// A count, the size of an attribute, then each: attribute, count of ids, a string, ids.
fn are_events(part: &[u8]) -> bool {
    let mut rest = part;
    let mut number = |skip: usize| {
        let (value, after) = rest.get(skip..)?.split_first_chunk::<4>()?;
        rest = after;
        Some(u32::from_le_bytes(*value) as usize)
    };
    let mut walk = || {
        let n = number(0)?;
        let size = number(0)?;
        if size == 0 || part.len() / size < n {
            return None;
        }
        let mut skip = size;
        for _ in 0..n {
            let ids = number(skip)?;
            let name = number(0)?;
            skip = name.checked_add(ids.checked_mul(8)?)?.checked_add(size)?;
            if part.len() + size < skip {
                return None;
            }
        }
        Some(())
    };
    walk().is_some()
}
