//! Expressions as values.

use contend_base::Span;
use contend_syntax::ast::{BinaryOp, Expr, ExprId, ExprKind, SliceBounds, UnaryOp};
use contend_types::constant::Constant;
use contend_types::{Mode, ObjectKind, Selection, SelectionKind, Type};
use smallvec::SmallVec;

use super::Lowerer;
use super::place::Container;
use crate::instr::{InstrKind, Operand, Operator};

pub(super) type Operands = SmallVec<[Operand; 4]>;

impl Lowerer<'_> {
    /// Evaluates an expression to one value.
    pub(super) fn operand(&mut self, expr: ExprId) -> Operand {
        self.deeper(Operand::Unknown, |cx| cx.operand_inner(expr))
    }

    fn operand_inner(&mut self, expr: ExprId) -> Operand {
        let id = self.tree.unparen(expr);
        match self.info.fact(id).mode {
            Mode::Constant => return self.constant(id),
            Mode::Nil => return Operand::Nil,
            Mode::TypeExpr => return Operand::Unknown,
            _ => {}
        }
        let expr = self.tree.expr(id);
        match expr.kind {
            ExprKind::Ident(_) => self.name(id, expr.span),
            ExprKind::Literal(_) => Operand::Const,
            ExprKind::Composite { elements, .. } => self.composite(id, elements, false),
            ExprKind::FuncLit { ty, body } => {
                let func = self.literal(id, ty, body);
                let dst = self.temp(self.info.type_of(id));
                self.emit(InstrKind::Closure { dst, func }, expr.span);
                Operand::Place(dst)
            }
            ExprKind::Selector { base, .. } => match self.info.selections.get(&id) {
                Some(selection) if selection.kind == SelectionKind::Field => {
                    self.read_expr(id, expr.span)
                }
                Some(selection) => self.method_value(id, base, selection),
                None => self.name(id, expr.span),
            },
            ExprKind::Index { base, .. } => match self.container(id, base) {
                Container::Function => self.operand(base),
                _ => self.read_expr(id, expr.span),
            },
            ExprKind::Slice { base, bounds } => {
                self.slice(id, expr, base, self.tree.slice_bounds[bounds.index()])
            }
            ExprKind::TypeAssert { base, ty: Some(_) } => self.type_assert(id, base, false).0,
            ExprKind::Call { .. } => {
                let results = self.call(id);
                results.first().copied().unwrap_or(Operand::Unknown)
            }
            ExprKind::Star(_) => self.read_expr(id, expr.span),
            ExprKind::Unary { op, operand } => self.unary(id, expr.span, op, operand),
            ExprKind::Binary { .. } => self.binary(id),
            _ => Operand::Unknown,
        }
    }

    pub(super) fn constant(&self, expr: ExprId) -> Operand {
        match self.info.constants.get(&expr) {
            Some(Constant::Int(value)) => {
                i32::try_from(*value).map_or(Operand::Const, Operand::Int)
            }
            Some(Constant::Bool(value)) => Operand::Bool(*value),
            _ => Operand::Const,
        }
    }

    /// A name, qualified or not.
    fn name(&mut self, expr: ExprId, span: Span) -> Operand {
        let Some(object) = self.info.object_of(expr) else {
            return Operand::Unknown;
        };
        match self.object(object).kind {
            ObjectKind::Var(_) => {
                let place = self.var_place(object);
                self.read(place, span);
                Operand::Place(place)
            }
            ObjectKind::Func { .. } => {
                self.note_instance(expr);
                Operand::Func(object)
            }
            ObjectKind::Nil => Operand::Nil,
            ObjectKind::Const => Operand::Const,
            _ => Operand::Unknown,
        }
    }

    /// Type arguments give methods to calls through constraints.
    pub(super) fn note_instance(&mut self, expr: ExprId) {
        if self.info.instances.is_empty() {
            return;
        }
        for &argument in self.info.instances.get(&expr).into_iter().flatten() {
            self.note_boxed(argument);
        }
    }

    fn read_expr(&mut self, expr: ExprId, span: Span) -> Operand {
        let place = self.place(expr);
        self.read(place, span);
        Operand::Place(place)
    }

    fn method_value(&mut self, expr: ExprId, base: ExprId, selection: &Selection) -> Operand {
        if selection.kind == SelectionKind::MethodExpr {
            return Operand::Func(selection.object);
        }
        let receiver = self.receiver(base, selection);
        let dst = self.temp(self.info.type_of(expr));
        let method = selection.object;
        self.emit(
            InstrKind::MethodValue {
                dst,
                receiver,
                method,
            },
            self.span(expr),
        );
        Operand::Place(dst)
    }

    fn slice(&mut self, id: ExprId, expr: Expr, base: ExprId, bounds: SliceBounds) -> Operand {
        let is_array = matches!(self.underlying_of(base), Some(Type::Array { .. }));
        let base = if is_array {
            Operand::Addr(self.place(base))
        } else {
            self.operand(base)
        };
        let low = bounds.low.map_or(Operand::Int(0), |it| self.operand(it));
        for bound in [bounds.high, bounds.max].into_iter().flatten() {
            self.operand(bound);
        }
        let dst = self.temp(self.info.type_of(id));
        self.emit(InstrKind::Slice { dst, base, low }, expr.span);
        Operand::Place(dst)
    }

    /// The value and, if wanted, whether it is of the type.
    pub(super) fn type_assert(
        &mut self,
        expr: ExprId,
        base: ExprId,
        comma_ok: bool,
    ) -> (Operand, Operand) {
        let value = self.operand(base);
        let asserted = match self.tree.expr(expr).kind {
            ExprKind::TypeAssert { ty: Some(ty), .. } => self.info.type_of(ty),
            _ => None,
        };
        if let Some(ty) = asserted {
            self.note_boxed(ty);
        }
        let dst = self.temp(asserted);
        let ok = comma_ok.then(|| self.temp(None));
        self.emit(
            InstrKind::TypeAssert {
                dst,
                value,
                ty: asserted,
                ok,
            },
            self.span(expr),
        );
        (
            Operand::Place(dst),
            ok.map_or(Operand::Unknown, Operand::Place),
        )
    }

    fn unary(&mut self, expr: ExprId, span: Span, op: UnaryOp, operand: ExprId) -> Operand {
        match op {
            UnaryOp::Address => self.address(operand),
            UnaryOp::Receive => self.receive(expr, operand, false).0,
            _ => {
                let left = self.operand(operand);
                let dst = self.temp(self.info.type_of(expr));
                let op = Operator::Unary(op);
                self.emit(
                    InstrKind::Operation {
                        dst,
                        op,
                        left,
                        right: Operand::Nil,
                    },
                    span,
                );
                Operand::Place(dst)
            }
        }
    }

    fn address(&mut self, operand: ExprId) -> Operand {
        let operand = self.tree.unparen(operand);
        match self.tree.expr(operand).kind {
            ExprKind::Composite { elements, .. } => self.composite(operand, elements, true),
            _ => Operand::Addr(self.place(operand)),
        }
    }

    pub(super) fn receive(
        &mut self,
        expr: ExprId,
        channel: ExprId,
        comma_ok: bool,
    ) -> (Operand, Operand) {
        let channel = self.operand(channel);
        let dst = self.temp(self.info.type_of(expr));
        let ok = comma_ok.then(|| self.temp(None));
        self.emit(InstrKind::Receive { dst, channel, ok }, self.span(expr));
        (
            Operand::Place(dst),
            ok.map_or(Operand::Unknown, Operand::Place),
        )
    }

    /// Operators are left-deep: long sums are followed in a loop.
    fn binary(&mut self, expr: ExprId) -> Operand {
        let mut pending = Vec::new();
        let mut leftmost = expr;
        while let ExprKind::Binary {
            op, left, right, ..
        } = self.tree.expr(leftmost).kind
            && self.info.fact(leftmost).mode != Mode::Constant
            && !matches!(op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr)
        {
            pending.push((leftmost, op, left, right));
            leftmost = self.tree.unparen(left);
        }
        if pending.is_empty() {
            return self.logical(expr);
        }
        let mut value = self.operand(leftmost);
        for (id, op, left_expr, right_expr) in pending.into_iter().rev() {
            let right = self.operand(right_expr);
            if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
                let (a, b) = (self.info.type_of(left_expr), self.info.type_of(right_expr));
                self.implied_conversion(a, b);
                self.implied_conversion(b, a);
            }
            let dst = self.temp(self.info.type_of(id));
            let op = Operator::Binary(op);
            self.emit(
                InstrKind::Operation {
                    dst,
                    op,
                    left: value,
                    right,
                },
                self.span(id),
            );
            value = Operand::Place(dst);
        }
        value
    }

    /// Evaluates an expression where `wanted` values are expected: a call with several results, or
    /// one of the comma-ok forms.
    pub(super) fn values(&mut self, expr: ExprId, wanted: usize) -> Operands {
        let id = self.tree.unparen(expr);
        let (value, ok) = match self.tree.expr(id).kind {
            ExprKind::Call { .. } => {
                let mut results = self.call(id);
                results.resize(wanted, Operand::Unknown);
                return results;
            }
            ExprKind::TypeAssert { base, ty: Some(_) } => self.type_assert(id, base, true),
            ExprKind::Unary {
                op: UnaryOp::Receive,
                operand,
            } => self.receive(id, operand, true),
            ExprKind::Index { base, .. } if self.container(id, base) == Container::Map => {
                let element = self.place(id);
                let ok = self.temp(None);
                let read = InstrKind::MapRead {
                    element,
                    ok: Some(ok),
                };
                self.emit(read, self.span(id));
                (Operand::Place(element), Operand::Place(ok))
            }
            _ => (self.operand(id), Operand::Unknown),
        };
        let mut values = Operands::from_slice(&[value, ok]);
        values.resize(wanted, Operand::Unknown);
        values
    }
}
