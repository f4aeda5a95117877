//! Package-level names: order, cycles, methods, aliases.

use contend_types::{ObjectKind, Type};

use crate::program::{NEWEST, Program, check};

#[test]
fn the_order_of_declarations_does_not_matter() {
    check(
        r"
var a = b.f() //: a is p.T
var b = T{} //: b is p.T
func (t T) f() T { return t }
type T struct{ next *T; size [n]int }
const n = m * 2 //: n is untyped int
const m = 4
var size = len(b.size) //= len(b.size) is 8
",
    );
}

#[test]
fn sizes_may_need_types_declared_later() {
    check(
        r#"
import "unsafe"
type A struct{ pad [unsafe.Sizeof(B{})]byte } //= unsafe.Sizeof(B{}) is 24
type B struct{ x int8; c C }
type C struct{ p *A; n int16 }
"#,
    );
}

#[test]
fn aliases_are_their_targets() {
    check(
        r"
type A = *B
type B struct{ n int }
func (b B) value() int { return b.n }
type C = B
func (c *C) pointer() {}
func f(a A) {
	_ = a.n //: a.n is int
	a.pointer()
}
type L[T any] = map[string]T
var l L[int] //: l is map[string]int
",
    );
}

#[test]
fn cycles_are_reported_once() {
    check(
        r"
var a = b //! declarations need each other
var b = a
type T T //! T refers to itself
type S struct{ s [2]S } //! S contains itself
type P struct{ p *P }
type X struct{ y Y }
type Y struct{ x X } //! Y contains itself
const c = c //! c refers to itself
",
    );
}

#[test]
fn one_error_for_one_cause() {
    check(
        r"
var x = lost() //! undefined: lost
var y = x.a.b + 1
func f() {
	z := y * 2
	z.method(missing) //! undefined: missing
	for i := range z { i.more() }
}
",
    );
}

#[test]
fn names_declared_twice() {
    let program = Program::of_files(
        &[
            "package p\nfunc f() int { return 0 }",
            "package p\nvar f = 1",
        ],
        NEWEST,
    );
    assert_eq!(program.messages(), ["f redeclared in this package"]);
    let kind = program.world.object(program.object("f")).kind;
    assert!(matches!(kind, ObjectKind::Func { .. }));
}

#[test]
fn both_looks_meet_the_same_objects() {
    let program = Program::of_files(
        &["package p\ntype T struct{ a int; E }\ntype E struct{}"],
        NEWEST,
    );
    let ty = program.world.object_type(program.object("T"));
    let Type::Struct(fields) = program.world.underlying_type(ty) else {
        panic!("a struct")
    };
    let infos = program.world.check_package(program.package);
    let defined = infos
        .iter()
        .flat_map(|info| info.defs.iter().copied().flatten());
    assert!(defined.into_iter().any(|object| object == fields[0].object));
    assert!(fields[1].embedded);
}
