//! One broken declaration leaves all others usable.

use contend_syntax::ast::{DeclKind, StmtKind, Tree};
use contend_syntax::{Parsed, parse};

/// The names of what is declared at the top level, in order.
fn declared(tree: &Tree) -> Vec<String> {
    let mut names = Vec::new();
    for &id in &tree.top_level {
        match tree.decl(id).kind {
            DeclKind::Bad => {}
            DeclKind::Import(specs) => {
                names.extend(specs.iter().map(|id| tree.import(id).path.to_string()));
            }
            DeclKind::Const(specs) | DeclKind::Var(specs) => {
                let idents = specs.iter().flat_map(|id| tree.value_spec(id).names.iter());
                names.extend(idents.map(|id| tree.ident(id).name.to_string()));
            }
            DeclKind::Type(specs) => {
                let idents = specs.iter().map(|id| tree.type_spec(id).name);
                names.extend(idents.map(|id| tree.ident(id).name.to_string()));
            }
            DeclKind::Func(func) => names.push(tree.ident(tree.func(func).name).name.to_string()),
        }
    }
    names
}

/// Lines of errors, counted from 1.
fn lines(text: &str, parsed: &Parsed) -> Vec<usize> {
    let line = |at: u32| 1 + text[..at as usize].matches('\n').count();
    parsed
        .errors
        .iter()
        .map(|error| line(error.span.start))
        .collect()
}

const BEFORE: &str = "package p\n\nimport \"a\"\n\nfunc before() {}\n\n";
const AFTER: &str =
    "\n\nfunc (t *T) After(x int) { x++ }\n\ntype T struct{ a int }\n\nvar v = 1\n\nconst c = 2\n";

/// The broken text stands at line 7; the errors are on the given lines, counted from there.
fn check(broken: &str, error_lines: &[usize]) {
    let text = format!("{BEFORE}{broken}{AFTER}");
    let parsed = parse(text.as_bytes());
    let names = declared(&parsed.tree);
    for name in ["a", "before", "After", "T", "v", "c"] {
        assert!(
            names.iter().any(|it| it == name),
            "{broken}: {name} is not in {names:?}"
        );
    }
    let found: Vec<usize> = lines(&text, &parsed).iter().map(|line| line - 6).collect();
    assert_eq!(found, error_lines, "{broken}: {:?}", parsed.errors);
}

#[test]
fn broken_functions() {
    check("func f() {", &[3]);
    check("func f() { if x {", &[3]);
    check("func f() { if x { }", &[3]);
    check("func f() { g( }", &[1]);
    check("func f() { g(1, }", &[1]);
    check("func f() { x := }", &[1]);
    check("func f() { x := ) }", &[1]);
    check("func f() { x = [ }", &[1]);
    check("func f() { for i := 0; i < 10 { } }", &[1]);
    check("func f() { } }", &[1]);
    check("func f() {\n}\n}\n}", &[3]);
    check("func f( {\n\tx()\n}", &[1]);
    check("func f(a int, b {\n\tx()\n}", &[1]);
    check("func (t *T f() {}", &[1]);
    check("func f() {\n\tx := \"abc\n\ty()\n}", &[2]);
    check("func f() {\n\tcase 1:\n}", &[2]);
    check("func f() {\n\tswitch x {\n\tfoo()\n\t}\n}", &[3]);
    check("func f() {\n\tvar x int = = 2\n\tg()\n}", &[2]);
    check("func f() {\n\tfunc g() {}\n}", &[2]);
    check("func f() {\n\tx.\n}", &[3]);
    check("func f() {\n\ta b c\n\td()\n}", &[2]);
    check("func", &[3]);
    check("func f", &[1]);
}

#[test]
fn broken_declarations() {
    check("type X struct {", &[3]);
    check("type X struct { a int", &[3]);
    check("type X struct { a = int }", &[1]);
    check("type X interface { a(", &[3]);
    check("type", &[3]);
    check("type X", &[1]);
    check("var x = (", &[3]);
    check("var x = {}", &[1]);
    check("var (\n\tx = 1", &[4]);
    check("const (\n\tx =\n\ty = 2\n)", &[3]);
    check("x := 1", &[1]);
    check("what is this", &[1]);
    check("import \"b\"", &[1]);
    check("}", &[1]);
}

#[test]
fn what_is_local_stays_local() {
    let text = "package p\nfunc f() {\nvar x int\ntype t int\n_ = x\n}\nfunc g() {}\n";
    let parsed = parse(text.as_bytes());
    assert_eq!(
        (parsed.errors.len(), declared(&parsed.tree)),
        (0, vec!["f".into(), "g".into()])
    );
}

#[test]
fn statements_around_an_error_survive() {
    let text = "package p\nfunc f() {\n\ta()\n\tb(]\n\tc()\n\tx := / 2\n\td()\n}\n";
    let parsed = parse(text.as_bytes());
    assert_eq!(lines(text, &parsed), [4, 6]);
    let calls = ["a", "c", "d"];
    let found = parsed.tree.stmts.iter().filter(|stmt| match stmt.kind {
        StmtKind::Expr(_) => {
            let slice = &text[stmt.span.start as usize..stmt.span.end as usize];
            calls.iter().any(|call| slice == format!("{call}()"))
        }
        _ => false,
    });
    assert_eq!(found.count(), calls.len());
}

#[test]
fn a_broken_package_clause_is_one_error() {
    for text in [
        "func f() {}\n",
        "package\n\nfunc f() {}\n",
        "package p q\n\nfunc f() { = }\n",
    ] {
        let parsed = parse(text.as_bytes());
        assert_eq!(
            (parsed.errors.len(), declared(&parsed.tree)),
            (1, vec!["f".into()]),
            "{text}"
        );
    }
}
