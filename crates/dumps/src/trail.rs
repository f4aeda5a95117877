//! Frames that were read before, and which one came behind which. A big dump has few different
//! stacks, so the next lines are mostly a repetition: comparing them with what is expected is many
//! times faster than taking them apart.

use contend_base::Span;
use memchr::{memchr, memchr2};

use crate::lines::Lines;
use crate::model::Frame;
use crate::names::NameId;

/// A frame without its arguments.
#[derive(Debug)]
struct Site {
    func: NameId,
    /// Where the function's name stands, at one of the frames. Empty for the position of a creator.
    name: Span,
    file: NameId,
    line: u32,
    /// Its position line up to the number.
    place: Span,
    /// The sites that were last seen behind this one, the latest first.
    next: [u32; 2],
    /// Another site of the same function.
    other: u32,
}

/// No site.
const NONE: u32 = u32::MAX;
/// So many sites of one function are compared before the line is taken apart.
const OTHERS: usize = 16;
/// More sites than that are no repetition.
const MOST: usize = 1 << 16;

/// The sites of one part of a text.
#[derive(Debug)]
pub(crate) struct Trail {
    sites: Vec<Site>,
    /// The latest site of each function, by its name's id.
    by_func: Vec<u32>,
    /// What begins stacks.
    first: [u32; 2],
    /// The site of the frame that was read last, in this stack.
    at: u32,
}

impl Trail {
    pub(crate) fn new() -> Self {
        Self {
            sites: Vec::new(),
            by_func: Vec::new(),
            first: [NONE; 2],
            at: NONE,
        }
    }

    /// Says that a stack begins.
    pub(crate) fn begin(&mut self) {
        self.at = NONE;
    }

    /// Reads the next two lines if they are one of the frames that are expected here.
    #[inline]
    pub(crate) fn follow(&mut self, lines: &mut Lines<'_>) -> Option<Frame> {
        for candidate in *self.expected() {
            let Some(site) = self.sites.get(candidate as usize) else {
                break;
            };
            if let Some((args, end)) = site.matches(lines) {
                let frame = Frame {
                    start: lines.at as u32,
                    func: site.func,
                    file: Some(site.file),
                    line: site.line,
                    args,
                };
                lines.at = end;
                self.step(candidate);
                return Some(frame);
            }
        }
        None
    }

    /// Reads the position line of `func` if it is one that the function had before.
    #[inline]
    pub(crate) fn place(&mut self, func: NameId, lines: &mut Lines<'_>) -> Option<(NameId, u32)> {
        let mut candidate = self.by_func.get(func.index()).copied().unwrap_or(NONE);
        for _ in 0..OTHERS {
            let site = self.sites.get(candidate as usize)?;
            if let Some(len) = site.place_len(lines.text, &lines.text[lines.at..lines.end]) {
                lines.at += len;
                let found = (site.file, site.line);
                self.step(candidate);
                return Some(found);
            }
            candidate = site.other;
        }
        None
    }

    /// Keeps a frame that was taken apart. `place` is its position line up to the number.
    pub(crate) fn learn(&mut self, func: NameId, name: Span, place: Span, at: (NameId, u32)) {
        if MOST <= self.sites.len() {
            self.at = NONE;
            return;
        }
        if self.by_func.len() <= func.index() {
            self.by_func.resize(func.index() + 1, NONE);
        }
        let slot = self.sites.len() as u32;
        self.sites.push(Site {
            func,
            name,
            file: at.0,
            line: at.1,
            place,
            next: [NONE; 2],
            other: self.by_func[func.index()],
        });
        self.by_func[func.index()] = slot;
        self.step(slot);
    }

    fn expected(&mut self) -> &mut [u32; 2] {
        match self.sites.get_mut(self.at as usize) {
            Some(site) => &mut site.next,
            None => &mut self.first,
        }
    }

    fn step(&mut self, to: u32) {
        let expected = self.expected();
        if expected[0] != to {
            *expected = [to, expected[0]];
        }
        self.at = to;
    }
}

impl Site {
    /// The length of the arguments and the end of both lines, if the text at `lines` is this site.
    #[inline]
    fn matches(&self, lines: &Lines<'_>) -> Option<(u16, usize)> {
        if self.name.is_empty() {
            return None;
        }
        let name = bytes(lines.text, self.name);
        let rest = lines.text[lines.at..lines.end].strip_prefix(name)?;
        let args = rest.strip_prefix(b"(")?;
        // Arguments have no parentheses, so another one means another name.
        let len = memchr2(b'\n', b'(', args)?;
        let [inner @ .., b')'] = &args[..len] else {
            return None;
        };
        if args[len] != b'\n' {
            return None;
        }
        let place = self.place_len(lines.text, &args[len + 1..])?;
        let end = lines.at + name.len() + 1 + len + 1 + place;
        let args = u16::try_from(inner.len()).ok()?;
        (args != Frame::NO_ARGS).then_some((args, end))
    }

    /// The length of the line at the start of `rest`, with its end, if it is this position.
    #[inline]
    fn place_len(&self, text: &[u8], rest: &[u8]) -> Option<usize> {
        let place = bytes(text, self.place);
        match rest.strip_prefix(place)? {
            [b'\n', ..] => Some(place.len() + 1),
            // Offsets and registers differ from frame to frame.
            tail @ [b' ', ..] => memchr(b'\n', tail).map(|len| place.len() + len + 1),
            _ => None,
        }
    }
}

fn bytes(text: &[u8], span: Span) -> &[u8] {
    &text[span.start as usize..span.end as usize]
}
