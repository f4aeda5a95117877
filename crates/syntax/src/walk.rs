//! Walking a tree without recursion: chains such as `a + b + c` make trees of any depth.

use crate::ast::{
    ClauseId, ClauseKind, DeclId, DeclKind, ExprId, ExprKind, ExprList, FieldId, FieldList,
    FuncTypeId, IdentId, IdentList, ImportId, StmtId, StmtKind, Tree, TypeSpecId, ValueSpecId,
};

/// A node of any table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    Decl(DeclId),
    Import(ImportId),
    TypeSpec(TypeSpecId),
    ValueSpec(ValueSpecId),
    Ident(IdentId),
    Field(FieldId),
    FuncType(FuncTypeId),
    Stmt(StmtId),
    Clause(ClauseId),
    Expr(ExprId),
}

impl Tree {
    /// The node and all nodes below it, parents before children, children in source order.
    pub fn walk(&self, node: Node) -> Walk<'_> {
        Walk {
            tree: self,
            pending: vec![(node, 0)],
            children: Vec::new(),
        }
    }

    /// Adds the children of `node` to `list`, in source order.
    pub fn children(&self, node: Node, list: &mut Vec<Node>) {
        let mut children = Children { tree: self, list };
        match node {
            Node::Decl(id) => children.of_decl(id),
            Node::Import(id) => {
                let spec = self.import(id);
                children.ident(spec.name);
                children.expr(spec.path_expr);
            }
            Node::TypeSpec(id) => {
                let spec = self.type_spec(id);
                children.ident(Some(spec.name));
                children.fields(spec.type_params);
                children.expr(spec.ty);
            }
            Node::ValueSpec(id) => {
                let spec = self.value_spec(id);
                children.idents(spec.names);
                children.exprs_opt(spec.ty);
                children.exprs(spec.values);
            }
            Node::Ident(_) => {}
            Node::Field(id) => {
                let field = self.field(id);
                children.idents(field.names);
                children.expr(field.ty);
                children.exprs_opt(field.tag);
            }
            Node::FuncType(id) => {
                let ty = self.func_type(id);
                children.fields(ty.type_params);
                children.fields(ty.params);
                children.fields(ty.results);
            }
            Node::Stmt(id) => children.of_stmt(id),
            Node::Clause(id) => children.of_clause(id),
            Node::Expr(id) => children.of_expr(id),
        }
    }
}

/// What [`Tree::walk`] gives: each node with its depth below the first.
pub struct Walk<'t> {
    tree: &'t Tree,
    pending: Vec<(Node, usize)>,
    /// Empty between calls; kept for its memory.
    children: Vec<Node>,
}

impl Iterator for Walk<'_> {
    type Item = (Node, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let (node, depth) = self.pending.pop()?;
        self.tree.children(node, &mut self.children);
        let below = self.children.drain(..).rev();
        self.pending.extend(below.map(|child| (child, depth + 1)));
        Some((node, depth))
    }
}

struct Children<'a> {
    tree: &'a Tree,
    list: &'a mut Vec<Node>,
}

impl Children<'_> {
    fn expr(&mut self, id: ExprId) {
        self.list.push(Node::Expr(id));
    }

    fn exprs_opt(&mut self, id: Option<ExprId>) {
        self.list.extend(id.map(Node::Expr));
    }

    fn exprs(&mut self, list: ExprList) {
        self.list
            .extend(self.tree.expr_list(list).iter().copied().map(Node::Expr));
    }

    fn stmt(&mut self, id: StmtId) {
        self.list.push(Node::Stmt(id));
    }

    fn stmt_opt(&mut self, id: Option<StmtId>) {
        self.list.extend(id.map(Node::Stmt));
    }

    fn ident(&mut self, id: Option<IdentId>) {
        self.list.extend(id.map(Node::Ident));
    }

    fn idents(&mut self, list: IdentList) {
        self.list.extend(list.iter().map(Node::Ident));
    }

    fn fields(&mut self, list: FieldList) {
        self.list.extend(list.iter().map(Node::Field));
    }

    fn of_decl(&mut self, id: DeclId) {
        match self.tree.decl(id).kind {
            DeclKind::Bad => {}
            DeclKind::Import(specs) => self.list.extend(specs.iter().map(Node::Import)),
            DeclKind::Const(specs) | DeclKind::Var(specs) => {
                self.list.extend(specs.iter().map(Node::ValueSpec));
            }
            DeclKind::Type(specs) => self.list.extend(specs.iter().map(Node::TypeSpec)),
            DeclKind::Func(id) => {
                let func = self.tree.func(id);
                self.fields(func.receiver.unwrap_or(FieldList::EMPTY));
                self.ident(Some(func.name));
                self.list.push(Node::FuncType(func.ty));
                self.stmt_opt(func.body);
            }
        }
    }

    fn of_clause(&mut self, id: ClauseId) {
        let clause = self.tree.clause(id);
        match clause.kind {
            ClauseKind::Default => {}
            ClauseKind::Case(values) => self.exprs(values),
            ClauseKind::Comm(stmt) => self.stmt(stmt),
        }
        self.list.extend(
            self.tree
                .stmt_list(clause.body)
                .iter()
                .copied()
                .map(Node::Stmt),
        );
    }

    fn of_stmt(&mut self, id: StmtId) {
        match self.tree.stmt(id).kind {
            StmtKind::Bad | StmtKind::Empty { .. } => {}
            StmtKind::Expr(expr)
            | StmtKind::Go(expr)
            | StmtKind::Defer(expr)
            | StmtKind::IncDec { operand: expr, .. } => self.expr(expr),
            StmtKind::Send { channel, value } => {
                self.expr(channel);
                self.expr(value);
            }
            StmtKind::Assign { left, right, .. } => {
                self.exprs(left);
                self.exprs(right);
            }
            StmtKind::Return(results) => self.exprs(results),
            StmtKind::Branch { label, .. } => self.ident(label),
            StmtKind::Block(list) => {
                self.list
                    .extend(self.tree.stmt_list(list).iter().copied().map(Node::Stmt));
            }
            StmtKind::If {
                init,
                cond,
                then,
                otherwise,
            } => {
                self.stmt_opt(init);
                self.expr(cond);
                self.stmt(then);
                self.stmt_opt(otherwise);
            }
            StmtKind::Switch { init, tag, clauses } => {
                self.stmt_opt(init);
                self.exprs_opt(tag);
                self.list.extend(clauses.iter().map(Node::Clause));
            }
            StmtKind::TypeSwitch {
                init,
                bind,
                subject,
                clauses,
            } => {
                self.stmt_opt(init);
                self.ident(bind);
                self.expr(subject);
                self.list.extend(clauses.iter().map(Node::Clause));
            }
            StmtKind::Select(clauses) => self.list.extend(clauses.iter().map(Node::Clause)),
            StmtKind::For {
                init,
                cond,
                post,
                body,
            } => {
                self.stmt_opt(init);
                self.exprs_opt(cond);
                self.stmt_opt(post);
                self.stmt(body);
            }
            StmtKind::Range {
                key,
                value,
                over,
                body,
                ..
            } => {
                self.exprs_opt(key);
                self.exprs_opt(value);
                self.expr(over);
                self.stmt(body);
            }
            StmtKind::Labeled { label, stmt } => {
                self.ident(Some(label));
                self.stmt(stmt);
            }
            StmtKind::Decl(decl) => self.list.push(Node::Decl(decl)),
        }
    }

    fn of_expr(&mut self, id: ExprId) {
        match self.tree.expr(id).kind {
            ExprKind::Bad | ExprKind::Ident(_) | ExprKind::Literal(_) => {}
            ExprKind::Composite { ty, elements } => {
                self.exprs_opt(ty);
                self.exprs(elements);
            }
            ExprKind::FuncLit { ty, body } => {
                self.list.push(Node::FuncType(ty));
                self.stmt(body);
            }
            ExprKind::Paren(inner)
            | ExprKind::Star(inner)
            | ExprKind::Unary { operand: inner, .. }
            | ExprKind::Selector { base: inner, .. }
            | ExprKind::SliceType(inner)
            | ExprKind::ChanType { element: inner, .. } => self.expr(inner),
            ExprKind::Ellipsis(inner) => self.exprs_opt(inner),
            ExprKind::Index { base, indices } => {
                self.expr(base);
                self.exprs(indices);
            }
            ExprKind::Slice { base, bounds } => {
                let bounds = self.tree.slice_bounds[bounds.index()];
                self.expr(base);
                self.exprs_opt(bounds.low);
                self.exprs_opt(bounds.high);
                self.exprs_opt(bounds.max);
            }
            ExprKind::TypeAssert { base, ty } => {
                self.expr(base);
                self.exprs_opt(ty);
            }
            ExprKind::Call { fun, args, .. } => {
                self.expr(fun);
                self.exprs(args);
            }
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::KeyValue { key, value } | ExprKind::MapType { key, value } => {
                self.expr(key);
                self.expr(value);
            }
            ExprKind::ArrayType { len, element } => {
                self.expr(len);
                self.expr(element);
            }
            ExprKind::StructType(fields) | ExprKind::InterfaceType(fields) => self.fields(fields),
            ExprKind::FuncType(ty) => self.list.push(Node::FuncType(ty)),
        }
    }
}
