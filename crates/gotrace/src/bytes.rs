//! Unsigned LEB128 numbers and single bytes from a slice.

/// Why a number could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BadNumber {
    /// The bytes ended inside it.
    Ended,
    /// It does not fit 64 bits.
    TooLarge,
}

impl std::fmt::Display for BadNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ended => "the data ends inside a number",
            Self::TooLarge => "a number does not fit 64 bits",
        })
    }
}

/// A place in a slice that moves forward as things are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let byte = *self.data.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.data.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    #[inline]
    pub(crate) fn number(&mut self) -> Result<u64, BadNumber> {
        // Most numbers of a trace are small: time steps, table ids; sequence numbers grow longer.
        let (value, length) = match self.data.get(self.at..) {
            Some([byte, ..]) if *byte < 0x80 => (u64::from(*byte), 1),
            Some([low, high, ..]) if *high < 0x80 => {
                (u64::from(*low & 0x7f) | u64::from(*high) << 7, 2)
            }
            Some([low, middle, high, ..]) if *high < 0x80 => {
                let low = u64::from(*low & 0x7f) | u64::from(*middle & 0x7f) << 7;
                (low | u64::from(*high) << 14, 3)
            }
            rest => long_number(rest.unwrap_or_default())?,
        };
        self.at += length;
        Ok(value)
    }
}

/// Bytes that hold an event, whatever they are: a kind, a time step and four arguments.
pub(crate) const WINDOW: usize = 64;

/// As [`Bytes::number`], where the number cannot run over the end: the next place, at most ten
/// bytes on.
pub(crate) fn number_in(window: &[u8; WINDOW], at: &mut usize) -> Result<u64, BadNumber> {
    let byte = |n: usize| window[(*at + n) % WINDOW];
    let (value, length) = match (byte(0), byte(1), byte(2)) {
        (byte, ..) if byte < 0x80 => (u64::from(byte), 1),
        (low, high, _) if high < 0x80 => (u64::from(low & 0x7f) | u64::from(high) << 7, 2),
        (low, middle, high) if high < 0x80 => {
            let low = u64::from(low & 0x7f) | u64::from(middle & 0x7f) << 7;
            (low | u64::from(high) << 14, 3)
        }
        _ => long_number(window.get(*at..).unwrap_or_default())?,
    };
    *at += length;
    Ok(value)
}

/// Bytes that hold an event whose numbers are short: of at most three bytes.
pub(crate) const SHORT: usize = 16;

/// The number at that place and the place after it; `None` if it is longer than three bytes.
#[inline]
pub(crate) fn short_number(bytes: &[u8; SHORT], at: usize) -> Option<(u64, usize)> {
    let byte = |n: usize| u64::from(bytes[(at + n) % SHORT]);
    let low = byte(0);
    if low < 0x80 {
        return Some((low, at + 1));
    }
    let middle = byte(1);
    if middle < 0x80 {
        return Some((low & 0x7f | middle << 7, at + 2));
    }
    let high = byte(2);
    if high < 0x80 {
        return Some((low & 0x7f | (middle & 0x7f) << 7 | high << 14, at + 3));
    }
    None
}

/// The number at the front, and how many bytes it takes.
#[cold]
fn long_number(bytes: &[u8]) -> Result<(u64, usize), BadNumber> {
    let mut value = 0;
    for (at, shift) in (0..70).step_by(7).enumerate() {
        let byte = *bytes.get(at).ok_or(BadNumber::Ended)?;
        // The tenth byte has room for one bit.
        if shift == 63 && 1 < byte {
            return Err(BadNumber::TooLarge);
        }
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok((value, at + 1));
        }
    }
    Err(BadNumber::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_all_lengths() {
        let mut bytes = Bytes::new(&[0x05, 0xac, 0x02, 0x80]);
        assert_eq!(bytes.number(), Ok(5));
        assert_eq!(bytes.number(), Ok(300));
        assert_eq!(bytes.number(), Err(BadNumber::Ended));
        let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(Bytes::new(&most).number(), Ok(u64::MAX));
        let over = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
        assert_eq!(Bytes::new(&over).number(), Err(BadNumber::TooLarge));
    }
}
