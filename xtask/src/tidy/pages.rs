//! The generated documentation equals what the binary writes now.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Generated files by their path below docs.
pub(crate) type Pages = BTreeMap<PathBuf, Vec<u8>>;

/// Compares `docs` with the generated pages: each must be there byte for byte, and a folder that
/// holds generated pages holds nothing else.
pub(super) fn check(docs: &Path, pages: &Pages) -> anyhow::Result<Vec<String>> {
    let mut breaches = Vec::new();
    for (name, page) in pages {
        let shown = name.display();
        match fs::read(docs.join(name)) {
            Ok(bytes) if bytes == *page => {}
            Ok(_) => breaches.push(format!("docs/{shown}: out of step; run `cargo xtask docs`")),
            Err(_) => breaches.push(format!("docs/{shown}: missing; run `cargo xtask docs`")),
        }
    }
    for name in left_over(docs, pages)? {
        let shown = name.display();
        breaches.push(format!(
            "docs/{shown}: no longer generated; run `cargo xtask docs`"
        ));
    }
    Ok(breaches)
}

/// Files beside generated pages that nothing generates any more. The top folder is shared with
/// pages written by hand.
pub(crate) fn left_over(docs: &Path, pages: &Pages) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders: Vec<&Path> = pages.keys().filter_map(|name| name.parent()).collect();
    folders.retain(|folder| !folder.as_os_str().is_empty());
    folders.dedup();
    let mut found = Vec::new();
    for folder in folders {
        let dir = docs.join(folder);
        if !dir.exists() {
            continue;
        }
        for entry in fs::read_dir(&dir).with_context(|| format!("reading {}", dir.display()))? {
            let name = folder.join(entry?.file_name());
            if !pages.contains_key(&name) && docs.join(&name).is_file() {
                found.push(name);
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_missing_or_left_over_page_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let docs = dir.path();
        fs::create_dir(docs.join("rules")).unwrap();
        fs::write(docs.join("by-hand.md"), "kept").unwrap();
        fs::write(docs.join("rules/a.md"), "a").unwrap();
        let page = |name: &str, text: &str| (PathBuf::from(name), text.as_bytes().to_vec());
        assert!(
            check(docs, &Pages::from([page("rules/a.md", "a")]))
                .unwrap()
                .is_empty()
        );

        let pages = Pages::from([page("rules/a.md", "new"), page("cli.md", "x")]);
        fs::write(docs.join("rules/old.md"), "old").unwrap();
        let found = check(docs, &pages).unwrap();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("cli.md: missing"));
        assert!(found[1].contains("rules/a.md: out of step"));
        assert!(found[2].contains("rules/old.md: no longer generated"));
    }
}
