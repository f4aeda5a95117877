//! Questions about one type.

use smallvec::SmallVec;

use crate::{Basic, NamedId, Type, TypeId, World};

impl World {
    /// The underlying type. Of a type parameter it is the interface that constrains it; of a type
    /// whose declaration is not resolved yet it is invalid. Never a [`Type::Named`].
    pub fn underlying(&self, ty: TypeId) -> TypeId {
        match self.ty(ty) {
            Type::Named { origin, args } => {
                let named = self.named(*origin);
                let Some(&generic) = named.underlying.get() else {
                    return self.invalid();
                };
                if args.is_empty() {
                    return generic;
                }
                let Some(params) = named.type_params.get() else {
                    return self.invalid();
                };
                let instance = || self.literal(self.subst(generic, params, args));
                *self.underlying_cell(ty).get_or_init(instance)
            }
            Type::TypeParam(param) => match self.type_param(*param).constraint.get() {
                Some(&constraint) if constraint != ty => self.underlying(constraint),
                _ => self.universe().any,
            },
            _ => ty,
        }
    }

    /// `type T[P any] P` is not Go, but must not let a named type pass for an underlying one.
    fn literal(&self, ty: TypeId) -> TypeId {
        match self.ty(ty) {
            Type::Named { .. } | Type::TypeParam(_) => self.invalid(),
            _ => ty,
        }
    }

    /// The underlying type itself.
    pub fn underlying_type(&self, ty: TypeId) -> &Type {
        self.ty(self.underlying(ty))
    }

    /// The declaration and type arguments of a defined type.
    pub fn named_parts(&self, ty: TypeId) -> Option<(NamedId, &[TypeId])> {
        match self.ty(ty) {
            Type::Named { origin, args } => Some((*origin, args)),
            _ => None,
        }
    }

    /// What an unnamed pointer type points to, and whether `ty` was one; else `ty` itself.
    pub fn deref(&self, ty: TypeId) -> (TypeId, bool) {
        match self.ty(ty) {
            Type::Pointer(element) => (*element, true),
            _ => (ty, false),
        }
    }

    /// False for the type of what could not be typed.
    pub fn is_valid(&self, ty: TypeId) -> bool {
        ty != self.invalid()
    }

    /// The basic kind of a type's underlying type.
    pub fn basic_kind(&self, ty: TypeId) -> Option<Basic> {
        match self.underlying_type(ty) {
            Type::Basic(basic) => Some(*basic),
            _ => None,
        }
    }

    fn is_basic(&self, ty: TypeId, test: impl Fn(Basic) -> bool) -> bool {
        self.basic_kind(ty).is_some_and(test)
    }

    /// True if the type is an untyped kind (they have no name and no underlying type).
    pub fn is_untyped(&self, ty: TypeId) -> bool {
        matches!(self.ty(ty), Type::Basic(basic) if basic.is_untyped())
    }

    pub fn is_untyped_numeric(&self, ty: TypeId) -> bool {
        matches!(self.ty(ty), Type::Basic(basic) if basic.is_untyped() && basic.is_numeric())
    }

    // The following ask about the underlying type. For type parameters they are false; the
    // `all_` forms ask about every type of the parameter's type set.

    pub fn is_boolean(&self, ty: TypeId) -> bool {
        self.is_basic(ty, Basic::is_boolean)
    }

    pub fn is_integer(&self, ty: TypeId) -> bool {
        self.is_basic(ty, Basic::is_integer)
    }

    pub fn is_unsigned(&self, ty: TypeId) -> bool {
        self.is_basic(ty, Basic::is_unsigned)
    }

    pub fn is_float(&self, ty: TypeId) -> bool {
        self.is_basic(ty, Basic::is_float)
    }

    pub fn is_complex(&self, ty: TypeId) -> bool {
        self.is_basic(ty, Basic::is_complex)
    }

    pub fn is_numeric(&self, ty: TypeId) -> bool {
        self.is_basic(ty, Basic::is_numeric)
    }

    pub fn is_string(&self, ty: TypeId) -> bool {
        self.is_basic(ty, Basic::is_string)
    }

    pub fn is_constant_type(&self, ty: TypeId) -> bool {
        self.is_basic(ty, Basic::is_constant_type)
    }

    /// `[]byte`, named or not.
    pub fn is_byte_slice(&self, ty: TypeId) -> bool {
        matches!(self.underlying_type(ty), Type::Slice(element)
            if self.underlying(*element) == self.basic(Basic::Uint8))
    }

    pub fn all_boolean(&self, ty: TypeId) -> bool {
        self.all_basic(ty, Basic::is_boolean)
    }

    pub fn all_integer(&self, ty: TypeId) -> bool {
        self.all_basic(ty, Basic::is_integer)
    }

    pub fn all_unsigned(&self, ty: TypeId) -> bool {
        self.all_basic(ty, Basic::is_unsigned)
    }

    pub fn all_numeric(&self, ty: TypeId) -> bool {
        self.all_basic(ty, Basic::is_numeric)
    }

    pub fn all_string(&self, ty: TypeId) -> bool {
        self.all_basic(ty, Basic::is_string)
    }

    pub fn all_numeric_or_string(&self, ty: TypeId) -> bool {
        self.all_basic(ty, |basic| basic.is_numeric() || basic.is_string())
    }

    pub fn all_ordered(&self, ty: TypeId) -> bool {
        self.all_basic(ty, Basic::is_ordered)
    }

    fn all_basic(&self, ty: TypeId, test: impl Fn(Basic) -> bool) -> bool {
        self.all_in_type_set(ty, |term| {
            term.is_some_and(|(ty, _)| self.is_basic(ty, &test))
        })
    }

    pub fn is_type_param(&self, ty: TypeId) -> bool {
        matches!(self.ty(ty), Type::TypeParam(_))
    }

    /// Interfaces, and type parameters since their underlying type is one.
    pub fn is_interface(&self, ty: TypeId) -> bool {
        matches!(self.underlying_type(ty), Type::Interface { .. })
    }

    /// An interface that values are stored in: not a type parameter.
    pub fn is_value_interface(&self, ty: TypeId) -> bool {
        !self.is_type_param(ty) && self.is_interface(ty)
    }

    /// Basic types, defined types and type parameters.
    pub fn has_name(&self, ty: TypeId) -> bool {
        matches!(
            self.ty(ty),
            Type::Basic(_) | Type::Named { .. } | Type::TypeParam(_)
        )
    }

    /// A generic type that still lacks its arguments.
    pub fn is_generic(&self, ty: TypeId) -> bool {
        match self.ty(ty) {
            Type::Named { origin, args } => {
                args.is_empty()
                    && self
                        .named(*origin)
                        .type_params
                        .get()
                        .is_some_and(|list| !list.is_empty())
            }
            _ => false,
        }
    }

    /// A type parameter occurs in the type.
    pub fn is_parameterized(&self, ty: TypeId) -> bool {
        self.traits(ty).parameterized
    }

    /// True if `==` works on values of the type. Interfaces count as comparable; type parameters
    /// are if all types of their type set are.
    pub fn comparable(&self, ty: TypeId) -> bool {
        self.comparable_type(ty, true, &mut SmallVec::new())
    }

    /// Like [`World::comparable`], but `==` must also never panic: interfaces do not count.
    pub fn strictly_comparable(&self, ty: TypeId) -> bool {
        self.comparable_type(ty, false, &mut SmallVec::new())
    }

    /// `seen` holds the types that were asked about before: they are comparable, or the answer is
    /// no already.
    fn comparable_type(&self, ty: TypeId, dynamic: bool, seen: &mut SmallVec<[TypeId; 8]>) -> bool {
        match self.underlying_type(ty) {
            Type::Basic(basic) => *basic != Basic::UntypedNil,
            Type::Pointer(_) | Type::Chan { .. } => true,
            Type::Struct(_) | Type::Array { .. } | Type::Interface { .. } if seen.contains(&ty) => {
                true
            }
            Type::Struct(fields) => {
                seen.push(ty);
                let mut fields = fields.iter();
                fields.all(|field| self.comparable_type(field.ty, dynamic, seen))
            }
            Type::Array { element, .. } => {
                seen.push(ty);
                self.comparable_type(*element, dynamic, seen)
            }
            Type::Interface { .. } => {
                if dynamic && !self.is_type_param(ty) {
                    return true;
                }
                seen.push(ty);
                let set = self.type_set(ty);
                match &set.terms {
                    None => set.comparable,
                    Some(terms) => {
                        let mut terms_left = terms.iter();
                        !terms.is_empty()
                            && terms_left.all(|term| self.comparable_type(term.ty, false, seen))
                    }
                }
            }
            _ => false,
        }
    }

    /// True if `nil` is a value of the type.
    pub fn has_nil(&self, ty: TypeId) -> bool {
        match self.underlying_type(ty) {
            Type::Basic(basic) => *basic == Basic::UnsafePointer,
            Type::Slice(_)
            | Type::Pointer(_)
            | Type::Signature(_)
            | Type::Map { .. }
            | Type::Chan { .. } => true,
            Type::Interface { .. } => {
                !self.is_type_param(ty)
                    || self.all_in_type_set(ty, |term| {
                        term.is_some_and(|(_, underlying)| self.has_nil(underlying))
                    })
            }
            _ => false,
        }
    }

    /// The type an untyped value takes where nothing else asks for one; others stay.
    pub fn default_type(&self, ty: TypeId) -> TypeId {
        match self.ty(ty) {
            Type::Basic(basic) => self.basic(basic.default_kind()),
            _ => ty,
        }
    }

    /// The larger of two untyped numeric kinds, or the type itself if both are the same.
    pub fn max_type(&self, x: TypeId, y: TypeId) -> Option<TypeId> {
        if x == y {
            return Some(x);
        }
        // Basic types have their kind as number.
        (self.is_untyped_numeric(x) && self.is_untyped_numeric(y)).then(|| x.max(y))
    }
}
