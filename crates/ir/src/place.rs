//! Places: paths to memory, interned per body.

use contend_base::Idx;
use contend_types::{ObjId, TypeId};
use rustc_hash::FxHashMap;

pub type PlaceId = Idx<Place>;

/// A path to memory: a root, then fields, elements and dereferences.
///
/// Equal paths of one body have equal ids, across the functions of the body: a variable has the
/// same place in the function that declares it and in the literals that capture it. Equal paths
/// are the same memory as long as nothing on the way was assigned in between; unequal paths may
/// still be the same memory through pointers.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub kind: PlaceKind,
    /// The type of what is stored there, where it is known. Inside generic types it may mention
    /// the type's own parameters.
    pub ty: Option<TypeId>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PlaceKind {
    /// A variable. Whether it is a parameter, a receiver, a result, a local or a package variable
    /// says its object; whether it is captured says [`Func::captures`](crate::Func::captures).
    Var(ObjId),
    /// The value of an expression: written once, by one instruction (by two where `&&` and `||`
    /// meet). Never shared.
    Temp(u32),
    /// Something that could not be understood.
    Unknown,
    /// A field of the struct at `base`. Embedded fields on the way are steps of their own.
    Field { base: PlaceId, field: ObjId },
    /// What the pointer at `base` points to.
    Deref { base: PlaceId },
    /// An element of the array at `base`, or of the slice or string whose header is there.
    Element { base: PlaceId, key: Key },
    /// An element of the map whose header is at `base`.
    MapElement { base: PlaceId, key: Key },
}

/// Which element.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    /// One that is not known, or all of them.
    Any,
    Int(i32),
    /// Another constant; equal constants have equal numbers.
    Const(u32),
    /// The one that the value of this place names.
    Place(PlaceId),
}

impl PlaceKind {
    /// The place one step nearer to the root.
    pub fn base(self) -> Option<PlaceId> {
        match self {
            Self::Var(_) | Self::Temp(_) | Self::Unknown => None,
            Self::Field { base, .. }
            | Self::Deref { base }
            | Self::Element { base, .. }
            | Self::MapElement { base, .. } => Some(base),
        }
    }
}

/// The places of one body.
#[derive(Clone, Debug, Default)]
pub struct Places {
    places: Vec<Place>,
    variables: FxHashMap<ObjId, PlaceId>,
}

impl Places {
    pub fn get(&self, id: PlaceId) -> Place {
        self.places[id.index()]
    }

    pub fn kind(&self, id: PlaceId) -> PlaceKind {
        self.places[id.index()].kind
    }

    pub fn ty(&self, id: PlaceId) -> Option<TypeId> {
        self.places[id.index()].ty
    }

    /// The place of a variable, if the body names it.
    pub fn variable(&self, variable: ObjId) -> Option<PlaceId> {
        self.variables.get(&variable).copied()
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// `id`, its base, the base of that, up to the root.
    pub fn path(&self, id: PlaceId) -> impl Iterator<Item = PlaceId> {
        std::iter::successors(Some(id), |&id| self.kind(id).base())
    }

    /// The place that `id` starts at.
    pub fn root(&self, id: PlaceId) -> PlaceId {
        self.path(id).last().unwrap_or(id)
    }

    /// The variable that `id` starts at, if it does start at one.
    pub fn root_var(&self, id: PlaceId) -> Option<ObjId> {
        match self.kind(self.root(id)) {
            PlaceKind::Var(variable) => Some(variable),
            _ => None,
        }
    }

    pub(crate) fn replace_objects(&mut self, with: &impl Fn(ObjId) -> ObjId) {
        for place in &mut self.places {
            match &mut place.kind {
                PlaceKind::Var(object) | PlaceKind::Field { field: object, .. } => {
                    *object = with(*object);
                }
                _ => {}
            }
        }
    }

    /// True if `prefix` is `id` or on the way to it.
    pub fn is_prefix(&self, prefix: PlaceId, id: PlaceId) -> bool {
        // A base is interned before what is built on it.
        self.path(id)
            .take_while(|&step| step >= prefix)
            .any(|step| step == prefix)
    }
}

/// Places while a body is built.
#[derive(Default)]
pub(crate) struct PlaceTable {
    pub(crate) places: Places,
    known: FxHashMap<PlaceKind, PlaceId>,
    temps: u32,
}

impl PlaceTable {
    /// A table that goes on where `places` end.
    pub(crate) fn of(places: &Places) -> Self {
        let ids = (0..places.places.len()).map(Idx::new);
        let known = ids.map(|id| (places.kind(id), id)).collect();
        let temps = places.places.iter().filter_map(|place| match place.kind {
            PlaceKind::Temp(number) => Some(number + 1),
            _ => None,
        });
        Self {
            temps: temps.max().unwrap_or_default(),
            places: places.clone(),
            known,
        }
    }

    pub(crate) fn intern(&mut self, kind: PlaceKind, ty: Option<TypeId>) -> PlaceId {
        if let Some(&id) = self.known.get(&kind) {
            return id;
        }
        let id = self.push(kind, ty);
        self.known.insert(kind, id);
        if let PlaceKind::Var(variable) = kind {
            self.places.variables.insert(variable, id);
        }
        id
    }

    /// A place that no other expression has.
    pub(crate) fn temp(&mut self, ty: Option<TypeId>) -> PlaceId {
        let number = self.temps;
        self.temps += 1;
        self.push(PlaceKind::Temp(number), ty)
    }

    fn push(&mut self, kind: PlaceKind, ty: Option<TypeId>) -> PlaceId {
        let id = Idx::new(self.places.places.len());
        self.places.places.push(Place { kind, ty });
        id
    }
}
