//! Argument values of frames: `0x1, {0x2, 0x3}, 0x4?, ...`.

use crate::lines::hex;

/// One machine word that Go printed as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The value.
    pub value: u64,
    /// Printed without `?`: the value was still alive in the frame.
    pub sure: bool,
    /// Which word it is, counted through all aggregates.
    pub index: usize,
}

/// The words of an argument list as [`Document::args`](crate::Document::args) gives it. Words that
/// Go could not print (`_`, `...`) are left out, but counted.
pub fn words(args: &[u8]) -> Words<'_> {
    Words {
        rest: args,
        index: 0,
    }
}

/// See [`words`].
#[derive(Clone, Debug)]
pub struct Words<'a> {
    rest: &'a [u8],
    index: usize,
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        while !self.rest.is_empty() {
            let index = self.index;
            while let [b' ' | b'{', rest @ ..] = self.rest {
                self.rest = rest;
            }
            let found = hex(self.rest);
            let word = found.map(|(value, len)| {
                self.rest = &self.rest[len..];
                Word {
                    value,
                    sure: self.rest.first() != Some(&b'?'),
                    index,
                }
            });
            let comma = self.rest.iter().position(|b| *b == b',');
            self.rest = comma.map_or(&[], |comma| &self.rest[comma + 1..]);
            self.index += 1;
            if word.is_some() {
                return word;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aggregates_are_flattened_and_stale_values_marked() {
        let words: Vec<_> = words(b"0xc000010000, {0x4c51d1?, 0x6}, _, 0x1f?")
            .map(|word| (word.index, word.value, word.sure))
            .collect();
        assert_eq!(
            words,
            [
                (0, 0xc0_0001_0000, true),
                (1, 0x4c_51d1, false),
                (2, 6, true),
                (4, 0x1f, false)
            ]
        );
    }
}
