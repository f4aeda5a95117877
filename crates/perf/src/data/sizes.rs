//! Whether the sizes that a file states fit in it.
//!
//! The library takes memory as the file says before it reads, and trusts some lengths; what is
//! larger than the file, or of a kind that is not read, is refused here.

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
    let (offset, size) = (word(DATA).ok_or(CUT)?, word(DATA + 8).ok_or(CUT)?);
    check_records(part(bytes, offset, size).ok_or(CUT)?)
}

/// Each record starts with its type, two bytes of flags, and its size in two bytes.
fn check_records(mut rest: &[u8]) -> Result<(), &'static str> {
    const MMAP2: u32 = 10;
    const AUXTRACE: u32 = 71;
    const COMPRESSED: [u32; 2] = [81, 83];
    /// The flag of a mapping that names its file by a build id, where its length stands, and the
    /// longest.
    const BUILD_ID: (u16, usize, u8) = (1 << 14, 40, 20);
    while let Some(([a, b, c, d, e, f, g, h], _)) = rest.split_first_chunk::<8>() {
        let kind = u32::from_le_bytes([*a, *b, *c, *d]);
        let flags = u16::from_le_bytes([*e, *f]);
        let size = usize::from(u16::from_le_bytes([*g, *h]));
        if kind == AUXTRACE {
            return Err("it holds the trace of a processor, which is not read (perf script)");
        }
        if COMPRESSED.contains(&kind) {
            return Err("it is compressed (perf record without -z, or perf script)");
        }
        let id = rest.get(BUILD_ID.1);
        if kind == MMAP2 && flags & BUILD_ID.0 != 0 && id.is_none_or(|it| BUILD_ID.2 < *it) {
            return Err("a mapping is damaged");
        }
        // The library stops at such a record and says so.
        if size < 8 || rest.len() < size {
            break;
        }
        rest = &rest[size..];
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
