//! Programs that do not compile, or that nobody would write: never a panic, always an end.

use std::sync::Arc;

use contend_base::{Name, SourceMap};
use contend_types::{PackageFile, PackageSource, PkgId, World};
use rustc_hash::FxHashMap;

use crate::program::{NEWEST, Program};

/// Packages that each import all those before the last few, to be resolved in parallel.
pub(crate) fn ladder(world: &World, files: &SourceMap, count: usize) -> Vec<PkgId> {
    let mut imports: FxHashMap<Name, PkgId> = FxHashMap::default();
    let mut packages = Vec::new();
    for index in 0..count {
        let below: Vec<usize> = (0..index).rev().step_by(7).collect();
        let imported = below.iter().map(|at| format!("import \"p{at}\"\n"));
        let used = below.iter().map(|at| format!("var v{at} = p{at}.F()\n"));
        let own = "type T struct { n int }\nfunc F() (t T) { return }\n".to_owned();
        let text: String = std::iter::once(format!("package p{index}\n"))
            .chain(imported)
            .chain([own])
            .chain(used)
            .collect();
        let text: Arc<[u8]> = text.into_bytes().into();
        let package = world.add_package(PackageSource {
            path: Name::intern(&format!("p{index}")),
            name: Name::intern(&format!("p{index}")),
            files: vec![PackageFile {
                file: files.add(format!("p{index}.go"), Arc::clone(&text)),
                parsed: Arc::new(contend_syntax::parse(&text)),
                text,
                go_version: NEWEST,
            }],
            imports: imports.clone(),
        });
        imports.insert(Name::intern(&format!("p{index}")), package);
        packages.push(package);
    }
    packages
}

fn survives(text: &str) {
    Program::of_files(&[text], NEWEST);
}

const SAMPLE: &str = r#"package p
import "unsafe"
type T[P any, Q interface{ ~int | string }] struct { a, b P; *E; m map[string]func(...Q) (x P, err error) }
type E struct { next *E; size [unsafe.Sizeof(T[int, string]{}) + n]byte }
type I interface { I2; f(int) string; comparable }
type I2 interface { ~[]int; g() }
const ( n = 1 << iota; m; k = "a" + "b" )
func (t *T[A, B]) Get(i int, rest ...A) (a A, ok bool) {
	defer func() { recover(); a, ok = t.a, !ok }()
	switch x := any(i).(type) { case int, string: _ = x; case nil: case func(): x() }
loop:
	for k, v := range t.m { if f, y := v, len(k); y > 3 { f(); continue loop } else { go f() } }
	select { case c <- 1: case v, ok := <-c: _, _ = v, ok; default: }
	l := [...]E{3: {size: [1]byte{}}, {}}
	s := l[1:2:3][0].next.next.size[2]
	return rest[int(s) &^ 3 % (i << 2)], func[int](t)
}
var c = make(chan int, len(k)); var d, e = f[int](c)
func f[X, Y any](x X) (y Y, z *X) { type local struct { X; y Y }; return *new(Y), &x }
"#;

#[test]
fn programs_with_a_hole() {
    for start in (0..SAMPLE.len()).step_by(5) {
        for len in [1, 4, 17, 60] {
            let end = (start + len).min(SAMPLE.len());
            survives(&[&SAMPLE[..start], &SAMPLE[end..]].concat());
        }
    }
}

#[test]
fn programs_with_words_exchanged() {
    let words: Vec<&str> = SAMPLE.split_inclusive([' ', '(', ')', '.', ',']).collect();
    for step in [1, 2, 5, 11] {
        for at in 0..words.len() - step {
            let mut words = words.clone();
            words.swap(at, at + step);
            survives(&words.concat());
        }
    }
}

#[test]
fn nesting_has_an_end() {
    let deep = |open: &str, middle: &str, close: &str| {
        let (open, close) = (open.repeat(5000), close.repeat(5000));
        survives(&format!("package p\nvar x = {open}{middle}{close}\n"));
        survives(&format!(
            "package p\nfunc f() {{ _ = {open}{middle}{close} }}\n"
        ));
    };
    deep("(", "1", ")");
    deep("-", "1", "");
    deep("f(", "1", ")");
    deep("[]", "int{}", "");
    deep("[]any{", "", "}");
    deep("func() any { return ", "1", "}");
    deep("map[", "int", "]int{}");
    deep("x[", "1", "]");
    deep("*", "x", "");
    deep("struct{ a ", "int", "}");
    deep("interface{ m() ", "int", "}");
    deep("", "x", ".f()");
    deep("", "x", "[0]");
    deep("1 + (", "1", ")");
    deep("func(x ", "int", ") {}");
}

#[test]
fn statements_nest_and_chain() {
    let body = |open: &str, close: &str| {
        let (open, close) = (open.repeat(5000), close.repeat(5000));
        survives(&format!("package p\nfunc f() {{ {open}{close} }}\n"));
    };
    body("{", "}");
    body("for {", "}");
    body("if true {", "}");
    body("switch { case true: ", "}");
    body("if x := 1; x > 0 { } else ", "{}");
    body("go func() {", "}()");
}

#[test]
fn declarations_that_lead_far() {
    let chain = |count: usize, line: &dyn Fn(usize) -> String| {
        let text: String = (0..count).map(line).collect();
        survives(&format!("package p\n{text}"));
    };
    chain(20_000, &|i| {
        format!("type T{i} struct{{ next *T{} }}\n", i + 1)
    });
    chain(20_000, &|i| {
        format!("type T{i} struct{{ next T{} }}\n", i + 1)
    });
    chain(20_000, &|i| {
        format!("type T{} struct{{ next T{i} }}\n", i + 1)
    });
    chain(20_000, &|i| format!("type T{i} T{}\n", i + 1));
    chain(20_000, &|i| format!("type T{i} = T{}\n", i + 1));
    chain(20_000, &|i| format!("const c{i} = c{} + 1\n", i + 1));
    chain(20_000, &|i| format!("var v{i} = v{}\n", i + 1));
    chain(2_000, &|i| format!("type I{i} interface{{ I{} }}\n", i + 1));
    chain(100, &|i| {
        format!("type S{i} struct{{ S{} }}\nvar w{i} = S{i}{{}}.f\n", i + 1)
    });
}

#[test]
fn types_that_grow_without_end() {
    survives(
        "package p\ntype T[P any] struct { t *T[[]P]; u T[T[P]] }\nvar x T[int]\nvar y = x.t.t.t.u.u",
    );
    survives("package p\ntype T[P any] struct { *T[*P] }\nvar x = T[int]{}.lost");
    survives("package p\ntype I[P any] interface { I[[]P]; m() P }\nvar x I[int]\nvar y = x.m()");
    survives("package p\nfunc f[P any](p P) { f(&p) }\nvar x = f(f)\nvar y = f[f]");
    survives("package p\ntype A[P any] = B[[]P]\ntype B[P any] = A[P]\nvar x A[int]");
    survives("package p\ntype T[P T[P]] interface { m() P }\nfunc f[Q T[Q]](q Q) { q.m().m() }");
}
