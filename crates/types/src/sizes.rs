//! How large values are: the layout rules of the gc compiler.

use crate::{Basic, StructField, Type, TypeId, World};

/// Word size and largest alignment of an architecture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sizes {
    /// Bytes of a pointer, an `int` and a `uint`.
    pub word: i64,
    /// The largest alignment of any type.
    pub max_align: i64,
}

impl Sizes {
    /// The sizes of a `GOARCH`; unknown ones count as 64-bit.
    pub fn for_arch(goarch: &str) -> Self {
        let (word, max_align) = match goarch {
            "386" | "arm" | "mips" | "mipsle" => (4, 4),
            "amd64p32" => (4, 8),
            _ => (8, 8),
        };
        Self { word, max_align }
    }

    /// Bytes of a value of a basic kind; untyped kinds count as their default kind.
    pub fn basic(&self, basic: Basic) -> i64 {
        match basic.default_kind() {
            Basic::Bool | Basic::Int8 | Basic::Uint8 => 1,
            Basic::Int16 | Basic::Uint16 => 2,
            Basic::Int32 | Basic::Uint32 | Basic::Float32 => 4,
            Basic::Int64 | Basic::Uint64 | Basic::Float64 | Basic::Complex64 => 8,
            Basic::Complex128 => 16,
            Basic::String => 2 * self.word,
            _ => self.word,
        }
    }
}

impl Default for Sizes {
    /// Those of 64-bit machines.
    fn default() -> Self {
        Self::for_arch("amd64")
    }
}

impl World {
    /// Bytes of a value of a type; `None` for types that depend on type parameters, that are
    /// invalid, or that are too large for an address space.
    pub fn size_of(&self, ty: TypeId) -> Option<i64> {
        let word = self.sizes().word;
        match self.ty(self.underlying(ty)) {
            Type::Basic(Basic::Invalid) => None,
            Type::Basic(basic) => Some(self.sizes().basic(*basic)),
            Type::Array { len, element } => {
                let len = (0 <= *len).then_some(*len)?;
                if len == 0 {
                    return Some(0);
                }
                self.size_of(*element)?.checked_mul(len)
            }
            Type::Slice(_) => Some(3 * word),
            Type::Struct(fields) => self.struct_layout(fields, None),
            Type::Interface { .. } if !self.is_type_param(ty) => Some(2 * word),
            Type::Interface { .. } | Type::Tuple(_) | Type::Union(_) => None,
            Type::Pointer(_) | Type::Map { .. } | Type::Chan { .. } | Type::Signature(_) => {
                Some(word)
            }
            Type::Named { .. } | Type::TypeParam(_) => None,
        }
    }

    /// The alignment of a type in bytes; `None` where [`World::size_of`] has no answer either.
    pub fn align_of(&self, ty: TypeId) -> Option<i64> {
        match self.ty(self.underlying(ty)) {
            Type::Array { element, .. } => self.align_of(*element),
            Type::Struct(fields) => {
                // The runtime's atomic 64-bit types ask for eight bytes on every machine.
                if fields.is_empty() && self.is_align64_marker(ty) {
                    return Some(8);
                }
                fields
                    .iter()
                    .try_fold(1, |most, field| Some(self.align_of(field.ty)?.max(most)))
            }
            Type::Slice(_) | Type::Interface { .. } => self.size_of(ty).map(|_| self.sizes().word),
            Type::Basic(basic) if basic.is_string() => Some(self.sizes().word),
            Type::Basic(basic) => {
                let size = self.size_of(ty)?;
                // Complex numbers are aligned like their halves.
                let size = if basic.is_complex() { size / 2 } else { size };
                Some(size.clamp(1, self.sizes().max_align))
            }
            _ => Some(self.size_of(ty)?.clamp(1, self.sizes().max_align)),
        }
    }

    /// The offset of field `index` of a struct type, in bytes.
    pub fn offset_of(&self, ty: TypeId, index: usize) -> Option<i64> {
        match self.ty(self.underlying(ty)) {
            Type::Struct(fields) if index < fields.len() => self.struct_layout(fields, Some(index)),
            _ => None,
        }
    }

    /// The size of a struct, or the offset of one of its fields.
    fn struct_layout(&self, fields: &[StructField], stop_at: Option<usize>) -> Option<i64> {
        let (mut offset, mut most, mut last) = (0i64, 1i64, 1i64);
        for (index, field) in fields.iter().enumerate() {
            let align = self.align_of(field.ty)?;
            offset = round_up(offset, align)?;
            if stop_at == Some(index) {
                return Some(offset);
            }
            last = self.size_of(field.ty)?;
            offset = offset.checked_add(last)?;
            most = most.max(align);
        }
        // gc adds a byte where the last field is empty, so that its address stays inside.
        if 0 < offset && last == 0 {
            offset = offset.checked_add(1)?;
        }
        round_up(offset, most)
    }

    fn is_align64_marker(&self, ty: TypeId) -> bool {
        let Type::Named { origin, .. } = self.ty(ty) else {
            return false;
        };
        let object = self.object(self.named(*origin).object);
        let Some(package) = object.package else {
            return false;
        };
        let path = self.package(package).source.path.as_str();
        object.name.as_str() == "align64"
            && matches!(path, "sync/atomic" | "internal/runtime/atomic")
    }
}

fn round_up(offset: i64, align: i64) -> Option<i64> {
    Some(offset.checked_add(align - 1)? / align * align)
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use contend_base::Name;

    use super::*;
    use crate::{Object, ObjectKind, VarKind};

    fn struct_of(world: &World, types: &[TypeId]) -> TypeId {
        let field = |(at, &ty): (usize, &TypeId)| {
            let name = Name::intern(&format!("f{at}"));
            let object = world.new_object(Object {
                name,
                kind: ObjectKind::Var(VarKind::Field { embedded: false }),
                package: None,
                location: None,
                ty: OnceLock::from(ty),
                value: OnceLock::new(),
            });
            StructField {
                object,
                name,
                ty,
                embedded: false,
                tag: Name::intern(""),
            }
        };
        world.intern(Type::Struct(types.iter().enumerate().map(field).collect()))
    }

    #[test]
    fn fields_are_padded() {
        let world = World::new(Sizes::for_arch("amd64"));
        let basic = |basic| world.basic(basic);
        let ty = struct_of(
            &world,
            &[
                basic(Basic::Bool),
                basic(Basic::Int64),
                basic(Basic::Int16),
                basic(Basic::String),
            ],
        );
        let offsets: Vec<_> = (0..4).map(|at| world.offset_of(ty, at)).collect();
        assert_eq!(offsets, [Some(0), Some(8), Some(16), Some(24)]);
        assert_eq!((world.size_of(ty), world.align_of(ty)), (Some(40), Some(8)));
        assert_eq!(world.size_of(world.array_of(3, ty)), Some(120));
    }

    #[test]
    fn small_machines_align_to_words() {
        let world = World::new(Sizes::for_arch("386"));
        let ty = struct_of(
            &world,
            &[world.basic(Basic::Int32), world.basic(Basic::Int64)],
        );
        assert_eq!(
            (world.offset_of(ty, 1), world.size_of(ty)),
            (Some(4), Some(12))
        );
        assert_eq!(world.align_of(world.basic(Basic::Complex128)), Some(4));
    }

    #[test]
    fn an_empty_last_field_takes_room() {
        let world = World::default();
        let empty = world.universe().empty_struct;
        assert_eq!(world.size_of(empty), Some(0));
        let last = struct_of(&world, &[world.basic(Basic::Int32), empty]);
        assert_eq!(world.size_of(last), Some(8));
        let first = struct_of(&world, &[empty, world.basic(Basic::Int32)]);
        assert_eq!(world.size_of(first), Some(4));
    }

    #[test]
    fn sizes_that_overflow_are_unknown() {
        let world = World::default();
        let huge = world.array_of(i64::MAX, world.basic(Basic::Int64));
        assert_eq!(world.size_of(huge), None);
        assert_eq!(world.size_of(world.invalid()), None);
    }
}
