//! Makes the summary from an installed Go.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use contend_base::Name;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::reduce::{Reduction, Unit};
use super::{PLATFORMS, archive};
use crate::config::Config;
use crate::fs::FileSystem;
use crate::load::load;
use crate::model::Project;

/// A summary, and how it came out.
#[derive(Debug)]
pub struct Built {
    /// The content of `std/summary.bin.zst`.
    pub compressed: Vec<u8>,
    /// How many bytes that is before compression.
    pub bytes: usize,
    /// How many packages it holds.
    pub packages: usize,
    /// How many files.
    pub files: usize,
    /// How many bytes those files had before.
    pub original_bytes: usize,
}

/// Packages whose functions call back, synchronise or are short cuts to those: analyses look into
/// their bodies.
const WITH_BODIES: [&str; 14] = [
    "cmp",
    "container/heap",
    "container/list",
    "container/ring",
    "context",
    "errors",
    "internal/sync",
    "iter",
    "maps",
    "slices",
    "sort",
    "sync",
    "sync/atomic",
    "internal/race",
];

/// Files that are read as text by the loader itself.
const VERBATIM: [&str; 2] = ["VERSION", "src/internal/buildcfg/exp.go"];

/// Reads the library below `goroot` and reduces it for all platforms of the summary.
pub fn build(fs: &dyn FileSystem, goroot: &Path) -> std::io::Result<Built> {
    let mut packages: BTreeMap<String, Package> = BTreeMap::new();
    for (goos, goarch) in PLATFORMS {
        for cgo in [true, false] {
            let mut config = Config::new(goroot.join("doc"));
            (config.goos, config.goarch) = (goos.to_owned(), goarch.to_owned());
            config.cgo = cgo;
            config.goroot = Some(goroot.to_path_buf());
            collect(
                &load(fs, &config, &["std".to_owned()]),
                goroot,
                &mut packages,
            );
        }
    }
    let original_bytes = packages
        .values()
        .flat_map(|it| it.files.values())
        .map(|it| it.len())
        .sum();
    let names: BTreeMap<String, Name> = packages
        .iter()
        .map(|(path, package)| (path.clone(), package.name))
        .collect();
    let mut reduced: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
    for (path, package) in packages {
        let keep_bodies = WITH_BODIES.contains(&&*path);
        reduced.insert(path, package.reduce(keep_bodies, &names));
    }
    let reached = reachable(&reduced);
    reduced.retain(|path, _| reached.contains(path));

    let mut files: BTreeMap<String, Vec<u8>> = reduced
        .values()
        .flatten()
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect();
    for path in VERBATIM {
        files.insert(path.to_owned(), fs.read(&goroot.join(path))?.to_vec());
    }
    let parts = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_slice()));
    let archive = archive::pack(parts);
    Ok(Built {
        compressed: compress_to_vec(&archive[..], CompressionLevel::Fastest),
        bytes: archive.len(),
        packages: reduced.len(),
        files: files.len(),
        original_bytes,
    })
}

/// A package with its files for all platforms, by path below GOROOT.
struct Package {
    name: Name,
    files: BTreeMap<String, Arc<[u8]>>,
}

fn collect(project: &Project, goroot: &Path, packages: &mut BTreeMap<String, Package>) {
    for package in project.packages.iter().filter(|package| package.is_std) {
        let entry = packages.entry(package.id.to_string());
        let known = entry.or_insert_with(|| Package {
            name: package.name,
            files: BTreeMap::new(),
        });
        for file in &package.files {
            let path = Path::new(&*file.path).strip_prefix(goroot);
            let path = path
                .unwrap_or(Path::new(&*file.path))
                .to_string_lossy()
                .replace('\\', "/");
            known.files.insert(path, file.text.clone());
        }
    }
}

impl Package {
    fn reduce(self, keep_bodies: bool, names: &BTreeMap<String, Name>) -> Vec<(String, Vec<u8>)> {
        let files: Vec<(String, Reduction)> = self
            .files
            .into_iter()
            .map(|(path, text)| (path, Reduction::new(&text, keep_bodies)))
            .collect();
        let kept = kept_names(&files, keep_bodies);
        let stays = |unit: &Unit| {
            keep_bodies
                || match unit.receiver {
                    Some(receiver) => kept.contains(&receiver),
                    None => unit.names.iter().any(|name| kept.contains(name)),
                }
        };
        let package_name = |path: &str| {
            // Imports inside the library may mean its own vendored packages.
            names
                .get(path)
                .or_else(|| names.get(&format!("vendor/{path}")))
                .copied()
        };
        let reduced = files
            .into_iter()
            .map(|(path, file)| (path, file.finish(stays, package_name)));
        reduced.filter(|(_, text)| !text.is_empty()).collect()
    }
}

/// The names of declarations that importers can see, and of all that those mention.
fn kept_names(files: &[(String, Reduction)], keep_all: bool) -> BTreeSet<Name> {
    let mut by_name: BTreeMap<Name, Vec<&Unit>> = BTreeMap::new();
    let mut todo: Vec<Name> = Vec::new();
    for unit in files.iter().flat_map(|(_, file)| file.units()) {
        if let Some(receiver) = unit.receiver {
            // A method is kept with its type, so what it mentions is reached from there.
            by_name.entry(receiver).or_default().push(unit);
            continue;
        }
        for &name in &unit.names {
            by_name.entry(name).or_default().push(unit);
        }
        if keep_all || unit.is_exported() {
            todo.extend(&unit.names);
        }
    }
    let mut kept = BTreeSet::new();
    while let Some(name) = todo.pop() {
        if kept.insert(name) {
            for unit in by_name.get(&name).into_iter().flatten() {
                todo.extend(
                    unit.mentions
                        .iter()
                        .filter(|name| by_name.contains_key(name)),
                );
            }
        }
    }
    kept
}

/// The packages that anybody outside can import, and what those still import.
fn reachable(packages: &BTreeMap<String, Vec<(String, Vec<u8>)>>) -> BTreeSet<String> {
    let is_public = |path: &&String| {
        !path.split('/').any(|element| element == "internal") && !path.starts_with("vendor/")
    };
    let mut todo: Vec<String> = packages.keys().filter(is_public).cloned().collect();
    let mut reached = BTreeSet::new();
    while let Some(path) = todo.pop() {
        let Some(files) = packages.get(&path) else {
            continue;
        };
        if !reached.insert(path) {
            continue;
        }
        for (_, text) in files {
            for import in contend_syntax::parse_header(text).imports {
                let path = import.path.as_str();
                let vendored = format!("vendor/{path}");
                let known = if packages.contains_key(&vendored) {
                    vendored
                } else {
                    path.to_owned()
                };
                todo.push(known);
            }
        }
    }
    reached
}
