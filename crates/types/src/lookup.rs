//! Finding fields and methods by name.

use contend_base::Name;
use rustc_hash::FxHashSet;
use smallvec::{SmallVec, smallvec};

use crate::{ObjId, ObjectKind, PkgId, Selection, SelectionKind, Type, TypeId, World};

type Path = SmallVec<[u32; 4]>;

/// What a name selects on a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    Field(Selected),
    Method(Selected),
    /// A method with a pointer receiver, on a value that is neither addressable nor a pointer.
    PointerReceiver(Selected),
    /// Several of that name at the shallowest depth.
    Ambiguous,
    None,
}

/// A field or method and the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The field, method or interface method.
    pub object: ObjId,
    /// Field numbers through embedded fields; the last one is the field's number, or the method's
    /// in its declaring type or in the sorted methods of its interface.
    pub path: Path,
    /// A pointer was followed on the way, that of the looked-up type included.
    pub indirect: bool,
    /// The struct, defined type, interface or type parameter where it was found.
    pub holder: TypeId,
    /// The type in this instance. `None` for a method whose declaration is not resolved yet: ask
    /// [`World::selected_type`] again when it is.
    pub ty: Option<TypeId>,
}

impl Lookup {
    /// The field or method, if one may be selected.
    pub fn found(&self) -> Option<&Selected> {
        match self {
            Self::Field(selected) | Self::Method(selected) => Some(selected),
            _ => None,
        }
    }
}

impl Selected {
    /// The selection on a value of type `receiver`.
    pub fn selection(&self, kind: SelectionKind, receiver: TypeId, ty: TypeId) -> Selection {
        Selection {
            kind,
            object: self.object,
            receiver,
            path: self.path.as_slice().into(),
            indirect: self.indirect,
            ty,
        }
    }
}

/// A type whose fields and methods are looked at.
struct Embedded {
    ty: TypeId,
    path: Path,
    indirect: bool,
    /// The type occurs more than once at this depth.
    multiple: bool,
}

/// The defined types that a search met. Types with other ids may be identical only if they are
/// instances for struct or interface literals.
#[derive(Default)]
struct Seen {
    first: SmallVec<[TypeId; 8]>,
    more: FxHashSet<TypeId>,
    loose: SmallVec<[TypeId; 2]>,
}

impl Seen {
    /// Adds a type; false if it was there.
    fn insert(&mut self, world: &World, ty: TypeId) -> bool {
        let is_loose = world.traits(ty).loose;
        if self.first.contains(&ty)
            || self.more.contains(&ty)
            || (is_loose && self.loose.iter().any(|&other| world.identical(other, ty)))
        {
            return false;
        }
        if self.first.len() < 8 {
            self.first.push(ty);
        } else {
            self.more.insert(ty);
        }
        if is_loose {
            self.loose.push(ty);
        }
        true
    }
}

impl World {
    /// Finds the field or method `name` of a type, as seen from package `from`. `addressable`
    /// says that the value is a variable, whose address methods may take.
    pub fn lookup(&self, ty: TypeId, addressable: bool, from: Option<PkgId>, name: Name) -> Lookup {
        // A defined pointer type has the fields of what it points to but not the methods.
        if let Type::Named { .. } = self.ty(ty) {
            let underlying = self.underlying(ty);
            if let Type::Pointer(_) = self.ty(underlying) {
                return match self.lookup_raw(underlying, false, from, name) {
                    Lookup::Method(_) | Lookup::PointerReceiver(_) => Lookup::None,
                    other => other,
                };
            }
        }
        self.lookup_raw(ty, addressable, from, name)
    }

    pub(crate) fn lookup_raw(
        &self,
        ty: TypeId,
        addressable: bool,
        from: Option<PkgId>,
        name: Name,
    ) -> Lookup {
        if name.is_blank() {
            return Lookup::None;
        }
        let (base, is_pointer) = self.deref(ty);
        if is_pointer && self.is_interface(base) {
            return Lookup::None;
        }
        let start = Embedded {
            ty: base,
            path: Path::new(),
            indirect: is_pointer,
            multiple: false,
        };
        let mut current: SmallVec<[Embedded; 1]> = smallvec![start];
        let mut seen = Seen::default();
        while !current.is_empty() {
            let mut found: Option<Selected> = None;
            let mut next: SmallVec<[Embedded; 1]> = SmallVec::new();
            for entry in &current {
                if matches!(self.ty(entry.ty), Type::Named { .. }) && !seen.insert(self, entry.ty) {
                    continue;
                }
                let Some(here) = self.member(entry, from, name) else {
                    if found.is_none() {
                        self.push_embedded(entry, &mut next);
                    }
                    continue;
                };
                if found.is_some() || entry.multiple {
                    return Lookup::Ambiguous;
                }
                found = Some(here);
            }
            if let Some(selected) = found {
                return self.judge(selected, addressable);
            }
            current = self.consolidate(next);
        }
        Lookup::None
    }

    fn judge(&self, selected: Selected, addressable: bool) -> Lookup {
        match self.object(selected.object).kind {
            ObjectKind::Var(_) => Lookup::Field(selected),
            ObjectKind::Func {
                pointer_receiver: true,
                ..
            } if !selected.indirect && !addressable => Lookup::PointerReceiver(selected),
            _ => Lookup::Method(selected),
        }
    }

    /// The method or field of one type, embedded ones aside.
    fn member(&self, entry: &Embedded, from: Option<PkgId>, name: Name) -> Option<Selected> {
        let selected = |object: ObjId, index: usize, ty: Option<TypeId>| {
            let mut path = entry.path.clone();
            path.push(index as u32);
            Selected {
                object,
                path,
                indirect: entry.indirect,
                holder: entry.ty,
                ty,
            }
        };
        if let Type::Named { origin, .. } = self.ty(entry.ty)
            && let Some(methods) = self.named(*origin).methods.get()
        {
            let is_it = |&&method: &&ObjId| self.name(method) == name && self.visible(method, from);
            if let Some(index) = methods.iter().position(|method| is_it(&method)) {
                let method = methods[index];
                return Some(selected(method, index, self.method_type(entry.ty, method)));
            }
        }
        match self.underlying_type(entry.ty) {
            Type::Struct(fields) => {
                let index = fields
                    .iter()
                    .position(|field| field.name == name && self.visible(field.object, from))?;
                Some(selected(
                    fields[index].object,
                    index,
                    Some(fields[index].ty),
                ))
            }
            Type::Interface { .. } => {
                let set = self.type_set(entry.ty);
                let index = set.method(self, from, name)?;
                let method = set.methods[index];
                Some(selected(method.object, index, Some(method.ty)))
            }
            _ => None,
        }
    }

    fn push_embedded(&self, entry: &Embedded, next: &mut SmallVec<[Embedded; 1]>) {
        let Type::Struct(fields) = self.underlying_type(entry.ty) else {
            return;
        };
        for (index, field) in fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.embedded)
        {
            let (ty, is_pointer) = self.deref(field.ty);
            let mut path = entry.path.clone();
            path.push(index as u32);
            let indirect = entry.indirect || is_pointer;
            next.push(Embedded {
                ty,
                path,
                indirect,
                multiple: entry.multiple,
            });
        }
    }

    /// Joins entries of the same type, which are ambiguous if anything is found in them.
    fn consolidate(&self, entries: SmallVec<[Embedded; 1]>) -> SmallVec<[Embedded; 1]> {
        if entries.len() < 2 {
            return entries;
        }
        let mut met = Seen::default();
        let mut result: SmallVec<[Embedded; 1]> = SmallVec::new();
        let mut again: SmallVec<[TypeId; 4]> = SmallVec::new();
        for entry in entries {
            if met.insert(self, entry.ty) {
                result.push(entry);
            } else {
                again.push(entry.ty);
            }
        }
        for ty in again {
            if let Some(entry) = result.iter_mut().find(|it| self.identical(it.ty, ty)) {
                entry.multiple = true;
            }
        }
        result
    }

    /// True if code of package `from` may name the object: it is exported or of that package.
    pub(crate) fn visible(&self, object: ObjId, from: Option<PkgId>) -> bool {
        let object = self.object(object);
        object.package == from || object.name.is_exported()
    }

    /// The type of what was found, once its declaration is resolved.
    pub fn selected_type(&self, selected: &Selected) -> Option<TypeId> {
        selected
            .ty
            .or_else(|| self.method_type(selected.holder, selected.object))
    }

    /// The signature of a method declared on a defined type, in the type's instance.
    pub fn method_type(&self, holder: TypeId, method: ObjId) -> Option<TypeId> {
        let generic = *self.object(method).ty.get()?;
        let (_, args) = self.named_parts(holder)?;
        if args.is_empty() {
            return Some(generic);
        }
        Some(self.subst(generic, self.receiver_params(method), args))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snippet::Snippet;

    fn look(snippet: &Snippet, ty: &str, addressable: bool, name: &str) -> String {
        let world = &snippet.world;
        let ty = snippet.ty(ty);
        let found = world.lookup(ty, addressable, Some(snippet.package), Name::intern(name));
        let text = |kind: &str, selected: &Selected| {
            let ty = world
                .selected_type(selected)
                .expect("declarations are resolved");
            let arrow = if selected.indirect {
                " through a pointer"
            } else {
                ""
            };
            format!(
                "{kind} {:?} {}{arrow}",
                selected.path.as_slice(),
                world.type_string(ty)
            )
        };
        match found {
            Lookup::Field(selected) => text("field", &selected),
            Lookup::Method(selected) => text("method", &selected),
            Lookup::PointerReceiver(_) => "needs a pointer".into(),
            Lookup::Ambiguous => "ambiguous".into(),
            Lookup::None => "none".into(),
        }
    }

    #[test]
    fn the_shallowest_wins() {
        let snippet = Snippet::new(
            "type A struct { x int; y string }
            type B struct { A; *C }
            type C struct { x bool; z float64; D }
            type D struct { y, w int }
            func (A) m() {}
            func (*C) n() int { return 0 }",
        );
        assert_eq!(look(&snippet, "B", false, "A"), "field [0] p.A");
        assert_eq!(look(&snippet, "B", false, "x"), "ambiguous");
        assert_eq!(look(&snippet, "B", false, "y"), "field [0, 1] string");
        assert_eq!(
            look(&snippet, "B", false, "z"),
            "field [1, 1] float64 through a pointer"
        );
        assert_eq!(
            look(&snippet, "B", false, "w"),
            "field [1, 2, 1] int through a pointer"
        );
        assert_eq!(look(&snippet, "B", false, "m"), "method [0, 0] func()");
        assert_eq!(
            look(&snippet, "B", false, "n"),
            "method [1, 0] func() int through a pointer"
        );
        assert_eq!(look(&snippet, "B", false, "_"), "none");
    }

    #[test]
    fn pointer_receivers_need_an_address() {
        let snippet = Snippet::new(
            "type T struct{}
            func (*T) m() {}
            type P *T
            type Q *struct{ f int }
            type I interface { m() }
            var i *I",
        );
        assert_eq!(look(&snippet, "T", false, "m"), "needs a pointer");
        assert_eq!(look(&snippet, "T", true, "m"), "method [0] func()");
        assert_eq!(look(&snippet, "P", true, "m"), "none");
        assert_eq!(
            look(&snippet, "Q", false, "f"),
            "field [0] int through a pointer"
        );
        assert_eq!(look(&snippet, "I", false, "m"), "method [0] func()");
        assert_eq!(look(&snippet, "i", true, "m"), "none");
    }

    #[test]
    fn members_of_instances_have_their_types() {
        let snippet = Snippet::new(
            "type List[T any] struct { head T; next *List[T] }
            func (l *List[E]) Push(e E, more ...E) *List[E] { return l }
            type Names struct { List[string] }
            var n Names
            var l List[map[string]bool]",
        );
        assert_eq!(
            look(&snippet, "l", true, "head"),
            "field [0] map[string]bool"
        );
        assert_eq!(
            look(&snippet, "l", true, "next"),
            "field [1] *p.List[map[string]bool]"
        );
        let push = "method [0, 0] func(string, ...string) *p.List[string]";
        assert_eq!(look(&snippet, "n", true, "Push"), push);
    }

    #[test]
    fn the_same_type_twice_at_one_depth_is_ambiguous() {
        let snippet = Snippet::new(
            "type T struct{ x int }
            type A struct{ T }
            type B struct{ T }
            type C struct{ A; B }
            type R struct{ *R; y int }",
        );
        assert_eq!(look(&snippet, "C", false, "x"), "ambiguous");
        assert_eq!(look(&snippet, "R", false, "y"), "field [1] int");
        assert_eq!(look(&snippet, "R", false, "z"), "none");
    }

    #[test]
    fn names_of_other_packages_are_hidden() {
        let snippet = Snippet::packages(&[
            (
                "a",
                "type T struct { hidden, Seen int }\nfunc (T) secret() {}",
            ),
            ("b", "import \"a\"\ntype U struct { a.T; hidden string }"),
        ]);
        assert_eq!(look(&snippet, "U", false, "Seen"), "field [0, 1] int");
        assert_eq!(look(&snippet, "U", false, "hidden"), "field [1] string");
        assert_eq!(look(&snippet, "U", false, "secret"), "none");
    }

    #[test]
    fn type_parameters_have_the_methods_of_their_constraint() {
        let snippet = Snippet::new(
            "type S interface { ~struct{ f int }; String() string }
            type G[P S] struct { p P }",
        );
        let world = &snippet.world;
        let param = snippet.field(snippet.ty("G"), "p");
        let look =
            |name: &str| world.lookup(param, true, Some(snippet.package), Name::intern(name));
        assert!(matches!(look("String"), Lookup::Method(_)));
        assert_eq!(look("f"), Lookup::None);
    }
}
