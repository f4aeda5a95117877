//! Files and standard input, packed or not, logs or pure dumps, as texts to parse.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use contend_dumps::{Sieve, Sieved, needs_sieve};

/// Files up to this size are read as a whole; larger ones go through the sieve piece by piece.
const WHOLE: u64 = 512 << 20;
/// What a sieve may keep.
const ROOM: usize = 96 << 20;
/// Pieces that go through the sieve.
const PIECE: usize = 1 << 20;

/// Why an input could not be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file cannot be opened or read.
    #[error("cannot read {}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file says it is packed, but cannot be unpacked.
    #[error("cannot unpack {}: {text}", path.display())]
    Packed {
        /// Which file.
        path: PathBuf,
        /// What the decoder said.
        text: String,
    },
}

/// A text to parse, and what was left out of it.
#[derive(Debug)]
pub(crate) struct Text {
    /// The file, and the process within it where a log has several.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// The texts of an input.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) texts: Vec<Text>,
    /// Lines of logs that belong to no dump.
    pub(crate) log_lines: u64,
    /// Lines of dumps that had no room.
    pub(crate) overflow: u64,
}

/// The whole of a file as bytes, unpacked; `-` is standard input.
pub fn read(path: &Path) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    open(path)?
        .0
        .read_to_end(&mut bytes)
        .map_err(|source| failed(path, source))?;
    Ok(bytes)
}

/// The texts of a file: itself if it is a pure dump, else what a sieve finds in it.
pub(crate) fn texts(path: &Path) -> Result<Texts, InputError> {
    let (mut reader, size) = open(path)?;
    let name = path.display().to_string();
    let mut head = Vec::with_capacity(size.unwrap_or(0).min(WHOLE) as usize + 1);
    reader
        .by_ref()
        .take(WHOLE)
        .read_to_end(&mut head)
        .map_err(|source| failed(path, source))?;
    if (head.len() as u64) < WHOLE {
        return Ok(of_bytes(&name, head));
    }
    let mut sieve = Sieve::new(ROOM);
    sieve.push(&head);
    drop(head);
    let mut piece = vec![0; PIECE];
    loop {
        let n = reader
            .read(&mut piece)
            .map_err(|source| failed(path, source))?;
        if n == 0 {
            return Ok(sieved(&name, sieve.finish()));
        }
        sieve.push(&piece[..n]);
    }
}

/// The texts of bytes that are there already.
pub(crate) fn of_bytes(name: &str, bytes: Vec<u8>) -> Texts {
    if needs_sieve(&bytes) {
        let mut sieve = Sieve::new(usize::MAX);
        sieve.push(&bytes);
        return sieved(name, sieve.finish());
    }
    Texts {
        texts: vec![Text {
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
        texts: sieved
            .streams
            .into_iter()
            .map(|stream| Text {
                name: match several && !stream.name.is_empty() {
                    true => format!("{name} ({})", stream.name),
                    false => name.to_owned(),
                },
                bytes: stream.text,
            })
            .collect(),
    }
}

/// Opens a file behind its decoder. The size is that of the file, if it is not packed.
fn open(path: &Path) -> Result<(Box<dyn Read>, Option<u64>), InputError> {
    let mut file: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(|source| failed(path, source))?)
    };
    let mut magic = [0; 4];
    let mut len = 0;
    while len < magic.len() {
        let n = file
            .read(&mut magic[len..])
            .map_err(|source| failed(path, source))?;
        if n == 0 {
            break;
        }
        len += n;
    }
    let all = io::Cursor::new(magic[..len].to_vec()).chain(file);
    if magic.starts_with(&[0x1f, 0x8b]) {
        let decoder = flate2::read::MultiGzDecoder::new(BufReader::new(all));
        return Ok((Box::new(decoder), None));
    }
    if magic == [0x28, 0xb5, 0x2f, 0xfd] {
        let decoder = ruzstd::decoding::StreamingDecoder::new(BufReader::new(all));
        let decoder = decoder.map_err(|error| InputError::Packed {
            path: path.to_owned(),
            text: error.to_string(),
        })?;
        return Ok((Box::new(decoder), None));
    }
    let size = path.metadata().map(|metadata| metadata.len()).ok();
    Ok((Box::new(all), size))
}

fn failed(path: &Path, source: io::Error) -> InputError {
    InputError::Io {
        path: path.to_owned(),
        source,
    }
}
