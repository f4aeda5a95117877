//! Type expressions.

use contend_base::{Name, Span};
use contend_syntax::ast::{
    BinaryOp, ExprId, ExprKind, ExprList, Field, FieldList, Literal, UnaryOp,
};
use smallvec::SmallVec;

use crate::check::Checker;
use crate::constant::Constant;
use crate::{
    InterfaceMethod, Mode, ObjId, ObjectKind, StructField, Term, Type, TypeId, TypeParamId, VarKind,
};

pub(crate) type TypeList = SmallVec<[TypeId; 4]>;

impl Checker<'_> {
    /// The type that an expression denotes. Generic types must have their arguments.
    pub(crate) fn typ(&mut self, expr: ExprId) -> TypeId {
        let ty = self.type_or_generic(expr);
        if self.world.is_generic(ty) || self.is_generic_alias(expr) {
            let name = self.show(expr);
            self.error_at(expr, || {
                format!("generic type {name} without type arguments")
            });
            return self.world.invalid();
        }
        if self.world.is_valid(ty) {
            self.record_type(expr, ty);
        }
        ty
    }

    /// The type that an expression denotes, generic or not; invalid if it denotes none.
    fn type_or_generic(&mut self, expr: ExprId) -> TypeId {
        let span = self.env.tree.expr(expr).span;
        let ty = self.deeper(span, |checker| checker.type_inner(expr));
        ty.unwrap_or_else(|| self.world.invalid())
    }

    fn type_inner(&mut self, expr: ExprId) -> TypeId {
        let world = self.world;
        match self.env.tree.expr(expr).kind {
            ExprKind::Bad => world.invalid(),
            ExprKind::Ident(name) => {
                let x = self.ident(expr, name, true);
                self.require_type(expr, x.mode, x.ty)
            }
            ExprKind::Selector { .. } => {
                let x = self.selector(expr, true);
                self.require_type(expr, x.mode, x.ty)
            }
            ExprKind::Index { base, indices } => self.instantiated_type(base, indices),
            ExprKind::Paren(inner) => self.typ(inner),
            ExprKind::SliceType(element) => {
                let element = self.typ(element);
                world.slice_of(element)
            }
            ExprKind::ArrayType { len, element } => {
                let len = self.array_length(len);
                let element = self.typ(element);
                world.array_of(len, element)
            }
            ExprKind::Star(inner) => {
                let element = self.typ(inner);
                if world.is_valid(element) {
                    world.pointer_to(element)
                } else {
                    element
                }
            }
            ExprKind::StructType(fields) => self.struct_type(fields),
            ExprKind::InterfaceType(elements) => self.interface_type(elements),
            ExprKind::FuncType(ty) => self.func_type(ty),
            ExprKind::MapType { key, value } => {
                let key = self.typ(key);
                let value = self.typ(value);
                world.map_of(key, value)
            }
            ExprKind::ChanType { dir, element } => {
                let element = self.typ(element);
                world.chan_of(dir, element)
            }
            _ => {
                let text = self.show(expr);
                self.error_at(expr, || format!("{text} is not a type"));
                world.invalid()
            }
        }
    }

    fn require_type(&mut self, expr: ExprId, mode: Mode, ty: TypeId) -> TypeId {
        match mode {
            Mode::TypeExpr => ty,
            Mode::Invalid => self.world.invalid(),
            _ => {
                let text = self.show(expr);
                self.error_at(expr, || format!("{text} is not a type"));
                self.world.invalid()
            }
        }
    }

    /// The length of an array type; -1 if it is `...` or cannot be computed.
    fn array_length(&mut self, expr: ExprId) -> i64 {
        if let ExprKind::Ellipsis(_) = self.env.tree.expr(expr).kind {
            return -1;
        }
        let x = self.expr(expr);
        if !x.is_constant() {
            if x.is_valid() {
                let text = self.show(expr);
                self.error_at(expr, || format!("array length {text} is not constant"));
            }
            return -1;
        }
        if !self.world.is_untyped(x.ty) && !self.world.all_integer(x.ty) {
            return -1;
        }
        match x.known().to_int() {
            Constant::Int(len) if 0 <= len => len,
            _ => -1,
        }
    }

    fn instantiated_type(&mut self, base: ExprId, indices: ExprList) -> TypeId {
        let world = self.world;
        let generic = self.type_or_generic(base);
        let args = self.type_list(indices);
        if !world.is_valid(generic) {
            return generic;
        }
        self.record_type(base, generic);
        let Some(args) = args else {
            return world.invalid();
        };
        let params = self.params_of_generic(base, generic);
        if params.len() != args.len() {
            let name = self.show(base);
            self.error_at(base, || {
                let (want, got) = (params.len(), args.len());
                format!("{name} takes {want} type arguments, not {got}")
            });
            return world.invalid();
        }
        self.record_instance(base, &args);
        match world.ty(generic) {
            Type::Named { origin, args: own } if own.is_empty() && world.is_generic(generic) => {
                world.named_type(*origin, &args)
            }
            _ => world.subst(generic, &params, &args),
        }
    }

    /// The type parameters of what `base` names; empty if it is not a generic type.
    fn params_of_generic(&mut self, base: ExprId, generic: TypeId) -> Box<[TypeParamId]> {
        if let Some(object) = self.named_object(base)
            && let Some(params) = self.params_of_alias(object)
        {
            return params.into();
        }
        match self.world.ty(generic) {
            Type::Named { origin, args } if args.is_empty() => self
                .world
                .named(*origin)
                .type_params
                .get()
                .cloned()
                .unwrap_or_default(),
            _ => Box::default(),
        }
    }

    fn is_generic_alias(&mut self, expr: ExprId) -> bool {
        let kind = self.env.tree.expr(expr).kind;
        if !matches!(kind, ExprKind::Ident(_) | ExprKind::Selector { .. }) {
            return false;
        }
        let Some(object) = self.named_object(expr) else {
            return false;
        };
        self.params_of_alias(object).is_some()
    }

    /// The parameters of a generic alias; `None` for any other object.
    fn params_of_alias(&self, object: ObjId) -> Option<&[TypeParamId]> {
        let node = self.world.object(object);
        if !matches!(node.kind, ObjectKind::TypeName { is_alias: true }) {
            return None;
        }
        if let Some(params) = self.alias_params.get(&object) {
            return Some(params);
        }
        let package = node.package?;
        if package == self.pkg
            && let Some(declaring) = &self.declaring
        {
            return declaring
                .resolved
                .alias_params
                .get(&object)
                .map(AsRef::as_ref);
        }
        let resolved = self.world.package(package).resolved.get()?;
        resolved.alias_params.get(&object).map(AsRef::as_ref)
    }

    /// The object that an identifier or a qualified identifier names.
    fn named_object(&mut self, expr: ExprId) -> Option<ObjId> {
        match self.env.tree.expr(expr).kind {
            ExprKind::Ident(name) => self.lookup(name).map(|(object, _)| object),
            ExprKind::Selector { base, name, .. } => {
                let package = self.package_named(base)?;
                self.world
                    .package(package)
                    .scope
                    .get()?
                    .objects
                    .get(&name)
                    .copied()
            }
            _ => None,
        }
    }

    /// The types of a list of type arguments; `None` if one is invalid.
    pub(crate) fn type_list(&mut self, list: ExprList) -> Option<TypeList> {
        let mut valid = true;
        let mut types = TypeList::new();
        for &expr in self.env.tree.expr_list(list) {
            let ty = self.typ(expr);
            valid &= self.world.is_valid(ty);
            types.push(ty);
        }
        valid.then_some(types)
    }

    pub(crate) fn record_instance(&mut self, base: ExprId, args: &[TypeId]) {
        if self.recording {
            let name = self.instantiated_name(base);
            self.info.instances.insert(name, args.into());
        }
    }

    /// The identifier or selector that names what is instantiated.
    fn instantiated_name(&self, mut expr: ExprId) -> ExprId {
        loop {
            expr = match self.env.tree.expr(expr).kind {
                ExprKind::Paren(inner) => inner,
                ExprKind::Index { base, .. } => base,
                _ => return expr,
            };
        }
    }

    fn struct_type(&mut self, list: FieldList) -> TypeId {
        let mut fields: SmallVec<[StructField; 8]> = SmallVec::new();
        for id in list.iter() {
            let field = self.env.tree.field(id);
            let ty = self.typ(field.ty);
            let tag = self.tag(field.tag);
            if field.names.is_empty() {
                fields.extend(self.embedded_field(field, ty, tag));
                continue;
            }
            let kind = ObjectKind::Var(VarKind::Field { embedded: false });
            for ident in field.names.iter() {
                let object = self.object_of_ident(ident, kind, Some(ty));
                let name = self.env.tree.ident(ident).name;
                fields.push(StructField {
                    object,
                    name,
                    ty,
                    embedded: false,
                    tag,
                });
            }
        }
        self.world.intern(Type::Struct(fields.into_vec().into()))
    }

    fn embedded_field(&mut self, field: Field, ty: TypeId, tag: Name) -> Option<StructField> {
        let (name, pos) = self.embedded_name(field.ty)?;
        let object = self.known_expr(field.ty).unwrap_or_else(|| {
            let kind = ObjectKind::Var(VarKind::Field { embedded: true });
            let span = Span::new(pos, pos + name.as_str().len() as u32);
            let object = self.new_object(name, kind, span, Some(ty));
            self.remember_expr(field.ty, object);
            object
        });
        Some(StructField {
            object,
            name,
            ty,
            embedded: true,
            tag,
        })
    }

    /// The name of an embedded field, and where it stands.
    fn embedded_name(&self, mut expr: ExprId) -> Option<(Name, u32)> {
        loop {
            let node = self.env.tree.expr(expr);
            expr = match node.kind {
                ExprKind::Ident(name) => return Some((name, node.span.start)),
                ExprKind::Selector { name, name_pos, .. } => return Some((name, name_pos)),
                ExprKind::Star(inner) | ExprKind::Paren(inner) => inner,
                ExprKind::Index { base, .. } => base,
                _ => return None,
            };
        }
    }

    fn tag(&mut self, tag: Option<ExprId>) -> Name {
        let Some(expr) = tag else {
            return contend_base::known::EMPTY;
        };
        let text = self.text(self.env.tree.expr(expr).span);
        match Constant::of_literal(Literal::String, text) {
            Constant::String(bytes) => Name::intern(&String::from_utf8_lossy(&bytes)),
            _ => contend_base::known::EMPTY,
        }
    }

    fn interface_type(&mut self, elements: FieldList) -> TypeId {
        let mut methods: SmallVec<[InterfaceMethod; 8]> = SmallVec::new();
        let mut embedded = TypeList::new();
        for id in elements.iter() {
            let field = self.env.tree.field(id);
            let Some(ident) = field.names.iter().next() else {
                embedded.push(self.union(field.ty));
                continue;
            };
            let ty = self.typ(field.ty);
            let name = self.env.tree.ident(ident).name;
            if name.is_blank() || !matches!(self.world.ty(ty), Type::Signature(_)) {
                continue;
            }
            let object = self.object_of_ident(ident, ObjectKind::InterfaceMethod, Some(ty));
            methods.push(InterfaceMethod { object, name, ty });
        }
        let methods = methods.into_vec().into();
        let embedded = embedded.into_vec().into();
        self.world.intern(Type::Interface { methods, embedded })
    }

    /// An element of an interface: a type, or a union of types and `~` types.
    fn union(&mut self, expr: ExprId) -> TypeId {
        // The operands of `a | b | c`, last first: the tree leans to the left.
        let mut operators = Vec::new();
        let mut operands = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary {
            op: BinaryOp::Or,
            left,
            right,
            ..
        } = self.env.tree.expr(first).kind
        {
            operators.push(first);
            operands.push(right);
            first = left;
        }
        operands.push(first);
        operands.reverse();
        operators.reverse();
        let mut terms: SmallVec<[Term; 8]> = SmallVec::new();
        for (index, &operand) in operands.iter().enumerate() {
            let term = self.term(operand);
            if operands.len() == 1 && !term.tilde {
                return term.ty;
            }
            terms.push(term);
            if let Some(before) = index.checked_sub(1) {
                let so_far = self.world.intern(Type::Union(terms.as_slice().into()));
                self.record_type(operators[before], so_far);
            }
        }
        self.world.intern(Type::Union(terms.into_vec().into()))
    }

    fn term(&mut self, expr: ExprId) -> Term {
        let ExprKind::Unary {
            op: UnaryOp::Tilde,
            operand,
        } = self.env.tree.expr(expr).kind
        else {
            return Term {
                tilde: false,
                ty: self.typ(expr),
            };
        };
        let term = Term {
            tilde: true,
            ty: self.typ(operand),
        };
        let union = self.world.intern(Type::Union([term].into()));
        self.record_type(expr, union);
        term
    }

    /// The constraint that a type parameter's bound stands for: an interface.
    pub(crate) fn constraint(&mut self, expr: ExprId) -> TypeId {
        let is_union = matches!(
            self.env.tree.expr(expr).kind,
            ExprKind::Unary {
                op: UnaryOp::Tilde,
                ..
            } | ExprKind::Binary {
                op: BinaryOp::Or,
                ..
            }
        );
        let ty = if is_union {
            self.union(expr)
        } else {
            self.typ(expr)
        };
        if !self.world.is_valid(ty) || self.world.is_interface(ty) {
            return ty;
        }
        self.world.intern(Type::Interface {
            methods: [].into(),
            embedded: [ty].into(),
        })
    }

    /// Makes the type parameters of a list, without constraints.
    pub(crate) fn declare_type_params(&mut self, list: FieldList) -> Box<[TypeParamId]> {
        let mut params = Vec::new();
        for id in list.iter() {
            for ident in self.env.tree.field(id).names.iter() {
                let kind = ObjectKind::TypeName { is_alias: false };
                let object = self.object_of_ident(ident, kind, None);
                params.push(self.type_param_of(object, params.len() as u32));
            }
        }
        params.into()
    }

    /// The type parameter that an object declares; made if the object is new.
    pub(crate) fn type_param_of(&mut self, object: ObjId, index: u32) -> TypeParamId {
        let world = self.world;
        if let Some(&ty) = world.object(object).ty.get()
            && let Type::TypeParam(param) = world.ty(ty)
        {
            return *param;
        }
        let param = world.new_type_param(object, index);
        self.set_type(object, world.type_param_type(param));
        param
    }

    /// Opens the scope of type parameters that were declared before.
    pub(crate) fn scope_type_params(&mut self, params: &[TypeParamId]) {
        for &param in params {
            let object = self.world.type_param(param).object;
            self.scopes.declare(self.world.name(object), object);
        }
    }

    /// Resolves the constraints of a list; its parameters are in scope.
    pub(crate) fn bind_type_params(&mut self, list: FieldList, params: &[TypeParamId]) {
        let mut params = params.iter();
        for id in list.iter() {
            let field = self.env.tree.field(id);
            let constraint = self.constraint(field.ty);
            for &param in params.by_ref().take(field.names.len()) {
                let _ = self.world.type_param(param).constraint.set(constraint);
            }
        }
    }
}
