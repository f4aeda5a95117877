//! All methods of a type.

use contend_base::Name;
use rustc_hash::FxHashSet;

use crate::lookup::Lookup;
use crate::{Selection, SelectionKind, Type, TypeId, World};

impl World {
    /// The method set of a type, sorted by name: what an interface holding the type offers.
    /// Methods that need an address are in the set of the pointer type only. Names that are not
    /// exported are those of the package that declares the method.
    pub fn method_set(&self, ty: TypeId) -> Vec<(Name, Selection)> {
        let mut names = FxHashSet::default();
        let mut open = vec![self.deref(ty).0];
        let mut seen: FxHashSet<TypeId> = FxHashSet::default();
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            self.for_each_own_method(next, |name, package| {
                names.insert((name, package));
            });
            if let Type::Struct(fields) = self.underlying_type(next) {
                let embedded = fields.iter().filter(|field| field.embedded);
                open.extend(embedded.map(|field| self.deref(field.ty).0));
            }
        }
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_by_cached_key(|(name, package)| {
            (
                name.as_str(),
                package.map(|id| self.package(id).source.path.as_str()),
            )
        });
        let select = |(name, package)| {
            let Lookup::Method(selected) = self.lookup(ty, false, package, name) else {
                return None;
            };
            let method_type = self.selected_type(&selected)?;
            Some((
                name,
                selected.selection(SelectionKind::Method, ty, method_type),
            ))
        };
        names.into_iter().filter_map(select).collect()
    }

    /// Calls `f` with the methods that a type has without its embedded fields.
    fn for_each_own_method(&self, ty: TypeId, mut f: impl FnMut(Name, Option<crate::PkgId>)) {
        if let Type::Named { origin, .. } = self.ty(ty) {
            for &method in self.named(*origin).methods.get().into_iter().flatten() {
                let object = self.object(method);
                f(
                    object.name,
                    object.package.filter(|_| !object.name.is_exported()),
                );
            }
        }
        if self.is_interface(ty) {
            for method in &self.type_set(ty).methods {
                let package = self.object(method.object).package;
                f(method.name, package.filter(|_| !method.name.is_exported()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::TypeId;
    use crate::snippet::Snippet;

    #[test]
    fn pointers_have_all_methods() {
        let snippet = Snippet::packages(&[
            (
                "a",
                "type H struct{}\nfunc (H) hidden() {}\nfunc (*H) Shown() {}",
            ),
            (
                "p",
                "import \"a\"
                type T struct { a.H; error }
                func (T) b() {}
                func (*T) A(int) {}",
            ),
        ]);
        let world = &snippet.world;
        let names = |ty: TypeId| {
            let set = world.method_set(ty);
            set.iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let ty = snippet.ty("T");
        assert_eq!(names(ty), "Error b hidden");
        assert_eq!(names(world.pointer_to(ty)), "A Error Shown b hidden");
        let set = world.method_set(world.pointer_to(ty));
        assert_eq!(world.type_string(set[0].1.ty), "func(int)");
        assert_eq!(&*set[2].1.path, [0, 1]);
    }
}
