//! Lines that a container engine has cut into pieces, put together again. What was cut may be the
//! very words that tell of a dump, so pieces are looked for before words are.

use memchr::memmem::{self, Finder};
use memchr::{memchr, memrchr};

/// What is behind this in a joined line is left out; no dump has such lines.
const LONGEST: usize = 8 << 20;
/// Docker writes at most so many bytes of a line in one record.
const DOCKER_PIECE: usize = 16 << 10;
/// The fields behind the text of a record of Docker have no more bytes.
const DOCKER_FIELDS: usize = 512;

/// One piece of a line, or a whole one.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'l> {
    /// `stdout` and `stderr` are cut each for itself.
    stream: &'l [u8],
    is_last: bool,
    head: &'l [u8],
    /// What says that the line is whole, in front of the text.
    tag: &'static [u8],
    text: &'l [u8],
    tail: &'l [u8],
}

/// What became of a line.
pub(super) enum Joined {
    /// It is no piece.
    No,
    /// More pieces follow.
    Begun,
    /// It was the last piece of this line.
    Line(Vec<u8>),
}

/// The pieces so far of the lines that are not complete.
#[derive(Debug)]
pub(super) struct Pieces {
    open: Vec<(Vec<u8>, Vec<u8>)>,
    engine: Engine,
    cri: Finder<'static>,
}

/// Who wrote the log, as far as it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Unknown,
    Cri,
    /// Its records end with the end of a line: one that does not is a piece.
    Docker,
}

impl Default for Pieces {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            engine: Engine::Unknown,
            cri: Finder::new(b" P "),
        }
    }
}

impl Pieces {
    /// True if no line is open.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Another text comes.
    pub(super) fn start(&mut self, text: &[u8]) {
        if self.engine != Engine::Unknown {
            return;
        }
        let first = &text[..memchr(b'\n', text).unwrap_or(text.len())];
        if cri(first).is_some() {
            self.engine = Engine::Cri;
        } else if first.starts_with(b"{\"log\":\"") && ends_lines(text) {
            self.engine = Engine::Docker;
        }
    }

    /// The start of the first line of `text` from `at` to `end` that is a piece, or `end`. Both are
    /// starts of lines.
    pub(super) fn next_line(&self, text: &[u8], at: usize, end: usize) -> usize {
        match self.engine {
            Engine::Unknown => end,
            Engine::Cri => self.next_of_cri(text, at, end),
            Engine::Docker => {
                let mut at = at;
                while at < end {
                    let len = memchr(b'\n', &text[at..end]).unwrap_or(end - at);
                    if docker(&text[at..at + len]).is_some_and(|it| !it.is_last) {
                        return at;
                    }
                    at += len + 1;
                }
                end
            }
        }
    }

    fn next_of_cri(&self, text: &[u8], at: usize, end: usize) -> usize {
        let mut from = at;
        while let Some(found) = self.cri.find(&text[from..end]) {
            let hit = from + found;
            let start = memrchr(b'\n', &text[at..hit]).map_or(at, |i| at + i + 1);
            let len = memchr(b'\n', &text[hit..end]).unwrap_or(end - hit);
            if cri(&text[start..hit + len]).is_some_and(|it| !it.is_last) {
                return start;
            }
            from = hit + len;
        }
        end
    }

    /// Adds a line to those that are open.
    pub(super) fn join(&mut self, line: &[u8]) -> Joined {
        let Some(piece) = self.piece(line) else {
            return Joined::No;
        };
        let open = self.open.iter().position(|(name, _)| name == piece.stream);
        if piece.is_last {
            let Some(open) = open else {
                return Joined::No;
            };
            let (_, mut whole) = self.open.swap_remove(open);
            whole.extend_from_slice(piece.text);
            whole.extend_from_slice(piece.tail);
            return Joined::Line(whole);
        }
        match open {
            Some(open) if self.open[open].1.len() < LONGEST => {
                self.open[open].1.extend_from_slice(piece.text);
            }
            Some(_) => {}
            None => {
                let whole = [piece.head, piece.tag, piece.text].concat();
                self.open.push((piece.stream.to_vec(), whole));
            }
        }
        Joined::Begun
    }

    /// What never got its last piece.
    pub(super) fn rest(&mut self) -> Option<Vec<u8>> {
        self.open.pop().map(|(_, line)| line)
    }

    fn piece<'l>(&self, line: &'l [u8]) -> Option<Piece<'l>> {
        let is_docker = self.engine == Engine::Docker || DOCKER_PIECE <= line.len();
        match line.first()? {
            b'{' if is_docker => docker(line),
            b'0'..=b'9' => cri(line),
            _ => None,
        }
    }
}

/// `TIME stderr P TEXT`; the last piece, and a line that was not cut, has an F for the P.
fn cri(line: &[u8]) -> Option<Piece<'_>> {
    let at = memchr(b' ', &line[..line.len().min(48)])? + 1;
    let stream = line.get(at..at + 6)?;
    let (tag, text) = line[at + 6..].split_at_checked(3)?;
    let is_last = match tag {
        b" P " => false,
        b" F " => true,
        _ => return None,
    };
    let is_engine = line[0].is_ascii_digit() && matches!(stream, b"stdout" | b"stderr");
    is_engine.then_some(Piece {
        stream,
        is_last,
        head: &line[..at + 7],
        tag: b"F ",
        text,
        tail: b"",
    })
}

/// `{"log":"TEXT","stream":"stderr",...}`; the last piece ends with `\n`.
fn docker(line: &[u8]) -> Option<Piece<'_>> {
    const HEAD: &[u8] = b"{\"log\":\"";
    const NEXT: &[u8] = b"\",\"stream\":\"std";
    let body = line.strip_prefix(HEAD)?;
    let from = body.len().saturating_sub(DOCKER_FIELDS);
    let at = from + memmem::rfind(&body[from..], NEXT)?;
    let (text, tail) = body.split_at(at);
    Some(Piece {
        stream: tail.get(NEXT.len() - 3..NEXT.len() + 3)?,
        is_last: is_ended(text),
        head: &line[..HEAD.len()],
        tag: b"",
        text,
        tail,
    })
}

/// True if a JSON string ends with the end of a line, and not with a backslash and an n.
fn is_ended(text: &[u8]) -> bool {
    let Some(before) = text.strip_suffix(b"n") else {
        return false;
    };
    before.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

/// True if records of Docker end where lines end; collectors often take the ends away.
fn ends_lines(text: &[u8]) -> bool {
    memmem::find(text, b"\\n\",\"stream\":\"std").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_joined_stream_by_stream() {
        let mut pieces = Pieces::default();
        let mut lines = Vec::new();
        for line in [
            "2026-11-30T01:02:03.1Z stderr P fatal err",
            "2026-11-30T01:02:03.1Z stdout F GET /",
            "2026-11-30T01:02:03.2Z stderr P or: concurrent",
            "2026-11-30T01:02:03.2Z stderr F  map writes",
        ] {
            match pieces.join(line.as_bytes()) {
                Joined::Line(line) => lines.push(String::from_utf8(line).expect("text")),
                Joined::No => lines.push(line.to_owned()),
                Joined::Begun => {}
            }
        }
        assert_eq!(
            lines,
            [
                "2026-11-30T01:02:03.1Z stdout F GET /",
                "2026-11-30T01:02:03.1Z stderr F fatal error: concurrent map writes",
            ]
        );
    }

    #[test]
    fn the_end_of_a_line_of_docker_is_no_backslash_and_n() {
        assert!(is_ended(br"x\n"));
        assert!(!is_ended(br"C:\\n"));
        assert!(is_ended(br"C:\\\n"));
        assert!(!is_ended(b"n"));
    }
}
