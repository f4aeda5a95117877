//! Unification: making two types the same by finding types for type parameters.
//!
//! The rules are those of `go/types` (unify.go, Go 1.21 and newer), on which the meaning of
//! programs depends though the specification says less.

use smallvec::SmallVec;

use crate::lookup::Lookup;
use crate::type_set::TypeSet;
use crate::{ChanDir, Type, TypeId, TypeParamId, World};

/// Deeper recursion than this counts as a failure to unify.
const MAX_DEPTH: u32 = 50;

/// How alike two types must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mode {
    /// Outermost, types need to be assignable only; inside they must be exactly the same.
    assign: bool,
    /// Types must be identical. Otherwise a defined type matches its underlying type, channels
    /// match whatever their direction, and interfaces match what implements them.
    exact: bool,
}

impl Mode {
    pub(crate) const INEXACT: Self = Self {
        assign: false,
        exact: false,
    };
    pub(crate) const ASSIGN: Self = Self {
        assign: true,
        exact: false,
    };
    pub(crate) const EXACT: Self = Self {
        assign: false,
        exact: true,
    };

    /// For the elements of a composite type.
    fn inside(self) -> Self {
        Self {
            exact: self.exact || self.assign,
            ..self
        }
    }
}

/// What is known of the parameters of one inference.
pub(crate) struct Unifier<'a> {
    world: &'a World,
    params: &'a [TypeParamId],
    /// For each parameter, the slot of its type. Parameters found to be the same share one.
    slots: SmallVec<[usize; 8]>,
    types: SmallVec<[Option<TypeId>; 8]>,
    depth: u32,
    /// Pairs of interfaces whose comparison is under way.
    pairs: SmallVec<[(TypeId, TypeId); 4]>,
}

impl<'a> Unifier<'a> {
    pub(crate) fn new(
        world: &'a World,
        params: &'a [TypeParamId],
        known: &[Option<TypeId>],
    ) -> Self {
        let mut types: SmallVec<[Option<TypeId>; 8]> = known.iter().copied().collect();
        types.resize(params.len(), None);
        let slots = (0..params.len()).collect();
        Self {
            world,
            params,
            slots,
            types,
            depth: 0,
            pairs: SmallVec::new(),
        }
    }

    /// The type found for the parameter at a position.
    pub(crate) fn at(&self, param: usize) -> Option<TypeId> {
        self.types[self.slots[param]]
    }

    pub(crate) fn set(&mut self, param: usize, ty: TypeId) {
        self.types[self.slots[param]] = Some(ty);
    }

    /// How many parameters have no type yet.
    pub(crate) fn unknowns(&self) -> usize {
        self.slots
            .iter()
            .filter(|&&slot| self.types[slot].is_none())
            .count()
    }

    /// The position of a type that is one of the parameters to find.
    pub(crate) fn bound(&self, ty: TypeId) -> Option<usize> {
        match self.world.ty(ty) {
            Type::TypeParam(param) => self.params.iter().position(|p| p == param),
            _ => None,
        }
    }

    /// Tries to make the two types the same.
    pub(crate) fn unify(&mut self, x: TypeId, y: TypeId, mode: Mode) -> bool {
        if x == y {
            return true;
        }
        if MAX_DEPTH <= self.depth {
            return false;
        }
        self.depth += 1;
        let result = self.unify_different(x, y, mode);
        self.depth -= 1;
        result
    }

    fn unify_different(&mut self, mut x: TypeId, mut y: TypeId, mode: Mode) -> bool {
        let world = self.world;
        // A defined type shall be in `y`, a parameter to find in `x`.
        if is_named(world, x) || self.bound(y).is_some() {
            std::mem::swap(&mut x, &mut y);
        }
        // A defined type matches a type literal by its underlying type.
        let literal = !matches!(world.ty(x), Type::Named { .. } | Type::TypeParam(_));
        if !mode.exact && is_named(world, y) && literal && !world.is_interface(x) {
            y = world.underlying(y);
            if x == y {
                return true;
            }
        }
        match (self.bound(x), self.bound(y)) {
            (Some(p), Some(q)) => {
                return self.join(p, q)
                    || match (self.at(p), self.at(q)) {
                        (Some(x), Some(y)) => self.unify(x, y, mode),
                        _ => false,
                    };
            }
            (Some(p), None) => return self.unify_param(p, y, mode),
            _ => {}
        }
        if !mode.exact
            && let Some(result) = self.unify_interfaces(x, y)
        {
            return result;
        }
        // A type parameter of the surroundings shall be in `x`.
        if world.is_type_param(y) {
            std::mem::swap(&mut x, &mut y);
        }
        self.unify_structure(x, y, mode)
    }

    /// Makes two parameters the same, unless both have a type already.
    fn join(&mut self, p: usize, q: usize) -> bool {
        let (a, b) = (self.slots[p], self.slots[q]);
        if a == b {
            return true;
        }
        let (from, to) = match (self.types[a], self.types[b]) {
            (Some(_), Some(_)) => return false,
            (Some(_), None) => (b, a),
            _ => (a, b),
        };
        for slot in &mut self.slots {
            if *slot == from {
                *slot = to;
            }
        }
        true
    }

    /// Matches the parameter at a position with a type that is no such parameter.
    fn unify_param(&mut self, param: usize, y: TypeId, mode: Mode) -> bool {
        let world = self.world;
        let Some(x) = self.at(param) else {
            self.set(param, y);
            return true;
        };
        if !self.unify(x, y, mode) {
            return false;
        }
        let (x_named, y_named) = (is_named(world, x), is_named(world, y));
        match (value_interface(world, x), value_interface(world, y)) {
            (Some(xs), Some(ys)) => {
                if x_named && y_named {
                    return world.identical(x, y);
                }
                if xs.methods.len() != ys.methods.len() {
                    return false;
                }
            }
            (None, None) => {}
            // Either could be meant: the result would depend on the order of the arguments.
            _ => return false,
        }
        // A defined type wins over a literal, a directed channel over an undirected one: values
        // of the others can be assigned to it.
        if !mode.exact && !x_named {
            let directed = matches!(world.underlying_type(y),
                Type::Chan { dir, .. } if *dir != ChanDir::Both);
            if y_named || directed {
                self.set(param, y);
            }
        }
        true
    }

    /// Inexact unification where at least one side is an interface; `None` if none is.
    fn unify_interfaces(&mut self, x: TypeId, y: TypeId) -> Option<bool> {
        let world = self.world;
        match (value_interface(world, x), value_interface(world, y)) {
            (None, None) => None,
            (Some(xs), Some(ys)) => Some(self.unify_two_interfaces((x, xs), (y, ys))),
            (Some(set), None) => Some(self.unify_methods(set, y)),
            (None, Some(set)) => Some(self.unify_methods(set, x)),
        }
    }

    /// The methods of one must be among those of the other.
    fn unify_two_interfaces(&mut self, x: (TypeId, &TypeSet), y: (TypeId, &TypeSet)) -> bool {
        let world = self.world;
        let ((x, mut xs), (y, mut ys)) = (x, y);
        if xs.comparable != ys.comparable
            || !world.same_terms(xs.terms.as_deref(), ys.terms.as_deref())
        {
            return false;
        }
        let pair = (world.underlying(x), world.underlying(y));
        if self
            .pairs
            .iter()
            .any(|&(p, q)| (p, q) == pair || (q, p) == pair)
        {
            return true;
        }
        if ys.methods.len() < xs.methods.len() {
            std::mem::swap(&mut xs, &mut ys);
        }
        self.pairs.push(pair);
        let result = xs.methods.iter().all(|method| {
            let package = world.object(method.object).package;
            ys.method(world, package, method.name)
                .is_some_and(|index| self.unify(method.ty, ys.methods[index].ty, Mode::EXACT))
        });
        self.pairs.pop();
        result
    }

    /// The type must have all methods of the interface.
    fn unify_methods(&mut self, interface: &TypeSet, ty: TypeId) -> bool {
        let world = self.world;
        interface.methods.iter().all(|method| {
            let package = world.object(method.object).package;
            let Lookup::Method(selected) = world.lookup(ty, false, package, method.name) else {
                return false;
            };
            // A method that is not resolved yet gets the benefit of the doubt.
            world
                .selected_type(&selected)
                .is_none_or(|own| self.unify(method.ty, own, Mode::EXACT))
        })
    }

    fn unify_structure(&mut self, x: TypeId, y: TypeId, mode: Mode) -> bool {
        let world = self.world;
        let inside = mode.inside();
        match (world.ty(x), world.ty(y)) {
            (
                Type::Array { len, element: x },
                Type::Array {
                    len: other,
                    element: y,
                },
            ) => (*len < 0 || *other < 0 || len == other) && self.unify(*x, *y, inside),
            (Type::Pointer(x), Type::Pointer(y)) | (Type::Slice(x), Type::Slice(y)) => {
                self.unify(*x, *y, inside)
            }
            (
                Type::Map { key, value },
                Type::Map {
                    key: other_key,
                    value: other_value,
                },
            ) => self.unify(*key, *other_key, inside) && self.unify(*value, *other_value, inside),
            (
                Type::Chan { dir, element: x },
                Type::Chan {
                    dir: other,
                    element: y,
                },
            ) => (!mode.exact || dir == other) && self.unify(*x, *y, inside),
            (Type::Struct(xs), Type::Struct(ys)) => {
                xs.len() == ys.len()
                    && xs.iter().zip(ys).all(|(f, g)| {
                        f.name == g.name
                            && f.embedded == g.embedded
                            && f.tag == g.tag
                            && world.same_origin_package(f.object, g.object)
                            && self.unify(f.ty, g.ty, inside)
                    })
            }
            (Type::Tuple(xs), Type::Tuple(ys)) => self.unify_lists(xs, ys, mode),
            (Type::Signature(x), Type::Signature(y)) => {
                x.variadic == y.variadic
                    && self.unify_lists(&x.params, &y.params, inside)
                    && self.unify_lists(&x.results, &y.results, inside)
            }
            (
                Type::Named {
                    origin: o,
                    args: xs,
                },
                Type::Named {
                    origin: p,
                    args: ys,
                },
            ) => self.unify_lists(xs, ys, mode) && o == p,
            (Type::Interface { .. }, Type::Interface { .. }) => {
                self.unify_equal_interfaces((x, world.type_set(x)), (y, world.type_set(y)))
            }
            // A parameter of the surroundings is as good as its core type.
            (Type::TypeParam(_), _) => world
                .core_type(x)
                .is_some_and(|core| self.unify(core, y, Mode::ASSIGN)),
            _ => false,
        }
    }

    fn unify_lists(&mut self, xs: &[TypeId], ys: &[TypeId], mode: Mode) -> bool {
        xs.len() == ys.len() && xs.iter().zip(ys).all(|(&x, &y)| self.unify(x, y, mode))
    }

    fn unify_equal_interfaces(&mut self, x: (TypeId, &TypeSet), y: (TypeId, &TypeSet)) -> bool {
        x.1.methods.len() == y.1.methods.len() && self.unify_two_interfaces(x, y)
    }
}

fn is_named(world: &World, ty: TypeId) -> bool {
    matches!(world.ty(ty), Type::Named { .. })
}

fn value_interface(world: &World, ty: TypeId) -> Option<&TypeSet> {
    world.is_value_interface(ty).then(|| world.type_set(ty))
}
