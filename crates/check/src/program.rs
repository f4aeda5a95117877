//! From parsed files to a typed program.

use std::sync::Arc;

use contend_base::Name;
use contend_project::{File, GoVersion, Package, PackageId, Project, Variant};
use contend_types::{PackageFile, PackageSource, PkgId, Sizes, World};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::Progress;
use crate::fence::fenced;
use crate::parse::Sources;

/// The types of all packages, declarations only; bodies are typed when they are asked for.
pub struct Program {
    /// Packages, objects and types.
    pub world: World,
    /// The packages to analyse, in order of their `go list` names. Each file is in one of them.
    pub targets: Vec<PkgId>,
    /// What went wrong inside of contend, by package.
    pub(crate) failures: Vec<(Arc<str>, String)>,
}

impl Program {
    /// Adds all packages in import order and resolves their declarations in waves. With
    /// `include_tests`, a package with test files stands for the plain one.
    pub(crate) fn new(
        project: &Project,
        sources: &Sources,
        include_tests: bool,
        progress: &dyn Progress,
    ) -> Self {
        let world = World::new(Sizes::for_arch(&project.context.goarch));
        let mut added: FxHashMap<PackageId, PkgId> = FxHashMap::default();
        for id in project.topological() {
            let package = project.package(id);
            let source = PackageSource {
                path: Name::intern(&package.id),
                name: package.name,
                files: package
                    .files
                    .iter()
                    .map(|file| package_file(file, sources))
                    .collect(),
                imports: imports(package, &added),
            };
            added.insert(id, world.add_package(source));
        }
        progress.begin("resolving types", project.packages.len());
        let mut failures = Vec::new();
        for wave in project.waves() {
            let resolve = |id: &PackageId| {
                let result = fenced(|| world.check_declarations(added[id]));
                progress.step();
                result
                    .err()
                    .map(|panic| (Arc::clone(&project.package(*id).id), panic))
            };
            failures.extend(wave.par_iter().filter_map(resolve).collect::<Vec<_>>());
        }
        let is_wanted = |(id, package): &(PackageId, &Package)| {
            package.is_target && stands_for_itself(project, *id, package, include_tests)
        };
        let targets = project
            .packages()
            .filter(is_wanted)
            .map(|(id, _)| added[&id])
            .collect();
        Self {
            world,
            targets,
            failures,
        }
    }
}

fn package_file(file: &File, sources: &Sources) -> PackageFile {
    let source = sources.get(file);
    PackageFile {
        file: source.id,
        text: Arc::clone(&file.text),
        parsed: Arc::clone(&source.parsed),
        go_version: language(file.go_version),
    }
}

fn language(version: GoVersion) -> contend_types::GoVersion {
    contend_types::GoVersion {
        major: version.major,
        minor: version.minor,
    }
}

/// Imports that lead nowhere, or in a circle, are left out: their names stay unknown.
fn imports(package: &Package, added: &FxHashMap<PackageId, PkgId>) -> FxHashMap<Name, PkgId> {
    let known = |import: &contend_project::Import| {
        let id = added.get(&import.package?)?;
        Some((import.path, *id))
    };
    package.imports.iter().filter_map(known).collect()
}

/// A package with tests comes twice, once with its test files and once without: the one with more
/// files is analysed. Copies for the sake of another package's tests hold nothing new.
fn stands_for_itself(
    project: &Project,
    id: PackageId,
    package: &Package,
    include_tests: bool,
) -> bool {
    let is_own_test = |other: &Package| {
        matches!(other.variant, Variant::ForTest(of) if of == id)
            && other.import_path == package.import_path
    };
    match package.variant {
        Variant::Plain => !include_tests || !project.packages.iter().any(is_own_test),
        Variant::ForTest(of) => {
            include_tests && project.package(of).import_path == package.import_path
        }
        Variant::ExternalTest(_) => include_tests,
    }
}
