//! Which variables function literals share with the functions around them.

use crate::program::{NEWEST, Program};

/// The captures of each function literal in source order, written ones marked with `!`.
fn captures(body: &str) -> Vec<String> {
    let text = format!("package p\nvar global int\n{body}");
    let program = Program::of_files(&[&text], NEWEST);
    assert_eq!(program.messages(), Vec::<&str>::new());
    let tree = &program.world.package(program.package).source.files[0]
        .parsed
        .tree;
    let mut found = Vec::new();
    for info in &program.infos {
        for expr in info.exprs.iter() {
            let Some(list) = info.captures.get(&expr) else {
                continue;
            };
            let names = list.iter().map(|capture| {
                let mark = if capture.written { "!" } else { "" };
                format!("{}{mark}", program.world.name(capture.variable))
            });
            let names: Vec<String> = names.collect();
            found.push((tree.expr(expr).span.start, names.join(" ")));
        }
    }
    found.sort();
    found.into_iter().map(|(_, names)| names).collect()
}

#[test]
fn reads_and_writes() {
    let body = "func f(a, b int) { c := 0; func() { c = a; d := b; d++; global++ }() }";
    assert_eq!(captures(body), ["c! a b"]);
}

#[test]
fn nested_literals_capture_through_all_around_them() {
    let body = "func f(a int) { func() { b := 1; func() { a++; b = 2 }() }() }";
    assert_eq!(captures(body), ["a!", "a! b!"]);
}

#[test]
fn shadowed_names_are_not_captured() {
    let body = "func f(a int) { func(a int) { a++; if a := 3; a > 2 { a = 1 } }(a) }";
    assert_eq!(captures(body), Vec::<String>::new());
}

#[test]
fn parts_of_a_variable_are_the_variable() {
    let body = "
type s struct { n int; list [4]int; p *s; m map[string]int }
func (v *s) set() {}
func (v s) get() {}
func f(a, b, c, d, e, g, h, i s) {
	func() {
		a.n = 1
		b.list[2]++
		c.p.n = 1
		d.m[\"\"] = 1
		_ = &e.n
		g.set()
		h.get()
		_ = i.list[:]
	}()
}";
    assert_eq!(captures(body), ["a! b! c d e! g! h i!"]);
}

#[test]
fn iteration_and_result_variables() {
    let body = "func f(list []int) (err error) {
	for i, x := range list { go func() { _, _ = i, x; err = nil }() }
	var k int
	func() { for k = range list { } }()
	return
}";
    assert_eq!(captures(body), ["i x err!", "list k!"]);
}
