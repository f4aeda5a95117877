//! The wrapping of a profile.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::problem::{Problem, Problems};

/// The largest profile that is read, in bytes, unpacked. A packed file can ask for a thousand times
/// its size.
const MAX_UNPACKED: u64 = 1 << 30;

/// True if `bytes` start as a gzip file does.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// What `bytes` hold unpacked: everything up to the first damage.
pub(crate) fn unpack(bytes: &[u8], problems: &mut Problems) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let mut decoder = MultiGzDecoder::new(bytes).take(MAX_UNPACKED + 1);
    // What was read before an error stays in the buffer.
    if decoder.read_to_end(&mut unpacked).is_err() {
        problems.add(Problem::Gzip);
    }
    if unpacked.len() as u64 > MAX_UNPACKED {
        unpacked.truncate(MAX_UNPACKED as usize);
        problems.add(Problem::TooLarge);
    }
    unpacked
}

/// `bytes` as a gzip file, without name and time, so that equal input gives equal output.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("writing into a vector does not fail")
}
