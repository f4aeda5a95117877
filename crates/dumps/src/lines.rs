//! A cursor over the lines of a text, and the small parsers of numbers inside a line.

use contend_base::Span;
use memchr::memchr;

/// A line without its end: `\n` with any number of `\r` in front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    pub(crate) start: usize,
    pub(crate) bytes: &'t [u8],
}

impl Line<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.bytes.len()
    }

    pub(crate) fn span(&self) -> Span {
        Span::new(self.start as u32, self.end() as u32)
    }

    /// The span of `part`, which must be a slice of this line's text.
    pub(crate) fn span_from(&self, offset: usize, len: usize) -> Span {
        let start = self.start + offset;
        Span::new(start as u32, (start + len) as u32)
    }
}

/// Walks over `text[..end]`, line by line.
#[derive(Clone, Debug)]
pub(crate) struct Lines<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) at: usize,
    pub(crate) end: usize,
}

impl<'t> Lines<'t> {
    pub(crate) fn peek(&self) -> Option<Line<'t>> {
        self.clone().next()
    }

    /// True if the last line that was taken had no newline: the text may have been cut there.
    pub(crate) fn cut(&self) -> bool {
        self.at == self.text.len() && self.text.last() != Some(&b'\n')
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    #[inline]
    fn next(&mut self) -> Option<Line<'t>> {
        if self.end <= self.at {
            return None;
        }
        let start = self.at;
        let rest = &self.text[start..self.end];
        let len = if let Some(len) = memchr(b'\n', rest) {
            self.at = start + len + 1;
            len
        } else {
            self.at = self.end;
            rest.len()
        };
        let mut bytes = &rest[..len];
        // Several, where a text went through two programs that each made line ends of Windows.
        while let [head @ .., b'\r'] = bytes {
            bytes = head;
        }
        Some(Line { start, bytes })
    }
}

/// The decimal number at the start of `bytes`, and how many digits it has. `None` without digits
/// or if it does not fit.
pub(crate) fn decimal(bytes: &[u8]) -> Option<(u64, usize)> {
    let len = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut value = 0u64;
    for digit in &bytes[..len] {
        value = value
            .checked_mul(10)?
            .checked_add(u64::from(digit - b'0'))?;
    }
    (0 < len).then_some((value, len))
}

/// The number after `0x` at the start of `bytes`, and the length with the `0x`. `None` without
/// digits or if it does not fit.
#[inline]
pub(crate) fn hex(bytes: &[u8]) -> Option<(u64, usize)> {
    let digits = bytes.strip_prefix(b"0x")?;
    let mut value = 0u64;
    let mut len = 0;
    for digit in digits {
        let nibble = NIBBLES[usize::from(*digit)];
        if NO_NIBBLE <= nibble {
            break;
        }
        value = value << 4 | u64::from(nibble);
        len += 1;
    }
    (0 < len && len <= 16).then_some((value, len + 2))
}

const NO_NIBBLE: u8 = 16;

/// The value of each hexadecimal digit: a large dump has millions of them.
const NIBBLES: [u8; 256] = {
    let mut table = [NO_NIBBLE; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value] as usize] = value as u8;
        table[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    table
};

/// The number behind the first `key` in `bytes`.
pub(crate) fn decimal_after(bytes: &[u8], key: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(bytes, key)?;
    decimal(&bytes[at + key.len()..]).map(|(value, _)| value)
}

/// The floating-point number at the start of `bytes`.
pub(crate) fn float(bytes: &[u8]) -> Option<(f64, usize)> {
    let len = bytes
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b'.')
        .count();
    let text = std::str::from_utf8(&bytes[..len]).ok()?;
    text.parse().ok().map(|value| (value, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_in_front_of_all_returns_that_end_it() {
        let text = b"panic: a\rb\r\r\n\r\nlast\r";
        let lines = Lines {
            text,
            at: 0,
            end: text.len(),
        };
        let lines: Vec<&[u8]> = lines.map(|line| line.bytes).collect();
        assert_eq!(lines, [&b"panic: a\rb"[..], b"", b"last"]);
    }
}
