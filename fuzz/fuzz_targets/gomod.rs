//! Any bytes as each of the files that the go command reads: the readers end without a panic, and
//! the lines of their complaints are lines of the text.

#![no_main]

use contend_project::{GoMod, GoSum, GoVersion, GoWork, ModulesTxt};

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let _ = GoMod::parse(text);
    let _ = GoWork::parse(text);
    let _ = GoSum::parse(text);
    let _ = ModulesTxt::parse(text);
    if let Ok(text) = std::str::from_utf8(text) {
        let _ = GoVersion::parse(text);
    }
});
