//! Inputs, packed or not, logs or pure dumps, as texts to parse.

mod exported;
mod layout;
mod markup;

use std::io::{self, BufReader, Read};

use contend_dumps::{Sieve, Sieved, needs_sieve};

use crate::goroutine_profile;

/// Inputs up to this size are read as a whole, whatever they are.
const SMALL: u64 = 32 << 20;
/// Larger ones only as long as they are nothing but a dump, and up to this size.
const WHOLE: usize = 2 << 30;
/// No profile has more bytes; memory is not for damaged ones.
const MOST_OF_PROFILE: u64 = 1 << 30;
/// What a sieve may keep: the largest dump that `debug=2` writes, and some more.
const ROOM: usize = 72 << 20;
/// Inputs come in pieces of this size.
const PIECE: usize = 1 << 20;
/// How much of a piece is looked at to see whether it is part of a dump.
const SAMPLE: usize = 64 << 10;

/// Bytes with a name: a file, or standard input.
pub struct Input<'r> {
    /// What the answer calls it.
    pub name: String,
    /// Where the bytes come from; gzip and zstd are unpacked.
    pub reader: Box<dyn Read + 'r>,
    /// How many bytes there will be, if it is known: saves copies.
    pub size: Option<u64>,
}

/// Why an input could not be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The bytes stop coming; what came before was read.
    #[error("cannot read {name} to its end: {source}")]
    Io {
        /// Which input.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// The input says it is packed, but cannot be unpacked.
    #[error("cannot unpack {name}: {text}")]
    Packed {
        /// Which input.
        name: String,
        /// What the decoder said.
        text: String,
    },
    /// A profile that is not of goroutines.
    #[error("{name} is {kind}, not one of goroutines; `contend flame` draws it")]
    OtherProfile {
        /// Which input.
        name: String,
        /// What it is.
        kind: &'static str,
    },
}

/// A text to parse, and what was left out of it.
#[derive(Debug)]
pub(crate) struct Text {
    /// The input, and the process within it where a log has several.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// The texts of an input.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) list: Vec<Text>,
    /// Lines of logs that belong to no dump.
    pub(crate) log_lines: u64,
    /// Lines of dumps that had no room.
    pub(crate) overflow: u64,
}

/// The texts of an input: itself if it is a pure dump, else what a sieve finds in it. An input that
/// breaks off gives what came before, and the reason.
pub(crate) fn texts(input: Input<'_>) -> (Texts, Option<InputError>) {
    let name = input.name.clone();
    let size = input.size.unwrap_or(0);
    let mut reader = match input.unpacked() {
        Ok(input) => Unfailing {
            inner: input.reader,
            failure: None,
        },
        Err(error) => return (Texts::default(), Some(error)),
    };
    match read(&name, size, &mut reader) {
        Ok(texts) => {
            let failure = reader.failure.take();
            (texts, failure.map(|source| InputError::Io { name, source }))
        }
        Err(error) => (Texts::default(), Some(error)),
    }
}

fn read(name: &str, size: u64, reader: &mut Unfailing<'_>) -> Result<Texts, InputError> {
    // One byte more than there are, so that the end is found without growing.
    let mut head = Vec::with_capacity(size.min(SMALL) as usize + 1);
    reader.up_to(SMALL, &mut head);
    if goroutine_profile::looks_like(&head) {
        reader.up_to(MOST_OF_PROFILE, &mut head);
        return of_profile(name, &head);
    }
    if (head.len() as u64) < SMALL {
        return Ok(of_bytes(name, head));
    }
    let mut piece = vec![0; PIECE];
    let mut dense = head.chunks(PIECE).all(is_dump);
    if dense {
        head.reserve_exact((size as usize).min(WHOLE).saturating_sub(head.len()) + 1);
    }
    while dense && head.len() < WHOLE {
        let n = reader.fill(&mut piece);
        if n == 0 {
            return Ok(of_bytes(name, head));
        }
        dense = is_dump(&piece[..n]);
        head.extend_from_slice(&piece[..n]);
    }
    let mut sieve = Sieve::new(ROOM.max(if dense { head.len() } else { 0 }));
    sieve.push(&head);
    drop(head);
    loop {
        let n = reader.fill(&mut piece);
        if n == 0 {
            return Ok(sieved(name, sieve.finish()));
        }
        sieve.push(&piece[..n]);
    }
}

/// A reader that ends where it fails, and remembers why.
struct Unfailing<'r> {
    inner: Box<dyn Read + 'r>,
    failure: Option<io::Error>,
}

impl Unfailing<'_> {
    fn up_to(&mut self, most: u64, out: &mut Vec<u8>) {
        let end = self.inner.by_ref().take(most).read_to_end(out);
        self.failure = end.err();
    }

    /// Reads until `piece` is full or the input ends; decoders give a little at a time.
    fn fill(&mut self, piece: &mut [u8]) -> usize {
        let mut filled = 0;
        while self.failure.is_none() && filled < piece.len() {
            match self.inner.read(&mut piece[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.failure = Some(error),
            }
        }
        filled
    }
}

/// True if the start of `piece` looks like a dump without anything in between: positions of frames
/// and lines of profiles make a good part of its lines.
fn is_dump(piece: &[u8]) -> bool {
    let sample = &piece[..piece.len().min(SAMPLE)];
    let (mut lines, mut inner) = (0, 0);
    for line in sample.split(|b| *b == b'\n') {
        lines += 1;
        inner += usize::from(matches!(line.first(), Some(b'\t' | b'#')));
    }
    lines < 4 * inner + 4
}

/// A profile in the format of pprof as its text form.
fn of_profile(name: &str, bytes: &[u8]) -> Result<Texts, InputError> {
    let text = goroutine_profile::as_text(bytes);
    let bytes = text.map_err(|kind| InputError::OtherProfile {
        name: name.to_owned(),
        kind,
    })?;
    Ok(Texts {
        list: vec![Text {
            name: name.to_owned(),
            bytes,
        }],
        ..Texts::default()
    })
}

/// The texts of bytes that are there already.
pub(crate) fn of_bytes(name: &str, bytes: Vec<u8>) -> Texts {
    let bytes = match exported::records(&bytes) {
        Some(records) => records,
        None => layout::straight(bytes),
    };
    if needs_sieve(&bytes) {
        let mut sieve = Sieve::new(usize::MAX);
        sieve.push(&bytes);
        return sieved(name, sieve.finish());
    }
    Texts {
        list: vec![Text {
            name: name.to_owned(),
            bytes,
        }],
        ..Texts::default()
    }
}

fn sieved(name: &str, sieved: Sieved) -> Texts {
    let several = 1 < sieved.streams.len();
    Texts {
        log_lines: sieved.lines.saturating_sub(sieved.kept + sieved.overflow),
        overflow: sieved.overflow,
        list: sieved
            .streams
            .into_iter()
            .map(|stream| Text {
                name: if several && !stream.name.is_empty() {
                    format!("{name} ({})", stream.name)
                } else {
                    name.to_owned()
                },
                bytes: stream.text,
            })
            .collect(),
    }
}

impl<'r> Input<'r> {
    /// Puts the decoder that the first bytes ask for before the input.
    ///
    /// # Errors
    ///
    /// If the bytes cannot be read, or say that they are packed and cannot be unpacked.
    pub fn unpacked(self) -> Result<Self, InputError> {
        let Input {
            name,
            mut reader,
            size,
        } = self;
        let mut magic = Vec::new();
        let head = reader.by_ref().take(4).read_to_end(&mut magic);
        if let Err(source) = head {
            return Err(InputError::Io { name, source });
        }
        let wide = match magic[..] {
            [0xff, 0xfe, ..] => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
            [0xfe, 0xff, ..] => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
            _ => None,
        };
        if let Some(unit) = wide {
            let rest = io::Cursor::new(magic[2..].to_vec()).chain(reader);
            let reader = Box::new(Wide::new(rest, unit));
            return Ok(Input { name, reader, size });
        }
        if magic.starts_with(BYTE_ORDER_MARK) {
            magic.drain(..BYTE_ORDER_MARK.len());
        }
        let is_gzip = magic.starts_with(GZIP);
        let is_zstd = magic.starts_with(ZSTD);
        let all = io::Cursor::new(magic).chain(reader);
        let reader: Box<dyn Read + 'r> = if is_gzip {
            Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(all)))
        } else if is_zstd {
            let decoder = ruzstd::decoding::StreamingDecoder::new(BufReader::new(all));
            Box::new(decoder.map_err(|_| InputError::Packed {
                name: name.clone(),
                text: "it starts like zstd, and what follows is none".to_owned(),
            })?)
        } else {
            Box::new(all)
        };
        Ok(Input { name, reader, size })
    }
}

/// What Windows programs put in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A text of two bytes a character, as shells of Windows write them, as UTF-8.
struct Wide<R> {
    inner: BufReader<R>,
    unit: fn([u8; 2]) -> u16,
    /// The first half of a pair.
    high: Option<u16>,
    /// UTF-8 that is still to be handed out.
    ready: io::Cursor<Vec<u8>>,
}

impl<R: Read> Wide<R> {
    fn new(inner: R, unit: fn([u8; 2]) -> u16) -> Self {
        Self {
            inner: BufReader::new(inner),
            unit,
            high: None,
            ready: io::Cursor::default(),
        }
    }

    /// Reads the next characters; nothing at the end.
    fn more(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.inner.by_ref().take(1 << 16).read_to_end(&mut bytes)?;
        let (pairs, _) = bytes.as_chunks::<2>();
        let units = self.high.take().into_iter();
        let mut units: Vec<u16> = units
            .chain(pairs.iter().map(|it| (self.unit)(*it)))
            .collect();
        if let Some(last) = units.pop_if(|it| (0xd800..0xdc00).contains(it)) {
            // At the very end half a pair is left out.
            self.high = Some(last);
        }
        self.ready = io::Cursor::new(String::from_utf16_lossy(&units).into_bytes());
        Ok(())
    }
}

impl<R: Read> Read for Wide<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.ready.read(buffer)?;
        if 0 < n || buffer.is_empty() {
            return Ok(n);
        }
        self.more()?;
        self.ready.read(buffer)
    }
}

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
