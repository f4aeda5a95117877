//! What the tables of a tree promise: ranges that cover, spans that nest, no node left over.

use std::collections::BTreeSet;

use contend_base::Span;
use contend_syntax::ast::{ExprKind, Tree};
use contend_syntax::parse;
use contend_syntax::walk::Node;

const FILE: &str = r#"package p

import (
	. "a"
	b "c"
)

const x, y = iota, 1 << iota

type G[P *C, Q any] struct{ a, b [2]int; E[P]; *F `tag`; m map[string][]func(int, ...P) (r, s error) }
type H[P (C), Q any] []P
type I[P *C | ~int] interface{ m(a, b int) int; E[P]; ~int | string; a.B }
type A[P any] = [N]P
type N [x * y]int
type M [f(1)]int

var v, w = func(a int) (int, error) {
	type local struct{ next *local }
	var z = func() { const k = 2 }
	return a, nil
}(3)

func (g *G[P, Q]) Method(_ P, rest ...Q) (n int) {
outer:
	for i, s := range g.a[1:2:3] {
		switch t := s.(type) {
		case int, *P:
			continue outer
		default:
			go func() { n <- t }()
		}
	}
	for range 10 {
	}
	for i := 0; i < 3; i++ {
	}
	select {
	case v, ok := <-c:
		_ = v
	case c <- 1:
	default:
	}
	if a := f(); a {
	} else if b {
	} else {
	}
	switch x := 1; x {
	case 1:
		fallthrough
	}
	switch y := x; {
	}
	switch y := x.(type) {
	}
	switch x.(type) {
	}
	defer x.y(a...)
	n++
	g.m["k"] = []func(int, ...P) (error, error){nil, 1: {}}
	var ch <-chan chan<- int = (<-chan chan<- int)(nil)
	goto outer
	{
	}
	return *(&n) | ^n
}

func Map[T, U any](xs []T, f func(T) U) []U
func (t T) Generic[P any](p P) P { return new(42) }
"#;

fn tree() -> Tree {
    let parsed = parse(FILE.as_bytes());
    assert_eq!(parsed.errors, []);
    parsed.tree
}

/// Ids of a node, by table.
fn key(node: Node) -> (u8, usize) {
    match node {
        Node::Decl(id) => (0, id.index()),
        Node::Import(id) => (1, id.index()),
        Node::TypeSpec(id) => (2, id.index()),
        Node::ValueSpec(id) => (3, id.index()),
        Node::Ident(id) => (4, id.index()),
        Node::Field(id) => (5, id.index()),
        Node::FuncType(id) => (6, id.index()),
        Node::Stmt(id) => (7, id.index()),
        Node::Clause(id) => (8, id.index()),
        Node::Expr(id) => (9, id.index()),
    }
}

#[test]
fn every_node_is_reached_once() {
    let tree = tree();
    let mut seen = BTreeSet::new();
    for &decl in &tree.top_level {
        for (node, _) in tree.walk(Node::Decl(decl)) {
            assert!(seen.insert(key(node)), "{node:?} is reached twice");
        }
    }
    let tables = [
        tree.decls.len(),
        tree.imports.len(),
        tree.type_specs.len(),
        tree.value_specs.len(),
        tree.idents.len(),
        tree.fields.len(),
        tree.func_types.len(),
        tree.stmts.len(),
        tree.clauses.len(),
        tree.exprs.len(),
    ];
    for (table, len) in tables.into_iter().enumerate() {
        let reached = seen.iter().filter(|(it, _)| *it == table as u8).count();
        assert_eq!(reached, len, "table {table}");
    }
    let n_listed = tree.exprs.iter().map(|expr| match expr.kind {
        ExprKind::Call { args, .. } => args.len(),
        _ => 0,
    });
    assert!(n_listed.sum::<usize>() <= tree.expr_lists.len());
}

#[test]
fn declarations_cover_their_nodes_exactly() {
    let tree = tree();
    let (mut exprs, mut idents, mut stmts) = (0, 0, 0);
    for &id in &tree.top_level {
        let decl = tree.decl(id);
        for (node, _) in tree.walk(Node::Decl(id)) {
            let is_inside = match node {
                Node::Expr(expr) => decl.exprs.contains(expr),
                Node::Ident(ident) => decl.idents.contains(ident),
                Node::Stmt(stmt) => decl.stmts.contains(stmt),
                _ => true,
            };
            assert!(is_inside, "{node:?} is outside {decl:?}");
        }
        // With every node reached once, ranges without gaps cover nothing else.
        assert_eq!(decl.exprs.as_usize().start, exprs);
        assert_eq!(decl.idents.as_usize().start, idents);
        assert_eq!(decl.stmts.as_usize().start, stmts);
        exprs = decl.exprs.as_usize().end;
        idents = decl.idents.as_usize().end;
        stmts = decl.stmts.as_usize().end;
    }
    assert_eq!(
        (exprs, idents, stmts),
        (tree.exprs.len(), tree.idents.len(), tree.stmts.len())
    );
}

fn span(tree: &Tree, node: Node) -> Span {
    match node {
        Node::Decl(id) => tree.decl(id).span,
        Node::Import(id) => tree.import(id).span,
        Node::TypeSpec(id) => tree.type_spec(id).span,
        Node::ValueSpec(id) => tree.value_spec(id).span,
        Node::Ident(id) => tree.ident(id).span(),
        Node::Field(id) => tree.field(id).span,
        Node::FuncType(id) => tree.func_type(id).span,
        Node::Stmt(id) => tree.stmt(id).span,
        Node::Clause(id) => tree.clause(id).span,
        Node::Expr(id) => tree.expr(id).span,
    }
}

#[test]
fn spans_nest_and_do_not_touch_white_space() {
    let tree = tree();
    for &id in &tree.top_level {
        let mut path: Vec<Node> = Vec::new();
        for (node, depth) in tree.walk(Node::Decl(id)) {
            path.truncate(depth);
            let inner = span(&tree, node);
            let text = &FILE[inner.start as usize..inner.end as usize];
            assert_eq!(text.trim(), text, "{node:?}");
            if let Some(&parent) = path.last() {
                // The signature of a function starts at `func`, before the name and the receiver.
                let outer = span(&tree, parent);
                assert!(
                    outer.start <= inner.start && inner.end <= outer.end,
                    "{node:?} {inner:?} {text:?} is not in {parent:?} {outer:?}"
                );
            }
            path.push(node);
        }
    }
}
