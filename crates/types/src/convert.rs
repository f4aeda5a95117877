//! Conversions `T(x)`, and constant arithmetic on operands.

use contend_syntax::ast::{BinaryOp, ExprId, ExprList, UnaryOp};

use crate::check::Checker;
use crate::constant::Constant;
use crate::operand::Operand;
use crate::{Mode, TypeId, World};

impl Checker<'_> {
    /// `T(arguments)` where `target` is the operand of `T`.
    pub(crate) fn conversion_call(
        &mut self,
        expr: ExprId,
        target: &Operand,
        args: ExprList,
    ) -> Operand {
        let args = self.env.tree.expr_list(args);
        let x = if let [arg] = *args {
            Some(self.expr(arg))
        } else {
            for &arg in args {
                self.use_expr(arg);
            }
            None
        };
        if !target.is_valid() {
            return self.invalid_operand(expr);
        }
        match x {
            Some(mut x) if x.is_valid() => {
                self.convert(&mut x, target.ty);
                Operand {
                    expr: Some(expr),
                    ..x
                }
            }
            // The result's type is plain even where its operand is not.
            _ => Operand::new(Mode::Value, target.ty, expr),
        }
    }

    /// Makes `x` the value of `target(x)`.
    fn convert(&mut self, x: &mut Operand, target: TypeId) {
        let world = self.world;
        let was_constant = x.is_constant();
        let to_constant = world.is_constant_type(target);
        if was_constant && to_constant {
            x.value = Some(converted(world, &x.known(), x.ty, target));
        } else {
            x.value = None;
            x.mode = Mode::Value;
        }
        if world.is_untyped(x.ty) {
            // The operand keeps its own type where the target is no type for constants.
            let last = if world.is_value_interface(target)
                || was_constant && !to_constant
                || world.default_type(x.ty) == x.ty
            {
                world.default_type(x.ty)
            } else if x.is_constant() && world.is_integer(x.ty) && world.all_string(target) {
                x.ty
            } else {
                target
            };
            if last != x.ty {
                self.update_type(x, last);
            }
        }
        x.ty = target;
    }
}

/// The value of a constant as a constant of another type; unknown if it has none.
fn converted(world: &World, value: &Constant, from: TypeId, target: TypeId) -> Constant {
    if let Some(value) = world.represent(value, target) {
        return value;
    }
    if world.is_integer(from) && world.is_string(target) {
        return value.to_character();
    }
    Constant::Unknown
}

impl World {
    /// A constant as a value of a type; `None` if the type has no such value.
    pub(crate) fn represent(&self, value: &Constant, ty: TypeId) -> Option<Constant> {
        if value.is_unknown() {
            return Some(Constant::Unknown);
        }
        value.represent(self.basic_kind(ty)?, self.sizes()).ok()
    }

    /// The result of an operation as a value of the operands' type.
    fn fitted(&self, value: Constant, ty: TypeId) -> Constant {
        if self.is_untyped(ty) {
            return value;
        }
        self.represent(&value, ty).unwrap_or(Constant::Unknown)
    }

    pub(crate) fn fold_unary(&self, op: UnaryOp, x: &Constant, ty: TypeId) -> Constant {
        let bits = if self.is_unsigned(ty) {
            self.size_of(ty).map(|size| size as u32 * 8)
        } else {
            None
        };
        self.fitted(Constant::unary(op, x, bits), ty)
    }

    pub(crate) fn fold_binary(
        &self,
        op: BinaryOp,
        x: &Constant,
        y: &Constant,
        ty: TypeId,
    ) -> Constant {
        self.fitted(Constant::binary(op, x, y, self.is_integer(ty)), ty)
    }

    pub(crate) fn fold_shift(
        &self,
        op: BinaryOp,
        x: &Constant,
        count: &Constant,
        ty: TypeId,
    ) -> Constant {
        let Some(count) = count.as_u64() else {
            return Constant::Unknown;
        };
        self.fitted(Constant::shift(op, &x.to_int(), count), ty)
    }
}
