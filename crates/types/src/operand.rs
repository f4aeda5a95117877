//! Operands: what an expression turned out to be, and the conversion of untyped ones.

use contend_syntax::ast::{BinaryOp, ExprId, ExprKind};

use crate::check::Checker;
use crate::constant::Constant;
use crate::{Basic, Builtin, Mode, Type, TypeId};

/// The result of typing an expression.
#[derive(Clone, Debug)]
pub(crate) struct Operand {
    pub(crate) mode: Mode,
    /// Invalid where `mode` is [`Mode::Invalid`].
    pub(crate) ty: TypeId,
    /// The expression; `None` for operands that do not stand in the source.
    pub(crate) expr: Option<ExprId>,
    /// Set where `mode` is [`Mode::Constant`].
    pub(crate) value: Option<Constant>,
    /// Set where `mode` is [`Mode::Builtin`].
    pub(crate) builtin: Option<Builtin>,
}

impl Operand {
    pub(crate) fn new(mode: Mode, ty: TypeId, expr: ExprId) -> Self {
        Self {
            mode,
            ty,
            expr: Some(expr),
            value: None,
            builtin: None,
        }
    }

    pub(crate) fn constant(value: Constant, ty: TypeId, expr: ExprId) -> Self {
        Self {
            value: Some(value),
            ..Self::new(Mode::Constant, ty, expr)
        }
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.mode != Mode::Invalid
    }

    pub(crate) fn is_constant(&self) -> bool {
        self.mode == Mode::Constant
    }

    pub(crate) fn is_nil(&self) -> bool {
        self.mode == Mode::Nil
    }

    /// The constant value; unknown where there is none.
    pub(crate) fn known(&self) -> Constant {
        self.value.clone().unwrap_or(Constant::Unknown)
    }
}

impl Checker<'_> {
    pub(crate) fn invalid_operand(&self, expr: ExprId) -> Operand {
        Operand::new(Mode::Invalid, self.world.invalid(), expr)
    }

    /// Turns an operand into an invalid one that keeps its place.
    pub(crate) fn spoil(&self, x: &mut Operand) {
        x.mode = Mode::Invalid;
        x.ty = self.world.invalid();
        x.value = None;
    }

    /// The type that the untyped operand `x` takes where `target` is expected, and its value
    /// there if it is a constant. `None` if it cannot have that type.
    fn implicit_type(&self, x: &Operand, target: TypeId) -> Option<(TypeId, Option<Constant>)> {
        let world = self.world;
        if !x.is_valid() || !world.is_untyped(x.ty) || target == world.invalid() {
            return Some((x.ty, None));
        }
        if world.is_untyped(target) {
            return self.larger_untyped(x.ty, target).map(|ty| (ty, None));
        }
        if world.is_type_param(target) {
            // Each type of the set would have to accept the value; a program that compiles was
            // asked that already.
            return Some((if x.is_nil() { x.ty } else { target }, None));
        }
        match world.ty(self.under(target)) {
            Type::Basic(_) if x.is_constant() => {
                let value = world.represent(&x.known(), target)?;
                Some((target, Some(value)))
            }
            // The type of nil stays untyped wherever it is used.
            Type::Basic(_) if x.is_nil() => Some((x.ty, None)),
            Type::Basic(_) => Some((target, None)),
            Type::Interface { .. } if x.is_nil() => Some((x.ty, None)),
            Type::Interface { .. } => Some((world.default_type(x.ty), None)),
            Type::Pointer(_)
            | Type::Signature(_)
            | Type::Slice(_)
            | Type::Map { .. }
            | Type::Chan { .. }
                if x.is_nil() =>
            {
                Some((x.ty, None))
            }
            _ => None,
        }
    }

    /// The larger of two untyped kinds; `None` if they do not mix.
    fn larger_untyped(&self, a: TypeId, b: TypeId) -> Option<TypeId> {
        if a == b {
            return Some(a);
        }
        let (Type::Basic(first), Type::Basic(second)) = (self.world.ty(a), self.world.ty(b)) else {
            return None;
        };
        // Int, rune, float, complex: the order of the enum.
        let mix = first.is_numeric() && second.is_numeric();
        mix.then(|| if first < second { b } else { a })
    }

    /// Gives an untyped operand the type `target`, as far as that is possible.
    pub(crate) fn convert_untyped(&mut self, x: &mut Operand, target: TypeId) -> bool {
        let Some((ty, value)) = self.implicit_type(x, target) else {
            return false;
        };
        if let Some(value) = value {
            if self.recording
                && let Some(expr) = x.expr
            {
                self.info.constants.insert(expr, value.clone());
            }
            x.value = Some(value);
        }
        if ty != x.ty {
            x.ty = ty;
            self.update_type(x, ty);
        }
        true
    }

    /// Records that the untyped expression of `x`, and the operands that make it up, have the
    /// type `ty` after all.
    pub(crate) fn update_type(&mut self, x: &Operand, ty: TypeId) {
        if self.recording
            && let Some(expr) = x.expr
        {
            self.update_expr(expr, ty);
        }
    }

    fn update_expr(&mut self, mut expr: ExprId, ty: TypeId) {
        loop {
            let slot = self.slot(expr);
            let Some(fact) = self.info.facts.get_mut(slot) else {
                return;
            };
            if !fact.ty.is_some_and(|old| self.world.is_untyped(old)) {
                return;
            }
            let is_constant = fact.mode == Mode::Constant;
            // The operands of a constant never become values of their own; they keep their types.
            expr = match self.env.tree.expr(expr).kind {
                ExprKind::Paren(inner) => {
                    fact.ty = Some(ty);
                    inner
                }
                ExprKind::Unary { operand, .. } if !is_constant => {
                    fact.ty = Some(ty);
                    operand
                }
                ExprKind::Binary {
                    op, left, right, ..
                } if !is_constant => {
                    fact.ty = Some(ty);
                    if is_comparison(op) {
                        return;
                    }
                    if !is_shift(op) {
                        self.update_expr(right, ty);
                    }
                    left
                }
                ExprKind::Ident(_)
                | ExprKind::Literal(_)
                | ExprKind::Selector { .. }
                | ExprKind::Call { .. }
                | ExprKind::Unary { .. }
                | ExprKind::Binary { .. } => {
                    fact.ty = Some(ty);
                    return;
                }
                _ => return,
            };
        }
    }

    /// Brings two operands of an operator to one type if one of them is untyped.
    ///
    /// False if that is not possible, for operands that are not of the same sort.
    pub(crate) fn match_types(&mut self, x: &mut Operand, y: &mut Operand) -> bool {
        if !self.may_convert(x, y) {
            return true;
        }
        self.convert_untyped(x, y.ty) && self.convert_untyped(y, x.ty)
    }

    fn may_convert(&self, x: &Operand, y: &Operand) -> bool {
        let world = self.world;
        if !world.is_untyped(x.ty) && !world.is_untyped(y.ty) {
            return false;
        }
        if world.all_numeric(x.ty) != world.all_numeric(y.ty) {
            return false;
        }
        let is_plain_interface = |ty| world.is_interface(ty) && !world.is_type_param(ty);
        if is_plain_interface(x.ty) || is_plain_interface(y.ty) {
            return true;
        }
        if world.all_boolean(x.ty) != world.all_boolean(y.ty)
            || world.all_string(x.ty) != world.all_string(y.ty)
        {
            return false;
        }
        if x.is_nil() {
            return world.has_nil(y.ty);
        }
        if y.is_nil() {
            return world.has_nil(x.ty);
        }
        let is_pointer = |ty| matches!(world.ty(world.underlying(ty)), Type::Pointer(_));
        !is_pointer(x.ty) && !is_pointer(y.ty)
    }

    /// The underlying type; of a type parameter its constraint's.
    pub(crate) fn under(&self, ty: TypeId) -> TypeId {
        self.world.underlying(ty)
    }

    /// The basic kind behind a type, if it is a basic type.
    pub(crate) fn basic_under(&self, ty: TypeId) -> Option<Basic> {
        match self.world.ty(self.under(ty)) {
            Type::Basic(basic) => Some(*basic),
            _ => None,
        }
    }
}

pub(crate) fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
    )
}

pub(crate) fn is_shift(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::ShiftLeft | BinaryOp::ShiftRight)
}
