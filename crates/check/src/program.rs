//! From parsed files to a typed program.

use std::sync::Arc;

use contend_base::{Location, Name, SourceMap};
use contend_project::{File, GoVersion, Package, PackageId, Project, Variant};
use contend_types::{ObjId, PackageFile, PackageSource, PkgId, Sizes, World};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Progress;
use crate::fence::fenced;
use crate::outlines::Outlines;
use crate::parse::Sources;
use crate::schedule::{Scheduled, schedule};

/// The types of all packages, declarations only; bodies are typed when they are asked for.
pub struct Program {
    /// Packages, objects and types.
    pub world: World,
    /// The packages to analyse, in order of their `go list` names. Each file is in one of them.
    pub targets: Vec<PkgId>,
    /// The same packages, each behind those of earlier waves that it imports.
    pub(crate) schedule: Vec<Scheduled>,
    /// What went wrong inside of contend, by package.
    pub(crate) failures: Vec<(Arc<str>, String)>,
}

impl Program {
    /// Adds all packages in import order and resolves their declarations in waves. With
    /// `include_tests`, a package with test files stands for the plain one.
    pub(crate) fn new(
        project: &Project,
        sources: &Sources,
        files: &SourceMap,
        include_tests: bool,
        progress: &dyn Progress,
    ) -> Self {
        let world = World::new(Sizes::for_arch(&project.context.goarch));
        let mut added: FxHashMap<PackageId, PkgId> = FxHashMap::default();
        // Outlines import packages of the standard library and are imported by all others.
        let (std, others): (Vec<PackageId>, Vec<PackageId>) = project
            .topological()
            .into_iter()
            .partition(|&id| project.package(id).is_std);
        let mut outlines = Outlines::default();
        for (at, id) in std.iter().chain(&others).copied().enumerate() {
            if at == std.len() {
                outlines = Outlines::add(project, files, &world, &added);
            }
            let package = project.package(id);
            let source = PackageSource {
                path: Name::intern(&package.id),
                name: package.name,
                files: package
                    .files
                    .iter()
                    .map(|file| package_file(file, sources))
                    .collect(),
                imports: imports(package, &added, &outlines),
            };
            added.insert(id, world.add_package(source));
        }
        progress.begin("resolving types", project.packages.len());
        let mut failures = Vec::new();
        let (std, others) = waves_of_all(project);
        for (at, wave) in std.iter().chain(&others).enumerate() {
            if at == std.len() {
                outlines.resolve(&world);
            }
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
        let wanted: Vec<PackageId> = project
            .packages()
            .filter(is_wanted)
            .map(|(id, _)| id)
            .collect();
        world.set_originals(originals(project, &world, &added));
        Self {
            world,
            targets: wanted.iter().map(|id| added[id]).collect(),
            schedule: schedule(project, &wanted, &added),
            failures,
        }
    }
}

/// The waves of the standard library, then those of all other packages.
fn waves_of_all(project: &Project) -> (Vec<Vec<PackageId>>, Vec<Vec<PackageId>>) {
    let of = |is_std: bool| {
        let waves = project.waves().into_iter().map(|wave| {
            let wave = wave.into_iter();
            wave.filter(|&id| project.package(id).is_std == is_std)
                .collect::<Vec<_>>()
        });
        waves.filter(|wave| !wave.is_empty()).collect()
    };
    (of(true), of(false))
}

/// For the objects of packages that were typed again for a test: the object of the same declaration in
/// the package as everybody imports it.
fn originals(
    project: &Project,
    world: &World,
    added: &FxHashMap<PackageId, PkgId>,
) -> FxHashMap<ObjId, ObjId> {
    let is_again = |id: &PackageId| matches!(project.package(*id).variant, Variant::ForTest(_));
    let again: FxHashSet<PkgId> = added
        .iter()
        .filter(|(id, _)| is_again(id))
        .map(|(_, package)| *package)
        .collect();
    if again.is_empty() {
        return FxHashMap::default();
    }
    let objects = || {
        (0..world.object_count())
            .map(ObjId::new)
            .filter_map(|id| Some((id, world.object(id).package?, world.object(id).location?)))
    };
    let wanted: FxHashSet<Location> = objects()
        .filter(|(_, package, _)| again.contains(package))
        .map(|(.., location)| location)
        .collect();
    let plain: FxHashMap<Location, ObjId> = objects()
        .filter(|(_, package, location)| !again.contains(package) && wanted.contains(location))
        .map(|(id, _, location)| (location, id))
        .collect();
    objects()
        .filter(|(_, package, _)| again.contains(package))
        .filter_map(|(id, _, location)| Some((id, *plain.get(&location)?)))
        .collect()
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

/// Imports that lead nowhere, or in a circle, and of which there is no outline, are left out: their
/// names stay unknown.
fn imports(
    package: &Package,
    added: &FxHashMap<PackageId, PkgId>,
    outlines: &Outlines,
) -> FxHashMap<Name, PkgId> {
    let known = |import: &contend_project::Import| {
        let id = match import.package {
            Some(package) => *added.get(&package)?,
            None => outlines.get(import.path)?,
        };
        Some((import.path, id))
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
