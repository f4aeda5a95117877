//! The store that all threads share: types, objects and packages, added and never removed.

use contend_base::Name;

use crate::{Named, NamedId, ObjId, Object, Package, PkgId, Type, TypeId, TypeParam, TypeParamId};

/// All packages, objects and types of a run.
///
/// Everything may be read from any thread at any time. Ids depend on the order in which threads
/// worked; sort by name or location before output.
#[derive(Default)]
pub struct World {
    pub(crate) types: boxcar::Vec<Type>,
    pub(crate) named: boxcar::Vec<Named>,
    pub(crate) type_params: boxcar::Vec<TypeParam>,
    pub(crate) objects: boxcar::Vec<Object>,
    pub(crate) packages: boxcar::Vec<Package>,
}

impl World {
    pub fn ty(&self, id: TypeId) -> &Type {
        &self.types[id.index()]
    }

    pub fn named(&self, id: NamedId) -> &Named {
        &self.named[id.index()]
    }

    pub fn type_param(&self, id: TypeParamId) -> &TypeParam {
        &self.type_params[id.index()]
    }

    pub fn object(&self, id: ObjId) -> &Object {
        &self.objects[id.index()]
    }

    pub fn package(&self, id: PkgId) -> &Package {
        &self.packages[id.index()]
    }

    /// The name of an object.
    pub fn name(&self, id: ObjId) -> Name {
        self.object(id).name
    }
}
