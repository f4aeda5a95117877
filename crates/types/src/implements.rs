//! Whether a type implements an interface or satisfies a constraint.

use rustc_hash::FxHashSet;
use smallvec::{SmallVec, smallvec};

use crate::lookup::Lookup;
use crate::type_set::TypeSet;
use crate::{InterfaceMethod, ObjId, Term, Type, TypeId, World};

/// A method that a type lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MissingMethod {
    /// The interface's method.
    pub object: ObjId,
    pub reason: MissingReason,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MissingReason {
    Absent,
    /// There is one of that name with another signature.
    WrongSignature,
    /// Only the pointer to the type has it.
    PointerReceiver,
    Ambiguous,
    /// The name is a field.
    Field,
}

impl World {
    /// True if a value of type `ty` may be stored in `interface`.
    pub fn implements(&self, ty: TypeId, interface: TypeId) -> bool {
        self.in_type_set(ty, interface, false)
    }

    /// True if `ty` may be the type argument for a parameter with this constraint. Ordinary
    /// interfaces count as comparable here.
    pub fn satisfies(&self, ty: TypeId, constraint: TypeId) -> bool {
        self.in_type_set(ty, constraint, true)
    }

    fn in_type_set(&self, ty: TypeId, interface: TypeId, constraint: bool) -> bool {
        let (from, to) = (self.underlying(ty), self.underlying(interface));
        if !self.is_valid(from) || !self.is_valid(to) || self.points_to_invalid(from) {
            return true;
        }
        let Type::Interface { .. } = self.ty(to) else {
            return false;
        };
        let wanted = self.type_set(to);
        if wanted.is_all() {
            return true;
        }
        let own = matches!(self.ty(from), Type::Interface { .. }).then(|| self.type_set(from));
        if own.is_some_and(TypeSet::is_empty) {
            return true;
        }
        if wanted.is_empty() || !self.has_all_methods(ty, to, true, |x, y| self.identical(x, y)) {
            return false;
        }
        if let Some(terms) = wanted.specific_terms() {
            let included = match own {
                Some(set) => self.terms_within(set.terms.as_deref(), Some(terms)),
                None => terms.iter().any(|&term| self.term_includes(term, ty)),
            };
            if !included {
                return false;
            }
        }
        !self.is_comparable_set(wanted.terms.as_deref(), wanted.comparable)
            || self.strictly_comparable(ty)
            || (constraint && self.comparable(ty))
    }

    fn points_to_invalid(&self, ty: TypeId) -> bool {
        matches!(self.ty(ty), Type::Pointer(element) if !self.is_valid(self.underlying(*element)))
    }

    fn is_comparable_set(&self, terms: Option<&[Term]>, comparable: bool) -> bool {
        match terms {
            None => comparable,
            Some(terms) => {
                !terms.is_empty() && terms.iter().all(|term| self.strictly_comparable(term.ty))
            }
        }
    }

    /// The first method of `interface` that `ty` lacks, if any. If `ty` is an interface and not
    /// `all`, methods that it does not mention are not missing: its values may have them.
    pub fn missing_method(
        &self,
        ty: TypeId,
        interface: TypeId,
        all: bool,
    ) -> Option<MissingMethod> {
        self.missing_method_by(ty, interface, all, |x, y| self.identical(x, y))
    }

    /// True if no method is missing, or if it cannot be told because the type embeds something
    /// that could not be resolved.
    pub(crate) fn has_all_methods(
        &self,
        ty: TypeId,
        interface: TypeId,
        all: bool,
        same: impl FnMut(TypeId, TypeId) -> bool,
    ) -> bool {
        !self.is_valid(ty)
            || self.missing_method_by(ty, interface, all, same).is_none()
            || self.embeds_invalid(ty)
    }

    /// True if the struct behind a type embeds something, at any depth, that has no type.
    fn embeds_invalid(&self, ty: TypeId) -> bool {
        let mut seen = FxHashSet::default();
        let mut open: SmallVec<[TypeId; 4]> = smallvec![ty];
        while let Some(ty) = open.pop() {
            let base = match self.underlying_type(ty) {
                Type::Pointer(element) => *element,
                _ => ty,
            };
            let Type::Struct(fields) = self.underlying_type(base) else {
                continue;
            };
            for field in fields.iter().filter(|field| field.embedded) {
                if !self.is_valid(field.ty) {
                    return true;
                }
                if seen.insert(field.ty) {
                    open.push(field.ty);
                }
            }
        }
        false
    }

    pub(crate) fn missing_method_by(
        &self,
        ty: TypeId,
        interface: TypeId,
        all: bool,
        mut same: impl FnMut(TypeId, TypeId) -> bool,
    ) -> Option<MissingMethod> {
        let wanted = &self.type_set(interface).methods;
        let missing = |method: &InterfaceMethod, reason: MissingReason| {
            Some(MissingMethod {
                object: method.object,
                reason,
            })
        };
        let own_set = self.is_interface(ty).then(|| self.type_set(ty));
        for method in wanted {
            let package = self.object(method.object).package;
            let own = match own_set {
                Some(set) => match set.method(self, package, method.name) {
                    Some(index) => Some(set.methods[index].ty),
                    None if all => return missing(method, MissingReason::Absent),
                    None => continue,
                },
                None => match self.lookup_raw(ty, false, package, method.name) {
                    Lookup::Method(selected) => self.selected_type(&selected),
                    Lookup::Field(_) => return missing(method, MissingReason::Field),
                    Lookup::PointerReceiver(_) => {
                        return missing(method, MissingReason::PointerReceiver);
                    }
                    Lookup::Ambiguous => return missing(method, MissingReason::Ambiguous),
                    Lookup::None => return missing(method, MissingReason::Absent),
                },
            };
            // A method whose declaration is not resolved yet gets the benefit of the doubt.
            if own.is_some_and(|own| !same(own, method.ty)) {
                return missing(method, MissingReason::WrongSignature);
            }
        }
        None
    }

    /// True if a value of interface type `from` may hold a `to`, as `x.(T)` asks.
    pub fn assertable_to(&self, from: TypeId, to: TypeId) -> bool {
        self.is_interface(to) || self.has_all_methods(to, from, false, |x, y| self.identical(x, y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snippet::Snippet;

    #[test]
    fn methods_decide() {
        let snippet = Snippet::new(
            "type I interface { M(int) string }
            type T struct{}
            func (*T) M(int) string { return \"\" }
            type W struct{}
            func (W) M() {}
            type F struct{ M func(int) string }
            type E struct{ *T }
            var p *T",
        );
        let world = &snippet.world;
        let reason = |name: &str| {
            world
                .missing_method(snippet.ty(name), snippet.ty("I"), true)
                .map(|it| it.reason)
        };
        assert_eq!(reason("p"), None);
        assert_eq!(reason("E"), None);
        assert_eq!(reason("T"), Some(MissingReason::PointerReceiver));
        assert_eq!(reason("W"), Some(MissingReason::WrongSignature));
        assert_eq!(reason("F"), Some(MissingReason::Field));
        assert!(world.implements(snippet.ty("E"), snippet.ty("I")));
        assert!(world.implements(world.universe().error, world.universe().any));
    }

    #[test]
    fn constraints_are_type_sets() {
        let snippet = Snippet::new(
            "type Number interface { ~int | ~float64 }
            type Celsius float64
            type S []int
            type D struct{ any }",
        );
        let world = &snippet.world;
        let number = snippet.ty("Number");
        assert!(world.satisfies(snippet.ty("Celsius"), number));
        assert!(!world.satisfies(world.basic(crate::Basic::Int8), number));
        let comparable = world.universe().comparable;
        assert!(!world.satisfies(snippet.ty("S"), comparable));
        // Structs with interfaces inside are comparable, though `==` may panic.
        assert!(world.satisfies(snippet.ty("D"), comparable));
        assert!(!world.implements(snippet.ty("D"), comparable));
    }
}
