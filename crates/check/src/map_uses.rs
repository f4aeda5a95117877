//! The maps of a program for those who ask about a crash.

use std::sync::Arc;

use contend_base::SourceMap;
use contend_rules::{FunctionPlace, MapUse, PackageUnit};
use rayon::prelude::*;

use crate::fence::fenced;
use crate::{Loaded, Request, load};

/// All uses of maps of the packages asked for.
pub struct MapUses {
    /// The sources that the uses point into.
    pub files: SourceMap,
    /// In order of package, file and declaration.
    pub uses: Vec<MapUse>,
    /// The functions of these packages.
    pub functions: Vec<FunctionPlace>,
    /// Packages that contend failed on.
    pub failed: usize,
}

/// Reads a program and lists the uses of its maps, in the rayon pool of the caller.
pub fn map_uses(request: &Request) -> MapUses {
    let Loaded { files, program, .. } = load(request);
    let known = Arc::default();
    let of_package = |&package: &_| {
        let bodies = program.bodies(package, |_| ());
        let unit = PackageUnit {
            world: &program.world,
            files: &files,
            package,
            bodies: &bodies.bodies,
            known: &known,
        };
        fenced(|| contend_rules::map_uses(&unit)).ok()
    };
    let parts: Vec<_> = program.targets.par_iter().map(of_package).collect();
    let failed = parts.iter().filter(|part| part.is_none()).count();
    let (mut uses, mut functions, mut aliases) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts.into_iter().flatten() {
        uses.extend(part.uses);
        functions.extend(part.functions);
        aliases.extend(part.aliases);
    }
    MapUses {
        files,
        uses: contend_rules::resolve(uses, &aliases),
        functions,
        failed,
    }
}
