//! The things of a program that goroutines share, for those who ask about a crash.

use std::sync::Arc;

use contend_base::SourceMap;
use contend_rules::{CallSite, FunctionPlace, PackageUnit, PackageUses, Promises, Thing, Use};
use contend_types::{ObjId, ObjectKind, PkgId, World};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::fence::fenced;
use crate::{Loaded, Program, Request, load};

/// All uses of things of some kinds, in the packages asked for and in some others.
pub struct Uses {
    /// The sources that the uses point into.
    pub files: SourceMap,
    /// In order of package, file and declaration.
    pub uses: Vec<Use>,
    /// The functions of these packages.
    pub functions: Vec<FunctionPlace>,
    /// Who calls whom.
    pub calls: Vec<CallSite>,
    /// Packages that contend failed on.
    pub failed: usize,
    program: Program,
    own: FxHashSet<PkgId>,
}

impl Uses {
    /// True for functions of the packages that the user asked for.
    pub fn is_own(&self, function: ObjId) -> bool {
        let package = self.program.world.object(function).package;
        package.is_some_and(|it| self.own.contains(&it))
    }

    /// The name of a field or variable.
    pub fn name_of(&self, object: ObjId) -> String {
        self.program.world.name(object).to_string()
    }

    /// The methods of interfaces of the same package with the name of a method: it may be called
    /// through one of them.
    pub fn interface_methods(&self, method: ObjId) -> Vec<ObjId> {
        let world = &self.program.world;
        let object = world.object(method);
        if !matches!(
            object.kind,
            ObjectKind::Func {
                is_method: true,
                ..
            }
        ) {
            return Vec::new();
        }
        let called: FxHashSet<ObjId> = self.calls.iter().map(|it| it.to).collect();
        let mut found: Vec<ObjId> = called
            .into_iter()
            .filter(|it| {
                let other = world.object(*it);
                other.kind == ObjectKind::InterfaceMethod
                    && other.name == object.name
                    && other.package == object.package
            })
            .collect();
        found.sort_unstable();
        found
    }
}

/// Reads a program and lists the uses of its things, in the rayon pool of the caller. `others` are
/// packages of dependencies, by path; those that the program does not use are left out.
pub fn uses(request: &Request, things: &[Thing], others: &[String]) -> Uses {
    let Loaded { files, program, .. } = load(request);
    let (known, promises) = (Arc::default(), Promises::default());
    let of_package = |&package: &_| {
        let bodies = program.bodies(package, |_| ());
        let unit = PackageUnit {
            world: &program.world,
            files: &files,
            package,
            bodies: &bodies.bodies,
            guests: &[],
            known: &known,
            promises: &promises,
        };
        fenced(|| contend_rules::uses(&unit, things)).ok()
    };
    let own: FxHashSet<PkgId> = program.targets.iter().copied().collect();
    let mut packages = program.targets.clone();
    packages.extend(named(&program.world, others).filter(|it| !own.contains(it)));
    let parts: Vec<Option<PackageUses>> = packages.par_iter().map(of_package).collect();
    let failed = parts.iter().filter(|part| part.is_none()).count();
    let mut all = PackageUses::default();
    for part in parts.into_iter().flatten() {
        all.uses.extend(part.uses);
        all.functions.extend(part.functions);
        all.aliases.extend(part.aliases);
        all.calls.extend(part.calls);
    }
    Uses {
        files,
        uses: contend_rules::resolve(all.uses, &all.aliases),
        functions: all.functions,
        calls: all.calls,
        failed,
        program,
        own,
    }
}

/// The packages with these paths.
fn named<'w>(world: &'w World, paths: &'w [String]) -> impl Iterator<Item = PkgId> + 'w {
    let all = (0..world.package_count()).map(PkgId::new);
    all.filter(|it| {
        let path = world.package(*it).source.path.as_str();
        paths.iter().any(|wanted| wanted == path)
    })
}
