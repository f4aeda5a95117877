//! Outlines of well-known packages in the place of those that are not on this machine.

use std::sync::Arc;

use contend_base::{Name, SourceMap};
use contend_project::Project;
use contend_types::{GoVersion, PackageFile, PackageSource, PkgId, World};
use rustc_hash::FxHashMap;

use crate::parse::parse;

/// The outlines that a program needs, by import path as written.
#[derive(Default)]
pub(crate) struct Outlines {
    by_import: FxHashMap<Name, PkgId>,
}

impl Outlines {
    /// Adds an outline for each import that leads nowhere, if there is one. The packages of the
    /// standard library are in `added`.
    pub(crate) fn add(
        project: &Project,
        files: &SourceMap,
        world: &World,
        added: &FxHashMap<contend_project::PackageId, PkgId>,
    ) -> Self {
        let mut missing: Vec<Name> = project
            .packages
            .iter()
            .flat_map(|package| &package.imports)
            .filter(|import| import.package.is_none())
            .map(|import| import.path)
            .collect();
        missing.sort_unstable_by_key(|path| path.as_str());
        missing.dedup();
        let std: FxHashMap<Name, PkgId> = added
            .iter()
            .map(|(id, package)| (project.package(*id).import_path, *package))
            .collect();
        let outline = |path: Name| {
            let outline = contend_project::outline(path.as_str())?;
            let text: Arc<[u8]> = outline.text.into();
            let parsed = Arc::new(parse(&text));
            let name = parsed.tree.package.as_ref()?.name;
            let file = PackageFile {
                file: files.add(outline.file, Arc::clone(&text)),
                text,
                parsed,
                go_version: GoVersion {
                    major: 1,
                    minor: 18,
                },
            };
            let package = world.add_package(PackageSource {
                path,
                name,
                files: vec![file],
                imports: std.clone(),
            });
            Some((path, package))
        };
        Self {
            by_import: missing.into_iter().filter_map(outline).collect(),
        }
    }

    /// Resolves what they declare.
    pub(crate) fn resolve(&self, world: &World) {
        let mut packages: Vec<PkgId> = self.by_import.values().copied().collect();
        packages.sort_unstable();
        for package in packages {
            world.check_declarations(package);
        }
    }

    pub(crate) fn get(&self, import: Name) -> Option<PkgId> {
        self.by_import.get(&import).copied()
    }
}
