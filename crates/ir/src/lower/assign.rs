//! Assignments and declarations of variables.

use contend_base::Span;
use contend_syntax::ast::{AssignOp, BinaryOp, ExprId, ExprKind, ValueSpec};
use contend_types::{ObjId, Type, TypeId};
use smallvec::SmallVec;

use super::Lowerer;
use super::expr::Operands;
use crate::instr::{InstrKind, Operand, Operator};
use crate::place::{PlaceId, PlaceKind};

/// The left side of one assignment; `None` for `_`.
#[derive(Clone, Copy)]
pub(super) struct Destination {
    place: Option<PlaceId>,
    /// Set if the assignment declares this variable.
    declares: Option<ObjId>,
    ty: Option<TypeId>,
    span: Span,
}

impl Destination {
    pub(super) fn ty(self) -> Option<TypeId> {
        self.ty
    }
}

impl Lowerer<'_> {
    pub(super) fn assign(&mut self, op: AssignOp, left: &[ExprId], right: &[ExprId], span: Span) {
        match op {
            AssignOp::Op(op) => {
                if let (&[left], &[right]) = (left, right) {
                    self.update(op, left, Some(right), span);
                }
            }
            AssignOp::Assign | AssignOp::Define => {
                let is_definition = op == AssignOp::Define;
                self.plain_assign(left, right, is_definition);
            }
        }
    }

    fn plain_assign(&mut self, left: &[ExprId], right: &[ExprId], is_definition: bool) {
        let to: SmallVec<[Destination; 4]> = left
            .iter()
            .map(|&expr| self.destination(expr, is_definition))
            .collect();
        let values = if let (&[value], 2..) = (right, left.len()) {
            let values = self.values(value, left.len());
            self.note_tuple(value, &to);
            values
        } else {
            let mut values = Operands::with_capacity(right.len());
            for (i, &expr) in right.iter().enumerate() {
                let value = self.operand(expr);
                values.push(value);
                let ty = to.get(i).and_then(|to| to.ty);
                self.implied_conversion(self.info.type_of(expr), ty);
            }
            if right.len() > 1 && !is_definition {
                self.copy_to_temps(&mut values, right);
            }
            values
        };
        for (i, &destination) in to.iter().enumerate() {
            let value = values.get(i).copied().unwrap_or(Operand::Unknown);
            self.store(destination, value);
        }
    }

    /// `a, b = b, a` takes both values before it stores one.
    fn copy_to_temps(&mut self, values: &mut Operands, exprs: &[ExprId]) {
        for (value, &expr) in values.iter_mut().zip(exprs) {
            let Operand::Place(place) = *value else {
                continue;
            };
            if matches!(self.places.places.kind(place), PlaceKind::Temp(_)) {
                continue;
            }
            let temp = self.temp(self.places.places.ty(place));
            self.emit(
                InstrKind::Write {
                    place: temp,
                    value: *value,
                },
                self.span(expr),
            );
            *value = Operand::Place(temp);
        }
    }

    /// Notes implied conversions of the values of a call.
    fn note_tuple(&mut self, call: ExprId, to: &[Destination]) {
        let Some(Type::Tuple(types)) = self.info.type_of(call).map(|ty| self.world.ty(ty)) else {
            return;
        };
        for (&ty, destination) in types.iter().zip(to) {
            self.implied_conversion(Some(ty), destination.ty);
        }
    }

    /// Evaluates the left side of an assignment as far as Go does before the right side.
    pub(super) fn destination(&mut self, expr: ExprId, is_definition: bool) -> Destination {
        let id = self.tree.unparen(expr);
        let span = self.span(id);
        let nowhere = Destination {
            place: None,
            declares: None,
            ty: None,
            span,
        };
        if let ExprKind::Ident(name) = self.tree.expr(id).kind {
            if name.is_blank() {
                return nowhere;
            }
            let Some(object) = self.info.object_of(id) else {
                return nowhere;
            };
            let declares =
                Some(object).filter(|&object| is_definition && self.is_declared_at(object, span));
            let place = self.var_place(object);
            let ty = self.places.places.ty(place);
            return Destination {
                place: Some(place),
                declares,
                ty,
                span,
            };
        }
        let place = Some(self.place(id));
        Destination {
            place,
            declares: None,
            ty: self.info.type_of(id),
            span,
        }
    }

    pub(super) fn store(&mut self, to: Destination, value: Operand) {
        if let Some(variable) = to.declares {
            self.emit(InstrKind::Declare(variable), to.span);
        }
        if let Some(place) = to.place {
            self.write(place, value, to.span);
        }
    }

    pub(super) fn write(&mut self, place: PlaceId, value: Operand, span: Span) {
        let kind = match self.places.places.kind(place) {
            PlaceKind::MapElement { .. } => InstrKind::MapWrite {
                element: place,
                value,
            },
            _ => InstrKind::Write { place, value },
        };
        self.emit(kind, span);
    }

    /// `left op= right`; without `right` it is `left++` or `left--`.
    pub(super) fn update(&mut self, op: BinaryOp, left: ExprId, right: Option<ExprId>, span: Span) {
        let target = self.span(left);
        let place = self.place(left);
        self.read(place, target);
        let right = right.map_or(Operand::Int(1), |right| self.operand(right));
        let dst = self.temp(self.info.type_of(left));
        let op = Operator::Binary(op);
        let left = Operand::Place(place);
        self.emit(
            InstrKind::Operation {
                dst,
                op,
                left,
                right,
            },
            span,
        );
        self.write(place, Operand::Place(dst), target);
    }

    /// One line of a `var` declaration. Local variables begin their life here.
    pub(super) fn value_spec(&mut self, spec: ValueSpec, is_local: bool) {
        let exprs = self.tree.expr_list(spec.values);
        let types: SmallVec<[Option<TypeId>; 4]> = spec
            .names
            .iter()
            .map(|name| {
                self.def(name)
                    .and_then(|object| self.object(object).ty.get().copied())
            })
            .collect();
        let values = if let (&[value], 2..) = (exprs, spec.names.len()) {
            self.values(value, spec.names.len())
        } else {
            let mut values = Operands::with_capacity(exprs.len());
            for (i, &expr) in exprs.iter().enumerate() {
                values.push(self.operand(expr));
                let ty = types.get(i).copied().flatten();
                // `var _ I = T{}` has no object, but a type.
                let ty = ty.or_else(|| spec.ty.and_then(|ty| self.info.type_of(ty)));
                self.implied_conversion(self.info.type_of(expr), ty);
            }
            values
        };
        for (i, name) in spec.names.iter().enumerate() {
            let Some(variable) = self.def(name) else {
                continue;
            };
            let span = self.tree.ident(name).span();
            if is_local {
                self.emit(InstrKind::Declare(variable), span);
            }
            if let Some(&value) = values.get(i) {
                let place = self.var_place(variable);
                self.emit(InstrKind::Write { place, value }, span);
            }
        }
    }
}
