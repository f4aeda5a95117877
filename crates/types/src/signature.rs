//! Function types, parameters and receivers.

use contend_syntax::ast::{
    ExprId, ExprKind, ExprList, FieldId, FieldList, FuncDecl, FuncTypeId, IdentId,
};
use smallvec::SmallVec;

use crate::check::{Checker, Function};
use crate::typexpr::TypeList;
use crate::{Mode, ObjId, ObjectKind, Signature, Type, TypeId, TypeParamId, VarKind};

/// Parameters or results, resolved but not yet in scope.
#[derive(Default)]
struct Params {
    types: TypeList,
    objects: SmallVec<[ObjId; 4]>,
    variadic: bool,
}

/// The parts of a receiver's type, `(r *base[args])`.
pub(crate) struct ReceiverType {
    pub(crate) pointer: bool,
    pub(crate) base: ExprId,
    pub(crate) args: Option<ExprList>,
}

impl Checker<'_> {
    /// A function type that stands alone.
    pub(crate) fn func_type(&mut self, id: FuncTypeId) -> TypeId {
        let mark = self.scopes.open();
        let (ty, _) = self.func_head(id);
        self.scopes.close(mark);
        ty
    }

    /// Resolves a function type and declares its parameters in the open block. Returns the
    /// signature and what its body must know.
    pub(crate) fn func_head(&mut self, id: FuncTypeId) -> (TypeId, Function) {
        let node = self.env.tree.func_type(id);
        let type_params = self.declare_type_params(node.type_params);
        self.scope_type_params(&type_params);
        self.bind_type_params(node.type_params, &type_params);
        let params = self.params(VarKind::Param, node.params);
        let results = self.params(VarKind::Result, node.results);
        for &object in params.objects.iter().chain(&results.objects) {
            self.scopes.declare(self.world.name(object), object);
        }
        let function = Function {
            results: results.types.to_vec(),
            ..Function::default()
        };
        let ty = if type_params.is_empty() {
            self.world
                .signature(&params.types, &results.types, params.variadic)
        } else {
            self.world.intern(Type::Signature(Signature {
                type_params,
                params: params.types.into_vec().into(),
                results: results.types.into_vec().into(),
                variadic: params.variadic,
            }))
        };
        (ty, function)
    }

    fn params(&mut self, kind: VarKind, list: FieldList) -> Params {
        let mut params = Params::default();
        let last = list.len().saturating_sub(1);
        for (index, id) in list.iter().enumerate() {
            let field = self.env.tree.field(id);
            let mut ty_expr = field.ty;
            let mut variadic = false;
            if let ExprKind::Ellipsis(element) = self.env.tree.expr(field.ty).kind {
                variadic = kind == VarKind::Param && index == last && field.names.len() <= 1;
                let Some(element) = element else { continue };
                ty_expr = element;
            }
            let mut ty = self.typ(ty_expr);
            if variadic {
                params.variadic = true;
                ty = self.world.slice_of(ty);
                self.record_type(field.ty, ty);
            }
            if field.names.is_empty() {
                params.types.push(ty);
            }
            for ident in field.names.iter() {
                params.types.push(ty);
                params.objects.extend(self.param_object(ident, kind, ty));
            }
        }
        params
    }

    /// Parameters are objects of the body's phase only: nothing outside a function names them.
    fn param_object(&mut self, ident: IdentId, kind: VarKind, ty: TypeId) -> Option<ObjId> {
        if !self.recording {
            return None;
        }
        Some(self.new_local(ident, ObjectKind::Var(kind), ty))
    }

    /// Takes a receiver's type apart.
    pub(crate) fn receiver_type(&self, mut expr: ExprId) -> ReceiverType {
        let tree = self.env.tree;
        expr = tree.unparen(expr);
        let mut pointer = false;
        if let ExprKind::Star(inner) = tree.expr(expr).kind {
            pointer = true;
            expr = tree.unparen(inner);
        }
        match tree.expr(expr).kind {
            ExprKind::Index { base, indices } => ReceiverType {
                pointer,
                base,
                args: Some(indices),
            },
            _ => ReceiverType {
                pointer,
                base: expr,
                args: None,
            },
        }
    }

    /// Resolves the head of a declared function or method: receiver, type parameters, signature.
    /// The names are declared in the open block.
    pub(crate) fn func_decl_head(&mut self, func: FuncDecl, object: ObjId) -> (TypeId, Function) {
        let field = func.receiver.and_then(|list| list.iter().next());
        let receiver = field.map(|field| self.receiver(field, object));
        let (ty, function) = self.func_head(func.ty);
        if let Some((Some(ident), receiver_ty)) = receiver
            && self.recording
        {
            let kind = ObjectKind::Var(VarKind::Receiver);
            let variable = self.new_local(ident, kind, receiver_ty);
            self.scopes.declare(self.world.name(variable), variable);
        }
        (ty, function)
    }

    /// The receiver's name and type. Its type parameters are declared in the open block.
    fn receiver(&mut self, field: FieldId, method: ObjId) -> (Option<IdentId>, TypeId) {
        let field = self.env.tree.field(field);
        let ident = field.names.iter().next();
        let parts = self.receiver_type(field.ty);
        let Some(args) = parts.args else {
            return (ident, self.typ(field.ty));
        };
        let ty = self.generic_receiver(method, &parts, args);
        if self.world.is_valid(ty) {
            self.record_receiver(field.ty, ty);
        }
        (ident, ty)
    }

    fn generic_receiver(&mut self, method: ObjId, parts: &ReceiverType, args: ExprList) -> TypeId {
        let world = self.world;
        let generic = self.generic_base(parts.base);
        let params = self.receiver_params(args);
        let Type::Named { origin, .. } = world.ty(generic) else {
            return world.invalid();
        };
        let declared = world
            .named(*origin)
            .type_params
            .get()
            .cloned()
            .unwrap_or_default();
        if declared.len() != params.len() {
            self.error_at(parts.base, || {
                let (got, want) = (params.len(), declared.len());
                format!("receiver declares {got} type parameters, its type {want}")
            });
            return world.invalid();
        }
        let types: TypeList = params
            .iter()
            .map(|&param| world.type_param_type(param))
            .collect();
        for (&own, &base) in params.iter().zip(&declared) {
            if let Some(&constraint) = world.type_param(base).constraint.get() {
                let constraint = world.subst(constraint, &declared, &types);
                let _ = world.type_param(own).constraint.set(constraint);
            }
        }
        if self.declaring.is_some() {
            world.set_receiver_params(method, params);
        }
        self.record_instance(parts.base, &types);
        let ty = world.named_type(*origin, &types);
        if parts.pointer {
            world.pointer_to(ty)
        } else {
            ty
        }
    }

    /// The generic type that a receiver names.
    fn generic_base(&mut self, base: ExprId) -> TypeId {
        let ExprKind::Ident(name) = self.env.tree.expr(base).kind else {
            return self.world.invalid();
        };
        let x = self.ident(base, name, true);
        if x.mode == Mode::TypeExpr && self.world.is_generic(x.ty) {
            self.record_type(base, x.ty);
            return x.ty;
        }
        if x.is_valid() {
            self.error_at(base, || format!("{name} is not a generic type"));
        }
        self.world.invalid()
    }

    /// The type parameters that a receiver declares; they are expressions of their own.
    fn receiver_params(&mut self, args: ExprList) -> Box<[TypeParamId]> {
        let mut params = Vec::new();
        for &arg in self.env.tree.expr_list(args) {
            let node = self.env.tree.expr(arg);
            let name = match node.kind {
                ExprKind::Ident(name) => name,
                _ => contend_base::known::BLANK,
            };
            let object = self.known_expr(arg).unwrap_or_else(|| {
                let kind = ObjectKind::TypeName { is_alias: false };
                let object = self.new_object(name, kind, node.span, None);
                self.remember_expr(arg, object);
                object
            });
            let param = self.type_param_of(object, params.len() as u32);
            self.record_use(arg, object);
            self.record_type(arg, self.world.type_param_type(param));
            self.scopes.declare(name, object);
            params.push(param);
        }
        params.into()
    }

    /// Records the type of `*(T[P])` and of all its parts.
    fn record_receiver(&mut self, mut expr: ExprId, mut ty: TypeId) {
        loop {
            self.record_type(expr, ty);
            expr = match self.env.tree.expr(expr).kind {
                ExprKind::Paren(inner) => inner,
                ExprKind::Star(inner) => {
                    ty = self.world.deref(ty).0;
                    inner
                }
                _ => return,
            };
        }
    }
}
