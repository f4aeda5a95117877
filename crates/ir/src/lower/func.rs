//! Functions: declarations, literals, initialisers.

use contend_base::{Idx, Range};
use contend_syntax::ast::{ExprId, FieldList, FuncDecl, FuncTypeId, StmtId, ValueSpec};
use contend_types::{ObjId, ObjectKind, Type, TypeId};

use super::{Lowerer, empty_func};
use crate::build::FuncBuilder;
use crate::func::{Func, FuncId, FuncKind};
use crate::instr::{CallMode, Callee, InstrKind, Operand, OperandList};

impl Lowerer<'_> {
    pub(super) fn declared_func(&mut self, decl: FuncDecl, body: StmtId) {
        if let Some(object) = self.info.def(decl.name) {
            self.b.func.kind = FuncKind::Declared(object);
            let ty = self.object(object).ty.get().copied();
            self.b.result_types = self.result_types(ty);
        }
        self.b.func.span = decl.span;
        let receiver = decl.receiver.map(|list| self.param_objects(list));
        self.b.func.receiver = receiver.and_then(|names| names.into_iter().next().flatten());
        self.signature(decl.ty);
        self.stmt(body);
        let func = self.finish_func();
        self.funcs[0] = Some(func);
    }

    pub(super) fn package_vars(&mut self, specs: Range<ValueSpec>) {
        for spec in specs.iter() {
            self.value_spec(self.tree.value_spec(spec), false);
        }
        let func = self.finish_func();
        self.funcs[0] = Some(func);
    }

    /// Lowers a function literal as a function of its own.
    pub(super) fn literal(&mut self, expr: ExprId, ty: FuncTypeId, body: StmtId) -> FuncId {
        let id = Idx::new(self.funcs.len());
        self.funcs.push(None);
        let parent = self.current_func;
        let mut func = empty_func(FuncKind::Literal { expr, parent }, self.span(expr));
        func.captures = self.info.captures.get(&expr).cloned().unwrap_or_default();
        let outer = std::mem::replace(&mut self.b, FuncBuilder::new(func));
        let outer_label = self.pending_label.take();
        self.current_func = id;
        self.b.result_types = self.result_types(self.info.type_of(expr));
        self.signature(ty);
        self.stmt(body);
        let func = self.finish_func();
        self.funcs[id.index()] = Some(func);
        self.b = outer;
        self.pending_label = outer_label;
        self.current_func = parent;
        id
    }

    fn signature(&mut self, ty: FuncTypeId) {
        let ty = self.tree.func_type(ty);
        self.b.func.params = self.param_objects(ty.params);
        self.b.func.results = self.param_objects(ty.results);
    }

    fn param_objects(&self, fields: FieldList) -> Vec<Option<ObjId>> {
        let mut objects = Vec::new();
        for field in fields.iter() {
            let names = self.tree.field(field).names;
            if names.is_empty() {
                objects.push(None);
            }
            objects.extend(names.iter().map(|name| self.def(name)));
        }
        objects
    }

    fn result_types(&self, ty: Option<TypeId>) -> Vec<TypeId> {
        match ty.map(|ty| self.underlying(ty)) {
            Some(Type::Signature(signature)) => signature.results.to_vec(),
            _ => Vec::new(),
        }
    }

    fn finish_func(&mut self) -> Func {
        let returns = self.named_results();
        let may_recover = self.may_recover();
        let placeholder = FuncBuilder::new(empty_func(FuncKind::Init, self.b.func.span));
        std::mem::replace(&mut self.b, placeholder).finish(returns, may_recover)
    }

    /// What a return without values returns.
    pub(super) fn named_results(&mut self) -> OperandList {
        let results: Vec<Operand> = (0..self.b.func.results.len())
            .map(|i| match self.b.func.results[i] {
                Some(result) => Operand::Place(self.var_place(result)),
                None => Operand::Unknown,
            })
            .collect();
        let is_named = results.iter().any(|result| *result != Operand::Unknown);
        self.list(if is_named { &results } else { &[] })
    }

    /// True if one of the deferred calls could call `recover`.
    fn may_recover(&self) -> bool {
        if !self.b.func.has_defer {
            return false;
        }
        self.b.func.calls().any(|call| {
            let call = &self.calls[call.index()];
            call.mode == CallMode::Defer && self.callee_may_recover(call.callee)
        })
    }

    fn callee_may_recover(&self, callee: Callee) -> bool {
        match callee {
            Callee::Static(function) => !self.is_of_lock_library(function),
            Callee::Literal(literal) => {
                let func = self.funcs[literal.index()].as_ref();
                func.is_none_or(|func| {
                    func.instrs
                        .iter()
                        .any(|i| matches!(i.kind, InstrKind::Recover { .. }))
                })
            }
            Callee::Interface(_) | Callee::Builtin(_) => false,
            Callee::Value(_) | Callee::Unknown => true,
        }
    }

    fn is_of_lock_library(&self, function: ObjId) -> bool {
        let object = self.object(function);
        let is_function = matches!(object.kind, ObjectKind::Func { .. });
        let path = object
            .package
            .map(|package| self.world.package(package).source.path.as_str());
        is_function && path.is_some_and(|path| matches!(path, "sync" | "context" | "os" | "time"))
    }
}
