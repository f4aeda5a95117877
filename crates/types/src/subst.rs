//! Replacing type parameters by types.

use smallvec::SmallVec;

use crate::ty::TypeRef;
use crate::{
    InterfaceMethod, NamedId, Signature, StructField, Term, Type, TypeId, TypeParamId, World,
};

type TypeList = SmallVec<[TypeId; 8]>;

impl World {
    /// `ty` with each of `params` replaced by the argument at the same position. Parameters
    /// without an argument stay.
    pub fn subst(&self, ty: TypeId, params: &[TypeParamId], args: &[TypeId]) -> TypeId {
        if params.is_empty() || !self.traits(ty).parameterized {
            return ty;
        }
        Substitution {
            world: self,
            params,
            args,
        }
        .ty(ty)
    }

    /// Like [`World::subst`] for parameters that may have no argument yet.
    pub(crate) fn subst_known(
        &self,
        ty: TypeId,
        params: &[TypeParamId],
        args: &[Option<TypeId>],
    ) -> TypeId {
        if !self.traits(ty).parameterized {
            return ty;
        }
        let known = params
            .iter()
            .zip(args)
            .filter_map(|(&param, arg)| Some((param, (*arg)?)));
        let (params, args): (SmallVec<[TypeParamId; 8]>, TypeList) = known.unzip();
        self.subst(ty, &params, &args)
    }

    /// The instance of a generic type or generic function type. Other types stay as they are;
    /// with the wrong number of arguments the result is invalid.
    pub fn instantiate(&self, generic: TypeId, args: &[TypeId]) -> TypeId {
        match self.ty(generic) {
            Type::Named { origin, .. } => self.instantiate_named(*origin, args),
            Type::Signature(_) => self.instantiate_signature(generic, args),
            _ => generic,
        }
    }

    /// The instance of a generic type.
    pub fn instantiate_named(&self, origin: NamedId, args: &[TypeId]) -> TypeId {
        match self.named(origin).type_params.get() {
            Some(params) if params.len() != args.len() => self.invalid(),
            _ => self.named_type(origin, args),
        }
    }

    /// The instance of a generic function type: no type parameters, the arguments in their place.
    pub fn instantiate_signature(&self, generic: TypeId, args: &[TypeId]) -> TypeId {
        let Type::Signature(signature) = self.ty(generic) else {
            return generic;
        };
        if signature.type_params.len() != args.len() {
            return self.invalid();
        }
        let plain = self.without_type_params(signature);
        self.subst(plain, &signature.type_params, args)
    }

    /// The signature as it stands inside the function: its parameters are free.
    pub(crate) fn without_type_params(&self, signature: &Signature) -> TypeId {
        self.signature(&signature.params, &signature.results, signature.variadic)
    }

    /// True if any of `params` occurs in `ty`.
    pub fn mentions(&self, ty: TypeId, params: &[TypeParamId]) -> bool {
        if !self.traits(ty).parameterized {
            return false;
        }
        if let Type::TypeParam(param) = self.ty(ty) {
            return params.contains(param);
        }
        let mut found = false;
        self.ty(ty)
            .for_each_part(|part| found = found || self.mentions(part, params));
        found
    }
}

struct Substitution<'a> {
    world: &'a World,
    params: &'a [TypeParamId],
    args: &'a [TypeId],
}

impl Substitution<'_> {
    fn ty(&self, ty: TypeId) -> TypeId {
        let world = self.world;
        if !world.traits(ty).parameterized {
            return ty;
        }
        match world.ty(ty) {
            Type::TypeParam(param) => {
                let at = self.params.iter().position(|p| p == param);
                at.and_then(|at| self.args.get(at)).copied().unwrap_or(ty)
            }
            Type::Named { origin, args } => world.intern_ref(&TypeRef::Named {
                origin: *origin,
                args: &self.list(args),
            }),
            Type::Pointer(element) => world.pointer_to(self.ty(*element)),
            Type::Slice(element) => world.slice_of(self.ty(*element)),
            Type::Array { len, element } => world.array_of(*len, self.ty(*element)),
            Type::Map { key, value } => world.map_of(self.ty(*key), self.ty(*value)),
            Type::Chan { dir, element } => world.chan_of(*dir, self.ty(*element)),
            Type::Tuple(types) => world.tuple(&self.list(types)),
            Type::Struct(fields) => {
                let field = |field: &StructField| StructField {
                    ty: self.ty(field.ty),
                    ..*field
                };
                let fields: SmallVec<[StructField; 8]> = fields.iter().map(field).collect();
                world.intern_ref(&TypeRef::Struct(&fields))
            }
            Type::Signature(signature) => self.signature(signature),
            Type::Interface { methods, embedded } => {
                let method = |method: &InterfaceMethod| InterfaceMethod {
                    ty: self.ty(method.ty),
                    ..*method
                };
                let methods: SmallVec<[InterfaceMethod; 8]> = methods.iter().map(method).collect();
                let embedded = &self.list(embedded);
                world.intern_ref(&TypeRef::Interface {
                    methods: &methods,
                    embedded,
                })
            }
            Type::Union(terms) => {
                let term = |term: &Term| Term {
                    ty: self.ty(term.ty),
                    ..*term
                };
                let terms: SmallVec<[Term; 8]> = terms.iter().map(term).collect();
                world.intern_ref(&TypeRef::Union(&terms))
            }
            Type::Basic(_) => ty,
        }
    }

    fn signature(&self, signature: &Signature) -> TypeId {
        let world = self.world;
        let own = &signature.type_params;
        let depends = |&param: &TypeParamId| {
            let constraint = world.type_param(param).constraint.get();
            constraint.is_some_and(|&constraint| world.mentions(constraint, self.params))
        };
        if own.iter().any(depends) {
            return self.generic_method(signature);
        }
        world.intern_ref(&TypeRef::Signature {
            type_params: own,
            params: &self.list(&signature.params),
            results: &self.list(&signature.results),
            variadic: signature.variadic,
        })
    }

    /// A signature whose own type parameters have constraints that mention those replaced: it
    /// gets parameters of its own.
    fn generic_method(&self, signature: &Signature) -> TypeId {
        let world = self.world;
        let own = &signature.type_params;
        let fresh = world.instance_params(own, self.params, self.args);
        let params: Vec<TypeParamId> = own.iter().chain(self.params).copied().collect();
        let types = fresh.iter().map(|&id| world.type_param_type(id));
        let args: Vec<TypeId> = types.chain(self.args.iter().copied()).collect();
        let inner = Substitution {
            world,
            params: &params,
            args: &args,
        };
        world.intern_ref(&TypeRef::Signature {
            type_params: fresh,
            params: &inner.list(&signature.params),
            results: &inner.list(&signature.results),
            variadic: signature.variadic,
        })
    }

    fn list(&self, types: &[TypeId]) -> TypeList {
        types.iter().map(|&ty| self.ty(ty)).collect()
    }
}
