//! What holds for every input, Go or not. Also used by the fuzz target.

use contend_syntax::walk::Node;
use contend_syntax::{constraint, count, dump, literal, parse, parse_header};

/// Panics if the parser breaks a promise on `text`.
pub(crate) fn check(text: &[u8]) {
    let header = parse_header(text);
    let parsed = parse(text);
    let tree = &parsed.tree;
    let len = text.len() as u32;

    assert!(parsed.errors.is_sorted_by_key(|error| error.span.start));
    assert!(parsed.errors.iter().all(|error| error.span.end <= len));
    assert!(header.errors.iter().all(|error| error.span.end <= len));
    if parsed.errors.is_empty() {
        // The grammar allows any string as a path, and comments say nothing to it.
        let known = ["multiple //go:build comments", "invalid import path"];
        assert!(
            header
                .errors
                .iter()
                .all(|error| known.contains(&error.message.as_str()))
        );
        assert_eq!(header.package, tree.package.map(|name| name.name));
        let paths = header.imports.iter().map(|import| import.path);
        assert!(
            paths.eq(tree
                .imports
                .iter()
                .map(|import| import.path)
                .filter(|path| !path.as_str().is_empty()))
        );
    }

    // No more nodes than bytes, or something was parsed over and over.
    let n_nodes = tree.exprs.len() + tree.stmts.len() + tree.idents.len() + tree.decls.len();
    assert!(
        n_nodes <= 4 * text.len() + 16,
        "{n_nodes} nodes of {} bytes",
        text.len()
    );

    let mut exprs_end = 0;
    let mut n_reached = 0;
    for &id in &tree.top_level {
        let decl = tree.decl(id);
        assert!(decl.exprs.as_usize().start >= exprs_end, "ranges overlap");
        exprs_end = decl.exprs.as_usize().end;
        for (node, _) in tree.walk(Node::Decl(id)) {
            n_reached += 1;
            let (span, is_inside) = match node {
                Node::Expr(expr) => (tree.expr(expr).span, decl.exprs.contains(expr)),
                Node::Stmt(stmt) => (tree.stmt(stmt).span, decl.stmts.contains(stmt)),
                Node::Ident(ident) => (tree.ident(ident).span(), decl.idents.contains(ident)),
                Node::Decl(decl) => (tree.decl(decl).span, true),
                _ => continue,
            };
            assert!(span.start <= span.end && is_inside, "{node:?} {span:?}");
            assert!(
                matches!(node, Node::Ident(_)) || span.end <= len,
                "{node:?} {span:?}"
            );
        }
    }
    if parsed.errors.is_empty() {
        assert!(n_reached >= n_nodes, "a node is left over");
    }
    dump::dump(tree, text);
    count::node_counts(tree);

    for comment in &tree.comments {
        let slice = &text[comment.span.start as usize..comment.span.end as usize];
        assert!(slice.starts_with(b"//") || slice.starts_with(b"/*"));
        if let Ok(line) = std::str::from_utf8(slice)
            && let Ok(constraint) = constraint::Constraint::parse(line)
        {
            constraint.eval(&|tag| tag.len() % 2 == 0);
            constraint.go_version();
        }
    }
    literal::unquote(text);
    literal::rune_value(text);
}
