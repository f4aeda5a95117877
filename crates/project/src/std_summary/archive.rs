//! Many files in one run of bytes: path and text of each, with their lengths, then compressed.

use std::io::Read as _;
use std::path::Path;

use thiserror::Error;

use crate::fs::Memory;

const MAGIC: &[u8] = b"contend-std 1\n";

/// Why an archive could not be unpacked.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The compression is broken.
    #[error("cannot decompress the summary of the standard library")]
    Compression(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What was compressed is no list of files.
    #[error("the summary of the standard library is damaged")]
    Format,
}

/// Joins files, given with paths relative to GOROOT. The result is not compressed yet.
pub(crate) fn pack<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for (path, text) in files {
        for part in [path.as_bytes(), text] {
            bytes.extend((part.len() as u32).to_le_bytes());
            bytes.extend(part);
        }
    }
    bytes
}

/// The files of a compressed archive, below `root`.
pub(crate) fn unpack(compressed: &[u8], root: &Path) -> Result<Memory, ArchiveError> {
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(compressed)
        .map_err(|error| ArchiveError::Compression(error.into()))?;
    let mut bytes = Vec::new();
    decoder
        .read_to_end(&mut bytes)
        .map_err(|error| ArchiveError::Compression(error.into()))?;
    let mut rest = bytes.strip_prefix(MAGIC).ok_or(ArchiveError::Format)?;
    let mut files = Memory::default();
    while !rest.is_empty() {
        let path = take_part(&mut rest).ok_or(ArchiveError::Format)?;
        let text = take_part(&mut rest).ok_or(ArchiveError::Format)?;
        let path = std::str::from_utf8(path).map_err(|_| ArchiveError::Format)?;
        files.add(root.join(path), text);
    }
    Ok(files)
}

fn take_part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, after) = rest.split_first_chunk::<4>()?;
    let (part, after) = after.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    *rest = after;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::FileSystem;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    #[test]
    fn what_was_packed_is_unpacked() {
        let packed = pack([("src/a.go", &b"package a"[..]), ("VERSION", b"go1.26")]);
        let compressed = compress_to_vec(&packed[..], CompressionLevel::Fastest);
        let files = unpack(&compressed, Path::new("/r")).expect("valid");
        assert_eq!(
            &*files.read(Path::new("/r/VERSION")).expect("read"),
            b"go1.26"
        );
        let cut = compress_to_vec(&packed[..packed.len() - 1], CompressionLevel::Fastest);
        assert!(matches!(
            unpack(&cut, Path::new("/r")),
            Err(ArchiveError::Format)
        ));
        assert!(matches!(
            unpack(b"junk", Path::new("/r")),
            Err(ArchiveError::Compression(_))
        ));
    }
}
