//! A text of any length, a piece at a time.

use std::io::{self, ErrorKind, Read};

use crate::samples::border;

/// Fits in the cache of a core, and few samples are larger.
const PIECE: usize = 256 * 1024;
/// No sample is that long; what claims to be is cut.
const MOST: usize = 16 * 1024 * 1024;

/// A text in pieces that end between two samples, each for [`crate::samples`]. Only the piece that
/// was given last is in memory.
#[derive(Debug)]
pub struct Pieces<R> {
    input: R,
    held: Vec<u8>,
    /// How many bytes of `held` were read.
    filled: usize,
    /// How many of them were given away.
    given: usize,
}

impl<R: Read> Pieces<R> {
    /// Nothing is read yet.
    pub fn new(input: R) -> Self {
        Self::of_size(input, PIECE)
    }

    fn of_size(input: R, size: usize) -> Self {
        Self {
            input,
            held: vec![0; size],
            filled: 0,
            given: 0,
        }
    }

    /// The next piece; `None` at the end of the text.
    pub fn next_piece(&mut self) -> io::Result<Option<&[u8]>> {
        self.held.copy_within(self.given..self.filled, 0);
        self.filled -= self.given;
        loop {
            self.given = if self.fill()? {
                self.filled
            } else if let Some(border) = border(&self.held) {
                border
            } else if MOST <= self.held.len() {
                // Lines that begin the next piece amid a stack are counted as strange.
                memchr::memrchr(b'\n', &self.held).map_or(self.filled, |at| at + 1)
            } else {
                self.held.resize(2 * self.held.len(), 0);
                continue;
            };
            return Ok((0 < self.given).then(|| &self.held[..self.given]));
        }
    }

    /// Reads until no more fits; true at the end of the text.
    fn fill(&mut self) -> io::Result<bool> {
        while self.filled < self.held.len() {
            match self.input.read(&mut self.held[self.filled..]) {
                Ok(0) => return Ok(true),
                Ok(n) => self.filled += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::samples;

    /// All samples and the number of strange lines, as text.
    fn in_pieces(text: &[u8], size: usize) -> (Vec<String>, u64) {
        let mut pieces = Pieces::of_size(text, size);
        let (mut found, mut strange, mut length) = (Vec::new(), 0, 0);
        while let Some(piece) = pieces.next_piece().unwrap() {
            length += piece.len();
            let mut all = samples(piece);
            found.extend(all.by_ref().map(|it| format!("{it:?}")));
            strange += all.strange_lines();
        }
        assert_eq!(length, text.len());
        (found, strange)
    }

    #[test]
    fn a_sample_that_is_never_over_is_cut() {
        let mut text = b"api 7 1.5: 10 cycles: \n".to_vec();
        while text.len() < 2 * MOST {
            text.extend_from_slice(b"\t 1f a+0x1 (/bin/api)\n");
        }
        let (found, strange) = in_pieces(&text, PIECE);
        assert_eq!(found.len(), 1);
        assert!(0 < strange);
    }

    proptest! {
        #[test]
        fn pieces_hold_what_the_text_holds(
            lines in proptest::collection::vec(
                prop::sample::select(vec![
                    "api 7 1.5: 10 cycles: ", "  dd 7/9 2.5: cycles:  3f c+0x2 (/bin/api)", "\t 1f a+0x1 (/bin/api)",
                    "   2f b (/bin/api)", "", "\r", "  ", "what is this", "# comment", "api 8 3.5: x:y: z=1",
                ]),
                0..40,
            ),
            size in 1..200_usize,
        ) {
            let text = lines.join("\n");
            let whole = in_pieces(text.as_bytes(), text.len() + 1);
            prop_assert_eq!(in_pieces(text.as_bytes(), size), whole);
        }
    }
}
