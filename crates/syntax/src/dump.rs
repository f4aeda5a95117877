//! A tree as text that a person can read, for tests and for looking at what the parser saw.

use std::fmt::Write;

use crate::ast::{ChanDir, DeclKind, ExprKind, StmtKind, Tree};
use crate::walk::Node;

/// One line a node, children indented below their parents. `text` is the text of the file.
pub fn dump(tree: &Tree, text: &[u8]) -> String {
    let mut out = String::new();
    if let Some(package) = tree.package {
        let _ = writeln!(out, "package {}", package.name);
    }
    for &decl in &tree.top_level {
        for (node, depth) in tree.walk(Node::Decl(decl)) {
            let _ = writeln!(
                out,
                "{:width$}{}",
                "",
                label(tree, text, node),
                width = 2 * depth
            );
        }
    }
    out
}

fn label(tree: &Tree, text: &[u8], node: Node) -> String {
    match node {
        Node::Decl(id) => match tree.decl(id).kind {
            DeclKind::Bad => "bad declaration".to_owned(),
            DeclKind::Import(_) => "import".to_owned(),
            DeclKind::Const(_) => "const".to_owned(),
            DeclKind::Var(_) => "var".to_owned(),
            DeclKind::Type(_) => "type".to_owned(),
            DeclKind::Func(id) if tree.func(id).receiver.is_some() => "method".to_owned(),
            DeclKind::Func(_) => "func".to_owned(),
        },
        Node::Import(id) => format!("path {}", tree.import(id).path),
        Node::TypeSpec(id) if tree.type_spec(id).is_alias => "alias".to_owned(),
        Node::TypeSpec(_) => "spec".to_owned(),
        Node::ValueSpec(id) => format!("spec iota={}", tree.value_spec(id).iota),
        Node::Ident(id) => format!("name {}", tree.ident(id).name),
        Node::Field(_) => "field".to_owned(),
        Node::FuncType(id) => {
            let ty = tree.func_type(id);
            let (p, q, r) = (ty.type_params.len(), ty.params.len(), ty.results.len());
            format!("signature [{p}] ({q}) ({r})")
        }
        Node::Stmt(id) => stmt_label(&tree.stmt(id).kind),
        Node::Clause(_) => "clause".to_owned(),
        Node::Expr(id) => {
            let expr = tree.expr(id);
            let slice = text.get(expr.span.start as usize..expr.span.end as usize);
            expr_label(
                expr.kind,
                &String::from_utf8_lossy(slice.unwrap_or_default()),
            )
        }
    }
}

fn stmt_label(kind: &StmtKind) -> String {
    match kind {
        StmtKind::Bad => "bad statement".to_owned(),
        StmtKind::Empty { implicit: true } => "empty (implicit)".to_owned(),
        StmtKind::Empty { .. } => "empty".to_owned(),
        StmtKind::Expr(_) => "expression".to_owned(),
        StmtKind::Send { .. } => "send".to_owned(),
        StmtKind::IncDec { increment, .. } => if *increment { "++" } else { "--" }.to_owned(),
        StmtKind::Assign { op, left, .. } => format!("assign {op:?} ({})", left.len()),
        StmtKind::Go(_) => "go".to_owned(),
        StmtKind::Defer(_) => "defer".to_owned(),
        StmtKind::Return(_) => "return".to_owned(),
        StmtKind::Branch { kind, .. } => format!("{kind:?}").to_lowercase(),
        StmtKind::Block(_) => "block".to_owned(),
        StmtKind::If { .. } => "if".to_owned(),
        StmtKind::Switch { .. } => "switch".to_owned(),
        StmtKind::TypeSwitch { .. } => "type switch".to_owned(),
        StmtKind::Select(_) => "select".to_owned(),
        StmtKind::For { .. } => "for".to_owned(),
        StmtKind::Range { define, .. } => if *define { "range :=" } else { "range" }.to_owned(),
        StmtKind::Labeled { .. } => "labeled".to_owned(),
        StmtKind::Decl(_) => "declaration".to_owned(),
    }
}

fn expr_label(kind: ExprKind, text: &str) -> String {
    match kind {
        ExprKind::Bad => "bad expression".to_owned(),
        ExprKind::Ident(name) => name.to_string(),
        ExprKind::Literal(literal) => format!("{} {text}", format!("{literal:?}").to_lowercase()),
        ExprKind::Composite { .. } => "composite".to_owned(),
        ExprKind::FuncLit { .. } => "func literal".to_owned(),
        ExprKind::Paren(_) => "paren".to_owned(),
        ExprKind::Selector { name, .. } => format!(".{name}"),
        ExprKind::Index { .. } => "index".to_owned(),
        ExprKind::Slice { .. } => "slice".to_owned(),
        ExprKind::TypeAssert { ty: None, .. } => ".(type)".to_owned(),
        ExprKind::TypeAssert { .. } => ".(T)".to_owned(),
        ExprKind::Call { spread: true, .. } => "call...".to_owned(),
        ExprKind::Call { .. } => "call".to_owned(),
        ExprKind::Star(_) => "*".to_owned(),
        ExprKind::Unary { op, .. } => format!("unary {op:?}"),
        ExprKind::Binary { op, .. } => format!("binary {op:?}"),
        ExprKind::KeyValue { .. } => "key: value".to_owned(),
        ExprKind::SliceType(_) => "[]T".to_owned(),
        ExprKind::ArrayType { .. } => "[n]T".to_owned(),
        ExprKind::Ellipsis(_) => "...".to_owned(),
        ExprKind::StructType(_) => "struct".to_owned(),
        ExprKind::FuncType(_) => "func type".to_owned(),
        ExprKind::InterfaceType(_) => "interface".to_owned(),
        ExprKind::MapType { .. } => "map".to_owned(),
        ExprKind::ChanType {
            dir: ChanDir::Both, ..
        } => "chan".to_owned(),
        ExprKind::ChanType {
            dir: ChanDir::Send, ..
        } => "chan<-".to_owned(),
        ExprKind::ChanType { .. } => "<-chan".to_owned(),
    }
}
