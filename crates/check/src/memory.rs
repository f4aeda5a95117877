//! Telling in time that the memory may not suffice: a process that is killed tells nothing.

use std::collections::BTreeMap;

use contend_project::Project;

use crate::Request;

/// How many bytes an analysis takes for each byte of source, dependencies included. Measured at 6
/// for 160 MB of source and at 9 to 14 for 30 MB; only large programs come near a limit.
const BYTES_PER_BYTE: u64 = 8;

/// Warns before the expensive part if the limit is likely too low.
pub(crate) fn warn(project: &Project, request: &Request) {
    let Some(limit) = request.memory_limit else {
        return;
    };
    // Variants of a package for its tests share their files.
    let files = project.packages.iter().flat_map(|package| &package.files);
    let sizes: BTreeMap<&str, usize> = files.map(|file| (&*file.path, file.text.len())).collect();
    let expected = sizes.values().map(|&size| size as u64).sum::<u64>() * BYTES_PER_BYTE;
    if limit < expected {
        let megabytes = |bytes: u64| bytes / 1_000_000;
        request.progress.warn(&format!(
            "this may take {} MB of memory, and the limit is {} MB",
            megabytes(expected),
            megabytes(limit)
        ));
    }
}
