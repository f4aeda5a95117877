//! From declarations to bodies: typing and lowering the functions of the packages to analyse.

use contend_base::Location;
use contend_ir::Body;
use contend_syntax::ast::DeclId;
use contend_types::{Info, PkgId};
use rayon::prelude::*;

use crate::Program;
use crate::fence::fenced;

/// What came of the declarations of a package.
pub struct Bodies<T> {
    /// In order of file and declaration.
    pub bodies: Vec<Body>,
    /// What `visit` said of each declaration, in the same order.
    pub visited: Vec<T>,
    /// Declarations that contend failed on, and how.
    pub failures: Vec<(Location, String)>,
    /// How many names and expressions could not be resolved.
    pub type_errors: usize,
}

impl Program {
    /// Types and lowers the declarations of a package in parallel. The facts about a declaration
    /// are shown to `visit` and dropped once its body is there.
    pub fn bodies<T: Send>(&self, package: PkgId, visit: impl Fn(&Info) -> T + Sync) -> Bodies<T> {
        let n_files = self.world.package(package).source.files.len() as u32;
        let files = (0..n_files)
            .into_par_iter()
            .map(|file| self.file(package, file, &visit));
        let mut all = Bodies::default();
        for file in files.collect::<Vec<_>>() {
            all.bodies.extend(file.bodies);
            all.visited.extend(file.visited);
            all.failures.extend(file.failures);
            all.type_errors += file.type_errors;
        }
        all
    }

    fn file<T>(&self, package: PkgId, index: u32, visit: &impl Fn(&Info) -> T) -> Bodies<T> {
        let file = &self.world.package(package).source.files[index as usize];
        let tree = &file.parsed.tree;
        let mut done = Bodies::default();
        for &decl in &tree.top_level {
            match fenced(|| self.declaration(package, index, decl, visit)) {
                Ok((body, visited, errors)) => {
                    done.bodies.extend(body);
                    done.visited.push(visited);
                    done.type_errors += errors;
                }
                Err(panic) => {
                    let location = Location::new(file.file, tree.decl(decl).span);
                    done.failures.push((location, panic));
                }
            }
        }
        done
    }

    fn declaration<T>(
        &self,
        package: PkgId,
        index: u32,
        decl: DeclId,
        visit: &impl Fn(&Info) -> T,
    ) -> (Option<Body>, T, usize) {
        let info = self.world.check_decl(package, index, decl);
        let tree = &self.world.package(package).source.files[index as usize]
            .parsed
            .tree;
        let mut body = contend_ir::lower(&self.world, tree, &info);
        if self.world.has_originals()
            && let Some(body) = &mut body
        {
            body.replace_objects(|object| self.world.original(object));
        }
        (body, visit(&info), info.errors.len())
    }
}

impl<T> Default for Bodies<T> {
    fn default() -> Self {
        Self {
            bodies: Vec::new(),
            visited: Vec::new(),
            failures: Vec::new(),
            type_errors: 0,
        }
    }
}
