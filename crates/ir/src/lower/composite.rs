//! Composite literals: a fresh value, and writes of what the literal puts inside.

use contend_base::Span;
use contend_syntax::ast::{ExprId, ExprKind, ExprList};
use contend_types::{StructField, Type, TypeId};

use super::Lowerer;
use crate::instr::{AllocKind, InstrKind, Operand};
use crate::place::{Key, PlaceId, PlaceKind};

impl Lowerer<'_> {
    /// `T{...}`, or `&T{...}` if `by_address`. Nested literals may leave out `&T` as well.
    pub(super) fn composite(
        &mut self,
        expr: ExprId,
        elements: ExprList,
        by_address: bool,
    ) -> Operand {
        let span = self.span(expr);
        let mut ty = self.info.type_of(expr);
        let mut is_pointer = by_address;
        if let Some(id) = ty
            && let Type::Pointer(pointee) = self.underlying(id)
        {
            ty = Some(*pointee);
            is_pointer = true;
        }
        let structure = ty.map(|ty| self.underlying(ty));
        let kind = match structure {
            Some(Type::Map { .. }) if !is_pointer => AllocKind::Map,
            Some(Type::Slice(_)) if !is_pointer => AllocKind::Slice,
            _ if is_pointer => AllocKind::New,
            _ => AllocKind::Composite,
        };
        let dst = self.temp(ty);
        let size = Operand::Int(0);
        self.emit(
            InstrKind::Alloc {
                dst,
                kind,
                ty,
                size,
                has_room: false,
            },
            span,
        );
        let target = if is_pointer { self.deref(dst, ty) } else { dst };
        let elements = self.tree.expr_list(elements);
        match structure {
            Some(Type::Struct(fields)) => self.struct_elements(target, fields, elements),
            Some(Type::Map { key, value }) => self.map_elements(target, *key, *value, elements),
            Some(Type::Slice(element) | Type::Array { element, .. }) => {
                self.list_elements(target, Some(*element), elements);
            }
            _ => self.list_elements(target, None, elements),
        }
        Operand::Place(dst)
    }

    fn struct_elements(&mut self, base: PlaceId, fields: &[StructField], elements: &[ExprId]) {
        for (nth, &element) in elements.iter().enumerate() {
            let (field, value) = match self.tree.expr(element).kind {
                ExprKind::KeyValue { key, value } => (self.info.object_of(key), value),
                _ => (fields.get(nth).map(|field| field.object), element),
            };
            let operand = self.operand(value);
            let Some(field) = field else { continue };
            let ty = fields.iter().find(|it| it.object == field).map(|it| it.ty);
            self.implied_conversion(self.info.type_of(value), ty);
            let place = self.places.intern(PlaceKind::Field { base, field }, ty);
            self.fill(place, operand, self.span(element));
        }
    }

    fn map_elements(&mut self, base: PlaceId, key: TypeId, value: TypeId, elements: &[ExprId]) {
        for &element in elements {
            let ExprKind::KeyValue {
                key: key_expr,
                value: value_expr,
            } = self.tree.expr(element).kind
            else {
                self.operand(element);
                continue;
            };
            self.operand(key_expr);
            let operand = self.operand(value_expr);
            self.implied_conversion(self.info.type_of(key_expr), Some(key));
            self.implied_conversion(self.info.type_of(value_expr), Some(value));
            let kind = PlaceKind::MapElement {
                base,
                key: Key::Any,
            };
            let place = self.places.intern(kind, Some(value));
            if !is_plain(operand) {
                let write = InstrKind::MapWrite {
                    element: place,
                    value: operand,
                };
                self.emit(write, self.span(element));
            }
        }
    }

    fn list_elements(&mut self, base: PlaceId, ty: Option<TypeId>, elements: &[ExprId]) {
        for &element in elements {
            let value = match self.tree.expr(element).kind {
                ExprKind::KeyValue { value, .. } => value,
                _ => element,
            };
            let operand = self.operand(value);
            self.implied_conversion(self.info.type_of(value), ty);
            let place = self.places.intern(
                PlaceKind::Element {
                    base,
                    key: Key::Any,
                },
                ty,
            );
            self.fill(place, operand, self.span(element));
        }
    }

    /// Constants inside a fresh value tell nothing; big tables consist of them.
    fn fill(&mut self, place: PlaceId, value: Operand, span: Span) {
        if !is_plain(value) {
            self.emit(InstrKind::Write { place, value }, span);
        }
    }
}

fn is_plain(value: Operand) -> bool {
    !matches!(
        value,
        Operand::Place(_) | Operand::Addr(_) | Operand::Func(_)
    )
}
