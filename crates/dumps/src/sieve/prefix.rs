//! What a logger writes in front of each line. Times differ from line to line, the rest does not.

/// A prefix: the words up to the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prefix {
    words: Vec<Word>,
    /// Space or tabs stand in front of the first word.
    is_indented: bool,
    /// The space or tab between the last word and the text, if there is one.
    gap: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Fixed(Vec<u8>),
    Time,
}

impl Prefix {
    pub(super) fn of(prefix: &[u8]) -> Self {
        if prefix.iter().all(|b| *b == b' ') {
            // Text that somebody has indented.
            return Self {
                words: vec![Word::Fixed(prefix.to_vec())],
                is_indented: false,
                gap: None,
            };
        }
        let words = prefix
            .split(|b| is_gap(*b))
            .filter(|word| !word.is_empty())
            .map(|word| {
                if is_time(word) {
                    Word::Time
                } else {
                    Word::Fixed(word.to_vec())
                }
            })
            .collect();
        Self {
            words,
            is_indented: is_gap(prefix[0]),
            gap: prefix.last().copied().filter(|b| is_gap(*b)),
        }
    }

    /// The text behind this prefix, or `None` if `line` has another one.
    pub(super) fn strip<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        let mut at = 0;
        for (i, word) in self.words.iter().enumerate() {
            let last = i + 1 == self.words.len();
            if 0 < i || self.is_indented {
                at += line[at..].iter().take_while(|b| is_gap(**b)).count();
            }
            match word {
                Word::Fixed(fixed) => {
                    if !line[at..].starts_with(fixed) {
                        return None;
                    }
                    at += fixed.len();
                }
                Word::Time => {
                    let len = line[at..]
                        .iter()
                        .position(|b| is_gap(*b))
                        .unwrap_or(line.len() - at);
                    if !is_time(&line[at..at + len]) {
                        return None;
                    }
                    at += len;
                }
            }
            let ends = line.get(at).is_none_or(|b| match self.gap {
                Some(gap) if last => *b == gap,
                _ => is_gap(*b),
            });
            if !ends && (!last || self.gap.is_some()) {
                return None;
            }
        }
        // An empty text may have lost the gap in front of it.
        if self.gap.is_some() && at < line.len() {
            at += 1;
        }
        Some(&line[at..])
    }

    /// The words that do not change.
    pub(super) fn name(&self) -> String {
        let fixed = self.words.iter().filter_map(|word| match word {
            Word::Fixed(fixed) => Some(String::from_utf8_lossy(fixed).into_owned()),
            Word::Time => None,
        });
        fixed.collect::<Vec<_>>().join(" ")
    }
}

/// Where a prefix may end that `words` begin with: behind each word, the last one first, and 0.
pub(super) fn ends(words: &[u8]) -> impl Iterator<Item = usize> {
    let starts = (0..=words.len()).rev();
    starts
        .filter(|at| *at == 0 || *at == words.len() || is_gap(words[at - 1]) && !is_gap(words[*at]))
}

fn is_gap(b: u8) -> bool {
    matches!(b, b' ' | b'\t')
}

/// Times, dates and their parts, also in brackets.
fn is_time(word: &[u8]) -> bool {
    const NAMES: &[&str] = &[
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mon",
        "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
    ];
    let inner = word.strip_prefix(b"time=").unwrap_or(word);
    let inner = inner.strip_prefix(b"ts=").unwrap_or(inner);
    let trimmed = || {
        let brackets = |b: &&u8| matches!(b, b'[' | b']' | b'(' | b')' | b'"');
        inner.iter().filter(move |b| !brackets(b))
    };
    if trimmed().next().is_some_and(u8::is_ascii_alphabetic) {
        return NAMES.iter().any(|name| trimmed().eq(name.as_bytes()));
    }
    let (mut digits, mut marks) = (0, 0);
    for b in trimmed() {
        match b {
            b'0'..=b'9' => digits += 1,
            b':' | b'.' | b',' | b'/' | b'-' | b'+' | b'T' | b'Z' => marks += 1,
            _ => return false,
        }
    }
    if digits == 0 {
        return false;
    }
    // A bare number is a day of a month if it is short, and a time if it has as many digits as
    // the seconds or a smaller unit since 1970; else it names something.
    0 < marks || matches!(digits, 1 | 2 | 10 | 13 | 16 | 19)
}
