//! Calls of predeclared functions.

use contend_syntax::ast::ExprId;
use contend_types::{Builtin, ObjectKind, Type};

use super::Lowerer;
use super::call::CallExpr;
use super::expr::Operands;
use crate::instr::{
    AllocKind, Call, CallMode, Callee, InstrKind, Operand, OperandList, Terminator,
};
use crate::place::{Key, PlaceId, PlaceKind};

impl Lowerer<'_> {
    pub(super) fn builtin(&mut self, call: CallExpr, mode: CallMode) -> Operand {
        let object = self
            .info
            .object_of(call.fun)
            .map(|object| self.object(object).kind);
        let Some(ObjectKind::Builtin(builtin)) = object else {
            return Operand::Unknown;
        };
        let args = self.tree.expr_list(call.args);
        if mode != CallMode::Plain {
            return self.later(call, builtin, mode, args);
        }
        match (builtin, args) {
            (Builtin::Len | Builtin::Cap, &[arg]) => self.len(call, arg),
            (Builtin::Append, &[slice, ref rest @ ..]) => self.append(call, slice, rest),
            (Builtin::Copy, &[to, from]) => {
                let (to, from) = (self.operand(to), self.operand(from));
                self.emit(InstrKind::Copy { to, from }, call.span);
                Operand::Unknown
            }
            (Builtin::Delete, &[map, key]) => {
                let base = self.header(map);
                let key = self.key(key);
                let element = self
                    .places
                    .intern(PlaceKind::MapElement { base, key }, None);
                self.emit(InstrKind::MapDelete { element }, call.span);
                Operand::Unknown
            }
            (Builtin::Clear, &[arg]) => self.clear(call, arg),
            (Builtin::Make, &[_, ref sizes @ ..]) => self.make(call, sizes),
            (Builtin::New, &[arg]) => self.new_value(call, arg),
            (Builtin::Close, &[channel]) => {
                let channel = self.operand(channel);
                self.emit(InstrKind::Close(channel), call.span);
                Operand::Unknown
            }
            (Builtin::Panic, &[value]) => {
                self.operand(value);
                self.implied_conversion_to_any(value);
                self.b.end(Terminator::Panic { unwind: None }, call.span);
                Operand::Unknown
            }
            (Builtin::Recover, &[]) => {
                let dst = self.temp(self.info.type_of(call.id));
                self.emit(InstrKind::Recover { dst }, call.span);
                Operand::Place(dst)
            }
            _ => {
                for &arg in args {
                    self.operand(arg);
                }
                Operand::Unknown
            }
        }
    }

    /// `go` and `defer` evaluate the arguments and leave the rest for later.
    fn later(
        &mut self,
        call: CallExpr,
        builtin: Builtin,
        mode: CallMode,
        args: &[ExprId],
    ) -> Operand {
        let args = self.operand_list(args);
        self.push_call(Call {
            mode,
            callee: Callee::Builtin(builtin),
            receiver: None,
            args,
            spread: call.spread,
            results: OperandList::EMPTY,
            receiver_ty: None,
            span: call.span,
            callee_span: call.callee_span,
            implied: false,
        });
        Operand::Unknown
    }

    /// Reads the map, slice or channel that an expression names, and returns where it is.
    fn header(&mut self, expr: ExprId) -> PlaceId {
        let place = self.place(expr);
        self.read(place, self.span(expr));
        place
    }

    fn len(&mut self, call: CallExpr, arg: ExprId) -> Operand {
        match self.underlying_of(arg) {
            Some(Type::Map { .. }) => {
                let map = self.header(arg);
                self.emit(InstrKind::MapLen(map), call.span);
            }
            Some(Type::Array { .. }) => {
                self.place(arg);
            }
            _ => {
                self.operand(arg);
            }
        }
        Operand::Unknown
    }

    fn append(&mut self, call: CallExpr, slice: ExprId, rest: &[ExprId]) -> Operand {
        let slice = self.operand(slice);
        let ty = self.info.type_of(call.id);
        let element = match ty.map(|ty| self.underlying(ty)) {
            Some(Type::Slice(element)) if !call.spread => Some(*element),
            _ => None,
        };
        let mut args = Operands::with_capacity(rest.len());
        for &arg in rest {
            args.push(self.operand(arg));
            self.implied_conversion(self.info.type_of(arg), element);
        }
        let args = self.list(&args);
        let dst = self.temp(ty);
        let spread = call.spread;
        let append = InstrKind::Append {
            dst,
            slice,
            args,
            spread,
        };
        self.emit(append, call.span);
        Operand::Place(dst)
    }

    fn clear(&mut self, call: CallExpr, arg: ExprId) -> Operand {
        let base = self.header(arg);
        if matches!(self.underlying_of(arg), Some(Type::Map { .. })) {
            self.emit(InstrKind::MapClear(base), call.span);
        } else {
            let place = self.places.intern(
                PlaceKind::Element {
                    base,
                    key: Key::Any,
                },
                None,
            );
            self.emit(
                InstrKind::Write {
                    place,
                    value: Operand::Const,
                },
                call.span,
            );
        }
        Operand::Unknown
    }

    fn make(&mut self, call: CallExpr, sizes: &[ExprId]) -> Operand {
        let ty = self.info.type_of(call.id);
        let kind = match ty.map(|ty| self.underlying(ty)) {
            Some(Type::Map { .. }) => AllocKind::Map,
            Some(Type::Chan { .. }) => AllocKind::Chan,
            _ => AllocKind::Slice,
        };
        let sizes: Operands = sizes.iter().map(|&size| self.operand(size)).collect();
        let size = sizes.first().copied().unwrap_or(Operand::Int(0));
        let has_room = kind == AllocKind::Slice && sizes.len() == 2;
        let dst = self.temp(ty);
        self.emit(
            InstrKind::Alloc {
                dst,
                kind,
                ty,
                size,
                has_room,
            },
            call.span,
        );
        Operand::Place(dst)
    }

    /// `new(T)` or `new(value)`.
    fn new_value(&mut self, call: CallExpr, arg: ExprId) -> Operand {
        let value = self.operand(arg);
        let ty = self.info.type_of(call.id);
        let dst = self.temp(ty);
        let (kind, size) = (AllocKind::New, Operand::Int(0));
        self.emit(
            InstrKind::Alloc {
                dst,
                kind,
                ty,
                size,
                has_room: false,
            },
            call.span,
        );
        if value != Operand::Unknown {
            let place = self.deref(dst, self.info.type_of(arg));
            self.emit(InstrKind::Write { place, value }, call.span);
        }
        Operand::Place(dst)
    }

    fn implied_conversion_to_any(&mut self, value: ExprId) {
        if let Some(ty) = self.info.type_of(value) {
            self.note_boxed(ty);
        }
    }
}
