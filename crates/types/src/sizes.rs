//! How large values are: the layout rules of the gc compiler.

use rustc_hash::FxHashMap;

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
    /// invalid or contain themselves, or that are too large for an address space.
    pub fn size_of(&self, ty: TypeId) -> Option<i64> {
        self.size_with(*self.sizes(), ty)
    }

    /// Bytes of a value of a type on machines with these sizes.
    pub fn size_with(&self, sizes: Sizes, ty: TypeId) -> Option<i64> {
        Layouts::new(self, sizes).of(ty).map(|layout| layout.size)
    }

    /// The alignment of a type in bytes; `None` where [`World::size_of`] has no answer either.
    pub fn align_of(&self, ty: TypeId) -> Option<i64> {
        let mut layouts = Layouts::new(self, *self.sizes());
        layouts.of(ty).map(|layout| layout.align)
    }

    /// The offset of field `index` of a struct type, in bytes.
    pub fn offset_of(&self, ty: TypeId, index: usize) -> Option<i64> {
        self.offset_with(*self.sizes(), ty, index)
    }

    /// The same on machines with these sizes.
    pub fn offset_with(&self, sizes: Sizes, ty: TypeId, index: usize) -> Option<i64> {
        let Type::Struct(fields) = self.underlying_type(ty) else {
            return None;
        };
        let mut layouts = Layouts::new(self, sizes);
        let mut offset = 0i64;
        for (at, field) in fields.iter().enumerate() {
            let layout = layouts.of(field.ty)?;
            offset = round_up(offset, layout.align)?;
            if at == index {
                return Some(offset);
            }
            offset = offset.checked_add(layout.size)?;
        }
        None
    }
}

#[derive(Clone, Copy)]
struct Layout {
    size: i64,
    align: i64,
}

/// Computes layouts, each type once.
struct Layouts<'w> {
    world: &'w World,
    sizes: Sizes,
    /// `None` also while a type is being computed: one that contains itself has no size.
    known: FxHashMap<TypeId, Option<Layout>>,
}

impl<'w> Layouts<'w> {
    fn new(world: &'w World, sizes: Sizes) -> Self {
        Self {
            world,
            sizes,
            known: FxHashMap::default(),
        }
    }

    fn of(&mut self, ty: TypeId) -> Option<Layout> {
        let word = self.sizes.word;
        let words = |count: i64| {
            Some(Layout {
                size: count * word,
                align: word,
            })
        };
        match self.world.underlying_type(ty) {
            Type::Basic(basic) => self.basic(*basic),
            Type::Slice(_) => words(3),
            Type::Interface { .. } if !self.world.is_type_param(ty) => words(2),
            Type::Pointer(_) | Type::Map { .. } | Type::Chan { .. } | Type::Signature(_) => {
                words(1)
            }
            Type::Struct(_) | Type::Array { .. } => {
                if let Some(&known) = self.known.get(&ty) {
                    return known;
                }
                self.known.insert(ty, None);
                let layout = self.composite(ty);
                self.known.insert(ty, layout);
                layout
            }
            _ => None,
        }
    }

    fn basic(&self, basic: Basic) -> Option<Layout> {
        let sizes = self.sizes;
        let size = sizes.basic(basic);
        let unit = match basic {
            Basic::Invalid => return None,
            _ if basic.is_string() => sizes.word,
            // Complex numbers are aligned like their halves.
            _ if basic.is_complex() => size / 2,
            _ => size,
        };
        Some(Layout {
            size,
            align: unit.clamp(1, sizes.max_align),
        })
    }

    fn composite(&mut self, ty: TypeId) -> Option<Layout> {
        match self.world.underlying_type(ty) {
            Type::Array { len, element } => {
                let element = self.of(*element)?;
                let size = element.size.checked_mul(*len).filter(|size| 0 <= *size)?;
                Some(Layout {
                    size,
                    align: element.align,
                })
            }
            // The runtime's atomic 64-bit types ask for eight bytes on every machine.
            Type::Struct(fields) if fields.is_empty() && self.is_align64_marker(ty) => {
                Some(Layout { size: 0, align: 8 })
            }
            Type::Struct(fields) => self.fields(fields),
            _ => None,
        }
    }

    fn fields(&mut self, fields: &[StructField]) -> Option<Layout> {
        let (mut end, mut most, mut last) = (0i64, 1i64, 1i64);
        for field in fields {
            let layout = self.of(field.ty)?;
            end = round_up(end, layout.align)?.checked_add(layout.size)?;
            most = most.max(layout.align);
            last = layout.size;
        }
        // gc adds a byte where the last field is empty, so that its address stays inside.
        if 0 < end && last == 0 {
            end = end.checked_add(1)?;
        }
        Some(Layout {
            size: round_up(end, most)?,
            align: most,
        })
    }

    fn is_align64_marker(&self, ty: TypeId) -> bool {
        let world = self.world;
        let Type::Named { origin, .. } = world.ty(ty) else {
            return false;
        };
        let object = world.object(world.named(*origin).object);
        let Some(package) = object.package else {
            return false;
        };
        let path = world.package(package).source.path.as_str();
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
