//! `x.f`: qualified identifiers, fields, methods and method expressions.

use contend_base::{Name, Span, known};
use contend_syntax::ast::{ExprId, ExprKind};
use smallvec::SmallVec;

use crate::check::Checker;
use crate::lookup::{Lookup, Selected};
use crate::operand::Operand;
use crate::{Mode, ObjectKind, PkgId, SelectionKind, Signature, Type, TypeId};

impl Checker<'_> {
    /// A selector expression. `want_type` says that it stands where a type is expected.
    pub(crate) fn selector(&mut self, expr: ExprId, want_type: bool) -> Operand {
        let ExprKind::Selector {
            base,
            name,
            name_pos,
        } = self.env.tree.expr(expr).kind
        else {
            return self.invalid_operand(expr);
        };
        if let Some(package) = self.package_named(base) {
            return self.qualified(expr, package, name, name_pos);
        }
        if self.is_missing_package(base) {
            return self.invalid_operand(expr);
        }
        let x = self.expr_or_type(base, false);
        if x.mode == Mode::Builtin {
            let text = self.show(base);
            self.error_at(base, || format!("{text} must be called"));
            return self.invalid_operand(expr);
        }
        if !x.is_valid() || !self.world.is_valid(self.under(x.ty)) {
            return self.invalid_operand(expr);
        }
        if want_type {
            let text = self.show(expr);
            self.error_at(expr, || format!("{text} is not a type"));
            return self.invalid_operand(expr);
        }
        self.member(expr, &x, name, name_pos)
    }

    /// True for an unknown name in a file with an import that could not be loaded: most likely it
    /// is the name of that package.
    fn is_missing_package(&self, base: ExprId) -> bool {
        match self.env.tree.expr(base).kind {
            ExprKind::Ident(name) => self.may_be_missing() && self.lookup(name).is_none(),
            _ => false,
        }
    }

    fn qualified(&mut self, expr: ExprId, package: PkgId, name: Name, name_pos: u32) -> Operand {
        let node = self.world.package(package);
        let found = node.scope.get().and_then(|scope| scope.objects.get(&name));
        let Some(&object) = found else {
            let is_known = !node.source.files.is_empty() || node.source.path == known::UNSAFE;
            if is_known && !name.is_blank() {
                let package = node.source.name;
                self.error(name_span(name, name_pos), || {
                    format!("undefined: {package}.{name}")
                });
            }
            return self.invalid_operand(expr);
        };
        self.record_use(expr, object);
        self.object_operand(expr, object)
    }

    fn member(&mut self, expr: ExprId, x: &Operand, name: Name, name_pos: u32) -> Operand {
        let world = self.world;
        let addressable = x.mode == Mode::Variable;
        let is_type = x.mode == Mode::TypeExpr;
        let (selected, is_field) = match world.lookup(x.ty, addressable, Some(self.pkg), name) {
            Lookup::Field(selected) if !is_type => (selected, true),
            Lookup::Method(selected) => (selected, false),
            // The program does not compile, but what is meant is plain.
            Lookup::PointerReceiver(selected) => {
                self.error(name_span(name, name_pos), || {
                    format!(
                        "method {name} needs a pointer to {}",
                        world.type_string(x.ty)
                    )
                });
                (selected, false)
            }
            Lookup::Ambiguous => {
                self.error(name_span(name, name_pos), || {
                    format!("{name} is ambiguous in {}", world.type_string(x.ty))
                });
                return self.invalid_operand(expr);
            }
            Lookup::Field(_) | Lookup::None => {
                self.error(name_span(name, name_pos), || {
                    format!("{} has no field or method {name}", world.type_string(x.ty))
                });
                return self.invalid_operand(expr);
            }
        };
        let Some(ty) = self.selected_type(&selected) else {
            return self.invalid_operand(expr);
        };
        self.record_use(expr, selected.object);
        if is_type {
            let method = self.method_expr_type(x.ty, ty);
            self.record_selection(expr, &selected, SelectionKind::MethodExpr, x.ty, ty);
            return Operand::new(Mode::Value, method, expr);
        }
        let kind = if is_field {
            SelectionKind::Field
        } else {
            SelectionKind::Method
        };
        self.record_selection(expr, &selected, kind, x.ty, ty);
        if !is_field {
            // Calling a method with a pointer receiver takes the variable's address.
            let pointer_receiver = matches!(
                world.object(selected.object).kind,
                ObjectKind::Func {
                    pointer_receiver: true,
                    ..
                }
            );
            if pointer_receiver && !selected.indirect {
                let ExprKind::Selector { base, .. } = self.env.tree.expr(expr).kind else {
                    return self.invalid_operand(expr);
                };
                self.mark_written(base);
            }
            return Operand::new(Mode::Value, ty, expr);
        }
        if !world.is_valid(ty) {
            return self.invalid_operand(expr);
        }
        let mode = if addressable || selected.indirect {
            Mode::Variable
        } else {
            Mode::Value
        };
        Operand::new(mode, ty, expr)
    }

    /// The type of a selected field or method; methods of this package may not have one yet.
    fn selected_type(&mut self, selected: &Selected) -> Option<TypeId> {
        if let Some(ty) = selected.ty {
            return Some(ty);
        }
        self.type_of_object(selected.object);
        self.world.selected_type(selected)
    }

    fn record_selection(
        &mut self,
        expr: ExprId,
        selected: &Selected,
        kind: SelectionKind,
        receiver: TypeId,
        ty: TypeId,
    ) {
        if self.recording {
            self.info
                .selections
                .insert(expr, selected.selection(kind, receiver, ty));
        }
    }

    /// The function that `T.method` is: the receiver comes first.
    fn method_expr_type(&self, receiver: TypeId, method: TypeId) -> TypeId {
        let Type::Signature(signature) = self.world.ty(method) else {
            return method;
        };
        let mut params: SmallVec<[TypeId; 8]> = SmallVec::new();
        params.push(receiver);
        params.extend_from_slice(&signature.params);
        let params = params.into_vec().into();
        self.world.intern(Type::Signature(Signature {
            params,
            ..signature.clone()
        }))
    }
}

fn name_span(name: Name, pos: u32) -> Span {
    Span::new(pos, pos + name.as_str().len() as u32)
}
