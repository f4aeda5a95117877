//! Calls, and the instantiation of generic functions.

use contend_syntax::ast::{ExprId, ExprKind, ExprList};
use smallvec::SmallVec;

use crate::check::Checker;
use crate::infer::{InferArg, InferError};
use crate::operand::Operand;
use crate::typexpr::TypeList;
use crate::{Mode, Signature, Type, TypeId, TypeParamId};

/// An argument of a call. `type_args` are those written for a generic function that lacks some.
pub(crate) struct Arg {
    x: Operand,
    type_args: TypeList,
}

type Args = SmallVec<[Arg; 4]>;

impl<'w> Checker<'w> {
    pub(crate) fn call(
        &mut self,
        expr: ExprId,
        fun: ExprId,
        args: ExprList,
        spread: bool,
    ) -> Operand {
        let mut indices = None;
        let mut x = if let ExprKind::Index {
            base,
            indices: list,
        } = self.env.tree.expr(fun).kind
        {
            let (mut x, is_instance) = self.index_expr(fun, base, list);
            x.expr = Some(fun);
            self.record(&x);
            indices = is_instance.then_some(list);
            x
        } else {
            self.expr_or_type(fun, true)
        };
        match x.mode {
            Mode::Invalid => {
                self.use_args(args);
                self.env.has_call_or_receive = true;
                return self.invalid_operand(expr);
            }
            Mode::TypeExpr => {
                self.require_instance(None, &mut x);
                return self.conversion_call(expr, &x, args);
            }
            Mode::Builtin => {
                let builtin = x.builtin;
                let result = builtin
                    .and_then(|builtin| self.builtin(expr, fun, builtin, args, spread))
                    .unwrap_or_else(|| self.invalid_operand(expr));
                if result.is_valid() && !result.is_constant() {
                    self.env.has_call_or_receive = true;
                }
                return result;
            }
            _ => {}
        }
        let result = self.func_call(expr, fun, x, indices, args, spread);
        self.env.has_call_or_receive = true;
        result
    }

    fn use_args(&mut self, args: ExprList) {
        if self.only_types() {
            return;
        }
        for &arg in self.env.tree.expr_list(args) {
            self.use_expr(arg);
        }
    }

    fn func_call(
        &mut self,
        expr: ExprId,
        fun: ExprId,
        mut x: Operand,
        indices: Option<ExprList>,
        list: ExprList,
        spread: bool,
    ) -> Operand {
        let world = self.world;
        let core = world.core_type(x.ty);
        let Some(Type::Signature(signature)) = core.map(|core| world.ty(core)) else {
            if world.is_valid(self.under(x.ty)) {
                self.error_at(fun, || {
                    format!(
                        "a value of type {} cannot be called",
                        world.type_string(x.ty)
                    )
                });
            }
            self.use_args(list);
            return self.invalid_operand(expr);
        };
        let mut signature = signature;
        let was_generic = !signature.type_params.is_empty();
        let mut explicit = TypeList::new();
        if let Some(indices) = indices {
            let Some(types) = self.type_list(indices) else {
                self.use_args(list);
                return self.invalid_operand(expr);
            };
            explicit = types;
            if signature.type_params.len() < explicit.len() {
                let (got, want) = (explicit.len(), signature.type_params.len());
                self.error_at(fun, || {
                    format!("{got} type arguments where {want} are expected")
                });
                self.use_args(list);
                return self.invalid_operand(expr);
            }
            if signature.type_params.len() == explicit.len() {
                x.ty = self.instantiate_signature(fun, x.ty, &explicit);
                explicit.clear();
                let Type::Signature(instance) = world.ty(x.ty) else {
                    return self.invalid_operand(expr);
                };
                signature = instance;
            }
        }
        if self.only_types() && signature.type_params.is_empty() {
            return self.call_result(expr, x.mode, signature);
        }
        let mut args = self.generic_args(list);
        let signature = self.arguments(fun, x.ty, signature, &explicit, &mut args, spread);
        if was_generic && signature.type_params.is_empty() {
            // The function that is called is the instance.
            let ty = world.signature(&signature.params, &signature.results, signature.variadic);
            self.record_fact(fun, Mode::Value, ty);
        }
        let result = self.call_result(expr, x.mode, signature);
        // What depends on type arguments that were not found has no type.
        if world.mentions(result.ty, &signature.type_params) {
            return self.invalid_operand(expr);
        }
        result
    }

    fn call_result(&mut self, expr: ExprId, fun: Mode, signature: &Signature) -> Operand {
        self.env.has_call_or_receive = true;
        let world = self.world;
        let (mode, ty) = match *signature.results {
            [] => (Mode::NoValue, world.universe().empty_tuple),
            [single] if fun == Mode::Cgo => (Mode::Cgo, single),
            [single] => (Mode::Value, single),
            _ => (Mode::Value, world.tuple(&signature.results)),
        };
        if !world.is_valid(ty) {
            return self.invalid_operand(expr);
        }
        Operand::new(mode, ty, expr)
    }

    /// Evaluates arguments. Generic functions among them stay generic.
    fn generic_args(&mut self, list: ExprList) -> Args {
        let exprs = self.env.tree.expr_list(list);
        let mut args = Args::new();
        for &expr in exprs {
            let mut arg = Arg {
                x: self.invalid_operand(expr),
                type_args: TypeList::new(),
            };
            if let ExprKind::Index { base, indices } = self.env.tree.expr(expr).kind {
                let (x, is_instance) = self.index_expr(expr, base, indices);
                arg.x = Operand {
                    expr: Some(expr),
                    ..x
                };
                if is_instance {
                    self.partial_instance(&mut arg, indices);
                }
                self.complete(arg.x.ty);
                self.record(&arg.x);
                args.push(arg);
                continue;
            }
            let mut x = self.raw_expr(None, expr, None, true);
            self.require_value(&mut x);
            if exprs.len() == 1
                && x.is_valid()
                && let Type::Tuple(types) = self.world.ty(x.ty)
            {
                let values = types.iter().map(|&ty| Arg {
                    x: Operand::new(Mode::Value, ty, expr),
                    type_args: TypeList::new(),
                });
                return values.collect();
            }
            self.single_value(&mut x);
            arg.x = x;
            args.push(arg);
        }
        args
    }

    /// Instantiates `f[types]` as an argument, or keeps the types if some are missing.
    fn partial_instance(&mut self, arg: &mut Arg, indices: ExprList) {
        let Some(types) = self.type_list(indices) else {
            self.spoil(&mut arg.x);
            return;
        };
        let want = match self.world.ty(arg.x.ty) {
            Type::Signature(signature) => signature.type_params.len(),
            _ => 0,
        };
        if types.len() < want {
            arg.type_args = types;
        } else if let Some(expr) = arg.x.expr {
            arg.x.ty = self.instantiate_signature(expr, arg.x.ty, &types);
            if !self.world.is_valid(arg.x.ty) {
                self.spoil(&mut arg.x);
            }
        }
    }

    /// The instance of a generic function that `expr` names.
    fn instantiate_signature(&mut self, expr: ExprId, generic: TypeId, args: &[TypeId]) -> TypeId {
        self.record_instance(expr, args);
        self.world.instantiate_signature(generic, args)
    }

    /// Matches arguments with parameters and infers type arguments. Returns the signature that is
    /// called; the one given if type arguments cannot be found.
    fn arguments(
        &mut self,
        fun: ExprId,
        generic: TypeId,
        signature: &'w Signature,
        explicit: &[TypeId],
        args: &mut Args,
        spread: bool,
    ) -> &'w Signature {
        let is_generic_call = !signature.type_params.is_empty()
            || args.iter().any(|arg| self.is_generic_func(arg.x.ty));
        if !is_generic_call {
            self.assign_args(&params_for(self, signature, args.len(), spread), args);
            return signature;
        }
        let Some(instance) = self.infer_call(fun, generic, signature, explicit, args, spread)
        else {
            return signature;
        };
        match self.world.ty(instance) {
            Type::Signature(instance) => {
                let formal = params_for(self, instance, args.len(), spread);
                self.assign_args(&formal, args);
                instance
            }
            _ => signature,
        }
    }

    fn assign_args(&mut self, formal: &[TypeId], args: &mut Args) {
        for (arg, &param) in args.iter_mut().zip(formal) {
            self.assignment(&mut arg.x, Some(param));
        }
    }

    /// Infers the missing type arguments of a call, of the function and of generic functions
    /// among the arguments, and instantiates them. Returns the function's instance.
    fn infer_call(
        &mut self,
        fun: ExprId,
        generic: TypeId,
        signature: &Signature,
        explicit: &[TypeId],
        args: &mut Args,
        spread: bool,
    ) -> Option<TypeId> {
        let world = self.world;
        let formal = params_for(self, signature, args.len(), spread);
        if formal.len() != args.len() {
            self.error_at(fun, || "wrong number of arguments".to_owned());
            return None;
        }
        // Arguments may mention the very parameters that are looked for, as in recursive calls.
        let own = signature.type_params.len();
        let (fresh, formal) = world.fresh_copy(&signature.type_params, world.tuple(&formal), 0);
        let mut params: SmallVec<[TypeParamId; 4]> = fresh.into();
        let mut known: SmallVec<[Option<TypeId>; 4]> = explicit.iter().copied().map(Some).collect();
        known.resize(own, None);
        let mut infer_args: SmallVec<[InferArg; 8]> = SmallVec::new();
        let mut generic_args: SmallVec<[usize; 2]> = SmallVec::new();
        for (index, arg) in args.iter().enumerate() {
            let ty = arg.x.ty;
            if let Type::Signature(inner) = world.ty(ty)
                && !inner.type_params.is_empty()
            {
                let copy = generic_args.len() as u32 + 1;
                let (fresh, ty) = world.fresh_copy(&inner.type_params, ty, copy);
                params.extend_from_slice(fresh);
                known.extend(arg.type_args.iter().copied().map(Some));
                known.resize(params.len(), None);
                generic_args.push(index);
                infer_args.push(InferArg::Typed(ty));
                continue;
            }
            infer_args.push(match world.ty(ty) {
                _ if !arg.x.is_valid() || arg.x.is_nil() => InferArg::Nothing,
                Type::Basic(basic) if basic.is_untyped() => InferArg::Untyped(*basic),
                _ => InferArg::Typed(ty),
            });
        }
        let Type::Tuple(formal) = world.ty(formal) else {
            return None;
        };
        let found = match world.infer_partial(&params, &known, formal, &infer_args) {
            Ok(found) => found,
            Err(error) => {
                if args.iter().all(|arg| arg.x.is_valid()) {
                    self.report_inference(fun, &error);
                }
                return None;
            }
        };
        let mut at = own;
        for index in generic_args {
            let arg = &mut args[index];
            let Type::Signature(inner) = world.ty(arg.x.ty) else {
                continue;
            };
            let end = at + inner.type_params.len();
            if let Some(expr) = arg.x.expr {
                arg.x.ty = self.instantiate_signature(expr, arg.x.ty, &found[at..end]);
                self.record(&arg.x);
            }
            at = end;
        }
        if own == 0 {
            return Some(generic);
        }
        Some(self.instantiate_signature(fun, generic, &found[..own]))
    }

    fn report_inference(&mut self, fun: ExprId, error: &InferError) {
        let world = self.world;
        let text = self.show(fun);
        self.error_at(fun, || match error {
            InferError::Unknown(param) | InferError::Constraint(param) => {
                let name = world.name(world.type_param(*param).object);
                format!("cannot infer {name} in the call of {text}")
            }
            InferError::Mismatch { arg } | InferError::Kinds { arg } => {
                format!(
                    "cannot infer type arguments of {text} from argument {}",
                    arg + 1
                )
            }
        });
    }

    /// Instantiates a generic function that is not called: from the type arguments written in
    /// `explicit`, and from the type `target` that it is assigned to.
    pub(crate) fn instantiate_func(
        &mut self,
        target: Option<TypeId>,
        x: &mut Operand,
        explicit: Option<(ExprId, ExprList)>,
    ) {
        let world = self.world;
        let Some(expr) = explicit.map(|(base, _)| base).or(x.expr) else {
            return;
        };
        let types = match explicit {
            Some((_, indices)) => self.type_list(indices),
            None => Some(TypeList::new()),
        };
        let (Some(types), Type::Signature(signature)) = (types, world.ty(x.ty)) else {
            self.spoil(x);
            return;
        };
        if signature.type_params.len() < types.len() {
            self.error_at(expr, || "too many type arguments".to_owned());
            self.spoil(x);
            return;
        }
        let mut all = types.to_vec();
        if types.len() < signature.type_params.len() {
            let (fresh, formal) = world.fresh_copy(&signature.type_params, x.ty, 0);
            let target = target.map(|target| self.under(target));
            let (formal, args) = match target {
                Some(target) => (vec![formal], vec![InferArg::Typed(target)]),
                None => (Vec::new(), Vec::new()),
            };
            match world.infer(fresh, &types, &formal, &args) {
                Ok(found) => all = found,
                Err(error) => {
                    self.report_inference(expr, &error);
                    self.spoil(x);
                    return;
                }
            }
        }
        x.ty = self.instantiate_signature(expr, x.ty, &all);
        x.mode = Mode::Value;
        if !world.is_valid(x.ty) {
            self.spoil(x);
        }
    }
}

/// The types that `count` arguments are assigned to.
fn params_for(
    checker: &Checker<'_>,
    signature: &Signature,
    count: usize,
    spread: bool,
) -> SmallVec<[TypeId; 8]> {
    let mut formal: SmallVec<[TypeId; 8]> = signature.params.iter().copied().collect();
    if signature.variadic
        && !spread
        && let Some(last) = formal.pop()
    {
        let element = match checker.world.ty(last) {
            Type::Slice(element) => *element,
            _ => last,
        };
        while formal.len() < count {
            formal.push(element);
        }
    }
    formal
}
