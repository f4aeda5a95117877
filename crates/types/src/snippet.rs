//! Go snippets as worlds, for tests.

use std::sync::Arc;

use contend_base::{Name, SourceMap};
use rustc_hash::FxHashMap;

use crate::{
    Basic, GoVersion, Info, ObjId, PackageFile, PackageSource, PkgId, Sizes, Type, TypeId, World,
};

/// A world with the packages of a test; the last one is asked about.
pub(crate) struct Snippet {
    pub(crate) world: World,
    pub(crate) files: SourceMap,
    pub(crate) package: PkgId,
}

impl Snippet {
    /// One package `p` with this text behind its package clause.
    pub(crate) fn new(text: &str) -> Self {
        Self::packages(&[("p", text)])
    }

    /// Packages by path, each after those it imports, named by the last part of their paths.
    pub(crate) fn packages(sources: &[(&str, &str)]) -> Self {
        let (world, files) = (World::new(Sizes::default()), SourceMap::default());
        let mut known: FxHashMap<Name, PkgId> = FxHashMap::default();
        let mut package = world.universe().unsafe_package;
        for (path, text) in sources {
            let name = path.rsplit('/').next().unwrap_or(path);
            let text: Arc<[u8]> = format!("package {name}\n{text}").into_bytes().into();
            let file = files.add(format!("/{path}/a.go"), Arc::clone(&text));
            let parsed = Arc::new(contend_syntax::parse(&text));
            assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
            let go_version = GoVersion {
                major: 1,
                minor: 26,
            };
            package = world.add_package(PackageSource {
                path: Name::intern(path),
                name: Name::intern(name),
                files: vec![PackageFile {
                    file,
                    text,
                    parsed,
                    go_version,
                }],
                imports: known.clone(),
            });
            world.check_declarations(package);
            known.insert(Name::intern(path), package);
        }
        Self {
            world,
            files,
            package,
        }
    }

    /// Facts about all declarations, which must be free of errors.
    pub(crate) fn infos(&self) -> Vec<Info> {
        let infos = self.world.check_package(self.package);
        let errors: Vec<_> = infos.iter().flat_map(|info| &info.errors).collect();
        assert!(errors.is_empty(), "{errors:?}");
        infos
    }

    /// A package-level object.
    pub(crate) fn object(&self, name: &str) -> ObjId {
        let scope = self
            .world
            .package(self.package)
            .scope
            .get()
            .expect("declarations are resolved");
        scope.objects[&Name::intern(name)]
    }

    /// The type of a package-level object.
    pub(crate) fn ty(&self, name: &str) -> TypeId {
        self.world.object_type(self.object(name))
    }

    /// The type of a package-level object as text.
    pub(crate) fn text(&self, name: &str) -> String {
        self.world.type_string(self.ty(name))
    }

    /// The type of field `name` of a struct type.
    pub(crate) fn field(&self, ty: TypeId, name: &str) -> TypeId {
        let Type::Struct(fields) = self.world.underlying_type(ty) else {
            return self.world.basic(Basic::Invalid);
        };
        let named = fields.iter().find(|field| field.name.as_str() == name);
        named.map_or(self.world.basic(Basic::Invalid), |field| field.ty)
    }
}
