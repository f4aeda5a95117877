//! Finding fields and methods by name.

use contend_base::Name;
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
        let mut seen: SmallVec<[TypeId; 8]> = SmallVec::new();
        while !current.is_empty() {
            let mut found: Option<Selected> = None;
            let mut next: SmallVec<[Embedded; 1]> = SmallVec::new();
            for entry in &current {
                if let Type::Named { .. } = self.ty(entry.ty) {
                    if seen.iter().any(|&other| self.identical(other, entry.ty)) {
                        continue;
                    }
                    seen.push(entry.ty);
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
        let mut result: SmallVec<[Embedded; 1]> = SmallVec::new();
        for entry in entries {
            match result
                .iter_mut()
                .find(|other| self.identical(other.ty, entry.ty))
            {
                Some(other) => other.multiple = true,
                None => result.push(entry),
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
