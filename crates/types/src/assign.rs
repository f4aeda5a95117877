//! Assignments, initialisations and returns.

use contend_syntax::ast::{ExprId, ExprKind, ExprList};
use smallvec::SmallVec;

use crate::check::Checker;
use crate::operand::Operand;
use crate::typexpr::TypeList;
use crate::{Mode, ObjId, ObjectKind, Type, TypeId, VarKind};

type Operands = SmallVec<[Operand; 2]>;

impl Checker<'_> {
    /// Gives `x` the type it has as a value of type `target`; `None` is the blank identifier,
    /// or a place that takes any type. Whether the value may be assigned is not asked.
    pub(crate) fn assignment(&mut self, x: &mut Operand, target: Option<TypeId>) {
        self.single_value(x);
        if !x.is_valid() || matches!(x.mode, Mode::NoValue | Mode::Builtin | Mode::TypeExpr) {
            self.spoil(x);
            return;
        }
        if !self.world.is_untyped(x.ty) {
            return;
        }
        let target = match target {
            Some(target) if !self.world.is_value_interface(target) => target,
            _ => self.world.default_type(x.ty),
        };
        self.convert_untyped(x, target);
    }

    /// The type of a variable initialised with `x`; `declared` if it has a type already.
    fn init_var(&mut self, declared: Option<TypeId>, x: &mut Operand) -> TypeId {
        let world = self.world;
        if !x.is_valid() || !world.is_valid(x.ty) {
            return declared.unwrap_or_else(|| world.invalid());
        }
        if declared.is_none() && x.is_nil() {
            if let Some(expr) = x.expr {
                self.error_at(expr, || "nil has no type of its own".to_owned());
            }
            return world.invalid();
        }
        let ty = declared.unwrap_or_else(|| world.default_type(x.ty));
        self.assignment(x, Some(ty));
        ty
    }

    /// Initialises variables from expressions; `declared` holds the types that are written.
    /// Returns the type of each variable.
    pub(crate) fn init_vars(
        &mut self,
        declared: &[Option<TypeId>],
        values: &[ExprId],
        is_return: bool,
    ) -> TypeList {
        let mut types = TypeList::new();
        if declared.len() == values.len() && !(values.len() == 1 && self.is_call(values[0])) {
            for (&declared, &value) in declared.iter().zip(values) {
                let mut x = self.expr_for(declared, value);
                types.push(self.init_var(declared, &mut x));
            }
            return types;
        }
        if let [value] = *values {
            let comma_ok = declared.len() == 2 && !is_return;
            let (mut operands, is_comma_ok) = self.multi_expr(value, comma_ok);
            if operands.len() == declared.len() {
                for (&declared, x) in declared.iter().zip(&mut operands) {
                    types.push(self.init_var(declared, x));
                }
                if is_comma_ok {
                    self.record_comma_ok(value, &operands);
                }
                return types;
            }
            if operands.first().is_some_and(Operand::is_valid) {
                let (want, got) = (declared.len(), operands.len());
                self.error_at(value, || format!("{got} values for {want} variables"));
            }
        } else {
            for &value in values {
                self.use_expr(value);
            }
            if let Some(&value) = values.first() {
                let (want, got) = (declared.len(), values.len());
                self.error_at(value, || format!("{got} values for {want} variables"));
            }
        }
        declared
            .iter()
            .map(|ty| ty.unwrap_or_else(|| self.world.invalid()))
            .collect()
    }

    fn is_call(&self, expr: ExprId) -> bool {
        let tree = self.env.tree;
        matches!(tree.expr(tree.unparen(expr)).kind, ExprKind::Call { .. })
    }

    /// The values of an expression that may be a call with several results, or, if `comma_ok`,
    /// one that also tells whether it succeeded.
    pub(crate) fn multi_expr(&mut self, expr: ExprId, comma_ok: bool) -> (Operands, bool) {
        let mut x = self.raw_expr(None, expr, None, false);
        self.require_value(&mut x);
        if x.is_valid()
            && let Type::Tuple(types) = self.world.ty(x.ty)
        {
            let values = types.iter().map(|&ty| Operand::new(Mode::Value, ty, expr));
            return (values.collect(), false);
        }
        let allows = matches!(x.mode, Mode::MapIndex | Mode::CommaOk | Mode::Cgo);
        let mut operands = Operands::new();
        operands.push(x);
        if comma_ok && allows {
            let flag = self.world.basic(crate::Basic::UntypedBool);
            operands.push(Operand {
                expr: None,
                ..Operand::new(Mode::Value, flag, expr)
            });
        }
        let is_comma_ok = operands.len() == 2;
        (operands, is_comma_ok)
    }

    /// Records that an expression gives two values here.
    pub(crate) fn record_comma_ok(&mut self, mut expr: ExprId, operands: &[Operand]) {
        let [value, flag] = operands else { return };
        if !self.recording || !value.is_valid() || !flag.is_valid() {
            return;
        }
        let tuple = self.world.tuple(&[value.ty, flag.ty]);
        loop {
            let slot = self.slot(expr);
            if let Some(fact) = self.info.facts.get_mut(slot) {
                fact.ty = Some(tuple);
            }
            let ExprKind::Paren(inner) = self.env.tree.expr(expr).kind else {
                return;
            };
            expr = inner;
        }
    }

    /// Types the left side of an assignment. `None` for the blank identifier.
    pub(crate) fn assigned(&mut self, left: ExprId) -> Option<TypeId> {
        let tree = self.env.tree;
        if let ExprKind::Ident(name) = tree.expr(tree.unparen(left)).kind
            && name.is_blank()
        {
            return None;
        }
        let x = self.expr(left);
        self.mark_written(left);
        Some(x.ty)
    }

    /// `left = right`.
    pub(crate) fn assign_vars(&mut self, left: ExprList, right: ExprList) {
        let tree = self.env.tree;
        let (left, right) = (tree.expr_list(left), tree.expr_list(right));
        if left.len() == right.len() && !(right.len() == 1 && self.is_call(right[0])) {
            for (&left, &right) in left.iter().zip(right) {
                let target = self.assigned(left);
                let mut x = self.expr_for(target, right);
                self.assignment(&mut x, target);
            }
            return;
        }
        let [value] = *right else {
            for &expr in left.iter().chain(right) {
                self.use_expr(expr);
            }
            if let Some(&value) = right.first() {
                let (want, got) = (left.len(), right.len());
                self.error_at(value, || format!("{got} values for {want} variables"));
            }
            return;
        };
        let (mut operands, is_comma_ok) = self.multi_expr(value, left.len() == 2);
        if operands.len() != left.len() {
            if operands.first().is_some_and(Operand::is_valid) {
                let (want, got) = (left.len(), operands.len());
                self.error_at(value, || format!("{got} values for {want} variables"));
            }
            for &expr in left {
                self.assigned(expr);
            }
            return;
        }
        for (&left, x) in left.iter().zip(&mut operands) {
            let target = self.assigned(left);
            self.assignment(x, target);
        }
        if is_comma_ok {
            self.record_comma_ok(value, &operands);
        }
    }

    /// `left := right`; new variables are of the given kind.
    pub(crate) fn short_var_decl(&mut self, left: ExprList, right: ExprList, kind: VarKind) {
        let tree = self.env.tree;
        let left = tree.expr_list(left);
        // What stands in the block already is assigned to, all else is new.
        let mut known: SmallVec<[Option<ObjId>; 4]> = SmallVec::new();
        let mut declared: SmallVec<[Option<TypeId>; 4]> = SmallVec::new();
        for &expr in left {
            let ExprKind::Ident(name) = tree.expr(expr).kind else {
                self.use_expr(expr);
                known.push(None);
                declared.push(Some(self.world.invalid()));
                continue;
            };
            let object = self.scopes.lookup_since(self.env.block, name);
            if let Some(object) = object {
                self.record_use(expr, object);
            }
            known.push(object);
            declared.push(object.map(|object| self.world.object_type(object)));
        }
        let types = self.init_vars(&declared, tree.expr_list(right), false);
        for ((&expr, known), ty) in left.iter().zip(known).zip(types) {
            if known.is_none() {
                self.declare_expr(expr, kind, ty);
            }
        }
    }

    /// Declares the variable that an identifier on the left of `:=` names.
    pub(crate) fn declare_expr(&mut self, expr: ExprId, kind: VarKind, ty: TypeId) {
        let node = self.env.tree.expr(expr);
        let ExprKind::Ident(name) = node.kind else {
            return;
        };
        let object = self.new_object(name, ObjectKind::Var(kind), node.span, Some(ty));
        self.record_use(expr, object);
        self.scopes.declare(name, object);
    }

    /// Notes for captures that the variable at the root of `expr` changes, or may from now on
    /// because its address is taken.
    pub(crate) fn mark_written(&mut self, mut expr: ExprId) {
        if !self.recording || !self.scopes.in_literal() {
            return;
        }
        loop {
            expr = match self.env.tree.expr(expr).kind {
                ExprKind::Paren(inner) => inner,
                ExprKind::Selector { base, .. } => {
                    let indirect = self.info.selections.get(&expr).is_none_or(|s| s.indirect);
                    if indirect {
                        return;
                    }
                    base
                }
                ExprKind::Index { base, .. } => {
                    let Some(ty) = self.info.type_of(base) else {
                        return;
                    };
                    if !matches!(self.world.underlying_type(ty), Type::Array { .. }) {
                        return;
                    }
                    base
                }
                ExprKind::Ident(_) => {
                    if let Some(object) = self.info.object_of(expr) {
                        self.scopes.note_write(object);
                    }
                    return;
                }
                _ => return,
            };
        }
    }
}
