//! Literals: constants, functions and composite values.

use contend_syntax::ast::{ExprId, ExprKind, ExprList, FuncTypeId, Literal, StmtId};

use crate::check::Checker;
use crate::constant::Constant;
use crate::lookup::Lookup;
use crate::operand::Operand;
use crate::{Basic, Mode, StructField, Type, TypeId};

/// The form of composite literal that a type asks for.
enum Shape<'w> {
    Struct(&'w [StructField]),
    /// The length is -1 where it is counted.
    List {
        element: TypeId,
        len: i64,
    },
    Map {
        key: TypeId,
        value: TypeId,
    },
    Unknown,
}

impl<'w> Checker<'w> {
    pub(crate) fn literal(&mut self, expr: ExprId, literal: Literal) -> Operand {
        let kind = match literal {
            Literal::Int => Basic::UntypedInt,
            Literal::Float => Basic::UntypedFloat,
            Literal::Imaginary => Basic::UntypedComplex,
            Literal::Rune => Basic::UntypedRune,
            Literal::String => Basic::UntypedString,
        };
        let text = self.text(self.env.tree.expr(expr).span);
        let value = Constant::of_literal(literal, text);
        Operand::constant(value, self.world.basic(kind), expr)
    }

    pub(crate) fn func_literal(&mut self, expr: ExprId, ty: FuncTypeId, body: StmtId) -> Operand {
        if !self.recording {
            // The body says nothing about the type.
            let ty = self.func_type(ty);
            return Operand::new(Mode::Value, ty, expr);
        }
        self.scopes.enter_literal(expr);
        let mark = self.scopes.open();
        let (ty, function) = self.func_head(ty);
        self.func_body(function, mark, body);
        self.scopes.close(mark);
        if let Some((expr, captures)) = self.scopes.leave_literal()
            && !captures.is_empty()
        {
            self.info.captures.insert(expr, captures);
        }
        Operand::new(Mode::Value, ty, expr)
    }

    pub(crate) fn composite(
        &mut self,
        expr: ExprId,
        ty: Option<ExprId>,
        elements: ExprList,
        hint: Option<TypeId>,
    ) -> Operand {
        let world = self.world;
        let mut base = match (ty, hint) {
            (Some(ty), _) => self.literal_type(ty),
            (None, Some(hint)) => hint,
            (None, None) => {
                self.error_at(expr, || "composite literal without a type".to_owned());
                world.invalid()
            }
        };
        let mut literal_ty = base;
        if ty.is_none()
            && let Some(core) = world.core_type(base)
            && let Type::Pointer(element) = world.ty(core)
        {
            base = *element;
        }
        let counts = matches!(world.underlying_type(base), Type::Array { len: -1, .. });
        if self.only_types() && !counts {
            return self.composite_operand(expr, literal_ty);
        }
        match self.shape(base) {
            Shape::Struct(fields) => self.struct_elements(base, fields, elements),
            Shape::List { element, len } => {
                let count = self.list_elements(elements, element);
                if len < 0
                    && counts
                    && let Some(ty) = ty
                {
                    literal_ty = world.array_of(count, element);
                    self.record_type(ty, literal_ty);
                }
            }
            Shape::Map { key, value } => self.map_elements(elements, key, value),
            Shape::Unknown => {
                for &element in self.env.tree.expr_list(elements) {
                    self.use_expr(element);
                }
                if world.is_valid(base) && world.is_valid(world.underlying(base)) {
                    self.error_at(expr, || {
                        format!("{} has no composite literals", world.type_string(base))
                    });
                    return self.invalid_operand(expr);
                }
            }
        }
        self.composite_operand(expr, literal_ty)
    }

    fn composite_operand(&self, expr: ExprId, ty: TypeId) -> Operand {
        if self.world.is_valid(ty) {
            Operand::new(Mode::Value, ty, expr)
        } else {
            self.invalid_operand(expr)
        }
    }

    /// The type of a literal as written; `[...]T` has the length -1.
    fn literal_type(&mut self, ty: ExprId) -> TypeId {
        let tree = self.env.tree;
        if let ExprKind::ArrayType { len, element } = tree.expr(ty).kind
            && let ExprKind::Ellipsis(_) = tree.expr(len).kind
        {
            let element = self.typ(element);
            return self.world.array_of(-1, element);
        }
        let ty = self.typ(ty);
        self.complete(ty);
        ty
    }

    fn shape(&self, base: TypeId) -> Shape<'w> {
        let Some(core) = self.world.core_type(base) else {
            return Shape::Unknown;
        };
        match self.world.ty(core) {
            Type::Struct(fields) => Shape::Struct(fields),
            Type::Array { len, element } => Shape::List {
                element: *element,
                len: *len,
            },
            Type::Slice(element) => Shape::List {
                element: *element,
                len: 0,
            },
            Type::Map { key, value } => Shape::Map {
                key: *key,
                value: *value,
            },
            _ => Shape::Unknown,
        }
    }

    fn struct_elements(&mut self, base: TypeId, fields: &[StructField], elements: ExprList) {
        let world = self.world;
        for (index, &element) in self.env.tree.expr_list(elements).iter().enumerate() {
            let ExprKind::KeyValue { key, value } = self.env.tree.expr(element).kind else {
                let field = fields.get(index).map(|field| field.ty);
                let mut x = self.expr(element);
                if let Some(field) = field {
                    self.assignment(&mut x, Some(field));
                }
                continue;
            };
            let ExprKind::Ident(name) = self.env.tree.expr(key).kind else {
                self.use_expr(value);
                continue;
            };
            let own = fields
                .iter()
                .find(|field| field.name == name && world.visible(field.object, Some(self.pkg)));
            let field = match own {
                Some(field) => Some((field.object, field.ty)),
                // Since Go 1.27 the key may be a field of an embedded struct.
                None => match world.lookup(base, true, Some(self.pkg), name) {
                    Lookup::Field(selected) => selected.ty.map(|ty| (selected.object, ty)),
                    _ => None,
                },
            };
            let mut x = self.expr(value);
            let Some((object, ty)) = field else {
                self.error_at(key, || {
                    format!("{} has no field {name}", world.type_string(base))
                });
                continue;
            };
            self.record_use(key, object);
            self.assignment(&mut x, Some(ty));
        }
    }

    /// Types the elements of an array or slice; returns how many there are.
    fn list_elements(&mut self, elements: ExprList, ty: TypeId) -> i64 {
        let (mut index, mut count) = (0i64, 0i64);
        for &element in self.env.tree.expr_list(elements) {
            let mut value = element;
            if let ExprKind::KeyValue { key, value: inner } = self.env.tree.expr(element).kind {
                if let Some(at) = self.index_value(key) {
                    index = at;
                }
                value = inner;
            }
            index = index.saturating_add(1);
            count = count.max(index);
            if self.only_types() {
                continue;
            }
            let mut x = self.expr_with_hint(value, ty);
            self.assignment(&mut x, Some(ty));
        }
        count
    }

    fn map_elements(&mut self, elements: ExprList, key_ty: TypeId, value_ty: TypeId) {
        for &element in self.env.tree.expr_list(elements) {
            let ExprKind::KeyValue { key, value } = self.env.tree.expr(element).kind else {
                self.use_expr(element);
                continue;
            };
            let mut x = self.expr_with_hint(key, key_ty);
            self.assignment(&mut x, Some(key_ty));
            let mut x = self.expr_with_hint(value, value_ty);
            self.assignment(&mut x, Some(value_ty));
        }
    }
}
