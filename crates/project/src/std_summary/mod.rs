//! The standard library for machines without Go: its declarations as reduced source, compressed
//! into the program.
//!
//! The archive is a list of files under a virtual GOROOT, so that a load reads it like any other
//! tree. `cargo xtask std-summary` makes it from an installed Go; see [`build`].

mod archive;
mod build;
mod reduce;

use std::path::PathBuf;

pub use archive::ArchiveError;
pub use build::{Built, build};

use crate::fs::Memory;

/// Where the files of the summary seem to be.
pub const VIRTUAL_GOROOT: &str = "$GOROOT";

static COMPRESSED: &[u8] = include_bytes!("../../std/summary.bin.zst");

/// The platforms whose files are in the summary. On others the library is that of the first.
pub(crate) const PLATFORMS: [(&str, &str); 6] = [
    ("linux", "amd64"),
    ("linux", "arm64"),
    ("darwin", "amd64"),
    ("darwin", "arm64"),
    ("windows", "amd64"),
    ("windows", "arm64"),
];

/// The embedded files, unpacked; about 30 ms of work.
pub(crate) fn open() -> Result<Memory, ArchiveError> {
    archive::unpack(COMPRESSED, &PathBuf::from(VIRTUAL_GOROOT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::FileSystem;

    #[test]
    fn the_embedded_library_has_its_core() {
        let files = open().expect("the committed archive is valid");
        let root = PathBuf::from(VIRTUAL_GOROOT);
        for path in [
            "VERSION",
            "src/sync/mutex.go",
            "src/fmt/print.go",
            "src/unsafe/unsafe.go",
        ] {
            assert!(files.is_file(&root.join(path)), "{path}");
        }
        let mutex = files.read(&root.join("src/sync/mutex.go")).expect("read");
        assert!(memchr::memmem::find(&mutex, b"func (m *Mutex) Lock() {").is_some());
        let print = files.read(&root.join("src/fmt/print.go")).expect("read");
        assert!(
            memchr::memmem::find(&print, b"func Println(a ...any) (n int, err error)\n").is_some()
        );
    }
}
