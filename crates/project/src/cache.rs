//! Where the module cache keeps things.

use std::path::{Path, PathBuf};

use crate::mvs::ModuleVersion;

/// The directory of a module's files.
pub(crate) fn module_dir(mod_cache: &Path, module: &ModuleVersion) -> PathBuf {
    mod_cache.join(format!(
        "{}@{}",
        escape(&module.path),
        escape(&module.version)
    ))
}

/// A file that was downloaded for a module version: `mod`, `zip`, `ziphash`, `info`.
pub(crate) fn download(mod_cache: &Path, module: &ModuleVersion, extension: &str) -> PathBuf {
    let name = format!("{}.{extension}", escape(&module.version));
    download_dir(mod_cache, &module.path).join(name)
}

/// Where the files are that were downloaded for the versions of a module.
pub(crate) fn download_dir(mod_cache: &Path, path: &str) -> PathBuf {
    let dir = mod_cache.join("cache/download").join(escape(path));
    dir.join("@v")
}

/// Capital letters become `!` and the small letter, for file systems that cannot tell them apart.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
    }
    escaped
}

/// Undoes [`escape`].
pub(crate) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '!' => plain.extend(chars.next().map(|c| c.to_ascii_uppercase())),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_escaped() {
        let module = ModuleVersion::new("github.com/Azure/go-X", "v1.0.0-RC1");
        assert_eq!(
            module_dir(Path::new("/c"), &module),
            Path::new("/c/github.com/!azure/go-!x@v1.0.0-!r!c1")
        );
        assert_eq!(unescape(&escape("v1.0.0-RC1")), "v1.0.0-RC1");
        assert_eq!(
            download(Path::new("/c"), &module, "mod"),
            Path::new("/c/cache/download/github.com/!azure/go-!x/@v/v1.0.0-!r!c1.mod")
        );
    }
}
