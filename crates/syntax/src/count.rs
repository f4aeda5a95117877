//! How many nodes of each kind a tree has, in the terms of `go/ast`.

use std::collections::BTreeMap;

use crate::ast::{ClauseKind, DeclKind, Expr, ExprKind, StmtKind, Tree};

/// The number of nodes of each kind that a walk over the `go/ast` tree of the same file meets.
///
/// Comments are counted as `ast.File.Comments` lists them, attached to a node or not. The counts
/// are those of the tables, so that they also show nodes that nothing refers to.
pub fn node_counts(tree: &Tree) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    let mut add = |kind: &'static str, n: usize| {
        if n > 0 {
            *counts.entry(kind).or_insert(0) += n;
        }
    };
    add("File", 1);
    add(
        "Ident",
        usize::from(tree.package.is_some()) + tree.idents.len(),
    );
    for expr in &tree.exprs {
        add(
            expr_name(expr),
            usize::from(!matches!(expr.kind, ExprKind::FuncType(_))),
        );
        match expr.kind {
            ExprKind::Selector { .. } => add("Ident", 1),
            ExprKind::StructType(_) | ExprKind::InterfaceType(_) => add("FieldList", 1),
            _ => {}
        }
    }
    for ty in &tree.func_types {
        add("FuncType", 1);
        let has_results = ty.results_in_parens || !ty.results.is_empty();
        add(
            "FieldList",
            1 + usize::from(has_results) + usize::from(!ty.type_params.is_empty()),
        );
    }
    add("Field", tree.fields.len());
    let mut n_comm = 0;
    for stmt in &tree.stmts {
        for kind in stmt_names(&stmt.kind) {
            add(kind, 1);
        }
        if let StmtKind::Select(clauses) = stmt.kind {
            n_comm += clauses.len();
        }
    }
    add("CommClause", n_comm);
    add("CaseClause", tree.clauses.len() - n_comm);
    debug_assert!(
        tree.clauses
            .iter()
            .filter(|it| matches!(it.kind, ClauseKind::Comm(_)))
            .count()
            <= n_comm
    );
    for decl in &tree.decls {
        add(decl_name(&decl.kind), 1);
    }
    for func in &tree.funcs {
        add("FieldList", usize::from(func.receiver.is_some()));
    }
    for spec in &tree.type_specs {
        add("FieldList", usize::from(!spec.type_params.is_empty()));
    }
    add("TypeSpec", tree.type_specs.len());
    add("ValueSpec", tree.value_specs.len());
    add("ImportSpec", tree.imports.len());
    add("Comment", tree.comments.len());
    add(
        "CommentGroup",
        tree.comments
            .iter()
            .filter(|comment| !comment.joins)
            .count(),
    );
    counts
}

fn expr_name(expr: &Expr) -> &'static str {
    match expr.kind {
        ExprKind::Bad => "BadExpr",
        ExprKind::Ident(_) => "Ident",
        ExprKind::Literal(_) => "BasicLit",
        ExprKind::Composite { .. } => "CompositeLit",
        ExprKind::FuncLit { .. } => "FuncLit",
        ExprKind::Paren(_) => "ParenExpr",
        ExprKind::Selector { .. } => "SelectorExpr",
        ExprKind::Index { indices, .. } if indices.len() > 1 => "IndexListExpr",
        ExprKind::Index { .. } => "IndexExpr",
        ExprKind::Slice { .. } => "SliceExpr",
        ExprKind::TypeAssert { .. } => "TypeAssertExpr",
        ExprKind::Call { .. } => "CallExpr",
        ExprKind::Star(_) => "StarExpr",
        ExprKind::Unary { .. } => "UnaryExpr",
        ExprKind::Binary { .. } => "BinaryExpr",
        ExprKind::KeyValue { .. } => "KeyValueExpr",
        ExprKind::SliceType(_) | ExprKind::ArrayType { .. } => "ArrayType",
        ExprKind::Ellipsis(_) => "Ellipsis",
        ExprKind::StructType(_) => "StructType",
        ExprKind::FuncType(_) => "FuncType",
        ExprKind::InterfaceType(_) => "InterfaceType",
        ExprKind::MapType { .. } => "MapType",
        ExprKind::ChanType { .. } => "ChanType",
    }
}

/// The statement's node, and those that `go/ast` has and this tree has not.
fn stmt_names(kind: &StmtKind) -> &'static [&'static str] {
    match kind {
        StmtKind::Bad => &["BadStmt"],
        StmtKind::Empty { .. } => &["EmptyStmt"],
        StmtKind::Expr(_) => &["ExprStmt"],
        StmtKind::Send { .. } => &["SendStmt"],
        StmtKind::IncDec { .. } => &["IncDecStmt"],
        StmtKind::Assign { .. } => &["AssignStmt"],
        StmtKind::Go(_) => &["GoStmt"],
        StmtKind::Defer(_) => &["DeferStmt"],
        StmtKind::Return(_) => &["ReturnStmt"],
        StmtKind::Branch { .. } => &["BranchStmt"],
        StmtKind::Block(_) => &["BlockStmt"],
        StmtKind::If { .. } => &["IfStmt"],
        StmtKind::Switch { .. } => &["SwitchStmt", "BlockStmt"],
        StmtKind::TypeSwitch { bind: None, .. } => &["TypeSwitchStmt", "BlockStmt", "ExprStmt"],
        StmtKind::TypeSwitch { .. } => &["TypeSwitchStmt", "BlockStmt", "AssignStmt"],
        StmtKind::Select(_) => &["SelectStmt", "BlockStmt"],
        StmtKind::For { .. } => &["ForStmt"],
        StmtKind::Range { .. } => &["RangeStmt"],
        StmtKind::Labeled { .. } => &["LabeledStmt"],
        StmtKind::Decl(_) => &["DeclStmt"],
    }
}

fn decl_name(kind: &DeclKind) -> &'static str {
    match kind {
        DeclKind::Bad => "BadDecl",
        DeclKind::Func(_) => "FuncDecl",
        _ => "GenDecl",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_only_go_ast_has_are_counted() {
        let text = "package p\nfunc f(x any) { switch y := x.(type) { case int: _ = y } }\n";
        let counts = node_counts(&crate::parse(text.as_bytes()).tree);
        let expected = [
            ("AssignStmt", 2),
            ("BasicLit", 0),
            ("BlockStmt", 2),
            ("CaseClause", 1),
            ("Field", 1),
            ("FieldList", 1),
            ("FuncDecl", 1),
            ("Ident", 9),
            ("TypeAssertExpr", 1),
        ];
        for (kind, n) in expected {
            assert_eq!(counts.get(kind).copied().unwrap_or(0), n, "{kind}");
        }
    }
}
