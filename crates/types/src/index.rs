//! `x[i]`, `x[T]` and `x[i:j]`.

use contend_base::Idx;
use contend_syntax::ast::{ExprId, ExprList, SliceBounds};

use crate::check::Checker;
use crate::operand::Operand;
use crate::{Basic, Mode, Type, TypeId};

/// What indexing a type gives.
#[derive(Clone, Copy)]
struct Indexed {
    /// Set for maps.
    key: Option<TypeId>,
    element: TypeId,
    mode: Mode,
}

impl Checker<'_> {
    /// An index expression. If it instantiates a generic function, the function is returned as it
    /// is, with `true`: the type arguments are left to the caller.
    pub(crate) fn index_expr(
        &mut self,
        expr: ExprId,
        base: ExprId,
        indices: ExprList,
    ) -> (Operand, bool) {
        let mut x = self.expr_or_type(base, true);
        match x.mode {
            Mode::Invalid => {
                self.use_list(indices);
                return (self.invalid_operand(expr), false);
            }
            Mode::TypeExpr => {
                let ty = self.typ(expr);
                if !self.world.is_valid(ty) {
                    return (self.invalid_operand(expr), false);
                }
                return (Operand::new(Mode::TypeExpr, ty, expr), false);
            }
            Mode::Value if self.is_generic_func(x.ty) => return (x, true),
            _ => {}
        }
        self.require_value(&mut x);
        if !x.is_valid() {
            self.use_list(indices);
            return (self.invalid_operand(expr), false);
        }
        let Some(indexed) = self.indexed(&x) else {
            if self.world.is_valid(self.under(x.ty)) {
                let ty = self.world.type_string(x.ty);
                self.error_at(expr, || format!("a value of type {ty} cannot be indexed"));
            }
            self.use_list(indices);
            return (self.invalid_operand(expr), false);
        };
        let Some(&index) = self.env.tree.expr_list(indices).first() else {
            return (self.invalid_operand(expr), false);
        };
        if let Some(key) = indexed.key {
            let mut k = self.expr(index);
            self.assignment(&mut k, Some(key));
        } else {
            self.index_value(index);
        }
        if !self.world.is_valid(indexed.element) {
            return (self.invalid_operand(expr), false);
        }
        (Operand::new(indexed.mode, indexed.element, expr), false)
    }

    fn use_list(&mut self, list: ExprList) {
        for &expr in self.env.tree.expr_list(list) {
            self.use_expr(expr);
        }
    }

    fn indexed(&self, x: &Operand) -> Option<Indexed> {
        let world = self.world;
        if !world.is_type_param(x.ty) {
            return self.indexed_one(x.mode, self.under(x.ty));
        }
        // All types of the set agree on key and element.
        let mut result: Option<Indexed> = None;
        let all = world.all_in_type_set(x.ty, |part| {
            let Some((_, underlying)) = part else {
                return false;
            };
            let Some(one) = self.indexed_one(x.mode, underlying) else {
                return false;
            };
            let so_far = result.get_or_insert(one);
            if one.mode == Mode::Value {
                so_far.mode = Mode::Value;
            }
            true
        });
        if all { result } else { None }
    }

    fn indexed_one(&self, mode: Mode, underlying: TypeId) -> Option<Indexed> {
        let world = self.world;
        let value = |element, mode| {
            Some(Indexed {
                key: None,
                element,
                mode,
            })
        };
        match world.ty(underlying) {
            Type::Basic(basic) if basic.is_string() => {
                value(world.basic(Basic::Uint8), Mode::Value)
            }
            Type::Array { element, .. } => {
                let mode = if mode == Mode::Variable {
                    mode
                } else {
                    Mode::Value
                };
                value(*element, mode)
            }
            Type::Pointer(target) => match world.underlying_type(*target) {
                Type::Array { element, .. } => value(*element, Mode::Variable),
                _ => None,
            },
            Type::Slice(element) => value(*element, Mode::Variable),
            Type::Map { key, value } => Some(Indexed {
                key: Some(*key),
                element: *value,
                mode: Mode::MapIndex,
            }),
            _ => None,
        }
    }

    /// An index or a size: untyped constants are `int`. Its value if it is a constant that fits.
    pub(crate) fn index_value(&mut self, expr: ExprId) -> Option<i64> {
        let mut x = self.expr(expr);
        self.index_operand(&mut x);
        if x.is_constant() {
            x.known().as_i64()
        } else {
            None
        }
    }

    /// Gives an untyped index the type `int`.
    pub(crate) fn index_operand(&mut self, x: &mut Operand) {
        if x.is_valid() {
            self.convert_untyped(x, self.world.basic(Basic::Int));
        }
    }

    pub(crate) fn slice_expr(
        &mut self,
        expr: ExprId,
        base: ExprId,
        bounds: Idx<SliceBounds>,
    ) -> Operand {
        let world = self.world;
        let x = self.expr(base);
        let bounds = self.env.tree.slice_bounds[bounds.index()];
        let result = if x.is_valid() {
            self.sliced(base, &x)
        } else {
            None
        };
        if result.is_none() && x.is_valid() && world.is_valid(self.under(x.ty)) {
            self.error_at(expr, || {
                format!(
                    "a value of type {} cannot be sliced",
                    world.type_string(x.ty)
                )
            });
        }
        for bound in [bounds.low, bounds.high, bounds.max].into_iter().flatten() {
            self.index_value(bound);
        }
        match result {
            Some(ty) => Operand::new(Mode::Value, ty, expr),
            None => self.invalid_operand(expr),
        }
    }

    /// The type of a slice of `x`.
    fn sliced(&mut self, base: ExprId, x: &Operand) -> Option<TypeId> {
        let world = self.world;
        let core = world.core_string(x.ty)?;
        match world.ty(core) {
            Type::Basic(basic) if basic.is_string() => Some(if world.is_untyped(x.ty) {
                world.basic(Basic::String)
            } else {
                x.ty
            }),
            Type::Array { element, .. } => {
                // The slice shares the variable.
                self.mark_written(base);
                Some(world.slice_of(*element))
            }
            Type::Pointer(target) => match world.underlying_type(*target) {
                Type::Array { element, .. } => Some(world.slice_of(*element)),
                _ => None,
            },
            Type::Slice(_) => Some(x.ty),
            _ => None,
        }
    }
}
