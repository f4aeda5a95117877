//! Expressions that name memory.

use std::hash::{Hash as _, Hasher as _};

use contend_base::Span;
use contend_syntax::ast::{ExprId, ExprKind, ExprList};
use contend_types::constant::Constant;
use contend_types::{Mode, ObjectKind, Selection, SelectionKind, Type, TypeId};

use rustc_hash::FxHasher;

use super::Lowerer;
use crate::instr::{InstrKind, Operand};
use crate::place::{Key, PlaceId, PlaceKind};

/// What `base[index]` indexes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Array,
    PointerToArray,
    /// A slice or a string: the header is read.
    Slice,
    Map,
    /// `f[T]`.
    Function,
}

impl Lowerer<'_> {
    /// The place that an expression names, or that holds its value. Everything on the way is
    /// evaluated and read; the place itself is not.
    pub(super) fn place(&mut self, expr: ExprId) -> PlaceId {
        self.deeper(None, |cx| Some(cx.place_inner(expr)))
            .unwrap_or_else(|| self.unknown_place())
    }

    fn place_inner(&mut self, expr: ExprId) -> PlaceId {
        let expr = self.tree.unparen(expr);
        match self.tree.expr(expr).kind {
            ExprKind::Ident(_) => match self.info.object_of(expr) {
                Some(object) if matches!(self.object(object).kind, ObjectKind::Var(_)) => {
                    self.var_place(object)
                }
                _ => self.value_place(expr),
            },
            ExprKind::Selector { base, .. } => match self.info.selections.get(&expr) {
                Some(selection) if selection.kind == SelectionKind::Field => {
                    self.walk(base, selection, selection.path.len()).0
                }
                Some(_) => self.value_place(expr),
                None => match self.info.object_of(expr) {
                    Some(object) if matches!(self.object(object).kind, ObjectKind::Var(_)) => {
                        self.var_place(object)
                    }
                    _ => self.value_place(expr),
                },
            },
            ExprKind::Index { base, indices } => self.element(expr, base, indices),
            ExprKind::Star(pointer) => {
                let span = self.span(pointer);
                let pointer = self.place(pointer);
                self.read(pointer, span);
                self.deref(pointer, self.info.type_of(expr))
            }
            _ => self.value_place(expr),
        }
    }

    /// A place that holds the value of an expression that is no place.
    fn value_place(&mut self, expr: ExprId) -> PlaceId {
        match self.operand(expr) {
            Operand::Place(place) => place,
            Operand::Unknown => self.unknown_place(),
            value => {
                let place = self.temp(self.info.type_of(expr));
                self.emit(InstrKind::Write { place, value }, self.span(expr));
                place
            }
        }
    }

    pub(super) fn unknown_place(&mut self) -> PlaceId {
        self.places.intern(PlaceKind::Unknown, None)
    }

    pub(super) fn deref(&mut self, base: PlaceId, ty: Option<TypeId>) -> PlaceId {
        self.places.intern(PlaceKind::Deref { base }, ty)
    }

    /// Follows the first `steps` fields of a selection. Returns the place and its type.
    pub(super) fn walk(
        &mut self,
        base: ExprId,
        selection: &Selection,
        steps: usize,
    ) -> (PlaceId, TypeId) {
        let mut ty = selection.receiver;
        let mut place = self.place(base);
        for (nth, &number) in selection.path.iter().take(steps).enumerate() {
            if let Type::Pointer(pointee) = self.underlying(ty) {
                self.read(place, self.span(base));
                ty = *pointee;
                place = self.deref(place, Some(ty));
            }
            let Type::Struct(fields) = self.underlying(ty) else {
                return (self.unknown_place(), ty);
            };
            let Some(field) = fields.get(number as usize) else {
                return (self.unknown_place(), ty);
            };
            let is_last_field =
                selection.kind == SelectionKind::Field && nth + 1 == selection.path.len();
            ty = if is_last_field {
                selection.ty
            } else {
                field.ty
            };
            let kind = PlaceKind::Field {
                base: place,
                field: field.object,
            };
            place = self.places.intern(kind, Some(ty));
        }
        (place, ty)
    }

    pub(super) fn container(&self, expr: ExprId, base: ExprId) -> Container {
        match self.underlying_of(base) {
            Some(Type::Map { .. }) => Container::Map,
            Some(Type::Array { .. }) => Container::Array,
            Some(Type::Pointer(_)) => Container::PointerToArray,
            Some(Type::Signature(_)) => Container::Function,
            Some(_) | None if self.info.fact(expr).mode == Mode::MapIndex => Container::Map,
            Some(_) => Container::Slice,
            None => Container::Function,
        }
    }

    fn element(&mut self, expr: ExprId, base: ExprId, indices: ExprList) -> PlaceId {
        let container = self.container(expr, base);
        if container == Container::Function {
            return self.value_place(base);
        }
        let mut place = self.place(base);
        if container != Container::Array {
            self.read(place, self.span(base));
        }
        if container == Container::PointerToArray {
            place = self.deref(place, None);
        }
        let key = match self.tree.expr_list(indices) {
            &[index] => {
                if container == Container::Map {
                    self.box_map_key(index, base);
                }
                self.key(index)
            }
            _ => Key::Any,
        };
        let kind = match container {
            Container::Map => PlaceKind::MapElement { base: place, key },
            _ => PlaceKind::Element { base: place, key },
        };
        self.places.intern(kind, self.info.type_of(expr))
    }

    fn box_map_key(&mut self, index: ExprId, map: ExprId) {
        if let Some(Type::Map { key, .. }) = self.underlying_of(map) {
            self.implied_conversion(self.info.type_of(index), Some(*key));
        }
    }

    /// Evaluates an index.
    pub(super) fn key(&mut self, index: ExprId) -> Key {
        match self.operand(index) {
            Operand::Int(value) => Key::Int(value),
            Operand::Place(place) => Key::Place(place),
            Operand::Const => self.constant_key(index),
            _ => Key::Any,
        }
    }

    fn constant_key(&self, index: ExprId) -> Key {
        let constant = self.info.constants.get(&self.tree.unparen(index));
        let Some(Constant::String(text)) = constant else {
            return Key::Any;
        };
        let mut hasher = FxHasher::default();
        text.hash(&mut hasher);
        let [a, b, c, d, ..] = hasher.finish().to_le_bytes();
        Key::Const(u32::from_le_bytes([a, b, c, d]))
    }

    /// Reads a place: a map read where it is (part of) an element of a map, nothing where it is
    /// (part of) the value of an expression.
    pub(super) fn read(&mut self, place: PlaceId, span: Span) {
        match self.places.places.kind(self.holder(place)) {
            PlaceKind::Temp(_) | PlaceKind::Unknown => {}
            PlaceKind::MapElement { .. } => {
                let element = self.holder(place);
                self.emit(InstrKind::MapRead { element, ok: None }, span);
            }
            _ => self.emit(InstrKind::Read(place), span),
        }
    }

    /// The value that `place` is a part of: without fields and elements of arrays.
    pub(super) fn holder(&self, place: PlaceId) -> PlaceId {
        let places = &self.places.places;
        let is_part = |step: &PlaceId| match places.kind(*step) {
            PlaceKind::Field { .. } => true,
            PlaceKind::Element { base, .. } => places
                .ty(base)
                .is_some_and(|ty| matches!(self.underlying(ty), Type::Array { .. })),
            _ => false,
        };
        places
            .path(place)
            .find(|step| !is_part(step))
            .unwrap_or(place)
    }
}
