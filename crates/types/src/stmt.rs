//! Statements.

use contend_base::Idx;
use contend_syntax::ast::{
    AssignOp, BranchKind, ClauseKind, ClauseList, ExprId, ExprKind, ExprList, IdentId, StmtId,
    StmtKind, StmtList,
};
use smallvec::SmallVec;

use crate::check::Checker;
use crate::operand::Operand;
use crate::{Basic, GoVersion, LoopVar, ObjectKind, Type, TypeId, VarKind};

/// The Go version since which each iteration of a loop has variables of its own.
const PER_ITERATION: GoVersion = GoVersion {
    major: 1,
    minor: 22,
};

impl Checker<'_> {
    pub(crate) fn stmt_list(&mut self, list: StmtList) {
        for &stmt in self.env.tree.stmt_list(list) {
            self.stmt(stmt);
        }
    }

    pub(crate) fn stmt(&mut self, stmt: StmtId) {
        let node = self.env.tree.stmt(stmt);
        self.deeper(node.span, |checker| checker.stmt_inner(node.kind));
    }

    fn optional_stmt(&mut self, stmt: Option<StmtId>) {
        if let Some(stmt) = stmt {
            self.stmt(stmt);
        }
    }

    fn stmt_inner(&mut self, kind: StmtKind) {
        match kind {
            StmtKind::Bad | StmtKind::Empty { .. } => {}
            StmtKind::Expr(expr) => {
                self.raw_expr(None, expr, None, false);
            }
            StmtKind::Send { channel, value } => self.send(channel, value),
            StmtKind::IncDec { operand, .. } => {
                self.expr(operand);
                self.mark_written(operand);
            }
            StmtKind::Assign {
                op: AssignOp::Assign,
                left,
                right,
            } => {
                self.assign_vars(left, right);
            }
            StmtKind::Assign {
                op: AssignOp::Define,
                left,
                right,
            } => {
                self.short_var_decl(left, right, VarKind::Local);
            }
            StmtKind::Assign {
                op: AssignOp::Op(op),
                left,
                right,
            } => {
                let tree = self.env.tree;
                let (Some(&left), Some(&right)) =
                    (tree.expr_list(left).first(), tree.expr_list(right).first())
                else {
                    return;
                };
                let mut x = self.expr(left);
                let y = self.expr(right);
                let target = x.ty;
                self.binary(&mut x, y, op, left);
                self.assignment(&mut x, Some(target));
                self.mark_written(left);
            }
            StmtKind::Go(call) | StmtKind::Defer(call) => {
                self.raw_expr(None, call, None, false);
            }
            StmtKind::Return(results) => self.return_stmt(results),
            StmtKind::Branch { kind, label } => {
                if let Some(label) = label
                    && kind != BranchKind::Fallthrough
                {
                    self.env.function.branches.push(label);
                }
            }
            StmtKind::Block(list) => self.block(|checker| checker.stmt_list(list)),
            StmtKind::If { .. } => self.if_chain(kind),
            StmtKind::Switch { init, tag, clauses } => self.block(|checker| {
                checker.optional_stmt(init);
                checker.switch(tag, clauses);
            }),
            StmtKind::TypeSwitch {
                init,
                bind,
                subject,
                clauses,
            } => self.block(|checker| {
                checker.optional_stmt(init);
                checker.type_switch(bind, subject, clauses);
            }),
            StmtKind::Select(clauses) => {
                for id in clauses.iter() {
                    let clause = self.env.tree.clause(id);
                    self.block(|checker| {
                        if let ClauseKind::Comm(stmt) = clause.kind {
                            checker.stmt(stmt);
                        }
                        checker.stmt_list(clause.body);
                    });
                }
            }
            StmtKind::For {
                init,
                cond,
                post,
                body,
            } => self.block(|checker| {
                checker.for_init(init);
                if let Some(cond) = cond {
                    checker.expr(cond);
                }
                checker.optional_stmt(post);
                checker.stmt(body);
            }),
            StmtKind::Range {
                key,
                value,
                define,
                over,
                body,
            } => {
                self.range(key, value, define, over, body);
            }
            StmtKind::Labeled { label, stmt } => {
                let object = self.object_of_ident(label, ObjectKind::Label, None);
                let name = self.world.name(object);
                self.env.function.labels.push((name, object));
                self.stmt(stmt);
            }
            StmtKind::Decl(decl) => self.decl_stmt(decl),
        }
    }

    /// Runs `f` in a block of its own.
    fn block(&mut self, f: impl FnOnce(&mut Self)) {
        let mark = self.scopes.open();
        let outer = std::mem::replace(&mut self.env.block, mark);
        f(self);
        self.env.block = outer;
        self.scopes.close(mark);
    }

    fn send(&mut self, channel: ExprId, value: ExprId) {
        let channel = self.expr(channel);
        let mut x = self.expr(value);
        if !channel.is_valid() || !x.is_valid() {
            return;
        }
        let element = self.channel_element(channel.ty);
        self.assignment(&mut x, element);
    }

    fn return_stmt(&mut self, results: ExprList) {
        let values = self.env.tree.expr_list(results);
        if values.is_empty() {
            return;
        }
        let wanted: SmallVec<[Option<TypeId>; 4]> = self
            .env
            .function
            .results
            .iter()
            .copied()
            .map(Some)
            .collect();
        self.init_vars(&wanted, values, true);
    }

    /// `if ... else if ... else`: the chain may be long, so it is walked in a loop. Each block of
    /// the chain lies in the one before.
    fn if_chain(&mut self, mut kind: StmtKind) {
        let mark = self.scopes.open();
        let outer = self.env.block;
        while let StmtKind::If {
            init,
            cond,
            then,
            otherwise,
        } = kind
        {
            self.env.block = self.scopes.open();
            self.optional_stmt(init);
            self.expr(cond);
            self.stmt(then);
            let Some(otherwise) = otherwise else { break };
            kind = self.env.tree.stmt(otherwise).kind;
            if !matches!(kind, StmtKind::If { .. }) {
                self.stmt(otherwise);
            }
        }
        self.env.block = outer;
        self.scopes.close(mark);
    }

    fn switch(&mut self, tag: Option<ExprId>, clauses: ClauseList) {
        let tag = tag.map(|tag| {
            let mut x = self.expr(tag);
            self.assignment(&mut x, None);
            x
        });
        // Without a tag the cases are compared with true.
        let ty = tag.map_or_else(|| self.world.basic(Basic::Bool), |x| x.ty);
        for id in clauses.iter() {
            let clause = self.env.tree.clause(id);
            if let ClauseKind::Case(values) = clause.kind {
                for &value in self.env.tree.expr_list(values) {
                    self.case_value(value, ty);
                }
            }
            self.block(|checker| checker.stmt_list(clause.body));
        }
    }

    fn case_value(&mut self, value: ExprId, ty: TypeId) {
        let mut x = self.expr(value);
        if !x.is_valid() || !self.world.is_valid(ty) {
            return;
        }
        self.convert_untyped(&mut x, ty);
        if !x.is_constant() {
            self.update_type(&x, self.world.default_type(x.ty));
        }
    }

    fn type_switch(&mut self, bind: Option<IdentId>, subject: ExprId, clauses: ClauseList) {
        let tree = self.env.tree;
        let subject = match tree.expr(tree.unparen(subject)).kind {
            ExprKind::TypeAssert { base, .. } => base,
            _ => subject,
        };
        let x = self.expr(subject);
        let whole = if x.is_valid() {
            x.ty
        } else {
            self.world.invalid()
        };
        for id in clauses.iter() {
            let clause = tree.clause(id);
            let ty = match clause.kind {
                ClauseKind::Case(types) => self.case_types(types, whole),
                _ => whole,
            };
            self.block(|checker| {
                if let Some(ident) = bind {
                    checker.bind_clause(ident, id, ty);
                }
                checker.stmt_list(clause.body);
            });
        }
    }

    /// The type of the bound variable in a clause with these types.
    fn case_types(&mut self, types: ExprList, whole: TypeId) -> TypeId {
        let types = self.env.tree.expr_list(types);
        let mut single = None;
        for &ty in types {
            single = if self.is_nil(ty) {
                self.expr(ty);
                None
            } else {
                Some(self.typ(ty))
            };
        }
        match single {
            Some(ty) if types.len() == 1 => ty,
            _ => whole,
        }
    }

    fn is_nil(&self, expr: ExprId) -> bool {
        let tree = self.env.tree;
        let ExprKind::Ident(name) = tree.expr(tree.unparen(expr)).kind else {
            return false;
        };
        self.lookup(name)
            .is_some_and(|(object, _)| object == self.world.universe().nil)
    }

    fn bind_clause(
        &mut self,
        ident: IdentId,
        clause: Idx<contend_syntax::ast::Clause>,
        ty: TypeId,
    ) {
        let node = self.env.tree.ident(ident);
        if node.name.is_blank() {
            return;
        }
        let kind = ObjectKind::Var(VarKind::Local);
        let object = self.new_object(node.name, kind, node.span(), Some(ty));
        self.info.clause_vars.insert(clause, object);
        self.scopes.declare(node.name, object);
    }

    fn loop_var(&self) -> VarKind {
        VarKind::Loop(if self.env.version < PER_ITERATION {
            LoopVar::PerLoop
        } else {
            LoopVar::PerIteration
        })
    }

    /// The first part of a three-clause loop; variables it declares are the loop's.
    fn for_init(&mut self, init: Option<StmtId>) {
        let Some(init) = init else { return };
        match self.env.tree.stmt(init).kind {
            StmtKind::Assign {
                op: AssignOp::Define,
                left,
                right,
            } => {
                let kind = self.loop_var();
                self.short_var_decl(left, right, kind);
            }
            _ => self.stmt(init),
        }
    }

    fn range(
        &mut self,
        key: Option<ExprId>,
        value: Option<ExprId>,
        define: bool,
        over: ExprId,
        body: StmtId,
    ) {
        let world = self.world;
        let mut x = self.expr(over);
        let (key_ty, value_ty) = if x.is_valid() {
            self.range_types(x.ty)
        } else {
            (None, None)
        };
        if x.is_valid() && key_ty.is_none() && key.is_some() && world.is_valid(self.under(x.ty)) {
            self.error_at(over, || {
                format!("no iteration variables over {}", world.type_string(x.ty))
            });
        }
        let over_int = x.is_valid() && world.is_integer(x.ty);
        self.block(|checker| {
            let vars = [(key, key_ty), (value, value_ty)];
            if define {
                checker.define_range(vars, over_int.then_some(&mut x));
            } else if key.is_some() {
                checker.assign_range(vars, over_int.then_some(&mut x));
            } else if over_int {
                checker.assignment(&mut x, None);
            }
            checker.stmt(body);
        });
    }

    /// `for key, value := range`. An untyped integer that is ranged over gets the key's type.
    fn define_range(
        &mut self,
        vars: [(Option<ExprId>, Option<TypeId>); 2],
        mut integer: Option<&mut Operand>,
    ) {
        let kind = self.loop_var();
        for (var, ty) in vars {
            let Some(var) = var else { continue };
            let mut ty = ty.unwrap_or_else(|| self.world.invalid());
            if let Some(x) = integer.as_deref_mut()
                && self.world.is_valid(ty)
            {
                self.assignment(x, None);
                ty = x.ty;
            }
            self.declare_expr(var, kind, ty);
        }
    }

    fn assign_range(
        &mut self,
        vars: [(Option<ExprId>, Option<TypeId>); 2],
        mut integer: Option<&mut Operand>,
    ) {
        for (var, ty) in vars {
            let Some(var) = var else { continue };
            let target = self.assigned(var);
            if ty.is_some()
                && let Some(x) = integer.as_deref_mut()
            {
                self.assignment(x, target);
            }
        }
    }

    /// The types of the iteration variables of `range` over a type.
    fn range_types(&self, ty: TypeId) -> (Option<TypeId>, Option<TypeId>) {
        let world = self.world;
        let int = Some(world.basic(Basic::Int));
        let Some(core) = world.core_type(ty) else {
            return (None, None);
        };
        match world.ty(core) {
            Type::Basic(basic) if basic.is_string() => (int, Some(world.basic(Basic::Int32))),
            Type::Basic(basic) if basic.is_integer() => (Some(ty), None),
            Type::Array { element, .. } | Type::Slice(element) => (int, Some(*element)),
            Type::Pointer(target) => match world.underlying_type(*target) {
                Type::Array { element, .. } => (int, Some(*element)),
                _ => (None, None),
            },
            Type::Map { key, value } => (Some(*key), Some(*value)),
            Type::Chan { element, .. } => (Some(*element), None),
            Type::Signature(iterator) => {
                let [yields] = *iterator.params else {
                    return (None, None);
                };
                let Some(Type::Signature(yields)) = world.core_type(yields).map(|ty| world.ty(ty))
                else {
                    return (None, None);
                };
                (
                    yields.params.first().copied(),
                    yields.params.get(1).copied(),
                )
            }
            _ => (None, None),
        }
    }

    /// Binds branches of the function that ends here to its labels.
    pub(crate) fn resolve_branches(&mut self) {
        let branches = std::mem::take(&mut self.env.function.branches);
        for ident in branches {
            let node = self.env.tree.ident(ident);
            let found = self
                .env
                .function
                .labels
                .iter()
                .find(|(name, _)| *name == node.name);
            if let Some(&(_, object)) = found {
                self.record_def(ident, object);
            } else {
                self.error(node.span(), || {
                    format!("label {} is not declared", node.name)
                });
            }
        }
    }
}
