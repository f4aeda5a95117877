//! Expressions: names, operators, and the way to all other kinds.

use contend_base::{Name, known};
use contend_syntax::ast::{BinaryOp, ExprId, ExprKind, UnaryOp};
use smallvec::SmallVec;

use crate::check::Checker;
use crate::constant::Constant;
use crate::operand::{Operand, is_comparison, is_shift};
use crate::{Basic, Mode, ObjId, ObjectKind, PkgId, Type, TypeId};

impl Checker<'_> {
    /// Types an expression that stands for one value.
    pub(crate) fn expr(&mut self, expr: ExprId) -> Operand {
        self.expr_for(None, expr)
    }

    /// Like [`Checker::expr`]; a generic function becomes the instance that fits `target`.
    pub(crate) fn expr_for(&mut self, target: Option<TypeId>, expr: ExprId) -> Operand {
        let mut x = self.raw_expr(target, expr, None, false);
        self.require_value(&mut x);
        self.single_value(&mut x);
        x
    }

    /// An element of a composite literal, whose own type may be left out.
    pub(crate) fn expr_with_hint(&mut self, expr: ExprId, hint: TypeId) -> Operand {
        let mut x = self.raw_expr(None, expr, Some(hint), false);
        self.require_value(&mut x);
        self.single_value(&mut x);
        x
    }

    /// An expression that may be a type, and generic if `generic` is set.
    pub(crate) fn expr_or_type(&mut self, expr: ExprId, generic: bool) -> Operand {
        let mut x = self.raw_expr(None, expr, None, generic);
        if x.mode == Mode::NoValue {
            self.error_at(expr, || "a call without results is no value".to_owned());
            self.spoil(&mut x);
        }
        self.single_value(&mut x);
        x
    }

    /// Types an expression whose value does not matter, since something else is wrong.
    pub(crate) fn use_expr(&mut self, expr: ExprId) {
        let tree = self.env.tree;
        match tree.expr(tree.unparen(expr)).kind {
            ExprKind::Ident(name) if name.is_blank() => {}
            ExprKind::KeyValue { value, .. } => self.use_expr(value),
            _ => {
                self.raw_expr(None, expr, None, true);
            }
        }
    }

    pub(crate) fn require_value(&mut self, x: &mut Operand) {
        let what = match x.mode {
            Mode::NoValue => "is no value",
            Mode::Builtin => "must be called",
            Mode::TypeExpr => "is a type, not a value",
            _ => return,
        };
        if let Some(expr) = x.expr {
            let text = self.show(expr);
            self.error_at(expr, || format!("{text} {what}"));
        }
        self.spoil(x);
    }

    pub(crate) fn single_value(&mut self, x: &mut Operand) {
        if x.mode == Mode::Value
            && let Type::Tuple(types) = self.world.ty(x.ty)
        {
            let count = types.len();
            if let Some(expr) = x.expr {
                self.error_at(expr, || format!("{count} values where one is expected"));
            }
            self.spoil(x);
        }
    }

    /// Types an expression of any kind and records what it is.
    ///
    /// `target` is the type that a generic function is to be instantiated for, `hint` the type
    /// of a composite literal that leaves it out. Without `generic`, what is left generic is an
    /// error.
    pub(crate) fn raw_expr(
        &mut self,
        target: Option<TypeId>,
        expr: ExprId,
        hint: Option<TypeId>,
        generic: bool,
    ) -> Operand {
        let node = self.env.tree.expr(expr);
        let mut x = match node.kind {
            ExprKind::Ident(name) => self.ident(expr, name, false),
            ExprKind::Literal(literal) => self.literal(expr, literal),
            kind => {
                let inner = |checker: &mut Self| checker.nested_expr(target, expr, kind, hint);
                self.deeper(node.span, inner)
                    .unwrap_or_else(|| self.invalid_operand(expr))
            }
        };
        if !generic {
            self.require_instance(target, &mut x);
        }
        self.complete(x.ty);
        self.record(&x);
        x
    }

    fn nested_expr(
        &mut self,
        target: Option<TypeId>,
        expr: ExprId,
        kind: ExprKind,
        hint: Option<TypeId>,
    ) -> Operand {
        match kind {
            ExprKind::FuncLit { ty, body } => self.func_literal(expr, ty, body),
            ExprKind::Composite { ty, elements } => self.composite(expr, ty, elements, hint),
            ExprKind::Paren(inner) => {
                let x = self.raw_expr(None, inner, None, false);
                Operand {
                    expr: Some(expr),
                    ..x
                }
            }
            ExprKind::Selector { .. } => self.selector(expr, false),
            ExprKind::Index { base, indices } => {
                let (mut x, is_instance) = self.index_expr(expr, base, indices);
                if is_instance {
                    self.instantiate_func(target, &mut x, Some((base, indices)));
                    x.expr = Some(expr);
                }
                x
            }
            ExprKind::Slice { base, bounds } => self.slice_expr(expr, base, bounds),
            ExprKind::TypeAssert { base, ty } => self.type_assert(expr, base, ty),
            ExprKind::Call { fun, args, spread } => self.call(expr, fun, args, spread),
            ExprKind::Star(inner) => self.star(expr, inner),
            ExprKind::Unary { op, operand } => self.unary(expr, op, operand),
            ExprKind::Binary { .. } => self.binary_chain(expr),
            ExprKind::SliceType(_)
            | ExprKind::ArrayType { .. }
            | ExprKind::StructType(_)
            | ExprKind::FuncType(_)
            | ExprKind::InterfaceType(_)
            | ExprKind::MapType { .. }
            | ExprKind::ChanType { .. } => {
                let ty = self.typ(expr);
                if !self.world.is_valid(ty) {
                    return self.invalid_operand(expr);
                }
                Operand::new(Mode::TypeExpr, ty, expr)
            }
            ExprKind::KeyValue { value, .. } => {
                self.use_expr(value);
                self.invalid_operand(expr)
            }
            ExprKind::Bad | ExprKind::Ellipsis(_) => self.invalid_operand(expr),
            // Leaves are typed by the caller, which need not count their depth.
            ExprKind::Ident(name) => self.ident(expr, name, false),
            ExprKind::Literal(literal) => self.literal(expr, literal),
        }
    }

    /// A generic type or function needs its type arguments where a value or type is used.
    pub(crate) fn require_instance(&mut self, target: Option<TypeId>, x: &mut Operand) {
        let is_generic = match x.mode {
            Mode::TypeExpr => self.world.is_generic(x.ty),
            Mode::Value => self.is_generic_func(x.ty),
            _ => false,
        };
        if !is_generic {
            return;
        }
        let signature = target.filter(|&target| self.world.as_signature(target).is_some());
        if x.mode == Mode::Value && signature.is_some() {
            self.instantiate_func(signature, x, None);
            return;
        }
        if let Some(expr) = x.expr {
            let text = self.show(expr);
            self.error_at(expr, || format!("{text} needs type arguments"));
        }
        self.spoil(x);
    }

    pub(crate) fn is_generic_func(&self, ty: TypeId) -> bool {
        match self.world.ty(ty) {
            Type::Signature(signature) => !signature.type_params.is_empty(),
            _ => false,
        }
    }

    /// What a name stands for here, and its place among the names of open blocks.
    pub(crate) fn lookup(&self, name: Name) -> Option<(ObjId, Option<usize>)> {
        if let Some((object, at)) = self.scopes.lookup(name) {
            return Some((object, Some(at)));
        }
        let file = self.file_scope();
        if let Some(&object) = file.and_then(|file| file.imports.get(&name)) {
            return Some((object, None));
        }
        if let Some(&object) = self
            .package_scope()
            .and_then(|scope| scope.objects.get(&name))
        {
            return Some((object, None));
        }
        if let Some(object) = self.lookup_dot(name) {
            return Some((object, None));
        }
        let object = self.world.universe().scope.objects.get(&name)?;
        Some((*object, None))
    }

    fn lookup_dot(&self, name: Name) -> Option<ObjId> {
        let file = self.file_scope()?;
        if file.dot_imports.is_empty() || !name.is_exported() {
            return None;
        }
        file.dot_imports.iter().find_map(|&package| {
            self.world
                .package(package)
                .scope
                .get()?
                .objects
                .get(&name)
                .copied()
        })
    }

    /// True if an unknown name may come from an import that could not be loaded.
    pub(crate) fn may_be_missing(&self) -> bool {
        self.file_scope().is_some_and(|file| file.incomplete)
    }

    /// An identifier. `want_type` says that it stands where a type is expected.
    pub(crate) fn ident(&mut self, expr: ExprId, name: Name, want_type: bool) -> Operand {
        let Some((object, at)) = self.lookup(name) else {
            if name == known::BLANK {
                self.error_at(expr, || "the blank identifier is no value".to_owned());
            } else if !(self.may_be_missing() && name.is_exported()) {
                self.error_at(expr, || format!("undefined: {name}"));
            }
            return self.invalid_operand(expr);
        };
        self.record_use(expr, object);
        let world = self.world;
        let kind = world.object(object).kind;
        if want_type && !matches!(kind, ObjectKind::TypeName { .. }) {
            self.error_at(expr, || format!("{name} is not a type"));
            return self.invalid_operand(expr);
        }
        if let Some(at) = at
            && matches!(kind, ObjectKind::Var(_))
        {
            self.scopes.note_use(object, at);
        }
        self.object_operand(expr, object)
    }

    /// The operand that a use of an object is.
    pub(crate) fn object_operand(&mut self, expr: ExprId, object: ObjId) -> Operand {
        let world = self.world;
        let ty = self.type_of_object(object);
        let node = world.object(object);
        let mode = match node.kind {
            ObjectKind::PkgName { .. } => {
                let name = node.name;
                self.error_at(expr, || format!("package {name} is not a value"));
                return self.invalid_operand(expr);
            }
            ObjectKind::Builtin(builtin) => {
                let x = Operand::new(Mode::Builtin, ty, expr);
                return Operand {
                    builtin: Some(builtin),
                    ..x
                };
            }
            ObjectKind::Nil => Mode::Nil,
            ObjectKind::Label => return self.invalid_operand(expr),
            _ if !world.is_valid(ty) => return self.invalid_operand(expr),
            ObjectKind::Const => {
                let iota = object == world.universe().iota;
                let value = match self.env.iota {
                    Some(iota_value) if iota => Constant::Int(iota_value),
                    None if iota => {
                        self.error_at(expr, || "iota outside a constant declaration".to_owned());
                        return self.invalid_operand(expr);
                    }
                    _ => node.value.get().cloned().unwrap_or(Constant::Unknown),
                };
                return Operand::constant(value, ty, expr);
            }
            ObjectKind::TypeName { .. } => Mode::TypeExpr,
            ObjectKind::Var(_) => Mode::Variable,
            ObjectKind::Func { .. } | ObjectKind::InterfaceMethod => Mode::Value,
        };
        Operand::new(mode, ty, expr)
    }

    /// The package that an expression names.
    pub(crate) fn package_named(&mut self, expr: ExprId) -> Option<PkgId> {
        let ExprKind::Ident(name) = self.env.tree.expr(expr).kind else {
            return None;
        };
        let (object, _) = self.lookup(name)?;
        match self.world.object(object).kind {
            ObjectKind::PkgName { imported } => {
                self.record_use(expr, object);
                Some(imported)
            }
            _ => None,
        }
    }

    fn star(&mut self, expr: ExprId, inner: ExprId) -> Operand {
        let x = self.expr_or_type(inner, false);
        let world = self.world;
        if !x.is_valid() {
            return self.invalid_operand(expr);
        }
        if x.mode == Mode::TypeExpr {
            return Operand::new(Mode::TypeExpr, world.pointer_to(x.ty), expr);
        }
        let mut element = None;
        let is_pointer = world.all_in_type_set(x.ty, |part| {
            let Some((_, underlying)) = part else {
                return false;
            };
            let Type::Pointer(target) = world.ty(underlying) else {
                return false;
            };
            element = Some(*target);
            true
        });
        match element {
            Some(element) if is_pointer => Operand::new(Mode::Variable, element, expr),
            _ => {
                if world.is_valid(x.ty) {
                    let text = self.show(inner);
                    self.error_at(expr, || format!("{text} is not a pointer"));
                }
                self.invalid_operand(expr)
            }
        }
    }

    fn type_assert(&mut self, expr: ExprId, base: ExprId, ty: Option<ExprId>) -> Operand {
        let x = self.expr(base);
        let Some(ty) = ty else {
            self.error_at(expr, || ".(type) outside a type switch".to_owned());
            return self.invalid_operand(expr);
        };
        let target = self.typ(ty);
        if x.is_valid() && self.world.is_valid(x.ty) && !self.world.is_value_interface(x.ty) {
            let text = self.show(base);
            self.error_at(base, || format!("{text} is not an interface"));
        }
        if !self.world.is_valid(target) {
            return self.invalid_operand(expr);
        }
        Operand::new(Mode::CommaOk, target, expr)
    }

    fn unary(&mut self, expr: ExprId, op: UnaryOp, operand: ExprId) -> Operand {
        let mut x = self.expr(operand);
        let world = self.world;
        if op == UnaryOp::Receive {
            self.env.has_call_or_receive = true;
        }
        if !x.is_valid() {
            return self.invalid_operand(expr);
        }
        match op {
            UnaryOp::Address => {
                self.mark_written(operand);
                Operand::new(Mode::Value, world.pointer_to(x.ty), expr)
            }
            UnaryOp::Receive => {
                if let Some(element) = self.channel_element(x.ty) {
                    return Operand::new(Mode::CommaOk, element, expr);
                }
                let text = self.show(operand);
                self.error_at(expr, || format!("{text} is not a channel"));
                self.invalid_operand(expr)
            }
            _ => {
                x.expr = Some(expr);
                if x.is_constant() {
                    x.value = Some(world.fold_unary(op, &x.known(), x.ty));
                } else {
                    x.mode = Mode::Value;
                }
                x
            }
        }
    }

    /// The element type of a channel, or of a type parameter that stands for channels.
    pub(crate) fn channel_element(&self, ty: TypeId) -> Option<TypeId> {
        match self.world.ty(self.world.core_type(ty)?) {
            Type::Chan { element, .. } => Some(*element),
            _ => None,
        }
    }

    /// A tree of binary operators. It leans to the left, for long sums very far, so that the left
    /// spine is walked in a loop.
    fn binary_chain(&mut self, expr: ExprId) -> Operand {
        let tree = self.env.tree;
        let mut spine: SmallVec<[(ExprId, BinaryOp, ExprId); 4]> = SmallVec::new();
        let mut first = expr;
        while let ExprKind::Binary {
            op, left, right, ..
        } = tree.expr(first).kind
        {
            spine.push((first, op, right));
            first = left;
        }
        let mut x = self.expr(first);
        while let Some((node, op, right)) = spine.pop() {
            let y = self.expr(right);
            self.binary(&mut x, y, op, node);
            x.expr = Some(node);
            if !spine.is_empty() {
                self.record(&x);
            }
        }
        x
    }

    /// `x = x op y`; `node` is the place for errors.
    pub(crate) fn binary(&mut self, x: &mut Operand, mut y: Operand, op: BinaryOp, node: ExprId) {
        if !x.is_valid() || !y.is_valid() {
            self.spoil(x);
            return;
        }
        if is_shift(op) {
            self.shift(x, &mut y, op);
            return;
        }
        let world = self.world;
        let matched = self.match_types(x, &mut y);
        if matched && is_comparison(op) {
            self.comparison(x, &y, op);
            return;
        }
        if !matched || !world.identical(x.ty, y.ty) {
            if world.is_valid(x.ty) && world.is_valid(y.ty) {
                let (left, right) = (world.type_string(x.ty), world.type_string(y.ty));
                self.error_at(node, || format!("operands of types {left} and {right}"));
            }
            self.spoil(x);
            return;
        }
        if x.is_constant() && y.is_constant() {
            x.value = Some(world.fold_binary(op, &x.known(), &y.known(), x.ty));
        } else {
            x.mode = Mode::Value;
            x.value = None;
        }
    }

    pub(crate) fn comparison(&mut self, x: &mut Operand, y: &Operand, op: BinaryOp) {
        let world = self.world;
        if x.is_constant() && y.is_constant() {
            let result = Constant::compare(op, &x.known(), &y.known());
            x.value = Some(result.map_or(Constant::Unknown, Constant::Bool));
        } else {
            // The operands become values now, with the types they have by default.
            self.update_type(x, world.default_type(x.ty));
            self.update_type(y, world.default_type(y.ty));
            x.mode = Mode::Value;
            x.value = None;
        }
        x.ty = world.basic(Basic::UntypedBool);
    }

    fn shift(&mut self, x: &mut Operand, y: &mut Operand, op: BinaryOp) {
        let world = self.world;
        if !y.is_constant() && world.is_untyped(y.ty) {
            self.convert_untyped(y, world.basic(Basic::Uint));
        }
        let is_untyped = world.is_untyped(x.ty);
        if x.is_constant() && y.is_constant() {
            if is_untyped && !world.is_integer(x.ty) {
                x.ty = world.basic(Basic::UntypedInt);
            }
            x.value = Some(world.fold_shift(op, &x.known(), &y.known(), x.ty));
            return;
        }
        // An untyped constant on the left takes its type from where the result is used.
        x.mode = Mode::Value;
        x.value = None;
    }
}
