//! Constant, variable, type and function declarations, at package level and inside functions.

use contend_base::Range;
use contend_syntax::ast::{
    DeclId, DeclKind, ExprId, FuncId, StmtId, StmtKind, TypeSpec, ValueSpec,
};
use smallvec::SmallVec;

use crate::check::{Checker, Function};
use crate::constant::Constant;
use crate::{ObjId, ObjectKind, TypeId, VarKind};

impl Checker<'_> {
    /// Types one constant: `object ty = init` with the given `iota`.
    pub(crate) fn const_decl(
        &mut self,
        object: ObjId,
        ty: Option<ExprId>,
        init: Option<ExprId>,
        iota: u32,
    ) {
        let outer = self.env.iota.replace(i64::from(iota));
        let (ty, value) = self.const_value(ty, init);
        self.env.iota = outer;
        let node = self.world.object(object);
        let _ = node.value.set(value);
        let _ = node.ty.set(ty);
    }

    fn const_value(&mut self, ty: Option<ExprId>, init: Option<ExprId>) -> (TypeId, Constant) {
        let world = self.world;
        let declared = ty.map(|ty| self.typ(ty));
        // An array length may need the constant while types are still being resolved.
        if let Some(declared) = declared {
            self.complete(declared);
        }
        let invalid = (
            declared.unwrap_or_else(|| world.invalid()),
            Constant::Unknown,
        );
        let Some(init) = init else { return invalid };
        let mut x = self.expr(init);
        if !x.is_valid() {
            return invalid;
        }
        if !x.is_constant() {
            let text = self.show(init);
            self.error_at(init, || format!("{text} is not constant"));
            return invalid;
        }
        if let Some(declared) = declared
            && !self.convert_untyped(&mut x, declared)
        {
            return (declared, Constant::Unknown);
        }
        (declared.unwrap_or(x.ty), x.known())
    }

    /// The constants of a group that the declaration phase resolved, once more for their facts.
    pub(crate) fn const_group(&mut self, specs: Range<ValueSpec>) {
        for (spec, source) in self.const_sources(specs) {
            for (index, ident) in spec.names.iter().enumerate() {
                let object = self.object_of_ident(ident, ObjectKind::Const, None);
                let init = self.env.tree.expr_list(source.values).get(index).copied();
                self.const_decl(object, source.ty, init, spec.iota);
            }
        }
    }

    /// The type of a package-level variable, from its declaration alone.
    pub(crate) fn declare_var(&mut self, object: ObjId, spec: ValueSpec, index: usize) {
        let tree = self.env.tree;
        if let Some(ty) = spec.ty {
            let ty = self.typ(ty);
            for ident in spec.names.iter() {
                if let Some(other) = self.known_ident(ident) {
                    self.set_type(other, ty);
                }
            }
            return;
        }
        let values = tree.expr_list(spec.values);
        if values.len() == 1 && 1 < spec.names.len() {
            let unknown: SmallVec<[Option<TypeId>; 4]> = spec.names.iter().map(|_| None).collect();
            let types = self.init_vars(&unknown, values, false);
            for (ident, ty) in spec.names.iter().zip(types) {
                if let Some(other) = self.known_ident(ident) {
                    self.set_type(other, ty);
                }
            }
            return;
        }
        let ty = match values.get(index) {
            Some(&value) => {
                let x = self.expr(value);
                self.world.default_type(x.ty)
            }
            None => self.world.invalid(),
        };
        self.set_type(object, ty);
    }

    /// Package-level variables, once more for the facts of their initialisers.
    pub(crate) fn record_vars(&mut self, specs: Range<ValueSpec>) {
        for spec in specs.iter() {
            let spec = self.env.tree.value_spec(spec);
            let types = self.var_spec(spec);
            for (ident, ty) in spec.names.iter().zip(types) {
                self.object_of_ident(ident, ObjectKind::Var(VarKind::Package), Some(ty));
            }
        }
    }

    /// The types of the variables of a specification.
    fn var_spec(&mut self, spec: ValueSpec) -> SmallVec<[TypeId; 4]> {
        let declared = spec.ty.map(|ty| self.typ(ty));
        let values = self.env.tree.expr_list(spec.values);
        if values.is_empty() {
            let ty = declared.unwrap_or_else(|| self.world.invalid());
            return spec.names.iter().map(|_| ty).collect();
        }
        let wanted: SmallVec<[Option<TypeId>; 4]> = spec.names.iter().map(|_| declared).collect();
        self.init_vars(&wanted, values, false)
    }

    /// Package-level types, once more for the facts of their expressions.
    pub(crate) fn record_types(&mut self, specs: Range<TypeSpec>) {
        for spec in specs.iter() {
            let node = self.env.tree.type_spec(spec);
            let kind = ObjectKind::TypeName {
                is_alias: node.is_alias,
            };
            let object = self.object_of_ident(node.name, kind, None);
            self.new_type_head(object, spec);
            self.type_decl(object, spec);
        }
    }

    /// Constraints and right side of a type declaration.
    fn type_decl(&mut self, object: ObjId, spec: contend_syntax::ast::TypeSpecId) {
        let node = self.env.tree.type_spec(spec);
        let mark = self.scopes.open();
        if let Some(params) = self.type_params_of(object)
            && !params.is_empty()
        {
            // The parameters' names are recorded once more, since this may be the second look.
            self.declare_type_params(node.type_params);
            self.scope_type_params(&params);
            self.bind_type_params(node.type_params, &params);
        }
        self.scopes.close(mark);
        self.type_body(object, spec);
    }

    /// A function or method with its body.
    pub(crate) fn record_func(&mut self, func: FuncId) {
        let node = self.env.tree.func(func);
        let Some(object) = self.known_ident(node.name) else {
            return;
        };
        self.record_def(node.name, object);
        let mark = self.scopes.open();
        let (ty, function) = self.func_decl_head(node, object);
        self.set_type(object, ty);
        if let Some(body) = node.body {
            self.func_body(function, mark, body);
        }
        self.scopes.close(mark);
    }

    /// Types a function body whose parameters were declared in the block `block`, which is the
    /// body's own block too.
    pub(crate) fn func_body(&mut self, function: Function, block: usize, body: StmtId) {
        let outer = std::mem::replace(&mut self.env.function, function);
        let outer_block = std::mem::replace(&mut self.env.block, block);
        let outer_call = self.env.has_call_or_receive;
        if let StmtKind::Block(list) = self.env.tree.stmt(body).kind {
            self.stmt_list(list);
        }
        self.resolve_branches();
        self.env.has_call_or_receive = outer_call;
        self.env.block = outer_block;
        self.env.function = outer;
    }

    /// A declaration inside a function.
    pub(crate) fn decl_stmt(&mut self, decl: DeclId) {
        match self.env.tree.decl(decl).kind {
            DeclKind::Bad | DeclKind::Import(_) | DeclKind::Func(_) => {}
            DeclKind::Const(specs) => self.local_consts(specs),
            DeclKind::Var(specs) => self.local_vars(specs),
            DeclKind::Type(specs) => {
                for spec in specs.iter() {
                    let node = self.env.tree.type_spec(spec);
                    let kind = ObjectKind::TypeName {
                        is_alias: node.is_alias,
                    };
                    let object = self.object_of_ident(node.name, kind, None);
                    self.scopes.declare(self.world.name(object), object);
                    self.new_type_head(object, spec);
                    self.type_decl(object, spec);
                }
            }
        }
    }

    fn local_consts(&mut self, specs: Range<ValueSpec>) {
        for (spec, source) in self.const_sources(specs) {
            let mut objects: SmallVec<[ObjId; 4]> = SmallVec::new();
            for (index, ident) in spec.names.iter().enumerate() {
                let object = self.object_of_ident(ident, ObjectKind::Const, None);
                let init = self.env.tree.expr_list(source.values).get(index).copied();
                self.const_decl(object, source.ty, init, spec.iota);
                objects.push(object);
            }
            for object in objects {
                self.scopes.declare(self.world.name(object), object);
            }
        }
    }

    fn local_vars(&mut self, specs: Range<ValueSpec>) {
        for spec in specs.iter() {
            let spec = self.env.tree.value_spec(spec);
            let types = self.var_spec(spec);
            for (ident, ty) in spec.names.iter().zip(types) {
                let object = self.new_local(ident, ObjectKind::Var(VarKind::Local), ty);
                self.scopes.declare(self.world.name(object), object);
            }
        }
    }
}
