//! Go source to bodies, without files on disk.

use std::sync::Arc;

use contend_base::{Name, SourceMap};
use contend_ir::{Body, dump, lower};
use contend_types::{GoVersion, PackageFile, PackageSource, PkgId, Sizes, World};
use rustc_hash::FxHashMap;

const LIBRARY: [(&str, &str); 2] = [
    ("os", include_str!("library/os.go")),
    ("sync", include_str!("library/sync.go")),
];

/// A package with its bodies.
pub(crate) struct Program {
    pub(crate) world: World,
    pub(crate) bodies: Vec<Body>,
}

impl Program {
    /// The package `a` of these files.
    pub(crate) fn new(files: &[&str]) -> Self {
        let (world, map) = (World::new(Sizes::for_arch("amd64")), SourceMap::default());
        let mut imports = FxHashMap::default();
        for (path, text) in LIBRARY {
            let package = add(&world, &map, path, &[text], FxHashMap::default());
            imports.insert(Name::intern(path), package);
        }
        let package = add(&world, &map, "a", files, imports);
        let bodies = world
            .check_package(package)
            .iter()
            .filter_map(|info| {
                let file = &world.package(package).source.files[info.file_index as usize];
                lower(&world, &file.parsed.tree, info)
            })
            .collect();
        Self { world, bodies }
    }

    pub(crate) fn dump(&self) -> String {
        self.bodies
            .iter()
            .map(|body| dump(&self.world, body))
            .collect()
    }
}

fn add(
    world: &World,
    map: &SourceMap,
    path: &str,
    files: &[&str],
    imports: FxHashMap<Name, PkgId>,
) -> PkgId {
    let file = |(nth, text): (usize, &&str)| {
        let parsed = Arc::new(contend_syntax::parse(text.as_bytes()));
        let text: Arc<[u8]> = text.as_bytes().into();
        PackageFile {
            file: map.add(format!("{path}/{nth}.go"), Arc::clone(&text)),
            text,
            parsed,
            go_version: GoVersion {
                major: 1,
                minor: 26,
            },
        }
    };
    let files = files.iter().enumerate().map(file).collect();
    let name = Name::intern(path);
    let package = world.add_package(PackageSource {
        path: name,
        name,
        files,
        imports,
    });
    world.check_declarations(package);
    package
}
