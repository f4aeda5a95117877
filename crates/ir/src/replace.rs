//! Objects of one variant of a package for those of another.
//!
//! A package with test files is typed twice, once as everybody imports it and once with its tests:
//! each declaration has two objects then. A body that names the first of them can be compared with
//! the bodies of all other packages.

use contend_types::ObjId;

use crate::func::{Body, Func, FuncKind};
use crate::instr::{Call, Callee, InstrKind, Operand};

impl Body {
    /// Puts `with(object)` in the place of each function, variable and field.
    pub fn replace_objects(&mut self, with: impl Fn(ObjId) -> ObjId) {
        self.places.replace_objects(&with);
        for operand in &mut self.operands {
            replace_in_operand(operand, &with);
        }
        for call in &mut self.calls {
            replace_in_call(call, &with);
        }
        for func in &mut self.funcs {
            replace_in_func(func, &with);
        }
    }
}

fn replace_in_func(func: &mut Func, with: &impl Fn(ObjId) -> ObjId) {
    if let FuncKind::Declared(object) = &mut func.kind {
        *object = with(*object);
    }
    for instr in &mut func.instrs {
        match &mut instr.kind {
            InstrKind::Write { value, .. }
            | InstrKind::MapWrite { value, .. }
            | InstrKind::Convert { value, .. }
            | InstrKind::TypeAssert { value, .. }
            | InstrKind::Send { value, .. } => replace_in_operand(value, with),
            InstrKind::MethodValue {
                receiver, method, ..
            } => {
                replace_in_operand(receiver, with);
                *method = with(*method);
            }
            // No other operand can be a function.
            _ => {}
        }
    }
}

fn replace_in_call(call: &mut Call, with: &impl Fn(ObjId) -> ObjId) {
    match &mut call.callee {
        Callee::Static(function) | Callee::Interface(function) => *function = with(*function),
        Callee::Value(value) => replace_in_operand(value, with),
        Callee::Literal(_) | Callee::Builtin(_) | Callee::Unknown => {}
    }
}

fn replace_in_operand(operand: &mut Operand, with: &impl Fn(ObjId) -> ObjId) {
    if let Operand::Func(function) = operand {
        *function = with(*function);
    }
}
