//! Calls, conversions, `go` and `defer`.

use contend_base::{Idx, Span};
use contend_syntax::ast::{ExprId, ExprKind, ExprList};
use contend_types::{Mode, ObjectKind, Selection, SelectionKind, Signature, Type, TypeId};

use super::Lowerer;
use super::expr::Operands;
use crate::instr::{Call, CallMode, Callee, InstrKind, Operand, OperandList, Terminator};

/// What is called, with its receiver.
pub(super) struct Target {
    callee: Callee,
    receiver: Option<Operand>,
    receiver_ty: Option<TypeId>,
}

impl Target {
    fn plain(callee: Callee) -> Self {
        Self {
            callee,
            receiver: None,
            receiver_ty: None,
        }
    }
}

/// The parts of a call expression.
#[derive(Clone, Copy)]
pub(super) struct CallExpr {
    pub(super) id: ExprId,
    /// Without parentheses.
    pub(super) fun: ExprId,
    /// With them.
    pub(super) callee_span: Span,
    pub(super) args: ExprList,
    pub(super) spread: bool,
    pub(super) span: Span,
}

impl<'a> Lowerer<'a> {
    /// A call, or a conversion, as an operand. Returns its results.
    pub(super) fn call(&mut self, expr: ExprId) -> Operands {
        self.deeper(Operands::new(), |cx| cx.call_in_mode(expr, CallMode::Plain))
    }

    /// `go` and `defer`: the operand should be a call.
    pub(super) fn spawn(&mut self, expr: ExprId, mode: CallMode) {
        let expr = self.tree.unparen(expr);
        if matches!(self.tree.expr(expr).kind, ExprKind::Call { .. }) {
            self.b.func.has_defer |= mode == CallMode::Defer;
            self.call_in_mode(expr, mode);
        }
    }

    fn call_in_mode(&mut self, id: ExprId, mode: CallMode) -> Operands {
        let expr = self.tree.expr(id);
        let ExprKind::Call { fun, args, spread } = expr.kind else {
            return Operands::new();
        };
        let callee_span = self.span(fun);
        let fun = self.tree.unparen(fun);
        let call = CallExpr {
            id,
            fun,
            callee_span,
            args,
            spread,
            span: expr.span,
        };
        match self.info.fact(fun).mode {
            Mode::TypeExpr => Operands::from_slice(&[self.conversion(call)]),
            Mode::Builtin => Operands::from_slice(&[self.builtin(call, mode)]),
            _ => self.function_call(call, mode),
        }
    }

    fn conversion(&mut self, call: CallExpr) -> Operand {
        let &[arg] = self.tree.expr_list(call.args) else {
            return Operand::Unknown;
        };
        let value = self.operand(arg);
        let ty = self.info.type_of(call.fun);
        self.implied_conversion(self.info.type_of(arg), ty);
        let dst = self.temp(ty);
        self.emit(InstrKind::Convert { dst, value, ty }, call.span);
        Operand::Place(dst)
    }

    fn function_call(&mut self, call: CallExpr, mode: CallMode) -> Operands {
        let mut target = self.target(call.fun);
        let signature = match self.underlying_of(call.fun) {
            Some(Type::Signature(signature)) => Some(signature),
            _ => None,
        };
        let mut args = self.args(call, signature);
        if self.takes_receiver_as_argument(call.fun, &target) && !args.is_empty() {
            target.receiver = Some(self.receiver_from(args.remove(0), target.callee));
        }
        let results: Operands = match signature {
            Some(signature) if mode == CallMode::Plain => {
                let types = signature.results.iter();
                types
                    .map(|&ty| Operand::Place(self.temp(Some(ty))))
                    .collect()
            }
            _ => Operands::new(),
        };
        let record = Call {
            mode,
            callee: target.callee,
            receiver: target.receiver,
            args: self.list(&args),
            spread: call.spread,
            results: self.list(&results),
            receiver_ty: target.receiver_ty,
            span: call.span,
            callee_span: call.callee_span,
            implied: false,
        };
        self.push_call(record);
        if mode == CallMode::Plain {
            self.end_if_no_return(target.callee, call.span);
        }
        results
    }

    pub(super) fn push_call(&mut self, call: Call) {
        let span = call.span;
        let id = Idx::new(self.calls.len());
        self.calls.push(call);
        self.emit(InstrKind::Call(id), span);
    }

    fn end_if_no_return(&mut self, callee: Callee, span: Span) {
        let (Callee::Static(function) | Callee::Interface(function)) = callee else {
            return;
        };
        if let Some(end) = super::no_return::end_of(self.world, function) {
            let terminator = match end {
                super::no_return::End::Goroutine => Terminator::Panic { unwind: None },
                super::no_return::End::Process => Terminator::Stop,
            };
            self.b.end(terminator, span);
        }
    }

    /// Evaluates what stands before the arguments.
    fn target(&mut self, fun: ExprId) -> Target {
        match self.tree.expr(fun).kind {
            ExprKind::Ident(_) => self.named_target(fun),
            ExprKind::Selector { base, .. } => match self.info.selections.get(&fun) {
                Some(selection) => self.selected_target(fun, base, selection),
                None => self.named_target(fun),
            },
            ExprKind::FuncLit { ty, body } => {
                Target::plain(Callee::Literal(self.literal(fun, ty, body)))
            }
            ExprKind::Index { base, .. } if self.is_instantiation(base) => {
                self.target(self.tree.unparen(base))
            }
            _ => self.value_target(fun),
        }
    }

    fn named_target(&mut self, fun: ExprId) -> Target {
        let object = self.info.object_of(fun);
        match object.map(|object| (object, self.object(object).kind)) {
            Some((object, ObjectKind::Func { .. })) => {
                self.note_instance(fun);
                Target::plain(Callee::Static(object))
            }
            _ => self.value_target(fun),
        }
    }

    fn selected_target(&mut self, fun: ExprId, base: ExprId, selection: &'a Selection) -> Target {
        let callee = match self.object(selection.object).kind {
            ObjectKind::Func { .. } => Callee::Static(selection.object),
            ObjectKind::InterfaceMethod => Callee::Interface(selection.object),
            _ => return self.value_target(fun),
        };
        self.note_instance(fun);
        let receiver = match selection.kind {
            SelectionKind::Method => Some(self.receiver(base, selection)),
            SelectionKind::Field | SelectionKind::MethodExpr => None,
        };
        let receiver_ty = matches!(callee, Callee::Interface(_))
            .then(|| self.holder_type(selection))
            .flatten();
        Target {
            callee,
            receiver,
            receiver_ty,
        }
    }

    fn value_target(&mut self, fun: ExprId) -> Target {
        match self.operand(fun) {
            Operand::Unknown => Target::plain(Callee::Unknown),
            value => Target::plain(Callee::Value(value)),
        }
    }

    /// True if `base[...]` names an instance of a declared generic function.
    fn is_instantiation(&self, base: ExprId) -> bool {
        let base = self.tree.unparen(base);
        let object = self.info.object_of(base);
        object.is_some_and(|object| matches!(self.object(object).kind, ObjectKind::Func { .. }))
    }

    /// The type that has the method: the last embedded field on the way, or the receiver itself.
    fn holder_type(&self, selection: &Selection) -> Option<TypeId> {
        let mut ty = selection.receiver;
        for &number in selection
            .path
            .iter()
            .take(selection.path.len().saturating_sub(1))
        {
            if let Type::Pointer(pointee) = self.underlying(ty) {
                ty = *pointee;
            }
            let Type::Struct(fields) = self.underlying(ty) else {
                return Some(ty);
            };
            ty = fields.get(number as usize)?.ty;
        }
        Some(ty)
    }

    /// The receiver of `base.method`, see [`Call::receiver`].
    pub(super) fn receiver(&mut self, base: ExprId, selection: &Selection) -> Operand {
        let steps = selection.path.len().saturating_sub(1);
        let (place, ty) = self.walk(base, selection, steps);
        let span = self.span(base);
        let pointee = match self.underlying(ty) {
            Type::Pointer(pointee) => Some(*pointee),
            _ => None,
        };
        let ObjectKind::Func {
            pointer_receiver, ..
        } = self.object(selection.object).kind
        else {
            self.read(place, span);
            return Operand::Place(place);
        };
        let object = match pointee {
            Some(pointee) => {
                self.read(place, span);
                self.deref(place, Some(pointee))
            }
            None => place,
        };
        if pointer_receiver {
            return Operand::Addr(object);
        }
        self.read(object, span);
        Operand::Place(object)
    }

    /// True for `T.Method(receiver, ...)`.
    fn takes_receiver_as_argument(&self, fun: ExprId, target: &Target) -> bool {
        let selection = self.info.selections.get(&fun);
        target.receiver.is_none()
            && selection.is_some_and(|selection| selection.kind == SelectionKind::MethodExpr)
    }

    fn receiver_from(&mut self, arg: Operand, callee: Callee) -> Operand {
        let by_pointer = match callee {
            Callee::Static(method) => matches!(
                self.object(method).kind,
                ObjectKind::Func {
                    pointer_receiver: true,
                    ..
                }
            ),
            _ => false,
        };
        match arg {
            Operand::Place(pointer) if by_pointer => Operand::Addr(self.deref(pointer, None)),
            _ => arg,
        }
    }

    /// Evaluates the arguments; `f(g())` passes on all results of `g`.
    fn args(&mut self, call: CallExpr, signature: Option<&Signature>) -> Operands {
        let exprs = self.tree.expr_list(call.args);
        if let &[only] = exprs
            && let Some(Type::Tuple(types)) = self.info.type_of(only).map(|ty| self.world.ty(ty))
        {
            let values = self.values(only, types.len());
            for (i, &ty) in types.iter().enumerate() {
                self.implied_conversion(Some(ty), param_type(self, signature, i, false));
            }
            return values;
        }
        let mut values = Operands::with_capacity(exprs.len());
        for (i, &arg) in exprs.iter().enumerate() {
            values.push(self.operand(arg));
            let param = param_type(self, signature, i, call.spread);
            self.implied_conversion(self.info.type_of(arg), param);
        }
        values
    }

    /// The operands of several expressions, as a list.
    pub(super) fn operand_list(&mut self, exprs: &[ExprId]) -> OperandList {
        let values: Operands = exprs.iter().map(|&expr| self.operand(expr)).collect();
        self.list(&values)
    }
}

/// The type that argument number `i` is converted to.
fn param_type(
    cx: &Lowerer<'_>,
    signature: Option<&Signature>,
    i: usize,
    spread: bool,
) -> Option<TypeId> {
    let signature = signature?;
    let last = signature.params.len().checked_sub(1)?;
    if !signature.variadic || i < last || spread {
        return signature.params.get(i).copied();
    }
    match cx.underlying(signature.params[last]) {
        Type::Slice(element) => Some(*element),
        _ => None,
    }
}
