//! Input that was made to hurt: the parser ends, quickly, with a tree.

use std::time::{Duration, Instant};

use contend_syntax::ast::{DeclKind, Tree};
use contend_syntax::walk::Node;
use contend_syntax::{Parsed, parse, parse_header};

/// Parses on a thread with half the stack that worker threads have.
fn parse_on_small_stack(text: Vec<u8>) -> Parsed {
    let start = Instant::now();
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    let handle = thread.spawn(move || {
        parse_header(&text);
        parse(&text)
    });
    let parsed = handle.expect("a thread").join().expect("no panic");
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "took {:?}",
        start.elapsed()
    );
    parsed
}

fn names_of_functions(tree: &Tree) -> Vec<&'static str> {
    let name = |id| match tree.decl(id).kind {
        DeclKind::Func(func) => Some(tree.ident(tree.func(func).name).name.as_str()),
        _ => None,
    };
    tree.top_level.iter().copied().filter_map(name).collect()
}

/// A function whose body is `open` many times and then `close` many times, and one behind it.
fn check_nest(open: &str, middle: &str, close: &str) {
    let n = 100_000;
    let (open, close) = (open.repeat(n), close.repeat(n));
    let text = format!("package p\n\nfunc f() {{\n{open}{middle}{close}\n}}\n\nfunc g() {{}}\n");
    let parsed = parse_on_small_stack(text.into_bytes());
    assert_eq!(
        names_of_functions(&parsed.tree),
        ["f", "g"],
        "{}",
        &open[..20]
    );
    let n_nodes = |id| parsed.tree.walk(Node::Decl(id)).count();
    assert!(
        parsed
            .tree
            .top_level
            .iter()
            .map(|&id| n_nodes(id))
            .sum::<usize>()
            > 0
    );
}

#[test]
fn nesting_is_bounded() {
    for (open, middle, close) in [
        ("(", "x", ")"),
        ("(", "", ""),
        ("f(", "x", ")"),
        ("x[", "x", "]"),
        ("-", "x", ""),
        ("<-", "x", ""),
        ("*", "x", ""),
        ("x = &T{", "", "}"),
        ("{", "x", "}"),
        ("{", "", ""),
        ("if x {", "", "}"),
        ("if x {", "", ""),
        ("for {", "", "}"),
        ("switch { case x:", "", "}"),
        ("select { default:", "", "}"),
        ("func() {", "", "}()"),
        ("a: ", "x", ""),
        ("var x []", "", ""),
        ("type T struct { a ", "int", "}"),
        ("x.(", "int", ")"),
        ("x.([", "1", "]int)"),
        ("go func() {", "", "}()"),
        ("map[", "int", "]int"),
        ("chan ", "int", ""),
        ("<-chan ", "int", ""),
        ("func(a ", "int", ")"),
        ("func() ", "int", ""),
        ("interface { m(", "", ") }"),
        ("[]T{{", "", "}}"),
        ("x(func(a [", "", "]int){})"),
    ] {
        check_nest(open, middle, close);
    }
}

#[test]
fn chains_may_be_long() {
    for (first, link) in [
        ("x = a", " + a"),
        ("x", ".y"),
        ("x", "()"),
        ("x", "[0]"),
        ("x", ".(T)"),
        ("if x {}", " else if x {}"),
        ("x = a", ", a"),
        ("x = a", " == a && b"),
    ] {
        let chain = link.repeat(100_000);
        let text = format!("package p\nfunc f() {{\n\t{first}{chain}\n}}\n");
        let parsed = parse_on_small_stack(text.into_bytes());
        assert_eq!(parsed.errors, [], "{link}");
        let n_nodes = parsed
            .tree
            .walk(Node::Decl(parsed.tree.top_level[0]))
            .count();
        assert!(n_nodes >= 100_000, "{link}: {n_nodes}");
    }
}

#[test]
fn a_line_of_100_megabytes() {
    for piece in [
        "x", "x ", "(", "\"", "/*", "x.", "\\", "\u{FEFF}", "{;", "'",
    ] {
        // The optimised build takes the full length; the other would take minutes.
        let n_bytes = if cfg!(debug_assertions) {
            1 << 20
        } else {
            100 << 20
        };
        let mut text = b"package p; func f() { ".to_vec();
        text.extend(piece.repeat(n_bytes / piece.len()).into_bytes());
        let parsed = parse_on_small_stack(text);
        assert!(!parsed.errors.is_empty(), "{piece:?}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    let with_bom = parse(b"\xEF\xBB\xBFpackage p\nfunc f() {}\n");
    assert_eq!(
        (with_bom.errors.len(), names_of_functions(&with_bom.tree)),
        (0, vec!["f"])
    );
    for text in [
        &b""[..],
        b"\0",
        b"\xFF\xFEp\0a\0",
        b"package p\xff\nfunc f() {}",
        b"package p\nfunc f() { \0 }\nfunc g() {}",
        b"package p\nfunc f\xc3() { \"\xff\" }\n",
        b"package p // \xf0\x9f\n",
        b"package p\nvar x = \"\xEF\xBB\xBF\"\n",
        b"package p\nvar x = '\xff'\n",
        b"package p /* \0 */\n",
        b"package p\n\xEF\xBB\xBFvar x = 1\n",
    ] {
        assert!(
            !parse(text).errors.is_empty(),
            "{:?}",
            String::from_utf8_lossy(text)
        );
        parse_header(text);
    }
    for byte in 0..=255 {
        parse(&[byte]);
        parse(&[b"package p\nfunc f() { x = ".as_slice(), &[byte], b"\n}\n"].concat());
    }
}

#[test]
fn time_grows_with_size_only() {
    for line in [
        "type T struct {",
        "type T struct { a func() {",
        "var x = func() {",
        "import \"C\"",
        "func f() {",
        "func f() { if x {",
        "type T[P *",
        "var x = `",
        "/* x",
        "var x = (",
        "const (",
        "case x:",
        "func (t T) f() { g(",
        "func f() { return func() {\nvar x = 1",
        "x := 1",
        "}",
        "// Code generated x",
    ] {
        let n_lines = if cfg!(debug_assertions) {
            50_000
        } else {
            1_000_000
        };
        let text = format!(
            "// x\npackage p\n// y\n{}",
            format!("{line}\n").repeat(n_lines)
        );
        parse_on_small_stack(text.into_bytes());
    }
}

#[test]
fn errors_are_few_and_in_order() {
    let text = format!("package p\n{}", "var = = =\n".repeat(5000));
    let parsed = parse(text.as_bytes());
    assert!(parsed.errors.len() <= 1000);
    assert!(parsed.errors.is_sorted_by_key(|error| error.span.start));
    assert_eq!(parsed.tree.top_level.len(), 5000);
}
